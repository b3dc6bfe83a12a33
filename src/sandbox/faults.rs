//! Failures on order: what a test wants to go wrong next.
//!
//! It must not know what a route does. Keeps: faults are used in the order they were set, each as often as asked.

use std::time::Duration;

use serde_json::{Value, json};

use super::error::Refusal;

/// The fields of a fault in JSON.
const FIELDS: &str = "method path times after status code body retry_after delay_ms cut act";

/// When a connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Before the server did what it was asked to.
    Before,
    /// After it did so, before it answered.
    After,
}

/// A failure of a REST request.
#[derive(Clone, Debug, Default)]
pub struct Fault {
    /// The method; any if empty.
    pub method: String,
    /// The path below `/api/v10`, or a file's `/attachments/…`; `*` stands for any characters.
    pub path: String,
    /// How often it happens.
    pub times: u64,
    /// How many fitting requests pass first.
    pub after: u64,
    /// The HTTP status to answer with.
    pub status: Option<u16>,
    /// Discord's error code in the body.
    pub code: u32,
    /// The whole body, instead of code and message.
    pub body: Option<Value>,
    /// Seconds to wait, as a 429 tells; the status is 429 if none is given.
    pub retry_after: Option<f64>,
    /// How long the answer takes.
    pub delay: Duration,
    /// The connection is cut.
    pub cut: Option<Cut>,
    /// The server does what it was asked to before it fails.
    pub act: bool,
}

impl Fault {
    /// The next `times` requests to `path` are answered with `status`.
    pub fn status(method: &str, path: &str, times: u64, status: u16) -> Self {
        Self { status: Some(status), ..Self::on(method, path, times) }
    }

    /// The connections of the next `times` requests to `path` are cut.
    pub fn cut(method: &str, path: &str, times: u64, when: Cut) -> Self {
        Self { cut: Some(when), ..Self::on(method, path, times) }
    }

    /// The next `times` requests to `path` are told to wait.
    pub fn rate_limited(method: &str, path: &str, times: u64, seconds: f64) -> Self {
        Self { retry_after: Some(seconds), ..Self::on(method, path, times) }
    }

    /// The next `times` requests to `path` take this long, and otherwise go well.
    pub fn slow(method: &str, path: &str, times: u64, delay: Duration) -> Self {
        Self { delay, ..Self::on(method, path, times) }
    }

    fn on(method: &str, path: &str, times: u64) -> Self {
        Self { method: method.to_owned(), path: path.to_owned(), times, ..Self::default() }
    }

    pub(crate) fn read(json: &Value) -> Result<Self, String> {
        let mut keys = json.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
        if let Some(key) = keys.find(|key| !FIELDS.split(' ').any(|field| field == *key)) {
            return Err(format!("`{key}` is no part of a fault; there are: {FIELDS}"));
        }
        let cut = match json["cut"].as_str() {
            None => None,
            Some("before") => Some(Cut::Before),
            Some("after") => Some(Cut::After),
            Some(other) => return Err(format!("`cut` is `before` or `after`, not `{other}`")),
        };
        Ok(Self {
            method: json["method"].as_str().unwrap_or_default().to_uppercase(),
            path: json["path"].as_str().ok_or("`path` is missing")?.to_owned(),
            times: json["times"].as_u64().unwrap_or(1),
            after: json["after"].as_u64().unwrap_or(0),
            status: json["status"].as_u64().and_then(|status| u16::try_from(status).ok()),
            code: json["code"].as_u64().and_then(|code| u32::try_from(code).ok()).unwrap_or(0),
            body: json.get("body").cloned(),
            retry_after: json["retry_after"].as_f64(),
            delay: Duration::from_millis(json["delay_ms"].as_u64().unwrap_or(0)),
            cut,
            act: json["act"].as_bool().unwrap_or(false),
        })
    }

    /// Whether the request is to fail rather than to be slow.
    pub(crate) fn fails(&self) -> bool {
        self.status.is_some() || self.retry_after.is_some() || self.body.is_some()
    }

    /// Whether the server does what it was asked to.
    pub(crate) fn acts(&self) -> bool {
        match self.cut {
            Some(Cut::Before) => self.act,
            Some(Cut::After) => true,
            None => self.act || !self.fails(),
        }
    }

    /// Status and body of the failure.
    pub(crate) fn answer(&self) -> (u16, Value) {
        let status = self.status.unwrap_or(if self.retry_after.is_some() { 429 } else { 200 });
        let body = self.body.clone().unwrap_or_else(|| match self.retry_after {
            Some(seconds) => {
                json!({ "message": "You are being rate limited.", "retry_after": seconds, "global": false })
            }
            None => Refusal::new(status, self.code, format!("{status}: a fault on order")).body(),
        });
        (status, body)
    }

    fn fits(&self, method: &str, path: &str) -> bool {
        (self.method.is_empty() || self.method == method) && glob(&self.path, path)
    }
}

/// The faults that are still to happen.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn left(&self) -> usize {
        self.0.len()
    }

    /// The fault that hits this request, if any.
    pub(crate) fn take(&mut self, method: &str, path: &str) -> Option<Fault> {
        let index = self.0.iter().position(|fault| fault.fits(method, path))?;
        let fault = &mut self.0[index];
        if fault.after > 0 {
            fault.after -= 1;
            return None;
        }
        fault.times = fault.times.saturating_sub(1);
        let taken = fault.clone();
        if taken.times == 0 {
            self.0.remove(index);
        }
        Some(taken)
    }
}

/// Whether `text` fits `pattern`, where `*` stands for any characters.
fn glob(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, tail)) => text.strip_prefix(head).is_some_and(|rest| {
            (0..=rest.len()).any(|at| rest.is_char_boundary(at) && glob(tail, &rest[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_waits_happens_and_is_gone() {
        let mut faults = Faults::default();
        faults.add(Fault { after: 1, ..Fault::status("POST", "/channels/*/messages", 2, 500) });
        let mut hit = |path| faults.take("POST", path).is_some();
        assert!(!hit("/channels/1/messages"));
        assert!(!hit("/channels/1/messages/2"));
        assert!(hit("/channels/1/messages"));
        assert!(hit("/channels/2/messages"));
        assert!(!hit("/channels/2/messages"));
    }
}
