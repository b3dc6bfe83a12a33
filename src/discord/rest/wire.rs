//! Discord's answers, cut down to what somebody here uses, with our own ids.
//!
//! Read leniently: what Discord leaves out is empty, what it adds is ignored, permission bits stay the raw number.
//! Must not know what the values are used for.

use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::{ChannelId, GuildId, MessageId, RoleId, UserId};

/// A text channel's type.
pub const TEXT: u8 = 0;
/// An announcement channel's type: its messages can be published to other servers.
pub const ANNOUNCEMENT: u8 = 5;

/// A message, as far as it matters to the bot that wrote it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Message {
    /// Its id.
    #[serde(deserialize_with = "one")]
    pub id: MessageId,
    /// Where it is.
    #[serde(rename = "channel_id", deserialize_with = "one")]
    pub channel: ChannelId,
    /// Who wrote it.
    pub author: User,
    /// Its text; empty without the message content intent, unless the bot wrote it.
    #[serde(default)]
    pub content: String,
    /// Its embeds as they are.
    #[serde(default)]
    pub embeds: Vec<Value>,
    /// The thread that hangs on it.
    #[serde(default)]
    pub thread: Option<Channel>,
    /// Bits about it; 1 is "published".
    #[serde(default)]
    pub flags: u64,
}

/// A user or bot.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct User {
    /// Its id.
    #[serde(deserialize_with = "one")]
    pub id: UserId,
    /// Its name.
    #[serde(default)]
    pub username: String,
    /// Whether it is a bot.
    #[serde(default)]
    pub bot: bool,
}

/// A channel or a thread.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Channel {
    /// Its id.
    #[serde(deserialize_with = "one")]
    pub id: ChannelId,
    /// Its type: [`TEXT`], [`ANNOUNCEMENT`], 10 to 12 for threads …
    #[serde(rename = "type", default)]
    pub kind: u8,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// The category, or a thread's channel.
    #[serde(rename = "parent_id", default, deserialize_with = "maybe")]
    pub parent: Option<ChannelId>,
    /// Who may do more or less here than elsewhere.
    #[serde(rename = "permission_overwrites", default)]
    pub overwrites: Vec<Overwrite>,
    /// What only threads have.
    #[serde(rename = "thread_metadata", default)]
    pub thread: Option<ThreadState>,
    /// A thread's maker.
    #[serde(rename = "owner_id", default, deserialize_with = "maybe")]
    pub owner: Option<UserId>,
}

impl Channel {
    /// Whether it is a thread.
    #[must_use]
    pub fn is_thread(&self) -> bool {
        matches!(self.kind, 10..=12)
    }
}

/// Whether a thread is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct ThreadState {
    /// Out of sight until somebody writes.
    #[serde(default)]
    pub archived: bool,
    /// Only Manage Threads may open it again.
    #[serde(default)]
    pub locked: bool,
}

/// Whom an overwrite is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A role; the one with the guild's id is everyone.
    Role(RoleId),
    /// One member.
    Member(UserId),
}

/// More or less rights in one channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overwrite {
    /// Whom it is about.
    pub target: Target,
    /// Bits given.
    pub allow: u64,
    /// Bits taken.
    pub deny: u64,
}

impl<'de> Deserialize<'de> for Overwrite {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Raw {
            id: Snowflake,
            #[serde(rename = "type")]
            kind: Value,
            #[serde(default, deserialize_with = "bits")]
            allow: u64,
            #[serde(default, deserialize_with = "bits")]
            deny: u64,
        }
        let raw = Raw::deserialize(deserializer)?;
        // Older answers wrote "role" and "member".
        let target = if raw.kind == 0 || raw.kind == "0" || raw.kind == "role" {
            Target::Role(RoleId(raw.id.0))
        } else {
            Target::Member(UserId(raw.id.0))
        };
        Ok(Self { target, allow: raw.allow, deny: raw.deny })
    }
}

impl Serialize for Overwrite {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (kind, id) = match self.target {
            Target::Role(id) => (0, id.to_string()),
            Target::Member(id) => (1, id.to_string()),
        };
        let (allow, deny) = (self.allow.to_string(), self.deny.to_string());
        serde_json::json!({ "id": id, "type": kind, "allow": allow, "deny": deny }).serialize(serializer)
    }
}

