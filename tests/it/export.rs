//! What leaves the program: reports, transcripts and everything, from the command line without Discord, and the same
//! reports from Discord.

use std::process::Command;

use serde_json::Value;
use trouble_ticket::domain::TicketNumber;

use crate::support::by_hand::{program, tried};
use crate::support::db::Kind;
use crate::support::schema;
use crate::support::world::{Case, World, play};

/// A ticket with everything in it: edits, a deletion, a reply, files, reactions, and drafted reports.
async fn eventful(world: &World) -> Case {
    let fields = [("title", "Checkout is down"), ("details", "502 since lunch")];
    let (case, _) = world.open_with("service:checkout severity:SEV1", &fields).await;
    let (tom, ann) = (world.tom().at(&case), world.ann().at(&case));
    tom.asks("/ticket take").await;
    world.at("09:40");
    let found = tom.says("the disk of the databse is full");
    world.minutes_later(1);
    tom.actor().edit(&found, "the disk of the database is full").unwrap();
    ann.replies(&found, "since when?");
    let regret = ann.says("my password is hunter2");
    ann.attaches("this is what I see", "page.txt", "502 Bad Gateway");
    ann.actor().react(&found, "👀").unwrap();
    world.admin().actor().pin(&found).unwrap();
    world.minutes_later(1);
    ann.actor().delete(&regret).unwrap();
    tom.asks("/ticket note text:deleted old logs kind:action").await;
    tom.asks("/ticket status to:resolved").await;
    tom.asks("/report draft").await;
    world.settle().await;
    case
}

async fn reports_leave_in_every_format(kind: Kind) {
    play(kind, async |world| {
        eventful(world).await;
        let folder = tempfile::tempdir().unwrap();
        let stored = world.reading().await.newest_reports(TicketNumber(1)).await.unwrap();
        for report in &stored {
            let team = report.team.as_str();
            let json = program(world, folder.path(), &["export", "report", "T-1", "--team", team, "--format", "json"]).await;
            let (json, body): (Value, Value) =
                (serde_json::from_str(&json).unwrap(), serde_json::from_str(&report.body).unwrap());
            assert_eq!(json, body);
            schema::check(&json);
        }
        let markdown = program(world, folder.path(), &["export", "report", "t1"]).await;
        assert!(markdown.contains("# Final Report of the Technical team") && markdown.contains("Web team"), "{markdown}");
        let text = program(world, folder.path(), &["export", "report", "T-1", "--format", "text", "--team", "WEB"]).await;
        assert!(text.contains("Web team") && !text.contains("**Web"), "{text}");
        let html = program(world, folder.path(), &["export", "report", "T-1", "--format", "html", "--team", "web"]).await;
        assert!(html.starts_with("<!DOCTYPE html>") && html.contains("Content-Security-Policy"), "{html}");
        let (code, _, error) = tried(world, folder.path(), &["export", "report", "T-1", "--format", "html"]).await;
        assert_eq!(code, Some(1));
        assert_eq!(error.trim(), "error: Two HTML documents do not fit into one output. Name one with --team, or a folder for all of them with --out.");
        // Into files, twice: the second takes the place of the first.
        for _ in 0..2 {
            let wrote = program(world, folder.path(), &["export", "report", "T-1", "--format", "html", "--out", "reports/new"]).await;
            assert_eq!(wrote, "wrote reports/new/T-1-technical.html\nwrote reports/new/T-1-web.html\n");
        }
        assert_eq!(std::fs::read_to_string(folder.path().join("reports/new/T-1-web.html")).unwrap(), html);
        assert_eq!(std::fs::read_dir(folder.path().join("reports/new")).unwrap().count(), 2);
        assert!(program(world, folder.path(), &["list"]).await.contains("Checkout is down"));
        let shown = program(world, folder.path(), &["show", "T-1"]).await;
        assert!(shown.contains("  report        web, version 1, draft by Tom since 2026-11-23"), "{shown}");
        for (arguments, complaint) in [
            (&["export", "report", "T-1", "--team", "kitchen"][..], "There is no report of the team `kitchen` on T-1 yet."),
            (&["export", "report", "T-9"], "There is no ticket T-9."),
            (&["export", "transcript", "nine"], "`nine` is no ticket number."),
        ] {
            let (code, out, error) = tried(world, folder.path(), arguments).await;
            assert_eq!((code, out.as_str()), (Some(1), ""), "{error}");
            assert!(error.contains(complaint), "{error}");
        }
    })
    .await;
}

