//! Opening a ticket: the form becomes a row, its first event, and everything that Discord must show.
//!
//! Nothing a person typed can stop an opening but a missing title: in the worst hour the form must get through. A
//! start time that cannot be read is kept as typed and reported back.

use super::{Act, Desk, Done, Result, enqueue};
use crate::domain::access::{self, Action};
use crate::domain::delivery::ReplyToken;
use crate::domain::text::{one_line, shorten, tidy};
use crate::domain::ticket::{LINE_MAX, TEXT_MAX, TITLE_MAX};
use crate::domain::when::{self, NotATime};
use crate::domain::{Affected, Effect, Facts, Frequency, Refusal, Ticket, workflow};

/// What the command and its form say.
#[derive(Clone, Debug, Default)]
pub struct OpenForm {
    /// What failed, in a line.
    pub title: String,
    /// What was seen.
    pub details: String,
    /// A severity's key; `None` for the default.
    pub severity: Option<String>,
    /// Services' keys, in a list.
    pub service: Option<String>,
    /// Whom it hits.
    pub affected: Option<Affected>,
    /// Who exactly.
    pub affected_who: String,
    /// How often it happens.
    pub frequency: Option<Frequency>,
    /// How often exactly.
    pub frequency_detail: String,
    /// When it began, as typed.
    pub started_at: String,
    /// The right to edit the reply that the reporter is looking at.
    pub reply: Option<ReplyToken>,
}

/// A ticket that has been opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The ticket.
    pub ticket: Ticket,
    /// Why the start time could not be read, if it could not.
    pub start_problem: Option<NotATime>,
}

impl Desk {
    /// Opens a ticket. Its number is certain when this returns; card, thread and announcements follow.
    pub async fn open(&self, act: &Act, form: OpenForm) -> Result<Opened> {
        access::check(Action::Open, &act.by, None, &self.directory)?;
        let (started, start_problem) = match form.started_at.trim() {
            "" => (None, None),
            typed => match when::parse(typed, act.at, self.directory.zone) {
                Ok(at) => (Some(at), None),
                Err(why) => (None, Some(why)),
            },
        };
        let reply = form.reply.clone();
        let facts = self.facts(&form)?;
        let mut tx = self.store.write().await?;
        if let Some(cause) = act.cause
            && let Some(number) = tx.ticket_of_cause(cause).await?
            && let Some(ticket) = tx.find_ticket(number).await?
        {
            return Ok(Opened { ticket, start_problem });
        }
        let number = tx.next_number().await?;
        let place = (self.directory.guild, number, self.directory.tickets);
        let (ticket, opened) = Ticket::open(place, facts, started, act.by.person.clone(), act.at);
        tx.insert_ticket(&ticket).await?;
        let Done { ticket, .. } = self.record(&mut tx, act, ticket, vec![opened]).await?;
        if let Some(token) = reply {
            enqueue(&mut tx, number, &Effect::Link { token }, act.at).await?;
        }
        tx.save_ticket(&ticket).await?;
        tx.commit().await?;
        self.grew.notify_one();
        Ok(Opened { ticket, start_problem })
    }

    fn facts(&self, form: &OpenForm) -> Result<Facts> {
        let line = |text: &str| shorten(&one_line(text), LINE_MAX);
        let title = shorten(&one_line(&form.title), TITLE_MAX);
        if title.is_empty() {
            return Err(Refusal::Empty("title").into());
        }
        let severity = match form.severity.as_deref() {
            Some(named) => workflow::find_severity(&self.directory, named)?,
            None => self
                .directory
                .default_severity()
                .map(|severity| severity.key.clone())
                .ok_or_else(|| Refusal::UnknownSeverity(String::new()))?,
        };
        Ok(Facts {
            title,
            details: shorten(&tidy(&form.details), TEXT_MAX),
            severity,
            services: workflow::find_services(&self.directory, form.service.as_deref().unwrap_or_default())?,
            affected: form.affected,
            affected_who: line(&form.affected_who),
            frequency: form.frequency,
            frequency_detail: line(&form.frequency_detail),
            started_said: line(&form.started_at),
        })
    }
}
