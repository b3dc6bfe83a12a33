//! Opening a database: connect, refuse what is newer than this program, bring the schema up to date.
//!
//! A SQLite file is copied before its schema changes; no migration destroys anything. Must not know any table but
//! sqlx's own list of migrations. Invariant: nothing here needs more of PostgreSQL than a connection pooler in
//! transaction mode or a distributed database gives: no session-level lock, no setting that outlives a transaction.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, PgConnection, PgPool, SqlSafeStr, SqlitePool};

use super::{Result, Store, StoreError, address, plain};

/// How long a query waits for a connection, or SQLite for a lock, before it is a failure. A person who waits has been
/// told by then that the answer takes longer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a connection that comes back to the pool may take to show that it is alive.
const SIGN_OF_LIFE: Duration = Duration::from_secs(2);
/// How often a migration is tried again that another process may be doing at this moment, and how long after.
const MIGRATION_TRIES: u32 = 5;
const MIGRATION_PAUSE: Duration = Duration::from_millis(500);

/// The migrations in order: version, name, text for SQLite, text for PostgreSQL.
const MIGRATIONS: [(i64, &str, &str, &str); 6] = [
    (
        1,
        "foundation",
        include_str!("../../migrations/sqlite/0001_foundation.sql"),
        include_str!("../../migrations/postgres/0001_foundation.sql"),
    ),
    (
        2,
        "reports",
        include_str!("../../migrations/sqlite/0002_reports.sql"),
        include_str!("../../migrations/postgres/0002_reports.sql"),
    ),
    (
        3,
        "archive",
        include_str!("../../migrations/sqlite/0003_archive.sql"),
        include_str!("../../migrations/postgres/0003_archive.sql"),
    ),
    (
        4,
        "lease",
        include_str!("../../migrations/sqlite/0004_lease.sql"),
        include_str!("../../migrations/postgres/0004_lease.sql"),
    ),
    (
        5,
        "outbox",
        include_str!("../../migrations/sqlite/0005_outbox.sql"),
        include_str!("../../migrations/postgres/0005_outbox.sql"),
    ),
    (
        6,
        "archive that forgets",
        include_str!("../../migrations/sqlite/0006_archive.sql"),
        include_str!("../../migrations/postgres/0006_archive.sql"),
    ),
];

/// What is done about the schema of a database that is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Schema {
    /// It is brought up to date, and made if there is none.
    UpToDate,
    /// It has to be the one that this program knows.
    AsItIs,
}

impl Store {
    /// Opens the database at `url` (`sqlite://path` or `postgres://…`), makes the file if there is none, and brings
    /// the schema up to date.
    pub async fn open(url: &str) -> Result<Self> {
        Self::open_in(url, Schema::UpToDate).await
    }

    /// Opens a database that is there, and changes nothing: what a running bot works with is not touched.
    ///
    /// # Errors
    /// [`StoreError::OtherSchema`] if its schema is not the one that this program knows.
    pub async fn open_as_it_is(url: &str) -> Result<Self> {
        Self::open_in(url, Schema::AsItIs).await
    }

    async fn open_in(url: &str, schema: Schema) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            Self::open_sqlite(Path::new(path), schema).await
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Self::open_postgres(url, schema).await
        } else {
            let kinds = "a database address starts with `sqlite://` or `postgres://`";
            Err(StoreError::Address(kinds.to_owned()))
        }
    }

    async fn open_sqlite(path: &Path, schema: Schema) -> Result<Self> {
        if path.as_os_str().is_empty() {
            return Err(StoreError::Address(
                "a SQLite address names a file: `sqlite://data/trouble-ticket.db`".into(),
            ));
        }
        let make = schema == Schema::UpToDate;
        if let Some(folder) = path.parent().filter(|folder| make && !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|error| StoreError::Database(sqlx::Error::Io(error)))?;
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(make)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // What is deleted is written over: a password that was taken back must not stay in a free page.
            .pragma("secure_delete", "ON")
            .busy_timeout(PATIENCE)
            .disable_statement_logging();
        let write = sqlite_pool(1).connect_with(options.clone()).await?;
        let migrator = migrator(|sqlite, _| sqlite);
        let applied = applied_sqlite(&write).await?;
        refuse_newer(applied, &migrator)?;
        if !make {
            refuse_other(applied, &migrator)?;
        } else {
            if applied.is_some_and(|applied| applied < newest(&migrator)) {
                copy_before_migration(&write, path, applied.unwrap_or_default()).await?;
            }
            migrator.run(&write).await.map_err(migration_error)?;
        }
        let read = sqlite_pool(4).connect_with(options.read_only(true)).await?;
        Ok(Self::Sqlite { write, read })
    }

    async fn open_postgres(url: &str, schema: Schema) -> Result<Self> {
        // Poolers refuse start-up parameters that they do not know, and no number here is a float.
        let options = address::read(url)?.disable_statement_logging().extra_float_digits(None);
        // The pool would try again and again, and only say in the end that it took too long.
        let first = tokio::time::timeout(PATIENCE, PgConnection::connect_with(&options));
        let _ = first.await.map_err(|_| StoreError::Database(timed_out()))??.close().await;
        let pool = PgPoolOptions::new()
            .max_connections(10)
            .acquire_timeout(PATIENCE)
            // A connection that hangs would keep its place for as long as the system keeps it open.
            .after_release(|connection, _| {
                Box::pin(async move {
                    let alive = tokio::time::timeout(SIGN_OF_LIFE, connection.ping()).await;
                    alive.map_err(|_| timed_out())?.map(|()| true)
                })
            })
            .connect_with(options)
            .await?;
        if schema == Schema::AsItIs {
            let mut tx = pool.begin_with("BEGIN").await?;
            refuse_other(applied_postgres(&mut tx).await?, &migrator(|_, postgres| postgres))?;
            drop(tx);
            return Ok(Self::Postgres(pool));
        }
        let mut tries = 0;
        loop {
            tries += 1;
            match migrate_postgres(&pool).await {
                Ok(()) => return Ok(Self::Postgres(pool)),
                // Perhaps another process was doing it at this moment; then it is done.
                Err(StoreError::Migration(error))
                    if tries < MIGRATION_TRIES
                        && matches!(
                            *error,
                            MigrateError::Execute(_) | MigrateError::ExecuteMigration(..)
                        ) =>
                {
                    tokio::time::sleep(MIGRATION_PAUSE).await;
                }
                Err(error) => return Err(error),
            }
        }
    }
}

