//! Whatever stands in a report, the page stays a page.

use chrono::DateTime;
use proptest::prelude::*;

use super::super::super::fixture::{filled, nasty};
use super::*;
use crate::cases::cases;

proptest! {
    // A whole report each time, with ten texts in it: 1,000 are 10,000 texts.
    #![proptest_config(cases(1_000))]

    #[test]
    fn nothing_in_a_report_becomes_markup(
        texts in prop::collection::vec(nasty(), 10),
        state in prop::sample::select(ReportState::ALL),
    ) {
        let (mut report, pictures) = filled(&texts);
        report.state = state;
        checker::check(&document(&report, &pictures));
    }
}

#[test]
fn headings_go_down_step_by_step() {
    let mut report = report();
    report.sections[0].markdown = "###### deep\n\n## high\n\n#### middle\n\n##### low\n\n# top".to_owned();
    let page = document(&report, &[]);
    let page = between(&page, "<section id=\"part-1\" ", "</section>");
    let levels: Vec<&str> = page.match_indices("<h").map(|(place, _)| &page[place + 1..place + 3]).collect();
    assert_eq!(levels, ["h2", "h3", "h4", "h5", "h6", "h3"]);
}

#[test]
fn deep_nesting_and_ten_thousand_lines_are_no_danger() {
    let mut report = report();
    let start = std::time::Instant::now();
    report.sections[0].markdown = "> ".repeat(5_000) + "x";
    report.sections[1].markdown =
        "- 14:00 Ann: a <b> & https://a.example/x ([message](https://discord.com/channels/1/2/3))\n"
            .repeat(10_000);
    report.sections[2].markdown = "[".repeat(20_000) + &"*a **b ".repeat(5_000) + &"<".repeat(20_000);
    let page = document(&report, &pictures());
    checker::check(&page);
    assert!(DateTime::UNIX_EPOCH < report.compiled_at && page.len() > 1_000_000);
    assert!(start.elapsed().as_secs() < 10, "{:?}, unoptimised", start.elapsed());
}
