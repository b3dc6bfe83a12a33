//! One use of a command, button, select, form or autocomplete, from the moment a member acts.
//!
//! Plain data and its states; `verbs::answers` moves them. Keeps: an interaction is answered at most once, and only
//! in time.

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio::time::Instant;

use super::ids::Id;

/// A slash command or message menu.
pub const COMMAND: u8 = 2;
/// A button or select.
pub const COMPONENT: u8 = 3;
/// Suggestions while an option is typed.
pub const AUTOCOMPLETE: u8 = 4;
/// A form that was sent.
pub const MODAL: u8 = 5;

/// How far an interaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The bot has not answered yet.
    Pending,
    /// Answered with a message.
    Answered,
    /// Answered with "is thinking …"; the message is still to come.
    Deferred,
    /// Answered with a form.
    Modal,
    /// The message with the button was changed, or will be.
    Updated,
    /// Answered with suggestions.
    Choices,
    /// Not answered in time: the person saw "The application did not respond".
    Expired,
    /// Nobody was connected to answer.
    Failed,
}

impl State {
    /// The name in the control interface.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Answered => "answered",
            Self::Deferred => "deferred",
            Self::Modal => "modal",
            Self::Updated => "updated",
            Self::Choices => "choices",
            Self::Expired => "expired",
            Self::Failed => "failed",
        }
    }
}

/// An interaction.
#[derive(Clone, Debug)]
pub struct Interaction {
    /// The id.
    pub id: Id,
    /// The secret with which the bot answers.
    pub token: String,
    /// Discord's number: 2 command, 3 button or select, 4 autocomplete, 5 form.
    pub kind: u8,
    /// Who acted.
    pub by: Id,
    /// Where.
    pub channel: Id,
    /// The command's full name, or the custom id.
    pub name: String,
    /// The message with the component, or the target of a message menu.
    pub message: Option<Id>,
    /// The interaction whose form this one is.
    pub trigger: Option<Id>,
    /// The `data` of the event.
    pub data: Value,
    /// How far it is.
    pub state: State,
    /// When the member acted, in the world's time.
    pub at: DateTime<Utc>,
    /// When the member acted, in real time.
    pub started: Instant,
    /// Milliseconds until the first answer.
    pub answered_after_ms: Option<u64>,
    /// The message that `@original` names.
    pub original: Option<Id>,
    /// How often `@original` had been edited when the person first saw it.
    pub edits_when_shown: u64,
    /// The form, as the bot sent it.
    pub modal: Option<Value>,
    /// The suggestions.
    pub choices: Vec<Value>,
    /// Further messages.
    pub follow_ups: Vec<Id>,
    /// Answers of the bot that were refused, with the reason.
    pub refusals: Vec<String>,
}

impl Interaction {
    /// Whether the person is still waiting for a first answer.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.state == State::Pending
    }
}
