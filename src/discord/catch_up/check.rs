//! How complete the archive of a thread is, asked before a report is made of it; what is missing is mended on the way.
//!
//! Before a draft, what was not heard is read, if anything was. Before a submission, the whole thread is held against
//! the archive. Both are bounded in time, and neither keeps anybody from going on: the report says what could not be
//! done. Must not word it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::{Instant, timeout, timeout_at};

use super::Unread;
use super::history::{COMPARED, PAGE, Page, is_gone, page, read_message, read_thread};
use crate::desk::DeskError;
use crate::discord::recorder::News;
use crate::discord::rest::{Fault, History};
use crate::discord::shared::Shared;
use crate::domain::archive::message_url;
use crate::domain::{ChannelId, MessageId, Ticket, TicketNumber};
use crate::report::{Check, Hindrance, Unheard};
use crate::store::{Archived, StoreError};

/// How long a draft waits for what was not heard.
const DRAFT_PATIENCE: Duration = Duration::from_secs(15);
/// How long a comparison may take: Discord gives some five hundred messages a second.
const CHECK_PATIENCE: Duration = Duration::from_secs(90);

/// Reads what nobody heard of a ticket's thread; gives what may be missing all the same.
///
/// # Errors
/// If the database fails.
pub async fn bring_up_to_date(shared: &Shared, ticket: &Ticket) -> Result<Option<Check>, DeskError> {
    let Some(thread) = ticket.places.thread else { return Ok(None) };
    let threads = shared.recorder.threads();
    let is_complete = threads.ticket_and_completeness(thread).is_some_and(|(_, complete)| complete);
    let mut hindrance = None;
    if !is_complete || shared.catch_up.deaf_since().is_some() {
        let read = timeout(DRAFT_PATIENCE, read_thread(shared, thread, ticket.number)).await;
        hindrance = match read {
            Ok(Ok(_)) => None,
            Ok(Err(unread)) => Some(hindered(unread)?),
            Err(_) => Some(Hindrance::Time),
        };
    }
    // What was said before belongs into the report.
    shared.recorder.flush().await;
    let Some(hindrance) = hindrance else { return Ok(None) };
    let mark = shared.desk.store().read().await?.complete_to(thread).await?;
    let since = mark.unwrap_or(MessageId(thread.0)).time();
    tracing::warn!(ticket = %ticket.number, %hindrance, "a report is drafted from what may not be everything");
    Ok(Some(Check::hindered(shared.clock.now(), hindrance, since)))
}

/// Holds the archive against the thread, and mends it; `None` for a ticket that has no thread yet.
///
/// # Errors
/// If the database fails.
pub async fn compare(shared: &Shared, ticket: &Ticket) -> Result<Option<Check>, DeskError> {
    let Some(thread) = ticket.places.thread else { return Ok(None) };
    shared.recorder.flush().await;
    let mut walk = Walk { thread, ticket: ticket.number, seen: Vec::new(), after: MessageId(thread.0) };
    let deadline = Instant::now() + CHECK_PATIENCE;
    let hindrance = loop {
        match timeout_at(deadline, walk.step(shared)).await {
            Ok(Ok(true)) => {}
            Ok(Ok(false)) => break None,
            Ok(Err(unread)) => break Some(hindered(unread)?),
            Err(_) => break Some(Hindrance::Time),
        }
    };
    shared.recorder.flush().await;
    let check = walk.result(shared, ticket, hindrance).await?;
    tracing::info!(
        ticket = %ticket.number, in_thread = check.in_thread, in_archive = check.in_archive, hindrance = ?check.hindrance,
        "held the archive against the thread"
    );
    Ok(Some(check))
}

/// A walk through a thread, from its beginning.
struct Walk {
    thread: ChannelId,
    ticket: TicketNumber,
    /// The messages that stand in it.
    seen: Vec<MessageId>,
    /// How far it has come.
    after: MessageId,
}

