//! What a team's Final Report means for its ticket, and what may happen to it next.
//!
//! Every save is a version. A draft is written on by saving the next version; submitted, it waits for somebody who has
//! not written in it; approved, it is never changed again, and whatever is to be said after that is a new version.
//! Pure: from the ticket, the wish and the person to an event or a refusal. Must not know what is in a report.
//! Invariant: nobody approves what they wrote or submitted themselves.

pub mod standing;

use self::standing::{Owed, ReportStanding, ReportState};
use super::access::Member;
use super::directory::{Directory, Team};
use super::event::{Event, EventKind};
use super::keys::TeamKey;
use super::person::Person;
use super::refusal::Refusal;
use super::ticket::Ticket;

impl Ticket {
    /// Where the report of `team` stands, if it was ever drafted.
    #[must_use]
    pub fn report(&self, team: &TeamKey) -> Option<&ReportStanding> {
        self.reports.iter().find(|report| report.team == *team)
    }

    /// The teams that owe a Final Report on this ticket: those it concerns, and those that took it all the same.
    #[must_use]
    pub fn owing<'a>(&self, directory: &'a Directory) -> Vec<&'a Team> {
        let concerned = directory.teams_for(&self.facts.services);
        let took = |team: &Team| self.charges.iter().any(|charge| charge.team == team.key);
        let owes = |team: &&Team| {
            team.owes_report && (concerned.iter().any(|one| one.key == team.key) || took(team))
        };
        directory.teams.iter().filter(owes).collect()
    }

    /// What keeps the ticket from being closed, team by team.
    #[must_use]
    pub fn owed(&self, directory: &Directory) -> Vec<(TeamKey, Owed)> {
        let missing = |team: &Team| match self.report(&team.key) {
            None => Some(Owed::Draft),
            Some(report) => report.owed(),
        };
        let teams = self.owing(directory).into_iter();
        teams.filter_map(|team| Some((team.key.clone(), missing(team)?))).collect()
    }

    /// Takes in what happened to a report.
    pub(super) fn apply_to_reports(&mut self, event: &Event) {
        use ReportState::{Approved, Draft, Returned, Submitted};
        let (team, version, state) = match &event.kind {
            EventKind::ReportDrafted { team, version } | EventKind::ReportEdited { team, version, .. } => {
                (team, *version, Draft)
            }
            EventKind::ReportSubmitted { team, version } => (team, *version, Submitted),
            EventKind::ReportApproved { team, version } => (team, *version, Approved),
            EventKind::ReportReturned { team, version, .. } => (team, *version, Returned),
            EventKind::Reopened { .. } => {
                return self.reports.iter_mut().for_each(|report| report.outdated = true);
            }
            _ => return,
        };
        let known = self.reports.iter().position(|report| report.team == *team);
        let place = known.unwrap_or_else(|| {
            self.reports.push(ReportStanding::new(team, version, event.at, &event.by));
            self.reports.len() - 1
        });
        let report = &mut self.reports[place];
        (report.version, report.state) = (version, state);
        (report.since, report.by) = (event.at, event.by.clone());
        match &event.kind {
            EventKind::ReportDrafted { .. } => (report.compiled, report.outdated) = (event.at, false),
            EventKind::ReportEdited { .. } | EventKind::ReportSubmitted { .. }
                if !report.is_by(&event.by) =>
            {
                report.authors.push(event.by.clone());
            }
            _ => {}
        }
        self.reports.sort_by(|a, b| a.team.cmp(&b.team));
    }
}

/// The teams for which a report is compiled: `named`, or else those that have none yet, or else those that are still
/// writing theirs.
pub fn to_draft<'a>(
    ticket: &Ticket,
    directory: &'a Directory,
    named: Option<&'a Team>,
) -> Result<Vec<&'a Team>, Refusal> {
    if let Some(team) = named {
        return match ticket.report(&team.key) {
            Some(report) if report.state == ReportState::Submitted => Err(standing(report)),
            _ => Ok(vec![team]),
        };
    }
    let (owing, owed) = (ticket.owing(directory), ticket.owed(directory));
    let in_state = |fits: fn(&Owed) -> bool| -> Vec<&'a Team> {
        let is_in = |team: &&Team| owed.iter().any(|(key, owed)| *key == team.key && fits(owed));
        owing.iter().copied().filter(is_in).collect()
    };
    // Whoever asks for what is missing does not mean to begin anew what others are writing.
    let missing = in_state(|owed| matches!(owed, Owed::Draft | Owed::Renewal));
    let teams =
        if missing.is_empty() { in_state(|owed| matches!(owed, Owed::Submission(_))) } else { missing };
    if teams.is_empty() && !owing.is_empty() {
        let settled = owing.iter().filter_map(|team| ticket.report(&team.key));
        return Err(Refusal::NothingToDraft(
            settled.map(|report| (report.team.clone(), report.state)).collect(),
        ));
    }
    Ok(teams)
}

