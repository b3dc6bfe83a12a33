//! The log: to standard error, one line an event, by the filter in `RUST_LOG`.
//!
//! Whatever the filter asks for, what libraries would say with a token in it stays out.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

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
    let filter = SECRETIVE.iter().fold(filter, |filter, limit| match limit.parse() {
        Ok(limit) => filter.add_directive(limit),
        Err(_) => filter,
    });
    let colours = io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(colours);
    // On a full disk a line may be lost; complaining of it on the same standard error would end the work that said it.
    let log = log.log_internal_errors(false);
    // A log that was started before stays as it is.
    let _ = log.try_init();
    if let Some(error) = problem {
        tracing::warn!(%error, "RUST_LOG cannot be read; logging as usual");
    }
}
