//! `demo --replay`: an invented conversation with everything odd in it goes through the bot and comes out whole.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;
use trouble_ticket::app::demo::replay::{Job, Replayed, run};
use trouble_ticket::config::{DatabaseUrl, Problems};
use trouble_ticket::domain::{ArchivedMessage, TicketNumber};
use trouble_ticket::report::{EntryKind, FinalReport};
use trouble_ticket::store::Store;

use crate::support::db::{Kind, TestDb};
use crate::support::log;

struct Place {
    folder: TempDir,
    db: TestDb,
}

impl Place {
    async fn new(kind: Kind) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), db: TestDb::new(kind).await }
    }

    fn job(&self, name: &str, title: Option<&str>, lines: &[Value]) -> Job {
        let chat = self.folder.path().join(name);
        std::fs::write(&chat, jsonl(lines)).unwrap();
        Job { chat, title: title.map(str::to_owned), out: self.folder.path().join("a/b") }
    }

    async fn replay(&self, job: &Job) -> Replayed {
        let replayed = run(job, DatabaseUrl::new(self.db.url()).unwrap()).await;
        replayed.expect("a replay")
    }

    /// The archive without what the bot itself and Discord say.
    async fn archive(&self) -> Vec<ArchivedMessage> {
        let store = Store::open(self.db.url()).await.unwrap();
        let guild = store.guilds().await.unwrap()[0];
        let messages = store.guild(guild).read().await.unwrap().messages(TicketNumber(1)).await.unwrap();
        store.close().await;
        let own = |message: &ArchivedMessage| message.author.name == "trouble-ticket";
        messages.into_iter().filter(|message| !own(message) && !message.system).collect()
    }

    fn report(&self, team: &str) -> (String, FinalReport) {
        let read = |ending: &str| {
            std::fs::read_to_string(self.folder.path().join(format!("a/b/{team}.{ending}"))).unwrap()
        };
        (read("md"), FinalReport::from_json(&read("json")).unwrap())
    }
}

fn jsonl(lines: &[Value]) -> String {
    lines.iter().fold(String::new(), |mut text, line| {
        writeln!(text, "{line}").unwrap();
        text
    })
}

/// Something said `second` seconds after nine.
fn said(second: u32, author: &str, text: &str) -> Value {
    json!({ "ts": format!("2026-03-02T09:{:02}:{:02}Z", second / 60, second % 60), "author": author, "text": text })
}

fn with(mut line: Value, key: &str, value: Value) -> Value {
    line[key] = value;
    line
}

/// Times out of order, ties, names nobody else has, a very long text, empty lines, replies, files, bots.
fn odd() -> Vec<Value> {
    let long = "The pool is full and nobody waits.\n".repeat(258);
    assert!(long.len() > 9_000);
    let mut lines = vec![
        said(70, "🔥 Ada", "second of its moment? no, first in the file"),
        said(0, "@everyone", "the shop is down, <@&1> @here"),
        said(0, "決済 太郎", "決済が遅い"),
        with(said(5, "watchdog", "PROBLEM: 5xx above 3 %"), "bot", json!(true)),
        with(said(5, "watchdog", "is it me?"), "bot", json!(false)),
        said(70, "決済 太郎", "second of its moment"),
        said(80, &"x".repeat(200), &long),
        said(81, "🔥 Ada", ""),
        said(82, "🔥 Ada", "  \n "),
        with(said(83, "🔥 Ada", ""), "attachments", json!(12)),
        with(
            said(84, "ann", "# [graph](x) `a|b` <b> *c* \u{202e}tfel\0"),
            "attachments",
            json!(["https://x.example/g.png"]),
        ),
        with(said(85, "ann", "yes, all of them"), "reply_to", json!("2026-03-02T09:00:00Z")),
        with(said(86, "ann", "to nothing"), "reply_to", json!([4711])),
        said(87, "", "nobody said this"),
    ];
    lines[11]["ts"] = json!("2026-03-02T10:01:25.123456+01:00");
    lines
}

