//! The gateway: listening to Discord, and handing each event to whom it concerns.
//!
//! serenity runs each event in a task of its own and forgets them at shutdown, so every event that does something
//! holds a token of the tracker that a stop waits for. Events that serenity could not read are counted and said:
//! it drops them in silence; what they were about is read from the thread's history. Must not know what an event means for a ticket.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use serenity::all as serenity;
use serenity::{
    ClientBuilder, Context, Event, EventHandler, FullEvent, GatewayIntents, RawEventHandler, async_trait,
};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::acting::user_id;
use super::door::{self, LetIn};
use super::heard::{self, channel_id, message_id};
use super::recorder::{Gone, News};
use super::rest::Rest;
use super::shared::Shared;
use super::{commands, components};
use crate::domain::{ChannelId, Reaction, UserId};

/// What the bot asks Discord to tell it. Members and message content are privileged: they are switched on in the
/// developer portal.
pub const INTENTS: GatewayIntents = GatewayIntents::GUILDS
    .union(GatewayIntents::GUILD_MEMBERS)
    .union(GatewayIntents::GUILD_MESSAGES)
    .union(GatewayIntents::GUILD_MESSAGE_REACTIONS)
    .union(GatewayIntents::MESSAGE_CONTENT);

/// What the log leaves out unless somebody asks: serenity warns of every connection it takes up again.
pub const QUIET: &str = "serenity::gateway::bridge::shard_runner=error";

/// What the log leaves out whoever asks, with the most that is let through: serenity shows interactions' tokens with
/// every request, and the WebSocket's library the bot's own when it logs in.
pub const SECRETIVE: [(&str, tracing::Level); 2] =
    [("serenity::http", tracing::Level::WARN), ("tungstenite", tracing::Level::INFO)];

/// A connection that listens, in a task of its own. serenity's part of it is not seen outside.
pub struct Listening {
    shards: Arc<serenity::ShardManager>,
    task: JoinHandle<Result<(), serenity::Error>>,
    /// Ends only where Discord does not let the bot in.
    door: JoinHandle<()>,
}

/// Why a connection ended for good.
#[derive(Debug, thiserror::Error)]
pub enum Disconnected {
    /// Discord does not know the token.
    #[error("the token is not accepted")]
    Token,
    /// The bot asks for more than it may hear.
    #[error("an intent is not allowed")]
    Intents,
    /// Discord does not let the bot in, again and again, and the library does not tell why.
    #[error("the bot is turned away")]
    TurnedAway,
    /// Something else, in the library's words.
    #[error("{0}")]
    Failed(String),
    /// It was ended, or its task was.
    #[error("it was closed")]
    Closed,
}

impl Listening {
    /// Connects; `ready` tells when Discord has let the bot in.
    ///
    /// # Errors
    /// If the connection cannot be prepared. Whether Discord takes it is told by [`Listening::ended`].
    pub async fn start(shared: Arc<Shared>, ready: watch::Sender<bool>) -> Result<Self, Disconnected> {
        let (rest, let_in) = (shared.rest.clone(), LetIn::default());
        let client = client(shared, ready, let_in.clone()).await;
        let mut client = client.map_err(|error| Disconnected::Failed(error.to_string()))?;
        let shards = client.shard_manager.clone();
        let door = tokio::spawn(door::keep(client.ws_url.clone(), let_in, rest));
        Ok(Self { shards, door, task: tokio::spawn(async move { client.start().await }) })
    }

    /// Waits until it ends for good, and says why.
    pub async fn ended(&mut self) -> Disconnected {
        use serenity::GatewayError as Why;
        let ended = tokio::select! {
            ended = &mut self.task => ended,
            _ = &mut self.door => return Disconnected::TurnedAway,
        };
        match ended {
            Ok(Err(serenity::Error::Gateway(Why::InvalidAuthentication))) => Disconnected::Token,
            Ok(Err(serenity::Error::Gateway(Why::DisallowedGatewayIntents | Why::InvalidGatewayIntents))) => {
                Disconnected::Intents
            }
            Ok(Err(error)) => Disconnected::Failed(error.to_string()),
            Ok(Ok(())) | Err(_) => Disconnected::Closed,
        }
    }

    /// Says goodbye to Discord; no event comes after that.
    pub async fn close(&self) {
        self.door.abort();
        self.shards.shutdown_all().await;
    }

    /// Drops the connection where it stands.
    pub fn abandon(&self) {
        self.door.abort();
        self.task.abort();
    }
}

/// Makes the client that listens; nothing is connected yet.
async fn client(
    shared: Arc<Shared>,
    ready: watch::Sender<bool>,
    let_in: LetIn,
) -> Result<serenity::Client, serenity::Error> {
    let http = answering_http(&shared.rest, shared.application);
    let handler = Arc::new(Handler {
        shared,
        options: commands::options(),
        shards: OnceLock::new(),
        ready,
        let_in,
        unreadable: AtomicU64::new(0),
    });
    let client = ClientBuilder::new_with_http(http, INTENTS)
        .event_handler_arc(handler.clone())
        .raw_event_handler(Unreadable(handler.clone()))
        .await?;
    let _ = handler.shards.set(client.shard_manager.clone());
    Ok(client)
}

