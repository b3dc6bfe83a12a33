//! Reading single values: text, references, ids, colours, words from a list.
//!
//! Each function reports what is wrong with its value and then answers `None` or the best it can make of it.
//! Must not know which settings there are.

use std::ops::RangeInclusive;

use super::model::{Colour, MAX_KEY_CHARS, MAX_ROLES};
use super::nearest::did_you_mean;
use super::problem::{quoted, spoken};
use super::reference::{self, Kind, Reference};
use super::routes::Selection;
use super::tree::{Section, Value};

/// The keys of a list of tables, to find doubles and to check what names them.
pub(super) struct Keyring {
    /// What the keys are for, such as `team`.
    what: &'static str,
    /// What a key may consist of, for "expected …".
    expected: &'static str,
    fits: fn(char) -> bool,
    /// The keys, each with the line on which it is given.
    seen: Vec<(String, usize)>,
    /// Whether all keys could be read: if not, nobody can say that one does not exist.
    certain: bool,
}

impl Keyring {
    /// No keys yet, of `what`, in lower case.
    pub fn slugs(what: &'static str) -> Self {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let expected = "1 to 24 of the characters a–z, 0–9 and -";
        Self { what, expected, fits, seen: Vec::new(), certain: true }
    }

    /// No keys yet, of `what`, in whatever case.
    pub fn words(what: &'static str) -> Self {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let expected = "1 to 24 letters, digits and -";
        Self { what, expected, fits, seen: Vec::new(), certain: true }
    }

    /// Takes the keys of `defaults`, which no line gives; `certain` unless the file has unreadable ones instead.
    pub fn assume<'a>(&mut self, defaults: impl IntoIterator<Item = &'a str>, certain: bool) {
        self.seen.extend(defaults.into_iter().map(|key| (key.to_owned(), 0)));
        self.certain = certain;
    }

    /// The key of `section`, even a wrong one: what names it is right then.
    pub fn read(&mut self, section: &Section<'_>) -> String {
        let hint = format!("Every {} needs a key of its own.", self.what);
        let value = section.require("key", &hint);
        let Some(key) = value.as_ref().and_then(Value::as_text) else {
            if let Some(value) = value {
                value.expected(self.expected, "");
            }
            self.certain = false;
            return String::new();
        };
        if let Some(value) = value {
            self.add(&value, key);
        }
        key.to_owned()
    }

    fn add(&mut self, value: &Value<'_>, key: &str) {
        if key.is_empty() || key.len() > MAX_KEY_CHARS || !key.chars().all(self.fits) {
            value.expected(self.expected, &self.suggestion(key));
        } else if let Some((other, line)) =
            self.seen.iter().find(|(other, _)| other.eq_ignore_ascii_case(key))
        {
            let hint = match other == key {
                true => format!("It is given on line {line}."),
                false => format!("Line {line} has `{other}`, and capitals make no difference."),
            };
            value.report(format!("{} is the key of another {} already", quoted(key), self.what), hint);
        }
        self.seen.push((key.to_owned(), value.line()));
    }

    /// What `key` could be instead, with the characters that fit.
    fn suggestion(&self, key: &str) -> String {
        let lower = key.to_ascii_lowercase();
        let fitting = if key.chars().any(self.fits) && (self.fits)('A') { key } else { &lower };
        let words = fitting.split(|c| !(self.fits)(c)).filter(|word| !word.is_empty());
        let slug: String = words.collect::<Vec<_>>().join("-").chars().take(MAX_KEY_CHARS).collect();
        let slug = slug.trim_matches('-');
        if slug.is_empty() { String::new() } else { format!("`{slug}` would do.") }
    }

    /// A selection of the keys, all where the section does not name any.
    pub fn selection(&self, section: &Section<'_>, key: &str, plural: &str) -> Selection {
        let Some(value) = section.get(key) else { return Selection::All };
        let Some(list) = value.list(plural, 1..=500) else { return Selection::All };
        let mut keys: Vec<String> = Vec::new();
        for member in list {
            let Some(key) = member.as_text() else {
                member.expected(&format!("the key of a {}", self.what), "");
                continue;
            };
            if keys.iter().any(|known| known == key) {
                twice(&member, key);
            } else if self.certain && !self.seen.iter().any(|(known, _)| known == key) {
                self.report_dangling(&member, key);
            }
            keys.push(key.to_owned());
        }
        Selection::Only(keys)
    }

    fn report_dangling(&self, member: &Value<'_>, key: &str) {
        let keys = || self.seen.iter().map(|(key, _)| key.as_str());
        let hint = did_you_mean(key, keys()).unwrap_or_else(|| match self.seen.len() {
            0 => format!("The config has no {} yet.", self.what),
            1 => format!("There is only {}.", spoken(keys(), "and")),
            2..=12 => format!("There are {}.", spoken(keys(), "and")),
            count => format!("It is none of the {count} keys in the config."),
        });
        member.report_if_whole(format!("there is no {} {}", self.what, quoted(key)), hint);
    }
}

fn twice(value: &Value<'_>, word: &str) {
    value.report(format!("{} is named twice", quoted(word)), "Once is enough.");
}

