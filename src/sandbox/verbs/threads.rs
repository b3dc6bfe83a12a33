//! Threads: making, changing, joining.
//!
//! Keeps: a thread made from a message has the message's id, and a message has at most one; an archived thread is
//! changed only by un-archiving it.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::sandbox::error::{Form, Refusal};
use crate::sandbox::gateway::intents;
use crate::sandbox::ids::Id;
use crate::sandbox::model::{Channel, Thread, flag, kind};
use crate::sandbox::permissions::{
    CREATE_PRIVATE_THREADS, CREATE_PUBLIC_THREADS, MANAGE_THREADS, SEND_IN_THREADS, VIEW_CHANNEL,
};
use crate::sandbox::world::{Event, World};

const MAX_MEMBERS: usize = 1_000;

/// What somebody asks for when making a thread.
pub(crate) struct ThreadPlan {
    pub(crate) name: String,
    pub(crate) kind: Option<u8>,
    pub(crate) auto_archive: u64,
    pub(crate) invitable: bool,
}

impl ThreadPlan {
    pub(crate) fn read(body: &Value) -> Result<Self, Refusal> {
        let mut form = Form::default();
        form.length("name", body["name"].as_str(), 100);
        let auto_archive = read_auto_archive(&mut form, body).unwrap_or(4320);
        form.done()?;
        Ok(Self {
            name: body["name"].as_str().unwrap_or_default().to_owned(),
            kind: body["type"].as_u64().and_then(|kind| u8::try_from(kind).ok()),
            auto_archive,
            invitable: body["invitable"].as_bool().unwrap_or(true),
        })
    }
}

fn read_auto_archive(form: &mut Form, body: &Value) -> Option<u64> {
    let minutes = body.get("auto_archive_duration").filter(|minutes| !minutes.is_null())?;
    let good = minutes.as_u64().filter(|minutes| [60, 1440, 4320, 10080].contains(minutes));
    if good.is_none() {
        form.add(
            "auto_archive_duration",
            "BASE_TYPE_CHOICES",
            "Value must be one of {60, 1440, 4320, 10080}.",
        );
    }
    good
}

impl World {
    /// Hangs a thread on a message.
    pub(crate) fn thread_from(
        &mut self,
        by: Id,
        channel: Id,
        id: Id,
        plan: &ThreadPlan,
    ) -> Result<Id, Refusal> {
        let parent = self.require(by, channel, CREATE_PUBLIC_THREADS)?;
        let kind = match parent.kind {
            kind::ANNOUNCEMENT => kind::ANNOUNCEMENT_THREAD,
            kind::TEXT => kind::PUBLIC_THREAD,
            _ => return Err(Refusal::wrong_channel_type()),
        };
        self.message(channel, id)?;
        if self.channels.contains_key(&id) {
            return Err(Refusal::new(400, 160_004, "A thread has already been created for this message"));
        }
        if let Some(message) = self.find_message_mut(id) {
            message.flags |= flag::HAS_THREAD;
        }
        self.add_thread(by, channel, id, kind, plan);
        self.announce_message("MESSAGE_UPDATE", channel, id);
        let starter = (channel, Some(id));
        self.post_notice(by, id, 21, |notice| notice.reference = Some(starter));
        Ok(id)
    }

    /// Makes a thread without a message.
    pub(crate) fn thread_alone(&mut self, by: Id, channel: Id, plan: &ThreadPlan) -> Result<Id, Refusal> {
        let parent = self.require(by, channel, 0)?;
        let announcements = parent.kind == kind::ANNOUNCEMENT;
        if !announcements && parent.kind != kind::TEXT {
            return Err(Refusal::wrong_channel_type());
        }
        let kind = plan.kind.unwrap_or(kind::PRIVATE_THREAD);
        let bits = match (kind, announcements) {
            (kind::PUBLIC_THREAD, false) | (kind::ANNOUNCEMENT_THREAD, true) => CREATE_PUBLIC_THREADS,
            (kind::PRIVATE_THREAD, false) => CREATE_PRIVATE_THREADS,
            _ => return Err(Refusal::field("type", "BASE_TYPE_CHOICES", "Not a thread of this channel.")),
        };
        self.require(by, channel, bits)?;
        let id = self.new_id();
        let name = plan.name.clone();
        self.add_thread(by, channel, id, kind, plan);
        if bits == CREATE_PUBLIC_THREADS {
            self.post_notice(by, channel, 18, |notice| {
                notice.content = name;
                notice.reference = Some((id, None));
            });
        }
        Ok(id)
    }

