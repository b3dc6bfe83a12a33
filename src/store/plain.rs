//! sqlx's queries for PostgreSQL, without names.
//!
//! sqlx would give each statement a name and use it again on its connection. Behind a pooler in transaction mode the
//! connection is another one each time, where nobody knows the name, or somebody else's statement has it. A statement
//! without a name lives in its transaction. Costs a round trip for each query; needs nothing of the pooler.

use ::sqlx::postgres::{PgArguments, PgRow};
use ::sqlx::query::{Query, QueryAs, QueryScalar};
use ::sqlx::{FromRow, Postgres, SqlSafeStr};

pub use ::sqlx::*;

/// As [`sqlx::query()`].
pub fn query<'q>(sql: impl SqlSafeStr) -> Query<'q, Postgres, PgArguments> {
    ::sqlx::query(sql).persistent(false)
}

/// As [`sqlx::query_as()`].
pub fn query_as<'q, O>(sql: impl SqlSafeStr) -> QueryAs<'q, Postgres, O, PgArguments>
where
    O: for<'r> FromRow<'r, PgRow>,
{
    ::sqlx::query_as(sql).persistent(false)
}

/// As [`sqlx::query_scalar()`].
pub fn query_scalar<'q, O>(sql: impl SqlSafeStr) -> QueryScalar<'q, Postgres, O, PgArguments>
where
    (O,): for<'r> FromRow<'r, PgRow>,
{
    ::sqlx::query_scalar(sql).persistent(false)
}
