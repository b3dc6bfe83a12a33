//! The timeline as people read it: under a heading for each day, facts with their time in bold, picked lines plain.
//!
//! Must not know how a line was picked. The invariant: the headings are ours alone, and every line that was picked
//! ends in the link to its message.

use std::fmt::Write as _;

use super::super::text::{Local, inline, item};
use super::super::{Certainty, Entry, EntryKind};
use super::{Body, Material, link};

/// What happened and what was said, in time order.
pub(super) fn write(material: &Material<'_>) -> Body {
    let mut body = Body { markdown: intro(material), gaps: Vec::new() };
    body.add(lines(material.timeline, material.local()).trim_end());
    body
}

/// What the reader has to know of the lines.
fn intro(material: &Material<'_>) -> String {
    let picked = material.timeline.iter().filter(|entry| entry.state == Certainty::Proposed).count();
    let messages =
        if material.talk == 1 { "1 message".to_owned() } else { format!("{} messages", material.talk) };
    let picked = match (material.talk, picked) {
        (0, _) => return String::new(),
        (_, 0) => return format!("All lines are facts of the record; none was picked from the {messages}."),
        (_, 1) => "The other line was".to_owned(),
        (_, many) => format!("The other {many} lines were"),
    };
    format!(
        "Bold times are facts of the record. {picked} picked by rules from {messages}, for a person to check."
    )
}

/// Lines under a heading for each day. Where the clocks were changed in between, headings say so.
fn lines(entries: &[Entry], local: Local) -> String {
    let mut out = String::new();
    let mut day = None;
    let offsets_differ = entries.windows(2).any(|pair| local.day(pair[0].at).1 != local.day(pair[1].at).1);
    for entry in entries {
        let today = local.day(entry.at);
        if day != Some(today) {
            let space = if day.is_some() { "\n" } else { "" };
            write!(out, "{space}### {}", today.0.format("%A, %-d %B %Y")).ok();
            if offsets_differ {
                write!(out, " ({})", local.offset(entry.at)).ok();
            }
            out.push_str("\n\n");
            day = Some(today);
        }
        out.push_str(&line(entry, local));
        out.push('\n');
    }
    out
}

fn line(entry: &Entry, local: Local) -> String {
    let (time, author) = (local.time(entry.at), inline(&entry.author));
    let text = item(&entry.text);
    let space = if text.is_empty() || text.starts_with('\n') { "" } else { " " };
    let mut line = match (entry.state, entry.kind) {
        (Certainty::Proposed, _) => format!("- {time} {author}:{space}{text}"),
        (Certainty::Fact, EntryKind::Event) => format!("- **{time}** {author}{space}{text}"),
        (Certainty::Fact, kind) => format!("- **{time}** {} ({author}):{space}{text}", label(kind)),
    };
    if let Some(link) = link(entry) {
        let after_code = line.ends_with("\n  ```");
        line.push_str(if after_code { "\n  " } else { " " });
        line.push_str(&link);
    }
    line
}

/// What a kind is called at the start of a line.
const fn label(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Event => "Event",
        EntryKind::Finding => "Finding",
        EntryKind::Action => "Action",
        EntryKind::Impact => "Impact",
        EntryKind::Decision => "Decision",
        EntryKind::Communication => "Communication",
        EntryKind::FollowUp => "Follow-up",
        EntryKind::Question => "Question",
        EntryKind::Message => "Message",
    }
}