/// The client that answers interactions.
#[must_use]
pub fn answering_http(rest: &Rest, application: UserId) -> serenity::Http {
    let http = rest.serenity_http();
    http.set_application_id(serenity::ApplicationId::new(application.0.cast_unsigned()));
    http
}

struct Handler {
    shared: Arc<Shared>,
    options: poise::FrameworkOptions<Arc<Shared>, anyhow::Error>,
    shards: OnceLock<Arc<serenity::ShardManager>>,
    ready: watch::Sender<bool>,
    let_in: LetIn,
    unreadable: AtomicU64,
}

#[async_trait]
impl EventHandler for Handler {
    async fn ready(&self, _: Context, ready: serenity::Ready) {
        tracing::info!(user = %ready.user.name, "connected to Discord");
        self.let_in.say();
        self.shared.recorder.threads().session_began();
        self.shared.catch_up.session_began(self.shared.clock.now());
        self.ready.send_replace(true);
    }

    async fn resume(&self, _: Context, _: serenity::ResumedEvent) {
        self.let_in.say();
        // Discord tells again what was missed, so nothing was.
        self.shared.catch_up.hears_again();
    }

    async fn shard_stage_update(&self, _: Context, update: serenity::ShardStageUpdateEvent) {
        if update.new != serenity::ConnectionStage::Connected {
            self.shared.catch_up.hears_nothing(self.shared.clock.now());
        }
    }

    async fn interaction_create(&self, context: Context, interaction: serenity::Interaction) {
        let _in_flight = self.shared.in_flight.token();
        match interaction {
            serenity::Interaction::Component(press) => components::pressed(&self.shared, &press).await,
            serenity::Interaction::Modal(form) => components::submitted(&self.shared, &form).await,
            interaction @ (serenity::Interaction::Command(_) | serenity::Interaction::Autocomplete(_)) => {
                let Some(shard_manager) = self.shards.get() else { return };
                let framework = poise::FrameworkContext {
                    serenity_context: &context,
                    bot_id: serenity::UserId::new(self.shared.application.0.cast_unsigned()),
                    options: &self.options,
                    user_data: &self.shared,
                    shard_manager,
                };
                poise::dispatch_event(framework, FullEvent::InteractionCreate { interaction }).await;
            }
            _ => {}
        }
    }

    async fn message(&self, _: Context, message: serenity::Message) {
        self.shared.recorder.message(heard::message(&message));
    }

    async fn message_update(
        &self,
        _: Context,
        _: Option<serenity::Message>,
        _: Option<serenity::Message>,
        update: serenity::MessageUpdateEvent,
    ) {
        let (thread, message) = (channel_id(update.channel_id), message_id(update.id));
        if let Some(pinned) = update.pinned {
            let since = pinned.then(|| self.shared.clock.now());
            self.shared.recorder.hear(thread, News::Pinned(message, since));
        }
        if let Some(edited) = heard::edit(update) {
            self.shared.recorder.message(edited);
        }
    }

    async fn message_delete(
        &self,
        _: Context,
        channel: serenity::ChannelId,
        message: serenity::MessageId,
        _: Option<serenity::GuildId>,
    ) {
        self.deleted(channel, message).await;
    }

    async fn message_delete_bulk(
        &self,
        _: Context,
        channel: serenity::ChannelId,
        messages: Vec<serenity::MessageId>,
        _: Option<serenity::GuildId>,
    ) {
        for message in messages {
            self.deleted(channel, message).await;
        }
    }

    async fn reaction_add(&self, _: Context, given: serenity::Reaction) {
        let Some(by) = given.user_id.map(user_id) else { return };
        let reaction = Reaction { emoji: heard::emoji(&given.emoji), by, at: self.shared.clock.now() };
        let news = News::Reacted(message_id(given.message_id), reaction);
        self.shared.recorder.hear(channel_id(given.channel_id), news);
    }

    async fn reaction_remove(&self, _: Context, taken: serenity::Reaction) {
        let gone = Gone { emoji: Some(heard::emoji(&taken.emoji)), by: taken.user_id.map(user_id) };
        self.unreacted(taken.channel_id, taken.message_id, gone);
    }

    async fn reaction_remove_all(
        &self,
        _: Context,
        channel: serenity::ChannelId,
        message: serenity::MessageId,
    ) {
        self.unreacted(channel, message, Gone::default());
    }

    /// Somebody or Discord archived a thread; one of an open ticket is brought back. What was said in one before it came
    /// back is read.
    async fn thread_update(
        &self,
        _: Context,
        _: Option<serenity::GuildChannel>,
        thread: serenity::GuildChannel,
    ) {
        let (threads, id) = (self.shared.recorder.threads(), channel_id(thread.id));
        let Some(ticket) = threads.ticket(id) else { return };
        if !thread.thread_metadata.is_some_and(|thread| thread.archived) {
            if threads.came_back(id) {
                self.shared.catch_up.thread_began(id, self.shared.clock.now());
            }
            return;
        }
        threads.archived(id);
        let _in_flight = self.shared.in_flight.token();
        if let Err(error) = self.shared.desk.keep_thread_open(ticket, self.shared.clock.now()).await {
            let error = anyhow::Error::from(error);
            tracing::error!(%ticket, error = format!("{error:#}"), "could not bring back an archived thread");
        }
    }

