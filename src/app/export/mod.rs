//! `export`: reports, transcripts and everything, out of the database; also while Discord is down.
//!
//! Read-only. Whoever can read the database may read everything in it, but for the texts of deleted messages: who took
//! them back did not mean them to be handed around. Only a report that was compiled before still has the line that it
//! quoted, until it is drafted again. The shapes of `export all` are in [`lines`].

pub mod lines;

use std::path::Path;

use anyhow::Context;

use self::lines::Files;
use super::files;
use super::inspect::{open, read_number, unknown};
use super::screen::Screen;
use crate::desk::reports::paper;
use crate::domain::ArchivedMessage;
use crate::error::UserError;
pub use crate::report::Format;
use crate::report::{FinalReport, Record, transcript};
use crate::store::GuildTx;

/// The most bytes of a file's name before its ending; with two ids before it, it is within the 255 of most file systems.
const STEM: usize = 120;
/// The most bytes of an ending.
const ENDING: usize = 16;
/// How many tickets `export all` reads at once.
const PAGE: i64 = 100;

/// The forms of a transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TranscriptForm {
    /// For people.
    Text,
    /// For programs, one message a line: what `demo --replay` reads.
    Json,
}

/// Prints the newest version of a team's report, or of every team's, or writes them into a folder.
///
/// # Errors
/// If the database cannot be read, there is no such report yet, or the files cannot be written.
pub async fn report(
    screen: Screen,
    number: &str,
    team: Option<&str>,
    format: Format,
    out: Option<&Path>,
) -> anyhow::Result<()> {
    let number = read_number(number)?;
    let (store, guild, _) = open().await?;
    let mut tx = guild.read().await?;
    tx.find_ticket(number).await?.ok_or_else(|| unknown(number))?;
    let stored = tx.newest_reports(number).await?;
    let reports: Result<Vec<FinalReport>, _> =
        stored.iter().map(|report| FinalReport::from_json(&report.body)).collect();
    let mut reports = reports.context("reading a stored report")?;
    let means = |name: &str, team: &str| name.to_lowercase() == team.to_lowercase();
    reports.retain(|report| {
        team.is_none_or(|team| means(report.team.as_str(), team) || means(&report.team_name, team))
    });
    if reports.is_empty() {
        let whose = team.map_or_else(String::new, |team| format!(" of the team `{team}`"));
        let next = "Draft it on Discord with `/report draft`.";
        return Err(UserError::new(format!("There is no report{whose} on {number} yet."), next).into());
    }
    if out.is_none() && format == Format::Html && reports.len() > 1 {
        let next = "Name one with --team, or a folder for all of them with --out.";
        return Err(UserError::new("Two HTML documents do not fit into one output.", next).into());
    }
    let papers = paper::print(&mut tx, number, &reports, format, u64::MAX).await?;
    drop(tx);
    store.close().await;
    match out {
        Some(folder) => {
            let written = files::write(folder, &papers.files);
            let written = written.with_context(|| format!("writing into {}", folder.display()))?;
            written.iter().for_each(|file| screen.line(&format!("wrote {}", file.display())));
        }
        None => papers.files.iter().for_each(|(_, bytes)| screen.text(&String::from_utf8_lossy(bytes))),
    }
    Ok(())
}

/// Prints what was said in a ticket's thread, and writes the files that came with it into a folder, if one is named.
///
/// # Errors
/// If the database cannot be read or has no such ticket, or the files cannot be written.
pub async fn transcript(
    screen: Screen,
    number: &str,
    form: TranscriptForm,
    folder: Option<&Path>,
) -> anyhow::Result<()> {
    let number = read_number(number)?;
    let (store, guild, config) = open().await?;
    let mut tx = guild.read().await?;
    let ticket = tx.find_ticket(number).await?.ok_or_else(|| unknown(number))?;
    let (events, messages) = (tx.events(number).await?, tx.messages(number).await?);
    let record = Record { ticket, events, messages };
    let versions = tx.all_message_versions(number).await?;
    let places: Vec<(i64, String)> =
        tx.bindings().await?.into_iter().map(|binding| (binding.id, binding.name)).collect();
    if let Some(folder) = folder {
        write_files(&mut tx, &record.messages, folder).await?;
    }
    drop(tx);
    store.close().await;
    match form {
        TranscriptForm::Text => {
            screen.text(&transcript::text(&record, &versions, &places, config.guild.time_zone));
        }
        TranscriptForm::Json => {
            record.messages.iter().filter_map(lines::said).for_each(|line| screen.line(&line.to_string()));
        }
    }
    Ok(())
}

/// Writes the kept files of these messages, each under the id of its message, its own and its name, one after the
/// other.
async fn write_files(tx: &mut GuildTx, messages: &[ArchivedMessage], folder: &Path) -> anyhow::Result<()> {
    for message in messages {
        for file in &message.attachments {
            let Some(bytes) = tx.file_bytes(message.id, file.id).await? else { continue };
            // Two files of a message may have the same name.
            let name = format!("{}-{}-{}", message.id, file.id, harmless(&file.name));
            files::write(folder, &[(name, bytes)])
                .with_context(|| format!("writing into {}", folder.display()))?;
        }
    }
    Ok(())
}

/// A file's name without what could lead to another folder or mean something to a shell, short enough for any file
/// system. How it ends is kept: that tells what it is opened with.
fn harmless(name: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' };
    let name: String = name.chars().map(plain).collect();
    let (stem, ending) = match name.rfind('.') {
        Some(dot) if name.len() - dot <= ENDING => name.split_at(dot),
        _ => (name.as_str(), ""),
    };
    let mut end = stem.len().min(STEM);
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{ending}", &stem[..end])
}

/// Prints everything that the database has of the guild, one JSON object a line.
///
/// # Errors
/// If the database cannot be read.
pub async fn all(screen: Screen) -> anyhow::Result<()> {
    let (store, guild, _) = open().await?;
    // One view of the data: what is written meanwhile is in the next export.
    let mut tx = guild.read().await?;
    screen.line(&lines::head(guild.guild()).to_string());
    let mut after = 0;
    loop {
        let tickets = tx.tickets_after(after, PAGE).await?;
        let Some(last) = tickets.last().filter(|_| !screen.is_closed()) else { break };
        after = last.number.0;
        for ticket in &tickets {
            let number = ticket.number;
            screen.line(&lines::ticket(ticket).to_string());
            tx.events(number)
                .await?
                .iter()
                .for_each(|event| screen.line(&lines::event(number, event).to_string()));
            let versions = tx.all_message_versions(number).await?;
            let states = tx.file_states(number).await?.into_iter();
            let files: Files = states.map(|(message, file, state)| ((message, file), state)).collect();
            for message in tx.messages(number).await? {
                screen.line(&lines::message(number, &message, &versions, &files).to_string());
            }
            for report in tx.all_reports(number).await? {
                screen.line(&lines::report(number, &report)?.to_string());
            }
        }
    }
    drop(tx);
    store.close().await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn names_of_files_are_harmless_and_short() {
        assert_eq!(harmless("../../etc/pass wd\n.png"), ".._.._etc_pass_wd_.png");
        assert_eq!(harmless("$(rm -rf).sh"), "__rm_-rf_.sh");
        assert_eq!(harmless(".."), "..");
        let long = harmless(&format!("{}.png", "決".repeat(200)));
        assert!(long.len() <= 136 && long.ends_with("決.png"), "{long}");
        assert_eq!(harmless(&"a".repeat(300)).len(), 120);
    }
}
