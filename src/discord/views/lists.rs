//! Answers that show much: one ticket in full, many tickets, the history.
//!
//! Invariant: what does not fit is counted, never dropped in silence.

use super::facts::{DOT, stack};
use super::replies::count;
use super::text::{block, line, relative, time};
use super::{Naming, View};
use crate::discord::custom_id::CustomId;
use crate::discord::limits::{self, length};
use crate::discord::message::{Button, Embed, Message, Row, Style};
use crate::domain::{Charge, Event, Milestone, SeverityKey, Ticket};

/// Room for the reporter's details when a ticket is shown in full.
const DETAILS_MAX: usize = 1800;
/// How many lines of them.
const DETAILS_LINES: usize = 40;
/// How many people who were in charge are shown; the latest count.
const CHARGES_SHOWN: usize = 8;
/// How long a title may be among others.
const TITLE_MAX: usize = 90;
/// Kept free in a list for the line that counts what is left out.
const MORE_ROOM: usize = 120;
/// Events on one page of the history.
const EVENTS_ON_PAGE: usize = 8;
/// How much of what was said stands in the history.
const SAID_MAX: usize = 160;
/// The colour of lists, which are about no ticket alone.
const BLURPLE: u32 = 0x58_65f2;

impl View<'_> {
    /// All that is known of a ticket.
    #[must_use]
    pub fn show(&self, ticket: &Ticket) -> Message {
        let reached = |milestone| self.milestone_line(ticket, milestone);
        let text = stack([
            Some(self.state_line(ticket)),
            self.services_line(ticket),
            self.affected_line(ticket),
            self.frequency_line(ticket),
            self.started_line(ticket),
            Some(self.opened_line(ticket, Naming::Mention)),
            reached(Milestone::Acknowledged),
            reached(Milestone::Identified),
            reached(Milestone::Restored),
            reached(Milestone::Closed),
            self.charge_line(ticket, Naming::Mention),
            self.reports_line(ticket),
            Some(self.changed_line(ticket)),
            self.thread_link(ticket),
            Some(self.what_follows(ticket).to_owned()),
        ]);
        let mut embed = Embed::new(self.heading(ticket), self.colour(ticket)).url(self.thread_link(ticket));
        embed = embed.description(text);
        let mut message = Message { ephemeral: true, ..Message::default() };
        let past = self.past_charges(ticket);
        if !past.is_empty() {
            embed = embed.field("Was in charge", past);
        }
        message = message.embed(embed);
        match block(&ticket.facts.details, DETAILS_MAX, DETAILS_LINES) {
            details if details.is_empty() => message,
            details => {
                message.embed(Embed::new("What was reported", self.colour(ticket)).description(details))
            }
        }
    }

    /// Who was in charge and no longer is, the latest last.
    fn past_charges(&self, ticket: &Ticket) -> String {
        let past: Vec<&Charge> = ticket.charges.iter().filter(|charge| charge.until.is_some()).collect();
        let shown = past.iter().skip(past.len().saturating_sub(CHARGES_SHOWN));
        let one = |charge: &&Charge| {
            let until = charge.until.map(time).unwrap_or_default();
            Some(format!("{}: {} until {until}", self.team(&charge.team), self.who(&charge.person)))
        };
        stack(shown.map(one))
    }

    /// Tickets by severity, the oldest first. `filtered` if the person asked for some of them only.
    #[must_use]
    pub fn list(&self, tickets: &[Ticket], filtered: bool) -> Message {
        if tickets.is_empty() {
            let nothing = match filtered {
                true => "No ticket matches. Leave out an option to see more.",
                false => "No ticket is open. `/ticket open` opens one.",
            };
            return Message::private(nothing);
        }
        let mut sorted: Vec<&Ticket> = tickets.iter().collect();
        sorted.sort_by_key(|ticket| {
            (self.rank(&ticket.facts.severity), ticket.milestones.opened, ticket.number)
        });
        let (text, left_out) = self.rows(&sorted);
        let more =
            format!("and {left_out} more: narrow the list with `status`, `team`, `severity` or `mine`.");
        let running = tickets.iter().all(|ticket| !ticket.status.is_end());
        let what = if running { ("open ticket", "open tickets") } else { ("ticket", "tickets") };
        let text = stack([Some(text), (left_out > 0).then_some(more)]);
        let embed = Embed::new(count(tickets.len(), what.0, what.1), BLURPLE).description(text);
        Message { ephemeral: true, ..Message::default() }.embed(embed)
    }

    /// As many rows as there is room for, under a heading for each severity, and how many tickets are left out.
    fn rows(&self, sorted: &[&Ticket]) -> (String, usize) {
        let mut text = String::new();
        let mut severity = None;
        for (at, ticket) in sorted.iter().enumerate() {
            let mut row = self.row(ticket);
            if severity != Some(&ticket.facts.severity) {
                row = format!("**{}**\n{row}", self.severity(&ticket.facts.severity));
            }
            if length(&text) + length(&row) + 1 > limits::EMBED_DESCRIPTION - MORE_ROOM {
                return (text, sorted.len() - at);
            }
            severity = Some(&ticket.facts.severity);
            text = stack([Some(text), Some(row)]);
        }
        (text, 0)
    }

    fn row(&self, ticket: &Ticket) -> String {
        let number = match self.thread_link(ticket) {
            Some(link) => format!("[{}]({link})", ticket.number),
            None => ticket.number.to_string(),
        };
        let charge = ticket.all_in_charge().map(|charge| self.person(&charge.person, Naming::Name));
        let charge = super::facts::some(charge.collect(), ", ");
        let charge = if charge.is_empty() { "nobody in charge".to_owned() } else { charge };
        let (title, status) = (line(&ticket.facts.title, TITLE_MAX), self.language.status(ticket.status));
        let opened = relative(ticket.milestones.opened);
        format!("- {number} {title}{DOT}**{status}**{DOT}{opened}{DOT}{charge}")
    }

    /// Worst first; severities the config no longer has come last.
    fn rank(&self, key: &SeverityKey) -> usize {
        let known = self.directory.severities.iter().position(|severity| severity.key == *key);
        known.unwrap_or(self.directory.severities.len())
    }

    /// What happened, in time order, a page at a time. `page` counts from 0; without one, the latest.
    #[must_use]
    pub fn history(&self, ticket: &Ticket, events: &[Event], page: Option<usize>) -> Message {
        let pages = events.len().div_ceil(EVENTS_ON_PAGE).max(1);
        let page = page.unwrap_or(pages - 1).min(pages - 1);
        let shown = events.iter().skip(page * EVENTS_ON_PAGE).take(EVENTS_ON_PAGE);
        let text = stack(shown.map(|event| Some(self.history_line(event))));
        let text = if text.is_empty() { "Nothing has happened yet.".to_owned() } else { text };
        let footer = format!("Page {} of {pages}{DOT}{}", page + 1, count(events.len(), "event", "events"));
        let embed = Embed::new(self.heading(ticket), self.colour(ticket)).url(self.thread_link(ticket));
        let message = Message { ephemeral: true, ..Message::default() };
        let message = message.embed(embed.description(text).footer(footer));
        if pages == 1 {
            return message;
        }
        let turn = |label, to: Option<usize>| {
            // A button that leads nowhere still needs an id of its own.
            let id = CustomId::History(ticket.number, to.unwrap_or(pages)).encode();
            Button::new(label, Style::Secondary, id).disabled(to.is_none())
        };
        let (older, newer) = (page.checked_sub(1), (page + 1 < pages).then_some(page + 1));
        message.row(Row::Buttons(vec![turn("Earlier", older), turn("Later", newer)]))
    }

    fn history_line(&self, event: &Event) -> String {
        let said = line(Self::said(event), SAID_MAX);
        let said = if said.is_empty() { said } else { format!(" “{said}”") };
        format!("{} {}{said}", time(event.at), self.sentence(event, Naming::Name))
    }
}
