//! Buttons, selects and forms: the wish in the custom id, one desk verb, one view.
//!
//! Nothing is remembered between a button and its press, so everything works after a restart and on old messages.
//! Who may do it is checked by the desk at every press, exactly as for the command. An id that nobody knows any
//! more is answered too.

use serenity::all as serenity;

use super::acting;
use super::answer::{Answer, Door};
use super::commands::serves;
use super::custom_id::{CustomId, OpenOptions, ReportWish};
use super::message::{File, Message};
use super::paperwork::Form;
use super::shared::Shared;
use super::views::report::{RETURN_INPUT, SECTION_INPUT};
use super::{outcome, paperwork};
use crate::desk::{Act, DeskError, Glance, OpenForm, Rewrite};
use crate::domain::access::{self, Action};
use crate::domain::delivery::ReplyToken;
use crate::domain::{NoteKind, Refusal, Status, TeamKey, TicketNumber};

/// A token is good for 15 minutes (Discord's reference, "Interactions"); what is not done a little before is told
/// otherwise.
const REPLY_LIFE: chrono::TimeDelta = chrono::TimeDelta::seconds(14 * 60 + 30);

/// Somebody pressed a button or chose from a list.
pub async fn pressed(shared: &Shared, press: &serenity::ComponentInteraction) {
    let door = Door::to(shared, press.id, &press.token);
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
        CustomId::OnReport(ticket, team, wish) => {
            on_report(shared, door, &act, (*ticket, team, wish), press).await;
        }
        CustomId::Status(_) | CustomId::Take(_) | CustomId::Report(_) | CustomId::RetryHeldUp => {
            door.answer(view, Answer::New, on_button(shared, &act, &id)).await;
        }
        CustomId::TakeFor(..)
        | CustomId::StatusPick(_)
        | CustomId::History(..)
        | CustomId::AllReports(_)
        | CustomId::DraftReports(_) => {
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
    let door = Door::to(shared, form.id, &form.token);
    let Some(act) = begin(shared, door, form.id, form.guild_id, form.member.as_ref()).await else { return };
    let view = shared.view();
    match CustomId::decode(&form.data.custom_id) {
        Some(CustomId::OpenForm(options)) => {
            let typed = format!("{}\n\n{}\n", input(form, "title"), input(form, "details"));
            let typed = File { name: "ticket.md".to_owned(), bytes: typed.into_bytes() };
            let work = open(shared, &act, options, form);
            door.answer_or_give_back(view, Answer::New, Some(typed), work).await;
        }
        Some(CustomId::NoteForm(ticket, kind)) => {
            let text = input(form, "text");
            let typed = File { name: format!("{ticket}-note.md"), bytes: text.clone().into_bytes() };
            let work =
                async { Ok(outcome::reply(view, &shared.desk.note(&act, ticket, kind, &text, None).await?)) };
            door.answer_or_give_back(view, Answer::New, Some(typed), work).await;
        }
        Some(CustomId::ReopenForm(ticket)) => {
            let work = async {
                Ok(outcome::reply(view, &shared.desk.reopen(&act, ticket, &input(form, "reason")).await?))
            };
            door.answer(view, Answer::New, work).await;
        }
        Some(CustomId::OnReport(ticket, team, ReportWish::Form(section, seen))) => {
            let text = input(form, SECTION_INPUT);
            let typed =
                File { name: format!("{ticket}-{team}-{section}.md"), bytes: text.clone().into_bytes() };
            let work = async {
                let glance = Glance { team: Some(team.as_str()), seen: Some(seen) };
                let rewrite = Rewrite { section: &section, text: &text };
                let done = shared.desk.write_section(&act, ticket, glance, rewrite).await?;
                Ok(paperwork::done(shared, &act.by, &done))
            };
            door.answer_or_give_back(view, answer_of(form.message.is_some()), Some(typed), work).await;
        }
        Some(CustomId::OnReport(ticket, team, ReportWish::ReturnForm(seen))) => {
            let reason = input(form, RETURN_INPUT);
            let typed =
                File { name: format!("{ticket}-{team}-returned.md"), bytes: reason.clone().into_bytes() };
            let work = async {
                let glance = Glance { team: Some(team.as_str()), seen: Some(seen) };
                let done = shared.desk.return_report(&act, ticket, glance, &reason).await?;
                Ok(paperwork::done(shared, &act.by, &done))
            };
            door.answer_or_give_back(view, answer_of(form.message.is_some()), Some(typed), work).await;
        }
        _ => door.say(&view.unknown_button()).await,
    }
}

/// A form that was opened from a private answer takes its place; one that a command opened is answered anew.
const fn answer_of(from_a_message: bool) -> Answer {
    if from_a_message { Answer::Change } else { Answer::New }
}

/// The buttons and the list under a Final Report, all of them in private answers of the bot.
async fn on_report(
    shared: &Shared,
    door: Door<'_>,
    act: &Act,
    (ticket, team, wish): (TicketNumber, &TeamKey, &ReportWish),
    press: &serenity::ComponentInteraction,
) {
    let view = shared.view();
    match wish {
        ReportWish::Edit(section) => {
            let form = paperwork::section_form(shared, act, ticket, Some(team.as_str()), section);
            door.open_or_say(view, form).await;
        }
        ReportWish::Return(seen) => {
            door.open_or_say(view, paperwork::return_form(shared, act, ticket, team, *seen)).await;
        }
        ReportWish::Export(format) => {
            let limit = u64::from(press.attachment_size_limit);
            let work = paperwork::export(shared, &act.by, ticket, Some(team.as_str()), *format, limit);
            door.answer(view, Answer::New, work).await;
        }
        _ => {
            let work = change_report(shared, act, (ticket, team, wish), chosen(press));
            door.answer(view, Answer::Change, work).await;
        }
    }
}

/// What changes what a person looks at.
async fn change_report(
    shared: &Shared,
    act: &Act,
    (ticket, team, wish): (TicketNumber, &TeamKey, &ReportWish),
    chosen: Option<&str>,
) -> Result<Message, DeskError> {
    let (desk, team) = (&shared.desk, team.as_str());
    let glance = |seen: &i64| Glance { team: Some(team), seen: Some(*seen) };
    let done = match (wish, chosen) {
        (ReportWish::Open, _) => return paperwork::show(shared, &act.by, ticket, team, None).await,
        (ReportWish::Draft, _) => return paperwork::draft(shared, act, ticket, Some(team)).await,
        (ReportWish::Section, Some(section)) => {
            return paperwork::section(shared, &act.by, ticket, (team, section), 0).await;
        }
        (ReportWish::Page(section, page), _) => {
            return paperwork::section(shared, &act.by, ticket, (team, section), *page).await;
        }
        (ReportWish::Submit(seen), _) => paperwork::submit(shared, act, ticket, glance(seen)).await?,
        (ReportWish::Approve(seen), _) => desk.approve_report(act, ticket, glance(seen)).await?,
        _ => return Ok(shared.view().unknown_button()),
    };
    Ok(paperwork::done(shared, &act.by, &done))
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
    let may = async {
        let found = shared.desk.show(&act.by, ticket).await?;
        access::check(Action::Speak, &act.by, Some(&found), shared.desk.directory())?;
        Ok(Form::Modal(form))
    };
    door.open_or_say(shared.view(), may).await;
}

/// The buttons of the card, and that of a notice to the operators.
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
        CustomId::Report(ticket) => paperwork::overview(shared, &act.by, *ticket, None).await,
        CustomId::RetryHeldUp => Ok(view.tried_again(desk.retry_held_up(&act.by, shared.clock.now()).await?)),
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
        (CustomId::AllReports(ticket), _) => paperwork::overview(shared, &act.by, *ticket, None).await,
        (CustomId::DraftReports(ticket), _) => paperwork::draft(shared, act, *ticket, None).await,
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

pub(super) fn chosen(press: &serenity::ComponentInteraction) -> Option<&str> {
    match &press.data.kind {
        serenity::ComponentInteractionDataKind::StringSelect { values } => values.first().map(String::as_str),
        _ => None,
    }
}

/// What was typed into an input of a form; empty if there is no such input.
pub(super) fn input(form: &serenity::ModalInteraction, id: &str) -> String {
    let mut components = form.data.components.iter().flat_map(|row| &row.components);
    let typed = components.find_map(|component| match component {
        serenity::ActionRowComponent::InputText(input) if input.custom_id == id => input.value.clone(),
        _ => None,
    });
    typed.unwrap_or_default()
}
