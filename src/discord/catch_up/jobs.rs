//! What has to be read because nobody listened, and when.
//!
//! In memory: at a start everything is wanted anyhow. Also whether the bot listens at all, which tells what has to be
//! read. Must not know how it is read.

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
    hearing: Mutex<Hearing>,
    asked: Notify,
}

/// Whether the bot is told what happens, and when it was not.
#[derive(Debug, Default)]
struct Hearing {
    /// Since when it is not told; `None` while it is.
    deaf_since: Option<DateTime<Utc>>,
    /// Up to when it is known to have been told, for the case that nobody noticed the end.
    heard_to: Option<DateTime<Utc>>,
    /// Stretches of time that are over and not written down yet.
    stretches: Vec<Stretch>,
}

/// From when until when.
pub(super) type Stretch = (DateTime<Utc>, DateTime<Utc>);

#[derive(Debug, Default)]
struct Jobs {
    due: BTreeMap<Job, Due>,
    wishes: u64,
}

impl CatchUp {
    /// Whether anything has to be read.
    #[cfg(test)]
    pub(in crate::discord) fn wants_anything(&self) -> bool {
        !self.jobs.lock().unwrap_or_else(PoisonError::into_inner).due.is_empty()
    }

    /// How it is at the start: nothing is heard since `heard_to`, if anything was before.
    pub fn begin(&self, heard_to: Option<DateTime<Utc>>, now: DateTime<Utc>) {
        *self.hearing() = Hearing { deaf_since: heard_to.or(Some(now)), heard_to, stretches: Vec::new() };
    }

    /// The connection broke.
    pub fn hears_nothing(&self, now: DateTime<Utc>) {
        self.hearing().deaf_since.get_or_insert(now);
    }

    /// The session goes on, and what happened meanwhile is told again.
    pub fn hears_again(&self) {
        self.hearing().deaf_since = None;
    }

    /// Since when nothing is heard; `None` while the bot listens.
    #[must_use]
    pub fn deaf_since(&self) -> Option<DateTime<Utc>> {
        self.hearing().deaf_since
    }

    /// Notes that the bot listens, and says so; or that it does not.
    pub(super) fn listens(&self, now: DateTime<Utc>) -> bool {
        let mut hearing = self.hearing();
        let listens = hearing.deaf_since.is_none();
        if listens {
            hearing.heard_to = Some(now);
        }
        listens
    }

    /// The stretches in which nothing was heard and which are not written down yet.
    pub(super) fn stretches(&self) -> Vec<Stretch> {
        self.hearing().stretches.clone()
    }

    /// Those are written down.
    pub(super) fn wrote(&self, stretches: &[Stretch]) {
        self.hearing().stretches.retain(|one| !stretches.contains(one));
    }

    /// A new session began: whatever happened since the one before was not heard.
    pub fn session_began(&self, now: DateTime<Utc>) {
        {
            let mut hearing = self.hearing();
            let deaf_since = hearing.deaf_since.take().filter(|_| hearing.heard_to.is_some());
            let from = deaf_since.or(hearing.heard_to).filter(|from| *from < now);
            hearing.stretches.extend(from.map(|from| (from, now)));
            hearing.heard_to = Some(now);
        }
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

    fn hearing(&self) -> MutexGuard<'_, Hearing> {
        self.hearing.lock().unwrap_or_else(PoisonError::into_inner)
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
    fn when_nobody_listened_is_known() {
        let catch_up = CatchUp::default();
        catch_up.begin(Some(at(0)), at(60));
        assert!(!catch_up.listens(at(61)));
        catch_up.session_began(at(62));
        assert_eq!(catch_up.stretches(), [(at(0), at(62))], "since it was stopped");
        assert!(catch_up.listens(at(70)));
        // A session that goes on has no hole; a new one has.
        catch_up.hears_nothing(at(80));
        catch_up.hears_nothing(at(81));
        assert_eq!(catch_up.deaf_since(), Some(at(80)));
        catch_up.hears_again();
        catch_up.wrote(&[(at(0), at(62))]);
        assert_eq!((catch_up.deaf_since(), catch_up.stretches()), (None, Vec::new()));
        catch_up.hears_nothing(at(90));
        catch_up.session_began(at(95));
        // Where nobody noticed the end, the last time that is certain counts.
        assert!(catch_up.listens(at(100)));
        catch_up.session_began(at(110));
        assert_eq!(catch_up.stretches(), [(at(90), at(95)), (at(100), at(110))]);
        // Before its first session nothing was missed.
        let first = CatchUp::default();
        first.begin(None, at(0));
        first.session_began(at(1));
        assert_eq!(first.stretches(), []);
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
