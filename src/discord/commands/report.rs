//! `/report`: the Final Reports.

use serenity::all as serenity;

use super::{Call, Ctx, Handled, complete};
use crate::desk::{DeskError, Glance, ReportDone, Rewrite};
use crate::discord::paperwork;
use crate::discord::views::report::version_in_name;
use crate::domain::TicketNumber;
use crate::report::Format;

/// Final Reports
#[poise::command(
    slash_command,
    guild_only,
    subcommands("draft", "show", "edit", "submit", "approve", "return_", "export")
)]
#[expect(clippy::unused_async, reason = "Discord never calls a command that has subcommands")]
pub async fn report(_: Ctx<'_>) -> Handled {
    Ok(())
}

/// Compile each team's Final Report from the record
#[poise::command(slash_command)]
async fn draft(
    ctx: Ctx<'_>,
    #[description = "Only of this team"]
    #[autocomplete = "complete::team"]
    team: Option<String>,
    #[description = "Which ticket"]
    #[autocomplete = "complete::any_ticket"]
    ticket: Option<String>,
) -> Handled {
    let Some(call) = Call::begin(ctx).await else { return Ok(()) };
    call.answer(async {
        let number = call.ticket(ticket.as_deref()).await?;
        paperwork::draft(call.shared, &call.act, number, team.as_deref()).await
    })
    .await
}

/// Read a Final Report, section by section
#[poise::command(slash_command)]
async fn show(
    ctx: Ctx<'_>,
    #[description = "Of this team"]
    #[autocomplete = "complete::team"]
    team: Option<String>,
    #[description = "Which ticket"]
    #[autocomplete = "complete::any_ticket"]
    ticket: Option<String>,
) -> Handled {
    let Some(call) = Call::begin(ctx).await else { return Ok(()) };
    call.answer(async {
        let number = call.ticket(ticket.as_deref()).await?;
        match team.as_deref() {
            Some(team) => paperwork::show(call.shared, &call.act.by, number, team, None).await,
            None => paperwork::overview(call.shared, &call.act.by, number, None).await,
        }
    })
    .await
}

/// Write a section of a Final Report
#[poise::command(slash_command)]
async fn edit(
    ctx: Ctx<'_>,
    #[description = "Which section"]
    #[autocomplete = "complete::section"]
    section: String,
    #[description = "What it should say, as a Markdown file"] file: Option<serenity::Attachment>,
    #[description = "Of this team"]
    #[autocomplete = "complete::team"]
    team: Option<String>,
    #[description = "Which ticket"]
    #[autocomplete = "complete::any_ticket"]
    ticket: Option<String>,
) -> Handled {
    let Some(call) = Call::begin(ctx).await else { return Ok(()) };
    let Some(file) = file else {
        let form = async {
            let number = call.ticket(ticket.as_deref()).await?;
            paperwork::section_form(call.shared, &call.act, number, team.as_deref(), &section).await
        };
        call.door.open_or_say(call.shared.view(), form).await;
        return Ok(());
    };
    call.answer(async {
        let number = call.ticket(ticket.as_deref()).await?;
        let seen = version_in_name(&file.filename, &section);
        let glance = Glance { team: team.as_deref(), seen };
        let text = paperwork::read_file(call.shared, &file).await?;
        let rewrite = Rewrite { section: &section, text: &text };
        let done = call.shared.desk.write_section(&call.act, number, glance, rewrite).await?;
        Ok(paperwork::done(call.shared, &call.act.by, &done))
    })
    .await
}

/// Say that a Final Report is ready to be approved
#[poise::command(slash_command)]
async fn submit(
    ctx: Ctx<'_>,
    #[description = "Of this team"]
    #[autocomplete = "complete::team"]
    team: Option<String>,
    #[description = "Which ticket"]
    #[autocomplete = "complete::any_ticket"]
    ticket: Option<String>,
) -> Handled {
    let Some(call) = Call::begin(ctx).await else { return Ok(()) };
    let (shared, act) = (call.shared, &call.act);
    let verb = async |number, glance: Glance<'_>| paperwork::submit(shared, act, number, glance).await;
    step(&call, ticket.as_deref(), team.as_deref(), verb).await
}

/// Agree to a Final Report that somebody else submitted
#[poise::command(slash_command)]
async fn approve(
    ctx: Ctx<'_>,
    #[description = "Of this team"]
    #[autocomplete = "complete::team"]
    team: Option<String>,
    #[description = "Which ticket"]
    #[autocomplete = "complete::any_ticket"]
    ticket: Option<String>,
) -> Handled {
    let Some(call) = Call::begin(ctx).await else { return Ok(()) };
    let (desk, act) = (&call.shared.desk, &call.act);
    let verb = async |number, glance: Glance<'_>| desk.approve_report(act, number, glance).await;
    step(&call, ticket.as_deref(), team.as_deref(), verb).await
}

/// Give a submitted Final Report back to be mended
#[poise::command(slash_command, rename = "return")]
async fn return_(
    ctx: Ctx<'_>,
    #[description = "What has to be mended"] reason: String,
    #[description = "Of this team"]
    #[autocomplete = "complete::team"]
    team: Option<String>,
    #[description = "Which ticket"]
    #[autocomplete = "complete::any_ticket"]
    ticket: Option<String>,
) -> Handled {
    let Some(call) = Call::begin(ctx).await else { return Ok(()) };
    let (desk, act) = (&call.shared.desk, &call.act);
    let verb = async |number, glance: Glance<'_>| desk.return_report(act, number, glance, &reason).await;
    step(&call, ticket.as_deref(), team.as_deref(), verb).await
}

/// Get Final Reports as files
#[poise::command(slash_command)]
async fn export(
    ctx: Ctx<'_>,
    #[description = "Markdown if you do not say"] format: Option<Format>,
    #[description = "Only of this team"]
    #[autocomplete = "complete::team"]
    team: Option<String>,
    #[description = "Which ticket"]
    #[autocomplete = "complete::any_ticket"]
    ticket: Option<String>,
) -> Handled {
    let Some(call) = Call::begin(ctx).await else { return Ok(()) };
    call.answer(async {
        let number = call.ticket(ticket.as_deref()).await?;
        let format = format.unwrap_or(Format::Markdown);
        let limit = ctx.interaction.attachment_size_limit;
        paperwork::export(call.shared, &call.act.by, number, team.as_deref(), format, limit.into()).await
    })
    .await
}

/// One step of the newest version of a report.
async fn step(
    call: &Call<'_>,
    ticket: Option<&str>,
    team: Option<&str>,
    verb: impl AsyncFnOnce(TicketNumber, Glance<'_>) -> Result<ReportDone, DeskError>,
) -> Handled {
    call.answer(async {
        let number = call.ticket(ticket).await?;
        let done = verb(number, Glance { team, seen: None }).await?;
        Ok(paperwork::done(call.shared, &call.act.by, &done))
    })
    .await
}
