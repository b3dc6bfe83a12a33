//! What follows from an event on Discord: which cards, notes, headlines and updates are due, and who is called.
//!
//! Pure: from the ticket after the event, the event and the company to effects, in the order in which each lane
//! must do them. People are called only where they must act: a team when a ticket is opened, a person when they are
//! assigned, a route's roles when a ticket reaches their channel.

use super::delivery::Effect;
use super::directory::{Directory, Route};
use super::event::{Event, EventKind};
use super::ids::{ChannelId, RoleId};
use super::ticket::Ticket;

/// What the bot must do because of `event`, seen from the state of `ticket` after it. `headlines` are the channels
/// in which the ticket has a headline already: one that left a channel's routes is still kept true there.
#[must_use]
pub fn effects(
    ticket: &Ticket,
    event: &Event,
    directory: &Directory,
    headlines: &[ChannelId],
) -> Vec<Effect> {
    let mut effects = in_thread(ticket, event, directory);
    if event.kind.shows_on_headline() {
        effects.extend(in_channels(ticket, event, directory, headlines));
    }
    effects
}

/// The ticket's own lane: card and thread.
fn in_thread(ticket: &Ticket, event: &Event, directory: &Directory) -> Vec<Effect> {
    let note = Effect::ThreadNote { event: event.seq };
    let mut effects = match &event.kind {
        EventKind::Opened { .. } => {
            let leads = directory.teams_for(&ticket.facts.services).into_iter().filter_map(|team| team.lead);
            let leads =
                leads.filter(|lead| *lead != ticket.reporter.id).map(|user| Effect::AddMember { user });
            [Effect::Card, Effect::Thread, Effect::Welcome].into_iter().chain(leads).collect()
        }
        // The mention in the note brings in whoever was assigned; who takes a ticket is not mentioned.
        EventKind::Assigned { person, .. } if person.id == event.by.id && person.id != ticket.reporter.id => {
            vec![Effect::Card, Effect::AddMember { user: person.id }, note]
        }
        EventKind::Noted { .. } => vec![note],
        // Writing goes on for a while; the thread is told when something comes of it.
        EventKind::ReportEdited { .. } => vec![Effect::Card],
        EventKind::Reopened { .. } => vec![Effect::Thread, Effect::Card, note],
        _ => vec![Effect::Card, note],
    };
    // A message in an archived thread un-archives it, also when a ticket that is over is corrected.
    if ticket.status.is_end() {
        effects.push(Effect::Archive);
    }
    effects
}

/// The lanes of the announcement channels.
fn in_channels(
    ticket: &Ticket,
    event: &Event,
    directory: &Directory,
    headlines: &[ChannelId],
) -> Vec<Effect> {
    let opened = matches!(event.kind, EventKind::Opened { .. });
    let calls = calls(event, directory);
    let mut effects = Vec::new();
    for channel in channels(directory) {
        let carrying: Vec<&Route> = (directory.routes.iter())
            .filter(|route| route.channel == channel && carries(route, ticket, directory))
            .collect();
        if carrying.is_empty() && !headlines.contains(&channel) {
            continue;
        }
        let tells = |route: &&Route| event.kind.topic().is_some_and(|topic| route.topics.contains(&topic));
        let telling: Vec<&Route> = carrying.into_iter().filter(tells).collect();
        let mention = if calls { roles(&telling) } else { Vec::new() };
        let publish = telling.iter().any(|route| route.publish);
        let on_headline = if opened { mention.clone() } else { Vec::new() };
        effects.push(Effect::Headline { channel, mention: on_headline });
        // The headline itself announces an opening; only publishing needs a second message, since a published
        // headline could no longer be edited freely.
        if !telling.is_empty() && (!opened || publish) {
            let mention = if opened { Vec::new() } else { mention };
            effects.push(Effect::Update { channel, event: event.seq, mention, publish });
        }
    }
    effects
}

/// The announcement channels, each once.
fn channels(directory: &Directory) -> Vec<ChannelId> {
    let mut channels = Vec::new();
    for route in &directory.routes {
        if !channels.contains(&route.channel) {
            channels.push(route.channel);
        }
    }
    channels
}

