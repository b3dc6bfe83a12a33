//! A first selection of the talk: the messages that belong in a report, each with the reasons for it.
//!
//! Small rules add up, and nothing else: each has a name, a weight and a sentence for the reader. `cues` are the
//! rules about words, `form` about how a message looks, `around` about what is before and after it, `alerts` about
//! programs. What belongs together becomes one line in `lines`, and the best lines are proposed. Pure: the same talk
//! gives the same lines. The invariant: every line has a source, and there are never more than a person will read.

mod alerts;
mod around;
mod cues;
mod form;
mod lines;
mod words;

use std::cmp::Reverse;
use std::collections::HashSet;

pub(super) use self::cues::WORKS_AGAIN;
use self::lines::Line;
use super::reader::Reader;
use super::talk::Talk;
use super::{Entry, EntryKind, Record};
use crate::domain::{EventKind, MessageId};

/// This many lines may be proposed, however short the talk.
const FEW: usize = 12;
/// No more than this, however long.
const MANY: usize = 60;
/// What a line has to be worth, in tenths.
const ENOUGH: i32 = 12;

/// A reason why something belongs in a report, or does not.
#[derive(Debug, PartialEq, Eq)]
struct Rule {
    /// Its name, for whoever tunes it.
    name: &'static str,
    /// What it counts, in tenths.
    weight: i32,
    /// The reason in words, for the reader; empty where it speaks against the line.
    reason: &'static str,
}

const fn rule(name: &'static str, weight: i32, reason: &'static str) -> Rule {
    Rule { name, weight, reason }
}

/// What a message is worth, and why.
#[derive(Clone, Debug, Default)]
struct Worth {
    /// What sort of line it makes, if its words tell.
    kind: Option<EntryKind>,
    /// In tenths.
    score: i32,
    /// Every reason with what it counts.
    reasons: Vec<(i32, &'static str)>,
    /// Which sentence of the message tells it.
    best: Option<usize>,
}

impl Worth {
    fn add(&mut self, rule: &Rule) {
        self.add_part(rule, rule.weight);
    }

    fn add_part(&mut self, rule: &Rule, weight: i32) {
        self.score += weight;
        if !rule.reason.is_empty() && weight > 0 {
            self.reasons.push((weight, rule.reason));
        }
    }
}

/// How many lines are proposed at most of a talk in which people wrote so many messages.
pub(super) fn budget(messages: usize) -> usize {
    (messages / 10).clamp(FEW, MANY)
}

/// The lines that are proposed, in no particular order, each with the id of its first message.
pub(super) fn lines(record: &Record, talk: &Talk<'_>, reader: &Reader<'_>) -> Vec<(MessageId, Entry)> {
    let mut worths = alerts::weigh(talk);
    let around = around::Around::of(record, talk);
    for (place, said) in talk.said.iter().enumerate().filter(|(_, said)| said.by_person()) {
        let mut worth = words::weigh(said);
        form::weigh(said, &mut worth);
        around.weigh(place, said, &mut worth);
        worths[place] = worth;
    }
    let mut lines = lines::join(talk, &worths);
    lines::thin_out(talk, &mut lines);
    lines.sort_by_key(|line| (Reverse(line.score), line.places.first().copied()));
    let chosen = choose(talk, &lines, &noted(record));
    chosen.into_iter().map(|line| line.entry(talk, reader)).collect()
}

/// The best lines, of which no two say the same, and none what was noted: that is in the report already.
fn choose<'l>(talk: &Talk<'_>, lines: &'l [Line], noted: &[HashSet<String>]) -> Vec<&'l Line> {
    let mut chosen: Vec<(HashSet<String>, &Line)> = Vec::new();
    for line in lines.iter().take_while(|line| line.score >= ENOUGH) {
        let words = line.words(talk);
        let same = chosen.iter().position(|(other, _)| lines::alike(&words, other));
        match same {
            // Whoever said it first is to be heard.
            Some(place) if line.places < chosen[place].1.places => chosen[place] = (words, line),
            Some(_) => {}
            None if noted.iter().any(|other| lines::alike(&words, other)) => {}
            None => chosen.push((words, line)),
        }
        if chosen.len() == budget(talk.by_people()) {
            break;
        }
    }
    chosen.into_iter().map(|(_, line)| line).collect()
}

fn noted(record: &Record) -> Vec<HashSet<String>> {
    let notes = record.events.iter().filter_map(|event| match &event.kind {
        EventKind::Noted { text, .. } => Some(lines::words(text)),
        _ => None,
    });
    notes.collect()
}

#[cfg(test)]
mod tests {
    use super::super::Certainty;
    use super::super::tests::{message, reader, record_with, talk_record};
    use super::*;
    use crate::domain::fixture::{ann, at, bob, carol, dana};
    use crate::domain::{ArchivedMessage, Member, NoteKind, Reaction, UserId};

    fn picked(record: &Record) -> Vec<Entry> {
        let reader = reader(record);
        let mut lines = lines(record, &Talk::of(record, &reader), &reader);
        lines.sort_by_key(|(id, _)| *id);
        lines.into_iter().map(|(_, entry)| entry).collect()
    }

