//! The log: to standard error, one line an event, by the filter in `RUST_LOG`.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

/// What is logged when nobody says: our own work; of the libraries only trouble.
const DEFAULT: &str = "warn,serenity::gateway::bridge::shard_runner=error,trouble_ticket=info";

/// Starts the log. A filter that cannot be read is replaced by the default, and said.
pub fn start(filter: Option<&str>) {
    let (filter, problem) = match filter.map(EnvFilter::try_new) {
        None => (EnvFilter::new(DEFAULT), None),
        Some(Ok(filter)) => (filter, None),
        Some(Err(error)) => (EnvFilter::new(DEFAULT), Some(error)),
    };
    let colours = io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(colours);
    // A log that was started before stays as it is.
    let _ = log.try_init();
    if let Some(error) = problem {
        tracing::warn!(%error, "RUST_LOG cannot be read; logging as usual");
    }
}
