//! Which answer a verb gets: from what happened to the view that says so.
//!
//! Must not word anything itself.

use super::message::Message;
use super::views::View;
use crate::desk::Done;
use crate::domain::EventKind;

/// The answer to a verb that was done.
#[must_use]
pub fn reply(view: View<'_>, done: &Done) -> Message {
    let ticket = &done.ticket;
    let Some(first) = done.events.first() else { return view.show(ticket) };
    match &first.kind {
        EventKind::Opened { .. } => view.opened(ticket, None),
        EventKind::Edited { field, .. } => view.edited(ticket, *field),
        EventKind::Assigned { team, person, .. } if person.id == first.by.id => view.taken(ticket, team),
        EventKind::Assigned { team, person, .. } => view.assigned(ticket, team, person),
        EventKind::Released { team, .. } => view.released(ticket, team),
        EventKind::StatusChanged { .. } => view.status_set(ticket),
        EventKind::SeverityChanged { .. } => view.severity_set(ticket),
        EventKind::Noted { kind, .. } => view.noted(ticket, *kind),
        EventKind::Closed { .. } => view.closed(ticket),
        EventKind::Cancelled { .. } => view.cancelled(ticket),
        EventKind::Reopened { .. } => view.reopened(ticket),
        // Reports have answers of their own.
        EventKind::ReportDrafted { .. }
        | EventKind::ReportEdited { .. }
        | EventKind::ReportSubmitted { .. }
        | EventKind::ReportApproved { .. }
        | EventKind::ReportReturned { .. } => view.show(ticket),
    }
}
