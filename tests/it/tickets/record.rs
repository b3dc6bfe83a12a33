//! The record: what is said in a thread is kept, and the skeletons of the Final Reports are made from it.

use std::process::Command;

use serde_json::Value;
use trouble_ticket::domain::TicketNumber;
use trouble_ticket::sandbox::Draft;

use crate::support::db::Kind;
use crate::support::world::{World, play};

/// What the archive has of a ticket's thread, from people only.
async fn archive(world: &World, number: i64) -> String {
    let mut tx = world.reading().await;
    let kept = tx.messages(TicketNumber(number)).await.unwrap();
    let mut lines = Vec::new();
    for message in kept.iter().filter(|message| !message.bot) {
        let at = message.at.with_timezone(&crate::support::world::ZONE).format("%H:%M");
        let mut line = format!("{at} {}: {}", message.author.name, message.text);
        if let Some(to) = message.reply_to {
            let to = kept.iter().find(|one| one.id == to).map_or("?", |one| one.text.as_str());
            line.push_str(&format!(" [answers “{to}”]"));
        }
        for file in &message.attachments {
            line.push_str(&format!(" [file {} of {} bytes]", file.name, file.size));
        }
        for (_, before) in tx.message_versions(message.id).await.unwrap() {
            line.push_str(&format!(" [before: “{before}”]"));
        }
        if message.deleted.is_some() {
            line.push_str(" [deleted]");
        }
        lines.push(line);
    }
    lines.join("\n")
}

async fn everything_said_in_the_thread_is_kept(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let (tom, ann) = (world.tom().at(&case), world.ann().at(&case));
        let asked = tom.says("which orders exactly?");
        world.at("09:35");
        ann.replies(&asked, "those paid by card");
        ann.attaches("the log", "shop.log", "502\n502\n");
        world.at("09:40");
        let slip = tom.says("it is the databse");
        world.minutes_later(1);
        tom.actor().edit(&slip, "it is the database").unwrap();
        world.minutes_later(1);
        tom.actor().edit(&slip, "it is the **database**").unwrap();
        let regret = tom.says("somebody broke it on purpose");
        world.minutes_later(1);
        tom.actor().delete(&regret).unwrap();
        tom.sends(Draft::text("多言語 👩‍🔧\nsecond line"));
        world.ann().says("said in the channel");
        world.settle().await;
        insta::assert_snapshot!(archive(world, 1).await, @r"
        09:30 Tom: which orders exactly?
        09:35 Ann: those paid by card [answers “which orders exactly?”]
        09:35 Ann: the log [file shop.log of 8 bytes]
        09:40 Tom: it is the **database** [before: “it is the databse”] [before: “it is the database”]
        09:42 Tom: somebody broke it on purpose [deleted]
        09:43 Tom: 多言語 👩‍🔧
        second line
        ");
    })
    .await;
}

async fn names_are_kept_as_they_were_shown(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        world.sandbox().add_member("zoe", "Zoë \u{202e}(QA)", &["technical"]).unwrap();
        let said = world.who("zoe").at(&case).says("hello");
        world.settle().await;
        world.sandbox().remove_member("zoe").unwrap();
        let kept = world
            .reading()
            .await
            .message(trouble_ticket::domain::MessageId(said.id.cast_signed()))
            .await
            .unwrap()
            .unwrap();
        assert_eq!((kept.author.name.as_str(), kept.bot, kept.system), ("Zoë (QA)", false, false));
    })
    .await;
}

async fn what_is_said_while_the_bot_is_away_is_read_later(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        world.sandbox().cut_gateway();
        world.tom().at(&case).says("said while nobody listened");
        world.settle().await;
        insta::assert_snapshot!(archive(world, 1).await, @"09:30 Tom: said while nobody listened");
        // Too much was said for Discord to tell it all again, and the session is another.
        world.sandbox().invalidate_session();
        for nth in 1..=230 {
            world.tom().at(&case).says(&format!("message {nth}"));
        }
        world.settle().await;
        assert_eq!(world.sandbox().messages(case.thread).len(), 233);
    })
    .await;
}

