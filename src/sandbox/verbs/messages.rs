//! Posting.
//!
//! Keeps: ids in a channel increase; an author's repeated nonce makes no second message; posting brings an archived
//! thread back, unless it is locked.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

use crate::sandbox::check::draft::{Allowed, Draft, Upload};
use crate::sandbox::error::Refusal;
use crate::sandbox::gateway::intents;
use crate::sandbox::ids::{Id, time_of};
use crate::sandbox::model::{Attachment, Message, Pings, flag, kind};
use crate::sandbox::permissions::{
    ATTACH_FILES, EMBED_LINKS, MANAGE_THREADS, READ_HISTORY, SEND_IN_THREADS, SEND_MESSAGES,
};
use crate::sandbox::world::{Event, World};

/// Above this many remembered nonces the old ones are looked for.
const MANY_NONCES: usize = 20_000;

/// A message about to be posted.
pub(crate) struct Posting {
    pub(crate) author: Id,
    pub(crate) channel: Id,
    pub(crate) draft: Draft,
    pub(crate) kind: u8,
    pub(crate) flags: u64,
    /// The time it shall carry; now if not given.
    pub(crate) at: Option<DateTime<Utc>>,
    /// The interaction it answers: no permission is needed then.
    pub(crate) interaction: Option<Id>,
    pub(crate) only_for: Option<Id>,
}

impl Posting {
    pub(crate) fn new(author: Id, channel: Id, draft: Draft) -> Self {
        let kind = if draft.reply_to.is_some() { 19 } else { 0 };
        Self { author, channel, draft, kind, flags: 0, at: None, interaction: None, only_for: None }
    }
}

impl World {
    /// Posts a message and returns its id, or the id of the first one with the same nonce.
    pub(crate) fn post(&mut self, posting: Posting) -> Result<Id, Refusal> {
        self.may_post(&posting)?;
        if posting.draft.is_empty() && posting.flags & flag::LOADING == 0 {
            return Err(Refusal::new(400, 50006, "Cannot send an empty message"));
        }
        if let Some(first) = self.same_nonce(&posting)? {
            return Ok(first);
        }
        let at = self.time_in(posting.channel, posting.at)?;
        if posting.only_for.is_none() {
            self.reopen_for(posting.author, posting.channel)?;
        }
        let nonce = posting.draft.nonce.as_ref().map(ToString::to_string);
        let remember = nonce.filter(|_| posting.draft.enforce_nonce).map(|nonce| (posting.author, nonce));
        let message = self.write(posting, at)?;
        if let Some(key) = remember {
            self.remember_nonce(key, message.channel, message.id);
        }
        Ok(self.publish(message))
    }

    fn may_post(&self, posting: &Posting) -> Result<(), Refusal> {
        let channel = self.channel(posting.channel)?;
        if posting.interaction.is_some() {
            return Ok(());
        }
        if channel.kind == kind::CATEGORY {
            return Err(Refusal::new(400, 50008, "Cannot send messages in a non-text channel"));
        }
        if channel.kind == kind::DM {
            let refuses =
                channel.recipient.and_then(|id| self.members.get(&id)).is_none_or(|m| m.refuses_dms);
            if refuses && posting.author == self.bot {
                return Err(Refusal::new(403, 50007, "Cannot send messages to this user"));
            }
        }
        let draft = &posting.draft;
        let mut bits = if channel.is_thread() { SEND_IN_THREADS } else { SEND_MESSAGES };
        if draft.embeds.as_ref().is_some_and(|embeds| !embeds.is_empty()) {
            bits |= EMBED_LINKS;
        }
        if !draft.files.is_empty() {
            bits |= ATTACH_FILES;
        }
        if draft.reply_to.is_some() {
            bits |= READ_HISTORY;
        }
        self.require(posting.author, posting.channel, bits).map(drop)
    }

    fn same_nonce(&self, posting: &Posting) -> Result<Option<Id>, Refusal> {
        let draft = &posting.draft;
        let Some(nonce) = draft.nonce.as_ref().filter(|_| draft.enforce_nonce) else { return Ok(None) };
        let known = self.nonces.get(&(posting.author, nonce.to_string()));
        let Some((channel, id, since)) = known else { return Ok(None) };
        if since.elapsed() >= self.options.nonce_life {
            return Ok(None);
        }
        self.message(*channel, *id).map(|message| Some(message.id))
    }

