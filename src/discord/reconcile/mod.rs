//! At the start, what Discord shows is held against what the database knows: it may have been put back from a backup.
//!
//! The newest messages of the bot's channels are read, one page each. If a mark there is newer than the database
//! knows, it goes on back, and into the threads of running tickets: no number and no mark is given twice. Tickets
//! without a row are told to the operators, once. And what waits in the outbox for longer than Discord remembers nonces
//! is looked for by its mark before the courier would post it again. Must run before the courier. The record is not
//! changed: what happened after the backup is not guessed from what Discord shows.

mod leftover;
mod marks;

use std::collections::{BTreeMap, BTreeSet};

use self::marks::Mark;
use super::rest::{Fault, History, wire};
use super::shared::Shared;
use crate::desk::nonce;
use crate::domain::{ChannelId, Effect, MessageId, Notice, TicketNumber};
use crate::store::{GuildTx, Numbers, StoreError};

/// Messages in a page of a channel's history: the most that Discord gives.
const PAGE: u8 = 100;
/// The most pages of one channel that are read.
const PAGES: usize = 50;

/// What was found at the start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Tickets that Discord shows and the database does not have.
    pub unknown: Vec<TicketNumber>,
    /// Tickets that were changed after what the database knows.
    pub behind: Vec<TicketNumber>,
    /// How many deliveries stand on Discord already.
    pub there_already: usize,
}

/// Holds Discord against the database, and brings the database's counters and outbox up to it.
///
/// # Errors
/// If the database fails. What Discord does not show is told in the log.
pub async fn reconcile(shared: &Shared) -> Result<Found, StoreError> {
    let (seen, known) = look(shared).await?;
    let mut found = Found::default();
    if seen.newer_than(&known) {
        found = raise(shared, &seen, &known).await?;
    }
    found.there_already = leftover::settle(shared).await?;
    if found.there_already > 0 {
        tracing::info!(deliveries = found.there_already, "what waited stands on Discord already");
    }
    Ok(found)
}

/// The newest marks seen.
#[derive(Debug, Default)]
struct Seen {
    tickets: BTreeMap<TicketNumber, i64>,
    notice: i64,
}

/// What the database knows of them.
#[derive(Debug, Default)]
struct Known {
    numbers: Numbers,
    /// The last marks of the tickets that it has.
    marks: BTreeMap<TicketNumber, i64>,
}

impl Seen {
    fn add(&mut self, mark: Mark) {
        match mark {
            Mark::Ticket(number, mark) => {
                let newest = self.tickets.entry(number).or_default();
                *newest = mark.max(*newest);
            }
            Mark::Notice(number) => self.notice = number.max(self.notice),
        }
    }

    fn newer_than(&self, known: &Known) -> bool {
        let tickets = self.tickets.iter().map(|(number, mark)| Mark::Ticket(*number, *mark));
        tickets.chain([Mark::Notice(self.notice)]).any(|mark| known.is_behind(mark))
    }
}

impl Known {
    /// Whether the database has not given this mark.
    fn is_behind(&self, mark: Mark) -> bool {
        match mark {
            // A ticket without a row whose number was given is one that was told of before.
            Mark::Ticket(number, mark) => match self.marks.get(&number) {
                Some(last) => mark > *last,
                None => number.0 > self.numbers.ticket,
            },
            Mark::Notice(number) => number > self.numbers.notice,
        }
    }

    async fn learn(&mut self, tx: &mut GuildTx, mark: Mark) -> Result<(), StoreError> {
        if let Mark::Ticket(number, _) = mark
            && !self.marks.contains_key(&number)
            && let Some(last) = tx.last_mark(number).await?
        {
            self.marks.insert(number, last);
        }
        Ok(())
    }
}

