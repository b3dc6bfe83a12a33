//! The talk of a thread as the rules see it: each message with its sentences, its links and whom it calls.
//!
//! Words are brought into one form, so that a rule is a list of plain phrases: lower case, one space between words,
//! no punctuation. Quotations, blocks of code, links and what somebody struck out are taken away first, since they
//! are not the speaker's words. Must not know any rule. The invariant: nothing of this bot, of Discord or of a deleted
//! message is in here, and everything is in time order.

mod bare;
mod topics;

use std::collections::HashMap;

use self::bare::Bare;
pub(super) use self::bare::Link;
use super::Record;
use super::reader::Reader;
use crate::domain::text::one_line;
use crate::domain::{ArchivedMessage, MessageId, UserId};

/// Stands at both ends of a sentence.
pub(super) const EDGE: &str = "|";

/// One sentence, or what stands on one line without a mark at its end.
pub(super) struct Sentence {
    /// As it was typed, without what is not the speaker's words.
    pub text: String,
    /// Its words: `| it is up again |`.
    pub words: String,
    /// Whether it is a question.
    pub asks: bool,
}

/// One message.
pub(super) struct Said<'a> {
    pub message: &'a ArchivedMessage,
    pub sentences: Vec<Sentence>,
    /// Who is mentioned, or spoken to by name at the start.
    pub calls: Vec<UserId>,
    /// The best link in it.
    pub link: Option<Link>,
    /// Whether it has a block of code or output.
    pub block: bool,
    /// How many words it has that the talk turns about.
    pub about: usize,
}

/// All that was said and counts.
pub(super) struct Talk<'a> {
    pub said: Vec<Said<'a>>,
    /// Who opened the ticket.
    pub reporter: UserId,
    places: HashMap<MessageId, usize>,
}

impl<'a> Talk<'a> {
    pub fn of(record: &'a Record, reader: &Reader<'_>) -> Self {
        let names: HashMap<String, UserId> =
            reader.people().map(|(id, name)| (name.to_lowercase(), id)).collect();
        let counts = |message: &&ArchivedMessage| {
            !message.system && message.deleted.is_none() && message.author.id != reader.directory.bot
        };
        let mut said: Vec<Said<'a>> =
            record.messages.iter().filter(counts).map(|message| Said::of(message, &names)).collect();
        said.sort_by_key(|said| (said.message.at, said.message.id));
        let about = topics::topics(&said);
        said.iter_mut().zip(about).for_each(|(said, about)| said.about = about);
        let places = said.iter().enumerate().map(|(place, said)| (said.message.id, place)).collect();
        Self { said, reporter: record.ticket.reporter.id, places }
    }

    /// The place of the message that the one at `place` answers by Discord's own means.
    pub fn answered_by(&self, place: usize) -> Option<usize> {
        let answered = self.said[place].message.reply_to?;
        self.places.get(&answered).copied()
    }

    /// How many messages people wrote.
    pub fn by_people(&self) -> usize {
        self.said.iter().filter(|said| said.by_person()).count()
    }
}

impl<'a> Said<'a> {
    fn of(message: &'a ArchivedMessage, names: &HashMap<String, UserId>) -> Self {
        let bare = Bare::of(&message.text);
        let (spoken_to, text) = spoken_to(&bare.text, names);
        // Whoever is mentioned and took no part is nobody to wait for.
        let mentioned = bare.mentions.iter().copied().filter(|id| names.values().any(|known| known == id));
        let calls = mentioned.chain(bare.named(names)).chain(spoken_to).collect();
        Self { message, sentences: sentences(text), calls, link: bare.link, block: bare.block, about: 0 }
    }

    /// Whether a person wrote it.
    pub const fn by_person(&self) -> bool {
        !self.message.bot
    }

    /// Whether the same person wrote `other`.
    pub fn same_author(&self, other: &Self) -> bool {
        self.message.author.id == other.message.author.id
    }

    /// The sentences that are no questions.
    pub fn told(&self) -> impl Iterator<Item = &Sentence> {
        self.sentences.iter().filter(|sentence| !sentence.asks)
    }

    /// The questions.
    pub fn asked(&self) -> impl Iterator<Item = &Sentence> {
        self.sentences.iter().filter(|sentence| sentence.asks)
    }
}

impl Sentence {
    fn of(text: &str) -> Self {
        let mut words = EDGE.to_owned();
        for word in text.split_whitespace() {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '#' | '%' | '+'));
            if !word.is_empty() {
                words.push(' ');
                words.extend(
                    word.chars().flat_map(char::to_lowercase).map(|c| if c == '’' { '\'' } else { c }),
                );
            }
        }
        words.push(' ');
        words.push_str(EDGE);
        Self { text: one_line(text), words, asks: asks(text) }
    }

    /// How many words it has.
    pub fn length(&self) -> usize {
        self.words.split(' ').filter(|word| word.chars().any(char::is_alphanumeric)).count()
    }
}

/// Who is spoken to at the start of a text, as in `Bob: done`, and the text without that.
fn spoken_to<'t>(text: &'t str, names: &HashMap<String, UserId>) -> (Option<UserId>, &'t str) {
    let Some((name, rest)) = text.split_once([':', ',']) else { return (None, text) };
    match names.get(&name.trim().trim_start_matches('@').to_lowercase()) {
        Some(id) => (Some(*id), rest),
        _ => (None, text),
    }
}

