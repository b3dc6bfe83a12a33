//! Where the work on a ticket stands.
//!
//! Only the names and what they are in themselves; which leads to which is in [`workflow`](super::workflow).

use super::keys::words;

words! {
    /// Where the work on a ticket stands, in the order of the workflow.
    Status {
        /// Nobody has taken it.
        Open = "open",
        /// Somebody is looking for what is wrong.
        Investigating = "investigating",
        /// What is wrong is known.
        Identified = "identified",
        /// It is mended and being watched.
        Monitoring = "monitoring",
        /// Service is back.
        Resolved = "resolved",
        /// The work on it is done, reports and all.
        Closed = "closed",
        /// It was a false alarm.
        Cancelled = "cancelled",
        /// It is the same failure as another ticket's.
        Duplicate = "duplicate",
    }
}

impl Status {
    /// Whether the work is over: only reopening leads out.
    #[must_use]
    pub const fn is_end(self) -> bool {
        matches!(self, Self::Closed | Self::Cancelled | Self::Duplicate)
    }

    /// Whether `/ticket status` leads here; the others have verbs of their own.
    #[must_use]
    pub const fn is_settable(self) -> bool {
        matches!(self, Self::Investigating | Self::Identified | Self::Monitoring | Self::Resolved)
    }
}
