//! What was said in a ticket's thread, as the archive keeps it.
//!
//! A message keeps the author's name as shown when it was written, every text the bot saw, and its place after it
//! was deleted. Must not know how messages arrive or where they are stored.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::{ChannelId, GuildId, MessageId, UserId};
use super::person::Person;

/// One message of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchivedMessage {
    /// Its id on Discord, which also orders messages.
    pub id: MessageId,
    /// The thread it stands in.
    pub thread: ChannelId,
    /// Who wrote it; the name as it was shown.
    pub author: Person,
    /// Whether a program wrote it (this bot, another bot, a webhook).
    pub bot: bool,
    /// Whether Discord wrote it (somebody was added, a message was pinned).
    pub system: bool,
    /// When Discord took it.
    pub at: DateTime<Utc>,
    /// The newest text the bot has seen.
    pub text: String,
    /// The message it answers.
    pub reply_to: Option<MessageId>,
    /// Files that came with it.
    pub attachments: Vec<Attachment>,
    /// When it was last edited.
    pub edited: Option<DateTime<Utc>>,
    /// When it was deleted, as far as the bot saw.
    pub deleted: Option<DateTime<Utc>>,
    /// Since when it is pinned, as far as the bot saw.
    pub pinned: Option<DateTime<Utc>>,
    /// Who reacts to it with what, now; the earliest first.
    pub reactions: Vec<Reaction>,
}

/// An emoji that somebody gave to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaction {
    /// The emoji itself, or `name:id` for one of the server's own.
    pub emoji: String,
    /// Who gave it.
    pub by: UserId,
    /// When the bot saw it.
    pub at: DateTime<Utc>,
}

/// A file that came with a message, by its link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its id on Discord; 0 where it was archived before ids were kept.
    #[serde(default)]
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Where Discord serves it, for a while.
    pub url: String,
    /// Its size in bytes.
    pub size: u64,
}

/// The link that opens a message in Discord's clients.
#[must_use]
pub fn message_url(guild: GuildId, channel: ChannelId, message: MessageId) -> String {
    format!("https://discord.com/channels/{guild}/{channel}/{message}")
}
