//! What went wrong with a request, as the classes that call for different things to do.
//!
//! A worker tries again, gives up, takes it as done, or tells the operators; it needs no more than the class for
//! that. Pure. Must not know which request it was. Invariants: no fault carries a token or an address; whether
//! Discord may have acted all the same is said, never guessed.

use std::time::Duration;

use reqwest::header::HeaderMap;
use serde_json::Value;

use super::limiter::{Notice, seconds};
use crate::domain::text::{one_line, shorten};

/// Discord's error codes that somebody here decides by.
pub mod codes {
    /// The channel or thread does not exist (any more).
    pub const UNKNOWN_CHANNEL: u32 = 10_003;
    /// The message does not exist (any more).
    pub const UNKNOWN_MESSAGE: u32 = 10_008;
    /// The interaction's token is over, seen on edits of its reply.
    pub const UNKNOWN_WEBHOOK: u32 = 10_015;
    /// The message was published before.
    pub const ALREADY_PUBLISHED: u32 = 40_033;
    /// The bot cannot see the channel.
    pub const MISSING_ACCESS: u32 = 50_001;
    /// The bot lacks a permission.
    pub const MISSING_PERMISSIONS: u32 = 50_013;
    /// The interaction's token is none: it says so with status 401, which is not about the bot's own token.
    pub const INVALID_WEBHOOK_TOKEN: u32 = 50_027;
    /// Something in the body is not as Discord wants it.
    pub const INVALID_FORM: u32 = 50_035;
    /// The thread is archived and must be un-archived first.
    pub const THREAD_ARCHIVED: u32 = 50_083;
    /// Discord's own machines could not reach each other; it comes with status 403.
    pub const INTERNAL_NETWORK: u32 = 40_333;
    /// The message has a thread already.
    pub const HAS_THREAD: u32 = 160_004;
    /// The thread is locked, and the bot may not manage threads.
    pub const THREAD_LOCKED: u32 = 160_005;
    /// The server has as many running threads as it may (1,000).
    pub const TOO_MANY_THREADS: u32 = 160_006;
}

/// Why a request did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It may well work later.
    #[error("{why}")]
    Retry {
        /// Not before that time has passed, where Discord said so.
        after: Option<Duration>,
        /// Discord may have done it all the same: look, or use what is safe to repeat.
        unknown: bool,
        /// What happened.
        why: String,
    },
    /// It was not sent: a limit that is known is used up for longer than a request waits.
    #[error("its limit is used up for {} s", after.as_secs())]
    Held {
        /// Not before that time has passed.
        after: Duration,
    },
    /// What it is about does not exist (any more).
    #[error("it no longer exists on Discord (error {code})")]
    Gone {
        /// Discord's error code, see [`codes`].
        code: u32,
    },
    /// What should be made is there already: a second thread on a message, a second publication.
    #[error("it exists already on Discord (error {code})")]
    Exists {
        /// Discord's error code, see [`codes`].
        code: u32,
    },
    /// It will never work as it is: a permission is missing, or the request is wrong.
    #[error("Discord refused it: {message} (status {status}, error {code})")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Discord's error code, see [`codes`]; 0 where there was none.
        code: u32,
        /// What Discord said.
        message: String,
    },
    /// Discord does not know the bot's token.
    #[error("Discord does not accept the bot's token")]
    Unauthorized,
}

impl Fault {
    /// Discord's error code, if it gave one.
    #[must_use]
    pub fn code(&self) -> Option<u32> {
        match self {
            Self::Gone { code } | Self::Exists { code } => Some(*code),
            Self::Refused { code, .. } => Some(*code).filter(|code| *code != 0),
            Self::Retry { .. } | Self::Held { .. } | Self::Unauthorized => None,
        }
    }

