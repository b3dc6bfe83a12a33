//! What time it is, and waiting: leases, retries, "not in the future".
//!
//! A clock is a parameter, never a global. The system's clock runs by itself; a stepped one stands still until
//! somebody moves it, so that a replay or a test can live through a day without waiting for one.
//! It must not know what is waited for. Every time it gives is cut to microseconds, the precision both databases
//! keep, so that a stored time compares equal to the one that was written.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, SubsecRound, Utc};
use tokio::sync::watch;

/// A source of time; cheap to clone, all clones tell the same time.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Stepped(Arc<Stepped>),
}

#[derive(Debug)]
struct Stepped {
    now: watch::Sender<DateTime<Utc>>,
    sleepers: Mutex<Sleepers>,
}

#[derive(Debug, Default)]
struct Sleepers {
    last: u64,
    /// When each sleeper wants to wake, with a number that tells equal times apart.
    wakes: BTreeSet<(DateTime<Utc>, u64)>,
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `start` until [`Clock::advance_to`] moves it.
    #[must_use]
    pub fn stepped(start: DateTime<Utc>) -> Self {
        let now = watch::Sender::new(start.trunc_subsecs(6));
        Self(Source::Stepped(Arc::new(Stepped { now, sleepers: Mutex::default() })))
    }

    /// The present, in whole microseconds.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            #[expect(clippy::disallowed_methods, reason = "the one reader of the system's clock")]
            Source::System => Utc::now().trunc_subsecs(6),
            Source::Stepped(stepped) => *stepped.now.borrow(),
        }
    }

    /// Moves a stepped clock forward to `time`; a time that has passed already changes nothing, and neither does
    /// moving the system's clock.
    pub fn advance_to(&self, time: DateTime<Utc>) {
        if let Source::Stepped(stepped) = &self.0 {
            let time = time.trunc_subsecs(6);
            stepped.now.send_if_modified(|now| {
                let later = time > *now;
                *now = time.max(*now);
                later
            });
        }
    }

    /// Waits until the clock shows `time`, to the microsecond.
    pub async fn sleep_until(&self, time: DateTime<Utc>) {
        let time = time.trunc_subsecs(6);
        match &self.0 {
            Source::System => {
                // The system's clock may be set back while we sleep, so look again.
                while let Ok(left) = (time - self.now()).to_std() {
                    if left.is_zero() {
                        break;
                    }
                    tokio::time::sleep(left.min(Duration::from_secs(60))).await;
                }
            }
            Source::Stepped(stepped) => {
                let _asleep = Asleep::new(stepped, time);
                // The sender lives as long as `stepped`, so this ends only when the time has come.
                let _ = stepped.now.subscribe().wait_for(|now| *now >= time).await;
            }
        }
    }

    /// Waits for `duration` on this clock.
    pub async fn sleep(&self, duration: Duration) {
        let duration = chrono::Duration::from_std(duration).unwrap_or(chrono::Duration::days(365));
        self.sleep_until(self.now() + duration).await;
    }

    /// When the next sleeper of a stepped clock wants to wake: where a test has to move it to. `None` for the
    /// system's clock and while nobody sleeps.
    #[must_use]
    pub fn next_wake(&self) -> Option<DateTime<Utc>> {
        match &self.0 {
            Source::System => None,
            Source::Stepped(stepped) => stepped.sleepers().wakes.first().map(|(time, _)| *time),
        }
    }
}

impl Stepped {
    fn sleepers(&self) -> MutexGuard<'_, Sleepers> {
        self.sleepers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An entry in the list of sleepers for as long as somebody sleeps.
struct Asleep<'a> {
    stepped: &'a Stepped,
    key: (DateTime<Utc>, u64),
}

impl<'a> Asleep<'a> {
    fn new(stepped: &'a Stepped, time: DateTime<Utc>) -> Self {
        let mut sleepers = stepped.sleepers();
        sleepers.last += 1;
        let key = (time, sleepers.last);
        sleepers.wakes.insert(key);
        Self { stepped, key }
    }
}

impl Drop for Asleep<'_> {
    fn drop(&mut self) {
        self.stepped.sleepers().wakes.remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_000_000, 123_456_789).unwrap()
    }

    #[test]
    fn times_are_cut_to_what_both_databases_keep() {
        assert_eq!(Clock::stepped(noon()).now().timestamp_subsec_nanos(), 123_456_000);
        assert_eq!(Clock::system().now().timestamp_subsec_nanos() % 1000, 0);
    }

    #[tokio::test]
    async fn a_stepped_clock_wakes_sleepers_in_time_and_never_goes_back() {
        let clock = Clock::stepped(noon());
        let wake = noon() + chrono::Duration::minutes(5);
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep_until(wake).await }
        });
        while clock.next_wake().is_none() {
            tokio::task::yield_now().await;
        }
        assert_eq!(clock.next_wake(), Some(wake.trunc_subsecs(6)));
        clock.advance_to(wake);
        sleeper.await.unwrap();
        assert_eq!(clock.next_wake(), None);
        clock.advance_to(noon());
        assert_eq!(clock.now(), wake.trunc_subsecs(6));
    }
}
