//! The keeper: fetches the files that came with messages and keeps their bytes, before Discord's links to them expire.
//!
//! It takes no input but the database, like the courier: what is wanted stands there since the message was archived, so
//! nothing is forgotten in a restart. A link that expired is renewed by asking for the message again. What is not kept
//! has its reason in the record. Must not know what the files are used for. Invariant: no more than the config allows
//! is kept, of a file and in all.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serenity::all as serenity;
use tokio_util::sync::CancellationToken;

use super::heard;
use super::rest::{Fault, NotFetched, Urgency};
use super::shared::Shared;
use crate::store::{StoreError, WantedFile};

/// How often a file is tried before it is given up: for more than a day.
const TRIES: i64 = 15;
/// The pause after the first try; it doubles with each, up to the longest.
const PAUSE: TimeDelta = TimeDelta::seconds(20);
/// The longest pause.
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(6);
/// How long to wait at most before looking again.
const LOOK_AGAIN: TimeDelta = TimeDelta::seconds(10);

/// How much of the files is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one file.
    pub file: u64,
    /// Bytes of all files together.
    pub total: u64,
}

/// Keeps files until `stop`.
pub async fn run(shared: Arc<Shared>, limits: Limits, stop: CancellationToken) {
    loop {
        // What is dropped in the middle is due again after a pause.
        let worked = tokio::select! {
            () = stop.cancelled() => return,
            worked = work(&shared, limits) => worked,
        };
        let wake = match worked {
            Ok(wake) => wake,
            Err(error) => {
                tracing::error!(error = format!("{:#}", anyhow::Error::from(error)), "files cannot be kept");
                shared.clock.now() + LOOK_AGAIN
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = shared.recorder.files_came() => {}
            () = shared.clock.sleep_until(wake) => {}
        }
    }
}

/// Fetches what is due; gives when to look again.
async fn work(shared: &Shared, limits: Limits) -> Result<DateTime<Utc>, StoreError> {
    let store = shared.desk.store();
    loop {
        let now = shared.clock.now();
        let (_, due) = store.read().await?.wanted_files().await?;
        if due.is_none_or(|due| due > now) {
            let look_again = now + LOOK_AGAIN;
            return Ok(due.unwrap_or(look_again).min(look_again));
        }
        let _reading = shared.reading.token();
        let mut tx = store.write().await?;
        let wanted = tx.take_wanted_file(now, |tries| now + pause(tries)).await?;
        tx.commit().await?;
        if let Some(file) = wanted {
            keep(shared, limits, &file).await?;
        }
    }
}

/// How long to wait after so many tries.
fn pause(tries: i64) -> TimeDelta {
    let doublings = u32::try_from(tries - 1).unwrap_or_default().min(20);
    (PAUSE * 2_i32.pow(doublings)).min(LONGEST_PAUSE)
}

/// What comes of one try.
enum Came {
    Bytes(Vec<u8>),
    Never(String),
    Later(String),
}

async fn keep(shared: &Shared, limits: Limits, wanted: &WantedFile) -> Result<(), StoreError> {
    let store = shared.desk.store();
    let kept = u64::try_from(store.read().await?.kept_bytes().await?).unwrap_or_default();
    let room = limits.total.saturating_sub(kept);
    let came = fetch(shared, wanted, limits.file, room).await?;
    let (message, file) = (wanted.message, wanted.file.id);
    let mut tx = store.write().await?;
    match came {
        Came::Bytes(bytes) => tx.keep_file(message, file, &bytes).await?,
        Came::Never(why) => {
            tracing::info!(%message, file, why, "a file is not kept");
            tx.skip_file(message, file, &why).await?;
        }
        Came::Later(why) if wanted.attempts >= TRIES => {
            tracing::warn!(%message, file, why, "a file is given up");
            tx.skip_file(message, file, &why).await?;
        }
        // It was put off when it was taken.
        Came::Later(why) => tracing::warn!(%message, file, why, "a file will be fetched later"),
    }
    tx.commit().await
}

async fn fetch(shared: &Shared, wanted: &WantedFile, most: u64, room: u64) -> Result<Came, StoreError> {
    let size = wanted.file.size;
    if size > most {
        return Ok(Came::Never(format!("larger than {} MB", most / 1_000_000)));
    }
    if size > room {
        return Ok(Came::Never("there is no more room for files".to_owned()));
    }
    match shared.rest.fetch_file(&wanted.file.url, most.min(room)).await {
        Ok(bytes) => Ok(Came::Bytes(bytes)),
        Err(NotFetched::TooLarge) => Ok(Came::Never("larger than Discord said".to_owned())),
        Err(NotFetched::Later(why)) => Ok(Came::Later(why)),
        Err(NotFetched::Gone(_)) => renew(shared, wanted).await,
    }
}

/// The link leads to nothing any more: Discord gives the message with a new one, if it still has it.
async fn renew(shared: &Shared, wanted: &WantedFile) -> Result<Came, StoreError> {
    let gone = || Came::Never("Discord does not have it any more".to_owned());
    let found: Result<serenity::Message, Fault> =
        shared.rest.at(Urgency::Background).message_as(wanted.thread, wanted.message).await;
    let files = match found {
        Ok(message) => heard::message(&message).attachments,
        Err(Fault::Gone { .. }) => return Ok(gone()),
        Err(fault) => return Ok(Came::Later(fault.to_string())),
    };
    if !files.iter().any(|file| file.id == wanted.file.id) {
        return Ok(gone());
    }
    let mut tx = shared.desk.store().write().await?;
    tx.renew_links(wanted.message, &files).await?;
    tx.commit().await?;
    Ok(Came::Later("its link had expired".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_of_a_day_loses_no_file() {
        assert_eq!(
            [1, 2, 3, 11, 12, 99].map(|tries| pause(tries).num_seconds()),
            [20, 40, 80, 20_480, 21_600, 21_600]
        );
        let in_all: TimeDelta = (1..TRIES).map(pause).sum();
        assert!(in_all > TimeDelta::days(1), "{in_all}");
    }
}
