//! Discord's rate limits, foreseen: a request waits here until it may leave.
//!
//! Discord tells with every answer which bucket a request drew from, how much is left in it and when it fills
//! again. Each bucket exists once per channel, guild or webhook. Of a bucket nobody has heard of yet one request
//! goes ahead and the others wait for what it learns. Above them all is one limit per second, and a pause when
//! Discord says that everything must wait.
//!
//! Must not know what the requests do. Which of several waiting requests is the most urgent, and the limits that
//! Discord does not announce (publishing, renaming), are to be decided in front of [`Limiter::enter`].
//! Invariants: requests in the air are counted as spent; a wait ends at [`PATIENCE`], so that nobody holds a lease
//! for an hour.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use reqwest::header::HeaderMap;
use tokio::sync::Notify;

use super::route::Lane;
use crate::clock::Clock;

/// The longest wait in here; what would have to wait longer is handed back with the time it takes.
pub(super) const PATIENCE: Duration = Duration::from_secs(15);

/// Requests a second. Discord allows 50 and counts by its own clock; the difference is for the way there.
const PER_SECOND: usize = 45;

/// Answers about one window differ by what the network adds.
const JITTER: TimeDelta = TimeDelta::milliseconds(500);

/// So many windows are kept before those that are over are forgotten.
const MANY: usize = 2_000;

/// What an answer says about limits.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Notice {
    pub(super) bucket: Option<String>,
    pub(super) limit: Option<u32>,
    pub(super) remaining: Option<u32>,
    pub(super) reset_after: Option<Duration>,
    /// The request was refused for now, and for how long if that was said.
    pub(super) refused: Option<Option<Duration>>,
    /// The refusal is about every request, not this bucket.
    pub(super) global: bool,
    /// The answer came from Discord itself and not from something that failed on the way.
    pub(super) sound: bool,
}

impl Notice {
    /// Reads the headers.
    pub(super) fn read(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        Self {
            bucket: text("x-ratelimit-bucket").map(str::to_owned),
            limit: text("x-ratelimit-limit").and_then(|text| text.parse().ok()),
            remaining: text("x-ratelimit-remaining").and_then(|text| text.parse().ok()),
            reset_after: text("x-ratelimit-reset-after").and_then(seconds),
            global: text("x-ratelimit-global").is_some_and(|text| text.eq_ignore_ascii_case("true")),
            ..Self::default()
        }
    }
}

/// A number of seconds as Discord writes it; nonsense is nothing.
pub(super) fn seconds(text: &str) -> Option<Duration> {
    let seconds = text.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok().filter(|wait| *wait <= Duration::from_secs(7 * 86_400))
}

/// Lets requests leave when Discord will take them.
pub(super) struct Limiter {
    clock: Clock,
    state: Mutex<State>,
    changed: Notify,
}

/// The right to send one request; give it back with [`Permit::answered`]. Dropped without an answer, the request
/// counts as spent.
pub(super) struct Permit<'a> {
    limiter: &'a Limiter,
    lane: Lane,
    key: Key,
    notice: Notice,
}

