//! From the tree of a TOML file to a [`Config`], section by section.
//!
//! What the file leaves out is taken from the defaults, and so is what is wrong: the result is thrown away then, and
//! the walk can go on to find everything else that is wrong. Sections that others name are read first.
//! Must not know files or the environment.

use std::str::FromStr;

use chrono_tz::Tz;

use super::defaults;
use super::keys;
use super::model::{
    Archive, Channels, Config, Guild, Language, MAX_DESCRIPTION_CHARS, MAX_MARK_CHARS, MAX_NAME_CHARS,
    MAX_ROUTES, MAX_SERVICES, MAX_SEVERITIES, MAX_TEAMS, Roles, Service, Severity, Standby, Team, Tickets,
};
use super::nearest::time_zones;
use super::problem::spoken;
use super::reference::{Kind, Reference};
use super::routes::{Announced, Route};
use super::tree::{Section, Value};
use super::values::{self, Keyring};

/// Reads the whole file.
pub(super) fn config(root: &Section<'_>) -> Config {
    let mut team_keys = Keyring::slugs("team");
    let mut severity_keys = Keyring::words("severity");
    let mut service_keys = Keyring::slugs("service");
    let teams = teams(root, &mut team_keys);
    let severities = severities(root, &mut severity_keys);
    let services = services(root, &mut service_keys, &team_keys);
    let roles = roles(root);
    let known = Known { teams: &team_keys, severities: &severity_keys, services: &service_keys };
    let section = root.section("channels", &keys::CHANNELS);
    let announcements = routes(&section, &known);
    let channels = Channels {
        tickets: values::reference(&section, "tickets", Kind::Channel)
            .unwrap_or_else(defaults::tickets_channel),
        operators: values::reference(&section, "operators", Kind::Channel)
            .unwrap_or_else(defaults::operators_channel),
        announcements: announcements.unwrap_or_else(|| defaults::routes(&severities, &roles.managers)),
    };
    let (guild, tickets, archive, standby) = (guild(root), tickets(root), archive(root), standby(root));
    Config { guild, channels, teams, severities, services, roles, tickets, archive, standby }
}

fn guild(root: &Section<'_>) -> Guild {
    let section = root.section("guild", &keys::GUILD);
    let languages = [("en", Language::English)];
    let language = section.get("language").and_then(|value| values::word(&value, "a language", &languages));
    Guild {
        id: values::server_id(&section, "id"),
        time_zone: section.get("time_zone").and_then(|value| time_zone(&value)).unwrap_or(Tz::UTC),
        language: language.unwrap_or_default(),
    }
}

fn time_zone(value: &Value<'_>) -> Option<Tz> {
    let text = value.as_text().unwrap_or_default();
    Tz::from_str(text)
        .map_err(|_| {
            let near = time_zones(text);
            let hint = match near.len() {
                0 => "Write the name of a city's zone, such as \"Europe/Berlin\".".into(),
                _ => format!("Did you mean {}?", spoken(near, "or")),
            };
            value.expected("a time zone", &hint);
        })
        .ok()
}

/// The keys that routes may name.
struct Known<'a> {
    teams: &'a Keyring,
    severities: &'a Keyring,
    services: &'a Keyring,
}

fn routes(channels: &Section<'_>, known: &Known<'_>) -> Option<Vec<Route>> {
    let sections = channels.sections("announcements", &keys::ROUTE, 0..=MAX_ROUTES)?;
    Some(sections.iter().map(|section| route(section, known)).collect())
}

fn route(section: &Section<'_>, known: &Known<'_>) -> Route {
    let events = Announced::ALL.map(|event| (event.key(), event));
    Route {
        channel: values::reference(section, "channel", Kind::Channel)
            .unwrap_or_else(defaults::announcements_channel),
        events: values::words(section, "events", ("an event", "events"), &events)
            .unwrap_or_else(|| Announced::DEFAULT.to_vec()),
        severities: known.severities.selection(section, "severities", "severities"),
        services: known.services.selection(section, "services", "services"),
        teams: known.teams.selection(section, "teams", "teams"),
        mention: values::roles(section, "mention").unwrap_or_default(),
        publish: values::boolean(section, "publish").unwrap_or(false),
    }
}

/// The tables of a list that has defaults: `None`, with the defaults on the `ring`, where there are none to read.
fn list<'t>(
    root: &Section<'t>,
    (key, keys): (&str, &keys::Keys),
    most: usize,
    ring: &mut Keyring,
    defaults: &[&str],
) -> Option<Vec<Section<'t>>> {
    let least = usize::from(!defaults.is_empty());
    let sections = root.sections(key, keys, least..=most);
    if sections.is_none() {
        ring.assume(defaults.iter().copied(), root.get(key).is_none());
    }
    sections
}

fn teams(root: &Section<'_>, ring: &mut Keyring) -> Vec<Team> {
    let defaults = defaults::teams();
    let default_keys: Vec<&str> = defaults.iter().map(|team| team.key.as_str()).collect();
    let Some(sections) = list(root, ("teams", &keys::TEAM), MAX_TEAMS, ring, &default_keys) else {
        return defaults;
    };
    let team = |section: &Section<'_>| {
        let key = ring.read(section);
        Team {
            name: values::text(section, "name", 1, MAX_NAME_CHARS).unwrap_or_else(|| key.clone()),
            role: values::reference(section, "role", Kind::Role)
                .unwrap_or_else(|| Reference::Name(key.clone())),
            lead: values::user_id(section, "lead"),
            report: values::boolean(section, "report").unwrap_or(true),
            key,
        }
    };
    sections.iter().map(team).collect()
}

