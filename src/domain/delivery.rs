//! Deliveries: the things the bot must do on Discord, one row of the outbox each.
//!
//! A delivery says *what* and names ids, never *how*: cards and headlines are rendered from the present state when
//! they go out, updates from their event. Deliveries of one lane go out one after the other, lanes do not wait for
//! each other: a failing one holds only its own ticket and channel.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::{ChannelId, MessageId, RoleId, TicketNumber, UserId};
use super::notice::{Doing, Notice};
use super::ticket::Places;

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
        /// What it tells of; 0 in rows of before this was noted.
        #[serde(default)]
        event: i64,
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
            // Publishing may wait for an hour; what is said next must not, nor what is more urgent to be published.
            Self::Publish { channel, message, .. } => format!("{ticket}:{channel}:publish:{message}"),
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

    /// What it needs to be allowed, and where: for what happens in a thread, the channel that the thread is in.
    #[must_use]
    pub const fn needs(&self, places: &Places) -> (Doing, ChannelId) {
        match self {
            Self::Card => (Doing::Post, places.channel),
            Self::Thread | Self::Archive => (Doing::Thread, places.channel),
            Self::Link { .. } | Self::Welcome | Self::ThreadNote { .. } => {
                (Doing::PostInThread, places.channel)
            }
            Self::AddMember { .. } => (Doing::AddMember, places.channel),
            Self::Headline { channel, .. } | Self::Update { channel, .. } => (Doing::Post, *channel),
            Self::Publish { channel, .. } => (Doing::Publish, *channel),
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

/// What a row of the outbox asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Something that a ticket needs.
    Ticket(TicketNumber, Effect),
    /// Something that the operators must know.
    Notice(Notice),
}

impl Task {
    /// The ticket it belongs to; a notice belongs to none.
    #[must_use]
    pub const fn ticket(&self) -> Option<TicketNumber> {
        match self {
            Self::Ticket(number, _) => Some(*number),
            Self::Notice(_) => None,
        }
    }

    /// The queue it waits in.
    #[must_use]
    pub fn lane(&self) -> String {
        match self {
            Self::Ticket(number, effect) => effect.lane(*number),
            Self::Notice(_) => "operators".to_owned(),
        }
    }

    /// The kind, as the database names it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Ticket(_, effect) => effect.kind(),
            Self::Notice(_) => "notice",
        }
    }
}

/// A row of the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its number in the database.
    pub id: i64,
    /// What to do.
    pub task: Task,
    /// Its number within the ticket, or among the notices.
    pub mark: i64,
    /// 24 random characters, drawn when the row was written: Discord makes only one message of it.
    pub nonce: String,
    /// How often it was tried, this time included.
    pub attempts: i64,
    /// When it was tried first.
    pub first_tried: DateTime<Utc>,
    /// What kept it from being done before, as [`Problem::key`](super::notice::Problem::key).
    pub problem: Option<String>,
}

impl Delivery {
    /// The mark by which an old message can be found again: `T-42 · 7`, or `Notice 7`.
    #[must_use]
    pub fn mark(&self) -> String {
        match self.task.ticket() {
            Some(ticket) => format!("{ticket} · {}", self.mark),
            None => format!("Notice {}", self.mark),
        }
    }
}
