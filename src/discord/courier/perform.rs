//! How each effect is done on Discord, so that doing it twice shows it once.
//!
//! Messages carry the delivery's nonce, by which Discord recognises a repeat for some minutes; an older attempt is
//! looked for by its mark first. A card's thread has the card's id and cannot be made twice. Cards and headlines
//! are rendered from the ticket as it is now, updates and notes from their event.

use anyhow::Context;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{fault, later};
use crate::desk::reports::paper;
use crate::discord::limits;
use crate::discord::message::{File, Message};
use crate::discord::rest::{Fault, History, codes, wire};
use crate::discord::shared::Shared;
use crate::domain::delivery::ReplyToken;
use crate::domain::{
    ChannelId, Delivery, Effect, Event, EventKind, MessageId, TeamKey, Ticket, TicketNumber, UserId,
};
use crate::report::{FinalReport, Format};
use crate::store::{GuildTx, Outcome};

/// Within this time Discord certainly recognises a nonce ("a few minutes" in its reference).
const NONCE_WINDOW: TimeDelta = TimeDelta::minutes(2);
/// How often an approved report is sent along with its news; afterwards the news goes alone, and the report can be
/// exported.
const TRIES_WITH_FILE: i64 = 2;
/// How far the clocks of this machine and of Discord may differ.
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(1);

/// Does what the delivery says; gives also the ticket as it was shown. An error is a failure on our side; what
/// Discord says is an outcome.
pub async fn perform(shared: &Shared, delivery: &Delivery) -> anyhow::Result<(Outcome, Ticket)> {
    let store = shared.desk.store();
    // What shows the present state must not miss a verb that left out its own row because this one still waited,
    // and is about to commit: holding the ticket waits for it. A later verb finds this row taken and adds one.
    let (mut tx, ticket) = if delivery.effect.coalesces_as().is_some() {
        let mut tx = store.write().await?;
        let ticket = tx.lock_ticket(delivery.ticket).await?;
        (tx, ticket)
    } else {
        let mut tx = store.read().await?;
        let ticket = tx.find_ticket(delivery.ticket).await?;
        (tx, ticket)
    };
    let ticket = ticket.context("its ticket is not in the database")?;
    let event = match &delivery.effect {
        Effect::ThreadNote { event } | Effect::Update { event, .. } => {
            Some(tx.event(delivery.ticket, *event).await?.context("its event is not in the database")?)
        }
        _ => None,
    };
    let headlines = tx.headlines(delivery.ticket).await?;
    let handed_out = match event.as_ref().map(|event| &event.kind) {
        Some(EventKind::ReportApproved { team, version }) => {
            handed_out(&mut tx, delivery.ticket, team, *version).await?
        }
        _ => None,
    };
    drop(tx);
    let job = Job { shared, delivery, ticket, handed_out };
    let done = match &delivery.effect {
        Effect::Card => job.card().await,
        Effect::Thread => job.thread().await,
        Effect::Link { token } => job.link(token).await,
        Effect::Welcome => job.in_thread(&shared.view().welcome(&job.ticket, &delivery.mark())).await,
        Effect::ThreadNote { .. } => job.thread_note(event.as_ref()).await,
        Effect::AddMember { user } => job.add_member(*user).await,
        Effect::Archive => job.archive().await,
        Effect::Headline { channel, mention } => {
            let message = shared.view().headline(&job.ticket, &delivery.mark(), mention);
            let posted = headlines.iter().find(|(of, _)| of == channel).map(|(_, message)| *message);
            job.post_or_edit(*channel, posted, &message).await
        }
        Effect::Update { channel, mention, .. } => match event.as_ref() {
            Some(event) => {
                let message = shared.view().update(&job.ticket, event, &delivery.mark(), mention);
                job.post(*channel, &message).await
            }
            None => Ok(Outcome::Dropped("its event is gone".to_owned())),
        },
        Effect::Publish { channel, message } => {
            shared.rest.publish(*channel, *message).await.map(|_| Outcome::Sent(None))
        }
    };
    Ok((done.unwrap_or_else(|fault| fault::outcome(shared, delivery, &fault)), job.ticket))
}

