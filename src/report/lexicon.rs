//! Which phrases are in a text: a small language for word cues, and a search for all of them in one pass.
//!
//! A phrase is a row of words; `a/b` is one or the other, `word*` begins so, `~` is one word or none, `~3` up to
//! three, and `|` is the edge of a sentence. A phrase of a script without spaces is looked for as it stands. Must not
//! know what a phrase means. The invariant: a text is read once, however many phrases there are; each word is looked up.

use std::collections::HashMap;

use super::talk::EDGE;

/// One place of a phrase.
#[derive(Debug)]
enum Part {
    /// One of these words.
    Words(Vec<Word>),
    /// Up to this many words of any sort.
    Gap(usize),
}

#[derive(Debug)]
enum Word {
    Whole(String),
    Beginning(String),
}

impl Word {
    fn parse(word: &str) -> Self {
        match word.strip_suffix('*') {
            Some(beginning) => Self::Beginning(beginning.to_owned()),
            None => Self::Whole(word.to_owned()),
        }
    }

    fn is(&self, word: &str) -> bool {
        match self {
            Self::Whole(whole) => whole == word,
            Self::Beginning(beginning) => word.starts_with(beginning.as_str()),
        }
    }
}

/// Phrases in groups, ready to be looked for.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    /// The rest of each phrase behind its first word, with the number of its group.
    phrases: Vec<(usize, Vec<Part>)>,
    /// Which phrases start with a word.
    first: HashMap<String, Vec<usize>>,
    /// Which phrases start with a word that begins so.
    beginnings: Vec<(String, usize)>,
    /// Phrases of scripts without spaces.
    unspaced: Vec<(usize, String)>,
}

impl Lexicon {
    /// Takes in the phrases of one group.
    pub fn add(&mut self, group: usize, phrases: impl IntoIterator<Item = impl Into<String>>) {
        for phrase in phrases.into_iter().map(Into::into) {
            if !phrase.is_ascii() {
                self.unspaced.push((group, phrase));
                continue;
            }
            let mut parts = phrase.split_whitespace();
            let first = parts.next().unwrap_or_default();
            let number = self.phrases.len();
            self.phrases.push((group, parts.map(part).collect()));
            for word in first.split('/') {
                match Word::parse(word) {
                    Word::Whole(word) => self.first.entry(word).or_default().push(number),
                    Word::Beginning(word) => self.beginnings.push((word, number)),
                }
            }
        }
    }

    /// The groups of which a phrase is in `text`, in order, each once.
    pub fn find(&self, text: &str) -> Vec<usize> {
        let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
        let mut found: Vec<usize> = Vec::new();
        for (place, word) in words.iter().enumerate() {
            let begins = self.beginnings.iter().filter(|(beginning, _)| word.starts_with(beginning.as_str()));
            let whole = self.first.get(*word).into_iter().flatten();
            for number in whole.chain(begins.map(|(_, number)| number)) {
                let (group, rest) = &self.phrases[*number];
                if !found.contains(group) && follows(rest, &words[place + 1..]) {
                    found.push(*group);
                }
            }
        }
        if !text.is_ascii() {
            found.extend(
                self.unspaced
                    .iter()
                    .filter(|(_, phrase)| text.contains(phrase.as_str()))
                    .map(|(group, _)| group),
            );
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

fn part(part: &str) -> Part {
    match part.strip_prefix('~') {
        Some("") => Part::Gap(1),
        Some(most) => Part::Gap(most.parse().unwrap_or(1)),
        None => Part::Words(part.split('/').map(Word::parse).collect()),
    }
}

/// Whether `words` go on with these parts. A gap never reaches into another sentence.
fn follows(parts: &[Part], words: &[&str]) -> bool {
    match parts.split_first() {
        None => true,
        Some((Part::Words(choice), rest)) => words
            .split_first()
            .is_some_and(|(word, words)| choice.iter().any(|one| one.is(word)) && follows(rest, words)),
        Some((Part::Gap(most), rest)) => {
            let reach = words.iter().take(*most).take_while(|word| **word != EDGE).count();
            (0..=reach).any(|skip| follows(rest, &words[skip..]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_found_as_they_are_written() {
        let cases = [
            ("is/are ~ down", "the shop is down", true),
            ("is/are ~ down", "the shops are all down", true),
            ("is/are ~ down", "the shops are not quite down", false),
            ("is ~3 down", "it is | down", false),
            ("crash*", "it crashes again", true),
            ("| fixed", "| fixed now", true),
            ("| fixed", "| it is fixed", false),
            ("up |", "| it is up |", true),
            ("復旧", "決済が復旧しました", true),
            ("down", "downstairs", false),
        ];
        for (phrase, text, is_in) in cases {
            let mut lexicon = Lexicon::default();
            lexicon.add(7, [phrase]);
            assert_eq!(lexicon.find(text), if is_in { vec![7] } else { vec![] }, "{phrase} / {text}");
        }
    }
}
