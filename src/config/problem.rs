//! What is wrong with a setting, said so that its owner can put it right without asking.
//!
//! A [`Problem`] names the place, what is the matter and what would be right; [`Problems`] prints one a line, in the
//! form that editors and terminals turn into links. This file must not know which settings there are.
//! Invariant: a problem never contains a secret, because it goes to logs and terminals.

use std::fmt;

/// One thing that is wrong with a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands: the file's name as it was given, or `environment`.
    pub file: String,
    /// The line in the file, from 1; `None` where there are no lines.
    pub line: Option<usize>,
    /// The path of the key, such as `channels.announcements[1].severities[0]` (lists count from 0) or a variable's
    /// name; empty where the file cannot be read as TOML.
    pub key: String,
    /// What is the matter, without a full stop.
    pub message: String,
    /// What would be right, in whole sentences; may be empty.
    pub hint: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if !self.key.is_empty() {
            write!(f, ": {}", self.key)?;
        }
        write!(f, ": {}.", self.message)?;
        if !self.hint.is_empty() {
            write!(f, " {}", self.hint)?;
        }
        Ok(())
    }
}

/// Everything that is wrong, in the order of the file; never empty when it is an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// How long a quoted value may be before it is cut.
const QUOTE_CHARS: usize = 40;

/// `text` in quotes for a message: on one line, cut where it is long.
pub(super) fn quoted(text: &str) -> String {
    let mut cut: String = text.chars().take(QUOTE_CHARS).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    // `escape_debug` would also escape the single quotes that names may have.
    let escaped: String =
        cut.chars().flat_map(|c| if c == '\'' { vec![c] } else { c.escape_debug().collect() }).collect();
    format!("\"{escaped}\"")
}

/// `words` as `` `a`, `b` or `c` ``; with `joiner` "or" or "and".
pub(super) fn spoken<'a>(words: impl IntoIterator<Item = &'a str>, joiner: &str) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} {joiner} {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_one_line_that_leads_to_its_place() {
        let mut problem = Problem {
            file: "bot-config.toml".into(),
            line: Some(12),
            key: "channels.tickets".into(),
            message: "expected a channel, found 3".into(),
            hint: "Write its name.".into(),
        };
        assert_eq!(
            problem.to_string(),
            "bot-config.toml:12: channels.tickets: expected a channel, found 3. Write its name."
        );
        problem.line = None;
        problem.hint.clear();
        assert_eq!(problem.to_string(), "bot-config.toml: channels.tickets: expected a channel, found 3.");
        let problems = Problems(vec![problem.clone(), problem]);
        assert_eq!(problems.to_string().lines().count(), 2);
    }

    #[test]
    fn a_quoted_value_stays_on_its_line_and_short() {
        assert_eq!(quoted("a\n\"b\" it's"), r#""a\n\"b\" it's""#);
        assert_eq!(quoted(&"ü".repeat(50)), format!("\"{}…\"", "ü".repeat(40)));
    }

    #[test]
    fn lists_are_spoken() {
        assert_eq!(spoken(["a", "b", "c"], "or"), "`a`, `b` or `c`");
        assert_eq!(spoken(["a"], "and"), "`a`");
        assert_eq!(spoken([], "and"), "");
    }
}
