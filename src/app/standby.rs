//! The right to act for a guild: on SQLite a lock on the file, on PostgreSQL a lease, for which a second process waits.
//!
//! A standby does nothing on Discord; it looks at the lease, says in the log for whom it stands by, and takes over
//! alone. Whatever goes wrong meanwhile it waits out. Must not know what is done with the right.

use std::time::Duration;

use super::failure;
use crate::config::DatabaseUrl;
use crate::domain::GuildId;
use crate::store::alone::Alone;
use crate::store::lease::{Candidate, Lease, Taken, Tenure, Timing};
use crate::store::{GuildStore, Store};

/// Another process has the lease now.
#[derive(Debug, thiserror::Error)]
#[error("another process leads now")]
pub struct LeaseLost;

/// What gives this process the right to act.
pub(super) enum Right {
    /// The only one on a file.
    File(#[expect(dead_code, reason = "held, not read")] Alone),
    /// The one that leads.
    Lease(Lease),
    /// Nobody can contest it.
    Unquestioned,
}

/// A database in which this process may act.
pub(super) struct Place {
    pub store: Store,
    pub right: Right,
    /// Whether that took time, so that what was seen before may be old.
    pub waited: bool,
}

impl Place {
    /// Opens the database and waits until this process may act; `lasting` is how long a lease lasts.
    ///
    /// # Errors
    /// Why it never will: the database does not open, or on SQLite another process has it.
    pub async fn take(url: &DatabaseUrl, guild: GuildId, lasting: Duration) -> anyhow::Result<Self> {
        // Before the file is opened: whoever opens it may change its schema.
        let alone = Alone::take(url.expose()).map_err(|error| failure::database(url, &error))?;
        let store = failure::open_database(url).await?;
        if let Some(alone) = alone {
            return Ok(Self { store, right: Right::File(alone), waited: false });
        }
        let timing = Timing::lasting(lasting);
        let Some(mut candidate) = Candidate::on(&store, guild, timing) else {
            return Ok(Self { store, right: Right::Unquestioned, waited: false });
        };
        let mut leader = None;
        loop {
            match candidate.take().await {
                Ok(Taken::Ours(lease)) => {
                    let (term, after) = (lease.term(), leader.as_deref().unwrap_or("nobody"));
                    tracing::info!(term, after, "this process leads");
                    return Ok(Self { store, right: Right::Lease(lease), waited: leader.is_some() });
                }
                Ok(Taken::Held { by }) => {
                    if leader.as_ref() != Some(&by) {
                        tracing::info!(
                            leader = by,
                            "standing by: this process takes over when the leader fails"
                        );
                    }
                    leader = Some(by);
                }
                Err(error) => {
                    let error = anyhow::Error::from(error);
                    tracing::warn!(error = format!("{error:#}"), "the lease cannot be read; looking again");
                    leader.get_or_insert_default();
                }
            }
            tokio::time::sleep(timing.look).await;
        }
    }
}

impl Right {
    /// The guild's part of the database, as far as this right goes.
    pub fn guild_store(&self, store: &Store, guild: GuildId) -> GuildStore {
        match self {
            Self::Lease(lease) => store.guild(guild).led_by(lease),
            Self::File(_) | Self::Unquestioned => store.guild(guild),
        }
    }

    /// What says whether it holds at a moment; `None` if it always does.
    pub fn tenure(&self) -> Option<Tenure> {
        match self {
            Self::Lease(lease) => Some(lease.tenure().clone()),
            Self::File(_) | Self::Unquestioned => None,
        }
    }

    /// Waits until another process has it.
    pub async fn lost(&mut self) {
        match self {
            Self::Lease(lease) => lease.lost().await,
            Self::File(_) | Self::Unquestioned => std::future::pending().await,
        }
    }

    /// Gives it back.
    pub async fn give_back(self) {
        if let Self::Lease(lease) = self {
            lease.give_back().await;
        }
    }
}
