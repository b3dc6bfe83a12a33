//! The life of tickets over the wire: every command, button, form and refusal, on both databases.

mod announcements;
mod archive;
mod buttons;
mod catching_up;
mod charge;
mod completeness;
mod ending;
mod faults;
mod forged;
mod forgetting;
mod handing_out;
mod hostile;
mod letting_go;
mod looking;
mod mending;
mod opening;
mod record;
mod reports;
mod status;
