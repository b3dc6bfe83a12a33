//! A person, and a person at a place: what people can do.
//!
//! Keeps: a person can do only what Discord's client would let them do.

use chrono::{DateTime, Utc};

use super::answer::Answer;
use super::{Name, Sandbox};
use crate::sandbox::check::draft::{Draft, Upload};
use crate::sandbox::error::Refusal;
use crate::sandbox::ids::Id;
use crate::sandbox::model::Message;
use crate::sandbox::verbs::messages::Posting;
use crate::sandbox::world::World;

/// Somebody to play.
#[derive(Clone, Debug)]
pub struct Actor {
    pub(super) sandbox: Sandbox,
    pub(super) name: String,
}

/// Somebody in a channel or thread.
#[derive(Clone, Debug)]
pub struct Place {
    actor: Actor,
    channel: String,
}

impl World {
    pub(crate) fn member_named(&self, name: &str) -> Result<Id, Refusal> {
        let member = self.find_member(name).map(|member| member.id);
        member.ok_or_else(|| Refusal::by_client(format!("there is no member `{name}`")))
    }

    pub(crate) fn role_named(&self, name: &str) -> Result<Id, Refusal> {
        let role = self.find_role(name).map(|role| role.id);
        role.ok_or_else(|| Refusal::by_client(format!("there is no role `{name}`")))
    }

    pub(crate) fn channel_named(&self, name: &str) -> Result<Id, Refusal> {
        let channel = self.find_channel(name).map(|channel| channel.id);
        channel.ok_or_else(|| Refusal::by_client(format!("there is no channel or thread `{name}`")))
    }
}

impl Actor {
    /// The person's id.
    ///
    /// # Errors
    ///
    /// If there is no such member.
    pub fn id(&self) -> Result<Id, Refusal> {
        self.sandbox.look(|world| world.member_named(&self.name))
    }

    /// The person in a channel or thread, by name or id.
    #[must_use]
    pub fn in_channel(&self, channel: impl Into<Name>) -> Place {
        Place { actor: self.clone(), channel: channel.into().0 }
    }

    fn act<T>(&self, act: impl FnOnce(&mut World, Id) -> Result<T, Refusal>) -> Result<T, Refusal> {
        self.sandbox.change(|world| {
            let by = world.member_named(&self.name)?;
            act(world, by)
        })
    }

    async fn interact(
        &self,
        act: impl FnOnce(&mut World, Id) -> Result<Id, Refusal>,
    ) -> Result<Answer, Refusal> {
        let id = self.act(act)?;
        Answer::wait(self.clone(), id).await
    }

    /// Presses a button, by its label or custom id, and waits for the answer.
    ///
    /// # Errors
    ///
    /// If there is no such button to press, or the bot does not answer in time.
    pub async fn press(&self, message: &Message, button: &str) -> Result<Answer, Refusal> {
        self.interact(|world, by| world.press(by, message.id, button, &[])).await
    }

    /// Chooses from a select, by values or labels, and waits for the answer.
    ///
    /// # Errors
    ///
    /// If there is no such select or value, or the bot does not answer in time.
    pub async fn select(&self, message: &Message, select: &str, values: &[&str]) -> Result<Answer, Refusal> {
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        self.interact(|world, by| world.press(by, message.id, select, &values)).await
    }

    /// Uses a menu on a message and waits for the answer.
    ///
    /// # Errors
    ///
    /// If there is no such menu, or the bot does not answer in time.
    pub async fn menu(&self, name: &str, message: &Message) -> Result<Answer, Refusal> {
        self.interact(|world, by| world.use_menu(by, name, message.id)).await
    }

    /// Sends the form that was shown as the answer `shown`; fields by custom id or label.
    ///
    /// # Errors
    ///
    /// If no form was shown or a field does not fit it, or the bot does not answer in time.
    pub async fn submit(&self, shown: Id, fields: &[(&str, &str)]) -> Result<Answer, Refusal> {
        let fields: Vec<_> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.interact(|world, by| world.submit(by, shown, &fields)).await
    }

    /// Edits the person's own message.
    ///
    /// # Errors
    ///
    /// If it is somebody else's, or in an archived thread.
    pub fn edit(&self, message: &Message, content: &str) -> Result<(), Refusal> {
        self.act(|world, by| world.edit(by, message.channel, message.id, Draft::text(content)))
    }

    /// Deletes a message.
    ///
    /// # Errors
    ///
    /// If the person may not.
    pub fn delete(&self, message: &Message) -> Result<(), Refusal> {
        self.act(|world, by| world.delete(by, message.channel, message.id))
    }

    /// Gives a reaction.
    ///
    /// # Errors
    ///
    /// If the person may not.
    pub fn react(&self, message: &Message, emoji: &str) -> Result<(), Refusal> {
        self.act(|world, by| world.react(by, message.channel, message.id, emoji))
    }

