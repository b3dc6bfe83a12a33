//! Acting as a member, or as an administrator, through the control interface.
//!
//! Keeps: `as`, `channel` and roles may be given by name or id, and the verbs are those of the actors.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{act_on, optional, text, texts};
use crate::sandbox::check::draft::{self, Draft, Upload};
use crate::sandbox::error::Refusal;
use crate::sandbox::ids::Id;
use crate::sandbox::line::Typed;
use crate::sandbox::server::Shared;
use crate::sandbox::verbs::messages::Posting;
use crate::sandbox::world::World;

type Shareds = State<Arc<Shared>>;

fn time(body: &Value, key: &str) -> Result<Option<DateTime<Utc>>, Refusal> {
    let Some(text) = body[key].as_str() else { return Ok(None) };
    let parsed = DateTime::parse_from_rfc3339(text).map(|time| Some(time.to_utc()));
    parsed.map_err(|_| Refusal::by_client(format!("`{key}` must be a time such as 2026-01-31T09:00:00Z")))
}

/// Files: `name` with `text` or, for other bytes, `base64`.
fn files(body: &Value) -> Result<Vec<Upload>, Refusal> {
    let list = body["attachments"].as_array().into_iter().flatten();
    list.map(|file| {
        let name = text(file, "name")?;
        let bytes = match (&file["text"], &file["base64"]) {
            (Value::String(text), _) => text.clone().into_bytes(),
            (_, Value::String(code)) => {
                from_base64(code).ok_or_else(|| Refusal::by_client("`base64` is not base64"))?
            }
            _ => Vec::new(),
        };
        Ok(Upload::new(name, bytes))
    })
    .collect()
}

