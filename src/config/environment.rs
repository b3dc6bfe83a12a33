//! The environment: what may not stand in a file that is committed, and where that file is.
//!
//! Read once at the start, through a lookup that is a parameter; `.env` fills in what the environment leaves out.
//! Must not know what is done with the values. Invariant: no message contains a value that may be secret.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use super::problem::{Problem, Problems, quoted};
use super::secret::{DatabaseUrl, Secret};

/// The database of those who name none; its folder and file are made at the first start.
pub const DEFAULT_DATABASE_URL: &str = "sqlite://data/trouble-ticket.db";
/// Discord itself.
pub const DEFAULT_API_URL: &str = "https://discord.com";
/// The config file of those who name none.
pub const DEFAULT_CONFIG_PATH: &str = "bot-config.toml";

const TOKEN: &str = "DISCORD_TOKEN";
const DATABASE: &str = "DATABASE_URL";
const API: &str = "DISCORD_API_URL";
const CONFIG: &str = "TROUBLE_TICKET_CONFIG";
const LOG: &str = "RUST_LOG";

/// What the environment says, checked. An empty variable counts as one that is not set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// `DISCORD_TOKEN`: the bot's token, without `Bot `. Not every command needs one.
    pub token: Option<Secret>,
    /// `DATABASE_URL`, or [`DEFAULT_DATABASE_URL`].
    pub database_url: DatabaseUrl,
    /// Whether `DATABASE_URL` was set: a demo without one keeps its state in a temporary file.
    pub database_url_given: bool,
    /// `DISCORD_API_URL`, or [`DEFAULT_API_URL`]: scheme, host and port, without a slash at the end.
    pub api_url: String,
    /// `TROUBLE_TICKET_CONFIG`, or [`DEFAULT_CONFIG_PATH`].
    pub config_path: PathBuf,
    /// Whether `TROUBLE_TICKET_CONFIG` was set: a file that somebody names has to be there.
    pub config_path_given: bool,
    /// `RUST_LOG`: what the log shows.
    pub log: Option<String>,
}

impl Environment {
    /// Reads the process's environment; with `dotenv`, the variables of that file too, where the environment does
    /// not set them. The file need not exist.
    ///
    /// # Errors
    /// Everything that is wrong with the variables and the file.
    pub fn from_process(dotenv: Option<&Path>) -> Result<Self, Problems> {
        let file = dotenv.map_or_else(|| Ok(BTreeMap::new()), dotenv_file)?;
        // What is not text would be refused later, with the variable's name.
        let process = |name: &str| {
            let value = std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
            value.filter(|value| !value.trim().is_empty())
        };
        Self::read(&|name| process(name).or_else(|| file.get(name).cloned()))
    }

    /// Reads the variables that `lookup` finds.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn read(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, Problems> {
        let set =
            |name: &str| lookup(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let problems = RefCell::new(Vec::new());
        let wrong = |name: &str, (message, hint): (String, String)| {
            problems.borrow_mut().push(problem("environment", None, name, message, hint));
        };
        let (database, config) = (set(DATABASE), set(CONFIG));
        let token = set(TOKEN).map(|text| token(&text)).transpose().map_err(|why| wrong(TOKEN, why));
        let database_url = database_url(database.as_deref().unwrap_or(DEFAULT_DATABASE_URL))
            .map_err(|why| wrong(DATABASE, why));
        let api_url = api_url(set(API).as_deref().unwrap_or(DEFAULT_API_URL)).map_err(|why| wrong(API, why));
        match (token, database_url, api_url) {
            (Ok(token), Ok(database_url), Ok(api_url)) => Ok(Self {
                token: token.map(Secret::new),
                database_url,
                database_url_given: database.is_some(),
                api_url,
                config_path_given: config.is_some(),
                config_path: config.unwrap_or_else(|| DEFAULT_CONFIG_PATH.to_owned()).into(),
                log: set(LOG),
            }),
            _ => Err(Problems(problems.take())),
        }
    }
}

