//! The ticket: one failure, as it stands now.
//!
//! A ticket is the fold of its events: [`Ticket::open`] starts it and [`Ticket::apply`] is the only thing that
//! changes it. The rules about what may happen are in [`workflow`](super::workflow). Must not know Discord or SQL.

use chrono::{DateTime, Utc};

use super::event::{Event, EventKind, Field};
use super::final_report::standing::ReportStanding;
use super::ids::{ChannelId, GuildId, MessageId, TicketNumber};
use super::keys::{ServiceKey, SeverityKey, TeamKey, words};
use super::milestone::Milestones;
use super::person::Person;
use super::status::Status;

/// The longest title, in characters: a thread's name holds it with the number before it.
pub const TITLE_MAX: usize = 90;
/// The longest answer to the other one-line questions of the form.
pub const LINE_MAX: usize = 300;
/// The longest free text (details, notes, reasons): what one input of Discord's forms takes.
pub const TEXT_MAX: usize = 4000;

words! {
    /// Whom the failure hits.
    Affected {
        /// Every user.
        Everyone = "everyone",
        /// Part of the users.
        Part = "part",
        /// Only people of the company.
        Internal = "internal",
    }
}

words! {
    /// How often it happens.
    Frequency {
        /// All the time.
        Constant = "constant",
        /// Now and then.
        Intermittent = "intermittent",
        /// It happened once.
        Once = "once",
    }
}

/// What the form says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What failed, in a line.
    pub title: String,
    /// What was seen, in the reporter's words.
    pub details: String,
    /// How bad it is.
    pub severity: SeverityKey,
    /// The services concerned.
    pub services: Vec<ServiceKey>,
    /// Whom it hits.
    pub affected: Option<Affected>,
    /// Who exactly, in the reporter's words.
    pub affected_who: String,
    /// How often it happens.
    pub frequency: Option<Frequency>,
    /// How often exactly, in the reporter's words.
    pub frequency_detail: String,
    /// When it began, as typed: kept also when it could not be read as a time.
    pub started_said: String,
}

/// A stretch of time in which somebody was in charge for a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// The team.
    pub team: TeamKey,
    /// The person.
    pub person: Person,
    /// Since when.
    pub from: DateTime<Utc>,
    /// Until when; `None` while it lasts.
    pub until: Option<DateTime<Utc>>,
}

/// Where the ticket is on Discord.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// The channel that holds the card.
    pub channel: ChannelId,
    /// The card, once it is posted.
    pub card: Option<MessageId>,
    /// The thread, once it exists.
    pub thread: Option<ChannelId>,
}

/// One failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The guild it belongs to.
    pub guild: GuildId,
    /// Its number there.
    pub number: TicketNumber,
    /// What the form says.
    pub facts: Facts,
    /// Who opened it.
    pub reporter: Person,
    /// Where the work stands.
    pub status: Status,
    /// Its times.
    pub milestones: Milestones,
    /// Who is and was in charge, oldest first.
    pub charges: Vec<Charge>,
    /// Where each team's Final Report stands, by team; a report nobody drafted is not here.
    pub reports: Vec<ReportStanding>,
    /// Where it is on Discord.
    pub places: Places,
    /// The number of its newest event.
    pub last_seq: i64,
    /// When that event happened: since when the ticket is as it is.
    pub updated: DateTime<Utc>,
}

impl Ticket {
    /// A new ticket: the state after its first event.
    #[must_use]
    pub fn open(
        place: (GuildId, TicketNumber, ChannelId),
        facts: Facts,
        started: Option<DateTime<Utc>>,
        reporter: Person,
        at: DateTime<Utc>,
    ) -> (Self, EventKind) {
        let (guild, number, channel) = place;
        let opened = EventKind::Opened {
            title: facts.title.clone(),
            severity: facts.severity.clone(),
            services: facts.services.clone(),
        };
        let ticket = Self {
            guild,
            number,
            facts,
            reporter,
            status: Status::Open,
            milestones: Milestones::opened(at, started),
            charges: Vec::new(),
            reports: Vec::new(),
            places: Places { channel, card: None, thread: None },
            last_seq: 0,
            updated: at,
        };
        (ticket, opened)
    }

