//! What Discord says when it refuses: an HTTP status, a code of its own and a sentence.
//!
//! It must not know who is refused or why. Keeps: status and code of one refusal always go together, because each
//! is made in one place.

use std::fmt;

use serde_json::{Map, Value, json};

/// A refusal, as Discord words it.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// Discord's own code; 0 where it has none.
    pub code: u32,
    /// What is the matter.
    pub message: String,
    /// For code 50035: what is wrong with each field of the body.
    pub errors: Option<Value>,
}

impl Refusal {
    /// A refusal with Discord's status, code and message.
    pub fn new(status: u16, code: u32, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), errors: None }
    }

    /// A refusal of Discord's client, before anything is sent.
    pub fn by_client(message: impl Into<String>) -> Self {
        Self::new(400, 0, message)
    }

    /// The body of the HTTP answer.
    #[must_use]
    pub fn body(&self) -> Value {
        let mut body = json!({ "message": self.message, "code": self.code });
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        body
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(401, 0, "401: Unauthorized")
    }

    pub(crate) fn unknown(code: u32) -> Self {
        let what = match code {
            10003 => "Unknown Channel",
            10004 => "Unknown Guild",
            10007 => "Unknown Member",
            10008 => "Unknown Message",
            10009 => "Unknown Permission Overwrite",
            10011 => "Unknown Role",
            10013 => "Unknown User",
            10014 => "Unknown Emoji",
            10015 => "Unknown Webhook",
            10062 => "Unknown interaction",
            10063 => "Unknown application command",
            _ => "Unknown",
        };
        Self::new(404, code, what)
    }

    pub(crate) fn missing_access() -> Self {
        Self::new(403, 50001, "Missing Access")
    }

    pub(crate) fn missing_permissions() -> Self {
        Self::new(403, 50013, "Missing Permissions")
    }

    pub(crate) fn archived() -> Self {
        Self::new(400, 50083, "Thread is archived")
    }

    pub(crate) fn wrong_channel_type() -> Self {
        Self::new(400, 50024, "Cannot execute action on this channel type")
    }

    /// One field of the body is wrong.
    pub(crate) fn field(path: &str, code: &str, message: impl Into<String>) -> Self {
        let mut form = Form::default();
        form.add(path, code, message);
        form.refusal()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} {})", self.message, self.status, self.code)?;
        self.errors.as_ref().map_or(Ok(()), |errors| write!(f, ": {errors}"))
    }
}

impl std::error::Error for Refusal {}

/// Collects what is wrong with a body, to say it all at once.
#[derive(Debug, Default)]
pub(crate) struct Form(Option<Value>);

impl Form {
    /// Something is wrong at `path`, such as `embeds.0.title`.
    pub(crate) fn add(&mut self, path: &str, code: &str, message: impl Into<String>) {
        let mut at = self.0.get_or_insert_with(|| Value::Object(Map::new()));
        for part in path.split('.').filter(|part| !part.is_empty()) {
            at = &mut at[part];
        }
        let fault = json!({ "code": code, "message": message.into() });
        match at["_errors"].as_array_mut() {
            Some(faults) => faults.push(fault),
            None => at["_errors"] = json!([fault]),
        }
    }

    /// `text` is longer than Discord allows.
    pub(crate) fn max_length(&mut self, path: &str, text: &str, max: usize) {
        if text.chars().count() > max {
            let message = format!("Must be {max} or fewer in length.");
            self.add(path, "BASE_TYPE_MAX_LENGTH", message);
        }
    }

    /// `text` is missing, empty or longer than Discord allows.
    pub(crate) fn length(&mut self, path: &str, text: Option<&str>, max: usize) {
        match text.map_or(0, |text| text.chars().count()) {
            0 => self.add(path, "BASE_TYPE_REQUIRED", "This field is required"),
            count if count > max => {
                self.add(path, "BASE_TYPE_BAD_LENGTH", format!("Must be between 1 and {max} in length."));
            }
            _ => {}
        }
    }

    pub(crate) fn refusal(self) -> Refusal {
        Refusal { errors: self.0, ..Refusal::new(400, 50035, "Invalid Form Body") }
    }

    /// `Err` if anything was wrong.
    pub(crate) fn done(self) -> Result<(), Refusal> {
        if self.0.is_some() { Err(self.refusal()) } else { Ok(()) }
    }
}
