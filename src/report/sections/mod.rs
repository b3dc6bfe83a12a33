//! The parts of a report: what each team's report consists of, what the record says there, and what it does not.
//!
//! Every team has an outline, a list of sections in the order in which reports are read. A section takes from the
//! record what is a fact and names the rest as gaps; it never guesses. The Technical team explains the system, the
//! Web team what users met and were told; other teams get a plain outline. Must not know other formats than Markdown.

mod facts;

use super::text::{Local, item};
use super::{Entry, EntryKind, Participant, Record, Section, markdown};
use crate::domain::{Directory, TeamKey};

/// What a section is written from.
pub(super) struct Material<'a> {
    pub record: &'a Record,
    pub directory: &'a Directory,
    pub team: &'a TeamKey,
    pub timeline: &'a [Entry],
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
    part("impact", "Impact", facts::impact),
    part("milestones", "Milestones", facts::milestones),
    part("detection", "Detection", facts::detection),
    part("timeline", "Timeline", timeline),
    part("cause", "Cause", technical_cause),
    part("resolution", "Resolution", resolution),
    part("follow-ups", "Follow-ups", follow_ups),
    part("people", "People", facts::people),
];

const WEB: &[Outline] = &[
    part("summary", "Summary", facts::summary),
    part("impact", "Impact on users", web_impact),
    part("milestones", "Milestones", facts::milestones),
    part("communication", "What users were told", communication),
    part("timeline", "Timeline", timeline),
    part("cause", "Cause, as far as it concerns the site", web_cause),
    part("resolution", "What was done on the site", web_resolution),
    part("follow-ups", "Follow-ups", follow_ups),
    part("people", "People", facts::people),
];

const OTHER: &[Outline] = &[
    part("summary", "Summary", facts::summary),
    part("impact", "Impact", facts::impact),
    part("milestones", "Milestones", facts::milestones),
    part("timeline", "Timeline", timeline),
    part("cause", "Cause", cause),
    part("resolution", "Resolution", resolution),
    part("communication", "Communication", communication),
    part("follow-ups", "Follow-ups", follow_ups),
    part("people", "People", facts::people),
];

/// The sections of the team's report.
pub(super) fn write(material: &Material<'_>) -> Vec<Section> {
    let outline = match material.team.as_str() {
        "technical" => TECHNICAL,
        "web" => WEB,
        _ => OTHER,
    };
    let section = |part: &Outline| {
        let Body { markdown, gaps } = (part.write)(material);
        Section { key: part.key.to_owned(), title: part.title.to_owned(), markdown, gaps }
    };
    outline.iter().map(section).collect()
}

impl Material<'_> {
    const fn local(&self) -> Local {
        Local(self.directory.zone)
    }

    /// The lines of these kinds, as a list; empty if there is none.
    fn noted(&self, kinds: &[EntryKind], bullet: &str) -> String {
        let lines = self.timeline.iter().filter(|entry| kinds.contains(&entry.kind));
        let lines: Vec<String> = lines
            .map(|entry| {
                let note = format!("{} ({}, {})", entry.text, entry.author, self.local().moment(entry.at));
                format!("{bullet} {}", item(&note))
            })
            .collect();
        lines.join("\n")
    }
}

/// The sentence that marks a gap.
fn gap(what: &str) -> String {
    format!("Not in the record: {what}.")
}

fn gaps(what: &[&str]) -> Vec<String> {
    what.iter().map(|what| gap(what)).collect()
}

fn timeline(material: &Material<'_>) -> Body {
    Body { markdown: markdown::timeline(material.timeline, material.local()), gaps: Vec::new() }
}

fn cause(material: &Material<'_>) -> Body {
    let markdown = material.noted(&[EntryKind::Finding], "-");
    Body { markdown, gaps: gaps(&["what caused it"]) }
}

/// The confirmation work: the system is many elements in four groups, and each has to be checked.
fn technical_cause(material: &Material<'_>) -> Body {
    let mut body = cause(material);
    body.gaps.extend(gaps(&[
        "which elements of group A (communication network, external systems included) were checked, with what result",
        "which elements of group B (hardware) were checked, with what result",
        "which elements of group C (software) were checked, with what result",
        "which elements of group D (data) were checked, with what result",
        "why it was not caught before it reached users",
    ]));
    body
}

fn web_cause(material: &Material<'_>) -> Body {
    let mut body = cause(material);
    body.gaps.extend(gaps(&[
        "whether the site's own pages, scripts and content were checked and cleared",
        "the cause in words that can be given to users",
    ]));
    body
}

fn resolution(material: &Material<'_>) -> Body {
    let markdown = material.noted(&[EntryKind::Action, EntryKind::Decision], "-");
    let mut body = Body { gaps: Vec::new(), markdown };
    if !material.timeline.iter().any(|entry| entry.kind == EntryKind::Action) {
        body.gaps.push(gap("what was done, in which order and by whom"));
    }
    body.gaps.push(gap("which step brought service back, and how that was verified"));
    body
}

fn web_resolution(material: &Material<'_>) -> Body {
    let mut body = Body {
        markdown: material.noted(&[EntryKind::Action, EntryKind::Decision], "-"),
        gaps: gaps(&[
            "what was changed on the site (notices, pages taken down, detours), and whether it was undone",
        ]),
    };
    body.gaps.push(gap("how it was verified that users can work again"));
    body
}

fn web_impact(material: &Material<'_>) -> Body {
    let mut body = facts::impact(material);
    body.gaps.extend(gaps(&[
        "what users saw (error page, empty page, slow answer), and on which pages",
        "how many users wrote in, and what they asked",
    ]));
    body
}

fn communication(material: &Material<'_>) -> Body {
    let markdown = material.noted(&[EntryKind::Communication], "-");
    let missing: &[&str] = if markdown.is_empty() {
        &[
            "whether users were told, when, where and in which words",
            "whether they were told that service is back",
        ]
    } else {
        &["whether they were told that service is back"]
    };
    Body { markdown, gaps: gaps(missing) }
}

fn follow_ups(material: &Material<'_>) -> Body {
    let markdown = material.noted(&[EntryKind::FollowUp], "- [ ]");
    let missing: &[&str] = if markdown.is_empty() {
        &["what is left to do, by whom and until when", "what went well, what went badly, where luck helped"]
    } else {
        &["who does these, and until when", "what went well, what went badly, where luck helped"]
    };
    Body { markdown, gaps: gaps(missing) }
}
