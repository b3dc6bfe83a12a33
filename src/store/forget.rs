//! Taking a person out of everything that is kept, and remembering that it was done.
//!
//! Here stand the statements; what is replaced by what is decided by the desk. This is the only place that writes over
//! what is never written over otherwise: events, and reports that were submitted or approved. Invariant: of a person
//! who was forgotten nothing is left but the id in `forgotten`, by which their old messages are known when they
//! come back.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::macros::on;
use super::{GuildTx, Result, StoreError, Tx};
use crate::domain::person::{FORGOTTEN, REMOVED, without_calls};
use crate::domain::{ArchivedMessage, MessageId, Person, TeamKey, TicketNumber, UserId};

/// That somebody was forgotten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// Who it was.
    pub user: UserId,
    /// When.
    pub at: DateTime<Utc>,
    /// The account on the machine on which the command was given.
    pub operator: String,
    /// How much was taken out, as JSON.
    pub counts: String,
}

/// Where a text stands that somebody else wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// It is a message's newest text.
    Message(MessageId),
    /// It is a text that a message had until then.
    Version(MessageId, DateTime<Utc>),
}

/// A text in the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptText {
    /// The ticket in whose thread it was written.
    pub ticket: TicketNumber,
    /// Where it stands.
    pub place: Place,
    /// Whether a program wrote it.
    pub by_program: bool,
    /// The text.
    pub text: String,
}

/// A message's ticket and id, whether a program wrote it, and its text.
type Newest = (i64, i64, bool, String);
/// The same of a text that it had before, and until when.
type Before = (i64, i64, bool, DateTime<Utc>, String);

