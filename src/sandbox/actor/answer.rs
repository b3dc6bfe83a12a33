//! What a person gets back: a message, a form, suggestions, and what becomes of it later.
//!
//! An answer is a handle: it always shows the present state. Keeps: nothing is waited for longer than the sandbox's
//! patience.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use chrono_tz::Tz;
use serde_json::Value;

use super::member::Actor;
use crate::sandbox::check::components;
use crate::sandbox::error::Refusal;
use crate::sandbox::ids::Id;
use crate::sandbox::interaction::{Interaction, State};
use crate::sandbox::model::{Message, flag};
use crate::sandbox::world::World;

/// The answer to an interaction.
#[derive(Debug)]
pub struct Answer {
    actor: Actor,
    id: Id,
    /// Edits of the first answer that [`Answer::edited`] has told of.
    seen_edits: AtomicU64,
    /// Further messages that [`Answer::follow_up`] has given.
    seen_follow_ups: AtomicUsize,
}

/// A button, or a select.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What stands on it; a select's placeholder.
    pub label: String,
    /// What the bot receives.
    pub custom_id: String,
    /// Cannot be pressed.
    pub disabled: bool,
}

/// A field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// What the bot receives.
    pub custom_id: String,
    /// What stands above it.
    pub label: String,
    /// What stands in it already.
    pub value: String,
    /// The hint in the empty field.
    pub placeholder: String,
    /// Must be filled in.
    pub required: bool,
    /// Has several lines.
    pub long: bool,
}

impl Message {
    /// The buttons and selects under the message.
    #[must_use]
    pub fn buttons(&self) -> Vec<Button> {
        let text = |part: &Value, key: &str| part[key].as_str().unwrap_or_default().to_owned();
        components::parts(&self.components)
            .map(|part| Button {
                label: text(part, if part["label"].is_string() { "label" } else { "placeholder" }),
                custom_id: text(part, "custom_id"),
                disabled: part["disabled"].as_bool().unwrap_or(false),
            })
            .collect()
    }
}

impl Answer {
    /// Waits until there is an answer to show.
    pub(super) async fn wait(actor: Actor, id: Id) -> Result<Self, Refusal> {
        let sandbox = actor.sandbox.clone();
        let settled = |world: &World| {
            let state = world.interactions.get(&id)?.state;
            (!matches!(state, State::Pending | State::Deferred)).then_some(state)
        };
        let what = sandbox.look(|world| world.interactions.get(&id).map(|it| it.name.clone()));
        let what = format!("the answer to `{}`", what.unwrap_or_default());
        match sandbox.wait_for(&what, settled).await? {
            State::Expired => Err(Refusal::by_client(format!("{what}: The application did not respond"))),
            State::Failed => Err(Refusal::by_client(format!("{what}: no bot is connected"))),
            _ => {
                let answer =
                    Self { actor, id, seen_edits: AtomicU64::new(0), seen_follow_ups: AtomicUsize::new(0) };
                let edits = answer.interaction().map_or(0, |interaction| interaction.edits_when_shown);
                answer.seen_edits.store(edits, Ordering::SeqCst);
                Ok(answer)
            }
        }
    }

    /// The interaction's id.
    #[must_use]
    pub fn id(&self) -> Id {
        self.id
    }

    /// The interaction as it is now.
    #[must_use]
    pub fn interaction(&self) -> Option<Interaction> {
        self.actor.sandbox.look(|world| world.interactions.get(&self.id).cloned())
    }

    /// How far it is.
    #[must_use]
    pub fn state(&self) -> State {
        self.interaction().map_or(State::Failed, |interaction| interaction.state)
    }

    /// Whether a form was shown.
    #[must_use]
    pub fn is_modal(&self) -> bool {
        self.state() == State::Modal
    }

    fn modal(&self) -> Value {
        self.interaction().and_then(|interaction| interaction.modal).unwrap_or_default()
    }

    /// The title of the form.
    #[must_use]
    pub fn title(&self) -> String {
        self.modal()["title"].as_str().unwrap_or_default().to_owned()
    }

    /// The fields of the form.
    #[must_use]
    pub fn inputs(&self) -> Vec<Input> {
        let modal = self.modal();
        let rows = modal["components"].as_array().map_or(&[][..], Vec::as_slice);
        let text = |part: &Value, key: &str| part[key].as_str().unwrap_or_default().to_owned();
        components::parts(rows)
            .map(|part| Input {
                custom_id: text(part, "custom_id"),
                label: text(part, "label"),
                value: text(part, "value"),
                placeholder: text(part, "placeholder"),
                required: part["required"].as_bool().unwrap_or(true),
                long: part["style"].as_u64() == Some(2),
            })
            .collect()
    }

