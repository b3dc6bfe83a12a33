//! Making what people typed fit: shortening at character boundaries, one line out of many.
//!
//! Must not know any particular limit; callers name the number of characters they have room for.

/// `text` in at most `max` characters; what does not fit ends in `…`.
#[must_use]
pub fn shorten(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(max.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    if max > 0 {
        short.push('…');
    }
    short
}

/// `text` on one line: every run of white space becomes one space. Characters that print nothing but change how
/// others are shown (direction marks, zero-width ones other than the joiner that emoji need) are left out.
#[must_use]
pub fn one_line(text: &str) -> String {
    let visible: String = text.chars().filter(|c| !is_hidden(*c)).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a character has no look of its own but changes the look of its neighbours, or is read by programs only:
/// direction and joining marks, tags, controls. Not so the joiner that emoji are built with, and white space.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    let mark = matches!(
        c,
        '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    );
    mark || (c.is_control() && !c.is_whitespace())
}

/// `text` without trailing white space, control characters and direction tricks, its line breaks kept.
#[must_use]
pub fn tidy(text: &str) -> String {
    let kept: String = text.chars().filter(|c| *c == '\n' || (!is_hidden(*c) && *c != '\r')).collect();
    kept.trim().to_owned()
}

/// `text` with every `phrase` in it that is no part of a longer word replaced, and how many there were. Letters of
/// scripts that are written without spaces begin and end a word anywhere.
#[must_use]
pub fn replace_phrase(text: &str, phrase: &str, with: &str) -> (String, usize) {
    let (mut out, mut done, mut count) = (String::with_capacity(text.len()), 0, 0);
    if phrase.is_empty() {
        return (text.to_owned(), 0);
    }
    for (at, found) in text.match_indices(phrase) {
        if at < done || goes_on(text[..at].chars().next_back(), found.chars().next()) {
            continue;
        }
        if goes_on(found.chars().next_back(), text[at + found.len()..].chars().next()) {
            continue;
        }
        out.push_str(&text[done..at]);
        out.push_str(with);
        (done, count) = (at + found.len(), count + 1);
    }
    out.push_str(&text[done..]);
    (out, count)
}

/// Whether two neighbours belong to one word.
fn goes_on(before: Option<char>, after: Option<char>) -> bool {
    // From U+2E80 on stand the scripts of China, Japan and Korea.
    let is_in_word = |c: char| (c.is_alphanumeric() || c == '_') && u32::from(c) < 0x2e80;
    before.is_some_and(is_in_word) && after.is_some_and(is_in_word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cases::{cases, hostile};

    #[test]
    fn what_is_too_long_ends_in_an_ellipsis() {
        assert_eq!(shorten("checkout is down", 16), "checkout is down");
        assert_eq!(shorten("checkout is down", 12), "checkout is…");
        assert_eq!(shorten("決済が遅い", 3), "決済…");
        assert_eq!(shorten("abc", 0), "");
    }

    #[test]
    fn one_line_has_no_tricks() {
        assert_eq!(one_line(" a\r\n\tb \u{202e}c\u{0}d\u{61c}\u{e0041} "), "a b cd");
        assert_eq!(tidy("a\u{0}\r\n b \n"), "a\n b");
    }

    #[test]
    fn a_phrase_is_replaced_where_it_is_no_part_of_a_word() {
        let without = |text: &str, name: &str| replace_phrase(text, name, "…");
        assert_eq!(
            without("Tom: ask Tom, @Tom's Tomcat, atTom", "Tom"),
            ("…: ask …, @…'s Tomcat, atTom".into(), 3)
        );
        assert_eq!(without("a_Tom Tom_b tom", "Tom"), ("a_Tom Tom_b tom".into(), 0));
        assert_eq!(without("決済の太郎が", "太郎"), ("決済の…が".into(), 1));
        assert_eq!(without("(x)(x)", "(x)"), ("……".into(), 2));
        assert_eq!(without("aaa", "aa"), ("aaa".into(), 0));
        assert_eq!(without("Tom", ""), ("Tom".into(), 0));
    }

    proptest! {
        #![proptest_config(cases(10_000))]

        #[test]
        fn never_longer_than_there_is_room(text in hostile(), max in 0usize..90) {
            let short = shorten(&text, max);
            prop_assert!(short.chars().count() <= max);
            let kept = short.strip_suffix('…').unwrap_or(&short);
            prop_assert!(text.starts_with(kept), "{short:?}");
        }

        #[test]
        fn what_is_tidied_hides_nothing_and_stays_as_it_is(text in hostile()) {
            let (line, lines) = (one_line(&text), tidy(&text));
            for tidied in [&line, &lines] {
                prop_assert!(!tidied.chars().any(is_hidden), "{tidied:?}");
                // What databases, terminals and people stumble over.
                prop_assert!(!tidied.contains(['\0', '\u{1b}', '\u{9b}', '\r', '\u{202e}']), "{tidied:?}");
            }
            prop_assert!(!line.contains(|c: char| c.is_control()));
            prop_assert_eq!(one_line(&line), line);
            prop_assert_eq!(tidy(&lines), lines);
        }
    }
}
