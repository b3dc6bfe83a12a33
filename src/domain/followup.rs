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
    let mut effects = in_thread(ticket, event);
    if event.kind.shows_on_headline() {
        effects.extend(in_channels(ticket, event, directory, headlines));
    }
    effects
}

/// The ticket's own lane: card and thread.
fn in_thread(ticket: &Ticket, event: &Event) -> Vec<Effect> {
    let note = Effect::ThreadNote { event: event.seq };
    let mut effects = match &event.kind {
        EventKind::Opened { .. } => vec![Effect::Card, Effect::Thread, Effect::Welcome],
        // The mention in the note brings in whoever was assigned; who takes a ticket is not mentioned.
        EventKind::Assigned { person, .. } if person.id == event.by.id && person.id != ticket.reporter.id => {
            vec![Effect::Card, Effect::AddMember { user: person.id }, note]
        }
        EventKind::Noted { .. } | EventKind::ReportDrafted { .. } => vec![note],
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
