//! A report as plain text: for a mail, a terminal, or a system that takes nothing else.
//!
//! Lines of 80 columns, headings underlined, tables in columns, addresses bare. Must not know the record: everything
//! it prints is in the report. The invariant: no marks of Markdown, no characters that cannot be seen.

mod lines;
mod prose;

use std::iter::{once, repeat};

use self::lines::{WIDTH, table, width, wrap};
use super::front::{Bit, Front, Line};
use super::safe::visible;
use super::{FinalReport, Section};

/// The whole document.
#[must_use]
pub fn document(report: &FinalReport) -> String {
    let front = Front::of(report);
    let mut out = Vec::new();
    head(&mut out, report, &front);
    for (number, section) in (1..).zip(&report.sections) {
        part(&mut out, number, &section.title);
        body(&mut out, section, &front);
    }
    part(&mut out, report.sections.len() + 1, "How this report came about");
    history(&mut out, &front);
    out.join("\n") + "\n"
}

fn head(out: &mut Vec<String>, report: &FinalReport, front: &Front<'_>) {
    if let Some(warning) = front.warning() {
        let open = front.open_points().map_or(String::new(), |open| format!(" {open}"));
        out.extend([format!("*** {} ***{open}", warning.to_uppercase()), String::new()]);
    }
    let title = format!("{} {}", report.ticket.number, report.ticket.title);
    underlined(out, &[front.kind(), title]);
    out.extend(table(&facts(front), false, WIDTH));
}

/// Lines of a heading.
fn underlined(out: &mut Vec<String>, lines: &[String]) {
    let lines: Vec<String> = lines.iter().flat_map(|line| wrap(&plain(line), WIDTH)).collect();
    let rule = "=".repeat(lines.iter().map(|line| width(line)).max().unwrap_or(0).min(WIDTH));
    out.extend(lines);
    out.extend([rule, String::new()]);
}

/// How far the report has come, and what is known of the ticket.
fn facts(front: &Front<'_>) -> Vec<Vec<String>> {
    let standing = front.standing();
    let mut state = vec![Bit::Text(standing.word.to_owned())];
    state.extend(standing.by);
    if !standing.reason.is_empty() {
        state.push(Bit::Text(format!(": {}", standing.reason)));
    }
    let took = front.figures().map(|(name, took)| vec![Bit::Text(format!("{name}: ")), took]).to_vec();
    let severity = vec![Bit::Text(front.severity())];
    let above = [("Report", vec![state]), ("Severity", vec![severity])];
    let facts = above.into_iter().chain(front.facts()).chain([("Durations", took)]);
    let row = |(name, line): (&str, &Line)| vec![name.to_owned(), said(line)];
    facts.flat_map(|(name, lines)| first(name, &lines).map(row).collect::<Vec<_>>()).collect()
}

/// Each of `lines`, the first with `sign`, the others with none.
fn first<'a, T>(sign: &'a str, lines: &'a [T]) -> impl Iterator<Item = (&'a str, &'a T)> {
    once(sign).chain(repeat("")).zip(lines)
}

fn part(out: &mut Vec<String>, number: usize, title: &str) {
    out.extend([String::new(), String::new()]);
    underlined(out, &[format!("{number}. {title}")]);
}

fn body(out: &mut Vec<String>, section: &Section, front: &Front<'_>) {
    if let Some(written) = &section.written {
        out.extend(wrap(&format!("({})", said(&front.written(written))), WIDTH));
        out.push(String::new());
    }
    let said = prose::lines(&section.markdown);
    if !said.is_empty() && !section.gaps.is_empty() {
        out.extend(said);
        out.push(String::new());
    } else {
        out.extend(said);
    }
    for gap in &section.gaps {
        let lines = wrap(&plain(&format!("OPEN: {gap}")), WIDTH - 4);
        out.extend(first("[ ]", &lines).map(|(sign, line)| format!("{sign:3} {line}")));
    }
}

fn history(out: &mut Vec<String>, front: &Front<'_>) {
    let head = Front::HISTORY.iter().map(|name| (*name).to_owned()).collect();
    let rows = front.history();
    if !rows.is_empty() {
        let rows = rows.iter().map(|row| row.iter().map(bit).collect());
        let rows: Vec<Vec<String>> = once(head).chain(rows).collect();
        out.extend(table(&rows, true, WIDTH));
        out.push(String::new());
    }
    out.extend(wrap(&said(&front.compiled()), WIDTH));
}

fn said(line: &Line) -> String {
    line.iter().map(bit).collect::<String>().trim().to_owned()
}

fn bit(bit: &Bit) -> String {
    match bit {
        Bit::Text(text) | Bit::Name(text) => plain(text),
        Bit::Moment(_, shown) => shown.clone(),
        Bit::Address(url, _) => plain(url),
        Bit::Missing(text) => (*text).to_owned(),
    }
}

/// What somebody typed, as one line.
fn plain(text: &str) -> String {
    let line: String = visible(text).map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    line
}

#[cfg(test)]
mod tests;
