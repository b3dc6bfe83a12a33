//! What was asked in the thread and what was answered, with the link to each message.
//!
//! Must not know how questions are found. A question that clarifies and was not answered is a gap.

use super::super::questions::{Asked, Quoted};
use super::super::text::inline;
use super::{Body, Material, gap};

/// Gaps about questions without an answer, at most.
const OPEN: usize = 5;

pub(super) fn write(material: &Material<'_>) -> Body {
    let pair = |asked: &Asked| {
        let answer = asked.answer.as_ref()?;
        let question = said(material, "asked", &asked.question);
        Some(format!("- {question}  \n  {}", said(material, "answered", answer)))
    };
    let pairs: Vec<String> = material.asked.iter().filter_map(pair).collect();
    let open = material.asked.iter().filter(|asked| asked.answer.is_none());
    let missing = |asked: &Asked| {
        let (question, time) = (&asked.question, time(material, &asked.question));
        gap(&format!("an answer to {}'s question at {time}, “{}”", question.source.author, question.text))
    };
    let gaps = open.take(OPEN).map(missing).collect();
    let markdown = match pairs.is_empty() {
        true => "No question with its answer was found in the thread.".to_owned(),
        false => pairs.join("\n"),
    };
    Body { markdown, gaps }
}

fn said(material: &Material<'_>, verb: &str, quoted: &Quoted) -> String {
    let Quoted { text, source } = quoted;
    let said = inline(&format!("{} {} {verb}: {text}", time(material, quoted), source.author));
    format!("{said} ([message]({}))", source.url)
}

fn time(material: &Material<'_>, quoted: &Quoted) -> String {
    material.local().later(material.record.ticket.milestones.opened, quoted.source.at)
}
