//! From what is stored to what people read: names for ids, times for Discord's codes, one text for a message.
//!
//! Must not know Markdown or which messages matter: texts are plain. The invariant: the text of a deleted message is
//! given to nobody, and a code that names somebody unknown becomes a word and not a number.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::DateTime;
use regex::{Captures, Regex};

use super::text::{Local, list};
use super::{Record, Source, people};
use crate::domain::archive::message_url;
use crate::domain::text::{one_line, tidy};
use crate::domain::{ArchivedMessage, Directory, GuildId, UserId};

/// Turns what is stored into what people read.
pub(super) struct Reader<'a> {
    names: Names<'a>,
    guild: GuildId,
    pub directory: &'a Directory,
}

/// What the ids in a text are called.
pub(super) struct Names<'a> {
    pub people: HashMap<UserId, &'a str>,
    /// Roles and channels.
    pub places: HashMap<i64, &'a str>,
    pub local: Local,
}

impl<'a> Reader<'a> {
    pub fn new(record: &'a Record, directory: &'a Directory) -> Self {
        let teams = directory.teams.iter();
        let places = teams.filter_map(|team| Some((team.role?.0, team.name.as_str()))).collect();
        let names = Names { people: people::names(record), places, local: Local(directory.zone) };
        Self { names, guild: record.ticket.guild, directory }
    }

    /// Everybody who has a name in the record.
    pub fn people(&self) -> impl Iterator<Item = (UserId, &'a str)> {
        self.names.people.iter().map(|(id, name)| (*id, *name))
    }

    pub fn local(&self) -> Local {
        self.names.local
    }

    /// The newest text, with the names of files; nothing of a deleted message.
    pub fn said(&self, message: &ArchivedMessage) -> String {
        if message.deleted.is_some() {
            return String::new();
        }
        let mut text = self.readable(&message.text);
        if !message.attachments.is_empty() {
            let files: Vec<String> = message.attachments.iter().map(|file| one_line(&file.name)).collect();
            let gap = if text.is_empty() { "" } else { "\n" };
            text = format!("{text}{gap}(attached: {})", list(&files));
        }
        text
    }

    /// A text without Discord's codes.
    pub fn readable(&self, text: &str) -> String {
        self.names.readable(text)
    }

    /// The message as a source.
    pub fn source(&self, message: &ArchivedMessage) -> Source {
        Source {
            message: message.id.to_string(),
            author: message.author.name.clone(),
            at: message.at,
            url: message_url(self.guild, message.thread, message.id),
        }
    }
}

impl Names<'_> {
    /// A text without Discord's codes: `<@1>` becomes the name, `<t:0>` the time, `<:ok:1>` the emoji's name.
    pub fn readable(&self, text: &str) -> String {
        static CODE: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"<(?:@!?(?<user>\d{1,19})|@&(?<role>\d{1,19})|#(?<channel>\d{1,19})|a?(?<emoji>:\w{1,32}:)\d{1,19}|t:(?<time>-?\d{1,12})(?::[A-Za-z])?)>")
                .expect("a constant pattern")
        });
        let text = if text.contains('<') {
            CODE.replace_all(text, |code: &Captures<'_>| self.code(code))
        } else {
            Cow::Borrowed(text)
        };
        tidy(&text)
    }

    fn code(&self, code: &Captures<'_>) -> String {
        let number = |name| code.name(name).and_then(|digits| digits.as_str().parse::<i64>().ok());
        let place = |id: i64| self.places.get(&id).copied();
        if let Some(user) = number("user") {
            let name = self.people.get(&UserId(user)).copied().unwrap_or("somebody");
            return format!("@{name}");
        }
        if let Some(role) = number("role") {
            return format!("@{}", place(role).unwrap_or("some role"));
        }
        if let Some(channel) = number("channel") {
            return format!("#{}", place(channel).unwrap_or("some-channel"));
        }
        match (code.name("emoji"), number("time").and_then(|seconds| DateTime::from_timestamp(seconds, 0))) {
            (Some(emoji), _) => emoji.as_str().to_owned(),
            (_, Some(time)) => self.local.moment(time),
            _ => code[0].to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{message, reader, record_with};
    use crate::domain::fixture::{ann, bob};
    use crate::domain::{ArchivedMessage, Attachment};

    #[test]
    fn discords_codes_become_readable() {
        let record = record_with(vec![message(1, &bob(), 0, "")]);
        let typed = "<@!102> <@&1> <@9> <@&9> <#7> <:ok:12> <t:1795438800:R> <b> <@99999999999999999999>";
        let expected = "@Bob @Technical team @somebody @some role #some-channel :ok: 23 November 2026, 14:00 <b> \
                        <@99999999999999999999>";
        assert_eq!(reader(&record).readable(typed), expected);
    }

    #[test]
    fn files_are_named_and_what_was_deleted_is_gone() {
        let file = |name: &str| Attachment { id: 1, name: name.to_owned(), url: String::new(), size: 1 };
        let files = vec![file("a.log"), file("b.png")];
        let plain = ArchivedMessage { attachments: files, ..message(1, &ann(), 0, "look") };
        let record = record_with(vec![plain.clone()]);
        assert_eq!(reader(&record).said(&plain), "look\n(attached: a.log and b.png)");
        let bare = ArchivedMessage { text: String::new(), ..plain.clone() };
        assert_eq!(reader(&record).said(&bare), "(attached: a.log and b.png)");
        let deleted = ArchivedMessage { deleted: Some(plain.at), ..plain };
        assert_eq!(reader(&record).said(&deleted), "");
    }
}
