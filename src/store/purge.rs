//! Letting go of what is in the archive: texts of deleted messages, and all of a ticket whose time is over.
//!
//! A message that was deleted keeps its row, so its place and its author stay known. What may be let go of when is
//! decided elsewhere. Invariant: a report that was submitted or approved is not touched by the deletion of a message;
//! an approved one not by the end of its time either.

use chrono::{DateTime, Utc};

use super::macros::on;
use super::{GuildTx, Result, StoreError};
use crate::domain::{Attachment, MessageId, TeamKey, TicketNumber};
use crate::store::StoredReport;

/// What a message said that is purged now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purged {
    /// Its texts, the newest first.
    pub texts: Vec<String>,
}

impl GuildTx {
    /// Holds a ticket's row until this transaction ends, without changing it: verbs on it wait.
    pub async fn hold_ticket(&mut self, number: TicketNumber) -> Result<()> {
        let sql = "UPDATE tickets SET version = version WHERE guild_id = $1 AND number = $2";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql).bind(guild).bind(number.0).execute(c).await.map(drop))?;
        Ok(())
    }

    /// Deletes the texts of a message that was deleted, and the names of its files; how many there were stays. Gives
    /// what it had said; `None` if it stands, or nothing is left of it.
    pub async fn purge_deleted(&mut self, message: MessageId) -> Result<Option<Purged>> {
        let Some(known) = self.message(message).await?.filter(|known| known.deleted.is_some()) else {
            return Ok(None);
        };
        let before = self.message_versions(message).await?.into_iter().rev().map(|(_, text)| text);
        let texts: Vec<String> =
            std::iter::once(known.text).chain(before).filter(|text| !text.is_empty()).collect();
        let names = known.attachments.iter().any(|file| !file.name.is_empty());
        if texts.is_empty() && !names {
            return Ok(None);
        }
        self.empty_message(message, &known.attachments).await?;
        Ok(Some(Purged { texts }))
    }

    /// Takes the texts of a message away, those before its edits, and the names and links of its files.
    pub(super) async fn empty_message(&mut self, message: MessageId, files: &[Attachment]) -> Result<()> {
        let empty = "UPDATE messages SET text = '', attachments = $3 WHERE guild_id = $1 AND id = $2";
        let before = "DELETE FROM message_versions WHERE guild_id = $1 AND message_id = $2";
        let nameless: Vec<Attachment> = files
            .iter()
            .map(|file| Attachment { name: String::new(), url: String::new(), ..file.clone() })
            .collect();
        let files =
            serde_json::to_string(&nameless).map_err(|error| StoreError::Unreadable(error.to_string()))?;
        let guild = self.guild.0;
        on!(self, c => sqlx::query(empty)
            .bind(guild).bind(message.0).bind(&files).execute(c).await.map(drop))?;
        on!(self, c => sqlx::query(before).bind(guild).bind(message.0).execute(c).await.map(drop))?;
        Ok(())
    }

    /// Deleted messages of which something is left, with their tickets; at most `limit`.
    pub async fn deleted_with_text(&mut self, limit: i64) -> Result<Vec<(TicketNumber, MessageId)>> {
        let sql = "SELECT ticket, id FROM messages m WHERE guild_id = $1 AND deleted_at IS NOT NULL \
                   AND (text <> '' OR attachments LIKE '%\"url\":\"h%' OR EXISTS (SELECT 1 FROM message_versions v \
                   WHERE v.guild_id = m.guild_id AND v.message_id = m.id)) ORDER BY ticket, id LIMIT $2";
        let guild = self.guild.0;
        let rows: Vec<(i64, i64)> =
            on!(self, c => sqlx::query_as(sql).bind(guild).bind(limit).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(ticket, id)| (TicketNumber(ticket), MessageId(id))).collect())
    }

    /// The versions of a ticket's reports that nobody has submitted, or that came back.
    pub async fn open_reports(&mut self, number: TicketNumber) -> Result<Vec<StoredReport>> {
        let all = self.all_reports(number).await?;
        Ok(all.into_iter().filter(|report| report.is_open()).collect())
    }

    /// Writes a version that is open anew, in its place: for what somebody took back.
    pub async fn redact_open_report(
        &mut self,
        number: TicketNumber,
        (team, version): (&TeamKey, i64),
        body: &str,
    ) -> Result<()> {
        let sql = "UPDATE reports SET body = $5 WHERE guild_id = $1 AND ticket = $2 AND team = $3 AND version = $4 \
                   AND state IN ('draft', 'returned')";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql)
            .bind(guild).bind(number.0).bind(team.as_str()).bind(version).bind(body)
            .execute(c).await.map(drop))?;
        Ok(())
    }

    /// Tickets that ended before `end` and whose archive is still there; at most `limit`.
    pub async fn ended_before(&mut self, end: DateTime<Utc>, limit: i64) -> Result<Vec<TicketNumber>> {
        let sql = "SELECT number FROM tickets t WHERE guild_id = $1 AND closed_at < $2 \
                   AND status IN ('closed', 'cancelled', 'duplicate') \
                   AND (archive_gone_at IS NULL OR archive_gone_at < closed_at OR EXISTS (SELECT 1 FROM messages m \
                   WHERE m.guild_id = t.guild_id AND m.ticket = t.number)) ORDER BY number LIMIT $3";
        let guild = self.guild.0;
        let numbers: Vec<i64> =
            on!(self, c => sqlx::query_scalar(sql).bind(guild).bind(end).bind(limit).fetch_all(c).await)?;
        Ok(numbers.into_iter().map(TicketNumber).collect())
    }

    /// Notes that a ticket's archive is given up: nothing is taken into it while the ticket is over. What was read of
    /// its thread counts as not read, for the case that the ticket is opened again.
    pub async fn give_archive_up(&mut self, number: TicketNumber, at: DateTime<Utc>) -> Result<()> {
        let gone = "UPDATE tickets SET archive_gone_at = $3 WHERE guild_id = $1 AND number = $2";
        let unread = "DELETE FROM complete_threads WHERE guild_id = $1 AND thread_id IN \
                      (SELECT thread_id FROM tickets WHERE guild_id = $1 AND number = $2)";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(gone).bind(guild).bind(number.0).bind(at).execute(c).await.map(drop))?;
        on!(self, c => sqlx::query(unread).bind(guild).bind(number.0).execute(c).await.map(drop))?;
        Ok(())
    }

    /// Whether a ticket is over and its archive was given up.
    pub async fn is_archive_gone(&mut self, number: TicketNumber) -> Result<bool> {
        let sql = "SELECT number FROM tickets WHERE guild_id = $1 AND number = $2 AND archive_gone_at IS NOT NULL \
                   AND status IN ('closed', 'cancelled', 'duplicate')";
        let guild = self.guild.0;
        let gone: Option<i64> =
            on!(self, c => sqlx::query_scalar(sql).bind(guild).bind(number.0).fetch_optional(c).await)?;
        Ok(gone.is_some())
    }

    /// Deletes the oldest `limit` messages of a ticket with everything that belongs to them; gives how many.
    pub async fn drop_messages(&mut self, number: TicketNumber, limit: i64) -> Result<u64> {
        let last = "SELECT MAX(id) FROM (SELECT id FROM messages WHERE guild_id = $1 AND ticket = $2 \
                    ORDER BY id LIMIT $3) AS oldest";
        let guild = self.guild.0;
        let last: Option<i64> = on!(self, c => sqlx::query_scalar(last)
            .bind(guild).bind(number.0).bind(limit).fetch_one(c).await)?;
        let Some(last) = last else { return Ok(0) };
        macro_rules! of_those {
            ($table:literal) => {
                concat!(
                    "DELETE FROM ",
                    $table,
                    " WHERE guild_id = $1 AND message_id IN (SELECT id FROM messages \
                     WHERE guild_id = $1 AND ticket = $2 AND id <= $3)"
                )
            };
        }
        let messages = "DELETE FROM messages WHERE guild_id = $1 AND ticket = $2 AND id <= $3";
        let mut dropped = 0;
        for sql in [of_those!("reactions"), of_those!("files"), of_those!("message_versions"), messages] {
            dropped = on!(self, c => sqlx::query(sql)
                .bind(guild).bind(number.0).bind(last).execute(c).await.map(|done| done.rows_affected()))?;
        }
        Ok(dropped)
    }

    /// Deletes every version of a ticket's reports that is not approved.
    pub async fn drop_unapproved_reports(&mut self, number: TicketNumber) -> Result<u64> {
        let sql = "DELETE FROM reports WHERE guild_id = $1 AND ticket = $2 AND state <> 'approved'";
        let guild = self.guild.0;
        Ok(on!(self, c => sqlx::query(sql)
            .bind(guild).bind(number.0).execute(c).await.map(|done| done.rows_affected()))?)
    }

    /// Deletes where the report of a team stands: there is none any more.
    pub async fn drop_standing(&mut self, number: TicketNumber, team: &TeamKey) -> Result<()> {
        let sql = "DELETE FROM report_standings WHERE guild_id = $1 AND ticket = $2 AND team = $3";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql)
            .bind(guild).bind(number.0).bind(team.as_str()).execute(c).await.map(drop))?;
        Ok(())
    }
}
