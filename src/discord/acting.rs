//! Who is acting: Discord's interactions turned into the domain's persons and acts.
//!
//! The name is the one people see in this guild. The time is the one in the interaction's id, so that a fact carries
//! Discord's time and not ours. Must not decide what anybody may do.

use serenity::all as serenity;

use super::shared::Shared;
use crate::desk::Act;
use crate::domain::text::{one_line, shorten};
use crate::domain::{InteractionId, Member, Person, RoleId, UserId};

/// The longest name that Discord shows (32 characters), with room for webhooks (80).
const NAME_MAX: usize = 80;

/// Somebody's id in the domain.
#[must_use]
pub fn user_id(id: serenity::UserId) -> UserId {
    UserId(id.get().cast_signed())
}

/// A name fit for the record: one line, no tricks.
#[must_use]
pub fn shown_name(nick: Option<&str>, user: &serenity::User) -> String {
    let name = nick.or(user.global_name.as_deref()).unwrap_or(&user.name);
    let name = one_line(name);
    if name.is_empty() { one_line(&user.name) } else { shorten(&name, NAME_MAX) }
}

/// A member of the guild with the roles that `roles` names.
#[must_use]
pub fn member(
    shared: &Shared,
    user: &serenity::User,
    nick: Option<&str>,
    roles: &[serenity::RoleId],
) -> Member {
    let id = user_id(user.id);
    let roles: Vec<RoleId> = roles.iter().map(|role| RoleId(role.get().cast_signed())).collect();
    let sees_tickets = shared.guild.view().can_see(id, &roles, shared.desk.directory().tickets);
    Member { person: Person { id, name: shown_name(nick, user) }, roles, sees_tickets }
}

/// What somebody does by an interaction.
#[must_use]
pub fn act(shared: &Shared, interaction: serenity::InteractionId, by: &serenity::Member) -> Act {
    let cause = InteractionId(interaction.get().cast_signed());
    Act { by: member(shared, &by.user, by.nick.as_deref(), &by.roles), at: cause.time(), cause: Some(cause) }
}
