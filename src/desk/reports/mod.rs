//! The verbs on Final Reports: draft, write, submit, approve, return; and reading them.
//!
//! A report is read, changed and kept in the transaction that records the step, so two people at once get two versions
//! and nobody approves what they did not see. What is in a report is the report module's business, who may do what to
//! it the domain's.

mod draft;
mod life;
pub mod paper;
mod read;

use super::{Act, Result};
use crate::domain::{ReportState, TeamKey, Ticket, TicketNumber};
use crate::report::{FinalReport, Made};
use crate::store::{GuildTx, StoreError, StoredReport};

pub use draft::DraftedReports;
pub use life::{Glance, ReportDone, Rewrite};
pub use paper::Papers;
pub use read::ReadReports;

/// The states in which people write a report.
const OPEN: [ReportState; 2] = [ReportState::Draft, ReportState::Returned];

/// A version of a team's report, which there must be.
async fn version_of(
    tx: &mut GuildTx,
    number: TicketNumber,
    team: &TeamKey,
    version: i64,
) -> Result<FinalReport> {
    let stored = tx.report(number, team, version).await?;
    let stored = stored.ok_or_else(|| {
        StoreError::Unreadable(format!("version {version} of the report of {team} on {number} is missing"))
    })?;
    Ok(parsed(&stored)?)
}

pub(super) fn parsed(stored: &StoredReport) -> Result<FinalReport, StoreError> {
    FinalReport::from_json(&stored.body).map_err(|error| {
        StoreError::Unreadable(format!(
            "version {} of the report of {}: {error}",
            stored.version, stored.team
        ))
    })
}

/// A version as the store keeps it.
fn stored(report: &FinalReport, act: &Act, section: Option<&str>) -> Result<StoredReport, StoreError> {
    let body = serde_json::to_string(report).map_err(|error| StoreError::Unreadable(error.to_string()))?;
    Ok(StoredReport {
        team: report.team.clone(),
        version: report.version,
        state: report.state,
        made: act.at,
        by: act.by.person.clone(),
        section: section.map(str::to_owned),
        body,
    })
}

/// The version that `act` makes.
fn made(act: &Act, version: i64) -> Made {
    Made { version, by: act.by.person.clone(), at: act.at }
}
