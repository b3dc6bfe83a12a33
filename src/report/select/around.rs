//! The rules about what is around a message: who wrote it, who answered, what came before and after.
//!
//! Must not know words. The invariant: what is around all messages is found in one pass, so a long talk costs what it
//! is long.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::super::talk::{Said, Talk};
use super::super::{EntryKind, Record};
use super::form::LAUGHTER;
use super::{ENOUGH, Rule, Worth, rule};
use crate::domain::{Charge, EventKind, UserId};

const PINNED: Rule = rule("pinned", 40, "is pinned");
const REACTED: Rule = rule("reacted", 6, "somebody reacted to it");
const REACTED_MUCH: Rule = rule("reacted much", 12, "several people reacted to it");
const ANSWERED: Rule = rule("answered", 2, "was answered");
const ANSWERED_MUCH: Rule = rule("answered much", 6, "was answered by several people");
const IN_CHARGE: Rule = rule("in charge", 5, "is by the person in charge");
const BEFORE_STEP: Rule = rule("before a step", 8, "was said right before its author moved the ticket on");
const AFTER_SILENCE: Rule = rule("after silence", 7, "broke a silence");
const AFTER_PAUSE: Rule = rule("after a pause", 4, "came after a pause");
const FIRST_WORDS: Rule = rule("first words", 5, "is among the first words");
const FIRST_OF_AUTHOR: Rule = rule("first of author", 3, "is the first thing its author said");
const ON_TOPIC: Rule = rule("on topic", 4, "is about what the talk is about");
const OFF_TOPIC: Rule = rule("off topic", -4, "");
const REPORTED: Rule = rule("reported", 9, "is how the reporter put it first");
const AFTERWARDS: Rule = rule("afterwards", -6, "");

/// How many messages by people count as the first.
const FIRST: usize = 5;

/// What is around the messages of a talk.
pub(super) struct Around<'a> {
    charges: &'a [Charge],
    reporter: UserId,
    /// Who moved the ticket when.
    steps: Vec<(UserId, DateTime<Utc>)>,
    /// Since when service is back.
    restored: Option<DateTime<Utc>>,
    /// For each message, how many people answered it.
    answers: Vec<usize>,
    /// For each message, how long nobody had said anything.
    silence: Vec<TimeDelta>,
    /// For each message by a person, how many people had written before, and whether its author had.
    before: Vec<(usize, bool)>,
}

impl<'a> Around<'a> {
    pub fn of(record: &'a Record, talk: &Talk<'_>) -> Self {
        let steps = record.events.iter().filter_map(|event| match event.kind {
            EventKind::StatusChanged { .. } | EventKind::SeverityChanged { .. } => {
                Some((event.by.id, event.at))
            }
            _ => None,
        });
        let (mut silence, mut before) = (Vec::new(), Vec::new());
        let (mut last, mut count, mut known) = (None, 0, HashSet::new());
        for said in &talk.said {
            silence.push(last.map_or(TimeDelta::zero(), |last| said.message.at - last));
            before.push((count, known.contains(&said.message.author.id)));
            if said.by_person() {
                last = Some(said.message.at);
                count += 1;
                known.insert(said.message.author.id);
            }
        }
        Self {
            charges: &record.ticket.charges,
            reporter: talk.reporter,
            steps: steps.collect(),
            restored: record.ticket.milestones.restored,
            answers: answers(talk),
            silence,
            before,
        }
    }

