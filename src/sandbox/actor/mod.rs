//! The sandbox as a Rust library: start it, play people in it, wait for what happens.
//!
//! Actors do what people can do through the same verbs as everybody else. Keeps: helpers wait on changes, never by
//! sleeping, and give up after the sandbox's patience with a sentence about what they waited for.

mod answer;
mod control;
mod member;

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinHandle;

pub use self::answer::{Answer, Button, Input};
pub use self::member::{Actor, Place};
use super::error::Refusal;
use super::ids::Id;
use super::model::{Channel, Message};
use super::options::Options;
use super::server::{self, Shared};
use super::world::World;

/// A running sandbox; clones are handles to the same one.
#[derive(Clone)]
pub struct Sandbox {
    pub(crate) shared: Arc<Shared>,
    server: Arc<Mutex<Option<JoinHandle<()>>>>,
}

/// Starts a sandbox on a given port, for the command line.
///
/// # Errors
///
/// If the port cannot be bound.
pub async fn serve(port: u16, options: Options) -> io::Result<Sandbox> {
    Sandbox::start(Options { port, ..options }).await
}

/// The name or id of a member, channel or thread.
#[derive(Clone, Debug)]
pub struct Name(pub(crate) String);

impl From<&str> for Name {
    fn from(name: &str) -> Self {
        Self(name.to_owned())
    }
}

impl From<&String> for Name {
    fn from(name: &String) -> Self {
        Self(name.clone())
    }
}

impl From<String> for Name {
    fn from(name: String) -> Self {
        Self(name)
    }
}

impl From<Id> for Name {
    fn from(id: Id) -> Self {
        Self(id.to_string())
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sandbox({})", self.shared.address)
    }
}

impl Sandbox {
    /// Starts a sandbox.
    ///
    /// # Errors
    ///
    /// If the port cannot be bound.
    pub async fn start(options: Options) -> io::Result<Self> {
        let (shared, server) = server::start(options).await?;
        Ok(Self { shared, server: Arc::new(Mutex::new(Some(server))) })
    }

    /// Scheme, host and port of the REST API, as a bot's `DISCORD_API_URL`.
    #[must_use]
    pub fn api(&self) -> &str {
        &self.shared.address
    }

    /// The bot's token.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.shared.token
    }

    /// The guild's id.
    #[must_use]
    pub fn guild_id(&self) -> Id {
        self.shared.guild
    }

    /// The bot's user and application id.
    #[must_use]
    pub fn bot_id(&self) -> Id {
        self.shared.lock().bot
    }

    /// The address of the page.
    #[must_use]
    pub fn page(&self) -> String {
        format!("{}/", self.shared.address)
    }

    /// Stops the server: gateway connections are closed, requests under way are finished.
    pub async fn stop(&self) {
        self.shared.stop.cancel();
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut server) = server {
            // A client that keeps a connection busy must not keep us.
            if tokio::time::timeout(Duration::from_secs(2), &mut server).await.is_err() {
                server.abort();
            }
        }
    }

    /// Somebody to play; the name or id is looked up when it is used.
    #[must_use]
    pub fn member(&self, name: impl Into<Name>) -> Actor {
        Actor { sandbox: self.clone(), name: name.into().0 }
    }

    /// Looks at the world. It stands still meanwhile: be quick.
    pub fn look<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        look(&self.shared.lock())
    }

    /// Changes the world in a way that is no verb of a person; `None` inside means "what an administrator could do".
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        change(&mut self.shared.lock())
    }

    /// Waits until `check` gives something, looking again after every change.
    ///
    /// # Errors
    ///
    /// If nothing came of it within the sandbox's patience.
    pub async fn wait_for<T>(
        &self,
        what: &str,
        check: impl FnMut(&World) -> Option<T>,
    ) -> Result<T, Refusal> {
        self.wait_within(self.shared.patience, what, check).await
    }

    /// The same with a limit of its own, in real time.
    ///
    /// # Errors
    ///
    /// If nothing came of it within the limit.
    pub async fn wait_within<T>(
        &self,
        limit: Duration,
        what: &str,
        check: impl FnMut(&World) -> Option<T>,
    ) -> Result<T, Refusal> {
        let found = self.shared.wait(limit, check).await;
        found.ok_or_else(|| Refusal::by_client(format!("waited {limit:?} in vain for {what}")))
    }

    /// The messages of a channel or thread, oldest first.
    #[must_use]
    pub fn messages(&self, channel: impl Into<Name>) -> Vec<Message> {
        let Name(name) = channel.into();
        let all = |channel: &Channel| channel.messages.values().cloned().collect();
        self.look(|world| world.find_channel(&name).map(all).unwrap_or_default())
    }

    /// The newest message of a channel or thread.
    #[must_use]
    pub fn last_message(&self, channel: impl Into<Name>) -> Option<Message> {
        let Name(name) = channel.into();
        self.look(|world| world.find_channel(&name)?.messages.values().next_back().cloned())
    }

    /// A message as it is now, ephemeral ones included.
    #[must_use]
    pub fn message(&self, id: Id) -> Option<Message> {
        self.look(|world| world.find_message(id).cloned())
    }

    /// All threads, oldest first, without their messages.
    #[must_use]
    pub fn threads(&self) -> Vec<Channel> {
        self.look(|world| world.channels.values().filter(|c| c.is_thread()).map(without_messages).collect())
    }

    /// A channel or thread by name or id, without its messages.
    #[must_use]
    pub fn channel(&self, name: impl Into<Name>) -> Option<Channel> {
        let Name(name) = name.into();
        self.look(|world| world.find_channel(&name).map(without_messages))
    }

    /// Waits for a message in a channel or thread that `fits`, those already there included.
    ///
    /// # Errors
    ///
    /// If none came within the sandbox's patience.
    pub async fn wait_message(
        &self,
        channel: impl Into<Name>,
        what: &str,
        mut fits: impl FnMut(&World, &Message) -> bool,
    ) -> Result<Message, Refusal> {
        let Name(name) = channel.into();
        let check = |world: &World| {
            let channel = world.find_channel(&name)?;
            channel.messages.values().rev().find(|message| fits(world, message)).cloned()
        };
        self.wait_for(what, check).await
    }

    /// A message as plain text, with times of `zone`.
    #[must_use]
    pub fn text(&self, message: &Message, zone: chrono_tz::Tz) -> String {
        self.look(|world| world.message_text(message, zone))
    }
}

/// A channel without its history, which may be long.
fn without_messages(channel: &Channel) -> Channel {
    let mut copy = Channel::new(channel.id, channel.kind, &channel.name);
    copy.topic.clone_from(&channel.topic);
    copy.position = channel.position;
    copy.parent = channel.parent;
    copy.overwrites.clone_from(&channel.overwrites);
    copy.recipient = channel.recipient;
    copy.thread.clone_from(&channel.thread);
    copy.last_message = channel.last_message;
    copy.pins.clone_from(&channel.pins);
    copy.total_sent = channel.total_sent;
    copy
}

impl Shared {
    /// Waits until `check` gives something, looking again after every change.
    pub(crate) async fn wait<T>(
        &self,
        limit: Duration,
        mut check: impl FnMut(&World) -> Option<T>,
    ) -> Option<T> {
        let mut changes = self.changes.subscribe();
        let look = async {
            loop {
                // Marked as seen before looking, so that a change in between is not missed.
                changes.borrow_and_update();
                let found = check(&self.lock());
                if found.is_some() || changes.changed().await.is_err() {
                    return found;
                }
            }
        };
        tokio::time::timeout(limit, look).await.ok().flatten()
    }
}
