//! The card: a ticket's first message in the tickets channel, edited in place, with the buttons.
//!
//! Shows the present state and nothing else. Invariant: the buttons are those that can do something now.

use super::facts::stack;
use super::text::quote;
use super::{Naming, View};
use crate::discord::custom_id::CustomId;
use crate::discord::message::{Button, Embed, Message, Row, Style};
use crate::domain::{Milestone, Ticket};

/// How much of the details stands on the card; the thread's first message has them all.
const DETAILS_MAX: usize = 700;
/// How many lines of them.
const DETAILS_LINES: usize = 8;

impl View<'_> {
    /// The card. `mark` is that of the delivery, by which the message can be found again.
    #[must_use]
    pub fn card(&self, ticket: &Ticket, mark: &str) -> Message {
        let embed = Embed::new(self.heading(ticket), self.colour(ticket))
            .url(self.thread_link(ticket))
            .description(self.card_text(ticket))
            .footer(mark);
        Message::default().embed(embed).row(self.card_buttons(ticket))
    }

    fn card_text(&self, ticket: &Ticket) -> String {
        let details = quote(&ticket.facts.details, DETAILS_MAX, DETAILS_LINES);
        stack([
            Some(self.state_line(ticket)),
            self.services_line(ticket),
            self.affected_line(ticket),
            self.frequency_line(ticket),
            self.started_line(ticket),
            Some(self.opened_line(ticket, Naming::Mention)),
            self.milestone_line(ticket, Milestone::Restored),
            self.milestone_line(ticket, Milestone::Closed),
            self.charge_line(ticket, Naming::Mention),
            self.reports_line(ticket),
            Some(self.changed_line(ticket)),
            Some(details),
        ])
    }

    fn card_buttons(&self, ticket: &Ticket) -> Row {
        let number = ticket.number;
        if ticket.status.is_end() {
            return Row::Buttons(vec![Button::new(
                "Reopen",
                Style::Secondary,
                CustomId::Reopen(number).encode(),
            )]);
        }
        // What is needed next stands out: first somebody to take it.
        let taken = ticket.all_in_charge().next().is_some();
        let take = if taken { Style::Secondary } else { Style::Primary };
        Row::Buttons(vec![
            Button::new("Take", take, CustomId::Take(number).encode()),
            Button::new("Status", Style::Secondary, CustomId::Status(number).encode()),
            Button::new("Note", Style::Secondary, CustomId::Note(number).encode()),
            Button::new("Report", Style::Secondary, CustomId::Report(number).encode()),
        ])
    }
}
