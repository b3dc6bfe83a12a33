//! The lease: which of several processes on one PostgreSQL acts for a guild.
//!
//! One row says who has it, under which term, and until when in the database's own time. The leader renews it; a
//! standby looks at it and takes it once it has run out, with the next term. Two things keep an earlier leader from
//! doing harm. In the database: each of its commits holds its term, and there is none to hold any more. On Discord: it
//! believes in its lease for a shorter time than the database does, counted from before it asked, so it has stopped
//! before another begins. A process that was frozen finds out by its own clock, which went on. Only of one that ended on
//! the machine of the next is the end not waited for (`holder`).
//!
//! Nothing here needs a session: each step is one simple query, which any pooler hands to any connection, and there is
//! no lock, no notification and no prepared statement. Must not know what is done under a lease.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection, Row};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::connect::timed_out;
use super::holder;
use super::{Result, Store, StoreError};
use crate::clock::Clock;
use crate::domain::GuildId;

/// How long a lease lasts, and what follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Until another may take it, from the last renewal, by the database's clock.
    pub expiry: Duration,
    /// How long its holder believes in it, from before the last renewal was sent, by its own clock. What is left of
    /// `expiry` is for clocks that do not run alike and for what was on its way.
    pub trust: Duration,
    /// How often it is renewed.
    pub renew: Duration,
    /// How often a standby looks, and a leader tries again after a failure.
    pub look: Duration,
    /// How long one try may take.
    pub patience: Duration,
}

impl Timing {
    /// The rest from how long a lease lasts: of ten seconds, three to renew, eight to believe in it, one to look.
    #[must_use]
    pub fn lasting(expiry: Duration) -> Self {
        let tenths = |count| expiry * count / 10;
        Self { expiry, trust: tenths(8), renew: tenths(3), look: tenths(1), patience: tenths(2) }
    }
}

/// The belief of this process that the lease is its own. Cheap to clone; all clones believe the same.
#[derive(Clone, Debug)]
pub struct Tenure(Arc<Mutex<Option<Moment>>>);

/// A moment on two clocks. The steady one goes on while the process is frozen, but not while the whole machine sleeps;
/// the other one does, but may be set.
#[derive(Clone, Copy, Debug)]
struct Moment {
    steady: Instant,
    wall: DateTime<Utc>,
}

impl Moment {
    fn now() -> Self {
        Self { steady: Instant::now(), wall: Clock::system().now() }
    }

    fn after(self, wait: Duration) -> Self {
        let wall = self.wall + TimeDelta::from_std(wait).unwrap_or_default();
        Self { steady: self.steady + wait, wall }
    }

    fn has_come(self) -> bool {
        let now = Self::now();
        now.steady >= self.steady || now.wall >= self.wall
    }
}

impl Tenure {
    fn until(end: Moment) -> Self {
        Self(Arc::new(Mutex::new(Some(end))))
    }

    fn set(&self, end: Option<Moment>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = end;
    }

    /// Whether this process may act now.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        let end = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        end.is_some_and(|end| !end.has_come())
    }
}

/// A lease that this process has, renewed until it is given back or lost.
#[derive(Debug)]
pub struct Lease {
    term: i64,
    tenure: Tenure,
    lost: watch::Receiver<bool>,
    give_back: CancellationToken,
    keeping: JoinHandle<()>,
}

impl Lease {
    /// Its term.
    #[must_use]
    pub const fn term(&self) -> i64 {
        self.term
    }

    /// Whether this process may act, at any moment.
    #[must_use]
    pub const fn tenure(&self) -> &Tenure {
        &self.tenure
    }

    /// Waits until another process has it. While the database is away nobody knows, and this goes on waiting.
    pub async fn lost(&mut self) {
        if self.lost.wait_for(|lost| *lost).await.is_err() {
            // Its keeper has ended without losing it: it is being given back.
            std::future::pending::<()>().await;
        }
    }

    /// Gives it back, so that the next one need not wait for its end. This process may not act any more.
    pub async fn give_back(mut self) {
        self.give_back.cancel();
        let _ = (&mut self.keeping).await;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.tenure.set(None);
        self.give_back.cancel();
    }
}

/// What a try to take the lease comes to.
#[derive(Debug)]
pub enum Taken {
    /// It is ours.
    Ours(Lease),
    /// Somebody has it.
    Held {
        /// Who, in words.
        by: String,
    },
}

