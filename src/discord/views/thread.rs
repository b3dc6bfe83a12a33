//! What stands in a ticket's thread, and how the thread is called.
//!
//! Here the work is done, so the texts are addressed to those who do it. Invariant: a team is called once, when the
//! ticket is new; a person when somebody else put them in charge, or returned the report they wrote; nobody else ever.

use super::facts::stack;
use super::text::{block, mention, mention_role, plain, quote};
use super::{Naming, View};
use crate::discord::limits;
use crate::discord::message::{Embed, Message};
use crate::domain::text::tidy;
use crate::domain::{Event, EventKind, Ticket, UserId};

/// How much of what was reported stands in the thread; it is less than an embed takes.
const DETAILS_MAX: usize = 3800;
/// How many lines of it.
const DETAILS_LINES: usize = 60;
/// What was said with an event stands in its note up to this length, and in a frame of its own beyond.
const SAID_MAX: usize = 1200;
/// And up to so many lines.
const SAID_LINES: usize = 12;
/// So many authors of a report are called when it is returned; more have hardly written one.
const AUTHORS_CALLED: usize = 10;

impl View<'_> {
    /// The thread's name. It never changes with the ticket: Discord allows about two renames in ten minutes.
    #[must_use]
    pub fn thread_name(&self, ticket: &Ticket) -> String {
        plain(&format!("{} {}", ticket.number, ticket.facts.title), limits::THREAD_NAME)
    }

    /// The thread's first message: brings in the reporter and the teams, and says what to do.
    #[must_use]
    pub fn welcome(&self, ticket: &Ticket, mark: &str) -> Message {
        let teams = self.directory.teams_for(&ticket.facts.services);
        let roles: Vec<_> = teams.iter().filter_map(|team| team.role).take(limits::EMBED_FIELDS).collect();
        let calls = roles.iter().map(|role| mention_role(*role)).collect::<Vec<_>>().join(" ");
        let calls = if calls.is_empty() { String::new() } else { format!("{calls}: please have a look. ") };
        let message = Message::text(stack([
            Some(format!("{} opened {}.", mention(ticket.reporter.id), ticket.number)),
            Some(format!("{calls}Press **Take** on the card or type `/ticket take` to be in charge.")),
            Some("Talk about it here: what is said in this thread is kept for the Final Reports.".to_owned()),
            Some(small(mark)),
        ]));
        let message = message.calling([ticket.reporter.id]).calling_roles(roles);
        match block(&ticket.facts.details, DETAILS_MAX, DETAILS_LINES) {
            details if details.is_empty() => message,
            details => {
                message.embed(Embed::new("What was reported", self.colour(ticket)).description(details))
            }
        }
    }

    /// Tells the thread what happened.
    #[must_use]
    pub fn thread_note(&self, ticket: &Ticket, event: &Event, mark: &str) -> Message {
        let sentence = self.sentence(event, Naming::Mention);
        let said = &tidy(Self::said(event));
        let long = said.chars().count() > SAID_MAX || said.lines().count() > SAID_LINES;
        let inline = if long { String::new() } else { quote(said, SAID_MAX + 200, SAID_LINES) };
        // Of a report that was returned, those who wrote it have to act.
        let authors: Vec<UserId> = match &event.kind {
            EventKind::ReportReturned { team, .. } => ticket.report(team).map_or(Vec::new(), |report| {
                report.authors.iter().map(|person| person.id).take(AUTHORS_CALLED).collect()
            }),
            _ => Vec::new(),
        };
        let please = (!authors.is_empty()).then(|| {
            let names = authors.iter().map(|author| mention(*author)).collect::<Vec<_>>().join(" ");
            format!("{names}: please mend it with `/report edit`, then submit it again.")
        });
        let message = Message::text(stack([Some(sentence), Some(inline), please, Some(small(mark))]));
        let message = match &event.kind {
            EventKind::Assigned { person, .. } if person.id != event.by.id => message.calling([person.id]),
            _ => message.calling(authors),
        };
        if !long {
            return message;
        }
        let text = block(said, DETAILS_MAX, DETAILS_LINES);
        message.embed(Embed { colour: self.colour(ticket), description: text, ..Embed::default() })
    }

    /// The reply to the form, once the thread exists.
    #[must_use]
    pub fn link_reply(&self, ticket: &Ticket) -> Message {
        let link = self.thread_link(ticket).unwrap_or_default();
        Message::private(stack([
            Some(format!("**{}** is open: {link}", self.heading(ticket))),
            Some(
                "Next: tell the thread whatever else you notice; you may be asked questions there."
                    .to_owned(),
            ),
            self.started_hint(ticket, None),
        ]))
    }

    /// The way to the thread for a reporter whose reply can no longer be edited: a mention in the thread.
    #[must_use]
    pub fn link_mention(&self, ticket: &Ticket, mark: &str) -> Message {
        let text =
            format!("{}, this is the thread of your ticket {}.", mention(ticket.reporter.id), ticket.number);
        Message::text(stack([Some(text), Some(small(mark))])).calling([ticket.reporter.id])
    }
}

/// Small print.
pub(super) fn small(text: &str) -> String {
    format!("-# {text}")
}
