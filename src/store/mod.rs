//! The database: the only user of sqlx, one SQL text for SQLite and PostgreSQL.
//!
//! No query exists outside a handle bound to one guild: [`Store::guild`] gives it, and [`GuildStore::read`] and
//! [`GuildStore::write`] are the only ways to open a transaction. A write on SQLite is `BEGIN IMMEDIATE` on the one
//! writer connection, since a plain `BEGIN` that reads first loses against another writer. Rules and prose live
//! elsewhere; this module stores what it is given and finds it again.
//!
//! Where several processes share a PostgreSQL, one of them acts for a guild, by a lease with a term
//! ([`lease`]). Its handle ([`GuildStore::led_by`]) writes only under that term: the last thing before each COMMIT is to
//! hold the term, and one that is over commits nothing. A handle without a term is for commands of the program, which
//! may write beside a running bot.
//!
//! The body of a query is written once and pasted into both arms by `on!`; sqlx takes the dialect from the
//! connection. What makes that possible: `$n` placeholders, `BIGINT` ids, texts for enums and JSON, times bound from
//! the bot's clock, and no function of either database.

mod address;
pub mod alone;
mod archive;
mod bindings;
mod causes;
mod completeness;
mod connect;
mod copy;
mod deliveries;
mod events;
mod files;
mod forget;
mod holder;
pub mod lease;
mod macros;
mod parked;
mod plain;
mod purge;
mod reactions;
mod reports;
mod restored;
mod standings;
mod tickets;
mod trouble;
mod unheard;

use std::time::Duration;

use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};

use crate::domain::GuildId;

pub use bindings::{Binding, BindingKind};
pub use completeness::Archived;
pub use copy::{Copied, STAY, TABLES};
pub use deliveries::{Outcome, Pending};
pub use files::{FileState, WantedFile};
pub use forget::{Forgotten, KeptText, Place};
pub use parked::{Stuck, Which};
pub use purge::Purged;
pub use reports::StoredReport;
pub use restored::Numbers;
pub use trouble::Trouble;

use lease::{Lease, Tenure};
use macros::{in_time, on};

/// The longest that the bot waits for one answer of PostgreSQL. A little longer than the server itself may take, so that
/// the server's own words are heard if it can speak.
const LONGEST_ANSWER: Duration = Duration::from_secs(6);
/// What every write of the bot begins with. The limits, in milliseconds, end with the transaction, as a pooler demands:
/// whoever was frozen in the middle of one holds no row for longer than that. Asked for because some databases would
/// give a stricter level, under which a verb can fail for reasons that nobody understands.
const BEGIN_LED: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; \
    SET LOCAL idle_in_transaction_session_timeout = 5000; \
    SET LOCAL lock_timeout = 4000; SET LOCAL statement_timeout = 5000";

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot be reached, refuses, or broke off. Nothing was recorded.
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
    /// It was told to commit, and did not say that it has: what was written is there, or it is not.
    #[error("the database did not confirm what was written")]
    Unconfirmed(#[source] sqlx::Error),
    /// This process may not act for the guild, or not any more. Nothing was recorded.
    #[error("this process does not lead")]
    NotLeading,
    /// Another process works with this SQLite file.
    #[error("another process works with it already ({0})")]
    InUse(String),
    /// The file that keeps a second process out cannot be used.
    #[error("its lock file {path} cannot be used")]
    Lock {
        /// Where it is.
        path: String,
        /// Why.
        #[source]
        why: std::io::Error,
    },
    /// Something with this key is there already.
    #[error("this was written already")]
    AlreadyThere,
    /// It was written by a newer program.
    #[error(
        "the database was written by a newer version of this program (schema {found}, this one knows {known})"
    )]
    TooNew {
        /// Its newest migration.
        found: i64,
        /// The newest that this program has.
        known: i64,
    },
    /// Its schema is not the one of this program, and it is not to be changed.
    #[error("it has schema {found}, and this program works with {known}")]
    OtherSchema {
        /// Its newest migration; 0 if it has none.
        found: i64,
        /// The newest that this program has.
        known: i64,
    },
    /// The schema could not be brought up to date.
    #[error("the database's schema could not be brought up to date")]
    Migration(#[source] Box<sqlx::migrate::MigrateError>),
    /// The address is none that this program knows.
    #[error("{0}")]
    Address(String),
    /// A database that is to be filled has something in it.
    #[error("the table {0} has rows already")]
    NotEmpty(&'static str),
    /// A row does not say what this program would have written.
    #[error("a row in the database cannot be read: {0}")]
    Unreadable(String),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        // By kind, not by the constraint's name: SQLite does not tell it.
        match error.as_database_error() {
            Some(database) if database.is_unique_violation() => Self::AlreadyThere,
            _ => Self::Database(error),
        }
    }
}

/// What every query answers.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// A database, of either kind. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Store {
    /// A file: one connection writes, a few read.
    Sqlite {
        /// The one connection that writes.
        write: SqlitePool,
        /// Connections that read.
        read: SqlitePool,
    },
    /// A server.
    Postgres(PgPool),
}

impl Store {
    /// The part of the database that belongs to one guild.
    #[must_use]
    pub fn guild(&self, guild: GuildId) -> GuildStore {
        GuildStore { store: self.clone(), guild, fence: None }
    }