    fn texts(record: &Record) -> Vec<String> {
        picked(record).into_iter().map(|entry| entry.text).collect()
    }

    /// The only line of a talk of one message.
    fn only(message: ArchivedMessage) -> Option<Entry> {
        let mut lines = picked(&record_with(vec![message]));
        assert!(lines.len() < 2);
        lines.pop()
    }

    #[test]
    fn chatter_stays_out() {
        let (bob, carol) = (bob(), carol());
        let chatter = [
            "ok",
            "thanks!",
            "lol the printer again 😂",
            "good morning all",
            "👍",
            "+1",
            "brb",
            ":tada:",
            "great work everybody",
            "haha",
            "https://tenor.com/printer-dance.gif",
            "who wants coffee?",
            "me neither",
            "see you tomorrow",
            "hello",
            "...",
            "お疲れさまです",
        ];
        let lines: Vec<(&Member, i64, &str)> = (0..)
            .zip(chatter)
            .map(|(minute, text)| (if minute % 2 == 0 { &bob } else { &carol }, minute, text))
            .collect();
        assert_eq!(texts(&talk_record(&lines)), [""; 0]);
    }

    #[test]
    fn every_line_says_why_it_was_picked_and_where_it_stands() {
        let record = talk_record(&[(&bob(), 3, "I restarted the spooler at 14:02")]);
        let [line] = picked(&record).try_into().unwrap();
        assert_eq!(
            (line.state, line.kind, line.author.as_str()),
            (Certainty::Proposed, EntryKind::Action, "Bob")
        );
        assert_eq!(
            line.reasons,
            [
                "says what was done",
                "gives a time or a figure",
                "is among the first words",
                "is the first thing its author said"
            ]
        );
        let score = line.score.unwrap();
        assert!((score - 3.4).abs() < 1e-9, "{score}");
        assert_eq!(line.sources[0].url, "https://discord.com/channels/900/30/1");
    }

    #[test]
    fn what_is_not_talk_is_never_picked() {
        let failed = "the label printer is down";
        let own = Member { person: crate::domain::Person { id: UserId(1), name: "bot".to_owned() }, ..ann() };
        let not_talk = [
            ArchivedMessage { bot: true, ..message(1, &own, 0, failed) },
            ArchivedMessage { system: true, ..message(1, &bob(), 0, failed) },
            ArchivedMessage { deleted: Some(at(1)), ..message(1, &bob(), 0, failed) },
        ];
        for message in not_talk {
            assert_eq!(only(message), None);
        }
        assert!(only(message(1, &bob(), 0, failed)).is_some());
    }

    #[test]
    fn others_make_a_line_weightier() {
        let plain = message(1, &bob(), 0, "the spooler has 40 jobs");
        assert_eq!(only(plain.clone()), None);
        let pinned = only(ArchivedMessage { pinned: Some(at(1)), ..plain.clone() }).unwrap();
        assert_eq!((pinned.kind, pinned.reasons[0].as_str()), (EntryKind::Message, "is pinned"));
        let reacted = |emoji: &str, by: &[Member]| {
            let reaction = |by: &Member| Reaction { emoji: emoji.to_owned(), by: by.person.id, at: at(1) };
            only(ArchivedMessage { reactions: by.iter().map(reaction).collect(), ..plain.clone() })
        };
        let lines = reacted("✅", &[carol(), dana()]).unwrap();
        assert!(lines.reasons.contains(&"several people reacted to it".to_owned()));
        assert_eq!(reacted("😂", &[carol(), dana()]), None, "laughter proves nothing");
        assert_eq!(reacted("✅", &[bob()]), None, "nor does what its author thinks of it");
    }

    #[test]
    fn nothing_is_told_twice() {
        let again = [
            (&bob(), 1, "the label printer in hall 3 is down"),
            (&carol(), 9, "The label printer in hall 3 is down!"),
            (&dana(), 20, "I restarted the spooler"),
        ];
        let mut record = talk_record(&again);
        assert_eq!(texts(&record), [again[0].2, again[2].2]);
        let (kind, text) = (NoteKind::Action, "Restarted the spooler".to_owned());
        let noted = EventKind::Noted { kind, text, happened: at(19) };
        record.events.push(crate::domain::Event {
            seq: 2,
            at: at(21),
            by: dana().person,
            cause: None,
            kind: noted,
        });
        assert_eq!(texts(&record), [again[0].2], "what was noted is a fact already");
    }

    #[test]
    fn there_are_never_more_lines_than_a_person_will_read() {
        assert_eq!([budget(0), budget(150), budget(600), budget(90_000)], [12, 15, 60, 60]);
        let lines: Vec<String> =
            (0..300).map(|day| format!("I restarted host number{day} because of fault{day}")).collect();
        let (bob, carol) = (bob(), carol());
        let lines: Vec<(&Member, i64, &str)> = (0..)
            .zip(&lines)
            .map(|(day, text)| (if day % 2 == 0 { &bob } else { &carol }, day * 60, text.as_str()))
            .collect();
        assert_eq!(picked(&talk_record(&lines)).len(), 30);
        assert_eq!(picked(&talk_record(&lines[..40])).len(), 12);
    }
}
