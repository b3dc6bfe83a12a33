//! How a sandbox is started.
//!
//! It must not know the command line. Keeps: a default sandbox behaves like Discord, but for the rate limits, and
//! listens on loopback only.

use std::time::Duration;

use super::clock::Time;
use super::company::Company;
use super::ids::Id;
use super::limits::RateLimits;
use super::permissions;

/// The privileged intents granted to the bot in the developer portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Granted {
    /// Who is on line.
    pub presences: bool,
    /// Other people's comings, goings and role changes.
    pub members: bool,
    /// The text of messages.
    pub message_content: bool,
}

/// How a sandbox is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port on loopback; 0 takes a free one.
    pub port: u16,
    /// The company to begin with.
    pub company: Company,
    /// Where the date comes from.
    pub time: Time,
    /// The guild's id; a new one if not given.
    pub guild: Option<Id>,
    /// The bot's token; a new one if not given.
    pub token: Option<String>,
    /// The bot's user name.
    pub bot_name: String,
    /// The permissions of the bot's own role.
    pub bot_permissions: u64,
    /// The privileged intents it was granted.
    pub granted: Granted,
    /// How long an interaction waits for its first answer.
    pub answer_within: Duration,
    /// How long an interaction's token serves for edits and follow-ups.
    pub token_life: Duration,
    /// How long a nonce is remembered.
    pub nonce_life: Duration,
    /// The time between two heartbeats.
    pub heartbeat: Duration,
    /// How many events a session keeps for a resume.
    pub replay: usize,
    /// How long the helpers of the actors wait for something to happen.
    pub patience: Duration,
    /// Discord's rate limits; none if not given.
    pub limits: Option<RateLimits>,
    /// The largest file an interaction may be answered with.
    pub attachment_size_limit: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            company: Company::demo(),
            time: Time::Real,
            guild: None,
            token: None,
            bot_name: "trouble-ticket".to_owned(),
            bot_permissions: permissions::INVITED_BOT,
            granted: Granted { presences: false, members: true, message_content: true },
            answer_within: Duration::from_secs(3),
            token_life: Duration::from_secs(15 * 60),
            nonce_life: Duration::from_secs(5 * 60),
            heartbeat: Duration::from_millis(41_250),
            replay: 2_000,
            patience: Duration::from_secs(10),
            limits: None,
            attachment_size_limit: 10 * 1024 * 1024,
        }
    }
}
