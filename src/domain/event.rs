//! What happened to a ticket, past tense, append-only.
//!
//! An event is a fact with the person, the time that Discord saw, and the interaction that caused it. The state of
//! a ticket is the fold of its events ([`Ticket::apply`](super::Ticket::apply)). Stored as JSON: a field may be
//! added with a default, never renamed.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::InteractionId;
use super::keys::{ServiceKey, SeverityKey, TeamKey, words};
use super::person::Person;
use super::status::Status;

/// One thing that happened to a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its place among the ticket's events, from 1 without gaps.
    pub seq: i64,
    /// When Discord saw the cause.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub by: Person,
    /// The click, command or form behind it.
    pub cause: Option<InteractionId>,
    /// What happened.
    pub kind: EventKind,
}

/// What can happen to a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum EventKind {
    /// The ticket was opened.
    Opened {
        /// Its title then.
        title: String,
        /// Its severity then.
        severity: SeverityKey,
        /// Its services then.
        services: Vec<ServiceKey>,
    },
    /// A fact of the form was corrected.
    Edited {
        /// Which one.
        field: Field,
        /// What it said before.
        from: String,
        /// What it says now.
        to: String,
    },
    /// Somebody became the person in charge for a team.
    Assigned {
        /// The team.
        team: TeamKey,
        /// The person.
        person: Person,
        /// Who was in charge until then.
        replaced: Option<Person>,
    },
    /// A person in charge gave it back.
    Released {
        /// The team.
        team: TeamKey,
        /// Who was in charge.
        person: Person,
        /// What the next one should know; may be empty.
        note: String,
    },
    /// The work moved on, or back.
    StatusChanged {
        /// Status until then.
        from: Status,
        /// Status from now on.
        to: Status,
        /// What was said about it; may be empty.
        note: String,
        /// When the step was really reached, which may be earlier than it was said.
        reached: DateTime<Utc>,
    },
    /// It turned out worse or less bad.
    SeverityChanged {
        /// Severity until then.
        from: SeverityKey,
        /// Severity from now on.
        to: SeverityKey,
        /// Why; may be empty.
        reason: String,
    },
    /// Somebody wrote something down for the record.
    Noted {
        /// What sort of remark.
        kind: NoteKind,
        /// The remark.
        text: String,
        /// When the thing happened, which may be earlier than it was noted.
        happened: DateTime<Utc>,
    },
    /// The ticket was closed.
    Closed {
        /// Why, or with what outcome; may be empty.
        reason: String,
    },
    /// It was a false alarm.
    Cancelled {
        /// Status until then.
        from: Status,
        /// Why; may be empty.
        reason: String,
    },
    /// A finished ticket came back.
    Reopened {
        /// Status until then.
        from: Status,
        /// Status from now on.
        to: Status,
        /// Why.
        reason: String,
    },
    /// A team's Final Report was compiled from the record.
    ReportDrafted {
        /// Whose report.
        team: TeamKey,
        /// Which version this made, from 1.
        version: i64,
    },
    /// Somebody wrote in a team's Final Report.
    ReportEdited {
        /// Whose report.
        team: TeamKey,
        /// Which version this made.
        version: i64,
        /// The key of the section that was rewritten.
        section: String,
    },
    /// A team's Final Report is ready to be approved.
    ReportSubmitted {
        /// Whose report.
        team: TeamKey,
        /// Which version.
        version: i64,
    },
    /// Somebody other than its authors agreed to a Final Report.
    ReportApproved {
        /// Whose report.
        team: TeamKey,
        /// Which version.
        version: i64,
    },
    /// A Final Report was given back to be mended.
    ReportReturned {
        /// Whose report.
        team: TeamKey,
        /// Which version.
        version: i64,
        /// What is to be mended.
        reason: String,
    },
}

words! {
    /// The facts of the form that may be corrected afterwards.
    Field {
        /// What failed, in a line.
        Title = "title",
        /// The services concerned.
        Services = "services",
        /// Who is affected.
        Affected = "affected",
        /// How often it happens.
        Frequency = "frequency",
        /// When it began.
        Started = "started",
    }
}

words! {
    /// What sort of remark a note is.
    NoteKind {
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
    }
}

words! {
    /// What an announcement is about: the word by which a route chooses it.
    Topic {
        /// A ticket was opened.
        Opened = "opened",
        /// Somebody took, got or gave back a ticket.
        Assigned = "assigned",
        /// The work moved, short of resolved.
        Status = "status",
        /// The severity changed.
        Severity = "severity",
        /// A fact of the form was corrected.
        Edited = "edited",
        /// Something was noted.
        Note = "note",
        /// Service is back.
        Resolved = "resolved",
        /// The ticket was closed.
        Closed = "closed",
        /// It was a false alarm.
        Cancelled = "cancelled",
        /// A finished ticket came back.
        Reopened = "reopened",
    }
}

impl EventKind {
    /// Whether a headline shows it, be it as the time of the last update; paperwork it does not.
    #[must_use]
    pub const fn shows_on_headline(&self) -> bool {
        !self.is_paperwork()
    }

    /// Whether it is about a Final Report and not about the failure.
    #[must_use]
    pub const fn is_paperwork(&self) -> bool {
        matches!(
            self,
            Self::ReportDrafted { .. }
                | Self::ReportEdited { .. }
                | Self::ReportSubmitted { .. }
                | Self::ReportApproved { .. }
                | Self::ReportReturned { .. }
        )
    }

    /// What an announcement of this event would be about; `None` if it is never announced.
    #[must_use]
    pub const fn topic(&self) -> Option<Topic> {
        Some(match self {
            Self::Opened { .. } => Topic::Opened,
            Self::Edited { .. } => Topic::Edited,
            Self::Assigned { .. } | Self::Released { .. } => Topic::Assigned,
            Self::StatusChanged { to: Status::Resolved, .. } => Topic::Resolved,
            Self::StatusChanged { .. } => Topic::Status,
            Self::SeverityChanged { .. } => Topic::Severity,
            Self::Noted { .. } => Topic::Note,
            Self::Closed { .. } => Topic::Closed,
            Self::Cancelled { .. } => Topic::Cancelled,
            Self::Reopened { .. } => Topic::Reopened,
            Self::ReportDrafted { .. }
            | Self::ReportEdited { .. }
            | Self::ReportSubmitted { .. }
            | Self::ReportApproved { .. }
            | Self::ReportReturned { .. } => return None,
        })
    }
}
