//! What every command, button and event handler has at hand.
//!
//! One value, made at start and never changed: the handlers keep nothing of their own, so that a restart forgets
//! nothing.

use std::sync::Arc;

use tokio_util::task::TaskTracker;

use super::catch_up::jobs::CatchUp;
use super::guild::LiveGuild;
use super::recorder::Recorder;
use super::rest::Rest;
use super::views::{Language, View};
use crate::clock::Clock;
use crate::desk::Desk;
use crate::domain::UserId;

/// The bot as its handlers see it.
pub struct Shared {
    /// The verbs.
    pub desk: Desk,
    /// For what the bot starts by itself.
    pub rest: Rest,
    /// For answers to interactions.
    pub http: Arc<serenity::http::Http>,
    /// What the guild looks like now.
    pub guild: LiveGuild,
    /// Where what is said goes.
    pub recorder: Recorder,
    /// The bot's application, which is also the bot's user.
    pub application: UserId,
    /// The time.
    pub clock: Clock,
    /// After how many quiet minutes Discord archives a ticket's thread.
    pub auto_archive_minutes: u16,
    /// Work that a stop has to wait for.
    pub in_flight: TaskTracker,
    /// What is read from Discord for the archive just now; a stop does not wait for it.
    pub reading: TaskTracker,
    /// What has to be read from threads because nobody listened.
    pub catch_up: Arc<CatchUp>,
}

impl Shared {
    /// The text layer, for this company.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        View::new(self.desk.directory(), Language::English)
    }
}
