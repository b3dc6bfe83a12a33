//! What the words of a message are worth: its best sentence, by the cues that are in it.
//!
//! Sentence by sentence, so that a long message does not win by having a little of everything. Must not know what is
//! around a message. The invariant: a question tells nothing; it may only be the first sign of a failure.

use std::cmp::Reverse;
use std::sync::LazyLock;

use super::super::EntryKind;
use super::super::lexicon::Lexicon;
use super::super::talk::{Said, Sentence};
use super::cues::{self, Cue, NOT_DONE, NOT_FAILED};
use super::{Rule, Worth, rule};

const ASKED: Rule = rule("asks about a failure", 12, "asks about a failure");

const ASKED_DONE: Rule = rule("asks about a step", 15, "says what was done, and asks about it");
/// How a question starts that tells what its author did.
const STARTS: [&str; 4] = ["| i ", "| we ", "| i've ", "| we've "];
const MORE: Rule = rule("more", 5, "says something else as well");

/// The cues that speak of a failure.
const FAILURE: [&str; 2] = ["fails", "hurts"];

/// The cues that are in a sentence.
pub(super) fn cues(sentence: &Sentence) -> Vec<&'static Cue> {
    static ALL: LazyLock<(Lexicon, Vec<&Cue>)> = LazyLock::new(|| {
        let mut lexicon = Lexicon::default();
        for (place, cue) in cues::all().enumerate() {
            let english = cue.english.iter().map(|phrase| cues::written_out(phrase));
            lexicon.add(place, english.chain(cue.japanese.iter().map(|phrase| (*phrase).to_owned())));
        }
        (lexicon, cues::all().collect())
    });
    let (lexicon, all) = &*ALL;
    lexicon.find(&sentence.words).into_iter().map(|place| all[place]).collect()
}

/// What the words of a message are worth.
pub(super) fn weigh(said: &Said<'_>) -> Worth {
    let told = said.sentences.iter().enumerate().filter(|(_, sentence)| !sentence.asks);
    let told: Vec<Worth> = told.map(|(place, sentence)| weigh_sentence(place, sentence)).collect();
    let best = told.iter().max_by_key(|worth| (worth.score, Reverse(worth.best)));
    let asked = question(said);
    let Some(best) = best.filter(|best| best.kind.is_some() || asked.kind.is_none()) else { return asked };
    // Another good sentence of another sort makes a message a little better.
    let others = told.iter().filter(|other| other.best != best.best && other.kind != best.kind);
    let second = others.map(|other| other.score).max().unwrap_or_default();
    let mut worth = Worth { best: best.best.filter(|_| best.kind.is_some()), ..best.clone() };
    if second >= 4 {
        worth.add_part(&MORE, second / 4);
    }
    worth
}

/// What a question is worth: it may be the first sign of a failure, or tell what was done, as in `I changed it at noon,
/// is that it?`
fn question(said: &Said<'_>) -> Worth {
    let mut worth = Worth::default();
    for (place, sentence) in said.sentences.iter().enumerate().filter(|(_, sentence)| sentence.asks) {
        let told = weigh_sentence(place, sentence);
        let kind = match told.kind {
            Some(EntryKind::Action) if STARTS.iter().any(|start| sentence.words.starts_with(start)) => {
                told.kind
            }
            _ if says_failure(sentence) && !wants_detail(sentence) => Some(EntryKind::Impact),
            _ => continue,
        };
        (worth.kind, worth.best) = (kind, Some(place));
        worth.add(if kind == Some(EntryKind::Action) { &ASKED_DONE } else { &ASKED });
        break;
    }
    worth
}

fn says_failure(sentence: &Sentence) -> bool {
    cues(sentence).iter().any(|cue| FAILURE.contains(&cue.rule.name))
}

/// Whether a question asks for more about what is known, or for help, rather than whether something is so.
fn wants_detail(sentence: &Sentence) -> bool {
    const DETAIL: &[&str] = &[
        "which", "how", "since", "what", "what's", "who", "where", "when", "why", "did", "do", "can",
        "could", "would", "should", "will", "if",
    ];
    sentence.words.split(' ').nth(1).is_some_and(|word| DETAIL.contains(&word))
}

/// The weightiest cue counts in full and makes the kind, the next of another kind counts half.
fn weigh_sentence(place: usize, sentence: &Sentence) -> Worth {
    let mut worth = Worth { best: Some(place), ..Worth::default() };
    let mut kinds: Vec<&Cue> = Vec::new();
    let cues = cues(sentence);
    let has = |name| cues.iter().any(|cue| cue.rule.name == name);
    let (not_done, not_failed) = (has(NOT_DONE), has(NOT_FAILED));
    let denied = |cue: &&Cue| {
        not_done && cue.kind == Some(EntryKind::Action) || not_failed && FAILURE.contains(&cue.rule.name)
    };
    for cue in cues.iter().copied().filter(|cue| !denied(cue)) {
        match kinds.iter_mut().find(|other| other.kind == cue.kind) {
            _ if cue.kind.is_none() => worth.add(&cue.rule),
            Some(other) if other.rule.weight < cue.rule.weight => *other = cue,
            Some(_) => {}
            None => kinds.push(cue),
        }
    }
    kinds.sort_by_key(|cue| Reverse(cue.rule.weight));
    for (cue, share) in kinds.iter().zip([1, 2]) {
        worth.kind = worth.kind.or(cue.kind);
        worth.add_part(&cue.rule, cue.rule.weight / share);
    }
    worth
}

