//! How each effect is done on Discord, so that doing it twice shows it once.
//!
//! Messages are posted once (`posting`). A card's thread has the card's id and cannot be made twice. Cards and headlines
//! are rendered from the ticket as it is now, updates and notes from their event. What is missing because somebody
//! deleted it is not made here: the verdict says so.

use anyhow::Context;
use serde_json::json;

use super::budget::{Budget, Weight};
use super::fault::{self, Verdict};
use super::posting::Posting;
use super::priority::urgency;
use crate::desk::mend::Lost;
use crate::desk::reports::paper;
use crate::discord::limits;
use crate::discord::message::{File, Message};
use crate::discord::rest::{Fault, Urgency, codes};
use crate::discord::shared::Shared;
use crate::domain::delivery::ReplyToken;
use crate::domain::{
    ChannelId, Delivery, Effect, Event, EventKind, MessageId, Notice, Task, TeamKey, Ticket, TicketNumber,
    UserId,
};
use crate::report::{FinalReport, Format};
use crate::store::{GuildTx, Outcome};

/// How often an approved report is sent along with its news; afterwards the news goes alone, and the report can be
/// exported.
const TRIES_WITH_FILE: i64 = 2;

/// What came of a delivery, and its ticket as it was shown.
pub struct Done {
    /// What is to be done about it.
    pub verdict: Verdict,
    /// The ticket, where it belongs to one.
    pub shown: Option<Ticket>,
}

/// Does what the delivery says. An error is a failure on our side; what Discord says is a verdict.
pub async fn perform(shared: &Shared, budget: &Budget, delivery: &Delivery) -> anyhow::Result<Done> {
    match &delivery.task {
        Task::Ticket(number, effect) => on_ticket(shared, budget, delivery, (*number, effect)).await,
        Task::Notice(notice) => tell(shared, delivery, notice).await,
    }
}

/// Tells the operators.
async fn tell(shared: &Shared, delivery: &Delivery, notice: &Notice) -> anyhow::Result<Done> {
    let held_up = match notice {
        Notice::HeldUp { problem } => shared.desk.store().read().await?.held_up(&problem.key()).await?,
        Notice::UnknownTickets { .. } => Vec::new(),
    };
    let message = shared.view().notice(notice, &held_up, &delivery.mark());
    let rest = shared.rest.at(Urgency::Announcement(0));
    let posted = Posting { shared, rest, delivery }.post(shared.desk.directory().operators, &message).await;
    let outcome = posted.unwrap_or_else(|fault| fault::notice_outcome(shared, delivery, &fault));
    Ok(Done { verdict: outcome.into(), shown: None })
}

async fn on_ticket(
    shared: &Shared,
    budget: &Budget,
    delivery: &Delivery,
    (number, effect): (TicketNumber, &Effect),
) -> anyhow::Result<Done> {
    let store = shared.desk.store();
    // What shows the present state must not miss a verb that left out its own row because this one still waited,
    // and is about to commit: holding the ticket waits for it. A later verb finds this row taken and adds one.
    let (mut tx, ticket) = if effect.coalesces_as().is_some() {
        let mut tx = store.write().await?;
        let ticket = tx.lock_ticket(number).await?;
        (tx, ticket)
    } else {
        let mut tx = store.read().await?;
        let ticket = tx.find_ticket(number).await?;
        (tx, ticket)
    };
    let ticket = ticket.context("its ticket is not in the database")?;
    let event = match effect {
        Effect::ThreadNote { event } | Effect::Update { event, .. } => {
            Some(tx.event(number, *event).await?.context("its event is not in the database")?)
        }
        Effect::Publish { event, .. } => tx.event(number, *event).await?,
        _ => None,
    };
    let headlines = tx.headlines(number).await?;
    let handed_out = match event.as_ref().map(|event| &event.kind) {
        Some(EventKind::ReportApproved { team, version }) => {
            handed_out(&mut tx, number, team, *version).await?
        }
        _ => None,
    };
    drop(tx);
    let stands = match effect {
        Effect::Card => ticket.places.card.is_some(),
        Effect::Headline { channel, .. } => headlines.iter().any(|(of, _)| of == channel),
        _ => false,
    };
    let rest = shared.rest.at(urgency(effect, &ticket, shared.desk.directory(), stands));
    let job = Job { posting: Posting { shared, rest, delivery }, budget, ticket, handed_out };
    let done = job.carry_out(effect, event.as_ref(), &headlines).await;
    let verdict =
        done.unwrap_or_else(|fault| fault::verdict(shared, delivery, (&job.ticket, effect), &fault));
    Ok(Done { verdict, shown: Some(job.ticket) })
}

