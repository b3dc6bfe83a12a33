//! The small pieces that views are made of: what users typed, made harmless; times; links; who is meant.
//!
//! Must not know tickets. Invariant: whatever a user typed comes out of [`line()`], [`block`], [`quote`] and [`plain`]
//! unable to call anybody, to format anything, to hide a link behind other words or to break out of its line, and
//! reads as it was typed. Texts are shortened before they are escaped, so that no escape is ever cut in two.

use chrono::{DateTime, TimeDelta, Utc};

use crate::discord::limits::{fit, length};
use crate::domain::text::{one_line, tidy};
use crate::domain::{ChannelId, GuildId, RoleId, UserId};

/// Stands between `@` and the words that would call everybody. It has no width.
const NO_WIDTH: char = '\u{200b}';

/// What somebody typed, harmless, on one line of at most `max` characters.
#[must_use]
pub fn line(typed: &str, max: usize) -> String {
    fit_escaped(&one_line(typed), max)
}

/// What somebody typed, harmless, with its line breaks: at most `max` characters and `lines` lines, blank lines
/// only one at a time.
#[must_use]
pub fn block(typed: &str, max: usize, lines: usize) -> String {
    fit_escaped(&few_lines(typed, lines), max)
}

/// As [`block`], set apart as a quotation.
#[must_use]
pub fn quote(typed: &str, max: usize, lines: usize) -> String {
    // Each line begins with `> `.
    let room = max.saturating_sub(2 * lines);
    let quoted =
        block(typed, room, lines).split('\n').map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n");
    if quoted == "> " { String::new() } else { quoted }
}

/// What somebody typed, on one line of at most `max` characters, for places where Discord formats nothing: thread
/// names, footers, forms, selects.
#[must_use]
pub fn plain(typed: &str, max: usize) -> String {
    fit(&one_line(typed), max)
}

/// `typed` with every sign disarmed that Discord would act upon.
#[must_use]
pub fn escape(typed: &str) -> String {
    let mut out = String::with_capacity(typed.len() + typed.len() / 8);
    let mut rest = typed;
    let (mut fresh_line, mut in_word) = (true, false);
    while let Some(c) = rest.chars().next() {
        if let Some((address, read)) = web_address(rest).filter(|_| !in_word) {
            out.push_str(&escape_address(address));
            rest = &rest[read..];
            fresh_line = false;
            in_word = false;
            continue;
        }
        let tail = &rest[c.len_utf8()..];
        if matches!(c, '\\' | '*' | '_' | '~' | '`' | '|' | '[' | '<')
            || (fresh_line && begins_a_block(c, tail))
        {
            out.push('\\');
        }
        out.push(c);
        if c == '@' && calls_everybody(tail) {
            out.push(NO_WIDTH);
        }
        // A number keeps the line fresh: only the dot behind it makes a list of it.
        fresh_line = c == '\n' || (fresh_line && (c.is_whitespace() || c.is_ascii_digit()));
        in_word = c.is_alphanumeric();
        rest = tail;
    }
    out
}

/// Whether `c` at the start of a line makes a heading, list, quotation or small print of it.
fn begins_a_block(c: char, tail: &str) -> bool {
    match c {
        '#' | '>' => true,
        '-' | '+' => tail.starts_with([' ', '#', '\t']),
        '.' | ')' => tail.starts_with([' ', '\t']),
        _ => false,
    }
}

fn calls_everybody(tail: &str) -> bool {
    let starts = |word: &str| tail.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    starts("everyone") || starts("here")
}

/// The web address at the start of `text`, up to the next space or bracket, and how much of `text` it is with the
/// brackets that people put around one against its preview. Only what Discord will take for an address as well:
/// elsewhere escapes are needed.
fn web_address(text: &str) -> Option<(&str, usize)> {
    if let Some(inner) = text.strip_prefix('<') {
        let (address, read) = if inner.starts_with('<') { None } else { web_address(inner) }?;
        return inner[read..].starts_with('>').then_some((address, read + 2));
    }
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>')).unwrap_or(text.len());
    let name =
        host.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))).unwrap_or(host.len());
    let goes_on = |c: char| matches!(c, '/' | '?' | '#' | ':' | '>' | '<') || c.is_whitespace();
    let ends_well = host[name..].chars().next().is_none_or(goes_on);
    let is_host = host.starts_with(|c: char| c.is_ascii_alphanumeric());
    (is_host && ends_well).then_some((&text[..end], end))
}

