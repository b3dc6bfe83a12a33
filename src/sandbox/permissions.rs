//! Permission bits, and what a member may do in a channel.
//!
//! It must not know any route. Keeps Discord's order: the owner and administrators may do everything; then
//! `@everyone`, the roles, the channel's overwrites for `@everyone`, for the roles together, for the member.
//! Bits are raw numbers, so that new ones need no change here.

use super::error::Refusal;
use super::ids::Id;
use super::model::{Channel, kind};
use super::world::World;

/// May do everything.
pub const ADMINISTRATOR: u64 = 1 << 3;
/// Create, change and delete channels.
pub const MANAGE_CHANNELS: u64 = 1 << 4;
/// Change the guild.
pub const MANAGE_GUILD: u64 = 1 << 5;
/// Add new reactions.
pub const ADD_REACTIONS: u64 = 1 << 6;
/// See the channel.
pub const VIEW_CHANNEL: u64 = 1 << 10;
/// Post in channels.
pub const SEND_MESSAGES: u64 = 1 << 11;
/// Delete other people's messages.
pub const MANAGE_MESSAGES: u64 = 1 << 13;
/// Links and own embeds are shown.
pub const EMBED_LINKS: u64 = 1 << 14;
/// Post files.
pub const ATTACH_FILES: u64 = 1 << 15;
/// Read what was posted before.
pub const READ_HISTORY: u64 = 1 << 16;
/// Mention everyone and every role.
pub const MENTION_EVERYONE: u64 = 1 << 17;
/// Use other servers' emoji.
pub const EXTERNAL_EMOJIS: u64 = 1 << 18;
/// Create, change and delete lower roles, and channel permissions.
pub const MANAGE_ROLES: u64 = 1 << 28;
/// Use slash commands.
pub const USE_COMMANDS: u64 = 1 << 31;
/// Archive, rename, delete threads and see private ones.
pub const MANAGE_THREADS: u64 = 1 << 34;
/// Make public threads.
pub const CREATE_PUBLIC_THREADS: u64 = 1 << 35;
/// Make private threads.
pub const CREATE_PRIVATE_THREADS: u64 = 1 << 36;
/// Post in threads.
pub const SEND_IN_THREADS: u64 = 1 << 38;
/// Pin messages; apart from Manage Messages since 2026.
pub const PIN_MESSAGES: u64 = 1 << 51;
/// Every bit there is.
pub const ALL: u64 = (1 << 53) - 1;

/// What `@everyone` may do in a new guild.
pub const EVERYONE: u64 = VIEW_CHANNEL
    | SEND_MESSAGES
    | SEND_IN_THREADS
    | CREATE_PUBLIC_THREADS
    | CREATE_PRIVATE_THREADS
    | EMBED_LINKS
    | ATTACH_FILES
    | ADD_REACTIONS
    | READ_HISTORY
    | EXTERNAL_EMOJIS
    | USE_COMMANDS;

/// What an invite that asks for everything a ticket bot needs gives the bot.
pub const INVITED_BOT: u64 = VIEW_CHANNEL
    | SEND_MESSAGES
    | SEND_IN_THREADS
    | CREATE_PUBLIC_THREADS
    | CREATE_PRIVATE_THREADS
    | MANAGE_THREADS
    | MANAGE_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_HISTORY
    | MENTION_EVERYONE
    | ADD_REACTIONS
    | EXTERNAL_EMOJIS
    | MANAGE_ROLES
    | MANAGE_CHANNELS
    | USE_COMMANDS
    | PIN_MESSAGES;

impl World {
    /// What `member` may do in the guild as a whole.
    #[must_use]
    pub fn guild_permissions(&self, member: Id) -> u64 {
        if member == self.guild.owner {
            return ALL;
        }
        let Some(member) = self.members.get(&member) else { return 0 };
        let everyone = self.roles.get(&self.guild.id).map_or(0, |role| role.permissions);
        let held = member.roles.iter().filter_map(|role| self.roles.get(role));
        let bits = held.fold(everyone, |bits, role| bits | role.permissions);
        if bits & ADMINISTRATOR == 0 { bits } else { ALL }
    }

    /// What `member` may do in `channel`; threads follow their channel, private ones also their list of members.
    #[must_use]
    pub fn permissions_in(&self, member: Id, channel: &Channel) -> u64 {
        if channel.kind == kind::DM {
            return if channel.recipient == Some(member) || member == self.bot { ALL } else { 0 };
        }
        let Some(thread) = &channel.thread else { return self.channel_permissions(member, channel) };
        let Some(parent) = channel.parent.and_then(|parent| self.channels.get(&parent)) else { return 0 };
        let bits = self.channel_permissions(member, parent);
        let inside = !channel.is_private() || thread.members.contains_key(&member);
        if inside || bits & MANAGE_THREADS != 0 { bits } else { 0 }
    }

    fn channel_permissions(&self, member: Id, channel: &Channel) -> u64 {
        let mut bits = self.guild_permissions(member);
        if bits == ALL {
            return ALL;
        }
        let roles = self.members.get(&member).map_or(&[][..], |member| &member.roles);
        let (mut allow, mut deny) = (0, 0);
        let mut own = None;
        for overwrite in &channel.overwrites {
            if overwrite.member {
                if overwrite.id == member {
                    own = Some(overwrite);
                }
            } else if overwrite.id == self.guild.id {
                bits = (bits & !overwrite.deny) | overwrite.allow;
            } else if roles.contains(&overwrite.id) {
                allow |= overwrite.allow;
                deny |= overwrite.deny;
            }
        }
        bits = (bits & !deny) | allow;
        if let Some(own) = own {
            bits = (bits & !own.deny) | own.allow;
        }
        if bits & VIEW_CHANNEL == 0 { 0 } else { bits }
    }

    /// Whether `member` sees `channel`.
    #[must_use]
    pub fn can_see(&self, member: Id, channel: &Channel) -> bool {
        self.permissions_in(member, channel) & VIEW_CHANNEL != 0
    }

    /// The channel, if `member` sees it and has all of `bits` there.
    pub(crate) fn require(&self, member: Id, channel: Id, bits: u64) -> Result<&Channel, Refusal> {
        let channel = self.channels.get(&channel).ok_or_else(|| Refusal::unknown(10003))?;
        let has = self.permissions_in(member, channel);
        if has & VIEW_CHANNEL == 0 {
            return Err(Refusal::missing_access());
        }
        if has & bits == bits { Ok(channel) } else { Err(Refusal::missing_permissions()) }
    }

    /// Refuses unless `member` has all of `bits` in the guild.
    pub(crate) fn require_in_guild(&self, member: Id, bits: u64) -> Result<(), Refusal> {
        if self.guild_permissions(member) & bits == bits {
            Ok(())
        } else {
            Err(Refusal::missing_permissions())
        }
    }
}
