//! The lines of `export all` and of a transcript for programs: one JSON object each.
//!
//! Every line has a `kind`. Ids are text, because they do not fit into a JSON number; times are RFC 3339 in UTC. A
//! field may be added, never renamed. Must not know where the lines go.

use std::collections::BTreeMap;

use anyhow::Context;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::domain::{
    ArchivedMessage, Attachment, Charge, Event, GuildId, MessageId, Person, ReportStanding, Ticket,
    TicketNumber,
};
use crate::store::{FileState, StoredReport};

/// The version of these shapes.
const SCHEMA: u32 = 1;

/// The texts that messages had before they were edited, each with when it was replaced.
pub type Versions = BTreeMap<MessageId, Vec<(DateTime<Utc>, String)>>;

/// What became of files.
pub type Files = BTreeMap<(MessageId, i64), FileState>;

/// What the export is, and of what.
#[must_use]
pub fn head(guild: GuildId) -> Value {
    json!({
        "kind": "export", "schema": SCHEMA, "guild": guild.to_string(), "program": env!("CARGO_PKG_VERSION"),
    })
}

/// A ticket as it stands.
#[must_use]
pub fn ticket(ticket: &Ticket) -> Value {
    let facts = &ticket.facts;
    json!({
        "kind": "ticket",
        "ticket": ticket.number.to_string(),
        "title": facts.title,
        "details": facts.details,
        "severity": facts.severity,
        "services": facts.services,
        "affected": facts.affected,
        "affected_who": facts.affected_who,
        "frequency": facts.frequency,
        "frequency_detail": facts.frequency_detail,
        "started_said": facts.started_said,
        "reporter": person(&ticket.reporter),
        "status": ticket.status,
        "milestones": ticket.milestones,
        "in_charge": ticket.charges.iter().map(charge).collect::<Value>(),
        "reports": ticket.reports.iter().map(standing).collect::<Value>(),
        "channel": ticket.places.channel.to_string(),
        "card": ticket.places.card.map(|id| id.to_string()),
        "thread": ticket.places.thread.map(|id| id.to_string()),
        "updated": time(ticket.updated),
    })
}

/// Something that happened to a ticket.
#[must_use]
pub fn event(number: TicketNumber, event: &Event) -> Value {
    json!({
        "kind": "event",
        "ticket": number.to_string(),
        "seq": event.seq,
        "at": time(event.at),
        "by": person(&event.by),
        "cause": event.cause.map(|id| id.to_string()),
        "what": event.kind,
    })
}

/// A message of a ticket's thread.
#[must_use]
pub fn message(number: TicketNumber, message: &ArchivedMessage, versions: &Versions, files: &Files) -> Value {
    let there = message.deleted.is_none();
    let before = versions.get(&message.id).filter(|_| there).map_or(&[][..], Vec::as_slice);
    let before = before.iter().map(|(until, text)| json!({ "until": time(*until), "text": text }));
    let reactions = message.reactions.iter();
    let reactions = reactions
        .map(|one| json!({ "emoji": one.emoji, "by": one.by.to_string(), "at": time(one.at) }))
        .collect::<Value>();
    let attachment = |file: &Attachment| {
        let state = files.get(&(message.id, file.id));
        let why = match state {
            Some(FileState::Skipped(why)) => Some(why.as_str()),
            _ => None,
        };
        json!({
            "id": file.id.to_string(), "name": file.name, "size": file.size, "url": file.url,
            "kept": state == Some(&FileState::Kept), "why": why,
        })
    };
    json!({
        "kind": "message",
        "ticket": number.to_string(),
        "id": message.id.to_string(),
        "thread": message.thread.to_string(),
        "author": person(&message.author),
        "bot": message.bot,
        "system": message.system,
        "at": time(message.at),
        "text": there.then_some(&message.text),
        "reply_to": message.reply_to.map(|id| id.to_string()),
        "attachments": message.attachments.iter().filter(|_| there).map(attachment).collect::<Value>(),
        "reactions": reactions,
        "edited": message.edited.map(time),
        "deleted": message.deleted.map(time),
        "pinned": message.pinned.map(time),
        "before": before.collect::<Value>(),
    })
}

/// A version of a team's report.
///
/// # Errors
/// If what is stored is no JSON.
pub fn report(number: TicketNumber, report: &StoredReport) -> anyhow::Result<Value> {
    let body: Value = serde_json::from_str(&report.body).context("reading a stored report")?;
    Ok(json!({
        "kind": "report",
        "ticket": number.to_string(),
        "team": report.team,
        "version": report.version,
        "state": report.state,
        "made": time(report.made),
        "by": person(&report.by),
        "section": report.section,
        "report": body,
    }))
}

/// A message as `demo --replay` reads it; `None` for what nobody said and for what was taken back.
#[must_use]
pub fn said(message: &ArchivedMessage) -> Option<Value> {
    if message.system || message.deleted.is_some() {
        return None;
    }
    let files: Vec<Value> =
        message.attachments.iter().map(|file| json!({ "name": file.name, "url": file.url })).collect();
    Some(json!({
        "id": message.id.to_string(),
        "ts": time(message.at),
        "author": message.author.name,
        "text": message.text,
        "bot": message.bot,
        "reply_to": message.reply_to.map(|id| id.to_string()),
        "attachments": files,
    }))
}

fn person(person: &Person) -> Value {
    json!({ "id": person.id.to_string(), "name": person.name })
}

fn charge(charge: &Charge) -> Value {
    json!({
        "team": charge.team, "person": person(&charge.person), "from": time(charge.from),
        "to": charge.until.map(time),
    })
}

fn standing(report: &ReportStanding) -> Value {
    json!({
        "team": report.team, "version": report.version, "state": report.state, "since": time(report.since),
        "by": person(&report.by), "authors": report.authors.iter().map(person).collect::<Value>(),
    })
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
