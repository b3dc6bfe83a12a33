//! `/ticket`: open, work on, and look at tickets.

use serenity::all as serenity;

use super::choices::{Listed, Settable};
use super::{Call, Ctx, Handled, complete};
use crate::desk::Filter;
use crate::discord::custom_id::OpenOptions;
use crate::discord::{acting, outcome};
use crate::domain::access::{self, Action};
use crate::domain::{Affected, Directory, Field, Frequency, Member, NoteKind, Refusal, ServiceKey, workflow};

/// Trouble tickets
#[poise::command(
    slash_command,
    guild_only,
    subcommands(
        "open", "edit", "take", "release", "assign", "status", "severity", "note", "show", "list", "history",
        "close", "reopen", "cancel"
    )
)]
#[expect(clippy::unused_async, reason = "Discord never calls a command that has subcommands")]
pub async fn ticket(_: Ctx<'_>) -> Handled {
    Ok(())
}

/// Report a failure: a form opens, then a thread is made
#[poise::command(slash_command)]
async fn open(
    ctx: Ctx<'_>,
    #[description = "How bad it is"]
    #[autocomplete = "complete::severity"]
    severity: Option<String>,
    #[description = "What fails"]
    #[autocomplete = "complete::service"]
    service: Option<String>,
    #[description = "Whom it hits"] affected: Option<Affected>,
    #[description = "How often it happens"] frequency: Option<Frequency>,
) -> Handled {
    let Some(call) = Call::begin(ctx).await else { return Ok(()) };
    let (directory, view) = (call.shared.desk.directory(), call.shared.view());
    // What would be refused after the form is refused before anybody has typed into it.
    let options = access::check(Action::Open, &call.act.by, None, directory).and_then(|()| {
        let severity = severity.map(|named| workflow::find_severity(directory, &named)).transpose()?;
        let service = service.map(|named| one_service(directory, &named)).transpose()?;
        Ok(OpenOptions { severity, service, affected, frequency })
    });
    match options {
        Ok(options) => call.door.open_form(&view.open_form(options)).await,
        Err(refusal) => call.door.say(&view.refusal(&refusal)).await,
    }
    Ok(())
}

/// The one service that the form can carry along; more are added afterwards.
fn one_service(directory: &Directory, named: &str) -> Result<ServiceKey, Refusal> {
    match workflow::find_services(directory, named)?.as_slice() {
        [service] => Ok(service.clone()),
        _ => Err(Refusal::BadValue { field: Field::Services, typed: named.to_owned() }),
    }
}

/// Correct a fact of the form
#[poise::command(slash_command)]
async fn edit(
    ctx: Ctx<'_>,
    #[description = "Which fact"] field: Field,
    #[description = "What it should say"] value: String,
    #[description = "Which ticket"]
    #[autocomplete = "complete::any_ticket"]
    ticket: Option<String>,
) -> Handled {
    let Some(call) = Call::begin(ctx).await else { return Ok(()) };
    call.answer(async {
        let number = call.ticket(ticket.as_deref()).await?;
        let done = call.shared.desk.edit(&call.act, number, field, &value).await?;
        Ok(outcome::reply(call.shared.view(), &done))
    })
    .await
}

/// Put yourself in charge for your team
#[poise::command(slash_command)]
async fn take(
    ctx: Ctx<'_>,
    #[description = "For which team"]
    #[autocomplete = "complete::team"]
    team: Option<String>,
    #[description = "Which ticket"]
    #[autocomplete = "complete::ticket"]
    ticket: Option<String>,
) -> Handled {
    let Some(call) = Call::begin(ctx).await else { return Ok(()) };
    call.answer(async {
        let number = call.ticket(ticket.as_deref()).await?;
        let done = call.shared.desk.take(&call.act, number, team.as_deref()).await?;
        Ok(outcome::reply(call.shared.view(), &done))
    })
    .await
}

