//! The values of options and selects: from what a person wrote to what the bot receives.
//!
//! Keeps: names of users, roles and channels are resolved, and choices, ranges and lengths are obeyed, as in
//! Discord's client.

use serde_json::{Value, json};

use crate::sandbox::check::commands::{GROUP, SUBCOMMAND};
use crate::sandbox::check::draft::{Draft, Upload};
use crate::sandbox::error::Refusal;
use crate::sandbox::ids::Id;
use crate::sandbox::line::Typed;
use crate::sandbox::model::{Attachment, Channel, Member, Role};
use crate::sandbox::world::World;

/// What the ids in an interaction stand for.
#[derive(Default)]
struct Resolved {
    json: Value,
}

impl Resolved {
    fn add(&mut self, kind: &str, id: Id, json: Value) -> Value {
        self.json[kind][id.to_string()] = json;
        json!(id.to_string())
    }
}

impl World {
    /// The `data` of a slash command or, with `focused`, of an autocomplete.
    pub(crate) fn command_data(
        &mut self,
        by: Id,
        channel: Id,
        typed: &Typed,
        files: Vec<Upload>,
        focused: Option<&str>,
    ) -> Result<Value, Refusal> {
        let mut draft = Draft::default().with_files(files);
        let files = self.store_files(channel, &mut draft)?;
        let mut resolved = Resolved { json: json!({}) };
        let mut options = Vec::new();
        for (name, value) in &typed.values {
            let Some(option) = typed.option(name) else { continue };
            let mut json = json!({ "name": name, "type": option["type"] });
            if focused == Some(name) {
                json["value"] = json!(plain(value));
                json["focused"] = json!(true);
            } else {
                json["value"] = self.value(by, option, value, &files, &mut resolved)?;
            }
            options.push(json);
        }
        let given =
            |name: &Value| typed.values.iter().any(|(given, _)| Some(given.as_str()) == name.as_str());
        let mut required = typed.options().iter().filter(|option| option["required"].as_bool() == Some(true));
        if let Some(missing) = required.find(|option| focused.is_none() && !given(&option["name"])) {
            return Err(Refusal::by_client(format!("the option `{}` is required", plain(&missing["name"]))));
        }
        for (depth, name) in typed.path.iter().enumerate().rev() {
            let folder = depth + 1 < typed.path.len();
            let kind = if folder { GROUP } else { SUBCOMMAND };
            options = vec![json!({ "name": name, "type": kind, "options": options })];
        }
        Ok(json!({
            "id": typed.command["id"], "name": typed.command["name"], "type": 1,
            "guild_id": typed.command["guild_id"], "options": options, "resolved": resolved.json,
        }))
    }

    fn value(
        &self,
        by: Id,
        option: &Value,
        value: &Value,
        files: &[Attachment],
        resolved: &mut Resolved,
    ) -> Result<Value, Refusal> {
        let text = plain(value);
        let name = plain(&option["name"]);
        let refuse =
            |what: &str| Refusal::by_client(format!("the option `{name}` takes {what}, not `{text}`"));
        match option["type"].as_u64() {
            Some(3..=5 | 10) => scalar(option, value, &text).map_err(|what| refuse(&what))?,
            Some(6) => self.find_member(&text).map(|one| self.resolve_member(resolved, one)),
            Some(7) => self.find_channel(&text).map(|one| self.resolve_channel(resolved, one, by)),
            Some(8) => self.find_role(&text).map(|one| self.resolve_role(resolved, one)),
            Some(9) => self
                .find_member(&text)
                .map(|one| self.resolve_member(resolved, one))
                .or_else(|| self.find_role(&text).map(|one| self.resolve_role(resolved, one))),
            Some(11) => files
                .iter()
                .find(|file| file.name == text)
                .map(|file| resolved.add("attachments", file.id, self.attachment_json(file))),
            _ => None,
        }
        .map_or_else(|| Err(refuse("the name of something that exists")), Ok)
    }

    fn resolve_member(&self, resolved: &mut Resolved, member: &Member) -> Value {
        let mut partial = self.partial_member_json(member);
        partial["permissions"] = json!(self.guild_permissions(member.id).to_string());
        resolved.add("members", member.id, partial);
        resolved.add("users", member.id, self.user_of(member))
    }

