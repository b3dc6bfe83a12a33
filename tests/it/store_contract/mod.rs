//! What every method of the store promises, on both databases.

use chrono::{DateTime, TimeDelta, Utc};
use trouble_ticket::domain::delivery::ReplyToken;
use trouble_ticket::domain::{
    ArchivedMessage, Attachment, ChannelId, Delivery, Doing, Effect, Event, EventKind, Facts, GuildId,
    Hindrance, InteractionId, MessageId, NoteKind, Notice, Person, Problem, Reaction, ReportState,
    SeverityKey, Status, Task, TeamKey, Ticket, TicketNumber, UserId,
};
use trouble_ticket::store::{
    Binding, BindingKind, GuildStore, GuildTx, Outcome, Pending, Store, StoreError, StoredReport, Which,
};

use crate::support::db::{Kind, TestDb};

mod lease;
mod migrations;
mod outbox;
mod reports;
mod schema;

fn now() -> DateTime<Utc> {
    "2026-11-23T08:30:00.123456Z".parse().unwrap()
}

fn later(seconds: i64) -> DateTime<Utc> {
    now() + TimeDelta::seconds(seconds)
}

fn person(id: i64) -> Person {
    Person { id: UserId(id), name: format!("person {id} 👩‍🔧") }
}

async fn store(kind: Kind) -> (TestDb, Store) {
    let db = TestDb::new(kind).await;
    let store = Store::open(db.url()).await.unwrap();
    (db, store)
}

/// A new ticket, written; nothing is owed for it.
async fn ticket(tx: &mut GuildTx, guild: i64) -> Ticket {
    let number = tx.next_number().await.unwrap();
    let facts = Facts {
        title: "Checkout is down; DROP TABLE tickets; --".into(),
        details: "多言語\n'quotes' \"and\" \\".into(),
        severity: SeverityKey::new("SEV1"),
        services: vec!["checkout", "website"]
            .into_iter()
            .map(trouble_ticket::domain::ServiceKey::new)
            .collect(),
        affected: Some(trouble_ticket::domain::Affected::Part),
        affected_who: "some".into(),
        frequency: Some(trouble_ticket::domain::Frequency::Once),
        frequency_detail: "at nine".into(),
        started_said: "nine".into(),
    };
    let place = (GuildId(guild), number, ChannelId(10));
    let (ticket, _) = Ticket::open(place, facts, Some(later(-600)), person(1), now());
    tx.insert_ticket(&ticket).await.unwrap();
    ticket
}

async fn one_ticket(store: &GuildStore) -> Ticket {
    let mut tx = store.write().await.unwrap();
    let ticket = ticket(&mut tx, store.guild().0).await;
    tx.commit().await.unwrap();
    ticket
}

fn nonce(nth: usize) -> String {
    format!("nonce-{nth}")
}