/// Give back what you are in charge of
#[poise::command(slash_command)]
async fn release(
    ctx: Ctx<'_>,
    #[description = "For which team"]
    #[autocomplete = "complete::team"]
    team: Option<String>,
    #[description = "What the next one should know"] note: Option<String>,
    #[description = "Which ticket"]
    #[autocomplete = "complete::ticket"]
    ticket: Option<String>,
) -> Handled {
    let Some(call) = Call::begin(ctx).await else { return Ok(()) };
    call.answer(async {
        let number = call.ticket(ticket.as_deref()).await?;
        let note = note.unwrap_or_default();
        let done = call.shared.desk.release(&call.act, number, team.as_deref(), &note).await?;
        Ok(outcome::reply(call.shared.view(), &done))
    })
    .await
}

/// Put somebody in charge for a team
#[poise::command(slash_command)]
async fn assign(
    ctx: Ctx<'_>,
    #[description = "Who"] user: serenity::User,
    #[description = "For which team"]
    #[autocomplete = "complete::team"]
    team: Option<String>,
    #[description = "Which ticket"]
    #[autocomplete = "complete::ticket"]
    ticket: Option<String>,
) -> Handled {
    let Some(call) = Call::begin(ctx).await else { return Ok(()) };
    call.answer(async {
        let number = call.ticket(ticket.as_deref()).await?;
        let done = call
            .shared
            .desk
            .assign(&call.act, number, team.as_deref(), &named_member(ctx, &call, &user))
            .await?;
        Ok(outcome::reply(call.shared.view(), &done))
    })
    .await
}

/// The member that an option names, with the roles that came along. Somebody who is no member has none.
fn named_member(ctx: Ctx<'_>, call: &Call<'_>, user: &serenity::User) -> Member {
    let resolved = ctx.interaction.data.resolved.members.get(&user.id);
    let (nick, roles) =
        resolved.map_or((None, &[][..]), |member| (member.nick.as_deref(), &member.roles[..]));
    acting::member(call.shared, user, nick, roles)
}

/// Say where the work stands
#[poise::command(slash_command)]
async fn status(
    ctx: Ctx<'_>,
    #[description = "The new status"] to: Settable,
    #[description = "What others should know"] note: Option<String>,
    #[description = "When, if earlier: 14:05, 20 minutes ago"] at: Option<String>,
    #[description = "Which ticket"]
    #[autocomplete = "complete::ticket"]
    ticket: Option<String>,
) -> Handled {
    let Some(call) = Call::begin(ctx).await else { return Ok(()) };
    call.answer(async {
        let number = call.ticket(ticket.as_deref()).await?;
        let note = note.unwrap_or_default();
        let done = call.shared.desk.set_status(&call.act, number, to.0, &note, at.as_deref()).await?;
        Ok(outcome::reply(call.shared.view(), &done))
    })
    .await
}

/// Say that it is worse or less bad than it was thought
#[poise::command(slash_command)]
async fn severity(
    ctx: Ctx<'_>,
    #[description = "The new severity"]
    #[autocomplete = "complete::severity"]
    to: String,
    #[description = "Why"] reason: Option<String>,
    #[description = "Which ticket"]
    #[autocomplete = "complete::ticket"]
    ticket: Option<String>,
) -> Handled {
    let Some(call) = Call::begin(ctx).await else { return Ok(()) };
    call.answer(async {
        let number = call.ticket(ticket.as_deref()).await?;
        let done = call.shared.desk.set_severity(&call.act, number, &to, &reason.unwrap_or_default()).await?;
        Ok(outcome::reply(call.shared.view(), &done))
    })
    .await
}

/// Write something down for the record
#[poise::command(slash_command)]
async fn note(
    ctx: Ctx<'_>,
    #[description = "What happened"] text: String,
    #[description = "What sort of remark"] kind: Option<NoteKind>,
    #[description = "When, if earlier: 14:05, 20 minutes ago"] at: Option<String>,
    #[description = "Which ticket"]
    #[autocomplete = "complete::ticket"]
    ticket: Option<String>,
) -> Handled {
    let Some(call) = Call::begin(ctx).await else { return Ok(()) };
    call.answer(async {
        let number = call.ticket(ticket.as_deref()).await?;
        let kind = kind.unwrap_or(NoteKind::Finding);
        let done = call.shared.desk.note(&call.act, number, kind, &text, at.as_deref()).await?;
        Ok(outcome::reply(call.shared.view(), &done))
    })
    .await
}

