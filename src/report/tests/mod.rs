//! Tests of whole reports: the record of a small failure that they share, and particular cases.

mod documents;
mod properties;
mod shape;

use super::*;
use crate::domain::fixture::{ann, at, bob, carol, dana, directory, happen, ticket};
use crate::domain::{Attachment, ChannelId, EventKind, Field, Member, MessageId, Person, UserId};

const THREAD: ChannelId = ChannelId(30);

fn message(id: i64, author: &Member, minute: i64, text: &str) -> ArchivedMessage {
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
    }
}

fn messages() -> Vec<ArchivedMessage> {
    let bot = Member { person: Person { id: UserId(1), name: "trouble-ticket".to_owned() }, ..ann() };
    let log =
        Attachment { name: "pay.log".to_owned(), url: "https://cdn.example/pay.log".to_owned(), size: 9 };
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

fn report(record: &Record, team: &str) -> FinalReport {
    compile(record, &directory(), &TeamKey::new(team), 1, State::Draft, at(40))
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
    record.messages.push(message(8, &ann(), 60 * 24 * 130, "still fine"));
    let text = report(&record, "technical").to_markdown();
    let days: Vec<&str> = text.lines().filter(|line| line.starts_with("### ")).collect();
    assert_eq!(days, ["### Monday, 23 November 2026 (UTC+01:00)", "### Friday, 2 April 2027 (UTC+02:00)"]);
}

#[test]
fn discords_codes_become_readable() {
    let mut record = record();
    record.messages = vec![message(
        2,
        &ann(),
        1,
        "<@!102> <@&1> <@9> <#7> <:ok:12> <t:1795438800:R> <b> <@99999999999999999999>",
    )];
    let report = report(&record, "web");
    let said = report.timeline.iter().find(|entry| entry.kind == EntryKind::Message).unwrap();
    let expected = "@Bob @Technical team @9 #7 :ok: 23 November 2026, 14:00 <b> <@99999999999999999999>";
    assert_eq!(said.text, expected);
}

#[test]
fn ten_thousand_messages_compile_at_once() {
    let mut record = record();
    let text = "the queue of `payments` is at 97%, see https://graphs.example/d/1 <@102>";
    record.messages = (0..10_000).map(|id| message(id, &bob(), id / 10, text)).collect();
    let start = std::time::Instant::now();
    let report = report(&record, "technical");
    let (markdown, json) = (report.to_markdown(), report.to_json());
    assert!(markdown.lines().count() > 10_000 && json.len() > 1_000_000);
    let took = start.elapsed();
    println!("compiled and printed in {took:?}");
    assert!(took.as_secs() < 5, "{took:?}, unoptimised");
}
