//! Why something does not happen, as data; the words for it are in the text layer.
//!
//! Must not know the rules that refuse. Each refusal names what a person needs to know to go on.

use chrono::{DateTime, Utc};

use super::event::Field;
use super::final_report::standing::{Owed, ReportState};
use super::ids::TicketNumber;
use super::keys::{SeverityKey, TeamKey};
use super::person::Person;
use super::status::Status;
use super::when::NotATime;

/// The things that need a right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Open a ticket.
    Open,
    /// Read tickets: show, list, history.
    Read,
    /// Do the work: take, assign, give back, set status and severity, draft reports, close.
    Work,
    /// Speak for a ticket: note and correct its facts, cancel and reopen it.
    Speak,
    /// Look after the bot: try again what is held up.
    Operate,
}

/// Why something does not happen: a person's mistake, a rule, or somebody who was faster.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("refused: {self:?}")]
pub enum Refusal {
    /// No ticket has this number.
    UnknownTicket(TicketNumber),
    /// The command needs a ticket and was given none, outside a ticket's thread.
    WhichTicket,
    /// The person lacks the right.
    NotAllowed(Action),
    /// The ticket is over.
    Ended(TicketNumber, Status),
    /// The ticket is not over, so there is nothing to reopen.
    NotEnded(TicketNumber, Status),
    /// Somebody else is in charge already.
    AlreadyTaken {
        /// The team.
        team: TeamKey,
        /// Who was faster.
        by: Person,
    },
    /// The person is in charge already.
    AlreadyYours(TeamKey),
    /// Nobody is in charge for this team.
    NobodyInCharge(TeamKey),
    /// The person is not in charge, so cannot give it back.
    NotYours {
        /// The team.
        team: TeamKey,
        /// Who is in charge.
        by: Person,
    },
    /// The person does not belong to the team.
    NotInTeam {
        /// The team.
        team: TeamKey,
        /// Who.
        person: Person,
    },
    /// The person belongs to several teams and has to say which.
    WhichTeam(Vec<TeamKey>),
    /// The person belongs to no team.
    NoTeam(Person),
    /// No such team in the config.
    UnknownTeam(String),
    /// No such severity in the config.
    UnknownSeverity(String),
    /// No such service in the config.
    UnknownService(String),
    /// Not a value that this field may have.
    BadValue {
        /// The field.
        field: Field,
        /// What was typed.
        typed: String,
    },
    /// The ticket is that already.
    AlreadyThere(TicketNumber, Status),
    /// The ticket has that severity already.
    AlreadySeverity(TicketNumber, SeverityKey),
    /// `/ticket status` does not lead there.
    NotSettable(Status),
    /// It has to be resolved before it is closed.
    NotResolved(TicketNumber, Status),
    /// It cannot be closed: teams owe Final Reports.
    ReportsOwed(TicketNumber, Vec<(TeamKey, Owed)>),
    /// The team has no report on this ticket yet.
    NoReport(TicketNumber, TeamKey),
    /// Every report that is owed is submitted or approved.
    NothingToDraft(Vec<(TeamKey, ReportState)>),
    /// What was said in its thread is not kept any more, so no report can be compiled from it.
    ArchiveGone(TicketNumber),
    /// The report has come too far for this, or not far enough.
    ReportStands {
        /// Whose report.
        team: TeamKey,
        /// Its newest version.
        version: i64,
        /// How far that has come.
        state: ReportState,
    },
    /// There is a newer version than the one the person looked at.
    ReportMoved {
        /// Whose report.
        team: TeamKey,
        /// The version they looked at.
        seen: i64,
        /// The newest.
        newest: i64,
        /// Who made that.
        by: Person,
    },
    /// The report was compiled before the ticket was reopened, so it cannot tell all.
    ReportOutdated {
        /// Whose report.
        team: TeamKey,
        /// How far it has come.
        state: ReportState,
    },
    /// The person wrote in the report or submitted it, so somebody else has to approve it.
    OwnReport(TeamKey),
    /// The report has no such section.
    UnknownSection(String),
    /// Somebody saved the section after the person had begun to rewrite it.
    SectionMoved {
        /// The heading of the section.
        section: String,
        /// Who was faster.
        by: Person,
    },
    /// The section says that already.
    SectionSame(String),
    /// The file is no text.
    NotText(String),
    /// The report is larger than what Discord takes here.
    ReportTooLarge {
        /// Its size in bytes.
        size: u64,
        /// The most that is taken.
        most: u64,
    },
    /// The file could not be fetched from Discord.
    FileNotFetched(String),
    /// The file is larger than what is taken.
    FileTooLarge {
        /// Its size in bytes.
        size: u64,
        /// The most that is taken.
        most: u64,
    },
    /// What was typed could not be read as a time.
    NotATime(String, NotATime),
    /// The time lies before the failure began or the ticket was opened, whichever is earlier.
    BeforeStart(DateTime<Utc>),
    /// The step was reached after something that follows it.
    AfterLaterStep(DateTime<Utc>),
    /// Something that must be said is empty.
    Empty(&'static str),
}
