//! The life of tickets over the wire: every command, button, form and refusal, on both databases.

mod charge;
mod ending;
mod looking;
mod opening;
mod status;
