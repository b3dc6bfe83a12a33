//! What a talk turns about: the words that most people use.
//!
//! Must not know what a message is worth. Of two words that are used as much, the first of the alphabet counts, so that
//! the same talk always has the same topics.

use std::collections::{HashMap, HashSet};

use super::Said;
use crate::domain::UserId;

/// How many words count.
const TOPICS: usize = 25;

/// For each message, how many words it has that the talk turns about: those that most people use.
pub(super) fn topics(said: &[Said<'_>]) -> Vec<usize> {
    let each: Vec<HashSet<&str>> = said.iter().map(Said::content).collect();
    let mut uses: HashMap<&str, (HashSet<UserId>, usize)> = HashMap::new();
    for (said, words) in said.iter().zip(&each).filter(|(said, _)| said.by_person()) {
        for word in words {
            let (by, times) = uses.entry(word).or_default();
            by.insert(said.message.author.id);
            *times += 1;
        }
    }
    let mut ranked: Vec<(usize, &str)> = (uses.iter())
        .filter(|(_, (by, _))| by.len() > 1)
        .map(|(word, (by, times))| (by.len() * 3 + times, *word))
        .collect();
    // By the word itself where the counts are equal, so that the order is always the same.
    ranked.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let top: HashSet<&str> = ranked.iter().take(TOPICS).map(|(_, word)| *word).collect();
    each.iter().map(|words| words.intersection(&top).count()).collect()
}

impl Said<'_> {
    /// The words of the message that may be what it is about.
    pub fn content(&self) -> HashSet<&str> {
        let words = self.sentences.iter().flat_map(|sentence| sentence.words.split(' '));
        words.filter(|word| word.chars().nth(2).is_some() && !COMMON.contains(word)).collect()
    }
}

/// Words that tell nothing about what a talk is about.
const COMMON: &[&str] = &[
    "that",
    "this",
    "with",
    "have",
    "from",
    "they",
    "there",
    "what",
    "when",
    "just",
    "like",
    "then",
    "them",
    "some",
    "also",
    "would",
    "could",
    "should",
    "because",
    "been",
    "were",
    "will",
    "think",
    "about",
    "which",
    "only",
    "very",
    "more",
    "than",
    "into",
    "does",
    "it's",
    "that's",
    "don't",
    "yeah",
    "here",
    "know",
    "need",
    "want",
    "still",
    "right",
    "good",
    "well",
    "seems",
    "looks",
    "make",
    "their",
    "your",
    "other",
    "maybe",
    "actually",
    "really",
    "doing",
    "going",
    "where",
    "these",
    "those",
    "before",
    "after",
    "same",
    "sure",
    "even",
    "thing",
    "something",
    "anyone",
    "can't",
    "didn't",
    "isn't",
    "they're",
    "we're",
    "i'll",
    "i've",
    "much",
    "many",
    "now",
    "okay",
    "the",
    "and",
    "for",
    "are",
    "but",
    "not",
    "you",
    "was",
    "can",
    "its",
    "our",
    "has",
    "had",
    "any",
    "all",
    "one",
    "out",
    "get",
    "did",
    "how",
    "why",
    "who",
    "yes",
    "see",
    "use",
    "let",
    "too",
    "got",
    "way",
    "new",
    "two",
    "i'm",
];

#[cfg(test)]
mod tests {
    use super::super::super::tests::{reader, talk_record};
    use super::super::Talk;
    use crate::domain::fixture::{bob, carol};

    #[test]
    fn the_words_that_most_people_use_are_the_topic() {
        let (bob, carol) = (bob(), carol());
        let record = talk_record(&[
            (&bob, 0, "the label printer again"),
            (&carol, 1, "which label printer?"),
            (&bob, 2, "label printer seven"),
            (&carol, 3, "lunch today"),
        ]);
        let talk = Talk::of(&record, &reader(&record));
        assert_eq!(talk.said.iter().map(|said| said.about).collect::<Vec<_>>(), [2, 2, 2, 0]);
    }
}