    async fn thread_delete(
        &self,
        _: Context,
        thread: serenity::PartialGuildChannel,
        _: Option<serenity::GuildChannel>,
    ) {
        let _in_flight = self.shared.in_flight.token();
        // What was said in it comes before its end.
        self.shared.recorder.flush().await;
        let gone = self.shared.desk.thread_is_gone(channel_id(thread.id), self.shared.clock.now()).await;
        if let Err(error) = gone {
            let error = anyhow::Error::from(error);
            tracing::error!(thread = %thread.id, error = format!("{error:#}"), "could not replace a deleted thread");
        }
    }

    async fn channel_create(&self, _: Context, _: serenity::GuildChannel) {
        self.look_again().await;
    }

    async fn channel_update(&self, _: Context, _: Option<serenity::GuildChannel>, _: serenity::GuildChannel) {
        self.look_again().await;
    }

    async fn channel_delete(&self, _: Context, _: serenity::GuildChannel, _: Option<Vec<serenity::Message>>) {
        self.look_again().await;
    }

    async fn guild_role_create(&self, _: Context, _: serenity::Role) {
        self.look_again().await;
    }

    async fn guild_role_update(&self, _: Context, _: Option<serenity::Role>, _: serenity::Role) {
        self.look_again().await;
    }

    async fn guild_role_delete(
        &self,
        _: Context,
        _: serenity::GuildId,
        _: serenity::RoleId,
        _: Option<serenity::Role>,
    ) {
        self.look_again().await;
    }

    async fn guild_member_update(
        &self,
        _: Context,
        _: Option<serenity::Member>,
        _: Option<serenity::Member>,
        update: serenity::GuildMemberUpdateEvent,
    ) {
        if user_id(update.user.id) == self.shared.application {
            self.look_again().await;
        }
    }
}

impl Handler {
    /// In a thread it goes into the archive; among the tickets it may have been a card.
    async fn deleted(&self, channel: serenity::ChannelId, message: serenity::MessageId) {
        let now = self.shared.clock.now();
        if channel_id(channel) != self.shared.desk.directory().tickets {
            self.shared.recorder.hear(channel_id(channel), News::Deleted(message_id(message), now));
            return;
        }
        let _in_flight = self.shared.in_flight.token();
        if let Err(error) = self.shared.desk.card_may_be_gone(message_id(message), now).await {
            let error = anyhow::Error::from(error);
            tracing::error!(%message, error = format!("{error:#}"), "could not replace a deleted card");
        }
    }

    fn unreacted(&self, channel: serenity::ChannelId, message: serenity::MessageId, gone: Gone) {
        let news = News::Unreacted(message_id(message), gone, self.shared.clock.now());
        self.shared.recorder.hear(channel_id(channel), news);
    }

    /// The guild changed: who may see the tickets is asked of a new picture from now on.
    async fn look_again(&self) {
        let _in_flight = self.shared.in_flight.token();
        if let Err(fault) = self.shared.guild.refresh().await {
            tracing::warn!(%fault, "could not look at the guild again; rights follow the last picture");
        }
        // A permission may have been given back, a channel made anew.
        if let Err(error) = self.shared.desk.something_changed(self.shared.clock.now()).await {
            let error = anyhow::Error::from(error);
            tracing::error!(error = format!("{error:#}"), "could not try again what is held up");
        }
    }
}

/// Hears what serenity could not read.
struct Unreadable(Arc<Handler>);

impl Unreadable {
    /// What was said in a ticket's thread and could not be read is looked up in its history.
    fn look_up(&self, kind: &str, event: &serde_json::Value) {
        if kind.starts_with("MESSAGE_")
            && let Some(thread) = event["channel_id"].as_str().and_then(|id| id.parse().ok()).map(ChannelId)
            && self.0.shared.recorder.threads().doubt(thread)
        {
            self.0.shared.catch_up.thread_missed(thread, self.0.shared.clock.now());
        }
    }
}

#[async_trait]
impl RawEventHandler for Unreadable {
    async fn raw_event(&self, _: Context, event: Event) {
        if let Event::Unknown(unknown) = event {
            // The library wants fields in it that Discord does not send.
            if let Some((channel, message, emoji)) = heard::emoji_removed(&unknown.kind, &unknown.value) {
                return self.0.unreacted(channel, message, Gone { emoji: Some(emoji), by: None });
            }
            self.look_up(&unknown.kind, &unknown.value);
            let count = self.0.unreadable.fetch_add(1, Ordering::Relaxed) + 1;
            tracing::warn!(kind = unknown.kind, count, "an event of Discord could not be read");
        }
    }
}
