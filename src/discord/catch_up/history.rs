//! Reading what a thread lacks: forward from its mark, page by page, and one page back for what changed.
//!
//! All of it goes to the recorder like news, so reading twice changes nothing. A page is in the archive before the
//! mark is moved behind it. Of an archived message that is missing from a page Discord is asked whether it was deleted. What happened to messages
//! before the last hundred is not seen, nor that somebody gave the emoji that another took back.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use serenity::all as serenity;

use super::Unread;
use crate::discord::heard;
use crate::discord::recorder::News;
use crate::discord::rest::{Fault, History, ReactionKind, Urgency, codes};
use crate::discord::shared::Shared;
use crate::domain::{ChannelId, MessageId, Reaction, TicketNumber, UserId};

/// Messages in a page of a thread's history: the most that Discord gives.
pub(super) const PAGE: usize = 100;
/// After how many messages of a long thread the log says how far it is read.
const PROGRESS: usize = 1_000;
/// How many archived messages are held against a page; more than a page cannot be seen to be missing at once.
pub(super) const COMPARED: i64 = 1_000;

/// A page of a thread's history, the oldest message first.
pub(super) struct Page {
    pub(super) messages: Vec<serenity::Message>,
    /// All ids, also of messages that could not be understood.
    pub(super) ids: Vec<MessageId>,
    /// When it was asked for: what was heard since is newer than what stands in it.
    pub(super) asked: DateTime<Utc>,
}

/// Reads a thread; gives how many messages were found that nobody had heard, if anybody should have.
pub(super) async fn read_thread(
    shared: &Shared,
    thread: ChannelId,
    ticket: TicketNumber,
) -> Result<usize, Unread> {
    let mark = shared.desk.store().read().await?.complete_to(thread).await?;
    // Nothing in a thread is older than the thread.
    let begin = mark.unwrap_or(MessageId(thread.0));
    let (mut after, mut read, mut found) = (begin, 0, 0);
    loop {
        let known = known(shared, (ticket, thread), (after, MessageId(i64::MAX))).await?;
        let page = page(shared, thread, History::After(after)).await?;
        let Some(newest) = page.ids.last().copied() else { break };
        found += page.ids.iter().filter(|id| !known.contains(id)).count();
        hand_in(shared, thread, &page, known.iter().filter(|id| **id <= newest)).await?;
        shared.recorder.flush().await;
        let mut tx = shared.desk.store().write().await?;
        tx.set_complete_to(thread, newest).await?;
        tx.commit().await?;
        (after, read) = (newest, read + page.ids.len());
        if read.is_multiple_of(PROGRESS) {
            tracing::info!(%ticket, messages = read, up_to = %newest.time(), "still reading the thread");
        }
        if page.ids.len() < PAGE {
            break;
        }
    }
    if read < PAGE && begin.0 > thread.0 {
        let known = known(shared, (ticket, thread), (MessageId(thread.0), begin)).await?;
        let page = page(shared, thread, History::Before(MessageId(begin.0 + 1))).await?;
        let oldest = page.ids.first().copied().unwrap_or(MessageId(i64::MAX));
        hand_in(shared, thread, &page, known.iter().filter(|id| **id >= oldest)).await?;
        shared.recorder.flush().await;
    }
    Ok(if mark.is_some() { found } else { 0 })
}

/// What the archive has between two messages. Asked before a page is, so that what is heard meanwhile is not missed in
/// the page.
async fn known(
    shared: &Shared,
    of: (TicketNumber, ChannelId),
    between: (MessageId, MessageId),
) -> Result<Vec<MessageId>, Unread> {
    Ok(shared.desk.store().read().await?.standing_messages(of, between, COMPARED).await?)
}

pub(super) async fn page(shared: &Shared, thread: ChannelId, part: History) -> Result<Page, Unread> {
    let asked = shared.clock.now();
    let limit = u8::try_from(PAGE).unwrap_or(u8::MAX);
    let rest = shared.rest.at(Urgency::Background);
    let found: Vec<Value> = rest.patiently(|| rest.messages_as(thread, part, limit)).await?;
    let mut page = Page { messages: Vec::new(), ids: Vec::new(), asked };
    for message in found {
        page.ids.extend(message["id"].as_str().and_then(|id| id.parse().ok()).map(MessageId));
        let id = message["id"].clone();
        match serde_json::from_value(message) {
            Ok(message) => page.messages.push(message),
            // One odd message must not keep all others out of the archive.
            Err(error) => tracing::warn!(%thread, message = %id, %error, "a message cannot be read"),
        }
    }
    page.ids.sort_unstable();
    page.messages.sort_by_key(|message| message.id);
    Ok(page)
}

