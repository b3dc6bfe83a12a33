//! Text in lines of a fixed pitch: how wide it is, where it may be broken, and tables in columns.
//!
//! Must not know reports or Markdown. A terminal gives East Asian characters and emoji two columns; that is
//! approximated by ranges. The invariant: no word is broken but in a table too narrow for it, so addresses stay whole.

/// How wide a line of prose may be.
pub(super) const WIDTH: usize = 80;

/// How many columns `text` takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

fn columns(c: char) -> usize {
    match u32::from(c) {
        // What is drawn onto the character before it: accents, the joiner and the variants of emoji.
        0x300..=0x36f | 0x200d | 0x20d0..=0x20ff | 0xfe00..=0xfe0f | 0x3099..=0x309a => 0,
        _ if is_wide(c) => 2,
        _ => 1,
    }
}

fn is_wide(c: char) -> bool {
    matches!(
        u32::from(c),
        0x1100..=0x115f | 0x2e80..=0x303e | 0x3041..=0x33ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xa000..=0xa4cf
        | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe4f | 0xff00..=0xff60 | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f | 0x1f680..=0x1f6ff | 0x1f900..=0x1faff | 0x20000..=0x3fffd
    )
}

/// `text` in lines of at most `most` columns, as far as its words allow. Line breaks in it stay.
pub(super) fn wrap(text: &str, most: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for text in text.split('\n') {
        let mut line = String::new();
        let mut taken = 0;
        for (space, word) in words(text) {
            let gap = usize::from(space && !line.is_empty());
            let wide = width(word);
            if taken > 0 && taken + gap + wide > most {
                lines.push(std::mem::take(&mut line));
                taken = 0;
            } else if gap > 0 {
                line.push(' ');
                taken += 1;
            }
            line.push_str(word);
            taken += wide;
        }
        lines.push(line);
    }
    lines
}

/// The parts between which a line may be broken, and whether there is a space before each. Japanese is broken
/// between any two characters, but never before one that ends something.
fn words(text: &str) -> Vec<(bool, &str)> {
    let mut found = Vec::new();
    for word in text.split_whitespace() {
        let (mut start, mut before, mut first) = (0, None::<char>, true);
        for (place, c) in word.char_indices() {
            let may_break = before.is_some_and(|before| {
                (is_wide(before) || is_wide(c)) && !begins(before) && !ends(c) && columns(c) > 0
            });
            if may_break {
                found.push((first, &word[start..place]));
                (start, first) = (place, false);
            }
            before = Some(c);
        }
        found.push((first, &word[start..]));
    }
    found
}

/// Never at the start of a line.
fn ends(c: char) -> bool {
    "、。，．・：；？！ー）］｝」』】〉》’”ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.:;?!)]}".contains(c)
}

/// Never at the end of a line.
fn begins(c: char) -> bool {
    "（［｛「『【〈《‘“([{".contains(c) || c == '\u{200d}'
}

/// `text` cut where it must be, to fit into `most` columns.
fn cut(text: &str, most: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in wrap(text, most) {
        let (mut part, mut taken) = (String::new(), 0);
        for c in line.chars() {
            if taken + columns(c) > most && taken > 0 {
                lines.push(std::mem::take(&mut part));
                taken = 0;
            }
            part.push(c);
            taken += columns(c);
        }
        lines.push(part);
    }
    lines
}

/// `rows` in columns, two spaces apart, in at most `most` columns of text where that can be; long cells take several
/// lines. The first row is the head and gets a rule, if `has_head`.
pub(super) fn table(rows: &[Vec<String>], has_head: bool, most: usize) -> Vec<String> {
    let widths = widths(rows, most);
    let mut lines = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        let cells: Vec<Vec<String>> = (row.iter().zip(&widths).enumerate())
            // Nothing stands to the right of the last column, so nothing is pushed aside by a long address.
            .map(
                |(place, (cell, wide))| {
                    if place + 1 == widths.len() { wrap(cell, *wide) } else { cut(cell, *wide) }
                },
            )
            .collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        for place in 0..height {
            let mut line = String::new();
            for (cell, wide) in cells.iter().zip(&widths) {
                let part = cell.get(place).map_or("", String::as_str);
                line.push_str(part);
                line.push_str(&" ".repeat(wide.saturating_sub(width(part)) + 2));
            }
            lines.push(line.trim_end().to_owned());
        }
        if number == 0 && has_head {
            let rules: Vec<String> = widths.iter().map(|wide| "-".repeat(*wide)).collect();
            lines.push(rules.join("  "));
        }
    }
    lines
}

