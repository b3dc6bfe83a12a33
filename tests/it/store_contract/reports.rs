//! Final Reports, where they stand, and the reactions and pins of the archive.

use trouble_ticket::domain::ReportStanding;
use trouble_ticket::store::FileState;

use super::*;

async fn a_version_changes_its_state_until_it_is_approved(kind: Kind) {
    let (_db, store) = store(kind).await;
    let store = store.guild(GuildId(1));
    let number = one_ticket(&store).await.number;
    let web = TeamKey::new("web");
    let mut tx = store.write().await.unwrap();
    tx.insert_report(number, &report("web", 1)).await.unwrap();
    let written = StoredReport { section: Some("cause".into()), ..report("web", 2) };
    tx.insert_report(number, &written).await.unwrap();
    tx.set_report_state(number, (&web, 2), ReportState::Submitted, "{\"v\":\"é\"}").await.unwrap();
    tx.set_report_state(number, (&web, 2), ReportState::Approved, "{}").await.unwrap();
    let again = tx.set_report_state(number, (&web, 2), ReportState::Returned, "{\"v\":0}").await;
    assert!(matches!(again, Err(StoreError::AlreadyThere)), "{again:?}");
    let none = tx.set_report_state(number, (&web, 3), ReportState::Returned, "{}").await;
    assert!(matches!(none, Err(StoreError::AlreadyThere)), "{none:?}");
    tx.commit().await.unwrap();
    let mut tx = store.read().await.unwrap();
    let approved = StoredReport { state: ReportState::Approved, body: "{}".into(), ..written };
    assert_eq!(tx.report(number, &web, 2).await.unwrap(), Some(approved.clone()));
    assert_eq!(tx.report(number, &web, 3).await.unwrap(), None);
    assert_eq!(tx.all_reports(number).await.unwrap(), [report("web", 1), approved]);
}

async fn where_reports_stand_is_part_of_the_ticket(kind: Kind) {
    let (_db, store) = store(kind).await;
    let store = store.guild(GuildId(1));
    let (mut first, second) = (one_ticket(&store).await, one_ticket(&store).await);
    let (team, version) = (TeamKey::new("web"), 1);
    let steps = [
        EventKind::ReportDrafted { team: team.clone(), version },
        EventKind::ReportDrafted { team: TeamKey::new("technical"), version },
        EventKind::ReportEdited { team: team.clone(), version: 2, section: "cause".into() },
        EventKind::ReportSubmitted { team: team.clone(), version: 2 },
        EventKind::Reopened { from: Status::Closed, to: Status::Open, reason: "x".into() },
    ];
    for (seq, kind) in (1..).zip(steps) {
        first.apply(&Event { seq, at: later(seq), by: person(seq), cause: None, kind });
        let mut tx = store.write().await.unwrap();
        tx.save_ticket(&first).await.unwrap();
        tx.commit().await.unwrap();
    }
    let standing = ReportStanding {
        team,
        version: 2,
        state: ReportState::Submitted,
        authors: vec![person(3), person(4)],
        compiled: later(1),
        since: later(4),
        by: person(4),
        outdated: true,
    };
    assert_eq!(first.reports[1], standing);
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.find_ticket(first.number).await.unwrap().as_ref(), Some(&first));
    assert_eq!(tx.list_tickets(None, 9).await.unwrap(), [second, first]);
}

