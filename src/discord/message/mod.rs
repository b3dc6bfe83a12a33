//! A message as we mean it: content, embeds, rows of components, and exactly who is called by it.
//!
//! Our own value, so that views are pure and the wire format stands in one place. Must not know tickets or how
//! requests are sent; nonces are added by the sender. Invariants, kept when JSON is made: every limit of Discord
//! holds (texts are shortened, surplus parts dropped, nothing is ever empty); `allowed_mentions` is always there and
//! names ids, so that no text can call anybody; `components` is always there, so that an edit can take them away.

mod component;
mod embed;
mod modal;
mod plain;

use serde_json::{Value, json};

pub use self::component::{Button, Choice, Press, Row, Select, Style};
pub use self::embed::{Embed, Field};
pub use self::modal::{Input, Modal};
use super::limits::{self, fit};
use crate::domain::{RoleId, UserId};

/// Only the person who acted sees the message (reference, "Message Flags").
const EPHEMERAL: u64 = 1 << 6;
/// Links in the content get no preview; it would hide our own embeds as well (reference, "Message Flags").
const SUPPRESS_EMBEDS: u64 = 1 << 2;
/// What stands in a message about which there is nothing to say: Discord refuses an empty one.
const NOTHING: &str = "…";

/// More bytes than go out in a second on a line of 2 Mbit/s.
const HEAVY: usize = 256 * 1024;

/// One message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The text above the embeds.
    pub content: String,
    /// The framed parts.
    pub embeds: Vec<Embed>,
    /// Buttons and selects.
    pub rows: Vec<Row>,
    /// Who is called.
    pub mentions: Mentions,
    /// Whether only the person who acted sees it; counts only where it answers an interaction.
    pub ephemeral: bool,
    /// Files that come with it. They are sent beside the JSON, which does not name them.
    pub files: Vec<File>,
}

/// A file that comes with a message.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} bytes)", self.name, self.bytes.len())
    }
}

/// Who a message calls; everybody else it names is only named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions {
    /// Persons.
    pub users: Vec<UserId>,
    /// Roles.
    pub roles: Vec<RoleId>,
}

impl Message {
    /// A message with content alone, for all to see.
    pub fn text(content: impl Into<String>) -> Self {
        Self { content: content.into(), ..Self::default() }
    }

    /// An answer that only the person who acted sees.
    pub fn private(content: impl Into<String>) -> Self {
        Self { content: content.into(), ephemeral: true, ..Self::default() }
    }

    /// With one more embed.
    #[must_use]
    pub fn embed(mut self, embed: Embed) -> Self {
        self.embeds.push(embed);
        self
    }

    /// With one more row of components.
    #[must_use]
    pub fn row(mut self, row: Row) -> Self {
        self.rows.push(row);
        self
    }

    /// With one more file.
    #[must_use]
    pub fn file(mut self, name: impl Into<String>, bytes: Vec<u8>) -> Self {
        self.files.push(File { name: name.into(), bytes });
        self
    }

    /// Calling these persons as well; the text has to name them.
    #[must_use]
    pub fn calling(mut self, users: impl IntoIterator<Item = UserId>) -> Self {
        self.mentions.users.extend(users);
        self
    }

    /// Calling these roles as well; the text has to name them.
    #[must_use]
    pub fn calling_roles(mut self, roles: impl IntoIterator<Item = RoleId>) -> Self {
        self.mentions.roles.extend(roles);
        self
    }

    /// How many bytes its files have.
    #[must_use]
    pub fn file_bytes(&self) -> usize {
        self.files.iter().map(|file| file.bytes.len()).sum()
    }

    /// Whether sending it may take longer than Discord waits for a first answer.
    #[must_use]
    pub fn is_heavy(&self) -> bool {
        self.file_bytes() > HEAVY
    }

    /// The message within every limit of Discord. Done by whatever makes JSON of it; doing it twice changes nothing.
    #[must_use]
    pub fn fitted(mut self) -> Self {
        self.content = fit(&self.content, limits::CONTENT);
        let mut room = limits::EMBEDS_TOTAL;
        self.embeds.truncate(limits::EMBEDS);
        self.embeds = self.embeds.into_iter().filter_map(|embed| embed.fitted(&mut room)).collect();
        self.rows = self.rows.into_iter().filter_map(Row::fitted).take(limits::ROWS).collect();
        self.files.truncate(limits::FILES);
        if self.content.trim().is_empty() {
            self.content = if self.embeds.is_empty() && self.files.is_empty() {
                NOTHING.to_owned()
            } else {
                String::new()
            };
        }
        self.mentions = self.mentions.fitted();
        self
    }

    /// The body that posts it in a channel or as a follow-up by a webhook.
    #[must_use]
    pub fn create_body(&self) -> Value {
        self.with_flags(0)
    }

    /// The body that edits a message into it, by channel or by webhook. It carries no flags: an edit would have to
    /// repeat those that Discord set itself.
    #[must_use]
    pub fn edit_body(&self) -> Value {
        let message = self.clone().fitted();
        json!({
            "content": message.content,
            "embeds": message.embeds.iter().map(Embed::json).collect::<Vec<_>>(),
            "components": message.rows.iter().map(Row::json).collect::<Vec<_>>(),
            "allowed_mentions": message.mentions.json(),
        })
    }

    /// The `data` of the first answer to an interaction (callback types 4 and 7), ephemeral if the message is.
    #[must_use]
    pub fn callback_data(&self) -> Value {
        self.with_flags(if self.ephemeral { EPHEMERAL } else { 0 })
    }

    fn with_flags(&self, flags: u64) -> Value {
        let mut body = self.edit_body();
        let framed = body["embeds"].as_array().is_some_and(|embeds| !embeds.is_empty());
        let flags = if framed { flags } else { flags | SUPPRESS_EMBEDS };
        if flags != 0 {
            body["flags"] = json!(flags);
        }
        body
    }
}

/// The flags that a deferred answer (callback type 5) needs so that what follows is ephemeral.
#[must_use]
pub fn ephemeral_flags() -> u64 {
    EPHEMERAL
}

impl Mentions {
    /// Each once, and not more than Discord takes.
    fn fitted(mut self) -> Self {
        self.users.sort_unstable();
        self.users.dedup();
        self.users.truncate(limits::MENTIONS);
        self.roles.sort_unstable();
        self.roles.dedup();
        self.roles.truncate(limits::MENTIONS);
        self
    }

    /// Ids are text on the wire; `parse` stays empty, or what people typed could call them.
    fn json(&self) -> Value {
        let users: Vec<String> = self.users.iter().map(ToString::to_string).collect();
        let roles: Vec<String> = self.roles.iter().map(ToString::to_string).collect();
        json!({ "parse": [], "users": users, "roles": roles })
    }
}

impl serde::Serialize for Message {
    /// As [`Message::create_body`].
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.create_body().serialize(serializer)
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::assert_within_limits;
