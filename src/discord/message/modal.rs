//! A form: a title and up to five text inputs.
//!
//! Inputs stand in action rows; the newer label components come back in a shape that our library cannot read. Must
//! not know what is asked. Invariant: the JSON is within every limit, whatever texts went in.

use serde_json::{Value, json};

use crate::discord::limits::{self, fit, length};

/// The type of an interaction's answer that opens a form (reference, "Interaction Callback Type").
const OPENS_A_FORM: u8 = 9;

/// A form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modal {
    /// Its heading.
    pub title: String,
    /// What the bot is told when it is sent.
    pub custom_id: String,
    /// What is asked.
    pub inputs: Vec<Input>,
}

/// One question of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Under which name the answer comes.
    pub id: &'static str,
    /// The question.
    pub label: String,
    /// An example, shown while nothing is typed.
    pub placeholder: String,
    /// Whether there is room for several lines.
    pub paragraph: bool,
    /// Whether the form can be sent without an answer.
    pub required: bool,
    /// The longest answer.
    pub max: usize,
    /// What stands there to begin with.
    pub value: String,
}

impl Input {
    /// A question that must be answered in one line of at most `max` characters.
    pub fn line(id: &'static str, label: impl Into<String>, max: usize) -> Self {
        let (placeholder, value) = (String::new(), String::new());
        Self { id, label: label.into(), placeholder, paragraph: false, required: true, max, value }
    }

    /// A question that must be answered, with room for several lines.
    pub fn paragraph(id: &'static str, label: impl Into<String>, max: usize) -> Self {
        Self { paragraph: true, ..Self::line(id, label, max) }
    }

    /// The question, not to be answered by everybody.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// The question with an example.
    #[must_use]
    pub fn example(mut self, placeholder: impl Into<String>) -> Self {
        self.placeholder = placeholder.into();
        self
    }

    fn json(&self) -> Value {
        let max = self.max.clamp(1, limits::INPUT_VALUE);
        let mut json = json!({
            "type": 4,
            "custom_id": self.id,
            "label": filled(&self.label, limits::INPUT_LABEL),
            "style": if self.paragraph { 2 } else { 1 },
            "required": self.required,
            "max_length": max,
        });
        if self.required {
            json["min_length"] = json!(1);
        }
        if !self.placeholder.is_empty() {
            json["placeholder"] = json!(fit(&self.placeholder, limits::INPUT_PLACEHOLDER));
        }
        if !self.value.is_empty() {
            json["value"] = json!(fit(&self.value, max));
        }
        json
    }
}

impl Modal {
    /// A form without questions.
    pub fn new(title: impl Into<String>, custom_id: impl Into<String>) -> Self {
        Self { title: title.into(), custom_id: custom_id.into(), inputs: Vec::new() }
    }

    /// With one more question.
    #[must_use]
    pub fn input(mut self, input: Input) -> Self {
        self.inputs.push(input);
        self
    }

    /// The `data` of an answer of type 9.
    #[must_use]
    pub fn data(&self) -> Value {
        debug_assert!((1..=limits::CUSTOM_ID).contains(&length(&self.custom_id)));
        let row = |input: &Input| json!({ "type": 1, "components": [input.json()] });
        json!({
            "title": filled(&self.title, limits::MODAL_TITLE),
            "custom_id": fit(&self.custom_id, limits::CUSTOM_ID),
            "components": self.inputs.iter().take(limits::MODAL_INPUTS).map(row).collect::<Vec<_>>(),
        })
    }

    /// The whole answer to an interaction that opens the form.
    #[must_use]
    pub fn callback(&self) -> Value {
        json!({ "type": OPENS_A_FORM, "data": self.data() })
    }
}

/// A text within its limit, never blank.
fn filled(text: &str, max: usize) -> String {
    let text = fit(text.trim(), max);
    if text.is_empty() { "…".to_owned() } else { text }
}
