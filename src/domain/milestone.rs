//! Milestones: the times on a ticket from which every figure is made.
//!
//! Each is reached at most once on the path that counts: going back in the workflow takes later ones away (the
//! events keep what had been said), so that a duration never measures a step that was withdrawn.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::keys::words;

words! {
    /// The steps in a ticket's life that carry a time, in their usual order.
    Milestone {
        /// The failure began, as far as is known.
        Started = "started",
        /// The ticket was opened.
        Opened = "opened",
        /// Somebody took it.
        Acknowledged = "acknowledged",
        /// What is wrong was found.
        Identified = "identified",
        /// Service was back.
        Restored = "restored",
        /// The ticket was set to resolved.
        Resolved = "resolved",
        /// The ticket was closed.
        Closed = "closed",
    }
}

words! {
    /// The figures of a ticket: each the difference of two milestones.
    Duration {
        /// From opening to somebody taking it.
        ToAcknowledge = "acknowledge",
        /// From opening to knowing what is wrong.
        ToIdentify = "identify",
        /// From the start of the failure (from opening, where the start is unknown) to service being back.
        ToRestore = "restore",
        /// From opening to closing.
        ToClose = "close",
    }
}

/// When each milestone was reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestones {
    /// See [`Milestone::Started`]; `None` while nobody knows.
    pub started: Option<DateTime<Utc>>,
    /// See [`Milestone::Opened`].
    pub opened: DateTime<Utc>,
    /// See [`Milestone::Acknowledged`].
    pub acknowledged: Option<DateTime<Utc>>,
    /// See [`Milestone::Identified`].
    pub identified: Option<DateTime<Utc>>,
    /// See [`Milestone::Restored`].
    pub restored: Option<DateTime<Utc>>,
    /// See [`Milestone::Resolved`].
    pub resolved: Option<DateTime<Utc>>,
    /// See [`Milestone::Closed`].
    pub closed: Option<DateTime<Utc>>,
}

impl Milestones {
    /// A ticket that has just been opened.
    #[must_use]
    pub const fn opened(at: DateTime<Utc>, started: Option<DateTime<Utc>>) -> Self {
        Self {
            started,
            opened: at,
            acknowledged: None,
            identified: None,
            restored: None,
            resolved: None,
            closed: None,
        }
    }

    /// When `milestone` was reached.
    #[must_use]
    pub const fn get(&self, milestone: Milestone) -> Option<DateTime<Utc>> {
        match milestone {
            Milestone::Started => self.started,
            Milestone::Opened => Some(self.opened),
            Milestone::Acknowledged => self.acknowledged,
            Milestone::Identified => self.identified,
            Milestone::Restored => self.restored,
            Milestone::Resolved => self.resolved,
            Milestone::Closed => self.closed,
        }
    }

    /// How long a step took; `None` while it is not over. Never negative: a restoration dated before the opening
    /// took no time.
    #[must_use]
    pub fn duration(&self, duration: Duration) -> Option<TimeDelta> {
        let (from, to) = match duration {
            Duration::ToAcknowledge => (self.opened, self.acknowledged),
            Duration::ToIdentify => (self.opened, self.identified),
            Duration::ToRestore => (self.started.unwrap_or(self.opened), self.restored),
            Duration::ToClose => (self.opened, self.closed),
        };
        to.map(|to| (to - from).max(TimeDelta::zero()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_000_000 + minute * 60, 0).unwrap()
    }

    #[test]
    fn restoring_counts_from_the_start_where_it_is_known() {
        let mut milestones = Milestones::opened(at(10), None);
        milestones.restored = Some(at(40));
        assert_eq!(milestones.duration(Duration::ToRestore), Some(TimeDelta::minutes(30)));
        milestones.started = Some(at(0));
        assert_eq!(milestones.duration(Duration::ToRestore), Some(TimeDelta::minutes(40)));
        assert_eq!(milestones.duration(Duration::ToClose), None);
    }

    #[test]
    fn nothing_took_less_than_no_time() {
        let mut milestones = Milestones::opened(at(10), None);
        milestones.restored = Some(at(5));
        assert_eq!(milestones.duration(Duration::ToRestore), Some(TimeDelta::zero()));
    }
}
