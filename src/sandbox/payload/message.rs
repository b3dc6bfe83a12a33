//! Messages, attachments and reactions on the wire.

use serde_json::{Value, json};

use super::{ids, timestamp};
use crate::sandbox::ids::Id;
use crate::sandbox::model::{Attachment, Message, kind};
use crate::sandbox::world::World;

impl World {
    /// A message as a history shows it.
    pub(crate) fn message_json(&self, message: &Message) -> Value {
        let mut json = self.flat_message_json(message);
        if let Some((channel, Some(id))) = message.reference {
            let earlier = self.channels.get(&channel).and_then(|channel| channel.messages.get(&id));
            json["referenced_message"] =
                earlier.map_or(Value::Null, |earlier| self.flat_message_json(earlier));
        }
        json
    }

    /// A message as its sender and the gateway show it: with the nonce.
    pub(crate) fn sent_message_json(&self, message: &Message) -> Value {
        let mut json = self.message_json(message);
        if let Some(nonce) = &message.nonce {
            json["nonce"] = nonce.clone();
        }
        json
    }

    /// A message inside an event.
    pub(crate) fn message_event_json(&self, message: &Message) -> Value {
        let mut json = self.sent_message_json(message);
        if self.is_in_guild(message.channel) {
            json["guild_id"] = json!(self.guild.id.to_string());
            if let Some(author) = self.members.get(&message.author) {
                json["member"] = self.partial_member_json(author);
            }
        }
        json
    }

    fn is_in_guild(&self, channel: Id) -> bool {
        self.channels.get(&channel).is_some_and(|channel| channel.kind != kind::DM)
    }

    fn flat_message_json(&self, message: &Message) -> Value {
        let mentions = message.mentions.users.iter().map(|user| self.user_json(*user));
        let mut json = json!({
            "id": message.id.to_string(),
            "channel_id": message.channel.to_string(),
            "author": self.user_json(message.author),
            "content": message.content,
            "timestamp": timestamp(message.at),
            "edited_timestamp": message.edited.map(timestamp),
            "tts": false,
            "mention_everyone": message.mentions.everyone,
            "mentions": mentions.collect::<Value>(),
            "mention_roles": ids(&message.mentions.roles),
            "mention_channels": [],
            "attachments": message.attachments.iter().map(|file| self.attachment_json(file)).collect::<Value>(),
            "embeds": message.embeds,
            "components": message.components,
            "pinned": message.pinned,
            "type": message.kind,
            "flags": message.flags,
        });
        if !message.reactions.is_empty() {
            let reactions = message.reactions.iter().map(|(emoji, users)| self.reactions_json(emoji, users));
            json["reactions"] = reactions.collect();
        }
        self.add_references(&mut json, message);
        json
    }

    fn add_references(&self, json: &mut Value, message: &Message) {
        if let Some((channel, earlier)) = message.reference {
            let mut reference = json!({ "type": 0, "channel_id": channel.to_string() });
            if let Some(earlier) = earlier {
                reference["message_id"] = json!(earlier.to_string());
            }
            if self.is_in_guild(channel) {
                reference["guild_id"] = json!(self.guild.id.to_string());
            }
            json["message_reference"] = reference;
        }
        if let Some(thread) = self.channels.get(&message.id).filter(|thread| thread.is_thread()) {
            json["thread"] = self.channel_json(thread);
        }
        if let Some(interaction) = message.interaction.and_then(|id| self.interactions.get(&id)) {
            json["application_id"] = json!(self.bot.to_string());
            json["webhook_id"] = json!(self.bot.to_string());
            json["interaction_metadata"] = self.metadata_json(interaction);
        }
    }

    fn reactions_json(&self, name: &str, users: &[Id]) -> Value {
        json!({
            "emoji": emoji(name),
            "count": users.len(),
            "count_details": { "burst": 0, "normal": users.len() },
            "me": users.contains(&self.bot),
            "me_burst": false,
            "burst_colors": [],
        })
    }

    pub(crate) fn attachment_json(&self, file: &Attachment) -> Value {
        let url = format!("{}/attachments/{}/{}/{}", self.address, file.channel, file.id, file.name);
        let mut json = json!({
            "id": file.id.to_string(),
            "filename": file.name,
            "size": file.bytes.len(),
            "content_type": file.content_type,
            "url": url,
            "proxy_url": url,
        });
        if let Some(description) = &file.description {
            json["description"] = json!(description);
        }
        if file.content_type.starts_with("image/") {
            json["width"] = json!(1);
            json["height"] = json!(1);
        }
        json
    }

    /// The event of one reaction given or taken.
    pub(crate) fn reaction_event_json(&self, message: &Message, name: &str, user: Id, given: bool) -> Value {
        let mut json = json!({
            "user_id": user.to_string(),
            "channel_id": message.channel.to_string(),
            "message_id": message.id.to_string(),
            "emoji": emoji(name),
            "burst": false,
            "type": 0,
        });
        if self.is_in_guild(message.channel) {
            json["guild_id"] = json!(self.guild.id.to_string());
        }
        if given {
            json["message_author_id"] = json!(message.author.to_string());
            if let Some(member) = self.members.get(&user) {
                json["member"] = self.member_json(member);
            }
        }
        json
    }
}

/// An emoji: a character, or `name:id` for a guild's own.
fn emoji(name: &str) -> Value {
    match name.split_once(':') {
        Some((name, id)) => json!({ "id": id, "name": name }),
        None => json!({ "id": null, "name": name }),
    }
}
