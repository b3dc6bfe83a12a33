//! The settings themselves: plain, validated data.
//!
//! What each setting means to its owner is explained in `bot-config.toml`; here stands what the code may rely on.
//! Must not know TOML. Invariant: what [`Config::parse`](super::Config::parse) gives is complete and consistent, so
//! nobody checks again that a key named here exists there.

use std::fmt;

use chrono_tz::Tz;

use super::reference::Reference;
use super::routes::{Route, Selection};

/// Everything that `bot-config.toml` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The Discord server that is served.
    pub guild: Guild,
    /// Where the bot speaks.
    pub channels: Channels,
    /// Who works on tickets: 1 to [`MAX_TEAMS`], keys unique.
    pub teams: Vec<Team>,
    /// How bad a failure is, worst first: 1 to [`MAX_SEVERITIES`], keys unique whatever their case, one the default.
    pub severities: Vec<Severity>,
    /// What can fail, at most [`MAX_SERVICES`], keys unique; empty where tickets name no service.
    pub services: Vec<Service>,
    /// Who may do what, apart from the teams.
    pub roles: Roles,
    /// How tickets are kept.
    pub tickets: Tickets,
    /// How much of what is said is kept.
    pub archive: Archive,
    /// How a second process takes over.
    pub standby: Standby,
}

/// The most teams there may be.
pub const MAX_TEAMS: usize = 20;
/// The most severities there may be: as many as Discord offers at once.
pub const MAX_SEVERITIES: usize = 25;
/// The most services there may be.
pub const MAX_SERVICES: usize = 500;
/// The most announcement routes there may be.
pub const MAX_ROUTES: usize = 20;
/// The most roles in one list.
pub const MAX_ROLES: usize = 20;
/// The longest key of a team, severity or service: keys travel in the ids of buttons.
pub const MAX_KEY_CHARS: usize = 24;
/// The longest name of a team, severity or service.
pub const MAX_NAME_CHARS: usize = 60;
/// The longest description of a severity: it fits beside its name in Discord's list of choices.
pub const MAX_DESCRIPTION_CHARS: usize = 90;
/// The longest mark of a severity; some emoji are several characters.
pub const MAX_MARK_CHARS: usize = 12;

impl Config {
    /// The team with this key.
    #[must_use]
    pub fn team(&self, key: &str) -> Option<&Team> {
        self.teams.iter().find(|team| team.key == key)
    }

    /// The severity with this key, in whatever case somebody typed it.
    #[must_use]
    pub fn severity(&self, key: &str) -> Option<&Severity> {
        self.severities.iter().find(|severity| severity.key.eq_ignore_ascii_case(key))
    }

    /// The severity of a ticket whose reporter did not choose one.
    ///
    /// # Panics
    /// On a config without severities, which [`Config::parse`](super::Config::parse) does not give.
    #[must_use]
    pub fn default_severity(&self) -> &Severity {
        self.severities.iter().find(|severity| severity.default).unwrap_or(&self.severities[0])
    }

    /// The service with this key.
    #[must_use]
    pub fn service(&self, key: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.key == key)
    }
}

/// `[guild]`: the Discord server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guild {
    /// Its id; `None` for the only server the bot is in. Fits signed 64 bits.
    pub id: Option<u64>,
    /// The zone in which reports write times.
    pub time_zone: Tz,
    /// The language the bot speaks.
    pub language: Language,
}

/// A language the bot speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English, `en`.
    #[default]
    English,
}

/// `[channels]`: where the bot speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channels {
    /// Where cards are posted and threads hang.
    pub tickets: Reference,
    /// Where the bot tells the people who run it what they should look at.
    pub operators: Reference,
    /// What is announced where, at most [`MAX_ROUTES`]; empty where nothing is announced.
    pub announcements: Vec<Route>,
}

/// A group that works on tickets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// What it is called in commands and in the database: `a`–`z`, `0`–`9`, `-`.
    pub key: String,
    /// Its name for people.
    pub name: String,
    /// The role its members hold: they are the responders.
    pub role: Reference,
    /// The user id of its lead. Fits signed 64 bits.
    pub lead: Option<u64>,
    /// Whether it owes a Final Report for tickets it was brought into.
    pub report: bool,
}

/// How bad a failure is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Severity {
    /// What it is called in commands and in the database: letters, digits, `-`.
    pub key: String,
    /// Its name for people.
    pub name: String,
    /// One line: when to choose it; may be empty.
    pub description: String,
    /// The colour of its cards.
    pub colour: Colour,
    /// A short text, mostly one emoji, that tells it apart where there is no colour.
    pub mark: String,
    /// Whether tickets get it when nobody chooses.
    pub default: bool,
}

/// A colour as Discord takes it: red, green and blue, a byte each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Colour(pub u32);

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:06x}", self.0)
    }
}

/// Something the company runs, that can fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// What it is called in commands and in the database: `a`–`z`, `0`–`9`, `-`.
    pub key: String,
    /// Its name for people.
    pub name: String,
    /// The teams that are brought in when it fails.
    pub teams: Selection,
}

/// `[roles]`: who may do what. Responders are not here: they are the members of the teams' roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roles {
    /// Who may open a ticket; empty: everyone.
    pub open: Vec<Reference>,
    /// Who may read every ticket.
    pub viewers: Vec<Reference>,
    /// Who decides: may also approve reports.
    pub managers: Vec<Reference>,
    /// Who may do everything, the bot's own settings included.
    pub admins: Vec<Reference>,
}

/// `[tickets]`: how tickets are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tickets {
    /// After how many quiet minutes Discord archives a thread: 60, 1440, 4320 or 10080.
    pub auto_archive_minutes: u16,
}

/// `[archive]`: how much of what is said is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Archive {
    /// The largest file that is kept, in megabytes (1,000,000 bytes); 0 keeps none.
    pub file_max_mb: u32,
    /// How much is kept of all files together, in megabytes.
    pub total_max_mb: u32,
    /// Whether the texts of messages that are deleted on Discord stay in the database.
    pub keep_deleted_text: bool,
    /// How many days after the end of its ticket an archive is kept; 0 for ever.
    pub retention_days: u32,
}

/// `[standby]`: how a second process takes over, on PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standby {
    /// How long the lease of the leading process lasts, in seconds: 1 to 60.
    pub lease_seconds: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_severity_is_found_however_it_is_typed() {
        let config = Config::default();
        assert_eq!(config.severity("sev1").map(|severity| severity.key.as_str()), Some("SEV1"));
        assert_eq!(config.default_severity().key, "SEV3");
        assert_eq!(config.team("technical").map(|team| team.name.as_str()), Some("Technical team"));
        assert_eq!(config.team("Technical"), None);
        assert_eq!(config.service("shop"), None);
        assert_eq!(Colour(0x00_0a_ff).to_string(), "#000aff");
    }
}
