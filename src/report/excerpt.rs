//! Shorter texts: what a tired person reads of a long message. The link beside it leads to the rest.
//!
//! Plain text in, plain text out; must not know Markdown but for blocks of code, which stay whole blocks. The
//! invariant: nothing is added but `…`, and no address is cut in two.

use crate::domain::text::one_line;

/// Characters of a line of the timeline.
const LONG: usize = 300;
/// Lines of it.
const LINES: usize = 6;
/// Lines of a block of code in it.
const CODE: usize = 4;
/// What begins and ends a block of code.
const FENCE: &str = "```";

/// A text that may have lines, cut to a handful. A long one starts where `from` does; what is `dull` is left out where
/// it fills a line or starts it.
pub(super) fn excerpt(text: &str, from: &str, dull: &[&str]) -> String {
    let text = without_stars(&without(text, dull));
    if text.chars().count() <= LONG && text.lines().count() <= LINES {
        return text;
    }
    let far = |place: &usize| text[..*place].chars().count() > LONG / 3;
    match place_of(&text, from).filter(far) {
        Some(start) => format!("… {}", clip(&text[start..])),
        None => clip(&text),
    }
}

/// Where a text has the first words of a sentence, outside blocks of code.
fn place_of(text: &str, sentence: &str) -> Option<usize> {
    let words: Vec<&str> = sentence.split(' ').take(3).collect();
    let place = text.find(&words.join(" "))?;
    (text[..place].matches(FENCE).count().is_multiple_of(2)).then_some(place)
}

/// What stands before a sentence that ends a line.
fn before<'t>(line: &'t str, sentence: &str) -> Option<&'t str> {
    let rest = line.strip_suffix(sentence).filter(|_| !sentence.is_empty())?;
    // `oh no` is no end of `who knows: oh no`, nor `ok` of `look`.
    let ends = |c: char| matches!(c, '.' | '!' | '?' | '…' | ';' | '。' | '！' | '？');
    rest.trim_end().ends_with(ends).then(|| rest.trim_end())
}

/// The first lines of a text, of a block of code only a few.
fn clip(text: &str) -> String {
    let mut kept: Vec<String> = Vec::new();
    let (mut room, mut code, mut code_lines) = (LONG, false, 0);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let toggles = !line.matches(FENCE).count().is_multiple_of(2);
        code_lines = if code && !toggles { code_lines + 1 } else { 0 };
        if code_lines > CODE {
            continue;
        }
        let length = line.chars().count();
        let closes = code && line.trim() == FENCE;
        if !closes && (kept.len() >= LINES || length > room) {
            kept.push(if room > 20 { cut(line, room) } else { "…".to_owned() });
            // A cut may have taken away the end of a block, or its start.
            code = !kept.concat().matches(FENCE).count().is_multiple_of(2);
            break;
        }
        room = room.saturating_sub(length);
        code ^= toggles;
        kept.push(if code_lines == CODE { "…".to_owned() } else { line.to_owned() });
    }
    if code {
        kept.push(FENCE.to_owned());
    }
    kept.join("\n")
}

/// The text without what is dull. Where it goes on, `…` stands for what is left out.
fn without(text: &str, dull: &[&str]) -> String {
    let mut kept = Vec::new();
    let (mut left_out, mut code) = (false, false);
    for line in text.lines() {
        let (mut rest, in_code) = (line, code);
        code ^= !line.matches(FENCE).count().is_multiple_of(2);
        while let Some(next) = dull.iter().filter(|_| !in_code).find_map(|dull| after(rest, dull)) {
            (rest, left_out) = (next, true);
        }
        if rest.is_empty() && !line.is_empty() {
            continue;
        }
        let start = if left_out { "… " } else { "" };
        let whole = rest;
        while let Some(next) = dull.iter().filter(|_| !in_code).find_map(|dull| before(rest, dull)) {
            rest = next;
        }
        kept.push(format!("{start}{rest}{}", if rest == whole { "" } else { " …" }));
        left_out = false;
    }
    // Of a text that is dull from end to end nothing can be left out.
    if kept.is_empty() { text.to_owned() } else { kept.join("\n") }
}

/// What follows on a sentence that fills a line or starts it.
fn after<'t>(line: &'t str, sentence: &str) -> Option<&'t str> {
    let line = line.trim_start();
    let rest = line.strip_prefix(sentence).filter(|_| !sentence.is_empty())?.trim_start();
    // `ok` is no start of `okay`.
    (rest.is_empty() || sentence.ends_with(['.', '!', '?', '…', ';', '。', '！'])).then_some(rest)
}

