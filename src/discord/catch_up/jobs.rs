//! What has to be read because nobody listened, and when.
//!
//! In memory: at a start everything is wanted anyhow. Must not know how it is read.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use tokio::sync::Notify;

use crate::domain::ChannelId;

/// Something to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Job {
    /// Find the threads that may lack something.
    Threads,
    /// Read what a thread lacks.
    Thread(ChannelId),
}

/// When a job is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Due {
    at: DateTime<Utc>,
    /// How often it failed.
    pub(super) failed: u32,
    /// Which wish it is, so that one that comes in the middle of the work is not taken for done.
    wish: u64,
}

/// What has to be read.
#[derive(Debug, Default)]
pub struct CatchUp {
    jobs: Mutex<Jobs>,
    asked: Notify,
}

#[derive(Debug, Default)]
struct Jobs {
    due: BTreeMap<Job, Due>,
    wishes: u64,
}

impl CatchUp {
    /// A new session began: whatever happened since the one before was not heard.
    pub fn session_began(&self, now: DateTime<Utc>) {
        self.want(Job::Threads, now);
    }

    /// A thread was made, in which something may have been said before it was listened to.
    pub fn thread_began(&self, thread: ChannelId, now: DateTime<Utc>) {
        self.want(Job::Thread(thread), now);
    }

    /// Something that happened in a thread could not be understood.
    pub fn thread_missed(&self, thread: ChannelId, now: DateTime<Utc>) {
        self.want(Job::Thread(thread), now);
    }

    /// When the next job is due; `None` if there is none.
    #[must_use]
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        self.jobs().due.values().map(|due| due.at).min()
    }

    /// Waits until something is wanted.
    pub(super) async fn asked(&self) {
        self.asked.notified().await;
    }

    /// Something has to be read from `at` on.
    pub(super) fn want(&self, job: Job, at: DateTime<Utc>) {
        let mut jobs = self.jobs();
        jobs.wishes += 1;
        let due = Due { at, failed: 0, wish: jobs.wishes };
        jobs.due.insert(job, due);
        self.asked.notify_one();
    }

    /// A job that is due.
    pub(super) fn first_due(&self, now: DateTime<Utc>) -> Option<(Job, Due)> {
        self.jobs().due.iter().find(|(_, due)| due.at <= now).map(|(job, due)| (*job, *due))
    }

    /// What became of a job: done, or to be tried again at a time. A wish that came meanwhile stands.
    pub(super) fn settle(&self, job: Job, begun: Due, again: Option<DateTime<Utc>>) {
        let mut jobs = self.jobs();
        if jobs.due.get(&job) != Some(&begun) {
            return;
        }
        match again {
            None => jobs.due.remove(&job),
            Some(at) => jobs.due.insert(job, Due { at, failed: begun.failed + 1, ..begun }),
        };
    }

    fn jobs(&self) -> MutexGuard<'_, Jobs> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_440_600 + second, 0).unwrap()
    }

    #[test]
    fn what_fails_is_due_again_and_what_was_wished_meanwhile_stands() {
        let catch_up = CatchUp::default();
        assert_eq!((catch_up.next_due(), catch_up.first_due(at(0))), (None, None));
        catch_up.thread_began(ChannelId(7), at(0));
        catch_up.session_began(at(0));
        let (job, due) = catch_up.first_due(at(0)).unwrap();
        assert_eq!(job, Job::Threads, "what threads there are comes first");
        catch_up.settle(job, due, None);
        let (job, due) = catch_up.first_due(at(0)).unwrap();
        catch_up.settle(job, due, Some(at(5)));
        assert_eq!((catch_up.first_due(at(4)), catch_up.next_due()), (None, Some(at(5))));
        let (job, due) = catch_up.first_due(at(5)).unwrap();
        assert_eq!((job, due.failed), (Job::Thread(ChannelId(7)), 1));
        catch_up.thread_began(ChannelId(7), at(5));
        catch_up.settle(job, due, None);
        assert!(catch_up.first_due(at(5)).is_some(), "wished for again while it was being read");
    }
}
