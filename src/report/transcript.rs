//! The talk in a ticket's thread, from beginning to end, as plain text.
//!
//! Everything that was said, also by programs; what was deleted keeps its place and not its text. What Discord only
//! notes (somebody was added, a message was pinned) is left out. Must not know where it is printed. Times are local,
//! under a heading for each day.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::reader::Names;
use super::text::Local;
use super::{Record, people};
use crate::domain::text::{one_line, shorten};
use crate::domain::{ArchivedMessage, MessageId};

/// How much of an answered message is repeated.
const ANSWERED_MAX: usize = 60;
/// Below the time and the name stands what was said.
const INDENT: &str = "       ";

/// The transcript of a ticket's thread. `versions` has the texts that messages had before, each with when it was
/// replaced; `places` what roles and channels are called.
#[must_use]
pub fn text(
    record: &Record,
    versions: &BTreeMap<MessageId, Vec<(DateTime<Utc>, String)>>,
    places: &[(i64, String)],
    zone: Tz,
) -> String {
    let places = places.iter().map(|(id, name)| (*id, name.as_str())).collect();
    let names = Names { people: people::names(record), places, local: Local(zone) };
    let (ticket, messages, local) = (&record.ticket, &record.messages, names.local);
    let title = format!("{} {}", ticket.number, one_line(&ticket.facts.title));
    let mut out = format!("{title}\n{}\n", "=".repeat(title.chars().count()));
    let spoken = || messages.iter().filter(|message| !message.system || !message.text.is_empty());
    writeln!(out, "What was said in its thread: {} messages. Times are local, in {zone}.", spoken().count())
        .ok();
    let by_id: HashMap<MessageId, &ArchivedMessage> = messages.iter().map(|one| (one.id, one)).collect();
    let mut day = None;
    for message in spoken() {
        let today = local.day(message.at);
        if day != Some(today) {
            write!(out, "\n{} ({})\n", today.0.format("%A, %-d %B %Y"), local.offset(message.at)).ok();
            day = Some(today);
        }
        let before = versions.get(&message.id).map_or(&[][..], Vec::as_slice);
        out.push('\n');
        out.push_str(&one(message, before, &by_id, &names));
    }
    out
}

fn one(
    message: &ArchivedMessage,
    before: &[(DateTime<Utc>, String)],
    by_id: &HashMap<MessageId, &ArchivedMessage>,
    names: &Names<'_>,
) -> String {
    let local = names.local;
    let kind = match (message.system, message.bot) {
        (true, _) => " (Discord)",
        (_, true) => " (program)",
        _ => "",
    };
    let mut out = format!("{}  {}{kind}\n", local.time(message.at), one_line(&message.author.name));
    let mut add = |line: &str| out.push_str(&format!("{INDENT}{line}\n"));
    if let Some(answered) = message.reply_to {
        add(&format!("[answers {}]", quoted(by_id.get(&answered).copied(), names)));
    }
    if let Some(at) = message.deleted {
        add(&format!("[deleted at {}]", local.later(message.at, at)));
        return out;
    }
    names.readable(&message.text).lines().for_each(&mut add);
    for file in &message.attachments {
        add(&format!("[file {}, {} bytes: {}]", one_line(&file.name), file.size, file.url));
    }
    for (until, text) in before {
        add(&format!("[until {}: “{}”]", local.later(message.at, *until), one_line(&names.readable(text))));
    }
    if message.pinned.is_some() {
        add("[pinned]");
    }
    let mut counted: Vec<(&str, usize)> = Vec::new();
    for reaction in &message.reactions {
        match counted.iter_mut().find(|(emoji, _)| *emoji == reaction.emoji) {
            Some((_, count)) => *count += 1,
            None => counted.push((&reaction.emoji, 1)),
        }
    }
    if !counted.is_empty() {
        let reactions: Vec<String> =
            counted.iter().map(|(emoji, count)| format!("{} {count}", shown(emoji))).collect();
        add(&format!("[reactions: {}]", reactions.join(", ")));
    }
    out
}

