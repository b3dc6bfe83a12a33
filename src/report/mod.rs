//! Final Reports: from the record of a ticket (its state, its events, the archive of its thread) to one report per
//! team, as data, Markdown, HTML, plain text and JSON; and what people make of it.
//!
//! Pure: the same record always compiles to the same report. Must not know the database, Discord's protocol or the
//! clock. The invariant: a compiled report says nothing that the record does not say; what is missing is a marked gap
//! for a person to fill. What people typed in the thread is escaped; only a section that somebody wrote is theirs.
//!
//! Into it: `reader` makes stored text readable and `talk` takes the messages apart; `select` picks the lines that
//! matter by small rules and `questions` finds who asked what and who answered (both know their words by `lexicon`);
//! `timeline` puts events and picked lines in order, `groups` sorts causes, `people` finds who took part, and `sections`
//! writes what each team needs (`form`: what the reporter chose, in words). `model` is the report as data; `revision` lets people write on it, `redact` takes out what
//! must not stand in it any more, and `check` says how complete the record was.
//!
//! Out of it: `markdown`, `html` and `plain` put it on paper; the last two share `front` (what stands around the
//! sections), `parse` (the Markdown in them) and `safe`. `transcript` is the whole talk, without a report.

pub mod check;
mod excerpt;
#[cfg(test)]
mod fixture;
mod form;
mod front;
mod groups;
pub mod html;
mod lexicon;
pub mod markdown;
mod model;
mod parse;
mod people;
pub mod plain;
mod questions;
mod reader;
mod redact;
mod revision;
mod safe;
mod sections;
mod select;
mod talk;
pub mod text;
mod timeline;
pub mod transcript;

use chrono::{DateTime, Utc};

pub use self::check::{Check, Hindrance, Unheard};
pub use self::html::{Picture, PictureKind, Raster, Shown};
pub use self::model::{
    Certainty, Durations, Entry, EntryKind, FinalReport, InCharge, Participant, SCHEMA, Section, Someone,
    Source, Step, StepKind, Subject, Written,
};
pub use self::redact::{Said, Somebody};
use crate::domain::keys::words;
use crate::domain::{ArchivedMessage, Directory, Event, Person, ReportState, TeamKey, Ticket};

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
    /// The formats in which a report leaves the program.
    Format {
        /// For people, in any text editor.
        Markdown = "markdown",
        /// For people, as a document of its own.
        Html = "html",
        /// For programs, in the published shape.
        Json = "json",
        /// For people, without any markup.
        Text = "text",
    }
}

impl Format {
    /// What people call it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Markdown => "Markdown",
            Self::Html => "HTML",
            Self::Json => "JSON",
            Self::Text => "Text",
        }
    }

    /// How the names of its files end.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Json => "json",
            Self::Text => "txt",
        }
    }
}

/// A version that somebody makes of a report.
#[derive(Clone, Debug)]
pub struct Made {
    /// Its number, from 1.
    pub version: i64,
    /// Who makes it.
    pub by: Person,
    /// When.
    pub at: DateTime<Utc>,
}

/// Compiles the report of `team` from the record of a ticket.
#[must_use]
pub fn compile(record: &Record, directory: &Directory, team: &TeamKey, made: &Made) -> FinalReport {
    let reader = reader::Reader::new(record, directory);
    let talk = talk::Talk::of(record, &reader);
    let picked = select::lines(record, &talk, &reader);
    let timeline = timeline::entries(record, &reader, picked);
    let asked = questions::asked(&talk, &reader, &timeline);
    let participants = people::participants(record, directory);
    let sections = sections::write(&sections::Material {
        record,
        directory,
        team,
        timeline: &timeline,
        asked: &asked,
        talk: talk.said.len(),
        participants: &participants,
    });
    FinalReport {
        schema: SCHEMA,
        ticket: Subject::of(&record.ticket, directory),
        team: team.clone(),
        team_name: directory.team_name(team).to_owned(),
        version: made.version,
        state: ReportState::Draft,
        compiled_at: made.at,
        messages: talk.said.len(),
        archive: None,
        time_zone: directory.zone.name().to_owned(),
        milestones: record.ticket.milestones.clone(),
        durations: Durations::of(&record.ticket.milestones),
        participants,
        timeline,
        sections,
        history: vec![made.step(StepKind::Drafted, String::new())],
    }
}

/// The sections that a report may have: key and heading.
#[must_use]
pub fn section_names() -> Vec<(&'static str, &'static str)> {
    sections::names()
}

impl FinalReport {
    /// The name of its file in a format: `T-42-web.md`.
    #[must_use]
    pub fn file_name(&self, format: Format) -> String {
        format!("{}-{}.{}", self.ticket.number, self.team, format.ending())
    }

    /// The report in a format. Only HTML can show `pictures`.
    #[must_use]
    pub fn print(&self, format: Format, pictures: &[Picture]) -> String {
        match format {
            Format::Markdown => self.to_markdown(),
            Format::Html => html::document(self, pictures),
            Format::Json => self.to_json() + "\n",
            Format::Text => plain::document(self),
        }
    }

    /// The report in its published JSON shape, indented.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a report has only text for keys")
    }

    /// Reads what [`FinalReport::to_json`] wrote.
    ///
    /// # Errors
    /// If it is no report.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// The report as a document.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        markdown::document(self)
    }

    /// How many things are left for a person to fill.
    #[must_use]
    pub fn gaps(&self) -> usize {
        self.sections.iter().map(|section| section.gaps.len()).sum()
    }
}

#[cfg(test)]
mod tests;
