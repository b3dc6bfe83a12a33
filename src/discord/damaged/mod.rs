//! Events of Discord with something wrong in them, read as the bot reads them: nothing panics, and what is read can be
//! kept by every database.
//!
//! `events.json` has one real payload of each event that the bot does something with. Tests only.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use serenity::all as serenity;
use serenity::{Event, GatewayEvent, Interaction};

use super::components::{chosen, input};
use super::custom_id::CustomId;
use super::{acting, heard};
use crate::cases::{cases, damage, damaged};
use crate::domain::ArchivedMessage;

/// The payloads as the gateway sends them.
fn events() -> Vec<Value> {
    let events: Vec<Value> = serde_json::from_str(include_str!("events.json")).unwrap();
    events.into_iter().map(|event| json!({ "op": 0, "s": 7, "t": event["t"], "d": event["d"] })).collect()
}

/// Pictures are named by 32 ASCII characters. serenity 0.12.5 cuts whatever is 32 bytes long into pieces of two bytes and
/// panics where they are no characters (`ImageHash`); nobody but Discord itself can choose them.
fn without_strange_pictures(value: &mut Value) {
    match value {
        Value::Object(fields) => fields.iter_mut().for_each(|(key, value)| match value {
            Value::String(name) if key == "avatar" && !name.is_ascii() => *value = Value::Null,
            _ => without_strange_pictures(value),
        }),
        Value::Array(values) => values.iter_mut().for_each(without_strange_pictures),
        _ => {}
    }
}

/// Reads a payload as serenity does, and what it says as the handlers do. Tells what became of it.
fn hear(payload: &Value) -> &'static str {
    let mut payload = payload.clone();
    without_strange_pictures(&mut payload);
    match serde_json::from_str::<GatewayEvent>(&payload.to_string()) {
        Ok(GatewayEvent::Dispatch(_, event)) => handle(event),
        Ok(_) => "of another kind",
        Err(_) => "refused",
    }
}

fn handle(event: Event) -> &'static str {
    match event {
        Event::MessageCreate(created) => keepable(&heard::message(&created.message)),
        Event::MessageUpdate(update) => {
            if let Some(edited) = heard::edit(update) {
                keepable(&edited);
            }
        }
        Event::ReactionAdd(added) => storable(&heard::emoji(&added.reaction.emoji)),
        Event::ReactionRemove(taken) => storable(&heard::emoji(&taken.reaction.emoji)),
        Event::InteractionCreate(created) => interaction(&created.interaction),
        Event::GuildMemberUpdate(update) => {
            storable(&acting::shown_name(update.nick.as_deref(), &update.user));
        }
        Event::Unknown(unknown) => {
            return match heard::emoji_removed(&unknown.kind, &unknown.value) {
                Some((_, _, emoji)) => {
                    storable(&emoji);
                    "read"
                }
                None => "told as unreadable",
            };
        }
        _ => {}
    }
    "read"
}

fn interaction(interaction: &Interaction) {
    match interaction {
        Interaction::Command(command) | Interaction::Autocomplete(command) => {
            // What poise does first.
            let _ = (command.data.options(), command.data.autocomplete().is_some());
            let member = command.member.as_deref();
            member
                .iter()
                .for_each(|member| storable(&acting::shown_name(member.nick.as_deref(), &member.user)));
        }
        Interaction::Component(press) => {
            let _ = (CustomId::decode(&press.data.custom_id), chosen(press));
        }
        Interaction::Modal(form) => {
            let _ = (CustomId::decode(&form.data.custom_id), input(form, "title"), input(form, "details"));
        }
        _ => {}
    }
}

fn keepable(message: &ArchivedMessage) {
    let files = message.attachments.iter().flat_map(|file| [&file.name, &file.url]);
    files.chain([&message.text, &message.author.name]).for_each(|text| storable(text));
    assert!(!message.author.name.contains(|c: char| c.is_control()));
    let _ = (message.at.to_rfc3339(), message.edited.map(|at| at.to_rfc3339()));
}

fn storable(text: &str) {
    assert!(!text.contains('\0'), "{text:?}");
}

#[test]
fn whole_events_are_read() {
    for event in events() {
        assert_eq!(hear(&event), "read", "{event}");
    }
}

#[test]
fn nul_is_replaced_wherever_it_may_stand() {
    let mut event = events().remove(0);
    for place in ["/d/content", "/d/attachments/0/filename", "/d/attachments/0/url", "/d/member/nick"] {
        *event.pointer_mut(place).unwrap() = json!("a\0b");
    }
    assert_eq!(hear(&event), "read");
    let mut reaction = events().remove(5);
    reaction["d"]["emoji"]["name"] = json!("a\0b");
    assert_eq!(hear(&reaction), "read");
}

proptest! {
    #![proptest_config(cases(10_000))]

    #[test]
    fn damaged_events_are_read_or_refused(which in any::<prop::sample::Index>(), damages in vec(damage(), 1..4)) {
        // Parsing the file each time would cost more than the test.
        thread_local!(static EVENTS: Vec<Value> = events());
        EVENTS.with(|events| hear(&damaged(which.get(events), &damages)));
    }
}
