//! What people take back is gone, and what is too old is let go of.

use trouble_ticket::desk::forgetting::deleted;
use trouble_ticket::domain::{ReportState, TeamKey, TicketNumber};

use crate::support::db::Kind;
use crate::support::world::{Setting, World, play, play_in};

/// What every version of a team's report says, by version: its state and its text.
async fn versions(world: &World, team: &str) -> Vec<(ReportState, String)> {
    let all = world.reading().await.all_reports(TicketNumber(1)).await.unwrap();
    let of_team = all.into_iter().filter(|report| report.team.as_str() == team);
    of_team.map(|report| (report.state, report.body)).collect()
}

async fn what_is_deleted_takes_its_traces_with_it(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let (tom, will) = (world.tom().at(&case), world.will().at(&case));
        let secret =
            tom.attaches("I found the fault: the root pasword is hun*ter2", "passwords.txt", "hun*ter2");
        world.minutes_later(1);
        tom.actor().edit(&secret, "I found the fault: the root password is hun*ter2").unwrap();
        tom.says("I restarted the database, the disk was full");
        tom.asks("/ticket status to:resolved").await;
        tom.asks("/report draft").await;
        let quoted = "As Tom said: I found the fault: the root password is hun*ter2. That was all.";
        let form = will.types("/report edit section:cause team:web").await;
        assert!(form.fills(&[("text", quoted)]).await.text().starts_with("Saved"));
        tom.asks("/report submit team:technical").await;
        world.settle().await;
        let before = versions(world, "web").await;
        assert!(before.iter().all(|(_, body)| body.contains("hun*ter2")), "it is worth a test");
        tom.actor().delete(&secret).unwrap();
        world.settle().await;
        let after = versions(world, "web").await;
        assert_eq!(after.len(), 2);
        for (state, body) in &after {
            assert_eq!(*state, ReportState::Draft);
            assert!(!body.contains("ter2") && body.contains("(removed)"), "{body}");
            assert!(body.contains("I restarted the database"), "nothing else is gone: {body}");
        }
        assert!(after[1].1.contains("As Tom said: (removed). That was all."), "{}", after[1].1);
        // Others rely on what was submitted.
        assert!(versions(world, "technical").await[0].1.contains("ter2"));
        let shown = tom.asks("/report show team:technical").await;
        assert!(shown.contains("quotes a message that was deleted since"), "{shown}");
        let mut tx = world.reading().await;
        let kept =
            tx.message(trouble_ticket::domain::MessageId(secret.id.cast_signed())).await.unwrap().unwrap();
        assert_eq!(
            (kept.text.as_str(), kept.author.name.as_str()),
            ("", "Tom"),
            "its place and author are kept"
        );
        assert_eq!(
            (kept.attachments.len(), kept.attachments[0].name.as_str()),
            (1, ""),
            "how many files there were"
        );
        assert!(tx.message_versions(kept.id).await.unwrap().is_empty());
        drop(tx);
        // Returned, it may be redacted too, and drafted again it is not there.
        will.asks("/report return reason:too much team:technical").await;
        assert!(tom.asks("/report draft team:technical").await.starts_with("Drafted"));
        assert!(!versions(world, "technical").await[1].1.contains("ter2"));
    })
    .await;
}

async fn the_text_stays_where_the_settings_say_so(kind: Kind) {
    let config = "[archive]\nkeep_deleted_text = true";
    play_in(kind, Setting { config, ..Setting::default() }, async |world| {
        let case = world.open("Checkout is down").await;
        let tom = world.tom().at(&case);
        let secret = tom.attaches("I found the password: hun*ter2", "secret.txt", "x");
        world.settle().await;
        tom.asks("/report draft").await;
        tom.actor().delete(&secret).unwrap();
        world.settle().await;
        let id = trouble_ticket::domain::MessageId(secret.id.cast_signed());
        let kept = world.reading().await.message(id).await.unwrap().unwrap();
        assert_eq!((kept.text.as_str(), kept.deleted.is_some()), ("I found the password: hun*ter2", true));
        assert!(!tom.asks("/report draft team:web").await.is_empty());
        assert!(!versions(world, "web").await[1].1.contains("ter2"), "no new report has it");
        // Another setting holds for what was deleted before, too.
        assert_eq!(deleted::sweep(&world.store()).await.unwrap(), 1);
        assert_eq!(deleted::sweep(&world.store()).await.unwrap(), 0);
        assert_eq!(world.reading().await.message(id).await.unwrap().unwrap().text, "");
        assert!(!versions(world, "web").await[0].1.contains("ter2"));
    })
    .await;
}

