//! The bytes of the files that came with messages: what is still to be fetched, what is kept, and what is not and why.
//!
//! A row is written with its message. Deleting the message takes the bytes away. Must not know how files are fetched.

use chrono::{DateTime, Utc};

use super::macros::{on, row};
use super::{GuildTx, Result, StoreError};
use crate::domain::{ArchivedMessage, Attachment, ChannelId, MessageId, TicketNumber};

row!(WantedRow { message_id: i64, thread_id: i64, file_id: i64, attempts: i64, attachments: String });

/// A file that is still to be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedFile {
    /// The message it came with.
    pub message: MessageId,
    /// Where that stands.
    pub thread: ChannelId,
    /// The file.
    pub file: Attachment,
    /// How often it was tried, this time included.
    pub attempts: i64,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileState {
    /// It is still to be fetched.
    Wanted,
    /// Its bytes are here.
    Kept,
    /// It is not kept, and why.
    Skipped(String),
}

impl GuildTx {
    /// Notes that the files of a message are wanted.
    pub(super) async fn want_files(&mut self, message: &ArchivedMessage) -> Result<()> {
        let sql = "INSERT INTO files (guild_id, message_id, file_id, state, due_at, size) \
                   VALUES ($1, $2, $3, 'wanted', $4, $5) ON CONFLICT DO NOTHING";
        let guild = self.guild.0;
        // Files without an id were archived by a version that did not know it.
        for file in message.attachments.iter().filter(|file| file.id != 0) {
            let size = i64::try_from(file.size).unwrap_or(i64::MAX);
            on!(self, c => sqlx::query(sql)
                .bind(guild).bind(message.id.0).bind(file.id).bind(message.at).bind(size)
                .execute(c).await.map(drop))?;
        }
        Ok(())
    }

    /// Takes a file that is due, and puts it off until `next` says after so many tries, this one included.
    pub async fn take_wanted_file(
        &mut self,
        now: DateTime<Utc>,
        next: impl Fn(i64) -> DateTime<Utc>,
    ) -> Result<Option<WantedFile>> {
        let due = "SELECT f.message_id, m.thread_id, f.file_id, f.attempts + 1 AS attempts, m.attachments \
                   FROM files f JOIN messages m ON m.guild_id = f.guild_id AND m.id = f.message_id \
                   WHERE f.guild_id = $1 AND f.state = 'wanted' AND f.due_at <= $2 \
                   ORDER BY f.due_at, f.message_id, f.file_id LIMIT 1";
        let take = "UPDATE files SET attempts = $4, due_at = $5 \
                    WHERE guild_id = $1 AND message_id = $2 AND file_id = $3";
        let guild = self.guild.0;
        let row: Option<WantedRow> =
            on!(self, c => sqlx::query_as(due).bind(guild).bind(now).fetch_optional(c).await)?;
        let Some(row) = row else { return Ok(None) };
        on!(self, c => sqlx::query(take)
            .bind(guild).bind(row.message_id).bind(row.file_id).bind(row.attempts).bind(next(row.attempts))
            .execute(c).await.map(drop))?;
        row.into_wanted().map(Some)
    }

    /// Keeps the bytes of a file; one whose message is gone meanwhile is passed over.
    pub async fn keep_file(&mut self, message: MessageId, file: i64, bytes: &[u8]) -> Result<()> {
        let sql = "UPDATE files SET state = 'kept', why = NULL, size = $4, bytes = $5 \
                   WHERE guild_id = $1 AND message_id = $2 AND file_id = $3 AND state = 'wanted'";
        let (guild, size) = (self.guild.0, i64::try_from(bytes.len()).unwrap_or(i64::MAX));
        on!(self, c => sqlx::query(sql)
            .bind(guild).bind(message.0).bind(file).bind(size).bind(bytes).execute(c).await.map(drop))?;
        Ok(())
    }

