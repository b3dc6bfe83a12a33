//! How things look on the wire: one builder for each of Discord's objects.
//!
//! Builders read the world and change nothing. Keeps: every field that serenity 0.12.5 requires is there, which is
//! more than Discord documents; the tests let a real client decode all of them. An event that lacks one field
//! vanishes in serenity without a word.

mod guild;
mod interaction;
mod message;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// A time, as Discord writes it.
pub(crate) fn timestamp(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string()
}

/// Ids as Discord writes them: strings.
pub(crate) fn ids<'a>(ids: impl IntoIterator<Item = &'a u64>) -> Value {
    ids.into_iter().map(|id| json!(id.to_string())).collect()
}

/// An id or nothing.
pub(crate) fn id_or_null(id: Option<u64>) -> Value {
    id.map_or(Value::Null, |id| json!(id.to_string()))
}
