//! The company as the bot knows it: the config with every name bound to Discord's id.
//!
//! Made once at start and read by every rule. A role that could not be found is absent here, so nobody has the
//! right that it would give. Must not know where the names came from.

use chrono_tz::Tz;

use super::event::Topic;
use super::ids::{ChannelId, GuildId, RoleId, UserId};
use super::keys::{ServiceKey, SeverityKey, TeamKey};

/// Everything that the rules need to know of the company.
#[derive(Clone, Debug)]
pub struct Directory {
    /// The one guild this process serves.
    pub guild: GuildId,
    /// The bot itself, whose own posts tell nothing that the record does not have.
    pub bot: UserId,
    /// The zone in which people write and read local times.
    pub zone: Tz,
    /// Where cards are posted and threads hang.
    pub tickets: ChannelId,
    /// Where the bot tells operators what needs them.
    pub operators: ChannelId,
    /// Where announcements go.
    pub routes: Vec<Route>,
    /// The teams, in the config's order.
    pub teams: Vec<Team>,
    /// The severities, worst first; never empty.
    pub severities: Vec<Severity>,
    /// What the company runs; may be empty.
    pub services: Vec<Service>,
    /// Who may open a ticket; `None` is everyone.
    pub openers: Option<Vec<RoleId>>,
    /// Who may read every ticket.
    pub viewers: Vec<RoleId>,
    /// Who may read and steer every ticket.
    pub managers: Vec<RoleId>,
    /// Who may do everything.
    pub admins: Vec<RoleId>,
}

/// One rule about announcements: which events of which tickets go to which channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The channel that managers follow.
    pub channel: ChannelId,
    /// The kinds of event that are told there.
    pub topics: Vec<Topic>,
    /// Only tickets of these severities; empty is all.
    pub severities: Vec<SeverityKey>,
    /// Only tickets with one of these services; empty is all.
    pub services: Vec<ServiceKey>,
    /// Only tickets that concern one of these teams; empty is all.
    pub teams: Vec<TeamKey>,
    /// Roles to call when a ticket reaches the channel.
    pub mention: Vec<RoleId>,
    /// Whether updates are published to the servers that follow the channel.
    pub publish: bool,
}

/// A group that works on tickets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Its key.
    pub key: TeamKey,
    /// What people call it.
    pub name: String,
    /// Whose members belong to it; `None` if the role is missing on Discord.
    pub role: Option<RoleId>,
    /// Who leads it.
    pub lead: Option<UserId>,
    /// Whether it owes a Final Report for a ticket.
    pub owes_report: bool,
}

/// How bad a failure is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Severity {
    /// Its key.
    pub key: SeverityKey,
    /// What people call it.
    pub name: String,
    /// A short sign that says it without colour.
    pub mark: String,
    /// The colour of its cards, as `0xrrggbb`.
    pub colour: u32,
    /// When to choose it.
    pub description: String,
    /// Whether a ticket gets it when nobody says.
    pub is_default: bool,
}

/// Something the company runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its key.
    pub key: ServiceKey,
    /// What people call it.
    pub name: String,
    /// The teams that are brought in; empty is all.
    pub teams: Vec<TeamKey>,
}

impl Directory {
    /// The team with this key.
    #[must_use]
    pub fn team(&self, key: &TeamKey) -> Option<&Team> {
        self.teams.iter().find(|team| team.key == *key)
    }

    /// The severity with this key.
    #[must_use]
    pub fn severity(&self, key: &SeverityKey) -> Option<&Severity> {
        self.severities.iter().find(|severity| severity.key == *key)
    }

    /// The service with this key.
    #[must_use]
    pub fn service(&self, key: &ServiceKey) -> Option<&Service> {
        self.services.iter().find(|service| service.key == *key)
    }

    /// What people call a team, or its key if the config no longer has it.
    #[must_use]
    pub fn team_name<'a>(&'a self, key: &'a TeamKey) -> &'a str {
        self.team(key).map_or(key.as_str(), |team| &team.name)
    }

    /// What people call a service, or its key if the config no longer has it.
    #[must_use]
    pub fn service_name<'a>(&'a self, key: &'a ServiceKey) -> &'a str {
        self.service(key).map_or(key.as_str(), |service| &service.name)
    }

    /// The severity of a ticket about which nobody said one.
    #[must_use]
    pub fn default_severity(&self) -> Option<&Severity> {
        self.severities.iter().find(|severity| severity.is_default).or(self.severities.first())
    }

    /// Whether `a` is worse than `b`; a severity that the config no longer has is worse than none.
    #[must_use]
    pub fn is_worse(&self, a: &SeverityKey, b: &SeverityKey) -> bool {
        self.rank(a) < self.rank(b)
    }

    /// How bad a severity is: 0 is the worst, and one that the config no longer has comes after all others.
    #[must_use]
    pub fn rank(&self, key: &SeverityKey) -> usize {
        self.severities.iter().position(|severity| severity.key == *key).unwrap_or(usize::MAX)
    }

    /// The teams that a ticket about these services concerns: those the services name. A service that names none
    /// concerns all, and so does a ticket about no service.
    #[must_use]
    pub fn teams_for(&self, services: &[ServiceKey]) -> Vec<&Team> {
        let services: Vec<&Service> = services.iter().filter_map(|key| self.service(key)).collect();
        let all = services.is_empty() || services.iter().any(|service| service.teams.is_empty());
        let named = |team: &&Team| services.iter().any(|service| service.teams.contains(&team.key));
        self.teams.iter().filter(|team| all || named(team)).collect()
    }
}
