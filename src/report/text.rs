//! Prose helpers: durations, lists and local times in words, and user text made harmless for Markdown.
//!
//! Must not know reports or tickets. The invariant: whatever people typed, what [`inline`] and [`item`] return
//! starts no heading, list, table, quote or HTML, hides no link behind a text, and mentions nobody.

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, Offset, TimeDelta, Utc};
use chrono_tz::Tz;
use regex::Regex;

use crate::domain::text::{one_line, tidy};

/// How long something took: `45 s`, `12 min`, `1 h 20 min`, `2 d 3 h`.
#[must_use]
pub fn duration(delta: TimeDelta) -> String {
    let seconds = delta.num_seconds().max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min"),
        (0, _, 0) => format!("{hours} h"),
        (0, _, _) => format!("{hours} h {minutes} min"),
        (_, 0, _) => format!("{days} d"),
        _ => format!("{days} d {hours} h"),
    }
}

/// `a`, `a and b`, `a, b and c`.
#[must_use]
pub fn list<S: AsRef<str>>(items: &[S]) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    match items.split_last() {
        None => String::new(),
        Some((only, [])) => (*only).to_owned(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// A team as a sentence names it: `the Technical team`, whether or not its name says that it is a team.
#[must_use]
pub fn team(name: &str) -> String {
    if name.to_lowercase().ends_with("team") { format!("the {name}") } else { format!("the {name} team") }
}

/// `SEV1 (Critical)`, or the key alone where the name says no more.
#[must_use]
pub fn severity(key: &str, name: &str) -> String {
    if key == name { key.to_owned() } else { format!("{key} ({name})") }
}

/// Writes times as they were shown on the walls of the guild.
#[derive(Clone, Copy, Debug)]
pub struct Local(pub Tz);

impl Local {
    /// `14:05`.
    #[must_use]
    pub fn time(self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.0).format("%H:%M").to_string()
    }

    /// `23 November 2026, 14:05`.
    #[must_use]
    pub fn moment(self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.0).format("%-d %B %Y, %H:%M").to_string()
    }

    /// `14:05` on the day of `before`, on any other day the whole moment.
    #[must_use]
    pub fn later(self, before: DateTime<Utc>, at: DateTime<Utc>) -> String {
        if self.day(before) == self.day(at) { self.time(at) } else { self.moment(at) }
    }

    /// The day and the distance from UTC, which together make a time of day unmistakable.
    #[must_use]
    pub fn day(self, at: DateTime<Utc>) -> (NaiveDate, i32) {
        let local = at.with_timezone(&self.0);
        (local.date_naive(), local.offset().fix().local_minus_utc())
    }

    /// `UTC+01:00`, as it was at `at`.
    #[must_use]
    pub fn offset(self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.0).format("UTC%:z").to_string()
    }
}

/// `text` as plain inline Markdown on one line. Addresses stay addresses and `code` stays code; everything else
/// means itself.
#[must_use]
pub fn inline(text: &str) -> String {
    // An address (perhaps in angle brackets), or something between backticks.
    static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"<(https?://[^\s<>"`|\\\[\]]+)>|https?://[^\s<>"`|\\\[\]]+|`+[^`]+`+"#)
            .expect("a constant pattern")
    });
    let text = one_line(text);
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut done = 0;
    for token in TOKEN.captures_iter(&text) {
        let (Some(whole), bracketed) = (token.get(0), token.get(1)) else { continue };
        escape(&text[done..whole.start()], &mut out);
        done = whole.end();
        match bracketed {
            Some(url) => push_url(url.as_str(), &mut out),
            None if whole.as_str().starts_with('`') => push_code(whole.as_str(), &mut out),
            None => {
                let url = without_punctuation(whole.as_str());
                push_url(url, &mut out);
                done = whole.start() + url.len();
            }
        }
    }
    escape(&text[done..], &mut out);
    out
}

/// [`inline`] for the start of a line, where some characters would begin a block.
#[must_use]
pub fn line(text: &str) -> String {
    at_start(inline(text))
}

/// What [`inline`] or [`item`] gave, for the start of a line.
#[must_use]
pub fn at_start(text: String) -> String {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    let numbered = digits > 0 && rest.starts_with(['.', ')']);
    let marked = digits == 0 && rest.starts_with(['-', '+', '=', '>', ':', '#']);
    if numbered || marked { format!("{}\\{rest}", &text[..digits]) } else { text }
}

/// `text` with its lines, as what follows on a line of a list item: further lines are indented by two spaces and
/// blocks of code stay blocks of code.
#[must_use]
pub fn item(text: &str) -> String {
    if !text.contains('\n') && !text.contains("```") {
        return inline(text);
    }
    let text = tidy(text);
    let mut lines = vec![String::new()];
    let parts: Vec<&str> = text.split("```").collect();
    let open_ended = parts.len().is_multiple_of(2);
    for (place, part) in parts.iter().enumerate() {
        if place % 2 == 0 {
            add_prose(part, &mut lines);
        } else if open_ended && place == parts.len() - 1 {
            add_prose(&format!("```{part}"), &mut lines);
        } else {
            add_code(part, &mut lines);
        }
    }
    lines.join("\n")
}

/// `text` as a quotation, line by line.
#[must_use]
pub fn quote(text: &str) -> String {
    let lines = text.lines().map(line).map(|line| format!("> {line}").trim_end().to_owned());
    // Two spaces at the end of a line keep it a line of its own.
    lines.collect::<Vec<_>>().join("  \n")
}

