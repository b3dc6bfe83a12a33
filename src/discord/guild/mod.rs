//! What the guild looks like: its roles and channels with raw permission bits, and the bot's place in it.
//!
//! serenity drops permission bits that it does not know, so the guild is read over REST and kept as numbers. A
//! [`GuildView`] is a picture that never changes; [`LiveGuild`] takes a new one when an event says that something
//! did. Must not know the config. Invariant: nobody is given a right because something is not known.

mod live;
pub mod permissions;

use std::collections::BTreeMap;

use crate::discord::rest::wire::{Channel, Guild, Member, Overwrite, Role, Target};
use crate::discord::rest::{Fault, Rest};
use crate::domain::{ChannelId, GuildId, RoleId, UserId};
pub use live::LiveGuild;
use permissions::{ADMINISTRATOR, ALL, VIEW_CHANNEL};

/// The guild at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuildView {
    /// The guild itself.
    pub guild: Guild,
    /// Its roles; the one with the guild's id is everyone.
    pub roles: BTreeMap<RoleId, Role>,
    /// Its channels and the threads that are not archived.
    pub channels: BTreeMap<ChannelId, Channel>,
    /// The bot as a member.
    pub me: Member,
}

impl GuildView {
    /// Takes a picture of `guild`, in which the bot is `me`.
    ///
    /// # Errors
    /// Where Discord cannot be asked or the bot is not in the guild.
    pub async fn read(rest: &Rest, guild: GuildId, me: UserId) -> Result<Self, Fault> {
        let mut channels = rest.patiently(|| rest.channels(guild)).await?;
        channels.extend(rest.patiently(|| rest.active_threads(guild)).await?);
        let roles = rest.patiently(|| rest.roles(guild)).await?;
        Ok(Self {
            guild: rest.patiently(|| rest.guild(guild)).await?,
            roles: roles.into_iter().map(|role| (role.id, role)).collect(),
            channels: channels.into_iter().map(|channel| (channel.id, channel)).collect(),
            me: rest.patiently(|| rest.member(guild, me)).await?,
        })
    }

    /// The guild's id.
    #[must_use]
    pub fn id(&self) -> GuildId {
        self.guild.id
    }

    /// The role that everyone has.
    #[must_use]
    pub fn everyone(&self) -> RoleId {
        RoleId(self.guild.id.0)
    }

    /// Whether it has announcement channels.
    #[must_use]
    pub fn is_community(&self) -> bool {
        self.guild.features.iter().any(|feature| feature == "COMMUNITY" || feature == "NEWS")
    }

    /// The channel that rules over `channel`: a thread's channel, any other itself. `None` for one that the picture
    /// does not show, such as an archived thread.
    #[must_use]
    pub fn ruling(&self, channel: ChannelId) -> Option<&Channel> {
        let channel = self.channels.get(&channel)?;
        if channel.is_thread() { self.channels.get(&channel.parent?) } else { Some(channel) }
    }

    /// What a member may do in the guild as a whole, by their roles.
    #[must_use]
    pub fn base_permissions(&self, user: UserId, roles: &[RoleId]) -> u64 {
        if self.guild.owner == Some(user) {
            return ALL;
        }
        let everyone = self.everyone();
        let held = roles.iter().chain([&everyone]).filter_map(|role| self.roles.get(role));
        let bits = held.fold(0, |bits, role| bits | role.permissions);
        if bits & ADMINISTRATOR == 0 { bits } else { ALL }
    }

    /// What a member may do in a channel: nothing where they do not see it, or where it is not known.
    #[must_use]
    pub fn permissions(&self, user: UserId, roles: &[RoleId], channel: ChannelId) -> u64 {
        let bits = self.granted(user, roles, channel);
        if bits & VIEW_CHANNEL == 0 { 0 } else { bits }
    }

    /// Whether a member sees a channel.
    #[must_use]
    pub fn can_see(&self, user: UserId, roles: &[RoleId], channel: ChannelId) -> bool {
        self.permissions(user, roles, channel) & VIEW_CHANNEL != 0
    }

    /// What the bot was given in a channel, counting what is of no use to it as long as it does not see the channel.
    #[must_use]
    pub fn my_grants(&self, channel: ChannelId) -> u64 {
        self.granted(self.me.user.id, &self.me.roles, channel)
    }

    /// Discord's algorithm: the roles' bits, then what the channel takes and gives to everyone, to the roles
    /// together, and to the member.
    fn granted(&self, user: UserId, roles: &[RoleId], channel: ChannelId) -> u64 {
        let Some(channel) = self.ruling(channel) else { return 0 };
        let base = self.base_permissions(user, roles);
        if base == ALL {
            return ALL;
        }
        let everyone = self.everyone();
        let layers: [&dyn Fn(&Overwrite) -> bool; 3] = [
            &|overwrite| overwrite.target == Target::Role(everyone),
            &|overwrite| matches!(overwrite.target, Target::Role(role) if role != everyone && roles.contains(&role)),
            &|overwrite| overwrite.target == Target::Member(user),
        ];
        layers.iter().fold(base, |bits, applies| {
            let layer = channel.overwrites.iter().filter(|overwrite| applies(overwrite));
            let (allow, deny) = layer
                .fold((0, 0), |(allow, deny), overwrite| (allow | overwrite.allow, deny | overwrite.deny));
            bits & !deny | allow
        })
    }
}

#[cfg(test)]
mod tests;
