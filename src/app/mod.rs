//! The whole: what the config, the database and Discord make together, started, watched and stopped.
//!
//! [`start`] waits until this process may act for its guild, then wires everything; [`Running::stop`] takes it apart
//! again without dropping what is in flight. The commands of the program are the modules here; what they print goes
//! through [`screen`], why they fail through [`failure`]. Must not decide anything about tickets.

pub mod backup;
pub mod check;
pub mod deliveries;
pub mod export;
pub mod failure;
pub mod files;
pub mod forget;
mod housekeeping;
pub mod inspect;
pub mod logging;
pub mod run;
pub mod screen;
mod standby;

#[cfg(feature = "sandbox")]
pub mod demo;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::Clock;
use crate::config::{Config, DatabaseUrl, Secret};
use crate::desk::Desk;
use crate::discord::catch_up::{self, jobs::CatchUp};
use crate::discord::gateway::{self, Listening};
use crate::discord::guild::LiveGuild;
use crate::discord::keeper::{self, Limits};
use crate::discord::reconcile;
use crate::discord::recorder::{DeletedText, Recorder};
use crate::discord::resolve::{self, Findings};
use crate::discord::rest::{Rest, Timing};
use crate::discord::shared::Shared;
use crate::discord::{commands, courier};
use crate::domain::Directory;
use crate::store::{GuildStore, Store};
use failure::NotUsable;
pub use standby::LeaseLost;
use standby::{Place, Right};

/// How long a stop waits for what people were promised.
const PATIENCE: Duration = Duration::from_secs(6);
/// How long it waits for each of the steps after that, which take no time if all is well.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What a bot is started with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What the company is like.
    pub config: Config,
    /// The bot's token.
    pub token: Secret,
    /// Where Discord's API is.
    pub api_url: String,
    /// Where the database is.
    pub database_url: DatabaseUrl,
    /// The clock by which tickets live.
    pub clock: Clock,
    /// How long Discord may take, and how fast its limits pass.
    pub timing: Timing,
}

/// A bot at work.
pub struct Running {
    shared: Arc<Shared>,
    store: Store,
    right: Right,
    findings: Findings,
    listening: Listening,
    carrying: JoinHandle<()>,
    recording: JoinHandle<()>,
    keeping: JoinHandle<()>,
    catching_up: JoinHandle<()>,
    tidying: JoinHandle<()>,
    stop_work: CancellationToken,
    ready: watch::Receiver<bool>,
}

/// Starts a bot: asks Discord and the config what it needs, opens the database, registers the commands, listens.
///
/// # Errors
/// Whatever keeps it from working, as a sentence with the next step ([`failure::explain`]). Nothing runs then.
pub async fn start(settings: Settings) -> anyhow::Result<Running> {
    let Settings { config, token, api_url, database_url, clock, timing } = settings;
    let lasting = Duration::from_secs(config.standby.lease_seconds.into());
    let rest = Rest::new(&api_url, &token, Clock::system(), timing)?;
    // Asked first: the library would fall back to Discord's own gateway if this failed later.
    rest.gateway().await.map_err(|error| failure::no_gateway(&api_url, &error))?;
    let look = async || {
        let seen = resolve::look(&rest, &config).await;
        seen.map_err(|finding| NotUsable(Findings(vec![finding])))
    };
    let mut seen = look().await?;
    let Place { store, right, waited } = Place::take(&database_url, seen.view.id(), lasting).await?;
    if waited {
        seen = look().await?;
    }
    let guild_store = right.guild_store(&store, seen.view.id());
    if let Some(tenure) = right.tenure() {
        rest.only_while(move || tenure.is_valid());
    }
    let (directory, findings) = bind(&config, &seen, &guild_store, &[]).await?;
    for warning in &findings.0 {
        tracing::warn!("{} {}", warning.message, warning.next);
    }
    let application = seen.application.id;
    let deleted = if config.archive.keep_deleted_text { DeletedText::Kept } else { DeletedText::Purged };
    let catch_up = Arc::new(CatchUp::default());
    let (recorder, recording) =
        Recorder::start(guild_store.clone(), clock.clone(), deleted, catch_up.clone()).await?;
    catch_up.begin(guild_store.read().await?.heard_to().await?, clock.now());
    let shared = Arc::new(Shared {
        desk: Desk::new(guild_store, Arc::new(directory)),
        http: Arc::new(gateway::answering_http(&rest, application)),
        guild: LiveGuild::new(rest.clone(), seen.view),
        rest,
        recorder,
        application,
        clock,
        auto_archive_minutes: config.tickets.auto_archive_minutes,
        in_flight: TaskTracker::new(),
        reading: TaskTracker::new(),
        catch_up,
    });
    register_commands(&shared).await?;
    reconcile::reconcile(&shared).await?;
    let (ready, is_ready) = watch::channel(false);
    let listening = Listening::start(shared.clone(), ready).await.context("preparing the connection")?;
    let stop_work = CancellationToken::new();
    Ok(Running {
        recording: tokio::spawn(recording),
        carrying: tokio::spawn(courier::run(shared.clone(), stop_work.clone())),
        catching_up: tokio::spawn(catch_up::run(shared.clone(), stop_work.clone())),
        keeping: tokio::spawn(keeper::run(shared.clone(), limits(&config), stop_work.clone())),
        tidying: tokio::spawn(housekeeping::run(shared.clone(), config.archive, stop_work.clone())),
        listening,
        shared,
        store,
        right,
        findings,
        stop_work,
        ready: is_ready,
    })
}