/// A text on one line and without blocks of code, in at most `max` characters.
pub(super) fn brief(text: &str, max: usize) -> String {
    let parts: Vec<&str> = text.split(FENCE).collect();
    let whole = !parts.len().is_multiple_of(2);
    let prose = parts
        .iter()
        .enumerate()
        .filter(|(place, _)| !whole || place.is_multiple_of(2))
        .map(|(_, part)| *part);
    let prose = joined(&prose.collect::<Vec<_>>().join(" ")).replace("**", "");
    if prose.is_empty() {
        // There is nothing but code: its first line that says something.
        let lines = parts.iter().skip(1).step_by(2).flat_map(|part| part.lines());
        let line =
            lines.map(one_line).find(|line| line.contains(' ')).unwrap_or_else(|| one_line(&parts.concat()));
        return cut(&line, max);
    }
    // What a colon points to is told as well.
    let output = parts.get(1).filter(|_| whole && prose.ends_with(':'));
    match output.and_then(|code| code.lines().map(one_line).find(|line| line.contains(' '))) {
        Some(line) => cut(&format!("{prose} {line}"), max),
        None => cut(&prose, max),
    }
}

/// A text without the stars that make it bold, which would only be shown as stars.
fn without_stars(text: &str) -> String {
    let parts: Vec<&str> = text.split(FENCE).collect();
    let prose = |place: usize| place.is_multiple_of(2);
    let part = |(place, part): (usize, &&str)| {
        if prose(place) { part.replace("**", "") } else { (*part).to_owned() }
    };
    parts.iter().enumerate().map(part).collect::<Vec<_>>().join(FENCE)
}

/// The lines of a text on one, with a sign where one ended without a mark.
fn joined(text: &str) -> String {
    let mut all = String::new();
    for line in text.lines().map(one_line).filter(|line| !line.is_empty()) {
        if !all.is_empty() {
            let ends = all.ends_with(['.', '!', '?', ':', ',', ';', '…', '。']);
            all.push_str(if ends { " " } else { " / " });
        }
        all.push_str(&line);
    }
    all
}

/// The start of a text in at most `max` characters, at a word's end where there is one.
fn cut(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let head: String = text.chars().take(max.saturating_sub(1)).collect();
    let mut spaces = head.char_indices().rev().filter(|(_, c)| c.is_whitespace());
    let last = spaces.next().map_or(0, |(place, c)| place + c.len_utf8());
    // Scripts without spaces are cut anywhere, addresses nowhere.
    let keep = if head.len() - last < 24 || head[last..].contains("://") { last } else { head.len() };
    let keep = if keep == 0 && !head.contains("://") { head.len() } else { keep };
    format!("{}…", head[..keep].trim_end())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cases::cases;

    #[test]
    fn long_texts_are_cut_where_it_hurts_least() {
        assert_eq!(cut("one two three", 9), "one two…");
        assert_eq!(cut("決済が遅いです", 4), "決済が…");
        assert_eq!(cut("see https://a.example/long/path", 20), "see…");
        assert_eq!(cut("https://a.example/long/path", 20), "…");
        assert_eq!(brief("it fails:\n```\nERROR 7\n```\n since noon", 80), "it fails: since noon");
        assert_eq!(brief("it fails:\n```\nERROR 7\n```", 80), "it fails: ERROR 7");
        assert_eq!(brief("```\n{\nERROR 7 in x\n```", 80), "ERROR 7 in x");
        assert_eq!(brief("never ``` closed", 80), "never closed");
    }

    #[test]
    fn a_long_message_starts_at_its_best_sentence_and_keeps_its_blocks_whole() {
        let talk = "so I looked around for a while. ".repeat(8);
        let text = format!("{talk}\n{talk} The disk is full:\n```\na\nb\nc\nd\ne\nf\n```\nI clear it now");
        let best = "The disk is full:";
        assert_eq!(excerpt(&text, best, &[]), "… The disk is full:\n```\na\nb\nc\n…\n```\nI clear it now");
        assert_eq!(excerpt("short", "nowhere", &[]), "short");
    }

    #[test]
    fn what_is_dull_is_left_out_where_it_stands_alone() {
        let dull = ["lol", "Oh no!", "ok"];
        assert_eq!(excerpt("lol\nrolled back\nlol", "", &dull), "… rolled back");
        assert_eq!(excerpt("Oh no! Oh no! it fails", "", &dull), "… it fails");
        assert_eq!(excerpt("okay it works", "", &dull), "okay it works");
        assert_eq!(excerpt("it works. ok", "", &dull), "it works. …");
        assert_eq!(excerpt("it is not ok", "", &dull), "it is not ok");
        assert_eq!(excerpt("```\nlol\n```", "", &dull), "```\nlol\n```");
        assert_eq!(excerpt("a\n\n**b** is up", "", &dull), "a\n\nb is up");
    }

    proptest! {
        // Up to 40 pieces each time; ten times as many inputs take half a minute.
        #![proptest_config(cases(1_000))]

        #[test]
        fn what_is_cut_is_short_and_closes_its_blocks(
            text in "([a-z ]{0,40}|```|\n|https://a.example/[a-z]{0,60}){0,40}",
            from in "[a-z]{0,3}",
        ) {
            let short = excerpt(&text, &from, &["a"]);
            prop_assert!(short.chars().count() <= LONG + 2 * LINES + 12, "{short}");
            if text.matches(FENCE).count().is_multiple_of(2) {
                prop_assert!(short.matches(FENCE).count().is_multiple_of(2), "{short}");
            }
            prop_assert!(brief(&text, 100).chars().count() <= 100);
        }
    }
}