async fn enqueue(store: &GuildStore, effects: &[Effect]) {
    let mut tx = store.write().await.unwrap();
    for (nth, effect) in effects.iter().enumerate() {
        tx.enqueue(TicketNumber(1), effect, &nonce(nth), now()).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn lease(store: &GuildStore, at: DateTime<Utc>) -> Vec<Delivery> {
    let mut tx = store.write().await.unwrap();
    let deliveries = tx.lease_deliveries(at, 100, &[]).await.unwrap();
    tx.commit().await.unwrap();
    deliveries
}

async fn settle(store: &GuildStore, delivery: &Delivery, outcome: Outcome) {
    let mut tx = store.write().await.unwrap();
    tx.settle_delivery(delivery, &outcome, now()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn pending(store: &GuildStore) -> Pending {
    store.read().await.unwrap().pending_deliveries().await.unwrap()
}

fn kinds(deliveries: &[Delivery]) -> Vec<&'static str> {
    deliveries.iter().map(|delivery| delivery.task.kind()).collect()
}

fn headline(channel: i64) -> Effect {
    Effect::Headline { channel: ChannelId(channel), mention: Vec::new() }
}

async fn a_ticket_is_found_as_it_was_written(kind: Kind) {
    let (_db, store) = store(kind).await;
    let store = store.guild(GuildId(1));
    let mut written = one_ticket(&store).await;
    assert_eq!(
        store.read().await.unwrap().find_ticket(written.number).await.unwrap().as_ref(),
        Some(&written)
    );
    for (seq, kind) in [
        EventKind::Assigned { team: TeamKey::new("web"), person: person(2), replaced: None },
        EventKind::Assigned { team: TeamKey::new("web"), person: person(3), replaced: Some(person(2)) },
        EventKind::StatusChanged {
            from: Status::Open,
            to: Status::Resolved,
            note: "x".into(),
            reached: later(5),
        },
    ]
    .into_iter()
    .enumerate()
    {
        let seq = i64::try_from(seq).unwrap() + 1;
        written.apply(&Event { seq, at: later(seq), by: person(2), cause: None, kind });
    }
    let mut tx = store.write().await.unwrap();
    assert!(tx.lock_ticket(written.number).await.unwrap().is_some());
    tx.save_ticket(&written).await.unwrap();
    // Places are written apart, and saving the rest leaves them.
    tx.set_card(written.number, MessageId(77)).await.unwrap();
    tx.set_thread(written.number, ChannelId(77)).await.unwrap();
    tx.save_ticket(&written).await.unwrap();
    tx.commit().await.unwrap();
    (written.places.card, written.places.thread) = (Some(MessageId(77)), Some(ChannelId(77)));
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.find_ticket(written.number).await.unwrap().as_ref(), Some(&written));
    assert_eq!(tx.list_tickets(None, 5).await.unwrap(), [written.clone()]);
    assert_eq!(tx.threads().await.unwrap(), [(ChannelId(77), written.number)]);
    assert_eq!(tx.ticket_of_thread(ChannelId(77)).await.unwrap(), Some(written.number));
    assert_eq!(tx.find_ticket(TicketNumber(9)).await.unwrap(), None);
}

async fn a_transaction_that_is_dropped_leaves_nothing(kind: Kind) {
    let (_db, store) = store(kind).await;
    let store = store.guild(GuildId(1));
    let mut tx = store.write().await.unwrap();
    ticket(&mut tx, 1).await;
    drop(tx);
    assert_eq!(store.read().await.unwrap().list_tickets(None, 5).await.unwrap(), []);
    // Its number is given again: numbers have no gaps.
    assert_eq!(one_ticket(&store).await.number, TicketNumber(1));
}

async fn tickets_are_listed_by_status_newest_first(kind: Kind) {
    let (_db, store) = store(kind).await;
    let store = store.guild(GuildId(1));
    for _ in 0..4 {
        one_ticket(&store).await;
    }
    let mut tx = store.write().await.unwrap();
    let mut over = tx.lock_ticket(TicketNumber(2)).await.unwrap().unwrap();
    let kind = EventKind::Cancelled { from: Status::Open, reason: String::new() };
    over.apply(&Event { seq: 1, at: later(1), by: person(1), cause: None, kind });
    tx.save_ticket(&over).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.read().await.unwrap();
    let numbers = |tickets: Vec<Ticket>| tickets.iter().map(|one| one.number.0).collect::<Vec<_>>();
    assert_eq!(numbers(tx.list_tickets(None, 10).await.unwrap()), [4, 3, 1]);
    assert_eq!(numbers(tx.list_tickets(None, 2).await.unwrap()), [4, 3]);
    assert_eq!(numbers(tx.list_tickets(Some(Status::Cancelled), 10).await.unwrap()), [2]);
    assert_eq!(numbers(tx.list_tickets(Some(Status::Closed), 10).await.unwrap()), [0; 0]);
}

async fn events_are_appended_once_per_cause(kind: Kind) {
    let (_db, store) = store(kind).await;
    let store = store.guild(GuildId(1));
    let number = one_ticket(&store).await.number;
    let noted = |seq| Event {
        seq,
        at: now(),
        by: person(1),
        cause: Some(InteractionId(500)),
        kind: EventKind::Noted { kind: NoteKind::Impact, text: "é".into(), happened: later(-9) },
    };
    let mut tx = store.write().await.unwrap();
    tx.append_event(number, &noted(1), 0).await.unwrap();
    tx.append_event(number, &noted(2), 1).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.write().await.unwrap();
    let again = tx.append_event(number, &noted(3), 0).await;
    assert!(matches!(again, Err(StoreError::AlreadyThere)), "{again:?}");
    drop(tx);
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.events(number).await.unwrap(), [noted(1), noted(2)]);
    assert_eq!(tx.event(number, 2).await.unwrap(), Some(noted(2)));
    assert_eq!(tx.event(number, 3).await.unwrap(), None);
    assert_eq!(tx.ticket_of_cause(InteractionId(500)).await.unwrap(), Some(number));
    assert_eq!(tx.ticket_of_cause(InteractionId(501)).await.unwrap(), None);
}

fn message(id: i64, text: &str, edited: Option<DateTime<Utc>>) -> ArchivedMessage {
    ArchivedMessage {
        id: MessageId(id),
        thread: ChannelId(77),
        author: person(4),
        bot: false,
        system: false,
        at: now(),
        text: text.into(),
        reply_to: Some(MessageId(1)),
        attachments: vec![Attachment {
            id: 7,
            name: "a.log".into(),
            url: "https://cdn.example/a".into(),
            size: 9,
        }],
        edited,
        deleted: None,
        pinned: None,
        reactions: Vec::new(),
    }
}

async fn the_archive_does_not_mind_the_order(kind: Kind) {
    let (_db, store) = store(kind).await;
    let store = store.guild(GuildId(1));
    let number = one_ticket(&store).await.number;
    let mut tx = store.write().await.unwrap();
    let told = [
        message(30, "third", Some(later(20))),
        message(30, "first", None),
        message(30, "second", Some(later(10))),
        message(10, "before", None),
        message(20, "draft", None),
        message(20, "final", Some(later(5))),
        message(20, "final", Some(later(5))),
        message(20, "final", Some(later(6))),
    ];
    for message in &told {
        tx.archive_message(number, message).await.unwrap();
    }
    tx.mark_deleted(MessageId(10), later(40)).await.unwrap();
    tx.mark_deleted(MessageId(10), later(50)).await.unwrap();
    tx.mark_deleted(MessageId(99), later(50)).await.unwrap();
    tx.archive_message(number, &message(10, "edited, told late", Some(later(3)))).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.read().await.unwrap();
    let kept = tx.messages(number).await.unwrap();
    let texts: Vec<_> = kept.iter().map(|one| (one.id.0, one.text.as_str(), one.deleted)).collect();
    assert_eq!(texts, [(10, "edited, told late", Some(later(40))), (20, "final", None), (30, "third", None)]);
    assert_eq!(kept[2], message(30, "third", Some(later(20))));
    assert_eq!(tx.message(MessageId(30)).await.unwrap(), Some(kept[2].clone()));
    assert_eq!(tx.count_messages(number).await.unwrap(), 3);
    assert_eq!(tx.message_versions(MessageId(20)).await.unwrap(), [(later(5), "draft".to_owned())]);
}

async fn names_are_bound_until_bound_again(kind: Kind) {
    let (_db, store) = store(kind).await;
    let store = store.guild(GuildId(1));
    let binding = |kind, name: &str, id| Binding { kind, name: name.into(), id };
    let mut tx = store.write().await.unwrap();
    for one in [
        binding(BindingKind::Role, "web", 1),
        binding(BindingKind::Channel, "web", 2),
        binding(BindingKind::Role, "web", 3),
    ] {
        tx.bind(&one).await.unwrap();
    }
    tx.commit().await.unwrap();
    let bound = store.read().await.unwrap().bindings().await.unwrap();
    assert_eq!(bound, [binding(BindingKind::Channel, "web", 2), binding(BindingKind::Role, "web", 3)]);
}

fn report(team: &str, version: i64) -> StoredReport {
    StoredReport {
        team: TeamKey::new(team),
        version,
        state: ReportState::Draft,
        made: later(version),
        by: person(1),
        section: None,
        body: format!("{{\"v\":{version}}}"),
    }
}

async fn reports_are_kept_in_versions(kind: Kind) {
    let (_db, store) = store(kind).await;
    let store = store.guild(GuildId(1));
    let number = one_ticket(&store).await.number;
    let mut tx = store.write().await.unwrap();
    for one in [report("web", 1), report("technical", 1), report("web", 2)] {
        tx.insert_report(number, &one).await.unwrap();
    }
    tx.commit().await.unwrap();
    let newest = store.read().await.unwrap().newest_reports(number).await.unwrap();
    assert_eq!(newest, [report("technical", 1), report("web", 2)]);
    let mut tx = store.write().await.unwrap();
    let again = tx.insert_report(number, &report("web", 2)).await;
    assert!(matches!(again, Err(StoreError::AlreadyThere)), "{again:?}");
}

async fn headlines_are_noted_by_channel(kind: Kind) {
    let (_db, store) = store(kind).await;
    let store = store.guild(GuildId(1));
    let number = one_ticket(&store).await.number;
    let mut tx = store.write().await.unwrap();
    for (channel, message) in [(21, 1), (20, 2), (21, 3)] {
        tx.set_headline(number, ChannelId(channel), MessageId(message)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let noted = store.read().await.unwrap().headlines(number).await.unwrap();
    assert_eq!(noted, [(ChannelId(20), MessageId(2)), (ChannelId(21), MessageId(3))]);
}

async fn one_guild_sees_nothing_of_another(kind: Kind) {
    let (_db, both) = store(kind).await;
    let (one, other) = (both.guild(GuildId(1)), both.guild(GuildId(2)));
    let mut full = one_ticket(&one).await;
    enqueue(&one, &[Effect::Card]).await;
    let mut tx = one.write().await.unwrap();
    let cause = Some(InteractionId(9));
    let kind = EventKind::Noted { kind: NoteKind::Finding, text: "x".into(), happened: now() };
    let event = Event { seq: 1, at: now(), by: person(1), cause, kind };
    tx.append_event(full.number, &event, 0).await.unwrap();
    tx.set_card(full.number, MessageId(77)).await.unwrap();
    tx.set_thread(full.number, ChannelId(77)).await.unwrap();
    tx.set_headline(full.number, ChannelId(20), MessageId(5)).await.unwrap();
    tx.archive_message(full.number, &message(30, "said", None)).await.unwrap();
    tx.bind(&Binding { kind: BindingKind::Role, name: "web".into(), id: 1 }).await.unwrap();
    tx.insert_report(full.number, &report("web", 1)).await.unwrap();
    let reaction = Reaction { emoji: "📌".into(), by: UserId(3), at: now() };
    tx.react(MessageId(30), &reaction).await.unwrap();
    tx.commit().await.unwrap();
    let leased = lease(&one, now()).await;

    // The other guild looks, writes and recovers, and meets nothing.
    let number = full.number;
    let mut tx = other.write().await.unwrap();
    assert_eq!(tx.find_ticket(number).await.unwrap(), None);
    assert_eq!(tx.lock_ticket(number).await.unwrap(), None);
    assert_eq!(tx.list_tickets(None, 9).await.unwrap(), []);
    assert_eq!(tx.events(number).await.unwrap(), []);
    assert_eq!(tx.event(number, 1).await.unwrap(), None);
    assert_eq!(tx.ticket_of_cause(InteractionId(9)).await.unwrap(), None);
    assert_eq!(tx.threads().await.unwrap(), []);
    assert_eq!(tx.ticket_of_thread(ChannelId(77)).await.unwrap(), None);
    assert_eq!(tx.headlines(number).await.unwrap(), []);
    assert_eq!(tx.messages(number).await.unwrap(), []);
    assert_eq!(tx.message(MessageId(30)).await.unwrap(), None);
    assert_eq!(tx.message_versions(MessageId(30)).await.unwrap(), []);
    assert_eq!(tx.count_messages(number).await.unwrap(), 0);
    assert_eq!(tx.bindings().await.unwrap(), []);
    assert_eq!(tx.newest_reports(number).await.unwrap(), []);
    assert_eq!(tx.all_reports(number).await.unwrap(), []);
    let web = TeamKey::new("web");
    assert_eq!(tx.report(number, &web, 1).await.unwrap(), None);
    assert!(tx.set_report_state(number, (&web, 1), ReportState::Approved, "").await.is_err());
    tx.unreact(MessageId(30), None, None, now()).await.unwrap();
    tx.react(MessageId(30), &Reaction { by: UserId(4), ..reaction.clone() }).await.unwrap();
    tx.mark_pinned(MessageId(30), Some(now())).await.unwrap();
    assert_eq!(tx.pending_deliveries().await.unwrap(), Pending::default());
    assert_eq!(tx.parked_deliveries().await.unwrap(), []);
    assert_eq!(tx.lease_deliveries(later(99), 9, &[]).await.unwrap(), []);
    assert_eq!(tx.recover_leases(now()).await.unwrap(), 0);
    tx.mark_deleted(MessageId(30), now()).await.unwrap();
    tx.set_card(number, MessageId(1)).await.unwrap();
    tx.set_thread(number, ChannelId(1)).await.unwrap();
    tx.settle_delivery(&leased[0], &Outcome::Dropped("x".into()), now()).await.unwrap();
    // It has numbers of its own.
    assert_eq!(ticket(&mut tx, 2).await.number, TicketNumber(1));
    tx.commit().await.unwrap();

    let mut tx = one.read().await.unwrap();
    (full.places.card, full.places.thread) = (Some(MessageId(77)), Some(ChannelId(77)));
    assert_eq!(tx.find_ticket(number).await.unwrap(), Some(full));
    let kept = tx.message(MessageId(30)).await.unwrap().unwrap();
    assert_eq!((kept.deleted, kept.pinned, kept.reactions), (None, None, vec![reaction]));
    assert_eq!(tx.newest_reports(number).await.unwrap(), [report("web", 1)]);
    assert_eq!(tx.pending_deliveries().await.unwrap().rows, 1);
    drop(tx);
    assert_eq!(both.guilds().await.unwrap(), [GuildId(1), GuildId(2)]);
}

crate::on_both!(
    a_ticket_is_found_as_it_was_written,
    a_transaction_that_is_dropped_leaves_nothing,
    tickets_are_listed_by_status_newest_first,
    events_are_appended_once_per_cause,
    the_archive_does_not_mind_the_order,
    names_are_bound_until_bound_again,
    reports_are_kept_in_versions,
    headlines_are_noted_by_channel,
    one_guild_sees_nothing_of_another,
);
