//! The top of the page: what document this is, how far it has come, and the facts of the ticket at a glance.
//!
//! Must not know what the sections say. Invariant: what matters is said in words; colour only repeats it.

use chrono::{DateTime, Utc};

use super::super::FinalReport;
use super::super::front::{Fact, Front};
use super::page::Page;

/// Writes the header of the document.
pub(super) fn write(page: &mut Page, report: &FinalReport, front: &Front<'_>) {
    page.newline();
    page.within("header", &[], |page| {
        if let Some(warning) = front.warning() {
            page.within("p", &[("class", "warning"), ("role", "note")], |page| {
                page.element("strong", &[], warning);
                if let Some(open) = front.open_points() {
                    page.text(" · ");
                    page.text(&open);
                }
            });
            page.newline();
        }
        page.element("p", &[("class", "kind")], &front.kind());
        page.newline();
        page.within("h1", &[], |page| {
            page.element("span", &[("class", "number")], &report.ticket.number);
            page.text(" ");
            page.text(&report.ticket.title);
        });
        page.newline();
        marks(page, front);
        figures(page, front);
        milestones(page, front);
        facts(page, &front.facts());
    });
}

/// How bad the failure was, and how far the report has come.
fn marks(page: &mut Page, front: &Front<'_>) {
    let standing = front.standing();
    page.within("p", &[("class", "marks")], |page| {
        page.element("span", &[("class", "severity")], &front.severity());
        page.text(" ");
        page.within("span", &[("class", "state")], |page| {
            page.element("strong", &[], standing.word);
            page.line(&standing.by);
            if !standing.reason.is_empty() {
                page.text(": ");
                page.text(&standing.reason);
            }
        });
        // Otherwise the warning says so.
        if let Some(open) = front.open_points().filter(|_| front.warning().is_none()) {
            page.text(" ");
            page.element("span", &[("class", "open")], &open);
        }
    });
    page.newline();
}

/// How long each step took.
fn figures(page: &mut Page, front: &Front<'_>) {
    page.within("dl", &[("class", "figures")], |page| {
        for (name, took) in front.figures() {
            page.within("div", &[], |page| {
                page.element("dt", &[], name);
                page.within("dd", &[], |page| page.bit(&took));
            });
            page.newline();
        }
    });
    page.newline();
}

/// The times of the ticket in a row.
fn milestones(page: &mut Page, front: &Front<'_>) {
    page.within("ol", &[("class", "milestones"), ("aria-label", "Milestones")], |page| {
        for (name, at) in front.milestones() {
            page.within("li", &[("class", if at.is_ok() { "reached" } else { "missing" })], |page| {
                page.element("b", &[], name);
                page.text(" ");
                match at {
                    Ok(at) => clock(page, at, front),
                    Err(unknown) => page.text(unknown),
                }
            });
            page.newline();
        }
    });
    page.newline();
}

/// A time of day, and the day below it.
fn clock(page: &mut Page, at: DateTime<Utc>, front: &Front<'_>) {
    page.open_moment(at);
    page.element("span", &[("class", "clock")], &front.local.time(at));
    page.text(" ");
    page.text(&front.local.day(at).0.format("%-d %b %Y").to_string());
    page.close();
}

fn facts(page: &mut Page, facts: &[Fact]) {
    page.within("table", &[("class", "facts")], |page| {
        page.element("caption", &[], "The ticket");
        page.within("tbody", &[], |page| {
            for (name, lines) in facts {
                page.within("tr", &[], |page| {
                    page.element("th", &[("scope", "row")], name);
                    page.within("td", &[], |page| {
                        for (place, line) in lines.iter().enumerate() {
                            if place > 0 {
                                page.void("br", &[]);
                            }
                            page.line(line);
                        }
                    });
                });
                page.newline();
            }
        });
    });
    page.newline();
}
