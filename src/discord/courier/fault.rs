//! What a fault means for a delivery: wait and try again, done already, or never.
//!
//! Pure but for the clock's reading. Nothing is given up that may still work: a missing permission is waited for,
//! and only what Discord calls malformed, which is our own mistake, is parked.

use chrono::TimeDelta;

use super::later;
use crate::discord::rest::{Fault, codes};
use crate::discord::shared::Shared;
use crate::domain::Delivery;
use crate::store::Outcome;

/// The longest pause between two tries.
const LONGEST: TimeDelta = TimeDelta::minutes(5);

/// How long to wait after the `attempt`th try failed: 1 s, 2 s, 4 s … 5 min.
#[must_use]
pub fn pause(attempt: i64) -> TimeDelta {
    let doublings = u32::try_from(attempt.clamp(1, 10) - 1).unwrap_or_default();
    TimeDelta::seconds(1_i64 << doublings).min(LONGEST)
}

/// The outcome of a delivery that met `fault`.
#[must_use]
pub fn outcome(shared: &Shared, delivery: &Delivery, fault: &Fault) -> Outcome {
    let again = |wait| Outcome::Retry(later(shared, wait), fault.to_string());
    match fault {
        Fault::Retry { after, .. } => {
            let asked = after.and_then(|after| TimeDelta::from_std(after).ok()).unwrap_or_default();
            again(asked.max(if after.is_some() { TimeDelta::zero() } else { pause(delivery.attempts) }))
        }
        Fault::Exists { .. } => Outcome::Sent(None),
        Fault::Gone { .. } => Outcome::Dropped(fault.to_string()),
        Fault::Refused { code: codes::INVALID_FORM, .. } => Outcome::Parked(fault.to_string()),
        // A permission can be given back, a limit passes, and a token is changed in the developer portal.
        Fault::Refused { .. } | Fault::Unauthorized => again(pause(delivery.attempts.max(6))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_five_minutes() {
        let seconds: Vec<i64> = (0..=11).map(|attempt| pause(attempt).num_seconds()).collect();
        assert_eq!(seconds, [1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    }
}
