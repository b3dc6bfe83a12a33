//! How complete the archive is when a report is made of it: what was not heard is read before, and what may be missing
//! is said.

use serde_json::Value;
use trouble_ticket::domain::{MessageId, TicketNumber};
use trouble_ticket::report::{FinalReport, Hindrance};
use trouble_ticket::sandbox::{Fault, Id};

use crate::support::db::Kind;
use crate::support::schema;
use crate::support::world::{Case, World, play};

/// The newest version of the technical team's report.
async fn technical(world: &World) -> FinalReport {
    let reports = world.reading().await.newest_reports(TicketNumber(1)).await.unwrap();
    let stored = reports.iter().find(|report| report.team.as_str() == "technical").expect("a report");
    schema::check(&serde_json::from_str::<Value>(&stored.body).unwrap());
    FinalReport::from_json(&stored.body).unwrap()
}

/// The line of an answer that begins so.
fn line<'a>(answer: &'a str, beginning: &str) -> &'a str {
    answer
        .lines()
        .find(|line| line.starts_with(beginning))
        .unwrap_or_else(|| panic!("{beginning} in {answer}"))
}

async fn text_of(world: &World, message: Id) -> Option<String> {
    let kept = world.reading().await.message(MessageId(message.cast_signed())).await.unwrap();
    kept.map(|kept| if kept.deleted.is_some() { "deleted".to_owned() } else { kept.text })
}

/// A thread whose history Discord does not hand out.
fn silent(case: &Case, times: u64, status: u16) -> Fault {
    Fault::status("GET", &format!("/channels/{}/messages", case.thread), times, status)
}

async fn the_archive_is_mended_before_a_report_is_submitted(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let tom = world.tom().at(&case);
        let first = tom.says("the first finding");
        let wrong = tom.says("it is the databse");
        // Long ago, so that nothing but the comparison looks at them again.
        for nth in 0..120 {
            tom.says(&format!("line {nth}"));
        }
        let lost = tom.says("lost in the archive");
        world.settle().await;
        tom.asks("/report draft team:technical").await;
        world.minutes_later(5);
        // Whatever the reason, the archive is behind: one message is missing, an edit and a deletion were not seen.
        world.stop().await;
        world.minutes_later(1);
        tom.actor().edit(&wrong, "it is the database").unwrap();
        tom.actor().delete(&first).unwrap();
        world.db.execute("DELETE FROM messages WHERE text = 'lost in the archive'").await;
        world.db.execute("UPDATE complete_threads SET complete_to = 9000000000000000000").await;
        world.minutes_later(1);
        world.start().await;
        let there = world.sandbox().messages(case.thread).len();
        assert_eq!(text_of(world, lost.id).await, None);
        let answer = tom.asks("/report submit team:technical").await;
        let all = format!("Archive: {there} of {there} messages, checked 2026-11-23 09:37");
        assert_eq!(line(&answer, "Archive:"), all);
        assert_eq!(text_of(world, lost.id).await.as_deref(), Some("lost in the archive"));
        assert_eq!(text_of(world, wrong.id).await.as_deref(), Some("it is the database"));
        assert_eq!(text_of(world, first.id).await.as_deref(), Some("deleted"));
        let report = technical(world).await;
        let check = report.archive.clone().expect("a check");
        assert_eq!((check.in_thread, check.in_archive, check.missing.len()), (there, there, 0));
        let markdown = report.to_markdown();
        assert!(
            markdown.contains(&format!("- **Archive:** {there} of {there} messages, checked")),
            "{markdown}"
        );
        // What was edited while the bot was down is named, since nobody knows what stood there in between.
        assert!(
            answer.contains("1 message was edited while the bot was not listening (2026-11-23 09:3"),
            "{answer}"
        );
        assert!(check.edited_unheard[0].ends_with(&wrong.id.to_string()), "{check:?}");
        assert!(markdown.contains(&check.edited_unheard[0]), "{markdown}");
        assert!(world.together().running().shared().catch_up.deaf_since().is_none());
    })
    .await;
}

