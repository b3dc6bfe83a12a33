//! Channels, their permissions, and direct conversations.
//!
//! Keeps: nobody grants in a channel what they may not do themselves; a deleted channel takes its threads along.

use serde_json::{Value, json};

use crate::sandbox::check::draft;
use crate::sandbox::error::{Form, Refusal};
use crate::sandbox::gateway::intents;
use crate::sandbox::ids::Id;
use crate::sandbox::model::{Channel, Overwrite, kind};
use crate::sandbox::permissions::{ADMINISTRATOR, MANAGE_CHANNELS, MANAGE_ROLES, MANAGE_THREADS};
use crate::sandbox::world::{Event, World};

/// Reads a list of overwrites.
fn overwrites(list: &Value) -> Option<Vec<Overwrite>> {
    let list = list.as_array()?;
    Some(list.iter().filter_map(|json| overwrite(draft::id(&json["id"])?, json)).collect())
}

/// Reads one overwrite for `id`.
pub(crate) fn overwrite(id: Id, json: &Value) -> Option<Overwrite> {
    let member = match &json["type"] {
        Value::String(name) => name == "1" || name == "member",
        other => other.as_u64() == Some(1),
    };
    let bits = |key: &str| draft::id(&json[key]).unwrap_or(0);
    Some(Overwrite { id, member, allow: bits("allow"), deny: bits("deny") })
}

impl World {
    /// Makes a channel.
    pub(crate) fn create_channel(&mut self, by: Id, body: &Value) -> Result<Id, Refusal> {
        self.require_in_guild(by, MANAGE_CHANNELS)?;
        let kind = body["type"].as_u64().and_then(|kind| u8::try_from(kind).ok()).unwrap_or(kind::TEXT);
        let mut form = Form::default();
        form.length("name", body["name"].as_str(), 100);
        if ![kind::TEXT, kind::CATEGORY, kind::ANNOUNCEMENT].contains(&kind) {
            form.add("type", "BASE_TYPE_CHOICES", "Value must be one of {0, 4, 5}.");
        }
        form.done()?;
        let wanted = overwrites(&body["permission_overwrites"]).unwrap_or_default();
        let own = self.guild_permissions(by);
        if own & ADMINISTRATOR == 0 && wanted.iter().any(|one| (one.allow | one.deny) & !own != 0) {
            return Err(Refusal::missing_permissions());
        }
        let id = self.new_id();
        let name = body["name"].as_str().unwrap_or_default();
        let mut channel = Channel::new(id, kind, &channel_name(kind, name));
        channel.topic = body["topic"].as_str().map(str::to_owned);
        channel.parent = draft::id(&body["parent_id"]);
        channel.position = i64::try_from(self.channels.len()).unwrap_or(i64::MAX);
        channel.overwrites = wanted;
        self.channels.insert(id, channel);
        self.announce_channel("CHANNEL_CREATE", id);
        Ok(id)
    }

    fn announce_channel(&mut self, name: &'static str, id: Id) {
        let Some(channel) = self.channels.get(&id) else { return };
        let data = self.channel_json(channel);
        self.emit(Event::new(name, intents::GUILDS, data));
    }

    /// Changes a channel as a PATCH does.
    pub(crate) fn change_channel(&mut self, by: Id, id: Id, body: &Value) -> Result<(), Refusal> {
        if self.channel(id)?.is_thread() {
            return self.change_thread(by, id, body);
        }
        self.require(by, id, MANAGE_CHANNELS)?;
        let mut form = Form::default();
        if let Some(name) = body.get("name") {
            form.length("name", name.as_str(), 100);
        }
        if let Some(topic) = body["topic"].as_str() {
            form.max_length("topic", topic, 1024);
        }
        form.done()?;
        let list = overwrites(&body["permission_overwrites"]);
        if list.is_some() {
            self.require(by, id, MANAGE_ROLES)?;
        }
        let saw = self.bot_sees(id);
        let channel = self.channel_mut(id)?;
        if let Some(name) = body["name"].as_str() {
            channel.name = channel_name(channel.kind, name);
        }
        if let Some(topic) = body.get("topic") {
            channel.topic = topic.as_str().map(str::to_owned);
        }
        if let Some(position) = body["position"].as_i64() {
            channel.position = position;
        }
        if body.get("parent_id").is_some() {
            channel.parent = draft::id(&body["parent_id"]);
        }
        channel.overwrites = list.unwrap_or_else(|| std::mem::take(&mut channel.overwrites));
        self.announce_channel("CHANNEL_UPDATE", id);
        self.sync_threads(id, saw);
        Ok(())
    }

