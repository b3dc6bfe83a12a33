//! Which thread belongs to which ticket, and whether its archive lacks anything.
//!
//! In memory, for deciding in no time whether a message matters. Must not know what a message says. Invariant: at a new
//! session no thread is complete, and only what was read in the same session makes it so; nor is one in which something
//! was missed.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::domain::{ChannelId, TicketNumber};

/// The threads of all tickets. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Threads(Arc<RwLock<Known>>);

#[derive(Debug, Default)]
struct Known {
    threads: HashMap<ChannelId, Thread>,
    /// Which session of the gateway it is.
    session: u64,
}

#[derive(Clone, Copy, Debug)]
struct Thread {
    ticket: TicketNumber,
    /// Whether everything said in it is in the archive or on its way there.
    complete: bool,
    /// Whether Discord archived it, as far as it was told in this session.
    archived: bool,
}

impl Threads {
    /// Adds a thread. The thread of a card has the card's id, so it can be added before it exists, and nothing said
    /// in it is missed.
    pub fn insert(&self, thread: ChannelId, ticket: TicketNumber) {
        self.write().threads.entry(thread).or_insert(Thread { ticket, complete: false, archived: false });
    }

    /// The ticket whose thread this is.
    #[must_use]
    pub fn ticket(&self, thread: ChannelId) -> Option<TicketNumber> {
        self.read().threads.get(&thread).map(|thread| thread.ticket)
    }

    /// The same, and whether nothing before what is heard now is missing.
    #[must_use]
    pub fn ticket_and_completeness(&self, thread: ChannelId) -> Option<(TicketNumber, bool)> {
        self.read().threads.get(&thread).map(|thread| (thread.ticket, thread.complete))
    }

    /// A new session began: something may be missing everywhere.
    pub fn session_began(&self) {
        let mut known = self.write();
        known.session += 1;
        known.threads.values_mut().for_each(|thread| (thread.complete, thread.archived) = (false, false));
    }

    /// Discord archived a thread: while it is, nobody is told of what happens in it.
    pub fn archived(&self, thread: ChannelId) {
        if let Some(thread) = self.write().threads.get_mut(&thread) {
            (thread.complete, thread.archived) = (false, true);
        }
    }

    /// Discord took a thread out of its archive; says whether something may be missing in ours.
    #[must_use]
    pub fn came_back(&self, thread: ChannelId) -> bool {
        let mut known = self.write();
        let Some(thread) = known.threads.get_mut(&thread) else { return false };
        thread.archived = false;
        !thread.complete
    }

    /// Something said in a thread was missed, if it is a ticket's; says whether it is.
    pub fn doubt(&self, thread: ChannelId) -> bool {
        self.write().threads.get_mut(&thread).map(|thread| thread.complete = false).is_some()
    }

    /// Which session it is.
    #[must_use]
    pub fn session(&self) -> u64 {
        self.read().session
    }

    /// Nothing is missing in a thread, as was found out during `session`.
    pub fn set_complete(&self, thread: ChannelId, session: u64) {
        let mut known = self.write();
        if known.session == session
            && let Some(thread) = known.threads.get_mut(&thread)
        {
            thread.complete = !thread.archived;
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Known> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Known> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_is_complete_only_in_the_session_in_which_it_was_read() {
        let (threads, thread, ticket) = (Threads::default(), ChannelId(7), TicketNumber(1));
        assert_eq!(threads.ticket_and_completeness(thread), None);
        threads.insert(thread, ticket);
        let session = threads.session();
        threads.session_began();
        threads.set_complete(thread, session);
        assert_eq!(threads.ticket_and_completeness(thread), Some((ticket, false)));
        threads.set_complete(thread, threads.session());
        threads.insert(thread, ticket);
        assert_eq!(threads.ticket_and_completeness(thread), Some((ticket, true)));
        assert!(!threads.came_back(thread));
        threads.archived(thread);
        // What was being read when it was archived does not tell how it will come back.
        threads.set_complete(thread, threads.session());
        assert_eq!(threads.ticket_and_completeness(thread), Some((ticket, false)));
        assert!(threads.came_back(thread));
        threads.set_complete(thread, threads.session());
        threads.session_began();
        assert_eq!(threads.ticket_and_completeness(thread), Some((ticket, false)));
        threads.set_complete(thread, threads.session());
        assert!(threads.doubt(thread) && !threads.doubt(ChannelId(8)));
        assert_eq!(threads.ticket_and_completeness(thread), Some((ticket, false)));
    }
}
