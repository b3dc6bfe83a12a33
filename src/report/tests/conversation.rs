//! A whole conversation, invented, as it comes out: what is picked, asked and answered, and under which group.

use super::*;
use crate::domain::fixture::{eve, vic};

/// The label printers of a parcel hub stop on a Monday afternoon.
fn conversation() -> Record {
    let (ann, bob, carol, dana, vic) = (ann(), bob(), carol(), dana(), vic());
    let lines: Vec<(&Member, i64, &str)> = vec![
        (&ann, 0, "Nothing comes out of the label printers in hall 3 :scream:"),
        (&carol, 1, "lol, again? 😂"),
        (&bob, 2, "good afternoon everybody"),
        (&bob, 2, "looking into it"),
        (&bob, 3, "<@101> which printers, all of them?"),
        (&ann, 4, "yes, all eight. Parcels are piling up at gate B"),
        (&carol, 5, "who moved my mug?"),
        (&bob, 9, "since when does it fail?"),
        (&ann, 10, "about 14:20"),
        (
            &bob,
            18,
            "The spooler rejects every job:\n```\nERROR 17: template 'parcel-eu' not found\n  at load (spool.c:88)\n```",
        ),
        (&carol, 19, "I changed the parcel template at noon, could that be it?"),
        (&bob, 21, "That's the problem: the new template was deployed to the wrong folder."),
        (&dana, 22, "how many parcels are we talking about?"),
        (&carol, 24, "ok, rolling back the template now"),
        (&carol, 24, "https://git.example/hub/templates/pull/71"),
        (&vic, 26, "popcorn time 🍿"),
        (&carol, 31, "Labels come out again in hall 3, the rollback worked"),
        (&ann, 33, "confirmed, gate B is back to normal. thanks all!"),
        (&dana, 35, "I told the support team that parcels of this afternoon are an hour late."),
        (&bob, 41, "next time we need an alert when the spooler rejects jobs"),
        (&dana, 42, "great work everybody 🎉"),
    ];
    let mut record = talk_record(&lines);
    let reply =
        |record: &mut Record, id: usize, to: i64| record.messages[id - 1].reply_to = Some(MessageId(to));
    reply(&mut record, 9, 8);
    let alarm = |id, minute, text| ArchivedMessage { bot: true, ..message(id, &eve(), minute, text) };
    record.messages.insert(
        0,
        ArchivedMessage {
            id: MessageId(0),
            ..alarm(0, -1, "PROBLEM - spooler on hall3 is CRITICAL: 40 jobs")
        },
    );
    for (id, minute) in [(101, 6), (102, 12), (103, 17)] {
        record.messages.push(alarm(id, minute, "PROBLEM - spooler on hall3 is CRITICAL: more jobs"));
    }
    record.messages.push(alarm(104, 32, "RECOVERY - spooler on hall3 is OK: 0 jobs"));
    record.messages.sort_by_key(|message| message.at);
    let (kind, text) = (NoteKind::Decision, "Parcels of gate B are labelled by hand".to_owned());
    let noted = happen(&mut record.ticket, &dana, 15, EventKind::Noted { kind, text, happened: at(15) });
    record.events.push(noted);
    record
}

/// A section of the report as people read it, the joiner in `@Ann` left out.
fn section(report: &FinalReport, key: &str) -> String {
    report.section(key).unwrap().to_text().replace('\u{2060}', "")
}

