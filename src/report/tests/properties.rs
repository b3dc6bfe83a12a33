//! What must hold for every record, whatever people type.

use proptest::prelude::*;

use super::*;
use crate::cases::cases;
use crate::domain::{Attachment, Reaction};

/// The lines outside blocks of code, as a reader of Markdown sees them.
fn prose(markdown: &str) -> Vec<&str> {
    let mut code = false;
    let mut found = Vec::new();
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            code = !code;
        } else if !code {
            found.push(line);
        }
    }
    assert!(!code, "every block of code is closed");
    found
}

fn headings(markdown: &str) -> Vec<String> {
    let lines = prose(markdown).into_iter().filter(|line| line.trim_start().starts_with('#'));
    lines.map(str::to_owned).collect()
}

/// Whether some address hides behind a text; a bracket after an odd number of backslashes is a mere bracket.
fn hides_a_link(line: &str) -> bool {
    let backslashes = |before: &str| before.len() - before.trim_end_matches('\\').len();
    line.match_indices("](").any(|(place, _)| backslashes(&line[..place]) % 2 == 0)
}

fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\n"),
        Just("# "),
        Just("```"),
        Just("`"),
        Just("|"),
        Just("---"),
        Just("==="),
        Just("> "),
        Just("- "),
        Just("1. "),
        Just("<b>"),
        Just("<!--"),
        Just("](https://x.example)"),
        Just("["),
        Just("@bob"),
        Just("\\"),
        Just("https://a.example/"),
        Just("~~~"),
        Just(" "),
        Just("word"),
        Just("\t"),
        Just("*"),
        Just("$"),
        Just("_"),
        Just("&lt;"),
        Just(":-:"),
        Just("[^1]"),
        Just("    "),
        Just("![a](b)"),
    ];
    let pieces = prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat());
    prop_oneof![3 => pieces, 1 => "\\PC{0,40}"]
}

/// Words by which a message is picked, as a line of each kind, or as a question with its answer.
const STARTS: [&str; 8] = [
    "I restarted the queue. ",
    "which queue is it, since when? ",
    "yes, it is the queue. ",
    "the queue is down ",
    "it turned out that the disk is full\n",
    "we decided to wait for ",
    "I told the support team: ",
    "next time we need an alert ",
];

fn start() -> impl Strategy<Value = &'static str> {
    prop_oneof![2 => Just(""), 3 => prop::sample::select(&STARTS[..])]
}

proptest! {
    // A whole record is compiled each time, twice, with twenty texts in it: 500 are 10,000 texts.
    #![proptest_config(cases(500))]

    #[test]
    fn nothing_that_people_type_changes_the_structure(
        texts in prop::collection::vec(nasty(), 20), name in nasty(), team in 0..3usize,
    ) {
        let mut texts = texts.iter().cycle().cloned();
        let mut text = || texts.next().unwrap_or_default();
        let team = ["technical", "web", "warehouse"][team];
        let mut plain = record();
        plain.ticket.facts.title = "x".to_owned();
        let mut typed = plain.clone();
        typed.ticket.facts.details = text();
        typed.ticket.facts.affected_who = text();
        typed.ticket.facts.frequency_detail = text();
        typed.ticket.reporter.name = name.clone();
        for (message, start) in typed.messages.iter_mut().zip(STARTS.iter().cycle()) {
            message.text = format!("{start}{}", text());
            message.author.name = name.clone();
            let file = Attachment { id: 1, name: text(), url: "https://cdn.example/1".to_owned(), size: 9 };
            message.attachments = vec![file];
            message.reactions = vec![Reaction { emoji: text(), by: carol().person.id, at: message.at }];
        }
        for event in &mut typed.events {
            if let EventKind::Noted { text: noted, .. } = &mut event.kind {
                *noted = text();
            }
        }
        let last = typed.events.len() - 1;
        typed.events[last].kind = EventKind::Closed { reason: text() };
        let (plain, typed) = (report(&plain, team), report(&typed, team));
        let markdown = typed.to_markdown();
        prop_assert_eq!(headings(&markdown), headings(&plain.to_markdown()));
        prop_assert_eq!(&FinalReport::from_json(&typed.to_json()).unwrap(), &typed);
        for line in prose(&markdown) {
            // Code in backticks means itself, so its lines prove nothing.
            let line = line.replace("([message](https://discord.com/channels/", "");
            prop_assert!(line.contains('`') || !hides_a_link(&line), "{line}");
        }
    }
}

proptest! {
    // Fifteen messages each time, on the average: 200 are 3,000 messages.
    #![proptest_config(cases(200))]

    #[test]
    fn the_timeline_is_sorted_and_every_line_of_the_talk_has_its_link(
        said in prop::collection::vec((0..90i64, start(), nasty(), any::<bool>(), any::<bool>()), 0..30),
    ) {
        let mut record = record();
        record.messages = (1..).zip(&said).map(|(id, (minute, start, text, bot, deleted))| ArchivedMessage {
            bot: *bot,
            deleted: deleted.then(|| at(99)),
            ..message(id, &carol(), *minute, &format!("{start}{text}"))
        }).collect();
        let report = report(&record, "web");
        prop_assert!(report.timeline.windows(2).all(|pair| pair[0].at <= pair[1].at));
        let (facts, picked): (Vec<&Entry>, Vec<&Entry>) =
            report.timeline.iter().partition(|entry| entry.state == Certainty::Fact);
        prop_assert_eq!(facts.len(), record.events.len());
        prop_assert!(facts.iter().all(|entry| entry.sources.is_empty() && entry.score.is_none()));
        let people = record.messages.iter().filter(|message| !message.bot && message.deleted.is_none()).count();
        prop_assert!(picked.len() <= select::budget(people), "{} of {people}", picked.len());
        let mut told = std::collections::HashSet::new();
        for entry in picked {
            prop_assert!(!entry.sources.is_empty() && !entry.reasons.is_empty() && entry.score.is_some());
            prop_assert!(!entry.text.is_empty());
            for source in &entry.sources {
                prop_assert_eq!(&source.url, &format!("https://discord.com/channels/900/30/{}", source.message));
                prop_assert!(told.insert(source.message.clone()), "a message stands in one line");
                let behind = record.messages.iter().find(|message| message.id.to_string() == source.message).unwrap();
                prop_assert!(behind.deleted.is_none());
                prop_assert_eq!((behind.at, &behind.author.name), (source.at, &entry.author));
            }
        }
    }
}
