//! The answer to each verb, seen only by whoever did it.
//!
//! The thread and the channels tell the others. An answer says what was done to which ticket, and what comes next.
//! Invariant: every answer is ephemeral and names the ticket.

use super::facts::stack;
use super::text::{line, mention};
use super::{Naming, View};
use crate::discord::message::Message;
use crate::domain::when::NotATime;
use crate::domain::{Field, NoteKind, Person, Status, TeamKey, Ticket};

impl View<'_> {
    /// The number, at once; the link follows in the same place. `unread` says why the start was no time, if so.
    #[must_use]
    pub fn opened(&self, ticket: &Ticket, unread: Option<NotATime>) -> Message {
        Message::private(stack([
            Some(format!("**{}** is open.", self.heading(ticket))),
            Some("Your thread is being made; the link appears here in a moment.".to_owned()),
            self.started_hint(ticket, unread),
        ]))
    }

    /// What to do about a start that was typed but is no time; `None` if there is nothing to do.
    pub(super) fn started_hint(&self, ticket: &Ticket, why: Option<NotATime>) -> Option<String> {
        const SHOWN: usize = 80;
        let said = line(&ticket.facts.started_said, SHOWN);
        if ticket.milestones.started.is_some() || said.is_empty() {
            return None;
        }
        let why = why.unwrap_or(NotATime::Unreadable);
        Some(format!(
            "The start is kept as you wrote it: “{said}” {}. Set it with `/ticket edit field:started value:14:05`.",
            why_no_time(why)
        ))
    }

    /// You took it.
    #[must_use]
    pub fn taken(&self, ticket: &Ticket, team: &TeamKey) -> Message {
        let done = format!("You are in charge of **{}** for {}.", ticket.number, self.team(team));
        self.done(ticket, done, self.what_follows(ticket))
    }

    /// You put somebody in charge.
    #[must_use]
    pub fn assigned(&self, ticket: &Ticket, team: &TeamKey, person: &Person) -> Message {
        let (who, team) = (mention(person.id), self.team(team));
        let done = format!("{who} is in charge of **{}** for {team}.", ticket.number);
        self.done(ticket, done, "They are told in the thread.")
    }

    /// You gave it back, or took it from somebody.
    #[must_use]
    pub fn released(&self, ticket: &Ticket, team: &TeamKey) -> Message {
        let done = format!("Nobody is in charge of **{}** for {} now.", ticket.number, self.team(team));
        self.done(ticket, done, "Next: somebody of the team takes it, or you choose with `/ticket assign`.")
    }

    /// You set the status.
    #[must_use]
    pub fn status_set(&self, ticket: &Ticket) -> Message {
        let next = match ticket.status {
            Status::Resolved => {
                "Next: `/report draft` compiles the Final Reports; once they are approved, `/ticket close`."
            }
            _ => self.what_follows(ticket),
        };
        let done = format!("**{}** is {} now.", ticket.number, self.language.status(ticket.status));
        self.done(ticket, done, next)
    }

    /// You set the severity.
    #[must_use]
    pub fn severity_set(&self, ticket: &Ticket) -> Message {
        let done = format!("**{}** is {} now.", ticket.number, self.severity(&ticket.facts.severity));
        self.done(ticket, done, "The card and the announcements follow.")
    }

    /// You noted something.
    #[must_use]
    pub fn noted(&self, ticket: &Ticket, kind: NoteKind) -> Message {
        let done = format!("Noted {} on **{}**.", self.language.note(kind), ticket.number);
        self.done(ticket, done, "It will stand in the Final Reports.")
    }

    /// You corrected a fact.
    #[must_use]
    pub fn edited(&self, ticket: &Ticket, field: Field) -> Message {
        let done = format!("Corrected {} of **{}**.", self.field_of(field), ticket.number);
        let now = match field {
            Field::Title => Some(format!("**Title** {}", line(&ticket.facts.title, 200))),
            Field::Services => self.services_line(ticket),
            Field::Affected => self.affected_line(ticket),
            Field::Frequency => self.frequency_line(ticket),
            Field::Started => self.started_line(ticket),
        };
        Message::private(stack([Some(done), now, self.thread_link(ticket)]))
    }

    /// You closed it.
    #[must_use]
    pub fn closed(&self, ticket: &Ticket) -> Message {
        let done = format!("**{}** is closed.", ticket.number);
        self.done(ticket, done, "Its thread is archived. If the failure comes back, use `/ticket reopen`.")
    }

    /// You reopened it.
    #[must_use]
    pub fn reopened(&self, ticket: &Ticket) -> Message {
        let status = self.language.status(ticket.status);
        let done = format!("**{}** is open again; its status is {status}.", ticket.number);
        self.done(ticket, done, self.what_follows(ticket))
    }

    /// You cancelled it.
    #[must_use]
    pub fn cancelled(&self, ticket: &Ticket) -> Message {
        let done = format!("**{}** is cancelled as a false alarm.", ticket.number);
        self.done(
            ticket,
            done,
            "Its thread is archived. If it was a failure after all, use `/ticket reopen`.",
        )
    }

    /// The name of a fact within a sentence that begins with what was done.
    fn field_of(&self, field: Field) -> &'static str {
        match field {
            Field::Started => "the start",
            Field::Affected => "the people affected",
            Field::Frequency => "the frequency",
            Field::Title | Field::Services => self.language.field(field),
        }
    }

    fn done(&self, ticket: &Ticket, done: String, next: &str) -> Message {
        Message::private(stack([Some(done), Some(next.to_owned()), self.thread_link(ticket)]))
    }

    /// A person, as answers name them.
    pub(super) fn who(&self, person: &Person) -> String {
        self.person(person, Naming::Mention)
    }
}

/// Why a text is no time, to be said after it.
pub(super) const fn why_no_time(why: NotATime) -> &'static str {
    match why {
        NotATime::Unreadable => "could not be read as a time",
        NotATime::InTheFuture => "lies in the future",
        NotATime::Skipped => "did not exist: the clocks were put forward over it",
    }
}

/// A number with its noun.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}