/// Reads every channel of the bot as far back as there is something new, and then the threads.
async fn look(shared: &Shared) -> Result<(Seen, Known), StoreError> {
    let mut tx = shared.desk.store().read().await?;
    let (mut seen, mut known) = (Seen::default(), Known::default());
    known.numbers = tx.last_numbers().await?;
    let directory = shared.desk.directory();
    let routes = directory.routes.iter().map(|route| route.channel);
    let channels: BTreeSet<ChannelId> = routes.chain([directory.tickets, directory.operators]).collect();
    for channel in channels {
        read_back(shared, channel, (&mut tx, &mut seen, &mut known)).await?;
    }
    if seen.newer_than(&known) {
        for (thread, _) in tx.running_threads().await? {
            read_back(shared, thread, (&mut tx, &mut seen, &mut known)).await?;
        }
    }
    Ok((seen, known))
}

async fn read_back(
    shared: &Shared,
    channel: ChannelId,
    (tx, seen, known): (&mut GuildTx, &mut Seen, &mut Known),
) -> Result<(), StoreError> {
    let mut part = History::Newest;
    for _ in 0..PAGES {
        let page = match page(shared, channel, part).await {
            Ok(page) => page,
            Err(fault) => {
                tracing::warn!(%channel, %fault, "what the bot said here cannot be held against the database");
                return Ok(());
            }
        };
        let mut news = false;
        for (_, mark) in own(shared, &page) {
            known.learn(tx, mark).await?;
            news |= known.is_behind(mark);
            seen.add(mark);
        }
        match page.iter().map(|message| message.id).min() {
            Some(oldest) if news && page.len() == usize::from(PAGE) => part = History::Before(oldest),
            _ => return Ok(()),
        }
    }
    Ok(())
}

async fn page(shared: &Shared, channel: ChannelId, part: History) -> Result<Vec<wire::Message>, Fault> {
    shared.rest.patiently(|| shared.rest.messages(channel, part, PAGE)).await
}

/// The marks of the bot's own messages.
fn own<'a>(shared: &'a Shared, page: &'a [wire::Message]) -> impl Iterator<Item = (MessageId, Mark)> + 'a {
    let own = page.iter().filter(|message| message.author.id == shared.application);
    own.filter_map(|message| Some((message.id, marks::of(message)?)))
}

/// Raises the counters, shows again what the database knows, and tells the operators what it does not.
async fn raise(shared: &Shared, seen: &Seen, known: &Known) -> Result<Found, StoreError> {
    let mut found = Found::default();
    let now = shared.clock.now();
    let mut tx = shared.desk.store().write().await?;
    let highest = seen.tickets.keys().map(|number| number.0).max().unwrap_or_default();
    tx.raise_numbers(Numbers { ticket: highest, notice: seen.notice }).await?;
    for (number, mark) in &seen.tickets {
        if !known.is_behind(Mark::Ticket(*number, *mark)) {
            continue;
        }
        if !known.marks.contains_key(number) {
            found.unknown.push(*number);
            continue;
        }
        found.behind.push(*number);
        tx.raise_mark(*number, *mark).await?;
        show_again(&mut tx, *number, now).await?;
    }
    if !found.unknown.is_empty() {
        let notice = Notice::UnknownTickets { numbers: found.unknown.clone() };
        tx.enqueue_notice(notice, &nonce(), now).await?;
    }
    tx.commit().await?;
    let named =
        |numbers: &[TicketNumber]| numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    tracing::warn!(
        unknown = named(&found.unknown),
        behind = named(&found.behind),
        "Discord shows more than the database knows; it was put back from a backup, or is another one"
    );
    Ok(found)
}

/// What people see of a ticket is what the bot acts on.
async fn show_again(
    tx: &mut GuildTx,
    number: TicketNumber,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), StoreError> {
    let Some(ticket) = tx.find_ticket(number).await? else { return Ok(()) };
    if ticket.places.card.is_some() {
        tx.enqueue(number, &Effect::Card, &nonce(), now).await?;
    }
    for (channel, _) in tx.headlines(number).await? {
        let headline = Effect::Headline { channel, mention: Vec::new() };
        tx.enqueue(number, &headline, &nonce(), now).await?;
    }
    Ok(())
}
