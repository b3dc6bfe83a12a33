//! Forgetting a person: their texts and their name go out of everything, approved reports too.
//!
//! The one exception to what is written never being changed, and therefore one transaction that writes down that it was
//! done, when, and by which account, but not who it was beyond the id. Messages, events and versions of reports keep
//! their places, as somebody's. Titles of tickets stay, since everybody names the failure by them; how many texts
//! of others still have the name in them is counted, not changed. Must not know how it is asked for.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use super::super::reports::parsed;
use crate::domain::person::{FORGOTTEN, REMOVED, calls, without_calls};
use crate::domain::{Person, TicketNumber, UserId};
use crate::report::{Said, Somebody};
use crate::store::{Forgotten, GuildStore, GuildTx, KeptText, Place, StoreError};

/// The fields of events in which somebody typed something.
const TYPED: [&str; 3] = ["note", "reason", "text"];
/// How many tickets are read at once.
const PAGE: i64 = 100;

/// How much was taken out, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Messages they wrote.
    pub messages: u64,
    /// Files they sent, and reports about them that were handed out in threads.
    pub files: u64,
    /// Reactions they gave.
    pub reactions: u64,
    /// Texts of others in which they were called.
    pub mentions: u64,
    /// Tickets they opened.
    pub tickets: u64,
    /// Times they were in charge.
    pub charges: u64,
    /// Things that they did or that were done to them.
    pub events: u64,
    /// Versions of reports, those that were approved included.
    pub reports: u64,
    /// Rows of the outbox.
    pub deliveries: u64,
    /// Texts of others in which the name may still stand.
    pub left: u64,
}

/// What the database has of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The names under which they were shown.
    pub names: BTreeSet<String>,
    /// How many texts they wrote in the threads, those before edits included.
    pub texts: usize,
}

/// What there is of a person, for whoever asks before.
///
/// # Errors
/// If the database fails.
pub async fn known(store: &GuildStore, user: UserId) -> Result<Known, StoreError> {
    let mut tx = store.read().await?;
    Ok(Known { names: tx.names_of(user).await?, texts: tx.texts_by(user).await?.len() })
}

/// Forgets a person; what they write after `now` is kept again.
///
/// # Errors
/// If the database fails; nothing has happened then.
pub async fn forget(
    store: &GuildStore,
    user: UserId,
    operator: &str,
    now: DateTime<Utc>,
) -> Result<Counts, StoreError> {
    let mut tx = store.write().await?;
    tx.hold_everything().await?;
    let who = Somebody { id: user, names: tx.names_of(user).await? };
    let theirs = tx.texts_by(user).await?;
    let mut counts = Counts::default();
    (counts.messages, counts.files) = tx.forget_messages(user).await?;
    counts.reactions = tx.forget_reactions(user).await?;
    counts.mentions = forget_calls(&mut tx, &who).await?;
    // Before their names are gone from the rows that tell which tickets they had to do with.
    let mut said = by_ticket(theirs);
    let mut after = 0;
    loop {
        let tickets = tx.tickets_after(after, PAGE).await?;
        let Some(last) = tickets.last() else { break };
        after = last.number.0;
        for ticket in tickets {
            let mut said = said.remove(&ticket.number).unwrap_or_default();
            if ticket.reporter.id == user {
                let facts = &ticket.facts;
                let typed =
                    [&facts.details, &facts.affected_who, &facts.frequency_detail, &facts.started_said];
                said.texts.extend(typed.into_iter().filter(|text| !text.is_empty()).cloned());
            }
            counts.events += forget_events(&mut tx, ticket.number, &who, &mut said).await?;
            counts.left += u64::from(who.is_in(&ticket.facts.title));
            let (reports, left) = forget_reports(&mut tx, ticket.number, &who, &said).await?;
            counts.reports += reports;
            if reports > 0 {
                // What was handed out in the thread is a copy of what was there before.
                counts.files += tx.drop_handed_out(ticket.number).await?;
            }
            counts.left += left;
        }
    }
    counts.tickets = tx.forget_reporter(user).await?;
    counts.charges = tx.forget_charges(user).await?;
    tx.forget_standings(user).await?;
    counts.deliveries = tx.forget_deliveries(user, &who.names).await?;
    counts.left += still_named(&mut tx, &who).await?;
    let written =
        serde_json::to_string(&counts).map_err(|error| StoreError::Unreadable(error.to_string()))?;
    let done = Forgotten { user, at: now, operator: operator.to_owned(), counts: written };
    tx.note_forgotten(&done).await?;
    tx.commit().await?;
    Ok(counts)
}

fn by_ticket(texts: Vec<KeptText>) -> BTreeMap<TicketNumber, Said> {
    let mut said: BTreeMap<TicketNumber, Said> = BTreeMap::new();
    for KeptText { ticket, place, text, .. } in texts {
        let said = said.entry(ticket).or_default();
        let (Place::Message(id) | Place::Version(id, _)) = place;
        said.messages.insert(id);
        if !text.is_empty() {
            said.texts.push(text);
        }
    }
    said
}

