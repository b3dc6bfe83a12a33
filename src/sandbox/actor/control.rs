//! Changes of the world that are nobody's doing in particular: people come and go, roles change, things fail.
//!
//! What an administrator could do in the client, done with the owner's rights. Keeps: each change is announced like
//! any other.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Name, Sandbox};
use crate::sandbox::error::Refusal;
use crate::sandbox::faults::Fault;
use crate::sandbox::gateway::Trouble;
use crate::sandbox::ids::Id;
use crate::sandbox::limits::RateLimited;
use crate::sandbox::model::{Member, Overwrite};
use crate::sandbox::world::World;

type Done = Result<(), Refusal>;

impl Sandbox {
    fn as_owner<T>(&self, act: impl FnOnce(&mut World, Id) -> Result<T, Refusal>) -> Result<T, Refusal> {
        self.change(|world| {
            let owner = world.guild.owner;
            act(world, owner)
        })
    }

    /// Lets somebody join, with roles by name.
    ///
    /// # Errors
    ///
    /// If the name is taken or a role does not exist.
    pub fn add_member(&self, username: &str, display: &str, roles: &[&str]) -> Result<Id, Refusal> {
        self.change(|world| {
            let roles: Result<Vec<Id>, _> = roles.iter().map(|role| world.role_named(role)).collect();
            world.add_member(username, display, roles?)
        })
    }

    /// Adds another bot, one that nobody drives: it can be made to post.
    ///
    /// # Errors
    ///
    /// If the name is taken.
    pub fn add_bot(&self, username: &str, display: &str) -> Result<Id, Refusal> {
        self.change(|world| {
            let member = world.new_member(username, display, Vec::new())?;
            Ok(world.let_in(Member { bot: true, ..member }))
        })
    }

    /// Lets somebody leave.
    ///
    /// # Errors
    ///
    /// If there is no such member.
    pub fn remove_member(&self, name: &str) -> Done {
        self.change(|world| world.remove_member(world.member_named(name)?))
    }

    /// Gives somebody exactly these roles.
    ///
    /// # Errors
    ///
    /// If there is no such member or role.
    pub fn set_roles(&self, name: &str, roles: &[&str]) -> Done {
        self.change(|world| {
            let roles: Result<Vec<Id>, _> = roles.iter().map(|role| world.role_named(role)).collect();
            let (member, roles) = (world.member_named(name)?, roles?);
            world.change_member(member, |member| member.roles = roles)
        })
    }

    /// Whether direct messages to somebody fail.
    ///
    /// # Errors
    ///
    /// If there is no such member.
    pub fn refuse_dms(&self, name: &str, refuse: bool) -> Done {
        self.change(|world| {
            let member = world.member_named(name)?;
            world.change_member(member, |member| member.refuses_dms = refuse)
        })
    }

    /// Makes a role.
    ///
    /// # Errors
    ///
    /// If the name is too long.
    pub fn create_role(&self, name: &str, permissions: u64, mentionable: bool) -> Result<Id, Refusal> {
        let body =
            json!({ "name": name, "permissions": permissions.to_string(), "mentionable": mentionable });
        self.as_owner(|world, owner| world.create_role(owner, &body))
    }

    /// Renames a role.
    ///
    /// # Errors
    ///
    /// If there is no such role.
    pub fn rename_role(&self, role: &str, name: &str) -> Done {
        self.as_owner(|world, owner| {
            world.change_role(owner, world.role_named(role)?, &json!({ "name": name }))
        })
    }

    /// Changes what a role may do; the bot's own role is named like the bot.
    ///
    /// # Errors
    ///
    /// If there is no such role.
    pub fn set_role_permissions(&self, role: &str, permissions: u64) -> Done {
        self.change(|world| world.force_role_permissions(world.role_named(role)?, permissions))
    }

    /// Deletes a role.
    ///
    /// # Errors
    ///
    /// If there is no such role, or it is a bot's.
    pub fn delete_role(&self, role: &str) -> Done {
        self.as_owner(|world, owner| world.delete_role(owner, world.role_named(role)?))
    }

    /// Makes a channel of a kind of [`crate::sandbox::kind`].
    ///
    /// # Errors
    ///
    /// If the name does not fit.
    pub fn create_channel(&self, name: &str, kind: u8) -> Result<Id, Refusal> {
        self.as_owner(|world, owner| world.create_channel(owner, &json!({ "name": name, "type": kind })))
    }

    /// Changes a channel or thread as a PATCH with this body would: `name`, `topic`, `archived`, `locked`, ….
    ///
    /// # Errors
    ///
    /// If there is no such channel, or the body does not fit.
    pub fn change_channel(&self, channel: impl Into<Name>, body: &Value) -> Done {
        let Name(name) = channel.into();
        self.as_owner(|world, owner| world.change_channel(owner, world.channel_named(&name)?, body))
    }

    /// Deletes a channel or thread.
    ///
    /// # Errors
    ///
    /// If there is no such channel.
    pub fn delete_channel(&self, channel: impl Into<Name>) -> Done {
        let Name(name) = channel.into();
        self.as_owner(|world, owner| world.delete_channel(owner, world.channel_named(&name)?)).map(drop)
    }

