//! Why something was not done to a Final Report, as a sentence and a next step.
//!
//! Must not know how the rules are checked. Invariant: whoever was faster is named, and what somebody wrote is never
//! lost in silence.

use super::View;
use super::refusals::otherwise;
use super::text::line;
use crate::domain::{Owed, Refusal, ReportState, TeamKey, TicketNumber};

/// The longest name of a section or file that is repeated.
const NAME_MAX: usize = 60;

impl View<'_> {
    /// What stands in the way of something that is done to a report.
    pub(super) fn about_report(&self, refusal: &Refusal) -> (String, String) {
        match refusal {
            Refusal::ReportsOwed(number, owed) => self.owed(*number, owed),
            Refusal::NoReport(number, team) => (
                format!("{number} has no Final Report for {} yet.", self.team(team)),
                "`/report draft` compiles it from the record.".to_owned(),
            ),
            Refusal::NothingToDraft(reports) => (
                format!("Nothing to draft: {}.", self.states(reports)),
                "To begin a new version of one, name its team with the option `team`.".to_owned(),
            ),
            Refusal::ArchiveGone(number) => (
                format!("What was said about {number} is not kept any more: it ended too long ago."),
                "Its approved reports are there: `/report show`.".to_owned(),
            ),
            Refusal::ReportStands { team, version, state } => self.stands(team, *version, *state),
            Refusal::ReportMoved { team, seen, newest, by } => (
                format!(
                    "{} made version {newest} of the Final Report for {}; you were looking at version {seen}.",
                    self.who(by),
                    self.team(team)
                ),
                "Look at it again with `/report show`.".to_owned(),
            ),
            Refusal::ReportOutdated { team, state } => {
                let again = match state {
                    ReportState::Submitted => "Return it with `/report return`, then draft it again",
                    _ => "Draft it again with `/report draft`",
                };
                (
                    format!(
                        "The Final Report for {} was compiled before the ticket was reopened.",
                        self.team(team)
                    ),
                    format!("{again}; what was written in it is kept."),
                )
            }
            Refusal::OwnReport(team) => (
                format!("You wrote in the Final Report for {} or submitted it yourself.", self.team(team)),
                "Somebody else has to approve it; ask them in the ticket's thread.".to_owned(),
            ),
            Refusal::UnknownSection(typed) => (
                format!("The Final Report has no section “{}”.", line(typed, NAME_MAX)),
                "Choose one from the list that Discord offers.".to_owned(),
            ),
            Refusal::SectionMoved { section, by } => (
                format!("{} changed “{}” while you were writing.", self.who(by), line(section, NAME_MAX)),
                "Nothing of yours is lost: you have it in the file. Look at theirs, then edit once more."
                    .to_owned(),
            ),
            Refusal::SectionSame(section) => (
                format!("“{}” says that already.", line(section, NAME_MAX)),
                "Nothing was changed.".to_owned(),
            ),
            Refusal::NotText(name) => (
                format!("“{}” is no text.", line(name, NAME_MAX)),
                "Send a Markdown or text file, in UTF-8.".to_owned(),
            ),
            Refusal::FileNotFetched(name) => (
                format!("Discord did not hand over “{}”.", line(name, NAME_MAX)),
                "Nothing was changed; send it once more.".to_owned(),
            ),
            Refusal::FileTooLarge { size, most } => (
                format!("The file has {}; at most {} are taken.", bytes(*size), bytes(*most)),
                "Shorten it, or put pictures and logs into the thread instead.".to_owned(),
            ),
            Refusal::ReportTooLarge { size, most } => (
                format!("The file would have {}; at most {} go here.", bytes(*size), bytes(*most)),
                "The operators can write it to a disk with `trouble-ticket export report`.".to_owned(),
            ),
            _ => otherwise(),
        }
    }

    /// Which reports keep a ticket from being closed, and what each needs.
    fn owed(&self, number: TicketNumber, owed: &[(TeamKey, Owed)]) -> (String, String) {
        let one = |(team, owed): &(TeamKey, Owed)| {
            let what = match owed {
                Owed::Draft => "not drafted yet",
                Owed::Submission(ReportState::Returned) => "returned",
                Owed::Submission(_) => "draft",
                Owed::Approval => "submitted, waits for approval",
                Owed::Renewal => "approved before the ticket was reopened",
            };
            format!("{}: {what}", self.team(team))
        };
        let reports = owed.iter().map(one).collect::<Vec<_>>().join("; ");
        let next = match owed.iter().map(|(_, owed)| owed).collect::<Vec<_>>().as_slice() {
            all if all.iter().any(|owed| matches!(owed, Owed::Draft | Owed::Renewal)) => {
                "Next: `/report draft`, then `/report submit`, then somebody else's `/report approve`."
            }
            all if all.iter().any(|owed| matches!(owed, Owed::Submission(_))) => {
                "Next: `/report submit`, then somebody else's `/report approve`."
            }
            _ => "Next: somebody who did not write it uses `/report approve`.",
        };
        (
            format!("{number} cannot be closed before its Final Reports are approved ({reports})."),
            next.to_owned(),
        )
    }

    fn states(&self, reports: &[(TeamKey, ReportState)]) -> String {
        let one = |(team, state): &(TeamKey, ReportState)| {
            format!("{} is {}", self.team(team), self.language.report_state(*state))
        };
        reports.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    fn stands(&self, team: &TeamKey, version: i64, state: ReportState) -> (String, String) {
        let word = match state {
            ReportState::Draft => "still a draft",
            state => self.language.report_state(state),
        };
        let next = match state {
            ReportState::Draft => "It has to be submitted first: `/report submit`.",
            ReportState::Submitted => "Somebody may approve it, or return it to be mended.",
            ReportState::Approved => "A correction is a new version: `/report draft` with the option `team`.",
            ReportState::Returned => "Mend it with `/report edit`, then submit it again.",
        };
        (format!("Version {version} of the Final Report for {} is {word}.", self.team(team)), next.to_owned())
    }
}

/// The size of a file: `256 KB`, `10.1 MB`. Never less than it is.
fn bytes(size: u64) -> String {
    match size.div_ceil(1024) {
        kilobytes @ 0..1024 => format!("{kilobytes} KB"),
        kilobytes => {
            let tenths = (kilobytes * 10).div_ceil(1024);
            let (whole, tenth) = (tenths / 10, tenths % 10);
            if tenth == 0 { format!("{whole} MB") } else { format!("{whole}.{tenth} MB") }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes_are_read_at_a_glance() {
        let sizes = [0, 1, 1024, 1025, 256 * 1024, 1024 * 1024, 10 * 1024 * 1024, 10 * 1024 * 1024 + 1];
        assert_eq!(sizes.map(bytes), ["0 KB", "1 KB", "1 KB", "2 KB", "256 KB", "1 MB", "10 MB", "10.1 MB"]);
    }
}