/// A role.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Role {
    /// Its id.
    #[serde(deserialize_with = "one")]
    pub id: RoleId,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// What it allows, as Discord's raw number.
    #[serde(default, deserialize_with = "bits")]
    pub permissions: u64,
    /// Whether everybody may mention it.
    #[serde(default)]
    pub mentionable: bool,
    /// Whether it belongs to a bot or another service.
    #[serde(default)]
    pub managed: bool,
}

/// A member of the guild.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Member {
    /// Who it is.
    pub user: User,
    /// Their name here, if they have another one.
    #[serde(default)]
    pub nick: Option<String>,
    /// Their roles.
    #[serde(default, deserialize_with = "many")]
    pub roles: Vec<RoleId>,
}

/// A guild, without its channels.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Guild {
    /// Its id.
    #[serde(deserialize_with = "one")]
    pub id: GuildId,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// Who may do everything; not told in the list of the bot's guilds.
    #[serde(rename = "owner_id", default, deserialize_with = "maybe")]
    pub owner: Option<UserId>,
    /// What it has: `COMMUNITY` for announcement channels, among others.
    #[serde(default)]
    pub features: Vec<String>,
}

/// The bot's application.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Application {
    /// Its id.
    #[serde(deserialize_with = "one")]
    pub id: UserId,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// Bits about it; see [`Application::may_read_members`].
    #[serde(default)]
    pub flags: u64,
}

impl Application {
    /// Whether the privileged intent "server members" is on (granted, or on for a small bot).
    #[must_use]
    pub fn may_read_members(&self) -> bool {
        self.flags & (1 << 14 | 1 << 15) != 0
    }

    /// Whether the privileged intent "message content" is on (granted, or on for a small bot).
    #[must_use]
    pub fn may_read_messages(&self) -> bool {
        self.flags & (1 << 18 | 1 << 19) != 0
    }
}

/// The list of threads that are not archived.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Threads {
    #[serde(default)]
    pub(super) threads: Vec<Channel>,
}

/// The gateway's address.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Gateway {
    pub(super) url: String,
}

/// Discord writes ids as text, because they do not fit a JavaScript number.
struct Snowflake(i64);

impl<'de> Deserialize<'de> for Snowflake {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let number = value.as_i64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
        number.map(Self).ok_or_else(|| D::Error::custom("an id is not a number"))
    }
}

trait Id: Sized {
    fn from_number(number: i64) -> Self;
}

macro_rules! ids {
    ($($name:ident),*) => {$(
        impl Id for $name {
            fn from_number(number: i64) -> Self {
                Self(number)
            }
        }
    )*};
}

ids!(ChannelId, GuildId, MessageId, RoleId, UserId);

fn one<'de, T: Id, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    Snowflake::deserialize(deserializer).map(|id| T::from_number(id.0))
}

fn maybe<'de, T: Id, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Ok(Option::<Snowflake>::deserialize(deserializer)?.map(|id| T::from_number(id.0)))
}

fn many<'de, T: Id, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(Vec::<Snowflake>::deserialize(deserializer)?.into_iter().map(|id| T::from_number(id.0)).collect())
}

/// Permission bits: text, with more bits than any library knows.
fn bits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let number = value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
    number.ok_or_else(|| D::Error::custom("permissions are not a number"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_channel_is_read_with_bits_no_library_knows() {
        let channel: Channel = serde_json::from_value(json!({
            "id": "7", "type": 5, "name": "news", "parent_id": null, "unheard_of": {},
            "permission_overwrites": [
                { "id": "1", "type": 0, "allow": "2251799813685248", "deny": "1024" },
                { "id": "2", "type": 1, "allow": "0", "deny": "0" },
            ],
        }))
        .unwrap();
        assert_eq!(channel.overwrites[0].allow, 1 << 51);
        assert_eq!(channel.overwrites[0].target, Target::Role(RoleId(1)));
        assert_eq!(channel.overwrites[1].target, Target::Member(UserId(2)));
        let written = serde_json::to_value(channel.overwrites[0]).unwrap();
        assert_eq!(written, json!({ "id": "1", "type": 0, "allow": "2251799813685248", "deny": "1024" }));
    }

    #[test]
    fn what_discord_leaves_out_is_empty() {
        let thread: Channel = serde_json::from_value(json!({ "id": "9" })).unwrap();
        assert_eq!((thread.parent, thread.thread), (None, None));
        let member: Member =
            serde_json::from_value(json!({ "user": { "id": "3" }, "roles": ["4", "5"] })).unwrap();
        assert_eq!(member.roles, [RoleId(4), RoleId(5)]);
        assert!(serde_json::from_value::<Role>(json!({ "id": "x" })).is_err());
    }
}
