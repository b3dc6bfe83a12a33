//! Fixed texts for what is nobody's fault: failures on our side, old buttons, the wrong server.
//!
//! Must not know what failed: the log has that, under the reference. Invariant: each says what is certain about the
//! record, so that nobody repeats what was done or trusts what was not.

use super::View;
use crate::discord::message::Message;
use crate::domain::TicketNumber;
use crate::error::UserError;

/// The longest reference shown.
const REFERENCE_MAX: usize = 40;

/// What is known about the record after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// Nothing was recorded.
    Nothing,
    /// It was recorded, or it was not, and nobody will say more.
    Unknown,
    /// It was recorded, or it was not; the same message will say which.
    NotConfirmed,
    /// It was recorded, on this ticket, and only the answer went wrong.
    Found(TicketNumber),
    /// This process does not act now. Nothing was recorded by it.
    NotLeading,
}

impl View<'_> {
    /// Something failed on our side. `reference` is in the log as well.
    #[must_use]
    pub fn failed(&self, reference: &str, recorded: Recorded) -> Message {
        let known = match recorded {
            Recorded::Nothing => "Something went wrong on our side. Nothing was recorded; please try again.".to_owned(),
            Recorded::Unknown => {
                "Something went wrong on our side. We are not sure whether it was recorded: look at `/ticket show` or \
                 `/ticket list` before you try again."
                    .to_owned()
            }
            Recorded::NotConfirmed => {
                "Not confirmed yet: the database did not say whether it was recorded. This message will tell you as \
                 soon as it is known; please do not try again before."
                    .to_owned()
            }
            Recorded::Found(ticket) => {
                format!("It was recorded: look at `/ticket show ticket:{ticket}`. Only the answer went wrong on our side.")
            }
            Recorded::NotLeading => {
                "The bot cannot reach its database just now. Nothing was recorded; please try again in a minute."
                    .to_owned()
            }
        };
        let reference = reference.chars().filter(|c| c.is_ascii_alphanumeric()).take(REFERENCE_MAX);
        let reference: String = reference.collect();
        Message::private(format!(
            "{known}\nIf it happens again, tell the operators the reference `{reference}`."
        ))
    }

    /// A person's mistake, and the way on.
    #[must_use]
    pub fn user_error(&self, error: &UserError) -> Message {
        Message::private(error.to_string())
    }

    /// A button, list or form that no longer means anything.
    #[must_use]
    pub fn unknown_button(&self) -> Message {
        Message::private(
            "This button is from an older version of the bot and does nothing any more. Use the buttons on the \
             ticket's card, or type `/ticket`.",
        )
    }

    /// A command that is no longer there.
    #[must_use]
    pub fn unknown_command(&self) -> Message {
        Message::private(
            "The bot does not know this command any more. Reload Discord, then type `/ticket` to see what there is.",
        )
    }

    /// Somebody on a server that this bot does not serve, or in a direct message.
    #[must_use]
    pub fn wrong_guild(&self) -> Message {
        Message::private("This bot works for another server only. Use it there.")
    }
}
