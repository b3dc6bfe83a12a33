//! The timeline: what happened to a ticket, and what was said about it that belongs in a report.
//!
//! Events and notes are facts; of the talk there are the lines that [`select`](super::select) proposes. Things of the
//! same moment stand in the order of Discord's ids, events without one first; notes and steps that were dated back
//! stand where they happened. Must not know Markdown, nor how a line was picked.

use chrono::{DateTime, TimeDelta, Utc};

use super::reader::Reader;
use super::text::list;
use super::{Certainty, Entry, EntryKind, Record};
use crate::domain::text::{one_line, tidy};
use crate::domain::{Event, EventKind, Field, MessageId, ServiceKey, SeverityKey};

/// All lines in time order: what happened, and `picked` from the talk.
pub(super) fn entries(record: &Record, reader: &Reader<'_>, picked: Vec<(MessageId, Entry)>) -> Vec<Entry> {
    // A report tells of the failure, not of the paper about it; its own history does that.
    let events = record.events.iter().filter(|event| !event.kind.is_paperwork());
    // An interaction and a message of one millisecond are told apart by their ids, which are minted in order.
    let events = events.map(|event| (event.cause.map_or(0, |id| id.0), reader.event(event)));
    let picked = picked.into_iter().map(|(id, entry)| (id.0, entry));
    let mut entries: Vec<(i64, Entry)> = events.chain(picked).collect();
    // Stable: the events of one interaction keep their order.
    entries.sort_by_key(|(id, entry)| (entry.at, *id));
    entries.into_iter().map(|(_, entry)| entry).collect()
}

impl Reader<'_> {
    fn event(&self, event: &Event) -> Entry {
        let (kind, at, text) = match &event.kind {
            EventKind::Noted { kind, text, happened } => ((*kind).into(), *happened, self.readable(text)),
            EventKind::StatusChanged { reached, .. } => (EntryKind::Event, *reached, self.happened(event)),
            _ => (EntryKind::Event, event.at, self.happened(event)),
        };
        let author = event.by.name.clone();
        Entry {
            at,
            kind,
            author,
            text,
            state: Certainty::Fact,
            score: None,
            reasons: Vec::new(),
            sources: Vec::new(),
        }
    }

    /// What happened, to be read after the name of who did it.
    fn happened(&self, event: &Event) -> String {
        let team = |key| super::text::team(self.directory.team_name(key));
        let by = event.by.id;
        match &event.kind {
            EventKind::Opened { title, severity, services } => {
                let details = [vec![severity.to_string()], self.services(services)].concat().join(", ");
                format!("opened the ticket: {} ({details})", one_line(title))
            }
            EventKind::Edited { field, from, to } => self.edited(*field, from, to),
            EventKind::Assigned { team: key, person, replaced } => {
                let what = if person.id == by {
                    format!("took the ticket for {}", team(key))
                } else {
                    format!("put {} in charge for {}", person.name, team(key))
                };
                let before = replaced.as_ref().map(|before| format!(", in the place of {}", before.name));
                what + &before.unwrap_or_default()
            }
            EventKind::Released { team: key, person, note } if person.id == by => {
                with_note(format!("gave the ticket back for {}", team(key)), note)
            }
            EventKind::Released { team: key, person, note } => {
                with_note(format!("took {} off the ticket for {}", person.name, team(key)), note)
            }
            EventKind::StatusChanged { from, to, note, reached } => {
                let step = format!("moved the ticket from {from} to {to}");
                with_note(format!("{step}{}", self.recorded(*reached, event.at)), note)
            }
            EventKind::SeverityChanged { from, to, reason } => with_note(self.severity(from, to), reason),
            EventKind::Noted { text, .. } => text.clone(),
            EventKind::Closed { reason } => with_note("closed the ticket".to_owned(), reason),
            EventKind::Cancelled { reason, .. } => {
                with_note("cancelled the ticket as a false alarm".to_owned(), reason)
            }
            EventKind::Reopened { reason, .. } => with_note("reopened the ticket".to_owned(), reason),
            // Left out above.
            EventKind::ReportDrafted { .. }
            | EventKind::ReportEdited { .. }
            | EventKind::ReportSubmitted { .. }
            | EventKind::ReportApproved { .. }
            | EventKind::ReportReturned { .. } => String::new(),
        }
    }

    /// When a step was said, where that was noticeably later than it was reached.
    fn recorded(&self, reached: DateTime<Utc>, at: DateTime<Utc>) -> String {
        let local = self.local();
        match at - reached {
            late if late < TimeDelta::minutes(1) => String::new(),
            _ if local.day(at) == local.day(reached) => format!(" (recorded at {})", local.time(at)),
            _ => format!(" (recorded on {})", local.moment(at)),
        }
    }

    fn severity(&self, from: &SeverityKey, to: &SeverityKey) -> String {
        let verb = if self.directory.is_worse(to, from) { "raised" } else { "lowered" };
        format!("{verb} the severity from {from} to {to}")
    }

    fn edited(&self, field: Field, from: &str, to: &str) -> String {
        let name = match field {
            Field::Title => "title",
            Field::Services => "services",
            Field::Affected => "people affected",
            Field::Frequency => "frequency",
            Field::Started => "start of the failure",
        };
        match (self.value(field, from), self.value(field, to)) {
            (_, to) if to.is_empty() => format!("emptied the {name}"),
            (from, to) if from.is_empty() => format!("set the {name} to “{to}”"),
            (from, to) => format!("corrected the {name} from “{from}” to “{to}”"),
        }
    }

    /// A stored value as people write it.
    fn value(&self, field: Field, stored: &str) -> String {
        match field {
            Field::Services if !stored.is_empty() => {
                let keys: Vec<ServiceKey> = stored.split(", ").map(ServiceKey::new).collect();
                list(&self.services(&keys))
            }
            Field::Started => match stored.parse() {
                Ok(at) => self.local().moment(at),
                Err(_) => stored.to_owned(),
            },
            _ => one_line(stored),
        }
    }

    fn services(&self, keys: &[ServiceKey]) -> Vec<String> {
        keys.iter().map(|key| self.directory.service_name(key).to_owned()).collect()
    }
}

fn with_note(what: String, note: &str) -> String {
    let note = tidy(note);
    if note.is_empty() { what } else { format!("{what}: {note}") }
}
