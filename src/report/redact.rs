//! Taking out of a report what must not stand in it any more: what a message said, or a person.
//!
//! Must not know why, or which reports may be changed. What the bot compiled is found by the message it links to; what
//! people wrote themselves is only found where they repeat the very words. Invariant: nothing is taken out but that,
//! and a mark stands in its place.

use std::collections::BTreeSet;

use super::text::{inline, item};
use super::{Certainty, EntryKind, FinalReport, Someone};
use crate::domain::person::{FORGOTTEN, REMOVED};
use crate::domain::text::{one_line, replace_phrase};
use crate::domain::{MessageId, UserId};

/// The shortest line of a text that is looked for on its own, in characters.
const LINE_MIN: usize = 12;
/// How much of the beginning of a text tells it from others where it was shortened.
const BEGINNING: usize = 24;

/// What messages said.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// The messages.
    pub messages: BTreeSet<MessageId>,
    /// Their texts, those before edits too.
    pub texts: Vec<String>,
}

/// Somebody, by everything that tells who it is.
#[derive(Clone, Debug)]
pub struct Somebody {
    /// The id on Discord.
    pub id: UserId,
    /// The names under which they were shown.
    pub names: BTreeSet<String>,
}

impl FinalReport {
    /// The report without what messages said; `None` if it says nothing of it.
    #[must_use]
    pub fn without_messages(&self, said: &Said) -> Option<Self> {
        let mut report = self.clone();
        report.take_out(said);
        (report != *self).then_some(report)
    }

    /// The report without a person: their names, what they said and wrote, and what they did only as somebody's doing.
    /// `None` if it says nothing of them. Names in sections that others wrote stay, but for `@` and the name.
    #[must_use]
    pub fn without_person(&self, who: &Somebody, said: &Said) -> Option<Self> {
        let mut report = self.clone();
        let mut said = said.clone();
        let id = who.id.to_string();
        // What stands in the record under their name alone.
        for entry in report.timeline.iter().filter(|entry| who.is_named(&entry.author)) {
            if entry.kind != EntryKind::Event && entry.state == Certainty::Fact {
                said.texts.push(entry.text.clone());
            }
        }
        if report.ticket.reporter.id == id {
            let ticket = &mut report.ticket;
            for field in [&mut ticket.details, &mut ticket.affected_who, &mut ticket.frequency_detail] {
                if !field.is_empty() {
                    said.texts.push(std::mem::replace(field, REMOVED.to_owned()));
                }
            }
        }
        for step in report.history.iter_mut().filter(|step| step.by.id == id) {
            // Why it was returned is theirs, the heading of a section is not.
            if step.what == super::StepKind::Returned && !step.note.is_empty() {
                step.note = REMOVED.to_owned();
            }
        }
        for section in &mut report.sections {
            if section.written.as_ref().is_some_and(|written| written.by.id == id) {
                section.markdown = REMOVED.to_owned();
            }
        }
        report.take_out(&said);
        report.rename(who, &id);
        (report != *self).then_some(report)
    }

    fn take_out(&mut self, said: &Said) {
        let ids: BTreeSet<String> = said.messages.iter().map(ToString::to_string).collect();
        let mut phrases = Phrases::of(&said.texts);
        for entry in &mut self.timeline {
            if entry.sources.first().is_some_and(|source| ids.contains(&source.message)) {
                phrases.add(&std::mem::replace(&mut entry.text, REMOVED.to_owned()));
                entry.reasons.clear();
            }
        }
        for entry in &mut self.timeline {
            entry.text = phrases.out_of(&entry.text);
        }
        for section in &mut self.sections {
            section.markdown = phrases.out_of(&without_links(&section.markdown, &ids));
            for gap in &mut section.gaps {
                *gap = if phrases.begins_in(gap) { REMOVED.to_owned() } else { phrases.out_of(gap) };
            }
        }
    }

