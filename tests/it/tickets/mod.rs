//! The life of tickets over the wire: every command, button, form and refusal, on both databases.

mod announcements;
mod buttons;
mod charge;
mod ending;
mod faults;
mod looking;
mod opening;
mod record;
mod status;
