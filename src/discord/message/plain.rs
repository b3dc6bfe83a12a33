//! Messages and forms as plain text: for snapshots, and for stories told in a terminal.
//!
//! Must not know Discord's JSON. Invariant: shows everything a person would see, in the order they would see it, and
//! who is called.

use super::{Button, Embed, Input, Message, Modal, Press, Row, Select};

impl Message {
    /// The message as it would be read, one part below the other.
    #[must_use]
    pub fn to_text(&self) -> String {
        let message = self.clone().fitted();
        let mut parts = Vec::new();
        if message.ephemeral {
            parts.push("(only for you)".to_owned());
        }
        if !message.content.is_empty() {
            parts.push(message.content.clone());
        }
        parts.extend(message.embeds.iter().map(embed));
        parts.extend(message.files.iter().map(|file| format!("[file {}]", file.name)));
        parts.extend(message.rows.iter().map(row));
        let users = message.mentions.users.iter().map(|user| format!("<@{user}>"));
        let roles = message.mentions.roles.iter().map(|role| format!("<@&{role}>"));
        let called: Vec<String> = users.chain(roles).collect();
        if !called.is_empty() {
            parts.push(format!("(calls {})", called.join(" ")));
        }
        parts.join("\n")
    }
}

impl Modal {
    /// The form as it would be read.
    #[must_use]
    pub fn to_text(&self) -> String {
        let inputs = self.inputs.iter().map(input);
        std::iter::once(format!("{{{}}} {}", self.title, self.custom_id))
            .chain(inputs)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

fn embed(embed: &Embed) -> String {
    let mut lines = Vec::new();
    if !embed.title.is_empty() {
        lines.push(format!("# {}", embed.title));
    }
    lines.extend(embed.url.clone());
    if !embed.description.is_empty() {
        lines.extend(embed.description.split('\n').map(ToOwned::to_owned));
    }
    for field in &embed.fields {
        lines.push(format!("[{}]", field.name));
        lines.extend(field.value.split('\n').map(ToOwned::to_owned));
    }
    if !embed.footer.is_empty() {
        lines.push(format!("({})", embed.footer));
    }
    let framed = lines.iter().map(|line| format!("│ {line}").trim_end().to_owned());
    std::iter::once(format!("┌ #{:06x}", embed.colour)).chain(framed).collect::<Vec<_>>().join("\n")
}

fn row(row: &Row) -> String {
    match row {
        Row::Buttons(buttons) => buttons.iter().map(button).collect::<Vec<_>>().join(" "),
        Row::Select(select) => choices(select),
    }
}

fn button(button: &Button) -> String {
    let sign = button.emoji.map(|emoji| format!("{emoji} ")).unwrap_or_default();
    let target = match &button.press {
        Press::Tell { custom_id, .. } => custom_id,
        Press::Open(url) => url,
    };
    let off = if button.disabled { ", off" } else { "" };
    format!("[{sign}{}]({target}{off})", button.label)
}

fn choices(select: &Select) -> String {
    let mut lines = vec![format!("[{} ▾]({})", select.placeholder, select.custom_id)];
    for option in &select.options {
        let about =
            if option.description.is_empty() { String::new() } else { format!(": {}", option.description) };
        lines.push(format!("  {} = {}{about}", option.value, option.label));
    }
    lines.join("\n")
}

fn input(input: &Input) -> String {
    let kind = if input.paragraph { "text" } else { "line" };
    let need = if input.required { "must" } else { "may" };
    let value = if input.value.is_empty() { String::new() } else { format!(" = {}", input.value) };
    format!("  {} ({kind}, {need}, ≤{}): {} | {}{value}", input.id, input.max, input.label, input.placeholder)
}
