//! What is announced where, as the config says it: the routes and the kinds of news that they take.
//!
//! Must not know tickets or Discord. Which routes a piece of news takes is decided in `domain::followup`, once names
//! have become ids.

use super::reference::Reference;

/// A kind of news that can be announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Announced {
    /// A ticket was opened.
    Opened,
    /// Somebody took charge, was put in charge, or gave it up.
    Assigned,
    /// The work went on to another status, other than those below.
    Status,
    /// The severity was changed.
    Severity,
    /// Somebody noted something.
    Note,
    /// The service is restored.
    Resolved,
    /// The ticket was closed.
    Closed,
    /// The ticket was called off: a false alarm, or a duplicate.
    Cancelled,
    /// The ticket was opened again.
    Reopened,
    /// Title, services or other facts were corrected.
    Edited,
}

impl Announced {
    /// All kinds, in the order of a ticket's life.
    pub const ALL: [Self; 10] = [
        Self::Opened,
        Self::Assigned,
        Self::Status,
        Self::Severity,
        Self::Note,
        Self::Resolved,
        Self::Closed,
        Self::Cancelled,
        Self::Reopened,
        Self::Edited,
    ];

    /// What a route takes that does not say: all that changes how things stand. Notes and corrections come often
    /// and matter to those who work on the ticket.
    pub const DEFAULT: [Self; 8] = [
        Self::Opened,
        Self::Assigned,
        Self::Status,
        Self::Severity,
        Self::Resolved,
        Self::Closed,
        Self::Cancelled,
        Self::Reopened,
    ];

    /// Its name in the config.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Assigned => "assigned",
            Self::Status => "status",
            Self::Severity => "severity",
            Self::Note => "note",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
            Self::Reopened => "reopened",
            Self::Edited => "edited",
        }
    }
}

/// All, or some of what is defined elsewhere in the config, by key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// All there are, and what is none of them too.
    All,
    /// These, at least one.
    Only(Vec<String>),
}

/// `[[channels.announcements]]`: which news goes to a channel, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Where to.
    pub channel: Reference,
    /// Which kinds of news; at least one, none twice.
    pub events: Vec<Announced>,
    /// Of tickets of which severities.
    pub severities: Selection,
    /// About which services; tickets without a service only go where all do.
    pub services: Selection,
    /// Of tickets into which teams were brought.
    pub teams: Selection,
    /// The roles to mention.
    pub mention: Vec<Reference>,
    /// Whether updates are published to the servers that follow the channel.
    pub publish: bool,
}
