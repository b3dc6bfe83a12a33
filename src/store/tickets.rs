//! Rows of tickets, with who is in charge, where their reports stand and where their messages are.
//!
//! A verb loads its ticket by [`GuildTx::lock_ticket`], which writes first and so makes other verbs on the same
//! ticket wait on both databases: the second meets the state the first left. The places on Discord (card, thread,
//! headlines) are written by whoever made them there, never by [`GuildTx::save_ticket`].

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::macros::{on, row};
use super::{GuildTx, Result, StoreError};
use crate::domain::{
    Affected, ChannelId, Charge, Facts, Frequency, GuildId, MessageId, Milestones, Person, Places,
    ServiceKey, SeverityKey, Status, TeamKey, Ticket, TicketNumber, UserId,
};

row!(TicketRow {
    number: i64, title: String, details: String, severity: String, services: String, affected: Option<String>,
    affected_who: String, frequency: Option<String>, frequency_detail: String, started_said: String,
    reporter_id: i64, reporter_name: String, status: String, started_at: Option<DateTime<Utc>>,
    opened_at: DateTime<Utc>, acknowledged_at: Option<DateTime<Utc>>, identified_at: Option<DateTime<Utc>>,
    restored_at: Option<DateTime<Utc>>, resolved_at: Option<DateTime<Utc>>, closed_at: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>, channel_id: i64, card_id: Option<i64>, thread_id: Option<i64>, last_seq: i64,
});

row!(ChargeRow {
    ticket: i64, team: String, person_id: i64, person_name: String, from_at: DateTime<Utc>,
    until_at: Option<DateTime<Utc>>,
});

/// The columns of a [`TicketRow`], before the rest of a statement or after it.
macro_rules! ticket_columns {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            " number, title, details, severity, services, affected, affected_who, frequency, frequency_detail, \
             started_said, reporter_id, reporter_name, status, started_at, opened_at, acknowledged_at, \
             identified_at, restored_at, resolved_at, closed_at, updated_at, channel_id, card_id, thread_id, \
             last_seq ",
            $after
        )
    };
}

impl GuildTx {
    /// The next free ticket number; two people never get the same.
    pub async fn next_number(&mut self) -> Result<TicketNumber> {
        let sql = "INSERT INTO counters (guild_id, last_number) VALUES ($1, 1) \
                   ON CONFLICT (guild_id) DO UPDATE SET last_number = counters.last_number + 1 RETURNING last_number";
        let guild = self.guild.0;
        let number: i64 = on!(self, c => sqlx::query_scalar(sql).bind(guild).fetch_one(c).await)?;
        Ok(TicketNumber(number))
    }

