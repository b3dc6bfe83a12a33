//! The clock that the ids are minted from, and the only reader of time for stored facts.
//!
//! Deadlines, limits and heartbeats do not use it: they count in real time, whatever the date in the world is.
//! Keeps: a stepped clock never goes back.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

/// A function that tells the time.
pub type Now = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Where the sandbox takes the date from.
#[derive(Clone, Default)]
pub enum Time {
    /// The machine's clock.
    #[default]
    Real,
    /// Stands still until it is moved through the control interface.
    Stepped(DateTime<Utc>),
    /// Somebody else's clock, shared with whatever is tested.
    Given(Now),
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Real => f.write_str("Real"),
            Self::Stepped(start) => write!(f, "Stepped({start})"),
            Self::Given(_) => f.write_str("Given"),
        }
    }
}

/// A running clock.
pub(crate) enum Clock {
    Real,
    Stepped(Mutex<DateTime<Utc>>),
    Given(Now),
}

impl Clock {
    pub(crate) fn new(time: &Time) -> Self {
        match time {
            Time::Real => Self::Real,
            Time::Stepped(start) => Self::Stepped(Mutex::new(*start)),
            Time::Given(now) => Self::Given(Arc::clone(now)),
        }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        match self {
            #[expect(clippy::disallowed_methods, reason = "the sandbox's one reader of the system's clock")]
            Self::Real => Utc::now(),
            Self::Stepped(now) => *now.lock().unwrap_or_else(PoisonError::into_inner),
            Self::Given(now) => now(),
        }
    }

    pub(crate) fn is_stepped(&self) -> bool {
        matches!(self, Self::Stepped(_))
    }

    /// Moves a stepped clock forward; says no for other clocks and for times that have passed.
    pub(crate) fn set(&self, time: DateTime<Utc>) -> Result<(), String> {
        let Self::Stepped(now) = self else {
            return Err("this clock is not stepped: it cannot be set".to_owned());
        };
        let mut now = now.lock().unwrap_or_else(PoisonError::into_inner);
        if time < *now {
            return Err(format!("the clock shows {now} already and does not go back"));
        }
        *now = time;
        Ok(())
    }
}
