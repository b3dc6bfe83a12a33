//! Routes of threads and their members.
//!
//! Translation only; see `verbs::threads`.

use serde_json::{Value, json};

use super::{Call, Reply};
use crate::sandbox::error::Refusal;
use crate::sandbox::ids::Id;
use crate::sandbox::model::Channel;
use crate::sandbox::payload::timestamp;
use crate::sandbox::permissions::{MANAGE_THREADS, READ_HISTORY};
use crate::sandbox::verbs::threads::ThreadPlan;

type Answer = Result<Reply, Refusal>;

fn show(call: &Call<'_>, id: Id) -> Answer {
    Ok(Reply::Created(call.world.channel_json(call.world.channel(id)?)))
}

pub(super) fn from_message(call: &mut Call<'_>) -> Answer {
    let (channel, message) = (call.id(0)?, call.id(1)?);
    let plan = ThreadPlan::read(&call.request.body)?;
    let id = call.world.thread_from(call.by, channel, message, &plan)?;
    show(call, id)
}

pub(super) fn alone(call: &mut Call<'_>) -> Answer {
    let channel = call.id(0)?;
    let plan = ThreadPlan::read(&call.request.body)?;
    let id = call.world.thread_alone(call.by, channel, &plan)?;
    show(call, id)
}

/// Threads with the bot's membership in those it is in.
fn list(call: &Call<'_>, threads: &[&Channel]) -> Value {
    let members = threads.iter().filter_map(|thread| call.world.thread_member_json(thread, call.by, false));
    json!({
        "threads": threads.iter().map(|thread| call.world.channel_json(thread)).collect::<Value>(),
        "members": members.collect::<Value>(),
    })
}

pub(super) fn active(call: &mut Call<'_>) -> Answer {
    call.guild()?;
    let all = call.world.channels.values().rev();
    let seen = |thread: &&Channel| {
        thread.is_thread() && !thread.is_archived() && call.world.can_see(call.by, thread)
    };
    let threads: Vec<&Channel> = all.filter(seen).collect();
    Ok(Reply::Json(list(call, &threads)))
}

fn archived(call: &Call<'_>, bits: u64, wanted: impl Fn(&Channel) -> bool) -> Answer {
    let channel = call.id(0)?;
    call.world.require(call.by, channel, READ_HISTORY | bits)?;
    let limit = call.limit(50, 100)?;
    let before = call.query("before").unwrap_or("9999").to_owned();
    let archived_at = |thread: &Channel| thread.thread.as_ref().map(|thread| thread.archive_changed);
    // Archived private threads that one joined are paged by id, the others by time.
    let earlier = |thread: &Channel| match before.parse::<Id>() {
        Ok(id) if before.len() > 10 => thread.id < id,
        _ => archived_at(thread).is_some_and(|at| timestamp(at) < before),
    };
    let all = call.world.threads_of(channel).filter(|thread| thread.is_archived());
    let mut threads: Vec<&Channel> = all.filter(|thread| wanted(thread) && earlier(thread)).collect();
    threads.sort_by_key(|thread| std::cmp::Reverse((archived_at(thread), thread.id)));
    let has_more = threads.len() > limit;
    threads.truncate(limit);
    let mut json = list(call, &threads);
    json["has_more"] = json!(has_more);
    Ok(Reply::Json(json))
}

pub(super) fn archived_public(call: &mut Call<'_>) -> Answer {
    archived(call, 0, |thread| !thread.is_private())
}

pub(super) fn archived_private(call: &mut Call<'_>) -> Answer {
    archived(call, MANAGE_THREADS, Channel::is_private)
}

pub(super) fn archived_joined(call: &mut Call<'_>) -> Answer {
    let by = call.by;
    let joined =
        |thread: &Channel| thread.thread.as_ref().is_some_and(|thread| thread.members.contains_key(&by));
    archived(call, 0, |thread| thread.is_private() && joined(thread))
}

/// The person in the path.
fn who(call: &Call<'_>) -> Result<Id, Refusal> {
    if call.part(1) == "@me" { Ok(call.by) } else { call.id(1) }
}

pub(super) fn members(call: &mut Call<'_>) -> Answer {
    let thread = call.world.require(call.by, call.id(0)?, 0)?;
    let with_member = call.query("with_member") == Some("true");
    let inside = thread.thread.iter().flat_map(|inside| inside.members.keys());
    Ok(Reply::Json(
        inside.filter_map(|who| call.world.thread_member_json(thread, *who, with_member)).collect(),
    ))
}

pub(super) fn member(call: &mut Call<'_>) -> Answer {
    let thread = call.world.require(call.by, call.id(0)?, 0)?;
    let with_member = call.query("with_member") == Some("true");
    let json = call.world.thread_member_json(thread, who(call)?, with_member);
    json.map(Reply::Json).ok_or_else(|| Refusal::unknown(10007))
}

pub(super) fn add(call: &mut Call<'_>) -> Answer {
    let (thread, who) = (call.id(0)?, who(call)?);
    call.world.add_to_thread(call.by, thread, who).map(|()| Reply::Nothing)
}

pub(super) fn remove(call: &mut Call<'_>) -> Answer {
    let (thread, who) = (call.id(0)?, who(call)?);
    call.world.remove_from_thread(call.by, thread, who).map(|()| Reply::Nothing)
}
