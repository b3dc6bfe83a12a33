//! A Final Report on Discord: what it lacks, one section of it, the forms for writing, and it as a file.
//!
//! A whole report never goes into messages: people look at one section at a time, and the report itself leaves as a
//! file. Everything here is seen by its asker only. Must not know who may do what: the caller says which buttons can do
//! something for this person. Invariant: a button names the version that its person looks at.

use super::facts::{DOT, some, stack};
use super::pages::pages;
use super::replies::count;
use super::reports::ReportRights;
use super::text::{line, plain, time};
use super::{Naming, View};
use crate::discord::custom_id::{CustomId, ReportWish};
use crate::discord::limits;
use crate::discord::message::{Button, Choice, Embed, Input, Message, Modal, Row, Select, Style};
use crate::domain::text::shorten;
use crate::domain::ticket::TEXT_MAX;
use crate::domain::{ReportStanding, ReportState, TeamKey, Ticket};
use crate::report::{Check, FinalReport, Format, Section, Step, StepKind};

/// Room for a section in an embed.
const PAGE: usize = 4000;
/// The longest name of a section, team or file in a line.
const NAME_MAX: usize = 60;
/// How many of the latest steps a report shows.
const STEPS_SHOWN: usize = 6;
/// The most characters about how complete the record was.
const ARCHIVE_MAX: usize = 1000;
/// The input of the form for a section.
pub const SECTION_INPUT: &str = "text";
/// The input of the form that returns a report.
pub const RETURN_INPUT: &str = "reason";

