//! Up to where the archive of a thread is complete.
//!
//! A mark for each thread, which only goes forward: everything that was said up to there is archived, or known to be
//! gone. Must not know how what is missing is read.

use chrono::{DateTime, Utc};

use super::macros::{on, row};
use super::{GuildTx, Result};
use crate::domain::{ChannelId, MessageId, TicketNumber};

row!(ArchivedRow { id: i64, edited_at: Option<DateTime<Utc>>, deleted_at: Option<DateTime<Utc>> });

/// A message that the archive has, without what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Archived {
    /// The message.
    pub id: MessageId,
    /// When it was edited last.
    pub edited: Option<DateTime<Utc>>,
    /// Whether it was deleted.
    pub deleted: bool,
}

impl GuildTx {
    /// Up to which message a thread's archive is complete; `None` if that was never seen to.
    pub async fn complete_to(&mut self, thread: ChannelId) -> Result<Option<MessageId>> {
        let sql = "SELECT complete_to FROM complete_threads WHERE guild_id = $1 AND thread_id = $2";
        let guild = self.guild.0;
        let mark: Option<i64> =
            on!(self, c => sqlx::query_scalar(sql).bind(guild).bind(thread.0).fetch_optional(c).await)?;
        Ok(mark.map(MessageId))
    }

    /// Notes up to which message a thread's archive is complete; an older mark changes nothing.
    pub async fn set_complete_to(&mut self, thread: ChannelId, message: MessageId) -> Result<()> {
        let sql = "INSERT INTO complete_threads (guild_id, thread_id, complete_to) VALUES ($1, $2, $3) \
                   ON CONFLICT (guild_id, thread_id) DO UPDATE SET complete_to = excluded.complete_to \
                   WHERE complete_threads.complete_to < excluded.complete_to";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql)
            .bind(guild).bind(thread.0).bind(message.0).execute(c).await.map(drop))?;
        Ok(())
    }

    /// What the archive has of a ticket's thread after a message, the oldest `limit`.
    pub async fn archived_after(
        &mut self,
        (number, thread): (TicketNumber, ChannelId),
        after: MessageId,
        limit: i64,
    ) -> Result<Vec<Archived>> {
        let sql = "SELECT id, edited_at, deleted_at FROM messages WHERE guild_id = $1 AND ticket = $2 AND id > $3 \
                   AND thread_id = $5 AND NOT thread_gone ORDER BY id LIMIT $4";
        let guild = self.guild.0;
        let rows: Vec<ArchivedRow> = on!(self, c => sqlx::query_as(sql)
            .bind(guild).bind(number.0).bind(after.0).bind(limit).bind(thread.0).fetch_all(c).await)?;
        let one = |row: ArchivedRow| Archived {
            id: MessageId(row.id),
            edited: row.edited_at,
            deleted: row.deleted_at.is_some(),
        };
        Ok(rows.into_iter().map(one).collect())
    }

    /// The ids of all messages of a ticket's thread that the archive has, in order.
    pub async fn archived_ids(&mut self, number: TicketNumber) -> Result<Vec<MessageId>> {
        let sql = "SELECT id FROM messages WHERE guild_id = $1 AND ticket = $2 ORDER BY id";
        let guild = self.guild.0;
        let ids: Vec<i64> =
            on!(self, c => sqlx::query_scalar(sql).bind(guild).bind(number.0).fetch_all(c).await)?;
        Ok(ids.into_iter().map(MessageId).collect())
    }

    /// The messages of a ticket's thread after one and up to another that are not known to be deleted; the oldest `limit`
    /// of them. A thread that the ticket had before does not count.
    pub async fn standing_messages(
        &mut self,
        (number, thread): (TicketNumber, ChannelId),
        (after, to): (MessageId, MessageId),
        limit: i64,
    ) -> Result<Vec<MessageId>> {
        let sql = "SELECT id FROM messages WHERE guild_id = $1 AND ticket = $2 AND id > $3 AND id <= $4 \
                   AND deleted_at IS NULL AND thread_id = $6 AND NOT thread_gone ORDER BY id LIMIT $5";
        let guild = self.guild.0;
        let ids: Vec<i64> = on!(self, c => sqlx::query_scalar(sql)
            .bind(guild).bind(number.0).bind(after.0).bind(to.0).bind(limit).bind(thread.0).fetch_all(c).await)?;
        Ok(ids.into_iter().map(MessageId).collect())
    }
}
