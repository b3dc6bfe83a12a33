//! The answer to a question: a reply, or what looks most like one soon after.
//!
//! Signs add up to how sure it is. Must not know what is told of it. The invariant: a question is never the answer to
//! another, and nobody answers themselves.

use std::collections::HashSet;

use chrono::TimeDelta;

use super::super::talk::{Said, Sentence, Talk};
use super::phrases::{Mark, is};

/// How many messages after a question are looked at.
const REACH: usize = 14;
/// From when on something may be an answer, so that nobody says that there is none.
const PERHAPS: i32 = 3;

/// Where the answer to the question at `place` stands, and how sure it is one.
pub(super) fn answer(talk: &Talk<'_>, place: usize) -> Option<(usize, i32)> {
    let asker = &talk.said[place];
    let end = talk.said.len().min(place + 1 + REACH);
    let mut best: Option<(usize, i32)> = None;
    let (mut nobody, mut spoken) = (true, HashSet::new());
    for next in place + 1..end {
        let said = &talk.said[next];
        let late = said.message.at - asker.message.at;
        if late > TimeDelta::minutes(30) {
            break;
        }
        if said.same_author(asker) || !said.by_person() {
            continue;
        }
        // The first word of somebody else, or of whoever was asked.
        let first = nobody || asker.calls.contains(&said.message.author.id);
        let first = first && spoken.insert(said.message.author.id);
        nobody = false;
        let sure = sure(talk, place, next, late, first);
        if tells(said) && sure >= PERHAPS && best.is_none_or(|(_, other)| sure > other) {
            best = Some((next, sure));
        }
    }
    best
}

/// How sure it is that `next` answers `place`.
fn sure(talk: &Talk<'_>, place: usize, next: usize, late: TimeDelta, first: bool) -> i32 {
    let (asker, said) = (&talk.said[place], &talk.said[next]);
    match talk.answered_by(next) {
        Some(answered) if answered == place => return 10,
        // It answers something else.
        Some(_) => return 0,
        None => {}
    }
    let spoken_to = asker.calls.contains(&said.message.author.id);
    let speaks_back = said.calls.contains(&asker.message.author.id);
    let speaks_to_other = !said.calls.is_empty() && !speaks_back;
    let soon = late <= TimeDelta::minutes(5);
    let answers = said.sentences.first().is_some_and(|sentence| is(sentence, Mark::Answers));
    let how_much = asker.asked().any(|sentence| is(sentence, Mark::HowMuch));
    let mut sure = 0;
    for (points, applies) in [
        (4, spoken_to),
        (4, speaks_back),
        (-4, speaks_to_other),
        (-2, !asker.calls.is_empty() && !spoken_to),
        (2, first && (soon || spoken_to)),
        (2, soon && answers),
        (1, soon && next == place + 1),
        (2, soon && shares_words(asker, said)),
        (-1, late > TimeDelta::minutes(2)),
        (-8, asker.asked().any(|sentence| is(sentence, Mark::Open)) && is_bare(said)),
        // Whoever opened the ticket is who is asked, where nobody is named.
        (1, soon && said.message.author.id == talk.reporter),
        (3, soon && how_much && counts(said)),
        (-6, how_much && !counts(said) && !shows(said)),
    ] {
        sure += if applies { points } else { 0 };
    }
    sure
}

/// Whether a message says something that may be an answer.
fn tells(said: &Said<'_>) -> bool {
    let asks_only = said.asked().next().is_some() && said.told().all(|sentence| sentence.length() < 3);
    let says = said.told().any(|sentence| !is(sentence, Mark::Thanks));
    !asks_only && (says || shows(said))
}

/// Whether a message says no more than yes or no.
fn is_bare(said: &Said<'_>) -> bool {
    !shows(said)
        && said.told().map(Sentence::length).sum::<usize>() < 3
        && said.told().any(|sentence| is(sentence, Mark::YesOrNo))
}

