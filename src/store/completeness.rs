//! Up to where the archive of a thread is complete.
//!
//! A mark for each thread, which only goes forward: everything that was said up to there is archived, or known to be
//! gone. Must not know how what is missing is read.

use super::macros::on;
use super::{GuildTx, Result};
use crate::domain::{ChannelId, MessageId, TicketNumber};

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

    /// The messages of a ticket's thread after one and up to another that are not known to be deleted; the oldest
    /// `limit` of them.
    pub async fn standing_messages(
        &mut self,
        number: TicketNumber,
        (after, to): (MessageId, MessageId),
        limit: i64,
    ) -> Result<Vec<MessageId>> {
        let sql = "SELECT id FROM messages WHERE guild_id = $1 AND ticket = $2 AND id > $3 AND id <= $4 \
                   AND deleted_at IS NULL ORDER BY id LIMIT $5";
        let guild = self.guild.0;
        let ids: Vec<i64> = on!(self, c => sqlx::query_scalar(sql)
            .bind(guild).bind(number.0).bind(after.0).bind(to.0).bind(limit).fetch_all(c).await)?;
        Ok(ids.into_iter().map(MessageId).collect())
    }
}
