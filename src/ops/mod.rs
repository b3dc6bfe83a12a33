//! Looking after the data of a bot that runs.
//!
//! Beside the bot's work, not part of it: must not know Discord. Where to look next: [`backup`].

pub mod backup;
