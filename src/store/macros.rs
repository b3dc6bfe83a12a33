//! The two macros that let one SQL text serve both databases.
//!
//! They paste; they know nothing of any table.

/// Runs a query on whichever connection the transaction has: `on!(self, c => sqlx::query("…").execute(c).await)`.
macro_rules! on {
    ($tx:expr, $conn:ident => $body:expr) => {
        match &mut $tx.tx {
            $crate::store::Tx::Sqlite(tx) => {
                let $conn = &mut **tx;
                $body
            }
            $crate::store::Tx::Postgres(tx) => {
                let $conn = &mut **tx;
                $body
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
