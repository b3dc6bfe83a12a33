//! Buttons and selects, in rows.
//!
//! Must not know what a press does: that is in the custom id. Invariant: after [`Row::fitted`] a row holds one to
//! five buttons or one select with at least one option, and every text is within its limit.

use serde_json::{Value, json};

use crate::discord::limits::{self, fit, length};

/// What stands on a button or option without a label.
const UNLABELLED: &str = "…";

/// A row below a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// Buttons side by side.
    Buttons(Vec<Button>),
    /// One list to choose from.
    Select(Select),
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What stands on it.
    pub label: String,
    /// What happens.
    pub press: Press,
    /// A sign before the label, as one Unicode emoji.
    pub emoji: Option<&'static str>,
    /// Whether it can only be looked at.
    pub disabled: bool,
}

/// What pressing a button does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Press {
    /// Tells the bot.
    Tell {
        /// How it looks.
        style: Style,
        /// What the bot is told.
        custom_id: String,
    },
    /// Opens a link.
    Open(String),
}

/// How a button looks (reference, "Button Styles").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// What most people need next.
    Primary = 1,
    /// Everything else.
    Secondary = 2,
    /// A good end.
    Success = 3,
    /// Something hard to take back.
    Danger = 4,
}

/// A list to choose one from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Select {
    /// What the bot is told, with the chosen value.
    pub custom_id: String,
    /// What stands there before something is chosen.
    pub placeholder: String,
    /// What can be chosen.
    pub options: Vec<Choice>,
}

/// One line of a select; no formatting works there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What people read.
    pub label: String,
    /// What the bot gets.
    pub value: String,
    /// The small line below; may be empty.
    pub description: String,
}

impl Button {
    /// A button that tells the bot something.
    pub fn new(label: impl Into<String>, style: Style, custom_id: impl Into<String>) -> Self {
        let press = Press::Tell { style, custom_id: custom_id.into() };
        Self { label: label.into(), press, emoji: None, disabled: false }
    }

    /// A button that opens a link.
    pub fn link(label: impl Into<String>, url: impl Into<String>) -> Self {
        Self { label: label.into(), press: Press::Open(url.into()), emoji: None, disabled: false }
    }

    /// The button, only to be looked at if `disabled`.
    #[must_use]
    pub const fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }

    /// A shortened link or id would do the wrong thing: such a button is left out.
    fn fitted(mut self) -> Option<Self> {
        let works = match &self.press {
            Press::Tell { custom_id, .. } => (1..=limits::CUSTOM_ID).contains(&length(custom_id)),
            Press::Open(url) => (1..=limits::URL).contains(&length(url)),
        };
        self.label = label(&self.label, limits::BUTTON_LABEL);
        works.then_some(self)
    }

    fn json(&self) -> Value {
        /// A link's style; it has no custom id (reference, "Button Styles").
        const LINK: u8 = 5;
        let mut json = match &self.press {
            Press::Tell { style, custom_id } => json!({ "style": *style as u8, "custom_id": custom_id }),
            Press::Open(url) => json!({ "style": LINK, "url": url }),
        };
        json["type"] = json!(2);
        json["label"] = json!(self.label);
        json["disabled"] = json!(self.disabled);
        if let Some(emoji) = self.emoji {
            json["emoji"] = json!({ "name": emoji });
        }
        json
    }
}

impl Choice {
    /// One line of a select.
    pub fn new(label: impl Into<String>, value: impl Into<String>, description: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into(), description: description.into() }
    }

    fn fitted(mut self) -> Option<Self> {
        let works = (1..=limits::OPTION_TEXT).contains(&length(&self.value));
        self.label = label(&self.label, limits::OPTION_TEXT);
        self.description = fit(self.description.trim(), limits::OPTION_TEXT);
        works.then_some(self)
    }

    fn json(&self) -> Value {
        let mut json = json!({ "label": self.label, "value": self.value });
        if !self.description.is_empty() {
            json["description"] = json!(self.description);
        }
        json
    }
}

impl Select {
    fn fitted(mut self) -> Option<Self> {
        self.placeholder = fit(&self.placeholder, limits::SELECT_PLACEHOLDER);
        self.options =
            (self.options.into_iter().filter_map(Choice::fitted)).take(limits::SELECT_OPTIONS).collect();
        let works = (1..=limits::CUSTOM_ID).contains(&length(&self.custom_id)) && !self.options.is_empty();
        works.then_some(self)
    }

    fn json(&self) -> Value {
        json!({
            "type": 3,
            "custom_id": self.custom_id,
            "placeholder": self.placeholder,
            "min_values": 1,
            "max_values": 1,
            "options": self.options.iter().map(Choice::json).collect::<Vec<_>>(),
        })
    }
}

impl Row {
    /// The row within its limits; `None` if nothing of it is left.
    pub(super) fn fitted(self) -> Option<Self> {
        match self {
            Self::Select(select) => select.fitted().map(Self::Select),
            Self::Buttons(buttons) => {
                let buttons = buttons.into_iter().filter_map(Button::fitted).take(limits::BUTTONS_IN_ROW);
                let buttons: Vec<Button> = buttons.collect();
                (!buttons.is_empty()).then_some(Self::Buttons(buttons))
            }
        }
    }

    pub(super) fn json(&self) -> Value {
        let parts = match self {
            Self::Buttons(buttons) => buttons.iter().map(Button::json).collect(),
            Self::Select(select) => vec![select.json()],
        };
        json!({ "type": 1, "components": parts })
    }
}

/// A label within its limit, never blank.
fn label(text: &str, max: usize) -> String {
    let text = fit(text.trim(), max);
    if text.is_empty() { UNLABELLED.to_owned() } else { text }
}
