//! A message as somebody sends it: read from JSON, checked against Discord's limits.
//!
//! Pure; whether the sender may post it is asked in `verbs`. Keeps: a draft that was read is within all limits that
//! need no knowledge of the world.

use axum::body::Bytes;
use serde_json::Value;

use super::{components, embeds};
use crate::sandbox::error::{Form, Refusal};
use crate::sandbox::ids::Id;

/// A file that comes with a message.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The file name.
    pub name: String,
    /// The media type.
    pub content_type: String,
    /// The contents.
    pub bytes: Bytes,
    /// Discord's `n` of `files[n]`.
    pub slot: Option<u64>,
}

impl Upload {
    /// A file; the media type is guessed from the name.
    pub fn new(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        let name = name.into();
        let content_type = match name.rsplit('.').next() {
            Some("png") => "image/png",
            Some("jpg" | "jpeg") => "image/jpeg",
            Some("json") => "application/json",
            Some("html") => "text/html; charset=utf-8",
            Some("md") => "text/markdown; charset=utf-8",
            Some("txt" | "log") => "text/plain; charset=utf-8",
            _ => "application/octet-stream",
        };
        Self { content_type: content_type.to_owned(), name, bytes: bytes.into(), slot: None }
    }
}

/// Some or all of the users or roles that a text mentions.
#[derive(Clone, Debug)]
pub(crate) enum Which {
    All,
    Only(Vec<Id>),
}

impl Which {
    pub(crate) fn includes(&self, id: Id) -> bool {
        match self {
            Self::All => true,
            Self::Only(ids) => ids.contains(&id),
        }
    }
}

/// Whose mention counts as one.
#[derive(Clone, Debug)]
pub(crate) struct Allowed {
    pub(crate) users: Which,
    pub(crate) roles: Which,
    pub(crate) everyone: bool,
    pub(crate) replied_user: bool,
}

impl Allowed {
    /// What holds when a plain message says nothing.
    pub(crate) fn everything() -> Self {
        Self { users: Which::All, roles: Which::All, everyone: true, replied_user: true }
    }

    /// What holds when an answer to an interaction says nothing.
    pub(crate) fn only_users() -> Self {
        Self { roles: Which::Only(Vec::new()), everyone: false, ..Self::everything() }
    }

    fn read(form: &mut Form, json: &Value) -> Self {
        let parse: Vec<&str> =
            json["parse"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut which = |kind: &str| {
            let ids = ids(&json[kind]);
            if ids.len() > 100 {
                form.add(
                    &format!("allowed_mentions.{kind}"),
                    "BASE_TYPE_MAX_LENGTH",
                    "Must be 100 or fewer in length.",
                );
            }
            match (parse.contains(&kind), ids.is_empty()) {
                (true, false) => {
                    let message = format!("parse:[\"{kind}\"] and {kind}: [ids...] are mutually exclusive.");
                    form.add("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message);
                    Which::All
                }
                (true, true) => Which::All,
                (false, _) => Which::Only(ids),
            }
        };
        Self {
            users: which("users"),
            roles: which("roles"),
            everyone: parse.contains(&"everyone"),
            replied_user: json["replied_user"].as_bool().unwrap_or(false),
        }
    }
}

/// A message as somebody sends or edits it; `None` leaves a part as it was.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub(crate) content: Option<String>,
    pub(crate) embeds: Option<Vec<Value>>,
    pub(crate) components: Option<Vec<Value>>,
    pub(crate) flags: Option<u64>,
    pub(crate) nonce: Option<Value>,
    pub(crate) enforce_nonce: bool,
    pub(crate) allowed: Option<Allowed>,
    /// The message replied to.
    pub(crate) reply_to: Option<Id>,
    pub(crate) fail_if_not_exists: bool,
    /// Descriptions of new files by slot, and the files to keep by id.
    pub(crate) listed: Option<Vec<Value>>,
    pub(crate) files: Vec<Upload>,
}

impl Draft {
    /// A plain text.
    pub fn text(content: impl Into<String>) -> Self {
        Self { content: Some(content.into()), ..Self::default() }
    }

