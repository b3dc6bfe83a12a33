//! Tests of whole reports: the record of a small failure that they share, a conversation, and particular cases.

mod conversation;
mod documents;
mod properties;
mod schema;
mod shape;

use super::*;
use crate::domain::fixture::{ann, at, bob, carol, dana, directory, happen, ticket};
use crate::domain::{
    Affected, Attachment, ChannelId, EventKind, Field, Member, MessageId, NoteKind, Person, SeverityKey,
    Status, UserId,
};

const THREAD: ChannelId = ChannelId(30);

pub(super) fn message(id: i64, author: &Member, minute: i64, text: &str) -> ArchivedMessage {
    ArchivedMessage {
        id: MessageId(id),
        thread: THREAD,
        author: author.person.clone(),
        bot: false,
        system: false,
        at: at(minute),
        text: text.to_owned(),
        reply_to: None,
        attachments: Vec::new(),
        edited: None,
        deleted: None,
        pinned: None,
        reactions: Vec::new(),
    }
}

fn messages() -> Vec<ArchivedMessage> {
    let bot = Member { person: Person { id: UserId(1), name: "trouble-ticket".to_owned() }, ..ann() };
    let log = Attachment {
        id: 1,
        name: "pay.log".to_owned(),
        url: "https://cdn.example/pay.log".to_owned(),
        size: 9,
    };
    vec![
        ArchivedMessage { bot: true, ..message(1, &bot, 0, "Ann opened T-42") },
        message(2, &bob(), 4, "which share of the payments fails, <@101>?"),
        ArchivedMessage { system: true, ..message(3, &dana(), 5, "Dana was added") },
        message(4, &ann(), 6, "about one in five # see https://graphs.example/d/pay_fail."),
        ArchivedMessage { attachments: vec![log], ..message(5, &bob(), 8, "") },
        ArchivedMessage { deleted: Some(at(10)), ..message(6, &carol(), 9, "my password is hunter2") },
        ArchivedMessage {
            edited: Some(at(13)),
            ..message(7, &bob(), 12, "the queue is full:\n```\nqueue 100%\n```")
        },
    ]
}

/// A ticket of Ann's that nothing has happened to, with these messages in its thread.
pub(super) fn record_with(messages: Vec<ArchivedMessage>) -> Record {
    let (mut ticket, opened) = ticket();
    ticket.places.thread = Some(THREAD);
    Record { ticket, events: vec![opened], messages }
}

/// The same, with a message for each author, minute and text.
pub(super) fn talk_record(lines: &[(&Member, i64, &str)]) -> Record {
    let said =
        |(id, (author, minute, text)): (i64, &(&Member, i64, &str))| message(id, author, *minute, text);
    record_with((1..).zip(lines).map(said).collect())
}

/// Reads the record with the company's names.
pub(super) fn reader(record: &Record) -> reader::Reader<'_> {
    static COMPANY: std::sync::LazyLock<Directory> = std::sync::LazyLock::new(directory);
    reader::Reader::new(record, &COMPANY)
}

fn record() -> Record {
    let (mut ticket, opened) = ticket();
    ticket.facts.affected = Some(Affected::Part);
    ticket.facts.affected_who = "those who pay by card".to_owned();
    ticket.places.card = Some(MessageId(29));
    ticket.places.thread = Some(THREAD);
    let mut events = vec![opened];
    let mut add = |by: &Member, minute, kind| events.push(happen(&mut ticket, by, minute, kind));
    let technical = TeamKey::new("technical");
    let (taken, note) = (bob().person, String::new);
    add(&bob(), 3, EventKind::Assigned { team: technical, person: taken, replaced: None });
    let (from, to) = (Status::Open, Status::Investigating);
    add(&bob(), 3, EventKind::StatusChanged { from, to, note: note(), reached: at(3) });
    let (from, to) = (String::new(), "2026-11-23T12:48:00Z".to_owned());
    add(&ann(), 7, EventKind::Edited { field: Field::Started, from, to });
    let (from, to) = (SeverityKey::new("SEV3"), SeverityKey::new("SEV1"));
    add(&dana(), 10, EventKind::SeverityChanged { from, to, reason: "it is the whole shop".to_owned() });
    let (kind, text) = (NoteKind::Action, "Restarted the queue".to_owned());
    add(&bob(), 16, EventKind::Noted { kind, text, happened: at(14) });
    let (from, to) = (Status::Investigating, Status::Resolved);
    add(&bob(), 30, EventKind::StatusChanged { from, to, note: "payments pass".to_owned(), reached: at(20) });
    Record { ticket, events, messages: messages() }
}

pub(super) fn report(record: &Record, team: &str) -> FinalReport {
    let made = Made { version: 1, by: bob().person, at: at(40) };
    compile(record, &directory(), &TeamKey::new(team), &made)
}

#[test]
fn a_team_the_config_does_not_know_gets_a_plain_report() {
    let report = report(&record(), "warehouse");
    assert_eq!(report.team_name, "warehouse");
    let keys: Vec<&str> = report.sections.iter().map(|section| section.key.as_str()).collect();
    assert!(keys.contains(&"cause") && keys.contains(&"communication"), "{keys:?}");
}

#[test]
fn days_and_changed_clocks_are_told_apart() {
    let mut record = record();
    // Four months on, Berlin is two hours from UTC.
    record.messages.push(message(8, &ann(), 60 * 24 * 130, "the queue is down again"));
    let text = report(&record, "technical").to_markdown();
    let days: Vec<&str> = text.lines().filter(|line| line.starts_with("### ")).collect();
    assert_eq!(days, ["### Monday, 23 November 2026 (UTC+01:00)", "### Friday, 2 April 2027 (UTC+02:00)"]);
}

#[test]
fn ten_thousand_messages_compile_in_one_go() {
    let mut record = record();
    let texts = [
        "the queue of `payments` is at 97%, see https://graphs.example/d/1 <@102>",
        "which queue, since when?",
        "I restarted worker",
        "ok",
    ];
    let message = |id: i64| {
        let text = format!("{} {id}", texts[(id % 4) as usize]);
        let author = if id % 3 == 0 { bob() } else { carol() };
        ArchivedMessage {
            reply_to: (id % 5 == 0).then_some(MessageId(id - 1)),
            ..message(id, &author, id / 10, &text)
        }
    };
    record.messages = (0..10_000).map(message).collect();
    let start = std::time::Instant::now();
    let report = report(&record, "technical");
    let (markdown, json) = (report.to_markdown(), report.to_json());
    println!("compiled and printed in {:?}", start.elapsed());
    let picked = report.timeline.iter().filter(|entry| entry.state == Certainty::Proposed).count();
    assert_eq!((report.messages, picked), (10_000, 60));
    assert!(
        markdown.lines().count() < 400 && json.len() < 100_000,
        "however much was said, a report can be read"
    );
}
