//! What a member does with the bot: typing a command, pressing a button, sending a form.
//!
//! Keeps: what Discord's client would not let a person do is refused before the bot hears of it.

use rand::RngExt as _;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use crate::sandbox::check::commands::{MESSAGE_MENU, kind_of};
use crate::sandbox::check::components;
use crate::sandbox::check::draft::{self, Upload};
use crate::sandbox::error::Refusal;
use crate::sandbox::ids::Id;
use crate::sandbox::interaction::{self, Interaction, State};
use crate::sandbox::line::{self, Typed};
use crate::sandbox::permissions::USE_COMMANDS;
use crate::sandbox::world::{Event, World};

/// What a member is about to do.
pub(crate) struct Act {
    pub(crate) kind: u8,
    pub(crate) by: Id,
    pub(crate) channel: Id,
    pub(crate) name: String,
    pub(crate) data: Value,
    pub(crate) message: Option<Id>,
    pub(crate) trigger: Option<Id>,
}

impl World {
    /// Finds the command in a typed line.
    pub(crate) fn typed(&self, line: &str) -> Result<Typed, Refusal> {
        line::parse(line, self.commands.iter().chain(&self.global_commands)).map_err(Refusal::by_client)
    }

    /// Finds a command by name, with options.
    pub(crate) fn named(&self, name: &str, options: &Map<String, Value>) -> Result<Typed, Refusal> {
        let commands = self.commands.iter().chain(&self.global_commands);
        line::named(name, options, commands).map_err(Refusal::by_client)
    }

    /// Uses a slash command.
    pub(crate) fn use_command(
        &mut self,
        by: Id,
        channel: Id,
        typed: &Typed,
        files: Vec<Upload>,
    ) -> Result<Id, Refusal> {
        self.may_command(by, channel, &typed.command)?;
        let data = self.command_data(by, channel, typed, files, None)?;
        self.begin(Act::new(interaction::COMMAND, by, channel, typed.full_name(), data))
    }

    /// Asks for suggestions for the option typed last.
    pub(crate) fn ask_suggestions(&mut self, by: Id, channel: Id, typed: &Typed) -> Result<Id, Refusal> {
        self.may_command(by, channel, &typed.command)?;
        let focused = typed.values.last().map(|(name, _)| name.clone());
        let focused = focused.ok_or_else(|| Refusal::by_client("no option is being typed"))?;
        if typed.option(&focused).is_none_or(|option| option["autocomplete"].as_bool() != Some(true)) {
            return Err(Refusal::by_client(format!("the option `{focused}` makes no suggestions")));
        }
        let data = self.command_data(by, channel, typed, Vec::new(), Some(&focused))?;
        self.begin(Act::new(interaction::AUTOCOMPLETE, by, channel, typed.full_name(), data))
    }

    /// Uses a menu on a message.
    pub(crate) fn use_menu(&mut self, by: Id, name: &str, target: Id) -> Result<Id, Refusal> {
        let mut all = self.commands.iter().chain(&self.global_commands);
        let command = all
            .find(|command| kind_of(command) == MESSAGE_MENU && command["name"].as_str() == Some(name))
            .cloned()
            .ok_or_else(|| Refusal::by_client(format!("there is no message menu `{name}`")))?;
        let message = self.find_message(target).ok_or_else(|| Refusal::unknown(10008))?;
        let channel = message.channel;
        let resolved = json!({ "messages": { target.to_string(): self.message_json(message) } });
        self.may_command(by, channel, &command)?;
        let data = json!({
            "id": command["id"], "name": name, "type": MESSAGE_MENU, "guild_id": self.guild.id.to_string(),
            "target_id": target.to_string(), "resolved": resolved,
        });
        let act = Act::new(interaction::COMMAND, by, channel, name.to_owned(), data);
        self.begin(Act { message: Some(target), ..act })
    }

    fn may_command(&self, by: Id, channel: Id, command: &Value) -> Result<(), Refusal> {
        let place = self.require(by, channel, USE_COMMANDS)?;
        if place.is_archived() {
            return Err(Refusal::by_client("commands cannot be used in an archived thread"));
        }
        let needed = draft::id(&command["default_member_permissions"]).unwrap_or(0);
        let has = self.permissions_in(by, place);
        if has & needed == needed {
            Ok(())
        } else {
            Err(Refusal::by_client("you do not have permission to use this command here"))
        }
    }

