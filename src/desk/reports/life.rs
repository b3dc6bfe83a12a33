//! The life of a report after it was drafted: written on, submitted, approved, returned.
//!
//! Each step is one transaction on the ticket's row. Where it is known what somebody saw, it is named by its version: a
//! button does nothing to a version that its person did not look at, and of two who write the same section at once the
//! second is told. A typed command means whatever is the newest.

use super::{Act, OPEN, Result, TicketNumber, made, parsed, stored, version_of};
use crate::desk::{Desk, already_done, verbs};
use crate::domain::access::{self, Action};
use crate::domain::text::tidy;
use crate::domain::{
    Event, EventKind, Person, Refusal, ReportStanding, ReportState, Ticket, UserId, final_report, workflow,
};
use crate::report::{Check, FinalReport, Section};
use crate::store::GuildTx;

/// The report that is meant: by its team, if that was named, and by the version that the person looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Glance<'a> {
    /// The team, as typed.
    pub team: Option<&'a str>,
    /// The version that was looked at; `None` for whatever is the newest.
    pub seen: Option<i64>,
}

/// A section as somebody wrote it.
#[derive(Clone, Copy, Debug)]
pub struct Rewrite<'a> {
    /// The section, as typed.
    pub section: &'a str,
    /// What it should say.
    pub text: &'a str,
}

/// A step that was taken: the ticket, what happened, and the report as it is now.
#[derive(Clone, Debug)]
pub struct ReportDone {
    /// The ticket after the step.
    pub ticket: Ticket,
    /// What happened; empty if this interaction had been recorded before.
    pub events: Vec<Event>,
    /// The report.
    pub report: FinalReport,
}

impl Desk {
    /// Saves a section as the next version. A section that somebody else saved since `seen` is not written over.
    ///
    /// # Errors
    /// Why it did not happen.
    pub async fn write_section(
        &self,
        act: &Act,
        number: TicketNumber,
        glance: Glance<'_>,
        rewrite: Rewrite<'_>,
    ) -> Result<ReportDone> {
        let text = tidy(rewrite.text);
        let whichever = Glance { seen: None, ..glance };
        let step = self.begin(act, number, whichever, &OPEN).await?;
        let Begun { mut tx, ticket, standing, report } = match step {
            Step::Begun(begun) => *begun,
            Step::Done(done) => return Ok(*done),
        };
        let section = report.find_section(rewrite.section);
        let section = section.ok_or_else(|| Refusal::UnknownSection(rewrite.section.to_owned()))?;
        let event = final_report::edit(&standing, &section.key)?;
        if text.is_empty() {
            return Err(Refusal::Empty("text").into());
        }
        if let Some(seen) = glance.seen.filter(|seen| *seen != standing.version) {
            // A form or a file may name a version that never was.
            let looked_at =
                tx.report(number, &standing.team, seen).await?.as_ref().map(parsed).transpose()?;
            let looked_at = looked_at.and_then(|report| report.section(&section.key).map(Section::to_text));
            if looked_at != Some(section.to_text()) {
                let (section, by) = (section.title.clone(), writer(section, &standing));
                return Err(Refusal::SectionMoved { section, by }.into());
            }
        }
        if section.to_text().trim() == text {
            return Err(Refusal::SectionSame(section.title.clone()).into());
        }
        let key = section.key.clone();
        let report = report.rewritten(&key, &text, &made(act, standing.version + 1));
        tx.insert_report(number, &stored(&report, act, Some(&key))?).await?;
        self.finish(tx, act, ticket, event, report).await
    }

    /// The ticket whose report `act` would submit, if it would not be refused: asked before what takes long.
    ///
    /// # Errors
    /// Why it would be refused.
    pub async fn about_to_submit(
        &self,
        act: &Act,
        number: TicketNumber,
        glance: Glance<'_>,
    ) -> Result<Ticket> {
        let named = glance.team.map(|named| workflow::find_team(&self.directory, named)).transpose()?;
        let mut tx = self.store.read().await?;
        let ticket = tx.find_ticket(number).await?.ok_or(Refusal::UnknownTicket(number))?;
        access::check(Action::Work, &act.by, Some(&ticket), &self.directory)?;
        if already_done(&mut tx, act, &ticket).await?.is_none() {
            let named = named.map(|team| &team.key);
            let team = final_report::which(&ticket, &act.by, &self.directory, named, &OPEN)?;
            final_report::submit(final_report::seen(&ticket, &team, glance.seen)?)?;
        }
        Ok(ticket)
    }

    /// Says that a report is ready; `check` says how the archive was held against the thread for it.
    ///
    /// # Errors
    /// Why it did not happen.
    pub async fn submit_report(
        &self,
        act: &Act,
        number: TicketNumber,
        glance: Glance<'_>,
        check: Option<Check>,
    ) -> Result<ReportDone> {
        self.step(act, number, glance, (&OPEN, check), final_report::submit).await
    }