    /// Somebody's name and id, wherever the bot wrote them.
    fn rename(&mut self, who: &Somebody, id: &str) {
        let nobody = |someone: &mut Someone| {
            if someone.id == id {
                *someone = Someone { id: "0".to_owned(), name: FORGOTTEN.to_owned() };
            }
        };
        nobody(&mut self.ticket.reporter);
        self.history.iter_mut().for_each(|step| nobody(&mut step.by));
        for person in self.participants.iter_mut().filter(|person| person.id == id) {
            (person.id, person.name) = ("0".to_owned(), FORGOTTEN.to_owned());
        }
        for entry in &mut self.timeline {
            let authors = entry.sources.iter_mut().map(|source| &mut source.author);
            for author in std::iter::once(&mut entry.author).chain(authors) {
                if who.is_named(author) {
                    FORGOTTEN.clone_into(author);
                }
            }
            entry.text = who.out_of(&entry.text, "");
        }
        for section in &mut self.sections {
            // What others wrote is theirs, but a call of somebody is not.
            let before = if section.written.is_some() { "@" } else { "" };
            section.markdown = who.out_of(&section.markdown, before);
            section.gaps.iter_mut().for_each(|gap| *gap = who.out_of(gap, ""));
            section.written.iter_mut().for_each(|written| nobody(&mut written.by));
        }
    }

    /// Whether one of the names still stands somewhere in it: in a title, or in what others wrote.
    #[must_use]
    pub fn still_names(&self, who: &Somebody) -> bool {
        let texts = self.sections.iter().map(|section| &section.markdown);
        texts.chain([&self.ticket.title, &self.ticket.details]).any(|text| who.is_in(text))
    }
}

impl Somebody {
    /// Whether a name is one of theirs.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Whether one of their names stands in a text, as a word.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        self.names.iter().any(|name| replace_phrase(text, name, "").1 > 0)
    }

    /// A text without their names, where `before` stands before them.
    fn out_of(&self, text: &str, before: &str) -> String {
        let mut text = text.to_owned();
        for name in &self.names {
            let marks = if before.is_empty() { vec![""] } else { vec![before, "@\u{2060}"] };
            for mark in marks {
                for name in [name.clone(), inline(name)] {
                    text = replace_phrase(&text, &format!("{mark}{name}"), &format!("{mark}{FORGOTTEN}")).0;
                }
            }
        }
        text
    }
}

/// Pieces of text that are taken out wherever they stand, the longest first.
struct Phrases {
    pieces: Vec<String>,
    beginnings: Vec<String>,
}

impl Phrases {
    fn of(texts: &[String]) -> Self {
        let mut phrases = Self { pieces: Vec::new(), beginnings: Vec::new() };
        texts.iter().for_each(|text| phrases.add(text));
        phrases
    }

    fn add(&mut self, text: &str) {
        let text = text.trim();
        let lines = text.lines().map(str::trim).filter(|line| line.chars().count() >= LINE_MIN);
        for piece in std::iter::once(text).chain(lines).filter(|piece| tells(piece)) {
            self.pieces.extend([piece.to_owned(), inline(piece), item(piece), one_line(piece)]);
        }
        let line = one_line(text);
        if line.chars().count() > BEGINNING {
            self.beginnings.push(line.chars().take(BEGINNING).collect());
        }
        self.pieces.sort_by_key(|piece| std::cmp::Reverse(piece.len()));
        self.pieces.dedup();
    }

    fn out_of(&self, text: &str) -> String {
        let without = |text: String, piece: &String| match text.contains(piece.as_str()) {
            true => replace_phrase(&text, piece, REMOVED).0,
            false => text,
        };
        self.pieces.iter().fold(text.to_owned(), without)
    }

    fn begins_in(&self, text: &str) -> bool {
        self.beginnings.iter().any(|beginning| text.contains(beginning.as_str()))
    }
}

/// Whether a piece of text says something: `yes` and `ok then` stand everywhere and give nothing away, `hunter2` does.
fn tells(piece: &str) -> bool {
    let length = piece.chars().count();
    let is_odd = piece.chars().any(|c| !c.is_alphabetic() && !c.is_whitespace() && !".,!?".contains(c));
    piece != REMOVED && (length >= LINE_MIN || (length >= 4 && is_odd))
}