/// The file in which an approved report is handed out in its thread, unless Discord would not take it.
async fn handed_out(
    tx: &mut GuildTx,
    number: TicketNumber,
    team: &TeamKey,
    version: i64,
) -> anyhow::Result<Option<File>> {
    let Some(stored) = tx.report(number, team, version).await? else { return Ok(None) };
    let report = FinalReport::from_json(&stored.body).context("reading an approved report")?;
    let room = limits::FILE_BYTES as u64;
    let papers = paper::print(tx, number, &[report], Format::Html, room).await?;
    let fits = papers.size() <= room;
    Ok(papers.files.into_iter().next().filter(|_| fits).map(|(name, bytes)| File { name, bytes }))
}

/// One delivery with what it is about.
struct Job<'a> {
    posting: Posting<'a>,
    budget: &'a Budget,
    ticket: Ticket,
    /// The report that goes along with the news of its approval.
    handed_out: Option<File>,
}

impl Job<'_> {
    async fn carry_out(
        &self,
        effect: &Effect,
        event: Option<&Event>,
        headlines: &[(ChannelId, MessageId)],
    ) -> Result<Verdict, Fault> {
        let (view, mark) = (self.shared().view(), self.posting.delivery.mark());
        match (effect, event) {
            (Effect::Card, _) => self.card().await,
            (Effect::Thread, _) => self.thread().await,
            (Effect::Link { token }, _) => self.link(token).await,
            (Effect::Welcome, _) => self.in_thread(&view.welcome(&self.ticket, &mark)).await,
            (Effect::ThreadNote { .. }, Some(event)) => self.thread_note(event).await,
            (Effect::AddMember { user }, _) => self.add_member(*user).await,
            (Effect::Archive, _) => self.archive().await,
            (Effect::Headline { channel, mention }, _) => {
                let message = view.headline(&self.ticket, &mark, mention);
                let posted = headlines.iter().find(|(of, _)| of == channel).map(|(_, message)| *message);
                Ok(self.posting.post_or_edit(*channel, posted, &message).await?.into())
            }
            (Effect::Update { channel, mention, .. }, Some(event)) => {
                let message = view.update(&self.ticket, event, &mark, mention);
                Ok(self.posting.post(*channel, &message).await?.into())
            }
            (Effect::Publish { channel, message, .. }, event) => {
                self.publish(*channel, *message, event).await
            }
            (Effect::ThreadNote { .. } | Effect::Update { .. }, None) => {
                Ok(Outcome::Dropped("its event is gone".to_owned()).into())
            }
        }
    }

    const fn shared(&self) -> &Shared {
        self.posting.shared
    }

    async fn card(&self) -> Result<Verdict, Fault> {
        let message = self.shared().view().card(&self.ticket, &self.posting.delivery.mark());
        let places = &self.ticket.places;
        match self.posting.post_or_edit(places.channel, places.card, &message).await? {
            // It was posted and deleted before anybody knew where it was.
            Outcome::Dropped(_) => Ok(Verdict::Anew(Lost::Card)),
            done => Ok(done.into()),
        }
    }

    async fn thread(&self) -> Result<Verdict, Fault> {
        let rest = &self.posting.rest;
        let places = &self.ticket.places;
        if let Some(thread) = places.thread {
            rest.set_archived(thread, false).await?;
            return Ok(Outcome::Sent(None).into());
        }
        let Some(card) = places.card else { return Ok(Verdict::Anew(Lost::Thread)) };
        let name = self.shared().view().thread_name(&self.ticket);
        let body = json!({ "name": name, "auto_archive_duration": self.shared().auto_archive_minutes });
        match rest.create_thread(places.channel, card, &body).await {
            Ok(_) => Ok(Outcome::Sent(Some(card)).into()),
            Err(Fault::Exists { .. }) => match rest.channel(ChannelId(card.0)).await {
                // A thread that was deleted by hand, and the card cannot have another.
                Err(Fault::Gone { code: codes::UNKNOWN_CHANNEL }) => {
                    match rest.delete_message(places.channel, card).await {
                        Ok(()) | Err(Fault::Gone { .. }) => Ok(Verdict::Anew(Lost::Card)),
                        Err(fault) => Err(fault),
                    }
                }
                Ok(_) => Ok(Outcome::Sent(Some(card)).into()),
                Err(fault) => Err(fault),
            },
            Err(fault) => Err(fault),
        }
    }

    /// In the reply that the reporter is looking at, or, when that can no longer be changed, by a mention.
    async fn link(&self, reply: &ReplyToken) -> Result<Verdict, Fault> {
        let shared = self.shared();
        let view = shared.view();
        if self.ticket.places.thread.is_none() {
            return Ok(Verdict::Anew(Lost::Thread));
        }
        if shared.clock.now() < reply.until {
            let body = view.link_reply(&self.ticket).edit_body();
            match self.posting.rest.edit_reply(shared.application, &reply.token, &body).await {
                Ok(_) => return Ok(Outcome::Sent(None).into()),
                Err(Fault::Gone { .. } | Fault::Refused { .. }) => {}
                Err(fault) => return Err(fault),
            }
        }
        self.in_thread(&view.link_mention(&self.ticket, &self.posting.delivery.mark())).await
    }

    async fn thread_note(&self, event: &Event) -> Result<Verdict, Fault> {
        let delivery = self.posting.delivery;
        let mut message = self.shared().view().thread_note(&self.ticket, event, &delivery.mark());
        message.files.extend(self.handed_out.clone());
        // A file that does not get through must not keep the news, and all that comes after it, from the thread.
        if delivery.attempts > TRIES_WITH_FILE {
            message.files.clear();
        }
        match self.in_thread(&message).await {
            Err(Fault::Refused { .. }) if !message.files.is_empty() => {
                message.files.clear();
                self.in_thread(&message).await
            }
            done => done,
        }
    }

    async fn add_member(&self, user: UserId) -> Result<Verdict, Fault> {
        let rest = &self.posting.rest;
        let Some(thread) = self.ticket.places.thread else { return Ok(Verdict::Anew(Lost::Thread)) };
        match rest.add_thread_member(thread, user).await {
            Err(Fault::Refused { code: codes::THREAD_ARCHIVED, .. }) => {
                rest.set_archived(thread, false).await?;
                rest.add_thread_member(thread, user).await?;
            }
            done => done?,
        }
        Ok(Outcome::Sent(None).into())
    }

    async fn archive(&self) -> Result<Verdict, Fault> {
        let dropped = |why: &str| Ok(Outcome::Dropped(why.to_owned()).into());
        if !self.ticket.status.is_end() {
            return dropped("the ticket was reopened");
        }
        let Some(thread) = self.ticket.places.thread else { return dropped("there is no thread") };
        self.posting.rest.set_archived(thread, true).await?;
        Ok(Outcome::Sent(None).into())
    }

    async fn publish(
        &self,
        channel: ChannelId,
        message: MessageId,
        event: Option<&Event>,
    ) -> Result<Verdict, Fault> {
        let shared = self.shared();
        let worst = shared.desk.directory().rank(&self.ticket.facts.severity) == 0;
        let weight = Weight::of(event.map(|event| &event.kind), worst);
        if let Err(due) = self.budget.take(channel, weight, shared.clock.now()) {
            return Ok(Outcome::Held(due).into());
        }
        let done = self.posting.rest.publish(channel, message).await;
        if matches!(done, Err(Fault::Held { .. })) {
            self.budget.give_back(channel);
        }
        done.map(|_| Outcome::Sent(None).into())
    }

    async fn in_thread(&self, message: &Message) -> Result<Verdict, Fault> {
        match self.ticket.places.thread {
            Some(thread) => Ok(self.posting.post(thread, message).await?.into()),
            None => Ok(Verdict::Anew(Lost::Thread)),
        }
    }
}
