//! Reactions to archived messages, those that were taken back included.
//!
//! Writing is idempotent. A reaction to a message that is not in the archive is passed over: the message's history is
//! read together with its reactions when it is found.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::macros::on;
use super::{GuildTx, Result};
use crate::domain::{MessageId, Reaction, TicketNumber, UserId};

type Row = (i64, String, i64, DateTime<Utc>);

impl GuildTx {
    /// Notes that somebody gave an emoji; given before, it keeps its first time, and taken back since, it stays so. What
    /// a forgotten person gave to messages from before is passed over.
    pub async fn react(&mut self, message: MessageId, reaction: &Reaction) -> Result<()> {
        let sql = "INSERT INTO reactions (guild_id, message_id, emoji, user_id, given_at) \
                   SELECT guild_id, id, $3, $4, $5 FROM messages WHERE guild_id = $1 AND id = $2 \
                   AND NOT EXISTS (SELECT 1 FROM forgotten f WHERE f.guild_id = $1 AND f.user_id = $4 \
                       AND f.forgotten_at >= messages.said_at) \
                   ON CONFLICT (guild_id, message_id, emoji, user_id) \
                   DO UPDATE SET taken_at = NULL, given_at = excluded.given_at \
                   WHERE reactions.taken_at <= excluded.given_at";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql)
            .bind(guild).bind(message.0).bind(&reaction.emoji).bind(reaction.by.0).bind(reaction.at)
            .execute(c).await.map(drop))?;
        Ok(())
    }

    /// Notes that reactions are gone: of one emoji or of all, by one person or by everybody. What was given since
    /// stays.
    pub async fn unreact(
        &mut self,
        message: MessageId,
        emoji: Option<&str>,
        by: Option<UserId>,
        at: DateTime<Utc>,
    ) -> Result<()> {
        let sql = "UPDATE reactions SET taken_at = $5 WHERE guild_id = $1 AND message_id = $2 AND taken_at IS NULL \
                   AND given_at <= $5 AND emoji = COALESCE($3, emoji) AND user_id = COALESCE($4, user_id)";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql)
            .bind(guild).bind(message.0).bind(emoji).bind(by.map(|by| by.0)).bind(at)
            .execute(c).await.map(drop))?;
        Ok(())
    }

    /// Notes which reactions there were at a time: those that are known and not among them were taken back. What was
    /// heard since is newer, and stays.
    pub async fn set_reactions(
        &mut self,
        message: MessageId,
        found: &[Reaction],
        at: DateTime<Utc>,
    ) -> Result<()> {
        for known in self.reactions_of(message).await? {
            if !found.iter().any(|one| (&one.emoji, one.by) == (&known.emoji, known.by)) {
                self.unreact(message, Some(&known.emoji), Some(known.by), at).await?;
            }
        }
        for reaction in found {
            self.react(message, reaction).await?;
        }
        Ok(())
    }

    /// The reactions to a message now.
    pub(super) async fn reactions_of(&mut self, message: MessageId) -> Result<Vec<Reaction>> {
        let sql = "SELECT message_id, emoji, user_id, given_at FROM reactions \
                   WHERE guild_id = $1 AND message_id = $2 AND taken_at IS NULL ORDER BY given_at, emoji, user_id";
        let guild = self.guild.0;
        let rows: Vec<Row> =
            on!(self, c => sqlx::query_as(sql).bind(guild).bind(message.0).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|row| reaction(row).1).collect())
    }

    /// The reactions to the messages of a ticket's thread now.
    pub(super) async fn reactions(
        &mut self,
        number: TicketNumber,
    ) -> Result<HashMap<MessageId, Vec<Reaction>>> {
        let sql = "SELECT r.message_id, r.emoji, r.user_id, r.given_at FROM reactions r \
                   JOIN messages m ON m.guild_id = r.guild_id AND m.id = r.message_id \
                   WHERE r.guild_id = $1 AND m.ticket = $2 AND r.taken_at IS NULL \
                   ORDER BY r.given_at, r.emoji, r.user_id";
        let guild = self.guild.0;
        let rows: Vec<Row> =
            on!(self, c => sqlx::query_as(sql).bind(guild).bind(number.0).fetch_all(c).await)?;
        let mut found: HashMap<MessageId, Vec<Reaction>> = HashMap::new();
        for (message, reaction) in rows.into_iter().map(reaction) {
            found.entry(message).or_default().push(reaction);
        }
        Ok(found)
    }
}

fn reaction((message, emoji, by, at): Row) -> (MessageId, Reaction) {
    (MessageId(message), Reaction { emoji, by: UserId(by), at })
}
