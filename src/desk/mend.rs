//! Making anew what somebody deleted by hand on Discord, and trying again what was held up.
//!
//! A card, thread, headline or channel that is gone is forgotten, and the outbox gets rows that make it anew and then
//! do what was to be done in it, in the old order. The record does not change: to the ticket nothing happened. Must
//! not know how anything is posted. Invariants: nothing is made for a ticket that is over, nor again and again for
//! somebody who deletes it again and again; what cannot be made, because the row that would make it is parked, waits parked as well.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Desk, Result, nonce};
use crate::domain::access::{self, Action, Member};
use crate::domain::{ChannelId, Delivery, Effect, MessageId, Notice, Problem, Task, Ticket, TicketNumber};
use crate::store::{GuildTx, StoreError, Which};

/// So often a thing is made within [`A_WHILE`], the first time included.
const OFTEN: i64 = 4;
const A_WHILE: TimeDelta = TimeDelta::hours(1);

/// What is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// The card.
    Card,
    /// The thread, or it was never made.
    Thread,
    /// The headline in this channel.
    Headline(ChannelId),
    /// The channel of all tickets; a new one is known.
    Channel(ChannelId),
}

/// What became of a delivery whose ground was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mended {
    /// It was made anew too often already; making it once more would only feed whoever deletes it.
    Vanishes,
    /// Later rows do it.
    Later,
    /// It has to wait for the same as the row that would make what it needs: the problem's key.
    HeldUp(String),
    /// Nobody needs it any more.
    Needless,
}

/// Arranges that what is lost is made anew, and `delivery` done after it. `seen` is the ticket as the delivery met it.
///
/// # Errors
/// If the database fails.
pub async fn anew(
    tx: &mut GuildTx,
    delivery: &Delivery,
    seen: &Ticket,
    lost: Lost,
    now: DateTime<Utc>,
) -> Result<Mended, StoreError> {
    let Task::Ticket(number, effect) = &delivery.task else { return Ok(Mended::Needless) };
    let Some(ticket) = tx.lock_ticket(*number).await? else { return Ok(Mended::Needless) };
    let over = ticket.status.is_end();
    if vanishes(tx, *number, lost, now).await? {
        return Ok(Mended::Vanishes);
    }
    match lost {
        Lost::Headline(channel) => {
            tx.forget_headline(*number, channel).await?;
            return again(tx, *number, &[&without_calls(effect)], now).await;
        }
        Lost::Channel(to) => {
            if ticket.places.channel != to {
                tx.move_ticket(*number, to).await?;
            }
        }
        Lost::Card => {
            if ticket.places.card == seen.places.card {
                tx.forget_card(*number).await?;
            }
        }
        Lost::Thread => {
            if over {
                return Ok(Mended::Needless);
            }
            if ticket.places.thread.is_some() && ticket.places.thread == seen.places.thread {
                tx.forget_thread(*number).await?;
            }
        }
    }
    rebuild(tx, *number, Some((delivery.id, effect)), now).await
}

/// Puts into the outbox what of card and thread is missing, and after it an effect that needs them.
async fn rebuild(
    tx: &mut GuildTx,
    number: TicketNumber,
    last: Option<(i64, &Effect)>,
    now: DateTime<Utc>,
) -> Result<Mended, StoreError> {
    let Some(ticket) = tx.find_ticket(number).await? else { return Ok(Mended::Needless) };
    let id = last.map_or(0, |(id, _)| id);
    let (card_parked, card_comes) = tx.unfinished(number, Effect::Card.kind(), id).await?;
    let (thread_parked, thread_comes) = tx.unfinished(number, Effect::Thread.kind(), id).await?;
    let (_, welcome_comes) = tx.unfinished(number, Effect::Welcome.kind(), id).await?;
    let mut effects = Vec::new();
    if ticket.places.card.is_none() && !card_comes {
        if let Some(problem) = card_parked {
            return Ok(Mended::HeldUp(problem));
        }
        effects.push(Effect::Card);
    }
    if ticket.places.thread.is_none() && !thread_comes {
        if let Some(problem) = thread_parked {
            return Ok(Mended::HeldUp(problem));
        }
        effects.push(Effect::Thread);
        // It brings everybody in again.
        if !welcome_comes {
            effects.push(Effect::Welcome);
        }
    }
    let last = last.map(|(_, effect)| effect).filter(|effect| !effects.contains(effect));
    let all: Vec<&Effect> = effects.iter().chain(last).collect();
    let followers = tx.followers(&Effect::Thread.lane(number), id).await?;
    again(tx, number, &all, now).await?;
    // What came after it comes after it again.
    tx.move_to_the_end(&followers).await?;
    Ok(Mended::Later)
}

