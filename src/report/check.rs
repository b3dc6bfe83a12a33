//! How complete the record was when a report was made of it: the archive held against the thread.
//!
//! Must not know how it is done. Said once, for all formats and for Discord. Invariant: what could not be read, and
//! what may have been missed, is named.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::FinalReport;
use super::text::Local;
use crate::domain::keys::words;

/// How many messages or stretches of time are named one by one.
const NAMED: usize = 10;

words! {
    /// What kept the bot from reading the thread to its end.
    Hindrance {
        /// Discord did not answer, or had trouble of its own.
        Unreachable = "unreachable",
        /// Discord does not let the bot read it.
        Refused = "refused",
        /// The thread is gone.
        Gone = "gone",
        /// It took too long.
        Time = "time",
    }
}

/// The archive, held against the thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// When.
    pub at: DateTime<Utc>,
    /// Why the thread was not read to its end; null if it was.
    pub hindrance: Option<Hindrance>,
    /// What was said from then on may be missing; null if nothing is.
    pub lacking_since: Option<DateTime<Utc>>,
    /// How many messages were found in the thread.
    pub in_thread: usize,
    /// How many of them are in the archive.
    pub in_archive: usize,
    /// Links to the messages that could not be read.
    pub missing: Vec<String>,
    /// Links to the messages that were edited while nobody listened: texts in between may be missing.
    pub edited_unheard: Vec<String>,
    /// When nobody listened.
    pub unheard: Vec<Unheard>,
}

/// A stretch of time in which nobody listened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unheard {
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub to: DateTime<Utc>,
}

impl FinalReport {
    /// The report with how complete its record is.
    #[must_use]
    pub fn checked(mut self, check: Option<Check>) -> Self {
        self.archive = check.or(self.archive);
        self
    }
}

impl Check {
    /// That nothing was found out, because of a hindrance.
    #[must_use]
    pub const fn hindered(at: DateTime<Utc>, why: Hindrance, lacking_since: DateTime<Utc>) -> Self {
        Self {
            at,
            hindrance: Some(why),
            lacking_since: Some(lacking_since),
            in_thread: 0,
            in_archive: 0,
            missing: Vec::new(),
            edited_unheard: Vec::new(),
            unheard: Vec::new(),
        }
    }

    /// Whether there is anything to be said against the record.
    #[must_use]
    pub const fn is_flawless(&self) -> bool {
        self.hindrance.is_none() && self.missing.is_empty() && self.edited_unheard.is_empty()
    }

    /// How the comparison came out, in a line; `time` writes a moment.
    #[must_use]
    pub fn result(&self, time: impl Fn(DateTime<Utc>) -> String) -> String {
        let why = self.hindrance.map(|hindrance| match hindrance {
            Hindrance::Unreachable => "Discord could not be reached",
            Hindrance::Refused => "Discord does not let the bot read the thread",
            Hindrance::Gone => "the thread is gone",
            Hindrance::Time => "it took too long",
        });
        let (found, kept, at) = (self.in_thread, self.in_archive, time(self.at));
        let counted = format!("{kept} of {found} {}", if found == 1 { "message" } else { "messages" });
        match (why, found) {
            (None, _) => format!("{counted}, checked {at}"),
            (Some(why), 0) => format!("not checked: {why} ({at})"),
            (Some(why), _) => format!("{counted}, not checked to the end: {why} ({at})"),
        }
    }

    /// What may be missing, a sentence each; `time` writes a moment.
    #[must_use]
    pub fn flaws(&self, time: impl Fn(DateTime<Utc>) -> String) -> Vec<String> {
        let mut flaws = Vec::new();
        if let Some(since) = self.lacking_since {
            flaws.push(format!("The record may lack what was said since {}.", time(since)));
        }
        if !self.missing.is_empty() {
            let what = counted(self.missing.len(), "message could not be read", "messages could not be read");
            flaws.push(format!("{what}: {}.", named(&self.missing)));
        }
        if !self.edited_unheard.is_empty() {
            let what = counted(self.edited_unheard.len(), "message was edited", "messages were edited");
            let when = self.unheard.iter().map(|one| format!("{} to {}", time(one.from), time(one.to)));
            let when: Vec<String> = when.collect();
            flaws.push(format!(
                "{what} while the bot was not listening ({}); texts in between may be missing: {}.",
                named(&when),
                named(&self.edited_unheard)
            ));
        }
        flaws
    }

    /// Both, with local times.
    pub(super) fn said(&self, local: Local) -> (String, Vec<String>) {
        (self.result(|at| local.moment(at)), self.flaws(|at| local.moment(at)))
    }
}

fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn named(all: &[String]) -> String {
    let shown = all.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::at;
    use super::*;

    fn said(check: &Check) -> String {
        let time = |at: DateTime<Utc>| at.format("%H:%M").to_string();
        std::iter::once(check.result(time)).chain(check.flaws(time)).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_check_says_what_it_found_and_what_may_be_missing() {
        let flawless = Check {
            hindrance: None,
            lacking_since: None,
            in_thread: 127,
            in_archive: 127,
            ..Check::hindered(at(5), Hindrance::Time, at(0))
        };
        assert!(flawless.is_flawless());
        insta::assert_snapshot!(said(&flawless), @"127 of 127 messages, checked 13:05");
        let links = |count: usize| (0..count).map(|n| format!("https://d.example/{n}")).collect::<Vec<_>>();
        let flawed = Check {
            in_archive: 126,
            missing: links(1),
            edited_unheard: links(12),
            unheard: vec![Unheard { from: at(1), to: at(2) }, Unheard { from: at(3), to: at(4) }],
            ..flawless
        };
        assert!(!flawed.is_flawless());
        insta::assert_snapshot!(said(&flawed), @"
        126 of 127 messages, checked 13:05
        1 message could not be read: https://d.example/0.
        12 messages were edited while the bot was not listening (13:01 to 13:02, 13:03 to 13:04); texts in between may be missing: https://d.example/0, https://d.example/1, https://d.example/2, https://d.example/3, https://d.example/4, https://d.example/5, https://d.example/6, https://d.example/7, https://d.example/8, https://d.example/9 and 2 more.
        ");
        let slow = Check { hindrance: Some(Hindrance::Time), lacking_since: Some(at(3)), ..flawless };
        insta::assert_snapshot!(said(&slow), @"
        127 of 127 messages, not checked to the end: it took too long (13:05)
        The record may lack what was said since 13:03.
        ");
        for hindrance in Hindrance::ALL {
            let check = Check::hindered(at(5), *hindrance, at(1));
            assert!(said(&check).starts_with("not checked: "), "{}", said(&check));
        }
        insta::assert_snapshot!(said(&Check::hindered(at(5), Hindrance::Unreachable, at(1))), @"
        not checked: Discord could not be reached (13:05)
        The record may lack what was said since 13:01.
        ");
    }
}
