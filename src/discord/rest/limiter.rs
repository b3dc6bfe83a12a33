//! Discord's rate limits, foreseen: what must be true so that a request may leave.
//!
//! Discord tells with every answer which bucket a request drew from, how much is left in it and when it fills
//! again. Each bucket exists once per channel, guild or webhook. Of a bucket nobody has heard of yet one request
//! goes ahead and the others wait for what it learns. Above them all is one limit per second, and a pause when
//! Discord says that everything must wait.
//!
//! Must not know what the requests do, nor who waits (`queue`). Invariants: a request counts from when it leaves until
//! its answer; towards the limit per second until a second after its answer, since nobody knows when in between
//! Discord counted it.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::Method;
use reqwest::header::HeaderMap;

use super::route::Lane;
use super::timing::Timing;

/// Requests a second. Discord allows 50; the difference is for what the gateway's client asks by itself.
pub(super) const PER_SECOND: usize = 45;

/// How many of those are never taken by reading for the archive, so that it holds up nobody.
pub(super) const NOT_FOR_READING: usize = 15;

/// Answers about one window differ by what the network and a busy machine add, which is no shorter in a hurry.
const JITTER: Duration = Duration::from_millis(500);
/// How long to wait where Discord refuses without saying so.
const UNTOLD: Duration = Duration::from_secs(1);

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
    /// The refusal is about a limit that is not the bot's alone; Discord does not hold it against the bot.
    pub(super) shared: bool,
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
            shared: text("x-ratelimit-scope") == Some("shared"),
            ..Self::default()
        }
    }
}

/// A number of seconds as Discord writes it; nonsense is nothing.
pub(super) fn seconds(text: &str) -> Option<Duration> {
    let seconds = text.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok().filter(|wait| *wait <= Duration::from_secs(7 * 86_400))
}

/// A bucket's name once Discord gave one, the kind of request until then; and the channel, guild or webhook.
pub(super) type Key = (Bucket, String);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Bucket {
    Unnamed((Method, &'static str)),
    Named(String),
}

/// What is known of Discord's limits.
#[derive(Default)]
pub(super) struct Limits {
    timing: Timing,
    paused: Option<DateTime<Utc>>,
    /// How many requests that count are in the air, and when the last ones were answered.
    in_air: usize,
    answered: VecDeque<DateTime<Utc>>,
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
    /// The longest that it was said to take until then.
    span: Duration,
    in_air: u32,
}

impl Limits {
    pub(super) fn new(timing: Timing) -> Self {
        Self { timing, ..Self::default() }
    }

    /// Lets a request leave if fewer than `most` are on the way in this second, or says until when to wait (`None`:
    /// until something in the air is answered).
    pub(super) fn admit(
        &mut self,
        lane: &Lane,
        most: usize,
        now: DateTime<Utc>,
    ) -> Result<Key, Option<DateTime<Utc>>> {
        if lane.counts {
            if let Some(until) = self.paused.filter(|until| *until > now) {
                return Err(Some(until));
            }
            let second = self.timing.short(Duration::from_secs(1));
            while self.answered.front().is_some_and(|time| *time + second <= now) {
                self.answered.pop_front();
            }
            if let Some(over) = (self.in_air + self.answered.len()).checked_sub(most) {
                // There is room when so many more are over.
                return Err(self.answered.get(over).map(|time| *time + second));
            }
        }
        let bucket = match self.names.get(lane) {
            Some(name) => Bucket::Named(name.clone()),
            None => Bucket::Unnamed(lane.kind.clone()),
        };
        let key = (bucket, lane.major.clone());
        self.windows.entry(key.clone()).or_default().admit(now)?;
        self.in_air += usize::from(lane.counts);
        Ok(key)
    }

    /// Takes in what an answer said, or that there was none.
    pub(super) fn settle(&mut self, lane: &Lane, key: &Key, notice: &Notice, now: DateTime<Utc>) {
        if lane.counts {
            self.in_air = self.in_air.saturating_sub(1);
            self.answered.push_back(now);
        }
        if let Some(window) = self.windows.get_mut(key) {
            window.in_air = window.in_air.saturating_sub(1);
            if notice.remaining.is_none() {
                window.remaining = window.remaining.saturating_sub(1);
            }
        }
        let untold = self.timing.short(UNTOLD);
        if let Some(wait) = notice.refused.filter(|_| notice.global) {
            let until = now + wait.unwrap_or(untold);
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
        self.windows.entry(key).or_default().learn(notice, now, untold);
        if self.windows.len() > MANY {
            self.forget(now);
        }
    }

    /// Forgets the windows that are over.
    fn forget(&mut self, now: DateTime<Utc>) {
        self.windows.retain(|_, window| window.in_air > 0 || window.fills.is_some_and(|time| time > now));
        let Self { names, windows, .. } = self;
        names.retain(|lane, name| windows.contains_key(&(Bucket::Named(name.clone()), lane.major.clone())));
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

    fn learn(&mut self, notice: &Notice, now: DateTime<Utc>, untold: Duration) {
        if let Some(wait) = notice.refused {
            // Also where the pause is for everything: two waits for the same time cost nothing.
            self.free = false;
            self.remaining = 0;
            self.fills = self.fills.max(Some(now + wait.unwrap_or(untold)));
            self.limit = notice.limit.unwrap_or(self.limit);
            return;
        }
        let (Some(remaining), Some(after)) = (notice.remaining, notice.reset_after) else {
            self.free |= notice.sound;
            return;
        };
        let fills = now + after;
        self.span = self.span.max(after);
        // What differs by less is taken for one window: at worst less is sent than could be.
        let jitter = JITTER.max(self.span / 2);
        if self.fills.is_some_and(|time| fills + jitter < time) {
            // It was overtaken by an answer from the next window.
            return;
        }
        // Answers overtake each other: within one window the smallest number is the latest.
        let same = self.fills.is_some_and(|time| fills <= time + jitter);
        self.remaining = if same { self.remaining.min(remaining) } else { remaining };
        self.fills = if same { self.fills.max(Some(fills)) } else { Some(fills) };
        self.limit = notice.limit.unwrap_or(remaining + 1);
        self.free = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_in_a_header_is_nothing() {
        for text in ["", "-1", "NaN", "inf", "1e300", "soon"] {
            assert_eq!(seconds(text), None, "{text}");
        }
        assert_eq!(seconds("0.25"), Some(Duration::from_millis(250)));
    }

    #[test]
    fn the_windows_of_a_sandbox_in_a_hurry_pass_as_fast() {
        let mut limits = Limits::new(Timing { divisor: 10, ..Timing::default() });
        let lane = super::super::route::Route::get("/users/@me").lane();
        let now = DateTime::from_timestamp(1_780_000_000, 0).unwrap_or_default();
        let key = limits.admit(&lane, 1, now).unwrap();
        assert_eq!(limits.admit(&lane, 1, now), Err(None));
        limits.settle(&lane, &key, &Notice { sound: true, ..Notice::default() }, now);
        let over = now + Duration::from_millis(100);
        assert_eq!(limits.admit(&lane, 1, now), Err(Some(over)));
        assert!(limits.admit(&lane, 1, over).is_ok());
    }
}