fn problem(file: &str, line: Option<usize>, key: &str, message: String, hint: String) -> Problem {
    Problem { file: file.to_owned(), line, key: key.to_owned(), message, hint }
}

/// The variables of a `.env` file; none where there is no such file.
fn dotenv_file(path: &Path) -> Result<BTreeMap<String, String>, Problems> {
    let name = path.display().to_string();
    let wrong = |line, message: String, hint: &str| {
        Problems(vec![problem(&name, line, "", message, hint.to_owned())])
    };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(wrong(None, format!("cannot be read: {error}"), "")),
    };
    dotenvy::from_read_iter(text.as_bytes()).collect::<Result<_, _>>().map_err(|error| match error {
        // The error's own text would print the line, and the token with it.
        dotenvy::Error::LineParse(part, _) => {
            let at = text.find(part.trim()).filter(|_| !part.trim().is_empty());
            let line = at.map(|at| text[..at].matches('\n').count() + 1);
            let hint = "Every line is `NAME=value`; put a value with spaces or `$` in single quotes.";
            wrong(line, "this line cannot be understood".into(), hint)
        }
        _ => wrong(None, "cannot be understood".into(), ""),
    })
}

/// The token without what people copy along with it.
fn token(text: &str) -> Result<String, (String, String)> {
    let bare = match text.get(..4) {
        Some(head) if head.eq_ignore_ascii_case("bot ") => text[4..].trim(),
        _ => text,
    };
    if bare.is_empty() || !bare.chars().all(|c| c.is_ascii_graphic()) {
        return Err((
            "expected a bot's token, found something with spaces or other characters that no token has"
                .into(),
            "Copy it from the Bot page of your application on https://discord.com/developers/applications."
                .into(),
        ));
    }
    Ok(bare.to_owned())
}

fn database_url(text: &str) -> Result<DatabaseUrl, (String, String)> {
    DatabaseUrl::new(text).ok_or_else(|| {
        // Only what is surely a scheme is shown: the rest may hold a password.
        let found = match text.split_once("://") {
            Some((scheme, _)) if scheme.chars().all(|c| c.is_ascii_alphanumeric()) => {
                format!("one that begins with `{scheme}://`")
            }
            _ => "neither".into(),
        };
        let found = format!("expected sqlite://FILE or postgres://HOST/DATABASE, found {found}");
        let hint = format!("Such as {DEFAULT_DATABASE_URL} or postgres://USER:PASSWORD@HOST/DATABASE.");
        (found, hint)
    })
}

/// Scheme, host and port of Discord's API or of what stands in for it.
fn api_url(text: &str) -> Result<String, (String, String)> {
    let expected = |hint: &str| {
        // Somebody's password may be in it.
        let found = if text.contains('@') { "one with a name or password".into() } else { quoted(text) };
        (format!("expected https://HOST or https://HOST:PORT, found {found}"), hint.to_owned())
    };
    let url = reqwest::Url::parse(text).map_err(|error| {
        let hint = match text.contains("://") {
            true => format!("It is not a URL: {error}."),
            false => "It begins with `https://`.".into(),
        };
        expected(&hint)
    })?;
    let host = url.host_str().unwrap_or_default();
    if !matches!(url.scheme(), "http" | "https") || host.is_empty() {
        return Err(expected(&format!("Discord itself is {DEFAULT_API_URL}.")));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(expected("Leave out the name and the password; the token is all the bot sends."));
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err(expected("Leave out the path; the bot adds `/api/v10` itself."));
    }
    if url.scheme() == "http" && !is_loopback(host) {
        return Err((
            format!("plain http is only for this machine itself, found {}", quoted(text)),
            "The token would cross the network for everyone to read; use https.".into(),
        ));
    }
    Ok(url.origin().ascii_serialization())
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
