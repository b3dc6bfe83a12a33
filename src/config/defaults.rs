//! What holds where the config says nothing.
//!
//! The same values stand, explained, in `bot-config.toml`; a test holds the two against each other. The routes follow
//! from the severities and the managers, so that a company that only names its own severities need not write routes.

use chrono_tz::Tz;

use super::model::{
    Archive, Channels, Colour, Config, Guild, Language, Roles, Severity, Standby, Team, Tickets,
};
use super::reference::Reference;
use super::routes::{Announced, Route, Selection};

/// The times after which Discord can archive a thread.
pub(super) const ARCHIVE_MINUTES: [u16; 4] = [60, 1440, 4320, 10080];
/// As long as Discord allows: an open ticket's thread should stay in sight.
pub(super) const AUTO_ARCHIVE_MINUTES: u16 = 10080;

/// Discord takes files of 10 MB from most people, and of more from some; 10 GB are a few thousand of them.
/// What somebody takes back is theirs to take back, and a record that nobody limited is kept.
pub(super) const ARCHIVE: Archive =
    Archive { file_max_mb: 25, total_max_mb: 10_000, keep_deleted_text: false, retention_days: 0 };

/// A standby is at work within fifteen seconds, and a database that is away for eight is not noticed by it.
pub(super) const STANDBY: Standby = Standby { lease_seconds: 10 };

impl Default for Config {
    /// What an empty file says.
    fn default() -> Self {
        let (severities, roles) = (severities(), roles());
        Self {
            guild: Guild { id: None, time_zone: Tz::UTC, language: Language::English },
            channels: Channels {
                tickets: tickets_channel(),
                operators: operators_channel(),
                announcements: routes(&severities, &roles.managers),
            },
            teams: teams(),
            severities,
            services: Vec::new(),
            roles,
            tickets: Tickets { auto_archive_minutes: AUTO_ARCHIVE_MINUTES },
            archive: ARCHIVE,
            standby: STANDBY,
        }
    }
}

fn name(name: &str) -> Reference {
    Reference::Name(name.to_owned())
}

pub(super) fn tickets_channel() -> Reference {
    name("trouble")
}

pub(super) fn operators_channel() -> Reference {
    name("trouble-operators")
}

pub(super) fn announcements_channel() -> Reference {
    name("trouble-announcements")
}

pub(super) fn teams() -> Vec<Team> {
    let team = |key: &str, title: &str| Team {
        key: key.to_owned(),
        name: title.to_owned(),
        role: name(key),
        lead: None,
        report: true,
    };
    vec![team("technical", "Technical team"), team("web", "Web team")]
}

pub(super) fn severities() -> Vec<Severity> {
    let texts = [
        ("SEV1", "Critical", "A service is down for everyone, or data is being lost"),
        ("SEV2", "Major", "An important function fails, or many people are affected, with no way around it"),
        ("SEV3", "Minor", "Few people are affected, or there is a way around it"),
        ("SEV4", "Question", "Nothing fails yet: a question, a doubt or a cosmetic fault"),
    ];
    let severity = |(index, (key, name, description)): (usize, (&str, &str, &str))| {
        let (colour, mark) = look(index);
        Severity {
            key: key.to_owned(),
            name: name.to_owned(),
            description: description.to_owned(),
            colour,
            mark: mark.to_owned(),
            default: key == "SEV3",
        }
    };
    texts.into_iter().enumerate().map(severity).collect()
}

/// The colour and mark of the severity at `index`, from the worst on.
pub(super) fn look(index: usize) -> (Colour, &'static str) {
    match index {
        0 => (Colour(0x00d3_2f2f), "🔴"),
        1 => (Colour(0x00f5_7c00), "🟠"),
        2 => (Colour(0x00fb_c02d), "🟡"),
        3 => (Colour(0x0019_76d2), "🔵"),
        _ => (Colour(0x0075_7575), "⚪"),
    }
}

pub(super) fn roles() -> Roles {
    Roles {
        open: Vec::new(),
        viewers: vec![name("viewers")],
        managers: vec![name("managers")],
        admins: vec![name("admins")],
    }
}

/// The worst severity with a mention of the managers, the others without, all to one channel.
pub(super) fn routes(severities: &[Severity], managers: &[Reference]) -> Vec<Route> {
    let route = |severities: &[Severity], mention: &[Reference]| Route {
        channel: announcements_channel(),
        events: Announced::DEFAULT.to_vec(),
        severities: Selection::Only(severities.iter().map(|severity| severity.key.clone()).collect()),
        services: Selection::All,
        teams: Selection::All,
        mention: mention.to_vec(),
        publish: false,
    };
    match severities.split_first() {
        Some((worst, [])) => vec![route(std::slice::from_ref(worst), managers)],
        Some((worst, others)) => vec![route(std::slice::from_ref(worst), managers), route(others, &[])],
        None => Vec::new(),
    }
}
