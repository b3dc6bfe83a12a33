//! Whatever people type, everywhere at once: every limit holds, nobody is called who should not be, nothing formats.

use proptest::prelude::*;
use serde_json::Value;

use super::fixture::{at, directory, event, person, running, technical, view};
use crate::cases::{cases, hostile};
use crate::discord::custom_id::{CustomId, OpenOptions};
use crate::discord::message::{Message, Modal, assert_within_limits};
use crate::discord::views::{Recorded, ReportRights, View};
use crate::domain::when::NotATime;
use crate::domain::{
    ArchivedMessage, ChannelId, Directory, Event, EventKind, Field, MessageId, NoteKind, Person, Refusal,
    ReportState, RoleId, ServiceKey, Status, Ticket, UserId,
};
use crate::report::{self, FinalReport, Made, Record};

/// A ticket in which every text is `typed`, shortened as the domain does.
fn ticket(typed: &str) -> Ticket {
    let cut = |max| crate::domain::text::shorten(typed, max);
    let mut ticket = running();
    ticket.facts.title = crate::domain::text::shorten(&crate::domain::text::one_line(typed), 90);
    ticket.facts.details = cut(4000);
    ticket.facts.affected_who = cut(300);
    ticket.facts.frequency_detail = cut(300);
    ticket.facts.started_said = cut(300);
    ticket.facts.services = (0..40).map(|number| ServiceKey::new(format!("service-{number}"))).collect();
    ticket.reporter = anybody(typed);
    for charge in &mut ticket.charges {
        charge.person = anybody(typed);
    }
    let past = ticket.charges[0].clone();
    for minute in 0..30 {
        ticket.charges.push(crate::domain::Charge { until: Some(at(minute)), ..past.clone() });
    }
    ticket
}

fn anybody(name: &str) -> Person {
    person(77, &crate::domain::text::shorten(name, 200))
}

/// Every kind of event, every text in it `typed`.
fn events(typed: &str) -> Vec<Event> {
    let text = || typed.to_owned();
    let (from, to, reached) = (Status::Investigating, Status::Identified, at(-9));
    let (team, person) = (technical(), anybody(typed));
    let severity = || super::fixture::sev(2);
    let mut kinds = vec![
        EventKind::Opened { title: text(), severity: severity(), services: vec![] },
        EventKind::Assigned { team: team.clone(), person: person.clone(), replaced: Some(person.clone()) },
        EventKind::Released { team: team.clone(), person, note: text() },
        EventKind::StatusChanged { from, to, note: text(), reached },
        EventKind::SeverityChanged { from: severity(), to: severity(), reason: text() },
        EventKind::Noted { kind: NoteKind::FollowUp, text: text(), happened: at(-9) },
        EventKind::Closed { reason: text() },
        EventKind::Cancelled { from, reason: text() },
        EventKind::Reopened { from, to, reason: text() },
        EventKind::ReportDrafted { team: team.clone(), version: i64::MAX },
        EventKind::ReportReturned { team, version: 1, reason: text() },
    ];
    kinds.extend(Field::ALL.iter().map(|field| EventKind::Edited {
        field: *field,
        from: text(),
        to: text(),
    }));
    kinds.into_iter().map(|kind| event(1, 0, anybody(typed), kind)).collect()
}

/// Every message that can carry what people typed.
fn messages(directory: &Directory, typed: &str) -> Vec<Message> {
    let (view, ticket, events) = (view(directory), ticket(typed), events(typed));
    let mut messages = vec![
        view.card(&ticket, "T-42 · 1"),
        view.welcome(&ticket, "T-42 · 2"),
        view.headline(&ticket, "T-42 · 3", &[RoleId(31)]),
        view.link_reply(&ticket),
        view.link_mention(&ticket, "T-42 · 4"),
        view.opened(&ticket, Some(NotATime::Unreadable)),
        view.assigned(&ticket, &technical(), &anybody(typed)),
        view.show(&ticket),
        view.list(&vec![ticket.clone(); 50], true),
        view.history(&ticket, &events, None),
        view.history(&ticket, &events, Some(0)),
        view.status_choice(&ticket),
        view.failed(typed, Recorded::Unknown),
    ];
    messages.extend(Field::ALL.iter().map(|field| view.edited(&ticket, *field)));
    for event in &events {
        messages.push(view.thread_note(&ticket, event, "T-42 · 5"));
        messages.push(view.update(&ticket, event, "T-42 · 6", &[]));
    }
    messages.extend(reports(view, &ticket, typed));
    messages.extend(refusals(typed).iter().map(|refusal| view.refusal(refusal)));
    messages
}

