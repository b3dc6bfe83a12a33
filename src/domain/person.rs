//! Somebody who did, said or is something.
//!
//! The record keeps the name that was shown when it mattered, since people rename themselves.

use serde::{Deserialize, Serialize};

use super::ids::UserId;

/// The name of whoever was forgotten, wherever there has to be one.
pub const FORGOTTEN: &str = "somebody forgotten";
/// What stands in the place of what was taken out.
pub const REMOVED: &str = "(removed)";

/// Somebody, with the name that was shown when it mattered.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Person {
    /// Who it is.
    pub id: UserId,
    /// The name as shown then.
    pub name: String,
}

impl Person {
    /// Whoever was forgotten: no longer anybody.
    #[must_use]
    pub fn forgotten() -> Self {
        Self { id: UserId(0), name: FORGOTTEN.to_owned() }
    }

    /// Whether it is nobody any more.
    #[must_use]
    pub const fn is_forgotten(&self) -> bool {
        self.id.0 == 0
    }
}

/// The calls of a person in a message, as Discord writes them.
#[must_use]
pub fn calls(user: UserId) -> [String; 2] {
    [format!("<@{user}>"), format!("<@!{user}>")]
}

/// A message without the calls of a person who was forgotten. A program that tells what they did repeats what they typed
/// as a quotation: that goes too.
#[must_use]
pub fn without_calls(text: &str, user: UserId, by_program: bool) -> String {
    let calls = calls(user);
    let tells_of_them = by_program && calls.iter().any(|call| text.starts_with(call));
    let line = |line: &str| match line.starts_with("> ") && tells_of_them {
        true => format!("> {REMOVED}"),
        false => line.to_owned(),
    };
    let mut lines: Vec<String> = text.split('\n').map(line).collect();
    lines.dedup_by(|one, other| one == other && one.starts_with("> "));
    calls.iter().fold(lines.join("\n"), |text, call| text.replace(call.as_str(), FORGOTTEN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_go_and_what_a_program_quotes_of_them() {
        let note = "<@7> noted an action.\n> deleted old logs\n> and more\n-# T-1 · 3";
        let without = "somebody forgotten noted an action.\n> (removed)\n-# T-1 · 3";
        assert_eq!(without_calls(note, UserId(7), true), without);
        let talk = "<@7>, <@!7>:\n> deleted old logs\n\n\nwhich, <@77>?";
        let without = "somebody forgotten, somebody forgotten:\n> deleted old logs\n\n\nwhich, <@77>?";
        assert_eq!(without_calls(talk, UserId(7), false), without);
        assert_eq!(without_calls(note, UserId(77), true), note);
    }
}
