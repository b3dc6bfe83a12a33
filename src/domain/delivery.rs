//! Deliveries: the things the bot must do on Discord, one row of the outbox each.
//!
//! A delivery says *what* and names ids, never *how*: cards and headlines are rendered from the present state when
//! they go out, updates from their event. Deliveries of one lane go out one after the other, lanes do not wait for
//! each other: a failing one holds only its own ticket and channel.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::{ChannelId, MessageId, RoleId, TicketNumber, UserId};

/// What has to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Effect {
    /// Post the card, or bring it up to date.
    Card,
    /// Make the thread on the card, and un-archive it if it exists.
    Thread,
    /// Tell the reporter where the thread is: in the reply they are looking at, or by a mention.
    Link {
        /// What Discord gave us to edit that reply.
        token: ReplyToken,
    },
    /// The thread's first message: it brings in the reporter and the teams.
    Welcome,
    /// Tell the thread what happened.
    ThreadNote {
        /// The event.
        event: i64,
    },
    /// Bring somebody into the thread.
    AddMember {
        /// Who.
        user: UserId,
    },
    /// Archive the thread, without locking it.
    Archive,
    /// Post the headline in an announcement channel, or bring it up to date.
    Headline {
        /// The channel.
        channel: ChannelId,
        /// Roles to call when it is posted.
        mention: Vec<RoleId>,
    },
    /// Tell an announcement channel what changed.
    Update {
        /// The channel.
        channel: ChannelId,
        /// The event.
        event: i64,
        /// Roles to call.
        mention: Vec<RoleId>,
        /// Whether to publish it to following servers.
        publish: bool,
    },
    /// Publish an update that was posted.
    Publish {
        /// The channel.
        channel: ChannelId,
        /// The update.
        message: MessageId,
    },
}

/// The right to edit one ephemeral reply, good for fifteen minutes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyToken {
    /// The interaction's token.
    pub token: String,
    /// Until when Discord takes it.
    pub until: DateTime<Utc>,
}

impl Effect {
    /// The queue it waits in: things that must happen one after the other.
    #[must_use]
    pub fn lane(&self, ticket: TicketNumber) -> String {
        match self {
            Self::Headline { channel, .. } | Self::Update { channel, .. } => format!("{ticket}:{channel}"),
            // Publishing may wait for an hour; what is said next must not.
            Self::Publish { channel, .. } => format!("{ticket}:{channel}:publish"),
            _ => ticket.to_string(),
        }
    }

    /// The kind, as the database names it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Thread => "thread",
            Self::Link { .. } => "link",
            Self::Welcome => "welcome",
            Self::ThreadNote { .. } => "thread_note",
            Self::AddMember { .. } => "add_member",
            Self::Archive => "archive",
            Self::Headline { .. } => "headline",
            Self::Update { .. } => "update",
            Self::Publish { .. } => "publish",
        }
    }

    /// Effects that say the same because they show the present state: of several that wait, one is enough.
    #[must_use]
    pub fn coalesces_as(&self) -> Option<String> {
        match self {
            Self::Card => Some("card".to_owned()),
            Self::Headline { channel, .. } => Some(format!("headline:{channel}")),
            _ => None,
        }
    }
}

/// A row of the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its number in the database.
    pub id: i64,
    /// The ticket it belongs to.
    pub ticket: TicketNumber,
    /// Its number within the ticket: with the ticket's, the visible mark `T-42 · 7`.
    pub mark: i64,
    /// What to do.
    pub effect: Effect,
    /// 24 random characters, drawn when the row was written: Discord makes only one message of it.
    pub nonce: String,
    /// How often it was tried, this time included.
    pub attempts: i64,
    /// When it was tried first.
    pub first_tried: DateTime<Utc>,
}

impl Delivery {
    /// The mark by which an old message can be found again.
    #[must_use]
    pub fn mark(&self) -> String {
        format!("{} · {}", self.ticket, self.mark)
    }
}
