//! Holds the database and Discord against what people were told.
//!
//! Keeps: what was acknowledged is there, once; what was not is there once or not at all; what the database says was
//! posted stands on Discord, and nothing else of the bot does; what stands in the threads is in the archive.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use regex::Regex;
use trouble_ticket::domain::{Event, EventKind, GuildId, Ticket};
use trouble_ticket::sandbox::{Id, Message, Sandbox, World};
use trouble_ticket::store::{GuildStore, Store};

use super::load::Ledger;
use crate::support::program::Ground;

/// Waits until the bot owes nothing and has read what was said.
pub async fn wait_until_quiet(sandbox: &Sandbox, ground: &Ground, ledger: &Ledger) {
    let quiet = async {
        loop {
            if is_quiet(ground, ledger).await {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    if tokio::time::timeout(Duration::from_secs(90), quiet).await.is_err() {
        panic!("it does not come to rest: {}\n{}", sandbox.stats(), ground.log());
    }
}

async fn is_quiet(ground: &Ground, ledger: &Ledger) -> bool {
    let Some(guild) = open(ground).await else { return ledger.entries().opened.is_empty() };
    let mut tx = guild.read().await.expect("the database");
    let owed = tx.pending_deliveries().await.expect("the outbox").rows;
    let mut kept = BTreeMap::new();
    for ticket in tx.list_tickets(None, 100).await.expect("tickets") {
        for message in tx.messages(ticket.number).await.expect("messages") {
            kept.insert(message.id.0.cast_unsigned(), message);
        }
    }
    owed == 0 && unread(ledger, &kept).is_empty()
}

/// What stands in the threads otherwise than in the archive.
fn unread(ledger: &Ledger, kept: &BTreeMap<Id, trouble_ticket::domain::ArchivedMessage>) -> Vec<String> {
    let entries = ledger.entries();
    let differs = entries.said.iter().filter(|(id, stands)| match (kept.get(id), stands) {
        (Some(kept), Some(text)) => kept.text != *text || kept.deleted.is_some(),
        (Some(kept), None) => kept.deleted.is_none(),
        // Said and deleted while nobody listened: nothing tells of it any more.
        (None, stands) => stands.is_some(),
    });
    differs.map(|(id, stands)| format!("{id}: {stands:?}, but the archive has {:?}", kept.get(id))).collect()
}

async fn open(ground: &Ground) -> Option<GuildStore> {
    let store = Store::open(ground.db.url()).await.expect("the database");
    let guild: GuildId = *store.guilds().await.expect("guilds").first()?;
    Some(store.guild(guild))
}

/// Demands all of it; says what there was.
pub async fn check(sandbox: &Sandbox, ground: &Ground, ledger: &Ledger) -> String {
    let log = ground.log();
    let wrong: Vec<&str> =
        log.lines().filter(|line| line.contains("ERROR") || line.contains("panicked")).collect();
    assert!(wrong.is_empty(), "in the log: {wrong:#?}");
    assert_eq!(sandbox.unknown_routes(), Vec::<String>::new());
    let Some(guild) = open(ground).await else { return "nobody got through".to_owned() };
    let mut tx = guild.read().await.expect("the database");
    assert_eq!(tx.parked_deliveries().await.expect("the outbox"), []);
    let tickets = tx.list_tickets(None, 100).await.expect("tickets");
    let mut events = Vec::new();
    for ticket in &tickets {
        events.push((ticket.clone(), tx.events(ticket.number).await.expect("events")));
    }
    drop(tx);
    acknowledged(ledger, &events);
    shown_once(sandbox, &events);
    let entries = ledger.entries();
    format!(
        "{} tickets, {} of {} notes and {} of {} changes of status told, {} messages",
        tickets.len(),
        entries.notes.values().filter(|(_, told)| *told).count(),
        entries.notes.len(),
        entries.statuses.values().filter(|(_, told)| *told).count(),
        entries.statuses.len(),
        entries.said.len(),
    )
}

/// What people were told happened, happened once; what they were not told, at most once.
fn acknowledged(ledger: &Ledger, events: &[(Ticket, Vec<Event>)]) {
    let entries = ledger.entries();
    for (title, told) in &entries.opened {
        let found: Vec<i64> = (events.iter().filter(|(ticket, _)| ticket.facts.title == *title))
            .map(|(ticket, _)| ticket.number.0)
            .collect();
        match told {
            Some(number) => assert_eq!(found, [*number], "“{title}” was told to be T-{number}"),
            None => assert!(found.len() <= 1, "“{title}” is {found:?}"),
        }
    }
    let happened = |number: i64, text: &str| {
        let mine = events.iter().filter(|(ticket, _)| ticket.number.0 == number);
        let texts = mine.flat_map(|(_, events)| events).filter_map(|event| match &event.kind {
            EventKind::Noted { text, .. } => Some(text),
            EventKind::StatusChanged { note, .. } => Some(note),
            _ => None,
        });
        texts.filter(|found| *found == text).count()
    };
    for (text, (number, told)) in entries.notes.iter().chain(&entries.statuses) {
        let count = happened(*number, text);
        assert!(
            count == 1 || (count == 0 && !told),
            "“{text}” on T-{number}: told {told}, recorded {count} times"
        );
    }
}

/// Every ticket has its card, thread and headline; every event its note and update; nothing stands twice.
fn shown_once(sandbox: &Sandbox, events: &[(Ticket, Vec<Event>)]) {
    let mark = Regex::new(r"T-(\d+) · \d+\n?$").expect("a pattern");
    let bot = sandbox.bot_id();
    let mut marks = BTreeSet::new();
    let mut posted: BTreeMap<(Id, i64), Vec<String>> = BTreeMap::new();
    sandbox.look(|world: &World| {
        for channel in world.channels.values() {
            for message in
                channel.messages.values().filter(|message| message.author == bot && is_own(message))
            {
                let text = world.body_text(message, chrono_tz::UTC);
                let Some(found) = text.lines().find_map(|line| mark.captures(line)) else {
                    panic!("no mark: {text}");
                };
                assert!(marks.insert(found[0].to_owned()), "{} stands twice", &found[0]);
                let number = found[1].parse().expect("a number");
                posted.entry((channel.id, number)).or_default().push(text);
            }
        }
    });
    let channel = |name: &str| sandbox.look(|world| world.find_channel(name).map(|channel| channel.id));
    let (cards, news) =
        (channel("trouble").expect("a channel"), channel("trouble-announcements").expect("a channel"));
    let count = |place: Id, number: i64| posted.get(&(place, number)).map_or(0, Vec::len);
    for (ticket, events) in events {
        let number = ticket.number.0;
        assert_eq!(count(cards, number), 1, "cards of T-{number}");
        let thread = ticket.places.thread.expect("a thread").0.cast_unsigned();
        let texts = posted.get(&(thread, number)).cloned().unwrap_or_default();
        let told = |text: &str| texts.iter().filter(|posted| posted.contains(text)).count();
        assert_eq!(told("please have a look"), 1, "greetings of T-{number}");
        for event in events {
            let text = match &event.kind {
                EventKind::Noted { text, .. } => text,
                EventKind::StatusChanged { note, .. } => note,
                _ => continue,
            };
            // One text may be the beginning of another: “tom notes 1”, “tom notes 12”.
            let lines = texts.iter().flat_map(|posted| posted.lines());
            let count = lines.filter(|line| line.trim_start_matches("> ") == text).count();
            assert_eq!(count, 1, "“{text}” in the thread of T-{number}: {texts:#?}");
        }
        let updates =
            events.iter().filter(|event| matches!(event.kind, EventKind::StatusChanged { .. })).count();
        assert_eq!(count(news, number), 1 + updates, "headline and updates of T-{number}");
    }
    let threads = sandbox.threads().len();
    assert_eq!(threads, events.len(), "as many threads as tickets");
}

/// Discord's own messages about threads bear no mark.
fn is_own(message: &Message) -> bool {
    matches!(message.kind, 0 | 19 | 20 | 23) && message.only_for.is_none()
}
