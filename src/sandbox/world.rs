//! The whole state of the sandbox, and the one way to announce a change of it.
//!
//! It holds and finds things; who may change them how is in `verbs`, how they look on the wire in `payload`.
//! Keeps: every change goes through [`World::emit`], so that gateway, live stream and waiting tests all hear of it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tokio::sync::{broadcast, mpsc, watch};
use tokio::time::Instant;

use super::clock::Clock;
use super::error::Refusal;
use super::faults::Faults;
use super::gateway::session::Sessions;
use super::ids::{Id, Mint};
use super::interaction::Interaction;
use super::limits::Ledger;
use super::model::{Attachment, Channel, Member, Message, Role};
use super::options::Options;
use super::stats::Stats;

/// The guild itself.
#[derive(Clone, Debug)]
pub struct Guild {
    /// The id.
    pub id: Id,
    /// The name.
    pub name: String,
    /// Who may do everything.
    pub owner: Id,
    /// The language, such as `en-US`.
    pub locale: String,
}

/// Everything there is.
pub struct World {
    /// The guild.
    pub guild: Guild,
    /// The bot's user id, which is also its application's.
    pub bot: Id,
    /// Members by id.
    pub members: BTreeMap<Id, Member>,
    /// Roles by id.
    pub roles: BTreeMap<Id, Role>,
    /// Channels, threads and direct conversations by id.
    pub channels: BTreeMap<Id, Channel>,
    /// The guild's commands, as registered.
    pub commands: Vec<Value>,
    /// The commands of all guilds, as registered.
    pub global_commands: Vec<Value>,
    /// Interactions by id.
    pub interactions: BTreeMap<Id, Interaction>,
    /// Messages that one person sees.
    pub ephemeral: HashMap<Id, Message>,
    pub(crate) stats: Stats,
    pub(crate) faults: Faults,
    pub(crate) limits: Ledger,
    pub(crate) sessions: Sessions,
    pub(crate) tokens: HashMap<String, Id>,
    /// Every file that was uploaded and not deleted with its message.
    pub(crate) files: HashMap<Id, Attachment>,
    pub(crate) nonces: HashMap<(Id, String), (Id, Id, Instant)>,
    /// The channel of every message that is still there.
    pub(crate) places: HashMap<Id, Id>,
    pub(crate) clock: Arc<Clock>,
    pub(crate) mint: Mint,
    pub(crate) options: Options,
    /// Scheme, host and port of this server.
    pub(crate) address: String,
    pub(crate) live: broadcast::Sender<Arc<str>>,
    /// Interactions whose time runs, in the order it runs out.
    pub(crate) deadlines: mpsc::UnboundedSender<Id>,
    pub(crate) changes: watch::Sender<u64>,
}

/// A change, as the gateway announces it.
pub(crate) struct Event {
    pub(crate) name: &'static str,
    pub(crate) data: Value,
    /// The intents of which a session needs one; 0 for none.
    pub(crate) intent: u64,
    /// The bot may know of it.
    pub(crate) for_bot: bool,
    /// Carries text that only the message content intent shows.
    pub(crate) private_text: bool,
}

impl Event {
    pub(crate) fn new(name: &'static str, intent: u64, data: Value) -> Self {
        Self { name, data, intent, for_bot: true, private_text: false }
    }

    pub(crate) fn only_if(self, for_bot: bool) -> Self {
        Self { for_bot, ..self }
    }
}

