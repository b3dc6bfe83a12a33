//! A report as one HTML file: to be read on a screen or printed, sent by mail, and opened years later.
//!
//! Nothing in it runs, nothing is fetched: no script, no other host, no font. A content security policy says the same
//! to the browser, and knows the one style by its hash. Must not know the record: everything it prints is in the
//! report. The invariant: all text is escaped, all links lead to the web or within the page (`page`).
//!
//! `head` is the top of the page, `prose` writes what stands in a section, `pictures` what people had attached (as far
//! as `raster` lets it in), and `style` is how it looks.

mod head;
mod page;
mod pictures;
mod prose;
mod raster;
mod style;

use self::page::Page;
pub use self::raster::{Picture, PictureKind, Raster, Shown};
use self::style::Style;
use super::front::{Bit, Front};
use super::{FinalReport, Section};

/// The report as a document, with pictures from its thread.
#[must_use]
pub fn document(report: &FinalReport, pictures: &[Picture]) -> String {
    let front = Front::of(report);
    let mut page = Page::default();
    page.doctype();
    page.newline();
    page.within("html", &[("lang", "en")], |page| {
        page.within("head", &[], |page| meta(page, report, &front));
        page.newline();
        page.within("body", &[("class", report.state.as_str())], |page| {
            head::write(page, report, &front);
            contents(page, report, pictures);
            page.newline();
            page.within("main", &[], |page| {
                for (number, section) in (1..).zip(&report.sections) {
                    part(page, number, &section.title, |page| body(page, section, &front, pictures));
                }
                let mut number = report.sections.len();
                if !pictures.is_empty() {
                    number += 1;
                    part(page, number, PICTURES, |page| pictures::write(page, pictures, front.local));
                }
                part(page, number + 1, HISTORY, |page| history(page, &front));
            });
        });
    });
    page.newline();
    page.finish()
}

const PICTURES: &str = "Pictures from the thread";
const HISTORY: &str = "How this report came about";

fn meta(page: &mut Page, report: &FinalReport, front: &Front<'_>) {
    let style = Style::of(&front.foot());
    page.void("meta", &[("charset", "utf-8")]);
    page.newline();
    page.void("meta", &[("http-equiv", "Content-Security-Policy"), ("content", &style.policy())]);
    page.newline();
    page.void("meta", &[("name", "referrer"), ("content", "no-referrer")]);
    page.newline();
    page.void("meta", &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")]);
    page.newline();
    let title = format!("{} {} – {}", report.ticket.number, report.ticket.title, front.kind());
    page.element("title", &[], &title);
    page.newline();
    page.style(&style);
}

/// The table of contents, with what is left open where.
fn contents(page: &mut Page, report: &FinalReport, pictures: &[Picture]) {
    let sections = report.sections.iter().map(|section| (section.title.as_str(), section.gaps.len()));
    let pictures = (!pictures.is_empty()).then_some((PICTURES, 0));
    let parts = sections.chain(pictures).chain([(HISTORY, 0)]);
    page.newline();
    page.within("nav", &[("aria-labelledby", "contents")], |page| {
        page.element("h2", &[("id", "contents")], "Contents");
        page.within("ol", &[], |page| {
            for (number, (title, open)) in (1..).zip(parts) {
                page.within("li", &[], |page| {
                    page.reference("part", number, &[], title);
                    if open > 0 {
                        page.text(" ");
                        page.element("span", &[("class", "open")], &format!("{open} open"));
                    }
                });
                page.newline();
            }
        });
    });
}

/// A numbered part of the document under its heading.
fn part(page: &mut Page, number: usize, title: &str, write: impl FnOnce(&mut Page)) {
    let (id, heading) = (format!("part-{number}"), format!("heading-{number}"));
    page.newline();
    page.within("section", &[("id", &id), ("aria-labelledby", &heading)], |page| {
        page.within("h2", &[("id", &heading)], |page| {
            page.element("span", &[("class", "number")], &format!("{number}"));
            page.text(" ");
            page.text(title);
        });
        page.newline();
        write(page);
    });
}

fn body(page: &mut Page, section: &Section, front: &Front<'_>, pictures: &[Picture]) {
    if let Some(written) = &section.written {
        page.within("p", &[("class", "written")], |page| page.line(&front.written(written)));
        page.newline();
    }
    prose::write(page, &section.markdown, pictures);
    if !section.gaps.is_empty() {
        page.within("ul", &[("class", "gaps")], |page| {
            for gap in &section.gaps {
                page.within("li", &[], |page| {
                    page.element("b", &[], "Open:");
                    page.text(" ");
                    page.text(gap);
                });
                page.newline();
            }
        });
    }
}

fn history(page: &mut Page, front: &Front<'_>) {
    let rows = front.history();
    if !rows.is_empty() {
        page.within(
            "div",
            &[("class", "table"), ("role", "group"), ("tabindex", "0"), ("aria-label", "History")],
            |page| {
                page.within("table", &[("class", "history")], |page| history_table(page, &rows));
            },
        );
        page.newline();
    }
    page.within("p", &[], |page| page.line(&front.compiled()));
    page.newline();
}

fn history_table(page: &mut Page, rows: &[[Bit; 5]]) {
    page.within("thead", &[], |page| {
        page.within("tr", &[], |page| {
            Front::HISTORY.iter().for_each(|name| page.element("th", &[("scope", "col")], name));
        });
    });
    page.newline();
    page.within("tbody", &[], |page| {
        for row in rows {
            page.within("tr", &[], |page| {
                row.iter().for_each(|cell| page.within("td", &[], |page| page.bit(cell)));
            });
            page.newline();
        }
    });
}

#[cfg(test)]
mod tests;
