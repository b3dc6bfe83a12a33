//! The limits of application commands.
//!
//! Pure. Keeps: what passes can be typed by a member and decoded by a client.

use std::collections::HashSet;

use serde_json::Value;

use crate::sandbox::error::{Form, Refusal};

/// A command that is typed.
pub(crate) const SLASH: u64 = 1;
const USER_MENU: u64 = 2;
/// A menu on a message.
pub(crate) const MESSAGE_MENU: u64 = 3;
/// A command below a command.
pub(crate) const SUBCOMMAND: u64 = 1;
/// A folder of commands below a command.
pub(crate) const GROUP: u64 = 2;
const MAX_CHARACTERS: usize = 8_000;

/// Checks all commands of a scope together.
pub(crate) fn check_all(commands: &[Value]) -> Result<(), Refusal> {
    let mut form = Form::default();
    for (kind, max) in [(SLASH, 100), (USER_MENU, 15), (MESSAGE_MENU, 15)] {
        if commands.iter().filter(|command| kind_of(command) == kind).count() > max {
            let message = format!("Maximum number of application commands reached ({max}).");
            return Err(Refusal::new(400, 30032, message));
        }
    }
    let mut seen = HashSet::new();
    for (index, command) in commands.iter().enumerate() {
        let path = index.to_string();
        check(&mut form, &path, command);
        if !seen.insert((kind_of(command), command["name"].as_str())) {
            let message = "Application command names must be unique";
            form.add(&format!("{path}.name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", message);
        }
    }
    form.done()
}

/// The kind of a command, typed if it does not say.
pub(crate) fn kind_of(command: &Value) -> u64 {
    command["type"].as_u64().unwrap_or(SLASH)
}

/// Checks one command.
pub(crate) fn check(form: &mut Form, path: &str, command: &Value) {
    if kind_of(command) == SLASH {
        check_name(form, path, command);
        form.length(&at(path, "description"), command["description"].as_str(), 100);
    } else {
        form.length(&at(path, "name"), command["name"].as_str(), 32);
        if command["description"].as_str().is_some_and(|text| !text.is_empty()) {
            let message = "Context menu commands cannot have description";
            form.add(&at(path, "description"), "APPLICATION_COMMAND_INVALID_DESCRIPTION", message);
        }
    }
    check_options(form, path, command, 0);
    if characters(command) > MAX_CHARACTERS {
        let message = format!("Command exceeds maximum size ({MAX_CHARACTERS})");
        form.add(path, "APPLICATION_COMMAND_TOO_LARGE", message);
    }
}

fn check_name(form: &mut Form, path: &str, named: &Value) {
    let name = named["name"].as_str().unwrap_or_default();
    let good = |sign: char| (sign.is_alphanumeric() && !sign.is_uppercase()) || "-_'".contains(sign);
    if name.is_empty() || name.chars().count() > 32 || !name.chars().all(good) {
        let message = "Command name is invalid";
        form.add(&at(path, "name"), "APPLICATION_COMMAND_INVALID_NAME", message);
    }
}

fn check_options(form: &mut Form, path: &str, command: &Value, depth: u8) {
    let options = command["options"].as_array().map_or(&[][..], Vec::as_slice);
    if options.len() > 25 {
        form.add(&at(path, "options"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.");
    }
    let mut optional_seen = false;
    let mut seen = HashSet::new();
    for (index, option) in options.iter().enumerate() {
        let path = at(path, &format!("options.{index}"));
        check_name(form, &path, option);
        form.length(&at(&path, "description"), option["description"].as_str(), 100);
        if !seen.insert(option["name"].as_str()) {
            let message = "Option names must be unique";
            form.add(&at(&path, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATE", message);
        }
        let required = option["required"].as_bool().unwrap_or(false);
        if required && optional_seen {
            let message = "Required options must be placed before non-required options";
            form.add(&path, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message);
        }
        optional_seen |= !required;
        check_option(form, &path, option, depth);
    }
}

fn check_option(form: &mut Form, path: &str, option: &Value, depth: u8) {
    let kind = option["type"].as_u64().unwrap_or(0);
    match kind {
        GROUP if depth == 0 => check_options(form, path, option, 1),
        SUBCOMMAND if depth <= 1 => check_options(form, path, option, 2),
        3..=11 => {}
        _ => {
            let message =
                "Sub-command and sub-command group option types are mutually exclusive to all other types";
            form.add(&at(path, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message);
        }
    }
    let choices = option["choices"].as_array().map_or(&[][..], Vec::as_slice);
    if choices.len() > 25 {
        form.add(&at(path, "choices"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.");
    }
    if !choices.is_empty() && option["autocomplete"].as_bool() == Some(true) {
        let message = "Autocomplete cannot be used with choices";
        form.add(&at(path, "autocomplete"), "APPLICATION_COMMAND_OPTION_AUTOCOMPLETE_WITH_CHOICES", message);
    }
    for (index, choice) in choices.iter().enumerate() {
        let path = at(path, &format!("choices.{index}"));
        form.length(&at(&path, "name"), choice["name"].as_str(), 100);
        if kind == 3 {
            form.length(&at(&path, "value"), choice["value"].as_str(), 100);
        }
    }
}

fn at(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// The characters Discord counts: names, descriptions and values, in the longest language.
fn characters(command: &Value) -> usize {
    let text = |key: &str| {
        let plain = command[key].as_str().map_or(0, |text| text.chars().count());
        let localised = command[format!("{key}_localizations")].as_object();
        let longest = localised.into_iter().flatten().filter_map(|(_, text)| text.as_str());
        longest.map(|text| text.chars().count()).fold(plain, usize::max)
    };
    let value = command["value"].as_str().map_or(0, |text| text.chars().count());
    let below = ["options", "choices"].iter().filter_map(|key| command[*key].as_array()).flatten();
    text("name") + text("description") + value + below.map(characters).sum::<usize>()
}