fn add_prose(part: &str, lines: &mut Vec<String>) {
    for text in part.lines().map(str::trim).filter(|text| !text.is_empty()) {
        let in_code = lines.last().is_some_and(|last| last.starts_with("  `"));
        match lines.last_mut() {
            Some(first) if first.is_empty() => *first = inline(text),
            last => {
                if let Some(last) = last.filter(|_| !in_code) {
                    last.push_str("  ");
                }
                lines.push(format!("  {}", line(text)));
            }
        }
    }
}

fn add_code(part: &str, lines: &mut Vec<String>) {
    let is_language =
        |word: &str| word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-#".contains(&byte));
    let (language, code) = match part.split_once('\n') {
        Some((first, rest)) if is_language(first.trim()) => (first.trim(), rest),
        _ => ("", part),
    };
    if code.trim().is_empty() {
        return;
    }
    lines.push(format!("  ```{language}"));
    // Three backticks in a row were where the text was split, so none is in here.
    lines.extend(code.trim_end().lines().map(|line| format!("  {line}").trim_end().to_owned()));
    lines.push("  ```".to_owned());
}

fn push_url(url: &str, out: &mut String) {
    out.push('<');
    out.push_str(url);
    out.push('>');
}

/// Code in single backticks stays; anything trickier is shown as typed.
fn push_code(token: &str, out: &mut String) {
    let inner = token.trim_matches('`');
    if token.len() == inner.len() + 2 && !inner.contains('|') && !inner.trim().is_empty() {
        out.push_str(token);
    } else {
        escape(token, out);
    }
}

/// An address without the punctuation of the sentence around it.
fn without_punctuation(url: &str) -> &str {
    let mut url = url;
    loop {
        let unbalanced = url.ends_with(')') && url.matches('(').count() < url.matches(')').count();
        if !unbalanced && !url.ends_with(['.', ',', ';', ':', '!', '?', '\'', '*', '_', ']']) {
            return url;
        }
        url = &url[..url.len() - 1];
    }
}

fn escape(text: &str, out: &mut String) {
    let mut before = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let after = chars.peek().copied();
        let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let special = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '|' | '~' | '$' => true,
            // Inside a word it means itself: `session_store`.
            '_' => !(word(before) && word(after)),
            // At the start or the end it would make a heading, or vanish from one: `#42` means itself.
            '#' => before.is_none_or(char::is_whitespace) && !word(after),
            '&' => word(after) || after == Some('#'),
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(c);
        // An invisible joiner, so that no site takes it for a mention of one of its own users.
        if c == '@' && !word(before) && word(after) {
            out.push('\u{2060}');
        }
        before = Some(c);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cases::{cases, hostile};

    #[test]
    fn durations_have_two_units_at_most() {
        let cases = [
            (45, "45 s"),
            (60, "1 min"),
            (4_800, "1 h 20 min"),
            (7_200, "2 h"),
            (183_600, "2 d 3 h"),
            (-5, "0 s"),
        ];
        for (seconds, text) in cases {
            assert_eq!(duration(TimeDelta::seconds(seconds)), text);
        }
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(list::<&str>(&[]), "");
        assert_eq!((team("Web"), team("Web Team")), ("the Web team".to_owned(), "the Web Team".to_owned()));
    }

    #[test]
    fn what_people_type_means_itself() {
        let cases = [
            ("session_store is *down*", r"session_store is \*down\*"),
            ("__init__ <b>x</b> &amp; a & b", r"\_\_init\_\_ \<b>x\</b> \&amp; a & b"),
            ("[click](https://evil.example/)", r"\[click\](<https://evil.example/>)"),
            (
                "see <https://a.example/x_y>, (https://b.example/p(1)).",
                "see <https://a.example/x_y>, (<https://b.example/p(1)>).",
            ),
            ("run `rm -rf *` now, `` odd ` ", r"run `rm -rf *` now, \`\` odd \`"),
            ("@everyone mail bob@example.com", "@\u{2060}everyone mail bob@example.com"),
            ("| a | b |", r"\| a \| b \|"),
            ("costs $5 #3 C#", r"costs \$5 #3 C#"),
            ("決済が遅い", "決済が遅い"),
        ];
        for (typed, shown) in cases {
            assert_eq!(inline(typed), shown);
        }
        for (typed, shown) in
            [("# x", r"\# x"), ("1. x", r"1\. x"), ("- x", r"\- x"), ("12 x", "12 x"), ("> x", r"\> x")]
        {
            assert_eq!(line(typed), shown);
        }
        assert_eq!(quote("a\n\n# b"), "> a  \n>  \n> \\# b");
    }

    #[test]
    fn lines_and_code_blocks_stay_in_their_item() {
        assert_eq!(item("one\n\n# two\n---"), "one  \n  \\# two  \n  \\---");
        assert_eq!(
            item("look:\n```rust\nfn x() {\n\n  <b>\n}```\nbad"),
            "look:\n  ```rust\n  fn x() {\n\n    <b>\n  }\n  ```\n  bad"
        );
        assert_eq!(item("a ```\nnever closed"), "a  \n  \\`\\`\\`  \n  never closed");
    }

    proptest! {
        #![proptest_config(cases(10_000))]

        #[test]
        fn an_item_never_leaves_its_indentation(text in prop_oneof!["[\\PC\n`#>|<@-]{0,60}", hostile()]) {
            let mut code = false;
            for (place, line) in item(&text).lines().enumerate() {
                prop_assert!(place == 0 || line.is_empty() || line.starts_with("  "), "{line:?}");
                if line.starts_with("  ```") {
                    code = !code;
                } else if !code {
                    prop_assert!(place == 0 || !line.trim_start().starts_with(['#', '>', '|', '-']), "{line:?}");
                }
            }
            prop_assert!(!code, "every block of code is closed");
        }
    }
}
