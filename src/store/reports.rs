//! Final Reports in versions, as text: what is in them is the report module's business.
//!
//! A version is written once. Only its state changes, and with it the text that says so, until it is approved.

use chrono::{DateTime, Utc};

use super::macros::{on, row};
use super::{GuildTx, Result, StoreError};
use crate::domain::{Person, ReportState, TeamKey, TicketNumber, UserId};

row!(ReportRow {
    team: String, version: i64, state: String, made_at: DateTime<Utc>, by_id: i64, by_name: String,
    section: Option<String>, body: String,
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
    pub made: DateTime<Utc>,
    /// Who made it.
    pub by: Person,
    /// The key of the section that was rewritten; `None` where the record was compiled.
    pub section: Option<String>,
    /// The report itself, as JSON.
    pub body: String,
}

impl StoredReport {
    /// Whether it is still being written: neither submitted nor approved.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.state, ReportState::Draft | ReportState::Returned)
    }
}

/// The columns of a [`ReportRow`], before the rest of a statement.
macro_rules! report_columns {
    ($rest:literal) => {
        concat!("SELECT team, version, state, made_at, by_id, by_name, section, body FROM reports r ", $rest)
    };
}

impl GuildTx {
    /// Keeps a version.
    pub async fn insert_report(&mut self, number: TicketNumber, report: &StoredReport) -> Result<()> {
        let sql = "INSERT INTO reports \
                   (guild_id, ticket, team, version, state, made_at, by_id, by_name, section, body) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql)
            .bind(guild).bind(number.0).bind(report.team.as_str()).bind(report.version)
            .bind(report.state.as_str()).bind(report.made).bind(report.by.id.0).bind(&report.by.name)
            .bind(&report.section).bind(&report.body)
            .execute(c).await.map(drop))?;
        Ok(())
    }

    /// Brings a version to another state; `body` says so too. What is approved is never changed: it is refused as
    /// [`StoreError::AlreadyThere`].
    pub async fn set_report_state(
        &mut self,
        number: TicketNumber,
        (team, version): (&TeamKey, i64),
        state: ReportState,
        body: &str,
    ) -> Result<()> {
        let sql = "UPDATE reports SET state = $5, body = $6 \
                   WHERE guild_id = $1 AND ticket = $2 AND team = $3 AND version = $4 AND state <> 'approved' \
                   RETURNING version";
        let guild = self.guild.0;
        let changed: Option<i64> = on!(self, c => sqlx::query_scalar(sql)
            .bind(guild).bind(number.0).bind(team.as_str()).bind(version).bind(state.as_str()).bind(body)
            .fetch_optional(c).await)?;
        changed.map(drop).ok_or(StoreError::AlreadyThere)
    }

    /// The newest version of each team's report on a ticket.
    pub async fn newest_reports(&mut self, number: TicketNumber) -> Result<Vec<StoredReport>> {
        let sql = report_columns!(
            "WHERE guild_id = $1 AND ticket = $2 AND version = (SELECT MAX(n.version) FROM reports n \
             WHERE n.guild_id = r.guild_id AND n.ticket = r.ticket AND n.team = r.team) ORDER BY team"
        );
        let guild = self.guild.0;
        let rows: Vec<ReportRow> =
            on!(self, c => sqlx::query_as(sql).bind(guild).bind(number.0).fetch_all(c).await)?;
        rows.into_iter().map(ReportRow::into_report).collect()
    }

    /// One version of a team's report on a ticket.
    pub async fn report(
        &mut self,
        number: TicketNumber,
        team: &TeamKey,
        version: i64,
    ) -> Result<Option<StoredReport>> {
        let sql = report_columns!("WHERE guild_id = $1 AND ticket = $2 AND team = $3 AND version = $4");
        let guild = self.guild.0;
        let row: Option<ReportRow> = on!(self, c => sqlx::query_as(sql)
            .bind(guild).bind(number.0).bind(team.as_str()).bind(version).fetch_optional(c).await)?;
        row.map(ReportRow::into_report).transpose()
    }

    /// Every version of every report on a ticket, by team, the oldest first.
    pub async fn all_reports(&mut self, number: TicketNumber) -> Result<Vec<StoredReport>> {
        let sql = report_columns!("WHERE guild_id = $1 AND ticket = $2 ORDER BY team, version");
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
            made: self.made_at,
            by: Person { id: UserId(self.by_id), name: self.by_name },
            section: self.section,
            body: self.body,
        })
    }
}
