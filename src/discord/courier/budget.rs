//! How often messages are published: a limit that Discord does not announce.
//!
//! About ten in an hour for each channel, as bot authors report; Discord then refuses, or lets the client hang. The
//! last places are kept for what the readers elsewhere must hear: that something of the worst severity began or is over.
//! What has to wait gets the time at which there will be room. Must not know the database: what was published before a
//! restart is told at the start. Invariant: in no hour more leave than Discord takes.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::{ChannelId, EventKind, Status};

/// The time over which it counts.
pub const HOUR: TimeDelta = TimeDelta::hours(1);
/// So many in an hour.
const IN_AN_HOUR: usize = 10;
/// So many of them are kept for what is most important.
const KEPT: usize = 3;

/// What was published in the last hour.
#[derive(Debug, Default)]
pub struct Budget(Mutex<HashMap<ChannelId, VecDeque<DateTime<Utc>>>>);

/// Whether a publication may use the places that are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// It may.
    Important,
    /// It may not.
    Ordinary,
}

impl Weight {
    /// Important is what tells of the beginning and of the end, where the severity is the worst there is.
    #[must_use]
    pub fn of(event: Option<&EventKind>, worst: bool) -> Self {
        let marks = matches!(
            event,
            Some(EventKind::Opened { .. } | EventKind::StatusChanged { to: Status::Resolved, .. })
        );
        if marks && worst { Self::Important } else { Self::Ordinary }
    }
}

impl Budget {
    /// A budget of which something was used before; the oldest first.
    #[must_use]
    pub fn after(published: Vec<(ChannelId, DateTime<Utc>)>) -> Self {
        let mut used: HashMap<_, VecDeque<_>> = HashMap::new();
        for (channel, at) in published {
            used.entry(channel).or_default().push_back(at);
        }
        Self(Mutex::new(used))
    }

    /// Takes a place, whether or not the publication then succeeds, since Discord counts it as well.
    ///
    /// # Errors
    /// The time at which there will be one.
    pub fn take(&self, channel: ChannelId, weight: Weight, now: DateTime<Utc>) -> Result<(), DateTime<Utc>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let used = all.entry(channel).or_default();
        while used.front().is_some_and(|at| *at + HOUR <= now) {
            used.pop_front();
        }
        let most = if weight == Weight::Important { IN_AN_HOUR } else { IN_AN_HOUR - KEPT };
        match used.len().checked_sub(most).and_then(|over| used.get(over)) {
            Some(over) => Err(*over + HOUR),
            None => {
                used.push_back(now);
                Ok(())
            }
        }
    }

    /// Gives back a place that was taken last and not used: the request did not leave.
    pub fn give_back(&self, channel: ChannelId) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(channel).or_default().pop_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEWS: ChannelId = ChannelId(20);

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_000_000 + minute * 60, 0).unwrap()
    }

    #[test]
    fn the_last_places_of_an_hour_are_for_the_beginning_and_the_end_of_the_worst() {
        let budget = Budget::default();
        for minute in 0..7 {
            assert_eq!(budget.take(NEWS, Weight::Ordinary, at(minute)), Ok(()));
        }
        assert_eq!(budget.take(NEWS, Weight::Ordinary, at(8)), Err(at(60)));
        assert_eq!(budget.take(ChannelId(21), Weight::Ordinary, at(8)), Ok(()), "another channel");
        for _ in 0..3 {
            assert_eq!(budget.take(NEWS, Weight::Important, at(9)), Ok(()));
        }
        assert_eq!(budget.take(NEWS, Weight::Important, at(9)), Err(at(60)));
        // What is important gets the first place that is free again; the ordinary waits until there are four.
        assert_eq!(budget.take(NEWS, Weight::Ordinary, at(60)), Err(at(63)));
        assert_eq!(budget.take(NEWS, Weight::Important, at(60)), Ok(()));
    }

    #[test]
    fn what_did_not_leave_is_not_counted_and_a_restart_forgets_nothing() {
        let budget = Budget::after((0..6).map(|minute| (NEWS, at(minute))).collect());
        assert_eq!(budget.take(NEWS, Weight::Ordinary, at(10)), Ok(()));
        budget.give_back(NEWS);
        assert_eq!(budget.take(NEWS, Weight::Ordinary, at(10)), Ok(()));
        assert_eq!(budget.take(NEWS, Weight::Ordinary, at(10)), Err(at(60)));
    }

    #[test]
    fn in_no_hour_there_are_more_than_ten() {
        let budget = Budget::default();
        let times: Vec<_> =
            (0..600).filter(|minute| budget.take(NEWS, Weight::Important, at(*minute)).is_ok()).collect();
        assert!(times.windows(11).all(|some| some[10] - some[0] >= 60), "{times:?}");
        assert_eq!(times.len(), 100);
    }
}