    /// The guilds that have tickets in the database.
    pub async fn guilds(&self) -> Result<Vec<GuildId>> {
        let sql = "SELECT guild_id FROM counters ORDER BY guild_id";
        let guilds: Vec<i64> = match self {
            Self::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_all(read).await?,
            Self::Postgres(pool) => {
                let mut tx = pool.begin_with("BEGIN READ ONLY").await?;
                plain::query_scalar(sql).fetch_all(&mut *tx).await?
            }
        };
        Ok(guilds.into_iter().map(GuildId).collect())
    }

    /// Waits for the queries under way and closes every connection.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// One guild's part of the database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct GuildStore {
    store: Store,
    guild: GuildId,
    fence: Option<Fence>,
}

/// What a process that leads writes under.
#[derive(Clone, Debug)]
struct Fence {
    term: i64,
    tenure: Tenure,
}

impl Fence {
    fn holds(fence: Option<&Self>) -> Result<()> {
        if fence.is_none_or(|fence| fence.tenure.is_valid()) { Ok(()) } else { Err(StoreError::NotLeading) }
    }
}

impl GuildStore {
    /// The guild.
    #[must_use]
    pub const fn guild(&self) -> GuildId {
        self.guild
    }

    /// The same for a process that leads: it writes only while the lease's term is current.
    #[must_use]
    pub fn led_by(self, lease: &Lease) -> Self {
        let fence = Fence { term: lease.term(), tenure: lease.tenure().clone() };
        Self { fence: Some(fence), ..self }
    }

    /// Whether this process may act for the guild now, as far as it knows; always, without a term.
    #[must_use]
    pub fn leads(&self) -> bool {
        Fence::holds(self.fence.as_ref()).is_ok()
    }

    /// A view of the data at one moment, for reading. Needs no lease.
    pub async fn read(&self) -> Result<GuildTx> {
        let limit = self.fence.as_ref().map(|_| LONGEST_ANSWER);
        let tx = match &self.store {
            Store::Sqlite { read, .. } => Tx::Sqlite(read.begin_with("BEGIN").await?),
            Store::Postgres(pool) => {
                Tx::Postgres(begin(pool, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", limit).await?)
            }
        };
        Ok(GuildTx { tx, guild: self.guild, fence: None, limit })
    }

    /// A transaction that writes: all of it happens at [`GuildTx::commit`], or nothing.
    ///
    /// # Errors
    /// Also [`StoreError::NotLeading`], if the handle has a term that may be over.
    pub async fn write(&self) -> Result<GuildTx> {
        Fence::holds(self.fence.as_ref())?;
        let limit = self.fence.as_ref().map(|_| LONGEST_ANSWER);
        let tx = match &self.store {
            Store::Sqlite { write, .. } => Tx::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Store::Postgres(pool) => {
                let how = if self.fence.is_some() { BEGIN_LED } else { "BEGIN" };
                Tx::Postgres(begin(pool, how, limit).await?)
            }
        };
        Ok(GuildTx { tx, guild: self.guild, fence: self.fence.clone(), limit })
    }
}

/// Begins a transaction, in a task of its own: if whoever wants it gives up in the middle, the driver would put the
/// connection back with the transaction still open, and the next one would find itself in it (sqlx 0.9, `Rollback`).
async fn begin(
    pool: &PgPool,
    how: &'static str,
    limit: Option<Duration>,
) -> Result<Transaction<'static, Postgres>> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { in_time(limit, pool.begin_with(how)).await }).await;
    begun.map_err(|_| StoreError::Database(sqlx::Error::WorkerCrashed))?.map_err(StoreError::from)
}

/// An open transaction on one guild's data; dropping it undoes what it wrote.
#[derive(Debug)]
pub struct GuildTx {
    tx: Tx,
    guild: GuildId,
    fence: Option<Fence>,
    /// The longest that one answer of PostgreSQL may take.
    limit: Option<Duration>,
}

#[derive(Debug)]
enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl GuildTx {
    /// Whose data it is.
    #[must_use]
    pub const fn guild(&self) -> GuildId {
        self.guild
    }

    /// Makes what was written last.
    ///
    /// # Errors
    /// [`StoreError::Unconfirmed`] if nobody knows whether it did; after any other error it did not.
    pub async fn commit(mut self) -> Result<()> {
        self.hold_term().await?;
        match self.tx {
            Tx::Sqlite(tx) => tx.commit().await,
            Tx::Postgres(tx) => in_time(self.limit, tx.commit()).await,
        }
        .map_err(trouble::commit_failed)
    }

    /// Holds the term until the end of this transaction: whoever wants to take the lease over waits for that, and one
    /// that was taken over before is found out here. The lock is the weakest that a change of the key waits for, so that
    /// a renewal of the lease does not wait for the writers nor they for it.
    async fn hold_term(&mut self) -> Result<()> {
        Fence::holds(self.fence.as_ref())?;
        let Some(term) = self.fence.as_ref().map(|fence| fence.term) else { return Ok(()) };
        let sql = "SELECT term FROM leases WHERE guild_id = $1 AND term = $2 FOR KEY SHARE";
        let guild = self.guild.0;
        let held: Option<i64> =
            on!(self, c => sqlx::query_scalar(sql).bind(guild).bind(term).fetch_optional(c).await)?;
        held.map(drop).ok_or(StoreError::NotLeading)
    }
}
