//! The outbox: what the bot still owes to Discord.
//!
//! Rows are written in the transaction that made them necessary, taken by lease, and marked when Discord has them.
//! Within a lane only the oldest unfinished row can be taken, so a failing one holds its own lane and no other.
//! Of several waiting rows that would show the same present state one is kept; a row that has been taken does not
//! count, since it may show the state before. What is parked is in [`parked`](super::parked).

use chrono::{DateTime, Utc};

use super::macros::{on, row};
use super::{GuildTx, Result, StoreError};
use crate::domain::{
    ChannelId, Delivery, Effect, MessageId, Notice, Problem, SeverityKey, Task, TicketNumber,
};

row!(pub(super) DeliveryRow {
    id: i64, ticket: Option<i64>, mark: i64, effect: String, nonce: String, attempts: i64,
    first_tried_at: DateTime<Utc>, problem: Option<String>,
});

/// The columns of a [`DeliveryRow`].
macro_rules! delivery_columns {
    () => {
        "id, ticket, mark, effect, nonce, attempts, first_tried_at, problem"
    };
}

pub(super) use delivery_columns;

/// What became of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Discord has it; with the message, where there is one.
    Sent(Option<MessageId>),
    /// It is of no use any more.
    Dropped(String),
    /// It cannot succeed until somebody changes something; it holds nothing.
    Parked(Problem),
    /// It needs what a parked row would make, and waits for the same: the key of that row's problem.
    Behind(String),
    /// To be tried again at a time.
    Retry(DateTime<Utc>, String),
    /// Not tried, since a limit that is known lets it go at a time only; it counts as no try.
    Held(DateTime<Utc>),
}

/// What is unfinished in the outbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pending {
    /// How many rows wait or are under way.
    pub rows: i64,
    /// When the next row is due that nothing before it holds.
    pub next_due: Option<DateTime<Utc>>,
}

/// Which rows `d` may be taken once they are due: the oldest unfinished one of each lane. A first headline also
/// waits for the ticket's thread, so that it can link to it, but not for a thread that fails.
///
/// The states once more, and the ticket's own lane by its name, let both databases find their index.
macro_rules! free {
    () => {
        "d.guild_id = $1 AND d.state = 'waiting' AND d.state IN ('waiting', 'leased') \
         AND NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.guild_id = d.guild_id \
             AND e.lane = d.lane AND e.id < d.id AND e.state IN ('waiting', 'leased')) \
         AND NOT (d.kind = 'headline' AND EXISTS (SELECT 1 FROM deliveries t \
             WHERE t.guild_id = d.guild_id AND t.lane = 'T-' || d.ticket AND t.kind IN ('card', 'thread') \
             AND t.id < d.id AND t.failures = 0 AND t.state IN ('waiting', 'leased')))"
    };
}

impl GuildTx {
    /// Puts an effect into the outbox, due at once; one that a waiting row will show already is not added.
    pub async fn enqueue(
        &mut self,
        number: TicketNumber,
        effect: &Effect,
        nonce: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mark = "UPDATE tickets SET last_mark = last_mark + 1 WHERE guild_id = $1 AND number = $2 RETURNING last_mark";
        let guild = self.guild.0;
        let mark: i64 =
            on!(self, c => sqlx::query_scalar(mark).bind(guild).bind(number.0).fetch_one(c).await)?;
        self.insert_delivery(&Task::Ticket(number, effect.clone()), mark, nonce, now).await
    }

    /// Puts a notice to the operators into the outbox, due at once.
    pub async fn enqueue_notice(&mut self, notice: Notice, nonce: &str, now: DateTime<Utc>) -> Result<()> {
        let mark = "INSERT INTO counters (guild_id, last_number, last_notice) VALUES ($1, 0, 1) \
                    ON CONFLICT (guild_id) DO UPDATE SET last_notice = counters.last_notice + 1 RETURNING last_notice";
        let guild = self.guild.0;
        let mark: i64 = on!(self, c => sqlx::query_scalar(mark).bind(guild).fetch_one(c).await)?;
        self.insert_delivery(&Task::Notice(notice), mark, nonce, now).await
    }

    async fn insert_delivery(
        &mut self,
        task: &Task,
        mark: i64,
        nonce: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let insert = "INSERT INTO deliveries \
                      (guild_id, ticket, mark, lane, kind, coalesce_key, effect, nonce, state, due_at, created_at) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', $9, $9) ON CONFLICT DO NOTHING";
        let (key, body) = match task {
            Task::Ticket(_, effect) => (effect.coalesces_as(), serde_json::to_string(effect)),
            Task::Notice(notice) => (None, serde_json::to_string(notice)),
        };
        let body = body.map_err(|error| StoreError::Unreadable(error.to_string()))?;
        let (guild, ticket) = (self.guild.0, task.ticket().map(|number| number.0));
        on!(self, c => sqlx::query(insert)
            .bind(guild).bind(ticket).bind(mark).bind(task.lane()).bind(task.kind())
            .bind(&key).bind(&body).bind(nonce).bind(now)
            .execute(c).await.map(drop))?;
        Ok(())
    }

