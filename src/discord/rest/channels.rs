//! Channels and threads: making them, changing them, bringing people in.

use serde::Serialize;
use serde_json::json;

use super::route::Route;
use super::wire::Channel;
use super::{Body, Fault, Rest};
use crate::domain::{ChannelId, GuildId, MessageId, UserId};

impl Rest {
    /// Reads a channel or thread.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn channel(&self, channel: ChannelId) -> Result<Channel, Fault> {
        self.ask(Route::get("/channels/{}").part(channel)).await
    }

    /// Makes the thread of a message. It gets the message's number, so a repeat makes no second one.
    ///
    /// # Errors
    /// What went wrong; [`Fault::Exists`] if the message has its thread.
    pub async fn create_thread(
        &self,
        channel: ChannelId,
        message: MessageId,
        body: &impl Serialize,
    ) -> Result<Channel, Fault> {
        self.tell(Route::post("/channels/{}/messages/{}/threads").part(channel).part(message), body).await
    }

    /// Changes a channel or thread.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn modify_channel(&self, channel: ChannelId, body: &impl Serialize) -> Result<Channel, Fault> {
        self.tell(Route::patch("/channels/{}").part(channel), body).await
    }

    /// Archives a thread, or takes it out of the archive; it is not locked.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn set_archived(&self, thread: ChannelId, archived: bool) -> Result<Channel, Fault> {
        self.modify_channel(thread, &json!({ "archived": archived })).await
    }

    /// Brings somebody into a thread; nothing happens if they are there.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn add_thread_member(&self, thread: ChannelId, user: UserId) -> Result<(), Fault> {
        let route = Route::put("/channels/{}/thread-members/{}").part(thread).part(user);
        self.send(route, Body::None).await.map(drop)
    }

    /// Makes a channel in the guild.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn create_channel(&self, guild: GuildId, body: &impl Serialize) -> Result<Channel, Fault> {
        self.tell(Route::post("/guilds/{}/channels").part(guild), body).await
    }
}
