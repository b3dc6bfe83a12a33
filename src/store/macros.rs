//! The two macros that let one SQL text serve both databases.
//!
//! They paste; they know nothing of any table. A query on PostgreSQL ends in time even if the server never answers, and
//! leaves no prepared statement behind ([`super::plain`]).

use std::time::Duration;

use super::connect::timed_out;

/// Runs a query on whichever connection the transaction has: `on!(self, c => sqlx::query("…").execute(c).await)`.
macro_rules! on {
    ($tx:expr, $conn:ident => $body:expr) => {
        match &mut $tx.tx {
            $crate::store::Tx::Sqlite(tx) => {
                let $conn = &mut **tx;
                $body
            }
            $crate::store::Tx::Postgres(tx) => {
                #[allow(unused_imports, reason = "a body may be made of something else")]
                use $crate::store::plain as sqlx;
                let $conn = &mut **tx;
                $crate::store::macros::in_time($tx.limit, async { $body }).await
            }
        }
    };
}

/// A struct whose fields are the columns of the same names, read from either database.
macro_rules! row {
    ($vis:vis $name:ident { $($field:ident: $ty:ty),* $(,)? }) => {
        $vis struct $name {
            $($field: $ty),*
        }

        $crate::store::macros::row!(@read $name sqlx::sqlite::SqliteRow, $($field)*);
        $crate::store::macros::row!(@read $name sqlx::postgres::PgRow, $($field)*);
    };
    (@read $name:ident $row:ty, $($field:ident)*) => {
        impl<'r> sqlx::FromRow<'r, $row> for $name {
            fn from_row(row: &'r $row) -> Result<Self, sqlx::Error> {
                use sqlx::Row;
                Ok(Self { $($field: row.try_get(stringify!($field))?),* })
            }
        }
    };
}

pub(crate) use {on, row};

/// Waits for an answer of PostgreSQL, at most so long if there is a limit. A connection whose answer did not come is
/// closed when it goes back to the pool.
pub(super) async fn in_time<T, E: From<sqlx::Error>>(
    limit: Option<Duration>,
    answer: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    match limit {
        Some(limit) => tokio::time::timeout(limit, answer).await.unwrap_or_else(|_| Err(timed_out().into())),
        None => answer.await,
    }
}