    fn add_thread(&mut self, by: Id, parent: Id, id: Id, kind: u8, plan: &ThreadPlan) {
        let now: DateTime<Utc> = self.now();
        let mut channel = Channel::new(id, kind, &plan.name);
        channel.parent = Some(parent);
        channel.thread = Some(Thread {
            owner: by,
            archived: false,
            locked: false,
            invitable: plan.invitable,
            auto_archive: plan.auto_archive,
            archive_changed: now,
            created: now,
            members: [(by, now)].into(),
        });
        self.channels.insert(id, channel);
        self.announce_thread("THREAD_CREATE", id, true);
    }

    fn announce_thread(&mut self, name: &'static str, id: Id, new: bool) {
        let Some(thread) = self.channels.get(&id) else { return };
        let mut data = self.channel_json(thread);
        if new {
            data["newly_created"] = json!(true);
        }
        let seen = self.can_see(self.bot, thread);
        self.emit(Event::new(name, intents::GUILDS, data).only_if(seen));
    }

    /// Archives or un-archives without asking who may.
    pub(crate) fn set_archived(&mut self, id: Id, archived: bool) -> Result<(), Refusal> {
        let now = self.now();
        let thread = self.channel_mut(id)?.thread.as_mut().ok_or_else(Refusal::wrong_channel_type)?;
        if thread.archived != archived {
            thread.archived = archived;
            thread.archive_changed = now;
            self.announce_thread("THREAD_UPDATE", id, false);
        }
        Ok(())
    }

    /// Changes name, archive, lock and the like, as a PATCH of a thread does.
    pub(crate) fn change_thread(&mut self, by: Id, id: Id, body: &Value) -> Result<(), Refusal> {
        let channel = self.require(by, id, 0)?;
        let Some(thread) = &channel.thread else { return Err(Refusal::wrong_channel_type()) };
        let manages = self.permissions_in(by, channel) & MANAGE_THREADS != 0;
        let changes = |key: &str| body.get(key).is_some_and(|value| !value.is_null());
        let reopens = body["archived"].as_bool() == Some(false);
        let only_reopens = reopens && body.as_object().is_some_and(|body| body.len() == 1) && !thread.locked;
        let by_owner = thread.owner == by && !changes("locked") && !thread.locked;
        if !(manages || by_owner || only_reopens && self.require(by, id, SEND_IN_THREADS).is_ok()) {
            return Err(Refusal::missing_permissions());
        }
        if thread.archived && !reopens {
            let same = body["archived"].as_bool() == Some(true)
                && !["name", "locked", "auto_archive_duration", "invitable"].iter().any(|key| changes(key));
            return if same { Ok(()) } else { Err(Refusal::archived()) };
        }
        let mut form = Form::default();
        if changes("name") {
            form.length("name", body["name"].as_str(), 100);
        }
        let auto_archive = read_auto_archive(&mut form, body);
        form.done()?;
        let now = self.now();
        let channel = self.channel_mut(id)?;
        if let Some(name) = body["name"].as_str() {
            name.clone_into(&mut channel.name);
        }
        let Some(thread) = channel.thread.as_mut() else { return Ok(()) };
        if let Some(archived) = body["archived"].as_bool().filter(|archived| *archived != thread.archived) {
            thread.archived = archived;
            thread.archive_changed = now;
        }
        thread.locked = body["locked"].as_bool().unwrap_or(thread.locked);
        thread.invitable = body["invitable"].as_bool().unwrap_or(thread.invitable);
        thread.auto_archive = auto_archive.unwrap_or(thread.auto_archive);
        self.announce_thread("THREAD_UPDATE", id, false);
        Ok(())
    }

