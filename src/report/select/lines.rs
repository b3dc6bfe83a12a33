//! From messages to lines: what one person said in one go is one line, and a crowd of lines is thinned out.
//!
//! Must not know why a message is worth something. The invariant: a line has one author, and the best of its messages
//! is its first source.

use std::cmp::Reverse;
use std::collections::HashSet;

use chrono::TimeDelta;

use super::super::excerpt::excerpt;
use super::super::reader::Reader;
use super::super::talk::{Said, Talk};
use super::super::{Certainty, Entry, EntryKind};
use super::Worth;
use super::words::is_chatter;
use crate::domain::MessageId;

/// Messages in a line.
const MOST: usize = 3;
/// Characters of a line, of all its messages.
const LONG: usize = 600;
/// What a message has to be worth to go on a line with another.
const WORTH_JOINING: i32 = 9;

/// Messages of one author that belong together.
pub(super) struct Line {
    /// Where they stand in the talk, in time order.
    pub places: Vec<usize>,
    worths: Vec<Worth>,
    pub score: i32,
}

/// Lines in time order. What is worth nothing is left out.
pub(super) fn join(talk: &Talk<'_>, worths: &[Worth]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for (place, worth) in worths.iter().enumerate().filter(|(_, worth)| worth.score > 0) {
        match lines.last_mut().filter(|line| line.goes_on_with(talk, place, worth)) {
            Some(line) => {
                line.score = line.score.max(worth.score);
                line.places.push(place);
                line.worths.push(worth.clone());
            }
            None => lines.push(Line { places: vec![place], worths: vec![worth.clone()], score: worth.score }),
        }
    }
    lines
}

/// Takes something from lines that stand close to better ones.
pub(super) fn thin_out(talk: &Talk<'_>, lines: &mut [Line]) {
    const NEIGHBOURS: usize = 4;
    const LESS: i32 = 3;
    let at = |line: &Line| line.places.first().map(|place| talk.said[*place].message.at);
    let ranks: Vec<_> = lines.iter().map(|line| (line.score, at(line))).collect();
    for (place, line) in lines.iter_mut().enumerate() {
        let (score, at) = ranks[place];
        let around = &ranks[place.saturating_sub(NEIGHBOURS)..ranks.len().min(place + NEIGHBOURS + 1)];
        let better = around.iter().filter(|(other, other_at)| {
            *other > score && at.zip(*other_at).is_some_and(|(a, b)| (a - b).abs() <= TimeDelta::minutes(2))
        });
        line.score -= LESS * i32::try_from(better.count().min(3)).unwrap_or(0);
    }
}

/// The words of a text, to compare it with others.
pub(super) fn words(text: &str) -> HashSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// Whether two texts say the same: nearly all words of the shorter one are in the other, which is not much longer.
pub(super) fn alike(one: &HashSet<String>, other: &HashSet<String>) -> bool {
    let (less, more) = if one.len() < other.len() { (one, other) } else { (other, one) };
    let common = less.intersection(more).count();
    !less.is_empty() && common * 5 >= less.len() * 4 && more.len() <= less.len() * 2
}

impl Line {
    fn goes_on_with(&self, talk: &Talk<'_>, place: usize, worth: &Worth) -> bool {
        let Some(last) = self.places.last() else { return false };
        let (said, before) = (&talk.said[place], &talk.said[*last]);
        let length: usize =
            self.places.iter().chain([&place]).map(|place| talk.said[*place].message.text.len()).sum();
        before.same_author(said)
            && said.by_person()
            && place - last == 1
            && said.message.text != before.message.text
            && said.message.at - before.message.at <= TimeDelta::seconds(60)
            && self.places.len() < MOST
            && worth.score >= WORTH_JOINING
            && self.score >= WORTH_JOINING
            && length <= LONG
    }

    pub fn words(&self, talk: &Talk<'_>) -> HashSet<String> {
        self.places.iter().flat_map(|place| words(&talk.said[*place].message.text)).collect()
    }

    /// The line as it stands in the report.
    pub fn entry(&self, talk: &Talk<'_>, reader: &Reader<'_>) -> (MessageId, Entry) {
        let first = talk.said[self.places[0]].message;
        let mut order: Vec<(&Worth, usize)> = self.worths.iter().zip(self.places.iter().copied()).collect();
        let texts = order.iter().map(|(worth, place)| text(&talk.said[*place], worth, reader));
        let text = texts.collect::<Vec<_>>().join("\n");
        order.sort_by_key(|(worth, place)| (Reverse(worth.score), *place));
        let entry = Entry {
            at: first.at,
            kind: order[0].0.kind.unwrap_or(EntryKind::Message),
            author: first.author.name.clone(),
            text,
            state: Certainty::Proposed,
            score: Some(f64::from(self.score) / 10.0),
            reasons: reasons(&order),
            sources: order.iter().map(|(_, place)| reader.source(talk.said[*place].message)).collect(),
        };
        (first.id, entry)
    }
}

