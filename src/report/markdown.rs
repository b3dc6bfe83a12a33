//! A report on paper: from the data to one Markdown document.
//!
//! Pleasant in a plain text editor and on GitHub alike. Times are local in the guild's zone, which is named once.
//! Must not know the record: everything it prints is in the report. The invariant: the headings are ours alone; what
//! people typed goes through [`text`](super::text).

use std::fmt::Write as _;

use chrono_tz::Tz;

use super::text::{Local, inline, item, list, team};
use super::{Certainty, Entry, EntryKind, FinalReport, Section};

/// The whole document.
#[must_use]
pub fn document(report: &FinalReport) -> String {
    let mut out = header(report);
    for part in &report.sections {
        out.push_str("\n## ");
        out.push_str(&inline(&part.title));
        out.push('\n');
        let body = section(part);
        if !body.is_empty() {
            out.push('\n');
            out.push_str(&body);
            out.push('\n');
        }
    }
    out
}

/// One section without its heading: what it says, then its gaps as boxes to tick.
#[must_use]
pub fn section(section: &Section) -> String {
    let mut out = section.markdown.trim().to_owned();
    for gap in &section.gaps {
        // A list goes on without a blank line, which would loosen it.
        let in_list = out.lines().last().is_some_and(|line| line.starts_with("- ") || line.starts_with("  "));
        let space = match (out.is_empty(), in_list) {
            (true, _) => "",
            (_, true) => "\n",
            (_, false) => "\n\n",
        };
        write!(out, "{space}- [ ] {}", inline(gap)).ok();
    }
    out
}

fn header(report: &FinalReport) -> String {
    let ticket = &report.ticket;
    let zone: Tz = report.time_zone.parse().unwrap_or(Tz::UTC);
    let local = Local(zone);
    let severity = severity(ticket.severity.as_str(), &ticket.severity_name);
    let services =
        if ticket.service_names.is_empty() { "not named".to_owned() } else { list(&ticket.service_names) };
    let charged: Vec<String> = (report.participants.iter())
        .flat_map(|person| {
            let mut teams: Vec<&str> =
                person.in_charge.iter().map(|charge| charge.team_name.as_str()).collect();
            teams.dedup();
            teams.into_iter().map(|team| format!("{} ({team})", person.name)).collect::<Vec<_>>()
        })
        .collect();
    let charged = if charged.is_empty() { "nobody".to_owned() } else { list(&charged) };
    let title = format!("Final Report of {}: {} {}", team(&report.team_name), ticket.number, ticket.title);
    let mut out = format!("# {}\n\n", inline(&title));
    let compiled = local.moment(report.compiled_at);
    let rows = [
        ("Ticket", format!("{}, {}", ticket.number, ticket.status)),
        ("Severity", severity),
        ("Services", services),
        ("Reporter", ticket.reporter.name.clone()),
        ("In charge", charged),
        (
            "Report",
            format!("version {}, {}, compiled from the record on {compiled}", report.version, report.state),
        ),
        ("Times", format!("local, in {} ({})", report.time_zone, local.offset(report.milestones.opened))),
    ];
    for (name, value) in rows {
        writeln!(out, "- **{name}:** {}", inline(&value)).ok();
    }
    if let Some(url) = &ticket.url {
        writeln!(out, "- **On Discord:** <{url}>").ok();
    }
    out
}

/// `SEV1 (Critical)`, or the key alone where the name says no more.
pub(super) fn severity(key: &str, name: &str) -> String {
    if key == name { key.to_owned() } else { format!("{key} ({name})") }
}

/// Lines of a timeline under a heading for each day. Where the clocks were changed in between, headings say so.
pub(super) fn timeline(entries: &[Entry], local: Local) -> String {
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
        out.push_str(&entry_line(entry, local));
        out.push('\n');
    }
    out
}

/// One line of a timeline. What happened is bold in its time, so that it stands out from the talk.
fn entry_line(entry: &Entry, local: Local) -> String {
    let (time, author) = (local.time(entry.at), inline(&entry.author));
    let text = item(&entry.text);
    let space = if text.is_empty() || text.starts_with('\n') { "" } else { " " };
    let mut line = match entry.kind {
        EntryKind::Event => format!("- **{time}** {author}{space}{text}"),
        EntryKind::Message | EntryKind::Question => format!("- {time} {author}:{space}{text}"),
        kind => format!("- **{time}** {} ({author}):{space}{text}", label(kind)),
    };
    if entry.state == Certainty::Proposed {
        line.push_str(" *(proposed)*");
    }
    if let Some(source) = entry.sources.first() {
        let after_code = line.ends_with("\n  ```");
        line.push_str(if after_code { "\n  " } else { " " });
        write!(line, "([message]({}))", source.url).ok();
    }
    line
}

/// What a kind is called at the start of a line.
fn label(kind: EntryKind) -> &'static str {
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

/// A table whose columns line up in a plain text editor too. Cells are plain text.
pub(super) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let head: Vec<String> = head.iter().map(|cell| (*cell).to_owned()).collect();
    let rows: Vec<Vec<String>> =
        std::iter::once(&head).chain(rows).map(|row| row.iter().map(|cell| inline(cell)).collect()).collect();
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or(0)
            .max(3)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let mut out = String::new();
    for (place, row) in rows.iter().enumerate() {
        for (cell, width) in row.iter().zip(&widths) {
            write!(out, "| {cell:<width$} ").ok();
        }
        out.push_str("|\n");
        if place == 0 {
            widths.iter().for_each(|width| out.push_str(&format!("|{}", "-".repeat(width + 2))));
            out.push_str("|\n");
        }
    }
    out
}
