//! The fault table of the start: what the bot asks before it listens.
//!
//! `again` and `once` as in the other tables; `refused`: the bot did not start, and said what to do.

use std::fmt::Write as _;

use serenity::futures::future::join_all;

use super::{COLUMNS, asked, fault, setting};
use crate::support::db::Kind;
use crate::support::world::World;

const ROUTES: [(&str, &str, u32); 9] = [
    ("GET", "/gateway", 0),
    ("GET", "/users/@me", 0),
    ("GET", "/applications/@me", 0),
    ("GET", "/users/@me/guilds", 0),
    ("GET", "/guilds/{guild}", 10_004),
    ("GET", "/guilds/{guild}/channels", 10_004),
    ("GET", "/guilds/{guild}/roles", 10_004),
    ("GET", "/guilds/{guild}/members/{user}", 10_007),
    ("PUT", "/applications/{app}/guilds/{guild}/commands", 10_004),
];

#[tokio::test]
async fn what_is_asked_at_the_start() {
    let mut table = format!("{:<50}", "");
    for column in COLUMNS {
        let _ = write!(table, "{column:<12}");
    }
    // Boxed: nine starts side by side are too large for a test's stack.
    let lines = join_all(ROUTES.map(|(method, route, gone)| Box::pin(line(method, route, gone)))).await;
    insta::assert_snapshot!(format!("{}\n{}", table.trim_end(), lines.join("\n")), @"
                                                      429 0.1s    429         500         502 page    no answer   cut before  cut after   403         404
    GET /gateway                                      again       again       again       again       again       again       again       refused     refused
    GET /users/@me                                    again       again       again       again       again       again       again       refused     refused
    GET /applications/@me                             again       again       again       again       again       again       again       refused     refused
    GET /users/@me/guilds                             again       again       again       again       again       again       again       refused     refused
    GET /guilds/{guild}                               again       again       again       again       again       again       again       refused     refused
    GET /guilds/{guild}/channels                      again       again       again       again       again       again       again       refused     refused
    GET /guilds/{guild}/roles                         again       again       again       again       again       again       again       refused     refused
    GET /guilds/{guild}/members/{user}                again       again       again       again       again       again       again       refused     refused
    PUT /applications/{app}/guilds/{guild}/commands   again       again       again       again       again       again       again       refused     refused
    ");
}

/// What becomes of the start when a route fails once, in each way.
async fn line(method: &str, route: &str, gone: u32) -> String {
    // The database has no part in it.
    let mut world = World::new(Kind::Sqlite, setting()).await;
    world.stop().await;
    let mut line = format!("{:<50}", format!("{method} {route}"));
    let mut healthy = None;
    for column in std::iter::once(None).chain(COLUMNS.map(Some)) {
        if let Some(column) = column {
            world.sandbox().fault(fault(column, method, route, gone));
        }
        let before = asked(&world, method, route);
        let started = world.try_start().await;
        let times = asked(&world, method, route) - before;
        assert_eq!(world.sandbox().faults_left(), 0, "{route}: {column:?} did not happen");
        let word = match started {
            Err(error) => {
                let (text, _) = trouble_ticket::app::failure::explain(&error);
                assert!(text.trim_end().ends_with('.'), "{text}");
                "refused"
            }
            Ok(()) => {
                world.stop().await;
                if times > *healthy.get_or_insert(times) { "again" } else { "once" }
            }
        };
        if column.is_some() {
            let _ = write!(line, "{word:<12}");
        }
    }
    line.trim_end().to_owned()
}