/// What is shown of a report in which everything is what people typed.
fn reports(view: View<'_>, ticket: &Ticket, typed: &str) -> Vec<Message> {
    let rights = ReportRights { work: true, approve: true };
    let (mut ticket, mut report) = (ticket.clone(), report(typed));
    let team = report.team.clone();
    let mut messages = Vec::new();
    for state in ReportState::ALL {
        report.state = *state;
        let kind = match state {
            ReportState::Draft => EventKind::ReportDrafted { team: team.clone(), version: 1 },
            ReportState::Submitted => EventKind::ReportSubmitted { team: team.clone(), version: 1 },
            ReportState::Approved => EventKind::ReportApproved { team: team.clone(), version: 1 },
            ReportState::Returned => {
                EventKind::ReportReturned { team: team.clone(), version: 1, reason: typed.to_owned() }
            }
        };
        ticket.apply(&event(9, 0, anybody(typed), kind));
        let notice = Some(view.report_done(&report));
        messages.push(view.report(&ticket, &report, rights, notice.clone()));
        messages.push(view.reports(&ticket, rights, notice));
    }
    messages.push(view.section_file(&report, &report.sections[0]));
    messages.push(view.reports(&ticket, rights, Some(view.drafted(&ticket, &[report.clone(), report]))));
    messages
}

/// A report in which every text is `typed`.
fn report(typed: &str) -> FinalReport {
    let directory = directory();
    let said = ArchivedMessage {
        id: MessageId(5),
        thread: ChannelId(4200),
        author: anybody(typed),
        bot: false,
        system: false,
        at: at(1),
        text: typed.to_owned(),
        reply_to: None,
        attachments: Vec::new(),
        edited: None,
        deleted: None,
        pinned: Some(at(2)),
        reactions: Vec::new(),
    };
    let events = events(typed);
    let record = Record { ticket: ticket(typed), events, messages: vec![said] };
    let made = Made { version: 1, by: anybody(typed), at: at(0) };
    report::compile(&record, &directory, &technical(), &made)
}

fn refusals(typed: &str) -> Vec<Refusal> {
    let text = || typed.to_owned();
    vec![
        Refusal::AlreadyTaken { team: technical(), by: anybody(typed) },
        Refusal::NoTeam(anybody(typed)),
        Refusal::UnknownTeam(text()),
        Refusal::UnknownSeverity(text()),
        Refusal::UnknownService(text()),
        Refusal::BadValue { field: Field::Affected, typed: text() },
        Refusal::NotATime(text(), NotATime::Unreadable),
        Refusal::ReportMoved { team: technical(), seen: 1, newest: 2, by: anybody(typed) },
        Refusal::UnknownSection(text()),
        Refusal::SectionMoved { section: text(), by: anybody(typed) },
        Refusal::SectionSame(text()),
        Refusal::NotText(text()),
        Refusal::FileNotFetched(text()),
    ]
}

/// Asserts what holds for every message, whatever was typed.
fn assert_harmless(message: &Message, typed: &str) {
    let body = message.callback_data();
    assert_within_limits(&body);
    let shown = texts(&body).join("\n").to_lowercase();
    for call in ["@everyone", "@here"] {
        assert!(!shown.contains(call), "{call} in {shown}");
    }
    // Only people and roles of the fixture are named or called: not those that were typed.
    for id in ["666", "999"] {
        assert!(!shown.replace("\\<", "").contains(&format!("<@{id}")), "{shown}");
        assert!(!body["allowed_mentions"].to_string().contains(id));
    }
    assert!(!shown.contains('\u{202e}'), "{typed}");
}

/// Texts in which Discord formats.
fn texts(body: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
    let embeds = body["embeds"].as_array().cloned().unwrap_or_default();
    let in_embeds = embeds.iter().flat_map(|embed| {
        let fields = embed["fields"].as_array().cloned().unwrap_or_default();
        let fields = fields.into_iter().filter_map(|field| field["value"].as_str().map(ToOwned::to_owned));
        [text(&embed["title"]), text(&embed["description"])]
            .into_iter()
            .flatten()
            .chain(fields)
            .collect::<Vec<_>>()
    });
    text(&body["content"]).into_iter().chain(in_embeds).collect()
}

#[test]
fn hostile_and_huge_texts_change_nothing() {
    let directory = directory();
    let seeds = [
        "@everyone @here <@666> <@&999> <#5> <t:0:R> </ticket:1> <id:guide> ",
        "**bold** __under__ ~~gone~~ ||hidden|| `code` ```block``` ",
        "# big\n## big\n-# small\n> quote\n>>> all\n- list\n1. list\n[words](https://evil.example)\n",
        "👩‍🚒🔥🇩🇪\u{202e}txet\u{202c}العربية\u{200f} ",
        "\\",
        "`",
        "*",
        "\n",
        "@",
        "<",
        "|",
        "a",
        "\u{200b}",
        "🔥",
        "https://x.example/@everyone/_a_ ",
    ];
    for seed in seeds {
        for typed in [seed.to_owned(), seed.repeat(10_000 / seed.len())] {
            for message in messages(&directory, &typed) {
                assert_harmless(&message, &typed);
            }
        }
    }
}