    /// How long nonces are remembered from now on; those that are older are forgotten for good.
    pub(crate) fn remember_nonces_for(&mut self, life: Duration) {
        self.options.nonce_life = life;
        self.nonces.retain(|_, (_, _, since)| since.elapsed() < life);
    }

    fn remember_nonce(&mut self, key: (Id, String), channel: Id, id: Id) {
        if self.nonces.len() >= MANY_NONCES {
            let life = self.options.nonce_life;
            self.nonces.retain(|_, (_, _, since)| since.elapsed() < life);
        }
        self.nonces.insert(key, (channel, id, Instant::now()));
    }

    /// The time of the next message in `channel`.
    pub(crate) fn time_in(&self, channel: Id, at: Option<DateTime<Utc>>) -> Result<DateTime<Utc>, Refusal> {
        let newest = self.channel(channel)?.last_message.map(time_of);
        match (at, newest) {
            (Some(at), Some(newest)) if at < newest => Err(Refusal::by_client(format!(
                "`at` lies before the newest message of the channel, {newest}"
            ))),
            (Some(at), _) => Ok(at),
            // Earlier messages may have been given a later time.
            (None, newest) => Ok(newest.map_or(self.now(), |newest| newest.max(self.now()))),
        }
    }

    /// Brings an archived thread back before something is posted into it.
    fn reopen_for(&mut self, author: Id, channel: Id) -> Result<(), Refusal> {
        let thread = self.channel(channel)?;
        if !thread.is_archived() {
            return Ok(());
        }
        let locked = thread.thread.as_ref().is_some_and(|thread| thread.locked);
        if locked && self.permissions_in(author, thread) & MANAGE_THREADS == 0 {
            return Err(Refusal::new(400, 160_005, "Thread is locked"));
        }
        self.set_archived(channel, false)
    }

    fn write(&mut self, posting: Posting, at: DateTime<Utc>) -> Result<Message, Refusal> {
        let Posting { author, channel, mut draft, interaction, only_for, .. } = posting;
        let id = self.mint.mint(at);
        let attachments = self.store_files(channel, &mut draft)?;
        let reference = self.reference(channel, &draft)?;
        let content = draft.content.unwrap_or_default();
        let default = if interaction.is_some() { Allowed::only_users } else { Allowed::everything };
        let allowed = draft.allowed.unwrap_or_else(default);
        let mut mentions = self.mentions(author, self.channel(channel)?, &content, &allowed);
        if let Some((_, Some(earlier))) = reference.filter(|_| posting.kind == 19 && allowed.replied_user) {
            let earlier = self.find_message(earlier).map(|message| message.author);
            mentions.users.extend(earlier.filter(|user| !mentions.users.contains(user)));
        }
        let settable = flag::SUPPRESS_EMBEDS | flag::SUPPRESS_NOTIFICATIONS;
        let mut flags = posting.flags | draft.flags.unwrap_or(0) & settable;
        if only_for.is_some() {
            flags |= flag::EPHEMERAL;
        }
        Ok(Message {
            id,
            channel,
            author,
            content,
            at: time_of(id),
            edited: None,
            edits: 0,
            kind: posting.kind,
            flags,
            embeds: draft.embeds.unwrap_or_default(),
            components: draft.components.unwrap_or_default(),
            attachments,
            reference,
            pings: if only_for.is_some() { Pings::default() } else { mentions.clone() },
            mentions,
            reactions: Vec::new(),
            pinned: false,
            nonce: draft.nonce,
            interaction,
            only_for,
        })
    }

    fn reference(&self, channel: Id, draft: &Draft) -> Result<Option<(Id, Option<Id>)>, Refusal> {
        let Some(earlier) = draft.reply_to else { return Ok(None) };
        let there = self.message(channel, earlier).is_ok() || self.ephemeral.contains_key(&earlier);
        match (there, draft.fail_if_not_exists) {
            (true, _) => Ok(Some((channel, Some(earlier)))),
            (false, false) => Ok(None),
            (false, true) => {
                Err(Refusal::field("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message"))
            }
        }
    }

