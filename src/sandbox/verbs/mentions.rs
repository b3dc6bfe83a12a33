//! Who a text mentions, and whose mention counts.
//!
//! Keeps: a role is pinged only if it is mentionable or its author may mention everyone, and only if allowed.

use std::sync::LazyLock;

use regex::Regex;

use crate::sandbox::check::draft::Allowed;
use crate::sandbox::ids::Id;
use crate::sandbox::model::{Channel, Pings};
use crate::sandbox::permissions::{MENTION_EVERYONE, VIEW_CHANNEL};
use crate::sandbox::world::World;

static MENTION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"<@([!&]?)(\d{1,20})>|@(everyone|here)\b").expect("a constant expression"));

/// A role with more members is pinged, but its members are not added to a thread.
const MAX_ROLE_FOR_THREAD: usize = 100;

impl World {
    /// The mentions in `content` that count as such.
    pub(crate) fn mentions(&self, author: Id, channel: &Channel, content: &str, allowed: &Allowed) -> Pings {
        let mut pings = Pings::default();
        if !content.contains('@') {
            return pings;
        }
        let anyone = self.permissions_in(author, channel) & MENTION_EVERYONE != 0;
        for found in MENTION.captures_iter(content) {
            let id: Option<Id> = found.get(2).and_then(|id| id.as_str().parse().ok());
            match (id, &found.get(1).map(|sign| sign.as_str())) {
                (None, _) => pings.everyone |= anyone && allowed.everyone,
                (Some(id), Some("&")) => {
                    let counts = self.roles.get(&id).is_some_and(|role| role.mentionable || anyone);
                    if counts && allowed.roles.includes(id) && !pings.roles.contains(&id) {
                        pings.roles.push(id);
                    }
                }
                (Some(id), _) => {
                    let known = self.members.contains_key(&id) && allowed.users.includes(id);
                    if known && !pings.users.contains(&id) {
                        pings.users.push(id);
                    }
                }
            }
        }
        pings
    }

    /// The people a message in `thread` brings into it.
    pub(crate) fn drawn_in(&self, thread: &Channel, pings: &Pings) -> Vec<Id> {
        let Some(inside) = thread.thread.as_ref().map(|thread| &thread.members) else { return Vec::new() };
        let mut people = pings.users.clone();
        for role in &pings.roles {
            let holders = self.members.values().filter(|member| member.roles.contains(role));
            let holders: Vec<Id> = holders.map(|member| member.id).collect();
            if holders.len() <= MAX_ROLE_FOR_THREAD {
                people.extend(holders);
            }
        }
        let parent = thread.parent.and_then(|parent| self.channels.get(&parent));
        let Some(parent) = parent else { return Vec::new() };
        people.sort_unstable();
        people.dedup();
        people.retain(|person| {
            !inside.contains_key(person) && self.permissions_in(*person, parent) & VIEW_CHANNEL != 0
        });
        people
    }
}
