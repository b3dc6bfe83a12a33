//! What a database's error means: is anything recorded, and what is the matter.
//!
//! Pure: reads errors. Must not word anything. Invariant: an error that leaves open whether a commit happened is never
//! taken for one that says it did not.

use sqlx::Error;
use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;
use sqlx::sqlite::SqliteError;

use super::StoreError;

/// What is the matter with a database, as far as it calls for different things to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The file is damaged, or none of SQLite's.
    Corrupt,
    /// The file or its folder cannot be written.
    NotWritable,
    /// There is no room left.
    Full,
    /// Somebody else holds it for longer than we wait.
    Busy,
    /// User or password are not accepted.
    Password,
    /// The server does not have the database.
    NoSuchDatabase,
    /// The server has no connection left to give.
    Crowded,
    /// The server is starting, stopping, a replica, or cannot be reached.
    Away,
    /// Anything else.
    Other,
}

impl StoreError {
    /// What is the matter.
    #[must_use]
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::Database(error) | Self::Unconfirmed(error) => trouble(error),
            Self::Migration(error) => match &**error {
                sqlx::migrate::MigrateError::Execute(error)
                | sqlx::migrate::MigrateError::ExecuteMigration(error, _) => trouble(error),
                _ => Trouble::Other,
            },
            Self::Lock { .. } => Trouble::NotWritable,
            _ => Trouble::Other,
        }
    }

    /// Whether it is certain that the transaction wrote nothing.
    #[must_use]
    pub const fn nothing_recorded(&self) -> bool {
        // What is there already may have been written by the same interaction.
        !matches!(self, Self::Unconfirmed(_) | Self::AlreadyThere)
    }
}

fn trouble(error: &Error) -> Trouble {
    let Some(database) = error.as_database_error() else {
        return match error {
            Error::Io(why) => match why.kind() {
                std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                    Trouble::NotWritable
                }
                std::io::ErrorKind::StorageFull => Trouble::Full,
                _ => Trouble::Away,
            },
            Error::PoolTimedOut | Error::PoolClosed | Error::Protocol(_) | Error::Tls(_) => Trouble::Away,
            _ => Trouble::Other,
        };
    };
    if let Some(code) = sqlite_code(database) {
        return match code {
            5 | 6 => Trouble::Busy,
            8 | 14 => Trouble::NotWritable,
            11 | 26 => Trouble::Corrupt,
            13 => Trouble::Full,
            _ => Trouble::Other,
        };
    }
    match postgres_code(database).unwrap_or_default() {
        "28000" | "28P01" => Trouble::Password,
        "3D000" => Trouble::NoSuchDatabase,
        "53100" => Trouble::Full,
        "53300" => Trouble::Crowded,
        "55P03" | "40P01" | "40001" => Trouble::Busy,
        // 25006: a replica that only reads, as a server is while it fails over.
        "25006" => Trouble::Away,
        code if code.starts_with("57") || code.starts_with("08") => Trouble::Away,
        _ => Trouble::Other,
    }
}

/// The error for a COMMIT that failed.
pub(super) fn commit_failed(error: Error) -> StoreError {
    let refused = error.as_database_error().is_some_and(|database| {
        match (sqlite_code(database), postgres_code(database)) {
            // All but an I/O error, after which the commit may be found in the log when the file is opened again.
            (Some(code), _) => code != 10 && code != 11,
            // A broken rule, a transaction that had failed before, a conflict with another. All else may be said by a
            // server that is going down, or by a pooler, after the commit.
            (_, Some("40003")) => false,
            (_, Some(code)) => ["23", "25", "40"].iter().any(|class| code.starts_with(class)),
            _ => false,
        }
    });
    if refused { error.into() } else { StoreError::Unconfirmed(error) }
}

/// SQLite's result code, without what it says in more detail.
fn sqlite_code(error: &dyn DatabaseError) -> Option<i32> {
    let code = error.try_downcast_ref::<SqliteError>()?.code()?;
    code.parse::<i32>().ok().map(|code| code & 0xff)
}

fn postgres_code(error: &dyn DatabaseError) -> Option<&str> {
    error.try_downcast_ref::<PgDatabaseError>().map(PgDatabaseError::code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_without_an_answer_is_not_taken_for_a_refusal() {
        for lost in [Error::Io(std::io::ErrorKind::ConnectionReset.into()), Error::WorkerCrashed] {
            let error = commit_failed(lost);
            assert!(matches!(error, StoreError::Unconfirmed(_)) && !error.nothing_recorded());
        }
        let refused = StoreError::Database(Error::PoolTimedOut);
        assert!(refused.nothing_recorded());
        assert_eq!(refused.trouble(), Trouble::Away);
        assert!(StoreError::NotLeading.nothing_recorded());
        assert!(!StoreError::AlreadyThere.nothing_recorded());
    }
}
