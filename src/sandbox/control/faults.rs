//! Ordering failures through the control interface.
//!
//! Keeps: what the fields mean is known by `faults` alone.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::{act_on, answer};
use crate::sandbox::error::Refusal;
use crate::sandbox::faults::Fault;
use crate::sandbox::gateway::ends_session;
use crate::sandbox::gateway::session::Frame;
use crate::sandbox::server::Shared;
use crate::sandbox::world::World;

pub(super) async fn add(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    act_on(&shared, &body, |world, body| {
        match body["gateway"].as_str() {
            Some(what) => gateway(world, what, body)?,
            None if body["nonce_life_ms"].is_u64() => {
                let life = body["nonce_life_ms"].as_u64().unwrap_or_default();
                world.remember_nonces_for(Duration::from_millis(life));
            }
            None => world.faults.add(Fault::read(body).map_err(Refusal::by_client)?),
        }
        Ok(json!({ "waiting": world.faults.left() }))
    })
}

pub(super) async fn clear(State(shared): State<Arc<Shared>>) -> Response {
    shared.lock().faults.clear();
    answer(Ok(json!({ "waiting": 0 })))
}

/// Lets the gateway connections fail at once.
fn gateway(world: &mut World, what: &str, body: &Value) -> Result<(), Refusal> {
    let frame = match what {
        "close" => {
            let code = body["code"].as_u64().and_then(|code| u16::try_from(code).ok()).unwrap_or(4000);
            let over = ends_session(code);
            world.sessions.send_all(&Frame::Close(code, "a fault on order".to_owned()), over);
            return Ok(());
        }
        "invalid_session" => {
            world.sessions.send_all(&Frame::Text(r#"{"op":9,"d":false}"#.into()), true);
            return Ok(());
        }
        "reconnect" => Frame::Text(r#"{"op":7,"d":null}"#.into()),
        "silence" => Frame::Silence,
        "cut" => Frame::Cut,
        _ => {
            let message = "`gateway` is one of: close, invalid_session, reconnect, silence, cut";
            return Err(Refusal::by_client(message));
        }
    };
    world.sessions.send_all(&frame, false);
    Ok(())
}
