//! The guild, the bot itself and its commands.

use serde::Serialize;
use serde_json::Value;

use super::address;
use super::route::Route;
use super::wire::{Application, Channel, Gateway, Guild, Member, Role, Threads, User};
use super::{BadAddress, Fault, Rest};
use crate::domain::{GuildId, UserId};

/// Why there is no gateway to connect to.
#[derive(Debug, thiserror::Error)]
pub enum NoGateway {
    /// The API did not tell it.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// It must not be used.
    #[error("the API names a gateway that must not be used: {0}")]
    Address(#[from] BadAddress),
}

impl Rest {
    /// Where the gateway is. To be asked before the gateway's client is built: that one falls back to Discord's own
    /// gateway when the question fails.
    ///
    /// # Errors
    /// Where there is no answer, or the gateway would be reached in the open.
    pub async fn gateway(&self) -> Result<String, NoGateway> {
        let gateway: Gateway = self.patiently(|| self.ask(Route::get("/gateway"))).await?;
        address::gateway(&gateway.url)?;
        Ok(gateway.url)
    }

    /// The bot as a user.
    ///
    /// # Errors
    /// What went wrong; [`Fault::Unauthorized`] for a wrong token.
    pub async fn current_user(&self) -> Result<User, Fault> {
        self.ask(Route::get("/users/@me")).await
    }

    /// The bot's application, with the privileged intents that it was granted.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn application(&self) -> Result<Application, Fault> {
        self.ask(Route::get("/applications/@me")).await
    }

    /// The guilds the bot is in, up to 200.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn guilds(&self) -> Result<Vec<Guild>, Fault> {
        self.ask(Route::get("/users/@me/guilds")).await
    }

    /// One guild.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn guild(&self, guild: GuildId) -> Result<Guild, Fault> {
        self.ask(Route::get("/guilds/{}").part(guild)).await
    }

    /// All channels of a guild, without threads.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn channels(&self, guild: GuildId) -> Result<Vec<Channel>, Fault> {
        self.ask(Route::get("/guilds/{}/channels").part(guild)).await
    }

    /// The threads of a guild that are not archived.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn active_threads(&self, guild: GuildId) -> Result<Vec<Channel>, Fault> {
        let answer: Threads = self.ask(Route::get("/guilds/{}/threads/active").part(guild)).await?;
        Ok(answer.threads)
    }

    /// All roles of a guild.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn roles(&self, guild: GuildId) -> Result<Vec<Role>, Fault> {
        self.ask(Route::get("/guilds/{}/roles").part(guild)).await
    }

    /// Makes a role.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn create_role(&self, guild: GuildId, body: &impl Serialize) -> Result<Role, Fault> {
        self.tell(Route::post("/guilds/{}/roles").part(guild), body).await
    }

    /// One member of a guild.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn member(&self, guild: GuildId, user: UserId) -> Result<Member, Fault> {
        self.ask(Route::get("/guilds/{}/members/{}").part(guild).part(user)).await
    }

    /// Makes `commands` the bot's commands in a guild, all of them.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn put_commands(
        &self,
        application: UserId,
        guild: GuildId,
        commands: &impl Serialize,
    ) -> Result<Vec<Value>, Fault> {
        let route = Route::put("/applications/{}/guilds/{}/commands").part(application).part(guild);
        self.tell(route, commands).await
    }
}
