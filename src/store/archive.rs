//! The archive: every message of every ticket's thread, with the texts it had.
//!
//! Writing is idempotent and does not mind the order in which news arrive: a message may be told twice, an edit or a
//! deletion may come before the message, and what is deleted stays in its place. Reactions have a room of their own.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::macros::{on, row};
use super::{GuildTx, Result, StoreError};
use crate::domain::{ArchivedMessage, ChannelId, MessageId, Person, TicketNumber, UserId};

row!(MessageRow {
    id: i64, thread_id: i64, author_id: i64, author_name: String, is_bot: bool, is_system: bool,
    said_at: DateTime<Utc>, text: String, reply_to: Option<i64>, attachments: String,
    edited_at: Option<DateTime<Utc>>, deleted_at: Option<DateTime<Utc>>, pinned_at: Option<DateTime<Utc>>,
});

/// The columns of a [`MessageRow`], before the rest of a statement.
macro_rules! message_columns {
    ($rest:literal) => {
        concat!(
            "SELECT id, thread_id, author_id, author_name, is_bot, is_system, said_at, text, reply_to, attachments, \
             edited_at, deleted_at, pinned_at FROM messages ",
            $rest
        )
    };
}

impl GuildTx {
    /// Keeps a message as it is now. If it is known with an older text, that text becomes an earlier version; if it
    /// is known with a newer one, nothing changes. Of what a forgotten person said before, only the place is kept; of a
    /// ticket whose archive was given up, nothing.
    pub async fn archive_message(&mut self, number: TicketNumber, message: &ArchivedMessage) -> Result<()> {
        let known = self.message(message.id).await?;
        let (message, forgotten) = &self.without_forgotten(message).await?;
        if *forgotten && known.is_some() {
            return Ok(());
        }
        if known.is_none() && self.is_archive_gone(number).await? {
            return Ok(());
        }
        let newer = |known: &ArchivedMessage| message.edited > known.edited;
        match &known {
            None => {
                let deleted = message.deleted.or(self.deleted_before(message.id).await?);
                let message = ArchivedMessage { deleted, ..message.clone() };
                self.insert_message(number, &message).await?;
                if deleted.is_none() { self.want_files(&message).await } else { Ok(()) }
            }
            Some(known) if newer(known) => {
                if known.text != message.text {
                    self.keep_version(known, message.edited.unwrap_or(message.at)).await?;
                }
                self.update_message(message).await?;
                // An edit may bring files along, and whoever deleted the message took all of them back.
                if known.deleted.is_none() { self.want_files(message).await } else { Ok(()) }
            }
            Some(_) => Ok(()),
        }
    }

    async fn insert_message(&mut self, number: TicketNumber, message: &ArchivedMessage) -> Result<()> {
        let sql = "INSERT INTO messages (guild_id, id, ticket, thread_id, author_id, author_name, is_bot, is_system, \
                   said_at, text, reply_to, attachments, edited_at, deleted_at, pinned_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
        let attachments = to_json(message)?;
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql)
            .bind(guild).bind(message.id.0).bind(number.0).bind(message.thread.0).bind(message.author.id.0)
            .bind(&message.author.name).bind(message.bot).bind(message.system).bind(message.at)
            .bind(&message.text).bind(message.reply_to.map(|id| id.0)).bind(&attachments).bind(message.edited)
            .bind(message.deleted).bind(message.pinned)
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

    /// Notes that a message was deleted, and takes the bytes of its files away. One that is not known is deleted from
    /// the moment it becomes known.
    pub async fn mark_deleted(&mut self, message: MessageId, at: DateTime<Utc>) -> Result<()> {
        let known =
            "UPDATE messages SET deleted_at = COALESCE(deleted_at, $3) WHERE guild_id = $1 AND id = $2";
        let unknown = "INSERT INTO deletions (guild_id, message_id, deleted_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        let guild = self.guild.0;
        let marked = on!(self, c => sqlx::query(known)
            .bind(guild).bind(message.0).bind(at).execute(c).await.map(|done| done.rows_affected()))?;
        if marked == 0 {
            on!(self, c => sqlx::query(unknown)
                .bind(guild).bind(message.0).bind(at).execute(c).await.map(drop))?;
        }
        self.drop_files(message, "the message was deleted").await
    }