async fn a_report_is_submitted_even_if_nothing_can_be_compared(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let (tom, will) = (world.tom().at(&case), world.will().at(&case));
        tom.says("the disk is full");
        world.settle().await;
        tom.asks("/report draft").await;
        world.sandbox().fault(silent(&case, 4, 503));
        let answer = tom.asks("/report submit team:technical").await;
        assert_eq!(world.sandbox().faults_left(), 0);
        insta::assert_snapshot!(line(&answer, "Submitted"), @"Submitted version 1 of the Final Report for Technical team. 16 gaps are not filled; readers will see that. The archive could not be held against the thread; the report says so. Somebody else approves it.");
        insta::assert_snapshot!(line(&answer, "Archive:"), @"Archive: not checked: Discord could not be reached (2026-11-23 09:30)");
        // Nothing is known to be missing: the bot has listened all the time.
        assert!(!answer.contains("may lack"), "{answer}");
        let report = technical(world).await;
        assert_eq!(report.archive.as_ref().unwrap().hindrance, Some(Hindrance::Unreachable));
        assert!(report.to_markdown().contains("**Archive:** not checked: Discord could not be reached"));
        // Half of it is better than nothing, and said too.
        for nth in 0..150 {
            will.says(&format!("line {nth}"));
        }
        world.settle().await;
        world.sandbox().fault(Fault { after: 1, ..silent(&case, 4, 503) });
        let answer = will.asks("/report submit team:web").await;
        insta::assert_snapshot!(line(&answer, "Archive:"), @"Archive: 100 of 100 messages, not checked to the end: Discord could not be reached (2026-11-23 09:30)");
        // Who may not submit makes nobody read a thread.
        world.sandbox().fault(silent(&case, 1, 500));
        let refused = world.ann().at(&case).asks("/report submit team:web").await;
        assert!(refused.starts_with("You may not"), "{refused}");
        let again = will.asks("/report submit team:web").await;
        assert!(again.contains("is submitted") || again.contains("submitted already"), "{again}");
        assert_eq!(world.sandbox().faults_left(), 1);
        world.sandbox().clear_faults();
    })
    .await;
}

async fn a_draft_has_what_nobody_heard_or_says_that_it_has_not(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let tom = world.tom().at(&case);
        tom.says("the disk is full");
        world.settle().await;
        world.stop().await;
        world.minutes_later(5);
        tom.says("I restarted the database");
        // Neither the catching up at the start nor the draft gets anything.
        world.sandbox().fault(silent(&case, 99, 503));
        world.start().await;
        let answer = tom.asks("/report draft team:technical").await;
        insta::assert_snapshot!(line(&answer, "- Technical team"), @"- Technical team, version 1: 2 lines in its timeline from 1 message; the record may lack what was said since 2026-11-23 09:30; 16 gaps for a person to fill");
        let report = technical(world).await;
        let check = report.archive.clone().expect("what may be missing");
        assert_eq!((check.hindrance, check.in_thread), (Some(Hindrance::Unreachable), 0));
        assert!(!serde_json::to_string(&report).unwrap().contains("restarted"));
        world.sandbox().clear_faults();
        // No time passes, so it is the draft itself that reads the thread.
        let answer = tom.asks("/report draft team:technical").await;
        assert!(!answer.contains("may lack"), "{answer}");
        let report = technical(world).await;
        assert!(serde_json::to_string(&report).unwrap().contains("I restarted the database"));
        assert_eq!(report.archive, None);
        world.settle().await;
    })
    .await;
}

async fn what_was_said_in_an_archived_thread_is_read_when_it_comes_back(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Mails are late").await;
        let tom = world.tom().at(&case);
        tom.asks("/ticket cancel reason:no failure").await;
        world.settle().await;
        world.stop().await;
        world.minutes_later(5);
        let said = tom.says("it was one after all");
        world.sandbox().archive_thread(case.thread, true).unwrap();
        world.start().await;
        let shared = world.together().running().shared().clone();
        while shared.catch_up.next_due().is_some() {
            tokio::task::yield_now().await;
        }
        assert_eq!(
            text_of(world, said.id).await,
            None,
            "an archived thread of a ticket that is over is not read"
        );
        world.sandbox().archive_thread(case.thread, false).unwrap();
        world.settle().await;
        assert_eq!(text_of(world, said.id).await.as_deref(), Some("it was one after all"));
        world.sandbox().archive_thread(case.thread, true).unwrap();
        world.settle().await;
    })
    .await;
}

crate::on_both!(
    the_archive_is_mended_before_a_report_is_submitted,
    a_report_is_submitted_even_if_nothing_can_be_compared,
    a_draft_has_what_nobody_heard_or_says_that_it_has_not,
    what_was_said_in_an_archived_thread_is_read_when_it_comes_back,
);
