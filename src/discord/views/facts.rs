//! The facts of a ticket as lines, in the order in which they stand everywhere.
//!
//! Cards, headlines and answers choose among these lines; none writes its own. Invariant: a fact nobody knows takes
//! no line, and every line has a bounded length whatever was typed.

use super::text::{channel_link, duration, line, mention, relative, time};
use super::{Naming, View};
use crate::domain::directory::{Severity, Team};
use crate::domain::ticket::{Affected, Frequency};
use crate::domain::{Duration, Milestone, Person, SeverityKey, Status, TeamKey, Ticket};

/// The longest name of a person, team, service or severity in a line.
const NAME_MAX: usize = 48;
/// The longest sign of a severity: an emoji of the server takes as much.
const MARK_MAX: usize = 64;
/// The longest sentence of the reporter's in a line.
const SAID_MAX: usize = 320;
/// As many names stand in one line; the rest is counted.
const NAMES_IN_LINE: usize = 8;
/// The colour of what is over, whatever its severity was.
const GREY: u32 = 0x8d_9399;
/// What stands between facts on one line.
pub(super) const DOT: &str = " · ";

impl View<'_> {
    /// `T-42 · Checkout is down`, for headings.
    pub(super) fn heading(&self, ticket: &Ticket) -> String {
        const TITLE: usize = 220;
        format!("{}{DOT}{}", ticket.number, line(&ticket.facts.title, TITLE))
    }

    /// The colour of a ticket: its severity's while the work goes on.
    pub(super) fn colour(&self, ticket: &Ticket) -> u32 {
        let severity = self.directory.severity(&ticket.facts.severity);
        if ticket.status.is_end() { GREY } else { severity.map_or(GREY, |severity| severity.colour) }
    }

    /// `🔴 SEV1 Critical`: a mark, the key, and the name if it says more.
    pub(super) fn severity(&self, key: &SeverityKey) -> String {
        let Some(severity) = self.directory.severity(key) else { return line(key.as_str(), NAME_MAX) };
        format!("{} {}", self.mark(severity), self.severity_words(severity)).trim_start().to_owned()
    }

    /// The mark may be an emoji of the server, so it is not escaped: it comes from the config, not from users.
    fn mark(&self, severity: &Severity) -> String {
        super::text::plain(&severity.mark, MARK_MAX)
    }

    fn severity_words(&self, severity: &Severity) -> String {
        let (key, name) = (line(severity.key.as_str(), NAME_MAX), line(&severity.name, NAME_MAX));
        if name.is_empty() || name.eq_ignore_ascii_case(&key) { key } else { format!("{key} {name}") }
    }

    /// What people call a team.
    pub(super) fn team(&self, key: &TeamKey) -> String {
        line(self.directory.team_name(key), NAME_MAX)
    }

    /// A person.
    pub(super) fn person(&self, person: &Person, naming: Naming) -> String {
        let name = line(&person.name, NAME_MAX);
        let mentioned = naming == Naming::Mention && !person.is_forgotten();
        if mentioned || name.is_empty() { mention(person.id) } else { name }
    }

    /// Severity and status, the first line everywhere.
    pub(super) fn state_line(&self, ticket: &Ticket) -> String {
        let (severity, status) = (self.severity(&ticket.facts.severity), self.language.status(ticket.status));
        format!("{severity}{DOT}**{status}**")
    }

    /// The services by name.
    pub(super) fn services(&self, ticket: &Ticket) -> String {
        let name = |key| line(self.directory.service_name(key), NAME_MAX);
        some(ticket.facts.services.iter().map(name).collect(), ", ")
    }

    pub(super) fn services_line(&self, ticket: &Ticket) -> Option<String> {
        labelled("Services", &self.services(ticket))
    }

    /// Whom it hits, in a word and in the reporter's words.
    pub(super) fn affected_line(&self, ticket: &Ticket) -> Option<String> {
        let word = ticket.facts.affected.map(|affected: Affected| self.language.affected(affected));
        labelled("Affected", &word_and_said(word, &ticket.facts.affected_who))
    }

    /// How often it happens, in a word and in the reporter's words.
    pub(super) fn frequency_line(&self, ticket: &Ticket) -> Option<String> {
        let word = ticket.facts.frequency.map(|frequency: Frequency| self.language.frequency(frequency));
        labelled("Frequency", &word_and_said(word, &ticket.facts.frequency_detail))
    }

    /// When it began: the time, or what was typed if it was no time.
    pub(super) fn started_line(&self, ticket: &Ticket) -> Option<String> {
        match ticket.milestones.started {
            Some(at) => Some(format!("**Started** {} ({})", time(at), relative(at))),
            None => labelled("Started", &quoted(&ticket.facts.started_said)),
        }
    }

    /// When it was opened, and by whom.
    pub(super) fn opened_line(&self, ticket: &Ticket, naming: Naming) -> String {
        let at = ticket.milestones.opened;
        format!("**Opened** {} by {}", time(at), self.person(&ticket.reporter, naming))
    }

    /// A milestone that was reached, with the time it took.
    pub(super) fn milestone_line(&self, ticket: &Ticket, milestone: Milestone) -> Option<String> {
        let at = ticket.milestones.get(milestone)?;
        let took = measured_by(milestone).and_then(|figure| ticket.milestones.duration(figure));
        let took = took.map(|took| format!(", after {}", duration(took))).unwrap_or_default();
        Some(format!("**{}** {}{took}", self.language.milestone(milestone), time(at)))
    }

    /// Who is in charge for each team concerned; a team without anybody is named as well.
    pub(super) fn charge_line(&self, ticket: &Ticket, naming: Naming) -> Option<String> {
        let one = |key: &TeamKey| {
            let charge = ticket.in_charge(key).map(|charge| self.person(&charge.person, naming));
            // Nobody is awaited any more once the work is over.
            let nobody = (!ticket.status.is_end()).then(|| "nobody yet".to_owned());
            charge.or(nobody).map(|who| format!("{}: {who}", self.team(key)))
        };
        let teams = self.teams_concerned(ticket);
        labelled("In charge", &some(teams.iter().filter_map(one).collect(), DOT))
    }

    /// The teams that a ticket concerns, and those that took it all the same.
    fn teams_concerned(&self, ticket: &Ticket) -> Vec<TeamKey> {
        let concerned = self.directory.teams_for(&ticket.facts.services);
        let mut keys: Vec<TeamKey> = concerned.iter().map(|team: &&Team| team.key.clone()).collect();
        for charge in ticket.all_in_charge() {
            if !keys.contains(&charge.team) {
                keys.push(charge.team.clone());
            }
        }
        keys
    }

    /// Since when the ticket is as it is.
    pub(super) fn changed_line(&self, ticket: &Ticket) -> String {
        format!("**Last change** {}", relative(ticket.updated))
    }

    /// The link to the thread; Discord's clients show its name.
    pub(super) fn thread_link(&self, ticket: &Ticket) -> Option<String> {
        ticket.places.thread.map(|thread| channel_link(ticket.guild, thread))
    }

    /// What has to happen now; empty where the work is over.
    pub(super) fn what_follows(&self, ticket: &Ticket) -> &'static str {
        let awaited = !ticket.status.is_end() && ticket.status != Status::Resolved;
        let untaken = awaited && ticket.all_in_charge().next().is_none();
        self.language.next(if untaken { Status::Open } else { ticket.status })
    }
}