    /// Whether the bot may not do it where it tried: [`codes::MISSING_ACCESS`] or [`codes::MISSING_PERMISSIONS`].
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        matches!(self.code(), Some(codes::MISSING_ACCESS | codes::MISSING_PERMISSIONS))
    }

    /// The class of an answer that is not a success.
    pub(super) fn from_answer(status: u16, headers: &HeaderMap, body: &[u8]) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let code = body["code"].as_u64().and_then(|code| u32::try_from(code).ok()).unwrap_or_default();
        match (status, code) {
            (429, _) => {
                let after = wait(headers, &body);
                Self::Retry { after, unknown: false, why: "Discord asks the bot to slow down".to_owned() }
            }
            (500.., _) => Self::Retry {
                after: wait(headers, &Value::Null),
                unknown: true,
                why: format!("Discord has trouble of its own (status {status})"),
            },
            // A proxy on the way that gave up before Discord did.
            (408 | 425, _) => Self::Retry { after: None, unknown: true, why: format!("status {status}") },
            (_, codes::HAS_THREAD | codes::ALREADY_PUBLISHED) => Self::Exists { code },
            // Discord's codes from 10001 on are all called "Unknown …".
            (_, 10_001..=10_999 | codes::INVALID_WEBHOOK_TOKEN) => Self::Gone { code },
            (401, _) => Self::Unauthorized,
            _ => Self::Refused { status, code, message: message(&body) },
        }
    }

    /// The class of a request that got no answer, or none that could be read to its end.
    pub(super) fn from_transport(error: reqwest::Error) -> Self {
        let unknown = !error.is_connect() && !error.is_builder();
        let why = if error.is_timeout() {
            "Discord did not answer in time".to_owned()
        } else {
            // An address may hold an interaction's token.
            format!("no connection to Discord: {}", cause(&error.without_url()))
        };
        Self::Retry { after: None, unknown, why }
    }

    /// The class of a success whose body is not what it should be.
    pub(super) fn unreadable(error: &serde_json::Error) -> Self {
        // The error tells line and column and perhaps a value of the wrong type: nothing secret is in answers.
        Self::Retry { after: None, unknown: true, why: format!("Discord's answer cannot be read: {error}") }
    }
}

/// What a refusal for now says about limits.
pub(super) fn notice(status: u16, headers: &HeaderMap, body: &[u8]) -> Notice {
    let mut notice = Notice::read(headers);
    notice.sound = (200..500).contains(&status);
    if status == 429 {
        let body: Option<Value> = serde_json::from_slice(body).ok();
        let said = body.as_ref().map_or(&Value::Null, |body| body);
        notice.refused = Some(wait(headers, said));
        // Without a body of Discord's the refusal comes from the wall in front of it and is about this machine.
        notice.global |= said["global"] == true || !said.is_object();
    }
    notice
}

/// How long to wait: the body is exact, the header is rounded up.
fn wait(headers: &HeaderMap, body: &Value) -> Option<Duration> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).and_then(seconds);
    let exact = body["retry_after"].as_f64().and_then(|wait| Duration::try_from_secs_f64(wait).ok());
    exact.or_else(|| header("retry-after")).or_else(|| header("x-ratelimit-reset-after"))
}

/// What Discord said, with the fields it complains about; fit to be written down and shown.
fn message(body: &Value) -> String {
    const LONGEST: usize = 300;
    let said = body["message"].as_str().unwrap_or("no explanation");
    let mut details = Vec::new();
    collect(&body["errors"], &mut Vec::new(), &mut details);
    let text = if details.is_empty() { said.to_owned() } else { format!("{said}: {}", details.join("; ")) };
    shorten(&one_line(&text), LONGEST)
}

/// Discord nests its complaints as deep as the field they are about.
fn collect<'a>(errors: &'a Value, path: &mut Vec<&'a str>, found: &mut Vec<String>) {
    for (key, value) in errors.as_object().into_iter().flatten() {
        if key == "_errors" {
            let texts = value.as_array().into_iter().flatten().filter_map(|error| error["message"].as_str());
            found.extend(texts.map(|text| format!("{}: {text}", path.join("."))));
        } else {
            path.push(key);
            collect(value, path, found);
            path.pop();
        }
    }
}

