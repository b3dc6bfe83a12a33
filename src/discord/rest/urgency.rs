//! How urgent a request is, when several compete for one limit.
//!
//! Pure. Who asks says so ([`Rest::at`](super::Rest::at)); the limiter lets the most urgent leave first. Must not know
//! what is asked.

/// The more urgent, the smaller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// A person waits for it this moment: the reply they are looking at.
    Reply,
    /// A ticket comes into being or goes on: card, thread, what is said in the thread. So is what the bot asks at its
    /// start.
    #[default]
    Ticket,
    /// An announcement, by the rank of the ticket's severity: 0 is the worst.
    Announcement(u8),
    /// What stands there already is brought up to date.
    Edit,
    /// Something is handed on to other servers.
    Publish,
    /// Reading for the archive. Never holds up anything else, and goes on all the same.
    Background,
}

impl Urgency {
    /// Whether it may be slowed down for the bot's own good.
    #[must_use]
    pub const fn can_wait(self) -> bool {
        matches!(self, Self::Edit | Self::Publish | Self::Background)
    }

    /// Whether it goes on when hardly anything does.
    #[must_use]
    pub const fn is_vital(self) -> bool {
        matches!(self, Self::Reply | Self::Ticket)
    }
}

#[cfg(test)]
mod tests {
    use super::Urgency::{Announcement, Background, Edit, Publish, Reply, Ticket};

    #[test]
    fn people_first_and_the_archive_last() {
        let order = [Reply, Ticket, Announcement(0), Announcement(3), Edit, Publish, Background];
        assert!(order.is_sorted());
        let waiting: Vec<_> = order.into_iter().filter(|one| one.can_wait()).collect();
        assert_eq!(waiting, [Edit, Publish, Background]);
        assert!(order.iter().all(|one| !(one.is_vital() && one.can_wait())));
    }
}
