//! Questions that were asked in the thread, with their answers.
//!
//! Whoever clarified a failure asked which, who, since when and how often; those questions come first. `answer` finds
//! what was answered, `phrases` are the words. Must not know sections. The invariant: of a question to which there may
//! be an answer, nobody says that there is none.

mod answer;
mod phrases;

use std::cmp::Reverse;
use std::collections::HashSet;

use self::answer::answer;
use self::phrases::{Mark, is};
use super::excerpt::brief;
use super::reader::Reader;
use super::talk::{Said, Sentence, Talk};
use super::{Certainty, Entry, Source};

/// How many questions with an answer are told.
const MOST: usize = 15;
/// How sure an answer has to be to be told.
const SURE: i32 = 5;
/// Characters of a question, and of an answer.
const LONG: usize = 220;
/// Characters of a message that is shown whole although it only asks in part.
const SHORT: usize = 120;

/// Something that was said, with its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Quoted {
    pub text: String,
    pub source: Source,
}

/// A question.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    pub question: Quoted,
    pub answer: Option<Quoted>,
}

/// A question of the talk, with what decides whether it is told.
struct Found<'s> {
    place: usize,
    sentence: &'s Sentence,
    clarifies: bool,
    /// Where its answer stands, and how sure it is one.
    answer: Option<(usize, i32)>,
}

/// The questions worth telling, in the order in which they were asked: all that clarify, of the others those that
/// were answered, as long as there is room.
pub(super) fn asked(talk: &Talk<'_>, reader: &Reader<'_>, timeline: &[Entry]) -> Vec<Asked> {
    let picked = timeline.iter().filter(|entry| entry.state == Certainty::Proposed);
    let told: HashSet<&str> =
        picked.filter_map(|entry| Some(entry.sources.first()?.message.as_str())).collect();
    let mut answers = HashSet::new();
    let (mut answered, open): (Vec<Found<'_>>, Vec<Found<'_>>) = (0..talk.said.len())
        .filter_map(|place| find(talk, place))
        .filter(|found| is_worth_telling(talk, found, &told))
        // One answer to two questions is told with the first.
        .filter(|found| found.answer.is_none_or(|(answer, _)| answers.insert(answer)))
        .partition(|found| found.answer.is_some());
    let rank = |found: &Found<'_>| {
        let sure = found.answer.map_or(0, |(_, sure)| sure);
        sure + if found.clarifies { 6 } else { 0 } + i32::from(talk.said[found.place].about > 0)
    };
    answered.sort_by_key(|found| (Reverse(rank(found)), found.place));
    answered.truncate(MOST);
    answered.extend(open);
    answered.sort_by_key(|found| found.place);
    answered.iter().map(|found| found.told(talk, reader)).collect()
}

fn find<'s>(talk: &'s Talk<'_>, place: usize) -> Option<Found<'s>> {
    let said = &talk.said[place];
    let (sentence, clarifies) = question(said).filter(|_| said.by_person())?;
    Some(Found { place, sentence, clarifies, answer: answer(talk, place) })
}

fn is_worth_telling(talk: &Talk<'_>, found: &Found<'_>, told: &HashSet<&str>) -> bool {
    match found.answer {
        // Nobody has to fill a gap about something else.
        None => found.clarifies && talk.said[found.place].about > 0,
        // Perhaps an answer, perhaps not: better not told.
        Some((_, sure)) if sure < SURE => false,
        // What the timeline tells as well is told here only where it clarifies.
        Some((answer, _)) => {
            found.clarifies || !told.contains(talk.said[answer].message.id.to_string().as_str())
        }
    }
}

impl Found<'_> {
    fn told(&self, talk: &Talk<'_>, reader: &Reader<'_>) -> Asked {
        let said = &talk.said[self.place];
        let text = shown(said, Some(self.sentence), reader);
        let quoted =
            |said: &Said<'_>| Quoted { text: shown(said, None, reader), source: reader.source(said.message) };
        Asked {
            question: Quoted { text, source: reader.source(said.message) },
            answer: self.answer.map(|(place, _)| quoted(&talk.said[place])),
        }
    }
}

/// The message on one line; of a longer one only its questions, or the one that counts.
fn shown(said: &Said<'_>, counts: Option<&Sentence>, reader: &Reader<'_>) -> String {
    let text = reader.said(said.message);
    let Some(counts) = counts.filter(|_| text.chars().count() > SHORT) else { return brief(&text, LONG) };
    let all = said.asked().map(|sentence| sentence.text.as_str()).collect::<Vec<_>>().join(" ");
    brief(if all.chars().count() > LONG { &counts.text } else { &all }, LONG)
}

