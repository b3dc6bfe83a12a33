//! The rules of trouble tickets, pure.
//!
//! What a ticket is, what may happen to it, who may do it, and what follows. Must not know Discord, the database,
//! the config file or the clock: times and names come in as values.

pub mod ids;

pub use ids::{ChannelId, GuildId, InteractionId, MessageId, RoleId, TicketNumber, UserId};
