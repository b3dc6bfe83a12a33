//! What the bot is told: `bot-config.toml`, and the environment.
//!
//! [`Config::parse`] turns the text of the file into plain, validated data or into everything that is wrong with it;
//! [`environment`] reads the variables. Nothing of Discord is asked here, so the same reading serves a check while
//! Discord is down. Must not know any other part of the bot. Invariant: whoever has a [`Config`] need not check it
//! again, and an empty file means the same as the reference in the root of the repository.
//!
//! Where to look next: `model` for the data, `read` for the sections, `values` for single values, `tree` for the walk
//! through the file.

mod defaults;
pub mod environment;
mod keys;
mod model;
mod nearest;
mod problem;
mod read;
mod reference;
mod routes;
mod secret;
mod syntax;
mod tree;
mod values;

use std::io;
use std::path::{Path, PathBuf};

use toml::de::DeTable;

pub use environment::Environment;
pub use model::{
    Archive, Channels, Colour, Config, Guild, Language, MAX_DESCRIPTION_CHARS, MAX_KEY_CHARS, MAX_MARK_CHARS,
    MAX_NAME_CHARS, MAX_ROLES, MAX_ROUTES, MAX_SERVICES, MAX_SEVERITIES, MAX_TEAMS, Roles, Service, Severity,
    Standby, Team, Tickets,
};
pub use problem::{Problem, Problems};
pub use reference::Reference;
pub use routes::{Announced, Route, Selection};
pub use secret::{DatabaseKind, DatabaseUrl, Secret};

use tree::{Section, Sheet};

/// Why there is no config.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// There is no such file. Whether the defaults are used instead is for the caller to decide.
    #[error(
        "There is no config file {}. Copy `bot-config.toml` from the repository there, or name another file in \
         TROUBLE_TICKET_CONFIG.", .path.display()
    )]
    Missing {
        /// The file that was looked for.
        path: PathBuf,
    },
    /// The file is there but cannot be read.
    #[error("The config file {} cannot be read. Look at its permissions, and that it is a file.", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file was read and is wrong.
    #[error(transparent)]
    Invalid(#[from] Problems),
}

impl Config {
    /// The commented file with every setting and its default, as it lies in the root of the repository.
    pub const REFERENCE: &str = include_str!("../../bot-config.toml");

    /// Reads the text of a config file; `file_name` is how the problems call it.
    ///
    /// # Errors
    /// All problems of the file, in its order.
    pub fn parse(text: &str, file_name: &str) -> Result<Self, Problems> {
        let (table, errors) = DeTable::parse_recoverable(text);
        let sheet = Sheet::new(file_name, text, &errors);
        let config = read::config(&Section::root(&sheet, table.get_ref(), &keys::ROOT));
        let problems = sheet.into_problems();
        if problems.0.is_empty() { Ok(config) } else { Err(problems) }
    }

    /// Reads the config file at `path`.
    ///
    /// # Errors
    /// Where it is missing, cannot be read, or says something wrong.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        let bytes = std::fs::read(path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => LoadError::Missing { path: path.to_owned() },
            _ => LoadError::Unreadable { path: path.to_owned(), source },
        })?;
        let name = path.display().to_string();
        match std::str::from_utf8(&bytes) {
            Ok(text) => Ok(Self::parse(text, &name)?),
            Err(error) => {
                let before = &bytes[..error.valid_up_to()];
                Err(LoadError::Invalid(Problems(vec![Problem {
                    file: name,
                    line: Some(before.iter().filter(|byte| **byte == b'\n').count() + 1),
                    key: String::new(),
                    message: "not UTF-8 text".into(),
                    hint: "Save the file in the encoding UTF-8.".into(),
                }])))
            }
        }
    }
}
