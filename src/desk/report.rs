//! Drafting Final Reports: the record of a ticket, compiled and kept as a new version for each team.
//!
//! One transaction reads the record and writes the versions, so that two drafts at once get two numbers and neither
//! mixes two states. What was said in the thread must be in the archive before.

use super::{Act, Desk, Done, Result};
use crate::domain::access::{self, Action};
use crate::domain::{EventKind, Refusal, ReportState, Ticket, TicketNumber, workflow};
use crate::report::{self, FinalReport, Record};
use crate::store::{StoreError, StoredReport};

/// Reports that have been drafted.
#[derive(Clone, Debug)]
pub struct DraftedReports {
    /// The ticket.
    pub ticket: Ticket,
    /// How many messages of its thread are in the archive.
    pub messages: usize,
    /// The reports, one per team.
    pub reports: Vec<FinalReport>,
}

impl Desk {
    /// Compiles the report of `team`, or of every team that owes one.
    pub async fn draft_reports(
        &self,
        act: &Act,
        number: TicketNumber,
        team: Option<&str>,
    ) -> Result<DraftedReports> {
        let teams = match team {
            Some(named) => vec![workflow::find_team(&self.directory, named)?],
            None => self.directory.teams.iter().filter(|team| team.owes_report).collect(),
        };
        let mut tx = self.store.write().await?;
        let ticket = tx.lock_ticket(number).await?.ok_or(Refusal::UnknownTicket(number))?;
        access::check(Action::Work, &act.by, Some(&ticket), &self.directory)?;
        let record =
            Record { events: tx.events(number).await?, messages: tx.messages(number).await?, ticket };
        let known = tx.newest_reports(number).await?;
        let mut reports = Vec::with_capacity(teams.len());
        for team in teams {
            let newest =
                known.iter().find(|report| report.team == team.key).map_or(0, |report| report.version);
            let report =
                report::compile(&record, &self.directory, &team.key, newest + 1, ReportState::Draft, act.at);
            tx.insert_report(number, &stored(&report, act)?).await?;
            reports.push(report);
        }
        let drafted = |report: &FinalReport| EventKind::ReportDrafted {
            team: report.team.clone(),
            version: report.version,
        };
        let events = reports.iter().map(drafted).collect();
        let messages = record.messages.len();
        let Done { ticket, .. } = self.record(&mut tx, act, record.ticket, events).await?;
        tx.save_ticket(&ticket).await?;
        tx.commit().await?;
        self.grew.notify_one();
        Ok(DraftedReports { ticket, messages, reports })
    }
}

fn stored(report: &FinalReport, act: &Act) -> Result<StoredReport, StoreError> {
    let body = serde_json::to_string(report).map_err(|error| StoreError::Unreadable(error.to_string()))?;
    Ok(StoredReport {
        team: report.team.clone(),
        version: report.version,
        state: report.state,
        compiled: report.compiled_at,
        by: act.by.person.clone(),
        body,
    })
}
