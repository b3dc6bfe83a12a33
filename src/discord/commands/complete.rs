//! What may be chosen while an option is being typed.
//!
//! Only what the person may read is offered. At most 25 choices of 100 characters, as Discord wants it.

use serenity::all as serenity;

use super::{Ctx, serves};
use crate::desk::Filter;
use crate::discord::acting;
use crate::discord::limits::fit;
use crate::discord::shared::Shared;
use crate::domain::{Member, Status, Ticket};

/// The most choices, and the most characters of one (Discord's reference, "Autocomplete").
const CHOICES: usize = 25;
const CHOICE: usize = 100;

/// Tickets that are not over.
pub async fn ticket(ctx: Ctx<'_>, partial: &str) -> serenity::CreateAutocompleteResponse {
    tickets(ctx, partial, &[None]).await
}

/// All tickets, those that are not over first.
pub async fn any_ticket(ctx: Ctx<'_>, partial: &str) -> serenity::CreateAutocompleteResponse {
    tickets(ctx, partial, &[None, Some(Status::Closed), Some(Status::Cancelled)]).await
}

/// Tickets that are over.
pub async fn ended_ticket(ctx: Ctx<'_>, partial: &str) -> serenity::CreateAutocompleteResponse {
    tickets(ctx, partial, &[Some(Status::Closed), Some(Status::Cancelled)]).await
}

/// Teams of the config.
#[expect(clippy::unused_async, reason = "poise awaits it")]
pub async fn team(ctx: Ctx<'_>, partial: &str) -> serenity::CreateAutocompleteResponse {
    let teams = &ctx.framework.user_data.desk.directory().teams;
    offer(partial, teams.iter().map(|team| (team.name.clone(), team.key.to_string())))
}

/// Severities of the config.
#[expect(clippy::unused_async, reason = "poise awaits it")]
pub async fn severity(ctx: Ctx<'_>, partial: &str) -> serenity::CreateAutocompleteResponse {
    let severities = &ctx.framework.user_data.desk.directory().severities;
    let name = |s: &crate::domain::directory::Severity| match s.description.as_str() {
        "" => format!("{} {}", s.key, s.name),
        description => format!("{} {}: {description}", s.key, s.name),
    };
    offer(partial, severities.iter().map(|severity| (name(severity), severity.key.to_string())))
}

/// Services of the config.
#[expect(clippy::unused_async, reason = "poise awaits it")]
pub async fn service(ctx: Ctx<'_>, partial: &str) -> serenity::CreateAutocompleteResponse {
    let services = &ctx.framework.user_data.desk.directory().services;
    offer(partial, services.iter().map(|service| (service.name.clone(), service.key.to_string())))
}

/// Sections of Final Reports.
#[expect(clippy::unused_async, reason = "poise awaits it")]
pub async fn section(_: Ctx<'_>, partial: &str) -> serenity::CreateAutocompleteResponse {
    offer(
        partial,
        crate::report::section_names().into_iter().map(|(key, title)| (title.to_owned(), key.to_owned())),
    )
}

async fn tickets(
    ctx: Ctx<'_>,
    partial: &str,
    statuses: &[Option<Status>],
) -> serenity::CreateAutocompleteResponse {
    let shared: &Shared = ctx.framework.user_data;
    let Some(member) = asking(ctx, shared) else { return offer(partial, []) };
    let mut found: Vec<Ticket> = Vec::new();
    for status in statuses {
        let filter = Filter { status: *status, ..Filter::default() };
        // A person who may not read gets an empty list, and so does everybody while the database is away.
        found.extend(shared.desk.list(&member, &filter).await.unwrap_or_default());
    }
    let name = |ticket: &Ticket| format!("{} {} ({})", ticket.number, ticket.facts.title, ticket.status);
    offer(partial, found.iter().map(|ticket| (name(ticket), ticket.number.to_string())))
}

fn asking(ctx: Ctx<'_>, shared: &Shared) -> Option<Member> {
    let ours = ctx.interaction.guild_id.is_some_and(|guild| serves(shared, guild));
    let member = ctx.interaction.member.as_deref().filter(|_| ours)?;
    Some(acting::member(shared, &member.user, member.nick.as_deref(), &member.roles))
}

/// The choices whose name or value contains what was typed.
fn offer(
    partial: &str,
    choices: impl IntoIterator<Item = (String, String)>,
) -> serenity::CreateAutocompleteResponse {
    let wanted = partial.trim().to_lowercase();
    let choices = choices
        .into_iter()
        .filter(|(name, value)| {
            name.to_lowercase().contains(&wanted) || value.to_lowercase().contains(&wanted)
        })
        .take(CHOICES)
        .map(|(name, value)| serenity::AutocompleteChoice::new(fit(&name, CHOICE), value))
        .collect();
    serenity::CreateAutocompleteResponse::new().set_choices(choices)
}