/// A text on one line, from `least` to `most` characters.
pub(super) fn text(section: &Section<'_>, key: &str, least: usize, most: usize) -> Option<String> {
    let value = section.get(key)?;
    let text = value.as_text().map(str::trim);
    let fits = |text: &&str| {
        let count = text.chars().count();
        (least..=most).contains(&count) && !text.chars().any(char::is_control)
    };
    if text.filter(fits).is_none() {
        let expected = match least {
            0 => format!("up to {most} characters on one line"),
            _ => format!("{least} to {most} characters on one line"),
        };
        let hint = match value.as_text() {
            None => "Write it in quotes.".into(),
            Some(text) if text.chars().count() > most => {
                format!("It has {} characters.", text.chars().count())
            }
            Some(_) => String::new(),
        };
        value.expected(&expected, &hint);
    }
    text.map(str::to_owned)
}

/// `true` or `false`.
/// A whole number within a range.
pub(super) fn number(section: &Section<'_>, key: &str, range: RangeInclusive<u32>) -> Option<u32> {
    let value = section.get(key)?;
    let number = value.as_integer().and_then(|number| u32::try_from(number).ok());
    let number = number.filter(|number| range.contains(number));
    if number.is_none() {
        value.expected(&format!("a whole number from {} to {}", range.start(), range.end()), "");
    }
    number
}

pub(super) fn boolean(section: &Section<'_>, key: &str) -> Option<bool> {
    section.get(key)?.boolean()
}

/// A channel or a role.
pub(super) fn reference(section: &Section<'_>, key: &str, kind: Kind) -> Option<Reference> {
    as_reference(&section.get(key)?, kind)
}

/// A list of roles, none twice; it may be empty.
pub(super) fn roles(section: &Section<'_>, key: &str) -> Option<Vec<Reference>> {
    let mut roles = Vec::new();
    for member in section.get(key)?.list("roles", 0..=MAX_ROLES)? {
        match as_reference(&member, Kind::Role) {
            Some(role) if roles.contains(&role) => twice(&member, &role.to_string()),
            Some(role) => roles.push(role),
            None => {}
        }
    }
    Some(roles)
}

fn as_reference(value: &Value<'_>, kind: Kind) -> Option<Reference> {
    let read = match (value.as_text(), value.as_integer()) {
        (Some(text), _) => reference::parse(text, kind),
        (None, Some(number)) => reference::id(&number.to_string())
            .map(Reference::Id)
            .map_err(|_| "A name stands in quotes, and an id has 17 to 20 digits.".into()),
        (None, None) if value.is_list() => Err("Write just one, without brackets.".into()),
        (None, None) => Err("Write it in quotes.".into()),
    };
    read.map_err(|hint| value.expected(kind.expected(), &hint)).ok()
}

/// The id of a server, in quotes or not.
pub(super) fn server_id(section: &Section<'_>, key: &str) -> Option<u64> {
    as_id(&section.get(key)?, "the id of a server", |text| reference::id(text.trim()))
}

/// The id of a person, in quotes or not, or as a mention.
pub(super) fn user_id(section: &Section<'_>, key: &str) -> Option<u64> {
    as_id(&section.get(key)?, "the id of a person", reference::user_id)
}

fn as_id(value: &Value<'_>, what: &str, parse: fn(&str) -> Result<u64, String>) -> Option<u64> {
    let number = value.as_integer().map(|number| number.to_string());
    let read = parse(value.as_text().or(number.as_deref()).unwrap_or_default());
    read.map_err(|hint| value.expected(what, &hint)).ok()
}

/// A colour, `#rrggbb`.
pub(super) fn colour(section: &Section<'_>, key: &str) -> Option<Colour> {
    let value = section.get(key)?;
    let digits = value.as_text().and_then(|text| text.trim().strip_prefix('#'));
    let digits = digits.filter(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()));
    let colour = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).map(Colour);
    if colour.is_none() {
        value.expected("a colour", "Write red, green and blue as \"#rrggbb\", such as \"#d32f2f\".");
    }
    colour
}

/// The meaning of a word from a fixed list of `what`.
pub(super) fn word<T: Copy>(value: &Value<'_>, what: &str, words: &[(&str, T)]) -> Option<T> {
    let text = value.as_text();
    let known = words.iter().find(|(word, _)| Some(*word) == text);
    if known.is_none() {
        let names = || words.iter().map(|(word, _)| *word);
        let near = text.and_then(|text| did_you_mean(text, names()));
        value.expected(what, &near.unwrap_or_else(|| format!("Known: {}.", spoken(names(), "and"))));
    }
    known.map(|(_, meaning)| *meaning)
}

/// The meanings of a list of words, at least one and none twice.
pub(super) fn words<T: Copy + PartialEq>(
    section: &Section<'_>,
    key: &str,
    (what, plural): (&str, &str),
    words: &[(&str, T)],
) -> Option<Vec<T>> {
    let mut meanings = Vec::new();
    for member in section.get(key)?.list(plural, 1..=100)? {
        match word(&member, what, words) {
            Some(meaning) if meanings.contains(&meaning) => {
                twice(&member, member.as_text().unwrap_or_default());
            }
            Some(meaning) => meanings.push(meaning),
            None => {}
        }
    }
    Some(meanings)
}
