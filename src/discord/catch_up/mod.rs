//! Catching up: what happened in the tickets' threads while nobody listened, read from their history.
//!
//! At every new session, and once for every new thread, the archive is brought up to date, thread by thread. What fails
//! is tried again after a pause, by itself: no thread waits for another. How far the archive of a thread is complete
//! stands in the database, so an interruption at any point loses nothing. `jobs` is what has to be read, `history` reads it, and
//! `check` asks how complete it is before a report is made of it. Invariant: a thread's mark is moved by what was heard only while it is known that nothing before
//! is missing.

pub mod check;
mod history;
pub mod jobs;

use std::sync::Arc;

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use self::history::read_thread;
use self::jobs::Job;
use super::rest::{Fault, Urgency};
use super::shared::Shared;
use crate::desk::DeskError;
use crate::domain::{ChannelId, TicketNumber};
use crate::store::StoreError;

/// The pause after the first failure; it doubles with each, up to the longest.
const PAUSE: TimeDelta = TimeDelta::seconds(5);
/// The longest pause.
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(5);
/// How often it is written down that the bot listens: after a crash, so much more than the truth counts as missed.
const LOOK_AGAIN: TimeDelta = TimeDelta::minutes(1);

/// Why a thread could not be read.
#[derive(Debug, thiserror::Error)]
enum Unread {
    #[error(transparent)]
    Discord(#[from] Fault),
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for Unread {
    fn from(error: StoreError) -> Self {
        DeskError::from(error).into()
    }
}

/// Reads what is wanted until `stop`.
pub async fn run(shared: Arc<Shared>, stop: CancellationToken) {
    let catch_up = &shared.catch_up;
    loop {
        tokio::select! {
            () = stop.cancelled() => return note_hearing(&shared).await,
            () = async { note_hearing(&shared).await; work(&shared).await } => {}
        }
        let look_again = shared.clock.now() + LOOK_AGAIN;
        let wake = catch_up.next_due().map_or(look_again, |due| due.min(look_again));
        tokio::select! {
            () = stop.cancelled() => return note_hearing(&shared).await,
            () = catch_up.asked() => {}
            () = shared.clock.sleep_until(wake) => {}
        }
    }
}

/// Writes down that the bot listens, and when it did not.
async fn note_hearing(shared: &Shared) {
    let (catch_up, now) = (&shared.catch_up, shared.clock.now());
    let stretches = catch_up.stretches();
    let listens = catch_up.listens(now);
    let write = async {
        let mut tx = shared.desk.store().write().await?;
        for stretch in &stretches {
            tx.add_unheard(*stretch).await?;
        }
        if listens {
            tx.set_heard_to(now).await?;
        }
        tx.commit().await
    };
    let written: Result<(), StoreError> = if listens || !stretches.is_empty() { write.await } else { Ok(()) };
    match written {
        Ok(()) => catch_up.wrote(&stretches),
        Err(error) => {
            let error = format!("{:#}", anyhow::Error::from(error));
            tracing::warn!(error, "could not write down whether the bot listens; trying again in a minute");
        }
    }
}

/// Does everything that is due.
async fn work(shared: &Shared) {
    let _reading = shared.reading.token();
    let catch_up = &shared.catch_up;
    while let Some((job, due)) = catch_up.first_due(shared.clock.now()) {
        let done = match job {
            Job::Threads => find_threads(shared).await,
            Job::Thread(thread) => catch_up_with(shared, thread).await,
        };
        match done {
            Ok(()) => catch_up.settle(job, due, None),
            Err(Unread::Discord(fault @ (Fault::Gone { .. } | Fault::Refused { .. }))) => {
                tracing::warn!(?job, %fault, "what was said while nobody listened cannot be read");
                catch_up.settle(job, due, None);
            }
            Err(error) => {
                let again = shared.clock.now() + pause(due.failed, &error);
                let error = anyhow::Error::from(error);
                tracing::warn!(?job, error = format!("{error:#}"), "catching up will be tried again");
                catch_up.settle(job, due, Some(again));
            }
        }
    }
}

/// How long to wait after so many failures and this one.
fn pause(failed: u32, error: &Unread) -> TimeDelta {
    let asked = match error {
        Unread::Discord(Fault::Retry { after: Some(after), .. } | Fault::Held { after }) => {
            TimeDelta::from_std(*after).ok()
        }
        _ => None,
    };
    let doubled = (PAUSE * 2_i32.pow(failed.min(10))).min(LONGEST_PAUSE);
    asked.unwrap_or_default().max(doubled)
}

/// The threads that may lack something: those of running tickets, and whatever else of ours people write in.
async fn find_threads(shared: &Shared) -> Result<(), Unread> {
    let guild = shared.desk.directory().guild;
    let rest = shared.rest.at(Urgency::Background);
    let active = rest.patiently(|| rest.active_threads(guild)).await?;
    let running = shared.desk.store().read().await?.running_threads().await?;
    let is_ours = |thread: &ChannelId| shared.recorder.threads().ticket(*thread).is_some();
    let mut threads: Vec<ChannelId> = active.iter().map(|channel| channel.id).filter(is_ours).collect();
    for (thread, ticket) in running {
        if !threads.contains(&thread) && bring_back(shared, thread, ticket).await? {
            threads.push(thread);
        }
    }
    for thread in threads {
        shared.catch_up.want(Job::Thread(thread), shared.clock.now());
    }
    Ok(())
}

/// A running ticket's thread that was archived while nobody listened is brought back; says whether there is one.
async fn bring_back(shared: &Shared, thread: ChannelId, ticket: TicketNumber) -> Result<bool, Unread> {
    let rest = shared.rest.at(Urgency::Background);
    match rest.patiently(|| rest.channel(thread)).await {
        Ok(channel) => {
            if channel.thread.is_some_and(|thread| thread.archived) {
                shared.desk.keep_thread_open(ticket, shared.clock.now()).await?;
            }
            Ok(true)
        }
        Err(fault @ (Fault::Gone { .. } | Fault::Refused { .. })) => {
            tracing::warn!(%ticket, %fault, "the thread of a running ticket cannot be seen");
            Ok(false)
        }
        Err(fault) => Err(fault.into()),
    }
}

/// Reads what a thread lacks; from then on, what is heard completes it.
async fn catch_up_with(shared: &Shared, thread: ChannelId) -> Result<(), Unread> {
    let threads = shared.recorder.threads();
    let Some(ticket) = threads.ticket(thread) else { return Ok(()) };
    let session = threads.session();
    let found = read_thread(shared, thread, ticket).await?;
    if found > 0 {
        tracing::info!(%ticket, messages = found, "read what was said while nobody listened");
    }
    // If a session began meanwhile, the thread will be read once more.
    threads.set_complete(thread, session);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_discords_own_are_kept() {
        let error = |after: Option<u64>| {
            let after = after.map(std::time::Duration::from_secs);
            Unread::Discord(Fault::Retry { after, unknown: false, why: String::new() })
        };
        assert_eq!(
            [0, 1, 2, 6, 40].map(|failed| pause(failed, &error(None)).num_seconds()),
            [5, 10, 20, 300, 300]
        );
        assert_eq!(pause(0, &error(Some(90))).num_seconds(), 90);
    }
}
