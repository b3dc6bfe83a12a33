//! A small company for tests: two teams, four severities, three services, announcement routes and six people.
//!
//! Must not know any test. Everything here is invented, and small enough to hold in one's head: SEV1 calls the
//! managers in channel 20, everything else is told there in silence, and what was restored is published in 21.

use chrono::{DateTime, TimeDelta, Utc};

use super::Member;
use super::directory::{Directory, Route, Service, Severity, Team};
use super::event::{Event, EventKind, Topic};
use super::ids::{ChannelId, GuildId, RoleId, TicketNumber, UserId};
use super::keys::{ServiceKey, SeverityKey, TeamKey};
use super::person::Person;
use super::ticket::{Facts, Ticket};

/// Where cards are posted.
pub(crate) const TICKETS: ChannelId = ChannelId(10);
/// The channel managers follow; SEV1 calls them there.
pub(crate) const ANNOUNCEMENTS: ChannelId = ChannelId(20);
/// The channel whose updates are published.
pub(crate) const PUBLIC: ChannelId = ChannelId(21);

const TECHNICAL: RoleId = RoleId(1);
const WEB: RoleId = RoleId(2);
const VIEWERS: RoleId = RoleId(3);
const MANAGERS: RoleId = RoleId(4);

/// `minute` minutes after 14:00 on 23 November 2026 in Berlin.
pub(crate) fn at(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_438_800, 0).unwrap() + TimeDelta::minutes(minute)
}

/// The company.
pub(crate) fn directory() -> Directory {
    let severity = |key: &str, name: &str, mark: &str, is_default| Severity {
        key: SeverityKey::new(key),
        name: name.to_owned(),
        mark: mark.to_owned(),
        colour: 0x00ff_0000,
        description: String::new(),
        is_default,
    };
    let service = |key: &str, name: &str, teams: &[&str]| Service {
        key: ServiceKey::new(key),
        name: name.to_owned(),
        teams: teams.iter().map(|team| TeamKey::new(*team)).collect(),
    };
    Directory {
        guild: GuildId(900),
        bot: UserId(1),
        zone: chrono_tz::Europe::Berlin,
        tickets: TICKETS,
        operators: ChannelId(11),
        routes: routes(),
        teams: vec![team("technical", "Technical team", TECHNICAL), team("web", "Web team", WEB)],
        severities: vec![
            severity("SEV1", "Critical", "●", false),
            severity("SEV2", "Major", "◐", false),
            severity("SEV3", "Minor", "○", true),
            severity("SEV4", "Cosmetic", "·", false),
        ],
        services: vec![
            service("payments", "Payments", &[]),
            service("login", "Login", &["technical"]),
            service("shop", "Web shop", &["web"]),
        ],
        openers: None,
        viewers: vec![VIEWERS],
        managers: vec![MANAGERS],
        admins: vec![RoleId(5)],
    }
}

fn team(key: &str, name: &str, role: RoleId) -> Team {
    Team { key: TeamKey::new(key), name: name.to_owned(), role: Some(role), lead: None, owes_report: true }
}

fn routes() -> Vec<Route> {
    let route = |channel, topics: &[Topic], severities: &[&str], mention: &[RoleId], publish| Route {
        channel,
        topics: topics.to_vec(),
        severities: severities.iter().map(|key| SeverityKey::new(*key)).collect(),
        services: Vec::new(),
        teams: Vec::new(),
        mention: mention.to_vec(),
        publish,
    };
    vec![
        route(ANNOUNCEMENTS, Topic::ALL, &["SEV1"], &[MANAGERS], false),
        route(ANNOUNCEMENTS, Topic::ALL, &["SEV2", "SEV3", "SEV4"], &[], false),
        route(PUBLIC, &[Topic::Opened, Topic::Resolved], &["SEV1", "SEV2"], &[], true),
    ]
}

/// Reports failures and has no role.
pub(crate) fn ann() -> Member {
    member(101, "Ann", &[], true)
}

/// Of the Technical team.
pub(crate) fn bob() -> Member {
    member(102, "Bob", &[TECHNICAL], true)
}

/// Of the Web team.
pub(crate) fn carol() -> Member {
    member(103, "Carol", &[WEB], true)
}

/// A manager.
pub(crate) fn dana() -> Member {
    member(104, "Dana", &[MANAGERS], true)
}

/// A contractor who does not even see the tickets.
pub(crate) fn eve() -> Member {
    member(105, "Eve", &[], false)
}

/// Of both teams.
pub(crate) fn fay() -> Member {
    member(106, "Fay", &[TECHNICAL, WEB], true)
}

/// Holds the data viewing permission.
pub(crate) fn vic() -> Member {
    member(107, "Vic", &[VIEWERS], false)
}

fn member(id: i64, name: &str, roles: &[RoleId], sees_tickets: bool) -> Member {
    let person = Person { id: UserId(id), name: name.to_owned() };
    Member { person, roles: roles.to_vec(), sees_tickets }
}

/// What Ann's form says.
pub(crate) fn facts() -> Facts {
    Facts {
        title: "Checkout is down".to_owned(),
        details: "The pay button answers with an error page.".to_owned(),
        severity: SeverityKey::new("SEV3"),
        services: vec![ServiceKey::new("payments")],
        affected: None,
        affected_who: String::new(),
        frequency: None,
        frequency_detail: String::new(),
        started_said: String::new(),
    }
}

/// A ticket that Ann has opened at minute 0, its first event applied.
pub(crate) fn ticket() -> (Ticket, Event) {
    let place = (GuildId(900), TicketNumber(42), TICKETS);
    let (mut ticket, opened) = Ticket::open(place, facts(), None, ann().person, at(0));
    let event = Event { seq: 1, at: at(0), by: ann().person, cause: None, kind: opened };
    ticket.apply(&event);
    (ticket, event)
}

/// Lets `kind` happen to `ticket`, as `by` at `minute`.
pub(crate) fn happen(ticket: &mut Ticket, by: &Member, minute: i64, kind: EventKind) -> Event {
    let seq = ticket.last_seq + 1;
    let event = Event { seq, at: at(minute), by: by.person.clone(), cause: None, kind };
    ticket.apply(&event);
    event
}
