//! The words for the domain's fixed values, in each language.
//!
//! A new language is a new arm here and in the sentences. Must not know Discord. Invariant: every value has a word of
//! its own, so that nobody reads the names of the code.

use super::Language;
use crate::domain::ticket::{Affected, Frequency};
use crate::domain::{Action, Field, Milestone, NoteKind, ReportState, Status};

impl Language {
    /// A status, as a heading.
    #[must_use]
    pub const fn status(self, status: Status) -> &'static str {
        match (self, status) {
            (Self::English, Status::Open) => "Open",
            (Self::English, Status::Investigating) => "Investigating",
            (Self::English, Status::Identified) => "Identified",
            (Self::English, Status::Monitoring) => "Monitoring",
            (Self::English, Status::Resolved) => "Resolved",
            (Self::English, Status::Closed) => "Closed",
            (Self::English, Status::Cancelled) => "Cancelled",
            (Self::English, Status::Duplicate) => "Duplicate",
        }
    }

    /// What a status means.
    #[must_use]
    pub const fn about_status(self, status: Status) -> &'static str {
        match (self, status) {
            (Self::English, Status::Open) => "Nobody has taken it yet",
            (Self::English, Status::Investigating) => "We are looking for the cause",
            (Self::English, Status::Identified) => "We know what is wrong",
            (Self::English, Status::Monitoring) => "It is fixed, and we are watching it",
            (Self::English, Status::Resolved) => "Service is back",
            (Self::English, Status::Closed) => "The work is done",
            (Self::English, Status::Cancelled) => "It was a false alarm",
            (Self::English, Status::Duplicate) => "Another ticket is about the same failure",
        }
    }

    /// What has to happen in a status; empty where the work is over.
    pub(super) const fn next(self, status: Status) -> &'static str {
        match (self, status) {
            (Self::English, Status::Open) => "Next: somebody takes it.",
            (Self::English, Status::Investigating) => "Next: find the cause.",
            (Self::English, Status::Identified) => "Next: fix the cause.",
            (Self::English, Status::Monitoring) => "Next: make sure it stays fixed.",
            (Self::English, Status::Resolved) => "Next: the Final Reports, then closing.",
            (Self::English, Status::Closed | Status::Cancelled | Status::Duplicate) => "",
        }
    }

    /// Whom a failure hits.
    #[must_use]
    pub const fn affected(self, affected: Affected) -> &'static str {
        match (self, affected) {
            (Self::English, Affected::Everyone) => "Everyone",
            (Self::English, Affected::Part) => "Part of the users",
            (Self::English, Affected::Internal) => "Only our own people",
        }
    }

    /// How often it happens.
    #[must_use]
    pub const fn frequency(self, frequency: Frequency) -> &'static str {
        match (self, frequency) {
            (Self::English, Frequency::Constant) => "Constant",
            (Self::English, Frequency::Intermittent) => "Intermittent",
            (Self::English, Frequency::Once) => "Once",
        }
    }

    /// A sort of remark, with its article.
    pub(super) const fn note(self, kind: NoteKind) -> &'static str {
        match (self, kind) {
            (Self::English, NoteKind::Finding) => "a finding",
            (Self::English, NoteKind::Action) => "an action",
            (Self::English, NoteKind::Impact) => "an impact",
            (Self::English, NoteKind::Decision) => "a decision",
            (Self::English, NoteKind::Communication) => "a communication",
            (Self::English, NoteKind::FollowUp) => "a follow-up",
        }
    }

    /// A fact of the form, with its article.
    pub(super) const fn field(self, field: Field) -> &'static str {
        match (self, field) {
            (Self::English, Field::Title) => "the title",
            (Self::English, Field::Services) => "the services",
            (Self::English, Field::Affected) => "who is affected",
            (Self::English, Field::Frequency) => "how often it happens",
            (Self::English, Field::Started) => "when it started",
        }
    }

    /// How far a Final Report has come.
    #[must_use]
    pub const fn report_state(self, state: ReportState) -> &'static str {
        match (self, state) {
            (Self::English, ReportState::Draft) => "draft",
            (Self::English, ReportState::Submitted) => "submitted",
            (Self::English, ReportState::Approved) => "approved",
            (Self::English, ReportState::Returned) => "returned",
        }
    }

    /// A step that carries a time.
    #[must_use]
    pub const fn milestone(self, milestone: Milestone) -> &'static str {
        match (self, milestone) {
            (Self::English, Milestone::Started) => "Started",
            (Self::English, Milestone::Opened) => "Opened",
            (Self::English, Milestone::Acknowledged) => "Acknowledged",
            (Self::English, Milestone::Identified) => "Identified",
            (Self::English, Milestone::Restored) => "Restored",
            (Self::English, Milestone::Resolved) => "Resolved",
            (Self::English, Milestone::Closed) => "Closed",
        }
    }

    /// Something that needs a right, and who has it.
    pub(super) const fn right(self, action: Action) -> (&'static str, &'static str) {
        match (self, action) {
            (Self::English, Action::Open) => {
                ("open tickets", "Ask a colleague who may, or a manager for the role it takes.")
            }
            (Self::English, Action::Read) => ("read tickets", "Ask a manager for the viewers' role."),
            (Self::English, Action::Work) => (
                "do this",
                "Members of the teams, managers and admins may; tell them in the ticket's thread.",
            ),
            (Self::English, Action::Speak) => (
                "do this",
                "The reporter, members of the teams, managers and admins may; tell them in the ticket's thread.",
            ),
            (Self::English, Action::Operate) => ("do this", "Ask an admin."),
        }
    }
}