    pub fn weigh(&self, place: usize, said: &Said<'_>, worth: &mut Worth) {
        self.weigh_echo(place, said, worth);
        let (author, at) = (said.message.author.id, said.message.at);
        let (before, known) = self.before[place];
        // Whoever opened the ticket tells first what it is about, in whatever words.
        if author == self.reporter && before == 0 && said.told().any(|sentence| sentence.length() > 3) {
            // A guess in them is not yet a finding.
            worth.kind = worth.kind.filter(|_| worth.score >= ENOUGH).or(Some(EntryKind::Message));
            worth.add(&REPORTED);
        }
        // What follows makes something of a line, but no line out of nothing.
        if worth.kind.is_none() {
            return;
        }
        let in_charge = |charge: &Charge| {
            charge.person.id == author && charge.from <= at && charge.until.is_none_or(|until| at <= until)
        };
        let silence = self.silence[place];
        for (rule, applies) in [
            (&IN_CHARGE, self.charges.iter().any(in_charge)),
            (&BEFORE_STEP, self.steps.iter().any(|(by, step)| *by == author && is_shortly_before(at, *step))),
            (&AFTER_SILENCE, silence >= TimeDelta::minutes(15)),
            (&AFTER_PAUSE, silence >= TimeDelta::minutes(5) && silence < TimeDelta::minutes(15)),
            (&FIRST_WORDS, before < FIRST),
            (&FIRST_OF_AUTHOR, !known),
            (&ON_TOPIC, said.about >= 2),
            (&OFF_TOPIC, said.about == 0 && said.link.is_none()),
            (&AFTERWARDS, self.is_over(at) && worth.kind != Some(EntryKind::FollowUp)),
        ] {
            if applies {
                worth.add(rule);
            }
        }
    }

    /// Whether service was back.
    fn is_over(&self, at: DateTime<Utc>) -> bool {
        self.restored.is_some_and(|restored| restored < at)
    }

    /// What others made of a message.
    fn weigh_echo(&self, place: usize, said: &Said<'_>, worth: &mut Worth) {
        if said.message.pinned.is_some() {
            worth.add(&PINNED);
        }
        match reactions(said) {
            0 => {}
            1 => worth.add(&REACTED),
            _ => worth.add(&REACTED_MUCH),
        }
        match self.answers[place] {
            0 => {}
            1 => worth.add(&ANSWERED),
            _ => worth.add(&ANSWERED_MUCH),
        }
    }
}

fn is_shortly_before(at: DateTime<Utc>, step: DateTime<Utc>) -> bool {
    (TimeDelta::zero()..=TimeDelta::minutes(5)).contains(&(step - at))
}

/// How many others reacted, laughter aside.
fn reactions(said: &Said<'_>) -> usize {
    let earnest = said
        .message
        .reactions
        .iter()
        .filter(|one| one.by != said.message.author.id && !LAUGHTER.contains(&one.emoji.as_str()));
    earnest.map(|one| one.by).collect::<HashSet<_>>().len()
}