    /// The same with files.
    #[must_use]
    pub fn with_files(self, files: Vec<Upload>) -> Self {
        Self { files, ..self }
    }

    /// The same as a reply.
    #[must_use]
    pub fn replying_to(self, message: Id) -> Self {
        Self { reply_to: Some(message), fail_if_not_exists: true, ..self }
    }

    /// Reads a body; `prefix` is where it stands in the request (`data.` in callbacks).
    pub(crate) fn read(json: &Value, files: Vec<Upload>, prefix: &str) -> Result<Self, Refusal> {
        let mut form = Form::default();
        if !json.is_object() && !json.is_null() {
            return Err(Refusal::new(400, 50109, "The request body contains invalid JSON."));
        }
        let mut draft = Self { files, ..Self::default() };
        draft.read_text(&mut form, json, prefix);
        if let Some(list) = json.get("embeds") {
            let mut list = list.as_array().cloned().unwrap_or_default();
            embeds::check(&mut form, &format!("{prefix}embeds"), &mut list);
            draft.embeds = Some(list);
        }
        if let Some(rows) = json.get("components") {
            let rows = rows.as_array().cloned().unwrap_or_default();
            components::check(&mut form, &format!("{prefix}components"), &rows);
            draft.components = Some(rows);
        }
        draft.allowed = json
            .get("allowed_mentions")
            .filter(|allowed| allowed.is_object())
            .map(|allowed| Allowed::read(&mut form, allowed));
        let reference = &json["message_reference"];
        draft.reply_to = id(&reference["message_id"]);
        draft.fail_if_not_exists = reference["fail_if_not_exists"].as_bool().unwrap_or(true);
        draft.read_files(&mut form, json, prefix);
        form.done().map(|()| draft)
    }

    fn read_text(&mut self, form: &mut Form, json: &Value, prefix: &str) {
        match json.get("content") {
            Some(Value::Null) => self.content = Some(String::new()),
            Some(Value::String(text)) => {
                let text = text.trim();
                form.max_length(&format!("{prefix}content"), text, 2000);
                self.content = Some(text.to_owned());
            }
            Some(Value::Number(number)) => self.content = Some(number.to_string()),
            Some(_) => {
                form.add(
                    &format!("{prefix}content"),
                    "STRING_TYPE_CONVERT",
                    "Could not interpret as string.",
                );
            }
            None => {}
        }
        self.flags = json["flags"].as_u64();
        self.nonce = json.get("nonce").filter(|nonce| nonce.is_string() || nonce.is_number()).cloned();
        self.enforce_nonce = json["enforce_nonce"].as_bool().unwrap_or(false);
        if let Some(nonce) = self.nonce.as_ref().and_then(Value::as_str) {
            form.max_length(&format!("{prefix}nonce"), nonce, 25);
        }
    }

    fn read_files(&mut self, form: &mut Form, json: &Value, prefix: &str) {
        self.listed = json.get("attachments").map(|list| list.as_array().cloned().unwrap_or_default());
        let listed = self.listed.as_ref().map_or(0, Vec::len);
        if self.files.len().max(listed) > 10 {
            form.add(
                &format!("{prefix}attachments"),
                "BASE_TYPE_MAX_LENGTH",
                "Must be 10 or fewer in length.",
            );
        }
    }

    /// Whether nothing of it would be seen.
    pub(crate) fn is_empty(&self) -> bool {
        let none = |list: &Option<Vec<Value>>| list.as_ref().is_none_or(Vec::is_empty);
        self.content.as_deref().is_none_or(str::is_empty)
            && none(&self.embeds)
            && none(&self.components)
            && self.files.is_empty()
    }
}

/// An id, written as a string or a number.
pub(crate) fn id(json: &Value) -> Option<Id> {
    json.as_u64().or_else(|| json.as_str().and_then(|text| text.parse().ok()))
}

/// A list of ids.
pub(crate) fn ids(json: &Value) -> Vec<Id> {
    json.as_array().into_iter().flatten().filter_map(id).collect()
}