    fn bot_sees(&self, id: Id) -> bool {
        self.channels.get(&id).is_some_and(|channel| self.can_see(self.bot, channel))
    }

    /// Tells the bot of the threads of a channel it has just come to see.
    fn sync_threads(&mut self, id: Id, saw: bool) {
        if saw || !self.bot_sees(id) {
            return;
        }
        let threads: Vec<&Channel> =
            self.threads_of(id).filter(|t| !t.is_archived() && self.can_see(self.bot, t)).collect();
        let members = threads.iter().filter_map(|thread| self.thread_member_json(thread, self.bot, false));
        let data = json!({
            "guild_id": self.guild.id.to_string(),
            "channel_ids": [id.to_string()],
            "threads": threads.iter().map(|thread| self.channel_json(thread)).collect::<Value>(),
            "members": members.collect::<Value>(),
        });
        self.emit(Event::new("THREAD_LIST_SYNC", intents::GUILDS, data));
    }

    /// Deletes a channel with its threads, or one thread.
    pub(crate) fn delete_channel(&mut self, by: Id, id: Id) -> Result<Value, Refusal> {
        let thread = self.channel(id)?.is_thread();
        let channel = self.require(by, id, if thread { MANAGE_THREADS } else { MANAGE_CHANNELS })?;
        let (data, kind, parent) = (self.channel_json(channel), channel.kind, channel.parent);
        let seen = self.can_see(self.bot, channel);
        let mut gone: Vec<Id> = self.threads_of(id).map(|thread| thread.id).collect();
        gone.push(id);
        for id in gone {
            if let Some(channel) = self.channels.remove(&id) {
                for message in channel.messages.keys() {
                    self.places.remove(message);
                }
            }
        }
        let event = if thread {
            let ids = json!({
                "id": id.to_string(), "guild_id": self.guild.id.to_string(),
                "parent_id": crate::sandbox::payload::id_or_null(parent), "type": kind,
            });
            Event::new("THREAD_DELETE", intents::GUILDS, ids).only_if(seen)
        } else {
            Event::new("CHANNEL_DELETE", intents::GUILDS, data.clone())
        };
        self.emit(event);
        Ok(data)
    }

    /// Sets or, with `None`, removes what a role or member may do differently in a channel.
    pub(crate) fn set_overwrite(
        &mut self,
        by: Id,
        channel: Id,
        target: Id,
        overwrite: Option<Overwrite>,
    ) -> Result<(), Refusal> {
        let place = self.require(by, channel, MANAGE_ROLES)?;
        let own = self.permissions_in(by, place);
        let beyond = |one: &Overwrite| (one.allow | one.deny) & !own != 0;
        if own & ADMINISTRATOR == 0 && overwrite.as_ref().is_some_and(beyond) {
            return Err(Refusal::missing_permissions());
        }
        if overwrite.is_none() && !place.overwrites.iter().any(|one| one.id == target) {
            return Err(Refusal::unknown(10009));
        }
        let saw = self.bot_sees(channel);
        let place = self.channel_mut(channel)?;
        place.overwrites.retain(|one| one.id != target);
        place.overwrites.extend(overwrite);
        self.announce_channel("CHANNEL_UPDATE", channel);
        self.sync_threads(channel, saw);
        Ok(())
    }

    /// The conversation between the bot and a person, made when first asked for.
    pub(crate) fn direct_channel(&mut self, with: Id) -> Result<Id, Refusal> {
        if !self.members.contains_key(&with) || with == self.bot {
            return Err(Refusal::new(400, 50033, "Invalid Recipient(s)"));
        }
        let existing = self
            .channels
            .values()
            .find(|channel| channel.kind == kind::DM && channel.recipient == Some(with));
        if let Some(channel) = existing {
            return Ok(channel.id);
        }
        let id = self.new_id();
        let mut channel = Channel::new(id, kind::DM, "");
        channel.recipient = Some(with);
        self.channels.insert(id, channel);
        Ok(id)
    }
}

/// Names of text channels are lower case without spaces.
fn channel_name(kind: u8, name: &str) -> String {
    if kind == kind::CATEGORY { name.to_owned() } else { name.to_lowercase().replace(' ', "-") }
}
