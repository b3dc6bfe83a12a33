//! One sentence for each thing that can happen to a ticket, used by thread notes, updates and the history alike.
//!
//! A sentence names who did what; the ticket is named around it. What was said with it stands apart, so that each
//! place can show as much of it as it has room for. Invariant: a sentence has a bounded length whatever was typed.

use chrono::{DateTime, TimeDelta, Utc};

use super::text::{line, time};
use super::{Naming, View};
use crate::domain::ticket::{Affected, Frequency};
use crate::domain::{Event, EventKind, Field, Person, ServiceKey, SeverityKey, TeamKey};

/// The longest value of a fact within a sentence.
const VALUE_MAX: usize = 100;
/// A step or remark dated at least this much earlier than it was told shows both times.
const WORTH_TELLING: TimeDelta = TimeDelta::minutes(1);

impl View<'_> {
    /// What happened, as a sentence.
    pub(super) fn sentence(&self, event: &Event, naming: Naming) -> String {
        let by = self.person(&event.by, naming);
        match &event.kind {
            EventKind::Opened { severity, .. } => {
                format!("{by} opened the ticket as {}.", self.severity(severity))
            }
            EventKind::Edited { field, from, to } => self.edited_sentence(&by, *field, from, to),
            EventKind::Assigned { team, person, replaced } => {
                self.assigned_sentence(event, team, person, replaced.as_ref(), naming)
            }
            EventKind::Released { team, person, .. } => self.released_sentence(event, team, person, naming),
            EventKind::StatusChanged { from, to, reached, .. } => {
                let (from, to) = (self.language.status(*from), self.language.status(*to));
                format!(
                    "{by} set the status from {from} to **{to}**{}.",
                    earlier(", reached", *reached, event.at)
                )
            }
            EventKind::SeverityChanged { from, to, .. } => self.severity_sentence(&by, from, to),
            EventKind::Noted { kind, happened, .. } => {
                format!(
                    "{by} noted {}{}.",
                    self.language.note(*kind),
                    earlier(", dated", *happened, event.at)
                )
            }
            EventKind::Closed { .. } => format!("{by} **closed** the ticket."),
            EventKind::Cancelled { .. } => format!("{by} **cancelled** the ticket: it was a false alarm."),
            EventKind::Reopened { to, .. } => {
                format!("{by} **reopened** the ticket; its status is {}.", self.language.status(*to))
            }
            EventKind::ReportDrafted { team, version } => {
                format!("{by} drafted {}.", self.report_name(team, *version))
            }
            EventKind::ReportEdited { team, version, .. } => {
                format!("{by} wrote {}.", self.report_name(team, *version))
            }
            EventKind::ReportSubmitted { team, version } => {
                format!(
                    "{by} submitted {}: somebody else may approve it now.",
                    self.report_name(team, *version)
                )
            }
            EventKind::ReportApproved { team, version } => {
                format!("{by} **approved** {}.", self.report_name(team, *version))
            }
            EventKind::ReportReturned { team, version, .. } => {
                format!("{by} **returned** {}.", self.report_name(team, *version))
            }
        }
    }

    /// What was said with it, as typed; empty where nothing was.
    pub(super) fn said(event: &Event) -> &str {
        match &event.kind {
            EventKind::StatusChanged { note: text, .. }
            | EventKind::Released { note: text, .. }
            | EventKind::SeverityChanged { reason: text, .. }
            | EventKind::Noted { text, .. }
            | EventKind::Closed { reason: text }
            | EventKind::Cancelled { reason: text, .. }
            | EventKind::Reopened { reason: text, .. }
            | EventKind::ReportReturned { reason: text, .. } => text,
            EventKind::Opened { .. }
            | EventKind::Edited { .. }
            | EventKind::Assigned { .. }
            | EventKind::ReportDrafted { .. }
            | EventKind::ReportEdited { .. }
            | EventKind::ReportSubmitted { .. }
            | EventKind::ReportApproved { .. } => "",
        }
    }

    /// `version 2 of the Final Report for Web team`.
    fn report_name(&self, team: &TeamKey, version: i64) -> String {
        format!("version {version} of the Final Report for {}", self.team(team))
    }

    fn assigned_sentence(
        &self,
        event: &Event,
        team: &TeamKey,
        person: &Person,
        replaced: Option<&Person>,
        naming: Naming,
    ) -> String {
        let (by, team) = (self.person(&event.by, naming), self.team(team));
        let instead =
            replaced.map(|one| format!(", instead of {}", self.person(one, naming))).unwrap_or_default();
        if person.id == event.by.id {
            return format!("{by} **took** the ticket for {team}{instead}.");
        }
        format!("{by} put {} in charge for {team}{instead}.", self.person(person, naming))
    }

    fn released_sentence(&self, event: &Event, team: &TeamKey, person: &Person, naming: Naming) -> String {
        let (by, team) = (self.person(&event.by, naming), self.team(team));
        let done = match person.id == event.by.id {
            true => "gave the ticket back".to_owned(),
            false => format!("took the ticket from {}", self.person(person, naming)),
        };
        format!("{by} {done}: nobody is in charge for {team} now.")
    }

    fn severity_sentence(&self, by: &str, from: &SeverityKey, to: &SeverityKey) -> String {
        let verb = if self.directory.is_worse(to, from) { "raised" } else { "lowered" };
        format!("{by} {verb} the severity from {} to **{}**.", self.severity(from), self.severity(to))
    }

    fn edited_sentence(&self, by: &str, field: Field, from: &str, to: &str) -> String {
        let (what, to) = (self.language.field(field), self.value(field, to));
        let from = match self.value(field, from) {
            from if from.is_empty() => String::new(),
            from => format!(" (before: {from})"),
        };
        let to = if to.is_empty() { "none".to_owned() } else { to };
        format!("{by} corrected {what}: {to}{from}.")
    }

    /// A fact as it is stored, in words.
    fn value(&self, field: Field, stored: &str) -> String {
        let as_typed = || line(stored, VALUE_MAX);
        match field {
            Field::Title if stored.is_empty() => String::new(),
            Field::Title => format!("“{}”", as_typed()),
            Field::Services => {
                let name = |key: &str| self.directory.service_name(&ServiceKey::new(key)).to_owned();
                let keys = stored.split(", ").filter(|key| !key.is_empty());
                line(&keys.map(name).collect::<Vec<_>>().join(", "), VALUE_MAX)
            }
            Field::Affected => Affected::from_word(stored)
                .map_or_else(as_typed, |word| self.language.affected(word).to_owned()),
            Field::Frequency => Frequency::from_word(stored)
                .map_or_else(as_typed, |word| self.language.frequency(word).to_owned()),
            Field::Started => {
                let at = DateTime::parse_from_rfc3339(stored);
                at.map_or_else(|_| as_typed(), |at| time(at.with_timezone(&Utc)))
            }
        }
    }
}

/// The time of a thing that was told later than it happened.
fn earlier(joint: &str, happened: DateTime<Utc>, told: DateTime<Utc>) -> String {
    if told - happened < WORTH_TELLING { String::new() } else { format!("{joint} {}", time(happened)) }
}
