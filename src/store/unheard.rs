//! When nobody listened to Discord: what was said then is read afterwards, but not each of its edits.
//!
//! Must not know how the connection is watched.

use chrono::{DateTime, Utc};

use super::macros::on;
use super::{GuildTx, Result};
use crate::domain::{MessageId, TicketNumber};

/// From when until when.
type Stretch = (DateTime<Utc>, DateTime<Utc>);

impl GuildTx {
    /// Up to when the bot is known to have listened; `None` before it ever did.
    pub async fn heard_to(&mut self) -> Result<Option<DateTime<Utc>>> {
        let sql = "SELECT heard_to FROM heard WHERE guild_id = $1";
        let guild = self.guild.0;
        Ok(on!(self, c => sqlx::query_scalar(sql).bind(guild).fetch_optional(c).await)?)
    }

    /// Notes that the bot listens at a time; an earlier one changes nothing.
    pub async fn set_heard_to(&mut self, at: DateTime<Utc>) -> Result<()> {
        let sql = "INSERT INTO heard (guild_id, heard_to) VALUES ($1, $2) ON CONFLICT (guild_id) \
                   DO UPDATE SET heard_to = excluded.heard_to WHERE heard.heard_to < excluded.heard_to";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql).bind(guild).bind(at).execute(c).await.map(drop))?;
        Ok(())
    }

    /// Notes a stretch of time in which nobody listened.
    pub async fn add_unheard(&mut self, (from, until): Stretch) -> Result<()> {
        let sql = "INSERT INTO unheard (guild_id, from_at, until_at) VALUES ($1, $2, $3) \
                   ON CONFLICT (guild_id, from_at) DO UPDATE SET until_at = excluded.until_at \
                   WHERE unheard.until_at < excluded.until_at";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql).bind(guild).bind(from).bind(until).execute(c).await.map(drop))?;
        Ok(())
    }

    /// The stretches in which nobody listened that ended after a time, the oldest first.
    pub async fn unheard_since(&mut self, since: DateTime<Utc>) -> Result<Vec<Stretch>> {
        let sql =
            "SELECT from_at, until_at FROM unheard WHERE guild_id = $1 AND until_at > $2 ORDER BY from_at";
        let guild = self.guild.0;
        Ok(on!(self, c => sqlx::query_as(sql).bind(guild).bind(since).fetch_all(c).await)?)
    }

    /// The messages of a ticket that were edited in a stretch of time and are still there: of the texts they had in it,
    /// only the last was seen.
    pub async fn edited_within(
        &mut self,
        number: TicketNumber,
        (from, until): Stretch,
    ) -> Result<Vec<MessageId>> {
        let sql = "SELECT id FROM messages m WHERE guild_id = $1 AND ticket = $2 AND deleted_at IS NULL \
                   AND ((edited_at > $3 AND edited_at <= $4) OR EXISTS (SELECT 1 FROM message_versions v \
                   WHERE v.guild_id = m.guild_id AND v.message_id = m.id AND v.until_at > $3 AND v.until_at <= $4)) \
                   ORDER BY id";
        let guild = self.guild.0;
        let ids: Vec<i64> = on!(self, c => sqlx::query_scalar(sql)
            .bind(guild).bind(number.0).bind(from).bind(until).fetch_all(c).await)?;
        Ok(ids.into_iter().map(MessageId).collect())
    }
}
