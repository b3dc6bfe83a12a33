//! The courier: carries the outbox to Discord. The only thing that posts what nobody waits for.
//!
//! It takes no input but the database, and may run at any time: at start it takes back what an earlier process had
//! taken and not finished. It looks when a verb says that the outbox grew, when a delivery is done, when one falls
//! due, and now and then in any case. Deliveries of different lanes go out side by side; within a lane one after
//! the other. How urgent each is says `priority`, how often may be published `budget`. How one effect is done is in `perform`, what a fault means in `fault`; what comes of it is written down
//! here, in one transaction: the row, where the message is, what has to be made anew, and what the operators are told.

mod budget;
mod fault;
mod perform;
pub(super) mod place;
mod posting;
mod priority;

use std::sync::Arc;

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use self::budget::{Budget, HOUR};
use self::fault::Verdict;
use self::perform::Done;
pub(super) use self::posting::{CLOCK_SKEW, NONCE_WINDOW};
use super::shared::Shared;
use crate::desk::mend::{self, Mended};
use crate::domain::{Delivery, Hindrance, Problem, Task};
use crate::store::{Outcome, StoreError, Which};

/// How many deliveries of one kind are under way at once: two windows of Discord's usual limit of five, and a bit.
const AT_ONCE: i64 = 12;
/// How long to wait at most before looking again.
const LOOK_AGAIN: TimeDelta = TimeDelta::seconds(10);
/// How long to wait after the database failed.
const DATABASE_AWAY: TimeDelta = TimeDelta::seconds(2);

/// Carries deliveries until `stop`; what is under way then is finished.
pub async fn run(shared: Arc<Shared>, stop: CancellationToken) {
    let mut under_way = JoinSet::new();
    let mut budget = None;
    loop {
        let work = async {
            let budget = match &budget {
                Some(budget) => budget,
                None => budget.insert(Arc::new(recover(&shared).await?)),
            };
            Ok::<_, StoreError>((budget.clone(), lease(&shared).await?))
        };
        let wake = match work.await {
            Ok((budget, (deliveries, wake))) => {
                for delivery in deliveries {
                    under_way.spawn(carry(shared.clone(), budget.clone(), delivery));
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
        tokio::select! {
            () = stop.cancelled() => break,
            Some(_) = under_way.join_next() => {}
            () = shared.desk.outbox_grew() => {}
            () = shared.clock.sleep_until(wake) => {}
        }
        // Looking once is enough for all that were done meanwhile.
        while under_way.try_join_next().is_some() {}
    }
    while under_way.join_next().await.is_some() {}
}

/// Takes back what an earlier process had taken: there is one process for a guild, so nobody else has it. What was
/// parked is tried once more, since somebody may have mended the reason before starting the bot. Gives what is left of
/// the budget for publishing.
async fn recover(shared: &Shared) -> Result<Budget, StoreError> {
    let now = shared.clock.now();
    let mut tx = shared.desk.store().write().await?;
    let taken = tx.recover_leases(now).await?;
    let parked = tx.retry_parked(Which::All, now).await?;
    let budget = Budget::after(tx.published_since(now - HOUR).await?);
    tx.commit().await?;
    if taken + parked > 0 {
        tracing::info!(taken, parked, "took back deliveries that were not finished");
    }
    Ok(budget)
}

/// What is due, and when the next thing is. A moment and not a stretch of time: the clock may move on meanwhile.
async fn lease(shared: &Shared) -> Result<(Vec<Delivery>, DateTime<Utc>), StoreError> {
    let now = shared.clock.now();
    let pending = shared.desk.store().read().await?.pending_deliveries().await?;
    let look_again = now + LOOK_AGAIN;
    let wake = pending.next_due.filter(|due| *due > now).unwrap_or(look_again).min(look_again);
    if pending.next_due.is_none_or(|due| due > now) {
        return Ok((Vec::new(), wake));
    }
    let mut tx = shared.desk.store().write().await?;
    let severities = &shared.desk.directory().severities;
    let worst: Vec<_> = severities.iter().take(3).map(|severity| severity.key.clone()).collect();
    let deliveries = tx.lease_deliveries(now, AT_ONCE, &worst).await?;
    tx.commit().await?;
    Ok((deliveries, wake))
}

/// Carries one delivery and writes down what came of it.
#[tracing::instrument(name = "delivery", skip_all, fields(
    delivery.id = delivery.id, ticket = delivery.task.ticket().map(tracing::field::display), kind = delivery.task.kind(),
    attempt = delivery.attempts,
))]
async fn carry(shared: Arc<Shared>, budget: Arc<Budget>, delivery: Delivery) {
    let done = match perform::perform(&shared, &budget, &delivery).await {
        Ok(done) => done,
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "a delivery could not be prepared");
            let again = shared.clock.now() + fault::pause(delivery.attempts);
            Done { verdict: Outcome::Retry(again, format!("{error:#}")).into(), shown: None }
        }
    };
    match &done.verdict {
        Verdict::Settle(Outcome::Sent(_)) => tracing::debug!("delivered"),
        Verdict::Settle(Outcome::Dropped(why)) => tracing::info!(why, "not needed any more"),
        Verdict::Settle(Outcome::Parked(problem)) => tell_parked(problem),
        Verdict::Settle(Outcome::Behind(_)) => tracing::info!("waits for what is parked before it"),
        Verdict::Settle(Outcome::Retry(due, why)) => tracing::warn!(why, %due, "will be tried again"),
        Verdict::Settle(Outcome::Held(due)) => tracing::info!(%due, "waits for a limit of Discord's"),
        Verdict::Anew(lost) => tracing::warn!(?lost, "was deleted by hand; it is made anew"),
    }
    while let Err(error) = settle(&shared, &delivery, &done).await {
        tracing::error!(
            error = format!("{error:#}"),
            "what came of a delivery cannot be written down; trying again"
        );
        // Not the ticket's clock: this waits for the database. A process that ends here finds the row taken at its
        // next start, and the nonce keeps Discord from showing it twice.
        tokio::time::sleep(DATABASE_AWAY.to_std().unwrap_or_default()).await;
    }
}

