//! What must hold for every record, whatever people type.

use proptest::prelude::*;

use super::*;

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

proptest! {
    #[test]
    fn nothing_that_people_type_changes_the_structure(text in nasty(), name in nasty(), team in 0..3usize) {
        let team = ["technical", "web", "warehouse"][team];
        let mut plain = record();
        plain.ticket.facts.title = "x".to_owned();
        let mut typed = plain.clone();
        typed.ticket.facts.details = text.clone();
        typed.ticket.facts.affected_who = text.clone();
        typed.ticket.facts.frequency_detail = text.clone();
        typed.ticket.reporter.name = name.clone();
        for message in &mut typed.messages {
            message.text = text.clone();
            message.author.name = name.clone();
        }
        for event in &mut typed.events {
            if let EventKind::Noted { text: noted, .. } = &mut event.kind {
                noted.clone_from(&text);
            }
        }
        let last = typed.events.len() - 1;
        typed.events[last].kind = EventKind::Closed { reason: text };
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

    #[test]
    fn the_timeline_is_sorted_and_every_message_has_its_link(
        said in prop::collection::vec((0..90i64, nasty(), any::<bool>(), any::<bool>()), 0..30),
    ) {
        let mut record = record();
        record.messages = (1..).zip(&said).map(|(id, (minute, text, bot, deleted))| ArchivedMessage {
            bot: *bot,
            deleted: deleted.then(|| at(99)),
            ..message(id, &carol(), *minute, text)
        }).collect();
        let report = report(&record, "web");
        prop_assert!(report.timeline.windows(2).all(|pair| pair[0].at <= pair[1].at));
        prop_assert_eq!(report.timeline.len(), record.events.len() + record.messages.len());
        for entry in &report.timeline {
            let spoken = matches!(entry.kind, EntryKind::Message | EntryKind::Question);
            prop_assert_eq!(spoken, !entry.sources.is_empty());
            for source in &entry.sources {
                prop_assert_eq!(&source.url, &format!("https://discord.com/channels/900/30/{}", source.message));
            }
        }
    }
}
