//! A window of time in which only so much may happen.
//!
//! It must not know what happens. Keeps: a window begins with the first thing in it and ends a fixed time later,
//! as Discord's do.

use std::time::Duration;

use tokio::time::Instant;

use super::table::Rule;

/// A window that began when something happened, or none.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Window {
    began: Option<Instant>,
    used: u32,
}

impl Window {
    /// Counts one more, or says how long to wait.
    pub(crate) fn take(&mut self, rule: Rule, now: Instant) -> Result<(), Duration> {
        if self.left(rule, now).is_zero() {
            *self = Self { began: Some(now), used: 0 };
        }
        if self.used >= rule.limit {
            return Err(self.left(rule, now));
        }
        self.used += 1;
        Ok(())
    }

    /// How many more may happen in it.
    pub(crate) fn remaining(&self, rule: Rule) -> u32 {
        rule.limit.saturating_sub(self.used)
    }

    /// How long it still lasts.
    pub(crate) fn left(&self, rule: Rule, now: Instant) -> Duration {
        self.began.map_or(Duration::ZERO, |began| (began + rule.window).saturating_duration_since(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_begins_with_the_first_and_ends_for_all() {
        let rule = Rule { limit: 2, window: Duration::from_secs(5) };
        let (mut window, start) = (Window::default(), Instant::now());
        let at = |millis| start + Duration::from_millis(millis);
        assert_eq!(window.take(rule, at(0)), Ok(()));
        assert_eq!(window.take(rule, at(4_000)), Ok(()));
        assert_eq!(window.take(rule, at(4_500)), Err(Duration::from_millis(500)));
        assert_eq!(window.take(rule, at(5_000)), Ok(()));
        assert_eq!((window.remaining(rule), window.left(rule, at(6_000))), (1, Duration::from_secs(4)));
    }
}
