//! The sections that gather what was noted and said of one kind: causes, steps, what users were told, what is left.
//!
//! What was noted stands first, as facts; what was picked from the talk stands below and says so. Where the talk tells
//! something, a gap asks to confirm it rather than to find it out. Must not know how lines were picked.

use std::fmt::Write as _;

use super::super::groups::Group;
use super::super::{Entry, EntryKind};
use super::{Body, Material, confirm, facts, gap, gaps};

const STEPS: &[EntryKind] = &[EntryKind::Action, EntryKind::Decision];

/// What a reader has to know of findings under a group.
const BY_WORDS: &str = "Findings stand under the group to which their words point. Those with a link were picked from the \
    talk, to be checked.";

/// Whom it hit, how, and what changed for better or worse.
pub(super) fn impact(material: &Material<'_>) -> Body {
    let mut body = facts::impact(material);
    let lines = material.list(&[EntryKind::Impact], "-", 6);
    body.add(&lines);
    body
}

pub(super) fn web_impact(material: &Material<'_>) -> Body {
    let mut body = impact(material);
    body.gaps.push(gap("what users saw (error page, empty page, slow answer), and on which pages"));
    body.gaps.push(gap("how many users wrote in, and what they asked"));
    body
}

/// What was found, for teams of which nothing more is known.
pub(super) fn cause(material: &Material<'_>) -> Body {
    Body { markdown: material.list(&[EntryKind::Finding], "-", 8), gaps: vec![cause_gap(material)] }
}

fn cause_gap(material: &Material<'_>) -> String {
    if material.lines(&[EntryKind::Finding]).is_empty() {
        gap("what caused it")
    } else {
        confirm("which of these is the cause, and how that is known")
    }
}

/// The confirmation work: the system is many elements in four groups, and each has to be checked.
pub(super) fn technical_cause(material: &Material<'_>) -> Body {
    let grouped = grouped(material, 12);
    let mut markdown = if grouped.is_empty() { String::new() } else { BY_WORDS.to_owned() };
    for (group, entries) in &grouped {
        let lines: Vec<String> = entries.iter().map(|entry| material.line(entry, "-")).collect();
        write!(markdown, "\n\n**{}**\n\n{}", heading(*group), lines.join("\n")).ok();
    }
    let mut body = Body { markdown, gaps: vec![cause_gap(material)] };
    let silent = Group::ALL.iter().filter(|group| !grouped.iter().any(|(other, _)| *other == Some(**group)));
    body.gaps.extend(silent.map(|group| {
        gap(&format!(
            "whether anything of group {} ({}) was checked, and with what result",
            group.letter(),
            group.name()
        ))
    }));
    body.gaps.push(gap("why it was not caught before it reached users"));
    body
}

/// The same in short: three findings, each with its group.
pub(super) fn web_cause(material: &Material<'_>) -> Body {
    let lines = grouped(material, 3).into_iter().flat_map(|(group, entries)| {
        let start = group.map_or_else(|| "-".to_owned(), |group| format!("- **{}:**", short(group)));
        entries.into_iter().map(move |entry| material.line(entry, &start))
    });
    let lines = lines.collect::<Vec<_>>().join("\n");
    let markdown = if lines.is_empty() { lines } else { format!("{BY_WORDS}\n\n{lines}") };
    let mut body = Body { markdown, gaps: vec![cause_gap(material)] };
    body.gaps.extend(gaps(&[
        "whether the site's own pages, scripts and content were checked and cleared",
        "the cause in words that can be given to users",
    ]));
    body
}

/// What was found, noted first, under the groups in their order; what belongs to none is last.
fn grouped<'m>(material: &'m Material<'_>, most: usize) -> Vec<(Option<Group>, Vec<&'m Entry>)> {
    let (noted, picked, _) = material.noted_and_picked(&[EntryKind::Finding], most);
    let mut groups: Vec<(Option<Group>, Vec<&Entry>)> =
        Group::ALL.into_iter().map(Some).chain([None]).map(|group| (group, Vec::new())).collect();
    for entry in noted.into_iter().chain(picked) {
        let group = Group::of(&entry.text);
        if let Some((_, entries)) = groups.iter_mut().find(|(other, _)| *other == group) {
            entries.push(entry);
        }
    }
    groups.retain(|(_, entries)| !entries.is_empty());
    groups
}

fn heading(group: Option<Group>) -> String {
    group.map_or_else(
        || "Not assigned to a group".to_owned(),
        |group| format!("{}: {}", group.letter(), group.name()),
    )
}

fn short(group: Group) -> String {
    format!("{} ({})", group.letter(), group.name().split(',').next().unwrap_or_default())
}

/// What was done and decided, in order.
pub(super) fn resolution(material: &Material<'_>) -> Body {
    let mut body = steps(material, "that these steps are right, and all of them");
    body.gaps.push(gap("which step brought service back, and how that was verified"));
    body
}

pub(super) fn web_resolution(material: &Material<'_>) -> Body {
    let mut body = steps(material, "which of these steps concern the site");
    body.gaps.extend(gaps(&[
        "what was changed on the site (notices, pages taken down, detours), and whether it was undone",
        "how it was verified that users can work again",
    ]));
    body
}

