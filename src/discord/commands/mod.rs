//! Slash commands: read the options, call one desk verb, answer with one view.
//!
//! No rule and no prose stands here. Inside a ticket's thread the ticket is understood; elsewhere the option
//! `ticket` names it. Texts in an option's description are part of the command's shape on Discord, at most 60
//! characters each.

mod choices;
mod complete;
mod report;
mod ticket;

use std::sync::Arc;

use serde_json::Value;
use serenity::all as serenity;

use super::acting;
use super::answer::{self, Answer, Door};
use super::message::Message;
use super::shared::Shared;
use super::views::Recorded;
use crate::desk::{Act, DeskError};
use crate::domain::{ChannelId, Refusal, TicketNumber};

/// What poise hands to a command.
pub type Ctx<'a> = poise::ApplicationContext<'a, Arc<Shared>, anyhow::Error>;
/// What a command gives back to poise; an answer is always sent by the command itself.
pub type Handled = Result<(), anyhow::Error>;

/// One use of a command.
pub struct Call<'a> {
    /// The bot.
    pub shared: &'a Shared,
    /// Who, when, by which interaction.
    pub act: Act,
    /// Where it was used.
    pub channel: ChannelId,
    door: Door<'a>,
}

impl<'a> Call<'a> {
    /// Reads who uses the command; `None`, with an answer given, if it is used where the bot does not serve.
    async fn begin(ctx: Ctx<'a>) -> Option<Self> {
        let (shared, interaction): (&Shared, _) = (ctx.framework.user_data, ctx.interaction);
        let door = Door::to(shared, interaction.id, &interaction.token);
        let ours = interaction.guild_id.is_some_and(|guild| serves(shared, guild));
        let Some(member) = interaction.member.as_deref().filter(|_| ours) else {
            door.say(&shared.view().wrong_guild()).await;
            return None;
        };
        let channel = ChannelId(interaction.channel_id.get().cast_signed());
        Some(Self { shared, act: acting::act(shared, interaction.id, member), channel, door })
    }

    /// Does the work and answers with what comes of it.
    async fn answer(&self, work: impl Future<Output = Result<Message, DeskError>>) -> Handled {
        self.door.answer(self.shared.view(), Answer::New, work).await;
        Ok(())
    }

    /// The ticket that is meant: the one named, or the one whose thread this is.
    pub async fn ticket(&self, named: Option<&str>) -> Result<TicketNumber, DeskError> {
        match named {
            Some(named) => {
                // What autocomplete offers begins with the number.
                let number = named.split_whitespace().next().unwrap_or_default();
                Ok(number.parse().map_err(|_| Refusal::WhichTicket)?)
            }
            None => Ok(self.shared.desk.ticket_of_thread(self.channel).await?.ok_or(Refusal::WhichTicket)?),
        }
    }
}

/// Whether this process serves the guild.
pub fn serves(shared: &Shared, guild: serenity::GuildId) -> bool {
    shared.desk.directory().guild.0 == guild.get().cast_signed()
}

/// The options with which poise dispatches the commands.
#[must_use]
pub fn options() -> poise::FrameworkOptions<Arc<Shared>, anyhow::Error> {
    let mut options = poise::FrameworkOptions {
        commands: vec![ticket::ticket(), report::report()],
        on_error: |error| Box::pin(on_error(error)),
        initialize_owners: false,
        ..poise::FrameworkOptions::default()
    };
    poise::set_qualified_names(&mut options.commands);
    options
}

/// The commands as Discord is told of them.
#[must_use]
pub fn declaration(options: &poise::FrameworkOptions<Arc<Shared>, anyhow::Error>) -> Value {
    let commands = poise::builtins::create_application_commands(&options.commands);
    serde_json::to_value(commands).unwrap_or_default()
}

/// What poise could not bring to a command of ours, or what a command did not survive: the person is told, and the
/// log has the rest.
async fn on_error(error: poise::FrameworkError<'_, Arc<Shared>, anyhow::Error>) {
    use poise::FrameworkError as E;
    let (shared, interaction, cause) = match error {
        E::Command { error, ctx, .. } => {
            let poise::Context::Application(ctx) = ctx else { return };
            (ctx.framework.user_data, ctx.interaction, error)
        }
        E::CommandPanic { payload, ctx, .. } => {
            let poise::Context::Application(ctx) = ctx else { return };
            let what = payload.unwrap_or_default();
            (ctx.framework.user_data, ctx.interaction, anyhow::anyhow!("a command panicked: {what}"))
        }
        E::CommandStructureMismatch { ctx, .. } => {
            return say(ctx.framework.user_data, ctx.interaction, |shared| shared.view().unknown_command())
                .await;
        }
        E::UnknownInteraction { framework, interaction, .. } => {
            return say(framework.user_data, interaction, |shared| shared.view().unknown_command()).await;
        }
        E::GuildOnly { ctx, .. } => {
            let poise::Context::Application(ctx) = ctx else { return };
            return say(ctx.framework.user_data, ctx.interaction, |shared| shared.view().wrong_guild()).await;
        }
        E::ArgumentParse { error, ctx, .. } => {
            let poise::Context::Application(ctx) = ctx else { return };
            tracing::debug!(%error, "an option could not be read");
            return say(ctx.framework.user_data, ctx.interaction, |shared| shared.view().unknown_command())
                .await;
        }
        other => {
            tracing::error!(error = %other, "poise could not run a command");
            return;
        }
    };
    say(shared, interaction, |shared| answer::failure(shared.view(), &cause, Recorded::Unknown)).await;
}

async fn say(
    shared: &Shared,
    interaction: &serenity::CommandInteraction,
    message: impl FnOnce(&Shared) -> Message,
) {
    let door = Door::to(shared, interaction.id, &interaction.token);
    if interaction
        .data
        .options()
        .iter()
        .any(|option| matches!(option.value, serenity::ResolvedValue::Autocomplete { .. }))
    {
        return door.offer(&[]).await;
    }
    door.say(&message(shared)).await;
}