fn from_base64(code: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(code.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for sign in code.bytes().filter(|sign| !sign.is_ascii_whitespace() && *sign != b'=') {
        let value = match sign {
            b'A'..=b'Z' => sign - b'A',
            b'a'..=b'z' => sign - b'a' + 26,
            b'0'..=b'9' => sign - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

fn who(world: &World, body: &Value) -> Result<Id, Refusal> {
    world.member_named(&text(body, "as")?)
}

fn place(world: &World, body: &Value) -> Result<Id, Refusal> {
    world.channel_named(&text(body, "channel")?)
}

fn message_id(body: &Value) -> Result<Id, Refusal> {
    draft::id(&body["message"]).ok_or_else(|| Refusal::by_client("`message` must be an id"))
}

fn show_message(world: &World, id: Id) -> Result<Value, Refusal> {
    world.find_message(id).map(|message| world.message_view(message)).ok_or_else(|| Refusal::unknown(10008))
}

fn show_interaction(world: &World, id: Id) -> Result<Value, Refusal> {
    let found = world.interactions.get(&id).map(|interaction| world.interaction_view(interaction));
    found.ok_or_else(|| Refusal::unknown(10062))
}

pub(super) async fn post(State(shared): Shareds, body: Bytes) -> Response {
    act_on(&shared, &body, |world, body| {
        let (by, channel) = (who(world, body)?, place(world, body)?);
        let mut draft = Draft::text(body["content"].as_str().unwrap_or_default()).with_files(files(body)?);
        if let Some(earlier) = draft::id(&body["reply_to"]) {
            draft = draft.replying_to(earlier);
        }
        let id = world.post(Posting { at: time(body, "at")?, ..Posting::new(by, channel, draft) })?;
        show_message(world, id)
    })
}

/// A message and its place.
fn placed(world: &World, id: Id) -> Result<(Id, Id), Refusal> {
    world.find_message(id).map(|message| (message.channel, id)).ok_or_else(|| Refusal::unknown(10008))
}

pub(super) async fn edit(State(shared): Shareds, Path(id): Path<Id>, body: Bytes) -> Response {
    act_on(&shared, &body, |world, body| {
        let (channel, id) = placed(world, id)?;
        world.edit(who(world, body)?, channel, id, Draft::text(text(body, "content")?))?;
        show_message(world, id)
    })
}

pub(super) async fn delete(State(shared): Shareds, Path(id): Path<Id>, body: Bytes) -> Response {
    act_on(&shared, &body, |world, body| {
        let (channel, id) = placed(world, id)?;
        // Without `as` its author deletes it.
        let author = world.message(channel, id)?.author;
        let by = optional(body, "as").map_or(Ok(author), |name| world.member_named(&name))?;
        world.delete(by, channel, id).map(|()| json!({ "deleted": id.to_string() }))
    })
}

pub(super) async fn react(State(shared): Shareds, body: Bytes) -> Response {
    act_on(&shared, &body, |world, body| {
        let (channel, id) = placed(world, message_id(body)?)?;
        let (by, emoji) = (who(world, body)?, text(body, "emoji")?);
        if body["remove"].as_bool() == Some(true) {
            world.unreact(by, channel, id, &emoji, by)?;
        } else {
            world.react(by, channel, id, &emoji)?;
        }
        show_message(world, id)
    })
}

fn typed(world: &World, body: &Value) -> Result<Typed, Refusal> {
    match optional(body, "command") {
        Some(line) => world.typed(&line),
        None => {
            world.named(&text(body, "name")?, body["options"].as_object().unwrap_or(&serde_json::Map::new()))
        }
    }
}

pub(super) async fn command(State(shared): Shareds, body: Bytes) -> Response {
    act_on(&shared, &body, |world, body| {
        let by = who(world, body)?;
        let id = match draft::id(&body["target"]) {
            Some(target) => world.use_menu(by, &text(body, "name")?, target)?,
            None => {
                let (channel, typed) = (place(world, body)?, typed(world, body)?);
                world.use_command(by, channel, &typed, files(body)?)?
            }
        };
        show_interaction(world, id)
    })
}

pub(super) async fn autocomplete(State(shared): Shareds, body: Bytes) -> Response {
    act_on(&shared, &body, |world, body| {
        let (by, channel, typed) = (who(world, body)?, place(world, body)?, typed(world, body)?);
        let id = world.ask_suggestions(by, channel, &typed)?;
        show_interaction(world, id)
    })
}

pub(super) async fn press(State(shared): Shareds, body: Bytes) -> Response {
    act_on(&shared, &body, |world, body| {
        let component = optional(body, "custom_id").map_or_else(|| text(body, "label"), Ok)?;
        let id = world.press(who(world, body)?, message_id(body)?, &component, &texts(body, "values"))?;
        show_interaction(world, id)
    })
}

pub(super) async fn submit(State(shared): Shareds, body: Bytes) -> Response {
    act_on(&shared, &body, |world, body| {
        let shown = draft::id(&body["interaction"]);
        let shown = shown.ok_or_else(|| Refusal::by_client("`interaction` must be an id"))?;
        let fields = body["fields"].as_object().into_iter().flatten();
        let fields: Vec<(String, String)> = fields
            .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
            .collect();
        let id = world.submit(who(world, body)?, shown, &fields)?;
        show_interaction(world, id)
    })
}

fn roles(world: &World, body: &Value) -> Result<Vec<Id>, Refusal> {
    texts(body, "roles").iter().map(|role| world.role_named(role)).collect()
}

pub(super) async fn add_member(State(shared): Shareds, body: Bytes) -> Response {
    act_on(&shared, &body, |world, body| {
        let display = optional(body, "display").unwrap_or_default();
        let id = world.add_member(&text(body, "username")?, &display, roles(world, body)?)?;
        Ok(json!({ "id": id.to_string() }))
    })
}

pub(super) async fn change_member(State(shared): Shareds, Path(name): Path<String>, body: Bytes) -> Response {
    act_on(&shared, &body, |world, body| {
        let (id, roles) = (world.member_named(&name)?, roles(world, body)?);
        let refuses = body["refuses_dms"].as_bool();
        world.change_member(id, |member| {
            if body.get("roles").is_some() {
                member.roles = roles;
            }
            member.refuses_dms = refuses.unwrap_or(member.refuses_dms);
        })?;
        Ok(json!({ "id": id.to_string() }))
    })
}

pub(super) async fn remove_member(State(shared): Shareds, Path(name): Path<String>) -> Response {
    act_on(&shared, &Bytes::new(), |world, _| {
        world.remove_member(world.member_named(&name)?).map(|()| json!({}))
    })
}

pub(super) async fn create_channel(State(shared): Shareds, body: Bytes) -> Response {
    act_on(&shared, &body, |world, body| {
        let id = world.create_channel(world.guild.owner, body)?;
        Ok(json!({ "id": id.to_string() }))
    })
}

pub(super) async fn change_channel(
    State(shared): Shareds,
    Path(name): Path<String>,
    body: Bytes,
) -> Response {
    act_on(&shared, &body, |world, body| {
        let (owner, id) = (world.guild.owner, world.channel_named(&name)?);
        world.change_channel(owner, id, body)?;
        Ok(world.channel_json(world.channel(id)?))
    })
}

pub(super) async fn delete_channel(State(shared): Shareds, Path(name): Path<String>) -> Response {
    act_on(&shared, &Bytes::new(), |world, _| {
        world.delete_channel(world.guild.owner, world.channel_named(&name)?)
    })
}

pub(super) async fn create_role(State(shared): Shareds, body: Bytes) -> Response {
    act_on(&shared, &body, |world, body| {
        let id = world.create_role(world.guild.owner, body)?;
        Ok(json!({ "id": id.to_string() }))
    })
}

pub(super) async fn change_role(State(shared): Shareds, Path(name): Path<String>, body: Bytes) -> Response {
    act_on(&shared, &body, |world, body| {
        let (owner, id) = (world.guild.owner, world.role_named(&name)?);
        world.change_role(owner, id, body).map(|()| json!({ "id": id.to_string() }))
    })
}

pub(super) async fn delete_role(State(shared): Shareds, Path(name): Path<String>) -> Response {
    act_on(&shared, &Bytes::new(), |world, _| {
        world.delete_role(world.guild.owner, world.role_named(&name)?).map(|()| json!({}))
    })
}

pub(super) async fn clock(State(shared): Shareds, body: Bytes) -> Response {
    act_on(&shared, &body, |world, body| {
        let now = time(body, "now")?.ok_or_else(|| Refusal::by_client("`now` is missing"))?;
        world.clock.set(now).map_err(Refusal::by_client)?;
        Ok(json!({ "now": world.now().to_rfc3339() }))
    })
}
