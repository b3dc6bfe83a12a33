//! Permission bits as Discord numbers them, with the words its settings use.
//!
//! Raw numbers, because libraries know fewer of them than Discord. Only those that the bot asks for are here.

/// May do everything.
pub const ADMINISTRATOR: u64 = 1 << 3;
/// Make and change channels.
pub const MANAGE_CHANNELS: u64 = 1 << 4;
/// See a channel.
pub const VIEW_CHANNEL: u64 = 1 << 10;
/// Post in a channel.
pub const SEND_MESSAGES: u64 = 1 << 11;
/// Delete other people's messages.
pub const MANAGE_MESSAGES: u64 = 1 << 13;
/// Show embeds: cards and headlines are made of them.
pub const EMBED_LINKS: u64 = 1 << 14;
/// Post files.
pub const ATTACH_FILES: u64 = 1 << 15;
/// Read what was said before.
pub const READ_MESSAGE_HISTORY: u64 = 1 << 16;
/// Mention every role.
pub const MENTION_EVERYONE: u64 = 1 << 17;
/// Make roles, and change who may do what in a channel.
pub const MANAGE_ROLES: u64 = 1 << 28;
/// Open, archive and read every thread.
pub const MANAGE_THREADS: u64 = 1 << 34;
/// Make threads that everybody sees.
pub const CREATE_PUBLIC_THREADS: u64 = 1 << 35;
/// Make threads that only their members see.
pub const CREATE_PRIVATE_THREADS: u64 = 1 << 36;
/// Post in threads.
pub const SEND_MESSAGES_IN_THREADS: u64 = 1 << 38;
/// Pin messages; a right of its own since 2026.
pub const PIN_MESSAGES: u64 = 1 << 51;
/// Every bit, those that are not invented yet included.
pub const ALL: u64 = u64::MAX;

const NAMES: [(u64, &str); 15] = [
    (ADMINISTRATOR, "Administrator"),
    (MANAGE_CHANNELS, "Manage Channels"),
    (VIEW_CHANNEL, "View Channel"),
    (SEND_MESSAGES, "Send Messages"),
    (MANAGE_MESSAGES, "Manage Messages"),
    (EMBED_LINKS, "Embed Links"),
    (ATTACH_FILES, "Attach Files"),
    (READ_MESSAGE_HISTORY, "Read Message History"),
    (MENTION_EVERYONE, "Mention @everyone, @here, and All Roles"),
    (MANAGE_ROLES, "Manage Roles"),
    (MANAGE_THREADS, "Manage Threads"),
    (CREATE_PUBLIC_THREADS, "Create Public Threads"),
    (CREATE_PRIVATE_THREADS, "Create Private Threads"),
    (SEND_MESSAGES_IN_THREADS, "Send Messages in Threads"),
    (PIN_MESSAGES, "Pin Messages"),
];

/// The permissions in `bits`, as Discord's settings call them, in its order.
#[must_use]
pub fn names(bits: u64) -> Vec<&'static str> {
    NAMES.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, name)| *name).collect()
}
