//! Buttons, selects and forms: the wish in the custom id, one desk verb, one view.
//!
//! Nothing is remembered between a button and its press, so everything works after a restart and on old messages.
//! Who may do it is checked by the desk at every press, exactly as for the command. An id that nobody knows any
//! more is answered too.

use serenity::all as serenity;

use super::acting;
use super::answer::{Answer, Door};
use super::commands::serves;
use super::custom_id::{CustomId, OpenOptions};
use super::message::Message;
use super::outcome;
use super::shared::Shared;
use crate::desk::{Act, DeskError, OpenForm};
use crate::domain::access::{self, Action};
use crate::domain::delivery::ReplyToken;
use crate::domain::{NoteKind, Refusal, Status, TicketNumber};

/// A token is good for 15 minutes (Discord's reference, "Interactions"); what is not done a little before is told
/// otherwise.
const REPLY_LIFE: chrono::TimeDelta = chrono::TimeDelta::seconds(14 * 60 + 30);

/// Somebody pressed a button or chose from a list.
pub async fn pressed(shared: &Shared, press: &serenity::ComponentInteraction) {
    let door = Door { http: &shared.http, id: press.id, token: &press.token };
    let Some(act) = begin(shared, door, press.id, press.guild_id, press.member.as_ref()).await else {
        return;
    };
    let view = shared.view();
    let Some(id) = CustomId::decode(&press.data.custom_id) else {
        return door.say(&view.unknown_button()).await;
    };
    match &id {
        // A form can only be the first answer, so the right is checked before anybody types into it.
        CustomId::Note(ticket) => {
            form(shared, door, &act, *ticket, view.note_form(*ticket, NoteKind::Finding)).await;
        }
        CustomId::Reopen(ticket) => form(shared, door, &act, *ticket, view.reopen_form(*ticket)).await,
        CustomId::Status(_) | CustomId::Take(_) | CustomId::Report(_) => {
            door.answer(view, Answer::New, on_button(shared, &act, &id)).await;
        }
        CustomId::TakeFor(..) | CustomId::StatusPick(_) | CustomId::History(..) => {
            let chosen = chosen(press);
            door.answer(view, Answer::Change, on_choice(shared, &act, &id, chosen)).await;
        }
        CustomId::NoteForm(..) | CustomId::ReopenForm(_) | CustomId::OpenForm(_) => {
            door.say(&view.unknown_button()).await;
        }
    }
}

/// Somebody sent a form.
pub async fn submitted(shared: &Shared, form: &serenity::ModalInteraction) {
    let door = Door { http: &shared.http, id: form.id, token: &form.token };
    let Some(act) = begin(shared, door, form.id, form.guild_id, form.member.as_ref()).await else { return };
    let view = shared.view();
    match CustomId::decode(&form.data.custom_id) {
        Some(CustomId::OpenForm(options)) => {
            door.answer(view, Answer::New, open(shared, &act, options, form)).await;
        }
        Some(CustomId::NoteForm(ticket, kind)) => {
            let work = async {
                let done = shared.desk.note(&act, ticket, kind, &input(form, "text"), None).await?;
                Ok(outcome::reply(view, &done))
            };
            door.answer(view, Answer::New, work).await;
        }
        Some(CustomId::ReopenForm(ticket)) => {
            let work = async {
                Ok(outcome::reply(view, &shared.desk.reopen(&act, ticket, &input(form, "reason")).await?))
            };
            door.answer(view, Answer::New, work).await;
        }
        _ => door.say(&view.unknown_button()).await,
    }
}

/// Who acts; `None`, with an answer given, outside the guild that is served.
async fn begin(
    shared: &Shared,
    door: Door<'_>,
    id: serenity::InteractionId,
    guild: Option<serenity::GuildId>,
    member: Option<&serenity::Member>,
) -> Option<Act> {
    match member.filter(|_| guild.is_some_and(|guild| serves(shared, guild))) {
        Some(member) => Some(acting::act(shared, id, member)),
        None => {
            door.say(&shared.view().wrong_guild()).await;
            None
        }
    }
}

