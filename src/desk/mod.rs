//! The desk: everything people can do to a ticket, one verb and one transaction each.
//!
//! A verb checks the right, asks the domain what happens, and writes the ticket's row, the events and the
//! deliveries together: either all of it is there or nothing. It never talks to Discord; what Discord must show
//! leaves through the outbox, and [`Desk::outbox_grew`] tells the worker that there is something new. An
//! interaction that was recorded before changes nothing a second time.

pub mod forgetting;
pub mod mend;
mod open;
mod read;
pub mod reports;
mod verbs;

use std::mem::discriminant;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rand::RngExt;
use rand::distr::Alphanumeric;
use tokio::sync::Notify;

use crate::domain::access::{self, Action, Member};
use crate::domain::{
    Directory, Effect, Event, EventKind, InteractionId, Refusal, Ticket, TicketNumber, followup,
};
use crate::store::{GuildStore, GuildTx, StoreError};

pub use open::{OpenForm, Opened};
pub use read::{Filter, History};
pub use reports::{DraftedReports, Glance, Papers, ReadReports, ReportDone, Rewrite};

/// Who does something, when Discord saw it, and by which click, command or form.
#[derive(Clone, Debug)]
pub struct Act {
    /// The person.
    pub by: Member,
    /// The time in the id of the interaction.
    pub at: DateTime<Utc>,
    /// The interaction; `None` for what nobody clicked.
    pub cause: Option<InteractionId>,
}

/// A verb that happened: the ticket as it is now, and what happened, in order.
#[derive(Clone, Debug)]
pub struct Done {
    /// The ticket after the verb.
    pub ticket: Ticket,
    /// What happened; empty if this interaction had been recorded before.
    pub events: Vec<Event>,
}

/// Why a verb did not happen.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// A rule says no; the person is told which and what to do.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database failed. The commit is the last thing in a verb that can fail, so that the error tells whether
    /// anything was recorded.
    #[error(transparent)]
    Failed(#[from] StoreError),
}

impl DeskError {
    /// Whether it is certain, without asking the database, that nothing was recorded.
    #[must_use]
    pub const fn nothing_recorded(&self) -> bool {
        match self {
            Self::Refused(_) => true,
            Self::Failed(error) => error.nothing_recorded(),
        }
    }
}

/// The answer of a verb.
pub type Result<T, E = DeskError> = std::result::Result<T, E>;

/// The verbs, on one guild's tickets. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Desk {
    store: GuildStore,
    directory: Arc<Directory>,
    grew: Arc<Notify>,
}

impl Desk {
    /// A desk on this part of the database, for this company.
    #[must_use]
    pub fn new(store: GuildStore, directory: Arc<Directory>) -> Self {
        Self { store, directory, grew: Arc::default() }
    }

    /// The company.
    #[must_use]
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The part of the database that the desk works on.
    #[must_use]
    pub const fn store(&self) -> &GuildStore {
        &self.store
    }

    /// Whether this process may act now, as far as it knows. If not, another one may be acting.
    #[must_use]
    pub fn leads(&self) -> bool {
        self.store.leads()
    }

    /// The ticket that an interaction changed, if it did; for when its verb failed and nobody knows how far it came.
    ///
    /// # Errors
    /// If the database cannot say so for certain.
    pub async fn recorded(&self, cause: InteractionId) -> Result<Option<TicketNumber>, StoreError> {
        self.store.recorded(cause).await
    }

    /// Waits until a verb has put something into the outbox. A signal that came while nobody waited is kept.
    pub async fn outbox_grew(&self) {
        self.grew.notified().await;
    }

    /// Runs one verb on one ticket: `judge` says what happens, from the state that the ticket has now.
    async fn on_ticket(
        &self,
        act: &Act,
        number: TicketNumber,
        action: Action,
        judge: impl FnOnce(&Ticket) -> Result<Vec<EventKind>, Refusal>,
    ) -> Result<Done> {
        let mut tx = self.store.write().await?;
        let ticket = tx.lock_ticket(number).await?.ok_or(Refusal::UnknownTicket(number))?;
        access::check(action, &act.by, Some(&ticket), &self.directory)?;
        if let Some(done) = already_done(&mut tx, act, &ticket).await? {
            return Ok(done);
        }
        let kinds = judge(&ticket)?;
        let done = self.record(&mut tx, act, ticket, kinds).await?;
        tx.save_ticket(&done.ticket).await?;
        tx.commit().await?;
        self.grew.notify_one();
        Ok(done)
    }

    /// Writes events and what follows from them; the row itself is left to the caller.
    async fn record(
        &self,
        tx: &mut GuildTx,
        act: &Act,
        mut ticket: Ticket,
        kinds: Vec<EventKind>,
    ) -> Result<Done> {
        let mut events = Vec::with_capacity(kinds.len());
        for (part, kind) in (0..).zip(kinds) {
            let (seq, by) = (ticket.last_seq + 1, act.by.person.clone());
            let event = Event { seq, at: act.at, by, cause: act.cause, kind };
            ticket.apply(&event);
            tx.append_event(ticket.number, &event, part).await?;
            events.push(event);
        }
        // The first event is what the person did and is told to others, with its like (one report for each team);
        // the rest it brought with it, and cards and headlines show the state after all of them.
        let headlines: Vec<_> =
            tx.headlines(ticket.number).await?.into_iter().map(|(channel, _)| channel).collect();
        let like_first = |event: &&Event| discriminant(&event.kind) == discriminant(&events[0].kind);
        for event in events.iter().filter(like_first) {
            for effect in followup::effects(&ticket, event, &self.directory, &headlines) {
                enqueue(tx, ticket.number, &effect, act.at).await?;
            }
        }
        Ok(Done { ticket, events })
    }
}

/// What a repeated interaction gets: the ticket as it stands, and nothing new.
async fn already_done(tx: &mut GuildTx, act: &Act, ticket: &Ticket) -> Result<Option<Done>> {
    let Some(cause) = act.cause else { return Ok(None) };
    let known = tx.ticket_of_cause(cause).await?;
    Ok(known.map(|_| Done { ticket: ticket.clone(), events: Vec::new() }))
}

async fn enqueue(tx: &mut GuildTx, number: TicketNumber, effect: &Effect, at: DateTime<Utc>) -> Result<()> {
    Ok(tx.enqueue(number, effect, &nonce(), at).await?)
}

/// 24 random characters. Discord takes 25 at most, and makes only one message of a nonce per author: it must not
/// repeat between databases, restarts or restored backups.
#[must_use]
pub fn nonce() -> String {
    rand::rng().sample_iter(Alphanumeric).take(24).map(char::from).collect()
}