/// Waits until the archive of the first ticket is gone.
async fn archive_is_gone(world: &World) {
    let gone = async || {
        let mut tx = world.reading().await;
        tx.is_archive_gone(TicketNumber(1)).await.unwrap()
            && tx.count_messages(TicketNumber(1)).await.unwrap() == 0
    };
    while !gone().await {
        tokio::task::yield_now().await;
    }
}

async fn what_is_too_old_is_let_go_of(kind: Kind) {
    let config = "[archive]\nretention_days = 30";
    play_in(kind, Setting { config, ..Setting::default() }, async |world| {
        let old = world.open("Checkout is down").await;
        let tom = world.tom().at(&old);
        tom.asks("/ticket take").await;
        tom.attaches("the disk was full, I emptied it", "disk.log", "100 %");
        tom.asks("/ticket status to:resolved").await;
        world.approve_reports(&old).await;
        tom.asks("/ticket close reason:done").await;
        // A correction that nobody submitted.
        tom.asks("/report draft team:technical").await;
        let running = world.open("Mails are late").await;
        world.tom().at(&running).says("looking");
        world.minutes_later(60 * 24 * 29);
        let recent = world.open("The website is slow").await;
        world.tom().at(&recent).says("a false alarm");
        world.tom().at(&recent).asks("/ticket cancel").await;
        world.settle().await;
        assert!(
            world.reading().await.count_messages(TicketNumber(1)).await.unwrap() > 0,
            "29 days are no 30"
        );
        world.minutes_later(60 * 24 * 2);
        archive_is_gone(world).await;
        world.settle().await;
        let mut tx = world.reading().await;
        for case in [&running, &recent] {
            assert!(tx.count_messages(case.number).await.unwrap() > 0, "{}", case.number);
        }
        assert_eq!(tx.kept_bytes().await.unwrap(), 0);
        let left: Vec<(String, i64, ReportState)> = tx
            .all_reports(TicketNumber(1))
            .await
            .unwrap()
            .into_iter()
            .map(|report| (report.team.to_string(), report.version, report.state))
            .collect();
        assert_eq!(
            left,
            [
                ("technical".to_owned(), 1, ReportState::Approved),
                ("web".to_owned(), 1, ReportState::Approved)
            ]
        );
        drop(tx);
        let ticket = world.ticket(1).await;
        let standing = ticket.report(&TeamKey::new("technical")).unwrap();
        assert_eq!(
            (standing.version, standing.state, standing.by.name.as_str()),
            (1, ReportState::Approved, "Dora")
        );
        let tom = world.tom();
        insta::assert_snapshot!(tom.asks("/report draft ticket:1").await, @"What was said about T-1 is not kept any more: it ended too long ago. Its approved reports are there: `/report show`.");
        let shown = tom.asks("/report show ticket:1 team:technical").await;
        assert!(shown.contains("Version 1 · **approved** by @Dora"), "{shown}");
        assert!(tom.asks("/ticket history ticket:1").await.contains("closed"));
        // Opened again, its archive is filled anew, as far as the thread is there.
        world.ann().asks("/ticket reopen reason:it is back ticket:1").await;
        world.settle().await;
        assert!(world.reading().await.count_messages(TicketNumber(1)).await.unwrap() > 5);
        assert!(tom.asks("/report draft ticket:1").await.starts_with("Drafted for **T-1**"));
    })
    .await;
}

async fn nothing_is_let_go_of_without_a_limit(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        world.tom().at(&case).asks("/ticket cancel").await;
        world.settle().await;
        let kept = world.reading().await.count_messages(TicketNumber(1)).await.unwrap();
        world.minutes_later(60 * 24 * 4000);
        world.settle().await;
        assert_eq!(world.reading().await.count_messages(TicketNumber(1)).await.unwrap(), kept);
    })
    .await;
}

crate::on_both!(
    what_is_deleted_takes_its_traces_with_it,
    the_text_stays_where_the_settings_say_so,
    what_is_too_old_is_let_go_of,
    nothing_is_let_go_of_without_a_limit,
);