/// An address with the signs that format or call written in its own way, so that it still leads there.
fn escape_address(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for (at, c) in address.char_indices() {
        match c {
            '*' => out.push_str("%2A"),
            '~' => out.push_str("%7E"),
            '`' => out.push_str("%60"),
            '|' => out.push_str("%7C"),
            '[' => out.push_str("%5B"),
            ']' => out.push_str("%5D"),
            '\\' => out.push_str("%5C"),
            '@' if calls_everybody(&address[at + 1..]) => out.push_str("%40"),
            c => out.push(c),
        }
    }
    out
}

/// Escaped and within `max`, whatever the escapes cost.
fn fit_escaped(text: &str, max: usize) -> String {
    let whole = escape(text);
    if length(&whole) <= max {
        return whole;
    }
    let (mut fits, mut too_long) = (0, max + 1);
    while fits + 1 < too_long {
        let middle = usize::midpoint(fits, too_long);
        if length(&escape(&fit(text, middle))) <= max { fits = middle } else { too_long = middle }
    }
    escape(&fit(text, fits))
}

/// At most `max` lines, without direction tricks; of several blank lines one is kept.
fn few_lines(typed: &str, max: usize) -> String {
    let mut lines: Vec<&str> = Vec::new();
    let tidied = tidy(typed);
    for line in tidied.lines().map(str::trim_end) {
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line);
        }
    }
    if lines.len() <= max {
        return lines.join("\n");
    }
    lines.truncate(max);
    format!("{} …", lines.join("\n").trim_end())
}

/// A moment, in the reader's own zone and language.
#[must_use]
pub fn time(at: DateTime<Utc>) -> String {
    format!("<t:{}:f>", at.timestamp())
}

/// How long ago a moment was, kept current by the reader's client.
#[must_use]
pub fn relative(at: DateTime<Utc>) -> String {
    format!("<t:{}:R>", at.timestamp())
}