/// One who wants the lease of a guild.
#[derive(Debug)]
pub struct Candidate {
    row: LeaseRow,
    timing: Timing,
}

impl Candidate {
    /// Somebody with a name of their own, on this database; `None` on SQLite, which knows no leases.
    #[must_use]
    pub fn on(store: &Store, guild: GuildId, timing: Timing) -> Option<Self> {
        let Store::Postgres(pool) = store else { return None };
        let row =
            LeaseRow { options: pool.connect_options(), connection: None, guild, holder: holder::name() };
        Some(Self { row, timing })
    }

    /// Takes the lease if nobody has it.
    ///
    /// # Errors
    /// If the database does not answer in time, or fails.
    pub async fn take(&mut self) -> Result<Taken> {
        let sent = Moment::now();
        match self
            .row
            .in_time(self.timing.patience.max(FIRST_PATIENCE), Step::Take(self.timing.expiry))
            .await?
        {
            Answer::Term(term) => {
                let tenure = Tenure::until(sent.after(self.timing.trust));
                let (tell, lost) = watch::channel(false);
                let give_back = CancellationToken::new();
                let row = LeaseRow {
                    options: self.row.options.clone(),
                    connection: self.row.connection.take(),
                    guild: self.row.guild,
                    holder: self.row.holder.clone(),
                };
                let keeper = Keeper { row, term, timing: self.timing, tenure: tenure.clone(), lost: tell };
                let keeping = tokio::spawn(keeper.keep(give_back.clone()));
                Ok(Taken::Ours(Lease { term, tenure, lost, give_back, keeping }))
            }
            Answer::HeldBy(by) => Ok(Taken::Held { by }),
            Answer::Nobody => Ok(Taken::Held { by: String::new() }),
        }
    }
}

/// A first connection may take longer than a renewal on one that stands.
const FIRST_PATIENCE: Duration = Duration::from_secs(2);

/// Renews a lease.
struct Keeper {
    row: LeaseRow,
    term: i64,
    timing: Timing,
    tenure: Tenure,
    lost: watch::Sender<bool>,
}

impl Keeper {
    async fn keep(mut self, give_back: CancellationToken) {
        let mut pause = self.timing.renew;
        let mut failing = false;
        while give_back.run_until_cancelled(tokio::time::sleep(pause)).await.is_some() {
            let sent = Moment::now();
            match self.row.in_time(self.timing.patience, Step::Renew(self.term, self.timing.expiry)).await {
                Ok(Answer::Term(_)) => {
                    self.tenure.set(Some(sent.after(self.timing.trust)));
                    if std::mem::take(&mut failing) {
                        tracing::info!(term = self.term, "the lease is renewed again");
                    }
                    pause = self.timing.renew;
                }
                Ok(_) => {
                    self.tenure.set(None);
                    self.lost.send_replace(true);
                    return;
                }
                Err(error) => {
                    let (error, term) = (anyhow::Error::from(error), self.term);
                    failing = true;
                    let still_ours = self.tenure.is_valid();
                    tracing::warn!(
                        error = format!("{error:#}"),
                        term,
                        still_ours,
                        "could not renew the lease"
                    );
                    pause = self.timing.look;
                }
            }
        }
        self.tenure.set(None);
        let given = self.row.in_time(FIRST_PATIENCE, Step::GiveBack(self.term)).await;
        if let Err(error) = given {
            let error = anyhow::Error::from(error);
            tracing::warn!(error = format!("{error:#}"), "could not give the lease back; it will run out");
        }
    }
}

/// The row, and the way to it: a connection of its own, so that no flood of work keeps a lease from being renewed.
struct LeaseRow {
    options: Arc<PgConnectOptions>,
    connection: Option<PgConnection>,
    guild: GuildId,
    holder: String,
}

impl std::fmt::Debug for LeaseRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The options hold a password.
        f.debug_struct("LeaseRow")
            .field("guild", &self.guild)
            .field("holder", &self.holder)
            .finish_non_exhaustive()
    }
}

/// What is done with the row.
#[derive(Clone, Copy)]
enum Step {
    Take(Duration),
    Renew(i64, Duration),
    GiveBack(i64),
}

/// What the row says.
enum Answer {
    /// It is ours, under this term.
    Term(i64),
    /// It is another's.
    HeldBy(String),
    /// It is nobody's.
    Nobody,
}