impl World {
    /// The world's time.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(crate) fn new_id(&mut self) -> Id {
        let now = self.clock.now();
        self.mint.mint(now)
    }

    /// Announces a change to the bot's sessions, the live stream and everyone who waits.
    pub(crate) fn emit(&mut self, event: Event) {
        self.announce(event.name, &event.data);
        if event.for_bot {
            self.stats.events += self.sessions.dispatch(event);
        }
    }

    /// Announces something that Discord's gateway does not carry.
    pub(crate) fn announce(&self, name: &str, data: &Value) {
        if self.live.receiver_count() > 0 {
            let text = json!({ "type": name, "data": data }).to_string();
            // A receiver may have left in between; then nobody needs to hear of it.
            let _ = self.live.send(text.into());
        }
        self.changes.send_modify(|version| *version += 1);
    }

    /// How often a bot has identified, and how often it has resumed a session.
    #[must_use]
    pub fn sessions_begun_and_resumed(&self) -> (u64, u64) {
        (self.stats.identifies, self.stats.resumes)
    }

    /// A channel or thread.
    pub(crate) fn channel(&self, id: Id) -> Result<&Channel, Refusal> {
        self.channels.get(&id).ok_or_else(|| Refusal::unknown(10003))
    }

    pub(crate) fn channel_mut(&mut self, id: Id) -> Result<&mut Channel, Refusal> {
        self.channels.get_mut(&id).ok_or_else(|| Refusal::unknown(10003))
    }

    /// A message in the history of `channel`.
    pub(crate) fn message(&self, channel: Id, id: Id) -> Result<&Message, Refusal> {
        self.channel(channel)?.messages.get(&id).ok_or_else(|| Refusal::unknown(10008))
    }

    /// A message wherever it is, ephemeral ones included.
    #[must_use]
    pub fn find_message(&self, id: Id) -> Option<&Message> {
        let place = self.places.get(&id).and_then(|channel| self.channels.get(channel));
        place.and_then(|channel| channel.messages.get(&id)).or_else(|| self.ephemeral.get(&id))
    }

    pub(crate) fn find_message_mut(&mut self, id: Id) -> Option<&mut Message> {
        match self.places.get(&id) {
            Some(channel) => self.channels.get_mut(channel)?.messages.get_mut(&id),
            None => self.ephemeral.get_mut(&id),
        }
    }

    pub(crate) fn interaction_mut(&mut self, id: Id) -> Result<&mut Interaction, Refusal> {
        self.interactions.get_mut(&id).ok_or_else(|| Refusal::unknown(10062))
    }

    /// A member by id, user name or display name, with or without `@` or `<@…>`.
    #[must_use]
    pub fn find_member(&self, name: &str) -> Option<&Member> {
        let name = bare(name, '@');
        let by_id = name.parse().ok().and_then(|id: Id| self.members.get(&id));
        by_id
            .or_else(|| self.members.values().find(|member| member.username == name))
            .or_else(|| self.members.values().find(|member| member.display_name() == name))
    }

    /// A role by id or name, with or without `@` or `<@&…>`.
    #[must_use]
    pub fn find_role(&self, name: &str) -> Option<&Role> {
        let name = bare(name, '@');
        let by_id = name.parse().ok().and_then(|id: Id| self.roles.get(&id));
        by_id.or_else(|| self.roles.values().find(|role| role.name.trim_start_matches('@') == name))
    }

    /// A channel, or else the newest thread, by id or name, with or without `#` or `<#…>`.
    #[must_use]
    pub fn find_channel(&self, name: &str) -> Option<&Channel> {
        let name = bare(name, '#');
        let by_id = name.parse().ok().and_then(|id: Id| self.channels.get(&id));
        let named = |thread: bool| {
            let mut channels = self.channels.values().rev();
            channels.find(move |channel| channel.name == name && channel.is_thread() == thread)
        };
        by_id.or_else(|| named(false)).or_else(|| named(true))
    }

    /// The threads of a channel, oldest first.
    pub fn threads_of(&self, parent: Id) -> impl Iterator<Item = &Channel> {
        self.channels.values().filter(move |channel| channel.is_thread() && channel.parent == Some(parent))
    }
}

/// A name without the signs that people and clients put around it.
fn bare(name: &str, sign: char) -> &str {
    let inside = name.strip_prefix('<').and_then(|name| name.strip_suffix('>')).unwrap_or(name);
    inside.trim_start_matches(sign).trim_start_matches(['&', '!'])
}
