//! Who may do what, as pure functions of the person, the ticket and the company.
//!
//! Rights come from roles: members of the teams' roles are the responders; viewers read; managers and admins steer.
//! A reporter may speak for their own ticket. The same rules guard the command and the button. Must not know how a
//! person's roles were learned.

use super::directory::{Directory, Team};
use super::ids::RoleId;
use super::ticket::{Person, Ticket};
use super::workflow::Refusal;

/// A person of the guild who does something, with what Discord says of them at that moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who it is.
    pub person: Person,
    /// Their roles.
    pub roles: Vec<RoleId>,
    /// Whether they can see the channel in which tickets are.
    pub sees_tickets: bool,
}

/// The things that need a right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Open a ticket.
    Open,
    /// Read tickets: show, list, history.
    Read,
    /// Do the work: take, assign, give back, set status and severity, draft reports, close.
    Work,
    /// Speak for a ticket: note and correct its facts, cancel and reopen it.
    Speak,
}

impl Member {
    /// Whether they belong to `team`.
    #[must_use]
    pub fn is_in(&self, team: &Team) -> bool {
        team.role.is_some_and(|role| self.roles.contains(&role))
    }

    /// The teams they belong to.
    #[must_use]
    pub fn teams<'a>(&self, directory: &'a Directory) -> Vec<&'a Team> {
        directory.teams.iter().filter(|team| self.is_in(team)).collect()
    }

    /// Whether they are a manager or an admin.
    #[must_use]
    pub fn steers(&self, directory: &Directory) -> bool {
        self.has_any(&directory.managers) || self.has_any(&directory.admins)
    }

    /// Whether they work on tickets: a responder, a manager or an admin.
    #[must_use]
    pub fn works(&self, directory: &Directory) -> bool {
        self.steers(directory) || directory.teams.iter().any(|team| self.is_in(team))
    }

    fn has_any(&self, roles: &[RoleId]) -> bool {
        roles.iter().any(|role| self.roles.contains(role))
    }
}

/// Checks that `member` may do `action`, on `ticket` where there is one.
pub fn check(
    action: Action,
    member: &Member,
    ticket: Option<&Ticket>,
    directory: &Directory,
) -> Result<(), Refusal> {
    let works = member.works(directory);
    let reported_it = ticket.is_some_and(|ticket| ticket.reporter.id == member.person.id);
    let may = match action {
        Action::Open => works || directory.openers.as_ref().is_none_or(|roles| member.has_any(roles)),
        Action::Read => works || reported_it || member.sees_tickets || member.has_any(&directory.viewers),
        Action::Work => works,
        Action::Speak => works || reported_it,
    };
    if may { Ok(()) } else { Err(Refusal::NotAllowed(action)) }
}