    /// Notes that a file is not kept, and why.
    pub async fn skip_file(&mut self, message: MessageId, file: i64, why: &str) -> Result<()> {
        let sql = "UPDATE files SET state = 'skipped', why = $4 \
                   WHERE guild_id = $1 AND message_id = $2 AND file_id = $3 AND state = 'wanted'";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql)
            .bind(guild).bind(message.0).bind(file).bind(why).execute(c).await.map(drop))?;
        Ok(())
    }

    /// Gives the files of a message the links that Discord has for them now. Which files there are is not changed: an
    /// edit may have been archived since the links were asked for.
    pub async fn renew_links(&mut self, message: MessageId, renewed: &[Attachment]) -> Result<()> {
        let sql = "UPDATE messages SET attachments = $3 WHERE guild_id = $1 AND id = $2";
        let Some(known) = self.message(message).await? else { return Ok(()) };
        let link = |file: Attachment| match renewed.iter().find(|other| other.id == file.id) {
            Some(other) => Attachment { url: other.url.clone(), ..file },
            None => file,
        };
        let files: Vec<Attachment> = known.attachments.into_iter().map(link).collect();
        let files =
            serde_json::to_string(&files).map_err(|error| StoreError::Unreadable(error.to_string()))?;
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql).bind(guild).bind(message.0).bind(&files).execute(c).await.map(drop))?;
        Ok(())
    }

    /// Takes the bytes of a message's files away; `why` they are not kept.
    pub(super) async fn drop_files(&mut self, message: MessageId, why: &str) -> Result<()> {
        let sql = "UPDATE files SET state = 'skipped', why = $3, bytes = NULL WHERE guild_id = $1 AND message_id = $2";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql).bind(guild).bind(message.0).bind(why).execute(c).await.map(drop))?;
        Ok(())
    }

    /// How many files are wanted, and when the next is due.
    pub async fn wanted_files(&mut self) -> Result<(i64, Option<DateTime<Utc>>)> {
        let sql = "SELECT COUNT(*), MIN(due_at) FROM files WHERE guild_id = $1 AND state = 'wanted'";
        let guild = self.guild.0;
        Ok(on!(self, c => sqlx::query_as(sql).bind(guild).fetch_one(c).await)?)
    }

    /// How many bytes of files are kept.
    pub async fn kept_bytes(&mut self) -> Result<i64> {
        let sql =
            "SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM files WHERE guild_id = $1 AND state = 'kept'";
        let guild = self.guild.0;
        Ok(on!(self, c => sqlx::query_scalar(sql).bind(guild).fetch_one(c).await)?)
    }

    /// What became of the files of a ticket's thread: message, file, state.
    pub async fn file_states(&mut self, number: TicketNumber) -> Result<Vec<(MessageId, i64, FileState)>> {
        let sql = "SELECT f.message_id, f.file_id, f.state, f.why FROM files f \
                   JOIN messages m ON m.guild_id = f.guild_id AND m.id = f.message_id \
                   WHERE f.guild_id = $1 AND m.ticket = $2 ORDER BY f.message_id, f.file_id";
        let guild = self.guild.0;
        let rows: Vec<(i64, i64, String, Option<String>)> =
            on!(self, c => sqlx::query_as(sql).bind(guild).bind(number.0).fetch_all(c).await)?;
        let state = |state: &str, why: Option<String>| match state {
            "wanted" => FileState::Wanted,
            "kept" => FileState::Kept,
            _ => FileState::Skipped(why.unwrap_or_default()),
        };
        Ok(rows
            .into_iter()
            .map(|(message, file, word, why)| (MessageId(message), file, state(&word, why)))
            .collect())
    }

    /// The bytes of a file; `None` if they are not kept.
    pub async fn file_bytes(&mut self, message: MessageId, file: i64) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT bytes FROM files WHERE guild_id = $1 AND message_id = $2 AND file_id = $3 AND state = 'kept'";
        let guild = self.guild.0;
        let bytes: Option<Option<Vec<u8>>> = on!(self, c => sqlx::query_scalar(sql)
            .bind(guild).bind(message.0).bind(file).fetch_optional(c).await)?;
        Ok(bytes.flatten())
    }
}

impl WantedRow {
    fn into_wanted(self) -> Result<WantedFile> {
        let unreadable =
            |why: String| StoreError::Unreadable(format!("files of message {}: {why}", self.message_id));
        let files: Vec<Attachment> =
            serde_json::from_str(&self.attachments).map_err(|error| unreadable(error.to_string()))?;
        // An edit may have taken the file off its message; it is asked for under its number all the same.
        let known = files.into_iter().find(|file| file.id == self.file_id);
        let file = known.unwrap_or(Attachment {
            id: self.file_id,
            name: String::new(),
            url: String::new(),
            size: 0,
        });
        let (message, thread) = (MessageId(self.message_id), ChannelId(self.thread_id));
        Ok(WantedFile { message, thread, file, attempts: self.attempts })
    }
}