/// Whether a route is about this ticket.
fn carries(route: &Route, ticket: &Ticket, directory: &Directory) -> bool {
    (route.severities.is_empty() || route.severities.contains(&ticket.facts.severity))
        && (route.services.is_empty() || route.services.iter().any(|key| ticket.facts.services.contains(key)))
        && (route.teams.is_empty()
            || directory.teams_for(&ticket.facts.services).iter().any(|team| route.teams.contains(&team.key)))
}

/// Whether this event calls the roles of the routes: a ticket is new, worse, or back.
fn calls(event: &Event, directory: &Directory) -> bool {
    match &event.kind {
        EventKind::Opened { .. } | EventKind::Reopened { .. } => true,
        EventKind::SeverityChanged { from, to, .. } => directory.is_worse(to, from),
        _ => false,
    }
}

/// The roles of several routes, each once.
fn roles(routes: &[&Route]) -> Vec<RoleId> {
    let mut roles: Vec<RoleId> = routes.iter().flat_map(|route| &route.mention).copied().collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::super::fixture::{
        ANNOUNCEMENTS, PUBLIC, ann, at, bob, carol, dana, directory, happen, ticket,
    };
    use super::super::{Member, SeverityKey, Status, TeamKey};
    use super::*;

    /// The effects, one on a line.
    fn show(ticket: &Ticket, event: &Event, headlines: &[ChannelId]) -> String {
        let mut text = String::new();
        for effect in effects(ticket, event, &directory(), headlines) {
            let line = match &effect {
                Effect::Headline { channel, mention } => {
                    format!("headline in {channel}, calls {}", names(mention))
                }
                Effect::Update { channel, mention, publish, .. } => {
                    let published = if *publish { ", published" } else { "" };
                    format!("update in {channel}, calls {}{published}", names(mention))
                }
                Effect::AddMember { user } => format!("add_member {user}"),
                other => other.kind().to_owned(),
            };
            writeln!(text, "{line}").unwrap();
        }
        text
    }

    fn names(roles: &[RoleId]) -> String {
        if roles.is_empty() { "nobody".to_owned() } else { format!("{roles:?}") }
    }

    fn after(by: &Member, kind: EventKind) -> String {
        let (mut ticket, _) = ticket();
        let event = happen(&mut ticket, by, 5, kind);
        show(&ticket, &event, &[ANNOUNCEMENTS])
    }

    #[test]
    fn the_leads_of_the_teams_concerned_are_brought_into_the_thread() {
        let mut directory = directory();
        for (team, lead) in directory.teams.iter_mut().zip([bob(), ann()]) {
            team.lead = Some(lead.person.id);
        }
        let (ticket, opened) = ticket();
        let lane = in_thread(&ticket, &opened, &directory);
        // Ann opened it, so she is there already.
        assert_eq!(lane[3..], [Effect::AddMember { user: bob().person.id }]);
    }

    fn severity(from: &str, to: &str) -> EventKind {
        EventKind::SeverityChanged {
            from: SeverityKey::new(from),
            to: SeverityKey::new(to),
            reason: String::new(),
        }
    }

    fn status(to: Status) -> EventKind {
        EventKind::StatusChanged { from: Status::Open, to, note: String::new(), reached: at(5) }
    }

    fn assigned(person: &Member) -> EventKind {
        let (team, person) = (TeamKey::new("technical"), person.person.clone());
        EventKind::Assigned { team, person, replaced: None }
    }

    #[test]
    fn opening_makes_card_thread_and_headlines() {
        let (mut ticket, event) = ticket();
        insta::assert_snapshot!(show(&ticket, &event, &[]), @r"
        card
        thread
        welcome
        headline in 20, calls nobody
        ");
        ticket.facts.severity = SeverityKey::new("SEV1");
        insta::assert_snapshot!(show(&ticket, &event, &[]), @r"
        card
        thread
        welcome
        headline in 20, calls [RoleId(4)]
        headline in 21, calls nobody
        update in 21, calls nobody, published
        ");
    }

    #[test]
    fn who_is_assigned_is_brought_in_once() {
        insta::assert_snapshot!(after(&bob(), assigned(&bob())), @r"
        card
        add_member 102
        thread_note
        headline in 20, calls nobody
        update in 20, calls nobody
        ");
        insta::assert_snapshot!(after(&dana(), assigned(&bob())), @r"
        card
        thread_note
        headline in 20, calls nobody
        update in 20, calls nobody
        ");
        assert!(!after(&ann(), assigned(&ann())).contains("add_member"), "the reporter is in the thread");
    }

    #[test]
    fn a_worse_severity_calls_and_a_better_one_does_not() {
        insta::assert_snapshot!(after(&bob(), severity("SEV3", "SEV1")), @r"
        card
        thread_note
        headline in 20, calls nobody
        update in 20, calls [RoleId(4)]
        headline in 21, calls nobody
        ");
        insta::assert_snapshot!(after(&bob(), severity("SEV1", "SEV3")), @r"
        card
        thread_note
        headline in 20, calls nobody
        update in 20, calls nobody
        ");
        // A channel that no longer follows the ticket keeps a true headline.
        let (mut ticket, _) = ticket();
        let event = happen(&mut ticket, &bob(), 5, severity("SEV1", "SEV3"));
        insta::assert_snapshot!(show(&ticket, &event, &[PUBLIC]), @r"
        card
        thread_note
        headline in 20, calls nobody
        update in 20, calls nobody
        headline in 21, calls nobody
        ");
    }

    #[test]
    fn what_happens_later_follows_from_its_kind() {
        let reason = String::new;
        let kinds = [
            ("status", status(Status::Identified)),
            ("resolved", status(Status::Resolved)),
            ("released", {
                let (team, person) = (TeamKey::new("web"), carol().person);
                EventKind::Released { team, person, note: reason() }
            }),
            ("noted", {
                let (kind, text) = (super::super::NoteKind::Finding, "disk full".to_owned());
                EventKind::Noted { kind, text, happened: at(4) }
            }),
            ("edited", {
                let (field, to) = (super::super::Field::Title, "Checkout fails".to_owned());
                EventKind::Edited { field, from: reason(), to }
            }),
            ("closed", EventKind::Closed { reason: reason() }),
            ("cancelled", EventKind::Cancelled { from: Status::Open, reason: reason() }),
            ("reopened", EventKind::Reopened { from: Status::Closed, to: Status::Open, reason: reason() }),
            ("drafted", EventKind::ReportDrafted { team: TeamKey::new("web"), version: 1 }),
            ("edited report", {
                let (team, section) = (TeamKey::new("web"), "cause".to_owned());
                EventKind::ReportEdited { team, version: 2, section }
            }),
            ("submitted", EventKind::ReportSubmitted { team: TeamKey::new("web"), version: 2 }),
            ("approved", EventKind::ReportApproved { team: TeamKey::new("web"), version: 2 }),
            ("returned", {
                let (team, reason) = (TeamKey::new("web"), "too short".to_owned());
                EventKind::ReportReturned { team, version: 2, reason }
            }),
        ];
        let mut text = String::new();
        for (name, kind) in kinds {
            writeln!(text, "{name}: {}", after(&bob(), kind).trim_end().replace('\n', "; ")).unwrap();
        }
        insta::assert_snapshot!(text, @r"
        status: card; thread_note; headline in 20, calls nobody; update in 20, calls nobody
        resolved: card; thread_note; headline in 20, calls nobody; update in 20, calls nobody
        released: card; thread_note; headline in 20, calls nobody; update in 20, calls nobody
        noted: thread_note; headline in 20, calls nobody; update in 20, calls nobody
        edited: card; thread_note; headline in 20, calls nobody; update in 20, calls nobody
        closed: card; thread_note; archive; headline in 20, calls nobody; update in 20, calls nobody
        cancelled: card; thread_note; archive; headline in 20, calls nobody; update in 20, calls nobody
        reopened: thread; card; thread_note; headline in 20, calls nobody; update in 20, calls nobody
        drafted: card; thread_note
        edited report: card
        submitted: card; thread_note
        approved: card; thread_note
        returned: card; thread_note
        ");
    }

    #[test]
    fn coming_back_calls_again() {
        let (mut ticket, _) = ticket();
        ticket.facts.severity = SeverityKey::new("SEV1");
        let kind = EventKind::Reopened { from: Status::Closed, to: Status::Open, reason: "again".to_owned() };
        let event = happen(&mut ticket, &bob(), 9, kind);
        insta::assert_snapshot!(show(&ticket, &event, &[ANNOUNCEMENTS]), @r"
        thread
        card
        thread_note
        headline in 20, calls nobody
        update in 20, calls [RoleId(4)]
        headline in 21, calls nobody
        ");
    }
}