#[test]
fn views_keep_the_limits_without_being_cut() {
    // Cutting is the last resort: it could cut a mention or a link in two.
    let directory = directory();
    for seed in ["word ", "*", "🔥", "\n", "@everyone "] {
        for (at, message) in messages(&directory, &seed.repeat(2000)).into_iter().enumerate() {
            let mut fitted = message.clone().fitted();
            fitted.mentions = message.mentions.clone();
            assert_eq!(fitted, message, "message {at} with {seed}");
        }
    }
}

/// The text as it acts: without the signs that a backslash has disarmed.
fn without_escaped(text: &str) -> String {
    let mut chars = text.chars();
    let mut acting = String::new();
    while let Some(c) = chars.next() {
        if c == '\\' {
            chars.next();
        } else {
            acting.push(c);
        }
    }
    acting
}

#[test]
fn formatting_that_was_typed_never_formats() {
    let directory = directory();
    for typed in ["*a*", "_a_", "~~a~~", "||a||", "`a b`", "[a](https://b.example)", "<@666>", "# a"] {
        for message in messages(&directory, typed) {
            let shown = without_escaped(&texts(&message.callback_data()).join("\n"));
            assert!(!shown.contains(typed), "{typed} in {shown}");
        }
    }
}

#[test]
fn forms_fit_with_the_longest_keys() {
    let directory = directory();
    let key = "k".repeat(24);
    let options = OpenOptions {
        severity: Some(crate::domain::SeverityKey::new(key.clone())),
        service: Some(ServiceKey::new(key.clone())),
        ..OpenOptions::default()
    };
    let view = view(&directory);
    let number = crate::domain::TicketNumber(i64::MAX);
    let mut forms: Vec<Modal> = NoteKind::ALL.iter().map(|kind| view.note_form(number, *kind)).collect();
    forms.extend([view.open_form(options), view.reopen_form(number)]);
    for form in forms {
        let data = form.data();
        assert!(data["title"].as_str().unwrap().encode_utf16().count() <= 45);
        assert!(CustomId::decode(data["custom_id"].as_str().unwrap()).is_some());
        for row in data["components"].as_array().unwrap() {
            let input = &row["components"][0];
            let label = input["label"].as_str().unwrap();
            assert!(!label.ends_with('…') && label.chars().count() <= 45, "{label}");
            assert!(input["placeholder"].as_str().unwrap().chars().count() <= 100);
        }
    }
    let teams = vec![crate::domain::TeamKey::new(key); 20];
    assert_within_limits(&view.team_choice(number, &teams).callback_data());
}

#[test]
fn sections_of_reports_are_harmless_however_they_were_written() {
    let directory = directory();
    let view = view(&directory);
    for typed in ["@everyone @here", "<@666> <@&999>", "```\n@everyone", "a | b", "🔥", "| a |\n|---|\n"] {
        for typed in [typed.to_owned(), typed.repeat(1000)] {
            let compiled = report(&typed);
            let made = Made { version: 2, by: anybody("x"), at: at(1) };
            let written = compiled.clone().rewritten("cause", &typed, &made);
            for report in [&compiled, &written] {
                for section in &report.sections {
                    let rights = ReportRights { work: true, approve: false };
                    let message = view.report_section(&running(), report, section, 1, rights);
                    assert_within_limits(&message.callback_data());
                    let shown = message.to_text().to_lowercase();
                    assert!(!shown.contains("@everyone") && !shown.contains("@here"), "{shown}");
                    assert!(!shown.contains("<@666") && !shown.contains("(calls"), "{shown}");
                }
            }
        }
    }
}

#[test]
fn only_whoever_must_act_is_called() {
    let directory = directory();
    for message in messages(&directory, "x") {
        let users = &message.mentions.users;
        assert!(users.is_empty() || users == &[UserId(77)], "{users:?}");
    }
}

proptest! {
    // Each input goes through every message of the bot, two hundred of them: 50 are 10,000 messages.
    #![proptest_config(cases(50))]

    #[test]
    fn any_text_anywhere_is_harmless(typed in hostile(), times in 1usize..60) {
        let directory = directory();
        let typed = typed.repeat(times);
        for message in messages(&directory, &typed) {
            assert_harmless(&message, &typed);
        }
    }
}
