//! Where the Final Reports of a ticket stand: the list of them, and a line of it on the card.
//!
//! Seen by its asker only, but for the line on the card. Must not know who may do what, nor what is in a report.

use super::facts::{DOT, some, stack};
use super::text::{plain, relative};
use super::{Naming, View};
use crate::discord::custom_id::{CustomId, ReportWish};
use crate::discord::limits;
use crate::discord::message::{Button, Embed, Message, Row, Style};
use crate::domain::{Owed, ReportStanding, ReportState, Status, TeamKey, Ticket};

/// What a person may do to a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReportRights {
    /// Draft, write, submit and return.
    pub work: bool,
    /// Approve: those who did not write it.
    pub approve: bool,
}

impl View<'_> {
    /// Where the Final Reports of a ticket stand, under a notice of what was just done.
    #[must_use]
    pub fn reports(&self, ticket: &Ticket, rights: ReportRights, notice: Option<String>) -> Message {
        let mut teams: Vec<TeamKey> =
            ticket.owing(self.directory).into_iter().map(|team| team.key.clone()).collect();
        let more =
            ticket.reports.iter().map(|report| report.team.clone()).filter(|team| !teams.contains(team));
        let more: Vec<TeamKey> = more.collect();
        teams.extend(more);
        let lines = teams.iter().map(|team| Some(self.report_line(ticket, team)));
        let none = teams.is_empty().then(|| "No team owes a Final Report for this ticket.".to_owned());
        let text = stack(lines.chain([none, Some(self.report_next(ticket).to_owned())]));
        let embed = Embed::new(format!("Final Reports{DOT}{}", self.heading(ticket)), self.colour(ticket));
        let mut message = Message::private(notice.unwrap_or_default())
            .embed(embed.url(self.thread_link(ticket)).description(text));
        for some in teams.chunks(limits::BUTTONS_IN_ROW).take(limits::ROWS - 1) {
            let open = some.iter().filter(|team| ticket.report(team).is_some()).map(|team| {
                let id = CustomId::OnReport(ticket.number, team.clone(), ReportWish::Open).encode();
                Button::new(plain(self.directory.team_name(team), limits::BUTTON_LABEL), Style::Secondary, id)
            });
            message = message.row(Row::Buttons(open.collect()));
        }
        let is_open = |team: &TeamKey| {
            ticket
                .report(team)
                .is_some_and(|report| matches!(report.state, ReportState::Draft | ReportState::Returned))
        };
        let missing =
            ticket.owed(self.directory).iter().any(|(_, owed)| matches!(owed, Owed::Draft | Owed::Renewal));
        if !rights.work || !(missing || teams.iter().any(is_open)) {
            return message;
        }
        let style = if missing { Style::Primary } else { Style::Secondary };
        let label = if missing { "Draft" } else { "Draft again" };
        message.row(Row::Buttons(vec![Button::new(
            label,
            style,
            CustomId::DraftReports(ticket.number).encode(),
        )]))
    }

    /// `**Web team** version 2 · submitted by @Will · 5 minutes ago`.
    fn report_line(&self, ticket: &Ticket, team: &TeamKey) -> String {
        let name = self.team(team);
        match ticket.report(team) {
            None => format!("**{name}** not drafted yet"),
            Some(report) => format!("**{name}** version {}", self.standing(report)),
        }
    }

    /// `2 · **submitted** by @Will · 5 minutes ago`, after the word "version".
    pub(super) fn standing(&self, report: &ReportStanding) -> String {
        let outdated = if report.outdated { ", from before the ticket was reopened" } else { "" };
        let by = self.person(&report.by, Naming::Mention);
        let state = self.language.report_state(report.state);
        format!("{}{DOT}**{state}** by {by}{DOT}{}{outdated}", report.version, relative(report.since))
    }

    /// What has to happen now so that the ticket can be closed.
    fn report_next(&self, ticket: &Ticket) -> &'static str {
        let owed = ticket.owed(self.directory);
        match owed.first().map(|(_, owed)| owed) {
            _ if ticket.status.is_end() => "",
            None if ticket.owing(self.directory).is_empty() => "",
            None => "Next: all are approved, so `/ticket close` ends the ticket once it is resolved.",
            Some(Owed::Draft | Owed::Renewal) => "Next: draft them; the gaps are then filled by people.",
            Some(Owed::Submission(_)) => "Next: fill the gaps, then submit.",
            Some(Owed::Approval) => "Next: somebody who did not write it approves it, or returns it.",
        }
    }

    /// `**Reports** Technical team: draft · Web team: none yet`, once there is one or they are due.
    pub(super) fn reports_line(&self, ticket: &Ticket) -> Option<String> {
        let due = ticket.status == Status::Resolved;
        if ticket.reports.is_empty() && !due {
            return None;
        }
        let one = |team: &TeamKey| match ticket.report(team) {
            None => format!("{}: none yet", self.team(team)),
            Some(report) => format!("{}: {}", self.team(team), self.language.report_state(report.state)),
        };
        let owing = ticket.owing(self.directory);
        let lines: Vec<String> = owing.iter().map(|team| one(&team.key)).collect();
        (!lines.is_empty()).then(|| format!("**Reports** {}", some(lines, DOT)))
    }
}
