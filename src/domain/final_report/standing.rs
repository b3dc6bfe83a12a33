//! Where a team's Final Report on a ticket stands.
//!
//! Values only; what may happen next is decided in [`final_report`](super).

use chrono::{DateTime, Utc};

use crate::domain::keys::{TeamKey, words};
use crate::domain::person::Person;

words! {
    /// How far a version of a Final Report has come.
    ReportState {
        /// Its team is writing it.
        Draft = "draft",
        /// Its team says it is ready.
        Submitted = "submitted",
        /// Somebody other than its authors agreed; never changed again.
        Approved = "approved",
        /// It was given back to be mended.
        Returned = "returned",
    }
}

/// Where a team's report on a ticket stands: its newest version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportStanding {
    /// Whose report.
    pub team: TeamKey,
    /// The newest version, from 1.
    pub version: i64,
    /// How far it has come.
    pub state: ReportState,
    /// Who wrote in it or submitted it, in the order they came; they may not approve it.
    pub authors: Vec<Person>,
    /// When it was last compiled from the record.
    pub compiled: DateTime<Utc>,
    /// Since when it is in this state or version.
    pub since: DateTime<Utc>,
    /// Who brought it there.
    pub by: Person,
    /// Whether the ticket was reopened after it was compiled, so that it cannot tell all.
    pub outdated: bool,
}

/// What a team still owes before its ticket can be closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owed {
    /// Nobody has drafted it.
    Draft,
    /// Somebody has to submit it; it is a draft, or was returned.
    Submission(ReportState),
    /// Somebody has to approve it.
    Approval,
    /// It tells the story only up to the reopening of the ticket.
    Renewal,
}

impl ReportStanding {
    /// Whether `person` wrote in it or submitted it.
    #[must_use]
    pub fn is_by(&self, person: &Person) -> bool {
        self.authors.iter().any(|author| author.id == person.id)
    }

    pub(super) fn owed(&self) -> Option<Owed> {
        match self.state {
            ReportState::Approved if self.outdated => Some(Owed::Renewal),
            ReportState::Approved => None,
            ReportState::Submitted => Some(Owed::Approval),
            state @ (ReportState::Draft | ReportState::Returned) => Some(Owed::Submission(state)),
        }
    }

    /// The standing of a report that was compiled for the first time.
    pub(super) fn new(team: &TeamKey, version: i64, at: DateTime<Utc>, by: &Person) -> Self {
        Self {
            team: team.clone(),
            version,
            state: ReportState::Draft,
            authors: Vec::new(),
            compiled: at,
            since: at,
            by: by.clone(),
            outdated: false,
        }
    }
}