/// What a reply answers.
fn quoted(answered: Option<&ArchivedMessage>, names: &Names<'_>) -> String {
    match answered {
        None => "a message that is not in the archive".to_owned(),
        Some(answered) if answered.deleted.is_some() => {
            format!("a deleted message of {}", one_line(&answered.author.name))
        }
        Some(answered) => {
            let text = shorten(&one_line(&names.readable(&answered.text)), ANSWERED_MAX);
            format!("{}: “{text}”", one_line(&answered.author.name))
        }
    }
}

/// One of the server's own emoji goes by its name.
fn shown(emoji: &str) -> String {
    emoji.split_once(':').map_or_else(|| emoji.to_owned(), |(name, _)| format!(":{name}:"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixture::{ann, at, bob, ticket};
    use crate::domain::{Attachment, ChannelId, Member, Reaction, UserId};

    fn said(id: i64, by: &Member, minute: i64, text: &str) -> ArchivedMessage {
        ArchivedMessage {
            id: MessageId(id),
            thread: ChannelId(30),
            author: by.person.clone(),
            bot: false,
            system: false,
            at: at(minute),
            text: text.to_owned(),
            reply_to: None,
            attachments: Vec::new(),
            edited: None,
            deleted: None,
            pinned: None,
            reactions: Vec::new(),
        }
    }

    #[test]
    fn everything_that_was_said_stands_in_its_place() {
        let (ticket, _) = ticket();
        let reaction = |emoji: &str, by| Reaction { emoji: emoji.to_owned(), by: UserId(by), at: at(9) };
        let file = Attachment {
            id: 7,
            name: "pay\n.log".to_owned(),
            url: "https://cdn.example/1".to_owned(),
            size: 9,
        };
        let messages = vec![
            ArchivedMessage { bot: true, ..said(1, &bob(), 0, "PROBLEM\nqueue full, <@&5> <#6> <@7>") },
            ArchivedMessage {
                reply_to: Some(MessageId(1)),
                attachments: vec![file],
                pinned: Some(at(3)),
                reactions: vec![reaction("📌", 1), reaction("ok:9", 1), reaction("📌", 2)],
                ..said(2, &ann(), 2, "the queue is full \u{202e}again")
            },
            ArchivedMessage { deleted: Some(at(5)), ..said(3, &bob(), 4, "my password is hunter2") },
            ArchivedMessage { reply_to: Some(MessageId(3)), ..said(4, &ann(), 6, "oops") },
            ArchivedMessage { reply_to: Some(MessageId(99)), ..said(5, &bob(), 60 * 24, "") },
            ArchivedMessage { system: true, ..said(6, &bob(), 60 * 24 + 1, "") },
        ];
        let versions = [(MessageId(2), vec![(at(3), "the queue is\nslow".to_owned())])].into_iter().collect();
        let record = Record { ticket, events: Vec::new(), messages };
        let places = [(5, "web".to_owned()), (6, "ops".to_owned())];
        insta::assert_snapshot!(text(&record, &versions, &places, chrono_tz::Europe::Berlin), @"
        T-42 Checkout is down
        =====================
        What was said in its thread: 5 messages. Times are local, in Europe/Berlin.

        Monday, 23 November 2026 (UTC+01:00)

        14:00  Bob (program)
               PROBLEM
               queue full, @web #ops @somebody

        14:02  Ann
               [answers Bob: “PROBLEM queue full, @web #ops @somebody”]
               the queue is full again
               [file pay .log, 9 bytes: https://cdn.example/1]
               [until 14:03: “the queue is slow”]
               [pinned]
               [reactions: 📌 2, :ok: 1]

        14:04  Bob
               [deleted at 14:05]

        14:06  Ann
               [answers a deleted message of Bob]
               oops

        Tuesday, 24 November 2026 (UTC+01:00)

        14:00  Bob
               [answers a message that is not in the archive]
        ");
    }
}
