//! The log: to standard error, one line an event, by the filter in `RUST_LOG`.
//!
//! Whatever the filter asks for, what libraries would say with a token in it stays out.

use std::io::{self, IsTerminal};

use tracing::Metadata;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use crate::discord::gateway::{QUIET, SECRETIVE};

/// What is logged when nobody says: our own work; of the libraries only trouble.
fn usual() -> EnvFilter {
    EnvFilter::new(format!("warn,{QUIET},trouble_ticket=info"))
}

/// Starts the log. A filter that cannot be read is replaced by the default, and said.
pub fn start(filter: Option<&str>) {
    let (filter, problem) = match filter.map(EnvFilter::try_new) {
        None => (usual(), None),
        Some(Ok(filter)) => (filter, None),
        Some(Err(error)) => (usual(), Some(error)),
    };
    // A filter of its own: in `RUST_LOG`, whatever names a target more closely wins.
    let silent = |about: &Metadata<'_>| {
        SECRETIVE.iter().any(|(target, most)| about.target().starts_with(target) && about.level() > most)
    };
    let colours = io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(colours);
    // On a full disk a line may be lost; complaining of it on the same standard error would end the work that said it.
    let lines = lines.log_internal_errors(false);
    let lines = lines.with_filter(filter).with_filter(filter_fn(move |about| !silent(about)));
    // A log that was started before stays as it is.
    let _ = tracing_subscriber::registry().with(lines).try_init();
    if let Some(error) = problem {
        tracing::warn!(%error, "RUST_LOG cannot be read; logging as usual");
    }
}