impl View<'_> {
    /// One report: where it stands, what it lacks, and what can be done with it.
    #[must_use]
    pub fn report(
        &self,
        ticket: &Ticket,
        report: &FinalReport,
        rights: ReportRights,
        notice: Option<String>,
    ) -> Message {
        let Some(standing) = ticket.report(&report.team) else { return self.reports(ticket, rights, notice) };
        let gaps = match report.gaps() {
            0 => "Nothing is left for a person to fill.".to_owned(),
            gaps => format!("{} left for a person to fill.", count(gaps, "gap is", "gaps are")),
        };
        let compiled = format!("Compiled {} from {}", time(report.compiled_at), messages(report));
        let authors = standing.authors.iter().map(|one| self.person(one, Naming::Mention)).collect();
        let authors = some(authors, ", ");
        let written = (!authors.is_empty()).then(|| format!("Authors: {authors}"));
        let text = stack([
            Some(format!("**{}**", self.heading(ticket))),
            Some(format!("Version {}", self.standing(standing))),
            Some(compiled),
            written,
            report.archive.as_ref().map(archive),
            Some(gaps),
            Some(self.steps(report)),
        ]);
        let title = format!("Final Report{DOT}{}", line(&report.team_name, NAME_MAX));
        let embed = Embed::new(title, self.colour(ticket)).url(self.thread_link(ticket)).description(text);
        Message::private(notice.unwrap_or_default())
            .embed(embed)
            .row(section_select(ticket, report))
            .row(Row::Buttons(state_buttons(ticket, standing, rights)))
            .row(Row::Buttons(export_buttons(ticket, &report.team)))
    }

    /// That a report still quotes what was taken back since, and what can be done about it.
    #[must_use]
    pub fn quotes_deleted(&self, report: &FinalReport, deleted: usize) -> Option<String> {
        let quoted = match deleted {
            0 => return None,
            1 => "It quotes a message that was deleted since.".to_owned(),
            many => format!("It quotes {many} messages that were deleted since."),
        };
        let them = if deleted == 1 { "it" } else { "them" };
        let next = match report.state {
            ReportState::Approved => "A new version, `/report draft` with the option `team`, leaves",
            ReportState::Submitted => "A new draft, after it was returned, leaves",
            ReportState::Draft | ReportState::Returned => "A new draft leaves",
        };
        Some(format!("{quoted} {next} {them} out."))
    }

    /// The latest steps, the newest last.
    fn steps(&self, report: &FinalReport) -> String {
        // Whoever writes one section after the other takes one line.
        let together =
            |a: &Step, b: &Step| (a.what, &a.by.id) == (b.what, &b.by.id) && a.what == StepKind::Edited;
        let strides: Vec<&[Step]> = report.history.chunk_by(together).collect();
        let left_out = strides.len().saturating_sub(STEPS_SHOWN);
        let more = (left_out > 0).then(|| format!("-# … {} before", count(left_out, "step", "steps")));
        stack(std::iter::once(more).chain(strides.iter().skip(left_out).map(|stride| stride_line(stride))))
    }

    /// One section of a report, a page at a time, counted from 0.
    #[must_use]
    pub fn report_section(
        &self,
        ticket: &Ticket,
        report: &FinalReport,
        section: &Section,
        page: usize,
        rights: ReportRights,
    ) -> Message {
        let pages = pages(&section.to_text(), PAGE);
        let page = page.min(pages.len() - 1);
        let text = pages[page].as_str();
        let text = if text.is_empty() { "Nothing stands here yet." } else { text };
        let version = format!("Version {}", report.version);
        let written = section.written.as_ref().map(|written| format!("written by {}", written.by.name));
        let turned = (pages.len() > 1).then(|| format!("page {} of {}", page + 1, pages.len()));
        let footer = [Some(version), written, turned].into_iter().flatten().collect::<Vec<_>>().join(DOT);
        let title = format!("{}{DOT}{}", line(&section.title, NAME_MAX), line(&report.team_name, NAME_MAX));
        let embed = Embed::new(title, self.colour(ticket)).description(text).footer(plain(&footer, 200));
        let wish = |wish| CustomId::OnReport(ticket.number, report.team.clone(), wish).encode();
        let turn = |label, to: Option<usize>| {
            // A button that leads nowhere still needs an id of its own.
            let id = wish(ReportWish::Page(section.key.clone(), to.unwrap_or(pages.len())));
            Button::new(label, Style::Secondary, id).disabled(to.is_none())
        };
        let mut buttons = Vec::new();
        if rights.work && matches!(report.state, ReportState::Draft | ReportState::Returned) {
            buttons.push(Button::new("Edit", Style::Primary, wish(ReportWish::Edit(section.key.clone()))));
        }
        if pages.len() > 1 {
            buttons.push(turn("Earlier", page.checked_sub(1)));
            buttons.push(turn("Later", (page + 1 < pages.len()).then_some(page + 1)));
        }
        buttons.push(Button::new("Back", Style::Secondary, wish(ReportWish::Open)));
        Message::private("").embed(embed).row(section_select(ticket, report)).row(Row::Buttons(buttons))
    }

    /// The form for a section; `None` if it is longer than a form takes.
    #[must_use]
    pub fn section_form(&self, ticket: &Ticket, report: &FinalReport, section: &Section) -> Option<Modal> {
        let text = section.to_text();
        if limits::length(&text) > TEXT_MAX {
            return None;
        }
        let wish = ReportWish::Form(section.key.clone(), report.version);
        let id = CustomId::OnReport(ticket.number, report.team.clone(), wish).encode();
        let title = plain(&format!("{}: {}", report.team_name, section.title), limits::MODAL_TITLE);
        let label = "Markdown; delete the “- [ ]” lines you filled";
        let mut input = Input::paragraph(SECTION_INPUT, label, TEXT_MAX);
        input.value = text;
        Some(Modal::new(title, id).input(input))
    }

    /// A section that is too long for a form, as a file to be edited and sent back.
    #[must_use]
    pub fn section_file(&self, report: &FinalReport, section: &Section) -> Message {
        let title = line(&section.title, NAME_MAX);
        let text = format!(
            "“{title}” is too long for a form. Edit this file, then send it with \
             `/report edit team:{} section:{} file:`.",
            report.team, section.key
        );
        let name = section_file_name(report, section);
        Message::private(text).file(name, section.to_text().into_bytes())
    }

    /// The form that returns a report.
    #[must_use]
    pub fn return_form(&self, ticket: &Ticket, team: &TeamKey, version: i64) -> Modal {
        let wish = ReportWish::ReturnForm(version);
        let id = CustomId::OnReport(ticket.number, team.clone(), wish).encode();
        let title =
            plain(&format!("Return the report of {}", self.directory.team_name(team)), limits::MODAL_TITLE);
        let input = Input::paragraph(RETURN_INPUT, "What has to be mended?", TEXT_MAX);
        Modal::new(title, id).input(input.example("The cause is a guess: which log shows it?"))
    }

    /// Reports as files. So many pictures are links, because of how much may be sent.
    #[must_use]
    pub fn exported(&self, ticket: &Ticket, files: Vec<(String, Vec<u8>)>, left_out: usize) -> Message {
        let what = match files.len() {
            many if many > limits::FILES => format!(
                "The first {} of {many} Final Reports of **{}**. For another, name its team with the option `team`.",
                limits::FILES,
                ticket.number
            ),
            few => format!("{} of **{}**.", count(few, "Final Report", "Final Reports"), ticket.number),
        };
        let text = stack([
            Some(what),
            (left_out > 0).then(|| {
                let pictures = count(left_out, "picture is a link", "pictures are links");
                format!("{pictures}: with more in it, it would be too large for Discord.")
            }),
        ]);
        files.into_iter().fold(Message::private(text), |message, (name, bytes)| message.file(name, bytes))
    }

    /// That reports were compiled, and what is in them.
    #[must_use]
    pub fn drafted(&self, ticket: &Ticket, reports: &[FinalReport]) -> String {
        if reports.is_empty() {
            return format!(
                "No team owes a Final Report for **{}**. Which teams do is set in the bot's config.",
                ticket.number
            );
        }
        let head = format!("Drafted for **{}**:", ticket.number);
        stack(std::iter::once(Some(head)).chain(reports.iter().map(|report| Some(draft_line(report)))))
    }

    /// What was just done to a report, to stand above it.
    #[must_use]
    pub fn report_done(&self, report: &FinalReport) -> String {
        let (version, team) = (report.version, line(&report.team_name, NAME_MAX));
        let gaps = report.gaps();
        match report.state {
            ReportState::Draft => {
                let section =
                    report.history.last().map(|step| line(&step.note, NAME_MAX)).unwrap_or_default();
                format!("Saved “{section}” as version {version} of the Final Report for {team}.")
            }
            ReportState::Submitted => {
                let left = match gaps {
                    0 => String::new(),
                    gaps => {
                        format!(" {} not filled; readers will see that.", count(gaps, "gap is", "gaps are"))
                    }
                };
                format!(
                    "Submitted version {version} of the Final Report for {team}.{left}{} Somebody else approves it.",
                    incomplete(report)
                )
            }
            ReportState::Approved => {
                format!(
                    "Approved version {version} of the Final Report for {team}. It is not changed any more."
                )
            }
            ReportState::Returned => {
                format!(
                    "Returned version {version} of the Final Report for {team}. Its authors are told in the thread."
                )
            }
        }
    }
}