async fn an_odd_conversation_comes_out_whole(kind: Kind) {
    let errors = log::watch();
    let place = Place::new(kind).await;
    let job = place.job("Shop_down 2026.jsonl", None, &odd());
    let replayed = place.replay(&job).await;
    insta::allow_duplicates! { insta::assert_snapshot!(replayed, @r"
    12 lines posted, 12 archived, 2 skipped
    Long lines were split: 15 messages.
    1 reply is to a line that is not there: posted as an ordinary message.
    ") };
    assert_eq!(replayed.files.len(), 6);

    let archive = place.archive().await;
    let texts: Vec<&str> = archive.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(
        texts[..4],
        ["the shop is down, <@&1> @here", "決済が遅い", "PROBLEM: 5xx above 3 %", "is it me?"]
    );
    assert_eq!(texts[4..6], ["second of its moment? no, first in the file", "second of its moment"]);
    assert_eq!(texts[6..9].concat(), odd()[6]["text"].as_str().unwrap());
    assert!(texts[6].len() <= 4_000 && texts[6].ends_with('\n'));
    let files: Vec<usize> = archive[9..12].iter().map(|message| message.attachments.len()).collect();
    assert_eq!(files, [10, 2, 1]);
    assert_eq!(archive[11].attachments[0].name, "g.png");
    let times: Vec<String> =
        archive[10..13].iter().map(|message| message.at.format("%T%.3f").to_string()).collect();
    assert_eq!(times, ["09:01:23.000", "09:01:24.000", "09:01:25.123"]);
    assert_eq!(archive[12].reply_to, Some(archive[0].id));
    assert_eq!(archive[13].reply_to, None);
    let bots: Vec<bool> = archive[2..4].iter().map(|message| message.bot).collect();
    assert_eq!(bots, [true, false]);
    assert_ne!(archive[2].author.id, archive[3].author.id);
    let names: Vec<&str> = archive[..3].iter().map(|message| message.author.name.as_str()).collect();
    assert_eq!(names, ["@everyone", "決済 太郎", "watchdog"]);
    assert!(archive[6].author.name.starts_with("xxxx"));

    for team in ["technical", "web"] {
        let (markdown, report) = place.report(team);
        assert_eq!(report.ticket.title, "Shop_down 2026");
        assert_eq!(report.ticket.reporter.name, "@everyone");
        assert_eq!(report.milestones.opened.to_rfc3339(), "2026-03-02T09:00:00+00:00");
        assert_eq!(report.milestones.resolved.unwrap().to_rfc3339(), "2026-03-02T09:01:27+00:00");
        let picked: Vec<_> = report.timeline.iter().filter(|entry| entry.kind != EntryKind::Event).collect();
        assert!(!picked.is_empty() && picked.len() < archive.len());
        for entry in &picked {
            let source = entry.sources[0].message.as_str();
            let said = archive.iter().find(|message| message.id.to_string() == source).unwrap();
            assert_eq!((&entry.author, entry.at), (&said.author.name, said.at));
            assert!(!entry.reasons.is_empty(), "a rule is named");
            assert!(markdown.contains(&format!("/{source})")), "{source} is not in the document");
        }
        // What was said in the moment of the last step was said before it.
        let last = report.timeline.iter().rev().take(2).map(|entry| entry.kind == EntryKind::Event);
        assert_eq!(last.collect::<Vec<_>>(), [true, false]);
        assert!(!markdown.contains('\0') && !markdown.contains('\u{202e}'));
    }
    errors.none();
}

async fn a_conversation_from_before_discord_keeps_its_times(kind: Kind) {
    let place = Place::new(kind).await;
    let line = |second: u32, author: &str, text: &str| json!({ "ts": format!("2009-07-06T23:59:{second:02}Z"), "author": author, "text": text });
    let lines = [
        with(line(1, "alarm", "disk full"), "bot", json!(true)),
        line(2, "Noor", "looking"),
        line(59, "Noor", "deleted the old logs"),
    ];
    let replayed = place.replay(&place.job("x.jsonl", Some("Disk full"), &lines)).await;
    assert_eq!((replayed.lines, replayed.weeks_later), (3, 295));
    let (markdown, report) = place.report("technical");
    let times: Vec<String> =
        report.timeline.iter().map(|entry| entry.at.format("%F %T").to_string()).collect();
    assert!(times.iter().all(|time| time.starts_with("2009-07-06 23:59:")), "{times:?}");
    assert_eq!(report.ticket.reporter.name, "Noor");
    assert_eq!(report.ticket.title, "Disk full");
    let days: Vec<&str> = markdown.lines().filter(|line| line.starts_with("### ")).collect();
    assert_eq!(days, ["### Monday, 6 July 2009"]);
}

async fn only_programs_speak(kind: Kind) {
    let place = Place::new(kind).await;
    let lines = [with(said(0, "alarm", "disk full"), "bot", json!(true))];
    place.replay(&place.job("x.jsonl", None, &lines)).await;
    let (_, report) = place.report("web");
    assert_eq!(report.ticket.reporter.name, "Ann");
    // A second replay into the same place takes the place of the first one's files.
    let again = Place { folder: place.folder, db: TestDb::new(kind).await };
    again.replay(&again.job("x.jsonl", Some("Another"), &lines)).await;
    assert_eq!(again.report("web").1.ticket.title, "Another");
    let names = std::fs::read_dir(again.folder.path().join("a/b")).unwrap().count();
    assert_eq!(names, 6);
}

crate::on_both!(
    an_odd_conversation_comes_out_whole,
    a_conversation_from_before_discord_keeps_its_times,
    only_programs_speak,
);

/// The program itself, without a database of anybody's.
fn program(arguments: &[&str], folder: &Path) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trouble-ticket"));
    command.args(arguments).current_dir(folder).env_remove("DATABASE_URL").env_remove("RUST_LOG");
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn what_is_wrong_is_said_at_once_and_nothing_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let chat = [said(0, "ann", "fine"), json!({ "ts": "yesterday", "author": "ann" }), json!(7)];
    std::fs::write(folder.path().join("chat.jsonl"), jsonl(&chat)).unwrap();
    let title = "x".repeat(91);
    let replay = ["demo", "--replay", "chat.jsonl", "--out", "out", "--title", &title];
    let (code, out, errors) = program(&replay, folder.path());
    assert_eq!((code, out.as_str()), (Some(2), ""));
    insta::assert_snapshot!(errors, @r#"
    --title: has 91 characters, more than 90. Say it in fewer.
    chat.jsonl:2: ts: "yesterday" is not a time. Write it as RFC 3339, such as `2026-01-31T09:00:00Z`.
    chat.jsonl:2: text: is missing.
    chat.jsonl:3: is a number, not an object. Write `{"ts": …}`.
    "#);
    assert!(!folder.path().join("out").exists());
    let (code, _, errors) = program(&["demo", "--replay", "none.jsonl", "--out", "out"], folder.path());
    assert_eq!(code, Some(2));
    insta::assert_snapshot!(errors, @"none.jsonl: cannot be read: No such file or directory (os error 2).");
    std::fs::write(folder.path().join("chat.jsonl"), jsonl(&chat[..1])).unwrap();
    let (code, _, errors) =
        program(&["demo", "--replay", "chat.jsonl", "--out", "chat.jsonl"], folder.path());
    assert_eq!(code, Some(2));
    insta::assert_snapshot!(errors, @"chat.jsonl: cannot be made: File exists (os error 17).");
}

#[test]
fn the_program_replays_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("chat.jsonl"), jsonl(&[said(0, "ann", "fine")])).unwrap();
    let (code, out, errors) = program(&["demo", "--replay", "chat.jsonl", "--out", "out"], folder.path());
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    let lines: Vec<&str> = out.lines().collect();
    let files = ["technical.md", "technical.html", "technical.json", "web.md", "web.html", "web.json"];
    let files = files.map(|file| format!("wrote out/{file}"));
    assert_eq!(lines[0], "1 line posted, 1 archived, 0 skipped");
    assert_eq!(lines[1..7], files);
    assert_eq!(lines.len(), 8, "{out}");
}

#[tokio::test]
async fn a_database_of_others_is_left_alone() {
    let place = Place::new(Kind::Sqlite).await;
    let job = place.job("x.jsonl", None, &[said(0, "ann", "fine")]);
    place.replay(&job).await;
    let mut command = Command::new(env!("CARGO_BIN_EXE_trouble-ticket"));
    command.args(["demo", "--replay"]).arg(&job.chat).arg("--out").arg(&job.out);
    let output = command.env("DATABASE_URL", place.db.url()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("holds tickets already"));
    let broken = Job { chat: place.folder.path().join("missing.jsonl"), ..job };
    let error = run(&broken, DatabaseUrl::new(place.db.url()).unwrap()).await.unwrap_err();
    assert!(error.downcast_ref::<Problems>().is_some());
}
