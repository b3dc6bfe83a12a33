//! Looking at tickets: one, a list, what happened. Nothing here writes.

use super::{Desk, Result};
use crate::domain::access::{self, Action, Member};
use crate::domain::{ChannelId, Event, Refusal, SeverityKey, Status, TeamKey, Ticket, TicketNumber};

/// The most tickets that a list looks at.
const LIST_LIMIT: i64 = 500;

/// Which tickets to list; what is `None` does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// In this status; without one, all that are not over.
    pub status: Option<Status>,
    /// Concerning this team: it is or was in charge, or the services call for it.
    pub team: Option<TeamKey>,
    /// Of this severity.
    pub severity: Option<SeverityKey>,
    /// Reported by, or in the charge of, the person who asks.
    pub mine: bool,
}

/// A ticket with everything that happened to it.
#[derive(Clone, Debug)]
pub struct History {
    /// The ticket.
    pub ticket: Ticket,
    /// Its events, in order.
    pub events: Vec<Event>,
}

impl Desk {
    /// One ticket, for somebody who may read it.
    pub async fn show(&self, member: &Member, number: TicketNumber) -> Result<Ticket> {
        let mut tx = self.store.read().await?;
        let ticket = tx.find_ticket(number).await?;
        access::check(Action::Read, member, ticket.as_ref(), &self.directory)?;
        Ok(ticket.ok_or(Refusal::UnknownTicket(number))?)
    }

    /// A ticket and what happened to it, for somebody who may read it.
    pub async fn history(&self, member: &Member, number: TicketNumber) -> Result<History> {
        let ticket = self.show(member, number).await?;
        let events = self.store.read().await?.events(number).await?;
        Ok(History { ticket, events })
    }

    /// Tickets by severity, worst first, the oldest of each first.
    pub async fn list(&self, member: &Member, filter: &Filter) -> Result<Vec<Ticket>> {
        access::check(Action::Read, member, None, &self.directory)?;
        let tickets = self.store.read().await?.list_tickets(filter.status, LIST_LIMIT).await?;
        let mut tickets: Vec<Ticket> =
            tickets.into_iter().filter(|ticket| self.matches(ticket, filter, member)).collect();
        let rank =
            |ticket: &Ticket| self.directory.severities.iter().position(|s| s.key == ticket.facts.severity);
        tickets.sort_by_key(|ticket| (rank(ticket).unwrap_or(usize::MAX), ticket.number));
        Ok(tickets)
    }

    fn matches(&self, ticket: &Ticket, filter: &Filter, member: &Member) -> bool {
        let id = member.person.id;
        let concerns = |team: &TeamKey| {
            ticket.charges.iter().any(|charge| charge.team == *team)
                || self
                    .directory
                    .teams_for(&ticket.facts.services)
                    .iter()
                    .any(|concerned| concerned.key == *team)
        };
        filter.team.as_ref().is_none_or(concerns)
            && filter.severity.as_ref().is_none_or(|severity| ticket.facts.severity == *severity)
            && (!filter.mine
                || ticket.reporter.id == id
                || ticket.all_in_charge().any(|charge| charge.person.id == id))
    }

    /// The ticket whose thread this is, if it is one.
    pub async fn ticket_of_thread(&self, thread: ChannelId) -> Result<Option<TicketNumber>> {
        Ok(self.store.read().await?.ticket_of_thread(thread).await?)
    }
}