    /// When a message was deleted that is not in the archive yet.
    async fn deleted_before(&mut self, message: MessageId) -> Result<Option<DateTime<Utc>>> {
        let sql = "SELECT deleted_at FROM deletions WHERE guild_id = $1 AND message_id = $2";
        let guild = self.guild.0;
        Ok(on!(self, c => sqlx::query_scalar(sql).bind(guild).bind(message.0).fetch_optional(c).await)?)
    }

    /// Notes that a message is pinned since `at`, or that it is not any more.
    pub async fn mark_pinned(&mut self, message: MessageId, at: Option<DateTime<Utc>>) -> Result<()> {
        // Who is told twice that it is pinned keeps the first time.
        let sql =
            "UPDATE messages SET pinned_at = $3 WHERE guild_id = $1 AND id = $2 AND (pinned_at IS NULL) = $4";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql)
            .bind(guild).bind(message.0).bind(at).bind(at.is_some()).execute(c).await.map(drop))?;
        Ok(())
    }

    /// One message of the archive.
    pub async fn message(&mut self, message: MessageId) -> Result<Option<ArchivedMessage>> {
        let sql = message_columns!("WHERE guild_id = $1 AND id = $2");
        let guild = self.guild.0;
        let row: Option<MessageRow> =
            on!(self, c => sqlx::query_as(sql).bind(guild).bind(message.0).fetch_optional(c).await)?;
        let Some(row) = row else { return Ok(None) };
        let mut message = row.into_message()?;
        message.reactions = self.reactions_of(message.id).await?;
        Ok(Some(message))
    }

    /// Everything that was said in a ticket's thread, in order.
    pub async fn messages(&mut self, number: TicketNumber) -> Result<Vec<ArchivedMessage>> {
        let sql = message_columns!("WHERE guild_id = $1 AND ticket = $2 ORDER BY id");
        let guild = self.guild.0;
        let rows: Vec<MessageRow> =
            on!(self, c => sqlx::query_as(sql).bind(guild).bind(number.0).fetch_all(c).await)?;
        let mut messages: Vec<ArchivedMessage> =
            rows.into_iter().map(MessageRow::into_message).collect::<Result<_>>()?;
        let mut reactions = self.reactions(number).await?;
        for message in &mut messages {
            message.reactions = reactions.remove(&message.id).unwrap_or_default();
        }
        Ok(messages)
    }

    /// The texts that a message had before, oldest first, each with when it was replaced.
    pub async fn message_versions(&mut self, message: MessageId) -> Result<Vec<(DateTime<Utc>, String)>> {
        let sql = "SELECT until_at, text FROM message_versions WHERE guild_id = $1 AND message_id = $2 ORDER BY until_at";
        let guild = self.guild.0;
        Ok(on!(self, c => sqlx::query_as(sql).bind(guild).bind(message.0).fetch_all(c).await)?)
    }

    /// The same for every message of a ticket's thread that was edited.
    pub async fn all_message_versions(
        &mut self,
        number: TicketNumber,
    ) -> Result<BTreeMap<MessageId, Vec<(DateTime<Utc>, String)>>> {
        let sql = "SELECT v.message_id, v.until_at, v.text FROM message_versions v \
                   JOIN messages m ON m.guild_id = v.guild_id AND m.id = v.message_id \
                   WHERE v.guild_id = $1 AND m.ticket = $2 ORDER BY v.message_id, v.until_at";
        let guild = self.guild.0;
        let rows: Vec<(i64, DateTime<Utc>, String)> =
            on!(self, c => sqlx::query_as(sql).bind(guild).bind(number.0).fetch_all(c).await)?;
        let mut found: BTreeMap<MessageId, Vec<_>> = BTreeMap::new();
        for (message, until, text) in rows {
            found.entry(MessageId(message)).or_default().push((until, text));
        }
        Ok(found)
    }

    /// The messages of a ticket's thread that were deleted.
    pub async fn deleted_messages(&mut self, number: TicketNumber) -> Result<Vec<MessageId>> {
        let sql = "SELECT id FROM messages WHERE guild_id = $1 AND ticket = $2 AND deleted_at IS NOT NULL ORDER BY id";
        let guild = self.guild.0;
        let ids: Vec<i64> =
            on!(self, c => sqlx::query_scalar(sql).bind(guild).bind(number.0).fetch_all(c).await)?;
        Ok(ids.into_iter().map(MessageId).collect())
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
            pinned: self.pinned_at,
            reactions: Vec::new(),
        })
    }
}
