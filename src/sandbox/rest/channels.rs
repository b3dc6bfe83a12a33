//! Routes of channels.
//!
//! Translation only; see `verbs::channels`.

use serde_json::json;

use super::{Call, Reply};
use crate::sandbox::check::draft;
use crate::sandbox::error::Refusal;
use crate::sandbox::model::Overwrite;

type Answer = Result<Reply, Refusal>;

pub(super) fn get(call: &mut Call<'_>) -> Answer {
    let channel = call.world.require(call.by, call.id(0)?, 0)?;
    Ok(Reply::Json(call.world.channel_json(channel)))
}

pub(super) fn change(call: &mut Call<'_>) -> Answer {
    let (id, body) = (call.id(0)?, call.request.body.take());
    call.world.change_channel(call.by, id, &body)?;
    Ok(Reply::Json(call.world.channel_json(call.world.channel(id)?)))
}

pub(super) fn delete(call: &mut Call<'_>) -> Answer {
    let id = call.id(0)?;
    call.world.delete_channel(call.by, id).map(Reply::Json)
}

pub(super) fn set_permission(call: &mut Call<'_>) -> Answer {
    let (channel, target) = (call.id(0)?, call.id(1)?);
    let body = &call.request.body;
    let bits = |key: &str| draft::id(&body[key]).unwrap_or(0);
    let overwrite = Overwrite {
        id: target,
        member: draft::id(&body["type"]) == Some(1),
        allow: bits("allow"),
        deny: bits("deny"),
    };
    call.world.set_overwrite(call.by, channel, target, Some(overwrite)).map(|()| Reply::Nothing)
}

pub(super) fn delete_permission(call: &mut Call<'_>) -> Answer {
    let (channel, target) = (call.id(0)?, call.id(1)?);
    call.world.set_overwrite(call.by, channel, target, None).map(|()| Reply::Nothing)
}

pub(super) fn typing(call: &mut Call<'_>) -> Answer {
    let channel = call.id(0)?;
    call.world.require(call.by, channel, 0)?;
    call.world.announce("TYPING_START", &json!({ "channel_id": channel.to_string() }));
    Ok(Reply::Nothing)
}

pub(super) fn open_direct(call: &mut Call<'_>) -> Answer {
    let with = draft::id(&call.request.body["recipient_id"]).unwrap_or(0);
    let id = call.world.direct_channel(with)?;
    Ok(Reply::Json(call.world.channel_json(call.world.channel(id)?)))
}
