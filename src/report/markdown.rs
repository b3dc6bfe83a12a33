//! A report on paper: from the data to one Markdown document.
//!
//! Pleasant in a plain text editor and on GitHub alike. Times are local in the guild's zone, which is named once.
//! Must not know the record: everything it prints is in the report. The invariant: the headings are ours alone; what
//! people typed goes through [`text`](super::text).

use std::fmt::Write as _;

use chrono_tz::Tz;

use super::front::{Bit, Front};
use super::text::{Local, inline, list, severity, team};
use super::{FinalReport, Section};

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
        out.push_str(space);
        out.push_str(&gap_box(gap));
    }
    out
}

/// A gap as a box to tick.
pub(super) fn gap_box(gap: &str) -> String {
    format!("- [ ] {}", inline(gap))
}

fn header(report: &FinalReport) -> String {
    let ticket = &report.ticket;
    let zone: Tz = report.time_zone.parse().unwrap_or(Tz::UTC);
    let local = Local(zone);
    let severity = severity(ticket.severity.as_str(), &ticket.severity_name);
    let services =
        if ticket.service_names.is_empty() { "not named".to_owned() } else { list(&ticket.service_names) };
    let charged: Vec<String> = Front::of(report)
        .charges()
        .iter()
        .map(|line| line.iter().map(Bit::plain).collect::<String>())
        .collect();
    let charged = charged.join("; ");
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
    if let Some(archive) = &report.archive {
        let (result, flaws) = archive.said(local);
        writeln!(out, "- **Archive:** {}", inline(&result)).ok();
        flaws.iter().for_each(|flaw| out.push_str(&format!("  - {}\n", inline(flaw))));
    }
    if let Some(url) = &ticket.url {
        writeln!(out, "- **On Discord:** <{url}>").ok();
    }
    out
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
