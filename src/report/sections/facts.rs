//! The sections that are made of facts: the form, the milestones, the people.
//!
//! In plain sentences. Must not know what the talk in the thread says; what the form leaves open is a gap.

use chrono::{DateTime, Utc};

use super::super::markdown::table;
use super::super::select::WORKS_AGAIN;
use super::super::text::{duration, inline, line, list, quote, severity, team};
use super::super::{Participant, form};
use super::{Body, Entry, EntryKind, Material, confirm, gap, gaps, link};
use crate::domain::milestone::Milestone;
use crate::domain::text::one_line;
use crate::domain::{Affected, Duration, EventKind, SeverityKey, Status, Ticket};

/// What happened, in a paragraph, and what the reporter wrote.
pub(super) fn summary(material: &Material<'_>) -> Body {
    let ticket = &material.record.ticket;
    let sentences =
        [opening(material), concern(material), course(material), ending(material), talk(material)];
    let mut markdown = line(&sentences.concat());
    if !ticket.facts.details.trim().is_empty() {
        let intro = format!("{} wrote:", line(&ticket.reporter.name));
        markdown = format!("{markdown}\n\n{intro}\n\n{}", quote(ticket.facts.details.trim()));
    }
    Body { markdown, gaps: vec![gap("what happened and how it was mended, in a few sentences")] }
}

fn opening(material: &Material<'_>) -> String {
    let ticket = &material.record.ticket;
    let opened = material.local().moment(ticket.milestones.opened);
    let title = one_line(&ticket.facts.title);
    let mut sentence = format!("{} opened {} “{title}” on {opened}", ticket.reporter.name, ticket.number);
    if let Some(started) = ticket.milestones.started {
        let between = ticket.milestones.opened - started;
        let order = if between < chrono::TimeDelta::zero() { "before" } else { "after" };
        sentence += &format!(", {} {order} the failure began", duration(between.abs()));
    }
    sentence + ". "
}

fn concern(material: &Material<'_>) -> String {
    let ticket = &material.record.ticket;
    let services = service_names(material);
    let services =
        if services.is_empty() { String::new() } else { format!("It concerns {}; the", list(&services)) };
    let start = if services.is_empty() { "The" } else { &services };
    let now = named_severity(material, &ticket.facts.severity);
    let first = material.record.events.iter().find_map(|event| match &event.kind {
        EventKind::Opened { severity, .. } if *severity != ticket.facts.severity => Some(severity),
        _ => None,
    });
    let first = first
        .map_or(String::new(), |first| format!(", {} when it was opened", named_severity(material, first)));
    format!("{start} severity is {now}{first}. ")
}

/// Who took it first, when it was understood, when service was back.
fn course(material: &Material<'_>) -> String {
    let ticket = &material.record.ticket;
    let took = |figure| ticket.milestones.duration(figure).map(duration);
    let mut steps = Vec::new();
    if let Some(charge) = ticket.charges.first() {
        let after = duration((charge.from - ticket.milestones.opened).abs());
        let name = material.directory.team_name(&charge.team);
        steps.push(format!("{} was put in charge for {} after {after}", charge.person.name, team(name)));
    }
    if let Some(took) = took(Duration::ToIdentify) {
        steps.push(format!("what is wrong was known after {took}"));
    }
    if let (Some(took), Some(restored)) = (took(Duration::ToRestore), ticket.milestones.restored) {
        let since =
            if ticket.milestones.started.is_some() { "the failure began" } else { "the ticket was opened" };
        let restored = material.local().later(ticket.milestones.opened, restored);
        steps.push(format!("service was back at {restored}, {took} after {since}"));
    }
    let steps = steps.join("; ");
    match (steps.is_empty(), ticket.charges.is_empty()) {
        (true, _) => String::new(),
        // A name is written as its owner writes it.
        (_, false) => steps + ". ",
        (_, true) => sentence_case(&steps) + ". ",
    }
}

fn ending(material: &Material<'_>) -> String {
    let ticket = &material.record.ticket;
    let closed = || {
        ticket.milestones.closed.map_or(String::new(), |at| format!(" on {}", material.local().moment(at)))
    };
    match ticket.status {
        Status::Open => "Nobody works on the ticket yet.".to_owned(),
        Status::Closed => format!("The ticket was closed{}.", closed()),
        Status::Cancelled => format!("The ticket was cancelled as a false alarm{}.", closed()),
        Status::Duplicate => "The ticket tells of the same failure as another one.".to_owned(),
        status => format!("The ticket is {status}."),
    }
}