    /// Adds somebody to a thread, or oneself.
    pub(crate) fn add_to_thread(&mut self, by: Id, id: Id, who: Id) -> Result<(), Refusal> {
        let bits = if by == who { 0 } else { SEND_IN_THREADS };
        let channel = self.require(by, id, bits)?;
        let Some(thread) = &channel.thread else { return Err(Refusal::wrong_channel_type()) };
        if thread.archived {
            return Err(Refusal::archived());
        }
        let manages = self.permissions_in(by, channel) & MANAGE_THREADS != 0;
        if by != who && channel.is_private() && !thread.invitable && !manages {
            return Err(Refusal::missing_permissions());
        }
        if !self.members.contains_key(&who) {
            return Err(Refusal::unknown(10013));
        }
        if thread.members.contains_key(&who) {
            return Ok(());
        }
        let parent = channel.parent.and_then(|parent| self.channels.get(&parent));
        if parent.is_none_or(|parent| self.permissions_in(who, parent) & VIEW_CHANNEL == 0) {
            return Err(Refusal::missing_access());
        }
        if thread.members.len() >= MAX_MEMBERS {
            return Err(Refusal::new(
                400,
                30033,
                "Maximum number of thread participants has been reached (1000)",
            ));
        }
        self.join(id, &[who]);
        if by != who {
            self.post_notice(by, id, 1, |notice| notice.mentions.users = vec![who]);
        }
        Ok(())
    }

    /// Makes people members of a thread without asking who may.
    pub(crate) fn join(&mut self, id: Id, people: &[Id]) {
        let now = self.now();
        let Some(thread) = self.channels.get_mut(&id).and_then(|channel| channel.thread.as_mut()) else {
            return;
        };
        let room = MAX_MEMBERS.saturating_sub(thread.members.len());
        let new: Vec<Id> =
            people.iter().copied().filter(|who| !thread.members.contains_key(who)).take(room).collect();
        if new.is_empty() {
            return;
        }
        thread.members.extend(new.iter().map(|who| (*who, now)));
        if new.contains(&self.bot) {
            self.announce_thread("THREAD_CREATE", id, false);
        }
        self.announce_members(id, &new, &[]);
    }

    /// Takes somebody out of a thread, or leaves it.
    pub(crate) fn remove_from_thread(&mut self, by: Id, id: Id, who: Id) -> Result<(), Refusal> {
        let channel = self.require(by, id, 0)?;
        let Some(thread) = &channel.thread else { return Err(Refusal::wrong_channel_type()) };
        let own = channel.is_private() && thread.owner == by;
        if by != who && !own && self.permissions_in(by, channel) & MANAGE_THREADS == 0 {
            return Err(Refusal::missing_permissions());
        }
        if thread.archived {
            return Err(Refusal::archived());
        }
        let left = self.channel_mut(id)?.thread.as_mut().and_then(|thread| thread.members.remove(&who));
        if left.is_none() {
            return Err(Refusal::unknown(10007));
        }
        self.announce_members(id, &[], &[who]);
        if by != who {
            self.post_notice(by, id, 2, |notice| notice.mentions.users = vec![who]);
        }
        Ok(())
    }

    fn announce_members(&mut self, id: Id, added: &[Id], removed: &[Id]) {
        let Some(channel) = self.channels.get(&id) else { return };
        let about_bot = added.contains(&self.bot) || removed.contains(&self.bot);
        let members = added.iter().filter_map(|who| {
            let mut json = self.thread_member_json(channel, *who, true)?;
            json["presence"] = Value::Null;
            Some(json)
        });
        let count = channel.thread.as_ref().map_or(0, |thread| thread.members.len().min(50));
        let data = json!({
            "id": id.to_string(),
            "guild_id": self.guild.id.to_string(),
            "member_count": count,
            "added_members": members.collect::<Value>(),
            "removed_member_ids": crate::sandbox::payload::ids(removed),
        });
        let seen = about_bot || self.can_see(self.bot, channel);
        // Without the members intent a bot hears only of itself.
        let intent = if about_bot { intents::GUILDS } else { intents::GUILD_MEMBERS };
        self.emit(Event::new("THREAD_MEMBERS_UPDATE", intent, data).only_if(seen));
    }
}
