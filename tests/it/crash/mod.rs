//! The crash harness: the real program under load, killed at random moments, again and again.
//!
//! A round has a database and a sandbox of its own. People open tickets, take them, note, change statuses, talk, edit
//! and delete, all at once, whether the bot is there or not; Discord answers slowly. Meanwhile the program is started,
//! killed (SIGKILL) after a random time of up to a second and a half, and started again. Afterwards it is left alone
//! until it owes nothing, and [`verdict`] holds its database and Discord against what people were told.
//!
//! A round has 10 kills. The suite plays two rounds for each database, `tests/run.sh --long` a hundred. Each prints its
//! seed, and what people did; `CRASH_SEED` plays one round with that seed, as far as chance in the machine allows.

mod load;
mod verdict;

use std::sync::Arc;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use trouble_ticket::sandbox::{Fault, Options, Sandbox};

use self::load::Ledger;
use crate::support::cases::is_long;
use crate::support::db::Kind;
use crate::support::program::Ground;

const KILLS: usize = 10;
/// The longest that a program lives: most of them are connected by half of it.
const LONGEST_LIFE: u64 = 1_500;
/// How long Discord takes for a request: the longer, the more is under way when the program is killed.
const SLOW: Duration = Duration::from_millis(15);

fn seeds() -> Vec<u64> {
    if let Ok(seed) = std::env::var("CRASH_SEED") {
        return vec![seed.parse().expect("CRASH_SEED is a number")];
    }
    let rounds = if is_long() { 100 } else { 2 };
    let mut chance = rand::rng();
    (0..rounds).map(|_| chance.random_range(0..1_000_000)).collect()
}

#[expect(clippy::print_stdout, reason = "the counts are the result of a long run")]
async fn nothing_is_lost_or_doubled(kind: Kind) {
    for seed in seeds() {
        let told = round(kind, seed).await;
        println!("{kind:?}, seed {seed}: {KILLS} kills; {told}");
    }
}

async fn round(kind: Kind, seed: u64) -> String {
    // People give up sooner than on Discord, so that more happens in a round.
    let options = Options {
        answer_within: Duration::from_secs(1),
        patience: Duration::from_secs(2),
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await.expect("a sandbox");
    sandbox.fault(Fault::slow("", "/channels/*", u64::MAX, SLOW));
    let ground = Ground::new(kind).await;
    let mut chance = StdRng::seed_from_u64(seed);
    let ledger = Arc::new(Ledger::default());
    let people = load::start(&sandbox, &ledger, seed);
    for _ in 0..KILLS {
        let mut program = ground.start(&sandbox, "warn,trouble_ticket=info");
        tokio::time::sleep(Duration::from_millis(chance.random_range(0..LONGEST_LIFE))).await;
        assert_eq!(program.has_ended(), None, "it ended by itself: {}", ground.log());
        program.kill();
    }
    sandbox.clear_faults();
    let mut last = ground.start(&sandbox, "warn,trouble_ticket=info");
    people.finish().await;
    verdict::wait_until_quiet(&sandbox, &ground, &ledger).await;
    let told = verdict::check(&sandbox, &ground, &ledger).await;
    last.kill();
    sandbox.stop().await;
    told
}

crate::on_both!(nothing_is_lost_or_doubled);
