//! A sandbox and a bot that share a clock, and the question whether the world is quiet.
//!
//! Quiet means: no interaction waits for an answer, nothing is owed in the outbox, nothing is in flight, and all
//! that stands in the tickets' threads is in the archive. A stepped clock is moved to the next delivery that is due,
//! so that a pause before a retry takes no time.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};

use crate::app::{Running, Settings, start};
use crate::clock::Clock;
use crate::config::{Config, DatabaseUrl, Secret};
use crate::discord::rest::Timing;
use crate::domain::TicketNumber;
use crate::sandbox::{Options, Sandbox, State, Time};

/// How long the world may take to become quiet, in real time.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often to look while it is not.
const LOOK: Duration = Duration::from_millis(3);

/// A company with a bot at work in it.
pub struct Together {
    sandbox: Sandbox,
    running: Running,
    clock: Clock,
}

impl Together {
    /// Starts both, and waits until the bot has logged in.
    ///
    /// # Errors
    /// Why one of them could not start.
    pub async fn start(config: Config, database: DatabaseUrl, clock: Clock) -> anyhow::Result<Self> {
        Self::with(Options::default(), config, database, clock).await
    }

    /// The same, with a sandbox of one's own making; its time is always the clock's.
    ///
    /// # Errors
    /// Why one of them could not start.
    pub async fn with(
        options: Options,
        config: Config,
        database: DatabaseUrl,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        let given = clock.clone();
        let time = Time::Given(std::sync::Arc::new(move || given.now()));
        let sandbox = Sandbox::start(Options { time, ..options }).await.context("starting the sandbox")?;
        Self::around(sandbox, config, database, clock).await
    }

    /// A bot in a company that is there already.
    ///
    /// # Errors
    /// Why it could not start.
    pub async fn around(
        sandbox: Sandbox,
        config: Config,
        database: DatabaseUrl,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        let timing = Timing { divisor: sandbox.divisor(), ..Timing::default() };
        Self::timed(sandbox, config, database, clock, timing).await
    }

    /// The same, where Discord may take as long as `timing` says.
    ///
    /// # Errors
    /// Why it could not start.
    pub async fn timed(
        sandbox: Sandbox,
        config: Config,
        database: DatabaseUrl,
        clock: Clock,
        timing: Timing,
    ) -> anyhow::Result<Self> {
        let running = start_in(&sandbox, config, database, clock.clone(), timing).await?;
        Ok(Self { sandbox, running, clock })
    }

    /// The stand-in for Discord.
    #[must_use]
    pub const fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// The bot.
    #[must_use]
    pub const fn running(&self) -> &Running {
        &self.running
    }

    /// The bot, to be waited for.
    pub const fn running_mut(&mut self) -> &mut Running {
        &mut self.running
    }

    /// The time in both.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Waits until the world is quiet.
    ///
    /// # Errors
    /// What keeps it from being quiet.
    pub async fn settle(&self) -> anyhow::Result<()> {
        let quiet = async {
            while let Some(_noise) = self.noise().await? {
                tokio::time::sleep(LOOK).await;
            }
            Ok::<_, anyhow::Error>(())
        };
        match tokio::time::timeout(PATIENCE, quiet).await {
            Ok(done) => done,
            // Looked at once more, and not for ever: what keeps it noisy may also keep it from being looked at.
            Err(_) => match tokio::time::timeout(PATIENCE, self.noise()).await {
                Ok(Ok(None)) => Ok(()),
                Ok(noise) => {
                    bail!("the world did not become quiet: {}", noise?.unwrap_or_default())
                }
                Err(_) => {
                    bail!("the world did not become quiet: the archive or the database does not answer")
                }
            },
        }
    }

    /// What is not quiet, if anything.
    async fn noise(&self) -> anyhow::Result<Option<String>> {
        let waiting = self.sandbox.look(|world| {
            world.interactions.values().filter(|interaction| interaction.state == State::Pending).count()
        });
        if waiting > 0 {
            return Ok(Some(format!("{waiting} interactions are not answered")));
        }
        let unheard = self.sandbox.unheard_events();
        if unheard > 0 {
            return Ok(Some(format!("{unheard} events are on their way to the bot")));
        }
        let shared = self.running.shared();
        if !shared.in_flight.is_empty() {
            return Ok(Some(format!("{} events are in flight", shared.in_flight.len())));
        }
        let pending = shared.desk.store().read().await?.pending_deliveries().await?;
        if pending.rows > 0 {
            if let Some(due) = pending.next_due {
                self.clock.advance_to(due);
            }
            return Ok(Some(format!("{} deliveries are owed", pending.rows)));
        }
        shared.recorder.flush().await;
        if let Some(noise) = self.unread().await? {
            return Ok(Some(noise));
        }
        for (ticket, said, kept) in self.archived().await? {
            if kept < said {
                return Ok(Some(format!("{kept} of {said} messages of {ticket} are archived")));
            }
        }
        Ok(None)
    }

