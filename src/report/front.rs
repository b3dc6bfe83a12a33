//! What stands around the sections of a report: its heading, how far it has come, the facts of the ticket, the times,
//! and how the report came about.
//!
//! The words of it, once for all formats that lay out a page. Must not know those formats: a line is a list of
//! [`Bit`]s, and each format writes those in its own way. Everything said here is in the report.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::text::{Local, duration, list, severity, team};
use super::{FinalReport, Step, StepKind, Written, form};
use crate::domain::milestone::Milestone;
use crate::domain::{ReportState, Status};

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Bit {
    /// Words.
    Text(String),
    /// Somebody's name, in whichever direction it is written.
    Name(String),
    /// A moment, and how it is written here.
    Moment(DateTime<Utc>, String),
    /// An address to open, and what is found there.
    Address(String, &'static str),
    /// What is not there, in words.
    Missing(&'static str),
}

impl Bit {
    /// The piece without anything that a format could add to it.
    pub(super) fn plain(&self) -> &str {
        match self {
            Self::Text(text) | Self::Name(text) | Self::Moment(_, text) | Self::Address(text, _) => text,
            Self::Missing(text) => text,
        }
    }
}

/// A line of prose.
pub(super) type Line = Vec<Bit>;

/// Something known about the ticket: its name, and one or more lines.
pub(super) type Fact = (&'static str, Vec<Line>);

/// How far a report has come.
pub(super) struct Standing {
    /// In a word: `Draft`.
    pub word: &'static str,
    /// What follows the word: by whom and when, or which version.
    pub by: Line,
    /// Why, if it was returned.
    pub reason: String,
}

/// A report's front matter.
pub(super) struct Front<'a> {
    report: &'a FinalReport,
    /// Times as they are written in it.
    pub local: Local,
}

impl<'a> Front<'a> {
    pub(super) fn of(report: &'a FinalReport) -> Self {
        let zone: Tz = report.time_zone.parse().unwrap_or(Tz::UTC);
        Self { report, local: Local(zone) }
    }

    /// What sort of document it is.
    pub(super) fn kind(&self) -> String {
        format!("Final Report of {}", team(&self.report.team_name))
    }

    /// What tells a printed sheet's document when the sheet is found alone.
    pub(super) fn foot(&self) -> String {
        format!("{} · {} · version {}", self.report.ticket.number, self.kind(), self.report.version)
    }

    /// How bad the failure is.
    pub(super) fn severity(&self) -> String {
        severity(self.report.ticket.severity.as_str(), &self.report.ticket.severity_name)
    }

    /// How far it has come.
    pub(super) fn standing(&self) -> Standing {
        let (word, what) = match self.report.state {
            ReportState::Draft => ("Draft", None),
            ReportState::Submitted => ("Submitted", Some(StepKind::Submitted)),
            ReportState::Approved => ("Approved", Some(StepKind::Approved)),
            ReportState::Returned => ("Returned", Some(StepKind::Returned)),
        };
        let step = self.report.history.iter().rev().find(|step| Some(step.what) == what);
        let by = match step {
            Some(step) => {
                vec![text(" by "), name(&step.by.name), text(" on "), self.moment(step.at)]
            }
            None => vec![text(format!(", version {}", self.report.version))],
        };
        let reason = step.map(|step| step.note.clone()).unwrap_or_default();
        Standing { word, by, reason }
    }

    /// The warning on a report that is not approved.
    pub(super) fn warning(&self) -> Option<&'static str> {
        match self.report.state {
            ReportState::Draft => Some("Draft – not approved"),
            ReportState::Submitted => Some("Submitted – not approved yet"),
            ReportState::Returned => Some("Returned – not approved"),
            ReportState::Approved => None,
        }
    }

    /// How many things are left for a person to fill, in words.
    pub(super) fn open_points(&self) -> Option<String> {
        match self.report.gaps() {
            0 => None,
            1 => Some("1 point is open".to_owned()),
            many => Some(format!("{many} points are open")),
        }
    }

    /// The facts of the ticket, each with its name.
    pub(super) fn facts(&self) -> Vec<Fact> {
        let (ticket, milestones) = (&self.report.ticket, &self.report.milestones);
        let one = |said: Option<String>| vec![vec![said.map_or(Bit::Missing("not known"), Bit::Text)]];
        let restored = milestones.restored.map(|at| self.moment(at));
        let restored = restored.unwrap_or(Bit::Missing(self.unknown(Milestone::Restored)));
        let services = (!ticket.service_names.is_empty()).then(|| list(&ticket.service_names));
        let mut facts = vec![
            ("Ticket", one(Some(format!("{}, {}", ticket.number, ticket.status)))),
            ("Services", one(services)),
            ("Affected", one(form::affected(ticket.affected, &ticket.affected_who))),
            ("Frequency", one(form::frequency(ticket.frequency, &ticket.frequency_detail))),
            ("Reporter", vec![vec![name(&ticket.reporter.name)]]),
            ("In charge", self.charges()),
            ("Opened", vec![vec![self.moment(milestones.opened)]]),
            ("Restored", vec![vec![restored]]),
        ];
        if let Some(url) = &ticket.url {
            facts.push(("On Discord", vec![vec![Bit::Address(url.clone(), "the ticket and its thread")]]));
        }
        facts.extend(self.archive().map(|lines| ("Archive", lines)));
        facts.push(("Times", one(Some(self.zone()))));
        facts
    }

    /// How complete the record was, and what may be missing from it.
    fn archive(&self) -> Option<Vec<Line>> {
        let (result, flaws) = self.report.archive.as_ref()?.said(self.local);
        Some(std::iter::once(result).chain(flaws).map(|line| vec![text(line)]).collect())
    }

    /// Where the clock hangs that all times are read from.
    fn zone(&self) -> String {
        match self.local.0 {
            Tz::UTC => "in UTC".to_owned(),
            zone => {
                format!("local, in {} ({})", zone.name(), self.local.offset(self.report.milestones.opened))
            }
        }
    }

    /// Who was in charge, a line for each stretch of time.
    pub(super) fn charges(&self) -> Vec<Line> {
        let people = self.report.participants.iter();
        let mut charges: Vec<_> =
            people.flat_map(|person| person.in_charge.iter().map(|charge| (&person.name, charge))).collect();
        charges.sort_by_key(|(_, charge)| charge.from);
        let ended = self.report.ticket.status.is_end();
        let line = |(who, charge): (&String, &super::InCharge)| {
            let until = match charge.to {
                Some(at) => Bit::Moment(at, self.local.later(charge.from, at)),
                None => text(if ended { "the end" } else { "now" }),
            };
            let from = self.moment(charge.from);
            vec![name(who), text(format!(" ({}), ", charge.team_name)), from, text(" to "), until]
        };
        let lines: Vec<Line> = charges.into_iter().map(line).collect();
        if lines.is_empty() { vec![vec![Bit::Missing("nobody")]] } else { lines }
    }

    /// How long each step took, each with what it is.
    pub(super) fn figures(&self) -> [(&'static str, Bit); 4] {
        let took = |seconds: Option<i64>, end| {
            // Whatever stands in a file, a duration that no calendar has is no duration.
            let took = seconds.and_then(TimeDelta::try_seconds).map(duration);
            took.map_or(Bit::Missing(self.unknown(end)), Bit::Text)
        };
        let durations = self.report.durations;
        [
            ("to acknowledge", took(durations.acknowledge, Milestone::Acknowledged)),
            ("to identify the fault", took(durations.identify, Milestone::Identified)),
            ("to restore service", took(durations.restore, Milestone::Restored)),
            ("to close the ticket", took(durations.close, Milestone::Closed)),
        ]
    }

    /// The times of the ticket in their usual order, and what is said of those that it does not have.
    pub(super) fn milestones(&self) -> Vec<(&'static str, Result<DateTime<Utc>, &'static str>)> {
        let name = |milestone| match milestone {
            Milestone::Started => "Began",
            Milestone::Opened => "Opened",
            Milestone::Acknowledged => "Acknowledged",
            Milestone::Identified => "Identified",
            Milestone::Restored => "Restored",
            Milestone::Resolved => "Resolved",
            Milestone::Closed => "Closed",
        };
        let reached = |at| self.report.milestones.get(at).ok_or(self.unknown(at));
        Milestone::ALL.iter().map(|at| (name(*at), reached(*at))).collect()
    }

    /// What is said of a milestone that has no time: it may still come, or nobody wrote it down.
    fn unknown(&self, milestone: Milestone) -> &'static str {
        let status = self.report.ticket.status;
        let is_past = match milestone {
            Milestone::Started | Milestone::Opened => true,
            Milestone::Closed => status.is_end(),
            _ => status.is_end() || status == Status::Resolved,
        };
        if is_past { "not known" } else { "not yet" }
    }

    /// The headings of [`Front::history`].
    pub(super) const HISTORY: [&'static str; 5] = ["Version", "What", "Who", "When", "Note"];

    /// What was done to the report, step by step.
    pub(super) fn history(&self) -> Vec<[Bit; 5]> {
        let row = |step: &Step| {
            let what = match step.what {
                StepKind::Drafted => "Compiled",
                StepKind::Edited => "Section edited",
                StepKind::Submitted => "Submitted",
                StepKind::Approved => "Approved",
                StepKind::Returned => "Returned",
            };
            let (version, note) = (step.version.to_string(), step.note.clone());
            [text(version), text(what), name(&step.by.name), self.moment(step.at), text(note)]
        };
        self.report.history.iter().map(row).collect()
    }

    /// From what the report was compiled.
    pub(super) fn compiled(&self) -> Line {
        let messages = match self.report.messages {
            0 => "no messages".to_owned(),
            1 => "1 message".to_owned(),
            many => format!("{many} messages"),
        };
        let compiled = self.moment(self.report.compiled_at);
        let version = self.report.version;
        vec![
            text(format!("Version {version}. Compiled from the ticket’s record and {messages} on ")),
            compiled,
            text("."),
        ]
    }

    /// Who wrote a section, and when.
    pub(super) fn written(&self, written: &Written) -> Line {
        vec![text("Written by "), name(&written.by.name), text(", "), self.moment(written.at)]
    }

    /// A moment, written out.
    pub(super) fn moment(&self, at: DateTime<Utc>) -> Bit {
        Bit::Moment(at, self.local.moment(at))
    }
}

fn text(words: impl Into<String>) -> Bit {
    Bit::Text(words.into())
}

fn name(name: &str) -> Bit {
    Bit::Name(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{at, report};
    use super::*;

    #[test]
    fn what_has_no_time_may_still_come() {
        let said = |status, milestone| {
            let mut report = report();
            report.ticket.status = status;
            Front::of(&report).unknown(milestone)
        };
        assert_eq!(said(Status::Open, Milestone::Started), "not known");
        assert_eq!(said(Status::Monitoring, Milestone::Restored), "not yet");
        assert_eq!(said(Status::Resolved, Milestone::Identified), "not known");
        assert_eq!(said(Status::Resolved, Milestone::Closed), "not yet");
        assert_eq!(said(Status::Duplicate, Milestone::Closed), "not known");
    }

    #[test]
    fn the_newest_step_tells_how_far_it_has_come() {
        let mut report = report();
        let standing = Front::of(&report).standing();
        assert_eq!((standing.word, standing.reason.as_str()), ("Returned", "the \"vendor\" is missing"));
        assert_eq!(standing.by[1], name("Dana"));
        let mut again = report.history[3].clone();
        (again.by.name, again.at, again.note) = ("Eve".to_owned(), at(3000), String::new());
        report.history.push(again);
        let standing = Front::of(&report).standing();
        assert_eq!((standing.by[1].clone(), standing.reason), (name("Eve"), String::new()));
    }

    #[test]
    fn numbers_are_counted_as_people_count() {
        let mut report = report();
        let open = |report: &FinalReport| Front::of(report).open_points();
        assert_eq!(open(&report).as_deref(), Some("2 points are open"));
        report.sections[0].gaps.pop();
        assert_eq!(open(&report).as_deref(), Some("1 point is open"));
        report.sections[0].gaps.pop();
        assert_eq!(open(&report), None);
        let compiled = |messages| {
            let report = FinalReport { messages, ..report.clone() };
            let line = Front::of(&report).compiled();
            matches!(&line[0], Bit::Text(text) if text.contains(["no messages", "1 message", "2 messages"][messages]))
        };
        assert!((0..3).all(compiled));
    }
}
