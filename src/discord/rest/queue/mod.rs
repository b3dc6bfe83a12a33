//! Who leaves next, when several requests wait for one limit.
//!
//! Requests stand in one line, the most urgent first, and among equals the one that came first. Whenever something
//! changes, the line is gone through from its head, and whoever `limiter` lets pass leaves: so the last place in a
//! bucket goes to the most urgent of those who want it, while nobody waits for a bucket that is not theirs. Must not know
//! what the requests do.
//!
//! Invariants: reading for the archive leaves room in each second for everything else, and is never passed over for
//! longer than [`PASSED_OVER`]; a wait ends at [`PATIENCE`], so that nobody holds a delivery for an hour.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

use super::limiter::{Key, Limits, NOT_FOR_READING, Notice, PER_SECOND};
use super::route::Lane;
use super::timing::Timing;
use super::urgency::Urgency;
use crate::clock::Clock;

/// The longest wait in here; what would have to wait longer is handed back with the time it takes.
pub(super) const PATIENCE: Duration = Duration::from_secs(15);

/// After so long a request of the archive stands with the tickets.
const PASSED_OVER: TimeDelta = TimeDelta::seconds(10);

/// Lets requests leave when Discord will take them, the most urgent first.
pub(super) struct Queue {
    clock: Clock,
    state: Mutex<State>,
}

struct State {
    limits: Limits,
    /// Who waits, in the order in which they came.
    waiting: BTreeMap<u64, Waiting>,
    last: u64,
}

struct Waiting {
    lane: Lane,
    urgency: Urgency,
    since: DateTime<Utc>,
    turn: watch::Sender<Turn>,
}

/// Where somebody stands.
#[derive(Clone, PartialEq)]
enum Turn {
    /// Not before that time; `None`: not before something is answered.
    Wait(Option<DateTime<Utc>>),
    /// Now.
    Go(Key),
}

/// A place in the line. Given up, it is taken back; what it was let pass for counts as spent.
struct Place<'a> {
    queue: &'a Queue,
    number: u64,
    lane: Lane,
    turn: watch::Receiver<Turn>,
    left: bool,
}

/// The right to send one request; give it back with [`Permit::answered`]. Dropped without an answer, the request
/// counts as spent.
pub(super) struct Permit<'a> {
    queue: &'a Queue,
    lane: Lane,
    key: Key,
    notice: Notice,
}

impl Queue {
    pub(super) fn new(clock: Clock, timing: Timing) -> Self {
        let (limits, waiting) = (Limits::new(timing), BTreeMap::new());
        Self { clock, state: Mutex::new(State { limits, waiting, last: 0 }) }
    }

    /// Waits until a request of `lane` may leave; `Err` is how long it would have to wait where that is too long.
    pub(super) async fn enter(&self, lane: Lane, urgency: Urgency) -> Result<Permit<'_>, Duration> {
        let patience = self.clock.now() + PATIENCE;
        let mut place = self.stand(lane, urgency);
        loop {
            let turn = place.turn.borrow_and_update().clone();
            let until = match turn {
                Turn::Go(key) => return Ok(place.leave(key)),
                Turn::Wait(until) => until,
            };
            let (now, wake) = (self.clock.now(), until.unwrap_or(patience));
            if wake > patience || now >= patience {
                return Err((wake - now).to_std().unwrap_or_default());
            }
            tokio::select! {
                // The sender lives as long as the place; were it gone, the time would still come.
                Ok(()) = place.turn.changed() => {}
                () = self.clock.sleep_until(wake) => self.state().move_on(self.clock.now()),
            }
        }
    }

    fn stand(&self, lane: Lane, urgency: Urgency) -> Place<'_> {
        let now = self.clock.now();
        let (sender, turn) = watch::channel(Turn::Wait(None));
        let mut state = self.state();
        state.last += 1;
        let number = state.last;
        let waiting = Waiting { lane: lane.clone(), urgency, since: now, turn: sender };
        state.waiting.insert(number, waiting);
        state.move_on(now);
        Place { queue: self, number, lane, turn, left: false }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> Place<'a> {
    fn leave(mut self, key: Key) -> Permit<'a> {
        self.left = true;
        Permit { queue: self.queue, lane: self.lane.clone(), key, notice: Notice::default() }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if self.left {
            return;
        }
        let now = self.queue.clock.now();
        let mut state = self.queue.state();
        state.waiting.remove(&self.number);
        let turn = self.turn.borrow().clone();
        if let Turn::Go(key) = turn {
            state.limits.settle(&self.lane, &key, &Notice::default(), now);
        }
        state.move_on(now);
    }
}

impl Permit<'_> {
    /// Tells what the answer said.
    pub(super) fn answered(mut self, notice: Notice) {
        self.notice = notice;
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let now = self.queue.clock.now();
        let mut state = self.queue.state();
        state.limits.settle(&self.lane, &self.key, &self.notice, now);
        state.move_on(now);
    }
}

impl State {
    /// Lets everybody leave who may, the most urgent first, and tells the others how long they wait.
    fn move_on(&mut self, now: DateTime<Utc>) {
        let Self { limits, waiting, .. } = self;
        let mut line: Vec<_> = waiting.iter().map(|(number, one)| (one.urgency_at(now), *number)).collect();
        line.sort_unstable();
        for (urgency, number) in line {
            let Some(one) = waiting.get(&number) else { continue };
            let kept = if urgency == Urgency::Background { NOT_FOR_READING } else { 0 };
            match limits.admit(&one.lane, PER_SECOND - kept, now) {
                Ok(key) => {
                    one.turn.send_replace(Turn::Go(key));
                    waiting.remove(&number);
                }
                Err(until) => {
                    let turn = Turn::Wait(until);
                    one.turn.send_if_modified(|old| {
                        *old != turn && {
                            *old = turn;
                            true
                        }
                    });
                }
            }
        }
    }
}

impl Waiting {
    fn urgency_at(&self, now: DateTime<Utc>) -> Urgency {
        match self.urgency {
            Urgency::Background if self.since + PASSED_OVER <= now => Urgency::Ticket,
            urgency => urgency,
        }
    }
}

#[cfg(test)]
mod tests;
