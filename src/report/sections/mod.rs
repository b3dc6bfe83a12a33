//! The parts of a report: what each team's report consists of, what the record says there, and what it does not.
//!
//! Every team has an outline, a list of sections in the order in which reports are read. A section takes from the
//! record what is a fact, adds what was picked from the talk and says so, and names the rest as gaps; it never
//! guesses. The Technical team explains the system, the Web team what users met and were told; other teams get a
//! plain outline. Must not know other formats than Markdown. No line stands in more than two sections.

mod facts;
mod kinds;
mod questions;
mod timeline;

use std::cmp::Reverse;

use super::excerpt::brief;
use super::questions::Asked;
use super::text::{Local, at_start, inline, item};
use super::{Certainty, Entry, EntryKind, Participant, Record, Section, Source};
use crate::domain::{Directory, TeamKey};

/// Characters of a line that was picked, outside the timeline.
const LONG: usize = 200;

/// What a section is written from.
pub(super) struct Material<'a> {
    pub record: &'a Record,
    pub directory: &'a Directory,
    pub team: &'a TeamKey,
    pub timeline: &'a [Entry],
    pub asked: &'a [Asked],
    /// How many messages people and programs wrote in the thread.
    pub talk: usize,
    pub participants: &'a [Participant],
}

/// What a section says, and what it cannot.
#[derive(Default)]
struct Body {
    markdown: String,
    gaps: Vec<String>,
}