    /// Writes a new ticket.
    pub async fn insert_ticket(&mut self, ticket: &Ticket) -> Result<()> {
        let sql = "INSERT INTO tickets (guild_id, number, title, details, severity, services, affected, \
                   affected_who, frequency, frequency_detail, started_said, reporter_id, reporter_name, status, \
                   started_at, opened_at, updated_at, channel_id, last_seq) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
        let facts = &ticket.facts;
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql)
            .bind(guild).bind(ticket.number.0).bind(&facts.title).bind(&facts.details)
            .bind(facts.severity.as_str()).bind(join(&facts.services)).bind(facts.affected.map(Affected::as_str))
            .bind(&facts.affected_who).bind(facts.frequency.map(Frequency::as_str)).bind(&facts.frequency_detail)
            .bind(&facts.started_said).bind(ticket.reporter.id.0).bind(&ticket.reporter.name)
            .bind(ticket.status.as_str()).bind(ticket.milestones.started).bind(ticket.milestones.opened)
            .bind(ticket.updated).bind(ticket.places.channel.0).bind(ticket.last_seq)
            .execute(c).await.map(drop))?;
        Ok(())
    }

    /// The ticket as it stands, held until this transaction ends: other verbs on it wait.
    pub async fn lock_ticket(&mut self, number: TicketNumber) -> Result<Option<Ticket>> {
        let sql = ticket_columns!(
            "UPDATE tickets SET version = version + 1 WHERE guild_id = $1 AND number = $2 RETURNING",
            ""
        );
        let guild = self.guild.0;
        let row: Option<TicketRow> =
            on!(self, c => sqlx::query_as(sql).bind(guild).bind(number.0).fetch_optional(c).await)?;
        self.whole(row).await
    }

    /// The ticket as it stands, for reading.
    pub async fn find_ticket(&mut self, number: TicketNumber) -> Result<Option<Ticket>> {
        let sql = ticket_columns!("SELECT", "FROM tickets WHERE guild_id = $1 AND number = $2");
        let guild = self.guild.0;
        let row: Option<TicketRow> =
            on!(self, c => sqlx::query_as(sql).bind(guild).bind(number.0).fetch_optional(c).await)?;
        self.whole(row).await
    }

    async fn whole(&mut self, row: Option<TicketRow>) -> Result<Option<Ticket>> {
        let Some(row) = row else { return Ok(None) };
        let (charges, reports) =
            (self.charges(row.number, row.number).await?, self.standings(row.number, row.number).await?);
        let mut ticket = row.into_ticket(self.guild)?;
        ticket.charges = charges.into_iter().map(|(_, charge)| charge).collect();
        ticket.reports = reports.into_iter().map(|(_, report)| report).collect();
        Ok(Some(ticket))
    }

    /// Tickets by number, newest first: those with `status`, or all that are not over; at most `limit`.
    pub async fn list_tickets(&mut self, status: Option<Status>, limit: i64) -> Result<Vec<Ticket>> {
        let running = ticket_columns!(
            "SELECT",
            "FROM tickets WHERE guild_id = $1 AND status NOT IN ('closed', 'cancelled', 'duplicate') \
             ORDER BY number DESC LIMIT $2"
        );
        let with_status = ticket_columns!(
            "SELECT",
            "FROM tickets WHERE guild_id = $1 AND status = $3 ORDER BY number DESC LIMIT $2"
        );
        let guild = self.guild.0;
        let rows: Vec<TicketRow> = match status {
            None => on!(self, c => sqlx::query_as(running).bind(guild).bind(limit).fetch_all(c).await)?,
            Some(status) => on!(self, c => {
                sqlx::query_as(with_status).bind(guild).bind(limit).bind(status.as_str()).fetch_all(c).await
            })?,
        };
        Ok(self.all_whole(rows).await?.into_values().rev().collect())
    }

    /// Every ticket with a number above `after`, in the order of the numbers; at most `limit`.
    pub async fn tickets_after(&mut self, after: i64, limit: i64) -> Result<Vec<Ticket>> {
        let sql = ticket_columns!(
            "SELECT",
            "FROM tickets WHERE guild_id = $1 AND number > $2 ORDER BY number LIMIT $3"
        );
        let guild = self.guild.0;
        let rows: Vec<TicketRow> =
            on!(self, c => sqlx::query_as(sql).bind(guild).bind(after).bind(limit).fetch_all(c).await)?;
        Ok(self.all_whole(rows).await?.into_values().collect())
    }

    /// Tickets with those in charge of them and their reports, by number.
    async fn all_whole(&mut self, rows: Vec<TicketRow>) -> Result<BTreeMap<i64, Ticket>> {
        let numbers = || rows.iter().map(|row| row.number);
        let (Some(oldest), Some(newest)) = (numbers().min(), numbers().max()) else {
            return Ok(BTreeMap::new());
        };
        let charges = self.charges(oldest, newest).await?;
        let reports = self.standings(oldest, newest).await?;
        let mut tickets: BTreeMap<i64, Ticket> = BTreeMap::new();
        for row in rows {
            tickets.insert(row.number, row.into_ticket(self.guild)?);
        }
        for (number, charge) in charges {
            tickets.entry(number).and_modify(|ticket| ticket.charges.push(charge));
        }
        for (number, report) in reports {
            tickets.entry(number).and_modify(|ticket| ticket.reports.push(report));
        }
        Ok(tickets)
    }

    /// Everybody who is or was in charge of the tickets between two numbers.
    async fn charges(&mut self, from: i64, to: i64) -> Result<Vec<(i64, Charge)>> {
        let sql = "SELECT ticket, team, person_id, person_name, from_at, until_at FROM charges \
                   WHERE guild_id = $1 AND ticket >= $2 AND ticket <= $3 ORDER BY ticket, place";
        let guild = self.guild.0;
        let rows: Vec<ChargeRow> =
            on!(self, c => sqlx::query_as(sql).bind(guild).bind(from).bind(to).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|row| (row.ticket, row.into_charge())).collect())
    }

    /// Writes a ticket's state after a verb; its places on Discord are left as they are.
    pub async fn save_ticket(&mut self, ticket: &Ticket) -> Result<()> {
        let sql = "UPDATE tickets SET title = $3, severity = $4, services = $5, affected = $6, frequency = $7, \
                   status = $8, started_at = $9, acknowledged_at = $10, identified_at = $11, restored_at = $12, \
                   resolved_at = $13, closed_at = $14, updated_at = $15, last_seq = $16 \
                   WHERE guild_id = $1 AND number = $2";
        let (facts, times, guild) = (&ticket.facts, &ticket.milestones, self.guild.0);
        on!(self, c => sqlx::query(sql)
            .bind(guild).bind(ticket.number.0).bind(&facts.title).bind(facts.severity.as_str())
            .bind(join(&facts.services)).bind(facts.affected.map(Affected::as_str))
            .bind(facts.frequency.map(Frequency::as_str)).bind(ticket.status.as_str()).bind(times.started)
            .bind(times.acknowledged).bind(times.identified).bind(times.restored).bind(times.resolved)
            .bind(times.closed).bind(ticket.updated).bind(ticket.last_seq)
            .execute(c).await.map(drop))?;
        self.save_charges(ticket).await?;
        self.save_standings(ticket).await
    }

    /// Charges are only ever added and ended. The ends are written first: nobody else may be in charge meanwhile.
    async fn save_charges(&mut self, ticket: &Ticket) -> Result<()> {
        let sql = "INSERT INTO charges (guild_id, ticket, place, team, person_id, person_name, from_at, until_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
                   ON CONFLICT (guild_id, ticket, place) DO UPDATE SET until_at = excluded.until_at";
        let guild = self.guild.0;
        for (place, charge) in (1_i64..).zip(&ticket.charges) {
            on!(self, c => sqlx::query(sql)
                .bind(guild).bind(ticket.number.0).bind(place).bind(charge.team.as_str())
                .bind(charge.person.id.0).bind(&charge.person.name).bind(charge.from).bind(charge.until)
                .execute(c).await.map(drop))?;
        }
        Ok(())
    }

    /// Notes where the card was posted.
    pub async fn set_card(&mut self, number: TicketNumber, card: MessageId) -> Result<()> {
        let sql = "UPDATE tickets SET card_id = $3 WHERE guild_id = $1 AND number = $2";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql).bind(guild).bind(number.0).bind(card.0).execute(c).await.map(drop))?;
        Ok(())
    }

    /// Notes which thread belongs to the ticket.
    pub async fn set_thread(&mut self, number: TicketNumber, thread: ChannelId) -> Result<()> {
        let sql = "UPDATE tickets SET thread_id = $3 WHERE guild_id = $1 AND number = $2";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql).bind(guild).bind(number.0).bind(thread.0).execute(c).await.map(drop))?;
        Ok(())
    }

    /// Forgets a card that is gone.
    pub async fn forget_card(&mut self, number: TicketNumber) -> Result<()> {
        let sql = "UPDATE tickets SET card_id = NULL WHERE guild_id = $1 AND number = $2";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql).bind(guild).bind(number.0).execute(c).await.map(drop))?;
        Ok(())
    }

    /// Forgets a thread that is gone. What was said in it stays, though no thread on Discord shows it any more.
    pub async fn forget_thread(&mut self, number: TicketNumber) -> Result<()> {
        let keep = "UPDATE messages SET thread_gone = TRUE WHERE guild_id = $1 AND ticket = $2";
        let forget = "UPDATE tickets SET thread_id = NULL WHERE guild_id = $1 AND number = $2";
        let guild = self.guild.0;
        for sql in [keep, forget] {
            on!(self, c => sqlx::query(sql).bind(guild).bind(number.0).execute(c).await.map(drop))?;
        }
        Ok(())
    }

    /// Lets a ticket live in another channel, without a card or thread there yet.
    pub async fn move_ticket(&mut self, number: TicketNumber, channel: ChannelId) -> Result<()> {
        let sql = "UPDATE tickets SET channel_id = $3, card_id = NULL, thread_id = NULL \
                   WHERE guild_id = $1 AND number = $2";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql)
            .bind(guild).bind(number.0).bind(channel.0).execute(c).await.map(drop))?;
        Ok(())
    }

    /// The ticket whose card a message is, or whose thread a channel is.
    pub async fn ticket_of_place(&mut self, id: i64) -> Result<Option<TicketNumber>> {
        let sql = "SELECT number FROM tickets WHERE guild_id = $1 AND (card_id = $2 OR thread_id = $2) \
                   ORDER BY number LIMIT 1";
        let guild = self.guild.0;
        let number: Option<i64> =
            on!(self, c => sqlx::query_scalar(sql).bind(guild).bind(id).fetch_optional(c).await)?;
        Ok(number.map(TicketNumber))
    }

    /// Every ticket's thread, also one that is about to be made: it will have the card's id.
    pub async fn threads(&mut self) -> Result<Vec<(ChannelId, TicketNumber)>> {
        let sql = "SELECT COALESCE(thread_id, card_id), number FROM tickets \
                   WHERE guild_id = $1 AND COALESCE(thread_id, card_id) IS NOT NULL";
        let guild = self.guild.0;
        let rows: Vec<(i64, i64)> = on!(self, c => sqlx::query_as(sql).bind(guild).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(thread, number)| (ChannelId(thread), TicketNumber(number))).collect())
    }

    /// The threads of the tickets that are not over.
    pub async fn running_threads(&mut self) -> Result<Vec<(ChannelId, TicketNumber)>> {
        let sql = "SELECT thread_id, number FROM tickets WHERE guild_id = $1 AND thread_id IS NOT NULL \
                   AND status NOT IN ('closed', 'cancelled', 'duplicate') ORDER BY number";
        let guild = self.guild.0;
        let rows: Vec<(i64, i64)> = on!(self, c => sqlx::query_as(sql).bind(guild).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(thread, number)| (ChannelId(thread), TicketNumber(number))).collect())
    }

    /// The ticket whose thread this is.
    pub async fn ticket_of_thread(&mut self, thread: ChannelId) -> Result<Option<TicketNumber>> {
        let sql = "SELECT number FROM tickets WHERE guild_id = $1 AND thread_id = $2";
        let guild = self.guild.0;
        let number: Option<i64> =
            on!(self, c => sqlx::query_scalar(sql).bind(guild).bind(thread.0).fetch_optional(c).await)?;
        Ok(number.map(TicketNumber))
    }

    /// The ticket's headlines, by channel.
    pub async fn headlines(&mut self, number: TicketNumber) -> Result<Vec<(ChannelId, MessageId)>> {
        let sql = "SELECT channel_id, message_id FROM headlines WHERE guild_id = $1 AND ticket = $2 ORDER BY channel_id";
        let guild = self.guild.0;
        let rows: Vec<(i64, i64)> =
            on!(self, c => sqlx::query_as(sql).bind(guild).bind(number.0).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(channel, message)| (ChannelId(channel), MessageId(message))).collect())
    }

    /// Forgets a headline that is gone.
    pub async fn forget_headline(&mut self, number: TicketNumber, channel: ChannelId) -> Result<()> {
        let sql = "DELETE FROM headlines WHERE guild_id = $1 AND ticket = $2 AND channel_id = $3";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql)
            .bind(guild).bind(number.0).bind(channel.0).execute(c).await.map(drop))?;
        Ok(())
    }

    /// Notes where a headline was posted; a newer one takes the place of one that is gone.
    pub async fn set_headline(
        &mut self,
        number: TicketNumber,
        channel: ChannelId,
        message: MessageId,
    ) -> Result<()> {
        let sql = "INSERT INTO headlines (guild_id, ticket, channel_id, message_id) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (guild_id, ticket, channel_id) DO UPDATE SET message_id = excluded.message_id";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql)
            .bind(guild).bind(number.0).bind(channel.0).bind(message.0).execute(c).await.map(drop))?;
        Ok(())
    }
}

