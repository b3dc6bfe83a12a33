//! Registering application commands.
//!
//! Keeps: a command that is registered again under its name keeps its id; names are unique per kind.

use serde_json::{Value, json};

use crate::sandbox::check::commands::{check_all, kind_of};
use crate::sandbox::check::draft;
use crate::sandbox::error::Refusal;
use crate::sandbox::ids::Id;
use crate::sandbox::world::World;

/// Where commands are registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Guild,
    Global,
}

impl World {
    pub(crate) fn commands_of(&self, scope: Scope) -> &Vec<Value> {
        match scope {
            Scope::Guild => &self.commands,
            Scope::Global => &self.global_commands,
        }
    }

    /// Replaces all commands of a scope.
    pub(crate) fn replace_commands(&mut self, scope: Scope, wanted: &[Value]) -> Result<(), Refusal> {
        check_all(wanted)?;
        let commands = wanted.iter().map(|command| self.registered(scope, command)).collect();
        match scope {
            Scope::Guild => self.commands = commands,
            Scope::Global => self.global_commands = commands,
        }
        self.announce("COMMANDS", &json!({ "count": wanted.len() }));
        Ok(())
    }

    /// Adds one command, or replaces the one of its name.
    pub(crate) fn put_command(&mut self, scope: Scope, command: &Value) -> Result<Value, Refusal> {
        let mut all = self.commands_of(scope).clone();
        let same = |other: &Value| kind_of(other) == kind_of(command) && other["name"] == command["name"];
        all.retain(|other| !same(other));
        all.push(command.clone());
        self.replace_commands(scope, &all)?;
        Ok(self.commands_of(scope).last().cloned().unwrap_or_default())
    }

    /// Changes one command as a PATCH does.
    pub(crate) fn patch_command(&mut self, scope: Scope, id: Id, body: &Value) -> Result<Value, Refusal> {
        let mut all = self.commands_of(scope).clone();
        let unknown = || Refusal::unknown(10063);
        let command =
            all.iter_mut().find(|command| draft::id(&command["id"]) == Some(id)).ok_or_else(unknown)?;
        for (key, value) in body.as_object().into_iter().flatten() {
            command[key] = value.clone();
        }
        self.replace_commands(scope, &all)?;
        let found = self.commands_of(scope).iter().find(|command| draft::id(&command["id"]) == Some(id));
        found.cloned().ok_or_else(unknown)
    }

    /// Removes one command.
    pub(crate) fn delete_command(&mut self, scope: Scope, id: Id) -> Result<(), Refusal> {
        let mut all = self.commands_of(scope).clone();
        let before = all.len();
        all.retain(|command| draft::id(&command["id"]) != Some(id));
        if all.len() == before {
            return Err(Refusal::unknown(10063));
        }
        self.replace_commands(scope, &all)
    }

    /// A command as Discord keeps it.
    fn registered(&mut self, scope: Scope, command: &Value) -> Value {
        let same = |other: &&Value| kind_of(other) == kind_of(command) && other["name"] == command["name"];
        let earlier = self.commands_of(scope).iter().find(same);
        let kept = draft::id(&command["id"]).or_else(|| earlier.and_then(|other| draft::id(&other["id"])));
        let id = kept.unwrap_or_else(|| self.new_id());
        let mut json = command.clone();
        let defaults = json!({
            "type": 1, "description": "", "options": [], "default_member_permissions": null, "nsfw": false,
            "dm_permission": true, "contexts": null, "integration_types": [0], "name_localizations": null,
            "description_localizations": null,
        });
        for (key, value) in defaults.as_object().into_iter().flatten() {
            if json.get(key).is_none() {
                json[key] = value.clone();
            }
        }
        json["id"] = json!(id.to_string());
        json["version"] = json!(self.new_id().to_string());
        json["application_id"] = json!(self.bot.to_string());
        if scope == Scope::Guild {
            json["guild_id"] = json!(self.guild.id.to_string());
        }
        json
    }
}
