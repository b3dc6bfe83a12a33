//! Why something was not done: one sentence, and the next step.
//!
//! Whoever was faster is named. Must not know how rules are checked. Invariant: every refusal has its own sentence:
//! the compiler asks where a new one belongs, and a test reads them all.

use super::View;
use super::replies::why_no_time;
use super::text::{line, time};
use crate::discord::message::Message;
use crate::domain::{Action, Field, Refusal, Status, TeamKey, TicketNumber};
use crate::error::UserError;

/// The longest typed text that is repeated.
const TYPED_MAX: usize = 80;
/// How many of the names that would have been right are told.
const NAMES_SHOWN: usize = 15;

impl View<'_> {
    /// A refusal, as its person reads it.
    #[must_use]
    pub fn refusal(&self, refusal: &Refusal) -> Message {
        self.user_error(&self.refusal_error(refusal))
    }

    /// A refusal as a sentence and a next step.
    #[must_use]
    pub fn refusal_error(&self, refusal: &Refusal) -> UserError {
        let (message, hint) = match refusal {
            Refusal::UnknownTicket(number) => {
                (format!("There is no ticket {number}."), "`/ticket list` shows the open ones.".to_owned())
            }
            Refusal::WhichTicket => (
                "Which ticket do you mean?".to_owned(),
                "Name it with the option `ticket`, or use the command in its thread.".to_owned(),
            ),
            Refusal::NotAllowed(action) => self.not_allowed(*action),
            Refusal::Ended(number, status) => self.ended(*number, *status),
            Refusal::NotEnded(number, status) => {
                let status = self.language.status(*status);
                (format!("{number} is not over: its status is {status}."), "Go on in its thread.".to_owned())
            }
            Refusal::AlreadyThere(..)
            | Refusal::AlreadySeverity(..)
            | Refusal::NotSettable(_)
            | Refusal::NotResolved(..) => self.about_state(refusal),
            Refusal::UnknownTeam(_)
            | Refusal::UnknownSeverity(_)
            | Refusal::UnknownService(_)
            | Refusal::BadValue { .. } => self.about_value(refusal),
            Refusal::NotATime(..) | Refusal::BeforeStart(_) | Refusal::AfterLaterStep(_) => {
                self.about_time(refusal)
            }
            Refusal::Empty(what) => {
                (format!("The {what} is empty."), format!("Write the {what} and send it again."))
            }
            Refusal::AlreadyTaken { .. }
            | Refusal::AlreadyYours(_)
            | Refusal::NobodyInCharge(_)
            | Refusal::NotYours { .. }
            | Refusal::NotInTeam { .. }
            | Refusal::WhichTeam(_)
            | Refusal::NoTeam(_) => self.about_people(refusal),
            Refusal::ReportsOwed(..)
            | Refusal::NoReport(..)
            | Refusal::NothingToDraft(_)
            | Refusal::ArchiveGone(_)
            | Refusal::ReportStands { .. }
            | Refusal::ReportMoved { .. }
            | Refusal::ReportOutdated { .. }
            | Refusal::OwnReport(_)
            | Refusal::UnknownSection(_)
            | Refusal::SectionMoved { .. }
            | Refusal::SectionSame(_)
            | Refusal::ReportTooLarge { .. }
            | Refusal::NotText(_)
            | Refusal::FileNotFetched(_)
            | Refusal::FileTooLarge { .. } => self.about_report(refusal),
        };
        UserError::new(message, hint)
    }

    fn not_allowed(&self, action: Action) -> (String, String) {
        let (what, next) = self.language.right(action);
        (format!("You may not {what}."), next.to_owned())
    }

    fn ended(&self, number: TicketNumber, status: Status) -> (String, String) {
        let status = self.language.status(status);
        let hint = "If the failure is back, press **Reopen** on its card or type `/ticket reopen`.";
        (format!("{number} is over ({status}), so this cannot be done any more."), hint.to_owned())
    }

    /// Who is in charge, and for which team.
    fn about_people(&self, refusal: &Refusal) -> (String, String) {
        match refusal {
            Refusal::AlreadyTaken { team, by } => (
                format!("{} was faster and is in charge for {}.", self.who(by), self.team(team)),
                "Talk to them in the thread; `/ticket assign` hands it over.".to_owned(),
            ),
            Refusal::AlreadyYours(team) => {
                (format!("Already in charge for {}.", self.team(team)), "Nothing was changed.".to_owned())
            }
            Refusal::NobodyInCharge(team) => (
                format!("Nobody is in charge for {}.", self.team(team)),
                "Press **Take** on the card, or choose somebody with `/ticket assign`.".to_owned(),
            ),
            Refusal::NotYours { team, by } => (
                format!("{} is in charge for {}, not you.", self.who(by), self.team(team)),
                "Ask them, or a manager, to give it back.".to_owned(),
            ),
            Refusal::NotInTeam { team, person } => (
                format!("{} does not belong to {}.", self.who(person), self.team(team)),
                "Choose another team, or somebody who has its role.".to_owned(),
            ),
            Refusal::WhichTeam(teams) => (
                "For which team?".to_owned(),
                format!("Add the option `team`: {}.", codes(teams.iter().map(TeamKey::as_str))),
            ),
            Refusal::NoTeam(person) => (
                format!("{} belongs to no team, so cannot be in charge.", self.who(person)),
                "Choose a member of a team with `/ticket assign`.".to_owned(),
            ),
            _ => otherwise(),
        }
    }

    /// Where the ticket stands.
    fn about_state(&self, refusal: &Refusal) -> (String, String) {
        match refusal {
            Refusal::AlreadyThere(number, status) => (
                format!("{number} is {} already.", self.language.status(*status)),
                "To add something to the record, use `/ticket note`.".to_owned(),
            ),
            Refusal::AlreadySeverity(number, severity) => (
                format!("{number} is {} already.", self.severity(severity)),
                "Nothing was changed.".to_owned(),
            ),
            Refusal::NotResolved(number, status) => (
                format!("{number} is {}, not Resolved yet.", self.language.status(*status)),
                "Set it with `/ticket status to:resolved` first; a false alarm ends with `/ticket cancel`."
                    .to_owned(),
            ),
            Refusal::NotSettable(Status::Closed) => {
                ("A ticket is not closed by its status.".to_owned(), "Use `/ticket close`.".to_owned())
            }
            Refusal::NotSettable(Status::Cancelled) => {
                ("A ticket is not cancelled by its status.".to_owned(), "Use `/ticket cancel`.".to_owned())
            }
            Refusal::NotSettable(status) => (
                format!("The status cannot be set to {}.", self.language.status(*status)),
                format!("It may be {}.", settable()),
            ),
            _ => otherwise(),
        }
    }

    /// What was typed is none of the values there are.
    fn about_value(&self, refusal: &Refusal) -> (String, String) {
        let company = self.directory;
        match refusal {
            Refusal::UnknownTeam(typed) => {
                (no_such("team", typed), known(company.teams.iter().map(|team| team.key.as_str())))
            }
            Refusal::UnknownSeverity(typed) => {
                (no_such("severity", typed), known(company.severities.iter().map(|one| one.key.as_str())))
            }
            Refusal::UnknownService(typed) => {
                (no_such("service", typed), known(company.services.iter().map(|one| one.key.as_str())))
            }
            Refusal::BadValue { field, typed } => {
                let allowed = match field {
                    Field::Affected => "It may be `everyone`, `part`, `internal`.",
                    Field::Frequency => "It may be `constant`, `intermittent`, `once`.",
                    Field::Services => "Name one; `/ticket edit field:services` adds more.",
                    Field::Title | Field::Started => "Type it another way.",
                };
                let what = self.language.field(*field);
                (format!("“{}” does not say {what}.", line(typed, TYPED_MAX)), allowed.to_owned())
            }
            _ => otherwise(),
        }
    }

    /// A time that cannot be.
    fn about_time(&self, refusal: &Refusal) -> (String, String) {
        match refusal {
            Refusal::NotATime(typed, why) => (
                format!("“{}” {}.", line(typed, TYPED_MAX), why_no_time(*why)),
                format!(
                    "Write it like `14:05`, `20 minutes ago` or `2026-11-23 14:05` ({}).",
                    self.directory.zone
                ),
            ),
            Refusal::BeforeStart(start) => (
                format!("That is before the failure began ({}).", time(*start)),
                "Give a later time, or correct the start with `/ticket edit field:started`.".to_owned(),
            ),
            Refusal::AfterLaterStep(at) => {
                (format!("{} is after service was restored.", time(*at)), "Give an earlier time.".to_owned())
            }
            _ => otherwise(),
        }
    }
}

/// For a refusal that came to the wrong function; the test would find it.
pub(super) fn otherwise() -> (String, String) {
    ("This cannot be done.".to_owned(), "`/ticket show` tells how the ticket stands.".to_owned())
}

fn no_such(what: &str, typed: &str) -> String {
    format!("There is no {what} “{}”.", line(typed, TYPED_MAX))
}

/// The names that would have been right.
fn known<'a>(keys: impl Iterator<Item = &'a str>) -> String {
    let names = codes(keys);
    if names.is_empty() { "The config names none.".to_owned() } else { format!("There is {names}.") }
}

/// Names as they are typed. Keys come from the config, but a backtick would still break out.
fn codes<'a>(keys: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = keys.collect();
    let more = names.len().saturating_sub(NAMES_SHOWN);
    let shown = names.iter().take(NAMES_SHOWN).map(|name| format!("`{}`", name.replace('`', "'")));
    shown.chain((more > 0).then(|| format!("and {more} more"))).collect::<Vec<_>>().join(", ")
}

fn settable() -> String {
    codes(Status::ALL.iter().filter(|status| status.is_settable()).map(|status| status.as_str()))
}
