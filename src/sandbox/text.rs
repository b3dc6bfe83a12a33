//! A message as plain text, for stories on a terminal and for comparisons in tests.
//!
//! Reads the world and changes nothing. Keeps: ids and time marks are shown as the names and times people would see.

use std::fmt::Write as _;
use std::sync::LazyLock;

use chrono::DateTime;
use chrono_tz::Tz;
use regex::{Captures, Regex};
use serde_json::Value;

use super::check::components;
use super::model::Message;
use super::world::World;

static MARK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"<(@[!&]?|#)(\d{1,20})>|<t:(-?\d{1,12})(?::([tTdDfFR]))?>").expect("a constant expression")
});

impl World {
    /// Text with names instead of ids and times of `zone` instead of time marks.
    #[must_use]
    pub fn readable(&self, text: &str, zone: Tz) -> String {
        MARK.replace_all(text, |found: &Captures<'_>| self.mark(found, zone)).into_owned()
    }

    fn mark(&self, found: &Captures<'_>, zone: Tz) -> String {
        let whole = || found[0].to_owned();
        if let Some(seconds) = found.get(3) {
            let time = seconds.as_str().parse().ok().and_then(|at| DateTime::from_timestamp(at, 0));
            let style = found.get(4).map(|style| style.as_str());
            if let (Some("R"), Some(time)) = (style, time) {
                return ago((self.clock.now() - time).num_seconds());
            }
            let format = match style {
                Some("t") => "%H:%M",
                Some("T") => "%H:%M:%S",
                Some("d" | "D") => "%Y-%m-%d",
                _ => "%Y-%m-%d %H:%M",
            };
            return time.map_or_else(whole, |time| time.with_timezone(&zone).format(format).to_string());
        }
        let Ok(id) = found[2].parse() else { return whole() };
        match &found[1] {
            "#" => self.channels.get(&id).map(|channel| format!("#{}", channel.name)),
            "@&" => self.roles.get(&id).map(|role| format!("@{}", role.name.trim_start_matches('@'))),
            _ => self.members.get(&id).map(|member| format!("@{}", member.display_name())),
        }
        .unwrap_or_else(whole)
    }

    /// Content, embeds, buttons and files of a message, without its author.
    #[must_use]
    pub fn body_text(&self, message: &Message, zone: Tz) -> String {
        let mut lines = Vec::new();
        lines.extend(notice(message).map(str::to_owned));
        lines.push(message.content.clone());
        for embed in &message.embeds {
            lines.push(embed_text(embed));
        }
        for row in &message.components {
            lines.push(row_text(row));
        }
        for file in &message.attachments {
            lines.push(format!("(file {}, {} bytes)", file.name, file.bytes.len()));
        }
        lines.retain(|line| !line.is_empty());
        self.readable(&lines.join("\n"), zone)
    }

    /// A whole message: author, time, and what it shows.
    #[must_use]
    pub fn message_text(&self, message: &Message, zone: Tz) -> String {
        let author = self.members.get(&message.author).map_or("(gone)", |member| member.display_name());
        let time = message.at.with_timezone(&zone).format("%H:%M");
        let edited = if message.edited.is_some() { " (edited)" } else { "" };
        let body = self.body_text(message, zone);
        if body.contains('\n') {
            format!("{author} {time}{edited}:\n  {}", body.replace('\n', "\n  "))
        } else {
            format!("{author} {time}{edited}: {body}")
        }
    }
}

/// A span of time as Discord's clients round it.
fn ago(seconds: i64) -> String {
    let (count, unit) = match seconds.abs() {
        less @ ..=59 => (less, "second"),
        less @ ..=3599 => (less / 60, "minute"),
        less @ ..=86_399 => (less / 3600, "hour"),
        more => (more / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    if seconds < 0 { format!("in {count} {unit}{plural}") } else { format!("{count} {unit}{plural} ago") }
}

/// What Discord itself says in a message of a special kind.
fn notice(message: &Message) -> Option<&'static str> {
    match message.kind {
        1 => Some("(added somebody to the thread)"),
        2 => Some("(removed somebody from the thread)"),
        6 => Some("(pinned a message)"),
        18 => Some("(started a thread)"),
        21 => Some("(the thread's first message)"),
        _ => None,
    }
}

fn embed_text(embed: &Value) -> String {
    let mut text = String::new();
    let mut line = |value: &Value, mark: &str| {
        if let Some(value) = value.as_str().filter(|value| !value.is_empty()) {
            let _ = writeln!(text, "{mark}{value}");
        }
    };
    line(&embed["author"]["name"], "");
    line(&embed["title"], "# ");
    line(&embed["description"], "");
    for field in embed["fields"].as_array().into_iter().flatten() {
        if let (Some(name), Some(value)) = (field["name"].as_str(), field["value"].as_str()) {
            let glue = if value.contains('\n') { ":\n" } else { ": " };
            line(&Value::String(format!("{name}{glue}{value}")), "");
        }
    }
    line(&embed["footer"]["text"], "— ");
    text.trim_end().to_owned()
}

fn row_text(row: &Value) -> String {
    let parts = components::parts(std::slice::from_ref(row)).map(|part| {
        let name = part["label"].as_str().or(part["placeholder"].as_str());
        let name = name.or(part["emoji"]["name"].as_str()).unwrap_or("choose");
        let disabled = if part["disabled"].as_bool() == Some(true) { " (off)" } else { "" };
        let arrow = if part["type"].as_u64() == Some(2) { "" } else { " ▾" };
        format!("[{name}{arrow}{disabled}]")
    });
    parts.collect::<Vec<_>>().join(" ")
}
