//! Deliveries that wait since longer than Discord remembers nonces: those that stand there already are done.
//!
//! In an old backup they wait though the bot has carried them out since. A card and a headline are edited afterwards and
//! bear a later mark then; within a lane one goes after the other, so theirs is the oldest message with their mark or a
//! later one. Must not post anything.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono::{DateTime, Utc};

use super::marks::Mark;
use super::{PAGE, PAGES, own, page};
use crate::discord::courier::{CLOCK_SKEW, NONCE_WINDOW, place};
use crate::discord::rest::History;
use crate::discord::shared::Shared;
use crate::domain::{ChannelId, Delivery, Effect, MessageId, Task, Ticket};
use crate::store::{GuildTx, Outcome, StoreError};

/// The marked messages of a channel, the oldest first.
type Marked = Vec<(MessageId, Mark)>;

/// What a delivery is found by.
enum Looks {
    /// By its own mark.
    Exactly(Mark),
    /// By its ticket and its own mark or a later one.
    OrLater(Mark),
    /// It leaves no message; it is over when one with a later mark is there.
    Before(Mark),
}

impl Looks {
    fn find(&self, messages: &Marked) -> Option<(MessageId, bool)> {
        let (number, mark, message) = match self {
            Self::Exactly(mark) => {
                return messages.iter().find(|(_, other)| other == mark).map(|(id, _)| (*id, true));
            }
            Self::OrLater(Mark::Ticket(number, mark)) => (*number, *mark, true),
            Self::Before(Mark::Ticket(number, mark)) => (*number, *mark + 1, false),
            Self::OrLater(_) | Self::Before(_) => return None,
        };
        let later = |other: &Mark| matches!(other, Mark::Ticket(of, at) if *of == number && *at >= mark);
        messages.iter().find(|(_, other)| later(other)).map(|(id, _)| (*id, message))
    }
}

/// Marks as sent what stands on Discord already; gives how many.
pub(super) async fn settle(shared: &Shared) -> Result<usize, StoreError> {
    let now = shared.clock.now();
    let waiting = shared.desk.store().read().await?.waiting_since(now - NONCE_WINDOW).await?;
    let (mut read, mut count) = (BTreeMap::new(), 0);
    for delivery in &waiting {
        // Read for each anew: what is found for one changes where the next is looked for.
        let mut tx = shared.desk.store().read().await?;
        let ticket = match delivery.task.ticket() {
            Some(number) => tx.find_ticket(number).await?,
            None => None,
        };
        let Some((channel, looks)) = where_it_would_be(shared, &mut tx, delivery, ticket.as_ref()).await?
        else {
            continue;
        };
        drop(tx);
        let messages = history(shared, &mut read, channel, delivery.first_tried).await;
        let Some((message, is_it)) = looks.find(messages) else { continue };
        let mut tx = shared.desk.store().write().await?;
        let outcome = if is_it {
            Outcome::Sent(Some(message))
        } else {
            Outcome::Dropped("it was done before the database was put back".to_owned())
        };
        tx.settle_delivery(delivery, &outcome, now).await?;
        if let (true, Task::Ticket(number, effect), Some(shown)) = (is_it, &delivery.task, &ticket) {
            let noted = place::note(shared, &mut tx, (*number, effect), message, shown).await;
            noted.map_err(|error| match error.downcast() {
                Ok(error) => error,
                Err(error) => StoreError::Unreadable(format!("{error:#}")),
            })?;
        }
        tx.commit().await?;
        count += 1;
    }
    Ok(count)
}

/// Where a delivery's message would be; `None` for what may be done twice without being seen twice.
async fn where_it_would_be(
    shared: &Shared,
    tx: &mut GuildTx,
    delivery: &Delivery,
    ticket: Option<&Ticket>,
) -> Result<Option<(ChannelId, Looks)>, StoreError> {
    let (number, effect) = match &delivery.task {
        Task::Ticket(number, effect) => (*number, effect),
        Task::Notice(_) => {
            let mark = Mark::Notice(delivery.mark);
            return Ok(Some((shared.desk.directory().operators, Looks::Exactly(mark))));
        }
    };
    let mark = Mark::Ticket(number, delivery.mark);
    let Some(places) = ticket.map(|ticket| &ticket.places) else { return Ok(None) };
    // A thread has the id of its card.
    let thread = places.thread.or(places.card.map(|card| ChannelId(card.0)));
    Ok(match effect {
        Effect::Card => places.card.is_none().then_some((places.channel, Looks::OrLater(mark))),
        Effect::Headline { channel, .. } => {
            let posted = tx.headlines(number).await?.iter().any(|(of, _)| of == channel);
            (!posted).then_some((*channel, Looks::OrLater(mark)))
        }
        Effect::Update { channel, .. } => Some((*channel, Looks::Exactly(mark))),
        Effect::Welcome | Effect::ThreadNote { .. } => thread.map(|thread| (thread, Looks::Exactly(mark))),
        Effect::Link { .. } => thread.map(|thread| (thread, Looks::Before(mark))),
        Effect::Thread | Effect::AddMember { .. } | Effect::Archive | Effect::Publish { .. } => None,
    })
}

/// The bot's marked messages in a channel since a time, read once; deliveries come in the order in which they were
/// written, so the first asks for the most.
async fn history<'a>(
    shared: &Shared,
    read: &'a mut BTreeMap<ChannelId, Marked>,
    channel: ChannelId,
    since: DateTime<Utc>,
) -> &'a Marked {
    match read.entry(channel) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(new) => new.insert(read_since(shared, channel, since).await),
    }
}

async fn read_since(shared: &Shared, channel: ChannelId, since: DateTime<Utc>) -> Marked {
    let mut messages = Marked::new();
    let mut after = MessageId::first_at(since - CLOCK_SKEW);
    for _ in 0..PAGES {
        let page = match page(shared, channel, History::After(after)).await {
            Ok(page) => page,
            // A thread that was never made has no messages.
            Err(fault) => {
                tracing::debug!(%channel, %fault, "nothing can be found here");
                break;
            }
        };
        messages.extend(own(shared, &page));
        match page.iter().map(|message| message.id).max() {
            Some(newest) if page.len() == usize::from(PAGE) => after = newest,
            _ => break,
        }
    }
    messages.sort_unstable_by_key(|(id, _)| *id);
    messages
}
