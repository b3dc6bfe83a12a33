//! What stands in the outbox and does not get out: parked rows, rows that fail, and how they are tried again.
//!
//! A parked row names the problem that keeps it; it goes on naming it while it is tried again, so that the operators
//! are told of a problem once and not at every try. Must not know what the problems are.

use chrono::{DateTime, Utc};

use super::deliveries::{DeliveryRow, delivery_columns};
use super::macros::{on, row};
use super::{GuildTx, Result};
use crate::domain::TicketNumber;

row!(StuckRow {
    id: i64, ticket: Option<i64>, kind: String, state: String, attempts: i64, failures: i64,
    created_at: DateTime<Utc>, due_at: DateTime<Utc>, error: Option<String>,
});

/// A delivery that is not through, for the operators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// Its number.
    pub id: i64,
    /// The ticket it belongs to; none for a notice.
    pub ticket: Option<TicketNumber>,
    /// What it is, such as `update`.
    pub kind: String,
    /// Whether it is parked; otherwise it is tried again by itself.
    pub parked: bool,
    /// How often it was tried.
    pub attempts: i64,
    /// How often it failed for certain.
    pub failures: i64,
    /// Since when it is owed.
    pub since: DateTime<Utc>,
    /// When it is tried next, unless it is parked.
    pub due: DateTime<Utc>,
    /// Why it is not through.
    pub why: String,
}

/// Which of the parked deliveries are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which<'a> {
    /// All of them.
    All,
    /// One.
    One(i64),
    /// Those whose problem begins so.
    Problem(&'a str),
}

impl GuildTx {
    /// What is owed and not through, in the order in which it will go out: parked, failed, waiting or under way.
    pub async fn stuck_deliveries(&mut self) -> Result<Vec<Stuck>> {
        let sql = "SELECT id, ticket, kind, state, attempts, failures, created_at, due_at, error FROM deliveries \
                   WHERE guild_id = $1 AND state IN ('waiting', 'leased', 'parked') ORDER BY id";
        let guild = self.guild.0;
        let rows: Vec<StuckRow> = on!(self, c => sqlx::query_as(sql).bind(guild).fetch_all(c).await)?;
        Ok(rows.into_iter().map(StuckRow::into_stuck).collect())
    }

    /// Deliveries that cannot succeed as things are.
    pub async fn parked_deliveries(&mut self) -> Result<Vec<Stuck>> {
        let stuck = self.stuck_deliveries().await?;
        Ok(stuck.into_iter().filter(|one| one.parked).collect())
    }

    /// Lets parked deliveries wait again, due at once; returns how many.
    pub async fn retry_parked(&mut self, which: Which<'_>, now: DateTime<Utc>) -> Result<usize> {
        let sql = concat!(
            "SELECT ",
            delivery_columns!(),
            " FROM deliveries WHERE guild_id = $1 AND state = 'parked' \
              AND ($2 = 0 OR id = $2) AND ($3 = '' OR substr(problem, 1, length($3)) = $3) ORDER BY id DESC"
        );
        let (id, problem) = which.values();
        let guild = self.guild.0;
        let rows: Vec<DeliveryRow> =
            on!(self, c => sqlx::query_as(sql).bind(guild).bind(id).bind(problem).fetch_all(c).await)?;
        self.let_wait(rows, now).await
    }

    /// Gives up parked deliveries for good; returns how many.
    pub async fn drop_parked(&mut self, which: Which<'_>, now: DateTime<Utc>) -> Result<u64> {
        let sql = "UPDATE deliveries SET state = 'dropped', done_at = $4 WHERE guild_id = $1 AND state = 'parked' \
                   AND ($2 = 0 OR id = $2) AND ($3 = '' OR substr(problem, 1, length($3)) = $3)";
        let (id, problem) = which.values();
        let guild = self.guild.0;
        Ok(on!(self, c => sqlx::query(sql)
            .bind(guild).bind(id).bind(problem).bind(now).execute(c).await.map(|done| done.rows_affected()))?)
    }

    /// Whether a delivery other than this one names a problem, parked or being tried again.
    pub async fn is_known_problem(&mut self, key: &str, besides: i64) -> Result<bool> {
        let sql = "SELECT COUNT(*) FROM deliveries WHERE guild_id = $1 AND problem = $2 AND id <> $3 \
                   AND state IN ('waiting', 'leased', 'parked')";
        let guild = self.guild.0;
        let count: i64 =
            on!(self, c => sqlx::query_scalar(sql).bind(guild).bind(key).bind(besides).fetch_one(c).await)?;
        Ok(count > 0)
    }

