//! What commands and buttons do alike with Final Reports: ask the desk, and answer with what a person sees then.
//!
//! Nothing here decides who may do what; the buttons that a person gets are those that the desk would not refuse.
//! Must not word anything itself.

use serenity::all as serenity;

use super::catch_up;
use super::limits;
use super::message::{Message, Modal};
use super::rest::NotFetched;
use super::shared::Shared;
use super::views::ReportRights;
use crate::desk::{Act, DeskError, Glance, ReportDone};
use crate::domain::access::{self, Action, Member};
use crate::domain::{Refusal, TeamKey, Ticket, TicketNumber, final_report};
use crate::report::{FinalReport, Format};

/// The most bytes of a section that is sent as a file.
const SECTION_BYTES: u64 = 256 * 1024;

/// What a person gets who wishes to write: a form, or a message if there can be none.
pub enum Form {
    /// The form.
    Modal(Modal),
    /// Why there is none, or what to do instead.
    Message(Message),
}

type Answer = Result<Message, DeskError>;

/// Compiles reports, and shows where all of them stand then.
pub async fn draft(shared: &Shared, act: &Act, number: TicketNumber, team: Option<&str>) -> Answer {
    let ticket = shared.desk.show(&act.by, number).await?;
    access::check(Action::Work, &act.by, Some(&ticket), shared.desk.directory())?;
    let check = catch_up::check::bring_up_to_date(shared, &ticket).await?;
    let drafted = shared.desk.draft_reports(act, number, team, check).await?;
    let notice = shared.view().drafted(&drafted.ticket, &drafted.reports);
    Ok(shared.view().reports(&drafted.ticket, rights(shared, &act.by, &drafted.ticket, None), Some(notice)))
}

/// Holds the archive against the thread, then says that a report is ready. Who would be refused is refused before.
pub async fn submit(
    shared: &Shared,
    act: &Act,
    number: TicketNumber,
    glance: Glance<'_>,
) -> Result<ReportDone, DeskError> {
    let ticket = shared.desk.about_to_submit(act, number, glance).await?;
    let check = catch_up::check::compare(shared, &ticket).await?;
    shared.desk.submit_report(act, number, glance, check).await
}

/// Where the reports of a ticket stand.
pub async fn overview(
    shared: &Shared,
    member: &Member,
    number: TicketNumber,
    notice: Option<String>,
) -> Answer {
    let ticket = shared.desk.show(member, number).await?;
    Ok(shared.view().reports(&ticket, rights(shared, member, &ticket, None), notice))
}

/// One report.
pub async fn show(
    shared: &Shared,
    member: &Member,
    number: TicketNumber,
    team: &str,
    notice: Option<String>,
) -> Answer {
    let found = shared.desk.reports(member, number, Some(team)).await?;
    let Some(report) = found.reports.last() else { return Err(Refusal::UnknownTeam(team.to_owned()).into()) };
    let view = shared.view();
    let notice = notice.or(view.quotes_deleted(report, found.quoted_and_deleted(report)));
    let rights = rights(shared, member, &found.ticket, Some(&report.team));
    Ok(view.report(&found.ticket, report, rights, notice))
}

/// One section of a report.
pub async fn section(
    shared: &Shared,
    member: &Member,
    number: TicketNumber,
    (team, section): (&str, &str),
    page: usize,
) -> Answer {
    let (ticket, report) = read(shared, member, number, team).await?;
    let found = report.find_section(section).ok_or_else(|| Refusal::UnknownSection(section.to_owned()))?;
    let rights = rights(shared, member, &ticket, Some(&report.team));
    Ok(shared.view().report_section(&ticket, &report, found, page, rights))
}