/// What is shown of a message: without a sigh, a laugh or an emoji on a line of its own, and not longer than needed.
fn text(said: &Said<'_>, worth: &Worth, reader: &Reader<'_>) -> String {
    let text = reader.said(said.message);
    let best = worth.best.and_then(|best| said.sentences.get(best)).map_or("", |best| &best.text);
    let sentences = said.sentences.iter().enumerate();
    let chatter = sentences.filter(|(place, one)| Some(*place) != worth.best && is_chatter(one));
    let emoji =
        text.lines().filter(|line| line.starts_with(':') && line.ends_with(':') && !line.contains(' '));
    let dull: Vec<&str> = chatter.map(|(_, one)| one.text.as_str()).chain(emoji).collect();
    excerpt(text.strip_prefix("!log ").unwrap_or(&text), best, &dull)
}

/// The reasons of all messages, each once, the weightiest first.
fn reasons(order: &[(&Worth, usize)]) -> Vec<String> {
    let mut all: Vec<(i32, &str)> =
        order.iter().flat_map(|(worth, _)| worth.reasons.iter().copied()).collect();
    all.sort_by_key(|(weight, _)| Reverse(*weight));
    let mut reasons: Vec<String> = Vec::new();
    for (_, reason) in all {
        if !reasons.iter().any(|other| other == reason) {
            reasons.push(reason.to_owned());
        }
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{reader, talk_record};
    use super::*;
    use crate::domain::Member;
    use crate::domain::fixture::{bob, carol};

    fn worth(score: i32) -> Worth {
        Worth { kind: Some(EntryKind::Finding), score, ..Worth::default() }
    }

    /// The messages of each line, of a talk in which each message is worth its score.
    fn joined(talk: &[(&Member, i64, &str)], scores: &[i32]) -> Vec<Vec<usize>> {
        let record = talk_record(talk);
        let worths: Vec<Worth> = scores.iter().map(|score| worth(*score)).collect();
        join(&Talk::of(&record, &reader(&record)), &worths).into_iter().map(|line| line.places).collect()
    }

    #[test]
    fn what_one_person_says_in_one_go_is_one_line() {
        let (bob, carol) = (bob(), carol());
        let talk = [
            (&bob, 0, "a"),
            (&bob, 1, "b"),
            (&bob, 1, "c"),
            (&carol, 1, "d"),
            (&bob, 1, "e"),
            (&bob, 9, "f"),
        ];
        assert_eq!(joined(&talk, &[20; 6]), [vec![0, 1, 2], vec![3], vec![4], vec![5]]);
        assert_eq!(joined(&talk, &[20, 3, 20, 0, 20, 20]), [vec![0], vec![1], vec![2], vec![4], vec![5]]);
    }

    #[test]
    fn the_best_message_of_a_line_is_its_first_source() {
        let record = talk_record(&[(&bob(), 0, "the tray is empty"), (&bob(), 0, "I fill it now\nlol")]);
        let talk = Talk::of(&record, &reader(&record));
        let lines = join(&talk, &[worth(12), Worth { kind: Some(EntryKind::Action), ..worth(30) }]);
        let (id, entry) = lines[0].entry(&talk, &reader(&record));
        let sources: Vec<&str> = entry.sources.iter().map(|source| source.message.as_str()).collect();
        assert_eq!((id.0, sources, entry.kind), (1, vec!["2", "1"], EntryKind::Action));
        assert_eq!(entry.text, "the tray is empty\nI fill it now", "what only laughs is left out");
        assert_eq!(entry.score, Some(3.0));
    }

    #[test]
    fn lines_close_to_better_ones_lose_a_little() {
        let (bob, carol) = (bob(), carol());
        let record = talk_record(&[(&bob, 0, "a"), (&carol, 1, "b"), (&bob, 2, "c"), (&carol, 9, "d")]);
        let talk = Talk::of(&record, &reader(&record));
        let mut lines = join(&talk, &[worth(20), worth(30), worth(25), worth(20)]);
        thin_out(&talk, &mut lines);
        assert_eq!(lines.iter().map(|line| line.score).collect::<Vec<_>>(), [14, 30, 22, 20]);
    }

    #[test]
    fn texts_are_alike_when_nearly_all_words_are() {
        let alike = |a: &str, b: &str| alike(&words(a), &words(b));
        assert!(alike("restarted the spooler", "I restarted the spooler!"));
        assert!(!alike("restarted the spooler", "restarted the lift"));
        assert!(!alike("spooler", "the spooler of hall 3 is fine again"));
        assert!(!alike("", ""));
    }
}
