//! Failures on order: what a test wants to go wrong next.
//!
//! It must not know what a route does. Keeps: faults are used in the order they were set, each as often as asked.

use std::time::Duration;

use serde_json::{Value, json};

use super::error::Refusal;

/// The fields of a fault in JSON.
const FIELDS: &str =
    "method path times after status code body content_type retry_after delay_ms cut hang act";

/// What the wall in front of Discord shows when Discord is not there.
const EDGE_PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Discord | Trouble</title></head><body>\
    <center><h1>The edge has trouble reaching the server</h1></center><hr><center>cloudflare</center></body></html>\n";

/// When a connection is cut, or stops answering.
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
    /// The path below `/api/v10`, or a file's `/attachments/…`; `*` stands for any characters. Or a route as
    /// [`Sandbox::stats`](super::Sandbox::stats) names it: `/channels/{channel}/messages`.
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
    /// What the body is, if not JSON: a body that is text then goes out as it is. Such answers come from the wall in
    /// front of Discord and tell nothing of buckets.
    pub content_type: Option<String>,
    /// Seconds to wait, as a 429 tells; the status is 429 if none is given.
    pub retry_after: Option<f64>,
    /// How long the answer takes.
    pub delay: Duration,
    /// The connection is cut.
    pub cut: Option<Cut>,
    /// No answer ever comes; the connection stays open until its client gives up.
    pub hang: Option<Cut>,
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

    /// The next `times` requests to `path` are never answered.
    pub fn hangs(method: &str, path: &str, times: u64, when: Cut) -> Self {
        Self { hang: Some(when), ..Self::on(method, path, times) }
    }

    /// The next `times` requests to `path` are answered with `status` and a page of HTML by the wall in front of
    /// Discord.
    pub fn page(method: &str, path: &str, times: u64, status: u16) -> Self {
        let content_type = Some("text/html; charset=UTF-8".to_owned());
        Self { body: Some(json!(EDGE_PAGE)), content_type, ..Self::status(method, path, times, status) }
    }

    fn on(method: &str, path: &str, times: u64) -> Self {
        Self { method: method.to_owned(), path: path.to_owned(), times, ..Self::default() }
    }

    pub(crate) fn read(json: &Value) -> Result<Self, String> {
        let mut keys = json.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
        if let Some(key) = keys.find(|key| !FIELDS.split(' ').any(|field| field == *key)) {
            return Err(format!("`{key}` is no part of a fault; there are: {FIELDS}"));
        }
        let when = |key: &str| match json[key].as_str() {
            None => Ok(None),
            Some("before") => Ok(Some(Cut::Before)),
            Some("after") => Ok(Some(Cut::After)),
            Some(other) => Err(format!("`{key}` is `before` or `after`, not `{other}`")),
        };
        Ok(Self {
            method: json["method"].as_str().unwrap_or_default().to_uppercase(),
            path: json["path"].as_str().ok_or("`path` is missing")?.to_owned(),
            times: json["times"].as_u64().unwrap_or(1),
            after: json["after"].as_u64().unwrap_or(0),
            status: json["status"].as_u64().and_then(|status| u16::try_from(status).ok()),
            code: json["code"].as_u64().and_then(|code| u32::try_from(code).ok()).unwrap_or(0),
            body: json.get("body").cloned(),
            content_type: json["content_type"].as_str().map(str::to_owned),
            retry_after: json["retry_after"].as_f64(),
            delay: Duration::from_millis(json["delay_ms"].as_u64().unwrap_or(0)),
            cut: when("cut")?,
            hang: when("hang")?,
            act: json["act"].as_bool().unwrap_or(false),
        })
    }

    /// Whether the request is to fail rather than to be slow.
    pub(crate) fn fails(&self) -> bool {
        self.status.is_some() || self.retry_after.is_some() || self.body.is_some()
    }

    /// Whether the server does what it was asked to.
    pub(crate) fn acts(&self) -> bool {
        match self.cut.or(self.hang) {
            Some(Cut::Before) => self.act,
            Some(Cut::After) => true,
            None => self.act || !self.fails(),
        }
    }

    /// The time until the answer.
    pub(crate) async fn pause(&self) {
        if self.hang.is_some() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(self.delay).await;
    }

    /// The status of the failure.
    pub(crate) fn told_status(&self) -> u16 {
        self.status.unwrap_or(if self.retry_after.is_some() { 429 } else { 200 })
    }

    /// How long it asks to wait.
    pub(crate) fn wait(&self) -> Option<Duration> {
        self.retry_after.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
    }

    /// The body of the failure.
    pub(crate) fn json(&self) -> Value {
        self.body.clone().unwrap_or_else(|| match self.retry_after {
            Some(seconds) => {
                json!({ "message": "You are being rate limited.", "retry_after": seconds, "global": false })
            }
            None => {
                let status = self.told_status();
                Refusal::new(status, self.code, format!("{status}: a fault on order")).body()
            }
        })
    }

    /// The body as it is, for what is no JSON.
    pub(crate) fn text(&self) -> String {
        match self.json() {
            Value::String(text) => text,
            other => other.to_string(),
        }
    }

    fn fits(&self, method: &str, path: &str, template: &str) -> bool {
        (self.method.is_empty() || self.method == method) && (self.path == template || glob(&self.path, path))
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
    pub(crate) fn take(&mut self, method: &str, path: &str, template: &str) -> Option<Fault> {
        let index = self.0.iter().position(|fault| fault.fits(method, path, template))?;
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
        let mut hit = |path| faults.take("POST", path, "").is_some();
        assert!(!hit("/channels/1/messages"));
        assert!(!hit("/channels/1/messages/2"));
        assert!(hit("/channels/1/messages"));
        assert!(hit("/channels/2/messages"));
        assert!(!hit("/channels/2/messages"));
    }
    #[test]
    fn a_fault_may_name_a_route() {
        let mut faults = Faults::default();
        let route = "/channels/{channel}/messages/{message}";
        faults.add(Fault::status("PATCH", route, 1, 500));
        assert!(faults.take("PATCH", "/channels/1", "/channels/{channel}").is_none());
        assert!(faults.take("PATCH", "/channels/1/messages/2", route).is_some());
    }
}