/// Markdown without the items that end in the link to one of the messages; a mark stands in the place of each.
fn without_links(markdown: &str, ids: &BTreeSet<String>) -> String {
    let is_of = |line: &str| {
        let links = line.match_indices("](https://discord.com/channels/");
        links
            .filter_map(|(at, _)| line[at + 2..].split(')').next())
            .any(|address| address.rsplit('/').next().is_some_and(|message| ids.contains(message)))
    };
    if !markdown.lines().any(is_of) {
        return markdown.to_owned();
    }
    let mut out: Vec<String> = Vec::new();
    for line in markdown.lines() {
        if !is_of(line) {
            out.push(line.to_owned());
            continue;
        }
        // An item may have several lines before the one with its link; a line with a link of its own is another's.
        let mut first = line.to_owned();
        while first.starts_with("  ") && out.last().is_some_and(|before| !before.contains("([message](")) {
            let Some(before) = out.pop() else { break };
            first = before;
        }
        let end = if line.ends_with("  ") { "  " } else { "" };
        out.push(format!("{}{REMOVED}{end}", bullet(&first)));
    }
    out.join("\n")
}

/// What stands before the words of an item: its indentation, its bullet or number, its box.
fn bullet(line: &str) -> &str {
    let rest = line.trim_start();
    let number = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let marks = ["- [ ] ", "- [x] ", "- ", "* "];
    let found = marks.iter().find_map(|mark| rest.strip_prefix(mark));
    let numbered = (number.len() < rest.len()).then(|| number.strip_prefix(". ")).flatten();
    let after = found.or(numbered).unwrap_or(rest);
    &line[..line.len() - after.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(ids: &[i64]) -> BTreeSet<String> {
        ids.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_item_goes_with_its_link_and_no_other_does() {
        let markdown = "### Monday\n\n- 14:00 Ann: one ([message](https://discord.com/channels/900/30/1))\n\
            - 14:01 Bob: two\n  ```\n  lines\n  ```\n  ([message](https://discord.com/channels/900/30/2))\n\
            - 14:02 Ann asked: which? ([message](https://discord.com/channels/900/30/3))  \n  \
            14:03 Bob answered: that ([message](https://discord.com/channels/900/30/4))\n\
            7. - [ ] x ([message](https://discord.com/channels/900/30/22))";
        insta::assert_snapshot!(without_links(markdown, &ids(&[2, 4])), @"
        ### Monday

        - 14:00 Ann: one ([message](https://discord.com/channels/900/30/1))
        - (removed)
        - 14:02 Ann asked: which? ([message](https://discord.com/channels/900/30/3))  
          (removed)
        7. - [ ] x ([message](https://discord.com/channels/900/30/22))
        ");
        insta::assert_snapshot!(without_links(markdown, &ids(&[1, 3, 22])), @"
        ### Monday

        - (removed)
        - 14:01 Bob: two
          ```
          lines
          ```
          ([message](https://discord.com/channels/900/30/2))
        - (removed)  
          14:03 Bob answered: that ([message](https://discord.com/channels/900/30/4))
        7. (removed)
        ");
        assert_eq!(without_links(markdown, &ids(&[30, 900])), markdown);
    }

    #[test]
    fn what_tells_nothing_stays() {
        for (text, does) in
            [("yes", false), ("ok then", false), ("hunter2", true), ("the disk is full", true), ("", false)]
        {
            assert_eq!(tells(text), does, "{text}");
        }
        let phrases = Phrases::of(&["my password:\nhun*ter2\nand more of it".to_owned(), "yes".to_owned()]);
        assert_eq!(phrases.out_of("He wrote “and more of it”, yes."), "He wrote “(removed)”, yes.");
        assert_eq!(phrases.out_of("- my password: hun\\*ter2 and more of it"), "- (removed)");
        assert!(phrases.begins_in("Not in the record: an answer to “my password: hun*ter2 and…”"));
    }
}
