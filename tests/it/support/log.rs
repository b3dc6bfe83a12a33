//! Watching the log: a test fails if anything was logged as an ERROR, or if an event of Discord could not be read.
//!
//! The log is the process's; with tests side by side in one process an error may be charged to a neighbour, but
//! never to nobody.

use std::fmt::Write;
use std::sync::{Mutex, Once, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

static ERRORS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Starts watching.
pub fn watch() -> Watched {
    static START: Once = Once::new();
    START.call_once(|| {
        let lines = tracing_subscriber::fmt::layer().with_test_writer().with_ansi(false);
        let filter =
            EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,trouble_ticket=debug"));
        tracing_subscriber::registry().with(Errors).with(lines.with_filter(filter)).init();
    });
    Watched
}

pub struct Watched;

impl Watched {
    /// Demands that there was none.
    pub fn none(&self) {
        self.none_but(&[]);
    }

    /// Demands that there was none but those that have one of these words in them: what a story brings about on
    /// purpose is told to its [`Setting`](super::world::Setting).
    pub fn none_but(&self, expected: &[&str]) {
        let mut errors = std::mem::take(&mut *ERRORS.lock().unwrap_or_else(PoisonError::into_inner));
        errors.retain(|error| !expected.iter().any(|word| error.contains(word)));
        assert!(errors.is_empty(), "errors in the log: {errors:#?}");
    }
}

struct Errors;

impl<S: Subscriber> Layer<S> for Errors {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let level = *event.metadata().level();
        if level > Level::WARN {
            return;
        }
        let mut line = Line(event.metadata().target().to_owned());
        event.record(&mut line);
        if level == Level::ERROR || line.0.contains("an event of Discord could not be read") {
            ERRORS.lock().unwrap_or_else(PoisonError::into_inner).push(line.0);
        }
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}