/// The innermost cause: what lies around it only says that a request was being sent.
fn cause(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(inner) = error.source() {
        error = inner;
    }
    error.to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    fn class(status: u16, body: &Value) -> Fault {
        Fault::from_answer(status, &HeaderMap::new(), body.to_string().as_bytes())
    }

    fn retry_after(status: u16, pairs: &[(&'static str, &'static str)], body: &str) -> Option<Duration> {
        match Fault::from_answer(status, &headers(pairs), body.as_bytes()) {
            Fault::Retry { after, .. } => after,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn codes_decide_before_the_status() {
        for code in [10_003, 10_008, 10_015, 10_062] {
            assert_eq!(class(404, &json!({ "code": code, "message": "Unknown" })), Fault::Gone { code });
        }
        assert_eq!(class(401, &json!({ "code": 50_027 })), Fault::Gone { code: 50_027 });
        assert_eq!(class(400, &json!({ "code": 160_004 })), Fault::Exists { code: 160_004 });
        assert_eq!(class(400, &json!({ "code": 40_033 })), Fault::Exists { code: 40_033 });
        assert_eq!(class(401, &json!({ "code": 0, "message": "401: Unauthorized" })), Fault::Unauthorized);
        assert!(class(403, &json!({ "code": 50_013, "message": "Missing Permissions" })).is_forbidden());
        assert!(class(403, &json!({ "code": 50_001, "message": "Missing Access" })).is_forbidden());
    }

    #[test]
    fn a_refusal_names_the_field() {
        let body = json!({ "code": 50_035, "message": "Invalid Form Body", "errors": {
            "embeds": { "0": { "title": { "_errors": [{ "code": "X", "message": "Too long" }] } } } } });
        let fault = class(400, &body);
        assert_eq!(
            fault.to_string(),
            "Discord refused it: Invalid Form Body: embeds.0.title: Too long (status 400, error 50035)"
        );
        let html = Fault::from_answer(404, &HeaderMap::new(), b"<html>not here</html>");
        assert_eq!(html, Fault::Refused { status: 404, code: 0, message: "no explanation".to_owned() });
        assert_eq!(html.code(), None);
    }

    #[test]
    fn trouble_at_discord_may_have_done_it_and_a_limit_has_not() {
        let html = Fault::from_answer(502, &HeaderMap::new(), b"<html><h1>502 Bad Gateway</h1></html>");
        assert!(matches!(html, Fault::Retry { unknown: true, after: None, .. }));
        let limited = class(429, &json!({ "message": "slow", "retry_after": 1.5, "global": false }));
        assert!(matches!(limited, Fault::Retry { unknown: false, .. }));
    }

    #[test]
    fn the_wait_is_read_wherever_it_stands() {
        let body = r#"{"retry_after": 1.5}"#;
        assert_eq!(retry_after(429, &[("retry-after", "2")], body), Some(Duration::from_millis(1_500)));
        assert_eq!(retry_after(429, &[("Retry-After", "2")], "<html>"), Some(Duration::from_secs(2)));
        assert_eq!(
            retry_after(429, &[("x-ratelimit-reset-after", "0.5")], "{}"),
            Some(Duration::from_millis(500))
        );
        assert_eq!(retry_after(429, &[("retry-after", "Wed, 21 Oct")], r#"{"retry_after": -1}"#), None);
        assert_eq!(retry_after(503, &[("retry-after", "30")], ""), Some(Duration::from_secs(30)));
    }

    #[test]
    fn a_limit_without_discords_own_body_is_about_everything() {
        let bare = notice(429, &HeaderMap::new(), b"<html>");
        assert!(bare.global && bare.refused == Some(None));
        let one = notice(
            429,
            &headers(&[("x-ratelimit-scope", "user")]),
            br#"{"retry_after": 1, "global": false}"#,
        );
        assert!(!one.global);
        assert!(notice(429, &HeaderMap::new(), br#"{"retry_after": 1, "global": true}"#).global);
        assert_eq!(notice(200, &HeaderMap::new(), b"").refused, None);
    }
}