/// The name of the file in which a section is handed out: `T-42-web-impact-v3.md`.
fn section_file_name(report: &FinalReport, section: &Section) -> String {
    format!("{}-{}-{}-v{}.md", report.ticket.number, report.team, section.key, report.version)
}

/// The version from which a file was handed out, as far as its name still tells.
#[must_use]
pub fn version_in_name(name: &str, section: &str) -> Option<i64> {
    let (_, rest) = name.rsplit_once(&format!("-{section}-v"))?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// `Will edited versions 2 to 4: Impact, Cause`.
fn stride_line(stride: &[Step]) -> Option<String> {
    let (first, last) = (stride.first()?, stride.last()?);
    let versions = match (first.version, last.version) {
        (first, last) if first == last => format!("version {last}"),
        (first, last) => format!("versions {first} to {last}"),
    };
    let mut notes: Vec<&str> = stride.iter().map(|step| step.note.as_str()).collect();
    notes.dedup();
    let notes = line(&notes.join(", "), 160);
    let notes = if notes.is_empty() { notes } else { format!(": {notes}") };
    let (by, what) = (line(&last.by.name, NAME_MAX), last.what);
    Some(format!("-# {} {by} {what} {versions}{notes}", time(last.at)))
}

/// How much of the talk it was compiled from.
fn messages(report: &FinalReport) -> String {
    if report.messages == 0 {
        "no messages".to_owned()
    } else {
        count(report.messages, "message", "messages")
    }
}

/// What the one who submits has to know of the record, if it is not complete.
fn incomplete(report: &FinalReport) -> &'static str {
    match &report.archive {
        Some(check) if check.hindrance.is_some() => {
            " The archive could not be held against the thread; the report says so."
        }
        Some(check) if !check.is_flawless() => {
            " Something may be missing in the archive; the report says what."
        }
        _ => "",
    }
}

