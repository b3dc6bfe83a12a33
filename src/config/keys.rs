//! Which keys there are, and in which section: the one list that unknown keys are held against.
//!
//! Must not know what the values mean. Every key that is read elsewhere in this module stands here, or its owner
//! would be told that it is unknown.

use super::nearest::did_you_mean;
use super::problem::spoken;

/// A section and the keys it may have.
#[derive(Debug)]
pub(super) struct Keys {
    /// How the section is written, for "it belongs in …".
    pub place: &'static str,
    /// Its keys, in the order of the reference file.
    pub names: &'static [&'static str],
}

pub(super) const ROOT: Keys = Keys {
    place: "the top of the file",
    names: &[
        "guild",
        "channels",
        "teams",
        "severities",
        "services",
        "roles",
        "tickets",
        "archive",
        "standby",
    ],
};
pub(super) const GUILD: Keys = Keys { place: "`[guild]`", names: &["id", "time_zone", "language"] };
pub(super) const CHANNELS: Keys =
    Keys { place: "`[channels]`", names: &["tickets", "operators", "announcements"] };
pub(super) const ROUTE: Keys = Keys {
    place: "`[[channels.announcements]]`",
    names: &["channel", "events", "severities", "services", "teams", "mention", "publish"],
};
pub(super) const TEAM: Keys =
    Keys { place: "`[[teams]]`", names: &["key", "name", "role", "lead", "report"] };
pub(super) const SEVERITY: Keys =
    Keys { place: "`[[severities]]`", names: &["key", "name", "description", "colour", "mark", "default"] };
pub(super) const SERVICE: Keys = Keys { place: "`[[services]]`", names: &["key", "name", "teams"] };
pub(super) const ROLES: Keys = Keys { place: "`[roles]`", names: &["open", "viewers", "managers", "admins"] };
pub(super) const TICKETS: Keys = Keys { place: "`[tickets]`", names: &["auto_archive_minutes"] };
pub(super) const ARCHIVE: Keys = Keys {
    place: "`[archive]`",
    names: &["file_max_mb", "total_max_mb", "keep_deleted_text", "retention_days"],
};
pub(super) const STANDBY: Keys = Keys { place: "`[standby]`", names: &["lease_seconds"] };

const ALL: [&Keys; 11] =
    [&ROOT, &GUILD, &CHANNELS, &ROUTE, &TEAM, &SEVERITY, &SERVICE, &ROLES, &TICKETS, &ARCHIVE, &STANDBY];

/// What the owner of the unknown key `wrong` in `section` probably wanted.
pub(super) fn unknown_hint(wrong: &str, section: &Keys) -> String {
    let folded = wrong.to_ascii_lowercase();
    if ["token", "password", "secret", "database"].iter().any(|word| folded.contains(word)) {
        return "The token and the database are given in the environment only, \
                as DISCORD_TOKEN and DATABASE_URL."
            .into();
    }
    if let Some(hint) = did_you_mean(wrong, section.names.iter().copied()) {
        return hint;
    }
    if wrong.eq_ignore_ascii_case("color") && section.names.contains(&"colour") {
        return "Did you mean `colour`?".into();
    }
    match at_home(wrong) {
        Some(place) => format!("It belongs in {place}."),
        None => format!("Known here: {}.", spoken(section.names.iter().copied(), "and")),
    }
}

/// The first section that has a key of this name.
pub(super) fn at_home(name: &str) -> Option<&'static str> {
    ALL.iter().find(|keys| keys.names.contains(&name)).map(|keys| keys.place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_guided_home() {
        assert_eq!(unknown_hint("time-zone", &GUILD), "Did you mean `time_zone`?");
        assert_eq!(unknown_hint("color", &SEVERITY), "Did you mean `colour`?");
        assert_eq!(unknown_hint("time_zone", &ROLES), "It belongs in `[guild]`.");
        assert_eq!(unknown_hint("zebra", &GUILD), "Known here: `id`, `time_zone` and `language`.");
        assert!(unknown_hint("bot_token", &GUILD).contains("DISCORD_TOKEN"));
    }
}
