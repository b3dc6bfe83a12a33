//! Routes of messages, reactions and pins.
//!
//! Translation only; see `verbs::messages`, `edits`, `reactions` and `pins`.

use serde_json::{Value, json};

use super::{Call, Reply};
use crate::sandbox::check::draft::{Draft, ids};
use crate::sandbox::error::Refusal;
use crate::sandbox::ids::Id;
use crate::sandbox::model::{Channel, Message};
use crate::sandbox::payload::timestamp;
use crate::sandbox::permissions::READ_HISTORY;
use crate::sandbox::verbs::messages::Posting;

type Answer = Result<Reply, Refusal>;

fn show(call: &Call<'_>, channel: Id, id: Id) -> Answer {
    Ok(Reply::Json(call.world.message_json(call.world.message(channel, id)?)))
}

fn draft(call: &mut Call<'_>) -> Result<Draft, Refusal> {
    Draft::read(&call.request.body.take(), std::mem::take(&mut call.request.files), "")
}

pub(super) fn create(call: &mut Call<'_>) -> Answer {
    let channel = call.id(0)?;
    let draft = draft(call)?;
    let id = call.world.post(Posting::new(call.by, channel, draft))?;
    // The first message of a repeated nonce may stand elsewhere.
    let message = call.world.find_message(id).ok_or_else(|| Refusal::unknown(10008))?;
    Ok(Reply::Json(call.world.sent_message_json(message)))
}

/// The part of a history that `before`, `after` or `around` asks for, newest first.
fn page_of(channel: &Channel, query: impl Fn(&str) -> Option<Id>, limit: usize) -> Vec<&Message> {
    let all = &channel.messages;
    if let Some(around) = query("around") {
        let mut page: Vec<_> =
            all.range(..around).rev().take(limit / 2).map(|(_, message)| message).collect();
        page.extend(all.range(around..).take(limit - limit / 2).map(|(_, message)| message));
        page.sort_by_key(|message| std::cmp::Reverse(message.id));
        return page;
    }
    if let Some(after) = query("after") {
        let mut page: Vec<_> = all.range(after + 1..).take(limit).map(|(_, message)| message).collect();
        page.reverse();
        return page;
    }
    let end = query("before").unwrap_or(Id::MAX);
    all.range(..end).rev().take(limit).map(|(_, message)| message).collect()
}

pub(super) fn history(call: &mut Call<'_>) -> Answer {
    let limit = call.limit(50, 100)?;
    let channel = call.world.require(call.by, call.id(0)?, 0)?;
    if call.world.permissions_in(call.by, channel) & READ_HISTORY == 0 {
        return Ok(Reply::Json(json!([])));
    }
    let page = page_of(channel, |key| call.query(key).and_then(|id| id.parse().ok()), limit);
    Ok(Reply::Json(page.into_iter().map(|message| call.world.message_json(message)).collect()))
}

pub(super) fn get(call: &mut Call<'_>) -> Answer {
    let (channel, id) = (call.id(0)?, call.id(1)?);
    call.world.require(call.by, channel, READ_HISTORY)?;
    show(call, channel, id)
}

pub(super) fn edit(call: &mut Call<'_>) -> Answer {
    let (channel, id) = (call.id(0)?, call.id(1)?);
    let draft = draft(call)?;
    call.world.edit(call.by, channel, id, draft)?;
    show(call, channel, id)
}

pub(super) fn delete(call: &mut Call<'_>) -> Answer {
    let (channel, id) = (call.id(0)?, call.id(1)?);
    call.world.delete(call.by, channel, id).map(|()| Reply::Nothing)
}

pub(super) fn delete_bulk(call: &mut Call<'_>) -> Answer {
    let (channel, list) = (call.id(0)?, ids(&call.request.body["messages"]));
    call.world.delete_bulk(call.by, channel, &list).map(|()| Reply::Nothing)
}

pub(super) fn crosspost(call: &mut Call<'_>) -> Answer {
    let (channel, id) = (call.id(0)?, call.id(1)?);
    call.world.crosspost(call.by, channel, id)?;
    show(call, channel, id)
}

pub(super) fn react(call: &mut Call<'_>) -> Answer {
    let (channel, id, emoji) = (call.id(0)?, call.id(1)?, call.part(2).to_owned());
    call.world.react(call.by, channel, id, &emoji).map(|()| Reply::Nothing)
}

pub(super) fn unreact(call: &mut Call<'_>) -> Answer {
    let (channel, id, emoji) = (call.id(0)?, call.id(1)?, call.part(2).to_owned());
    let whose = if call.parts.len() > 3 { call.id(3)? } else { call.by };
    call.world.unreact(call.by, channel, id, &emoji, whose).map(|()| Reply::Nothing)
}

pub(super) fn reactions(call: &mut Call<'_>) -> Answer {
    let (channel, id) = (call.id(0)?, call.id(1)?);
    let limit = call.limit(25, 100)?;
    call.world.require(call.by, channel, READ_HISTORY)?;
    let message = call.world.message(channel, id)?;
    let given = message.reactions.iter().find(|(emoji, _)| emoji == call.part(2));
    let mut users = given.map_or_else(Vec::new, |(_, users)| users.clone());
    users.sort_unstable();
    let after: Id = call.query("after").and_then(|id| id.parse().ok()).unwrap_or(0);
    let page = users.into_iter().filter(|user| *user > after).take(limit);
    Ok(Reply::Json(page.map(|user| call.world.user_json(user)).collect()))
}

fn pinned<'a>(call: &'a Call<'_>) -> Result<impl Iterator<Item = (&'a Message, String)>, Refusal> {
    let channel = call.world.require(call.by, call.id(0)?, READ_HISTORY)?;
    let found = |(id, at): &(Id, _)| channel.messages.get(id).map(|message| (message, timestamp(*at)));
    Ok(channel.pins.iter().filter_map(found))
}

pub(super) fn pins(call: &mut Call<'_>) -> Answer {
    let json: Value = pinned(call)?.map(|(message, _)| call.world.message_json(message)).collect();
    Ok(Reply::Json(json))
}

pub(super) fn pins_paged(call: &mut Call<'_>) -> Answer {
    let limit = call.limit(50, 50)?;
    let before = call.query("before").unwrap_or("9999").to_owned();
    let items: Vec<Value> = pinned(call)?
        .filter(|(_, at)| *at < before)
        .map(|(message, at)| json!({ "pinned_at": at, "message": call.world.message_json(message) }))
        .collect();
    let has_more = items.len() > limit;
    Ok(Reply::Json(
        json!({ "items": items.into_iter().take(limit).collect::<Value>(), "has_more": has_more }),
    ))
}

pub(super) fn pin(call: &mut Call<'_>) -> Answer {
    let (channel, id) = (call.id(0)?, call.id(1)?);
    call.world.pin(call.by, channel, id, true).map(|()| Reply::Nothing)
}

pub(super) fn unpin(call: &mut Call<'_>) -> Answer {
    let (channel, id) = (call.id(0)?, call.id(1)?);
    call.world.pin(call.by, channel, id, false).map(|()| Reply::Nothing)
}
