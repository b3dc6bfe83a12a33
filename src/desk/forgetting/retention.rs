//! What happens when the time is over for which a ticket's archive is kept: it goes, and the ticket stays.
//!
//! Messages with their versions, files and reactions, and every version of a report that was not approved. What stays:
//! the ticket's row and number, its events, and approved reports. Small transactions, so that nobody waits; what was
//! interrupted goes on at the next look. Must not know how often it is looked. Invariant: a ticket that is not over is
//! never touched, and one that is opened again is filled anew from its thread.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::{Event, EventKind, ReportStanding, ReportState, TeamKey, Ticket, TicketNumber};
use crate::store::{GuildStore, GuildTx, StoreError};

/// How many tickets are looked at at once.
const TICKETS: i64 = 50;
/// How many messages go in one transaction.
const MESSAGES: i64 = 500;

/// What was let go of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LetGo {
    /// Tickets.
    pub tickets: usize,
    /// Messages of their threads.
    pub messages: u64,
    /// Versions of reports.
    pub reports: u64,
}

/// Lets go of the archives of tickets that ended more than `days` days before `now`; with 0, of none.
///
/// # Errors
/// If the database fails; what was let go of until then is.
pub async fn apply(store: &GuildStore, days: u32, now: DateTime<Utc>) -> Result<LetGo, StoreError> {
    let mut all = LetGo::default();
    let end = TimeDelta::try_days(i64::from(days)).and_then(|days| now.checked_sub_signed(days));
    let Some(end) = end.filter(|_| days > 0) else { return Ok(all) };
    loop {
        let tickets = store.read().await?.ended_before(end, TICKETS).await?;
        if tickets.is_empty() {
            return Ok(all);
        }
        for ticket in tickets {
            let gone = let_go(store, ticket, end, now).await?;
            tracing::info!(%ticket, messages = gone.messages, reports = gone.reports,
                "the archive of a ticket was deleted: it ended longer ago than archives are kept");
            all.tickets += 1;
            all.messages += gone.messages;
            all.reports += gone.reports;
        }
    }
}

async fn let_go(
    store: &GuildStore,
    number: TicketNumber,
    end: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<LetGo, StoreError> {
    let mut gone = LetGo::default();
    let mut tx = store.write().await?;
    let Some(mut ticket) = tx.lock_ticket(number).await? else { return Ok(gone) };
    // Somebody may have opened it again since it was found.
    if !ticket.status.is_end() || ticket.milestones.closed.is_none_or(|closed| closed >= end) {
        return Ok(gone);
    }
    // First, so that nothing comes in behind what goes.
    tx.give_archive_up(number, now).await?;
    gone.reports = let_reports_go(&mut tx, &mut ticket).await?;
    tx.commit().await?;
    loop {
        let mut tx = store.write().await?;
        if !tx.is_archive_gone(number).await? {
            return Ok(gone);
        }
        let dropped = tx.drop_messages(number, MESSAGES).await?;
        tx.commit().await?;
        if dropped == 0 {
            return Ok(gone);
        }
        gone.messages += dropped;
    }
}

/// Lets every version go that was not approved; what was approved is then the newest.
async fn let_reports_go(tx: &mut GuildTx, ticket: &mut Ticket) -> Result<u64, StoreError> {
    let gone = tx.drop_unapproved_reports(ticket.number).await?;
    let (left, events) = (tx.all_reports(ticket.number).await?, tx.events(ticket.number).await?);
    let teams: Vec<TeamKey> = ticket.reports.iter().map(|report| report.team.clone()).collect();
    for team in teams {
        let newest = left.iter().filter(|report| report.team == team).map(|report| report.version).max();
        let place = ticket.reports.iter().position(|report| report.team == team);
        let (Some(place), Some(newest)) = (place, newest) else {
            ticket.reports.retain(|report| report.team != team);
            tx.drop_standing(ticket.number, &team).await?;
            continue;
        };
        let standing = &mut ticket.reports[place];
        if standing.version != newest {
            stand_approved(standing, newest, &events);
        }
    }
    tx.save_ticket(ticket).await?;
    Ok(gone)
}

/// The report stands where it stood when this version was approved.
fn stand_approved(standing: &mut ReportStanding, newest: i64, events: &[Event]) {
    (standing.version, standing.state) = (newest, ReportState::Approved);
    let approved = events.iter().rev().find(|event| {
        matches!(&event.kind, EventKind::ReportApproved { team, version } if *team == standing.team && *version == newest)
    });
    if let Some(approved) = approved {
        (standing.since, standing.by) = (approved.at, approved.by.clone());
    }
}