/// What Discord refuses whoever sends it is a mistake of this program; the rest is for the operators to mend.
fn tell_parked(problem: &Problem) {
    let (problem, why) = (problem.key(), &problem.said);
    if problem.ends_with(Hindrance::Refused.as_str()) {
        tracing::error!(problem, why, "cannot be delivered");
    } else {
        tracing::warn!(problem, why, "cannot be delivered until somebody changes something");
    }
}

async fn settle(shared: &Shared, delivery: &Delivery, done: &Done) -> anyhow::Result<()> {
    let now = shared.clock.now();
    if matches!(done.verdict, Verdict::Anew(_)) {
        // What was said in a thread comes before its end.
        shared.recorder.flush().await;
    }
    let mut tx = shared.desk.store().write().await?;
    let outcome = match (&done.verdict, &done.shown) {
        (Verdict::Settle(outcome), _) => outcome.clone(),
        (Verdict::Anew(_), None) => Outcome::Dropped("its ticket is gone".to_owned()),
        (Verdict::Anew(lost), Some(seen)) => match mend::anew(&mut tx, delivery, seen, *lost, now).await? {
            Mended::Later => Outcome::Dropped(format!("{lost:?} was gone; later rows make it anew")),
            Mended::HeldUp(problem) => Outcome::Behind(problem),
            Mended::Vanishes => Outcome::Parked(fault::vanishes(&delivery.task, seen)),
            Mended::Needless => Outcome::Dropped(format!("{lost:?} is gone, and not needed any more")),
        },
    };
    if let (Outcome::Sent(Some(message)), Some(shown), Task::Ticket(number, effect)) =
        (&outcome, &done.shown, &delivery.task)
    {
        let noted = place::note(shared, &mut tx, (*number, effect), *message, shown).await;
        noted.context("noting where it is")?;
    }
    if let Outcome::Parked(problem) = &outcome {
        mend::tell_once(&mut tx, delivery, problem, now).await?;
    }
    tx.settle_delivery(delivery, &outcome, now).await?;
    // What works again was parked for nothing.
    if let (Outcome::Sent(_), Some(prefix)) = (&outcome, fault::proves(&delivery.task, done.shown.as_ref())) {
        tx.retry_parked(Which::Problem(&prefix), now).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Times on our clock.
fn later(shared: &Shared, wait: TimeDelta) -> DateTime<Utc> {
    shared.clock.now() + wait
}
