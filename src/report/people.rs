//! Who took part in a ticket, and as what.
//!
//! From the record to participants: the reporter first, then who was in charge, then everybody else by how much
//! they wrote. Programs are not people. Must not know how they are shown.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::text::team;
use super::{InCharge, Participant, Record};
use crate::domain::{Directory, Person, UserId};

/// Everybody who took part.
pub(super) fn participants(record: &Record, directory: &Directory) -> Vec<Participant> {
    let ticket = &record.ticket;
    let mut found = Found::default();
    found.meet(&ticket.reporter);
    ticket.charges.iter().for_each(|charge| found.meet(&charge.person));
    let prominent = found.people.len();
    record.events.iter().for_each(|event| found.meet(&event.by));
    for message in record.messages.iter().filter(|message| !message.bot && !message.system) {
        found.meet(&message.author);
        *found.messages.entry(message.author.id).or_default() += 1;
    }
    let mut people = found.people;
    people[prominent..].sort_by_key(|person| Reverse(found.messages.get(&person.id).copied()));
    let count = |person: &Person| found.messages.get(&person.id).copied().unwrap_or_default();
    people.iter().map(|person| participant(person, count(person), record, directory)).collect()
}

/// The names by which people were last shown, for mentions in messages.
pub(super) fn names(record: &Record) -> HashMap<UserId, &str> {
    let from_events = record.events.iter().map(|event| &event.by);
    let from_charges = record.ticket.charges.iter().map(|charge| &charge.person);
    let from_messages = record.messages.iter().map(|message| &message.author);
    std::iter::once(&record.ticket.reporter)
        .chain(from_events)
        .chain(from_charges)
        .chain(from_messages)
        .map(|person| (person.id, person.name.as_str()))
        .collect()
}

/// People in the order in which they were met, each once, under their newest name.
#[derive(Default)]
struct Found {
    people: Vec<Person>,
    places: HashMap<UserId, usize>,
    messages: HashMap<UserId, usize>,
}

impl Found {
    fn meet(&mut self, person: &Person) {
        match self.places.get(&person.id) {
            Some(place) => self.people[*place].name.clone_from(&person.name),
            None => {
                self.places.insert(person.id, self.people.len());
                self.people.push(person.clone());
            }
        }
    }
}

fn participant(person: &Person, messages: usize, record: &Record, directory: &Directory) -> Participant {
    let ticket = &record.ticket;
    let charges = ticket.charges.iter().filter(|charge| charge.person.id == person.id);
    let in_charge: Vec<InCharge> = charges
        .map(|charge| InCharge {
            team: charge.team.clone(),
            team_name: directory.team_name(&charge.team).to_owned(),
            from: charge.from,
            to: charge.until,
        })
        .collect();
    let mut roles = Vec::new();
    if person.id == ticket.reporter.id {
        roles.push("reporter".to_owned());
    }
    for charge in &in_charge {
        let role = format!("in charge for {}", team(&charge.team_name));
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    if record.events.iter().any(|event| event.by.id == person.id) && roles.is_empty() {
        roles.push("worked on the ticket".to_owned());
    }
    match messages {
        0 => {}
        1 => roles.push("wrote 1 message".to_owned()),
        many => roles.push(format!("wrote {many} messages")),
    }
    Participant { id: person.id.to_string(), name: person.name.clone(), roles, messages, in_charge }
}
