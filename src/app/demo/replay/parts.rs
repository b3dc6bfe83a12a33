//! The messages that a line becomes: one, unless its text or its files are more than a message may hold.
//!
//! Must not know where they are posted. Keeps: the texts of a line's messages are together the text of the line,
//! but for messages of nothing but white space.

use super::chat::{File, Line};
use crate::sandbox::{Draft, Upload};

/// Characters of a message, as a member with the longest limit may write it.
const TEXT_MAX: usize = 4000;
/// Files of a message.
const FILES_MAX: usize = 10;

/// The drafts of a line, at least one.
pub(super) fn drafts(line: &Line) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = pieces(&line.text, TEXT_MAX).into_iter().map(Draft::text).collect();
    let mut files = line.files.chunks(FILES_MAX).map(|files| files.iter().map(upload).collect());
    if let Some(first) = files.next() {
        // Files stand below the text.
        let last = drafts.pop().unwrap_or_default();
        drafts.push(last.with_files(first));
    }
    drafts.extend(files.map(|more| Draft::default().with_files(more)));
    drafts
}

fn upload(file: &File) -> Upload {
    Upload::new(file.name.as_str(), file.text.clone().into_bytes())
}

/// `text` in pieces of at most `max` characters, cut after a line's end, or else after white space, or else wherever
/// it has to be.
fn pieces(text: &str, max: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((room, _)) = rest.char_indices().nth(max) {
        let head = &rest[..room];
        let after_line = head.rfind('\n').map(|place| place + 1);
        let after_space = || head.char_indices().rev().find(|(_, c)| c.is_whitespace());
        let cut = after_line
            .or_else(|| after_space().map(|(place, c)| place + c.len_utf8()))
            .filter(|place| !head[..*place].trim().is_empty())
            .unwrap_or(room);
        pieces.push(&rest[..cut]);
        rest = &rest[cut..];
    }
    pieces.push(rest);
    pieces.retain(|piece| !piece.trim().is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cases::cases;

    #[test]
    fn long_texts_are_cut_where_it_hurts_least() {
        assert_eq!(pieces("short", 10), ["short"]);
        assert_eq!(pieces("one two\nthree four", 12), ["one two\n", "three four"]);
        assert_eq!(pieces("one two three", 9), ["one two ", "three"]);
        assert_eq!(pieces("決済が遅いです", 3), ["決済が", "遅いで", "す"]);
        assert_eq!(pieces("a          b", 4), ["a   ", "   b"]);
        assert_eq!(pieces("", 4), [""; 0]);
    }

    proptest! {
        #![proptest_config(cases(2_000))]

        #[test]
        fn nothing_is_lost_and_nothing_too_long(text in "[a-c\\n 決🔥]{0,80}", max in 1usize..20) {
            let pieces = pieces(&text, max);
            prop_assert!(pieces.iter().all(|piece| piece.chars().count() <= max && !piece.trim().is_empty()));
            let visible = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(visible(&pieces.concat()), visible(&text));
        }
    }
}
