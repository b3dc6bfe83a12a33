//! The control interface: what the actors can do, for programs in any language.
//!
//! JSON over HTTP below `/sandbox`, and a WebSocket that streams every change. It must not do anything an actor
//! could not. Keeps: a refusal is JSON with an `error` and a fitting status.

mod act;
mod faults;
mod show;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::ws::{Message, WebSocket};
use axum::extract::{State, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;

use super::error::Refusal;
use super::server::Shared;
use super::world::World;

/// Large files may be posted.
const MAX_BODY: usize = 64 * 1024 * 1024;

pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/world", get(show::world))
        .route("/channels/{channel}/messages", get(show::messages))
        .route("/messages", post(act::post))
        .route("/messages/{message}", patch(act::edit).delete(act::delete).get(show::message))
        .route("/reactions", post(act::react))
        .route("/command", post(act::command))
        .route("/autocomplete", post(act::autocomplete))
        .route("/press", post(act::press))
        .route("/submit", post(act::submit))
        .route("/interactions/{interaction}", get(show::interaction))
        .route("/members", post(act::add_member))
        .route("/members/{member}", patch(act::change_member).delete(act::remove_member))
        .route("/channels/{channel}", patch(act::change_channel).delete(act::delete_channel))
        .route("/channels", post(act::create_channel))
        .route("/roles", post(act::create_role))
        .route("/roles/{role}", patch(act::change_role).delete(act::delete_role))
        .route("/faults", post(faults::add).delete(faults::clear))
        .route("/clock", post(act::clock))
        .route("/stats", get(show::stats))
        .route("/live", get(live))
        .fallback(async || refuse(404, "there is no such control route"))
        .layer(axum::extract::DefaultBodyLimit::max(MAX_BODY))
}

/// An error of the control interface.
fn refuse(status: u16, error: impl Into<String>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    (status, axum::Json(json!({ "error": error.into() }))).into_response()
}

fn answer(outcome: Result<Value, Refusal>) -> Response {
    match outcome {
        Ok(value) => axum::Json(value).into_response(),
        Err(refusal) => refuse(refusal.status, refusal.to_string()),
    }
}

/// Reads a JSON body and acts on the world with it.
fn act_on(
    shared: &Shared,
    body: &Bytes,
    act: impl FnOnce(&mut World, &Value) -> Result<Value, Refusal>,
) -> Response {
    match serde_json::from_slice::<Value>(if body.is_empty() { b"{}" } else { body }) {
        Ok(body) if body.is_object() => answer(act(&mut shared.lock(), &body)),
        Ok(_) => refuse(400, "the body must be a JSON object"),
        Err(error) => refuse(400, format!("the body is not JSON: {error}")),
    }
}

/// A text in the body that must be there; ids may be numbers.
fn text(body: &Value, key: &str) -> Result<String, Refusal> {
    optional(body, key).ok_or_else(|| Refusal::by_client(format!("`{key}` is missing")))
}

fn optional(body: &Value, key: &str) -> Option<String> {
    match &body[key] {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A list of texts in the body.
fn texts(body: &Value, key: &str) -> Vec<String> {
    let list = body[key].as_array().into_iter().flatten();
    list.filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

async fn live(State(shared): State<Arc<Shared>>, upgrade: WebSocketUpgrade) -> Response {
    let changes = shared.lock().live.subscribe();
    upgrade.on_upgrade(move |socket| stream(shared, socket, changes))
}

async fn stream(
    shared: Arc<Shared>,
    mut socket: WebSocket,
    mut changes: tokio::sync::broadcast::Receiver<Arc<str>>,
) {
    loop {
        tokio::select! {
            change = changes.recv() => {
                let text = match change {
                    Ok(text) => text,
                    Err(RecvError::Lagged(missed)) => json!({ "type": "MISSED", "data": missed }).to_string().into(),
                    Err(RecvError::Closed) => return,
                };
                if socket.send(Message::Text((&*text).into())).await.is_err() {
                    return;
                }
            }
            message = socket.recv() => match message {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {}
            },
            () = shared.stop.cancelled() => return,
        }
    }
}
