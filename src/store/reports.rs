//! Final Reports in versions, as text: what is in them is the report module's business.

use chrono::{DateTime, Utc};

use super::macros::{on, row};
use super::{GuildTx, Result, StoreError};
use crate::domain::{Person, ReportState, TeamKey, TicketNumber, UserId};

row!(ReportRow {
    team: String, version: i64, state: String, compiled_at: DateTime<Utc>, by_id: i64, by_name: String, body: String,
});

/// One version of one team's report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredReport {
    /// Whose report.
    pub team: TeamKey,
    /// Which version, from 1.
    pub version: i64,
    /// How far it has come.
    pub state: ReportState,
    /// When it was made.
    pub compiled: DateTime<Utc>,
    /// Who made it.
    pub by: Person,
    /// The report itself, as JSON.
    pub body: String,
}

impl GuildTx {
    /// Keeps a version.
    pub async fn insert_report(&mut self, number: TicketNumber, report: &StoredReport) -> Result<()> {
        let sql = "INSERT INTO reports (guild_id, ticket, team, version, state, compiled_at, by_id, by_name, body) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql)
            .bind(guild).bind(number.0).bind(report.team.as_str()).bind(report.version)
            .bind(report.state.as_str()).bind(report.compiled).bind(report.by.id.0).bind(&report.by.name)
            .bind(&report.body)
            .execute(c).await.map(drop))?;
        Ok(())
    }

    /// The newest version of each team's report on a ticket.
    pub async fn newest_reports(&mut self, number: TicketNumber) -> Result<Vec<StoredReport>> {
        let sql = "SELECT team, version, state, compiled_at, by_id, by_name, body FROM reports r \
                   WHERE guild_id = $1 AND ticket = $2 AND version = (SELECT MAX(n.version) FROM reports n \
                       WHERE n.guild_id = r.guild_id AND n.ticket = r.ticket AND n.team = r.team) ORDER BY team";
        let guild = self.guild.0;
        let rows: Vec<ReportRow> =
            on!(self, c => sqlx::query_as(sql).bind(guild).bind(number.0).fetch_all(c).await)?;
        rows.into_iter().map(ReportRow::into_report).collect()
    }
}

impl ReportRow {
    fn into_report(self) -> Result<StoredReport> {
        let state = ReportState::from_word(&self.state)
            .ok_or_else(|| StoreError::Unreadable(format!("state `{}` of a report", self.state)))?;
        Ok(StoredReport {
            team: TeamKey::new(self.team),
            version: self.version,
            state,
            compiled: self.compiled_at,
            by: Person { id: UserId(self.by_id), name: self.by_name },
            body: self.body,
        })
    }
}
