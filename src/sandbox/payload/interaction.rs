//! Interactions on the wire.

use serde_json::{Value, json};

use crate::sandbox::ids::Id;
use crate::sandbox::interaction::{self, Interaction};
use crate::sandbox::model::{Channel, kind};
use crate::sandbox::world::World;

impl World {
    /// The event that tells the bot of an interaction.
    pub(crate) fn interaction_json(&self, interaction: &Interaction) -> Value {
        let mut json = json!({
            "id": interaction.id.to_string(),
            "application_id": self.bot.to_string(),
            "type": interaction.kind,
            "data": interaction.data,
            "token": interaction.token,
            "version": 1,
            "channel_id": interaction.channel.to_string(),
            "locale": "en-US",
            "guild_locale": self.guild.locale,
            "entitlements": [],
            "entitlement_sku_ids": [],
            "authorizing_integration_owners": { "0": self.guild.id.to_string() },
            "context": 0,
            "attachment_size_limit": self.options.attachment_size_limit,
        });
        if let Some(channel) = self.channels.get(&interaction.channel) {
            json["channel"] = self.partial_channel_json(channel, interaction.by);
            json["app_permissions"] = json!(self.permissions_in(self.bot, channel).to_string());
            self.add_person(&mut json, channel, interaction.by);
        }
        let pressed = interaction.message.filter(|_| interaction.kind != interaction::COMMAND);
        if let Some(message) = pressed.and_then(|id| self.find_message(id)) {
            json["message"] = self.message_json(message);
        }
        json
    }

    fn add_person(&self, json: &mut Value, channel: &Channel, by: Id) {
        if channel.kind == kind::DM {
            json["user"] = self.user_json(by);
            json["context"] = json!(1);
            return;
        }
        json["guild_id"] = json!(self.guild.id.to_string());
        json["guild"] = json!({
            "id": self.guild.id.to_string(), "locale": self.guild.locale, "features": ["COMMUNITY", "NEWS"],
        });
        if let Some(member) = self.members.get(&by) {
            json["member"] = self.member_json(member);
            json["member"]["permissions"] = json!(self.permissions_in(by, channel).to_string());
        }
    }

    /// A channel as options and interactions carry it, with what `member` may do there.
    pub(crate) fn partial_channel_json(&self, channel: &Channel, member: Id) -> Value {
        let mut json = self.channel_json(channel);
        json["permissions"] = json!(self.permissions_in(member, channel).to_string());
        json
    }

    /// What a message tells about the interaction it answers.
    pub(crate) fn metadata_json(&self, interaction: &Interaction) -> Value {
        let mut json = json!({
            "id": interaction.id.to_string(),
            "type": interaction.kind,
            "user": self.user_json(interaction.by),
            "authorizing_integration_owners": { "0": self.guild.id.to_string() },
        });
        match (interaction.kind, interaction.message) {
            (interaction::COMPONENT, Some(message)) => {
                json["interacted_message_id"] = json!(message.to_string());
            }
            (interaction::COMMAND, target) => {
                json["name"] = json!(interaction.name);
                if let Some(target) = target {
                    json["target_message_id"] = json!(target.to_string());
                }
            }
            _ => {}
        }
        if let Some(trigger) = interaction.trigger.and_then(|id| self.interactions.get(&id)) {
            json["triggering_interaction_metadata"] = self.metadata_json(trigger);
        }
        json
    }

    /// What `with_response` answers.
    pub(crate) fn callback_json(&self, interaction: &Interaction, kind: u64) -> Value {
        let original = interaction.original.and_then(|id| self.find_message(id));
        let mut json = json!({
            "interaction": { "id": interaction.id.to_string(), "type": interaction.kind },
        });
        if let Some(message) = original.filter(|_| kind != 9) {
            let has = |flag| message.flags & flag != 0;
            json["interaction"]["response_message_id"] = json!(message.id.to_string());
            json["interaction"]["response_message_loading"] =
                json!(has(crate::sandbox::model::flag::LOADING));
            json["interaction"]["response_message_ephemeral"] =
                json!(has(crate::sandbox::model::flag::EPHEMERAL));
            json["resource"] = json!({ "type": kind, "message": self.message_json(message) });
        }
        json
    }
}