    fn resolve_role(&self, resolved: &mut Resolved, role: &Role) -> Value {
        resolved.add("roles", role.id, self.role_json(role))
    }

    fn resolve_channel(&self, resolved: &mut Resolved, channel: &Channel, by: Id) -> Value {
        resolved.add("channels", channel.id, self.partial_channel_json(channel, by))
    }

    /// The `data` of a press.
    pub(crate) fn component_data(
        &self,
        by: Id,
        part: &Value,
        id: &str,
        values: &[String],
    ) -> Result<Value, Refusal> {
        let kind = part["type"].as_u64().unwrap_or(0);
        let mut data = json!({ "custom_id": id, "component_type": kind, "id": 1 });
        if kind == 2 {
            return Ok(data);
        }
        let count = u64::try_from(values.len()).unwrap_or(u64::MAX);
        let (min, max) = (part["min_values"].as_u64().unwrap_or(1), part["max_values"].as_u64().unwrap_or(1));
        if !(min..=max).contains(&count) {
            return Err(Refusal::by_client(format!("`{id}` takes {min} to {max} values, not {count}")));
        }
        let mut resolved = Resolved { json: json!({}) };
        let chosen: Option<Vec<Value>> =
            values.iter().map(|value| self.chosen(by, part, kind, value, &mut resolved)).collect();
        let chosen = chosen.ok_or_else(|| {
            let options = part["options"].as_array().into_iter().flatten();
            let labels: Vec<_> = options.filter_map(|option| option["label"].as_str()).collect();
            Refusal::by_client(format!(
                "{values:?} cannot be chosen in `{id}`; there are: {}",
                labels.join(", ")
            ))
        })?;
        data["values"] = json!(chosen);
        data["resolved"] = resolved.json;
        Ok(data)
    }

    fn chosen(&self, by: Id, part: &Value, kind: u64, value: &str, to: &mut Resolved) -> Option<Value> {
        let member = |to: &mut Resolved| self.find_member(value).map(|one| self.resolve_member(to, one));
        let role = |to: &mut Resolved| self.find_role(value).map(|one| self.resolve_role(to, one));
        match kind {
            3 => {
                let options = part["options"].as_array()?;
                let by_key = |key: &str| options.iter().find(|option| option[key].as_str() == Some(value));
                by_key("value").or_else(|| by_key("label")).map(|option| option["value"].clone())
            }
            5 => member(to),
            6 => role(to),
            7 => member(to).or_else(|| role(to)),
            8 => self.find_channel(value).map(|one| self.resolve_channel(to, one, by)),
            _ => None,
        }
    }
}

/// A string, number or boolean within its choices and limits, or what is taken instead.
fn scalar(option: &Value, value: &Value, text: &str) -> Result<Option<Value>, String> {
    if let Some(choices) = option["choices"].as_array().filter(|choices| !choices.is_empty()) {
        let found = choices
            .iter()
            .find(|choice| choice["value"] == *value || plain(&choice["value"]) == text)
            .or_else(|| choices.iter().find(|choice| choice["name"].as_str() == Some(text)));
        let names = || choices.iter().map(|choice| plain(&choice["name"])).collect::<Vec<_>>().join(", ");
        return found
            .map(|choice| Some(choice["value"].clone()))
            .ok_or_else(|| format!("one of: {}", names()));
    }
    let number = match option["type"].as_u64() {
        Some(5) => {
            let parsed = text.to_lowercase().parse::<bool>();
            return parsed.map(|value| Some(json!(value))).map_err(|_| "true or false".to_owned());
        }
        Some(4) => json!(text.parse::<i64>().map_err(|_| "a whole number")?),
        Some(10) => json!(text.parse::<f64>().map_err(|_| "a number")?),
        _ => {
            let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
            let min = option["min_length"].as_u64().unwrap_or(0);
            let max = option["max_length"].as_u64().unwrap_or(6000);
            let fits = (min..=max).contains(&length);
            return if fits { Ok(Some(json!(text))) } else { Err(format!("{min} to {max} characters")) };
        }
    };
    let low = option["min_value"].as_f64().is_some_and(|min| number.as_f64() < Some(min));
    let high = option["max_value"].as_f64().is_some_and(|max| number.as_f64() > Some(max));
    if low || high { Err("a number within its limits".to_owned()) } else { Ok(Some(number)) }
}

/// A value as text, without quotes.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
