//! The courier: carries the outbox to Discord. The only thing that posts what nobody waits for.
//!
//! It takes no input but the database, and may run at any time: at start it takes back what an earlier process had
//! taken and not finished. It looks when a verb says that the outbox grew, when a delivery is done, when one falls
//! due, and now and then in any case. Deliveries of different lanes go out side by side; within a lane one after
//! the other. How one effect is done is in `perform`; what the outcome means for the row, here.

mod fault;
mod perform;

use std::sync::Arc;

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::shared::Shared;
use crate::domain::{Delivery, Ticket};
use crate::store::{Outcome, StoreError};

/// How many deliveries are under way at once.
const AT_ONCE: usize = 8;
/// How long to wait at most before looking again.
const LOOK_AGAIN: TimeDelta = TimeDelta::seconds(10);
/// How long to wait after the database failed.
const DATABASE_AWAY: TimeDelta = TimeDelta::seconds(2);

/// Carries deliveries until `stop`; what is under way then is finished.
pub async fn run(shared: Arc<Shared>, stop: CancellationToken) {
    let mut under_way = JoinSet::new();
    let mut recovered = false;
    loop {
        let work = async {
            if !recovered {
                recover(&shared).await?;
                recovered = true;
            }
            lease(&shared, AT_ONCE - under_way.len()).await
        };
        let wake = match work.await {
            Ok((deliveries, wake)) => {
                for delivery in deliveries {
                    under_way.spawn(carry(shared.clone(), delivery));
                }
                wake
            }
            Err(error) => {
                tracing::error!(
                    error = format!("{:#}", anyhow::Error::from(error)),
                    "the outbox cannot be read"
                );
                later(&shared, DATABASE_AWAY)
            }
        };
        let full = under_way.len() >= AT_ONCE;
        tokio::select! {
            () = stop.cancelled() => break,
            Some(_) = under_way.join_next() => {}
            () = shared.desk.outbox_grew(), if !full => {}
            () = shared.clock.sleep_until(wake), if !full => {}
        }
    }
    while under_way.join_next().await.is_some() {}
}

/// Takes back what an earlier process had taken: there is one process for a guild, so nobody else has it.
async fn recover(shared: &Shared) -> Result<(), StoreError> {
    let mut tx = shared.desk.store().write().await?;
    let count = tx.recover_leases(shared.clock.now()).await?;
    tx.commit().await?;
    if count > 0 {
        tracing::info!(count, "took back deliveries that an earlier process had not finished");
    }
    Ok(())
}

/// What is due, and when the next thing is. A moment and not a stretch of time: the clock may move on meanwhile.
async fn lease(shared: &Shared, room: usize) -> Result<(Vec<Delivery>, DateTime<Utc>), StoreError> {
    let now = shared.clock.now();
    let pending = shared.desk.store().read().await?.pending_deliveries().await?;
    let look_again = now + LOOK_AGAIN;
    let wake = pending.next_due.filter(|due| *due > now).unwrap_or(look_again).min(look_again);
    if room == 0 || pending.next_due.is_none_or(|due| due > now) {
        return Ok((Vec::new(), wake));
    }
    let mut tx = shared.desk.store().write().await?;
    let deliveries = tx.lease_deliveries(now, i64::try_from(room).unwrap_or(1)).await?;
    tx.commit().await?;
    Ok((deliveries, wake))
}

/// Carries one delivery and writes down what came of it.
#[tracing::instrument(name = "delivery", skip_all, fields(
    delivery.id = delivery.id, ticket = %delivery.ticket, kind = delivery.effect.kind(), attempt = delivery.attempts,
))]
async fn carry(shared: Arc<Shared>, delivery: Delivery) {
    let (outcome, shown) = match perform::perform(&shared, &delivery).await {
        Ok((outcome, shown)) => (outcome, Some(shown)),
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "a delivery could not be prepared");
            let again = shared.clock.now() + fault::pause(delivery.attempts);
            (Outcome::Retry(again, format!("{error:#}")), None)
        }
    };
    match &outcome {
        Outcome::Sent(_) => tracing::debug!("delivered"),
        Outcome::Dropped(why) => tracing::info!(why, "not needed any more"),
        Outcome::Parked(why) => tracing::error!(why, "cannot be delivered"),
        Outcome::Retry(due, why) => tracing::warn!(why, %due, "will be tried again"),
    }
    while let Err(error) = settle(&shared, &delivery, &outcome, shown.as_ref()).await {
        tracing::error!(
            error = format!("{error:#}"),
            "what came of a delivery cannot be written down; trying again"
        );
        // Not the ticket's clock: this waits for the database. A process that ends here finds the row taken at its
        // next start, and the nonce keeps Discord from showing it twice.
        tokio::time::sleep(DATABASE_AWAY.to_std().unwrap_or_default()).await;
    }
}

async fn settle(
    shared: &Shared,
    delivery: &Delivery,
    outcome: &Outcome,
    shown: Option<&Ticket>,
) -> anyhow::Result<()> {
    let mut tx = shared.desk.store().write().await?;
    if let (Outcome::Sent(Some(message)), Some(shown)) = (outcome, shown) {
        let noted = perform::note_place(shared, &mut tx, delivery, *message, shown).await;
        noted.context("noting where it is")?;
    }
    tx.settle_delivery(delivery, outcome, shared.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Times on our clock.
fn later(shared: &Shared, wait: TimeDelta) -> DateTime<Utc> {
    shared.clock.now() + wait
}
