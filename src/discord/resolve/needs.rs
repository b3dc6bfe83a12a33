//! What the bot needs from Discord to do its work: permissions in each channel, and the privileged intents.
//!
//! Pure. Must not know how names became ids. Invariant: each channel is complained about once, with everything that
//! is missing there.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Finding;
use crate::discord::guild::GuildView;
use crate::discord::guild::permissions::{
    ATTACH_FILES, CREATE_PRIVATE_THREADS, CREATE_PUBLIC_THREADS, EMBED_LINKS, MANAGE_CHANNELS,
    MANAGE_MESSAGES, MANAGE_ROLES, MANAGE_THREADS, MENTION_EVERYONE, PIN_MESSAGES, READ_MESSAGE_HISTORY,
    SEND_MESSAGES, SEND_MESSAGES_IN_THREADS, VIEW_CHANNEL, names,
};
use crate::discord::rest::wire::{ANNOUNCEMENT, Application};
use crate::domain::directory::Route;
use crate::domain::{ChannelId, RoleId, UserId};

/// Where the bot says something.
const SPEAK: u64 = VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS | READ_MESSAGE_HISTORY;
/// Where tickets are.
const TICKETS: u64 = SPEAK | CREATE_PUBLIC_THREADS | SEND_MESSAGES_IN_THREADS | MANAGE_THREADS;
/// Tidies up where tickets are, and hands out approved reports there.
const TICKETS_TIDY: u64 = MANAGE_MESSAGES | PIN_MESSAGES | ATTACH_FILES;
/// What an invitation asks for: all of the above, and what `setup` and private tickets take.
const INVITED: u64 =
    TICKETS | TICKETS_TIDY | CREATE_PRIVATE_THREADS | MENTION_EVERYONE | MANAGE_CHANNELS | MANAGE_ROLES;

/// What the config's names turned out to be, as far as they were found.
pub(super) struct Places<'a> {
    pub(super) tickets: Option<ChannelId>,
    pub(super) operators: Option<ChannelId>,
    pub(super) routes: &'a [Route],
    /// The teams' roles: called in the threads of tickets.
    pub(super) teams: Vec<RoleId>,
}

/// The address at which the bot is invited with all it needs.
#[must_use]
pub fn invitation(application: UserId) -> String {
    format!(
        "https://discord.com/oauth2/authorize?client_id={application}&scope=bot+applications.commands&permissions={INVITED}"
    )
}

/// Which privileged intents are off.
pub(super) fn intents(application: &Application) -> Vec<Finding> {
    let off = |name: &str, why: &str| {
        Finding::error(
            format!("The bot's {name} is switched off, so {why}."),
            format!(
                "Switch it on under Privileged Gateway Intents on \
                 https://discord.com/developers/applications/{}/bot.",
                application.id
            ),
        )
    };
    let mut findings = Vec::new();
    if !application.may_read_members() {
        findings.push(off("Server Members Intent", "it does not hear of changes to roles and threads"));
    }
    if !application.may_read_messages() {
        findings.push(off("Message Content Intent", "it would record empty messages"));
    }
    findings
}

/// What the bot lacks in the channels it works in.
pub(super) fn permissions(view: &GuildView, places: &Places<'_>) -> Vec<Finding> {
    let mut needed: BTreeMap<ChannelId, (u64, u64)> = BTreeMap::new();
    let mut need = |channel: ChannelId, must: u64, should: u64| {
        let bits = needed.entry(channel).or_default();
        *bits = (bits.0 | must, bits.1 | should);
    };
    if let Some(tickets) = places.tickets {
        need(tickets, TICKETS, TICKETS_TIDY);
    }
    if let Some(operators) = places.operators {
        need(operators, SPEAK, 0);
    }
    for route in places.routes {
        need(route.channel, SPEAK, 0);
    }
    let mut findings = Vec::new();
    for (channel, (must, should)) in needed {
        let granted = view.my_grants(channel);
        findings.extend(lacking(view, channel, must & !granted, Finding::error));
        findings.extend(lacking(view, channel, should & !must & !granted, Finding::warning));
    }
    findings.extend(publishing(view, places.routes));
    findings.extend(mentions(view, places));
    findings
}

fn lacking(
    view: &GuildView,
    channel: ChannelId,
    bits: u64,
    finding: fn(String, String) -> Finding,
) -> Option<Finding> {
    let names = names(bits).join(", ");
    (bits != 0).then(|| {
        finding(
            format!("In {} the bot lacks: {names}.", place(view, channel)),
            "Allow it to the bot's role in the channel's settings, under Permissions.".to_owned(),
        )
    })
}

/// Only an announcement channel can publish.
fn publishing(view: &GuildView, routes: &[Route]) -> Vec<Finding> {
    let wrong = routes
        .iter()
        .filter(|route| route.publish)
        .map(|route| route.channel)
        .filter(|channel| view.channels.get(channel).is_none_or(|channel| channel.kind != ANNOUNCEMENT));
    let wrong: BTreeSet<ChannelId> = wrong.collect();
    let tell = |channel| {
        Finding::error(
            format!(
                "{} is no announcement channel, so nothing can be published there.",
                place(view, channel)
            ),
            "Make it one in the channel's settings (the server has to be a Community), or set `publish = false` \
             for it in the config.",
        )
    };
    wrong.into_iter().map(tell).collect()
}

/// A role that not everybody may mention takes a permission.
fn mentions(view: &GuildView, places: &Places<'_>) -> Vec<Finding> {
    let mut called: BTreeMap<ChannelId, BTreeSet<RoleId>> = BTreeMap::new();
    if let Some(tickets) = places.tickets {
        called.entry(tickets).or_default().extend(&places.teams);
    }
    for route in places.routes {
        called.entry(route.channel).or_default().extend(&route.mention);
    }
    called.retain(|channel, roles| {
        roles.retain(|role| view.roles.get(role).is_some_and(|role| !role.mentionable));
        !roles.is_empty() && view.my_grants(*channel) & MENTION_EVERYONE == 0
    });
    let tell = |(channel, roles): (ChannelId, BTreeSet<RoleId>)| {
        let names =
            roles.iter().filter_map(|role| view.roles.get(role)).map(|role| format!("@{}", role.name));
        let names = names.collect::<Vec<_>>().join(", ");
        Finding::warning(
            format!("In {} the bot cannot call {names}.", place(view, channel)),
            format!(
                "Allow anyone to mention the role in its settings, or allow the bot there: {}.",
                self::names(MENTION_EVERYONE).join(", ")
            ),
        )
    };
    called.into_iter().map(tell).collect()
}

fn place(view: &GuildView, channel: ChannelId) -> String {
    let name = view.channels.get(&channel).map_or("", |channel| &channel.name);
    format!("#{name} (id {channel})")
}
