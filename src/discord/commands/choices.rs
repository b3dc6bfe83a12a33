//! Options with a fixed list of values: the domain's words as choices, sent and received as those words.

use poise::{CommandParameterChoice, SlashArgError, SlashArgument};
use serenity::all as serenity;
use serenity::async_trait;

use crate::domain::{Affected, Field, Frequency, NoteKind, Status};
use crate::report::Format;

/// A status that `/ticket status` may set.
#[derive(Clone, Copy, Debug)]
pub struct Settable(pub Status);

/// A status that `/ticket list` may ask for.
#[derive(Clone, Copy, Debug)]
pub struct Listed(pub Status);

macro_rules! choice {
    ($type:ty, $all:expr, $word:expr, $read:expr) => {
        #[async_trait]
        impl SlashArgument for $type {
            async fn extract(
                _: &serenity::Context,
                _: &serenity::CommandInteraction,
                value: &serenity::ResolvedValue<'_>,
            ) -> Result<Self, SlashArgError> {
                let serenity::ResolvedValue::String(word) = value else {
                    return Err(SlashArgError::new_command_structure_mismatch("expected a word"));
                };
                ($read)(word).ok_or(SlashArgError::new_command_structure_mismatch("a word that is no choice"))
            }

            fn create(builder: serenity::CreateCommandOption) -> serenity::CreateCommandOption {
                let builder = builder.kind(serenity::CommandOptionType::String);
                $all.map($word).fold(builder, |builder, word| builder.add_string_choice(word, word))
            }

            fn choices() -> std::borrow::Cow<'static, [CommandParameterChoice]> {
                std::borrow::Cow::Borrowed(&[])
            }
        }
    };
    ($type:ident) => {
        choice!($type, $type::ALL.iter(), |value: &$type| value.as_str(), $type::from_word);
    };
}

choice!(Affected);
choice!(Frequency);
choice!(Field);
choice!(NoteKind);
choice!(Format);
choice!(
    Settable,
    Status::ALL.iter().filter(|status| status.is_settable()),
    |status: &Status| status.as_str(),
    |word: &str| Status::from_word(word).filter(|status| status.is_settable()).map(Settable)
);
choice!(Listed, Status::ALL.iter(), |status: &Status| status.as_str(), |word: &str| Status::from_word(word)
    .map(Listed));