/// A pattern for LIKE that finds `text` anywhere.
fn anywhere(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

impl GuildTx {
    /// Keeps everybody else from writing until this transaction ends, so that nothing slips in behind it.
    pub async fn hold_everything(&mut self) -> Result<()> {
        // SQLite has one writer at a time anyway.
        if let Tx::Postgres(tx) = &mut self.tx {
            let sql = "LOCK TABLE tickets, events, charges, messages, message_versions, files, reactions, reports, \
                       report_standings, deliveries, forgotten IN SHARE ROW EXCLUSIVE MODE";
            sqlx::query(sql).execute(&mut **tx).await?;
        }
        Ok(())
    }

    /// Lets nobody be forgotten until this transaction ends: what it asks about forgotten people stays true.
    pub async fn hold_off_forgetting(&mut self) -> Result<()> {
        // Writers do not hold off each other by this. SQLite has one at a time anyway.
        if let Tx::Postgres(tx) = &mut self.tx {
            sqlx::query("LOCK TABLE messages, reactions IN ROW EXCLUSIVE MODE").execute(&mut **tx).await?;
        }
        Ok(())
    }

    /// A message as it may be kept: of somebody who was forgotten since, only its place; of others, without the calls of
    /// those. The second value says that it is the former.
    pub(super) async fn without_forgotten(
        &mut self,
        message: &ArchivedMessage,
    ) -> Result<(ArchivedMessage, bool)> {
        let sql = "SELECT user_id FROM forgotten WHERE guild_id = $1 AND forgotten_at >= $2";
        let guild = self.guild.0;
        let people: Vec<i64> =
            on!(self, c => sqlx::query_scalar(sql).bind(guild).bind(message.at).fetch_all(c).await)?;
        if people.contains(&message.author.id.0) {
            let (author, text, attachments) = (Person::forgotten(), String::new(), Vec::new());
            return Ok((
                ArchivedMessage { author, text, attachments, edited: None, ..message.clone() },
                true,
            ));
        }
        let without = |text: String, user: i64| without_calls(&text, UserId(user), message.bot);
        let text = people.into_iter().fold(message.text.clone(), without);
        Ok((ArchivedMessage { text, ..message.clone() }, false))
    }

    /// Notes that somebody was forgotten.
    pub async fn note_forgotten(&mut self, done: &Forgotten) -> Result<()> {
        let sql = "INSERT INTO forgotten (guild_id, user_id, forgotten_at, operator, counts) VALUES ($1, $2, $3, $4, $5)";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql)
            .bind(guild).bind(done.user.0).bind(done.at).bind(&done.operator).bind(&done.counts)
            .execute(c).await.map(drop))?;
        Ok(())
    }

    /// Everybody who was forgotten, in the order of the times.
    pub async fn all_forgotten(&mut self) -> Result<Vec<Forgotten>> {
        let sql = "SELECT user_id, forgotten_at, operator, counts FROM forgotten WHERE guild_id = $1 \
                   ORDER BY forgotten_at, user_id";
        let guild = self.guild.0;
        let rows: Vec<(i64, DateTime<Utc>, String, String)> =
            on!(self, c => sqlx::query_as(sql).bind(guild).fetch_all(c).await)?;
        let done = |(user, at, operator, counts)| Forgotten { user: UserId(user), at, operator, counts };
        Ok(rows.into_iter().map(done).collect())
    }

    /// The names under which somebody is known.
    pub async fn names_of(&mut self, user: UserId) -> Result<BTreeSet<String>> {
        let sql = "SELECT author_name FROM messages WHERE guild_id = $1 AND author_id = $2 \
                   UNION SELECT by_name FROM events WHERE guild_id = $1 AND by_id = $2 \
                   UNION SELECT person_name FROM charges WHERE guild_id = $1 AND person_id = $2 \
                   UNION SELECT reporter_name FROM tickets WHERE guild_id = $1 AND reporter_id = $2 \
                   UNION SELECT by_name FROM reports WHERE guild_id = $1 AND by_id = $2";
        let guild = self.guild.0;
        let names: Vec<String> =
            on!(self, c => sqlx::query_scalar(sql).bind(guild).bind(user.0).fetch_all(c).await)?;
        Ok(names.into_iter().filter(|name| !name.is_empty()).collect())
    }

    /// Everything that somebody wrote in the threads, also what it said before edits.
    pub async fn texts_by(&mut self, user: UserId) -> Result<Vec<KeptText>> {
        let newest = "SELECT ticket, id, is_bot, text FROM messages WHERE guild_id = $1 AND author_id = $2 ORDER BY id";
        let before = "SELECT m.ticket, m.id, m.is_bot, v.until_at, v.text FROM message_versions v \
                      JOIN messages m ON m.guild_id = v.guild_id AND m.id = v.message_id \
                      WHERE v.guild_id = $1 AND m.author_id = $2 ORDER BY m.id, v.until_at";
        let guild = self.guild.0;
        let newest: Vec<Newest> =
            on!(self, c => sqlx::query_as(newest).bind(guild).bind(user.0).fetch_all(c).await)?;
        let before: Vec<Before> =
            on!(self, c => sqlx::query_as(before).bind(guild).bind(user.0).fetch_all(c).await)?;
        Ok(kept(newest, before))
    }

    /// The texts in the threads in which `phrase` stands.
    pub async fn texts_with(&mut self, phrase: &str) -> Result<Vec<KeptText>> {
        let newest = "SELECT ticket, id, is_bot, text FROM messages WHERE guild_id = $1 AND text LIKE $2 ESCAPE '\\' ORDER BY id";
        let before = "SELECT m.ticket, m.id, m.is_bot, v.until_at, v.text FROM message_versions v \
                      JOIN messages m ON m.guild_id = v.guild_id AND m.id = v.message_id \
                      WHERE v.guild_id = $1 AND v.text LIKE $2 ESCAPE '\\' ORDER BY m.id, v.until_at";
        let (guild, pattern) = (self.guild.0, anywhere(phrase));
        let newest: Vec<Newest> =
            on!(self, c => sqlx::query_as(newest).bind(guild).bind(&pattern).fetch_all(c).await)?;
        let before: Vec<Before> =
            on!(self, c => sqlx::query_as(before).bind(guild).bind(&pattern).fetch_all(c).await)?;
        Ok(kept(newest, before))
    }

    /// Writes a text of the archive anew, without whom it must not name.
    pub async fn redact_text(&mut self, place: &Place, text: &str) -> Result<()> {
        let newest = "UPDATE messages SET text = $3 WHERE guild_id = $1 AND id = $2";
        let before =
            "UPDATE message_versions SET text = $3 WHERE guild_id = $1 AND message_id = $2 AND until_at = $4";
        let guild = self.guild.0;
        match place {
            Place::Message(id) => on!(self, c => sqlx::query(newest)
                .bind(guild).bind(id.0).bind(text).execute(c).await.map(drop))?,
            Place::Version(id, until) => on!(self, c => sqlx::query(before)
                .bind(guild).bind(id.0).bind(text).bind(*until).execute(c).await.map(drop))?,
        }
        Ok(())
    }

    /// Empties somebody's messages, and takes their files away; the messages keep their places. Gives how many messages
    /// and files there were.
    pub async fn forget_messages(&mut self, user: UserId) -> Result<(u64, u64)> {
        let theirs = "SELECT id FROM messages WHERE guild_id = $1 AND author_id = $2";
        let nobodys = "UPDATE messages SET author_id = 0, author_name = $3, edited_at = NULL \
                       WHERE guild_id = $1 AND author_id = $2";
        let guild = self.guild.0;
        let ids: Vec<i64> =
            on!(self, c => sqlx::query_scalar(theirs).bind(guild).bind(user.0).fetch_all(c).await)?;
        let mut files = 0;
        for id in ids {
            let Some(message) = self.message(MessageId(id)).await? else { continue };
            files += message.attachments.len() as u64;
            self.empty_message(message.id, &message.attachments).await?;
            self.drop_files(message.id, "its sender was forgotten").await?;
        }
        let messages = on!(self, c => sqlx::query(nobodys)
            .bind(guild).bind(user.0).bind(FORGOTTEN).execute(c).await.map(|done| done.rows_affected()))?;
        Ok((messages, files))
    }

    /// Takes away the reports on a ticket that programs handed out as files in its thread; gives how many messages had
    /// one.
    pub async fn drop_handed_out(&mut self, number: TicketNumber) -> Result<u64> {
        let sql = "SELECT id FROM messages WHERE guild_id = $1 AND ticket = $2 AND is_bot = TRUE AND attachments LIKE $3";
        let guild = self.guild.0;
        let pattern = format!("%\"name\":\"{number}-%");
        let ids: Vec<i64> = on!(self, c => sqlx::query_scalar(sql)
            .bind(guild).bind(number.0).bind(&pattern).fetch_all(c).await)?;
        for id in &ids {
            self.drop_files(MessageId(*id), "it named somebody who was forgotten").await?;
        }
        Ok(ids.len() as u64)
    }

    /// Deletes the reactions that somebody gave; gives how many.
    pub async fn forget_reactions(&mut self, user: UserId) -> Result<u64> {
        let sql = "DELETE FROM reactions WHERE guild_id = $1 AND user_id = $2";
        let guild = self.guild.0;
        Ok(on!(self, c => sqlx::query(sql)
            .bind(guild).bind(user.0).execute(c).await.map(|done| done.rows_affected()))?)
    }

    /// Takes the reporter out of the tickets that somebody opened, with what they wrote into the form below the title;
    /// gives how many tickets.
    pub async fn forget_reporter(&mut self, user: UserId) -> Result<u64> {
        let sql = "UPDATE tickets SET reporter_id = 0, reporter_name = $3, \
                   details = CASE WHEN details = '' THEN '' ELSE $4 END, \
                   affected_who = CASE WHEN affected_who = '' THEN '' ELSE $4 END, \
                   frequency_detail = CASE WHEN frequency_detail = '' THEN '' ELSE $4 END, \
                   started_said = CASE WHEN started_said = '' THEN '' ELSE $4 END \
                   WHERE guild_id = $1 AND reporter_id = $2";
        let guild = self.guild.0;
        Ok(on!(self, c => sqlx::query(sql)
            .bind(guild).bind(user.0).bind(FORGOTTEN).bind(REMOVED)
            .execute(c).await.map(|done| done.rows_affected()))?)
    }

    /// Takes somebody out of the list of those in charge; gives how often they were.
    pub async fn forget_charges(&mut self, user: UserId) -> Result<u64> {
        let sql = "UPDATE charges SET person_id = 0, person_name = $3 WHERE guild_id = $1 AND person_id = $2";
        let guild = self.guild.0;
        Ok(on!(self, c => sqlx::query(sql)
            .bind(guild).bind(user.0).bind(FORGOTTEN).execute(c).await.map(|done| done.rows_affected()))?)
    }

    /// Takes somebody out of where reports stand.
    pub async fn forget_standings(&mut self, user: UserId) -> Result<()> {
        let by = "UPDATE report_standings SET by_id = 0, by_name = $3 WHERE guild_id = $1 AND by_id = $2";
        let all =
            "SELECT ticket, team, authors FROM report_standings WHERE guild_id = $1 AND authors <> '[]'";
        let authors =
            "UPDATE report_standings SET authors = $4 WHERE guild_id = $1 AND ticket = $2 AND team = $3";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(by)
            .bind(guild).bind(user.0).bind(FORGOTTEN).execute(c).await.map(drop))?;
        let rows: Vec<(i64, String, String)> =
            on!(self, c => sqlx::query_as(all).bind(guild).fetch_all(c).await)?;
        for (ticket, team, written) in rows {
            let unreadable = |error: serde_json::Error| {
                StoreError::Unreadable(format!("authors of a report on T-{ticket} ({error})"))
            };
            let mut people: Vec<Person> = serde_json::from_str(&written).map_err(unreadable)?;
            if people.iter().all(|person| person.id != user) {
                continue;
            }
            people.iter_mut().filter(|person| person.id == user).for_each(|one| *one = Person::forgotten());
            let people = serde_json::to_string(&people).map_err(unreadable)?;
            on!(self, c => sqlx::query(authors)
                .bind(guild).bind(ticket).bind(&team).bind(&people).execute(c).await.map(drop))?;
        }
        Ok(())
    }

    /// The events of a ticket as they are stored: number, who did it, and what.
    pub async fn event_bodies(&mut self, number: TicketNumber) -> Result<Vec<(i64, UserId, String)>> {
        let sql = "SELECT seq, by_id, body FROM events WHERE guild_id = $1 AND ticket = $2 ORDER BY seq";
        let guild = self.guild.0;
        let rows: Vec<(i64, i64, String)> =
            on!(self, c => sqlx::query_as(sql).bind(guild).bind(number.0).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(seq, by, body)| (seq, UserId(by), body)).collect())
    }

    /// Writes an event anew, without whom it must not name. The fact and its time stay.
    pub async fn redact_event(
        &mut self,
        number: TicketNumber,
        seq: i64,
        user: UserId,
        body: &str,
    ) -> Result<()> {
        let what = "UPDATE events SET body = $4 WHERE guild_id = $1 AND ticket = $2 AND seq = $3";
        let by = "UPDATE events SET by_id = 0, by_name = $5 WHERE guild_id = $1 AND ticket = $2 AND seq = $3 AND by_id = $4";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(what)
            .bind(guild).bind(number.0).bind(seq).bind(body).execute(c).await.map(drop))?;
        on!(self, c => sqlx::query(by)
            .bind(guild).bind(number.0).bind(seq).bind(user.0).bind(FORGOTTEN).execute(c).await.map(drop))?;
        Ok(())
    }

    /// Writes a version of a report anew, without whom it must not name: the one exception to what is approved never
    /// being changed, and therefore the one statement without a condition on the state.
    pub async fn redact_any_report(
        &mut self,
        number: TicketNumber,
        (team, version): (&TeamKey, i64),
        by: &Person,
        body: &str,
    ) -> Result<()> {
        let sql = "UPDATE reports SET body = $5, by_id = $6, by_name = $7 \
                   WHERE guild_id = $1 AND ticket = $2 AND team = $3 AND version = $4";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql)
            .bind(guild).bind(number.0).bind(team.as_str()).bind(version).bind(body).bind(by.id.0).bind(&by.name)
            .execute(c).await.map(drop))?;
        Ok(())
    }

    /// Takes somebody out of the outbox: what would bring them in is dropped, and what was noted about failures goes
    /// where it names them. Gives how many rows were about them.
    pub async fn forget_deliveries(&mut self, user: UserId, names: &BTreeSet<String>) -> Result<u64> {
        let about = "SELECT id, effect, error FROM deliveries WHERE guild_id = $1 \
                     AND (kind = 'add_member' OR error IS NOT NULL)";
        let drop_it = "UPDATE deliveries SET state = 'dropped' WHERE guild_id = $1 AND id = $2 AND state IN ('waiting', 'parked')";
        let rewrite = "UPDATE deliveries SET effect = $3, error = $4 WHERE guild_id = $1 AND id = $2";
        let guild = self.guild.0;
        let rows: Vec<(i64, String, Option<String>)> =
            on!(self, c => sqlx::query_as(about).bind(guild).fetch_all(c).await)?;
        let id = user.to_string();
        let named =
            |text: &String| text.contains(&id) || names.iter().any(|name| text.contains(name.as_str()));
        let mut count = 0;
        for (row, effect, error) in rows {
            let (brings_in, tells) = (effect.contains(&id), error.as_ref().is_some_and(named));
            if !brings_in && !tells {
                continue;
            }
            if brings_in {
                on!(self, c => sqlx::query(drop_it).bind(guild).bind(row).execute(c).await.map(drop))?;
            }
            let (effect, error) =
                (effect.replace(&id, "0"), if tells { Some(REMOVED) } else { error.as_deref() });
            on!(self, c => sqlx::query(rewrite)
                .bind(guild).bind(row).bind(&effect).bind(error).execute(c).await.map(drop))?;
            count += 1;
        }
        Ok(count)
    }
}

fn kept(newest: Vec<Newest>, before: Vec<Before>) -> Vec<KeptText> {
    let newest = newest.into_iter().map(|(ticket, id, by_program, text)| KeptText {
        ticket: TicketNumber(ticket),
        place: Place::Message(MessageId(id)),
        by_program,
        text,
    });
    let before = before.into_iter().map(|(ticket, id, by_program, until, text)| KeptText {
        ticket: TicketNumber(ticket),
        place: Place::Version(MessageId(id), until),
        by_program,
        text,
    });
    newest.chain(before).collect()
}