/// A text cut after the marks that end a sentence, and after each line.
fn sentences(text: &str) -> Vec<Sentence> {
    let mut found = Vec::new();
    for text in text.split('\n') {
        let mut start = 0;
        let mut chars = text.char_indices().peekable();
        while let Some((place, c)) = chars.next() {
            let end = place + c.len_utf8();
            let next = chars.peek().map(|(_, next)| *next);
            // A full stop inside a word or a number ends nothing.
            let western = matches!(c, '.' | '!' | '?' | '…' | ';') && next.is_none_or(char::is_whitespace);
            let closing = matches!(c, ')' | '"' | '\'')
                && text[..place].ends_with(['.', '!', '?'])
                && next.is_none_or(char::is_whitespace);
            let eastern = matches!(c, '。' | '！' | '？')
                && !next.is_some_and(|next| matches!(next, '。' | '！' | '？'));
            if western || closing || eastern || next.is_none() {
                let sentence = text[start..end].trim();
                start = end;
                if sentence.chars().any(char::is_alphanumeric) {
                    found.push(Sentence::of(sentence));
                }
            }
        }
    }
    found
}

/// Whether a sentence asks, in any script that is likely here.
fn asks(sentence: &str) -> bool {
    let end = sentence.trim_end_matches([' ', ')', ']', '"', '\'', '!', '*', '_', '…', '.', '~']);
    end.ends_with(['?', '？', '؟']) || end.trim_end_matches('。').ends_with("ですか")
}

/// A text as words, its sentences one after the other.
pub(super) fn words(text: &str) -> String {
    let bare = Bare::of(text);
    let sentences = sentences(&bare.text);
    sentences.iter().map(|sentence| sentence.words.as_str()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{message, reader, record_with, talk_record};
    use super::*;
    use crate::domain::fixture::{ann, at, bob};
    use crate::domain::{Member, Person};

    /// The only message of a talk: its sentences as words, each with whether it asks.
    fn heard(text: &str) -> Vec<(String, bool)> {
        let record = talk_record(&[(&bob(), 0, text)]);
        let talk = Talk::of(&record, &reader(&record));
        talk.said[0].sentences.iter().map(|one| (one.words.clone(), one.asks)).collect()
    }

    #[test]
    fn sentences_become_plain_words() {
        let cases: [(&str, &[(&str, bool)]); 9] = [
            ("It's DOWN, again!", &[("| it's down again |", false)]),
            (
                "Is it up? (yes.) v3.2.1 is",
                &[("| is it up |", true), ("| yes |", false), ("| v3.2.1 is |", false)],
            ),
            ("one\ntwo", &[("| one |", false), ("| two |", false)]),
            ("see https://a.example/x `tray 7` ~~not~~ now", &[("| see tray 7 now |", false)]),
            ("> is it?\nno\n```\nwhy?\n```", &[("| no |", false)]),
            ("<@9> really?!", &[("| really |", true)]),
            (
                "落ちました。なぜですか。直った？",
                &[("| 落ちました |", false), ("| なぜですか |", true), ("| 直った |", true)],
            ),
            ("👍 ... :tada:", &[]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            let heard = heard(text);
            let heard: Vec<(&str, bool)> =
                heard.iter().map(|(words, asks)| (words.as_str(), *asks)).collect();
            assert_eq!(heard, expected, "{text}");
        }
    }

    #[test]
    fn who_is_spoken_to_is_known_by_code_sign_or_name() {
        let (ann, bob) = (ann(), bob());
        let calls = |text| {
            let record = talk_record(&[(&ann, 0, "hello"), (&bob, 1, text)]);
            let talk = Talk::of(&record, &reader(&record));
            talk.said[1].calls.iter().map(|id| id.0).collect::<Vec<_>>()
        };
        assert_eq!(calls("<@101> look"), [101]);
        assert_eq!(calls("look, @Ann!"), [101]);
        assert_eq!(calls("ann: look"), [101]);
        assert_eq!(calls("annabel: look"), [0; 0]);
        assert_eq!(calls("<@999> look"), [0; 0], "whoever took no part is nobody to wait for");
        let record = talk_record(&[(&ann, 0, "hello"), (&bob, 1, "Ann: it is up")]);
        let talk = Talk::of(&record, &reader(&record));
        assert_eq!(talk.said[1].sentences[0].words, "| it is up |", "the name is not what is said");
    }

    #[test]
    fn what_does_not_count_is_not_in_the_talk() {
        let own = Member { person: Person { id: UserId(1), name: "bot".to_owned() }, ..ann() };
        let record = record_with(vec![
            message(1, &bob(), 5, "last"),
            ArchivedMessage { bot: true, ..message(2, &own, 1, "mine") },
            ArchivedMessage { system: true, ..message(3, &bob(), 1, "joined") },
            ArchivedMessage { deleted: Some(at(2)), ..message(4, &bob(), 1, "gone") },
            ArchivedMessage { reply_to: Some(MessageId(1)), ..message(5, &ann(), 1, "first") },
            ArchivedMessage { reply_to: Some(MessageId(4)), ..message(6, &ann(), 2, "to what is gone") },
        ]);
        let talk = Talk::of(&record, &reader(&record));
        let texts: Vec<&str> = talk.said.iter().map(|said| said.message.text.as_str()).collect();
        assert_eq!(texts, ["first", "to what is gone", "last"]);
        assert_eq!((talk.answered_by(0), talk.answered_by(1)), (Some(2), None));
        assert_eq!(talk.by_people(), 3);
    }

    #[test]
    fn a_whole_text_is_read_as_words() {
        assert_eq!(words("Down!\nIt is down."), "| down | | it is down |");
    }
}
