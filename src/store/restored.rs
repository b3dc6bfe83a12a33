//! What a database that was put back from a backup has to be told, since Discord has seen more than it remembers.
//!
//! Counters are only ever raised. Must not know how it was found out.

use chrono::{DateTime, Utc};

use super::deliveries::DeliveryRow;
use super::macros::on;
use super::{GuildTx, Result};
use crate::domain::{Delivery, TicketNumber};

/// The last numbers that were given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// To a ticket.
    pub ticket: i64,
    /// To a notice.
    pub notice: i64,
}

impl GuildTx {
    /// The last numbers that were given.
    pub async fn last_numbers(&mut self) -> Result<Numbers> {
        let sql = "SELECT last_number, last_notice FROM counters WHERE guild_id = $1";
        let guild = self.guild.0;
        let row: Option<(i64, i64)> =
            on!(self, c => sqlx::query_as(sql).bind(guild).fetch_optional(c).await)?;
        Ok(row.map(|(ticket, notice)| Numbers { ticket, notice }).unwrap_or_default())
    }

    /// Numbers up to these are not given again.
    pub async fn raise_numbers(&mut self, to: Numbers) -> Result<()> {
        let sql = "INSERT INTO counters (guild_id, last_number, last_notice) VALUES ($1, $2, $3) \
                   ON CONFLICT (guild_id) DO UPDATE SET \
                   last_number = CASE WHEN counters.last_number < $2 THEN $2 ELSE counters.last_number END, \
                   last_notice = CASE WHEN counters.last_notice < $3 THEN $3 ELSE counters.last_notice END";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql)
            .bind(guild).bind(to.ticket).bind(to.notice).execute(c).await.map(drop))?;
        Ok(())
    }

    /// The last mark that was given for a ticket; `None` if it is not there.
    pub async fn last_mark(&mut self, number: TicketNumber) -> Result<Option<i64>> {
        let sql = "SELECT last_mark FROM tickets WHERE guild_id = $1 AND number = $2";
        let guild = self.guild.0;
        Ok(on!(self, c => sqlx::query_scalar(sql).bind(guild).bind(number.0).fetch_optional(c).await)?)
    }

    /// Marks up to this one are not given again for a ticket.
    pub async fn raise_mark(&mut self, number: TicketNumber, to: i64) -> Result<()> {
        let sql = "UPDATE tickets SET last_mark = $3 WHERE guild_id = $1 AND number = $2 AND last_mark < $3";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql).bind(guild).bind(number.0).bind(to).execute(c).await.map(drop))?;
        Ok(())
    }

    /// What waits in the outbox since before a time, as the deliveries that it would be; one that was never tried
    /// counts from when it was written. Of what is parked, only what may stand on Discord under a later mark.
    pub async fn waiting_since(&mut self, before: DateTime<Utc>) -> Result<Vec<Delivery>> {
        let sql = "SELECT id, ticket, mark, effect, nonce, attempts, \
                   COALESCE(first_tried_at, created_at) AS first_tried_at, problem \
                   FROM deliveries WHERE guild_id = $1 AND created_at < $2 AND (state IN ('waiting', 'leased') \
                   OR (state = 'parked' AND kind IN ('card', 'headline'))) ORDER BY id";
        let guild = self.guild.0;
        let rows: Vec<DeliveryRow> =
            on!(self, c => sqlx::query_as(sql).bind(guild).bind(before).fetch_all(c).await)?;
        rows.into_iter().map(DeliveryRow::into_delivery).collect()
    }
}
