//! The headers that tell a client how often it may call.
//!
//! The limits themselves would be kept here. Keeps: one bucket per route and channel or guild, as on Discord.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::http::{HeaderMap, HeaderValue};

/// Tells of a bucket that is never exhausted.
pub(crate) fn add_headers(headers: &mut HeaderMap, route: &str, path: &str) {
    let major = path.split('/').find(|part| part.len() > 15).unwrap_or_default();
    let mut hasher = DefaultHasher::new();
    (route, major).hash(&mut hasher);
    let bucket = format!("{:016x}", hasher.finish());
    let plain =
        [("x-ratelimit-limit", "5"), ("x-ratelimit-remaining", "4"), ("x-ratelimit-reset-after", "1.000")];
    for (name, value) in plain {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert("x-ratelimit-bucket", HeaderValue::from_str(&bucket).expect("hexadecimal digits"));
}

/// Tells how long to wait after a 429.
pub(crate) fn add_retry(headers: &mut HeaderMap, seconds: Option<f64>) {
    let Some(seconds) = seconds else { return };
    let text = |number: f64| HeaderValue::from_str(&format!("{number:.3}")).expect("digits and a dot");
    headers.insert("retry-after", HeaderValue::from_str(&format!("{:.0}", seconds.ceil())).expect("digits"));
    headers.insert("x-ratelimit-limit", HeaderValue::from_static("5"));
    headers.insert("x-ratelimit-remaining", HeaderValue::from_static("0"));
    headers.insert("x-ratelimit-reset-after", text(seconds));
    headers.insert("x-ratelimit-scope", HeaderValue::from_static("user"));
}
