//! What keeps a delivery from being done until somebody changes something, and what the operators are told of it.
//!
//! Pure. Deliveries that one thing holds up share one [`Problem`], so that the operators are told once and not for
//! each. Must not know how it was found out, nor how it reads.

use serde::{Deserialize, Serialize};

use super::ids::{ChannelId, TicketNumber};
use super::keys::words;

words! {
    /// What the bot tried to do.
    Doing {
        /// Post or edit a message in a channel.
        Post = "post",
        /// Make a thread, or open and archive one.
        Thread = "thread",
        /// Post in a channel's threads.
        PostInThread = "post-in-thread",
        /// Bring somebody into a thread.
        AddMember = "add-member",
        /// Publish a message.
        Publish = "publish",
    }
}

words! {
    /// Why it could not be done, and will not be as things are.
    Hindrance {
        /// The channel does not exist any more.
        ChannelGone = "channel-gone",
        /// The bot may not.
        Forbidden = "forbidden",
        /// Somebody deletes it as often as it is made.
        Vanishes = "vanishes",
        /// The thread is locked, and the bot may not open it.
        Locked = "locked",
        /// Discord does not take it, whoever sends it.
        Refused = "refused",
    }
}

/// Something that holds up deliveries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What was tried.
    pub doing: Doing,
    /// Where; for what happens in threads, the channel that they are in.
    pub channel: ChannelId,
    /// Why it does not go.
    pub hindrance: Hindrance,
    /// What Discord said, for the operators.
    pub said: String,
}

impl Problem {
    /// What deliveries that it holds up have in common.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}{}", Self::prefix(self.doing, self.channel), self.hindrance)
    }

    /// What the keys begin with of everything that is over once `doing` has succeeded in `channel`.
    #[must_use]
    pub fn prefix(doing: Doing, channel: ChannelId) -> String {
        format!("{doing}:{channel}:")
    }
}

/// What the operators are told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "tell", rename_all = "snake_case")]
pub enum Notice {
    /// Something holds up deliveries, and somebody has to do something.
    HeldUp {
        /// What.
        problem: Problem,
    },
    /// Discord shows tickets that the database does not have: it was restored from a backup, or is another one.
    UnknownTickets {
        /// Their numbers.
        numbers: Vec<TicketNumber>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_trouble_has_one_key_whatever_discord_said() {
        let problem = |said: &str| Problem {
            doing: Doing::PostInThread,
            channel: ChannelId(7),
            hindrance: Hindrance::Forbidden,
            said: said.to_owned(),
        };
        assert_eq!(problem("no").key(), problem("Missing Access").key());
        assert_eq!(problem("no").key(), "post-in-thread:7:forbidden");
        assert!(problem("no").key().starts_with(&Problem::prefix(Doing::PostInThread, ChannelId(7))));
        // A channel's number is not the beginning of another's.
        assert!(!problem("no").key().starts_with(&Problem::prefix(Doing::PostInThread, ChannelId(70))));
        assert!(!problem("no").key().starts_with(&Problem::prefix(Doing::Post, ChannelId(7))));
    }
}
