//! Final Reports on Discord: where they stand, one of them, a section of it, and the forms.

use chrono::{DateTime, Utc};
use insta::assert_snapshot;

use super::fixture::{at, directory, event, mika, noor, running, sam, technical, view, web};
use crate::discord::message::Message;
use crate::discord::views::ReportRights;
use crate::discord::views::report::version_in_name;
use crate::domain::{EventKind, ReportState, Status, Ticket};
use crate::report::FinalReport;

const ALL: ReportRights = ReportRights { work: true, approve: true };
const NONE: ReportRights = ReportRights { work: false, approve: false };

/// The Technical team's report after Mika drafted it, wrote two sections of it and submitted it, and Noor returned it.
fn report() -> FinalReport {
    let mika = serde_json::json!({ "id": "7", "name": "Mika" });
    let step = |what, version: i64, at: DateTime<Utc>, note| serde_json::json!({ "what": what, "version": version, "by": mika, "at": at, "note": note });
    let mut history = vec![
        step("drafted", 1, at(61), ""),
        step("edited", 2, at(63), "Impact"),
        step("edited", 3, at(64), "Cause"),
        step("submitted", 3, at(65), ""),
    ];
    history.push(serde_json::json!({
        "what": "returned", "version": 3, "by": { "id": "8", "name": "Noor" }, "at": at(70), "note": "Which *customers*?",
    }));
    let report = serde_json::json!({
        "schema": 1,
        "ticket": {
            "guild": "1", "number": "T-42", "title": "Checkout answers 502", "details": "",
            "severity": "SEV1", "severity_name": "Critical", "status": "resolved",
            "services": [], "service_names": [],
            "affected": null, "affected_who": "", "frequency": null, "frequency_detail": "",
            "reporter": { "id": "5", "name": "Sam" }, "url": null,
        },
        "team": "technical", "team_name": "Technical team", "version": 3, "state": "returned",
        "compiled_at": at(61), "messages": 12, "time_zone": "Europe/Berlin",
        "milestones": {
            "started": null, "opened": at(0), "acknowledged": null, "identified": null,
            "restored": null, "resolved": null, "closed": null,
        },
        "durations": { "acknowledge": null, "identify": null, "restore": null, "close": null },
        "participants": [], "timeline": [], "history": history,
        "sections": [
            {
                "key": "impact", "title": "Impact", "markdown": "| Orders | Lost |\n|---|---|\n| 200 | 9 |",
                "gaps": ["Not in the record: what it cost."], "written": { "by": mika, "at": at(63) },
            },
            { "key": "cause", "title": "Cause", "markdown": "The pool.", "gaps": [], "written": { "by": mika, "at": at(64) } },
            { "key": "lessons", "title": "Lessons", "markdown": "", "gaps": ["What went well?", "What did not?"] },
        ],
    });
    FinalReport::from_json(&report.to_string()).unwrap()
}

/// The ticket, resolved, with these steps taken by Mika.
fn after(steps: Vec<EventKind>) -> Ticket {
    let mut ticket = running();
    ticket.status = Status::Resolved;
    for (minute, kind) in (61..).zip(steps) {
        ticket.apply(&event(20 + minute, minute, mika(), kind));
    }
    ticket
}

fn drafted() -> EventKind {
    EventKind::ReportDrafted { team: technical(), version: 1 }
}

fn in_state(state: ReportState) -> (Ticket, FinalReport) {
    let (team, version) = (technical(), 3);
    let last = match state {
        ReportState::Draft => EventKind::ReportEdited { team, version, section: "cause".to_owned() },
        ReportState::Submitted => EventKind::ReportSubmitted { team, version },
        ReportState::Approved => EventKind::ReportApproved { team, version },
        ReportState::Returned => {
            EventKind::ReportReturned { team, version, reason: "Which customers?".to_owned() }
        }
    };
    (after(vec![drafted(), last]), FinalReport { state, ..report() })
}

fn buttons(message: &Message) -> String {
    let lines: Vec<String> =
        message.to_text().lines().filter(|line| line.starts_with('[')).map(str::to_owned).collect();
    lines.join("\n")
}

