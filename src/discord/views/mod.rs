//! Everything that people read on Discord: pure functions from domain values to messages, forms and names.
//!
//! House style. Plain English, sentence case, calm. Every text says who did what to which ticket, and ends with the
//! next step where there is one. Facts always stand in the same order: number and title, severity, status, services,
//! whom it hits, how often, since when, who is in charge, last change, link. Severity is a mark and a word, never a
//! colour alone. Only people who must act are called. Backticks are for what can be typed. Few lines: most of this is
//! read on a phone.
//!
//! Persons stand as mentions where members read (they call nobody unless the message says so) and by name in records
//! and in announcements, which other servers may follow. Must not know the store, the desk or serenity. Invariants:
//! whatever users typed goes through [`text`]; every message is within Discord's limits.

pub mod text;

mod card;
mod event;
mod facts;
pub mod forms;
mod headline;
mod lists;
mod notices;
mod operators;
mod pages;
mod refusals;
mod replies;
pub mod report;
mod report_refusals;
mod reports;
mod thread;
mod words;

pub use self::notices::Recorded;
pub use self::reports::ReportRights;
use crate::domain::Directory;

/// The language texts are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    #[default]
    English,
}

/// What every text needs: the names the company uses, and the language.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The company.
    pub directory: &'a Directory,
    /// The language of the texts.
    pub language: Language,
}

impl<'a> View<'a> {
    /// Texts for this company in this language.
    #[must_use]
    pub const fn new(directory: &'a Directory, language: Language) -> Self {
        Self { directory, language }
    }
}

/// How persons are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Naming {
    /// As mentions, which show the present name and lead to the person.
    Mention,
    /// By the name they had.
    Name,
}

#[cfg(test)]
mod tests;