/// The best question of a message, and whether it clarifies; none, if it asks nothing that is worth an answer.
fn question<'s>(said: &'s Said<'_>) -> Option<(&'s Sentence, bool)> {
    let clear = said.asked().find(|sentence| {
        sentence.length() > 1 && is(sentence, Mark::Clarifies) && !is(sentence, Mark::Trivial)
    });
    let plain = || said.asked().find(|sentence| sentence.length() > 3 && !is(sentence, Mark::Trivial));
    clear.map(|sentence| (sentence, true)).or_else(|| plain().map(|sentence| (sentence, false)))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{message, reader, record_with, talk_record};
    use super::*;
    use crate::domain::fixture::{ann, bob};
    use crate::domain::{ArchivedMessage, Member, MessageId};

    /// Questions and answers of a talk, as text.
    fn pairs(record: &super::super::Record) -> Vec<(String, Option<String>)> {
        let reader = reader(record);
        let all = asked(&Talk::of(record, &reader), &reader, &[]);
        all.into_iter().map(|one| (one.question.text, one.answer.map(|answer| answer.text))).collect()
    }

    /// The answer that is found to the first message, if it is listed at all.
    fn answer_of(lines: &[(&Member, i64, &str)]) -> Option<Option<String>> {
        pairs(&talk_record(lines))
            .into_iter()
            .find(|(question, _)| question == lines[0].2)
            .map(|(_, answer)| answer)
    }

    #[test]
    fn what_nobody_needs_an_answer_to_is_left_out() {
        let (ann, bob) = (ann(), bob());
        for typed in [
            "right?",
            "ok?",
            "who knows?",
            "what on earth is this?",
            "why?",
            "anyone here?",
            "it is up, does that make sense?",
        ] {
            assert_eq!(answer_of(&[(&bob, 0, typed), (&ann, 1, "yes"), (&ann, 2, typed)]), None, "{typed}");
        }
        assert_eq!(
            answer_of(&[(&bob, 0, "who moved my mug, and where is it?")]),
            None,
            "nor to what is beside the point"
        );
    }

    #[test]
    fn clarifying_questions_come_first_when_there_are_many() {
        let plain = (0..20).map(|n| (n, format!("is hall {n} dark now?")));
        let clear = (20..30).map(|n| (n, format!("which tray of hall {n} is empty?")));
        let mut record = record_with(Vec::new());
        for (n, text) in plain.chain(clear) {
            let reply = ArchivedMessage {
                reply_to: Some(MessageId(n * 2)),
                ..message(n * 2 + 1, &ann(), n * 9 + 1, "No.")
            };
            record.messages.extend([message(n * 2, &bob(), n * 9, &text), reply]);
        }
        let pairs = pairs(&record);
        assert_eq!(pairs.len(), MOST);
        assert_eq!(pairs.iter().filter(|(question, _)| question.starts_with("which")).count(), 10);
        assert_eq!(pairs[0].0, "is hall 0 dark now?", "in the order in which they were asked");
    }

    #[test]
    fn of_a_long_message_only_its_questions_are_shown() {
        let long = format!(
            "{} which tray is it? since when is it empty?",
            "I looked at all the trays of hall 3.".repeat(4)
        );
        let record = talk_record(&[(&bob(), 0, &long), (&ann(), 1, "it is number three, since 14:00")]);
        assert_eq!(pairs(&record)[0].0, "which tray is it? since when is it empty?");
    }

    #[test]
    fn what_the_timeline_tells_is_told_again_only_where_it_clarifies() {
        let record = talk_record(&[
            (&bob(), 0, "did the restart of the spooler help?"),
            (&ann(), 1, "yes, it works again"),
            (&bob(), 9, "which tray is it now?"),
            (&ann(), 10, "it is the third tray"),
        ]);
        let reader = reader(&record);
        let talk = Talk::of(&record, &reader);
        let told = |place: usize| {
            let source = reader.source(talk.said[place].message);
            let (state, score) = (Certainty::Proposed, Some(1.0));
            let kind = super::super::EntryKind::Impact;
            let (author, text) = (String::new(), String::new());
            Entry {
                at: source.at,
                kind,
                author,
                text,
                state,
                score,
                reasons: Vec::new(),
                sources: vec![source],
            }
        };
        let timeline = [told(1), told(3)];
        let asked = asked(&talk, &reader, &timeline);
        assert_eq!(
            asked.iter().map(|one| one.question.text.as_str()).collect::<Vec<_>>(),
            ["which tray is it now?"]
        );
    }
}