    /// Takes the files of a draft into the world.
    pub(crate) fn store_files(&mut self, channel: Id, draft: &mut Draft) -> Result<Vec<Attachment>, Refusal> {
        let listed = draft.listed.take().unwrap_or_default();
        let files = std::mem::take(&mut draft.files);
        if files.iter().any(|file| file.bytes.len() > 25 * 1024 * 1024) {
            return Err(Refusal::new(413, 40005, "Request entity too large"));
        }
        Ok(files.into_iter().map(|file| self.store_file(channel, file, &listed)).collect())
    }

    fn store_file(&mut self, channel: Id, file: Upload, listed: &[serde_json::Value]) -> Attachment {
        let slot = file.slot.map(|slot| slot.to_string());
        let described = listed.iter().find(|entry| {
            let id = crate::sandbox::check::draft::id(&entry["id"]).map(|id| id.to_string());
            id.is_some() && id == slot
        });
        let text = |key: &str| described.and_then(|entry| entry[key].as_str()).map(str::to_owned);
        // Discord replaces what does not belong into a file name.
        let keep = |sign: char| sign.is_ascii_alphanumeric() || "._-".contains(sign);
        let name = text("filename").unwrap_or(file.name);
        let stored = Attachment {
            id: self.new_id(),
            name: name.chars().map(|sign| if keep(sign) { sign } else { '_' }).collect(),
            description: text("description"),
            content_type: file.content_type,
            channel,
            bytes: file.bytes,
        };
        self.files.insert(stored.id, stored.clone());
        stored
    }

    /// Puts a finished message where it belongs and tells everyone.
    pub(crate) fn publish(&mut self, message: Message) -> Id {
        let id = message.id;
        if message.only_for.is_some() {
            self.announce("EPHEMERAL_CREATE", &self.message_event_json(&message));
            self.ephemeral.insert(id, message);
            return id;
        }
        let (pings, author) = (message.pings.clone(), message.author);
        self.places.insert(id, message.channel);
        let Some(channel) = self.channels.get_mut(&message.channel) else { return id };
        let place = channel.id;
        channel.last_message = Some(id);
        channel.total_sent += u64::from(message.kind != 21);
        // Whoever speaks in a thread is in it from then on; notices are nobody's speech.
        let speaker = matches!(message.kind, 0 | 19 | 20 | 23).then_some(message.author);
        let joins = speaker.filter(|speaker| {
            channel.thread.as_ref().is_some_and(|thread| !thread.members.contains_key(speaker))
        });
        channel.messages.insert(id, message);
        self.announce_message("MESSAGE_CREATE", place, id);
        if let Some(speaker) = joins {
            self.join(place, &[speaker]);
        }
        self.draw_in(author, place, &pings);
        id
    }

    /// Brings the people a message pinged into the thread where it stands.
    fn draw_in(&mut self, author: Id, channel: Id, pings: &Pings) {
        if pings.users.is_empty() && pings.roles.is_empty() {
            return;
        }
        let Some(place) = self.channels.get(&channel) else { return };
        let open = place.thread.as_ref().is_some_and(|thread| thread.invitable || !place.is_private());
        if open || self.permissions_in(author, place) & MANAGE_THREADS != 0 {
            let people = self.drawn_in(place, pings);
            self.join(channel, &people);
        }
    }

    /// Sends the event of a message that is in its channel's history.
    pub(crate) fn announce_message(&mut self, name: &'static str, channel: Id, id: Id) {
        let Ok(message) = self.message(channel, id) else { return };
        let Ok(place) = self.channel(channel) else { return };
        let direct = place.kind == kind::DM;
        let intent = if direct { intents::DIRECT_MESSAGES } else { intents::GUILD_MESSAGES };
        let to_bot = message.author == self.bot || message.mentions.users.contains(&self.bot);
        let event = Event {
            private_text: !direct && !to_bot,
            ..Event::new(name, intent, self.message_event_json(message))
        };
        let seen = self.can_see(self.bot, place);
        self.emit(event.only_if(seen));
    }

    /// Posts a message of Discord's own, such as "Ann pinned a message".
    pub(crate) fn post_notice(&mut self, author: Id, channel: Id, kind: u8, fill: impl FnOnce(&mut Message)) {
        let posting = Posting { kind, ..Posting::new(author, channel, Draft::default()) };
        let at = self.time_in(channel, None);
        if let Ok(mut message) = at.and_then(|at| self.write(posting, at)) {
            fill(&mut message);
            self.publish(message);
        }
    }
}