    /// The tickets whose deliveries a problem holds up, and how many deliveries there are of them.
    pub async fn held_up(&mut self, key: &str) -> Result<Vec<(TicketNumber, i64)>> {
        let sql = "SELECT ticket, COUNT(*) FROM deliveries WHERE guild_id = $1 AND problem = $2 \
                   AND state IN ('waiting', 'leased', 'parked') AND ticket IS NOT NULL \
                   GROUP BY ticket ORDER BY ticket";
        let guild = self.guild.0;
        let rows: Vec<(i64, i64)> =
            on!(self, c => sqlx::query_as(sql).bind(guild).bind(key).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(ticket, count)| (TicketNumber(ticket), count)).collect())
    }

    /// How often a message or thread of this lane and kind was made since a moment; bringing one up to date does not
    /// count.
    pub async fn times_made(&mut self, lane: &str, kind: &str, since: DateTime<Utc>) -> Result<i64> {
        let sql = "SELECT COUNT(*) FROM deliveries WHERE guild_id = $1 AND lane = $2 AND kind = $3 \
                   AND state = 'sent' AND message_id IS NOT NULL AND done_at > $4";
        let guild = self.guild.0;
        Ok(on!(self, c => sqlx::query_scalar(sql)
            .bind(guild).bind(lane).bind(kind).bind(since).fetch_one(c).await)?)
    }

    /// How the ticket's unfinished deliveries of a kind stand: the problem of one that is parked, if there is one,
    /// and whether one waits or is under way besides the one with this number.
    pub async fn unfinished(
        &mut self,
        number: TicketNumber,
        kind: &str,
        besides: i64,
    ) -> Result<(Option<String>, bool)> {
        let sql = "SELECT state, problem FROM deliveries WHERE guild_id = $1 AND ticket = $2 AND kind = $3 \
                   AND id <> $4 AND state IN ('waiting', 'leased', 'parked')";
        let guild = self.guild.0;
        let rows: Vec<(String, Option<String>)> = on!(self, c => sqlx::query_as(sql)
            .bind(guild).bind(number.0).bind(kind).bind(besides).fetch_all(c).await)?;
        let parked =
            rows.iter().find(|(state, _)| state == "parked").and_then(|(_, problem)| problem.clone());
        Ok((parked, rows.iter().any(|(state, _)| state != "parked")))
    }
}

impl GuildTx {
    /// What waits in a lane after the row with this number, in order, but for what makes the things that the others
    /// need.
    pub async fn followers(&mut self, lane: &str, after: i64) -> Result<Vec<i64>> {
        let sql = "SELECT id FROM deliveries WHERE guild_id = $1 AND lane = $2 AND id > $3 AND state = 'waiting' \
                   AND kind NOT IN ('card', 'thread', 'welcome') ORDER BY id";
        let guild = self.guild.0;
        Ok(on!(self, c => sqlx::query_scalar(sql).bind(guild).bind(lane).bind(after).fetch_all(c).await)?)
    }

    /// Moves rows behind all others, in the order given: a row's number is its place.
    pub async fn move_to_the_end(&mut self, rows: &[i64]) -> Result<()> {
        let leave = "UPDATE deliveries SET state = 'dropped', error = 'moved behind what is made anew' \
                     WHERE guild_id = $1 AND id = $2";
        let add = "INSERT INTO deliveries (guild_id, ticket, mark, lane, kind, coalesce_key, effect, nonce, state, \
                   problem, attempts, failures, due_at, created_at, first_tried_at) \
                   SELECT guild_id, ticket, mark, lane, kind, coalesce_key, effect, nonce, 'waiting', \
                   problem, attempts, failures, due_at, created_at, first_tried_at \
                   FROM deliveries WHERE guild_id = $1 AND id = $2";
        let guild = self.guild.0;
        for row in rows {
            for sql in [leave, add] {
                on!(self, c => sqlx::query(sql).bind(guild).bind(row).execute(c).await.map(drop))?;
            }
        }
        Ok(())
    }
}

impl Which<'_> {
    const fn values(&self) -> (i64, &str) {
        match self {
            Self::All => (0, ""),
            Self::One(id) => (*id, ""),
            Self::Problem(prefix) => (0, prefix),
        }
    }
}

impl StuckRow {
    fn into_stuck(self) -> Stuck {
        Stuck {
            id: self.id,
            ticket: self.ticket.map(TicketNumber),
            kind: self.kind,
            parked: self.state == "parked",
            attempts: self.attempts,
            failures: self.failures,
            since: self.created_at,
            due: self.due_at,
            why: self.error.unwrap_or_default(),
        }
    }
}
