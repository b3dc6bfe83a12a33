//! What the bot does about an interaction: the first answer, edits of it, further messages.
//!
//! Keeps: one first answer, in time and of a kind that fits; the first message after "is thinking …" takes its
//! place and stays as public or private as it was.

use serde_json::{Value, json};

use super::messages::Posting;
use crate::sandbox::check::components;
use crate::sandbox::check::draft::{Draft, Upload};
use crate::sandbox::error::{Form, Refusal};
use crate::sandbox::ids::Id;
use crate::sandbox::interaction::{self, Interaction, State};
use crate::sandbox::model::{Message, flag};
use crate::sandbox::world::World;

impl World {
    /// The first answer. What was wrong with a refused one is kept with the interaction.
    pub(crate) fn answer(
        &mut self,
        id: Id,
        token: &str,
        body: &Value,
        files: Vec<Upload>,
    ) -> Result<(), Refusal> {
        let life = self.options.answer_within;
        let interaction = self.interaction_mut(id)?;
        if interaction.token != token {
            return Err(Refusal::unknown(10062));
        }
        let late = matches!(interaction.state, State::Expired | State::Failed);
        if late || interaction.is_pending() && interaction.started.elapsed() > life {
            return Err(Refusal::unknown(10062));
        }
        if !interaction.is_pending() {
            let message = "Interaction has already been acknowledged.";
            return Err(Refusal::new(400, 40060, message));
        }
        let outcome = self.act_on(id, body, files);
        let edits = self.original(id).map_or(0, |message| message.edits);
        let interaction = self.interaction_mut(id)?;
        interaction.edits_when_shown = edits;
        match &outcome {
            Ok(state) => {
                interaction.state = *state;
                let elapsed = interaction.started.elapsed().as_millis();
                interaction.answered_after_ms = u64::try_from(elapsed).ok();
            }
            Err(refusal) => interaction.refusals.push(refusal.to_string()),
        }
        self.announce_interaction(id);
        outcome.map(drop)
    }

    fn act_on(&mut self, id: Id, body: &Value, files: Vec<Upload>) -> Result<State, Refusal> {
        let interaction = self.interaction_mut(id)?;
        let kind = body["type"].as_u64().unwrap_or(0);
        let on_message = interaction.message.is_some() && interaction.kind != interaction::COMMAND;
        let fits = match interaction.kind {
            interaction::AUTOCOMPLETE => kind == 8,
            interaction::COMPONENT => matches!(kind, 4..=7 | 9),
            interaction::MODAL => matches!(kind, 4 | 5) || on_message && matches!(kind, 6 | 7),
            _ => matches!(kind, 4 | 5 | 9),
        };
        if !fits {
            let message = "This answer does not fit the kind of interaction.";
            return Err(Refusal::field("type", "INTERACTION_CALLBACK_TYPE_INVALID", message));
        }
        let data = &body["data"];
        match kind {
            4 => {
                self.answer_with_message(id, Draft::read(data, files, "data.")?, 0).map(|()| State::Answered)
            }
            5 => {
                let draft = Draft { flags: data["flags"].as_u64(), ..Draft::default() };
                self.answer_with_message(id, draft, flag::LOADING).map(|()| State::Deferred)
            }
            6 | 7 => self.answer_on_message(id, kind == 7, data, files).map(|()| State::Updated),
            8 => self.answer_with_choices(id, data).map(|()| State::Choices),
            _ => {
                components::check_modal(data)?;
                self.interaction_mut(id)?.modal = Some(data.clone());
                Ok(State::Modal)
            }
        }
    }

    fn posting(&self, interaction: &Interaction, draft: Draft, flags: u64) -> Posting {
        let ephemeral = draft.flags.unwrap_or(0) & flag::EPHEMERAL != 0;
        let kind = match (interaction.kind, interaction.data["type"].as_u64()) {
            (interaction::COMMAND, Some(1)) => 20,
            (interaction::COMMAND, _) => 23,
            (interaction::COMPONENT, _) => 19,
            _ => 0,
        };
        Posting {
            kind,
            flags,
            interaction: Some(interaction.id),
            only_for: ephemeral.then_some(interaction.by),
            ..Posting::new(self.bot, interaction.channel, draft)
        }
    }

    fn answer_with_message(&mut self, id: Id, mut draft: Draft, flags: u64) -> Result<(), Refusal> {
        let interaction = self.interactions.get(&id).ok_or_else(|| Refusal::unknown(10062))?;
        if interaction.kind == interaction::COMPONENT {
            draft.reply_to = interaction.message;
        }
        let posting = self.posting(interaction, draft, flags);
        let message = self.post(posting)?;
        self.interaction_mut(id)?.original = Some(message);
        Ok(())
    }

    fn answer_on_message(
        &mut self,
        id: Id,
        now: bool,
        data: &Value,
        files: Vec<Upload>,
    ) -> Result<(), Refusal> {
        let message = self.interaction_mut(id)?.message.ok_or_else(|| Refusal::unknown(10008))?;
        if now {
            self.rewrite(message, Draft::read(data, files, "data.")?)?;
        }
        self.interaction_mut(id)?.original = Some(message);
        Ok(())
    }

