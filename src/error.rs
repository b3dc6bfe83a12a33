//! The two kinds of failure: what a person can act on, and what an operator must look into.
//!
//! A [`UserError`] is one clear sentence and a next step; it travels inside [`anyhow::Error`] and is shown to the
//! person as it is. Everything else is logged once, with its whole chain, by whoever answers the person, who reads
//! a fixed sentence instead. This file must not know Discord or the database.

use std::fmt;

/// A refusal or mistake that a person reads: what is the matter, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserError {
    /// One sentence that says what is the matter.
    pub message: String,
    /// The next step, as a sentence; empty where there is none.
    pub hint: String,
}

impl UserError {
    /// A refusal with its next step.
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }
}

impl fmt::Display for UserError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if !self.hint.is_empty() {
            write!(f, " {}", self.hint)?;
        }
        Ok(())
    }
}

impl std::error::Error for UserError {}

/// The refusal inside `error`, if a person caused it.
#[must_use]
pub fn user_error(error: &anyhow::Error) -> Option<&UserError> {
    error.chain().find_map(|cause| cause.downcast_ref())
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn a_refusal_is_found_below_its_context() {
        let refusal = UserError::new("T-1 is closed.", "Reopen it first.");
        let error = Err::<(), _>(refusal.clone()).context("taking T-1").unwrap_err();
        assert_eq!(user_error(&error), Some(&refusal));
        assert_eq!(refusal.to_string(), "T-1 is closed. Reopen it first.");
        assert_eq!(user_error(&anyhow::anyhow!("disk full")), None);
    }
}