async fn discord_hands_out_the_same_reports(kind: Kind) {
    play(kind, async |world| {
        let case = eventful(world).await;
        let folder = tempfile::tempdir().unwrap();
        let vera = world.who("vera").at(&case);
        let answer = vera.types("/report export").await;
        insta::assert_snapshot!(answer.text(), @"
        2 Final Reports of **T-1**.
        (file T-1-technical.md, 4196 bytes)
        (file T-1-web.md, 4348 bytes)
        ");
        for format in ["markdown", "html", "json", "text"] {
            let answer = vera.types(&format!("/report export format:{format} team:web")).await;
            let file = answer.message().unwrap().attachments.remove(0);
            let printed = program(
                world,
                folder.path(),
                &["export", "report", "T-1", "--team", "web", "--format", format],
            )
            .await;
            assert_eq!(String::from_utf8(file.bytes.to_vec()).unwrap(), printed, "{format}");
        }
    })
    .await;
}

async fn a_transcript_tells_all_but_what_was_taken_back(kind: Kind) {
    play(kind, async |world| {
        eventful(world).await;
        let folder = tempfile::tempdir().unwrap();
        let transcript =
            program(world, folder.path(), &["export", "transcript", "T-1", "--files", "files"]).await;
        let shown = regex::Regex::new(r"http://\S+").unwrap().replace_all(&transcript, "LINK").into_owned();
        insta::assert_snapshot!(shown, @"
        T-1 Checkout is down
        ====================
        What was said in its thread: 10 messages. Times are local, in UTC.

        Monday, 23 November 2026 (UTC+00:00)

        08:30  trouble-ticket (program)
               @Ann opened T-1.
               @technical @web: please have a look. Press **Take** on the card or type `/ticket take` to be in charge.
               Talk about it here: what is said in this thread is kept for the Final Reports.
               -# T-1 · 3

        08:40  Tom
               the disk of the database is full
               [until 08:41: “the disk of the databse is full”]
               [pinned]
               [reactions: 👀 1]

        08:41  Ann
               [answers Tom: “the disk of the database is full”]
               since when?

        08:41  Ann
               [deleted at 08:42]

        08:41  Ann
               this is what I see
               [file page.txt, 15 bytes: LINK

        08:42  trouble-ticket (program)
               @Tom **took** the ticket for Technical team.
               -# T-1 · 8

        08:42  trouble-ticket (program)
               @Tom noted an action.
               > deleted old logs
               -# T-1 · 11

        08:42  trouble-ticket (program)
               @Tom set the status from Investigating to **Resolved**.
               -# T-1 · 14

        08:42  trouble-ticket (program)
               @Tom drafted version 1 of the Final Report for Technical team.
               -# T-1 · 18

        08:42  trouble-ticket (program)
               @Tom drafted version 1 of the Final Report for Web team.
               -# T-1 · 20
        ");
        let files: Vec<_> = std::fs::read_dir(folder.path().join("files"))
            .unwrap()
            .map(|file| file.unwrap().path())
            .collect();
        assert_eq!(files.len(), 1);
        assert!(files[0].to_string_lossy().ends_with("-page.txt"));
        assert_eq!(std::fs::read_to_string(&files[0]).unwrap(), "502 Bad Gateway");
        // For programs: what a replay reads.
        let lines = program(world, folder.path(), &["export", "transcript", "T-1", "--format", "json"]).await;
        assert!(!lines.contains("hunter2"));
        std::fs::write(folder.path().join("chat.jsonl"), &lines).unwrap();
        let replayed = tokio::task::spawn_blocking({
            let folder = folder.path().to_owned();
            move || {
                let mut command = Command::new(env!("CARGO_BIN_EXE_trouble-ticket"));
                command.args(["demo", "--replay", "chat.jsonl", "--out", "again"]).current_dir(folder);
                command.env_remove("DATABASE_URL").output().unwrap()
            }
        });
        let replayed = replayed.await.unwrap();
        assert!(replayed.status.success(), "{}", String::from_utf8_lossy(&replayed.stderr));
        let said = String::from_utf8(replayed.stdout).unwrap();
        assert!(said.starts_with(&format!("{} lines posted", lines.lines().count())), "{said}");
    })
    .await;
}

async fn everything_leaves_as_lines(kind: Kind) {
    play(kind, async |world| {
        let case = eventful(world).await;
        world.open("Mails are late").await;
        let folder = tempfile::tempdir().unwrap();
        let all = program(world, folder.path(), &["export", "all"]).await;
        assert!(!all.contains("hunter2"), "what was deleted stays away");
        let lines: Vec<Value> = all.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!((&lines[0]["kind"], &lines[0]["schema"]), (&"export".into(), &1.into()));
        let of = |kind: &str, ticket: &str| {
            let fits = |line: &&Value| line["kind"] == kind && line["ticket"] == ticket;
            lines.iter().filter(fits).cloned().collect::<Vec<Value>>()
        };
        assert_eq!((of("ticket", "T-1").len(), of("ticket", "T-2").len()), (1, 1));
        let events: Vec<Value> =
            of("event", "T-1").iter().map(|line| line["what"]["event"].clone()).collect();
        assert_eq!(
            events,
            [
                "opened",
                "assigned",
                "status_changed",
                "noted",
                "status_changed",
                "report_drafted",
                "report_drafted"
            ]
        );
        let messages = of("message", "T-1");
        assert_eq!(messages.len(), world.sandbox().messages(case.thread).len() + 1, "the deleted one too");
        let deleted = messages.iter().find(|line| !line["deleted"].is_null()).unwrap();
        assert_eq!((&deleted["text"], &deleted["author"]["name"]), (&Value::Null, &"Ann".into()));
        let edited = messages.iter().find(|line| !line["edited"].is_null()).unwrap();
        assert_eq!(edited["before"][0]["text"], "the disk of the databse is full");
        assert_eq!((&edited["reactions"][0]["emoji"], edited["pinned"].is_string()), (&"👀".into(), true));
        let file = messages.iter().find_map(|line| line["attachments"].get(0)).unwrap();
        assert_eq!(
            (&file["name"], &file["kept"], &file["why"]),
            (&"page.txt".into(), &true.into(), &Value::Null)
        );
        for report in of("report", "T-1") {
            schema::check(&report["report"]);
        }
        assert_eq!(of("report", "T-1").len(), 2);
    })
    .await;
}

async fn what_cannot_be_written_is_a_failure(kind: Kind) {
    play(kind, async |world| {
        eventful(world).await;
        let run = |stdout: std::process::Stdio| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_trouble-ticket"));
            command.args(["export", "all"]).env_remove("DISCORD_TOKEN").env("DATABASE_URL", world.db.url());
            command.stdout(stdout).stderr(std::process::Stdio::piped()).spawn().unwrap()
        };
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = run(full.into()).wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(error.trim(), "error: writing the output: No space left on device (os error 28)");
        // A reader that has seen enough is none.
        let mut child = run(std::process::Stdio::piped());
        drop(child.stdout.take());
        assert_eq!(child.wait().unwrap().code(), Some(0));
    })
    .await;
}

crate::on_both!(
    what_cannot_be_written_is_a_failure,
    reports_leave_in_every_format,
    discord_hands_out_the_same_reports,
    a_transcript_tells_all_but_what_was_taken_back,
    everything_leaves_as_lines,
);
