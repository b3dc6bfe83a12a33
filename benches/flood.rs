//! How long a flood of tickets takes, as a multiple of what Discord's rate limits allow.
//!
//! `cargo bench --bench flood` opens 300 tickets in ten seconds on a bot in the sandbox, with Discord's limits on and
//! every window divided by 60, on SQLite, and on PostgreSQL where `TEST_POSTGRES_URL` names a server. The bound is what
//! the limits demand at least, here for threads: 50 in five minutes. The answers must come within three seconds and no
//! limit that could be foreseen may be run into; otherwise it fails.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic, missing_docs, reason = "a benchmark")]
#![allow(dead_code, clippy::disallowed_methods, reason = "it shares what the tests stand on")]

#[path = "../tests/it/support/db.rs"]
mod db;
#[path = "../tests/it/support/flood.rs"]
mod flood;

use std::process::ExitCode;
use std::time::Duration;

use self::db::{Kind, TestDb};
use self::flood::{Drained, Flood};

/// 300 tickets in ten seconds.
const FLOOD: Flood = Flood { tickets: 300, over: Duration::from_secs(10), divisor: 60 };

#[tokio::main]
async fn main() -> ExitCode {
    // `cargo test` starts benchmarks too, to see whether they can be built.
    if !std::env::args().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let mut well = true;
    for kind in [Kind::Sqlite, Kind::Postgres] {
        if kind == Kind::Postgres && std::env::var_os("TEST_POSTGRES_URL").is_none() {
            println!("{kind:?}: not measured, TEST_POSTGRES_URL names no server");
            continue;
        }
        let db = TestDb::new(kind).await;
        well &= tell(kind, &FLOOD.run(db.url()).await);
    }
    if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Prints what happened; says whether all went well.
fn tell(kind: Kind, drained: &Drained) -> bool {
    let Drained { took, bound, slowest_answer, limited, sent, held, wrong } = drained;
    let foreseeable = limited.iter().filter(|one| one.foreseeable).count();
    println!(
        "{kind:?}: {} tickets in {:?}, windows divided by {}: drained after {:.1} s, {:.2} times the bound of {:.1} s; \
         slowest answer {} ms; {sent} requests, {held} kept back; {} refused for now, {foreseeable} of them foreseeable",
        FLOOD.tickets,
        FLOOD.over,
        FLOOD.divisor,
        took.as_secs_f64(),
        took.as_secs_f64() / bound.as_secs_f64(),
        bound.as_secs_f64(),
        slowest_answer.as_millis(),
        limited.len(),
    );
    for one in wrong.iter().take(20) {
        println!("  wrong: {one}");
    }
    wrong.is_empty() && foreseeable == 0 && *slowest_answer < Duration::from_secs(3)
}