async fn reactions_and_pins_do_not_mind_being_told_twice(kind: Kind) {
    let (_db, store) = store(kind).await;
    let store = store.guild(GuildId(1));
    let number = one_ticket(&store).await.number;
    let given = |emoji: &str, by, second| Reaction { emoji: emoji.into(), by: UserId(by), at: later(second) };
    let id = MessageId(30);
    let mut tx = store.write().await.unwrap();
    // What is not in the archive gets no reactions.
    tx.react(id, &given("📌", 1, 1)).await.unwrap();
    tx.mark_pinned(id, Some(later(1))).await.unwrap();
    tx.archive_message(number, &message(30, "found it", None)).await.unwrap();
    for (emoji, by, second) in [("📌", 1, 2), ("📌", 1, 3), ("📌", 2, 4), ("ok:9", 2, 5), ("🔥", 1, 6)]
    {
        tx.react(id, &given(emoji, by, second)).await.unwrap();
    }
    for at in [Some(later(7)), Some(later(8))] {
        tx.mark_pinned(id, at).await.unwrap();
    }
    tx.commit().await.unwrap();
    let kept = async || store.read().await.unwrap().message(id).await.unwrap().unwrap();
    assert_eq!(kept().await.pinned, Some(later(7)));
    assert_eq!(
        kept().await.reactions,
        [given("📌", 1, 2), given("📌", 2, 4), given("ok:9", 2, 5), given("🔥", 1, 6)]
    );
    assert_eq!(store.read().await.unwrap().messages(number).await.unwrap(), [kept().await]);

    let mut tx = store.write().await.unwrap();
    tx.unreact(id, Some("📌"), Some(UserId(1)), later(10)).await.unwrap();
    tx.unreact(id, Some("🔥"), None, later(10)).await.unwrap();
    tx.react(id, &given("📌", 1, 11)).await.unwrap();
    tx.mark_pinned(id, None).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(kept().await.pinned, None);
    assert_eq!(kept().await.reactions, [given("📌", 2, 4), given("ok:9", 2, 5), given("📌", 1, 11)]);

    let mut tx = store.write().await.unwrap();
    tx.set_reactions(id, &[given("📌", 2, 20), given("✅", 3, 20)], later(20)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(kept().await.reactions, [given("📌", 2, 4), given("✅", 3, 20)]);
    // What was heard after a history was read is newer than it.
    let mut tx = store.write().await.unwrap();
    tx.react(id, &given("🔥", 5, 25)).await.unwrap();
    tx.unreact(id, Some("✅"), Some(UserId(3)), later(26)).await.unwrap();
    tx.set_reactions(id, &[given("📌", 2, 24), given("✅", 3, 24)], later(24)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(kept().await.reactions, [given("📌", 2, 4), given("🔥", 5, 25)]);
    let mut tx = store.write().await.unwrap();
    tx.unreact(id, None, None, later(30)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(kept().await.reactions, []);
}

async fn what_was_deleted_before_it_was_told_is_deleted(kind: Kind) {
    let (_db, store) = store(kind).await;
    let store = store.guild(GuildId(1));
    let number = one_ticket(&store).await.number;
    let file = Attachment { id: 1, name: "a.png".into(), url: "https://cdn/1".into(), size: 9 };
    let told = ArchivedMessage { attachments: vec![file], ..message(30, "my password", None) };
    let mut tx = store.write().await.unwrap();
    for second in [1, 2] {
        tx.mark_deleted(MessageId(30), later(second)).await.unwrap();
    }
    tx.archive_message(number, &told).await.unwrap();
    tx.archive_message(number, &message(31, "fine", None)).await.unwrap();
    tx.archive_message(number, &ArchivedMessage { edited: Some(later(5)), ..told.clone() }).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.write().await.unwrap();
    let kept = tx.message(MessageId(30)).await.unwrap().unwrap();
    assert_eq!(kept.deleted, Some(later(1)));
    assert_eq!(tx.wanted_files().await.unwrap().0, 1, "nobody fetches what was taken back");
    // How far a thread is complete only goes forward; what stands between two messages leaves out what was deleted.
    let thread = ChannelId(77);
    assert_eq!(tx.complete_to(thread).await.unwrap(), None);
    for mark in [20, 40, 30] {
        tx.set_complete_to(thread, MessageId(mark)).await.unwrap();
    }
    assert_eq!(tx.complete_to(thread).await.unwrap(), Some(MessageId(40)));
    tx.archive_message(number, &message(32, "too", None)).await.unwrap();
    let between = async |tx: &mut GuildTx, after, to, limit| {
        let found =
            tx.standing_messages((number, thread), (MessageId(after), MessageId(to)), limit).await.unwrap();
        found.into_iter().map(|id| id.0).collect::<Vec<_>>()
    };
    assert_eq!(between(&mut tx, 0, 99, 9).await, [31, 32]);
    assert_eq!(between(&mut tx, 31, 32, 9).await, [32]);
    let all = (MessageId(0), MessageId(99));
    let elsewhere = tx.standing_messages((number, ChannelId(78)), all, 9).await.unwrap();
    assert!(elsewhere.is_empty(), "a ticket may have had another thread before");
    assert_eq!(between(&mut tx, 0, 99, 1).await, [31]);
}

async fn files_are_wanted_until_they_are_kept_or_skipped(kind: Kind) {
    let (_db, store) = store(kind).await;
    let store = store.guild(GuildId(1));
    let number = one_ticket(&store).await.number;
    let file =
        |id: i64, size| Attachment { id, name: format!("{id}.png"), url: format!("https://cdn/{id}"), size };
    let told =
        |id, files: Vec<Attachment>| ArchivedMessage { attachments: files, ..message(id, "look", None) };
    let mut tx = store.write().await.unwrap();
    for message in [told(30, vec![file(1, 9), file(2, 8)]), told(40, vec![file(3, 7), file(0, 1)])] {
        tx.archive_message(number, &message).await.unwrap();
        tx.archive_message(number, &message).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(store.read().await.unwrap().wanted_files().await.unwrap(), (3, Some(now())));
    let mut tx = store.write().await.unwrap();
    let next = |tries: i64| later(20 * tries);
    assert_eq!(tx.take_wanted_file(later(-1), next).await.unwrap(), None);
    let mut wanted = Vec::new();
    while let Some(one) = tx.take_wanted_file(now(), next).await.unwrap() {
        wanted.push((one.message.0, one.file, one.attempts));
    }
    assert_eq!(wanted, [(30, file(1, 9), 1), (30, file(2, 8), 1), (40, file(3, 7), 1)]);
    let bytes = b"\x89PNG\0\xff";
    tx.keep_file(MessageId(30), 1, bytes).await.unwrap();
    tx.skip_file(MessageId(30), 2, "too large").await.unwrap();
    let renewed = [Attachment { url: "https://cdn/new".into(), ..file(3, 7) }, file(9, 9)];
    tx.renew_links(MessageId(40), &renewed).await.unwrap();
    let again = tx.take_wanted_file(later(20), next).await.unwrap().unwrap();
    assert_eq!((again.file.url.as_str(), again.attempts), ("https://cdn/new", 2));
    assert_eq!(tx.take_wanted_file(later(20), next).await.unwrap(), None);
    tx.commit().await.unwrap();
    let mut tx = store.write().await.unwrap();
    assert_eq!(tx.wanted_files().await.unwrap(), (1, Some(later(40))));
    let files = tx.message(MessageId(40)).await.unwrap().unwrap().attachments;
    assert_eq!(files.iter().map(|one| one.id).collect::<Vec<_>>(), [3, 0], "which files there are stays");
    // A file that comes with an edit is wanted, too.
    let edited = ArchivedMessage { edited: Some(later(30)), ..told(40, vec![file(3, 7), file(4, 5)]) };
    tx.archive_message(number, &edited).await.unwrap();
    assert_eq!(tx.wanted_files().await.unwrap().0, 2);
    assert_eq!(tx.kept_bytes().await.unwrap(), 6);
    assert_eq!(tx.file_bytes(MessageId(30), 1).await.unwrap().as_deref(), Some(&bytes[..]));
    assert_eq!(tx.file_bytes(MessageId(30), 2).await.unwrap(), None);
    // What is decided stays so.
    tx.keep_file(MessageId(30), 2, bytes).await.unwrap();
    tx.skip_file(MessageId(30), 1, "no").await.unwrap();
    tx.mark_deleted(MessageId(40), later(70)).await.unwrap();
    let (kept, skipped) = (FileState::Kept, |why: &str| FileState::Skipped(why.into()));
    let states = tx.file_states(number).await.unwrap();
    let expected = [
        (MessageId(30), 1, kept),
        (MessageId(30), 2, skipped("too large")),
        (MessageId(40), 3, skipped("the message was deleted")),
        (MessageId(40), 4, skipped("the message was deleted")),
    ];
    assert_eq!(states, expected);
    tx.mark_deleted(MessageId(30), later(80)).await.unwrap();
    assert_eq!(tx.file_bytes(MessageId(30), 1).await.unwrap(), None, "its bytes went with the message");
    assert_eq!(tx.kept_bytes().await.unwrap(), 0);
}

crate::on_both!(
    files_are_wanted_until_they_are_kept_or_skipped,
    a_version_changes_its_state_until_it_is_approved,
    where_reports_stand_is_part_of_the_ticket,
    reactions_and_pins_do_not_mind_being_told_twice,
    what_was_deleted_before_it_was_told_is_deleted,
);
