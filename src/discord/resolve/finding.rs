//! What a look at Discord brought up, said so that whoever runs the bot can put it right.
//!
//! Each finding is one sentence about what is the matter and one about what to do. Must not know how it was found.
//! Invariant: an error means that the bot cannot do its work and does not start; a warning, that it starts and
//! somebody goes without something.

use std::fmt;

use crate::discord::rest::Fault;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The bot cannot start like this.
    Error,
    /// The bot starts, but not everything works.
    Warning,
}

/// One thing that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub level: Level,
    /// What is the matter, as a sentence.
    pub message: String,
    /// What to do, as a sentence.
    pub next: String,
}

/// Everything that was found, in the order it was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings(pub Vec<Finding>);

impl Finding {
    /// Something that keeps the bot from starting.
    pub fn error(message: impl Into<String>, next: impl Into<String>) -> Self {
        Self { level: Level::Error, message: message.into(), next: next.into() }
    }

    /// Something that the bot can do without.
    pub fn warning(message: impl Into<String>, next: impl Into<String>) -> Self {
        Self { level: Level::Warning, message: message.into(), next: next.into() }
    }

    /// A question to the API at `api` that failed; `doing` says which, as "reading the server's roles".
    #[must_use]
    pub fn fault(api: &str, doing: &str, fault: &Fault) -> Self {
        match fault {
            Fault::Unauthorized => Self::error(
                "Discord does not accept the bot's token.",
                "Copy it again from the Bot page of your application on \
                 https://discord.com/developers/applications, and set DISCORD_TOKEN to it.",
            ),
            Fault::Retry { .. } | Fault::Held { .. } => Self::error(
                format!("Discord cannot be asked at {api} ({doing}): {fault}."),
                "Look at the network, at https://discordstatus.com and at DISCORD_API_URL if it is set, \
                 and start again.",
            ),
            other => Self::error(
                format!("Discord does not let the bot go on ({doing}): {other}."),
                "Invite the bot again with the permissions it needs; the README lists them.",
            ),
        }
    }
}

impl Findings {
    /// Whether something keeps the bot from starting.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|finding| finding.level == Level::Error)
    }

    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Error => "error",
            Level::Warning => "warning",
        };
        write!(f, "{level}: {} {}", self.message, self.next)
    }
}

impl fmt::Display for Findings {
    /// One line each, errors first.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sorted: Vec<&Finding> = self.0.iter().collect();
        sorted.sort_by_key(|finding| finding.level);
        for (index, finding) in sorted.into_iter().enumerate() {
            let gap = if index == 0 { "" } else { "\n" };
            write!(f, "{gap}{finding}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Findings {}

impl From<Finding> for Findings {
    fn from(finding: Finding) -> Self {
        Self(vec![finding])
    }
}
