//! The headers and answers that tell a client how often it may call.
//!
//! What may be called how often is known by `limits`. Keeps: the names, the numbers and their precision are
//! Discord's; a time is never told shorter than it is.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::sandbox::limits::{Scope, Standing, Wait};

/// Tells of a bucket that is never exhausted, for a sandbox without limits.
pub(crate) fn add_endless(headers: &mut HeaderMap, route: &str, path: &str) {
    let major = path.split('/').find(|part| part.len() > 15).unwrap_or_default();
    let mut hasher = DefaultHasher::new();
    (route, major).hash(&mut hasher);
    let plain =
        [("x-ratelimit-limit", "5"), ("x-ratelimit-remaining", "4"), ("x-ratelimit-reset-after", "1.000")];
    for (name, value) in plain {
        headers.insert(name, HeaderValue::from_static(value));
    }
    put(headers, "x-ratelimit-bucket", &format!("{:016x}", hasher.finish()));
}

/// Tells how a bucket stands.
pub(crate) fn add_standing(headers: &mut HeaderMap, standing: &Standing, now: DateTime<Utc>) {
    put(headers, "x-ratelimit-limit", &standing.limit.to_string());
    put(headers, "x-ratelimit-remaining", &standing.remaining.to_string());
    put(headers, "x-ratelimit-reset-after", &precise(standing.reset_after));
    put(headers, "x-ratelimit-bucket", &standing.bucket);
    let resets = now + chrono::Duration::from_std(standing.reset_after).unwrap_or_default();
    put(
        headers,
        "x-ratelimit-reset",
        &format!("{}.{:03}", resets.timestamp(), resets.timestamp_subsec_millis()),
    );
}

/// The headers and the body of a refusal for now.
pub(crate) fn refusal(wait: &Wait, now: DateTime<Utc>) -> (HeaderMap, Value) {
    let mut headers = HeaderMap::new();
    if let Some(standing) = &wait.standing {
        add_standing(&mut headers, standing, now);
    }
    if wait.scope == Scope::Global {
        put(&mut headers, "x-ratelimit-global", "true");
    }
    put(&mut headers, "x-ratelimit-scope", wait.scope.word());
    add_retry(&mut headers, wait.wait);
    let message = match wait.scope {
        Scope::Shared => "The resource is being rate limited.",
        _ => "You are being rate limited.",
    };
    let seconds = millis(wait.wait) as f64 / 1_000.0;
    (headers, json!({ "message": message, "retry_after": seconds, "global": wait.scope == Scope::Global }))
}

/// Tells how long to wait, in whole seconds.
pub(crate) fn add_retry(headers: &mut HeaderMap, wait: Duration) {
    put(headers, "retry-after", &wait.as_secs_f64().ceil().to_string());
}

/// A 429 on order: told as one of the bot's own bucket.
pub(crate) fn add_ordered(headers: &mut HeaderMap, wait: Duration) {
    add_retry(headers, wait);
    headers.insert("x-ratelimit-limit", HeaderValue::from_static("5"));
    headers.insert("x-ratelimit-remaining", HeaderValue::from_static("0"));
    put(headers, "x-ratelimit-reset-after", &precise(wait));
    headers.insert("x-ratelimit-scope", HeaderValue::from_static("user"));
}

/// Rounded up, so that nobody comes back too early.
fn millis(wait: Duration) -> u64 {
    u64::try_from(wait.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
}

fn precise(wait: Duration) -> String {
    let millis = millis(wait);
    format!("{}.{:03}", millis / 1_000, millis % 1_000)
}

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}
