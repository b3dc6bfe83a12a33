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