    /// What the archive still asks Discord for. Lets the time come at which it is asked again, unless it is being read
    /// right now: then it may need none.
    async fn unread(&self) -> anyhow::Result<Option<String>> {
        let shared = self.running.shared();
        let look = async || {
            let (files, due) = shared.desk.store().read().await?.wanted_files().await?;
            Ok::<_, anyhow::Error>((files, due.into_iter().chain(shared.catch_up.next_due()).min()))
        };
        let (files, due) = look().await?;
        let Some(due) = due else { return Ok(None) };
        // What was taken before is done by now, or is read now; so what stands there still is true.
        if shared.reading.is_empty() && look().await? == (files, Some(due)) {
            self.clock.advance_to(due);
        }
        Ok(Some(format!("{files} files or a thread's history are still to be read")))
    }

    /// Waits until the archive is at most `behind` messages behind the tickets' threads.
    ///
    /// # Errors
    /// If it does not come nearer.
    pub async fn keep_up(&self, behind: usize) -> anyhow::Result<()> {
        let behind = i64::try_from(behind).unwrap_or(i64::MAX);
        let missing = async || {
            let counts = self.archived().await?;
            Ok::<_, anyhow::Error>(counts.iter().map(|(_, said, kept)| said - kept).max().unwrap_or(0))
        };
        let (mut least, mut since) = (i64::MAX, Instant::now());
        loop {
            let missing = missing().await?;
            if missing <= behind {
                return Ok(());
            }
            if missing < least {
                (least, since) = (missing, Instant::now());
            } else if since.elapsed() > PATIENCE {
                bail!("the archive stands still, {missing} messages behind");
            }
            tokio::time::sleep(LOOK * 5).await;
        }
    }

    /// For each ticket's thread: how many messages stand in it, and how many are in the archive.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn archived(&self) -> anyhow::Result<Vec<(TicketNumber, i64, i64)>> {
        let mut tx = self.running.shared().desk.store().read().await?;
        let mut counts = Vec::new();
        for (thread, ticket) in tx.threads().await? {
            // Of a ticket that ended long ago nothing is kept.
            if tx.is_archive_gone(ticket).await? {
                continue;
            }
            let channel = thread.0.cast_unsigned().to_string();
            let said = self
                .sandbox
                .look(|world| world.find_channel(&channel).map_or(0, |thread| thread.messages.len()));
            counts.push((ticket, i64::try_from(said).unwrap_or(i64::MAX), tx.count_messages(ticket).await?));
        }
        Ok(counts)
    }

    /// Moves the time on; on the system's clock it moves by itself.
    pub fn advance_to(&self, time: DateTime<Utc>) {
        self.clock.advance_to(time);
    }

    /// Ends the bot as if its machine had failed, and starts it again.
    ///
    /// # Errors
    /// Why it could not start.
    pub async fn restart(self, config: Config, database: DatabaseUrl) -> anyhow::Result<Self> {
        let Self { sandbox, running, clock } = self;
        running.abandon().await;
        Self::around(sandbox, config, database, clock).await
    }

    /// Stops the bot and leaves the company as it is.
    pub async fn stop_bot(self) {
        self.running.stop().await;
    }

    /// Stops the bot, then the sandbox.
    pub async fn stop(self) {
        self.running.stop().await;
        self.sandbox.stop().await;
    }
}

/// Starts a bot on a sandbox, and waits until it has logged in.
///
/// # Errors
/// Why it could not.
pub async fn join(
    sandbox: &Sandbox,
    config: Config,
    database: DatabaseUrl,
    clock: Clock,
) -> anyhow::Result<Running> {
    let timing = Timing { divisor: sandbox.divisor(), ..Timing::default() };
    start_in(sandbox, config, database, clock, timing).await
}

async fn start_in(
    sandbox: &Sandbox,
    config: Config,
    database: DatabaseUrl,
    clock: Clock,
    timing: Timing,
) -> anyhow::Result<Running> {
    let settings = Settings {
        config,
        token: Secret::new(sandbox.token()),
        api_url: sandbox.api().to_owned(),
        database_url: database,
        clock,
        timing,
    };
    let mut running = start(settings).await?;
    running.ready().await?;
    Ok(running)
}