    /// Archives a thread, as Discord does after a while of silence, or brings it back.
    ///
    /// # Errors
    ///
    /// If there is no such thread.
    pub fn archive_thread(&self, thread: impl Into<Name>, archived: bool) -> Done {
        let Name(name) = thread.into();
        self.change(|world| world.set_archived(world.channel_named(&name)?, archived))
    }

    /// Sets what a role may do differently in a channel; nothing granted and nothing taken removes the entry.
    ///
    /// # Errors
    ///
    /// If there is no such channel or role.
    pub fn set_role_overwrite(&self, channel: &str, role: &str, allow: u64, deny: u64) -> Done {
        self.set_overwrite(channel, allow, deny, |world| Ok((world.role_named(role)?, false)))
    }

    /// Sets what a member may do differently in a channel; nothing granted and nothing taken removes the entry.
    ///
    /// # Errors
    ///
    /// If there is no such channel or member.
    pub fn set_member_overwrite(&self, channel: &str, member: &str, allow: u64, deny: u64) -> Done {
        self.set_overwrite(channel, allow, deny, |world| Ok((world.member_named(member)?, true)))
    }

    fn set_overwrite(
        &self,
        channel: &str,
        allow: u64,
        deny: u64,
        target: impl FnOnce(&World) -> Result<(Id, bool), Refusal>,
    ) -> Done {
        self.as_owner(|world, owner| {
            let channel = world.channel_named(channel)?;
            let (id, member) = target(world)?;
            let overwrite = Overwrite { id, member, allow, deny };
            world.set_overwrite(owner, channel, id, Some(overwrite).filter(|one| one.allow | one.deny != 0))
        })
    }

    /// Lets a REST request fail.
    pub fn fault(&self, fault: Fault) {
        self.change(|world| world.faults.add(fault));
    }

    /// Takes back all faults that have not happened.
    pub fn clear_faults(&self) {
        self.change(|world| world.faults.clear());
    }

    /// How many faults are still to happen.
    #[must_use]
    pub fn faults_left(&self) -> usize {
        self.look(|world| world.faults.left())
    }

    /// By how much the windows of the rate limits are divided; 1 without limits.
    #[must_use]
    pub fn divisor(&self) -> u32 {
        self.look(|world| world.options.limits.map_or(1, |limits| limits.divisor))
    }

    /// Every request so far that was answered with 429, in order.
    #[must_use]
    pub fn rate_limited(&self) -> Vec<RateLimited> {
        self.look(|world| world.limits.refused().to_vec())
    }

    /// Those whose sender could have known that they would be; a bot that foresees limits has none.
    #[must_use]
    pub fn foreseeable(&self) -> Vec<RateLimited> {
        self.rate_limited().into_iter().filter(|one| one.foreseeable).collect()
    }

    /// How long nonces are remembered from now on; zero forgets all at once.
    pub fn remember_nonces_for(&self, life: Duration) {
        self.change(|world| world.remember_nonces_for(life));
    }

    /// Lets something go wrong on the gateway at once, on all connections.
    pub fn trouble(&self, trouble: Trouble) {
        self.change(|world| world.trouble(trouble));
    }

    /// Closes the gateway connections with a code.
    pub fn close_gateway(&self, code: u16) {
        self.trouble(Trouble::Close(code));
    }

    /// Breaks the gateway connections without a word.
    pub fn cut_gateway(&self) {
        self.trouble(Trouble::Cut);
    }

    /// Asks the gateway connections to reconnect.
    pub fn reconnect_gateway(&self) {
        self.trouble(Trouble::Reconnect);
    }

    /// Tells the gateway connections that their session is over.
    pub fn invalidate_session(&self) {
        self.trouble(Trouble::InvalidSession { resumable: false });
    }

    /// Stops sending on the gateway connections, heartbeat answers included, while they stay open.
    pub fn silence_gateway(&self) {
        self.trouble(Trouble::Silence);
    }

    /// How often a bot has identified, and how often it has resumed a session.
    #[must_use]
    pub fn sessions_begun_and_resumed(&self) -> (u64, u64) {
        self.look(World::sessions_begun_and_resumed)
    }

    /// How many gateway connections are there.
    #[must_use]
    pub fn gateway_connections(&self) -> usize {
        self.look(|world| world.sessions.connected())
    }

    /// How many events have been sent that the bot has not said to have heard; asks it by the way. Events that wait
    /// for a lost connection to be resumed are not counted.
    #[must_use]
    pub fn unheard_events(&self) -> u64 {
        self.change(|world| world.sessions.unheard())
    }

    /// Moves a stepped clock forward.
    ///
    /// # Errors
    ///
    /// If the clock is another kind, or later already.
    pub fn set_clock(&self, time: DateTime<Utc>) -> Done {
        self.look(|world| world.clock.set(time)).map_err(Refusal::by_client)
    }

    /// What the server counted, as JSON.
    #[must_use]
    pub fn stats(&self) -> Value {
        self.look(World::stats_view)
    }

    /// The requests to routes the sandbox does not know: should be none.
    #[must_use]
    pub fn unknown_routes(&self) -> Vec<String> {
        self.look(|world| world.stats.unknown_routes.clone())
    }
}
