//! Routes with which the bot answers interactions.
//!
//! Translation only; see `verbs::answers`. The token in the path is all the permission needed.

use super::{Call, Reply};
use crate::sandbox::check::draft::Draft;
use crate::sandbox::error::Refusal;
use crate::sandbox::ids::Id;

type Answer = Result<Reply, Refusal>;

pub(super) fn callback(call: &mut Call<'_>) -> Answer {
    let id = call.id(0)?;
    let files = std::mem::take(&mut call.request.files);
    let body = call.request.body.take();
    let token = call.part(1).to_owned();
    call.world.answer(id, &token, &body, files)?;
    if call.query("with_response") != Some("true") {
        return Ok(Reply::Nothing);
    }
    let interaction = call.world.interactions.get(&id).ok_or_else(|| Refusal::unknown(10062))?;
    Ok(Reply::Json(call.world.callback_json(interaction, body["type"].as_u64().unwrap_or(0))))
}

fn draft(call: &mut Call<'_>) -> Result<Draft, Refusal> {
    Draft::read(&call.request.body.take(), std::mem::take(&mut call.request.files), "")
}

fn check_application(call: &Call<'_>) -> Result<(), Refusal> {
    if call.id(0)? == call.world.bot { Ok(()) } else { Err(Refusal::unknown(10015)) }
}

fn show(call: &Call<'_>, id: Id) -> Answer {
    let message = call.world.find_message(id).ok_or_else(|| Refusal::unknown(10008))?;
    Ok(Reply::Json(call.world.message_json(message)))
}

pub(super) fn follow_up(call: &mut Call<'_>) -> Answer {
    check_application(call)?;
    let draft = draft(call)?;
    let token = call.part(1).to_owned();
    let id = call.world.follow_up(&token, draft)?;
    show(call, id)
}

pub(super) fn get(call: &mut Call<'_>) -> Answer {
    check_application(call)?;
    let id = call.world.answer_message(call.part(1), call.part(2))?;
    show(call, id)
}

pub(super) fn edit(call: &mut Call<'_>) -> Answer {
    check_application(call)?;
    let draft = draft(call)?;
    let (token, name) = (call.part(1).to_owned(), call.part(2).to_owned());
    let id = call.world.edit_answer(&token, &name, draft)?;
    show(call, id)
}

pub(super) fn delete(call: &mut Call<'_>) -> Answer {
    check_application(call)?;
    let (token, name) = (call.part(1).to_owned(), call.part(2).to_owned());
    call.world.delete_answer(&token, &name).map(|()| Reply::Nothing)
}
