//! The workflow: what may happen to a ticket, as pure functions from state and wish to events or a refusal.
//!
//! `open → investigating → identified → monitoring → resolved → closed`, with `cancelled` and `duplicate` as side
//! exits. Forward steps may be skipped and steps back are allowed up to `resolved`; a finished ticket comes back
//! only by reopening it. Who may do these things is decided in [`access`](super::access), what follows from them in
//! [`followup`](super::followup). Of two people who want the same thing, the second meets the state the first left
//! and is refused by name.

use chrono::{DateTime, Utc};

use super::access::Member;
use super::directory::{Directory, Team};
use super::event::{EventKind, Field};
use super::keys::{ServiceKey, SeverityKey, TeamKey};
use super::refusal::Refusal;
use super::status::Status;
use super::text::{one_line, shorten};
use super::ticket::{Affected, Frequency, TITLE_MAX, Ticket};
use super::when;

/// The team for which `person` acts: the one they named, or their only one.
pub fn own_team<'a>(
    directory: &'a Directory,
    member: &Member,
    named: Option<&str>,
) -> Result<&'a Team, Refusal> {
    if let Some(named) = named {
        return find_team(directory, named);
    }
    let own = member.teams(directory);
    match own.as_slice() {
        [] => Err(Refusal::NoTeam(member.person.clone())),
        [team] => Ok(team),
        several => Err(Refusal::WhichTeam(several.iter().map(|team| team.key.clone()).collect())),
    }
}

/// The team that `named` means: by key in any case, or by the name people use.
pub fn find_team<'a>(directory: &'a Directory, named: &str) -> Result<&'a Team, Refusal> {
    let named = named.trim();
    let is_it =
        |team: &&Team| team.key.as_str().eq_ignore_ascii_case(named) || team.name.eq_ignore_ascii_case(named);
    directory.teams.iter().find(is_it).ok_or_else(|| Refusal::UnknownTeam(named.to_owned()))
}

/// Puts `person` in charge for `team`, and moves an open ticket to investigating.
///
/// `taking` is true when people put themselves in charge: then whoever is in charge already stays; assigning
/// replaces them.
pub fn assign(
    ticket: &Ticket,
    team: &Team,
    person: &Member,
    taking: bool,
    at: DateTime<Utc>,
) -> Result<Vec<EventKind>, Refusal> {
    still_running(ticket)?;
    if !person.is_in(team) {
        return Err(Refusal::NotInTeam { team: team.key.clone(), person: person.person.clone() });
    }
    let now = ticket.in_charge(&team.key).map(|charge| charge.person.clone());
    match &now {
        Some(by) if by.id == person.person.id => return Err(Refusal::AlreadyYours(team.key.clone())),
        Some(by) if taking => return Err(Refusal::AlreadyTaken { team: team.key.clone(), by: by.clone() }),
        _ => {}
    }
    let mut events =
        vec![EventKind::Assigned { team: team.key.clone(), person: person.person.clone(), replaced: now }];
    if ticket.status == Status::Open {
        let (from, to) = (Status::Open, Status::Investigating);
        events.push(EventKind::StatusChanged { from, to, note: String::new(), reached: at });
    }
    Ok(events)
}

/// Gives back what `person` is in charge of; managers and admins may take it from somebody.
pub fn release(
    ticket: &Ticket,
    directory: &Directory,
    member: &Member,
    team: &TeamKey,
    note: String,
) -> Result<EventKind, Refusal> {
    still_running(ticket)?;
    let charge = ticket.in_charge(team).ok_or_else(|| Refusal::NobodyInCharge(team.clone()))?;
    if charge.person.id != member.person.id && !member.steers(directory) {
        return Err(Refusal::NotYours { team: team.clone(), by: charge.person.clone() });
    }
    Ok(EventKind::Released { team: team.clone(), person: charge.person.clone(), note })
}

