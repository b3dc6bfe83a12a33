//! The world of an end-to-end test: the sandbox with its company, the real bot in it, a database of its own, and a
//! clock that stands still until it is moved.
//!
//! [`play`] runs a test's story and then demands that the world is quiet: nothing owed, nothing unanswered, nothing
//! unread, no request that the sandbox did not know, no ERROR in the log.

use chrono::{DateTime, Utc};
use trouble_ticket::app::demo;
use trouble_ticket::app::demo::together::Together;
use trouble_ticket::clock::Clock;
use trouble_ticket::config::DatabaseUrl;
use trouble_ticket::sandbox::Sandbox;

use super::db::{Kind, TestDb};
use super::log;

/// When every story begins: a Monday morning in autumn, in Berlin half past nine.
pub fn morning() -> DateTime<Utc> {
    "2026-11-23T08:30:00Z".parse().expect("a time")
}

pub struct World {
    pub together: Together,
    pub db: TestDb,
}

impl World {
    pub async fn new(kind: Kind) -> Self {
        let db = TestDb::new(kind).await;
        let url = DatabaseUrl::new(db.url()).expect("an address");
        let config = demo::config().expect("the demo's config");
        let together = Together::start(config, url, Clock::stepped(morning())).await.expect("a start");
        Self { together, db }
    }

    pub fn sandbox(&self) -> &Sandbox {
        self.together.sandbox()
    }

    pub async fn settle(&self) {
        self.together.settle().await.expect("a quiet world");
    }
}

/// Plays a story, and demands a quiet world at its end.
pub async fn play(kind: Kind, story: impl AsyncFnOnce(&World)) {
    let errors = log::watch();
    let world = World::new(kind).await;
    story(&world).await;
    world.settle().await;
    let unknown = world.sandbox().unknown_routes();
    assert!(unknown.is_empty(), "the sandbox does not know {unknown:?}");
    world.together.stop().await;
    errors.none();
}
