//! The rules about programs: of all their alarms, the one that began and the one that ended it; and what they log.
//!
//! Must not know which program it is. The invariant: however many alarms there are, only a few become lines.

use std::collections::HashMap;

use super::super::EntryKind;
use super::super::talk::Talk;
use super::words::cues;
use super::{Rule, Worth, rule};

const BEGAN: Rule = rule("first alarm", 26, "is the first alarm");
const ENDED: Rule = rule("end of the first alarm", 22, "ends the first alarm");
const LAST: Rule = rule("last end", 17, "is the end of the last alarm");
const LOGGED: Rule = rule("logged", 19, "logs what was done");

/// Which way an alarm goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Begins,
    Ends,
}

/// What each message of a program is worth; nothing for all others.
pub(super) fn weigh(talk: &Talk<'_>) -> Vec<Worth> {
    let mut worths = vec![Worth::default(); talk.said.len()];
    let mut first: Option<String> = None;
    let mut ended: HashMap<String, usize> = HashMap::new();
    let mut last = None;
    for (place, said) in talk.said.iter().enumerate().filter(|(_, said)| !said.by_person()) {
        match way(&said.message.text) {
            Some(Way::Begins) if first.is_none() => {
                first = Some(subject(&said.message.text));
                give(&mut worths[place], EntryKind::Impact, &BEGAN);
            }
            Some(Way::Begins) => {}
            Some(Way::Ends) => {
                ended.insert(subject(&said.message.text), place);
                last = Some(place);
            }
            None if said.told().flat_map(cues).any(|cue| cue.kind == Some(EntryKind::Action)) => {
                give(&mut worths[place], EntryKind::Action, &LOGGED);
            }
            None => {}
        }
    }
    if let Some(first) = first {
        let end = ended.get(&first).copied();
        if let Some(end) = end {
            give(&mut worths[end], EntryKind::Impact, &ENDED);
        }
        if let Some(last) = last.filter(|last| end.is_none_or(|end| end < *last)) {
            give(&mut worths[last], EntryKind::Impact, &LAST);
        }
    }
    worths
}

fn give(worth: &mut Worth, kind: EntryKind, rule: &Rule) {
    worth.kind = Some(kind);
    worth.add(rule);
}

/// Which way the first word goes that says so. Programs shout it, or put it first.
fn way(text: &str) -> Option<Way> {
    const BEGINS: &[&str] = &[
        "PROBLEM",
        "CRITICAL",
        "DOWN",
        "FIRING",
        "ALERT",
        "ALARM",
        "TRIGGERED",
        "Triggered",
        "Alerting",
        "Firing",
    ];
    const ENDS: &[&str] = &["RECOVERY", "RECOVERED", "RESOLVED", "OK", "UP", "Recovered", "Resolved"];
    let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).take(40);
    words.into_iter().find_map(|word| {
        if BEGINS.contains(&word) {
            Some(Way::Begins)
        } else if ENDS.contains(&word) {
            Some(Way::Ends)
        } else {
            None
        }
    })
}

/// What an alarm is about: its first words but for the one that says which way it goes.
fn subject(text: &str) -> String {
    let words = text.split_whitespace().filter(|word| way(word).is_none());
    words
        .take_while(|word| *word != "is")
        .filter(|word| word.chars().any(char::is_alphabetic))
        .take(6)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{message, reader, record_with};
    use super::*;
    use crate::domain::ArchivedMessage;
    use crate::domain::fixture::{eve, vic};

    /// Where lines come of, and the reason.
    fn weighed(texts: &[&str]) -> Vec<(usize, &'static str)> {
        let program =
            |(id, text): (i64, &&str)| ArchivedMessage { bot: true, ..message(id, &eve(), id, text) };
        let record = record_with((1..).zip(texts).map(program).collect());
        let worths = weigh(&Talk::of(&record, &reader(&record)));
        let told = worths.iter().enumerate().filter(|(_, worth)| worth.kind.is_some());
        told.map(|(place, worth)| (place, worth.reasons[0].1)).collect()
    }

    #[test]
    fn of_all_alarms_the_beginning_and_the_end_are_told() {
        let noise = [
            "PROBLEM - spooler on hall3 is CRITICAL: 40 jobs",
            "PROBLEM - disk on hall3 is CRITICAL: 99% used",
            "PROBLEM - spooler on hall3 is CRITICAL: 41 jobs",
            "RECOVERY - spooler on hall3 is OK: 0 jobs",
            "PROBLEM - spooler on hall3 is CRITICAL: 44 jobs",
            "RECOVERY - spooler on hall3 is OK: 1 jobs",
            "RECOVERY - disk on hall3 is OK: 4% used",
            "have a nice day",
        ];
        assert_eq!(weighed(&noise), [(0, BEGAN.reason), (5, ENDED.reason), (6, LAST.reason)]);
        assert_eq!(weighed(&noise[1..3]), [(0, BEGAN.reason)]);
    }

    #[test]
    fn alarms_of_several_makes_are_known() {
        let cases = [
            ("[FIRING:1] SpoolerFull (hall3)", Some(Way::Begins)),
            ("[RESOLVED] SpoolerFull (hall3)", Some(Way::Ends)),
            ("Monitor is DOWN: labels", Some(Way::Begins)),
            ("Monitor is UP: labels", Some(Way::Ends)),
            ("Triggered: too many jobs", Some(Way::Begins)),
            ("Recovered: too many jobs", Some(Way::Ends)),
            ("backup finished", None),
        ];
        for (text, goes) in cases {
            assert_eq!(way(text), goes, "{text}");
        }
    }

    #[test]
    fn what_a_program_logs_is_an_action_and_a_person_is_no_program() {
        assert_eq!(weighed(&["bob@hall3 deployed labels 7.2", "thank you"]), [(0, LOGGED.reason)]);
        let record = record_with(vec![message(1, &vic(), 1, "PROBLEM - I am hungry")]);
        assert_eq!(weigh(&Talk::of(&record, &reader(&record)))[0].kind, None);
    }
}