/// How much was said.
fn talk(material: &Material<'_>) -> String {
    let wrote: Vec<usize> =
        material.participants.iter().map(|person| person.messages).filter(|messages| *messages > 0).collect();
    match (wrote.len(), wrote.iter().sum::<usize>()) {
        (0, _) => String::new(),
        (1, 1) => " One message was written in its thread.".to_owned(),
        (1, messages) => format!(" One person wrote {messages} messages in its thread."),
        (people, messages) => format!(" {people} people wrote {messages} messages in its thread."),
    }
}

/// Whom it hit, how often and for how long.
pub(super) fn impact(material: &Material<'_>) -> Body {
    let ticket = &material.record.ticket;
    let facts = &ticket.facts;
    let mut body = Body::default();
    let mut lines = Vec::new();
    let mut open = Vec::new();
    let affected = form::affected(facts.affected, &facts.affected_who);
    let frequency = form::frequency(facts.frequency, &facts.frequency_detail);
    for (name, said, missing) in
        [("Affected", affected, "who was affected"), ("Frequency", frequency, "how often it happened")]
    {
        match said {
            Some(said) => lines.push(format!("- **{name}:** {}", inline(&said))),
            None => open.push(missing),
        }
    }
    // Where the talk speaks of it, somebody only has to look.
    if !open.is_empty() && !material.lines(&[EntryKind::Impact]).is_empty() {
        body.gaps.push(confirm(&format!("{}, as far as the lines above tell", open.join(" and "))));
    } else {
        body.gaps.extend(gaps(&open));
    }
    match lasted(material) {
        Some(lasted) => lines.push(format!("- **Duration:** {}", inline(&lasted))),
        None => body.gaps.push(gap(&lasting(material))),
    }
    if facts.affected == Some(Affected::Part) && facts.affected_who.trim().is_empty() {
        body.gaps.push(gap("which part of the users, and how many"));
    }
    if facts.services.is_empty() {
        body.gaps.push(gap("which services failed"));
    }
    body.markdown = lines.join("\n");
    body
}

/// How long it lasted, where both ends are known.
fn lasted(material: &Material<'_>) -> Option<String> {
    let milestones = &material.record.ticket.milestones;
    let (started, restored) = (milestones.started?, milestones.restored?);
    let local = material.local();
    let took = milestones.duration(Duration::ToRestore).map(duration)?;
    Some(format!("{took}, from {} to {}", local.moment(started), local.later(started, restored)))
}

/// Which end of the failure is missing.
fn lasting(material: &Material<'_>) -> String {
    let ticket = &material.record.ticket;
    let said = one_line(&ticket.facts.started_said);
    match (ticket.milestones.started, ticket.milestones.restored) {
        (None, _) if !said.is_empty() => {
            format!("when it began (the form says “{said}”), so how long it lasted")
        }
        (None, _) => "when it began, so how long it lasted".to_owned(),
        _ => "when service was back, so how long it lasted".to_owned(),
    }
}

/// The times of the ticket, with what each step took.
pub(super) fn milestones(material: &Material<'_>) -> Body {
    let milestones = &material.record.ticket.milestones;
    let took = |figure| milestones.duration(figure).map(duration);
    let since = if milestones.started.is_some() { "the start" } else { "opening" };
    // Whoever moves an open ticket on acknowledges it, without taking it.
    let taken = !material.record.ticket.charges.is_empty();
    let acknowledged = if taken { "Somebody took it" } else { "Somebody acted on it" };
    let row = |milestone: &Milestone| {
        let (name, took, since) = match milestone {
            Milestone::Started => ("Failure began", None, ""),
            Milestone::Opened => ("Ticket opened", None, ""),
            Milestone::Acknowledged => (acknowledged, took(Duration::ToAcknowledge), "opening"),
            Milestone::Identified => ("What is wrong was known", took(Duration::ToIdentify), "opening"),
            Milestone::Restored => ("Service was back", took(Duration::ToRestore), since),
            Milestone::Resolved => ("Set to resolved", None, ""),
            Milestone::Closed => ("Ticket closed", took(Duration::ToClose), "opening"),
        };
        let took = took.map_or(String::new(), |took| format!("{took} from {since}"));
        let (local, utc) = match milestones.get(*milestone) {
            Some(at) => (material.local().moment(at), at.format("%Y-%m-%d %H:%M").to_string()),
            None if *milestone == Milestone::Closed => ("not yet".to_owned(), String::new()),
            None => ("not known".to_owned(), String::new()),
        };
        vec![name.to_owned(), local, utc, took]
    };
    let rows: Vec<Vec<String>> = Milestone::ALL.iter().map(row).collect();
    Body { markdown: table(&["Milestone", "Local time", "UTC", "Took"], &rows), gaps: Vec::new() }
}

