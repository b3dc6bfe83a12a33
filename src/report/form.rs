//! What the reporter chose and wrote on the form, in words; the same in the sections and around them.
//!
//! Must not know any format: plain text.

use crate::domain::text::one_line;
use crate::domain::{Affected, Frequency};

/// Whom it hit.
pub(super) fn affected(choice: Option<Affected>, words: &str) -> Option<String> {
    let choice = choice.map(|affected| match affected {
        Affected::Everyone => "everyone",
        Affected::Part => "part of the users",
        Affected::Internal => "people of the company only",
    });
    chosen(choice, words)
}

/// How often it happened.
pub(super) fn frequency(choice: Option<Frequency>, words: &str) -> Option<String> {
    let choice = choice.map(|frequency| match frequency {
        Frequency::Constant => "all the time",
        Frequency::Intermittent => "now and then",
        Frequency::Once => "once",
    });
    chosen(choice, words)
}

/// A choice with the reporter's own words.
fn chosen(choice: Option<&str>, words: &str) -> Option<String> {
    let words = one_line(words);
    match (choice, words.is_empty()) {
        (None, true) => None,
        (None, false) => Some(format!("“{words}”")),
        (Some(choice), true) => Some(choice.to_owned()),
        (Some(choice), false) => Some(format!("{choice}: “{words}”")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_stands_with_the_words_that_came_with_it() {
        let said = |said: Option<String>| said.unwrap_or_default();
        assert_eq!(
            said(affected(Some(Affected::Part), " card\npayers ")),
            "part of the users: “card payers”"
        );
        assert_eq!(said(affected(None, "card payers")), "“card payers”");
        assert_eq!(said(frequency(Some(Frequency::Once), "")), "once");
        assert_eq!(frequency(None, " "), None);
    }
}