impl Walk {
    /// Reads a page and mends what the archive has of it; says whether there is more.
    async fn step(&mut self, shared: &Shared) -> Result<bool, Unread> {
        // Asked first, so that what is heard meanwhile is not missed in the page.
        let known = shared
            .desk
            .store()
            .read()
            .await?
            .archived_after((self.ticket, self.thread), self.after, COMPARED)
            .await?;
        let page = page(shared, self.thread, History::After(self.after)).await?;
        let Some(newest) = page.ids.last().copied() else { return Ok(false) };
        self.mend(shared, &page, &known).await?;
        let more = page.ids.len() >= PAGE;
        (self.after, self.seen) = (newest, [std::mem::take(&mut self.seen), page.ids].concat());
        if more && self.seen.len().is_multiple_of(PAGE * 10) {
            tracing::info!(ticket = %self.ticket, messages = self.seen.len(), up_to = %newest.time(),
                "still holding the archive against the thread");
        }
        Ok(more)
    }

    async fn mend(&self, shared: &Shared, page: &Page, known: &[Archived]) -> Result<(), Unread> {
        let kept: BTreeMap<MessageId, Option<DateTime<Utc>>> =
            known.iter().map(|one| (one.id, one.edited)).collect();
        for message in &page.messages {
            let id = MessageId(message.id.get().cast_signed());
            let edited = message.edited_timestamp.map(|at| at.to_utc());
            if kept.get(&id).is_none_or(|known| edited > *known) {
                read_message(shared, self.thread, message, page.asked).await?;
            }
        }
        let newest = page.ids.last().copied().unwrap_or(self.after);
        let standing = known.iter().filter(|one| !one.deleted && one.id <= newest).map(|one| one.id);
        for missing in standing.filter(|id| page.ids.binary_search(id).is_err()) {
            if is_gone(shared, self.thread, missing).await? {
                shared.recorder.found(self.thread, News::Deleted(missing, page.asked));
            }
        }
        Ok(())
    }

    /// What came of it.
    async fn result(
        self,
        shared: &Shared,
        ticket: &Ticket,
        hindrance: Option<Hindrance>,
    ) -> Result<Check, StoreError> {
        let now = shared.clock.now();
        let mut tx = shared.desk.store().read().await?;
        let kept: BTreeSet<MessageId> = tx.archived_ids(self.ticket).await?.into_iter().collect();
        let url = |id: &MessageId| message_url(ticket.guild, self.thread, *id);
        let missing: Vec<MessageId> = self.seen.iter().filter(|id| !kept.contains(id)).copied().collect();
        // What was heard since the session began is there, whether Discord can be asked or not.
        let heard = shared.recorder.threads().ticket_and_completeness(self.thread);
        let is_complete =
            heard.is_some_and(|(_, complete)| complete) && shared.catch_up.deaf_since().is_none();
        let mark = tx.complete_to(self.thread).await?.unwrap_or(self.after).max(self.after);
        let lacking_since = (!is_complete).then_some(mark.time());
        let mut unheard = tx.unheard_since(MessageId(self.thread.0).time()).await?;
        unheard.extend(shared.catch_up.deaf_since().map(|since| (since, now)));
        let mut edited = BTreeSet::new();
        for stretch in &unheard {
            edited.extend(tx.edited_within(self.ticket, *stretch).await?);
        }
        Ok(Check {
            at: now,
            hindrance,
            lacking_since: hindrance.and(lacking_since),
            in_thread: self.seen.len(),
            in_archive: self.seen.len() - missing.len(),
            missing: missing.iter().map(url).collect(),
            edited_unheard: edited.iter().map(url).collect(),
            unheard: unheard.into_iter().map(|(from, to)| Unheard { from, to }).collect(),
        })
    }
}

/// What kept the thread from being read; the database's own failures go on.
fn hindered(unread: Unread) -> Result<Hindrance, DeskError> {
    match unread {
        Unread::Desk(error) => Err(error),
        Unread::Discord(Fault::Gone { .. }) => Ok(Hindrance::Gone),
        Unread::Discord(Fault::Refused { .. } | Fault::Unauthorized) => Ok(Hindrance::Refused),
        Unread::Discord(_) => Ok(Hindrance::Unreachable),
    }
}