    /// Sends the form; fields by custom id or label.
    ///
    /// # Errors
    ///
    /// If no form was shown or a field does not fit it, or the bot does not answer in time.
    pub async fn fill(&self, fields: &[(&str, &str)]) -> Result<Self, Refusal> {
        self.actor.submit(self.id, fields).await
    }

    /// The message that was the answer, as it is now.
    #[must_use]
    pub fn message(&self) -> Option<Message> {
        let look = |world: &World| {
            let original = world.interactions.get(&self.id)?.original?;
            world.find_message(original).cloned()
        };
        self.actor.sandbox.look(look)
    }

    /// The answer as plain text, embeds included; empty if there is no message.
    #[must_use]
    pub fn text(&self) -> String {
        let message = self.message();
        message.map(|it| self.actor.sandbox.look(|world| world.body_text(&it, Tz::UTC))).unwrap_or_default()
    }

    /// Whether only the person who acted sees the answer.
    #[must_use]
    pub fn is_ephemeral(&self) -> bool {
        self.message().is_some_and(|message| message.flags & flag::EPHEMERAL != 0)
    }

    /// The buttons and selects of the answer.
    #[must_use]
    pub fn buttons(&self) -> Vec<Button> {
        self.message().map(|message| message.buttons()).unwrap_or_default()
    }

    /// Presses a button of the answer.
    ///
    /// # Errors
    ///
    /// If there is no such button, or the bot does not answer in time.
    pub async fn press(&self, button: &str) -> Result<Self, Refusal> {
        let message = self.message().ok_or_else(|| Refusal::by_client("the answer is no message"))?;
        self.actor.press(&message, button).await
    }

    /// Chooses from a select of the answer.
    ///
    /// # Errors
    ///
    /// If there is no such select or value, or the bot does not answer in time.
    pub async fn select(&self, select: &str, values: &[&str]) -> Result<Self, Refusal> {
        let message = self.message().ok_or_else(|| Refusal::by_client("the answer is no message"))?;
        self.actor.select(&message, select, values).await
    }

    /// The suggestions, as names and values.
    #[must_use]
    pub fn choices(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let choices = self.interaction().map(|interaction| interaction.choices).unwrap_or_default();
        choices.iter().map(|choice| (text(&choice["name"]), text(&choice["value"]))).collect()
    }

    /// The further messages so far.
    #[must_use]
    pub fn follow_ups(&self) -> Vec<Message> {
        let look = |world: &World| {
            let ids = world.interactions.get(&self.id).map(|it| it.follow_ups.as_slice()).unwrap_or_default();
            ids.iter().filter_map(|id| world.find_message(*id)).cloned().collect()
        };
        self.actor.sandbox.look(look)
    }

    /// Waits for the next further message.
    ///
    /// # Errors
    ///
    /// If none comes.
    pub async fn follow_up(&self) -> Result<Message, Refusal> {
        let next = self.seen_follow_ups.load(Ordering::SeqCst);
        let look = |world: &World| {
            let id = world.interactions.get(&self.id)?.follow_ups.get(next)?;
            world.find_message(*id).cloned()
        };
        let message = self.actor.sandbox.wait_for("a follow-up", look).await?;
        self.seen_follow_ups.store(next + 1, Ordering::SeqCst);
        Ok(message)
    }

    /// Waits until the message that was the answer is edited, by whatever means, after it was first shown or after
    /// this last told of an edit; gives the message.
    ///
    /// # Errors
    ///
    /// If it is not.
    pub async fn edited(&self) -> Result<Message, Refusal> {
        let seen = self.seen_edits.load(Ordering::SeqCst);
        let look = |world: &World| world.original(self.id).filter(|message| message.edits > seen).cloned();
        let message = self.actor.sandbox.wait_for("an edit of the answer", look).await?;
        self.seen_edits.store(message.edits, Ordering::SeqCst);
        Ok(message)
    }

    /// Milliseconds until the first answer.
    #[must_use]
    pub fn answered_after_ms(&self) -> Option<u64> {
        self.interaction().and_then(|interaction| interaction.answered_after_ms)
    }
}