    /// Takes deliveries that are due and free, at most one of each lane, so that up to `limit` of each kind are under
    /// way: what waits for one limit of Discord's then stands in the way of nothing else. Publishing goes one by one.
    /// Of one kind, those of the severities in `worst` come first, in their order; three are enough.
    pub async fn lease_deliveries(
        &mut self,
        now: DateTime<Utc>,
        limit: i64,
        worst: &[SeverityKey],
    ) -> Result<Vec<Delivery>> {
        let sql = concat!(
            "UPDATE deliveries SET state = 'leased', attempts = attempts + 1, \
                   first_tried_at = COALESCE(first_tried_at, $2) \
                   WHERE id IN (SELECT n.id FROM (SELECT d.id, d.state, d.kind, \
                       ROW_NUMBER() OVER (PARTITION BY d.kind ORDER BY d.state, CASE k.severity \
                           WHEN $4 THEN 1 WHEN $5 THEN 2 WHEN $6 THEN 3 ELSE 4 END, d.id) AS place \
                       FROM deliveries d \
                       LEFT JOIN tickets k ON k.guild_id = d.guild_id AND k.number = d.ticket \
                       WHERE d.guild_id = $1 AND d.state IN ('waiting', 'leased') \
                       AND (d.state = 'leased' OR (",
            free!(),
            " AND d.due_at <= $2))) n WHERE n.state = 'waiting' \
             AND n.place <= CASE n.kind WHEN 'publish' THEN 1 ELSE $3 END) RETURNING ",
            delivery_columns!()
        );
        let guild = self.guild.0;
        let rank = |place: usize| worst.get(place).map(SeverityKey::as_str).unwrap_or_default();
        let rows: Vec<DeliveryRow> = on!(self, c => sqlx::query_as(sql)
            .bind(guild).bind(now).bind(limit).bind(rank(0)).bind(rank(1)).bind(rank(2))
            .fetch_all(c).await)?;
        let mut deliveries: Vec<Delivery> =
            rows.into_iter().map(DeliveryRow::into_delivery).collect::<Result<_>>()?;
        deliveries.sort_unstable_by_key(|delivery| delivery.id);
        Ok(deliveries)
    }

