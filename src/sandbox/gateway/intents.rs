//! Intents: what a session wants to hear of.

/// Guild, channels, threads, roles.
pub(crate) const GUILDS: u64 = 1;
/// Members; privileged.
pub(crate) const GUILD_MEMBERS: u64 = 1 << 1;
/// Who is on line; privileged.
pub(crate) const GUILD_PRESENCES: u64 = 1 << 8;
/// Messages in the guild.
pub(crate) const GUILD_MESSAGES: u64 = 1 << 9;
/// Reactions in the guild.
pub(crate) const GUILD_REACTIONS: u64 = 1 << 10;
/// Messages in direct conversations.
pub(crate) const DIRECT_MESSAGES: u64 = 1 << 12;
/// Reactions in direct conversations.
pub(crate) const DIRECT_REACTIONS: u64 = 1 << 13;
/// The text of messages; privileged.
pub(crate) const MESSAGE_CONTENT: u64 = 1 << 15;