/// Whether a sentence says nothing: a word or two, or laughter or thanks, without any cue.
pub(super) fn is_chatter(sentence: &Sentence) -> bool {
    let cues = cues(sentence);
    let idle = sentence.length() < 3 || cues.iter().any(|cue| matches!(cue.rule.name, "laughs" | "thanks"));
    idle && cues.iter().all(|cue| cue.kind.is_none())
}

#[cfg(test)]
mod tests {
    use EntryKind::{Action, Communication, Decision, Finding, FollowUp, Impact};

    use super::super::super::talk::Talk;
    use super::super::super::tests::{reader, talk_record};
    use super::*;
    use crate::domain::fixture::bob;

    /// The kind that the words of `text` make, and what they are worth.
    fn weighed(text: &str) -> (Option<EntryKind>, i32) {
        let record = talk_record(&[(&bob(), 0, text)]);
        let worth = weigh(&Talk::of(&record, &reader(&record)).said[0]);
        (worth.kind, worth.score)
    }

    #[test]
    fn words_make_the_kind() {
        let cases = [
            ("The label printer is down.", Some(Impact)),
            ("customers cannot pay by card", Some(Impact)),
            ("half of the parcels time out, 500s everywhere", Some(Impact)),
            ("labels come out again, everything is back to normal", Some(Impact)),
            ("it turned out that the spooler ran out of disk", Some(Finding)),
            ("the problem is the new price list", Some(Finding)),
            ("looks like the paper tray", Some(Finding)),
            ("I restarted the spooler", Some(Action)),
            ("Rolling back the price list now", Some(Action)),
            ("let me check the tray", Some(Action)),
            ("we decided to print by hand", Some(Decision)),
            ("I told the support team in the lobby", Some(Communication)),
            ("we need a better alert for the tray next time", Some(FollowUp)),
            ("lunch?", None),
            ("the tray is made of plastic", None),
            ("決済が落ちています", Some(Impact)),
            ("原因が判明しました", Some(Finding)),
            ("サーバを再起動しました", Some(Action)),
        ];
        for (text, kind) in cases {
            assert_eq!(weighed(text).0, kind, "{text}");
        }
    }

    #[test]
    fn what_was_not_done_is_no_action_and_what_does_not_fail_no_failure() {
        for text in ["I haven't restarted the spooler", "it seems to have updated", "if we reverted it"] {
            assert_ne!(weighed(text).0, Some(Action), "{text}");
        }
        assert_eq!(weighed("the lifts are not affected").0, None);
        assert_eq!(weighed("no alerts, nothing is down").0, None);
    }

    #[test]
    fn a_question_is_at_most_a_sign_of_a_failure() {
        assert_eq!(weighed("is the printer down for you too?"), (Some(Impact), ASKED.weight));
        assert_eq!(weighed("which printers are down?").0, None);
        assert_eq!(weighed("did you restart it?").0, None);
        assert_eq!(weighed("have we deployed it already?").0, None);
        assert_eq!(weighed("I changed the tray at noon, is that it?"), (Some(Action), ASKED_DONE.weight));
        let (kind, score) = weighed("Is it the tray? I restarted the spooler.");
        assert_eq!((kind, score > ASKED.weight), (Some(Action), true), "what is told goes first");
    }

    #[test]
    fn a_message_is_worth_its_best_sentence() {
        let (_, alone) = weighed("I restarted the spooler.");
        let (kind, among) = weighed("It was Tuesday. I restarted the spooler. The sun shone.");
        assert_eq!((kind, among), (Some(Action), alone));
        let (_, more) = weighed("I restarted the spooler. It turned out that the tray was empty.");
        assert!(more > alone && more < alone + 10);
    }

    #[test]
    fn every_phrase_can_be_found() {
        for cue in cues::all() {
            for phrase in cue.english.iter().map(|phrase| cues::written_out(phrase)) {
                assert!(!phrase.contains(['<', '>']) && phrase.is_ascii(), "{}: {phrase}", cue.rule.name);
                assert_eq!(phrase, phrase.to_lowercase(), "{}", cue.rule.name);
                // The first word of each choice, and the gaps left out, make a text that has the phrase.
                let words = phrase.split(' ').filter(|part| !part.starts_with('~'));
                let text: Vec<&str> = words.filter_map(|part| part.split(['/', '*']).next()).collect();
                let sentence = Sentence { text: String::new(), words: text.join(" "), asks: false };
                let found = cues(&sentence);
                assert!(
                    found.iter().any(|one| one.rule.name == cue.rule.name),
                    "{}: {phrase}",
                    cue.rule.name
                );
            }
            assert!(cue.japanese.iter().all(|phrase| !phrase.is_ascii()), "{}", cue.rule.name);
            assert_eq!(
                cue.rule.reason.is_empty(),
                cue.rule.weight <= 0,
                "{}: who is picked is told why",
                cue.rule.name
            );
        }
    }
}