#[test]
fn the_timeline_has_what_mattered_and_nothing_else() {
    let report = report(&conversation(), "technical");
    insta::assert_snapshot!(section(&report, "timeline"), @"
    Bold times are facts of the record. The other 10 lines were picked by rules from 26 messages, for a person to check.

    ### Monday, 23 November 2026

    - 13:59 Eve: PROBLEM - spooler on hall3 is CRITICAL: 40 jobs ([message](https://discord.com/channels/900/30/0))
    - **14:00** Ann opened the ticket: Checkout is down (SEV3, Payments)
    - 14:00 Ann: Nothing comes out of the label printers in hall 3 :scream: ([message](https://discord.com/channels/900/30/1))
    - **14:15** Decision (Dana): Parcels of gate B are labelled by hand
    - 14:18 Bob: The spooler rejects every job:
      ```
      ERROR 17: template 'parcel-eu' not found
        at load (spool.c:88)
      ```
      ([message](https://discord.com/channels/900/30/10))
    - 14:21 Bob: That's the problem: the new template was deployed to the wrong folder. ([message](https://discord.com/channels/900/30/12))
    - 14:24 Carol: ok, rolling back the template now  
      <https://git.example/hub/templates/pull/71> ([message](https://discord.com/channels/900/30/14))
    - 14:31 Carol: Labels come out again in hall 3, the rollback worked ([message](https://discord.com/channels/900/30/17))
    - 14:32 Eve: RECOVERY - spooler on hall3 is OK: 0 jobs ([message](https://discord.com/channels/900/30/104))
    - 14:33 Ann: confirmed, gate B is back to normal. … ([message](https://discord.com/channels/900/30/18))
    - 14:35 Dana: I told the support team that parcels of this afternoon are an hour late. ([message](https://discord.com/channels/900/30/19))
    - 14:41 Bob: next time we need an alert when the spooler rejects jobs ([message](https://discord.com/channels/900/30/20))
    ");
}

#[test]
fn questions_stand_with_their_answers() {
    let report = report(&conversation(), "technical");
    insta::assert_snapshot!(section(&report, "questions"), @"
    - 14:03 Bob asked: @Ann which printers, all of them? ([message](https://discord.com/channels/900/30/5))  
      14:04 Ann answered: yes, all eight. Parcels are piling up at gate B ([message](https://discord.com/channels/900/30/6))
    - 14:09 Bob asked: since when does it fail? ([message](https://discord.com/channels/900/30/8))  
      14:10 Ann answered: about 14:20 ([message](https://discord.com/channels/900/30/9))
    - [ ] Not in the record: an answer to Dana's question at 14:22, “how many parcels are we talking about?”.
    ");
}

#[test]
fn findings_stand_under_their_group() {
    let report = report(&conversation(), "technical");
    insta::assert_snapshot!(section(&report, "cause"), @"
    Findings stand under the group to which their words point. Those with a link were picked from the talk, to be checked.

    **C: software**

    - That's the problem: the new template was deployed to the wrong folder. (Bob, 14:21) ([message](https://discord.com/channels/900/30/12))
    - [ ] To be confirmed: which of these is the cause, and how that is known.
    - [ ] Not in the record: whether anything of group A (communication network, external systems included) was checked, and with what result.
    - [ ] Not in the record: whether anything of group B (hardware) was checked, and with what result.
    - [ ] Not in the record: whether anything of group D (data) was checked, and with what result.
    - [ ] Not in the record: why it was not caught before it reached users.
    ");
}

#[test]
fn each_kind_of_line_has_its_section() {
    let record = conversation();
    let (technical, web) = (report(&record, "technical"), report(&record, "web"));
    let sections = ["impact", "detection", "resolution", "follow-ups"].map(|key| section(&technical, key));
    let text = format!(
        "{}\n\n{}\n\n{}",
        sections.join("\n\n"),
        section(&web, "communication"),
        section(&web, "cause")
    );
    insta::assert_snapshot!(text, @"
    Picked from the talk, to be checked:

    - PROBLEM - spooler on hall3 is CRITICAL: 40 jobs (Eve, 13:59) ([message](https://discord.com/channels/900/30/0))
    - Nothing comes out of the label printers in hall 3 :scream: (Ann, 14:00) ([message](https://discord.com/channels/900/30/1))
    - The spooler rejects every job: ERROR 17: template 'parcel-eu' not found (Bob, 14:18) ([message](https://discord.com/channels/900/30/10))
    - Labels come out again in hall 3, the rollback worked (Carol, 14:31) ([message](https://discord.com/channels/900/30/17))
    - RECOVERY - spooler on hall3 is OK: 0 jobs (Eve, 14:32) ([message](https://discord.com/channels/900/30/104))
    - confirmed, gate B is back to normal. … (Ann, 14:33) ([message](https://discord.com/channels/900/30/18))
    - [ ] To be confirmed: who was affected and how often it happened, as far as the lines above tell.
    - [ ] Not in the record: when it began, so how long it lasted.

    Ann opened the ticket on 23 November 2026, 14:00. The first sign of it in the talk is by Eve, at 13:59. ([message](https://discord.com/channels/900/30/0))

    - [ ] To be confirmed: whether that is how it was noticed, and whether an alarm should have told.

    - Parcels of gate B are labelled by hand (Dana, 14:15)

    Picked from the talk, to be checked:

    - ok, rolling back the template now / <https://git.example/hub/templates/pull/71> (Carol, 14:24) ([message](https://discord.com/channels/900/30/14))
    - [ ] Not in the record: which step brought service back, and how that was verified.

    Picked from the talk, to be checked:

    - next time we need an alert when the spooler rejects jobs (Bob, 14:41) ([message](https://discord.com/channels/900/30/20))
    - [ ] To be confirmed: who does these, and until when.
    - [ ] Not in the record: what went well, what went badly, where luck helped.

    Picked from the talk, to be checked:

    - I told the support team that parcels of this afternoon are an hour late. (Dana, 14:35) ([message](https://discord.com/channels/900/30/19))
    - [ ] To be confirmed: where and in which words users were told.
    - [ ] Not in the record: whether they were told that service is back.

    Findings stand under the group to which their words point. Those with a link were picked from the talk, to be checked.

    - **C (software):** That's the problem: the new template was deployed to the wrong folder. (Bob, 14:21) ([message](https://discord.com/channels/900/30/12))
    - [ ] To be confirmed: which of these is the cause, and how that is known.
    - [ ] Not in the record: whether the site's own pages, scripts and content were checked and cleared.
    - [ ] Not in the record: the cause in words that can be given to users.
    ");
}

#[test]
fn every_proposed_line_says_why() {
    let report = report(&conversation(), "technical");
    let picked = report.timeline.iter().filter(|entry| entry.state == Certainty::Proposed);
    let lines: Vec<String> = picked
        .map(|entry| format!("{:>4} {}: {}", entry.score.unwrap(), entry.kind, entry.reasons.join(", ")))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    2.3 impact: is the first alarm
    4.1 impact: says what fails, is how the reporter put it first, is among the first words, is about what the talk is about, is the first thing its author said
    2.8 impact: speaks of something that goes wrong, shows an error, speaks of all of it, came after a pause, names something exactly
    2.8 finding: says what was found out, says what was done
    2.6 action: says what was done, links to a change, is about what the talk is about
    3.9 impact: says that it works again, says what was done, came after a pause
    1.6 impact: ends the first alarm
      3 impact: says that it works again, says what was found out
      2 communication: says who was told, is about what the talk is about
    2.3 follow-up: says what is left to do, speaks of something that goes wrong, came after a pause
    ");
}

#[test]
fn no_line_stands_in_more_than_two_sections() {
    let record = conversation();
    for team in ["technical", "web", "warehouse"] {
        let report = report(&record, team);
        for entry in report.timeline.iter().filter(|entry| !entry.sources.is_empty()) {
            let line = entry.text.lines().next().unwrap();
            let start = text::inline(&line.chars().take(30).collect::<String>());
            let told = report.sections.iter().filter(|section| section.markdown.contains(start.trim()));
            let told: Vec<&str> = told.map(|section| section.key.as_str()).collect();
            assert!(told.len() <= 2 && told.contains(&"timeline"), "{team}: {told:?} have {start}");
        }
    }
}
