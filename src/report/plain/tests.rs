//! Tests of whole documents and of what becomes of Markdown.

use proptest::prelude::*;

use super::super::Format;
use super::super::fixture::{filled, nasty, pictures, report};
use super::*;
use crate::cases::cases;
use crate::domain::ReportState;

#[test]
fn the_document_reads_like_a_letter() {
    insta::assert_snapshot!(document(&report()), @r#"
    *** RETURNED – NOT APPROVED *** 2 points are open

    Final Report of the Technical team
    T-42 Checkout is down <again>
    ==================================

    Report      Returned by Dana on 24 November 2026, 23:20: the "vendor" is missing
    Severity    SEV1 (Critical)
    Ticket      T-42, resolved
    Services    Payments and Web shop
    Affected    part of the users: “those who pay by card”
    Frequency   not known
    Reporter    Ann
    In charge   Bob (Technical team), 23 November 2026, 14:03 to 14:09
                Bob (Web team), 23 November 2026, 14:09 to now
    Opened      23 November 2026, 14:00
    Restored    23 November 2026, 14:20
    On Discord  https://discord.com/channels/900/10/29
    Times       local, in Europe/Berlin (UTC+01:00)
    Durations   to acknowledge: 3 min
                to identify the fault: not known
                to restore service: 32 min
                to close the ticket: not yet


    1. Summary
    ==========

    Ann opened T-42.

    [ ] OPEN: Not in the record: what happened & how it was mended.
    [ ] OPEN: Not in the record: <who>.


    2. Timeline
    ===========

    Monday, 23 November 2026
    ------------------------

    * 14:00 Ann opened the ticket: Checkout is down (SEV3, Payments)
    - 14:04 Bob: which share fails, @Ann? https://discord.com/channels/900/30/2
    - 14:12 Bob: the queue is full:
                queue <main> 100%
            https://discord.com/channels/900/30/7
    * 14:14 Action (Bob): Restarted the queue


    3. Cause
    ========

    (Written by Bob, 23 November 2026, 14:50)

    Why
    ---

    The queue of payments was full, see the graph
    <https://graphs.example/d/1?a=1&b=2> and https://status.example/x.

    Element  Load
    -------  -----  -
    queue    100 %  ☒
    決済DB   7 %    ☑

    Not why
    -------

    1. (struck out: the database)
    2. a trap <javascript:alert(1)>, the graph <https://graphs.example/d/1.png>,
       <https://graphs.example/d/2.png>
       - [ ] ask the <b onclick="x()">vendor</b>
       - [x] look, javascript:x a@b.example

    > A quotation.

    <script>alert(1)</script>


    4. How this report came about
    =============================

    Version  What            Who   When                     Note
    -------  --------------  ----  -----------------------  -----------------------
    1        Compiled        Bob   23 November 2026, 14:40
    2        Section edited  Bob   23 November 2026, 14:50  Cause
    2        Submitted       Bob   23 November 2026, 14:51
    3        Returned        Dana  24 November 2026, 23:20  the "vendor" is missing

    Version 3. Compiled from the ticket’s record and 7 messages on 23 November 2026,
    14:40.
    "#);
}

#[test]
fn markdown_loses_its_marks_and_nothing_else() {
    let text =
        "**Bold** \\*stars\\* and a line that is long enough to be broken at the end of the eighty columns.  
hard break `code` &amp; <https://a.example>

- one

  two
- three
  1. four
  2. five

  ```sh
  never wrapped, however long the line may be: not at eighty columns, and not at a hundred either
  ```
- six

---

## Sub *heading*

> quoted
> - and listed

    indented";
    insta::assert_snapshot!(prose::lines(text).join("\n"), @"
    Bold *stars* and a line that is long enough to be broken at the end of the
    eighty columns.
    hard break code & https://a.example

    - one

      two

    - three
      1. four
      2. five
          never wrapped, however long the line may be: not at eighty columns, and not at a hundred either
    - six

    --------------------

    Sub heading
    -----------

    > quoted
    >
    > - and listed

        indented
    ");
}

#[test]
fn an_approved_report_has_no_warning() {
    let report = FinalReport { state: ReportState::Approved, ..report() };
    let text = document(&report);
    assert!(text.starts_with("Final Report of the Technical team\n"), "{text}");
}

#[test]
fn no_line_of_prose_is_too_wide_and_nothing_hides() {
    let mut report = report();
    report.ticket.title = "an unusually long \u{202e}title\n".repeat(12);
    report.sections[0].markdown = "決済が遅い。 ".repeat(80) + "\n\n> " + &"many words ".repeat(40);
    for line in document(&report).lines() {
        assert!(width(line) <= WIDTH || line.contains("://"), "{line}");
        assert_eq!(visible(line).collect::<String>(), line);
    }
}

#[test]
fn every_format_prints_a_document_of_its_own() {
    let begins = Format::ALL.iter().map(|format| {
        let printed = report().print(*format, &pictures());
        (printed.lines().next().unwrap_or_default().to_owned(), printed.ends_with('\n'))
    });
    let ends_in_a_line = true;
    let expected = [
        "# Final Report of the Technical team: T-42 Checkout is down \\<again>",
        "<!DOCTYPE html>",
        "{",
        "*** RETURNED – NOT APPROVED *** 2 points are open",
    ];
    assert_eq!(begins.collect::<Vec<_>>(), expected.map(|line| (line.to_owned(), ends_in_a_line)));
}

proptest! {
    // A whole report each time, with ten texts in it: 1,000 are 10,000 texts.
    #![proptest_config(cases(1_000))]

    #[test]
    fn whatever_stands_in_a_report_it_is_told_in_plain_sight(texts in prop::collection::vec(nasty(), 10)) {
        let (report, _) = filled(&texts);
        let text = document(&report);
        prop_assert!(visible(&text).eq(text.chars()));
        let open = text.lines().filter(|line| line.starts_with("[ ] OPEN:")).count();
        prop_assert!(open >= report.gaps());
        prop_assert!(text.contains("How this report came about"));
    }
}
