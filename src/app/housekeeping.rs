//! Housekeeping: once a day, and at every start, what is kept longer than the settings say is let go of.
//!
//! Needs nothing of Discord. Must not know how anything is let go of. What fails is tried again at the next look.

use std::sync::Arc;

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use crate::config::Archive;
use crate::desk::forgetting::{deleted, retention};
use crate::discord::shared::Shared;
use crate::store::StoreError;

/// How long after a look the next one is.
const DAY: TimeDelta = TimeDelta::days(1);

/// Looks once a day until `stop`.
pub(super) async fn run(shared: Arc<Shared>, settings: Archive, stop: CancellationToken) {
    loop {
        // What is dropped in the middle goes on at the next look.
        let looked = tokio::select! {
            () = stop.cancelled() => return,
            looked = look(&shared, settings) => looked,
        };
        if let Err(error) = looked {
            let error = format!("{:#}", anyhow::Error::from(error));
            tracing::error!(error, "what is too old could not be deleted; trying again tomorrow");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = shared.clock.sleep_until(shared.clock.now() + DAY) => {}
        }
    }
}

async fn look(shared: &Shared, settings: Archive) -> Result<(), StoreError> {
    let store = shared.desk.store();
    if !settings.keep_deleted_text {
        let swept = deleted::sweep(store).await?;
        if swept > 0 {
            tracing::info!(messages = swept, "deleted what was still kept of deleted messages");
        }
    }
    let gone = retention::apply(store, settings.retention_days, shared.clock.now()).await?;
    if gone.tickets > 0 {
        tracing::info!(
            tickets = gone.tickets,
            messages = gone.messages,
            "deleted the archives of old tickets"
        );
    }
    Ok(())
}