fn severities(root: &Section<'_>, ring: &mut Keyring) -> Vec<Severity> {
    let defaults = defaults::severities();
    let default_keys: Vec<&str> = defaults.iter().map(|severity| severity.key.as_str()).collect();
    let Some(sections) = list(root, ("severities", &keys::SEVERITY), MAX_SEVERITIES, ring, &default_keys)
    else {
        return defaults;
    };
    one_default(&sections);
    let severity = |(index, section): (usize, &Section<'_>)| {
        let key = ring.read(section);
        let (colour, mark) = defaults::look(index);
        Severity {
            name: values::text(section, "name", 1, MAX_NAME_CHARS).unwrap_or_else(|| key.clone()),
            description: values::text(section, "description", 0, MAX_DESCRIPTION_CHARS).unwrap_or_default(),
            colour: values::colour(section, "colour").unwrap_or(colour),
            mark: values::text(section, "mark", 1, MAX_MARK_CHARS).unwrap_or_else(|| mark.to_owned()),
            default: values::boolean(section, "default").unwrap_or(false),
            key,
        }
    };
    sections.iter().enumerate().map(severity).collect()
}

/// Sees to it that one severity is the default.
fn one_default(sections: &[Section<'_>]) {
    let values: Vec<Value<'_>> = sections.iter().filter_map(|section| section.get("default")).collect();
    // One that is neither is reported where it is read.
    let unclear = values.iter().any(|value| value.as_boolean().is_none());
    let mut defaults = values.iter().filter(|value| value.as_boolean() == Some(true));
    match (defaults.next(), sections.first()) {
        (Some(first), _) => {
            for value in defaults {
                let hint = format!("Only one can be; the one on line {} is already.", first.line());
                value.report("a second severity is the default", hint);
            }
        }
        (None, Some(section)) if !unclear => section.sheet().report_if_whole(
            section.at,
            "severities",
            "no severity is the default",
            "Write `default = true` for the one that a ticket gets when nobody chooses.",
        ),
        (None, _) => {}
    }
}

fn services(root: &Section<'_>, ring: &mut Keyring, teams: &Keyring) -> Vec<Service> {
    let sections = list(root, ("services", &keys::SERVICE), MAX_SERVICES, ring, &[]);
    let service = |section: &Section<'_>| {
        let key = ring.read(section);
        Service {
            name: values::text(section, "name", 1, MAX_NAME_CHARS).unwrap_or_else(|| key.clone()),
            teams: teams.selection(section, "teams", "teams"),
            key,
        }
    };
    sections.unwrap_or_default().iter().map(service).collect()
}

fn roles(root: &Section<'_>) -> Roles {
    let section = root.section("roles", &keys::ROLES);
    let defaults = defaults::roles();
    Roles {
        open: values::roles(&section, "open").unwrap_or(defaults.open),
        viewers: values::roles(&section, "viewers").unwrap_or(defaults.viewers),
        managers: values::roles(&section, "managers").unwrap_or(defaults.managers),
        admins: values::roles(&section, "admins").unwrap_or(defaults.admins),
    }
}

fn tickets(root: &Section<'_>) -> Tickets {
    let section = root.section("tickets", &keys::TICKETS);
    let minutes = section.get("auto_archive_minutes").and_then(|value| {
        let minutes = value.as_integer().and_then(|number| u16::try_from(number).ok());
        let minutes = minutes.filter(|minutes| defaults::ARCHIVE_MINUTES.contains(minutes));
        if minutes.is_none() {
            value.expected(
                "60, 1440, 4320 or 10080",
                "Discord archives quiet threads after an hour, a day, three days or a week.",
            );
        }
        minutes
    });
    Tickets { auto_archive_minutes: minutes.unwrap_or(defaults::AUTO_ARCHIVE_MINUTES) }
}

fn archive(root: &Section<'_>) -> Archive {
    let section = root.section("archive", &keys::ARCHIVE);
    let Archive { file_max_mb, total_max_mb, keep_deleted_text, retention_days } = defaults::ARCHIVE;
    Archive {
        file_max_mb: values::number(&section, "file_max_mb", 0..=500).unwrap_or(file_max_mb),
        total_max_mb: values::number(&section, "total_max_mb", 0..=10_000_000).unwrap_or(total_max_mb),
        keep_deleted_text: values::boolean(&section, "keep_deleted_text").unwrap_or(keep_deleted_text),
        retention_days: values::number(&section, "retention_days", 0..=36_500).unwrap_or(retention_days),
    }
}

fn standby(root: &Section<'_>) -> Standby {
    let section = root.section("standby", &keys::STANDBY);
    let seconds = values::number(&section, "lease_seconds", 1..=60);
    Standby { lease_seconds: seconds.unwrap_or(defaults::STANDBY.lease_seconds) }
}
