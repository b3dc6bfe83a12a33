//! The rules about how a message looks: what came with it, how long it is, whether it laughs.
//!
//! Must not know its words but for marks that stand out. The invariant: what only laughs, greets or is an emoji never
//! gets over the bar by its looks.

use std::sync::LazyLock;

use regex::Regex;

use super::super::EntryKind;
use super::super::talk::{Link, Said};
use super::{Rule, Worth, rule};

const LOG: Rule = rule("log", 22, "was written for the log");
const CHANGE: Rule = rule("change", 20, "links to a change");
const CHANGE_TOO: Rule = rule("change too", 10, "links to a change");
const ISSUE: Rule = rule("issue", 4, "links to an issue");
const PAGE: Rule = rule("page", 2, "has a link");
const FUN: Rule = rule("fun", -20, "");
const ERROR: Rule = rule("error", 8, "shows an error");
const OUTPUT: Rule = rule("output", 2, "shows output");
const FILE: Rule = rule("file", 4, "has a file");
const FIGURE: Rule = rule("figure", 8, "gives a time or a figure");
const EXACT: Rule = rule("exact", 3, "names something exactly");
const BOLD: Rule = rule("bold", 4, "has something in bold");
const LAUGHS: Rule = rule("laughs", -10, "");
const SMILES: Rule = rule("smiles", -4, "");
const EMPTY: Rule = rule("empty", -20, "");
const CURT: Rule = rule("curt", -8, "");
const VAGUE: Rule = rule("vague", -6, "");
const ASKS: Rule = rule("asks", -8, "");

/// Emoji and signs that laugh.
pub(super) const LAUGHTER: &[&str] =
    &["😂", "🤣", "😄", "😆", "😅", "😁", "😹", "🤪", "😜", "😉", "🙃", "🔫", ":-D", ":D", ":P", ";)", "/s"];
const SMILING: &[&str] = &["🙂", "😊", "😀", ":)", ":-)", "❤"];
/// What output of programs says when something went wrong.
const ERRORS: &[&str] = &[
    "Error:",
    "error:",
    "ERROR",
    "Exception",
    "exception:",
    "FATAL",
    "Fatal",
    "Traceback",
    "panic:",
    "Failed to",
    "failed to",
    "timed out",
    "Warning ",
    "refused",
    "denied",
    "i/o timeout",
];

pub(super) fn weigh(said: &Said<'_>, worth: &mut Worth) {
    let text = said.message.text.as_str();
    let has = |signs: &[&str]| signs.iter().any(|sign| text.contains(sign));
    if text.starts_with("!log ") {
        worth.kind = worth.kind.or(Some(EntryKind::Action));
        worth.add(&LOG);
    }
    match said.link {
        Some(Link::Change) if worth.kind.is_some() || said.asked().next().is_some() => worth.add(&CHANGE_TOO),
        Some(Link::Change) => {
            // Whoever just shows a change means that it was made.
            worth.kind = Some(EntryKind::Action);
            worth.add(&CHANGE);
        }
        Some(Link::Issue) => worth.add(&ISSUE),
        Some(Link::Page) => worth.add(&PAGE),
        Some(Link::Fun) => worth.add(&FUN),
        None => {}
    }
    match (has(ERRORS), said.block) {
        (true, _) => worth.add(&ERROR),
        (false, true) => worth.add(&OUTPUT),
        (false, false) => {}
    }
    for (rule, applies) in [
        (&FILE, !said.message.attachments.is_empty()),
        (&FIGURE, said.told().any(|sentence| has_figure(&sentence.words))),
        (&EXACT, text.contains('`') || said.told().any(|sentence| names_exactly(&sentence.words))),
        (&BOLD, text.contains("**")),
        (&LAUGHS, has(LAUGHTER)),
        (&SMILES, has(SMILING)),
    ] {
        if applies {
            worth.add(rule);
        }
    }
    weigh_length(said, worth);
}

fn weigh_length(said: &Said<'_>, worth: &mut Worth) {
    let evidence = said.link.is_some() || said.block || !said.message.attachments.is_empty();
    let length = |asks: bool| -> usize {
        said.sentences.iter().filter(|one| one.asks == asks).map(super::super::talk::Sentence::length).sum()
    };
    let (told, asked) = (length(false), length(true));
    match told {
        0 if !evidence && worth.kind.is_none() => worth.add(&EMPTY),
        1..=2 if !evidence => worth.add(&CURT),
        // Three words may say a lot, but not that somebody is working on it.
        3..=4 if !evidence && worth.score < 15 => worth.add(&VAGUE),
        _ => {}
    }
    // A question that tells of a step is as good as its statement.
    if asked > told && worth.kind != Some(EntryKind::Action) {
        worth.add(&ASKS);
    }
}