/// Writes down where a message is that was just posted, and what has to follow it. `shown` is the ticket as the
/// message shows it.
pub async fn note_place(
    shared: &Shared,
    tx: &mut GuildTx,
    delivery: &Delivery,
    message: MessageId,
    shown: &Ticket,
) -> anyhow::Result<()> {
    let number = delivery.ticket;
    let refresh = |channel| Effect::Headline { channel, mention: Vec::new() };
    match &delivery.effect {
        Effect::Card => {
            tx.set_card(number, message).await?;
            // The thread will have the card's id; what is said in its first second is not to be missed.
            shared.recorder.threads().insert(ChannelId(message.0), number);
        }
        Effect::Thread => {
            tx.set_thread(number, ChannelId(message.0)).await?;
            shared.catch_up.thread_began(ChannelId(message.0), shared.clock.now());
            // Headlines that did not wait for a thread that was late get their link now.
            for (channel, _) in tx.headlines(number).await? {
                tx.enqueue(number, &refresh(channel), &crate::desk::nonce(), shared.clock.now()).await?;
            }
        }
        Effect::Headline { channel, .. } => {
            // Holding the ticket puts this and the note of the thread above one after the other: whichever comes
            // second sees the first, so a headline never stays without its link.
            let now = tx.lock_ticket(number).await?;
            tx.set_headline(number, *channel, message).await?;
            if shown.places.thread.is_none() && now.is_some_and(|now| now.places.thread.is_some()) {
                tx.enqueue(number, &refresh(*channel), &crate::desk::nonce(), shared.clock.now()).await?;
            }
        }
        Effect::Update { channel, publish: true, .. } => {
            let publish = Effect::Publish { channel: *channel, message };
            tx.enqueue(number, &publish, &crate::desk::nonce(), shared.clock.now()).await?;
        }
        _ => {}
    }
    Ok(())
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
    shared: &'a Shared,
    delivery: &'a Delivery,
    ticket: Ticket,
    /// The report that goes along with the news of its approval.
    handed_out: Option<File>,
}

