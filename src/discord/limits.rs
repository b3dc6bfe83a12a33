//! Every limit Discord sets on what we send, under one name each, and the one way to keep them.
//!
//! Discord refuses a whole message over one character, so texts are shortened, never refused. Must not know what
//! the texts say. Invariant: [`fit`] keeps a limit under either way of counting characters (code points, which the
//! API uses, and UTF-16 units, which the clients use), because the larger count is the one that is kept.

/// Characters of a message's content (reference, "Create Message").
pub const CONTENT: usize = 2000;
/// Embeds of a message (reference, "Create Message").
pub const EMBEDS: usize = 10;
/// Characters over all embeds of a message: titles, descriptions, fields, footers, authors (reference, "Embed Limits").
pub const EMBEDS_TOTAL: usize = 6000;
/// Characters of an embed's title (reference, "Embed Limits").
pub const EMBED_TITLE: usize = 256;
/// Characters of an embed's description (reference, "Embed Limits").
pub const EMBED_DESCRIPTION: usize = 4096;
/// Fields of an embed (reference, "Embed Limits").
pub const EMBED_FIELDS: usize = 25;
/// Characters of a field's name (reference, "Embed Limits").
pub const FIELD_NAME: usize = 256;
/// Characters of a field's value (reference, "Embed Limits").
pub const FIELD_VALUE: usize = 1024;
/// Characters of an embed's footer (reference, "Embed Limits").
pub const EMBED_FOOTER: usize = 2048;
/// Characters of a link in an embed or on a button (reference, "Button Structure": 512; embeds take more).
pub const URL: usize = 512;

/// Files of a message (reference, "Create Message").
pub const FILES: usize = 10;
/// Bytes of a file that every server takes (reference, "Uploading Files": the default upload limit).
pub const FILE_BYTES: usize = 10 * 1024 * 1024;

/// Rows of components of a message (reference, "Action Rows").
pub const ROWS: usize = 5;
/// Buttons of a row (reference, "Action Rows").
pub const BUTTONS_IN_ROW: usize = 5;
/// Characters of a button's label (reference, "Button Structure").
pub const BUTTON_LABEL: usize = 80;
/// Characters of a custom id, which may not be empty (reference, "Custom ID").
pub const CUSTOM_ID: usize = 100;
/// Options of a select (reference, "String Select").
pub const SELECT_OPTIONS: usize = 25;
/// Characters of an option's label, of its value, and of its description (reference, "Select Option Structure").
pub const OPTION_TEXT: usize = 100;
/// Characters of a select's placeholder (reference, "String Select").
pub const SELECT_PLACEHOLDER: usize = 150;

/// Characters of a form's title (reference, "Modal").
pub const MODAL_TITLE: usize = 45;
/// Inputs of a form (reference, "Modal").
pub const MODAL_INPUTS: usize = 5;
/// Characters of an input's label (reference, "Text Input").
pub const INPUT_LABEL: usize = 45;
/// Characters of an input's placeholder (reference, "Text Input").
pub const INPUT_PLACEHOLDER: usize = 100;
/// Characters of an input's value (reference, "Text Input").
pub const INPUT_VALUE: usize = 4000;

/// Characters of a thread's name (reference, "Start Thread from Message").
pub const THREAD_NAME: usize = 100;
/// Users, and roles, that one message may name as to be mentioned (reference, "Allowed Mentions Object").
pub const MENTIONS: usize = 100;

/// How long `text` is in Discord's eyes, in the stricter of its two ways of counting.
#[must_use]
pub fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// `text` in at most `max`, cut between characters; what does not fit ends in `…`.
#[must_use]
pub fn fit(text: &str, max: usize) -> String {
    if length(text) <= max {
        return text.to_owned();
    }
    let mut room = max.saturating_sub(1);
    let mut short = String::new();
    for c in text.chars() {
        if c.len_utf16() > room {
            break;
        }
        room -= c.len_utf16();
        short.push(c);
    }
    // A joiner would glue the ellipsis to half an emoji.
    short.truncate(short.trim_end_matches(|c: char| c.is_whitespace() || c == '\u{200d}').len());
    if max > 0 {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cases::{cases, hostile};

    #[test]
    fn the_stricter_count_is_kept() {
        assert_eq!(fit("checkout", 8), "checkout");
        assert_eq!(fit("checkout", 6), "check…");
        assert_eq!(fit("🔥🔥🔥", 6), "🔥🔥🔥");
        assert_eq!(fit("🔥🔥🔥🔥", 6), "🔥🔥…");
        assert_eq!(fit("👩‍🚒👩‍🚒", 6), "👩‍🚒…");
        assert_eq!(fit("abc", 0), "");
    }

    proptest! {
        #![proptest_config(cases(10_000))]

        #[test]
        fn nothing_is_longer_than_its_limit(text in hostile(), max in 0usize..60) {
            let short = fit(&text, max);
            prop_assert!(length(&short) <= max);
            prop_assert!(short.chars().count() <= max);
            // What fits stays; of what does not, the beginning, and no joiner before the ellipsis.
            if length(&text) <= max {
                prop_assert_eq!(short, text);
            } else if max > 0 {
                let kept = short.strip_suffix('…').expect("an ellipsis");
                prop_assert!(text.starts_with(kept) && !kept.ends_with('\u{200d}'), "{short:?}");
                let lost = text[kept.len()..].trim_start_matches(|c: char| c.is_whitespace() || c == '\u{200d}');
                prop_assert!(lost.chars().next().is_none_or(|next| length(&text[..text.len() - lost.len()]) + next.len_utf16() >= max));
            }
        }
    }
}
