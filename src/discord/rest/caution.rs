//! Slows the bot down long before Discord shuts its machine out.
//!
//! Discord does so after 10,000 answers of 401, 403 and 429 within ten minutes, whoever on the machine caused them
//! (reference, "Invalid Request Limit"). Those are counted here over the last ten minutes, answers to interactions
//! included. From [`CAREFUL`] on what can wait leaves one by one; from [`ALARMED`] on only what people wait for and
//! tickets go. Each step is told once in the log, with what to do. Must not know why requests are refused.
//! Invariant: no answer counts twice, and after ten quiet minutes all is as before.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use super::queue::PATIENCE;
use super::urgency::Urgency;

/// How many invalid answers in ten minutes slow down what can wait.
const CAREFUL: u32 = 1_000;
/// How many stop everything but replies and tickets.
const ALARMED: u32 = 5_000;
/// The time Discord counts over.
const WINDOW: TimeDelta = TimeDelta::minutes(10);
/// Answers are counted by stretches of this length.
const STRETCH: TimeDelta = TimeDelta::seconds(10);
/// The pause between two requests that can wait.
const SPACE: TimeDelta = TimeDelta::seconds(1);
/// How long what may not go now is put off.
const PUT_OFF: TimeDelta = TimeDelta::minutes(1);

/// How careful the bot is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// All is well.
    #[default]
    Calm,
    /// What can wait leaves one by one.
    Careful,
    /// Only replies and tickets go.
    Alarmed,
}

/// Counts invalid answers.
#[derive(Debug, Default)]
pub(super) struct Caution(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// When each stretch began, and how many there were in it.
    stretches: VecDeque<(DateTime<Utc>, u32)>,
    told: Step,
    /// When the next request that can wait may leave.
    next: Option<DateTime<Utc>>,
}

impl Caution {
    /// Counts an answer; `shared` are refusals of a limit that is not the bot's own, which Discord does not count.
    pub(super) fn answered(&self, status: u16, shared: bool, now: DateTime<Utc>) {
        if !matches!(status, 401 | 403 | 429) || (status == 429 && shared) {
            return;
        }
        let mut state = self.state();
        match state.stretches.back_mut() {
            Some((began, count)) if *began + STRETCH > now => *count += 1,
            _ => state.stretches.push_back((now, 1)),
        }
        state.step(now);
    }

    /// When a request may leave.
    pub(super) fn leave(&self, urgency: Urgency, now: DateTime<Utc>) -> DateTime<Utc> {
        let mut state = self.state();
        match state.step(now) {
            Step::Alarmed if !urgency.is_vital() => now + PUT_OFF,
            Step::Careful if urgency.can_wait() => {
                let turn = state.next.filter(|next| *next > now).unwrap_or(now);
                // What has to wait too long for its turn is handed back, and leaves it to others.
                if turn <= now + PATIENCE {
                    state.next = Some(turn + SPACE);
                }
                turn
            }
            _ => now,
        }
    }

    /// How careful it is, and how many invalid answers there were in the last ten minutes.
    pub(super) fn seen(&self, now: DateTime<Utc>) -> (Step, u32) {
        let mut state = self.state();
        (state.step(now), state.count())
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn count(&self) -> u32 {
        self.stretches.iter().map(|(_, count)| count).sum()
    }

    /// The present step; a new one is told.
    fn step(&mut self, now: DateTime<Utc>) -> Step {
        // A stretch counts until its last answer is ten minutes old.
        while self.stretches.front().is_some_and(|(began, _)| *began + STRETCH + WINDOW <= now) {
            self.stretches.pop_front();
        }
        let count = self.count();
        let step = match count {
            ALARMED.. => Step::Alarmed,
            CAREFUL.. => Step::Careful,
            _ => Step::Calm,
        };
        if step != self.told {
            self.told = step;
            step.tell(count);
        }
        step
    }
}

impl Step {
    fn tell(self, refused: u32) {
        match self {
            Self::Calm => {
                tracing::info!(refused, "Discord refuses few requests again: back to the usual speed");
            }
            Self::Careful => tracing::warn!(
                refused,
                "Discord refused many requests in the last ten minutes (401, 403 or 429): edits, publishing and the \
                 archive are slowed down. See `trouble-ticket deliveries` and give the bot the permissions that it \
                 lacks; if other programs use this bot's token or this machine's address, stop them"
            ),
            Self::Alarmed => tracing::warn!(
                refused,
                "Discord refused so many requests in the last ten minutes (401, 403 or 429) that it may soon shut out \
                 this machine: only answers, cards and threads go now. Give the bot the permissions that it lacks, \
                 check the token, and stop whatever else speaks to Discord from here"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_000_000 + second, 0).unwrap()
    }

    /// So many invalid answers, spread over a minute.
    fn refused(times: u32) -> Caution {
        let caution = Caution::default();
        for turn in 0..times {
            caution.answered([401, 403, 429][turn as usize % 3], false, at(i64::from(turn) % 2));
        }
        caution
    }

    #[test]
    fn what_can_wait_is_spaced_and_the_rest_goes_on() {
        let caution = refused(999);
        assert_eq!((caution.leave(Urgency::Background, at(2)), caution.seen(at(2)).0), (at(2), Step::Calm));
        caution.answered(403, false, at(2));
        let turns: Vec<_> = [Urgency::Background, Urgency::Edit, Urgency::Publish]
            .map(|urgency| (caution.leave(urgency, at(2)) - at(2)).num_seconds())
            .into();
        assert_eq!(turns, [0, 1, 2]);
        for urgency in [Urgency::Reply, Urgency::Ticket, Urgency::Announcement(3)] {
            assert_eq!(caution.leave(urgency, at(2)), at(2), "{urgency:?}");
        }
    }

    #[test]
    fn near_the_end_only_people_and_tickets_are_served_until_it_is_over() {
        let caution = refused(5_000);
        assert_eq!(caution.seen(at(60)), (Step::Alarmed, 5_000));
        assert_eq!(caution.leave(Urgency::Ticket, at(60)), at(60));
        assert_eq!(caution.leave(Urgency::Announcement(0), at(60)), at(120));
        assert_eq!(caution.seen(at(605)), (Step::Alarmed, 5_000), "not yet");
        assert_eq!(caution.seen(at(611)), (Step::Calm, 0));
        assert_eq!(caution.leave(Urgency::Background, at(611)), at(611));
    }

    #[test]
    fn other_answers_and_limits_of_others_do_not_count() {
        let caution = Caution::default();
        for (status, shared) in [(200, false), (404, false), (500, false), (429, true)] {
            caution.answered(status, shared, at(0));
        }
        assert_eq!(caution.seen(at(0)).1, 0);
        caution.answered(403, true, at(0));
        assert_eq!(caution.seen(at(0)).1, 1);
    }
}
