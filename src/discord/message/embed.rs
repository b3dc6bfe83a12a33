//! The framed part of a message, and how it is made to fit.
//!
//! Must not know what it shows. Invariant: after [`Embed::fitted`] every part is within its limit, no part is blank,
//! and the sum over a message is within the one limit that all embeds share.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::discord::limits::{self, fit, length};

/// What stands in a part of a field that has nothing to say.
const BLANK: &str = "—";

/// One frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Embed {
    /// Its heading.
    pub title: String,
    /// Where the heading leads.
    pub url: Option<String>,
    /// Its text.
    pub description: String,
    /// The colour of its edge, as `0xrrggbb`.
    pub colour: u32,
    /// Its parts with a heading of their own.
    pub fields: Vec<Field>,
    /// The small line below; no formatting works there.
    pub footer: String,
    /// The time shown beside the footer.
    pub timestamp: Option<DateTime<Utc>>,
}

/// A part with a heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The heading.
    pub name: String,
    /// The text.
    pub value: String,
    /// Whether it may stand beside others.
    pub inline: bool,
}

impl Embed {
    /// A frame with a heading and a colour.
    pub fn new(title: impl Into<String>, colour: u32) -> Self {
        Self { title: title.into(), colour, ..Self::default() }
    }

    /// With this text.
    #[must_use]
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = text.into();
        self
    }

    /// With one more part over the whole width.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.push(Field { name: name.into(), value: value.into(), inline: false });
        self
    }

    /// With this small line below.
    #[must_use]
    pub fn footer(mut self, text: impl Into<String>) -> Self {
        self.footer = text.into();
        self
    }

    /// With a heading that leads somewhere.
    #[must_use]
    pub fn url(mut self, url: Option<String>) -> Self {
        self.url = url;
        self
    }

    /// The frame within every limit, taking what it needs from `room`; `None` if nothing of it is left.
    pub(super) fn fitted(mut self, room: &mut usize) -> Option<Self> {
        // The footer carries the mark by which the message is found again: it comes before all the rest.
        self.footer = take(&self.footer, limits::EMBED_FOOTER, room);
        self.title = take(&self.title, limits::EMBED_TITLE, room);
        self.description = take(&self.description, limits::EMBED_DESCRIPTION, room);
        self.fields.truncate(limits::EMBED_FIELDS);
        self.fields = self.fields.into_iter().map_while(|field| field.fitted(room)).collect();
        self.url = self.url.filter(|url| length(url) <= limits::URL);
        self.colour &= 0x00ff_ffff;
        let blank = self.title.is_empty() && self.description.is_empty() && self.fields.is_empty();
        (!(blank && self.footer.is_empty())).then_some(self)
    }

    /// As Discord takes it; parts that say nothing are left out.
    pub(super) fn json(&self) -> Value {
        let mut json = json!({ "color": self.colour });
        if !self.title.is_empty() {
            json["title"] = json!(self.title);
        }
        if let Some(url) = &self.url {
            json["url"] = json!(url);
        }
        if !self.description.is_empty() {
            json["description"] = json!(self.description);
        }
        if !self.fields.is_empty() {
            let field =
                |field: &Field| json!({ "name": field.name, "value": field.value, "inline": field.inline });
            json["fields"] = self.fields.iter().map(field).collect();
        }
        if !self.footer.is_empty() {
            json["footer"] = json!({ "text": self.footer });
        }
        if let Some(at) = self.timestamp {
            json["timestamp"] = json!(at.to_rfc3339_opts(SecondsFormat::Millis, true));
        }
        json
    }
}

impl Field {
    /// The part within its limits; `None` if there is no room for a heading and a word.
    fn fitted(mut self, room: &mut usize) -> Option<Self> {
        const LEAST: usize = 2;
        if *room < LEAST {
            return None;
        }
        let filled = |text: &str| if text.trim().is_empty() { BLANK.to_owned() } else { text.to_owned() };
        let mut for_name = *room - 1;
        self.name = take(&filled(&self.name), limits::FIELD_NAME, &mut for_name);
        *room = for_name + 1;
        self.value = take(&filled(&self.value), limits::FIELD_VALUE, room);
        Some(self)
    }
}

/// `text` within its own limit and what is left of `room`; blank text becomes none.
fn take(text: &str, max: usize, room: &mut usize) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    let text = fit(text, max.min(*room));
    *room -= length(&text);
    text
}
