//! Drafting: the record of a ticket, compiled and kept as a new version for each team.
//!
//! One transaction reads the record and writes the versions, so that two drafts at once get two numbers and neither
//! mixes two states. What people wrote in the version before is kept. What was said in the thread must be in the
//! archive before.

use super::{Act, Result, made, parsed, stored, version_of};
use crate::desk::{Desk, Done, already_done};
use crate::domain::access::{self, Action};
use crate::domain::{EventKind, Refusal, Ticket, TicketNumber, final_report, workflow};
use crate::report::{self, Check, FinalReport, Record};

/// Reports that have been drafted.
#[derive(Clone, Debug)]
pub struct DraftedReports {
    /// The ticket.
    pub ticket: Ticket,
    /// The reports, one per team.
    pub reports: Vec<FinalReport>,
}

impl Desk {
    /// Compiles the report of `team`, or of every team that owes one and has none; if none is missing, of those that are
    /// still being written. `check` says what is known to be missing in the archive.
    ///
    /// # Errors
    /// Why it did not happen.
    pub async fn draft_reports(
        &self,
        act: &Act,
        number: TicketNumber,
        team: Option<&str>,
        check: Option<Check>,
    ) -> Result<DraftedReports> {
        let team = team.map(|named| workflow::find_team(&self.directory, named)).transpose()?;
        let mut tx = self.store.write().await?;
        let ticket = tx.lock_ticket(number).await?.ok_or(Refusal::UnknownTicket(number))?;
        access::check(Action::Work, &act.by, Some(&ticket), &self.directory)?;
        if already_done(&mut tx, act, &ticket).await?.is_some() {
            let known = tx.newest_reports(number).await?;
            let drafted = known.iter().filter(|report| team.is_none_or(|team| team.key == report.team));
            let reports = drafted.map(parsed).collect::<Result<_, _>>()?;
            return Ok(DraftedReports { ticket, reports });
        }
        if tx.is_archive_gone(number).await? {
            return Err(Refusal::ArchiveGone(number).into());
        }
        let teams = final_report::to_draft(&ticket, &self.directory, team)?;
        let record =
            Record { events: tx.events(number).await?, messages: tx.messages(number).await?, ticket };
        let mut reports = Vec::with_capacity(teams.len());
        for team in teams {
            let earlier = match record.ticket.report(&team.key) {
                Some(standing) => Some(version_of(&mut tx, number, &team.key, standing.version).await?),
                None => None,
            };
            let version = earlier.as_ref().map_or(0, |report| report.version) + 1;
            let mut report = report::compile(&record, &self.directory, &team.key, &made(act, version));
            if let Some(earlier) = &earlier {
                report = report.keeping(earlier);
            }
            report = report.checked(check.clone());
            tx.insert_report(number, &stored(&report, act, None)?).await?;
            reports.push(report);
        }
        let drafted = |report: &FinalReport| EventKind::ReportDrafted {
            team: report.team.clone(),
            version: report.version,
        };
        let events = reports.iter().map(drafted).collect();
        let Done { ticket, .. } = self.record(&mut tx, act, record.ticket, events).await?;
        tx.save_ticket(&ticket).await?;
        tx.commit().await?;
        self.grew.notify_one();
        Ok(DraftedReports { ticket, reports })
    }
}