fn limits(config: &Config) -> Limits {
    let bytes = |megabytes: u32| u64::from(megabytes) * 1_000_000;
    Limits { file: bytes(config.archive.file_max_mb), total: bytes(config.archive.total_max_mb) }
}

/// Binds the config's names for good and gives the company, or says what keeps it from working.
///
/// # Errors
/// What keeps it from working ([`NotUsable`]), or the database's failure.
pub async fn bind(
    config: &Config,
    seen: &resolve::Seen,
    store: &GuildStore,
    rebind: &[String],
) -> anyhow::Result<(Directory, Findings)> {
    let mut tx = store.write().await?;
    let resolution = resolve::resolve(config, seen, &tx.bindings().await?, rebind);
    let Some(directory) = resolution.directory else { return Err(NotUsable(resolution.findings).into()) };
    for binding in &resolution.bind {
        tx.bind(binding).await?;
    }
    tx.commit().await?;
    Ok((directory, resolution.findings))
}

async fn register_commands(shared: &Shared) -> anyhow::Result<()> {
    let declared = commands::declaration(&commands::options());
    let (application, guild) = (shared.application, shared.desk.directory().guild);
    let put = shared.rest.patiently(|| shared.rest.put_commands(application, guild, &declared)).await;
    put.map(drop).map_err(|fault| failure::no_commands(&fault))
}

impl Running {
    /// The bot as its handlers see it.
    #[must_use]
    pub const fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// What is not as it should be, but did not keep the bot from starting.
    #[must_use]
    pub const fn findings(&self) -> &Findings {
        &self.findings
    }

    /// Waits until Discord has let the bot in.
    ///
    /// # Errors
    /// Why it did not.
    pub async fn ready(&mut self) -> anyhow::Result<()> {
        tokio::select! {
            ready = self.ready.wait_for(|ready| *ready) => ready.map(drop).context("the connection ended"),
            why = self.listening.ended() => Err(failure::disconnected(&why)),
        }
    }

    /// Waits until the connection ends for good, which it does not do by itself while all is well; says why. The error is
    /// [`LeaseLost`] if another process acts now.
    pub async fn ended(&mut self) -> anyhow::Error {
        tokio::select! {
            () = self.right.lost() => LeaseLost.into(),
            why = self.listening.ended() => failure::disconnected(&why),
            _ = &mut self.carrying => anyhow::anyhow!("the courier stopped"),
            _ = &mut self.recording => anyhow::anyhow!("the recorder stopped"),
            _ = &mut self.keeping => anyhow::anyhow!("the keeper of files stopped"),
            _ = &mut self.catching_up => anyhow::anyhow!("the catching up stopped"),
        }
    }

    /// Stops listening, finishes what is in flight, at most ten seconds of it, and closes the database. What is left
    /// in the outbox is done after the next start.
    pub async fn stop(self) {
        self.listening.close().await;
        self.shared.in_flight.close();
        let finished = tokio::time::timeout(PATIENCE, self.shared.in_flight.wait()).await.is_ok();
        // What was heard is written down whatever else is still going on.
        let written = tokio::time::timeout(LAST_WORDS, self.shared.recorder.flush()).await.is_ok();
        self.stop_work.cancel();
        let workers = async { tokio::join!(self.carrying, self.keeping, self.catching_up, self.tidying) };
        let stopped = tokio::time::timeout(LAST_WORDS, workers).await.is_ok();
        if !(finished && written && stopped) {
            tracing::warn!("not everything in flight was finished in time; the next start takes it up");
        }
        self.listening.abandon();
        self.recording.abort();
        let _ = tokio::time::timeout(LAST_WORDS, self.right.give_back()).await;
        let _ = tokio::time::timeout(LAST_WORDS, self.store.close()).await;
    }

    /// Ends without finishing anything, as if the machine had failed; but gives back the right to act, so that whoever
    /// starts again in the same process need not wait for its end.
    pub async fn abandon(self) {
        self.carrying.abort();
        self.recording.abort();
        self.keeping.abort();
        self.catching_up.abort();
        self.tidying.abort();
        // The connection's own tasks outlive the one that started them: they have to be told.
        self.listening.close().await;
        self.listening.abandon();
        let _ = tokio::time::timeout(LAST_WORDS, self.right.give_back()).await;
    }
}
