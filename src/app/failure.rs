//! Why the program cannot go on, as a person reads it: one clear sentence, the next step, an exit code.
//!
//! Nothing here may show a token or a password. Exit codes: 1 for what happened, 2 for what was written wrong
//! (config, arguments, names that Discord does not know).

use std::fmt;
use std::process::ExitCode;

use crate::config::{DatabaseUrl, LoadError, Problems};
use crate::discord::gateway::Disconnected;
use crate::discord::resolve::Findings;
use crate::discord::rest::{Fault, NoGateway};
use crate::error::{UserError, user_error};
use crate::store::{Store, StoreError, Trouble};

/// The bot cannot work with this config on this server.
#[derive(Debug)]
pub struct NotUsable(pub Findings);

impl fmt::Display for NotUsable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.0.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for NotUsable {}

/// The text for a failure, and how the program ends.
#[must_use]
pub fn explain(error: &anyhow::Error) -> (String, ExitCode) {
    let wrong = ExitCode::from(2);
    if let Some(problems) = find::<Problems>(error) {
        return (problems.to_string(), wrong);
    }
    if let Some(findings) = find::<NotUsable>(error) {
        return (findings.to_string(), wrong);
    }
    if let Some(error) = find::<LoadError>(error) {
        return (error.to_string(), wrong);
    }
    if let Some(error) = user_error(error) {
        return (format!("error: {error}"), ExitCode::FAILURE);
    }
    (format!("error: {error:#}"), ExitCode::FAILURE)
}

fn find<T: std::error::Error + 'static>(error: &anyhow::Error) -> Option<&T> {
    error.chain().find_map(|cause| cause.downcast_ref())
}

/// Opens the database, or says why it does not open.
///
/// # Errors
/// Whatever keeps it closed, as a [`UserError`].
pub async fn open_database(url: &DatabaseUrl) -> anyhow::Result<Store> {
    Store::open(url.expose()).await.map_err(|error| database(url, &error))
}

/// Opens a database that is there and changes nothing, or says what to do.
///
/// # Errors
/// Whatever keeps it closed, as a [`UserError`].
pub async fn open_database_as_it_is(url: &DatabaseUrl) -> anyhow::Result<Store> {
    Store::open_as_it_is(url.expose()).await.map_err(|error| database(url, &error))
}

/// Why the database does not open, or not for this process, and what to do.
#[must_use]
pub fn database(url: &DatabaseUrl, error: &StoreError) -> anyhow::Error {
    let next = match error {
        StoreError::TooNew { .. } => "Start the newer version again, or restore a copy from before it.",
        StoreError::OtherSchema { .. } => {
            "Use the program that the bot runs with, or start the bot once with this one, which brings it up to date."
        }
        StoreError::InUse(_) => {
            "One bot works with a SQLite file. Stop the other one first, or look whether it is the one you want."
        }
        StoreError::Address(_) => "Look at DATABASE_URL.",
        _ => match (error.trouble(), error) {
            (Trouble::Corrupt, _) => {
                "Keep the file as it is and put a backup in its place; `sqlite3 FILE .recover` reads what is left of it."
            }
            (Trouble::NotWritable, _) => {
                "Let the user that runs the bot write the file and its folder; SQLite makes files beside it."
            }
            (Trouble::Full, _) => "Make room on its disk, then start again. Nothing was lost.",
            (Trouble::Busy, _) => "Another program holds it; end that one, or wait, then start again.",
            (Trouble::Password, _) => "Look at the user and the password in DATABASE_URL.",
            (Trouble::NoSuchDatabase, _) => {
                "Make the database (`createdb`), or look at its name in DATABASE_URL."
            }
            (Trouble::Crowded, _) => {
                "Let the server take more connections (`max_connections`; the bot uses eleven), or end others."
            }
            (_, StoreError::Migration(_)) => "Nothing was lost; report this with the line above.",
            _ => "Look at DATABASE_URL, and that the database runs and can be reached from here.",
        },
    };
    UserError::new(format!("The database {url} cannot be used: {}.", chain(error)), next).into()
}

/// An error and what is behind it, without saying anything twice.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

/// The API did not say where the gateway is.
#[must_use]
pub fn no_gateway(api: &str, error: &NoGateway) -> anyhow::Error {
    let next = match error {
        NoGateway::Address(_) => "Look at what DISCORD_API_URL leads to.",
        NoGateway::Fault(_) => "Look at the network and at DISCORD_API_URL, and start again.",
    };
    UserError::new(format!("Discord's API at {api} cannot be used: {error}."), next).into()
}

/// Discord did not take the commands.
#[must_use]
pub fn no_commands(fault: &Fault) -> anyhow::Error {
    let next = "Invite the bot again with the scope `applications.commands`, then start it again.";
    UserError::new(format!("The bot's commands could not be registered: {fault}."), next).into()
}

/// The connection to the gateway ended.
#[must_use]
pub fn disconnected(why: &Disconnected) -> anyhow::Error {
    let again = "Start the bot again; what it owes is in the database.";
    let error = match why {
        Disconnected::Token => UserError::new(
            "Discord does not accept the bot's token.",
            "Copy it again from the Bot page of your application, and set DISCORD_TOKEN to it.",
        ),
        Disconnected::Intents => UserError::new(
            "Discord does not let the bot read members and messages.",
            "Switch on Server Members Intent and Message Content Intent on the Bot page of your application at \
             https://discord.com/developers/applications, then start it again.",
        ),
        Disconnected::TurnedAway => UserError::new(
            "Discord turned the bot away again and again.",
            "If https://discordstatus.com knows of no trouble, start a newer version; what the bot owes is in the database.",
        ),
        Disconnected::Failed(error) => {
            UserError::new(format!("The connection to Discord ended: {error}."), again)
        }
        Disconnected::Closed => UserError::new("The connection to Discord ended.", again),
    };
    error.into()
}
