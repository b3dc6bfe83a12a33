//! The bot without Discord: a sandbox with a small company in it, and the real bot connected to it over real HTTP
//! and WebSocket.
//!
//! State is kept in a temporary file unless `DATABASE_URL` is set in the environment; `.env` is never read. The
//! guild is new each time, and a database that holds another guild's rows is refused: a demo must not mix with a
//! company's record.

pub mod alone;
pub mod replay;
pub mod script;
mod teller;
mod texts;
pub mod together;

use std::path::PathBuf;

use super::failure::open_database;
use super::logging;
use super::run::Stop;
use super::screen::{Screen, Style};
use crate::clock::Clock;
use crate::config::{Config, DatabaseUrl, Environment};
use crate::error::UserError;
use together::Together;

/// The services of the demo company, in the words of its config.
const SERVICES: &str = r#"
[guild]
time_zone = "Europe/Berlin"

[[services]]
key = "checkout"
name = "Checkout"

[[services]]
key = "payments"
name = "Payments"

[[services]]
key = "website"
name = "Website"
teams = ["web"]
"#;

/// The config of the demo company: the defaults, with a zone and some services.
///
/// # Errors
/// Never, as a test makes sure.
pub fn config() -> anyhow::Result<Config> {
    Ok(Config::parse(SERVICES, "the demo's config")?)
}

/// Serves the company and the bot until Ctrl-C.
///
/// # Errors
/// Why it could not start.
pub async fn stay(screen: Screen) -> anyhow::Result<()> {
    let mut stop = Stop::listen()?;
    let database = Database::choose().await?;
    let mut together = Together::start(config()?, database.url.clone(), Clock::system()).await?;
    screen.line(&format!(
        "A small company and the bot at work in it: {}",
        screen.paint(Style::Bold, &together.sandbox().page())
    ));
    screen.line("Act as its people through the control interface described in docs/SANDBOX.md.");
    screen.line("`demo --script` plays a whole failure. Ctrl-C ends.");
    let ended = tokio::select! {
        ended = together.running_mut().ended() => Some(ended),
        () = stop.wanted() => None,
    };
    together.stop().await;
    ended.map_or(Ok(()), Err)
}

/// Where a demo keeps its state; a temporary file goes when this does.
pub struct Database {
    /// The address.
    pub url: DatabaseUrl,
    file: Option<PathBuf>,
}

impl Database {
    /// What `DATABASE_URL` names, if it holds no other company's rows, or a temporary file.
    ///
    /// # Errors
    /// If the environment is wrong or the database is not to be used for a demo.
    pub async fn choose() -> anyhow::Result<Self> {
        let environment = Environment::from_process(None)?;
        // A demo's output is what it prints; the log is there for who asks for it.
        logging::start(Some(environment.log.as_deref().unwrap_or("error")));
        if !environment.database_url_given {
            return Self::temporary();
        }
        let store = open_database(&environment.database_url).await?;
        let guilds = store.guilds().await;
        store.close().await;
        if guilds?.is_empty() {
            return Ok(Self { url: environment.database_url, file: None });
        }
        let message = format!("The database {} holds tickets already.", environment.database_url);
        let next = "A demo starts a new company each time: give it an empty database, or unset DATABASE_URL.";
        Err(UserError::new(message, next).into())
    }

    fn temporary() -> anyhow::Result<Self> {
        let name = format!("trouble-ticket-demo-{}.db", crate::desk::nonce());
        let file = std::env::temp_dir().join(name);
        let address = format!("sqlite://{}", file.display());
        let url = DatabaseUrl::new(&address)
            .ok_or_else(|| UserError::new("The folder for temporary files cannot be used.", "Set TMPDIR."))?;
        Ok(Self { url, file: Some(file) })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some(file) = &self.file else { return };
        for ending in ["", "-wal", "-shm"] {
            let mut path = file.clone().into_os_string();
            path.push(ending);
            let _ = std::fs::remove_file(path);
        }
    }
}