/// Look at a ticket
#[poise::command(slash_command)]
async fn show(
    ctx: Ctx<'_>,
    #[description = "Which ticket"]
    #[autocomplete = "complete::any_ticket"]
    ticket: Option<String>,
) -> Handled {
    let Some(call) = Call::begin(ctx).await else { return Ok(()) };
    call.answer(async {
        let number = call.ticket(ticket.as_deref()).await?;
        let ticket = call.shared.desk.show(&call.act.by, number).await?;
        Ok(call.shared.view().show(&ticket))
    })
    .await
}

/// List tickets, those that are not over unless you say so
#[poise::command(slash_command)]
async fn list(
    ctx: Ctx<'_>,
    #[description = "Only in this status"] status: Option<Listed>,
    #[description = "Only concerning this team"]
    #[autocomplete = "complete::team"]
    team: Option<String>,
    #[description = "Only of this severity"]
    #[autocomplete = "complete::severity"]
    severity: Option<String>,
    #[description = "Only those you reported or are in charge of"] mine: Option<bool>,
) -> Handled {
    let Some(call) = Call::begin(ctx).await else { return Ok(()) };
    call.answer(async {
        let directory = call.shared.desk.directory();
        let filter = Filter {
            status: status.map(|status| status.0),
            team: team
                .map(|named| workflow::find_team(directory, &named).map(|team| team.key.clone()))
                .transpose()?,
            severity: severity.map(|named| workflow::find_severity(directory, &named)).transpose()?,
            mine: mine.unwrap_or_default(),
        };
        let filtered = filter != Filter::default();
        let tickets = call.shared.desk.list(&call.act.by, &filter).await?;
        Ok(call.shared.view().list(&tickets, filtered))
    })
    .await
}

/// See what happened to a ticket
#[poise::command(slash_command)]
async fn history(
    ctx: Ctx<'_>,
    #[description = "Which ticket"]
    #[autocomplete = "complete::any_ticket"]
    ticket: Option<String>,
) -> Handled {
    let Some(call) = Call::begin(ctx).await else { return Ok(()) };
    call.answer(async {
        let number = call.ticket(ticket.as_deref()).await?;
        let history = call.shared.desk.history(&call.act.by, number).await?;
        Ok(call.shared.view().history(&history.ticket, &history.events, None))
    })
    .await
}

/// End the work on a ticket that is resolved
#[poise::command(slash_command)]
async fn close(
    ctx: Ctx<'_>,
    #[description = "With what outcome"] reason: Option<String>,
    #[description = "Which ticket"]
    #[autocomplete = "complete::ticket"]
    ticket: Option<String>,
) -> Handled {
    let Some(call) = Call::begin(ctx).await else { return Ok(()) };
    call.answer(async {
        let number = call.ticket(ticket.as_deref()).await?;
        let done = call.shared.desk.close(&call.act, number, &reason.unwrap_or_default()).await?;
        Ok(outcome::reply(call.shared.view(), &done))
    })
    .await
}

/// Bring back a ticket that is over
#[poise::command(slash_command)]
async fn reopen(
    ctx: Ctx<'_>,
    #[description = "Why"] reason: String,
    #[description = "Which ticket"]
    #[autocomplete = "complete::ended_ticket"]
    ticket: Option<String>,
) -> Handled {
    let Some(call) = Call::begin(ctx).await else { return Ok(()) };
    call.answer(async {
        let number = call.ticket(ticket.as_deref()).await?;
        let done = call.shared.desk.reopen(&call.act, number, &reason).await?;
        Ok(outcome::reply(call.shared.view(), &done))
    })
    .await
}

/// Say that it was a false alarm
#[poise::command(slash_command)]
async fn cancel(
    ctx: Ctx<'_>,
    #[description = "Why"] reason: Option<String>,
    #[description = "Which ticket"]
    #[autocomplete = "complete::ticket"]
    ticket: Option<String>,
) -> Handled {
    let Some(call) = Call::begin(ctx).await else { return Ok(()) };
    call.answer(async {
        let number = call.ticket(ticket.as_deref()).await?;
        let done = call.shared.desk.cancel(&call.act, number, &reason.unwrap_or_default()).await?;
        Ok(outcome::reply(call.shared.view(), &done))
    })
    .await
}
