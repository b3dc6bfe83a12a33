//! How the config names a channel or a role: by its name, or by its id.
//!
//! Must not know Discord: whether there is such a channel is found out later, when the bot is connected.
//! Invariant: a name is kept without its `#` or `@`, and is one that Discord could have given.

use std::fmt;

/// A channel or a role, by name or by id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reference {
    /// Its name, without a leading `#` or `@`.
    Name(String),
    /// Its id; always one that fits the databases' signed 64 bits.
    Id(u64),
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Id(id) => id.fmt(f),
        }
    }
}

/// What a reference stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Channel,
    Role,
}

impl Kind {
    /// What has to be written, for "expected …".
    pub(super) fn expected(self) -> &'static str {
        match self {
            Self::Channel => "a channel's name or id",
            Self::Role => "a role's name or id",
        }
    }
}

/// The longest name Discord gives to a channel or a role.
const NAME_CHARS: usize = 100;

/// Reads what stands in quotes; the error says what would be right.
pub(super) fn parse(text: &str, kind: Kind) -> Result<Reference, String> {
    let text = text.trim();
    let (mark, other, example) = match kind {
        Kind::Channel => ('#', '@', "#trouble"),
        Kind::Role => ('@', '#', "@managers"),
    };
    let inner = match kind {
        Kind::Channel => mention(text, "<#"),
        Kind::Role => mention(text, "<@&"),
    };
    if let Some(digits) = inner {
        return id(digits).map(Reference::Id);
    }
    if text.starts_with(other) || text.starts_with('<') {
        return Err(format!("Write it as Discord shows it, such as `{example}`, or by its id."));
    }
    let name = text.strip_prefix(mark).unwrap_or(text);
    // Nobody calls a channel by twelve digits, but an id is easily cut when it is copied.
    if name.len() >= 12 && name.bytes().all(|byte| byte.is_ascii_digit()) {
        return id(name).map(Reference::Id);
    }
    check_name(name, kind).map(|()| Reference::Name(name.to_owned()))
}

/// What stands between `open` and `>`.
fn mention<'a>(text: &'a str, open: &str) -> Option<&'a str> {
    text.strip_prefix(open)?.strip_suffix('>')
}

fn check_name(name: &str, kind: Kind) -> Result<(), String> {
    if name.is_empty() || name.chars().count() > NAME_CHARS || name.chars().any(char::is_control) {
        return Err(format!("A name has 1 to {NAME_CHARS} characters on one line."));
    }
    let lower = name.to_ascii_lowercase().split_whitespace().collect::<Vec<_>>().join("-");
    if kind == Kind::Channel && lower != name {
        return Err(format!("Discord writes channel names in small letters without spaces: `{lower}`."));
    }
    if kind == Kind::Role && matches!(name, "everyone" | "here") {
        return Err("Everybody is no role; name the roles you mean.".into());
    }
    Ok(())
}

/// Reads one of Discord's ids: 17 to 20 digits. The error says what would be right.
pub(super) fn id(text: &str) -> Result<u64, String> {
    let digits = (17..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let id = digits.then(|| text.parse::<u64>().ok()).flatten();
    id.filter(|id| *id > 0 && i64::try_from(*id).is_ok()).ok_or_else(|| {
        "An id has 17 to 20 digits; with Discord's developer mode on, right-click and choose Copy ID.".into()
    })
}

/// Reads a person's id, alone or as the mention that Discord copies.
pub(super) fn user_id(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let digits = mention(text, "<@!").or_else(|| mention(text, "<@")).unwrap_or(text);
    id(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_or_role_is_read_as_people_write_it() {
        let name = |name: &str| Ok(Reference::Name(name.into()));
        let id = Ok(Reference::Id(175_928_847_299_117_063));
        assert_eq!(parse("#trouble", Kind::Channel), name("trouble"));
        assert_eq!(parse(" störung-2 ", Kind::Channel), name("störung-2"));
        assert_eq!(parse("2024", Kind::Channel), name("2024"));
        assert_eq!(parse("@On Call", Kind::Role), name("On Call"));
        assert_eq!(parse("175928847299117063", Kind::Role), id);
        assert_eq!(parse("<#175928847299117063>", Kind::Channel), id);
        assert_eq!(parse("<@&175928847299117063>", Kind::Role), id);
    }

    #[test]
    fn what_discord_could_not_have_given_is_refused() {
        for text in
            ["", "#", "@trouble", "Trouble", "two words", "1759288472991", "<#12>", "18446744073709551615"]
        {
            assert!(parse(text, Kind::Channel).is_err(), "{text}");
        }
        for text in ["@", "#web", "everyone", "@here", "a\nb", "<@175928847299117063>"] {
            assert!(parse(text, Kind::Role).is_err(), "{text}");
        }
        assert!(parse(&"x".repeat(101), Kind::Role).is_err());
        assert_eq!(
            parse("Two words", Kind::Channel),
            Err("Discord writes channel names in small letters without spaces: `two-words`.".into())
        );
    }

    #[test]
    fn a_person_is_an_id_or_a_mention() {
        for text in ["175928847299117063", "<@175928847299117063>", "<@!175928847299117063>"] {
            assert_eq!(user_id(text), Ok(175_928_847_299_117_063), "{text}");
        }
        for text in ["alice", "<@&175928847299117063>", "00000000000000000", "1234567890123456"] {
            assert!(user_id(text).is_err(), "{text}");
        }
    }
}
