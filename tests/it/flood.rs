//! Many tickets at once, with Discord's rate limits on: nobody waits for an answer, no limit is run into that could be
//! foreseen, and everything arrives. `benches/flood.rs` measures how long that takes.

use std::time::Duration;

use crate::support::db::{Kind, TestDb};
use crate::support::flood::Flood;
use crate::support::log;

async fn a_flood_of_tickets_arrives_without_running_into_a_limit(kind: Kind) {
    let log = log::watch();
    let db = TestDb::new(kind).await;
    // More threads than one window allows.
    let flood = Flood { tickets: 60, over: Duration::from_secs(2), divisor: 100 };
    let drained = flood.run(db.url()).await;
    assert_eq!(drained.wrong, Vec::<String>::new());
    let foreseeable: Vec<_> = drained.limited.iter().filter(|one| one.foreseeable).collect();
    assert!(foreseeable.is_empty(), "{foreseeable:#?}");
    // Discord's own limit for the first answer.
    assert!(drained.slowest_answer < Duration::from_secs(3), "{:?}", drained.slowest_answer);
    assert!(drained.took >= drained.bound, "the limits were not on: {drained:?}");
    log.none();
}

crate::on_both!(a_flood_of_tickets_arrives_without_running_into_a_limit);
