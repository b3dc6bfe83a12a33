//! Routes of the bot itself: gateway, users, application, commands.
//!
//! Translation only; see `verbs::commands`.

use serde_json::{Value, json};

use super::{Call, Reply};
use crate::sandbox::check::draft;
use crate::sandbox::error::Refusal;
use crate::sandbox::verbs::commands::Scope;

type Answer = Result<Reply, Refusal>;

fn gateway_url(call: &Call<'_>) -> String {
    format!("{}/gateway", call.world.address.replacen("http", "ws", 1))
}

pub(super) fn gateway(call: &mut Call<'_>) -> Answer {
    Ok(Reply::Json(json!({ "url": gateway_url(call) })))
}

pub(super) fn gateway_bot(call: &mut Call<'_>) -> Answer {
    let limit = json!({ "total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1 });
    Ok(Reply::Json(json!({ "url": gateway_url(call), "shards": 1, "session_start_limit": limit })))
}

pub(super) fn me(call: &mut Call<'_>) -> Answer {
    Ok(Reply::Json(call.world.current_user_json()))
}

pub(super) fn my_guilds(call: &mut Call<'_>) -> Answer {
    let world = &call.world;
    Ok(Reply::Json(json!([{
        "id": world.guild.id.to_string(),
        "name": world.guild.name,
        "icon": null,
        "banner": null,
        "owner": world.guild.owner == call.by,
        "permissions": world.guild_permissions(call.by).to_string(),
        "features": ["COMMUNITY", "NEWS"],
        "approximate_member_count": world.members.len(),
        "approximate_presence_count": 1,
    }])))
}

pub(super) fn user(call: &mut Call<'_>) -> Answer {
    let id = call.id(0)?;
    call.world.members.get(&id).ok_or_else(|| Refusal::unknown(10013))?;
    Ok(Reply::Json(call.world.user_json(id)))
}

pub(super) fn application(call: &mut Call<'_>) -> Answer {
    Ok(Reply::Json(call.world.application_json()))
}

/// Refuses unless application and guild in the path are the ones there are.
fn check(call: &Call<'_>, guild: bool) -> Result<(), Refusal> {
    if call.id(0)? != call.world.bot {
        return Err(Refusal::new(
            403,
            20012,
            "You are not authorized to perform this action on this application",
        ));
    }
    if guild && call.id(1)? != call.world.guild.id { Err(Refusal::missing_access()) } else { Ok(()) }
}

fn list(call: &Call<'_>, scope: Scope) -> Reply {
    Reply::Json(call.world.commands_of(scope).iter().cloned().collect())
}

fn replace(call: &mut Call<'_>, scope: Scope) -> Answer {
    let wanted = call.request.body.take();
    let wanted = wanted
        .as_array()
        .ok_or_else(|| Refusal::field("", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType"))?;
    call.world.replace_commands(scope, wanted)?;
    Ok(list(call, scope))
}

fn put(call: &mut Call<'_>, scope: Scope) -> Answer {
    let wanted = call.request.body.take();
    call.world.put_command(scope, &wanted).map(Reply::Created)
}

pub(super) fn global_commands(call: &mut Call<'_>) -> Answer {
    check(call, false)?;
    Ok(list(call, Scope::Global))
}

pub(super) fn put_global_commands(call: &mut Call<'_>) -> Answer {
    check(call, false)?;
    replace(call, Scope::Global)
}

pub(super) fn post_global_command(call: &mut Call<'_>) -> Answer {
    check(call, false)?;
    put(call, Scope::Global)
}

pub(super) fn commands(call: &mut Call<'_>) -> Answer {
    check(call, true)?;
    Ok(list(call, Scope::Guild))
}

pub(super) fn put_commands(call: &mut Call<'_>) -> Answer {
    check(call, true)?;
    replace(call, Scope::Guild)
}

pub(super) fn post_command(call: &mut Call<'_>) -> Answer {
    check(call, true)?;
    put(call, Scope::Guild)
}

pub(super) fn command(call: &mut Call<'_>) -> Answer {
    check(call, true)?;
    let id = call.id(2)?;
    let is_it = |command: &&Value| draft::id(&command["id"]) == Some(id);
    let found = call.world.commands.iter().find(is_it).cloned();
    found.map(Reply::Json).ok_or_else(|| Refusal::unknown(10063))
}

pub(super) fn patch_command(call: &mut Call<'_>) -> Answer {
    check(call, true)?;
    let (id, body) = (call.id(2)?, call.request.body.take());
    call.world.patch_command(Scope::Guild, id, &body).map(Reply::Json)
}

pub(super) fn delete_command(call: &mut Call<'_>) -> Answer {
    check(call, true)?;
    let id = call.id(2)?;
    call.world.delete_command(Scope::Guild, id).map(|()| Reply::Nothing)
}
