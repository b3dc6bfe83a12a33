//! A Final Report as data: what it says, and the shape in which it leaves the program as JSON.
//!
//! Must not know how it is compiled, changed or printed. All text in it is plain except a section's `markdown`. The
//! shape is published as `docs/report.schema.json`: a field may be added with a default, never renamed.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::check::Check;
use crate::domain::archive::message_url;
use crate::domain::keys::words;
use crate::domain::{
    Affected, Directory, Duration, Frequency, Milestones, NoteKind, Person, ReportState, ServiceKey,
    SeverityKey, Status, TeamKey, Ticket,
};

/// The version of the JSON shape.
pub const SCHEMA: u32 = 1;

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
    pub state: ReportState,
    /// When it was compiled from the record.
    pub compiled_at: DateTime<Utc>,
    /// How many messages of the thread the archive had then.
    #[serde(default)]
    pub messages: usize,
    /// How the archive was held against the thread; absent while nobody did, or nothing is known to be missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archive: Option<Check>,
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
    /// Who brought it this far, step by step, earlier versions included.
    #[serde(default)]
    pub history: Vec<Step>,
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
    /// Why a rule picked it, in words; empty for facts.
    #[serde(default)]
    pub reasons: Vec<String>,
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
    /// Who wrote it last and when; null while it stands as it was compiled.
    #[serde(default)]
    pub written: Option<Written>,
}

/// That a person wrote a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// Who.
    pub by: Someone,
    /// When.
    pub at: DateTime<Utc>,
}

words! {
    /// What can happen to a report.
    StepKind {
        /// It was compiled from the record.
        Drafted = "drafted",
        /// Somebody rewrote a section.
        Edited = "edited",
        /// It was said to be ready.
        Submitted = "submitted",
        /// Somebody else agreed to it.
        Approved = "approved",
        /// It was given back to be mended.
        Returned = "returned",
    }
}

/// A step in the life of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What happened.
    pub what: StepKind,
    /// To which version, or which version it made.
    pub version: i64,
    /// Who did it.
    pub by: Someone,
    /// When.
    pub at: DateTime<Utc>,
    /// The heading of the section that was rewritten, or why the report was returned; empty otherwise.
    pub note: String,
}

impl From<&Person> for Someone {
    fn from(person: &Person) -> Self {
        Self { id: person.id.to_string(), name: person.name.clone() }
    }
}

impl Subject {
    pub(super) fn of(ticket: &Ticket, directory: &Directory) -> Self {
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
            reporter: Someone::from(&ticket.reporter),
            url: ticket.places.card.map(|card| message_url(ticket.guild, ticket.places.channel, card)),
        }
    }
}

impl Durations {
    pub(super) fn of(milestones: &Milestones) -> Self {
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
