//! The verbs on a ticket that is there: take, assign, release, status, severity, note, edit, close, reopen, cancel.
//!
//! Each is a few lines: tidy what was typed, name the right, ask the workflow. Commands and buttons call the same.

use chrono::{DateTime, Utc};

use super::{Act, Desk, Done, Result, enqueue};
use crate::domain::access::{Action, Member};
use crate::domain::text::{shorten, tidy};
use crate::domain::ticket::TEXT_MAX;
use crate::domain::{
    Effect, EventKind, Field, NoteKind, Refusal, Status, TeamKey, Ticket, TicketNumber, when, workflow,
};

impl Desk {
    /// Puts the acting person in charge for `team`, or for the one team they belong to.
    pub async fn take(&self, act: &Act, number: TicketNumber, team: Option<&str>) -> Result<Done> {
        self.on_ticket(act, number, Action::Work, |ticket| {
            let team = workflow::own_team(&self.directory, &act.by, team)?;
            workflow::assign(ticket, team, &act.by, true, act.at)
        })
        .await
    }

    /// Puts `person` in charge for `team`, or for the one team they belong to, in the place of whoever was.
    pub async fn assign(
        &self,
        act: &Act,
        number: TicketNumber,
        team: Option<&str>,
        person: &Member,
    ) -> Result<Done> {
        self.on_ticket(act, number, Action::Work, |ticket| {
            let team = workflow::own_team(&self.directory, person, team)?;
            workflow::assign(ticket, team, person, false, act.at)
        })
        .await
    }

    /// Gives back what the acting person is in charge of.
    pub async fn release(
        &self,
        act: &Act,
        number: TicketNumber,
        team: Option<&str>,
        note: &str,
    ) -> Result<Done> {
        self.on_ticket(act, number, Action::Work, |ticket| {
            let team = match team {
                Some(named) => workflow::find_team(&self.directory, named)?.key.clone(),
                None => team_in_charge(ticket, &act.by, self)?,
            };
            workflow::release(ticket, &self.directory, &act.by, &team, text(note)).map(|event| vec![event])
        })
        .await
    }

    /// Moves the work on or back; `reached` is when, as typed.
    pub async fn set_status(
        &self,
        act: &Act,
        number: TicketNumber,
        to: Status,
        note: &str,
        reached: Option<&str>,
    ) -> Result<Done> {
        let reached = self.time(act, reached)?;
        self.on_ticket(act, number, Action::Work, |ticket| {
            workflow::set_status(ticket, to, text(note), reached, act.at).map(|event| vec![event])
        })
        .await
    }

    /// Says that it is worse or less bad than it was thought.
    pub async fn set_severity(
        &self,
        act: &Act,
        number: TicketNumber,
        to: &str,
        reason: &str,
    ) -> Result<Done> {
        self.on_ticket(act, number, Action::Work, |ticket| {
            workflow::set_severity(ticket, &self.directory, to, text(reason)).map(|event| vec![event])
        })
        .await
    }

    /// Writes something down for the record; `happened` is when, as typed.
    pub async fn note(
        &self,
        act: &Act,
        number: TicketNumber,
        kind: NoteKind,
        note: &str,
        happened: Option<&str>,
    ) -> Result<Done> {
        let happened = self.time(act, happened)?.unwrap_or(act.at);
        let text = text(note);
        self.on_ticket(act, number, Action::Speak, |_| {
            if text.is_empty() {
                return Err(Refusal::Empty("text"));
            }
            Ok(vec![EventKind::Noted { kind, text, happened }])
        })
        .await
    }

    /// Corrects a fact of the form.
    pub async fn edit(&self, act: &Act, number: TicketNumber, field: Field, value: &str) -> Result<Done> {
        self.on_ticket(act, number, Action::Speak, |ticket| {
            workflow::edit(ticket, &self.directory, field, value, act.at).map(|event| vec![event])
        })
        .await
    }

    /// Ends the work on what is resolved.
    pub async fn close(&self, act: &Act, number: TicketNumber, reason: &str) -> Result<Done> {
        let judge =
            |ticket: &Ticket| workflow::close(ticket, &self.directory, text(reason)).map(|event| vec![event]);
        self.on_ticket(act, number, Action::Work, judge).await
    }

    /// Says that it was a false alarm.
    pub async fn cancel(&self, act: &Act, number: TicketNumber, reason: &str) -> Result<Done> {
        let judge = |ticket: &Ticket| workflow::cancel(ticket, text(reason)).map(|event| vec![event]);
        self.on_ticket(act, number, Action::Speak, judge).await
    }

    /// Brings a finished ticket back.
    pub async fn reopen(&self, act: &Act, number: TicketNumber, reason: &str) -> Result<Done> {
        let judge = |ticket: &Ticket| workflow::reopen(ticket, text(reason)).map(|event| vec![event]);
        self.on_ticket(act, number, Action::Speak, judge).await
    }

    /// Brings the thread of a ticket back that Discord archived after a long silence, unless the ticket is over.
    pub async fn keep_thread_open(&self, number: TicketNumber, now: DateTime<Utc>) -> Result<()> {
        let mut tx = self.store.write().await?;
        if tx.lock_ticket(number).await?.is_none_or(|ticket| ticket.status.is_end()) {
            return Ok(());
        }
        enqueue(&mut tx, number, &Effect::Thread, now).await?;
        tx.commit().await?;
        self.grew.notify_one();
        Ok(())
    }

    fn time(&self, act: &Act, typed: Option<&str>) -> Result<Option<DateTime<Utc>>, Refusal> {
        let Some(typed) = typed.map(str::trim).filter(|typed| !typed.is_empty()) else { return Ok(None) };
        let at = when::parse(typed, act.at, self.directory.zone);
        at.map(Some).map_err(|why| Refusal::NotATime(typed.to_owned(), why))
    }
}

/// The team for which `member` is in charge now; if that is none, the one they belong to.
fn team_in_charge(ticket: &Ticket, member: &Member, desk: &Desk) -> Result<TeamKey, Refusal> {
    let theirs: Vec<TeamKey> = ticket
        .all_in_charge()
        .filter(|charge| charge.person.id == member.person.id)
        .map(|charge| charge.team.clone())
        .collect();
    match theirs.as_slice() {
        [team] => Ok(team.clone()),
        [] => Ok(workflow::own_team(&desk.directory, member, None)?.key.clone()),
        _ => Err(Refusal::WhichTeam(theirs)),
    }
}

pub(super) fn text(typed: &str) -> String {
    shorten(&tidy(typed), TEXT_MAX)
}