/// Whether something lost was made as often lately as it may be.
async fn vanishes(
    tx: &mut GuildTx,
    number: TicketNumber,
    lost: Lost,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let made = match lost {
        Lost::Card => Effect::Card,
        Lost::Thread => Effect::Thread,
        Lost::Headline(channel) => Effect::Headline { channel, mention: Vec::new() },
        Lost::Channel(_) => return Ok(false),
    };
    Ok(tx.times_made(&made.lane(number), made.kind(), now - A_WHILE).await? >= OFTEN)
}

async fn again(
    tx: &mut GuildTx,
    number: TicketNumber,
    effects: &[&Effect],
    now: DateTime<Utc>,
) -> Result<Mended, StoreError> {
    for effect in effects {
        tx.enqueue(number, effect, &nonce(), now).await?;
    }
    Ok(Mended::Later)
}

/// Who was called for the first headline is not called for its substitute.
fn without_calls(effect: &Effect) -> Effect {
    match effect {
        Effect::Headline { channel, .. } => Effect::Headline { channel: *channel, mention: Vec::new() },
        other => other.clone(),
    }
}

/// Tells the operators of a problem, unless they know it already from this delivery or another.
///
/// # Errors
/// If the database fails.
pub async fn tell_once(
    tx: &mut GuildTx,
    delivery: &Delivery,
    problem: &Problem,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let key = problem.key();
    // Of its own troubles a notice can tell nobody.
    let untold = delivery.task.ticket().is_some() && delivery.problem.as_ref() != Some(&key);
    if untold && !tx.is_known_problem(&key, delivery.id).await? {
        tx.enqueue_notice(Notice::HeldUp { problem: problem.clone() }, &nonce(), now).await?;
    }
    Ok(())
}

impl Desk {
    /// A message was deleted by hand; if it was the card of a running ticket, a new one is posted.
    pub async fn card_may_be_gone(&self, message: MessageId, now: DateTime<Utc>) -> Result<()> {
        self.place_is_gone(message.0, Lost::Card, now).await
    }

    /// A thread was deleted by hand; if it was that of a running ticket, a new one is made.
    pub async fn thread_is_gone(&self, thread: ChannelId, now: DateTime<Utc>) -> Result<()> {
        self.place_is_gone(thread.0, Lost::Thread, now).await
    }

    async fn place_is_gone(&self, id: i64, lost: Lost, now: DateTime<Utc>) -> Result<()> {
        let known = self.store().read().await?.ticket_of_place(id).await?;
        let Some(number) = known else { return Ok(()) };
        let mut tx = self.store().write().await?;
        let Some(ticket) = tx.lock_ticket(number).await?.filter(|ticket| !ticket.status.is_end()) else {
            return Ok(());
        };
        // The next thing that needs it meets this again, and tells the operators.
        if vanishes(&mut tx, number, lost, now).await? {
            return Ok(());
        }
        let places = &ticket.places;
        match lost {
            Lost::Card if places.card == Some(MessageId(id)) => tx.forget_card(number).await?,
            Lost::Thread if places.thread == Some(ChannelId(id)) => tx.forget_thread(number).await?,
            _ => return Ok(()),
        }
        rebuild(&mut tx, number, None, now).await?;
        tx.commit().await?;
        self.grew.notify_one();
        Ok(())
    }

    /// Tries again what was held up, because somebody who looks after the bot wants it; returns how much it is.
    pub async fn retry_held_up(&self, by: &Member, now: DateTime<Utc>) -> Result<usize> {
        access::check(Action::Operate, by, None, self.directory())?;
        self.something_changed(now).await
    }

    /// Tries again what was held up, because what held it up may be over; returns how much it is.
    pub async fn something_changed(&self, now: DateTime<Utc>) -> Result<usize> {
        if self.store().read().await?.parked_deliveries().await?.is_empty() {
            return Ok(0);
        }
        let mut tx = self.store().write().await?;
        let count = tx.retry_parked(Which::All, now).await?;
        tx.commit().await?;
        self.grew.notify_one();
        Ok(count)
    }
}