/// How the failure came to be known.
pub(super) fn detection(material: &Material<'_>) -> Body {
    let ticket = &material.record.ticket;
    let reporter = &ticket.reporter.name;
    let markdown = match ticket.milestones.started {
        Some(started) if started < ticket.milestones.opened => {
            let after = duration(ticket.milestones.opened - started);
            format!("{reporter} opened the ticket {after} after the failure began.")
        }
        _ => {
            format!("{reporter} opened the ticket on {}.", material.local().moment(ticket.milestones.opened))
        }
    };
    match first_sign(material) {
        None => {
            let missing =
                "how it was noticed (an alarm, a colleague, a user), and whether an alarm should have told";
            Body { markdown: line(&markdown), gaps: vec![gap(missing)] }
        }
        Some(sign) => {
            let to_confirm = "whether that is how it was noticed, and whether an alarm should have told";
            Body { markdown: format!("{} {sign}", line(&markdown)), gaps: vec![confirm(to_confirm)] }
        }
    }
}

/// The first line of the talk that speaks of a failure. What it says stands in the timeline.
fn first_sign(material: &Material<'_>) -> Option<String> {
    let better = |entry: &Entry| entry.reasons.iter().any(|reason| reason == WORKS_AGAIN);
    let mut signs =
        material.timeline.iter().filter(|entry| entry.kind == EntryKind::Impact && !better(entry));
    let sign = signs.next()?;
    let when = material.local().later(material.record.ticket.milestones.opened, sign.at);
    let what = inline(&format!("The first sign of it in the talk is by {}, at {when}", sign.author));
    Some(format!("{what}. {}", link(sign)?))
}

/// Who was in charge when, and who took part.
pub(super) fn people(material: &Material<'_>) -> Body {
    let ticket = &material.record.ticket;
    let mut body = Body::default();
    let until = |at: Option<DateTime<Utc>>| at.map_or(still(ticket), |at| material.local().moment(at));
    let rows = ticket.charges.iter().map(|charge| {
        let team = material.directory.team_name(&charge.team).to_owned();
        vec![team, charge.person.name.clone(), material.local().moment(charge.from), until(charge.until)]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let mut parts = Vec::new();
    if !rows.is_empty() {
        parts.push(table(&["In charge for", "Person", "From", "Until"], &rows));
    }
    // Whoever only talked is named, but not one a line.
    let (acted, talked): (Vec<&Participant>, Vec<&Participant>) = material
        .participants
        .iter()
        .partition(|person| person.roles.iter().any(|role| !role.starts_with("wrote ")));
    let mut people: Vec<String> = (acted.iter())
        .map(|person| format!("- {}: {}", line(&person.name), inline(&person.roles.join(", "))))
        .collect();
    if !talked.is_empty() {
        let talked: Vec<String> =
            talked.iter().map(|person| format!("{} ({})", person.name, person.messages)).collect();
        people.push(format!(
            "- Others who wrote in the thread, with the number of messages: {}",
            inline(&list(&talked))
        ));
    }
    parts.push(people.join("\n"));
    if !ticket.charges.iter().any(|charge| charge.team == *material.team) {
        let name = material.directory.team_name(material.team);
        body.gaps.push(gap(&format!("who was in charge for {}", team(name))));
    }
    body.markdown = parts.join("\n");
    body
}

fn still(ticket: &Ticket) -> String {
    if ticket.status.is_end() { "the end".to_owned() } else { "still in charge".to_owned() }
}

fn service_names(material: &Material<'_>) -> Vec<String> {
    let keys = &material.record.ticket.facts.services;
    keys.iter().map(|key| material.directory.service_name(key).to_owned()).collect()
}

fn named_severity(material: &Material<'_>, key: &SeverityKey) -> String {
    let name = material.directory.severity(key).map_or(key.as_str(), |severity| &severity.name);
    severity(key.as_str(), name)
}

fn sentence_case(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}
