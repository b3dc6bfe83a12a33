//! Messages: posting, editing, finding and publishing them.

use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::route::Route;
use super::wire::{Message, User};
use super::{Body, Fault, Rest};
use crate::domain::{ChannelId, MessageId, UserId};

/// Which part of a channel's history is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// The newest messages.
    Newest,
    /// The oldest messages after this one; an id made from a time will do.
    After(MessageId),
    /// The newest messages before this one.
    Before(MessageId),
    /// Messages on both sides of this one.
    Around(MessageId),
}

/// The two kinds of reactions; a person may give both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReactionKind {
    /// Ordinary ones.
    Normal,
    /// Super reactions.
    Burst,
}

impl Rest {
    /// Posts a message. With `nonce` and `enforce_nonce` in the body, a repeat within minutes gives the first one.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn create_message(&self, channel: ChannelId, body: &impl Serialize) -> Result<Message, Fault> {
        self.tell(Route::post("/channels/{}/messages").part(channel), body).await
    }

    /// Changes a message of the bot.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn edit_message(
        &self,
        channel: ChannelId,
        message: MessageId,
        body: &impl Serialize,
    ) -> Result<Message, Fault> {
        self.tell(Route::patch("/channels/{}/messages/{}").part(channel).part(message), body).await
    }

    /// Deletes a message of the bot.
    ///
    /// # Errors
    /// What went wrong; [`Fault::Gone`] if it is not there any more.
    pub async fn delete_message(&self, channel: ChannelId, message: MessageId) -> Result<(), Fault> {
        let route = Route::new(Method::DELETE, "/channels/{}/messages/{}").part(channel).part(message);
        self.send(route, Body::None).await.map(drop)
    }

    /// Reads one message.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn message(&self, channel: ChannelId, message: MessageId) -> Result<Message, Fault> {
        self.message_as(channel, message).await
    }

    /// The same, read as the caller needs it.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn message_as<T: DeserializeOwned>(
        &self,
        channel: ChannelId,
        message: MessageId,
    ) -> Result<T, Fault> {
        self.ask(Route::get("/channels/{}/messages/{}").part(channel).part(message)).await
    }

    /// Reads up to 100 messages, newest first.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn messages(
        &self,
        channel: ChannelId,
        history: History,
        limit: u8,
    ) -> Result<Vec<Message>, Fault> {
        self.messages_as(channel, history, limit).await
    }

    /// The same, read as the caller needs them.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn messages_as<T: DeserializeOwned>(
        &self,
        channel: ChannelId,
        history: History,
        limit: u8,
    ) -> Result<Vec<T>, Fault> {
        let route = Route::get("/channels/{}/messages").part(channel).query("limit", limit.clamp(1, 100));
        let route = match history {
            History::Newest => route,
            History::After(message) => route.query("after", message),
            History::Before(message) => route.query("before", message),
            History::Around(message) => route.query("around", message),
        };
        self.ask(route).await
    }

    /// Up to 100 of those who gave an emoji to a message, in the order of their ids, those after `after`.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn reactions(
        &self,
        channel: ChannelId,
        message: MessageId,
        emoji: &str,
        kind: ReactionKind,
        after: Option<UserId>,
    ) -> Result<Vec<User>, Fault> {
        let route =
            Route::get("/channels/{}/messages/{}/reactions/{}").part(channel).part(message).part(emoji);
        let route = route.query("type", u8::from(kind == ReactionKind::Burst)).query("limit", 100);
        self.ask(after.into_iter().fold(route, |route, after| route.query("after", after))).await
    }

    /// Publishes a message of an announcement channel to the servers that follow it.
    ///
    /// # Errors
    /// What went wrong; [`Fault::Exists`] if it was published before.
    pub async fn publish(&self, channel: ChannelId, message: MessageId) -> Result<Message, Fault> {
        self.ask(Route::post("/channels/{}/messages/{}/crosspost").part(channel).part(message)).await
    }

    /// Edits the first reply to an interaction, as long as its token is good (15 minutes).
    ///
    /// # Errors
    /// What went wrong; [`Fault::Gone`] when the time is over.
    pub async fn edit_reply(
        &self,
        application: UserId,
        token: &str,
        body: &impl Serialize,
    ) -> Result<Message, Fault> {
        let route = Route::patch("/webhooks/{}/{}/messages/@original").part(application).part(token);
        self.tell(route, body).await
    }
}

impl Message {
    /// Whether the bot's visible mark, such as `T-42 · 7`, stands somewhere in its text or embeds.
    #[must_use]
    pub fn bears(&self, mark: &str) -> bool {
        has_mark(&self.content, mark) || self.embeds.iter().any(|embed| any_text(embed, mark))
    }
}

fn any_text(value: &Value, mark: &str) -> bool {
    match value {
        Value::String(text) => has_mark(text, mark),
        Value::Array(values) => values.iter().any(|value| any_text(value, mark)),
        Value::Object(fields) => fields.values().any(|value| any_text(value, mark)),
        _ => false,
    }
}

/// `T-4 · 7` stands neither in `T-4 · 71` nor in `XT-4 · 7`.
fn has_mark(text: &str, mark: &str) -> bool {
    text.match_indices(mark).any(|(start, _)| {
        let before = text[..start].chars().next_back();
        let after = text[start + mark.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_mark_is_found_where_it_stands_and_only_there() {
        let message = |content: &str, embeds: Value| -> Message {
            serde_json::from_value(json!({
                "id": "1", "channel_id": "2", "author": { "id": "3" }, "content": content, "embeds": embeds,
            }))
            .unwrap()
        };
        assert!(message("down again\n-# T-4 · 7", json!([])).bears("T-4 · 7"));
        assert!(message("", json!([{ "footer": { "text": "T-4 · 7" } }])).bears("T-4 · 7"));
        assert!(message("T-4 · 71, T-4 · 7", json!([])).bears("T-4 · 7"));
        assert!(!message("T-4 · 71", json!([])).bears("T-4 · 7"));
        assert!(!message("XT-4 · 7", json!([])).bears("T-4 · 7"));
    }
}
