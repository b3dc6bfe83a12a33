//! How urgent a delivery is.
//!
//! Pure. Threads and cards come first, then announcements, the worst severity before the others, then what is only
//! brought up to date, then publishing. Must not know how anything is done.

use crate::discord::rest::Urgency;
use crate::domain::{Directory, Effect, Ticket};

/// The urgency of an effect for a ticket; `stands` says whether what it shows is there already and is only refreshed.
#[must_use]
pub fn urgency(effect: &Effect, ticket: &Ticket, directory: &Directory, stands: bool) -> Urgency {
    match effect {
        Effect::Link { .. } => Urgency::Reply,
        Effect::Card | Effect::Headline { .. } if stands => Urgency::Edit,
        Effect::Headline { .. } | Effect::Update { .. } => {
            let rank = directory.rank(&ticket.facts.severity);
            Urgency::Announcement(u8::try_from(rank).unwrap_or(u8::MAX))
        }
        Effect::Publish { .. } => Urgency::Publish,
        Effect::Card
        | Effect::Thread
        | Effect::Welcome
        | Effect::ThreadNote { .. }
        | Effect::AddMember { .. }
        | Effect::Archive => Urgency::Ticket,
    }
}
