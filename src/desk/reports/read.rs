//! Reading Final Reports, for whoever may read their ticket. Nothing here writes.

use super::paper::{self, Papers};
use super::{OPEN, Result, Ticket, TicketNumber, parsed};
use crate::desk::Desk;
use crate::domain::access::{self, Action, Member};
use crate::domain::{MessageId, Refusal, TeamKey, final_report, workflow};
use crate::report::{FinalReport, Format};
use crate::store::GuildTx;

/// The newest versions of a ticket's reports.
#[derive(Clone, Debug)]
pub struct ReadReports {
    /// The ticket.
    pub ticket: Ticket,
    /// The reports there are, by team.
    pub reports: Vec<FinalReport>,
    /// Messages of the ticket's thread that were deleted; a report that was compiled before may still quote them.
    pub deleted: Vec<MessageId>,
}

impl ReadReports {
    /// How many deleted messages a report still quotes.
    #[must_use]
    pub fn quoted_and_deleted(&self, report: &FinalReport) -> usize {
        let quotes = |message: &&MessageId| {
            let id = message.to_string();
            report.timeline.iter().flat_map(|entry| &entry.sources).any(|source| source.message == id)
        };
        self.deleted.iter().filter(quotes).count()
    }
}

impl Desk {
    /// The team whose report `member` means to write: as typed, or the one that is open for writing.
    ///
    /// # Errors
    /// If it is not clear which.
    pub fn report_team(&self, member: &Member, ticket: &Ticket, named: Option<&str>) -> Result<TeamKey> {
        let named = named.map(|named| workflow::find_team(&self.directory, named)).transpose()?;
        let named = named.map(|team| &team.key);
        Ok(final_report::which(ticket, member, &self.directory, named, &OPEN)?)
    }

    /// The newest version of the report of `team`, or of each team that has one; at least one.
    ///
    /// # Errors
    /// If there is none, or the member may not read it.
    pub async fn reports(
        &self,
        member: &Member,
        number: TicketNumber,
        team: Option<&str>,
    ) -> Result<ReadReports> {
        self.find_reports(&mut self.store.read().await?, member, number, team).await
    }

    /// The same reports as files, with room for so many bytes in all.
    ///
    /// # Errors
    /// If there is none, the member may not read it, or they are larger than that even without pictures.
    pub async fn papers(
        &self,
        member: &Member,
        number: TicketNumber,
        team: Option<&str>,
        format: Format,
        room: u64,
    ) -> Result<(Ticket, Papers)> {
        let mut tx = self.store.read().await?;
        let found = self.find_reports(&mut tx, member, number, team).await?;
        let papers = paper::print(&mut tx, number, &found.reports, format, room).await?;
        match papers.size() {
            size if size > room => Err(Refusal::ReportTooLarge { size, most: room }.into()),
            _ => Ok((found.ticket, papers)),
        }
    }

    async fn find_reports(
        &self,
        tx: &mut GuildTx,
        member: &Member,
        number: TicketNumber,
        team: Option<&str>,
    ) -> Result<ReadReports> {
        let ticket = tx.find_ticket(number).await?;
        access::check(Action::Read, member, ticket.as_ref(), &self.directory)?;
        let ticket = ticket.ok_or(Refusal::UnknownTicket(number))?;
        let team = team.map(|named| workflow::find_team(&self.directory, named)).transpose()?;
        let stored = tx.newest_reports(number).await?;
        let wanted = stored.iter().filter(|report| team.is_none_or(|team| team.key == report.team));
        let reports: Vec<FinalReport> = wanted.map(parsed).collect::<Result<_, _>>()?;
        if reports.is_empty() {
            let owing = ticket.owing(&self.directory);
            let team = team.or(owing.first().copied()).or(self.directory.teams.first());
            let team = team.map(|team| team.key.clone());
            return Err(team
                .map_or(Refusal::WhichTeam(Vec::new()), |team| Refusal::NoReport(number, team))
                .into());
        }
        let deleted = tx.deleted_messages(number).await?;
        Ok(ReadReports { ticket, reports, deleted })
    }
}