async fn form(shared: &Shared, door: Door<'_>, act: &Act, ticket: TicketNumber, form: super::message::Modal) {
    let view = shared.view();
    let may = async {
        let found = shared.desk.show(&act.by, ticket).await?;
        Ok::<_, DeskError>(access::check(Action::Speak, &act.by, Some(&found), shared.desk.directory())?)
    };
    match may.await {
        Ok(()) => door.open_form(&form).await,
        Err(error) => door.answer(view, Answer::New, async { Err(error) }).await,
    }
}

/// The buttons of the card.
async fn on_button(shared: &Shared, act: &Act, id: &CustomId) -> Result<Message, DeskError> {
    let (desk, view) = (&shared.desk, shared.view());
    match id {
        CustomId::Take(ticket) => match desk.take(act, *ticket, None).await {
            // Members of several teams are asked for which they take it.
            Err(DeskError::Refused(Refusal::WhichTeam(teams))) => Ok(view.team_choice(*ticket, &teams)),
            done => Ok(outcome::reply(view, &done?)),
        },
        CustomId::Status(ticket) => {
            let found = desk.show(&act.by, *ticket).await?;
            access::check(Action::Work, &act.by, Some(&found), desk.directory())?;
            // On an old card: there would be nothing to choose.
            if found.status.is_end() {
                return Err(Refusal::Ended(found.number, found.status).into());
            }
            Ok(view.status_choice(&found))
        }
        CustomId::Report(ticket) => {
            shared.recorder.flush().await;
            let drafted = desk.draft_reports(act, *ticket, None).await?;
            Ok(outcome::drafted(view, &drafted))
        }
        _ => Ok(view.unknown_button()),
    }
}

/// What was chosen in a private answer of the bot, which is changed into the outcome.
async fn on_choice(
    shared: &Shared,
    act: &Act,
    id: &CustomId,
    chosen: Option<&str>,
) -> Result<Message, DeskError> {
    let (desk, view) = (&shared.desk, shared.view());
    match (id, chosen.and_then(Status::from_word)) {
        (CustomId::TakeFor(ticket, team), _) => {
            Ok(outcome::reply(view, &desk.take(act, *ticket, Some(team.as_str())).await?))
        }
        (CustomId::StatusPick(ticket), Some(to)) => {
            Ok(outcome::reply(view, &desk.set_status(act, *ticket, to, "", None).await?))
        }
        (CustomId::History(ticket, page), _) => {
            let history = desk.history(&act.by, *ticket).await?;
            Ok(view.history(&history.ticket, &history.events, Some(*page)))
        }
        _ => Ok(view.unknown_button()),
    }
}

async fn open(
    shared: &Shared,
    act: &Act,
    options: OpenOptions,
    form: &serenity::ModalInteraction,
) -> Result<Message, DeskError> {
    let token = ReplyToken { token: form.token.clone(), until: act.at + REPLY_LIFE };
    let opened = shared.desk.open(
        act,
        OpenForm {
            title: input(form, "title"),
            details: input(form, "details"),
            severity: options.severity.map(|key| key.to_string()),
            service: options.service.map(|key| key.to_string()),
            affected: options.affected,
            affected_who: input(form, "affected_who"),
            frequency: options.frequency,
            frequency_detail: input(form, "frequency_detail"),
            started_at: input(form, "started_at"),
            reply: Some(token),
        },
    );
    let opened = opened.await?;
    Ok(shared.view().opened(&opened.ticket, opened.start_problem))
}

fn chosen(press: &serenity::ComponentInteraction) -> Option<&str> {
    match &press.data.kind {
        serenity::ComponentInteractionDataKind::StringSelect { values } => values.first().map(String::as_str),
        _ => None,
    }
}

/// What was typed into an input of a form; empty if there is no such input.
fn input(form: &serenity::ModalInteraction, id: &str) -> String {
    let components = form.data.components.iter().flat_map(|row| &row.components);
    let mut typed = components.filter_map(|component| match component {
        serenity::ActionRowComponent::InputText(input) if input.custom_id == id => input.value.clone(),
        _ => None,
    });
    typed.next_back().unwrap_or_default()
}