impl LeaseRow {
    /// Does it, or gives up the connection on which it was tried.
    async fn in_time(&mut self, patience: Duration, step: Step) -> Result<Answer> {
        let done = tokio::time::timeout(patience, self.step(step)).await;
        let done = done.unwrap_or_else(|_| Err(timed_out().into()));
        if done.is_err() {
            self.connection = None;
        }
        done
    }

    async fn step(&mut self, step: Step) -> Result<Answer> {
        let (guild, holder) = (self.guild.0, self.holder.clone());
        let until = |expiry: Duration| {
            format!("clock_timestamp() + {} * INTERVAL '1 millisecond'", expiry.as_millis())
        };
        match step {
            Step::Take(expiry) => {
                let take_from = |other: &str| {
                    format!(
                        "UPDATE leases SET term = term + 1, holder = '{holder}', expires_at = {} \
                         WHERE guild_id = {guild} AND (expires_at <= clock_timestamp() OR holder = '{other}') \
                         RETURNING term",
                        until(expiry)
                    )
                };
                // Ours already: a try whose answer did not come in time went through after all.
                let take = take_from(&holder);
                let look = format!("SELECT holder FROM leases WHERE guild_id = {guild}");
                // Only the first process ever makes the row.
                let make = format!(
                    "INSERT INTO leases (guild_id, term, holder, expires_at) \
                     VALUES ({guild}, 0, '', clock_timestamp()) ON CONFLICT DO NOTHING"
                );
                if let Some(term) = self.ask(take.clone()).await? {
                    return Ok(Answer::Term(term));
                }
                if let Some(by) = self.ask::<String>(look).await? {
                    // Its process has ended on this very machine: nobody is left to wait for.
                    let taken = if holder::is_gone(&by) { self.ask(take_from(&by)).await? } else { None };
                    return Ok(taken.map_or(Answer::HeldBy(by), Answer::Term));
                }
                let _: Option<i64> = self.ask(make).await?;
                Ok(self.ask(take).await?.map_or(Answer::Nobody, Answer::Term))
            }
            Step::Renew(term, expiry) => {
                let renew = format!(
                    "UPDATE leases SET expires_at = {} \
                     WHERE guild_id = {guild} AND term = {term} AND holder = '{holder}' RETURNING term",
                    until(expiry)
                );
                Ok(self.ask(renew).await?.map_or(Answer::Nobody, Answer::Term))
            }
            Step::GiveBack(term) => {
                let give = format!(
                    "UPDATE leases SET holder = '', expires_at = clock_timestamp() \
                     WHERE guild_id = {guild} AND term = {term} AND holder = '{holder}' RETURNING term"
                );
                Ok(self.ask(give).await?.map_or(Answer::Nobody, Answer::Term))
            }
        }
    }

    /// One simple query, which is a transaction of its own; the first column of the first row.
    async fn ask<T>(&mut self, sql: String) -> Result<Option<T>>
    where
        T: sqlx::Type<sqlx::Postgres> + for<'r> sqlx::Decode<'r, sqlx::Postgres>,
    {
        let connection = match self.connection.as_mut() {
            Some(connection) => connection,
            None => self.connection.insert(PgConnection::connect_with(&self.options).await?),
        };
        // Numbers, and a name that is made of letters.
        let row = sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).fetch_optional(connection).await?;
        row.map(|row| row.try_get(0).map_err(StoreError::from)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leader_stops_before_another_may_begin() {
        let timing = Timing::lasting(Duration::from_secs(10));
        let seconds = [timing.renew, timing.trust, timing.expiry, timing.look].map(|time| time.as_secs());
        assert_eq!(seconds, [3, 8, 10, 1]);
        // One renewal may hang and the next succeed without anybody noticing.
        assert!(timing.renew + timing.patience + timing.look + timing.patience <= timing.trust);
    }

    #[test]
    fn belief_ends_by_either_clock_and_for_all_clones() {
        let now = Moment::now();
        let tenure = Tenure::until(now.after(Duration::from_secs(60)));
        let clone = tenure.clone();
        assert!(clone.is_valid());
        tenure.set(Some(Moment { wall: now.wall, ..now.after(Duration::from_secs(60)) }));
        assert!(!clone.is_valid(), "the machine slept");
        tenure.set(Some(Moment { steady: now.steady, ..now.after(Duration::from_secs(60)) }));
        assert!(!clone.is_valid(), "the process was frozen");
        tenure.set(None);
        assert!(!clone.is_valid());
    }
}
