//! The gateway: listening to Discord, and handing each event to whom it concerns.
//!
//! serenity runs each event in a task of its own and forgets them at shutdown, so every event that does something
//! holds a token of the tracker that a stop waits for. Events that serenity could not read are counted and said:
//! it drops them in silence. Must not know what an event means for a ticket.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use serenity::all as serenity;
use serenity::{
    ClientBuilder, Context, Event, EventHandler, FullEvent, GatewayIntents, RawEventHandler, async_trait,
};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::acting::{shown_name, user_id};
use super::rest::{History, Rest};
use super::shared::Shared;
use super::{commands, components};
use crate::domain::{ArchivedMessage, Attachment, ChannelId, MessageId, Person, UserId};

/// What the bot asks Discord to tell it. Members and message content are privileged: they are switched on in the
/// developer portal.
pub const INTENTS: GatewayIntents = GatewayIntents::GUILDS
    .union(GatewayIntents::GUILD_MEMBERS)
    .union(GatewayIntents::GUILD_MESSAGES)
    .union(GatewayIntents::GUILD_MESSAGE_REACTIONS)
    .union(GatewayIntents::MESSAGE_CONTENT);

/// Messages in a page of a thread's history: the most that Discord gives.
const HISTORY_PAGE: u8 = 100;

/// What the log leaves out unless somebody asks: serenity warns of every connection it takes up again.
pub const QUIET: &str = "serenity::gateway::bridge::shard_runner=error";

/// What the log leaves out even if somebody asks: serenity shows interactions' tokens with every request, and the
/// WebSocket's library the bot's own when it logs in.
pub const SECRETIVE: [&str; 2] = ["serenity::http=warn", "tungstenite=info"];

/// A connection that listens, in a task of its own. serenity's part of it is not seen outside.
pub struct Listening {
    shards: Arc<serenity::ShardManager>,
    task: JoinHandle<Result<(), serenity::Error>>,
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
        let client = client(shared, ready).await;
        let mut client = client.map_err(|error| Disconnected::Failed(error.to_string()))?;
        let shards = client.shard_manager.clone();
        Ok(Self { shards, task: tokio::spawn(async move { client.start().await }) })
    }

    /// Waits until it ends for good, and says why.
    pub async fn ended(&mut self) -> Disconnected {
        use serenity::GatewayError as Why;
        match (&mut self.task).await {
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
        self.shards.shutdown_all().await;
    }

    /// Drops the connection where it stands.
    pub fn abandon(&self) {
        self.task.abort();
    }
}