    fn answer_with_choices(&mut self, id: Id, data: &Value) -> Result<(), Refusal> {
        let choices = data["choices"].as_array().cloned().unwrap_or_default();
        let mut form = Form::default();
        if choices.len() > 25 {
            form.add("data.choices", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.");
        }
        for (index, choice) in choices.iter().enumerate() {
            form.length(&format!("data.choices.{index}.name"), choice["name"].as_str(), 100);
            if let Some(value) = choice["value"].as_str() {
                form.length(&format!("data.choices.{index}.value"), Some(value), 100);
            }
        }
        form.done()?;
        self.interaction_mut(id)?.choices = choices;
        Ok(())
    }

    /// The message that was the first answer.
    pub(crate) fn original(&self, id: Id) -> Option<&Message> {
        self.find_message(self.interactions.get(&id)?.original?)
    }

    /// The interaction whose token the bot uses for a further message.
    fn by_token(&self, token: &str) -> Result<&Interaction, Refusal> {
        let found = self.tokens.get(token).and_then(|id| self.interactions.get(id));
        let found = found.ok_or_else(|| Refusal::unknown(10015))?;
        if found.started.elapsed() > self.options.token_life {
            return Err(Refusal::new(401, 50027, "Invalid Webhook Token"));
        }
        if matches!(found.state, State::Pending | State::Expired | State::Failed) {
            return Err(Refusal::unknown(10015));
        }
        Ok(found)
    }

    /// The message that the bot names by `@original` or an id.
    pub(crate) fn answer_message(&self, token: &str, name: &str) -> Result<Id, Refusal> {
        let interaction = self.by_token(token)?;
        let id = match name {
            "@original" => interaction.original,
            id => id
                .parse()
                .ok()
                .filter(|id| interaction.original == Some(*id) || interaction.follow_ups.contains(id)),
        };
        id.filter(|id| self.find_message(*id).is_some()).ok_or_else(|| Refusal::unknown(10008))
    }

    /// Edits the first answer or a further message.
    pub(crate) fn edit_answer(&mut self, token: &str, name: &str, draft: Draft) -> Result<Id, Refusal> {
        let message = self.answer_message(token, name)?;
        let id = self.by_token(token)?.id;
        self.rewrite(message, draft)?;
        let edits = self.original(id).map_or(0, |message| message.edits);
        let interaction = self.interaction_mut(id)?;
        if interaction.state == State::Deferred {
            interaction.state = State::Answered;
            interaction.edits_when_shown = edits;
        }
        self.announce_interaction(id);
        Ok(message)
    }

    /// Posts a further message; the first one after "is thinking …" takes its place.
    pub(crate) fn follow_up(&mut self, token: &str, draft: Draft) -> Result<Id, Refusal> {
        let interaction = self.by_token(token)?;
        let id = interaction.id;
        if interaction.state == State::Deferred {
            return self.edit_answer(token, "@original", draft);
        }
        let posting = self.posting(interaction, draft, 0);
        let original = interaction.original;
        let kind = if original.is_some() { 19 } else { 0 };
        let message = self.post(Posting { kind, ..posting })?;
        self.interaction_mut(id)?.follow_ups.push(message);
        self.announce_interaction(id);
        Ok(message)
    }

    /// Deletes the first answer or a further message.
    pub(crate) fn delete_answer(&mut self, token: &str, name: &str) -> Result<(), Refusal> {
        let message = self.answer_message(token, name)?;
        if let Some(ephemeral) = self.ephemeral.remove(&message) {
            let data = json!({ "id": message.to_string(), "channel_id": ephemeral.channel.to_string() });
            self.announce("EPHEMERAL_DELETE", &data);
            return Ok(());
        }
        let channel = self.places.get(&message).copied().ok_or_else(|| Refusal::unknown(10008))?;
        self.delete(self.bot, channel, message)
    }

    /// Marks an interaction that nobody answered in time.
    pub(crate) fn expire(&mut self, id: Id) {
        let Ok(interaction) = self.interaction_mut(id) else { return };
        if interaction.is_pending() {
            interaction.state = State::Expired;
            self.stats.expired += 1;
            self.announce_interaction(id);
        }
    }

    fn announce_interaction(&self, id: Id) {
        if let Some(interaction) = self.interactions.get(&id) {
            self.announce("INTERACTION_UPDATE", &self.interaction_view(interaction));
        }
    }

    /// An interaction as the control interface shows it.
    pub(crate) fn interaction_view(&self, interaction: &Interaction) -> Value {
        let message = |id: &Id| self.find_message(*id).map(|message| self.message_json(message));
        json!({
            "id": interaction.id.to_string(),
            "kind": interaction.kind,
            "name": interaction.name,
            "by": self.members.get(&interaction.by).map(|member| member.username.clone()),
            "channel_id": interaction.channel.to_string(),
            "state": interaction.state.name(),
            "answered_after_ms": interaction.answered_after_ms,
            "answer": interaction.original.as_ref().and_then(message),
            "edits": self.original(interaction.id).map_or(0, |it| it.edits - interaction.edits_when_shown),
            "modal": interaction.modal,
            "choices": interaction.choices,
            "follow_ups": interaction.follow_ups.iter().filter_map(message).collect::<Value>(),
            "refusals": interaction.refusals,
        })
    }
}
