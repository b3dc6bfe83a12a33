//! The limits of buttons, selects and forms, and finding one of them.
//!
//! Pure. Keeps: custom ids are unique in a message or form.

use std::collections::HashSet;

use serde_json::Value;

use crate::sandbox::error::{Form, Refusal};

const ROW: u64 = 1;
const BUTTON: u64 = 2;
const STRING_SELECT: u64 = 3;
const TEXT_INPUT: u64 = 4;
const MAX_ROWS: usize = 5;

/// Checks the rows of a message.
pub(crate) fn check(form: &mut Form, path: &str, rows: &[Value]) {
    if rows.len() > MAX_ROWS {
        form.add(path, "BASE_TYPE_BAD_LENGTH", format!("Must be between 1 and {MAX_ROWS} in length."));
    }
    let mut seen = HashSet::new();
    for (index, row) in rows.iter().enumerate() {
        let path = format!("{path}.{index}");
        if row["type"].as_u64() != Some(ROW) {
            form.add(&format!("{path}.type"), "BASE_TYPE_CHOICES", "Value must be one of (1,).");
            continue;
        }
        check_row(form, &format!("{path}.components"), row, &mut seen);
    }
}

fn check_row<'a>(form: &mut Form, path: &str, row: &'a Value, seen: &mut HashSet<&'a str>) {
    let parts = row["components"].as_array().map_or(&[][..], Vec::as_slice);
    let selects = parts.iter().filter(|part| part["type"].as_u64() != Some(BUTTON)).count();
    if parts.is_empty() || parts.len() > 5 {
        form.add(path, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.");
    } else if selects > 0 && parts.len() > 1 {
        form.add(
            path,
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
            "The specified component exceeds the maximum width",
        );
    }
    for (index, part) in parts.iter().enumerate() {
        let path = format!("{path}.{index}");
        match part["type"].as_u64() {
            Some(BUTTON) => check_button(form, &path, part, seen),
            Some(STRING_SELECT..=8) if part["type"].as_u64() != Some(TEXT_INPUT) => {
                check_select(form, &path, part, seen);
            }
            _ => form.add(
                &format!("{path}.type"),
                "BASE_TYPE_CHOICES",
                "Value must be one of (2, 3, 5, 6, 7, 8).",
            ),
        }
    }
}

fn check_button<'a>(form: &mut Form, path: &str, button: &'a Value, seen: &mut HashSet<&'a str>) {
    let style = button["style"].as_u64().unwrap_or(0);
    if !(1..=6).contains(&style) {
        form.add(&format!("{path}.style"), "BASE_TYPE_REQUIRED", "This field is required");
    }
    if let Some(label) = button["label"].as_str() {
        form.max_length(&format!("{path}.label"), label, 80);
    } else if button["emoji"].is_null() && style != 6 {
        form.add(path, "BUTTON_COMPONENT_INVALID", "A button must have a label or an emoji");
    }
    if style == 5 {
        if button["url"].as_str().is_none_or(str::is_empty) {
            form.add(&format!("{path}.url"), "BASE_TYPE_REQUIRED", "A url is required");
        }
    } else if style != 6 {
        check_custom_id(form, path, button, seen);
    }
}

