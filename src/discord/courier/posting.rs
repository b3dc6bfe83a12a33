//! Posting a message so that people see it once, however often it is tried.
//!
//! A message carries the delivery's nonce, by which Discord recognises a repeat for some minutes; an older attempt is
//! looked for first, by its mark among the bot's own messages since then. Must not know what the message is about.

use chrono::TimeDelta;
use serde_json::Value;

use crate::discord::message::Message;
use crate::discord::rest::{Fault, History, Rest, codes, wire};
use crate::discord::shared::Shared;
use crate::domain::{ChannelId, Delivery, MessageId};
use crate::store::Outcome;

/// Within this time Discord certainly recognises a nonce ("a few minutes" in its reference).
pub const NONCE_WINDOW: TimeDelta = TimeDelta::minutes(2);
/// How far the clocks of this machine and of Discord may differ.
pub const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(1);

/// One delivery's message on its way.
pub struct Posting<'a> {
    /// The bot.
    pub shared: &'a Shared,
    /// Discord, at the urgency of the delivery.
    pub rest: Rest,
    /// Whose nonce and mark it has.
    pub delivery: &'a Delivery,
}

impl Posting<'_> {
    /// Edits the message that was posted before, or posts it.
    pub async fn post_or_edit(
        &self,
        channel: ChannelId,
        posted: Option<MessageId>,
        message: &Message,
    ) -> Result<Outcome, Fault> {
        let rest = &self.rest;
        match posted {
            None => {
                let outcome = self.post(channel, message).await?;
                // A repeat may have met the message of an earlier attempt, which shows the ticket as it was then.
                if let (Outcome::Sent(Some(posted)), 2..) = (&outcome, self.delivery.attempts) {
                    rest.edit_message(channel, *posted, &message.edit_body()).await?;
                }
                Ok(outcome)
            }
            Some(posted) => {
                rest.edit_message(channel, posted, &message.edit_body()).await?;
                Ok(Outcome::Sent(None))
            }
        }
    }

    /// Posts a message, once: by nonce while Discord remembers it, later only if its mark is not found.
    pub async fn post(&self, channel: ChannelId, message: &Message) -> Result<Outcome, Fault> {
        let delivery = self.delivery;
        if delivery.attempts > 1
            && self.shared.clock.now() - delivery.first_tried > NONCE_WINDOW
            && let Some(found) = self.find_posted(channel).await?
        {
            return Ok(Outcome::Sent(Some(found)));
        }
        let mut body = message.create_body();
        body["nonce"] = Value::from(delivery.nonce.as_str());
        body["enforce_nonce"] = Value::from(true);
        let rest = &self.rest;
        let posted = match message.files.as_slice() {
            [] => rest.create_message(channel, &body).await,
            files => rest.create_message_with(channel, &body, files).await,
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
        let mut after = MessageId::first_at(self.delivery.first_tried - CLOCK_SKEW);
        let mark = self.delivery.mark();
        loop {
            let page = self.rest.messages(channel, History::After(after), 100).await?;
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