/// How complete the record was.
fn archive(check: &Check) -> String {
    let said = std::iter::once(format!("Archive: {}", check.result(time))).chain(check.flaws(time));
    shorten(&said.collect::<Vec<_>>().join("\n"), ARCHIVE_MAX)
}

/// What is in a report that was just compiled, and what is missing.
fn draft_line(report: &FinalReport) -> String {
    let entries = count(report.timeline.len(), "line in its timeline", "lines in its timeline");
    let from = format!("{entries} from {}", messages(report));
    let lacking = match report.archive.as_ref().and_then(|check| check.lacking_since) {
        Some(since) => format!("; the record may lack what was said since {}", time(since)),
        None => String::new(),
    };
    let kept = match report.written().count() {
        0 => String::new(),
        kept => format!("; {} kept as written", count(kept, "section", "sections")),
    };
    let missing = match report.gaps() {
        0 => String::new(),
        gaps => format!("; {} for a person to fill", count(gaps, "gap", "gaps")),
    };
    format!(
        "- {}, version {}: {from}{lacking}{kept}{missing}",
        line(&report.team_name, NAME_MAX),
        report.version
    )
}

/// The list from which a section is chosen.
fn section_select(ticket: &Ticket, report: &FinalReport) -> Row {
    let choice = |section: &Section| {
        let gaps = match section.gaps.len() {
            0 => None,
            gaps => Some(count(gaps, "gap", "gaps")),
        };
        let written = section.written.as_ref().map(|written| format!("written by {}", written.by.name));
        let about = [written, gaps].into_iter().flatten().collect::<Vec<_>>().join(DOT);
        Choice::new(
            plain(&section.title, limits::OPTION_TEXT),
            section.key.as_str(),
            plain(&about, limits::OPTION_TEXT),
        )
    };
    let id = CustomId::OnReport(ticket.number, report.team.clone(), ReportWish::Section).encode();
    Row::Select(Select {
        custom_id: id,
        placeholder: "Read a section".to_owned(),
        options: report.sections.iter().map(choice).collect(),
    })
}

/// What can be done to a report as it stands.
fn state_buttons(ticket: &Ticket, report: &ReportStanding, rights: ReportRights) -> Vec<Button> {
    let button = |label, style, wish| {
        Button::new(label, style, CustomId::OnReport(ticket.number, report.team.clone(), wish).encode())
    };
    let version = report.version;
    let mut buttons = Vec::new();
    match report.state {
        ReportState::Draft | ReportState::Returned if rights.work => {
            buttons.push(button("Submit", Style::Primary, ReportWish::Submit(version)));
            buttons.push(button("Draft again", Style::Secondary, ReportWish::Draft));
        }
        ReportState::Submitted if rights.work => {
            if rights.approve {
                buttons.push(button("Approve", Style::Success, ReportWish::Approve(version)));
            }
            buttons.push(button("Return", Style::Secondary, ReportWish::Return(version)));
        }
        _ => {}
    }
    buttons.push(Button::new("All reports", Style::Secondary, CustomId::AllReports(ticket.number).encode()));
    buttons
}

fn export_buttons(ticket: &Ticket, team: &TeamKey) -> Vec<Button> {
    let button = |format: &Format| {
        let wish = ReportWish::Export(*format);
        let id = CustomId::OnReport(ticket.number, team.clone(), wish).encode();
        Button::new(format.label(), Style::Secondary, id)
    };
    Format::ALL.iter().map(button).collect()
}
