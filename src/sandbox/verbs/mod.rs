//! What can be done to the world: each verb checks who may do it, does it and announces it.
//!
//! People, the bot and the control interface use the same verbs. It must not know HTTP or WebSockets.
//! Keeps: a verb that refuses has changed nothing.

mod answers;
mod channels;
pub(crate) mod commands;
mod edits;
pub(crate) mod interactions;
mod members;
mod mentions;
pub(crate) mod messages;
mod pins;
mod reactions;
pub(crate) mod threads;
mod values;
