//! Final Reports: from the record of a ticket (its state, its events, the archive of its thread) to one report per
//! team, as data, Markdown and JSON.
//!
//! Pure: the same record always compiles to the same report. Must not know the database, Discord's protocol or the
//! clock. The invariant: a report says nothing that the record does not say; what is missing is a marked gap for a
//! person to fill. All text in a report is plain except a section's `markdown`, in which what people typed is
//! escaped. The published shape of the JSON is `docs/report.schema.json`.
//!
//! [`timeline`] puts events and messages in order, [`people`] finds who took part, [`sections`] writes what each
//! team needs, [`markdown`] puts it on paper.

pub mod markdown;
mod people;
mod sections;
pub mod text;
mod timeline;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::archive::message_url;
use crate::domain::keys::words;
use crate::domain::{
    Affected, ArchivedMessage, Directory, Duration, Event, Frequency, Milestones, NoteKind,
    ReportState as State, ServiceKey, SeverityKey, Status, TeamKey, Ticket,
};

/// The version of the JSON shape.
pub const SCHEMA: u32 = 1;

/// Everything that is known about a ticket.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its present state.
    pub ticket: Ticket,
    /// What happened to it, in order.
    pub events: Vec<Event>,
    /// What was said in its thread, in the order of the ids.
    pub messages: Vec<ArchivedMessage>,
}

words! {
    /// What sort of thing a line of the timeline tells.
    EntryKind {
        /// Something happened to the ticket.
        Event = "event",
        /// Something was found out.
        Finding = "finding",
        /// Something was done.
        Action = "action",
        /// Somebody or something suffers.
        Impact = "impact",
        /// Something was decided.
        Decision = "decision",
        /// Somebody outside was told.
        Communication = "communication",
        /// Something is left to do afterwards.
        FollowUp = "follow-up",
        /// Something was asked in the thread.
        Question = "question",
        /// Something was said in the thread.
        Message = "message",
    }
}

words! {
    /// How sure a line of the timeline is.
    Certainty {
        /// The record says so.
        Fact = "fact",
        /// A rule picked it; a person has not looked yet.
        Proposed = "proposed",
    }
}

/// A team's report about a ticket, in one version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FinalReport {
    /// The version of this shape.
    pub schema: u32,
    /// The ticket, as it stood.
    pub ticket: Subject,
    /// Whose report.
    pub team: TeamKey,
    /// What people call the team.
    pub team_name: String,
    /// Which version, from 1.
    pub version: i64,
    /// Where it stands.
    pub state: State,
    /// When it was compiled from the record.
    pub compiled_at: DateTime<Utc>,
    /// The zone of the local times in it.
    pub time_zone: String,
    /// When each milestone was reached.
    pub milestones: Milestones,
    /// How long each step took.
    pub durations: Durations,
    /// Who took part.
    pub participants: Vec<Participant>,
    /// What happened, in time order.
    pub timeline: Vec<Entry>,
    /// What people read and write.
    pub sections: Vec<Section>,
}

/// The ticket a report is about. Ids are text, as Discord writes them: they do not fit into a JSON number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The guild.
    pub guild: String,
    /// `T-42`.
    pub number: String,
    /// What failed, in a line.
    pub title: String,
    /// What was seen, in the reporter's words.
    pub details: String,
    /// How bad it is.
    pub severity: SeverityKey,
    /// What people call that.
    pub severity_name: String,
    /// Where the work stands.
    pub status: Status,
    /// The services concerned.
    pub services: Vec<ServiceKey>,
    /// What people call them.
    pub service_names: Vec<String>,
    /// Whom it hits.
    pub affected: Option<Affected>,
    /// Who exactly, in the reporter's words.
    pub affected_who: String,
    /// How often it happens.
    pub frequency: Option<Frequency>,
    /// How often exactly, in the reporter's words.
    pub frequency_detail: String,
    /// Who opened it.
    pub reporter: Someone,
    /// Where it was talked about.
    pub url: Option<String>,
}

/// Somebody, by id and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Someone {
    /// The id on Discord.
    pub id: String,
    /// The name as shown.
    pub name: String,
}

/// How long each step took, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Durations {
    /// From opening to somebody taking it.
    pub acknowledge: Option<i64>,
    /// From opening to knowing what is wrong.
    pub identify: Option<i64>,
    /// From the start to service being back.
    pub restore: Option<i64>,
    /// From opening to closing.
    pub close: Option<i64>,
}

