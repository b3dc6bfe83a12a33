//! The timeline: what happened to a ticket and what was said about it, in the order in which it happened.
//!
//! Things of the same moment stand in the order of Discord's ids, events without one first; notes and steps that were dated back stand where they
//! happened. What this bot posts is left out, so its announcements never tell an event twice; what other programs
//! post, such as alerts, is evidence. Must not know Markdown: texts are plain, with Discord's codes for people, times and emoji made readable.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use regex::{Captures, Regex};

use super::text::{Local, list};
use super::{Certainty, Entry, EntryKind, Record, Source, people};
use crate::domain::archive::message_url;
use crate::domain::text::{one_line, tidy};
use crate::domain::{
    ArchivedMessage, Directory, Event, EventKind, Field, GuildId, ServiceKey, SeverityKey, UserId,
};

/// What stands for the text of a deleted message.
const DELETED: &str = "(message deleted)";

/// All lines, in time order.
pub(super) fn entries(record: &Record, directory: &Directory) -> Vec<Entry> {
    let reader = Reader { names: people::names(record), directory };
    let own = |message: &ArchivedMessage| message.author.id == directory.bot;
    let messages = record.messages.iter().filter(|message| !own(message) && !message.system);
    // An interaction and a message of one millisecond are told apart by their ids, which are minted in order.
    let events = record.events.iter().map(|event| (event.cause.map_or(0, |id| id.0), reader.event(event)));
    let messages = messages.map(|message| (message.id.0, reader.message(message, record.ticket.guild)));
    let mut entries: Vec<(i64, Entry)> = events.chain(messages).collect();
    // Stable: the events of one interaction keep their order.
    entries.sort_by_key(|(id, entry)| (entry.at, *id));
    entries.into_iter().map(|(_, entry)| entry).collect()
}

/// Turns what is stored into lines that people read.
struct Reader<'a> {
    names: HashMap<UserId, &'a str>,
    directory: &'a Directory,
}

impl Reader<'_> {
    fn event(&self, event: &Event) -> Entry {
        let (kind, at, text) = match &event.kind {
            EventKind::Noted { kind, text, happened } => ((*kind).into(), *happened, self.readable(text)),
            EventKind::StatusChanged { reached, .. } => (EntryKind::Event, *reached, self.happened(event)),
            _ => (EntryKind::Event, event.at, self.happened(event)),
        };
        let author = event.by.name.clone();
        Entry { at, kind, author, text, state: Certainty::Fact, score: None, sources: Vec::new() }
    }

    fn message(&self, message: &ArchivedMessage, guild: GuildId) -> Entry {
        let text = self.said(message);
        let asks = message.deleted.is_none() && is_question(&message.text);
        Entry {
            at: message.at,
            kind: if asks { EntryKind::Question } else { EntryKind::Message },
            author: message.author.name.clone(),
            text,
            state: Certainty::Fact,
            score: None,
            sources: vec![Source {
                message: message.id.to_string(),
                author: message.author.name.clone(),
                at: message.at,
                url: message_url(guild, message.thread, message.id),
            }],
        }
    }

    /// The newest text, with the names of files; a deleted message only keeps its place.
    fn said(&self, message: &ArchivedMessage) -> String {
        if message.deleted.is_some() {
            return DELETED.to_owned();
        }
        let mut text = self.readable(&message.text);
        if !message.attachments.is_empty() {
            let files: Vec<String> = message.attachments.iter().map(|file| one_line(&file.name)).collect();
            let gap = if text.is_empty() { "" } else { "\n" };
            text = format!("{text}{gap}(attached: {})", list(&files));
        }
        if text.is_empty() { "(no text)".to_owned() } else { text }
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
            EventKind::ReportDrafted { team: key, version } => {
                format!("drafted the Final Report of {}, version {version}", team(key))
            }
        }
    }

    /// When a step was said, where that was noticeably later than it was reached.
    fn recorded(&self, reached: DateTime<Utc>, at: DateTime<Utc>) -> String {
        let local = Local(self.directory.zone);
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
                Ok(at) => Local(self.directory.zone).moment(at),
                Err(_) => stored.to_owned(),
            },
            _ => one_line(stored),
        }
    }

    fn services(&self, keys: &[ServiceKey]) -> Vec<String> {
        keys.iter().map(|key| self.directory.service_name(key).to_owned()).collect()
    }

    /// A text without Discord's codes: `<@1>` becomes the name, `<t:0>` the time, `<:ok:1>` the emoji's name.
    fn readable(&self, text: &str) -> String {
        static CODE: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"<(?:@!?(?<user>\d{1,19})|@&(?<role>\d{1,19})|#(?<channel>\d{1,19})|a?(?<emoji>:\w{1,32}:)\d{1,19}|t:(?<time>-?\d{1,12})(?::[A-Za-z])?)>")
                .expect("a constant pattern")
        });
        let text = if text.contains('<') {
            CODE.replace_all(text, |code: &Captures<'_>| self.code(code))
        } else {
            Cow::Borrowed(text)
        };
        tidy(&text)
    }

    fn code(&self, code: &Captures<'_>) -> String {
        let number = |name| code.name(name).and_then(|digits| digits.as_str().parse::<i64>().ok());
        if let Some(user) = number("user") {
            return self.names.get(&UserId(user)).map_or(format!("@{user}"), |name| format!("@{name}"));
        }
        if let Some(role) = number("role") {
            let team = self.directory.teams.iter().find(|team| team.role.is_some_and(|own| own.0 == role));
            return team.map_or(format!("@{role}"), |team| format!("@{}", team.name));
        }
        if let Some(time) = number("time").and_then(|seconds| DateTime::from_timestamp(seconds, 0)) {
            return Local(self.directory.zone).moment(time);
        }
        match (code.name("emoji"), number("channel")) {
            (Some(emoji), _) => emoji.as_str().to_owned(),
            (_, Some(channel)) => format!("#{channel}"),
            _ => code[0].to_owned(),
        }
    }
}

fn with_note(what: String, note: &str) -> String {
    let note = tidy(note);
    if note.is_empty() { what } else { format!("{what}: {note}") }
}

/// Whether a message ends in a question mark, in any script that is likely here.
fn is_question(text: &str) -> bool {
    text.trim_end_matches([' ', '\n', '\r', '\t', ')', '"', '!', '*', '_']).ends_with(['?', '？', '؟'])
}
