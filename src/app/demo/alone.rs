//! `sandbox`: the stand-in alone, for a bot that is started beside it.

use anyhow::Context;
use serde_json::json;

use crate::app::logging;
use crate::app::run::Stop;
use crate::app::screen::Screen;
use crate::clock::Clock;
use crate::config::Environment;
use crate::sandbox::{Options, RateLimits, Time, serve as start};

/// Starts the sandbox, prints one line of JSON that says where it is, and stays until SIGTERM or Ctrl-C.
///
/// With `limits`, Discord's rate limits are on, and every window is divided by it.
///
/// # Errors
/// If the port cannot be had.
pub async fn serve(screen: Screen, port: u16, stepped: bool, limits: Option<u32>) -> anyhow::Result<()> {
    let environment = Environment::from_process(None)?;
    logging::start(environment.log.as_deref());
    let mut stop = Stop::listen()?;
    let time = if stepped { Time::Stepped(Clock::system().now()) } else { Time::Real };
    let sandbox =
        start(port, Options { time, limits: limits.map(RateLimits::divided), ..Options::default() }).await;
    let sandbox = sandbox.with_context(|| format!("listening on port {port}"))?;
    let place = json!({
        "api": sandbox.api(),
        "token": sandbox.token(),
        "guild": sandbox.guild_id().to_string(),
        "page": sandbox.page(),
    });
    screen.line(&place.to_string());
    stop.wanted().await;
    sandbox.stop().await;
    Ok(())
}