/// A bucket's name once Discord gave one, the kind of request until then; and the channel, guild or webhook.
type Key = (Bucket, String);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Bucket {
    Unnamed((Method, &'static str)),
    Named(String),
}

#[derive(Default)]
struct State {
    paused: Option<DateTime<Utc>>,
    recent: VecDeque<DateTime<Utc>>,
    /// By kind, channel and all: Discord may give one kind of request different buckets in different places.
    names: HashMap<Lane, String>,
    windows: HashMap<Key, Window>,
}

/// One bucket of one channel.
#[derive(Default)]
struct Window {
    /// An answer without limits came: nothing to wait for.
    free: bool,
    limit: u32,
    remaining: u32,
    /// When it fills again; `None` when that has to be learned from the next answer.
    fills: Option<DateTime<Utc>>,
    in_air: u32,
}

impl Limiter {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, state: Mutex::default(), changed: Notify::new() }
    }

    /// Waits until a request of `lane` may leave; `Err` is how long it would have to wait where that is too long.
    pub(super) async fn enter(&self, lane: Lane) -> Result<Permit<'_>, Duration> {
        let patience = self.clock.now() + PATIENCE;
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            // Listen before looking, or an answer between the two is missed.
            changed.as_mut().enable();
            let now = self.clock.now();
            let until = match self.state().admit(&lane, now) {
                Ok(key) => return Ok(Permit { limiter: self, lane, key, notice: Notice::default() }),
                Err(until) => until,
            };
            let wake = until.unwrap_or(patience);
            if wake > patience || now >= patience {
                return Err((wake - now).to_std().unwrap_or_default());
            }
            tokio::select! {
                () = self.clock.sleep_until(wake) => {}
                () = changed => {}
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit<'_> {
    /// Tells the limiter what the answer said.
    pub(super) fn answered(mut self, notice: Notice) {
        self.notice = notice;
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let now = self.limiter.clock.now();
        self.limiter.state().settle(&self.lane, &self.key, &self.notice, now);
        self.limiter.changed.notify_waiters();
    }
}

impl State {
    /// Lets a request leave, or says until when to wait (`None`: until something in the air is answered).
    fn admit(&mut self, lane: &Lane, now: DateTime<Utc>) -> Result<Key, Option<DateTime<Utc>>> {
        if let Some(until) = self.paused.filter(|until| lane.counts && *until > now) {
            return Err(Some(until));
        }
        let second = TimeDelta::seconds(1);
        while self.recent.front().is_some_and(|sent| *sent + second <= now) {
            self.recent.pop_front();
        }
        if lane.counts && self.recent.len() >= PER_SECOND {
            return Err(self.recent.front().map(|sent| *sent + second));
        }
        let bucket = match self.names.get(lane) {
            Some(name) => Bucket::Named(name.clone()),
            None => Bucket::Unnamed(lane.kind.clone()),
        };
        let key = (bucket, lane.major.clone());
        self.windows.entry(key.clone()).or_default().admit(now)?;
        if lane.counts {
            self.recent.push_back(now);
        }
        Ok(key)
    }

    /// Takes in what an answer said, or that there was none.
    fn settle(&mut self, lane: &Lane, key: &Key, notice: &Notice, now: DateTime<Utc>) {
        if let Some(window) = self.windows.get_mut(key) {
            window.in_air = window.in_air.saturating_sub(1);
            if notice.remaining.is_none() {
                window.remaining = window.remaining.saturating_sub(1);
            }
        }
        if let Some(wait) = notice.refused.filter(|_| notice.global) {
            let until = now + wait.unwrap_or(Duration::from_secs(1));
            self.paused = self.paused.max(Some(until));
        }
        let mut key = key.clone();
        if let Some(name) = &notice.bucket {
            self.names.insert(lane.clone(), name.clone());
            let named = (Bucket::Named(name.clone()), lane.major.clone());
            if key != named && self.windows.get(&key).is_some_and(|window| window.in_air == 0) {
                self.windows.remove(&key);
            }
            key = named;
        }
        self.windows.entry(key).or_default().learn(notice, now);
        if self.windows.len() > MANY {
            self.windows.retain(|_, window| window.in_air > 0 || window.fills.is_some_and(|time| time > now));
            let State { names, windows, .. } = self;
            names.retain(|lane, name| {
                windows.contains_key(&(Bucket::Named(name.clone()), lane.major.clone()))
            });
        }
    }
}

impl Window {
    fn admit(&mut self, now: DateTime<Utc>) -> Result<(), Option<DateTime<Utc>>> {
        if self.fills.is_some_and(|time| time <= now) {
            self.remaining = self.limit;
            self.fills = None;
        }
        // With nothing in the air and no time to wait for, somebody has to go and find out.
        let scout = self.in_air == 0 && self.fills.is_none();
        if self.free || self.remaining > self.in_air || scout {
            self.in_air += 1;
            return Ok(());
        }
        Err(self.fills)
    }

    fn learn(&mut self, notice: &Notice, now: DateTime<Utc>) {
        if let Some(wait) = notice.refused {
            // Also where the pause is for everything: two waits for the same time cost nothing.
            self.free = false;
            self.remaining = 0;
            self.fills = self.fills.max(Some(now + wait.unwrap_or(Duration::from_secs(1))));
            self.limit = notice.limit.unwrap_or(self.limit);
            return;
        }
        let (Some(remaining), Some(after)) = (notice.remaining, notice.reset_after) else {
            self.free |= notice.sound;
            return;
        };
        let fills = now + after;
        // Answers overtake each other: within one window the smallest number is the latest.
        let same = self.fills.is_some_and(|time| fills <= time + JITTER);
        self.remaining = if same { self.remaining.min(remaining) } else { remaining };
        self.fills = if same { self.fills.max(Some(fills)) } else { Some(fills) };
        self.limit = notice.limit.unwrap_or(remaining + 1);
        self.free = false;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::discord::rest::route::Route;

    fn clock() -> Clock {
        Clock::stepped(DateTime::from_timestamp(1_780_000_000, 0).unwrap())
    }

    fn post(channel: i64) -> Lane {
        Route::post("/channels/{}/messages").part(channel).lane()
    }

    fn left(remaining: u32, millis: u64) -> Notice {
        Notice {
            bucket: Some("abc".to_owned()),
            limit: Some(5),
            remaining: Some(remaining),
            reset_after: Some(Duration::from_millis(millis)),
            sound: true,
            ..Notice::default()
        }
    }

    /// Whether a request could leave at once; it then counts as being in the air.
    fn goes(limiter: &Limiter, lane: &Lane) -> bool {
        limiter.state().admit(lane, limiter.clock.now()).is_ok()
    }

    #[tokio::test]
    async fn one_goes_ahead_and_the_others_wait_for_what_it_learns() {
        let limiter = Limiter::new(clock());
        let scout = limiter.enter(post(1)).await.unwrap();
        assert!(!goes(&limiter, &post(1)));
        assert!(goes(&limiter, &post(2)), "another channel is another bucket");
        scout.answered(left(4, 5_000));
        let granted = (0..10).filter(|_| goes(&limiter, &post(1))).count();
        assert_eq!(granted, 4);
    }

    #[tokio::test]
    async fn an_empty_bucket_is_waited_for_and_a_long_wait_is_handed_back() {
        let clock = clock();
        let limiter = Arc::new(Limiter::new(clock.clone()));
        limiter.enter(post(1)).await.unwrap().answered(left(0, 5_000));
        let waiting = tokio::spawn({
            let limiter = limiter.clone();
            async move { limiter.enter(post(1)).await.map(drop) }
        });
        while clock.next_wake().is_none() {
            tokio::task::yield_now().await;
        }
        assert_eq!(clock.next_wake(), Some(clock.now() + TimeDelta::seconds(5)));
        clock.advance_to(clock.now() + TimeDelta::seconds(5));
        assert_eq!(waiting.await.unwrap(), Ok(()));

        limiter.enter(post(3)).await.unwrap().answered(left(0, 600_000));
        assert_eq!(limiter.enter(post(3)).await.err(), Some(Duration::from_secs(600)));
    }

    #[tokio::test]
    async fn answers_that_overtake_each_other_do_not_fill_a_bucket() {
        let limiter = Limiter::new(clock());
        limiter.enter(post(1)).await.unwrap().answered(left(4, 5_000));
        let (first, second) = (limiter.enter(post(1)).await.unwrap(), limiter.enter(post(1)).await.unwrap());
        second.answered(left(2, 4_900));
        first.answered(left(3, 4_950));
        assert_eq!((0..9).filter(|_| goes(&limiter, &post(1))).count(), 2);
    }

    #[tokio::test]
    async fn a_global_refusal_stops_everything_but_replies() {
        let clock = clock();
        let limiter = Limiter::new(clock.clone());
        let wait = Some(Some(Duration::from_secs(3)));
        limiter.enter(post(1)).await.unwrap().answered(Notice {
            refused: wait,
            global: true,
            ..left(3, 100)
        });
        assert!(!goes(&limiter, &post(2)));
        assert!(goes(&limiter, &Route::patch("/webhooks/{}/{}/messages/@original").part(1).part("t").lane()));
        clock.advance_to(clock.now() + TimeDelta::seconds(3));
        assert!(goes(&limiter, &post(2)));
    }

    #[tokio::test]
    async fn a_refusal_holds_its_own_channel_only() {
        let clock = clock();
        let limiter = Limiter::new(clock.clone());
        limiter.enter(post(1)).await.unwrap().answered(Notice { refused: Some(None), ..Notice::default() });
        assert!(!goes(&limiter, &post(1)));
        assert!(goes(&limiter, &post(2)));
        clock.advance_to(clock.now() + TimeDelta::seconds(1));
        assert!(goes(&limiter, &post(1)));
    }

    #[tokio::test]
    async fn without_limits_nobody_waits_and_without_an_answer_one_tries() {
        let limiter = Limiter::new(clock());
        limiter.enter(post(1)).await.unwrap().answered(Notice { sound: true, ..Notice::default() });
        assert!((0..20).all(|_| goes(&limiter, &post(1))));
        drop(limiter.enter(post(2)).await.unwrap());
        assert!(goes(&limiter, &post(2)));
        assert!(!goes(&limiter, &post(2)));
    }

    #[tokio::test]
    async fn no_second_sees_more_than_discord_takes() {
        let clock = clock();
        let limiter = Limiter::new(clock.clone());
        let granted = (0..100).filter(|channel| goes(&limiter, &post(*channel))).count();
        assert_eq!(granted, PER_SECOND);
        clock.advance_to(clock.now() + TimeDelta::seconds(1));
        assert!(goes(&limiter, &post(1_000)));
    }

    #[test]
    fn nonsense_in_a_header_is_nothing() {
        for text in ["", "-1", "NaN", "inf", "1e300", "soon"] {
            assert_eq!(seconds(text), None, "{text}");
        }
        assert_eq!(seconds("0.25"), Some(Duration::from_millis(250)));
    }
}