async fn skeletons_are_drafted_from_the_record(kind: Kind) {
    play(kind, async |world| {
        let fields = [("title", "Checkout is down"), ("details", "502 since lunch"), ("started_at", "09:10")];
        let (case, _) = world.open_with("service:checkout", &fields).await;
        let tom = world.tom().at(&case);
        world.at("09:40");
        tom.asks("/ticket take").await;
        tom.says("the disk of the database is full");
        tom.asks("/ticket note text:deleted old logs kind:action").await;
        world.at("10:00");
        tom.asks("/ticket status to:resolved").await;
        world.settle().await;
        insta::assert_snapshot!(tom.asks("/report draft").await, @r#"
        Drafted for **T-1**:
        - Technical team, version 1: 6 entries from 6 messages; 13 gaps for a person to fill
        - Web team, version 1: 6 entries from 6 messages; 15 gaps for a person to fill
        They are stored; drafting again makes a new version.
        (#T-1 Checkout is down)
        "#);
        world.settle().await;
        insta::assert_snapshot!(world.read_after(case.thread, 6), @r"
        trouble-ticket:
          @Tom drafted version 1 of the Final Report for Technical team.
          -# T-1 · 17
        trouble-ticket:
          @Tom drafted version 1 of the Final Report for Web team.
          -# T-1 · 18
        ");
        let reports = world.reading().await.newest_reports(TicketNumber(1)).await.unwrap();
        assert_eq!(reports.len(), 2);
        let report: Value = serde_json::from_str(&reports[0].body).unwrap();
        assert_eq!(
            (&report["ticket"]["number"], &report["team"], &report["version"]),
            (&"T-1".into(), &"technical".into(), &1.into())
        );
        let timeline: Vec<String> = report["timeline"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| {
                let linked = entry["sources"][0]["url"]
                    .as_str()
                    .is_some_and(|url| url.starts_with("https://discord.com/channels/"));
                format!(
                    "{} {} {} linked:{linked}",
                    entry["at"].as_str().unwrap(),
                    entry["kind"].as_str().unwrap(),
                    entry["text"].as_str().unwrap()
                )
            })
            .collect();
        insta::assert_snapshot!(timeline.join("\n"), @r#"
        2026-11-23T08:30:00Z event opened the ticket: Checkout is down (SEV3, Checkout) linked:false
        2026-11-23T08:40:00Z event took the ticket for the Technical team linked:false
        2026-11-23T08:40:00Z event moved the ticket from open to investigating linked:false
        2026-11-23T08:40:00Z message the disk of the database is full linked:true
        2026-11-23T08:40:00Z action deleted old logs linked:false
        2026-11-23T09:00:00Z event moved the ticket from investigating to resolved linked:false
        "#);
        // Again, for one team: its next version; nothing is lost.
        tom.says("and the second disk too");
        let again = world.dora().at(&case).asks("/report draft team:web").await;
        assert!(again.contains("- Web team, version 2:"), "{again}");
        let reports = world.reading().await.newest_reports(TicketNumber(1)).await.unwrap();
        let versions: Vec<(String, i64)> =
            reports.iter().map(|one| (one.team.to_string(), one.version)).collect();
        assert_eq!(versions, [("technical".to_owned(), 1), ("web".to_owned(), 2)]);
        assert!(reports[1].body.contains("and the second disk too"));
    })
    .await;
}

async fn the_report_button_drafts_too(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let drafted = world.will().presses(&world.card(&case), "Report").await.text();
        assert!(drafted.starts_with("Drafted for **T-1**:\n- Technical team, version 1:"), "{drafted}");
        assert_eq!(world.reading().await.newest_reports(TicketNumber(1)).await.unwrap().len(), 2);
    })
    .await;
}

async fn drafting_is_refused_to_those_who_do_not_work_on_it(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        insta::assert_snapshot!(world.ann().at(&case).asks("/report draft").await, @"You may not do this. Members of the teams, managers and admins may; tell them in the ticket's thread.");
        insta::assert_snapshot!(world.tom().at(&case).asks("/report draft team:kitchen").await, @"There is no team “kitchen”. There is `technical`, `web`.");
        assert!(world.reading().await.newest_reports(TicketNumber(1)).await.unwrap().is_empty());
        // What is over may be drafted: reports are written afterwards.
        world.tom().at(&case).asks("/ticket cancel").await;
        world.settle().await;
        assert!(world.tom().asks("/report draft ticket:1").await.starts_with("Drafted for **T-1**"));
        world.settle().await;
        assert!(world.thread(&case).is_archived());
    })
    .await;
}

async fn the_export_is_what_was_stored(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        world.tom().at(&case).says("looking");
        world.tom().at(&case).asks("/report draft").await;
        world.settle().await;
        let stored = world.reading().await.newest_reports(TicketNumber(1)).await.unwrap();
        let json = program(world, &["export", "report", "T-1", "--team", "web", "--format", "json"]).await;
        let (json, body): (Value, Value) =
            (serde_json::from_str(&json).unwrap(), serde_json::from_str(&stored[1].body).unwrap());
        assert_eq!(json, body);
        let markdown = program(world, &["export", "report", "t1"]).await;
        assert!(markdown.contains("Technical team") && markdown.contains("Web team"), "{markdown}");
        assert!(program(world, &["list"]).await.contains("Checkout is down"));
        assert!(program(world, &["show", "T-1"]).await.contains("report drafted"));
    })
    .await;
}

/// What the program prints, on the world's database, without Discord.
async fn program(world: &World, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trouble-ticket"));
    let folder = tempfile::tempdir().unwrap();
    command
        .args(arguments)
        .env("DATABASE_URL", world.db.url())
        .current_dir(folder.path())
        .env_remove("DISCORD_TOKEN");
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

crate::on_both!(
    everything_said_in_the_thread_is_kept,
    names_are_kept_as_they_were_shown,
    what_is_said_while_the_bot_is_away_is_read_later,
    skeletons_are_drafted_from_the_record,
    the_report_button_drafts_too,
    drafting_is_refused_to_those_who_do_not_work_on_it,
    the_export_is_what_was_stored,
);