impl Job<'_> {
    async fn card(&self) -> Result<Outcome, Fault> {
        let message = self.shared.view().card(&self.ticket, &self.delivery.mark());
        let places = &self.ticket.places;
        self.post_or_edit(places.channel, places.card, &message).await
    }

    async fn thread(&self) -> Result<Outcome, Fault> {
        if let Some(thread) = self.ticket.places.thread {
            self.shared.rest.set_archived(thread, false).await?;
            return Ok(Outcome::Sent(None));
        }
        let Some(card) = self.ticket.places.card else {
            return Ok(Outcome::Retry(
                later(self.shared, fault::pause(self.delivery.attempts)),
                "no card yet".into(),
            ));
        };
        let name = self.shared.view().thread_name(&self.ticket);
        let body = json!({ "name": name, "auto_archive_duration": self.shared.auto_archive_minutes });
        match self.shared.rest.create_thread(self.ticket.places.channel, card, &body).await {
            Ok(_) | Err(Fault::Exists { .. }) => Ok(Outcome::Sent(Some(card))),
            Err(fault) => Err(fault),
        }
    }

    /// In the reply that the reporter is looking at, or, when that can no longer be changed, by a mention.
    async fn link(&self, reply: &ReplyToken) -> Result<Outcome, Fault> {
        let view = self.shared.view();
        if self.shared.clock.now() < reply.until {
            let body = view.link_reply(&self.ticket).edit_body();
            match self.shared.rest.edit_reply(self.shared.application, &reply.token, &body).await {
                Ok(_) => return Ok(Outcome::Sent(None)),
                Err(Fault::Gone { .. } | Fault::Refused { .. }) => {}
                Err(fault) => return Err(fault),
            }
        }
        self.in_thread(&view.link_mention(&self.ticket, &self.delivery.mark())).await
    }

    async fn thread_note(&self, event: Option<&Event>) -> Result<Outcome, Fault> {
        let Some(event) = event else { return Ok(Outcome::Dropped("its event is gone".to_owned())) };
        let mut message = self.shared.view().thread_note(&self.ticket, event, &self.delivery.mark());
        message.files.extend(self.handed_out.clone());
        // A file that does not get through must not keep the news, and all that comes after it, from the thread.
        if self.delivery.attempts > TRIES_WITH_FILE {
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

    async fn add_member(&self, user: UserId) -> Result<Outcome, Fault> {
        let Some(thread) = self.ticket.places.thread else { return Ok(self.no_thread()) };
        match self.shared.rest.add_thread_member(thread, user).await {
            Err(Fault::Refused { code: codes::THREAD_ARCHIVED, .. }) => {
                self.shared.rest.set_archived(thread, false).await?;
                self.shared.rest.add_thread_member(thread, user).await?;
            }
            done => done?,
        }
        Ok(Outcome::Sent(None))
    }

    async fn archive(&self) -> Result<Outcome, Fault> {
        if !self.ticket.status.is_end() {
            return Ok(Outcome::Dropped("the ticket was reopened".to_owned()));
        }
        let Some(thread) = self.ticket.places.thread else { return Ok(self.no_thread()) };
        self.shared.rest.set_archived(thread, true).await?;
        Ok(Outcome::Sent(None))
    }

    async fn in_thread(&self, message: &Message) -> Result<Outcome, Fault> {
        match self.ticket.places.thread {
            Some(thread) => self.post(thread, message).await,
            None => Ok(self.no_thread()),
        }
    }

    /// The lane makes the thread first, so a thread that is missing here cannot be made.
    fn no_thread(&self) -> Outcome {
        Outcome::Dropped(format!("{} has no thread", self.ticket.number))
    }

    async fn post_or_edit(
        &self,
        channel: ChannelId,
        posted: Option<MessageId>,
        message: &Message,
    ) -> Result<Outcome, Fault> {
        match posted {
            None => {
                let outcome = self.post(channel, message).await?;
                // A repeat may have met the message of an earlier attempt, which shows the ticket as it was then.
                if let (Outcome::Sent(Some(posted)), 2..) = (&outcome, self.delivery.attempts) {
                    self.shared.rest.edit_message(channel, *posted, &message.edit_body()).await?;
                }
                Ok(outcome)
            }
            Some(posted) => {
                self.shared.rest.edit_message(channel, posted, &message.edit_body()).await?;
                Ok(Outcome::Sent(None))
            }
        }
    }

    /// Posts a message, once: by nonce while Discord remembers it, later only if its mark is not found.
    async fn post(&self, channel: ChannelId, message: &Message) -> Result<Outcome, Fault> {
        if self.delivery.attempts > 1
            && self.shared.clock.now() - self.delivery.first_tried > NONCE_WINDOW
            && let Some(found) = self.find_posted(channel).await?
        {
            return Ok(Outcome::Sent(Some(found)));
        }
        let mut body = message.create_body();
        body["nonce"] = Value::from(self.delivery.nonce.as_str());
        body["enforce_nonce"] = Value::from(true);
        let posted = match message.files.as_slice() {
            [] => self.shared.rest.create_message(channel, &body).await,
            files => self.shared.rest.create_message_with(channel, &body, files).await,
        };
        match posted {
            Ok(posted) => Ok(Outcome::Sent(Some(posted.id))),
            // Discord knows the nonce and its message is gone: it was posted, and somebody deleted it.
            Err(Fault::Gone { code: codes::UNKNOWN_MESSAGE }) => {
                Ok(Outcome::Dropped("it was deleted".to_owned()))
            }
            Err(fault) => Err(fault),
        }
    }

    /// The message of an earlier attempt, by its mark among the bot's own since then.
    async fn find_posted(&self, channel: ChannelId) -> Result<Option<MessageId>, Fault> {
        let since = self.delivery.first_tried - CLOCK_SKEW;
        let mut after = MessageId::first_at(since);
        let mark = self.delivery.mark();
        loop {
            let page = self.shared.rest.messages(channel, History::After(after), 100).await?;
            let own = |message: &&wire::Message| message.author.id == self.shared.application;
            if let Some(found) = page.iter().filter(own).find(|message| message.bears(&mark)) {
                return Ok(Some(found.id));
            }
            match page.iter().map(|message| message.id).max() {
                Some(newest) if page.len() == 100 => after = newest,
                _ => return Ok(None),
            }
        }
    }
}