/// One section of an outline.
struct Outline {
    key: &'static str,
    title: &'static str,
    write: fn(&Material<'_>) -> Body,
}

const fn part(key: &'static str, title: &'static str, write: fn(&Material<'_>) -> Body) -> Outline {
    Outline { key, title, write }
}

const TECHNICAL: &[Outline] = &[
    part("summary", "Summary", facts::summary),
    part("impact", "Impact", kinds::impact),
    part("milestones", "Milestones", facts::milestones),
    part("detection", "Detection", facts::detection),
    part("timeline", "Timeline", timeline::write),
    part("questions", "Questions and answers", questions::write),
    part("cause", "Cause", kinds::technical_cause),
    part("resolution", "Resolution", kinds::resolution),
    part("follow-ups", "Follow-ups", kinds::follow_ups),
    part("people", "People", facts::people),
];

const WEB: &[Outline] = &[
    part("summary", "Summary", facts::summary),
    part("impact", "Impact on users", kinds::web_impact),
    part("milestones", "Milestones", facts::milestones),
    part("communication", "What users were told", kinds::communication),
    part("timeline", "Timeline", timeline::write),
    part("questions", "Questions and answers", questions::write),
    part("cause", "Cause, as far as it concerns the site", kinds::web_cause),
    part("resolution", "What was done on the site", kinds::web_resolution),
    part("follow-ups", "Follow-ups", kinds::follow_ups),
    part("people", "People", facts::people),
];

const OTHER: &[Outline] = &[
    part("summary", "Summary", facts::summary),
    part("impact", "Impact", kinds::impact),
    part("milestones", "Milestones", facts::milestones),
    part("timeline", "Timeline", timeline::write),
    part("questions", "Questions and answers", questions::write),
    part("cause", "Cause", kinds::cause),
    part("resolution", "Resolution", kinds::resolution),
    part("communication", "Communication", kinds::communication),
    part("follow-ups", "Follow-ups", kinds::follow_ups),
    part("people", "People", facts::people),
];

/// The keys of all sections that a report may have, each with a heading.
pub(super) fn names() -> Vec<(&'static str, &'static str)> {
    let mut names: Vec<(&str, &str)> = Vec::new();
    for part in TECHNICAL.iter().chain(WEB).chain(OTHER) {
        if !names.iter().any(|(key, _)| *key == part.key) {
            names.push((part.key, part.title));
        }
    }
    names
}

/// The sections of the team's report.
pub(super) fn write(material: &Material<'_>) -> Vec<Section> {
    let outline = match material.team.as_str() {
        "technical" => TECHNICAL,
        "web" => WEB,
        _ => OTHER,
    };
    let section = |part: &Outline| {
        let Body { markdown, gaps } = (part.write)(material);
        Section { key: part.key.to_owned(), title: part.title.to_owned(), markdown, gaps, written: None }
    };
    outline.iter().map(section).collect()
}

impl Body {
    /// Adds a part below what is there.
    fn add(&mut self, markdown: &str) {
        if !markdown.is_empty() {
            let gap = if self.markdown.is_empty() { "" } else { "\n\n" };
            self.markdown = format!("{}{gap}{markdown}", self.markdown);
        }
    }
}

impl Material<'_> {
    const fn local(&self) -> Local {
        Local(self.directory.zone)
    }

    /// The lines of these kinds, but for those that stand among the questions and answers.
    fn lines(&self, kinds: &[EntryKind]) -> Vec<&Entry> {
        let asked = self.asked.iter().filter(|asked| asked.answer.is_some());
        let told: Vec<&Source> = asked
            .flat_map(|asked| [Some(&asked.question), asked.answer.as_ref()])
            .flatten()
            .map(|one| &one.source)
            .collect();
        let is_told = |entry: &Entry| entry.sources.first().is_some_and(|source| told.contains(&source));
        self.timeline.iter().filter(|entry| kinds.contains(&entry.kind) && !is_told(entry)).collect()
    }

    /// What was noted of these kinds; the best of what was picked, at most `most`, in time order; how many are left out.
    fn noted_and_picked(&self, kinds: &[EntryKind], most: usize) -> (Vec<&Entry>, Vec<&Entry>, usize) {
        let (noted, mut picked): (Vec<&Entry>, Vec<&Entry>) =
            self.lines(kinds).into_iter().partition(|entry| entry.state == Certainty::Fact);
        let left_out = picked.len().saturating_sub(most);
        // Scores are tenths, so they are told apart as whole numbers.
        picked.sort_by_key(|entry| Reverse(entry.score.map(|score| (score * 10.0).round() as i64)));
        picked.truncate(most);
        picked.sort_by_key(|entry| entry.at);
        (noted, picked, left_out)
    }

    /// The lines of these kinds as a list: what was noted behind `bullet`, then the best of what was picked.
    fn list(&self, kinds: &[EntryKind], bullet: &str, most: usize) -> String {
        let (noted, picked, left_out) = self.noted_and_picked(kinds, most);
        let mut parts = Vec::new();
        if !noted.is_empty() {
            parts.push(noted.iter().map(|entry| self.line(entry, bullet)).collect::<Vec<_>>().join("\n"));
        }
        if !picked.is_empty() {
            parts.push("Picked from the talk, to be checked:".to_owned());
            let mut lines: Vec<String> = picked.iter().map(|entry| self.line(entry, "-")).collect();
            if left_out > 0 {
                lines.push(format!("- and {left_out} more in the timeline"));
            }
            parts.push(lines.join("\n"));
        }
        parts.join("\n\n")
    }

    /// A line with who and when, and the link to its message.
    fn line(&self, entry: &Entry, bullet: &str) -> String {
        let when = self.local().later(self.record.ticket.milestones.opened, entry.at);
        let by = format!("({}, {when})", entry.author);
        match link(entry) {
            None => format!("{bullet} {}", at_start(item(&format!("{} {by}", entry.text)))),
            Some(link) => {
                let text = brief(&entry.text, LONG);
                format!("{bullet} {} {link}", at_start(inline(&format!("{text} {by}"))))
            }
        }
    }
}

/// The link to the best message behind a line.
fn link(entry: &Entry) -> Option<String> {
    entry.sources.first().map(|source| format!("([message]({}))", source.url))
}

/// The sentence that marks a gap.
fn gap(what: &str) -> String {
    format!("Not in the record: {what}.")
}

fn gaps(what: &[&str]) -> Vec<String> {
    what.iter().map(|what| gap(what)).collect()
}

/// The sentence that marks what the talk tells and a person has to confirm.
fn confirm(what: &str) -> String {
    format!("To be confirmed: {what}.")
}