fn steps(material: &Material<'_>, to_confirm: &str) -> Body {
    let (noted, picked, _) = material.noted_and_picked(STEPS, 1);
    let done = |entries: &[&Entry]| !entries.is_empty();
    let gaps = match (done(&noted), done(&picked)) {
        (false, false) => vec![gap("what was done, in which order and by whom")],
        (false, true) => vec![confirm(to_confirm)],
        _ => Vec::new(),
    };
    Body { markdown: material.list(STEPS, "-", 12), gaps }
}

/// What people outside were told.
pub(super) fn communication(material: &Material<'_>) -> Body {
    let markdown = material.list(&[EntryKind::Communication], "-", 6);
    let told = if markdown.is_empty() {
        gap("whether users were told, when, where and in which words")
    } else {
        confirm("where and in which words users were told")
    };
    Body { markdown, gaps: vec![told, gap("whether they were told that service is back")] }
}

/// What is left to do. What was noted is agreed, so it is a box to tick.
pub(super) fn follow_ups(material: &Material<'_>) -> Body {
    let markdown = material.list(&[EntryKind::FollowUp], "- [ ]", 8);
    let left = if markdown.is_empty() {
        gap("what is left to do, by whom and until when")
    } else {
        confirm("who does these, and until when")
    };
    Body { markdown, gaps: vec![left, gap("what went well, what went badly, where luck helped")] }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{report, talk_record};
    use crate::domain::fixture::{bob, carol, dana, happen};
    use crate::domain::{EventKind, Member, NoteKind};

    #[test]
    fn a_list_has_the_best_lines_in_time_order_and_says_how_many_are_left_out() {
        let texts: Vec<String> = (0..40).map(|n| format!("I restarted machine m{n} of line {n}")).collect();
        let (bob, carol) = (bob(), carol());
        let lines: Vec<(&Member, i64, &str)> = (0..)
            .zip(&texts)
            .map(|(n, text)| (if n % 2 == 0 { &bob } else { &carol }, n * 3, text.as_str()))
            .collect();
        // Of 240 messages 24 may be picked, of those a section tells 12.
        let chatter: Vec<(&Member, i64, &str)> = (0..200).map(|n| (&bob, 200 + n, "ok")).collect();
        let report = report(&talk_record(&[lines, chatter].concat()), "technical");
        let section = report.section("resolution").unwrap();
        assert_eq!(section.markdown.lines().filter(|line| line.starts_with("- I restarted")).count(), 12);
        assert!(section.markdown.ends_with("\n- and 12 more in the timeline"), "{}", section.markdown);
    }

    #[test]
    fn what_was_noted_stands_first_and_changes_what_is_asked_for() {
        let mut record = talk_record(&[(&bob(), 1, "It turned out that disk 3 is full")]);
        let gaps = |record: &super::super::Record, key: &str| {
            report(record, "technical").section(key).unwrap().gaps.clone()
        };
        assert_eq!(
            gaps(&record, "resolution")[0],
            "Not in the record: what was done, in which order and by whom."
        );
        assert_eq!(
            gaps(&record, "cause")[0],
            "To be confirmed: which of these is the cause, and how that is known."
        );
        assert!(
            !gaps(&record, "cause").iter().any(|gap| gap.contains("group B")),
            "something was said of it"
        );
        for (kind, text) in [(NoteKind::Finding, "DNS is fine"), (NoteKind::Action, "Emptied disk 3")] {
            let noted =
                EventKind::Noted { kind, text: text.to_owned(), happened: crate::domain::fixture::at(9) };
            record.events.push(happen(&mut record.ticket, &dana(), 9, noted));
        }
        assert_eq!(gaps(&record, "resolution").len(), 1, "which step it was");
        insta::assert_snapshot!(report(&record, "technical").section("cause").unwrap().markdown, @"
        Findings stand under the group to which their words point. Those with a link were picked from the talk, to be checked.

        **A: communication network, external systems included**

        - DNS is fine (Dana, 14:09)

        **B: hardware**

        - It turned out that disk 3 is full (Bob, 14:01) ([message](https://discord.com/channels/900/30/1))
        ");
    }

    #[test]
    fn not_more_than_five_questions_are_left_open() {
        let texts: Vec<String> = (0..8).map(|n| format!("which tray is empty in hall {n}?")).collect();
        let (bob, carol) = (bob(), carol());
        let mut lines: Vec<(&Member, i64, &str)> =
            (0..).zip(&texts).map(|(n, text)| (&bob, n * 60, text.as_str())).collect();
        lines.push((&carol, 900, "the tray of the hall"));
        let report = report(&talk_record(&lines), "web");
        let section = report.section("questions").unwrap();
        assert_eq!(section.gaps.len(), 5);
        assert_eq!(
            section.gaps[0],
            "Not in the record: an answer to Bob's question at 14:00, “which tray is empty in hall 0?”."
        );
        assert_eq!(section.markdown, "No question with its answer was found in the thread.");
    }
}
