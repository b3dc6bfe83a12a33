//! The database: the only user of sqlx, one SQL text for SQLite and PostgreSQL.
//!
//! No query exists outside a handle bound to one guild: [`Store::guild`] gives it, and [`GuildStore::read`] and
//! [`GuildStore::write`] are the only ways to open a transaction. A write on SQLite is `BEGIN IMMEDIATE` on the one
//! writer connection, since a plain `BEGIN` that reads first loses against another writer. Rules and prose live
//! elsewhere; this module stores what it is given and finds it again.
//!
//! The body of a query is written once and pasted into both arms by `on!`; sqlx takes the dialect from the
//! connection. What makes that possible: `$n` placeholders, `BIGINT` ids, texts for enums and JSON, times bound from
//! the bot's clock, and no function of either database.

mod archive;
mod bindings;
mod completeness;
mod connect;
mod copy;
mod deliveries;
mod events;
mod files;
mod macros;
mod parked;
mod reactions;
mod reports;
mod restored;
mod standings;
mod tickets;

use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};

use crate::domain::GuildId;

pub use bindings::{Binding, BindingKind};
pub use copy::{Copied, STAY, TABLES};
pub use deliveries::{Outcome, Pending};
pub use files::{FileState, WantedFile};
pub use parked::{Stuck, Which};
pub use reports::StoredReport;
pub use restored::Numbers;

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot be reached, refuses, or broke off.
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
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
        GuildStore { store: self.clone(), guild }
    }

    /// The guilds that have tickets in the database.
    pub async fn guilds(&self) -> Result<Vec<GuildId>> {
        let sql = "SELECT guild_id FROM counters ORDER BY guild_id";
        let guilds: Vec<i64> = match self {
            Self::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_all(read).await?,
            Self::Postgres(pool) => sqlx::query_scalar(sql).fetch_all(pool).await?,
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
}

impl GuildStore {
    /// The guild.
    #[must_use]
    pub const fn guild(&self) -> GuildId {
        self.guild
    }

    /// A view of the data at one moment, for reading.
    pub async fn read(&self) -> Result<GuildTx> {
        let tx = match &self.store {
            Store::Sqlite { read, .. } => Tx::Sqlite(read.begin_with("BEGIN").await?),
            Store::Postgres(pool) => {
                Tx::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        };
        Ok(GuildTx { tx, guild: self.guild })
    }

    /// A transaction that writes: all of it happens at [`GuildTx::commit`], or nothing.
    pub async fn write(&self) -> Result<GuildTx> {
        let tx = match &self.store {
            Store::Sqlite { write, .. } => Tx::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Store::Postgres(pool) => Tx::Postgres(pool.begin_with("BEGIN").await?),
        };
        Ok(GuildTx { tx, guild: self.guild })
    }
}

/// An open transaction on one guild's data; dropping it undoes what it wrote.
#[derive(Debug)]
pub struct GuildTx {
    tx: Tx,
    guild: GuildId,
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
    pub async fn commit(self) -> Result<()> {
        match self.tx {
            Tx::Sqlite(tx) => tx.commit().await?,
            Tx::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}
