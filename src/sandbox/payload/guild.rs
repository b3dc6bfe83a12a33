//! Users, members, roles, channels, threads and the guild on the wire.

use serde_json::{Value, json};

use super::{id_or_null, ids, timestamp};
use crate::sandbox::ids::Id;
use crate::sandbox::model::{Channel, Member, Overwrite, Role, kind};
use crate::sandbox::world::World;

impl World {
    pub(crate) fn user_json(&self, id: Id) -> Value {
        match self.members.get(&id) {
            Some(member) => self.user_of(member),
            None => json!({
                "id": id.to_string(), "username": "deleted_user", "discriminator": "0", "global_name": null,
                "avatar": null, "bot": false, "public_flags": 0,
            }),
        }
    }

    pub(crate) fn user_of(&self, member: &Member) -> Value {
        json!({
            "id": member.id.to_string(),
            "username": member.username,
            "discriminator": "0",
            "global_name": member.global_name,
            "avatar": null,
            "banner": null,
            "accent_color": null,
            "bot": member.bot,
            "system": false,
            "public_flags": 0,
            "flags": 0,
        })
    }

    /// The bot, as it sees itself.
    pub(crate) fn current_user_json(&self) -> Value {
        let mut user = self.user_json(self.bot);
        user["mfa_enabled"] = json!(true);
        user["verified"] = json!(true);
        user["email"] = Value::Null;
        user["locale"] = json!("en-US");
        user
    }

    /// A member without the user, as messages carry it.
    pub(crate) fn partial_member_json(&self, member: &Member) -> Value {
        json!({
            "nick": member.nick,
            "avatar": null,
            "banner": null,
            "roles": ids(&member.roles),
            "joined_at": timestamp(member.joined_at),
            "premium_since": null,
            "deaf": false,
            "mute": false,
            "flags": 0,
            "pending": false,
            "communication_disabled_until": null,
        })
    }

    pub(crate) fn member_json(&self, member: &Member) -> Value {
        let mut json = self.partial_member_json(member);
        json["user"] = self.user_of(member);
        json
    }

    /// A member inside an event, which needs the guild's id as well.
    pub(crate) fn member_event_json(&self, member: &Member) -> Value {
        let mut json = self.member_json(member);
        json["guild_id"] = json!(self.guild.id.to_string());
        json
    }

    pub(crate) fn role_json(&self, role: &Role) -> Value {
        let mut json = json!({
            "id": role.id.to_string(),
            "name": role.name,
            "description": null,
            "color": role.color,
            "colors": { "primary_color": role.color, "secondary_color": null, "tertiary_color": null },
            "hoist": role.hoist,
            "icon": null,
            "unicode_emoji": null,
            "position": role.position,
            "permissions": role.permissions.to_string(),
            "managed": role.managed,
            "mentionable": role.mentionable,
            "flags": 0,
        });
        if let Some(bot) = role.bot_id {
            json["tags"] = json!({ "bot_id": bot.to_string() });
        }
        json
    }

    pub(crate) fn channel_json(&self, channel: &Channel) -> Value {
        if channel.kind == kind::DM {
            return json!({
                "id": channel.id.to_string(),
                "type": channel.kind,
                "last_message_id": id_or_null(channel.last_message),
                "flags": 0,
                "recipients": [self.user_json(channel.recipient.unwrap_or(0))],
            });
        }
        if channel.is_thread() {
            return self.thread_json(channel);
        }
        json!({
            "id": channel.id.to_string(),
            "type": channel.kind,
            "guild_id": self.guild.id.to_string(),
            "name": channel.name,
            "topic": channel.topic,
            "position": channel.position,
            "parent_id": id_or_null(channel.parent),
            "permission_overwrites": channel.overwrites.iter().map(overwrite_json).collect::<Value>(),
            "nsfw": false,
            "rate_limit_per_user": 0,
            "last_message_id": id_or_null(channel.last_message),
            "last_pin_timestamp": channel.pins.first().map(|(_, at)| timestamp(*at)),
            "default_auto_archive_duration": 4320,
            "flags": 0,
        })
    }

    fn thread_json(&self, channel: &Channel) -> Value {
        let Some(thread) = &channel.thread else { return Value::Null };
        let mut json = json!({
            "id": channel.id.to_string(),
            "type": channel.kind,
            "guild_id": self.guild.id.to_string(),
            "name": channel.name,
            "parent_id": id_or_null(channel.parent),
            "owner_id": thread.owner.to_string(),
            "last_message_id": id_or_null(channel.last_message),
            "last_pin_timestamp": channel.pins.first().map(|(_, at)| timestamp(*at)),
            "rate_limit_per_user": 0,
            // serenity keeps the member count in a byte; Discord stops counting at 50.
            "member_count": thread.members.len().min(50),
            "message_count": channel.messages.len(),
            "total_message_sent": channel.total_sent,
            "flags": 0,
            "thread_metadata": {
                "archived": thread.archived,
                "auto_archive_duration": thread.auto_archive,
                "archive_timestamp": timestamp(thread.archive_changed),
                "create_timestamp": timestamp(thread.created),
                "locked": thread.locked,
            },
        });
        if channel.is_private() {
            json["thread_metadata"]["invitable"] = json!(thread.invitable);
        }
        if let Some(joined) = thread.members.get(&self.bot) {
            json["member"] = json!({
                "id": channel.id.to_string(), "user_id": self.bot.to_string(),
                "join_timestamp": timestamp(*joined), "flags": 1,
            });
        }
        json
    }