/// Hands in a page, and that of the messages which should be in it, those that are not were deleted.
async fn hand_in(
    shared: &Shared,
    thread: ChannelId,
    page: &Page,
    expected: impl Iterator<Item = &MessageId>,
) -> Result<(), Unread> {
    for message in &page.messages {
        read_message(shared, thread, message, page.asked).await?;
    }
    for missing in expected.filter(|id| page.ids.binary_search(id).is_err()) {
        if is_gone(shared, thread, *missing).await? {
            shared.recorder.found(thread, News::Deleted(*missing, shared.clock.now()));
        }
    }
    Ok(())
}

/// Whether a message that is missing in a page is really gone. Its text is lost with it, so a page is not enough.
pub(super) async fn is_gone(shared: &Shared, thread: ChannelId, message: MessageId) -> Result<bool, Unread> {
    let rest = shared.rest.at(Urgency::Background);
    match rest.patiently(|| rest.message(thread, message)).await {
        Ok(_) => Ok(false),
        Err(Fault::Gone { code: codes::UNKNOWN_MESSAGE }) => Ok(true),
        Err(fault) => Err(fault.into()),
    }
}

/// One message of a history: its text, whether it is pinned, and who reacts to it.
pub(super) async fn read_message(
    shared: &Shared,
    thread: ChannelId,
    message: &serenity::Message,
    asked: DateTime<Utc>,
) -> Result<(), Unread> {
    let heard = heard::message(message);
    let id = heard.id;
    let known = shared.desk.store().read().await?.message(id).await?;
    let counted = count(known.iter().flat_map(|known| &known.reactions).map(|one| (one.emoji.clone(), 1)));
    let now = count(message.reactions.iter().map(|one| (heard::emoji(&one.reaction_type), one.count)));
    shared.recorder.found(thread, News::Message(Box::new(heard)));
    shared.recorder.found(thread, News::Pinned(id, message.pinned.then_some(asked)));
    if counted == now {
        return Ok(());
    }
    let mut reactions = Vec::new();
    for reaction in &message.reactions {
        let emoji = heard::emoji(&reaction.reaction_type);
        for kind in [ReactionKind::Normal, ReactionKind::Burst] {
            let any = kind == ReactionKind::Normal || reaction.count_details.burst > 0;
            let givers = if any { givers(shared, thread, id, &emoji, kind).await? } else { Vec::new() };
            reactions.extend(givers.into_iter().map(|by| Reaction { emoji: emoji.clone(), by, at: asked }));
        }
    }
    shared.recorder.found(thread, News::Reactions(id, reactions, asked));
    Ok(())
}

/// Everybody who gave an emoji to a message; nobody, if it is gone meanwhile.
async fn givers(
    shared: &Shared,
    thread: ChannelId,
    message: MessageId,
    emoji: &str,
    kind: ReactionKind,
) -> Result<Vec<UserId>, Unread> {
    let rest = shared.rest.at(Urgency::Background);
    let mut all = Vec::new();
    loop {
        let after = all.last().copied();
        let page = rest.patiently(|| rest.reactions(thread, message, emoji, kind, after)).await;
        let page = match page {
            Ok(page) => page,
            Err(Fault::Gone { .. } | Fault::Refused { .. }) => return Ok(all),
            Err(fault) => return Err(fault.into()),
        };
        all.extend(page.iter().map(|user| user.id));
        if page.len() < PAGE {
            return Ok(all);
        }
    }
}

fn count(reactions: impl Iterator<Item = (String, u64)>) -> BTreeMap<String, u64> {
    let mut counted = BTreeMap::new();
    for (emoji, count) in reactions {
        *counted.entry(emoji).or_default() += count;
    }
    counted
}