    /// Takes in what happened. Events must come in order.
    pub fn apply(&mut self, event: &Event) {
        self.last_seq = event.seq;
        self.updated = self.updated.max(event.at);
        self.apply_to_reports(event);
        match &event.kind {
            EventKind::Opened { .. }
            | EventKind::Noted { .. }
            | EventKind::ReportDrafted { .. }
            | EventKind::ReportEdited { .. }
            | EventKind::ReportSubmitted { .. }
            | EventKind::ReportApproved { .. }
            | EventKind::ReportReturned { .. } => {}
            EventKind::Edited { field, to, .. } => self.correct(*field, to),
            EventKind::Assigned { team, person, .. } => {
                self.end_charge(team, event.at);
                let charge =
                    Charge { team: team.clone(), person: person.clone(), from: event.at, until: None };
                self.charges.push(charge);
                self.milestones.acknowledged.get_or_insert(event.at);
            }
            EventKind::Released { team, .. } => self.end_charge(team, event.at),
            EventKind::StatusChanged { to, reached, .. } => self.move_to(*to, event.at, *reached),
            EventKind::SeverityChanged { to, .. } => self.facts.severity = to.clone(),
            EventKind::Closed { .. } => self.move_to(Status::Closed, event.at, event.at),
            EventKind::Cancelled { .. } => self.move_to(Status::Cancelled, event.at, event.at),
            EventKind::Reopened { to, .. } => self.move_to(*to, event.at, event.at),
        }
    }

    /// The stretch of time in which somebody is in charge for `team` now.
    #[must_use]
    pub fn in_charge(&self, team: &TeamKey) -> Option<&Charge> {
        self.charges.iter().find(|charge| charge.team == *team && charge.until.is_none())
    }

    /// Everybody in charge now, in the order they came.
    pub fn all_in_charge(&self) -> impl Iterator<Item = &Charge> {
        self.charges.iter().filter(|charge| charge.until.is_none())
    }

    fn end_charge(&mut self, team: &TeamKey, at: DateTime<Utc>) {
        for charge in self.charges.iter_mut().filter(|charge| charge.team == *team && charge.until.is_none())
        {
            charge.until = Some(at);
        }
    }

    /// Sets the status; milestones that lie beyond it are taken away, the one that it reaches is set.
    fn move_to(&mut self, to: Status, at: DateTime<Utc>, reached: DateTime<Utc>) {
        let milestones = &mut self.milestones;
        if to < Status::Closed {
            milestones.closed = None;
        }
        if to < Status::Resolved {
            (milestones.resolved, milestones.restored) = (None, None);
        }
        if to < Status::Identified {
            milestones.identified = None;
        }
        if to > Status::Open && to <= Status::Resolved {
            milestones.acknowledged.get_or_insert(at);
        }
        // Stepping back to identified does not find out again what was known, unless another time is given.
        let known = milestones.identified.is_some() && reached == at;
        match to {
            Status::Identified if known => {}
            Status::Identified => milestones.identified = Some(reached),
            Status::Resolved => (milestones.restored, milestones.resolved) = (Some(reached), Some(at)),
            Status::Closed | Status::Cancelled | Status::Duplicate => milestones.closed = Some(at),
            Status::Open | Status::Investigating | Status::Monitoring => {}
        }
        self.status = to;
    }

    /// Writes a corrected fact; the values were checked when the event was made.
    fn correct(&mut self, field: Field, to: &str) {
        match field {
            Field::Title => to.clone_into(&mut self.facts.title),
            Field::Services => {
                self.facts.services =
                    to.split(", ").filter(|key| !key.is_empty()).map(ServiceKey::new).collect();
            }
            Field::Affected => self.facts.affected = Affected::from_word(to),
            Field::Frequency => self.facts.frequency = Frequency::from_word(to),
            Field::Started => {
                self.milestones.started =
                    DateTime::parse_from_rfc3339(to).ok().map(|at| at.with_timezone(&Utc));
            }
        }
    }
}
