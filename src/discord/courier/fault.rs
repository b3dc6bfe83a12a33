//! What a fault means for a delivery: wait and try again, done already, done anew, held up, or of no use.
//!
//! Pure but for the clock's reading. Nothing is given up that may still work. What a person deleted by hand is made
//! anew ([`Verdict::Anew`]); what cannot work until somebody changes something is parked, and says where and why.

use chrono::TimeDelta;

use super::later;
use crate::desk::mend::Lost;
use crate::discord::rest::{Fault, codes};
use crate::discord::shared::Shared;
use crate::domain::{Delivery, Doing, Effect, Hindrance, Problem, Task, Ticket};
use crate::store::Outcome;

/// The longest pause between two tries.
const LONGEST: TimeDelta = TimeDelta::minutes(5);

/// What is to be done about a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Write down what became of it.
    Settle(Outcome),
    /// What it builds on was deleted by hand: that is made anew, and the delivery after it.
    Anew(Lost),
}

impl From<Outcome> for Verdict {
    fn from(outcome: Outcome) -> Self {
        Self::Settle(outcome)
    }
}

/// How long to wait after the `attempt`th try failed: 1 s, 2 s, 4 s … 5 min.
#[must_use]
pub fn pause(attempt: i64) -> TimeDelta {
    let doublings = u32::try_from(attempt.clamp(1, 10) - 1).unwrap_or_default();
    TimeDelta::seconds(1_i64 << doublings).min(LONGEST)
}

/// The verdict on a delivery for a ticket that met `fault`.
#[must_use]
pub fn verdict(
    shared: &Shared,
    delivery: &Delivery,
    (ticket, effect): (&Ticket, &Effect),
    fault: &Fault,
) -> Verdict {
    let (doing, channel) = effect.needs(&ticket.places);
    let parked = |hindrance, channel| {
        Outcome::Parked(Problem { doing, channel, hindrance, said: fault.to_string() }).into()
    };
    let gone = || Outcome::Dropped(fault.to_string()).into();
    let routed = |channel| shared.desk.directory().routes.iter().any(|route| route.channel == channel);
    match (fault, effect) {
        (Fault::Gone { code: codes::UNKNOWN_MESSAGE }, Effect::Card) => Verdict::Anew(Lost::Card),
        // The card went before its thread was made.
        (Fault::Gone { code: codes::UNKNOWN_MESSAGE }, Effect::Thread) => Verdict::Anew(Lost::Card),
        (Fault::Gone { code: codes::UNKNOWN_MESSAGE }, Effect::Headline { channel, .. }) => {
            Verdict::Anew(Lost::Headline(*channel))
        }
        (Fault::Gone { code: codes::UNKNOWN_CHANNEL }, Effect::Archive | Effect::Publish { .. }) => gone(),
        (Fault::Gone { code: codes::UNKNOWN_CHANNEL }, Effect::Headline { .. } | Effect::Update { .. }) => {
            // Nothing leads there any more, so nobody misses it.
            if routed(channel) { parked(Hindrance::ChannelGone, channel) } else { gone() }
        }
        (Fault::Gone { code: codes::UNKNOWN_CHANNEL }, _) => lost_channel(shared, ticket, effect, fault),
        (Fault::Refused { code: codes::THREAD_LOCKED, .. }, _) => {
            parked(Hindrance::Locked, ticket.places.thread.unwrap_or(channel))
        }
        (Fault::Exists { .. }, _) => Outcome::Sent(None).into(),
        (Fault::Gone { .. }, _) => gone(),
        _ => match for_good(fault) {
            Some(hindrance) => parked(hindrance, channel),
            None => again(shared, delivery, fault).into(),
        },
    }
}

/// The outcome of a notice that met `fault`; of its own troubles it can tell nobody but the log.
#[must_use]
pub fn notice_outcome(shared: &Shared, delivery: &Delivery, fault: &Fault) -> Outcome {
    let channel = shared.desk.directory().operators;
    let hindrance = match fault {
        Fault::Gone { code: codes::UNKNOWN_CHANNEL } => Some(Hindrance::ChannelGone),
        Fault::Gone { .. } => return Outcome::Dropped(fault.to_string()),
        _ => for_good(fault),
    };
    match hindrance {
        Some(hindrance) => {
            Outcome::Parked(Problem { doing: Doing::Post, channel, hindrance, said: fault.to_string() })
        }
        None => again(shared, delivery, fault),
    }
}