    /// Agrees to a report that was submitted.
    ///
    /// # Errors
    /// Why it did not happen.
    pub async fn approve_report(
        &self,
        act: &Act,
        number: TicketNumber,
        glance: Glance<'_>,
    ) -> Result<ReportDone> {
        let judge = |report: &ReportStanding| final_report::approve(report, &act.by.person);
        self.step(act, number, glance, (&[ReportState::Submitted], None), judge).await
    }

    /// Gives back a report that was submitted.
    ///
    /// # Errors
    /// Why it did not happen.
    pub async fn return_report(
        &self,
        act: &Act,
        number: TicketNumber,
        glance: Glance<'_>,
        reason: &str,
    ) -> Result<ReportDone> {
        let judge = |report: &ReportStanding| final_report::give_back(report, verbs::text(reason));
        self.step(act, number, glance, (&[ReportState::Submitted], None), judge).await
    }

    /// One step of one report: `judge` says what happens, from where the report stands now.
    async fn step(
        &self,
        act: &Act,
        number: TicketNumber,
        glance: Glance<'_>,
        (fit, check): (&[ReportState], Option<Check>),
        judge: impl FnOnce(&ReportStanding) -> Result<EventKind, Refusal>,
    ) -> Result<ReportDone> {
        let Begun { mut tx, ticket, standing, report } = match self.begin(act, number, glance, fit).await? {
            Step::Begun(begun) => *begun,
            Step::Done(done) => return Ok(*done),
        };
        let event = judge(&standing)?;
        let (version, state, note) = match &event {
            EventKind::ReportSubmitted { version, .. } => (*version, ReportState::Submitted, ""),
            EventKind::ReportApproved { version, .. } => (*version, ReportState::Approved, ""),
            EventKind::ReportReturned { version, reason, .. } => {
                (*version, ReportState::Returned, reason.as_str())
            }
            _ => (standing.version, standing.state, ""),
        };
        let report = report.brought_to(state, note, &made(act, version)).checked(check);
        let stored = stored(&report, act, None)?;
        if version > standing.version {
            tx.insert_report(number, &stored).await?;
        } else {
            tx.set_report_state(number, (&report.team, version), state, &stored.body).await?;
        }
        self.finish(tx, act, ticket, event, report).await
    }

    /// What every step begins with: the ticket's row held, the right checked, the report found.
    async fn begin(
        &self,
        act: &Act,
        number: TicketNumber,
        glance: Glance<'_>,
        fit: &[ReportState],
    ) -> Result<Step> {
        let named = glance.team.map(|named| workflow::find_team(&self.directory, named)).transpose()?;
        let mut tx = self.store.write().await?;
        let ticket = tx.lock_ticket(number).await?.ok_or(Refusal::UnknownTicket(number))?;
        access::check(Action::Work, &act.by, Some(&ticket), &self.directory)?;
        let repeated = already_done(&mut tx, act, &ticket).await?.is_some();
        let team = final_report::which(&ticket, &act.by, &self.directory, named.map(|team| &team.key), fit)?;
        let seen = if repeated { None } else { glance.seen };
        let standing = final_report::seen(&ticket, &team, seen)?.clone();
        let report = version_of(&mut tx, number, &standing.team, standing.version).await?;
        if repeated {
            return Ok(Step::Done(Box::new(ReportDone { ticket, events: Vec::new(), report })));
        }
        Ok(Step::Begun(Box::new(Begun { tx, ticket, standing, report })))
    }

    async fn finish(
        &self,
        mut tx: GuildTx,
        act: &Act,
        ticket: Ticket,
        event: EventKind,
        report: FinalReport,
    ) -> Result<ReportDone> {
        let done = self.record(&mut tx, act, ticket, vec![event]).await?;
        tx.save_ticket(&done.ticket).await?;
        tx.commit().await?;
        self.grew.notify_one();
        Ok(ReportDone { ticket: done.ticket, events: done.events, report })
    }
}

/// A step that may go on, or one that this interaction took before.
enum Step {
    Begun(Box<Begun>),
    Done(Box<ReportDone>),
}

struct Begun {
    tx: GuildTx,
    ticket: Ticket,
    standing: ReportStanding,
    report: FinalReport,
}

/// Who wrote the section, or else who made the version.
fn writer(section: &Section, standing: &ReportStanding) -> Person {
    let written = section.written.as_ref().and_then(|written| {
        let id = written.by.id.parse().ok()?;
        Some(Person { id: UserId(id), name: written.by.name.clone() })
    });
    written.unwrap_or_else(|| standing.by.clone())
}