    /// Presses a button or chooses from a select; `component` is its custom id or visible label.
    pub(crate) fn press(
        &mut self,
        by: Id,
        message: Id,
        component: &str,
        values: &[String],
    ) -> Result<Id, Refusal> {
        let target = self.find_message(message).ok_or_else(|| Refusal::unknown(10008))?;
        if target.only_for.is_some_and(|person| person != by) {
            return Err(Refusal::unknown(10008));
        }
        let channel = target.channel;
        self.require(by, channel, 0)?;
        let part = components::find(&target.components, component).cloned().ok_or_else(|| {
            let all = components::parts(&target.components);
            let names: Vec<_> =
                all.filter_map(|part| part["label"].as_str().or(part["custom_id"].as_str())).collect();
            Refusal::by_client(format!(
                "there is no `{component}` on the message; there are: {}",
                names.join(", ")
            ))
        })?;
        if part["disabled"].as_bool() == Some(true) {
            return Err(Refusal::by_client(format!("`{component}` is disabled")));
        }
        let id = part["custom_id"].as_str().ok_or_else(|| Refusal::by_client("this button is a link"))?;
        let data = self.component_data(by, &part, id, values)?;
        let act = Act::new(interaction::COMPONENT, by, channel, id.to_owned(), data);
        self.begin(Act { message: Some(message), ..act })
    }

    /// Sends the form that was the answer to `trigger`; fields by custom id or label.
    pub(crate) fn submit(&mut self, by: Id, trigger: Id, fields: &[(String, String)]) -> Result<Id, Refusal> {
        let asked = self.interactions.get(&trigger).filter(|asked| asked.by == by);
        let asked = asked.ok_or_else(|| Refusal::unknown(10062))?;
        let modal = asked.modal.as_ref().ok_or_else(|| Refusal::by_client("no form was shown"))?;
        let rows = modal["components"].as_array().map_or(&[][..], Vec::as_slice);
        let inputs: Vec<&Value> = components::parts(rows).collect();
        let names = |input: &Value, name: &str| {
            input["custom_id"].as_str() == Some(name) || input["label"].as_str() == Some(name)
        };
        if let Some((name, _)) =
            fields.iter().find(|(name, _)| !inputs.iter().any(|input| names(input, name)))
        {
            let there: Vec<_> = inputs.iter().filter_map(|input| input["custom_id"].as_str()).collect();
            let message = format!("the form has no field `{name}`; there are: {}", there.join(", "));
            return Err(Refusal::by_client(message));
        }
        let mut sent = Vec::new();
        for input in inputs {
            let id = input["custom_id"].as_str().unwrap_or_default();
            let given = fields.iter().find(|(name, _)| names(input, name)).map(|(_, value)| value.as_str());
            let value = given.or(input["value"].as_str()).unwrap_or_default();
            check_field(input, id, value)?;
            let part = json!({ "type": 4, "custom_id": id, "value": value });
            sent.push(json!({ "type": 1, "components": [part] }));
        }
        let (channel, custom_id) = (asked.channel, modal["custom_id"].clone());
        // Only a form behind a button knows a message.
        let message = asked.message.filter(|_| asked.kind == interaction::COMPONENT);
        let name = custom_id.as_str().unwrap_or_default().to_owned();
        let data = json!({ "custom_id": custom_id, "components": sent });
        let act = Act::new(interaction::MODAL, by, channel, name, data);
        self.begin(Act { message, trigger: Some(trigger), ..act })
    }

    /// Starts an interaction and tells the bot.
    fn begin(&mut self, act: Act) -> Result<Id, Refusal> {
        let id = self.new_id();
        let token: String =
            rand::rng().sample_iter(rand::distr::Alphanumeric).take(64).map(char::from).collect();
        let interaction = Interaction {
            id,
            token: token.clone(),
            kind: act.kind,
            by: act.by,
            channel: act.channel,
            name: act.name,
            message: act.message,
            trigger: act.trigger,
            data: act.data,
            state: if self.sessions.is_empty() { State::Failed } else { State::Pending },
            at: self.now(),
            started: Instant::now(),
            answered_after_ms: None,
            original: None,
            edits_when_shown: 0,
            modal: None,
            choices: Vec::new(),
            follow_ups: Vec::new(),
            refusals: Vec::new(),
        };
        let data = self.interaction_json(&interaction);
        self.tokens.insert(token, id);
        self.stats.interactions += 1;
        if interaction.state == State::Failed {
            self.stats.failed += 1;
        } else {
            // The task that watches deadlines ends only with the server.
            let _ = self.deadlines.send(id);
        }
        self.interactions.insert(id, interaction);
        self.emit(Event::new("INTERACTION_CREATE", 0, data));
        Ok(id)
    }
}

impl Act {
    fn new(kind: u8, by: Id, channel: Id, name: String, data: Value) -> Self {
        Self { kind, by, channel, name, data, message: None, trigger: None }
    }
}

/// Refuses what the form would not let a person send.
fn check_field(input: &Value, id: &str, value: &str) -> Result<(), Refusal> {
    let length = u64::try_from(value.chars().count()).unwrap_or(u64::MAX);
    let required = input["required"].as_bool().unwrap_or(true);
    if length == 0 {
        return if required {
            Err(Refusal::by_client(format!("the field `{id}` is required")))
        } else {
            Ok(())
        };
    }
    let (min, max) =
        (input["min_length"].as_u64().unwrap_or(0), input["max_length"].as_u64().unwrap_or(4000));
    if (min..=max).contains(&length) {
        Ok(())
    } else {
        Err(Refusal::by_client(format!("the field `{id}` takes {min} to {max} characters, not {length}")))
    }
}
