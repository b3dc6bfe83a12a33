//! The things a guild is made of, as plain data.
//!
//! It must not know HTTP, JSON shapes or who may do what; what happens to these things is in `verbs`.
//! Embeds and components stay JSON, because nothing here needs to look inside them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::ids::Id;

/// The kinds of channels and threads, by Discord's numbers.
pub mod kind {
    /// A text channel.
    pub const TEXT: u8 = 0;
    /// A conversation with one person.
    pub const DM: u8 = 1;
    /// A heading over channels.
    pub const CATEGORY: u8 = 4;
    /// An announcement channel.
    pub const ANNOUNCEMENT: u8 = 5;
    /// A thread in an announcement channel.
    pub const ANNOUNCEMENT_THREAD: u8 = 10;
    /// A thread that everybody in the channel sees.
    pub const PUBLIC_THREAD: u8 = 11;
    /// A thread for its members only.
    pub const PRIVATE_THREAD: u8 = 12;
}

/// The flags of messages.
pub mod flag {
    /// Published to the followers of an announcement channel.
    pub const CROSSPOSTED: u64 = 1;
    /// Links are not unfolded.
    pub const SUPPRESS_EMBEDS: u64 = 1 << 2;
    /// A thread hangs on the message.
    pub const HAS_THREAD: u64 = 1 << 5;
    /// Seen by one person only.
    pub const EPHEMERAL: u64 = 1 << 6;
    /// A deferred answer that has not come yet.
    pub const LOADING: u64 = 1 << 7;
    /// Nobody's telephone rings.
    pub const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
}

/// A member of the guild.
#[derive(Clone, Debug)]
pub struct Member {
    /// The user's id.
    pub id: Id,
    /// The unique lower-case name.
    pub username: String,
    /// The name people see.
    pub global_name: Option<String>,
    /// The name in this guild, if it differs.
    pub nick: Option<String>,
    /// A bot.
    pub bot: bool,
    /// The roles held, without `@everyone`.
    pub roles: Vec<Id>,
    /// When the member joined.
    pub joined_at: DateTime<Utc>,
    /// Direct messages to this person fail with 50007.
    pub refuses_dms: bool,
}

impl Member {
    /// The name people see.
    #[must_use]
    pub fn display_name(&self) -> &str {
        self.nick.as_deref().or(self.global_name.as_deref()).unwrap_or(&self.username)
    }
}

/// A role.
#[derive(Clone, Debug)]
pub struct Role {
    /// The role's id; `@everyone` has the guild's.
    pub id: Id,
    /// The name, without `@`.
    pub name: String,
    /// The permission bits, all of them.
    pub permissions: u64,
    /// Anybody may mention it.
    pub mentionable: bool,
    /// Belongs to a bot.
    pub managed: bool,
    /// Shown separately in the list of members.
    pub hoist: bool,
    /// Height in the list; a member manages only what is below their highest.
    pub position: i64,
    /// The colour.
    pub color: u32,
    /// The bot it belongs to.
    pub bot_id: Option<Id>,
}

/// What a role or member may do differently in one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overwrite {
    /// The role or member.
    pub id: Id,
    /// A member rather than a role.
    pub member: bool,
    /// Bits granted.
    pub allow: u64,
    /// Bits taken.
    pub deny: u64,
}

/// A channel, a thread or a conversation with one person.
#[derive(Clone, Debug)]
pub struct Channel {
    /// The id.
    pub id: Id,
    /// One of [`kind`].
    pub kind: u8,
    /// The name, without `#`.
    pub name: String,
    /// What it is about.
    pub topic: Option<String>,
    /// Height in the list.
    pub position: i64,
    /// The category of a channel, the channel of a thread.
    pub parent: Option<Id>,
    /// Who may do what differently here.
    pub overwrites: Vec<Overwrite>,
    /// The other person of a direct conversation.
    pub recipient: Option<Id>,
    /// What only threads have.
    pub thread: Option<Thread>,
    /// The newest message, deleted or not.
    pub last_message: Option<Id>,
    /// The messages, oldest first.
    pub messages: BTreeMap<Id, Message>,
    /// Pinned messages with the time of pinning, newest first.
    pub pins: Vec<(Id, DateTime<Utc>)>,
    /// Messages ever sent, without the starter.
    pub total_sent: u64,
}

impl Channel {
    /// Whether this is a thread.
    #[must_use]
    pub fn is_thread(&self) -> bool {
        self.thread.is_some()
    }

    /// Whether this is a thread that only its members see.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.kind == kind::PRIVATE_THREAD
    }

    /// Whether this is an archived thread.
    #[must_use]
    pub fn is_archived(&self) -> bool {
        self.thread.as_ref().is_some_and(|thread| thread.archived)
    }
}

/// What a thread has beyond a channel.
#[derive(Clone, Debug)]
pub struct Thread {
    /// Who made it.
    pub owner: Id,
    /// Put away: must be un-archived before it is changed.
    pub archived: bool,
    /// Only those who manage threads may un-archive it.
    pub locked: bool,
    /// Members of a private thread may add others.
    pub invitable: bool,
    /// Minutes of silence until Discord archives it.
    pub auto_archive: u64,
    /// When it was last archived or un-archived.
    pub archive_changed: DateTime<Utc>,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// The members, with the time of joining.
    pub members: BTreeMap<Id, DateTime<Utc>>,
}

/// Who was notified by a message when it was posted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pings {
    /// Users pinged by name or by a reply.
    pub users: Vec<Id>,
    /// Roles pinged.
    pub roles: Vec<Id>,
    /// `@everyone` or `@here` was pinged.
    pub everyone: bool,
}

/// A message.
#[derive(Clone, Debug)]
pub struct Message {
    /// The id.
    pub id: Id,
    /// The channel, thread or conversation.
    pub channel: Id,
    /// Who wrote it.
    pub author: Id,
    /// The text.
    pub content: String,
    /// When it was posted.
    pub at: DateTime<Utc>,
    /// When it was last edited.
    pub edited: Option<DateTime<Utc>>,
    /// How often it was edited, the completion of a deferred answer included.
    pub edits: u64,
    /// Discord's message type: 0 plain, 19 reply, 18 thread created, ….
    pub kind: u8,
    /// Bits of [`flag`].
    pub flags: u64,
    /// The embeds, as JSON.
    pub embeds: Vec<Value>,
    /// The rows of components, as JSON.
    pub components: Vec<Value>,
    /// The files.
    pub attachments: Vec<Attachment>,
    /// Channel and message this one replies or refers to.
    pub reference: Option<(Id, Option<Id>)>,
    /// The mentions in the present text that count as such.
    pub mentions: Pings,
    /// Who was notified; edits change nothing here.
    pub pings: Pings,
    /// Each reaction with those who gave it.
    pub reactions: Vec<(String, Vec<Id>)>,
    /// Pinned in its channel.
    pub pinned: bool,
    /// What the sender sent along to recognise it.
    pub nonce: Option<Value>,
    /// The interaction it answers.
    pub interaction: Option<Id>,
    /// The only person who sees it.
    pub only_for: Option<Id>,
}

/// A file of a message.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// The id.
    pub id: Id,
    /// The file name.
    pub name: String,
    /// The text for those who cannot see it.
    pub description: Option<String>,
    /// The media type.
    pub content_type: String,
    /// The channel in its address.
    pub channel: Id,
    /// The contents.
    pub bytes: axum::body::Bytes,
}