/// The team whose report `member` means, where they did not name it: the only one that stands in one of the states
/// that `fit`, their own team's before others. If none fits, one is given all the same, to be refused for its state.
pub fn which(
    ticket: &Ticket,
    member: &Member,
    directory: &Directory,
    named: Option<&TeamKey>,
    fit: &[ReportState],
) -> Result<TeamKey, Refusal> {
    if let Some(named) = named {
        return Ok(named.clone());
    }
    let own = member.teams(directory);
    let is_own = |report: &&&ReportStanding| own.iter().any(|team| team.key == report.team);
    let fitting: Vec<&ReportStanding> =
        ticket.reports.iter().filter(|report| fit.contains(&report.state)).collect();
    let own_fitting: Vec<&ReportStanding> = fitting.iter().filter(is_own).copied().collect();
    let candidates = if own_fitting.is_empty() { fitting } else { own_fitting };
    match candidates.as_slice() {
        [report] => Ok(report.team.clone()),
        [] => {
            let all: Vec<&ReportStanding> = ticket.reports.iter().collect();
            let any = all.iter().find(is_own).or(all.first()).map(|report| report.team.clone());
            let owing = || ticket.owing(directory).first().map(|team| team.key.clone());
            let first = || directory.teams.first().map(|team| team.key.clone());
            any.or_else(owing).or_else(first).ok_or(Refusal::WhichTeam(Vec::new()))
        }
        several => Err(Refusal::WhichTeam(several.iter().map(|report| report.team.clone()).collect())),
    }
}

/// The report of `team` as somebody saw it: `seen` is the version they looked at, where that is known.
pub fn seen<'a>(
    ticket: &'a Ticket,
    team: &TeamKey,
    seen: Option<i64>,
) -> Result<&'a ReportStanding, Refusal> {
    let report = ticket.report(team).ok_or_else(|| Refusal::NoReport(ticket.number, team.clone()))?;
    match seen {
        Some(seen) if seen != report.version => Err(Refusal::ReportMoved {
            team: team.clone(),
            seen,
            newest: report.version,
            by: report.by.clone(),
        }),
        _ => Ok(report),
    }
}

/// Saves a section: of what is submitted or approved, nothing is changed.
pub fn edit(report: &ReportStanding, section: &str) -> Result<EventKind, Refusal> {
    match report.state {
        ReportState::Draft | ReportState::Returned => Ok(EventKind::ReportEdited {
            team: report.team.clone(),
            version: report.version + 1,
            section: section.to_owned(),
        }),
        ReportState::Submitted | ReportState::Approved => Err(standing(report)),
    }
}

/// Says that the report is ready to be approved. One that was returned may be submitted again as it is.
pub fn submit(report: &ReportStanding) -> Result<EventKind, Refusal> {
    match report.state {
        ReportState::Draft | ReportState::Returned if report.outdated => Err(outdated(report)),
        ReportState::Draft => {
            Ok(EventKind::ReportSubmitted { team: report.team.clone(), version: report.version })
        }
        ReportState::Returned => {
            Ok(EventKind::ReportSubmitted { team: report.team.clone(), version: report.version + 1 })
        }
        ReportState::Submitted | ReportState::Approved => Err(standing(report)),
    }
}

/// Agrees to what was submitted.
pub fn approve(report: &ReportStanding, by: &Person) -> Result<EventKind, Refusal> {
    match report.state {
        ReportState::Submitted if report.outdated => Err(outdated(report)),
        ReportState::Submitted if report.is_by(by) => Err(Refusal::OwnReport(report.team.clone())),
        ReportState::Submitted => {
            Ok(EventKind::ReportApproved { team: report.team.clone(), version: report.version })
        }
        ReportState::Draft | ReportState::Returned | ReportState::Approved => Err(standing(report)),
    }
}

/// Gives back what was submitted; its authors may do so too, when they find a mistake.
pub fn give_back(report: &ReportStanding, reason: String) -> Result<EventKind, Refusal> {
    match report.state {
        ReportState::Submitted if reason.is_empty() => Err(Refusal::Empty("reason")),
        ReportState::Submitted => {
            Ok(EventKind::ReportReturned { team: report.team.clone(), version: report.version, reason })
        }
        ReportState::Draft | ReportState::Returned | ReportState::Approved => Err(standing(report)),
    }
}

fn outdated(report: &ReportStanding) -> Refusal {
    Refusal::ReportOutdated { team: report.team.clone(), state: report.state }
}

fn standing(report: &ReportStanding) -> Refusal {
    Refusal::ReportStands { team: report.team.clone(), version: report.version, state: report.state }
}

#[cfg(test)]
mod tests;