/// A stretch of time in its two largest units: `1 h 20 min`, `3 d 4 h`.
#[must_use]
pub fn duration(length: TimeDelta) -> String {
    let minutes = length.num_minutes().max(0);
    let (days, hours, left) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match (days, hours, left) {
        (0, 0, 0) => "less than a minute".to_owned(),
        (0, 0, left) => format!("{left} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, left) => format!("{hours} h {left} min"),
        (days, 0, _) => format!("{days} d"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

/// A person by their present name; calls them only if the message says so.
#[must_use]
pub fn mention(user: UserId) -> String {
    format!("<@{user}>")
}

/// A role by its present name; calls it only if the message says so.
#[must_use]
pub fn mention_role(role: RoleId) -> String {
    format!("<@&{role}>")
}

/// A channel by its present name.
#[must_use]
pub fn mention_channel(channel: ChannelId) -> String {
    format!("<#{channel}>")
}

/// The link that opens a channel or thread; Discord's clients show its name.
#[must_use]
pub fn channel_link(guild: GuildId, channel: ChannelId) -> String {
    format!("https://discord.com/channels/{guild}/{channel}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cases::{cases, hostile};

    #[test]
    fn what_people_type_reads_as_typed_and_does_nothing() {
        let cases = [
            ("502s since 14:05 (about 5 %), user #3", "502s since 14:05 (about 5 %), user #3"),
            (
                "@everyone, @here and ops@here.example",
                "@\u{200b}everyone, @\u{200b}here and ops@\u{200b}here.example",
            ),
            ("<@123> <@&9> <#5> <t:0:R> <https://x.y>", "\\<@123> \\<@&9> \\<#5> \\<t:0:R> https://x.y"),
            (
                "**b** __u__ ~~s~~ ||h|| `c`",
                "\\*\\*b\\*\\* \\_\\_u\\_\\_ \\~\\~s\\~\\~ \\|\\|h\\|\\| \\`c\\`",
            ),
            ("[docs](https://evil.example)", "\\[docs](https://evil.example)"),
            (
                "# a\n-# b\n - c\n> d\n12. e\n+ f\n-5 °C",
                "\\# a\n\\-# b\n \\- c\n\\> d\n12\\. e\n\\+ f\n-5 °C",
            ),
            ("a\\*b", "a\\\\\\*b"),
            ("see https://x.example/a_b?q=1_2, ok", "see https://x.example/a_b?q=1_2, ok"),
            ("https://x.example/@everyone/`a`", "https://x.example/%40everyone/%60a%60"),
            ("https://_x_ http://", "https://\\_x\\_ http://"),
            ("xhttps://a.b/_c_", "xhttps://a.b/\\_c\\_"),
        ];
        for (typed, harmless) in cases {
            assert_eq!(escape(typed), harmless, "{typed}");
        }
    }

    #[test]
    fn one_line_stays_one_line_and_few_lines_few() {
        assert_eq!(line("down\n# now\u{202e}", 40), "down # now");
        assert_eq!(line("****", 5), "\\*\\*…");
        assert_eq!(line("****", 4), "\\*…");
        assert_eq!(block("a\n\n\n\nb\nc\nd", 99, 4), "a\n\nb\nc …");
        assert_eq!(quote("a\nb", 40, 5), "> a\n> b");
        assert_eq!(quote(" \n ", 40, 5), "");
        assert_eq!(plain("T-1 @everyone *x*", 40), "T-1 @everyone *x*");
    }

    #[test]
    fn durations_have_two_units() {
        let cases = [
            (0, "less than a minute"),
            (-5, "less than a minute"),
            (59, "59 min"),
            (60, "1 h"),
            (80, "1 h 20 min"),
        ];
        for (minutes, text) in
            cases.into_iter().chain([(1440, "1 d"), (1510, "1 d 1 h"), (1439, "23 h 59 min")])
        {
            assert_eq!(duration(TimeDelta::minutes(minutes)), text);
        }
    }

    proptest! {
        #![proptest_config(cases(10_000))]

        #[test]
        fn any_text_fits_and_is_disarmed(typed in hostile(), max in 0usize..200) {
            for out in [line(&typed, max), block(&typed, max, 5), quote(&typed, max, 5)] {
                prop_assert!(length(&out) <= max);
                prop_assert!(!out.to_lowercase().contains("@everyone") && !out.to_lowercase().contains("@here"));
                // In front of whatever opens a mention, a link, code or a spoiler stands a backslash of its own.
                let mut signs = out.chars();
                while let Some(c) = signs.next() {
                    if c == '\\' {
                        signs.next();
                    } else {
                        prop_assert!(!matches!(c, '<' | '[' | '`' | '|' | '*' | '~'), "{out}");
                    }
                }
                for begins in ["# ", "## ", "### ", "-# ", "- ", ">>> "] {
                    let starts = |line: &str| line.trim_start_matches("> ").trim_start().starts_with(begins);
                    prop_assert!(!out.lines().any(starts), "{out}");
                }
            }
            let flat = plain(&typed, max);
            prop_assert!(length(&flat) <= max && !flat.contains(|c: char| c.is_control()), "{flat:?}");
            prop_assert!(!line(&typed, max).contains('\n'));
            prop_assert!(block(&typed, max, 5).lines().count() <= 5);
        }

        #[test]
        fn a_formatting_sign_never_stands_alone(typed in "[a*_~`|<\\[\\\\> \n#-]{0,60}") {
            let out = block(&typed, 500, 99);
            let mut signs = out.chars();
            while let Some(c) = signs.next() {
                match c {
                    '\\' => prop_assert!(signs.next().is_some()),
                    c => prop_assert!(!matches!(c, '*' | '_' | '~' | '`' | '|' | '<' | '['), "{out}"),
                }
            }
        }
    }
}
