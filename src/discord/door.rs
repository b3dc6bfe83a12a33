//! The door to the gateway: a pause between knocks, and an end to knocking where Discord does not let the bot in.
//!
//! serenity knocks again at once, a thousand times a second, when each attempt to resume is turned away; and for ever
//! where it is turned away for good (a version of the API that is no more, a bot that must be split), until Discord
//! takes the token away for too many logins, 1,000 a day. Before each knock it reads the gateway's address, which lies
//! behind a lock: this door holds the lock and lets one reader at a time pass. Must not know why the bot is turned
//! away: serenity does not tell. Invariant: a Discord that cannot be reached at all is waited for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;

use super::rest::Rest;

/// How often to be turned away in a row before giving up.
const ENOUGH: u32 = 6;
/// How often to look who knocks.
const LOOK: Duration = Duration::from_millis(100);
/// The pause after the second knock in a row; it doubles with each, up to the longest.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Says at the door that Discord has let the bot in.
#[derive(Clone, Debug, Default)]
pub(super) struct LetIn(Arc<AtomicBool>);

impl LetIn {
    /// Discord has let the bot in.
    pub(super) fn say(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Keeps the door at which `address` is read; ends when Discord, which can be reached, has turned the bot away too
/// often.
pub(super) async fn keep(address: Arc<Mutex<String>>, let_in: LetIn, rest: Rest) {
    let mut knocks = 0;
    let mut shut = address.lock().await;
    loop {
        tokio::time::sleep(LOOK + pause(knocks)).await;
        if let_in.0.swap(false, Ordering::Relaxed) {
            knocks = 0;
        }
        drop(shut);
        // Whoever waited has the lock now: it is handed on in the order of asking.
        shut = match address.try_lock() {
            Ok(nobody_came) => nobody_came,
            Err(_) => {
                knocks += 1;
                address.lock().await
            }
        };
        if knocks >= ENOUGH {
            if rest.current_user().await.is_ok() {
                return;
            }
            knocks = 0;
        }
    }
}

/// How long the next to knock must wait after so many in a row.
fn pause(knocks: u32) -> Duration {
    match knocks {
        0 | 1 => Duration::ZERO,
        more => (PAUSE * 2_u32.saturating_pow(more - 2)).min(LONGEST_PAUSE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_two_knocks_are_free_and_pauses_grow() {
        assert_eq!([0, 1, 2, 3, 4, 5, 99].map(|knocks| pause(knocks).as_secs()), [0, 0, 1, 2, 4, 5, 5]);
    }
}