/// As wide as their cells, but together no wider than `most`. What is too much is taken from the widest; before a
/// column becomes narrower than a date, the last one gives way, where remarks stand.
fn widths(rows: &[Vec<String>], most: usize) -> Vec<usize> {
    /// A date and a time.
    const DATE: usize = 24;
    /// Below this, a column is no longer pleasant to read.
    const NARROW: usize = 8;
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max();
    let mut widths: Vec<usize> = (0..columns).map(|column| widest(column).unwrap_or(0).max(1)).collect();
    let room = most.saturating_sub(2 * columns.saturating_sub(1));
    let mut over = widths.iter().sum::<usize>().saturating_sub(room);
    let mut take = |from: &mut [usize], least: usize| {
        while let Some(widest) = from.iter_mut().max().filter(|widest| **widest > least && over > 0) {
            *widest -= 1;
            over -= 1;
        }
    };
    take(&mut widths, DATE);
    take(&mut widths[columns.saturating_sub(1)..], DATE / 2);
    take(&mut widths, NARROW);
    widths
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cases::cases;

    #[test]
    fn japanese_is_twice_as_wide() {
        let cases = [("abc", 3), ("決済", 4), ("é", 1), ("e\u{301}", 1), ("ｱ", 1), ("🚀", 2), ("", 0)];
        for (text, columns) in cases {
            assert_eq!(width(text), columns, "{text}");
        }
    }

    #[test]
    fn lines_break_between_words_and_between_japanese_characters() {
        assert_eq!(wrap("one two  three\nfour", 8), ["one two", "three", "four"]);
        assert_eq!(
            wrap("see https://a.example/very/long now", 10),
            ["see", "https://a.example/very/long", "now"]
        );
        assert_eq!(wrap("決済が遅い。（確認中）です", 10), ["決済が遅", "い。（確認", "中）です"]);
        assert_eq!(wrap("", 10), [""]);
    }

    #[test]
    fn columns_line_up_and_long_cells_take_several_lines() {
        let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let rows = [
            row(&["Name", "What was found there", "n"]),
            row(&["決済", "a queue that was full, and a very-long-word-without-a-break", "1"]),
            row(&["b", "", "22"]),
        ];
        insta::assert_snapshot!(table(&rows, true, 30).join("\n"), @"
        Name  What was found there  n
        ----  --------------------  --
        決済  a queue that was      1
              full, and a
              very-long-word-witho
              ut-a-break
        b                           22
        ");
        insta::assert_snapshot!(table(&rows[2..], false, 30).join("\n"), @"b     22");
    }

    proptest! {
        #![proptest_config(cases(2_000))]

        #[test]
        fn nothing_is_lost_and_nothing_is_wider_than_it_must(text in "[ a-z。（決\n]{0,60}", most in 4usize..20) {
            let lines = wrap(&text, most);
            let solid = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(solid(&lines.concat()), solid(&text));
            for line in lines {
                prop_assert!(width(&line) <= most || words(&line).len() == 1, "{line:?}");
            }
        }

        #[test]
        fn a_table_of_few_columns_fits(cells in prop::collection::vec("[ a-z決]{0,40}", 2..8)) {
            let rows: Vec<Vec<String>> =
                cells.chunks(2).map(|row| [row, &["決 ".repeat(9)]].concat()).collect();
            for line in table(&rows, true, 50) {
                prop_assert!(width(&line) <= 50, "{line:?}");
            }
        }
    }
}
