//! `run`: the bot itself, until it is told to stop.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::failure::explain;
use super::{LeaseLost, Running, Settings, logging, start};
use crate::clock::Clock;
use crate::config::{Config, Environment, LoadError, Secret};
use crate::discord::rest::Timing;
use crate::error::UserError;

/// How long to wait before starting again after that failed.
const START_AGAIN: Duration = Duration::from_secs(5);

/// The environment, with `.env` where there is one, and the log started by it.
///
/// # Errors
/// Everything that is wrong with it.
pub fn environment() -> anyhow::Result<Environment> {
    let environment = Environment::from_process(Some(Path::new(".env")))?;
    logging::start(environment.log.as_deref());
    Ok(environment)
}

/// The config that the environment names. Without a file, the defaults; but a file that somebody named has to be
/// there.
///
/// # Errors
/// Everything that is wrong with it.
pub fn config(environment: &Environment) -> anyhow::Result<Config> {
    match Config::load(&environment.config_path) {
        Err(LoadError::Missing { path }) if !environment.config_path_given => {
            tracing::info!(file = %path.display(), "no config file; using the defaults");
            Ok(Config::default())
        }
        loaded => Ok(loaded?),
    }
}

/// The bot's token.
///
/// # Errors
/// If there is none.
pub fn token(environment: &Environment) -> anyhow::Result<Secret> {
    environment.token.clone().ok_or_else(|| {
        UserError::new(
            "DISCORD_TOKEN is not set.",
            "Copy the token from the Bot page of your application at https://discord.com/developers/applications \
             into the environment or into `.env`.",
        )
        .into()
    })
}

/// Runs the bot until SIGTERM or SIGINT.
///
/// # Errors
/// Why it could not start, or why it ended by itself.
pub async fn run() -> anyhow::Result<()> {
    let environment = environment()?;
    let settings = Settings {
        config: config(&environment)?,
        token: token(&environment)?,
        api_url: environment.api_url.clone(),
        database_url: environment.database_url.clone(),
        clock: Clock::system(),
        timing: Timing::default(),
    };
    let mut stop = Stop::listen()?;
    let mut running = tokio::select! {
        running = start(settings.clone()) => running?,
        () = stop.wanted() => return Ok(()),
    };
    let ended = loop {
        tracing::info!(guild = %running.shared().desk.directory().guild, "started");
        let ended = tokio::select! {
            ended = running.ended() => Some(ended),
            () = stop.wanted() => None,
        };
        if !ended.as_ref().is_some_and(anyhow::Error::is::<LeaseLost>) {
            break ended;
        }
        tracing::warn!("another process leads now; this one stops acting and stands by");
        // What it had in hand is done by the other. Nothing of it is kept: the next start reads everything anew.
        running.abandon().await;
        running = tokio::select! {
            running = start_again(&settings) => running,
            () = stop.wanted() => return Ok(()),
        };
    };
    tracing::info!("stopping");
    tokio::select! {
        () = running.stop() => {}
        () = stop.wanted() => tracing::warn!("told twice to stop; leaving at once"),
    }
    ended.map_or(Ok(()), Err)
}

/// Starts until it succeeds: it has worked before, so whatever is in the way now may pass.
async fn start_again(settings: &Settings) -> Running {
    loop {
        match start(settings.clone()).await {
            Ok(running) => return running,
            Err(error) => {
                tracing::error!(error = explain(&error).0, "could not start again; trying once more");
                tokio::time::sleep(START_AGAIN).await;
            }
        }
    }
}

/// The wish to stop: SIGTERM or SIGINT.
pub struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    /// Starts listening for it.
    ///
    /// # Errors
    /// If the system does not let us.
    pub fn listen() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("listening for signals");
        Ok(Self { terminate: listen(SignalKind::terminate())?, interrupt: listen(SignalKind::interrupt())? })
    }

    /// Waits for the next one.
    pub async fn wanted(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