fn check_select<'a>(form: &mut Form, path: &str, select: &'a Value, seen: &mut HashSet<&'a str>) {
    check_custom_id(form, path, select, seen);
    if let Some(text) = select["placeholder"].as_str() {
        form.max_length(&format!("{path}.placeholder"), text, 150);
    }
    if select["type"].as_u64() != Some(STRING_SELECT) {
        return;
    }
    let options = select["options"].as_array().map_or(&[][..], Vec::as_slice);
    if options.is_empty() || options.len() > 25 {
        form.add(&format!("{path}.options"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.");
    }
    let mut values = HashSet::new();
    for (index, option) in options.iter().enumerate() {
        let path = format!("{path}.options.{index}");
        form.length(&format!("{path}.label"), option["label"].as_str(), 100);
        form.length(&format!("{path}.value"), option["value"].as_str(), 100);
        if let Some(text) = option["description"].as_str() {
            form.max_length(&format!("{path}.description"), text, 100);
        }
        if !values.insert(option["value"].as_str()) {
            let message = "The specified option value is already used";
            form.add(&format!("{path}.value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message);
        }
    }
}

fn check_custom_id<'a>(form: &mut Form, path: &str, part: &'a Value, seen: &mut HashSet<&'a str>) {
    let id = part["custom_id"].as_str();
    let path = format!("{path}.custom_id");
    form.length(&path, id, 100);
    if let Some(id) = id.filter(|id| !seen.insert(id)) {
        let message = format!("Component custom id cannot be duplicated: {id}");
        form.add(&path, "COMPONENT_CUSTOM_ID_DUPLICATED", message);
    }
}

/// Checks the `data` of a callback that shows a form.
pub(crate) fn check_modal(data: &Value) -> Result<(), Refusal> {
    let mut form = Form::default();
    form.length("data.title", data["title"].as_str(), 45);
    form.length("data.custom_id", data["custom_id"].as_str(), 100);
    let rows = data["components"].as_array().map_or(&[][..], Vec::as_slice);
    if rows.is_empty() || rows.len() > MAX_ROWS {
        form.add("data.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.");
    }
    let mut seen = HashSet::new();
    for (index, row) in rows.iter().enumerate() {
        let path = format!("data.components.{index}");
        let inputs = row["components"].as_array().map_or(&[][..], Vec::as_slice);
        if row["type"].as_u64() != Some(ROW) || inputs.len() != 1 {
            form.add(&path, "BASE_TYPE_BAD_LENGTH", "A row of a form has exactly one text input.");
        }
        for input in inputs {
            check_input(&mut form, &format!("{path}.components.0"), input, &mut seen);
        }
    }
    form.done()
}

fn check_input<'a>(form: &mut Form, path: &str, input: &'a Value, seen: &mut HashSet<&'a str>) {
    if input["type"].as_u64() != Some(TEXT_INPUT) {
        form.add(&format!("{path}.type"), "BASE_TYPE_CHOICES", "Value must be one of (4,).");
    }
    if !matches!(input["style"].as_u64(), Some(1 | 2)) {
        form.add(&format!("{path}.style"), "BASE_TYPE_REQUIRED", "This field is required");
    }
    check_custom_id(form, path, input, seen);
    form.length(&format!("{path}.label"), input["label"].as_str(), 45);
    for (key, max) in [("value", 4000), ("placeholder", 100)] {
        if let Some(text) = input[key].as_str() {
            form.max_length(&format!("{path}.{key}"), text, max);
        }
    }
    let max = input["max_length"].as_u64().unwrap_or(4000);
    if !(1..=4000).contains(&max) || input["min_length"].as_u64().unwrap_or(0) > max {
        form.add(&format!("{path}.max_length"), "NUMBER_TYPE_MAX", "int value should be between 1 and 4000.");
    }
    let value = input["value"].as_str().map_or(0, |text| text.chars().count());
    if u64::try_from(value).is_ok_and(|length| length > max) {
        form.add(
            &format!("{path}.value"),
            "BASE_TYPE_MAX_LENGTH",
            format!("Must be {max} or fewer in length."),
        );
    }
}

/// All buttons and selects, or the inputs of a form.
pub(crate) fn parts(rows: &[Value]) -> impl Iterator<Item = &Value> {
    rows.iter().filter_map(|row| row["components"].as_array()).flatten()
}

/// The button or select with this custom id or, failing that, with this visible label.
pub(crate) fn find<'a>(rows: &'a [Value], name: &str) -> Option<&'a Value> {
    let has = |part: &&Value, key: &str| part[key].as_str() == Some(name);
    parts(rows)
        .find(|part| has(part, "custom_id"))
        .or_else(|| parts(rows).find(|part| has(part, "label") || has(part, "placeholder")))
}