/// Moves the work on or back. `reached` is when the step was really reached, by default now.
pub fn set_status(
    ticket: &Ticket,
    to: Status,
    note: String,
    reached: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<EventKind, Refusal> {
    if !to.is_settable() {
        return Err(Refusal::NotSettable(to));
    }
    still_running(ticket)?;
    if ticket.status == to {
        return Err(Refusal::AlreadyThere(ticket.number, to));
    }
    let milestones = &ticket.milestones;
    let start = match milestones.started {
        // Service cannot be back before it was gone, also where the failure began after the opening.
        Some(started) if to == Status::Resolved => started,
        Some(started) => started.min(milestones.opened),
        None => milestones.opened,
    };
    let reached = reached.unwrap_or(now);
    if reached < start {
        return Err(Refusal::BeforeStart(start));
    }
    Ok(EventKind::StatusChanged { from: ticket.status, to, note, reached })
}

/// Says that it is worse or less bad than it was thought.
pub fn set_severity(
    ticket: &Ticket,
    directory: &Directory,
    to: &str,
    reason: String,
) -> Result<EventKind, Refusal> {
    still_running(ticket)?;
    let to = find_severity(directory, to)?;
    if ticket.facts.severity == to {
        return Err(Refusal::AlreadySeverity(ticket.number, to));
    }
    Ok(EventKind::SeverityChanged { from: ticket.facts.severity.clone(), to, reason })
}

/// The severity that `named` means: by key in any case, or by the name people use.
pub fn find_severity(directory: &Directory, named: &str) -> Result<SeverityKey, Refusal> {
    let named = named.trim();
    let found = directory.severities.iter().find(|severity| {
        severity.key.as_str().eq_ignore_ascii_case(named) || severity.name.eq_ignore_ascii_case(named)
    });
    found.map(|severity| severity.key.clone()).ok_or_else(|| Refusal::UnknownSeverity(named.to_owned()))
}

/// The services in a list such as `payments, login`.
pub fn find_services(directory: &Directory, named: &str) -> Result<Vec<ServiceKey>, Refusal> {
    let mut keys = Vec::new();
    for name in named.split([',', ' ', '、']).map(str::trim).filter(|name| !name.is_empty()) {
        let service =
            directory.services.iter().find(|service| service.key.as_str().eq_ignore_ascii_case(name));
        let service = service.ok_or_else(|| Refusal::UnknownService(name.to_owned()))?;
        if !keys.contains(&service.key) {
            keys.push(service.key.clone());
        }
    }
    Ok(keys)
}

/// Ends the work: only of what is resolved, so that the record knows when service was back, and only when every
/// Final Report that is owed is approved.
pub fn close(ticket: &Ticket, directory: &Directory, reason: String) -> Result<EventKind, Refusal> {
    still_running(ticket)?;
    if ticket.status != Status::Resolved {
        return Err(Refusal::NotResolved(ticket.number, ticket.status));
    }
    let owed = ticket.owed(directory);
    if !owed.is_empty() {
        return Err(Refusal::ReportsOwed(ticket.number, owed));
    }
    Ok(EventKind::Closed { reason })
}

/// Says that it was a false alarm.
pub fn cancel(ticket: &Ticket, reason: String) -> Result<EventKind, Refusal> {
    still_running(ticket)?;
    Ok(EventKind::Cancelled { from: ticket.status, reason })
}

/// Brings a finished ticket back: to whoever was in charge, or to be taken.
pub fn reopen(ticket: &Ticket, reason: String) -> Result<EventKind, Refusal> {
    if !ticket.status.is_end() {
        return Err(Refusal::NotEnded(ticket.number, ticket.status));
    }
    if reason.is_empty() {
        return Err(Refusal::Empty("reason"));
    }
    let taken = ticket.all_in_charge().next().is_some();
    let to = if taken { Status::Investigating } else { Status::Open };
    Ok(EventKind::Reopened { from: ticket.status, to, reason })
}

/// Corrects a fact of the form. A ticket that is over may still be corrected: its reports are made from the facts.
pub fn edit(
    ticket: &Ticket,
    directory: &Directory,
    field: Field,
    typed: &str,
    now: DateTime<Utc>,
) -> Result<EventKind, Refusal> {
    let typed = typed.trim();
    let bad = || Refusal::BadValue { field, typed: typed.to_owned() };
    let rfc3339 = |at: DateTime<Utc>| at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
    let facts = &ticket.facts;
    let (from, to) = match field {
        Field::Title => {
            let to = shorten(&one_line(typed), TITLE_MAX);
            if to.is_empty() {
                return Err(Refusal::Empty("title"));
            }
            (facts.title.clone(), to)
        }
        Field::Services => (join(&facts.services), join(&find_services(directory, typed)?)),
        Field::Affected => {
            let to = Affected::from_word(&typed.to_lowercase()).ok_or_else(bad)?;
            (facts.affected.map(Affected::as_str).unwrap_or_default().to_owned(), to.to_string())
        }
        Field::Frequency => {
            let to = Frequency::from_word(&typed.to_lowercase()).ok_or_else(bad)?;
            (facts.frequency.map(Frequency::as_str).unwrap_or_default().to_owned(), to.to_string())
        }
        Field::Started => {
            let to = when::parse(typed, now, directory.zone);
            let to = to.map_err(|why| Refusal::NotATime(typed.to_owned(), why))?;
            if ticket.milestones.restored.is_some_and(|restored| to > restored) {
                return Err(Refusal::AfterLaterStep(to));
            }
            (ticket.milestones.started.map(rfc3339).unwrap_or_default(), rfc3339(to))
        }
    };
    Ok(EventKind::Edited { field, from, to })
}

fn join(services: &[ServiceKey]) -> String {
    services.iter().map(ServiceKey::as_str).collect::<Vec<_>>().join(", ")
}

fn still_running(ticket: &Ticket) -> Result<(), Refusal> {
    if ticket.status.is_end() { Err(Refusal::Ended(ticket.number, ticket.status)) } else { Ok(()) }
}
