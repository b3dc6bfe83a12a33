//! `/report`: the Final Reports.

use super::{Call, Ctx, Handled, complete};
use crate::discord::outcome;

/// Final Reports
#[poise::command(slash_command, guild_only, subcommands("draft"))]
#[expect(clippy::unused_async, reason = "Discord never calls a command that has subcommands")]
pub async fn report(_: Ctx<'_>) -> Handled {
    Ok(())
}

/// Compile the skeleton of each team's Final Report
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
        // What was said before the command belongs into the report.
        call.shared.recorder.flush().await;
        let drafted = call.shared.desk.draft_reports(&call.act, number, team.as_deref()).await?;
        Ok(outcome::drafted(call.shared.view(), &drafted))
    })
    .await
}
