//! The card and the thread.

use insta::assert_snapshot;

use super::fixture::{
    at, bare_ticket, directory, event, finished, mika, noor, running, sam, story, technical, ticket, view,
};
use crate::domain::{EventKind, Field, NoteKind, Status, TicketNumber};

#[test]
fn the_card_of_a_new_ticket() {
    let mut ticket = ticket();
    ticket.places.thread = None;
    assert_snapshot!(view(&directory()).card(&ticket, "T-42 · 1").to_text(), @r#"
    ┌ #d32f2f
    │ # T-42 · Checkout answers 502
    │ 🔴 SEV1 Critical · **Open**
    │ **Services** Web shop
    │ **Affected** Part of the users: customers who pay by card
    │ **Frequency** Intermittent: about one order in twenty
    │ **Started** <t:1795439400:f> (<t:1795439400:R>)
    │ **Opened** <t:1795440600:f> by <@5>
    │ **In charge** Technical team: nobody yet · Web team: nobody yet
    │ **Last change** <t:1795440600:R>
    │ > The page hangs for 30 s, then \*502 Bad Gateway\*.
    │ > Nothing was released today.
    │ (T-42 · 1)
    [Take](tt1:take:42) [Status](tt1:status:42) [Note](tt1:note:42) [Report](tt1:report:42)
    "#);
}

#[test]
fn the_card_of_a_running_ticket() {
    assert_snapshot!(view(&directory()).card(&running(), "T-42 · 1").to_text(), @r#"
    ┌ #d32f2f
    │ # T-42 · Checkout answers 502
    │ https://discord.com/channels/1/4200
    │ 🔴 SEV1 Critical · **Identified**
    │ **Services** Web shop
    │ **Affected** Part of the users: customers who pay by card
    │ **Frequency** Intermittent: about one order in twenty
    │ **Started** <t:1795439400:f> (<t:1795439400:R>)
    │ **Opened** <t:1795440600:f> by <@5>
    │ **In charge** Technical team: <@7> · Web team: <@8>
    │ **Last change** <t:1795442400:R>
    │ > The page hangs for 30 s, then \*502 Bad Gateway\*.
    │ > Nothing was released today.
    │ (T-42 · 1)
    [Take](tt1:take:42) [Status](tt1:status:42) [Note](tt1:note:42) [Report](tt1:report:42)
    "#);
}

#[test]
fn the_card_of_a_finished_ticket() {
    assert_snapshot!(view(&directory()).card(&finished(), "T-42 · 1").to_text(), @r#"
    ┌ #8d9399
    │ # T-42 · Checkout answers 502
    │ https://discord.com/channels/1/4200
    │ 🔴 SEV1 Critical · **Closed**
    │ **Services** Web shop
    │ **Affected** Part of the users: customers who pay by card
    │ **Frequency** Intermittent: about one order in twenty
    │ **Started** <t:1795439400:f> (<t:1795439400:R>)
    │ **Opened** <t:1795440600:f> by <@5>
    │ **Restored** <t:1795443900:f>, after 1 h 15 min
    │ **Closed** <t:1795446000:f>, after 1 h 30 min
    │ **In charge** Technical team: <@7> · Web team: <@8>
    │ **Last change** <t:1795446000:R>
    │ > The page hangs for 30 s, then \*502 Bad Gateway\*.
    │ > Nothing was released today.
    │ (T-42 · 1)
    [Reopen](tt1:reopen:42)
    "#);
}

#[test]
fn the_card_says_nothing_about_what_nobody_knows() {
    assert_snapshot!(view(&directory()).card(&bare_ticket(43, 3, 0), "T-43 · 1").to_text(), @r#"
    ┌ #fbc02d
    │ # T-43 · Mails are late
    │ 🟡 SEV3 · **Open**
    │ **Started** “this morning”
    │ **Opened** <t:1795440600:f> by <@5>
    │ **In charge** Technical team: nobody yet · Web team: nobody yet
    │ **Last change** <t:1795440600:R>
    │ (T-43 · 1)
    [Take](tt1:take:43) [Status](tt1:status:43) [Note](tt1:note:43) [Report](tt1:report:43)
    "#);
}

#[test]
fn the_welcome_brings_in_reporter_and_teams() {
    let directory = directory();
    assert_snapshot!(view(&directory).thread_name(&ticket()), @"T-42 Checkout answers 502");
    assert_snapshot!(view(&directory).welcome(&ticket(), "T-42 · 3").to_text(), @r#"
    <@5> opened T-42.
    <@&21> <@&22>: please have a look. Press **Take** on the card or type `/ticket take` to be in charge.
    Talk about it here: what is said in this thread is kept for the Final Reports.
    -# T-42 · 3
    ┌ #d32f2f
    │ # What was reported
    │ The page hangs for 30 s, then \*502 Bad Gateway\*.
    │ Nothing was released today.
    (calls <@5> <@&21> <@&22>)
    "#);
}

#[test]
fn teams_without_a_role_are_not_called() {
    let mut directory = directory();
    for team in &mut directory.teams {
        team.role = None;
    }
    assert_snapshot!(view(&directory).welcome(&bare_ticket(43, 3, 0), "T-43 · 3").to_text(), @r#"
    <@5> opened T-43.
    Press **Take** on the card or type `/ticket take` to be in charge.
    Talk about it here: what is said in this thread is kept for the Final Reports.
    -# T-43 · 3
    (calls <@5>)
    "#);
}

#[test]
fn the_link_reaches_the_reporter() {
    let directory = directory();
    assert_snapshot!(view(&directory).link_reply(&ticket()).to_text(), @r#"
    (only for you)
    **T-42 · Checkout answers 502** is open: https://discord.com/channels/1/4200
    Next: tell the thread whatever else you notice; you may be asked questions there.
    "#);
    assert_snapshot!(view(&directory).link_mention(&ticket(), "T-42 · 9").to_text(), @r#"
    <@5>, this is the thread of your ticket T-42.
    -# T-42 · 9
    (calls <@5>)
    "#);
}

#[test]
fn the_thread_is_told_each_thing_once() {
    let directory = directory();
    let moved = |from, to| EventKind::StatusChanged { from, to, note: String::new(), reached: at(0) };
    let more = [
        EventKind::Opened { title: String::new(), severity: super::fixture::sev(1), services: vec![] },
        EventKind::Assigned { team: technical(), person: noor(), replaced: Some(mika()) },
        EventKind::Released {
            team: technical(),
            person: mika(),
            note: "I looked at the database.".to_owned(),
        },
        EventKind::Released { team: technical(), person: noor(), note: String::new() },
        moved(Status::Monitoring, Status::Investigating),
        EventKind::SeverityChanged {
            from: super::fixture::sev(1),
            to: super::fixture::sev(3),
            reason: "Only our own people.".to_owned(),
        },
        EventKind::Noted { kind: NoteKind::Finding, text: "Two lines\n# here".to_owned(), happened: at(-9) },
        EventKind::Cancelled { from: Status::Open, reason: String::new() },
        EventKind::Reopened { from: Status::Closed, to: Status::Open, reason: "It is back.".to_owned() },
        EventKind::ReportDrafted { team: technical(), version: 2 },
    ];
    let more = more.into_iter().map(|kind| event(9, 0, mika(), kind));
    let notes = story()
        .into_iter()
        .chain(more)
        .map(|event| view(&directory).thread_note(&running(), &event, "T-42 · 7").to_text());
    assert_snapshot!(notes.collect::<Vec<_>>().join("\n\n"), @r#"
    <@7> **took** the ticket for Technical team.
    -# T-42 · 7

    <@7> set the status from Open to **Investigating**.
    -# T-42 · 7

    <@8> **took** the ticket for Web team, instead of <@5>.
    -# T-42 · 7

    <@7> set the status from Investigating to **Identified**, reached <t:1795442100:f>.
    > The \*pool\* is exhausted.
    -# T-42 · 7

    <@7> set the status from Identified to **Resolved**, reached <t:1795443900:f>.
    -# T-42 · 7

    <@8> **closed** the ticket.
    > Both reports are approved.
    -# T-42 · 7

    <@7> opened the ticket as 🔴 SEV1 Critical.
    -# T-42 · 7

    <@7> put <@8> in charge for Technical team, instead of <@7>.
    -# T-42 · 7
    (calls <@8>)

    <@7> gave the ticket back: nobody is in charge for Technical team now.
    > I looked at the database.
    -# T-42 · 7

    <@7> took the ticket from <@8>: nobody is in charge for Technical team now.
    -# T-42 · 7

    <@7> set the status from Monitoring to **Investigating**.
    -# T-42 · 7

    <@7> lowered the severity from 🔴 SEV1 Critical to **🟡 SEV3**.
    > Only our own people.
    -# T-42 · 7

    <@7> noted a finding, dated <t:1795440060:f>.
    > Two lines
    > \# here
    -# T-42 · 7

    <@7> **cancelled** the ticket: it was a false alarm.
    -# T-42 · 7

    <@7> **reopened** the ticket; its status is Open.
    > It is back.
    -# T-42 · 7

    <@7> drafted version 2 of the Final Report for Technical team.
    -# T-42 · 7
    "#);
}

#[test]
fn corrections_say_what_was_and_what_is() {
    let directory = directory();
    let cases = [
        (Field::Title, "Checkout is slow", "Checkout answers *502*"),
        (Field::Services, "", "shop, gone"),
        (Field::Services, "shop", ""),
        (Field::Affected, "part", "everyone"),
        (Field::Frequency, "", "once"),
        (Field::Started, "2026-11-23T13:10:00Z", "2026-11-23T12:50:00Z"),
    ];
    let notes = cases.map(|(field, from, to)| {
        let kind = EventKind::Edited { field, from: from.to_owned(), to: to.to_owned() };
        view(&directory).thread_note(&ticket(), &event(9, 0, sam(), kind), "m").content
    });
    assert_snapshot!(notes.join("\n"), @r#"
    <@5> corrected the title: “Checkout answers \*502\*” (before: “Checkout is slow”).
    -# m
    <@5> corrected the services: Web shop, gone.
    -# m
    <@5> corrected the services: none (before: Web shop).
    -# m
    <@5> corrected who is affected: Everyone (before: Part of the users).
    -# m
    <@5> corrected how often it happens: Once.
    -# m
    <@5> corrected when it started: <t:1795438200:f> (before: <t:1795439400:f>).
    -# m
    "#);
}

#[test]
fn a_long_note_stands_in_a_frame() {
    let kind = EventKind::Noted { kind: NoteKind::Action, text: "word ".repeat(700), happened: at(0) };
    let note = view(&directory()).thread_note(&ticket(), &event(9, 0, sam(), kind), "T-42 · 7");
    assert!(note.embeds[0].description.len() > 3000);
    assert_snapshot!(note.content, @r#"
    <@5> noted an action.
    -# T-42 · 7
    "#);
}

#[test]
fn a_thread_name_holds_a_long_number_and_title() {
    let mut ticket = ticket();
    ticket.number = TicketNumber(i64::MAX);
    ticket.facts.title = "🔥".repeat(90);
    let name = view(&directory()).thread_name(&ticket);
    assert!(name.encode_utf16().count() <= 100 && name.ends_with('…'), "{name}");
}