/// For each message, how many others answered it by Discord's own means.
fn answers(talk: &Talk<'_>) -> Vec<usize> {
    let mut by: Vec<HashSet<UserId>> = vec![HashSet::new(); talk.said.len()];
    for (place, said) in talk.said.iter().enumerate().filter(|(_, said)| said.by_person()) {
        if let Some(answered) =
            talk.answered_by(place).filter(|answered| !talk.said[*answered].same_author(said))
        {
            by[answered].insert(said.message.author.id);
        }
    }
    by.iter().map(HashSet::len).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{message, reader, talk_record};
    use super::*;
    use crate::domain::fixture::{ann, bob, carol, dana, happen};
    use crate::domain::{ArchivedMessage, Status, TeamKey};

    /// The reasons that are added to a finding at `place`, and what they count.
    fn reasons(record: &Record, place: usize) -> (Vec<&'static str>, i32) {
        let talk = Talk::of(record, &reader(record));
        let mut worth = Worth { kind: Some(EntryKind::Finding), ..Worth::default() };
        Around::of(record, &talk).weigh(place, &talk.said[place], &mut worth);
        (worth.reasons.into_iter().map(|(_, reason)| reason).collect(), worth.score)
    }

    #[test]
    fn what_comes_after_a_silence_weighs_more() {
        let (bob, carol) = (bob(), carol());
        let record = talk_record(&[
            (&bob, 0, "tray one"),
            (&carol, 1, "tray two"),
            (&bob, 30, "tray"),
            (&carol, 37, "tray"),
        ]);
        assert_eq!(reasons(&record, 0).0, [FIRST_WORDS.reason, FIRST_OF_AUTHOR.reason]);
        assert_eq!(reasons(&record, 2).0, [AFTER_SILENCE.reason, FIRST_WORDS.reason]);
        assert_eq!(reasons(&record, 3).0, [AFTER_PAUSE.reason, FIRST_WORDS.reason]);
    }

    #[test]
    fn who_is_in_charge_and_moves_the_ticket_on_weighs_more() {
        let bob = bob();
        let mut record = talk_record(&[(&bob, 2, "tray"), (&bob, 9, "tray"), (&dana(), 9, "tray")]);
        let (team, person) = (TeamKey::new("technical"), bob.person.clone());
        let kinds = [
            (5, EventKind::Assigned { team, person, replaced: None }),
            (
                12,
                EventKind::StatusChanged {
                    from: Status::Investigating,
                    to: Status::Identified,
                    note: String::new(),
                    reached: crate::domain::fixture::at(12),
                },
            ),
        ];
        for (minute, kind) in kinds {
            let event = happen(&mut record.ticket, &bob, minute, kind);
            record.events.push(event);
        }
        let has = |place, rule: &Rule| reasons(&record, place).0.contains(&rule.reason);
        assert!(!has(0, &IN_CHARGE) && !has(0, &BEFORE_STEP), "before either");
        assert!(has(1, &IN_CHARGE) && has(1, &BEFORE_STEP));
        assert!(!has(2, &IN_CHARGE) && !has(2, &BEFORE_STEP), "somebody else");
    }

    #[test]
    fn the_first_words_of_the_reporter_count_whatever_they_are() {
        let record =
            talk_record(&[(&ann(), 0, "the mood in hall 3 is bad"), (&bob(), 1, "the mood is bad here too")]);
        let talk = Talk::of(&record, &reader(&record));
        let weighed = |place: usize, worth: Worth| {
            let mut worth = worth;
            Around::of(&record, &talk).weigh(place, &talk.said[place], &mut worth);
            (worth.kind, worth.reasons.iter().any(|(_, reason)| *reason == REPORTED.reason))
        };
        let guess = || Worth { kind: Some(EntryKind::Finding), score: 5, ..Worth::default() };
        assert_eq!(weighed(0, Worth::default()), (Some(EntryKind::Message), true));
        assert_eq!(weighed(0, guess()), (Some(EntryKind::Message), true), "a guess is not yet a finding");
        assert_eq!(weighed(0, Worth { score: 20, ..guess() }), (Some(EntryKind::Finding), true));
        assert_eq!(weighed(1, Worth::default()), (None, false), "Bob only agrees");
    }

    #[test]
    fn answers_of_others_count() {
        let mut record = talk_record(&[(&bob(), 0, "tray")]);
        for (id, by) in [(2, bob()), (3, carol()), (4, carol()), (5, dana())] {
            let answer = ArchivedMessage {
                reply_to: Some(crate::domain::MessageId(1)),
                ..message(id, &by, id, "yes")
            };
            record.messages.push(answer);
        }
        assert!(reasons(&record, 0).0.contains(&ANSWERED_MUCH.reason));
        record.messages.truncate(4);
        assert!(
            reasons(&record, 0).0.contains(&ANSWERED.reason),
            "Carol counts once, Bob himself not at all"
        );
    }

    #[test]
    fn what_is_said_afterwards_weighs_less() {
        let mut record = talk_record(&[(&bob(), 0, "tray"), (&bob(), 90, "tray")]);
        let before = reasons(&record, 1).1;
        record.ticket.milestones.restored = Some(crate::domain::fixture::at(60));
        assert_eq!(reasons(&record, 1).1, before + AFTERWARDS.weight);
    }
}