/// Whether a message has a number, or a word for one; whoever is asked how much says so.
fn counts(said: &Said<'_>) -> bool {
    let digit = |c: char| c.is_ascii_digit();
    said.told().any(|sentence| sentence.words.contains(digit) || is(sentence, Mark::Number))
}

/// Whether a message shows something, which may be an answer without words.
fn shows(said: &Said<'_>) -> bool {
    said.link.is_some() || said.block || !said.message.attachments.is_empty()
}

fn shares_words(one: &Said<'_>, other: &Said<'_>) -> bool {
    !one.content().is_disjoint(&other.content())
}

#[cfg(test)]
mod tests {
    use super::super::super::Record;
    use super::super::super::tests::{reader, talk_record};
    use super::*;
    use crate::domain::fixture::{ann, bob, carol};
    use crate::domain::{Member, MessageId};

    type Lines<'a> = &'a [(&'a Member, i64, &'a str)];

    /// The place of what answers the first message, if it is sure enough to be told.
    fn answers(lines: Lines<'_>) -> Option<usize> {
        let record = talk_record(lines);
        let answer = answer(&Talk::of(&record, &reader(&record)), 0);
        answer.filter(|(_, sure)| *sure >= super::super::SURE).map(|(place, _)| place)
    }

    #[test]
    fn an_answer_is_known_by_who_gives_it_and_how_it_starts() {
        let (ann, bob, carol) = (ann(), bob(), carol());
        let which = (&bob, 0, "which tray is empty?");
        let cases: [(Lines<'_>, Option<usize>); 14] = [
            (&[which, (&ann, 1, "the third tray")], Some(1)),
            (&[(&bob, 0, "is it empty again?"), (&ann, 1, "yes, the third")], Some(1)),
            // Whoever was asked, though somebody else spoke first.
            (
                &[(&bob, 0, "@Ann which one?"), (&carol, 1, "lunch is here"), (&ann, 9, "number three")],
                Some(2),
            ),
            // Whoever speaks to the asker.
            (&[which, (&carol, 0, "lunch"), (&ann, 3, "Bob: it's the third")], Some(2)),
            (&[which, (&ann, 1, "@Carol: it's the third tray"), (&carol, 1, "hm")], None),
            (
                &[
                    (&bob, 0, "what frequency, and which customers?"),
                    (&ann, 1, "Three times a minute. All of them"),
                ],
                Some(1),
            ),
            // How many has a number.
            (&[(&bob, 0, "how many trays are empty?"), (&ann, 1, "the trays of hall 3")], Some(1)),
            (&[(&bob, 0, "how many trays are empty?"), (&ann, 1, "I fill the trays now")], None),
            // Another question is no answer, nor are the asker's own words, nor laughter.
            (&[which, (&ann, 1, "which tray of which hall?"), (&bob, 2, "the trays of hall 3")], None),
            (&[which, (&ann, 1, "lol")], None),
            // Nor is yes or no, unless that was the question.
            (&[(&bob, 0, "@Ann what happened to the tray?"), (&ann, 1, "no")], None),
            (&[(&bob, 0, "@Ann is the tray empty?"), (&ann, 1, "no")], Some(1)),
            // Half an hour later nobody remembers.
            (&[which, (&ann, 45, "yes")], None),
            (&[which], None),
        ];
        for (lines, expected) in cases {
            assert_eq!(answers(lines), expected, "{:?}", lines.iter().map(|line| line.2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_reply_is_surer_than_any_guess() {
        let mut record = talk_record(&[
            (&bob(), 0, "which tray is empty?"),
            (&carol(), 1, "yes, it is the tray with the paper"),
            (&ann(), 20, "Number three."),
        ]);
        let answer = |record: &Record| answer(&Talk::of(record, &reader(record)), 0).map(|(place, _)| place);
        assert_eq!(answer(&record), Some(1));
        record.messages[2].reply_to = Some(MessageId(1));
        assert_eq!(answer(&record), Some(2));
        record.messages[1].reply_to = Some(MessageId(3));
        record.messages[2].reply_to = None;
        assert_eq!(answer(&record), None, "a reply to something else is none to this");
    }
}
