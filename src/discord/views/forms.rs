//! Forms and choices: what people are asked.
//!
//! Ids of inputs are fixed, since other programs fill the forms by them. Must not know how answers are checked.
//! Invariant: what an input takes is what the domain keeps, so nothing that could be typed is cut afterwards.

use super::View;
use super::text::plain;
use crate::discord::custom_id::{CustomId, OpenOptions};
use crate::discord::limits;
use crate::discord::message::{Button, Choice, Input, Message, Modal, Row, Select, Style};
use crate::domain::ticket::{LINE_MAX, TEXT_MAX, TITLE_MAX};
use crate::domain::{NoteKind, Status, TeamKey, Ticket, TicketNumber};

/// The inputs of the form that opens a ticket, by their ids.
pub mod open_input {
    /// What failed, in a line.
    pub const TITLE: &str = "title";
    /// What was seen.
    pub const DETAILS: &str = "details";
    /// When it began.
    pub const STARTED_AT: &str = "started_at";
    /// Who exactly is affected.
    pub const AFFECTED_WHO: &str = "affected_who";
    /// How often exactly it happens.
    pub const FREQUENCY_DETAIL: &str = "frequency_detail";
}

/// The input of the form for a note.
pub const NOTE_INPUT: &str = "text";
/// The input of the form that reopens a ticket.
pub const REASON_INPUT: &str = "reason";

impl View<'_> {
    /// The form of `/ticket open`; it carries the command's options.
    #[must_use]
    pub fn open_form(&self, options: OpenOptions) -> Modal {
        let title = match &options.severity {
            Some(severity) => format!("Open a trouble ticket ({severity})"),
            None => "Open a trouble ticket".to_owned(),
        };
        Modal::new(title, CustomId::OpenForm(options).encode())
            .input(
                Input::line(open_input::TITLE, "What fails, in one line?", TITLE_MAX)
                    .example("Checkout answers 502 to part of the customers"),
            )
            .input(
                Input::paragraph(open_input::DETAILS, "What do you see?", TEXT_MAX)
                    .optional()
                    .example("Error texts, links, what you tried, what changed before"),
            )
            .input(
                Input::line(open_input::STARTED_AT, "Since when?", LINE_MAX)
                    .optional()
                    .example("14:05, 20 minutes ago, yesterday 23:50"),
            )
            .input(
                Input::line(open_input::AFFECTED_WHO, "Who exactly is affected?", LINE_MAX)
                    .optional()
                    .example("Customers who pay by card, since the release of today"),
            )
            .input(
                Input::line(open_input::FREQUENCY_DETAIL, "How often exactly does it happen?", LINE_MAX)
                    .optional()
                    .example("About one order in twenty; every five minutes"),
            )
    }

    /// The form of the Note button.
    #[must_use]
    pub fn note_form(&self, ticket: TicketNumber, kind: NoteKind) -> Modal {
        let input = Input::paragraph(NOTE_INPUT, "What should stand in the record?", TEXT_MAX);
        let title = format!("Note {} on {ticket}", self.language.note(kind));
        let example = "What was found, done, decided or told to whom";
        Modal::new(title, CustomId::NoteForm(ticket, kind).encode()).input(input.example(example))
    }

    /// The form of the Reopen button.
    #[must_use]
    pub fn reopen_form(&self, ticket: TicketNumber) -> Modal {
        let input = Input::paragraph(REASON_INPUT, "Why does it come back?", TEXT_MAX);
        let example = "The same error is back since 14:05";
        Modal::new(format!("Reopen {ticket}"), CustomId::ReopenForm(ticket).encode())
            .input(input.example(example))
    }

    /// The answer to the Status button: where the ticket stands, and where it may go.
    #[must_use]
    pub fn status_choice(&self, ticket: &Ticket) -> Message {
        let open = |status: &Status| status.is_settable() && *status != ticket.status;
        let option = |status: Status| {
            Choice::new(self.language.status(status), status.as_str(), self.language.about_status(status))
        };
        let select = Select {
            custom_id: CustomId::StatusPick(ticket.number).encode(),
            placeholder: "New status".to_owned(),
            options: Status::ALL.iter().copied().filter(open).map(option).collect(),
        };
        Message::private(format!(
            "**{}** is {}. Choose its new status, or type `/ticket status` to add a note or an earlier time.",
            ticket.number,
            self.language.status(ticket.status)
        ))
        .row(Row::Select(select))
    }

    /// The answer to the Take button for a member of several teams.
    #[must_use]
    pub fn team_choice(&self, ticket: TicketNumber, teams: &[TeamKey]) -> Message {
        let button = |key: &TeamKey| {
            let id = CustomId::TakeFor(ticket, key.clone()).encode();
            Button::new(plain(self.directory.team_name(key), limits::BUTTON_LABEL), Style::Secondary, id)
        };
        let text = format!("You belong to several teams. For which one do you take **{ticket}**?");
        let mut message = Message::private(text);
        for teams in teams.chunks(limits::BUTTONS_IN_ROW) {
            message = message.row(Row::Buttons(teams.iter().map(button).collect()));
        }
        message
    }
}
