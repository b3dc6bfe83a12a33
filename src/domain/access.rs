//! Who may do what, as pure functions of the person, the ticket and the company.
//!
//! Rights come from roles: members of the teams' roles are the responders; viewers read; managers and admins steer.
//! A reporter may speak for their own ticket. The same rules guard the command and the button. Must not know how a
//! person's roles were learned.

use super::directory::{Directory, Team};
use super::ids::RoleId;
use super::person::Person;
pub use super::refusal::Action;
use super::refusal::Refusal;
use super::ticket::Ticket;

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
        Action::Operate => member.has_any(&directory.admins),
    };
    if may { Ok(()) } else { Err(Refusal::NotAllowed(action)) }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::super::fixture::{ann, bob, dana, directory, eve, ticket, vic};
    use super::*;

    #[test]
    fn rights_follow_from_roles_and_from_having_reported() {
        let (ticket, _) = ticket();
        let everyone = directory();
        let restricted = Directory { openers: Some(vec![RoleId(3)]), ..directory() };
        let actions = [Action::Open, Action::Read, Action::Work, Action::Speak, Action::Operate];
        let mut table = String::new();
        for (name, company) in [("everyone opens", &everyone), ("viewers open", &restricted)] {
            writeln!(table, "{name}").unwrap();
            for member in [ann(), bob(), dana(), eve(), vic()] {
                let may = |action: &Action| check(*action, &member, Some(&ticket), company).is_ok();
                let may: Vec<String> =
                    actions.iter().filter(|action| may(action)).map(|action| format!("{action:?}")).collect();
                writeln!(table, "  {:<5} {}", member.person.name, may.join(" ")).unwrap();
            }
        }
        insta::assert_snapshot!(table, @r"
        everyone opens
          Ann   Open Read Speak
          Bob   Open Read Work Speak
          Dana  Open Read Work Speak
          Eve   Open
          Vic   Open Read
        viewers open
          Ann   Read Speak
          Bob   Open Read Work Speak
          Dana  Open Read Work Speak
          Eve   
          Vic   Open Read
        ");
    }

    #[test]
    fn a_team_without_its_role_has_no_members() {
        let mut directory = directory();
        directory.teams[0].role = None;
        assert!(!bob().works(&directory));
        assert_eq!(check(Action::Work, &bob(), None, &directory), Err(Refusal::NotAllowed(Action::Work)));
    }

    #[test]
    fn a_reporter_speaks_only_for_their_own_ticket() {
        let (mut ticket, _) = ticket();
        ticket.reporter = bob().person;
        assert!(check(Action::Speak, &ann(), Some(&ticket), &directory()).is_err());
        assert!(check(Action::Speak, &ann(), None, &directory()).is_err());
    }
}