impl Store {
    /// Writes everything into a new SQLite file, as it is at one moment. Only SQLite can.
    ///
    /// # Errors
    /// If it cannot be written, or this is another database.
    pub async fn vacuum_into(&self, file: &Path) -> Result<()> {
        match self {
            Self::Sqlite { read, .. } => vacuum_into(read, file).await,
            Self::Postgres(_) => Err(StoreError::Address("only SQLite writes a file".to_owned())),
        }
    }

    /// Reads a SQLite file from end to end and looks whether it is as it should be.
    ///
    /// # Errors
    /// What is wrong with it.
    pub async fn check_integrity(&self) -> Result<()> {
        let Self::Sqlite { read, .. } = self else { return Ok(()) };
        let found: String = sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_one(read).await?;
        if found == "ok" { Ok(()) } else { Err(StoreError::Unreadable(found)) }
    }
}

/// Brings the schema up to date in one transaction: of two processes that do it at once, one fails and finds it done.
async fn migrate_postgres(pool: &PgPool) -> Result<()> {
    // The lock that sqlx would take belongs to a session, which a pooler does not keep together.
    let mut migrator = migrator(|_, postgres| postgres);
    migrator.set_locking(false);
    let mut tx = pool.begin_with("BEGIN").await?;
    let applied = applied_postgres(&mut tx).await?;
    refuse_newer(applied, &migrator)?;
    // The migrator gives names to its statements. Behind a pooler another process may have left the same ones here.
    sqlx::raw_sql("DEALLOCATE ALL").execute(&mut *tx).await?;
    migrator.run(&mut *tx).await.map_err(migration_error)?;
    sqlx::raw_sql("DEALLOCATE ALL").execute(&mut *tx).await?;
    tx.commit().await.map_err(|error| migration_error(MigrateError::Execute(error)))
}

fn sqlite_pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new().max_connections(connections).acquire_timeout(PATIENCE).after_release(
        |connection, _| {
            Box::pin(async move {
                connection.ping().await?;
                // Where SQLite undoes a transaction by itself, as it does on a full disk, the driver believes that it still
                // stands, for good: nothing could be written on this connection ever again.
                Ok(!connection.is_in_transaction())
            })
        },
    )
}

pub(super) fn timed_out() -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, "the database did not answer in time"))
}

fn migrator(dialect: fn(&'static str, &'static str) -> &'static str) -> Migrator {
    let migrations = MIGRATIONS.iter().map(|(version, name, sqlite, postgres)| {
        let sql = dialect(sqlite, postgres).into_sql_str();
        Migration::new(*version, (*name).into(), MigrationType::Simple, sql, false)
    });
    Migrator::with_migrations(migrations.collect())
}

fn newest(migrator: &Migrator) -> i64 {
    migrator.iter().map(|migration| migration.version).max().unwrap_or_default()
}

fn refuse_newer(applied: Option<i64>, migrator: &Migrator) -> Result<()> {
    match (applied, newest(migrator)) {
        (Some(found), known) if found > known => Err(StoreError::TooNew { found, known }),
        _ => Ok(()),
    }
}

fn refuse_other(applied: Option<i64>, migrator: &Migrator) -> Result<()> {
    let (found, known) = (applied.unwrap_or_default(), newest(migrator));
    if found == known { Ok(()) } else { Err(StoreError::OtherSchema { found, known }) }
}

fn migration_error(error: MigrateError) -> StoreError {
    StoreError::Migration(Box::new(error))
}

/// The newest migration that a SQLite file has; `None` for a new one.
async fn applied_sqlite(pool: &SqlitePool) -> Result<Option<i64>> {
    let table: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM sqlite_master WHERE name = '_sqlx_migrations'")
            .fetch_optional(pool)
            .await?;
    if table.is_none() {
        return Ok(None);
    }
    Ok(sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(pool).await?)
}

/// The newest migration that a PostgreSQL database has; `None` for a new one.
async fn applied_postgres(connection: &mut PgConnection) -> Result<Option<i64>> {
    let table: Option<bool> = plain::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
        .fetch_one(&mut *connection)
        .await?;
    if table != Some(true) {
        return Ok(None);
    }
    Ok(plain::query_scalar("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(connection).await?)
}

/// Writes one consistent file, whatever still stands in the write-ahead log.
async fn vacuum_into(pool: &SqlitePool, file: &Path) -> Result<()> {
    sqlx::query("VACUUM INTO $1").bind(file.to_string_lossy().into_owned()).execute(pool).await?;
    Ok(())
}

/// Copies the file beside itself, as it was before its schema changes: `tickets.db.schema-1`.
async fn copy_before_migration(pool: &SqlitePool, path: &Path, applied: i64) -> Result<()> {
    let mut copy = path.as_os_str().to_owned();
    copy.push(format!(".schema-{applied}"));
    let copy = PathBuf::from(copy);
    if copy.exists() {
        return Ok(());
    }
    vacuum_into(pool, &copy).await?;
    tracing::info!(copy = %copy.display(), "copied the database before bringing its schema up to date");
    Ok(())
}