#[test]
fn all_reports_stand_in_one_list() {
    let directory = directory();
    let view = view(&directory);
    assert_snapshot!(view.reports(&after(vec![]), ALL, None).to_text(), @"
    (only for you)
    ┌ #d32f2f
    │ # Final Reports · T-42 · Checkout answers 502
    │ https://discord.com/channels/1/4200
    │ **Technical team** not drafted yet
    │ **Web team** not drafted yet
    │ Next: draft them; the gaps are then filled by people.
    [Draft](tt1:reports-draft:42)
    ");
    let mut ticket = after(vec![drafted(), EventKind::ReportSubmitted { team: technical(), version: 1 }]);
    ticket.apply(&event(90, 90, noor(), EventKind::ReportDrafted { team: web(), version: 1 }));
    assert_snapshot!(view.reports(&ticket, ALL, Some("Done.".to_owned())).to_text(), @"
    (only for you)
    Done.
    ┌ #d32f2f
    │ # Final Reports · T-42 · Checkout answers 502
    │ https://discord.com/channels/1/4200
    │ **Technical team** version 1 · **submitted** by <@7> · <t:1795444320:R>
    │ **Web team** version 1 · **draft** by <@8> · <t:1795446000:R>
    │ Next: somebody who did not write it approves it, or returns it.
    [Technical team](tt1:on-report:42:technical:open) [Web team](tt1:on-report:42:web:open)
    [Draft again](tt1:reports-draft:42)
    ");
    assert_snapshot!(buttons(&view.reports(&ticket, NONE, None)), @"[Technical team](tt1:on-report:42:technical:open) [Web team](tt1:on-report:42:web:open)");
    for (seq, team) in [(91, technical()), (92, web())] {
        ticket.apply(&event(seq, seq, sam(), EventKind::ReportApproved { team, version: 1 }));
    }
    assert_snapshot!(view.reports(&ticket, ALL, None).to_text(), @"
    (only for you)
    ┌ #d32f2f
    │ # Final Reports · T-42 · Checkout answers 502
    │ https://discord.com/channels/1/4200
    │ **Technical team** version 1 · **approved** by <@5> · <t:1795446060:R>
    │ **Web team** version 1 · **approved** by <@5> · <t:1795446120:R>
    │ Next: all are approved, so `/ticket close` ends the ticket once it is resolved.
    [Technical team](tt1:on-report:42:technical:open) [Web team](tt1:on-report:42:web:open)
    ");
}

#[test]
fn nobody_owes_a_report() {
    let mut directory = directory();
    directory.teams.iter_mut().for_each(|team| team.owes_report = false);
    let view = view(&directory);
    assert_snapshot!(view.reports(&after(vec![]), ALL, Some(view.drafted(&running(), &[]))).to_text(), @"
    (only for you)
    No team owes a Final Report for **T-42**. Which teams do is set in the bot's config.
    ┌ #d32f2f
    │ # Final Reports · T-42 · Checkout answers 502
    │ https://discord.com/channels/1/4200
    │ No team owes a Final Report for this ticket.
    ");
}

#[test]
fn a_report_says_what_it_lacks_and_what_can_be_done() {
    let directory = directory();
    let view = view(&directory);
    let (ticket, report) = in_state(ReportState::Returned);
    assert_snapshot!(view.report(&ticket, &report, ALL, None).to_text(), @r"
    (only for you)
    ┌ #d32f2f
    │ # Final Report · Technical team
    │ https://discord.com/channels/1/4200
    │ **T-42 · Checkout answers 502**
    │ Version 3 · **returned** by <@7> · <t:1795444320:R>
    │ Compiled <t:1795444260:f> from 12 messages
    │ 3 gaps are left for a person to fill.
    │ -# <t:1795444260:f> Mika drafted version 1
    │ -# <t:1795444440:f> Mika edited versions 2 to 3: Impact, Cause
    │ -# <t:1795444500:f> Mika submitted version 3
    │ -# <t:1795444800:f> Noor returned version 3: Which \*customers\*?
    [Read a section ▾](tt1:on-report:42:technical:section)
      impact = Impact: written by Mika · 1 gap
      cause = Cause: written by Mika
      lessons = Lessons: 2 gaps
    [Submit](tt1:on-report:42:technical:submit:3) [Draft again](tt1:on-report:42:technical:draft) [All reports](tt1:reports:42)
    [Markdown](tt1:on-report:42:technical:export:markdown) [HTML](tt1:on-report:42:technical:export:html) [JSON](tt1:on-report:42:technical:export:json) [Text](tt1:on-report:42:technical:export:text)
    ");
    let actions = ReportState::ALL.iter().map(|state| {
        let (ticket, report) = in_state(*state);
        let own = ReportRights { work: true, approve: false };
        let offered = [ALL, own, NONE].map(|rights| {
            let shown = buttons(&view.report(&ticket, &report, rights, None));
            shown.lines().nth(1).unwrap_or_default().to_owned()
        });
        format!("{state}:\n  {}\n  {}\n  {}", offered[0], offered[1], offered[2])
    });
    assert_snapshot!(actions.collect::<Vec<_>>().join("\n"), @"
    draft:
      [Submit](tt1:on-report:42:technical:submit:3) [Draft again](tt1:on-report:42:technical:draft) [All reports](tt1:reports:42)
      [Submit](tt1:on-report:42:technical:submit:3) [Draft again](tt1:on-report:42:technical:draft) [All reports](tt1:reports:42)
      [All reports](tt1:reports:42)
    submitted:
      [Approve](tt1:on-report:42:technical:approve:3) [Return](tt1:on-report:42:technical:return:3) [All reports](tt1:reports:42)
      [Return](tt1:on-report:42:technical:return:3) [All reports](tt1:reports:42)
      [All reports](tt1:reports:42)
    approved:
      [All reports](tt1:reports:42)
      [All reports](tt1:reports:42)
      [All reports](tt1:reports:42)
    returned:
      [Submit](tt1:on-report:42:technical:submit:3) [Draft again](tt1:on-report:42:technical:draft) [All reports](tt1:reports:42)
      [Submit](tt1:on-report:42:technical:submit:3) [Draft again](tt1:on-report:42:technical:draft) [All reports](tt1:reports:42)
      [All reports](tt1:reports:42)
    ");
}

#[test]
fn many_steps_are_told_in_few_lines() {
    let directory = directory();
    let (ticket, mut report) = in_state(ReportState::Draft);
    let (returned, submitted) = (report.history[4].clone(), report.history[3].clone());
    for _ in 0..3 {
        report.history.extend([submitted.clone(), returned.clone()]);
    }
    let shown = view(&directory).report(&ticket, &report, NONE, None).to_text();
    let steps: Vec<&str> = shown.lines().filter(|line| line.contains("-#")).collect();
    assert_snapshot!(steps.join("\n"), @r"
    │ -# … 4 steps before
    │ -# <t:1795444500:f> Mika submitted version 3
    │ -# <t:1795444800:f> Noor returned version 3: Which \*customers\*?
    │ -# <t:1795444500:f> Mika submitted version 3
    │ -# <t:1795444800:f> Noor returned version 3: Which \*customers\*?
    │ -# <t:1795444500:f> Mika submitted version 3
    │ -# <t:1795444800:f> Noor returned version 3: Which \*customers\*?
    ");
}

#[test]
fn a_section_is_read_page_by_page() {
    let directory = directory();
    let view = view(&directory);
    let (ticket, mut report) = in_state(ReportState::Returned);
    let section = |report: &FinalReport, key: &str| report.section(key).unwrap().clone();
    assert_snapshot!(view.report_section(&ticket, &report, &section(&report, "impact"), 0, ALL).to_text(), @"
    (only for you)
    ┌ #d32f2f
    │ # Impact · Technical team
    │ ```
    │ | Orders | Lost |
    │ |---|---|
    │ | 200 | 9 |
    │ ```
    │
    │ ☐ Not in the record: what it cost.
    │ (Version 3 · written by Mika)
    [Read a section ▾](tt1:on-report:42:technical:section)
      impact = Impact: written by Mika · 1 gap
      cause = Cause: written by Mika
      lessons = Lessons: 2 gaps
    [Edit](tt1:on-report:42:technical:edit:impact) [Back](tt1:on-report:42:technical:open)
    ");
    assert_snapshot!(view.report_section(&ticket, &report, &section(&report, "lessons"), 0, NONE).to_text(), @"
    (only for you)
    ┌ #d32f2f
    │ # Lessons · Technical team
    │ ☐ What went well?
    │ ☐ What did not?
    │ (Version 3)
    [Read a section ▾](tt1:on-report:42:technical:section)
      impact = Impact: written by Mika · 1 gap
      cause = Cause: written by Mika
      lessons = Lessons: 2 gaps
    [Back](tt1:on-report:42:technical:open)
    ");
    report.sections[1].markdown = "The pool was full again.\n".repeat(400);
    let long = section(&report, "cause");
    let pages = [0, 1, 2, 9].map(|page| {
        let shown = view.report_section(&ticket, &report, &long, page, ALL).to_text();
        let footer = shown.lines().find(|line| line.contains("page")).unwrap_or_default().to_owned();
        let buttons = shown.lines().last().unwrap_or_default().to_owned();
        format!("{footer}\n{buttons}")
    });
    assert_snapshot!(pages.join("\n"), @"
    │ (Version 3 · written by Mika · page 1 of 3)
    [Edit](tt1:on-report:42:technical:edit:cause) [Earlier](tt1:on-report:42:technical:page:cause:3, off) [Later](tt1:on-report:42:technical:page:cause:1) [Back](tt1:on-report:42:technical:open)
    │ (Version 3 · written by Mika · page 2 of 3)
    [Edit](tt1:on-report:42:technical:edit:cause) [Earlier](tt1:on-report:42:technical:page:cause:0) [Later](tt1:on-report:42:technical:page:cause:2) [Back](tt1:on-report:42:technical:open)
    │ (Version 3 · written by Mika · page 3 of 3)
    [Edit](tt1:on-report:42:technical:edit:cause) [Earlier](tt1:on-report:42:technical:page:cause:1) [Later](tt1:on-report:42:technical:page:cause:3, off) [Back](tt1:on-report:42:technical:open)
    │ (Version 3 · written by Mika · page 3 of 3)
    [Edit](tt1:on-report:42:technical:edit:cause) [Earlier](tt1:on-report:42:technical:page:cause:1) [Later](tt1:on-report:42:technical:page:cause:3, off) [Back](tt1:on-report:42:technical:open)
    ");
}

#[test]
fn forms_are_filled_with_what_is_there() {
    let directory = directory();
    let view = view(&directory);
    let (ticket, mut report) = in_state(ReportState::Returned);
    let form = view.section_form(&ticket, &report, &report.sections[0]).unwrap();
    assert_snapshot!(form.to_text(), @"
    {Technical team: Impact} tt1:on-report:42:technical:form:impact:3
      text (text, must, ≤4000): Markdown; delete the “- [ ]” lines you filled |  = | Orders | Lost |
    |---|---|
    | 200 | 9 |

    - [ ] Not in the record: what it cost.
    ");
    assert_snapshot!(view.return_form(&ticket, &technical(), 3).to_text(), @"
    {Return the report of Technical team} tt1:on-report:42:technical:return-form:3
      reason (text, must, ≤4000): What has to be mended? | The cause is a guess: which log shows it?
    ");
    report.sections[0].markdown = "x".repeat(4_001);
    assert!(view.section_form(&ticket, &report, &report.sections[0]).is_none());
    assert_snapshot!(view.section_file(&report, &report.sections[0]).to_text(), @"
    (only for you)
    “Impact” is too long for a form. Edit this file, then send it with `/report edit team:technical section:impact file:`.
    [file T-42-technical-impact-v3.md]
    ");
    let names = [
        "T-42-technical-impact-v3.md",
        "T-42-technical-impact-v12 (1).md",
        "T-42-web-cause-v3.md",
        "impact.md",
        "-impact-v.md",
    ];
    assert_eq!(names.map(|name| version_in_name(name, "impact")), [Some(3), Some(12), None, None, None]);
}

#[test]
fn what_was_done_is_said_first() {
    let directory = directory();
    let view = view(&directory);
    let mut said: Vec<String> = ReportState::ALL
        .iter()
        .map(|state| view.report_done(&FinalReport { state: *state, ..report() }))
        .collect();
    said.push(view.drafted(&running(), &[report()]));
    let file = |name: &str| (name.to_owned(), Vec::new());
    said.push(view.exported(&running(), vec![file("a.md"), file("b.md")], 0).content);
    said.push(view.exported(&running(), vec![file("a.html")], 4).content);
    assert_snapshot!(said.join("\n\n"), @r"
    Saved “Which \*customers\*?” as version 3 of the Final Report for Technical team.

    Submitted version 3 of the Final Report for Technical team. 3 gaps are not filled; readers will see that. Somebody else approves it.

    Approved version 3 of the Final Report for Technical team. It is not changed any more.

    Returned version 3 of the Final Report for Technical team. Its authors are told in the thread.

    Drafted for **T-42**:
    - Technical team, version 3: 0 lines in its timeline from 12 messages; 2 sections kept as written; 3 gaps for a person to fill

    2 Final Reports of **T-42**.

    1 Final Report of **T-42**.
    4 pictures are links: with more in it, it would be too large for Discord.
    ");
}