/// Which figure ends with a milestone.
const fn measured_by(milestone: Milestone) -> Option<Duration> {
    match milestone {
        Milestone::Acknowledged => Some(Duration::ToAcknowledge),
        Milestone::Identified => Some(Duration::ToIdentify),
        Milestone::Restored => Some(Duration::ToRestore),
        Milestone::Closed => Some(Duration::ToClose),
        Milestone::Started | Milestone::Opened | Milestone::Resolved => None,
    }
}

/// What somebody typed, between quotation marks.
pub(super) fn quoted(typed: &str) -> String {
    let said = line(typed, SAID_MAX);
    if said.is_empty() { said } else { format!("“{said}”") }
}

/// A value in bold with what was said about it; the first is missing where nobody chose it.
fn word_and_said(word: Option<&str>, said: &str) -> String {
    let said = line(said, SAID_MAX);
    match word {
        Some(word) if said.is_empty() => word.to_owned(),
        Some(word) => format!("{word}: {said}"),
        None => said,
    }
}

fn labelled(label: &str, value: &str) -> Option<String> {
    (!value.is_empty()).then(|| format!("**{label}** {value}"))
}

/// The first of many, and how many more there are.
pub(super) fn some(mut names: Vec<String>, between: &str) -> String {
    let more = names.len().saturating_sub(NAMES_IN_LINE);
    names.truncate(NAMES_IN_LINE);
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    names.join(between)
}

/// Lines that are there, one below the other.
pub(super) fn stack(lines: impl IntoIterator<Item = Option<String>>) -> String {
    lines.into_iter().flatten().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}
