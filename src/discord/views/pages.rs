//! A report's Markdown as Discord shows it, in pages that fit into an embed.
//!
//! Discord draws no tables and no boxes to tick: tables become blocks of code, boxes a sign. Must not know what the
//! text says. Invariant: every page is within its limit, no line is lost, and a block of code that goes on over a
//! page's end is closed there and opened again.

use crate::discord::limits::length;

/// The fence of a block of code.
const FENCE: &str = "```";

/// `markdown` with a joiner of no width behind every `@` that could call or name somebody: in a report people stand by
/// their names, and whoever writes a section writes to readers and not to Discord.
fn disarmed(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut chars = markdown.chars().peekable();
    let mut in_word = false;
    while let Some(c) = chars.next() {
        out.push(c);
        let names = |next: &char| next.is_alphanumeric() || matches!(next, '&' | '!');
        let address = in_word && !calls_everybody(chars.clone());
        if c == '@' && !address && chars.peek().is_some_and(names) {
            out.push('\u{2060}');
        }
        in_word = c.is_alphanumeric();
    }
    out
}

fn calls_everybody(rest: impl Iterator<Item = char>) -> bool {
    let word: String = rest.take("everyone".len()).collect::<String>().to_lowercase();
    word == "everyone" || word.starts_with("here")
}

/// The text in pages of at most `max` characters, at least one.
#[must_use]
pub fn pages(markdown: &str, max: usize) -> Vec<String> {
    let mut pages = Pages { done: Vec::new(), page: String::new(), open: None, max };
    let mut in_table = false;
    for line in disarmed(markdown).lines() {
        let fenced = line.trim_start().starts_with(FENCE);
        let table = (pages.open.is_none() || in_table) && line.starts_with('|');
        if table != in_table {
            pages.fence(FENCE);
            in_table = table;
        }
        if fenced && !in_table {
            pages.fence(line.trim());
            continue;
        }
        match line.trim_start().strip_prefix("- [ ] ") {
            Some(rest) if pages.open.is_none() => pages.add(&format!("☐ {rest}")),
            _ => pages.add(line),
        }
    }
    if pages.open.is_some() {
        pages.close();
    }
    pages.done.push(pages.page.trim().to_owned());
    pages.done
}

struct Pages {
    done: Vec<String>,
    page: String,
    /// The language of the block of code that is open, if one is.
    open: Option<String>,
    max: usize,
}

impl Pages {
    /// A line that begins or ends a block of code.
    fn fence(&mut self, line: &str) {
        let rest = line.trim_start_matches('`');
        if self.open.take().is_some() {
            self.close();
            if !rest.is_empty() {
                self.add(rest);
            }
            return;
        }
        // One word is a language; anything longer is shown, by Discord too.
        let language = rest.len() <= 12 && rest.chars().all(|c| c.is_ascii_alphanumeric());
        self.add(&format!("{FENCE}{}", if language { rest } else { "" }));
        self.open = Some(if language { rest.to_owned() } else { String::new() });
        if !language {
            self.add(rest);
        }
    }

    fn add(&mut self, line: &str) {
        // A fence may have to be closed below the line.
        let room = self.max.saturating_sub(FENCE.len() + 1);
        for piece in cut(line, room.saturating_sub(FENCE.len() + 16).max(1)) {
            if length(&self.page) + length(piece) + 1 > room {
                self.turn();
            }
            self.page.push_str(piece);
            self.page.push('\n');
        }
    }

    /// Closes the block of code; there is always room for that.
    fn close(&mut self) {
        self.page.push_str(FENCE);
        self.page.push('\n');
    }

    fn turn(&mut self) {
        let mut page = std::mem::take(&mut self.page);
        if let Some(language) = &self.open {
            page.push_str(FENCE);
            self.page = format!("{FENCE}{language}\n");
        }
        if !page.trim().is_empty() {
            self.done.push(page.trim().to_owned());
        }
    }
}

/// A line in pieces that fit.
fn cut(line: &str, max: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut begin, mut long) = (0, 0);
    for (at, c) in line.char_indices() {
        if long + c.len_utf16() > max {
            pieces.push(&line[begin..at]);
            (begin, long) = (at, 0);
        }
        long += c.len_utf16();
    }
    pieces.push(&line[begin..]);
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cases::cases;

    #[test]
    fn tables_and_boxes_become_what_discord_shows() {
        let text = "Some text\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n- [ ] Not in the record: why.\n```\n| x |\n- [ ] y\n```";
        insta::assert_snapshot!(pages(text, 4000).join("\n=====\n"), @r"
        Some text

        ```
        | A | B |
        |---|---|
        | 1 | 2 |
        ```

        ☐ Not in the record: why.
        ```
        | x |
        - [ ] y
        ```
        ");
    }

    #[test]
    fn a_block_of_code_is_closed_and_opened_again() {
        let text = format!("```rust\n{}\n```\nend", ["let x = 1;"; 8].join("\n"));
        insta::assert_snapshot!(pages(&text, 60).join("\n=====\n"), @"
        ```rust
        let x = 1;
        let x = 1;
        let x = 1;
        let x = 1;
        ```
        =====
        ```rust
        let x = 1;
        let x = 1;
        let x = 1;
        let x = 1;
        ```
        =====
        end
        ");
        assert_eq!(pages("", 60), [""]);
    }

    proptest! {
        // Twenty lines each time: 500 are about 5,000 lines. More would take longer than they are worth.
        #![proptest_config(cases(500))]

        #[test]
        fn no_page_is_too_long_and_no_word_is_lost(
            lines in prop::collection::vec("(\\||```|- \\[ \\] )?[a-z🔥 ]{0,90}", 0..20),
            max in 80usize..200,
        ) {
            let text = lines.join("\n");
            let pages = pages(&text, max);
            prop_assert!(!pages.is_empty());
            let letters = |text: &str| text.chars().filter(|c| *c == '🔥').count();
            prop_assert_eq!(pages.iter().map(|page| letters(page)).sum::<usize>(), letters(&text));
            for page in &pages {
                prop_assert!(length(page) <= max, "{page}");
                let fences = page.lines().filter(|line| line.trim_start().starts_with(FENCE)).count();
                prop_assert!(fences % 2 == 0, "{page}");
            }
        }
    }
}