/// Somebody who took part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// The id on Discord.
    pub id: String,
    /// The name as last shown.
    pub name: String,
    /// What they did, in words: `reporter`, `in charge for the Technical team`, `wrote 3 messages`.
    pub roles: Vec<String>,
    /// How many messages they wrote.
    pub messages: usize,
    /// When they were in charge.
    pub in_charge: Vec<InCharge>,
}

/// A stretch of time in which somebody was in charge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InCharge {
    /// For which team.
    pub team: TeamKey,
    /// What people call it.
    pub team_name: String,
    /// Since when.
    pub from: DateTime<Utc>,
    /// Until when; null while it lasts.
    pub to: Option<DateTime<Utc>>,
}

/// A line of the timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What sort of thing.
    pub kind: EntryKind,
    /// Who did or said it.
    pub author: String,
    /// What happened, after the author's name, or what was said.
    pub text: String,
    /// How sure it is.
    pub state: Certainty,
    /// How sure a proposed one is; larger is surer.
    pub score: Option<f64>,
    /// The messages behind it, the best first.
    pub sources: Vec<Source>,
}

/// A message behind a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its id.
    pub message: String,
    /// Who wrote it.
    pub author: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The link that opens it.
    pub url: String,
}

/// A part of a report that people read and write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Its key: the same part has the same key in every team's report.
    pub key: String,
    /// Its heading.
    pub title: String,
    /// What it says.
    pub markdown: String,
    /// What the record does not say and somebody has to.
    pub gaps: Vec<String>,
}

/// Compiles the report of `team` from the record of a ticket.
#[must_use]
pub fn compile(
    record: &Record,
    directory: &Directory,
    team: &TeamKey,
    version: i64,
    state: State,
    compiled_at: DateTime<Utc>,
) -> FinalReport {
    let timeline = timeline::entries(record, directory);
    let participants = people::participants(record, directory);
    let sections = sections::write(&sections::Material {
        record,
        directory,
        team,
        timeline: &timeline,
        participants: &participants,
    });
    FinalReport {
        schema: SCHEMA,
        ticket: Subject::of(&record.ticket, directory),
        team: team.clone(),
        team_name: directory.team_name(team).to_owned(),
        version,
        state,
        compiled_at,
        time_zone: directory.zone.name().to_owned(),
        milestones: record.ticket.milestones.clone(),
        durations: Durations::of(&record.ticket.milestones),
        participants,
        timeline,
        sections,
    }
}

impl FinalReport {
    /// The report in its published JSON shape, indented.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a report has only text for keys")
    }

    /// Reads what [`FinalReport::to_json`] wrote.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// The report as a document.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        markdown::document(self)
    }
}

impl Subject {
    fn of(ticket: &Ticket, directory: &Directory) -> Self {
        let facts = &ticket.facts;
        let severity = directory.severity(&facts.severity);
        let names = facts.services.iter().map(|key| directory.service_name(key).to_owned());
        Self {
            guild: ticket.guild.to_string(),
            number: ticket.number.to_string(),
            title: facts.title.clone(),
            details: facts.details.clone(),
            severity: facts.severity.clone(),
            severity_name: severity.map_or(facts.severity.as_str(), |severity| &severity.name).to_owned(),
            status: ticket.status,
            services: facts.services.clone(),
            service_names: names.collect(),
            affected: facts.affected,
            affected_who: facts.affected_who.clone(),
            frequency: facts.frequency,
            frequency_detail: facts.frequency_detail.clone(),
            reporter: Someone { id: ticket.reporter.id.to_string(), name: ticket.reporter.name.clone() },
            url: ticket.places.card.map(|card| message_url(ticket.guild, ticket.places.channel, card)),
        }
    }
}

impl Durations {
    fn of(milestones: &Milestones) -> Self {
        let seconds = |duration| milestones.duration(duration).map(|delta| delta.num_seconds());
        Self {
            acknowledge: seconds(Duration::ToAcknowledge),
            identify: seconds(Duration::ToIdentify),
            restore: seconds(Duration::ToRestore),
            close: seconds(Duration::ToClose),
        }
    }
}

impl From<NoteKind> for EntryKind {
    fn from(kind: NoteKind) -> Self {
        match kind {
            NoteKind::Finding => Self::Finding,
            NoteKind::Action => Self::Action,
            NoteKind::Impact => Self::Impact,
            NoteKind::Decision => Self::Decision,
            NoteKind::Communication => Self::Communication,
            NoteKind::FollowUp => Self::FollowUp,
        }
    }
}

#[cfg(test)]
mod tests;