    /// One member of a thread; with the guild member where asked for.
    pub(crate) fn thread_member_json(&self, thread: &Channel, user: Id, with_member: bool) -> Option<Value> {
        let joined = thread.thread.as_ref()?.members.get(&user)?;
        let mut json = json!({
            "id": thread.id.to_string(),
            "user_id": user.to_string(),
            "join_timestamp": timestamp(*joined),
            "flags": 1,
        });
        if with_member {
            json["member"] = self.member_json(self.members.get(&user)?);
        }
        Some(json)
    }

    /// The guild, as REST answers it.
    pub(crate) fn guild_json(&self) -> Value {
        json!({
            "id": self.guild.id.to_string(),
            "name": self.guild.name,
            "icon": null, "icon_hash": null, "splash": null, "discovery_splash": null, "home_header": null,
            "banner": null, "description": null, "vanity_url_code": null,
            "owner_id": self.guild.owner.to_string(),
            "application_id": null,
            "region": "deprecated",
            "afk_channel_id": null, "afk_timeout": 300,
            "widget_enabled": false, "widget_channel_id": null,
            "verification_level": 1,
            "default_message_notifications": 1,
            "explicit_content_filter": 0,
            "roles": self.roles.values().map(|role| self.role_json(role)).collect::<Value>(),
            "emojis": [], "stickers": [],
            "features": ["COMMUNITY", "NEWS"],
            "mfa_level": 0,
            "system_channel_id": null, "system_channel_flags": 0,
            "rules_channel_id": null, "public_updates_channel_id": null, "safety_alerts_channel_id": null,
            "max_presences": null, "max_members": 500_000,
            "max_video_channel_users": 25, "max_stage_video_channel_users": 50,
            "premium_tier": 0, "premium_subscription_count": 0, "premium_progress_bar_enabled": false,
            "preferred_locale": self.guild.locale,
            "nsfw": false, "nsfw_level": 0,
            "incidents_data": null,
        })
    }

    /// The guild, as the gateway announces it.
    pub(crate) fn guild_create_json(&self) -> Value {
        let mut guild = self.guild_json();
        let (threads, channels): (Vec<_>, Vec<_>) =
            self.channels.values().filter(|channel| channel.kind != kind::DM).partition(|c| c.is_thread());
        let threads =
            threads.into_iter().filter(|thread| !thread.is_archived() && self.can_see(self.bot, thread));
        let joined = self.members.get(&self.bot).map(|member| timestamp(member.joined_at));
        guild["joined_at"] = json!(joined);
        guild["large"] = json!(false);
        guild["unavailable"] = json!(false);
        guild["member_count"] = json!(self.members.len());
        guild["voice_states"] = json!([]);
        guild["members"] = self.members.values().map(|member| self.member_json(member)).collect();
        guild["channels"] = channels.into_iter().map(|channel| self.channel_json(channel)).collect();
        guild["threads"] = threads.map(|thread| self.channel_json(thread)).collect();
        guild["presences"] = json!([]);
        guild["stage_instances"] = json!([]);
        guild["guild_scheduled_events"] = json!([]);
        guild["soundboard_sounds"] = json!([]);
        guild
    }

    /// The bot's application.
    pub(crate) fn application_json(&self) -> Value {
        json!({
            "id": self.bot.to_string(),
            "name": self.options.bot_name,
            "icon": null,
            "description": "",
            "type": null,
            "bot": self.current_user_json(),
            "rpc_origins": [],
            "bot_public": false,
            "bot_require_code_grant": false,
            "owner": self.user_json(self.guild.owner),
            "verify_key": "0000000000000000000000000000000000000000000000000000000000000000",
            "team": null,
            "flags": self.application_flags(),
            "approximate_guild_count": 1,
            "approximate_user_install_count": 0,
            "redirect_uris": [],
            "interactions_endpoint_url": null,
            "role_connections_verification_url": null,
            "integration_types_config": { "0": {} },
        })
    }

    /// Which privileged intents are granted; the "limited" bits, as for bots in few guilds.
    pub(crate) fn application_flags(&self) -> u64 {
        let granted = self.options.granted;
        let bit = |granted: bool, bit: u32| if granted { 1 << bit } else { 0 };
        bit(granted.presences, 13) | bit(granted.members, 15) | bit(granted.message_content, 19)
    }
}

pub(crate) fn overwrite_json(overwrite: &Overwrite) -> Value {
    json!({
        "id": overwrite.id.to_string(),
        "type": u8::from(overwrite.member),
        "allow": overwrite.allow.to_string(),
        "deny": overwrite.deny.to_string(),
    })
}
