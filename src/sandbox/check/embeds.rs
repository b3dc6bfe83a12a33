//! The limits of embeds.
//!
//! Pure. Keeps: what passes is what Discord would show, with the type filled in.

use serde_json::{Value, json};

use crate::sandbox::error::Form;

const MAX_EMBEDS: usize = 10;
const MAX_TOTAL: usize = 6_000;

/// Checks all embeds of a message and adds what Discord adds.
pub(crate) fn check(form: &mut Form, path: &str, embeds: &mut [Value]) {
    if embeds.len() > MAX_EMBEDS {
        form.add(path, "BASE_TYPE_MAX_LENGTH", format!("Must be {MAX_EMBEDS} or fewer in length."));
    }
    let mut total = 0;
    for (index, embed) in embeds.iter_mut().enumerate() {
        total += check_one(form, &format!("{path}.{index}"), embed);
        if let Some(embed) = embed.as_object_mut() {
            embed.entry("type").or_insert_with(|| json!("rich"));
            embed.retain(|_, value| !value.is_null());
        }
    }
    if total > MAX_TOTAL {
        let message = format!("Embed size exceeds maximum size of {MAX_TOTAL}");
        form.add(path, "MAX_EMBED_SIZE_EXCEEDED", message);
    }
}

/// Checks one embed and returns how many characters of the common limit it takes.
fn check_one(form: &mut Form, path: &str, embed: &Value) -> usize {
    let mut total = 0;
    let mut text = |form: &mut Form, at: String, value: &Value, max: usize| {
        if let Some(text) = value.as_str() {
            form.max_length(&at, text, max);
            total += text.chars().count();
        }
    };
    text(form, format!("{path}.title"), &embed["title"], 256);
    text(form, format!("{path}.description"), &embed["description"], 4096);
    text(form, format!("{path}.footer.text"), &embed["footer"]["text"], 2048);
    text(form, format!("{path}.author.name"), &embed["author"]["name"], 256);
    let fields = embed["fields"].as_array().map_or(&[][..], Vec::as_slice);
    for (index, field) in fields.iter().enumerate() {
        let at = format!("{path}.fields.{index}");
        for (key, max) in [("name", 256), ("value", 1024)] {
            if field[key].as_str().is_none_or(|text| text.trim().is_empty()) {
                form.add(&format!("{at}.{key}"), "BASE_TYPE_REQUIRED", "This field is required");
            }
            text(form, format!("{at}.{key}"), &field[key], max);
        }
    }
    if fields.len() > 25 {
        form.add(&format!("{path}.fields"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.");
    }
    if !embed.is_object() {
        form.add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType");
    }
    total
}