/// Whether a word is a time of day, a share, or a number of something.
fn has_figure(words: &str) -> bool {
    static FIGURE: LazyLock<Regex> = LazyLock::new(|| {
        let units = "%|x|k|ms|s|h|m|min|mins|minutes?|hours?|seconds?|days?|percent|users|customers|requests|errors|failures|nodes|hosts|jobs|pods|times|blocks|gb|mb|tb";
        Regex::new(&format!(r"(?-u) (?:\d\d?:\d\d(?::\d\d)?|~?\d+(?:[.,]\d+)*[km]? ?(?:{units})) "))
            .expect("a constant pattern")
    });
    FIGURE.is_match(words)
}

/// Whether a word has letters and figures, like a host or a version, or is a number with its sign.
fn names_exactly(words: &str) -> bool {
    words.split(' ').any(|word| {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
        digits > 0 && (letters > 0 && word.len() > 2 || word.starts_with('#') && digits > 1)
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::talk::Talk;
    use super::super::super::tests::{message, reader, record_with};
    use super::*;
    use crate::domain::fixture::bob;
    use crate::domain::{ArchivedMessage, Attachment};

    /// What the looks of a message count, and the reasons.
    fn looks(message: ArchivedMessage) -> (i32, Vec<&'static str>) {
        let record = record_with(vec![message]);
        let mut worth = Worth::default();
        weigh(&Talk::of(&record, &reader(&record)).said[0], &mut worth);
        (worth.score, worth.reasons.into_iter().map(|(_, reason)| reason).collect())
    }

    fn text(text: &str) -> (i32, Vec<&'static str>) {
        looks(message(1, &bob(), 0, text))
    }

    #[test]
    fn what_came_with_a_message_counts() {
        assert_eq!(text("look at the tray, please").0, 0);
        assert_eq!(text("look at https://git.example/a/pull/7"), (CHANGE.weight, vec![CHANGE.reason]));
        assert_eq!(
            text("look at it:\n```\nERROR 7\n```"),
            (ERROR.weight + EXACT.weight, vec![ERROR.reason, EXACT.reason])
        );
        assert_eq!(text("!log the tray is open now").1, [LOG.reason]);
        assert_eq!(text("the tray has 40 jobs").1, [FIGURE.reason]);
        assert_eq!(text("the spooler of hall3 is open").1, [EXACT.reason]);
        let file = Attachment { id: 1, name: "tray.png".to_owned(), url: String::new(), size: 1 };
        let shown = ArchivedMessage { attachments: vec![file], ..message(1, &bob(), 0, "") };
        assert_eq!(looks(shown), (FILE.weight, vec![FILE.reason]), "a picture needs no words");
    }

    #[test]
    fn laughter_and_few_words_speak_against_a_message() {
        for (typed, weight) in [
            ("look at the tray, please 😂", LAUGHS.weight),
            ("look at the tray, please :)", SMILES.weight),
            ("https://tenor.com/x", FUN.weight),
            ("ok then", CURT.weight),
            ("look at that", VAGUE.weight),
            ("👍", EMPTY.weight),
            ("tray seven, hm. what is in it then?", ASKS.weight + VAGUE.weight),
        ] {
            assert_eq!(text(typed).0, weight, "{typed}");
        }
    }

    #[test]
    fn figures_have_units_and_names_have_both() {
        for figure in ["at 14:20 |", "97% full", "| 3 minutes |", "from 1.5k to", "~40 jobs |", "200ms |"] {
            assert!(has_figure(&format!(" {figure} ")), "{figure}");
        }
        for none in ["version 3 |", "| 7 |", "step 2 of", "v2rc7 |"] {
            assert!(!has_figure(&format!(" {none} ")), "{none}");
        }
        assert!(names_exactly("| hall3 |") && names_exactly("| #4711 |") && names_exactly("| v7.3.1 |"));
        assert!(!names_exactly("| 1st |") || !names_exactly("| 42 |"));
    }
}
