//! Discord: the only place that knows its protocol.
//!
//! What comes in is turned into domain values at this door, what goes out is rendered here. Nothing of serenity or
//! poise leaves this module; nothing here decides what a ticket may do.

pub mod rest;
