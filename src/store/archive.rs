//! The archive: every message of every ticket's thread, with the texts it had.
//!
//! Writing is idempotent and does not mind the order in which news arrive: a message may be told twice, an edit may
//! come before the message, and what is deleted stays in its place.

use chrono::{DateTime, Utc};

use super::macros::{on, row};
use super::{GuildTx, Result, StoreError};
use crate::domain::{ArchivedMessage, ChannelId, MessageId, Person, TicketNumber, UserId};

row!(MessageRow {
    id: i64, thread_id: i64, author_id: i64, author_name: String, is_bot: bool, is_system: bool,
    said_at: DateTime<Utc>, text: String, reply_to: Option<i64>, attachments: String,
    edited_at: Option<DateTime<Utc>>, deleted_at: Option<DateTime<Utc>>,
});

impl GuildTx {
    /// Keeps a message as it is now. If it is known with an older text, that text becomes an earlier version; if it
    /// is known with a newer one, nothing changes.
    pub async fn archive_message(&mut self, number: TicketNumber, message: &ArchivedMessage) -> Result<()> {
        let known = self.message(message.id).await?;
        let newer = |known: &ArchivedMessage| message.edited > known.edited;
        match &known {
            None => self.insert_message(number, message).await,
            Some(known) if newer(known) => {
                if known.text != message.text {
                    self.keep_version(known, message.edited.unwrap_or(message.at)).await?;
                }
                self.update_message(message).await
            }
            Some(_) => Ok(()),
        }
    }

    async fn insert_message(&mut self, number: TicketNumber, message: &ArchivedMessage) -> Result<()> {
        let sql = "INSERT INTO messages (guild_id, id, ticket, thread_id, author_id, author_name, is_bot, is_system, \
                   said_at, text, reply_to, attachments, edited_at, deleted_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
        let attachments = to_json(message)?;
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql)
            .bind(guild).bind(message.id.0).bind(number.0).bind(message.thread.0).bind(message.author.id.0)
            .bind(&message.author.name).bind(message.bot).bind(message.system).bind(message.at)
            .bind(&message.text).bind(message.reply_to.map(|id| id.0)).bind(&attachments).bind(message.edited)
            .bind(message.deleted)
            .execute(c).await.map(drop))?;
        Ok(())
    }

    async fn update_message(&mut self, message: &ArchivedMessage) -> Result<()> {
        let sql =
            "UPDATE messages SET text = $3, attachments = $4, edited_at = $5 WHERE guild_id = $1 AND id = $2";
        let attachments = to_json(message)?;
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql)
            .bind(guild).bind(message.id.0).bind(&message.text).bind(&attachments).bind(message.edited)
            .execute(c).await.map(drop))?;
        Ok(())
    }

    async fn keep_version(&mut self, known: &ArchivedMessage, until: DateTime<Utc>) -> Result<()> {
        let sql = "INSERT INTO message_versions (guild_id, message_id, until_at, text) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT DO NOTHING";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql)
            .bind(guild).bind(known.id.0).bind(until).bind(&known.text).execute(c).await.map(drop))?;
        Ok(())
    }

    /// Notes that a message was deleted; one that is not known stays unknown.
    pub async fn mark_deleted(&mut self, message: MessageId, at: DateTime<Utc>) -> Result<()> {
        let sql = "UPDATE messages SET deleted_at = COALESCE(deleted_at, $3) WHERE guild_id = $1 AND id = $2";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql).bind(guild).bind(message.0).bind(at).execute(c).await.map(drop))?;
        Ok(())
    }

    /// One message of the archive.
    pub async fn message(&mut self, message: MessageId) -> Result<Option<ArchivedMessage>> {
        let sql = "SELECT id, thread_id, author_id, author_name, is_bot, is_system, said_at, text, reply_to, \
                   attachments, edited_at, deleted_at FROM messages WHERE guild_id = $1 AND id = $2";
        let guild = self.guild.0;
        let row: Option<MessageRow> =
            on!(self, c => sqlx::query_as(sql).bind(guild).bind(message.0).fetch_optional(c).await)?;
        row.map(MessageRow::into_message).transpose()
    }

    /// Everything that was said in a ticket's thread, in order.
    pub async fn messages(&mut self, number: TicketNumber) -> Result<Vec<ArchivedMessage>> {
        let sql = "SELECT id, thread_id, author_id, author_name, is_bot, is_system, said_at, text, reply_to, \
                   attachments, edited_at, deleted_at FROM messages WHERE guild_id = $1 AND ticket = $2 ORDER BY id";
        let guild = self.guild.0;
        let rows: Vec<MessageRow> =
            on!(self, c => sqlx::query_as(sql).bind(guild).bind(number.0).fetch_all(c).await)?;
        rows.into_iter().map(MessageRow::into_message).collect()
    }

    /// The texts that a message had before, oldest first, each with when it was replaced.
    pub async fn message_versions(&mut self, message: MessageId) -> Result<Vec<(DateTime<Utc>, String)>> {
        let sql = "SELECT until_at, text FROM message_versions WHERE guild_id = $1 AND message_id = $2 ORDER BY until_at";
        let guild = self.guild.0;
        Ok(on!(self, c => sqlx::query_as(sql).bind(guild).bind(message.0).fetch_all(c).await)?)
    }

    /// How many messages of a ticket's thread are kept.
    pub async fn count_messages(&mut self, number: TicketNumber) -> Result<i64> {
        let sql = "SELECT COUNT(*) FROM messages WHERE guild_id = $1 AND ticket = $2";
        let guild = self.guild.0;
        Ok(on!(self, c => sqlx::query_scalar(sql).bind(guild).bind(number.0).fetch_one(c).await)?)
    }
}

fn to_json(message: &ArchivedMessage) -> Result<String> {
    serde_json::to_string(&message.attachments).map_err(|error| StoreError::Unreadable(error.to_string()))
}

impl MessageRow {
    fn into_message(self) -> Result<ArchivedMessage> {
        let attachments = serde_json::from_str(&self.attachments).map_err(|error| {
            StoreError::Unreadable(format!("attachments of message {}: {error}", self.id))
        })?;
        Ok(ArchivedMessage {
            id: MessageId(self.id),
            thread: ChannelId(self.thread_id),
            author: Person { id: UserId(self.author_id), name: self.author_name },
            bot: self.is_bot,
            system: self.is_system,
            at: self.said_at,
            text: self.text,
            reply_to: self.reply_to.map(MessageId),
            attachments,
            edited: self.edited_at,
            deleted: self.deleted_at,
        })
    }
}
