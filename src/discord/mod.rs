//! Discord: the only place that knows its protocol, its limits and the words people read there; the only user of
//! serenity and poise.
//!
//! Events come in and are turned into domain values at this door. Commands, buttons and forms call one desk verb
//! each and answer with a view; the courier carries the outbox out; the recorder keeps what is said in threads.
//! Nothing here decides a rule or changes a ticket: only the desk does. What people read is made in `views`.

pub mod acting;
pub mod answer;
pub mod catch_up;
pub mod commands;
pub mod components;
pub mod courier;
pub mod custom_id;
#[cfg(test)]
mod damaged;
mod door;
pub mod gateway;
pub mod guild;
pub mod heard;
pub mod keeper;
pub mod limits;
pub mod message;
pub mod outcome;
pub mod paperwork;
pub mod reconcile;
pub mod recorder;
pub mod resolve;
pub mod rest;
pub mod shared;
pub mod threads;
pub mod views;
