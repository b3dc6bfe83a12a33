//! What the server counted.
//!
//! It must not know what the numbers are for. Keeps: a route the server does not know is in the list of failures.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

/// Bytes over all connections, counted where they pass.
#[derive(Debug, Default)]
pub(crate) struct Bytes {
    pub(crate) read: AtomicU64,
    pub(crate) written: AtomicU64,
}

/// Counters since the start.
#[derive(Debug, Default)]
pub(crate) struct Stats {
    /// By method, route and status.
    pub(crate) requests: BTreeMap<(String, String, u16), u64>,
    pub(crate) unknown_routes: Vec<String>,
    pub(crate) events: u64,
    pub(crate) interactions: u64,
    pub(crate) expired: u64,
    pub(crate) failed: u64,
    pub(crate) identifies: u64,
    pub(crate) resumes: u64,
    pub(crate) bytes: Arc<Bytes>,
}

impl Stats {
    pub(crate) fn count(&mut self, method: &str, route: &str, status: u16) {
        *self.requests.entry((method.to_owned(), route.to_owned(), status)).or_default() += 1;
    }

    /// The counters as JSON; `unanswered`, `sessions` and `limits` are the world's present ones.
    pub(crate) fn json(&self, unanswered: usize, sessions: usize, limits: &Value) -> Value {
        let requests = self.requests.iter().map(|((method, route, status), count)| {
            json!({ "method": method, "route": route, "status": status, "count": count })
        });
        json!({
            "requests": requests.collect::<Value>(),
            "unknown_routes": self.unknown_routes,
            "rate_limits": limits,
            "interactions": self.interactions,
            "unanswered_interactions": unanswered,
            "expired_interactions": self.expired,
            "failed_interactions": self.failed,
            "gateway_sessions": sessions,
            "identifies": self.identifies,
            "resumes": self.resumes,
            "events_sent": self.events,
            "bytes_read": self.bytes.read.load(Ordering::Relaxed),
            "bytes_written": self.bytes.written.load(Ordering::Relaxed),
        })
    }
}
