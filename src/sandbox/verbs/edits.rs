//! Changing, deleting and publishing messages.
//!
//! Keeps: an edit never pings; messages in an archived thread are not edited.

use serde_json::json;

use crate::sandbox::check::draft::{self, Allowed, Draft};
use crate::sandbox::error::Refusal;
use crate::sandbox::gateway::intents;
use crate::sandbox::ids::Id;
use crate::sandbox::model::{flag, kind};
use crate::sandbox::permissions::{MANAGE_MESSAGES, SEND_MESSAGES};
use crate::sandbox::world::{Event, World};

impl World {
    /// Edits a message in a channel's history.
    pub(crate) fn edit(&mut self, by: Id, channel: Id, id: Id, draft: Draft) -> Result<(), Refusal> {
        let place = self.require(by, channel, 0)?;
        let archived = place.is_archived();
        let message = self.message(channel, id)?;
        let only_flags = draft.content.is_none() && draft.embeds.is_none() && draft.components.is_none();
        if message.author != by && !(only_flags && self.require(by, channel, MANAGE_MESSAGES).is_ok()) {
            return Err(Refusal::new(403, 50005, "Cannot edit a message authored by another user"));
        }
        if archived {
            return Err(Refusal::archived());
        }
        if !matches!(message.kind, 0 | 19 | 20 | 23) {
            return Err(Refusal::new(403, 50021, "Cannot execute action on a system message"));
        }
        self.rewrite(id, draft)
    }

    /// Changes what a draft names, wherever the message is, and announces it.
    pub(crate) fn rewrite(&mut self, id: Id, mut draft: Draft) -> Result<(), Refusal> {
        let old = self.find_message(id).ok_or_else(|| Refusal::unknown(10008))?;
        let (channel, author, ephemeral) = (old.channel, old.author, old.only_for.is_some());
        let default = if old.interaction.is_some() { Allowed::only_users } else { Allowed::everything };
        let keep = draft
            .listed
            .as_ref()
            .map(|listed| -> Vec<Id> { listed.iter().filter_map(|entry| draft::id(&entry["id"])).collect() });
        let allowed = draft.allowed.take().unwrap_or_else(default);
        let mentions = match &draft.content {
            Some(content) => Some(self.mentions(author, self.channel(channel)?, content, &allowed)),
            None => None,
        };
        let empty = draft.content.as_ref().unwrap_or(&old.content).is_empty()
            && draft.embeds.as_ref().unwrap_or(&old.embeds).is_empty()
            && draft.components.as_ref().unwrap_or(&old.components).is_empty()
            && draft.files.is_empty()
            && old.attachments.iter().all(|file| keep.as_ref().is_some_and(|keep| !keep.contains(&file.id)));
        if empty {
            return Err(Refusal::new(400, 50006, "Cannot send an empty message"));
        }
        let files = self.store_files(channel, &mut draft)?;
        let now = self.now();
        let Some(message) = self.find_message_mut(id) else { return Ok(()) };
        let loading = message.flags & flag::LOADING != 0;
        message.edited = if loading { None } else { Some(now.max(message.at)) };
        message.edits += 1;
        if let Some(keep) = keep {
            message.attachments.retain(|file| keep.contains(&file.id));
        }
        message.attachments.extend(files);
        message.content = draft.content.unwrap_or_else(|| std::mem::take(&mut message.content));
        message.embeds = draft.embeds.unwrap_or_else(|| std::mem::take(&mut message.embeds));
        message.components = draft.components.unwrap_or_else(|| std::mem::take(&mut message.components));
        message.mentions = mentions.unwrap_or_else(|| std::mem::take(&mut message.mentions));
        let suppress = draft.flags.map_or(message.flags, |flags| flags) & flag::SUPPRESS_EMBEDS;
        message.flags = message.flags & !(flag::SUPPRESS_EMBEDS | flag::LOADING) | suppress;
        self.announce_edit(id, channel, ephemeral);
        Ok(())
    }

    fn announce_edit(&mut self, id: Id, channel: Id, ephemeral: bool) {
        if !ephemeral {
            self.announce_message("MESSAGE_UPDATE", channel, id);
        } else if let Some(message) = self.ephemeral.get(&id) {
            self.announce("EPHEMERAL_UPDATE", &self.message_event_json(message));
        }
    }

    /// Deletes one message.
    pub(crate) fn delete(&mut self, by: Id, channel: Id, id: Id) -> Result<(), Refusal> {
        self.require(by, channel, 0)?;
        if self.message(channel, id)?.author != by {
            self.require(by, channel, MANAGE_MESSAGES)?;
        }
        self.erase(channel, id);
        let event = json!({ "id": id.to_string(), "channel_id": channel.to_string() });
        self.announce_erasure("MESSAGE_DELETE", channel, event);
        Ok(())
    }

    /// Deletes 2 to 100 messages at once.
    pub(crate) fn delete_bulk(&mut self, by: Id, channel: Id, list: &[Id]) -> Result<(), Refusal> {
        self.require(by, channel, MANAGE_MESSAGES)?;
        if !(2..=100).contains(&list.len()) {
            let message = "You can only bulk delete between 2 and 100 messages";
            return Err(Refusal::new(400, 50016, message));
        }
        let there: Vec<Id> = list.iter().copied().filter(|id| self.message(channel, *id).is_ok()).collect();
        for id in &there {
            self.erase(channel, *id);
        }
        let event = json!({ "ids": crate::sandbox::payload::ids(&there), "channel_id": channel.to_string() });
        self.announce_erasure("MESSAGE_DELETE_BULK", channel, event);
        Ok(())
    }

    fn erase(&mut self, channel: Id, id: Id) {
        self.places.remove(&id);
        if let Some(channel) = self.channels.get_mut(&channel) {
            for file in channel.messages.remove(&id).into_iter().flat_map(|message| message.attachments) {
                self.files.remove(&file.id);
            }
            channel.pins.retain(|(pinned, _)| *pinned != id);
        }
    }

    fn announce_erasure(&mut self, name: &'static str, channel: Id, mut data: serde_json::Value) {
        let Ok(place) = self.channel(channel) else { return };
        let direct = place.kind == kind::DM;
        let intent = if direct { intents::DIRECT_MESSAGES } else { intents::GUILD_MESSAGES };
        if !direct {
            data["guild_id"] = json!(self.guild.id.to_string());
        }
        let seen = self.can_see(self.bot, place);
        self.emit(Event::new(name, intent, data).only_if(seen));
    }

    /// Publishes a message to the followers of an announcement channel.
    pub(crate) fn crosspost(&mut self, by: Id, channel: Id, id: Id) -> Result<(), Refusal> {
        let place = self.require(by, channel, 0)?;
        if place.kind != kind::ANNOUNCEMENT {
            return Err(Refusal::wrong_channel_type());
        }
        let message = self.message(channel, id)?;
        let bits = if message.author == by { SEND_MESSAGES } else { SEND_MESSAGES | MANAGE_MESSAGES };
        self.require(by, channel, bits)?;
        if message.flags & flag::CROSSPOSTED != 0 {
            return Err(Refusal::new(400, 40033, "This message has already been crossposted"));
        }
        if let Some(message) = self.find_message_mut(id) {
            message.flags |= flag::CROSSPOSTED;
        }
        self.announce_message("MESSAGE_UPDATE", channel, id);
        Ok(())
    }
}