    /// Takes the person's own reaction back.
    ///
    /// # Errors
    ///
    /// If there was none.
    pub fn unreact(&self, message: &Message, emoji: &str) -> Result<(), Refusal> {
        self.act(|world, by| world.unreact(by, message.channel, message.id, emoji, by))
    }

    /// Pins a message.
    ///
    /// # Errors
    ///
    /// If the person may not.
    pub fn pin(&self, message: &Message) -> Result<(), Refusal> {
        self.act(|world, by| world.pin(by, message.channel, message.id, true))
    }

    /// Takes a message off the pins.
    ///
    /// # Errors
    ///
    /// If the person may not.
    pub fn unpin(&self, message: &Message) -> Result<(), Refusal> {
        self.act(|world, by| world.pin(by, message.channel, message.id, false))
    }
}

impl Place {
    fn at<T>(&self, act: impl FnOnce(&mut World, Id, Id) -> Result<T, Refusal>) -> Result<T, Refusal> {
        self.actor.act(|world, by| {
            let channel = world.channel_named(&self.channel)?;
            act(world, by, channel)
        })
    }

    fn post(&self, draft: Draft, at: Option<DateTime<Utc>>) -> Result<Message, Refusal> {
        self.at(|world, by, channel| {
            let id = world.post(Posting { at, ..Posting::new(by, channel, draft) })?;
            world.message(channel, id).cloned()
        })
    }

    /// Says something.
    ///
    /// # Errors
    ///
    /// If the person may not post there.
    pub fn say(&self, content: &str) -> Result<Message, Refusal> {
        self.post(Draft::text(content), None)
    }

    /// Says something at a given time of the world, not before the newest message of the channel.
    ///
    /// # Errors
    ///
    /// If the person may not post there, or not at that time.
    pub fn say_at(&self, content: &str, at: DateTime<Utc>) -> Result<Message, Refusal> {
        self.post(Draft::text(content), Some(at))
    }

    /// Says something that consists of more than text, such as [`Draft::replying_to`] with files.
    ///
    /// # Errors
    ///
    /// If the person may not post there.
    pub fn send(&self, draft: Draft) -> Result<Message, Refusal> {
        self.post(draft, None)
    }

    /// The same at a given time of the world, not before the newest message of the channel.
    ///
    /// # Errors
    ///
    /// If the person may not post there, or not at that time.
    pub fn send_at(&self, draft: Draft, at: DateTime<Utc>) -> Result<Message, Refusal> {
        self.post(draft, Some(at))
    }

    /// Replies to a message.
    ///
    /// # Errors
    ///
    /// If the person may not post there, or the message is elsewhere.
    pub fn reply_to(&self, message: &Message, content: &str) -> Result<Message, Refusal> {
        self.post(Draft::text(content).replying_to(message.id), None)
    }

    /// Posts a file with some words.
    ///
    /// # Errors
    ///
    /// If the person may not.
    pub fn attach(&self, content: &str, name: &str, bytes: impl Into<Vec<u8>>) -> Result<Message, Refusal> {
        self.post(Draft::text(content).with_files(vec![Upload::new(name, bytes.into())]), None)
    }

    /// Types a slash command and waits for the answer.
    ///
    /// # Errors
    ///
    /// If Discord's client would refuse the line, or the bot does not answer in time.
    pub async fn slash(&self, line: &str) -> Result<Answer, Refusal> {
        self.slash_with(line, Vec::new()).await
    }

    /// The same with files, which options name by file name.
    ///
    /// # Errors
    ///
    /// If Discord's client would refuse the line, or the bot does not answer in time.
    pub async fn slash_with(&self, line: &str, files: Vec<Upload>) -> Result<Answer, Refusal> {
        let id = self.at(|world, by, channel| {
            let typed = world.typed(line)?;
            world.use_command(by, channel, &typed, files)
        })?;
        Answer::wait(self.actor.clone(), id).await
    }

    /// The suggestions for the option typed last, as names and values.
    ///
    /// # Errors
    ///
    /// If the option makes none, or the bot does not answer in time.
    pub async fn autocomplete(&self, line: &str) -> Result<Vec<(String, String)>, Refusal> {
        let id = self.at(|world, by, channel| {
            let typed = world.typed(line)?;
            world.ask_suggestions(by, channel, &typed)
        })?;
        Ok(Answer::wait(self.actor.clone(), id).await?.choices())
    }

    /// The messages the person sees here, oldest first; an error if they see none of it.
    ///
    /// # Errors
    ///
    /// If the person does not see the channel.
    pub fn messages(&self) -> Result<Vec<Message>, Refusal> {
        self.at(|world, by, channel| {
            let channel = world.require(by, channel, crate::sandbox::permissions::READ_HISTORY)?;
            Ok(channel.messages.values().cloned().collect())
        })
    }
}
