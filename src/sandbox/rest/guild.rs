//! Routes of the guild: channels, roles, members.
//!
//! Translation only; see `verbs::channels` and `verbs::members`.

use serde_json::Value;

use super::{Call, Reply};
use crate::sandbox::error::Refusal;
use crate::sandbox::ids::Id;
use crate::sandbox::model::{Member, kind};

type Answer = Result<Reply, Refusal>;

pub(super) fn get(call: &mut Call<'_>) -> Answer {
    call.guild()?;
    Ok(Reply::Json(call.world.guild_json()))
}

pub(super) fn change(call: &mut Call<'_>) -> Answer {
    call.guild()?;
    let body = call.request.body.take();
    call.world.change_guild(call.by, &body)?;
    Ok(Reply::Json(call.world.guild_json()))
}

pub(super) fn channels(call: &mut Call<'_>) -> Answer {
    call.guild()?;
    let all = call.world.channels.values();
    let channels = all.filter(|channel| !channel.is_thread() && channel.kind != kind::DM);
    Ok(Reply::Json(channels.map(|channel| call.world.channel_json(channel)).collect()))
}

pub(super) fn create_channel(call: &mut Call<'_>) -> Answer {
    call.guild()?;
    let body = call.request.body.take();
    let id = call.world.create_channel(call.by, &body)?;
    Ok(Reply::Created(call.world.channel_json(call.world.channel(id)?)))
}

fn show_role(call: &Call<'_>, id: Id) -> Answer {
    let role = call.world.roles.get(&id).ok_or_else(|| Refusal::unknown(10011))?;
    Ok(Reply::Json(call.world.role_json(role)))
}

pub(super) fn roles(call: &mut Call<'_>) -> Answer {
    call.guild()?;
    Ok(Reply::Json(call.world.roles.values().map(|role| call.world.role_json(role)).collect()))
}

pub(super) fn role(call: &mut Call<'_>) -> Answer {
    call.guild()?;
    show_role(call, call.id(1)?)
}

pub(super) fn create_role(call: &mut Call<'_>) -> Answer {
    call.guild()?;
    let body = call.request.body.take();
    let id = call.world.create_role(call.by, &body)?;
    show_role(call, id)
}

pub(super) fn change_role(call: &mut Call<'_>) -> Answer {
    call.guild()?;
    let (id, body) = (call.id(1)?, call.request.body.take());
    call.world.change_role(call.by, id, &body)?;
    show_role(call, id)
}

pub(super) fn delete_role(call: &mut Call<'_>) -> Answer {
    call.guild()?;
    let id = call.id(1)?;
    call.world.delete_role(call.by, id).map(|()| Reply::Nothing)
}

fn show_members<'a>(call: &Call<'_>, members: impl Iterator<Item = &'a Member>) -> Reply {
    Reply::Json(members.map(|member| call.world.member_json(member)).collect::<Value>())
}

pub(super) fn members(call: &mut Call<'_>) -> Answer {
    call.guild()?;
    if !call.world.options.granted.members {
        return Err(Refusal::missing_access());
    }
    let limit = call.limit(1, 1000)?;
    let after: Id = call.query("after").and_then(|id| id.parse().ok()).unwrap_or(0);
    Ok(show_members(call, call.world.members.range(after + 1..).map(|(_, member)| member).take(limit)))
}

pub(super) fn search_members(call: &mut Call<'_>) -> Answer {
    call.guild()?;
    let limit = call.limit(1, 1000)?;
    let start = call.query("query").unwrap_or_default().to_lowercase();
    let fits = |member: &&Member| {
        member.username.starts_with(&start) || member.display_name().to_lowercase().starts_with(&start)
    };
    Ok(show_members(call, call.world.members.values().filter(fits).take(limit)))
}

pub(super) fn member(call: &mut Call<'_>) -> Answer {
    call.guild()?;
    let id = if call.part(1) == "@me" { call.by } else { call.id(1)? };
    let member = call.world.members.get(&id).ok_or_else(|| Refusal::unknown(10007))?;
    Ok(Reply::Json(call.world.member_json(member)))
}

pub(super) fn give_role(call: &mut Call<'_>) -> Answer {
    call.guild()?;
    let (member, role) = (call.id(1)?, call.id(2)?);
    call.world.give_role(call.by, member, role, true).map(|()| Reply::Nothing)
}

pub(super) fn take_role(call: &mut Call<'_>) -> Answer {
    call.guild()?;
    let (member, role) = (call.id(1)?, call.id(2)?);
    call.world.give_role(call.by, member, role, false).map(|()| Reply::Nothing)
}
