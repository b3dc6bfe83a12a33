//! Ordering failures through the control interface.
//!
//! Keeps: what the fields mean is known by `faults` and `gateway` alone.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use serde_json::json;

use super::{act_on, answer};
use crate::sandbox::error::Refusal;
use crate::sandbox::faults::Fault;
use crate::sandbox::gateway::Trouble;
use crate::sandbox::server::Shared;

pub(super) async fn add(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    act_on(&shared, &body, |world, body| {
        match body["gateway"].as_str() {
            Some(word) => world.trouble(Trouble::read(word, body).map_err(Refusal::by_client)?),
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