/// Takes the calls of a person out of what others wrote; gives out of how many texts.
async fn forget_calls(tx: &mut GuildTx, who: &Somebody) -> Result<u64, StoreError> {
    let mut count = 0;
    for call in calls(who.id) {
        for KeptText { place, text, by_program, .. } in tx.texts_with(&call).await? {
            tx.redact_text(&place, &without_calls(&text, who.id, by_program)).await?;
            count += 1;
        }
    }
    Ok(count)
}

/// In how many texts of others one of the names stands as a word.
async fn still_named(tx: &mut GuildTx, who: &Somebody) -> Result<u64, StoreError> {
    let mut places = Vec::new();
    for name in &who.names {
        let found = tx.texts_with(name).await?.into_iter().filter(|kept| who.is_in(&kept.text));
        places
            .extend(found.map(|kept| kept.place).filter(|place| !places.contains(place)).collect::<Vec<_>>());
    }
    Ok(places.len() as u64)
}

/// Takes a person out of a ticket's events, and adds what they typed to what they said; gives how many events were
/// about them.
async fn forget_events(
    tx: &mut GuildTx,
    number: TicketNumber,
    who: &Somebody,
    said: &mut Said,
) -> Result<u64, StoreError> {
    let mut count = 0;
    for (seq, by, body) in tx.event_bodies(number).await? {
        let unreadable = |error: serde_json::Error| StoreError::Unreadable(format!("event {seq}: {error}"));
        let before: Value = serde_json::from_str(&body).map_err(unreadable)?;
        let mut event = before.clone();
        if by == who.id {
            said.texts.extend(TYPED.iter().filter_map(|field| blank(&mut event, field)));
        }
        scrub(&mut event, who);
        if by == who.id || event != before {
            let body = serde_json::to_string(&event).map_err(unreadable)?;
            tx.redact_event(number, seq, who.id, &body).await?;
            count += 1;
        }
    }
    Ok(count)
}

/// Puts the mark in the place of what was typed into a field, and gives that.
fn blank(event: &mut Value, field: &str) -> Option<String> {
    let Some(Value::String(text)) = event.get_mut(field) else { return None };
    (!text.is_empty()).then(|| std::mem::replace(text, REMOVED.to_owned()))
}

/// Takes a person out of a value: as a person with an id and a name, and as a call.
fn scrub(value: &mut Value, who: &Somebody) {
    match value {
        Value::Object(fields) if fields.get("id").and_then(Value::as_i64) == Some(who.id.0) => {
            fields.insert("id".to_owned(), Value::from(Person::forgotten().id.0));
            fields.insert("name".to_owned(), Value::from(FORGOTTEN));
        }
        Value::Object(fields) => fields.values_mut().for_each(|field| scrub(field, who)),
        Value::Array(values) => values.iter_mut().for_each(|value| scrub(value, who)),
        Value::String(text) => {
            *text = without_calls(text, who.id, false);
        }
        _ => {}
    }
}

/// Takes a person out of every version of a ticket's reports; gives out of how many, and in how many the name may still
/// stand in what others wrote.
async fn forget_reports(
    tx: &mut GuildTx,
    number: TicketNumber,
    who: &Somebody,
    said: &Said,
) -> Result<(u64, u64), StoreError> {
    let (mut count, mut left) = (0, 0);
    for stored in tx.all_reports(number).await? {
        let report = parsed(&stored)?;
        let without = report.without_person(who, said);
        left += u64::from(without.as_ref().unwrap_or(&report).still_names(who));
        let by = if stored.by.id == who.id { Person::forgotten() } else { stored.by.clone() };
        if without.is_none() && by == stored.by {
            continue;
        }
        let report = without.unwrap_or(report);
        let body =
            serde_json::to_string(&report).map_err(|error| StoreError::Unreadable(error.to_string()))?;
        tx.redact_any_report(number, (&stored.team, stored.version), &by, &body).await?;
        count += 1;
    }
    Ok((count, left))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_person_goes_out_of_an_event_and_nobody_else_does() {
        let who = Somebody { id: UserId(7), names: ["Tom".to_owned()].into() };
        let mut event = json!({
            "event": "assigned", "person": { "id": 7, "name": "Tom" }, "replaced": { "id": 8, "name": "Tess" },
            "note": "ask <@7>, <@!7> or <@77>", "seq": 7,
        });
        scrub(&mut event, &who);
        assert_eq!(
            event,
            json!({
                "event": "assigned", "person": { "id": 0, "name": "somebody forgotten" },
                "replaced": { "id": 8, "name": "Tess" },
                "note": "ask somebody forgotten, somebody forgotten or <@77>", "seq": 7,
            })
        );
        assert_eq!(
            blank(&mut event, "note").as_deref(),
            Some("ask somebody forgotten, somebody forgotten or <@77>")
        );
        assert_eq!((blank(&mut event, "reason"), event["note"].as_str()), (None, Some("(removed)")));
    }
}
