//! Where each team's Final Report on a ticket stands: part of the ticket's row, one line for each team.

use chrono::{DateTime, Utc};

use super::macros::{on, row};
use super::{GuildTx, Result, StoreError};
use crate::domain::{Person, ReportStanding, ReportState, TeamKey, Ticket, UserId};

row!(StandingRow {
    ticket: i64, team: String, version: i64, state: String, authors: String, compiled_at: DateTime<Utc>,
    since_at: DateTime<Utc>, by_id: i64, by_name: String, outdated: bool,
});

impl GuildTx {
    /// Writes where the reports of a ticket stand.
    pub(super) async fn save_standings(&mut self, ticket: &Ticket) -> Result<()> {
        let sql = "INSERT INTO report_standings \
                   (guild_id, ticket, team, version, state, authors, compiled_at, since_at, by_id, by_name, outdated) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
                   ON CONFLICT (guild_id, ticket, team) DO UPDATE SET version = excluded.version, \
                   state = excluded.state, authors = excluded.authors, compiled_at = excluded.compiled_at, \
                   since_at = excluded.since_at, by_id = excluded.by_id, by_name = excluded.by_name, \
                   outdated = excluded.outdated";
        let guild = self.guild.0;
        for report in &ticket.reports {
            let authors = serde_json::to_string(&report.authors)
                .map_err(|error| StoreError::Unreadable(error.to_string()))?;
            on!(self, c => sqlx::query(sql)
                .bind(guild).bind(ticket.number.0).bind(report.team.as_str()).bind(report.version)
                .bind(report.state.as_str()).bind(&authors).bind(report.compiled).bind(report.since)
                .bind(report.by.id.0).bind(&report.by.name).bind(report.outdated)
                .execute(c).await.map(drop))?;
        }
        Ok(())
    }

    /// Where the reports of the tickets between two numbers stand.
    pub(super) async fn standings(&mut self, from: i64, to: i64) -> Result<Vec<(i64, ReportStanding)>> {
        let sql = "SELECT ticket, team, version, state, authors, compiled_at, since_at, by_id, by_name, outdated \
                   FROM report_standings WHERE guild_id = $1 AND ticket >= $2 AND ticket <= $3 ORDER BY ticket, team";
        let guild = self.guild.0;
        let rows: Vec<StandingRow> =
            on!(self, c => sqlx::query_as(sql).bind(guild).bind(from).bind(to).fetch_all(c).await)?;
        rows.into_iter().map(StandingRow::into_standing).collect()
    }
}

impl StandingRow {
    fn into_standing(self) -> Result<(i64, ReportStanding)> {
        let unreadable =
            |what: String| StoreError::Unreadable(format!("{what} of a report on T-{}", self.ticket));
        let state = ReportState::from_word(&self.state)
            .ok_or_else(|| unreadable(format!("state `{}`", self.state)))?;
        let authors: Vec<Person> =
            serde_json::from_str(&self.authors).map_err(|error| unreadable(format!("authors ({error})")))?;
        let standing = ReportStanding {
            team: TeamKey::new(self.team),
            version: self.version,
            state,
            authors,
            compiled: self.compiled_at,
            since: self.since_at,
            by: Person { id: UserId(self.by_id), name: self.by_name },
            outdated: self.outdated,
        };
        Ok((self.ticket, standing))
    }
}
