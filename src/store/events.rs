//! The events of tickets: appended, never changed.

use chrono::{DateTime, Utc};

use super::macros::{on, row};
use super::{GuildTx, Result, StoreError};
use crate::domain::{Event, InteractionId, Person, TicketNumber, UserId};

row!(EventRow { seq: i64, happened_at: DateTime<Utc>, by_id: i64, by_name: String, cause: Option<i64>, body: String });

impl GuildTx {
    /// Appends an event. `part` is its place among the events of one interaction; an interaction that was recorded
    /// before is refused as [`StoreError::AlreadyThere`].
    pub async fn append_event(&mut self, number: TicketNumber, event: &Event, part: i64) -> Result<()> {
        let sql = "INSERT INTO events (guild_id, ticket, seq, happened_at, by_id, by_name, cause, part, body) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let body =
            serde_json::to_string(&event.kind).map_err(|error| StoreError::Unreadable(error.to_string()))?;
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql)
            .bind(guild).bind(number.0).bind(event.seq).bind(event.at).bind(event.by.id.0).bind(&event.by.name)
            .bind(event.cause.map(|cause| cause.0)).bind(part).bind(&body)
            .execute(c).await.map(drop))?;
        Ok(())
    }

    /// Everything that happened to a ticket, in order.
    pub async fn events(&mut self, number: TicketNumber) -> Result<Vec<Event>> {
        let sql = "SELECT seq, happened_at, by_id, by_name, cause, body FROM events \
                   WHERE guild_id = $1 AND ticket = $2 ORDER BY seq";
        let guild = self.guild.0;
        let rows: Vec<EventRow> =
            on!(self, c => sqlx::query_as(sql).bind(guild).bind(number.0).fetch_all(c).await)?;
        rows.into_iter().map(EventRow::into_event).collect()
    }

    /// One event of a ticket.
    pub async fn event(&mut self, number: TicketNumber, seq: i64) -> Result<Option<Event>> {
        let sql = "SELECT seq, happened_at, by_id, by_name, cause, body FROM events \
                   WHERE guild_id = $1 AND ticket = $2 AND seq = $3";
        let guild = self.guild.0;
        let row: Option<EventRow> =
            on!(self, c => sqlx::query_as(sql).bind(guild).bind(number.0).bind(seq).fetch_optional(c).await)?;
        row.map(EventRow::into_event).transpose()
    }

    /// The ticket that an interaction changed, if it was recorded.
    pub async fn ticket_of_cause(&mut self, cause: InteractionId) -> Result<Option<TicketNumber>> {
        let sql = "SELECT ticket FROM events WHERE guild_id = $1 AND cause = $2 AND part = 0";
        let guild = self.guild.0;
        let number: Option<i64> =
            on!(self, c => sqlx::query_scalar(sql).bind(guild).bind(cause.0).fetch_optional(c).await)?;
        Ok(number.map(TicketNumber))
    }
}

impl EventRow {
    fn into_event(self) -> Result<Event> {
        let kind = serde_json::from_str(&self.body)
            .map_err(|error| StoreError::Unreadable(format!("event {}: {error}", self.seq)))?;
        Ok(Event {
            seq: self.seq,
            at: self.happened_at,
            by: Person { id: UserId(self.by_id), name: self.by_name },
            cause: self.cause.map(InteractionId),
            kind,
        })
    }
}
