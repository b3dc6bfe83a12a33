//! Looking at the world through the control interface.
//!
//! Keeps: looking changes nothing.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono_tz::Tz;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{answer, refuse};
use crate::sandbox::error::Refusal;
use crate::sandbox::ids::Id;
use crate::sandbox::model::{Channel, Message, kind};
use crate::sandbox::server::Shared;
use crate::sandbox::world::World;

/// Nobody waits longer than this for an interaction.
const LONGEST_WAIT: u64 = 60_000;

#[derive(Deserialize)]
pub(super) struct Page {
    after: Option<Id>,
    limit: Option<usize>,
}

#[derive(Deserialize)]
pub(super) struct Wait {
    wait_ms: Option<u64>,
}

pub(super) async fn world(State(shared): State<Arc<Shared>>) -> Response {
    answer(Ok(shared.lock().world_view()))
}

pub(super) async fn stats(State(shared): State<Arc<Shared>>) -> Response {
    answer(Ok(shared.lock().stats_view()))
}

pub(super) async fn messages(
    State(shared): State<Arc<Shared>>,
    Path(channel): Path<String>,
    Query(page): Query<Page>,
) -> Response {
    let world = shared.lock();
    let Some(channel) = world.find_channel(&channel) else {
        return refuse(404, format!("there is no channel or thread `{channel}`"));
    };
    let limit = page.limit.unwrap_or(100);
    let view = |message: &Message| world.message_view(message);
    // With `after` the next ones, otherwise the newest; oldest first in both cases.
    let list: Vec<Value> = match page.after {
        Some(after) => channel.messages.range(after + 1..).take(limit).map(|(_, it)| view(it)).collect(),
        None => {
            let skipped = channel.messages.len().saturating_sub(limit);
            channel.messages.values().skip(skipped).map(view).collect()
        }
    };
    answer(Ok(Value::Array(list)))
}

pub(super) async fn message(State(shared): State<Arc<Shared>>, Path(id): Path<Id>) -> Response {
    let world = shared.lock();
    let found = world.find_message(id).map(|message| world.message_view(message));
    answer(found.ok_or_else(|| Refusal::unknown(10008)))
}

pub(super) async fn interaction(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<Id>,
    Query(wait): Query<Wait>,
) -> Response {
    let limit = Duration::from_millis(wait.wait_ms.unwrap_or(0).min(LONGEST_WAIT));
    let settled = |world: &World| {
        let interaction = world.interactions.get(&id);
        interaction.is_none_or(|interaction| !interaction.is_pending()).then_some(())
    };
    tokio::select! {
        _ = shared.wait(limit, settled) => {}
        () = shared.stop.cancelled() => {}
    }
    let world = shared.lock();
    let found = world.interactions.get(&id).map(|interaction| world.interaction_view(interaction));
    answer(found.ok_or_else(|| Refusal::unknown(10062)))
}

impl World {
    /// A message with what no client is told: who was pinged, and how it reads.
    pub(crate) fn message_view(&self, message: &Message) -> Value {
        let mut json = self.message_json(message);
        json["author_name"] = json!(self.members.get(&message.author).map(|author| &author.username));
        json["text"] = json!(self.body_text(message, Tz::UTC));
        json["pings"] = json!({
            "users": crate::sandbox::payload::ids(&message.pings.users),
            "roles": crate::sandbox::payload::ids(&message.pings.roles),
            "everyone": message.pings.everyone,
        });
        json
    }

    pub(crate) fn stats_view(&self) -> Value {
        let unanswered = self.interactions.values().filter(|interaction| interaction.is_pending()).count();
        self.stats.json(unanswered, self.sessions.connected(), &self.limits.json(Instant::now()))
    }

    fn world_view(&self) -> Value {
        let place = |channel: &Channel| {
            let mut json = self.channel_json(channel);
            let members = channel.thread.iter().flat_map(|thread| thread.members.keys());
            json["messages"] = json!(channel.messages.len());
            json["members"] = members.map(|id| json!(id.to_string())).collect();
            json
        };
        let (threads, channels): (Vec<_>, Vec<_>) =
            self.channels.values().filter(|channel| channel.kind != kind::DM).partition(|c| c.is_thread());
        json!({
            "guild": { "id": self.guild.id.to_string(), "name": self.guild.name },
            "bot": self.bot.to_string(),
            "now": self.now().to_rfc3339(),
            "clock": if self.clock.is_stepped() { "stepped" } else { "running" },
            "connected": self.sessions.connected(),
            "members": self.members.values().map(|member| self.member_json(member)).collect::<Value>(),
            "roles": self.roles.values().map(|role| self.role_json(role)).collect::<Value>(),
            "channels": channels.into_iter().map(place).collect::<Value>(),
            "threads": threads.into_iter().map(place).collect::<Value>(),
            "commands": self.commands,
            "global_commands": self.global_commands,
        })
    }
}