impl TicketRow {
    /// The ticket without those in charge of it and without its reports, which have rows of their own.
    fn into_ticket(self, guild: GuildId) -> Result<Ticket> {
        let status = Status::from_word(&self.status).ok_or_else(|| {
            StoreError::Unreadable(format!("status `{}` of T-{}", self.status, self.number))
        })?;
        Ok(Ticket {
            guild,
            number: TicketNumber(self.number),
            facts: Facts {
                title: self.title,
                details: self.details,
                severity: SeverityKey::new(self.severity),
                services: self
                    .services
                    .split(", ")
                    .filter(|key| !key.is_empty())
                    .map(ServiceKey::new)
                    .collect(),
                affected: self.affected.as_deref().and_then(Affected::from_word),
                affected_who: self.affected_who,
                frequency: self.frequency.as_deref().and_then(Frequency::from_word),
                frequency_detail: self.frequency_detail,
                started_said: self.started_said,
            },
            reporter: Person { id: UserId(self.reporter_id), name: self.reporter_name },
            status,
            milestones: Milestones {
                started: self.started_at,
                opened: self.opened_at,
                acknowledged: self.acknowledged_at,
                identified: self.identified_at,
                restored: self.restored_at,
                resolved: self.resolved_at,
                closed: self.closed_at,
            },
            charges: Vec::new(),
            reports: Vec::new(),
            places: Places {
                channel: ChannelId(self.channel_id),
                card: self.card_id.map(MessageId),
                thread: self.thread_id.map(ChannelId),
            },
            last_seq: self.last_seq,
            updated: self.updated_at,
        })
    }
}

impl ChargeRow {
    fn into_charge(self) -> Charge {
        Charge {
            team: TeamKey::new(self.team),
            person: Person { id: UserId(self.person_id), name: self.person_name },
            from: self.from_at,
            until: self.until_at,
        }
    }
}

fn join(services: &[ServiceKey]) -> String {
    services.iter().map(ServiceKey::as_str).collect::<Vec<_>>().join(", ")
}
