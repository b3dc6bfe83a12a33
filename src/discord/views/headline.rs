//! What managers read in the announcement channels: the headline, and short updates.
//!
//! A headline shows the present state and is edited in place; an update tells one event, and stays. Both may be read
//! on other servers that follow the channel, so persons stand by name and the way to the thread is a whole link.
//! Invariant: only the roles given are called, and only by the content.

use super::facts::{DOT, stack};
use super::text::{mention_role, quote};
use super::{Naming, View};
use crate::discord::message::{Embed, Message};
use crate::domain::{Event, EventKind, Milestone, RoleId, Ticket};

/// How much of what was said stands in an update.
const SAID_MAX: usize = 600;
/// How many lines of it.
const SAID_LINES: usize = 6;

impl View<'_> {
    /// The ticket's one message in an announcement channel.
    #[must_use]
    pub fn headline(&self, ticket: &Ticket, mark: &str, mention: &[RoleId]) -> Message {
        let text = stack([
            Some(self.state_line(ticket)),
            self.services_line(ticket),
            self.affected_line(ticket),
            Some(self.since_line(ticket)),
            self.milestone_line(ticket, Milestone::Restored),
            self.milestone_line(ticket, Milestone::Closed),
            self.charge_line(ticket, Naming::Name),
            Some(self.changed_line(ticket)),
            self.thread_link(ticket),
        ]);
        self.announcement(ticket, text, mark, mention)
    }

    /// One thing that happened.
    #[must_use]
    pub fn update(&self, ticket: &Ticket, event: &Event, mark: &str, mention: &[RoleId]) -> Message {
        // The step that this event began, also when the ticket has moved on since.
        let next = match &event.kind {
            EventKind::StatusChanged { to, .. } => self.language.next(*to),
            _ => self.what_follows(ticket),
        };
        let facts = [self.severity(&ticket.facts.severity), self.services(ticket)];
        let facts = facts.into_iter().filter(|fact| !fact.is_empty()).collect::<Vec<_>>().join(DOT);
        let text = stack([
            Some(facts),
            Some(self.sentence(event, Naming::Name)),
            Some(quote(Self::said(event), SAID_MAX, SAID_LINES)),
            Some(next.to_owned()),
            self.thread_link(ticket),
        ]);
        self.announcement(ticket, text, mark, mention)
    }

    fn announcement(&self, ticket: &Ticket, text: String, mark: &str, mention: &[RoleId]) -> Message {
        let calls = mention.iter().map(|role| mention_role(*role)).collect::<Vec<_>>().join(" ");
        let embed = Embed::new(self.heading(ticket), self.colour(ticket))
            .url(self.thread_link(ticket))
            .description(text)
            .footer(mark);
        Message::text(calls).embed(embed).calling_roles(mention.iter().copied())
    }

    /// Since when it lasts: from its start, or from its opening while the start is unknown.
    fn since_line(&self, ticket: &Ticket) -> String {
        let known = ticket.milestones.started.and_then(|_| self.started_line(ticket));
        known.unwrap_or_else(|| self.opened_line(ticket, Naming::Name))
    }
}