/// The form for a section, or the section as a file where it is too long for a form.
pub async fn section_form(
    shared: &Shared,
    act: &Act,
    number: TicketNumber,
    team: Option<&str>,
    section: &str,
) -> Result<Form, DeskError> {
    let (desk, view) = (&shared.desk, shared.view());
    let ticket = desk.show(&act.by, number).await?;
    access::check(Action::Work, &act.by, Some(&ticket), desk.directory())?;
    let team = desk.report_team(&act.by, &ticket, team)?;
    // What would be refused after the form is refused before anybody has typed into it.
    let standing = final_report::seen(&ticket, &team, None)?;
    final_report::edit(standing, section)?;
    let (ticket, report) = read(shared, &act.by, number, team.as_str()).await?;
    let found = report.find_section(section).ok_or_else(|| Refusal::UnknownSection(section.to_owned()))?;
    Ok(match view.section_form(&ticket, &report, found) {
        Some(form) => Form::Modal(form),
        None => Form::Message(view.section_file(&report, found)),
    })
}

/// The form that returns a report, for those who may.
pub async fn return_form(
    shared: &Shared,
    act: &Act,
    number: TicketNumber,
    team: &TeamKey,
    seen: i64,
) -> Result<Form, DeskError> {
    let ticket = shared.desk.show(&act.by, number).await?;
    access::check(Action::Work, &act.by, Some(&ticket), shared.desk.directory())?;
    final_report::seen(&ticket, team, Some(seen))?;
    Ok(Form::Modal(shared.view().return_form(&ticket, team, seen)))
}

/// The text of a file that somebody sent as a section.
pub async fn read_file(shared: &Shared, file: &serenity::Attachment) -> Result<String, DeskError> {
    let (size, most) = (u64::from(file.size), SECTION_BYTES);
    if size > most {
        return Err(Refusal::FileTooLarge { size, most }.into());
    }
    let not_text = || Refusal::NotText(file.filename.clone());
    let bytes = shared.rest.fetch_file(&file.url, most).await.map_err(|why| match why {
        NotFetched::TooLarge => Refusal::FileTooLarge { size: most + 1, most },
        NotFetched::Gone(_) | NotFetched::Later(_) => Refusal::FileNotFetched(file.filename.clone()),
    })?;
    let text = String::from_utf8(bytes).map_err(|_| not_text())?;
    let text = text.trim_start_matches('\u{feff}').to_owned();
    if text.contains('\0') { Err(not_text().into()) } else { Ok(text) }
}

/// Reports as files of at most `limit` bytes together.
pub async fn export(
    shared: &Shared,
    member: &Member,
    number: TicketNumber,
    team: Option<&str>,
    format: Format,
    limit: u64,
) -> Answer {
    let room = limit.min(limits::FILE_BYTES as u64);
    let (ticket, papers) = shared.desk.papers(member, number, team, format, room).await?;
    Ok(shared.view().exported(&ticket, papers.files, papers.left_out))
}

/// The answer to a step: the report as it stands then, under a sentence that says what was done.
#[must_use]
pub fn done(shared: &Shared, member: &Member, done: &ReportDone) -> Message {
    let view = shared.view();
    let rights = rights(shared, member, &done.ticket, Some(&done.report.team));
    view.report(&done.ticket, &done.report, rights, Some(view.report_done(&done.report)))
}

async fn read(
    shared: &Shared,
    member: &Member,
    number: TicketNumber,
    team: &str,
) -> Result<(Ticket, FinalReport), DeskError> {
    let mut found = shared.desk.reports(member, number, Some(team)).await?;
    // One team has one newest report, and the desk refuses where there is none.
    let report = found.reports.pop().ok_or_else(|| Refusal::UnknownTeam(team.to_owned()))?;
    Ok((found.ticket, report))
}

/// What `member` may do to the report of `team`.
fn rights(shared: &Shared, member: &Member, ticket: &Ticket, team: Option<&TeamKey>) -> ReportRights {
    let work = access::check(Action::Work, member, Some(ticket), shared.desk.directory()).is_ok();
    let standing = team.and_then(|team| ticket.report(team));
    let approve =
        work && standing.is_some_and(|report| final_report::approve(report, &member.person).is_ok());
    ReportRights { work, approve }
}