/// Makes the client that listens; nothing is connected yet.
async fn client(
    shared: Arc<Shared>,
    ready: watch::Sender<bool>,
) -> Result<serenity::Client, serenity::Error> {
    let http = answering_http(&shared.rest, shared.application);
    let handler = Arc::new(Handler {
        shared,
        options: commands::options(),
        shards: OnceLock::new(),
        ready,
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
    unreadable: AtomicU64,
}

#[async_trait]
impl EventHandler for Handler {
    async fn ready(&self, _: Context, ready: serenity::Ready) {
        tracing::info!(user = %ready.user.name, "connected to Discord");
        let _in_flight = self.shared.in_flight.token();
        self.ready.send_replace(true);
        if let Err(error) = self.catch_up().await {
            tracing::warn!(
                error = format!("{error:#}"),
                "could not read what was said while nobody listened"
            );
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
        self.shared.recorder.message(archived(&message));
    }

    async fn message_update(
        &self,
        _: Context,
        _: Option<serenity::Message>,
        _: Option<serenity::Message>,
        update: serenity::MessageUpdateEvent,
    ) {
        if let Some(message) = updated(update) {
            self.shared.recorder.message(message);
        }
    }

    async fn message_delete(
        &self,
        _: Context,
        channel: serenity::ChannelId,
        message: serenity::MessageId,
        _: Option<serenity::GuildId>,
    ) {
        self.shared.recorder.deleted(channel_id(channel), message_id(message), self.shared.clock.now());
    }

    async fn message_delete_bulk(
        &self,
        _: Context,
        channel: serenity::ChannelId,
        messages: Vec<serenity::MessageId>,
        _: Option<serenity::GuildId>,
    ) {
        for message in messages {
            self.shared.recorder.deleted(channel_id(channel), message_id(message), self.shared.clock.now());
        }
    }

    /// Somebody or Discord archived a thread; one of an open ticket is brought back.
    async fn thread_update(
        &self,
        _: Context,
        _: Option<serenity::GuildChannel>,
        thread: serenity::GuildChannel,
    ) {
        if !thread.thread_metadata.is_some_and(|thread| thread.archived) {
            return;
        }
        let Some(ticket) = self.shared.recorder.threads().ticket(channel_id(thread.id)) else { return };
        let _in_flight = self.shared.in_flight.token();
        if let Err(error) = self.shared.desk.keep_thread_open(ticket, self.shared.clock.now()).await {
            let error = anyhow::Error::from(error);
            tracing::error!(%ticket, error = format!("{error:#}"), "could not bring back an archived thread");
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
    /// A new session: what was said in the tickets' threads since the last one is read from their history, page by
    /// page up to what is known. Deletions are not seen in it, and neither are older edits.
    async fn catch_up(&self) -> anyhow::Result<()> {
        let shared = &self.shared;
        for thread in shared.rest.active_threads(shared.desk.directory().guild).await? {
            if shared.recorder.threads().ticket(thread.id).is_none() {
                continue;
            }
            let mut part = History::Newest;
            loop {
                let page: Vec<serenity::Message> =
                    shared.rest.messages_as(thread.id, part, HISTORY_PAGE).await?;
                let oldest = page.iter().map(|message| message_id(message.id)).min();
                // Asked before the page is handed in, which makes all of it known.
                let known = match oldest {
                    Some(oldest) => shared.desk.store().read().await?.message(oldest).await?.is_some(),
                    None => true,
                };
                page.iter().for_each(|message| shared.recorder.message(archived(message)));
                match oldest.filter(|_| !known && page.len() == usize::from(HISTORY_PAGE)) {
                    Some(oldest) => part = History::Before(oldest),
                    None => break,
                }
            }
        }
        Ok(())
    }

    /// The guild changed: who may see the tickets is asked of a new picture from now on.
    async fn look_again(&self) {
        let _in_flight = self.shared.in_flight.token();
        if let Err(fault) = self.shared.guild.refresh().await {
            tracing::warn!(%fault, "could not look at the guild again; rights follow the last picture");
        }
    }
}

/// Hears what serenity could not read.
struct Unreadable(Arc<Handler>);

#[async_trait]
impl RawEventHandler for Unreadable {
    async fn raw_event(&self, _: Context, event: Event) {
        if let Event::Unknown(unknown) = event {
            let count = self.0.unreadable.fetch_add(1, Ordering::Relaxed) + 1;
            tracing::warn!(kind = unknown.kind, count, "an event of Discord could not be read");
        }
    }
}

fn archived(message: &serenity::Message) -> ArchivedMessage {
    let nick = message.member.as_deref().and_then(|member| member.nick.as_deref());
    let author = Person { id: user_id(message.author.id), name: shown_name(nick, &message.author) };
    let reply =
        message.message_reference.as_ref().filter(|reference| reference.channel_id == message.channel_id);
    ArchivedMessage {
        id: message_id(message.id),
        thread: channel_id(message.channel_id),
        author,
        bot: message.author.bot || message.webhook_id.is_some(),
        system: is_system(message.kind),
        at: message_id(message.id).time(),
        text: shown_text(&message.content, &message.embeds),
        reply_to: reply.and_then(|reference| reference.message_id).map(message_id),
        attachments: message.attachments.iter().map(attachment).collect(),
        edited: message.edited_timestamp.map(|at| at.to_utc()),
        deleted: None,
    }
}

/// An edit, if it carries the text. Discord also sends updates when it has made a preview of a link: those are told
/// apart by having no time of edit.
fn updated(update: serenity::MessageUpdateEvent) -> Option<ArchivedMessage> {
    let author = update.author?;
    let nick = update.member.flatten().and_then(|member| member.nick);
    let reference =
        update.message_reference.flatten().filter(|reference| reference.channel_id == update.channel_id);
    Some(ArchivedMessage {
        id: message_id(update.id),
        thread: channel_id(update.channel_id),
        bot: author.bot || update.webhook_id.flatten().is_some(),
        system: update.kind.is_some_and(is_system),
        at: message_id(update.id).time(),
        text: shown_text(&update.content?, update.embeds.as_deref().unwrap_or_default()),
        reply_to: reference.and_then(|reference| reference.message_id).map(message_id),
        attachments: update.attachments.unwrap_or_default().iter().map(attachment).collect(),
        edited: Some(update.edited_timestamp?.to_utc()),
        deleted: None,
        author: Person { id: user_id(author.id), name: shown_name(nick.as_deref(), &author) },
    })
}

/// The text of a message; where there is none, what its embeds say, which is how bots and alerts speak.
fn shown_text(content: &str, embeds: &[serenity::Embed]) -> String {
    let embedded = embeds.iter().flat_map(|embed| [&embed.title, &embed.description]).flatten();
    let text = match content {
        "" => embedded.map(String::as_str).collect::<Vec<_>>().join("\n"),
        content => content.to_owned(),
    };
    // PostgreSQL keeps no NUL, and one such message must not keep all others out of the archive.
    text.replace('\0', "\u{fffd}")
}

/// Whether Discord wrote it, and not a person, bot or webhook.
fn is_system(kind: serenity::MessageType) -> bool {
    use serenity::MessageType as Kind;
    !matches!(kind, Kind::Regular | Kind::InlineReply | Kind::ChatInputCommand | Kind::ContextMenuCommand)
}

fn attachment(file: &serenity::Attachment) -> Attachment {
    Attachment { name: file.filename.clone(), url: file.url.clone(), size: u64::from(file.size) }
}

fn channel_id(id: serenity::ChannelId) -> ChannelId {
    ChannelId(id.get().cast_signed())
}

fn message_id(id: serenity::MessageId) -> MessageId {
    MessageId(id.get().cast_signed())
}
