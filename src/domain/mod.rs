//! The rules of trouble tickets, pure.
//!
//! What a ticket is, what may happen to it, who may do it, and what follows from it. Must not know Discord's
//! protocol, the database, the config file or the clock: times, names and rights come in as values, and what
//! happened goes out as events, refusals and effects.

pub mod access;
pub mod archive;
pub mod delivery;
pub mod directory;
pub mod event;
pub mod final_report;
#[cfg(test)]
pub(crate) mod fixture;
pub mod followup;
pub mod ids;
pub mod keys;
#[cfg(test)]
mod lifecycle;
pub mod milestone;
pub mod notice;
pub mod person;
pub mod refusal;
pub mod status;
pub mod text;
pub mod ticket;
pub mod when;
pub mod workflow;

pub use access::Member;
pub use archive::{ArchivedMessage, Attachment, Reaction};
pub use delivery::{Delivery, Effect, Task};
pub use directory::Directory;
pub use event::{Event, EventKind, Field, NoteKind};
pub use final_report::standing::{Owed, ReportStanding, ReportState};
pub use ids::{ChannelId, GuildId, InteractionId, MessageId, RoleId, TicketNumber, UserId};
pub use keys::{ServiceKey, SeverityKey, TeamKey};
pub use milestone::{Duration, Milestone, Milestones};
pub use notice::{Doing, Hindrance, Notice, Problem};
pub use person::Person;
pub use refusal::{Action, Refusal};
pub use status::Status;
pub use ticket::{Affected, Charge, Facts, Frequency, Places, Ticket};
