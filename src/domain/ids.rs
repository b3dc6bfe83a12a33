//! The numbers that name things: Discord's ids, and a ticket's own number.
//!
//! Each kind is its own type, so that a role can never be taken for a user. Discord's ids are snowflakes: they
//! carry the millisecond they were made in, which is how a fact gets Discord's time instead of ours.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Milliseconds from 1970 to the first second of 2015, where Discord's ids begin to count
/// (Discord's reference, "Snowflakes").
pub const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;

macro_rules! snowflake {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl $name {
            /// The moment Discord made this id, from its upper 42 bits.
            #[must_use]
            pub fn time(self) -> DateTime<Utc> {
                DateTime::from_timestamp_millis((self.0 >> 22) + DISCORD_EPOCH_MS).unwrap_or_default()
            }

            /// The lowest id that Discord could have made at `time`.
            #[must_use]
            pub const fn first_at(time: DateTime<Utc>) -> Self {
                Self((time.timestamp_millis() - DISCORD_EPOCH_MS) << 22)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

snowflake! {
    /// A Discord server.
    GuildId,
    /// A channel or a thread: Discord uses one kind of id for both.
    ChannelId,
    /// A message. The thread made from a message has the same number.
    MessageId,
    /// A member, bot or webhook.
    UserId,
    /// A role of the guild.
    RoleId,
    /// One click, command or form that a person sent; what makes a verb safe to repeat.
    InteractionId,
}

/// A ticket's number in its guild, written `T-42`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TicketNumber(pub i64);

impl fmt::Display for TicketNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "T-{}", self.0)
    }
}

/// What was typed is no ticket number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a ticket number looks like `T-42`")]
pub struct NotATicketNumber;

impl FromStr for TicketNumber {
    type Err = NotATicketNumber;

    /// Reads `T-42`, `t42`, `#42` or `42`, with spaces around it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let digits = match text.strip_prefix(['T', 't']) {
            Some(rest) => rest.strip_prefix('-').unwrap_or(rest),
            None => text.strip_prefix('#').unwrap_or(text),
        };
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = plain.then(|| digits.parse().ok()).flatten().filter(|number| *number > 0);
        number.map(Self).ok_or(NotATicketNumber)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_number_is_read_as_people_write_it() {
        for text in ["T-42", "t42", " 42 ", "#42", "t-42"] {
            assert_eq!(text.parse(), Ok(TicketNumber(42)), "{text}");
        }
        for text in ["", "T-", "-1", "0", "forty", "4 2", "99999999999999999999", "４２"] {
            assert_eq!(text.parse::<TicketNumber>(), Err(NotATicketNumber), "{text}");
        }
        assert_eq!(TicketNumber(42).to_string(), "T-42");
    }

    #[test]
    fn an_id_tells_its_time() {
        // The example of Discord's reference.
        assert_eq!(UserId(175_928_847_299_117_063).time().to_rfc3339(), "2016-04-30T11:18:25.796+00:00");
    }
}
