//! A small company with a failure in it.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::discord::views::{Language, View};
use crate::domain::directory::{Service, Severity, Team};
use crate::domain::ticket::{Affected, Charge, Frequency};
use crate::domain::{
    ChannelId, Directory, Event, EventKind, Facts, GuildId, InteractionId, Person, RoleId, ServiceKey,
    SeverityKey, Status, TeamKey, Ticket, TicketNumber, UserId,
};

/// Half past one in the afternoon and so many minutes.
pub(super) fn at(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_440_600 + minute * 60, 0).unwrap()
}

pub(super) fn person(id: i64, name: &str) -> Person {
    Person { id: UserId(id), name: name.to_owned() }
}

pub(super) fn sam() -> Person {
    person(5, "Sam")
}

pub(super) fn mika() -> Person {
    person(7, "Mika")
}

pub(super) fn noor() -> Person {
    person(8, "Noor")
}

pub(super) fn technical() -> TeamKey {
    TeamKey::new("technical")
}

pub(super) fn web() -> TeamKey {
    TeamKey::new("web")
}

pub(super) fn sev(number: u8) -> SeverityKey {
    SeverityKey::new(format!("SEV{number}"))
}

pub(super) fn directory() -> Directory {
    let team = |key: TeamKey, name: &str, role| Team {
        key,
        name: name.to_owned(),
        role: Some(RoleId(role)),
        lead: None,
        owes_report: true,
    };
    let severity = |number, name: &str, mark: &str, colour| Severity {
        key: sev(number),
        name: name.to_owned(),
        mark: mark.to_owned(),
        colour,
        description: String::new(),
        is_default: number == 3,
    };
    let service =
        |key, name: &str, teams| Service { key: ServiceKey::new(key), name: name.to_owned(), teams };
    Directory {
        guild: GuildId(1),
        bot: UserId(2),
        zone: Tz::Europe__Berlin,
        tickets: ChannelId(100),
        operators: ChannelId(101),
        routes: vec![],
        teams: vec![team(technical(), "Technical team", 21), team(web(), "Web team", 22)],
        severities: vec![
            severity(1, "Critical", "🔴", 0xd3_2f2f),
            severity(2, "Major", "🟠", 0xf5_7c00),
            severity(3, "SEV3", "🟡", 0xfb_c02d),
        ],
        services: vec![service("shop", "Web shop", vec![]), service("login", "Login", vec![technical()])],
        openers: None,
        viewers: vec![],
        managers: vec![RoleId(31)],
        admins: vec![],
    }
}

/// As it was opened, with everything filled in.
pub(super) fn ticket() -> Ticket {
    let facts = Facts {
        title: "Checkout answers 502".to_owned(),
        details: "The page hangs for 30 s, then *502 Bad Gateway*.\nNothing was released today.".to_owned(),
        severity: sev(1),
        services: vec![ServiceKey::new("shop")],
        affected: Some(Affected::Part),
        affected_who: "customers who pay by card".to_owned(),
        frequency: Some(Frequency::Intermittent),
        frequency_detail: "about one order in twenty".to_owned(),
        started_said: "13:10".to_owned(),
    };
    let place = (GuildId(1), TicketNumber(42), ChannelId(100));
    let (mut ticket, opened) = Ticket::open(place, facts, Some(at(-20)), sam(), at(0));
    ticket.apply(&event(1, 0, sam(), opened));
    ticket.places.thread = Some(ChannelId(4200));
    ticket
}

/// As a person in a hurry opens it.
pub(super) fn bare_ticket(number: i64, severity: u8, minute: i64) -> Ticket {
    let mut ticket = ticket();
    ticket.number = TicketNumber(number);
    ticket.facts = Facts { severity: sev(severity), ..nothing_said("Mails are late") };
    ticket.milestones.opened = at(minute);
    ticket.milestones.started = None;
    ticket.places.thread = None;
    ticket
}

fn nothing_said(title: &str) -> Facts {
    Facts {
        title: title.to_owned(),
        details: String::new(),
        severity: sev(3),
        services: vec![],
        affected: None,
        affected_who: String::new(),
        frequency: None,
        frequency_detail: String::new(),
        started_said: "this morning".to_owned(),
    }
}

/// The ticket in the middle of the work: taken by Mika, the cause known.
pub(super) fn running() -> Ticket {
    let mut ticket = ticket();
    for event in &story()[..4] {
        ticket.apply(event);
    }
    ticket
}

/// The ticket at its end.
pub(super) fn finished() -> Ticket {
    let mut ticket = ticket();
    for event in &story() {
        ticket.apply(event);
    }
    ticket
}

/// What happened after the opening.
pub(super) fn story() -> Vec<Event> {
    let moved =
        |from, to, note: &str, reached| EventKind::StatusChanged { from, to, note: note.to_owned(), reached };
    let taken = |person| EventKind::Assigned { team: technical(), person, replaced: None };
    vec![
        event(2, 4, mika(), taken(mika())),
        event(3, 4, mika(), moved(Status::Open, Status::Investigating, "", at(4))),
        event(4, 9, noor(), EventKind::Assigned { team: web(), person: noor(), replaced: Some(sam()) }),
        event(
            5,
            30,
            mika(),
            moved(Status::Investigating, Status::Identified, "The *pool* is exhausted.", at(25)),
        ),
        event(6, 60, mika(), moved(Status::Identified, Status::Resolved, "", at(55))),
        event(7, 90, noor(), EventKind::Closed { reason: "Both reports are approved.".to_owned() }),
    ]
}

pub(super) fn event(seq: i64, minute: i64, by: Person, kind: EventKind) -> Event {
    Event { seq, at: at(minute), by, cause: Some(InteractionId(900 + seq)), kind }
}

/// Somebody who was in charge for a while.
pub(super) fn past_charge() -> Charge {
    Charge { team: web(), person: sam(), from: at(1), until: Some(at(3)) }
}

pub(super) fn view(directory: &Directory) -> View<'_> {
    View::new(directory, Language::English)
}