/// The problem of a delivery whose card, thread or headline is deleted again and again.
#[must_use]
pub fn vanishes(task: &Task, ticket: &Ticket) -> Problem {
    let (doing, channel) = match task {
        Task::Ticket(_, effect) => effect.needs(&ticket.places),
        Task::Notice(_) => (Doing::Post, ticket.places.channel),
    };
    let said = "What the bot makes there is deleted again and again.".to_owned();
    Problem { doing, channel, hindrance: Hindrance::Vanishes, said }
}

/// What the ticket itself lives in is gone: its thread, or the channel with all its tickets.
fn lost_channel(shared: &Shared, ticket: &Ticket, effect: &Effect, fault: &Fault) -> Verdict {
    let places = &ticket.places;
    let in_thread = !matches!(effect, Effect::Card) && places.thread.is_some();
    if in_thread {
        return Verdict::Anew(Lost::Thread);
    }
    let tickets = shared.desk.directory().tickets;
    if tickets != places.channel {
        return Verdict::Anew(Lost::Channel(tickets));
    }
    let (doing, channel) = effect.needs(places);
    let said = fault.to_string();
    Outcome::Parked(Problem { doing, channel, hindrance: Hindrance::ChannelGone, said }).into()
}

/// Whether it stays so until somebody changes something. A full server, a limit and an answer that is not Discord's
/// own pass by themselves.
fn for_good(fault: &Fault) -> Option<Hindrance> {
    match fault {
        _ if fault.is_forbidden() => Some(Hindrance::Forbidden),
        Fault::Refused { code: 0 | codes::INTERNAL_NETWORK, .. } => None,
        Fault::Refused { code: 20_000..=20_999 | 30_000..=30_999 | codes::TOO_MANY_THREADS, .. } => None,
        Fault::Refused { .. } => Some(Hindrance::Refused),
        _ => None,
    }
}

fn again(shared: &Shared, delivery: &Delivery, fault: &Fault) -> Outcome {
    if let Fault::Held { after } = fault {
        return Outcome::Held(later(shared, TimeDelta::from_std(*after).unwrap_or(LONGEST)));
    }
    let wait = match fault {
        Fault::Retry { after: Some(after), .. } => TimeDelta::from_std(*after).unwrap_or(LONGEST),
        Fault::Retry { after: None, .. } => pause(delivery.attempts),
        // Asking often would not help.
        _ => pause(delivery.attempts.max(6)),
    };
    Outcome::Retry(later(shared, wait), fault.to_string())
}

/// What a task has proved to work, once it is done: what was parked for the same reason may go.
#[must_use]
pub fn proves(task: &Task, ticket: Option<&Ticket>) -> Option<String> {
    match (task, ticket) {
        (Task::Ticket(_, effect), Some(ticket)) => {
            let (doing, channel) = effect.needs(&ticket.places);
            Some(Problem::prefix(doing, channel))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_five_minutes() {
        let seconds: Vec<i64> = (0..=11).map(|attempt| pause(attempt).num_seconds()).collect();
        assert_eq!(seconds, [1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    }

    #[test]
    fn only_what_somebody_has_to_change_is_for_good() {
        let refused = |status, code| for_good(&Fault::Refused { status, code, message: "no".to_owned() });
        assert_eq!(refused(403, codes::MISSING_PERMISSIONS), Some(Hindrance::Forbidden));
        assert_eq!(refused(403, codes::MISSING_ACCESS), Some(Hindrance::Forbidden));
        assert_eq!(refused(400, codes::INVALID_FORM), Some(Hindrance::Refused));
        // The wall before Discord, Discord's own network, limits of a server, a full server.
        for (status, code) in [(403, 0), (403, 40_333), (429, 20_028), (400, 30_046), (400, 160_006)] {
            assert_eq!(refused(status, code), None, "{code}");
        }
        assert_eq!(for_good(&Fault::Unauthorized), None);
    }
}