    /// Writes down what became of a delivery.
    pub async fn settle_delivery(
        &mut self,
        delivery: &Delivery,
        outcome: &Outcome,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let behind = "waits for what is parked before it".to_owned();
        let (state, message, error, problem) = match outcome {
            Outcome::Sent(message) => ("sent", message.map(|message| message.0), None, None),
            Outcome::Dropped(why) => ("dropped", None, Some(why), None),
            Outcome::Parked(problem) => ("parked", None, Some(&problem.said), Some(problem.key())),
            Outcome::Behind(problem) => ("parked", None, Some(&behind), Some(problem.clone())),
            Outcome::Retry(due, why) => return self.retry_delivery(delivery, *due, Some(why)).await,
            Outcome::Held(due) => return self.hold_delivery(delivery, *due).await,
        };
        let sql = "UPDATE deliveries SET state = $3, message_id = $4, error = $5, problem = $6, done_at = $7 \
                   WHERE guild_id = $1 AND id = $2";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql)
            .bind(guild).bind(delivery.id).bind(state).bind(message).bind(error).bind(problem).bind(now)
            .execute(c).await.map(drop))?;
        Ok(())
    }

    /// Lets a delivery wait again; `why` it failed, if it did. A row that came meanwhile and would show the same is
    /// dropped: the older one keeps the place in the lane, its nonce, and whom it calls.
    pub(super) async fn retry_delivery(
        &mut self,
        delivery: &Delivery,
        due: DateTime<Utc>,
        why: Option<&String>,
    ) -> Result<()> {
        let guild = self.guild.0;
        if let Task::Ticket(number, effect) = &delivery.task
            && let Some(key) = effect.coalesces_as()
        {
            // As in `enqueue`, the ticket's row comes first: a verb that puts in the same at this moment waits, and
            // does not slip in between the two statements below.
            let hold = "UPDATE tickets SET last_mark = last_mark WHERE guild_id = $1 AND number = $2";
            on!(self, c => sqlx::query(hold).bind(guild).bind(number.0).execute(c).await.map(drop))?;
            let sql = "UPDATE deliveries SET state = 'dropped', error = 'shown by an older row' \
                       WHERE guild_id = $1 AND ticket = $2 AND coalesce_key = $3 AND state = 'waiting'";
            on!(self, c => sqlx::query(sql)
                .bind(guild).bind(number.0).bind(&key).execute(c).await.map(drop))?;
        }
        let sql = "UPDATE deliveries SET state = 'waiting', due_at = $3, error = COALESCE($4, error), \
                   failures = failures + $5 WHERE guild_id = $1 AND id = $2";
        let failed = i64::from(why.is_some());
        on!(self, c => sqlx::query(sql)
            .bind(guild).bind(delivery.id).bind(due).bind(why).bind(failed).execute(c).await.map(drop))?;
        Ok(())
    }

    /// Lets a delivery wait that could not be tried. A headline no longer waits for a thread that is held.
    async fn hold_delivery(&mut self, delivery: &Delivery, due: DateTime<Utc>) -> Result<()> {
        self.retry_delivery(delivery, due, None).await?;
        let sql = "UPDATE deliveries SET attempts = attempts - 1, \
                   failures = failures + CASE WHEN kind IN ('card', 'thread') THEN 1 ELSE 0 END, \
                   first_tried_at = CASE WHEN attempts = 1 THEN NULL ELSE first_tried_at END \
                   WHERE guild_id = $1 AND id = $2";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql).bind(guild).bind(delivery.id).execute(c).await.map(drop))?;
        Ok(())
    }

    /// When messages were published since a time, and in which channel.
    pub async fn published_since(&mut self, since: DateTime<Utc>) -> Result<Vec<(ChannelId, DateTime<Utc>)>> {
        let sql = "SELECT effect, done_at FROM deliveries WHERE guild_id = $1 AND kind = 'publish' \
                   AND state = 'sent' AND done_at > $2 ORDER BY done_at, id";
        let guild = self.guild.0;
        let rows: Vec<(String, DateTime<Utc>)> =
            on!(self, c => sqlx::query_as(sql).bind(guild).bind(since).fetch_all(c).await)?;
        let read = |(effect, at): (String, _)| match serde_json::from_str(&effect) {
            Ok(Effect::Publish { channel, .. }) => Ok((channel, at)),
            Ok(_) => Err(StoreError::Unreadable("a publication is none".to_owned())),
            Err(error) => Err(StoreError::Unreadable(format!("a publication: {error}"))),
        };
        rows.into_iter().map(read).collect()
    }

    /// Takes back the leases of a process that is no more; returns how many.
    pub async fn recover_leases(&mut self, now: DateTime<Utc>) -> Result<usize> {
        let sql = concat!(
            "SELECT ",
            delivery_columns!(),
            " FROM deliveries WHERE guild_id = $1 AND state = 'leased' ORDER BY id DESC"
        );
        let guild = self.guild.0;
        let rows: Vec<DeliveryRow> = on!(self, c => sqlx::query_as(sql).bind(guild).fetch_all(c).await)?;
        self.let_wait(rows, now).await
    }

    /// Lets rows wait again, the newest first, so that of those that show the same the oldest is kept.
    pub(super) async fn let_wait(&mut self, rows: Vec<DeliveryRow>, now: DateTime<Utc>) -> Result<usize> {
        let count = rows.len();
        for row in rows {
            self.retry_delivery(&row.into_delivery()?, now, None).await?;
        }
        Ok(count)
    }

    /// How much is unfinished, and when the next is due.
    pub async fn pending_deliveries(&mut self) -> Result<Pending> {
        let count = "SELECT COUNT(*) FROM deliveries WHERE guild_id = $1 AND state IN ('waiting', 'leased')";
        let due = concat!("SELECT MIN(d.due_at) FROM deliveries d WHERE ", free!());
        let guild = self.guild.0;
        let rows = on!(self, c => sqlx::query_scalar(count).bind(guild).fetch_one(c).await)?;
        let next_due = on!(self, c => sqlx::query_scalar(due).bind(guild).fetch_one(c).await)?;
        Ok(Pending { rows, next_due })
    }
}

impl DeliveryRow {
    pub(super) fn into_delivery(self) -> Result<Delivery> {
        let unreadable = |error| StoreError::Unreadable(format!("delivery {}: {error}", self.id));
        let task = match self.ticket {
            Some(number) => {
                Task::Ticket(TicketNumber(number), serde_json::from_str(&self.effect).map_err(unreadable)?)
            }
            None => Task::Notice(serde_json::from_str(&self.effect).map_err(unreadable)?),
        };
        Ok(Delivery {
            id: self.id,
            task,
            mark: self.mark,
            nonce: self.nonce,
            attempts: self.attempts,
            first_tried: self.first_tried_at,
            problem: self.problem,
        })
    }
}
