//! Every route the sandbox knows.
//!
//! Keeps: fixed parts come before variable ones, so `@me` is never taken for an id.

use std::sync::LazyLock;

use super::{Call, Reply, application, channels, guild, interactions, messages, threads};
use crate::sandbox::error::Refusal;

type Handler = fn(&mut Call<'_>) -> Result<Reply, Refusal>;

/// Whether a route asks for the bot's token in a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Auth {
    Bot,
    /// The token is in the path, or none is needed.
    Open,
}

/// A route.
pub(crate) struct Route {
    pub(crate) template: &'static str,
    pub(crate) auth: Auth,
    pub(crate) handler: Handler,
}

/// What a path leads to.
pub(crate) enum Found {
    Route(&'static Route, Vec<String>),
    /// The path is known, the method is not.
    OtherMethod,
    Nothing,
}

type Line = (&'static str, &'static str, Auth, Handler);
use Auth::{Bot, Open};

const ROUTES: &[Line] = &[
    ("GET", "/gateway", Open, application::gateway),
    ("GET", "/gateway/bot", Bot, application::gateway_bot),
    ("GET", "/users/@me", Bot, application::me),
    ("GET", "/users/@me/guilds", Bot, application::my_guilds),
    ("POST", "/users/@me/channels", Bot, channels::open_direct),
    ("GET", "/users/{user}", Bot, application::user),
    ("GET", "/oauth2/applications/@me", Bot, application::application),
    ("GET", "/applications/@me", Bot, application::application),
    ("GET", "/applications/{app}/commands", Bot, application::global_commands),
    ("PUT", "/applications/{app}/commands", Bot, application::put_global_commands),
    ("POST", "/applications/{app}/commands", Bot, application::post_global_command),
    ("GET", "/applications/{app}/guilds/{guild}/commands", Bot, application::commands),
    ("PUT", "/applications/{app}/guilds/{guild}/commands", Bot, application::put_commands),
    ("POST", "/applications/{app}/guilds/{guild}/commands", Bot, application::post_command),
    ("GET", "/applications/{app}/guilds/{guild}/commands/{command}", Bot, application::command),
    ("PATCH", "/applications/{app}/guilds/{guild}/commands/{command}", Bot, application::patch_command),
    ("DELETE", "/applications/{app}/guilds/{guild}/commands/{command}", Bot, application::delete_command),
    ("POST", "/interactions/{interaction}/{token}/callback", Open, interactions::callback),
    ("POST", "/webhooks/{app}/{token}", Open, interactions::follow_up),
    ("GET", "/webhooks/{app}/{token}/messages/{message}", Open, interactions::get),
    ("PATCH", "/webhooks/{app}/{token}/messages/{message}", Open, interactions::edit),
    ("DELETE", "/webhooks/{app}/{token}/messages/{message}", Open, interactions::delete),
    ("GET", "/guilds/{guild}", Bot, guild::get),
    ("PATCH", "/guilds/{guild}", Bot, guild::change),
    ("GET", "/guilds/{guild}/channels", Bot, guild::channels),
    ("POST", "/guilds/{guild}/channels", Bot, guild::create_channel),
    ("GET", "/guilds/{guild}/roles", Bot, guild::roles),
    ("POST", "/guilds/{guild}/roles", Bot, guild::create_role),
    ("GET", "/guilds/{guild}/roles/{role}", Bot, guild::role),
    ("PATCH", "/guilds/{guild}/roles/{role}", Bot, guild::change_role),
    ("DELETE", "/guilds/{guild}/roles/{role}", Bot, guild::delete_role),
    ("GET", "/guilds/{guild}/members", Bot, guild::members),
    ("GET", "/guilds/{guild}/members/search", Bot, guild::search_members),
    ("GET", "/guilds/{guild}/members/{user}", Bot, guild::member),
    ("PUT", "/guilds/{guild}/members/{user}/roles/{role}", Bot, guild::give_role),
    ("DELETE", "/guilds/{guild}/members/{user}/roles/{role}", Bot, guild::take_role),
    ("GET", "/guilds/{guild}/threads/active", Bot, threads::active),
    ("GET", "/channels/{channel}", Bot, channels::get),
    ("PATCH", "/channels/{channel}", Bot, channels::change),
    ("DELETE", "/channels/{channel}", Bot, channels::delete),
    ("PUT", "/channels/{channel}/permissions/{target}", Bot, channels::set_permission),
    ("DELETE", "/channels/{channel}/permissions/{target}", Bot, channels::delete_permission),
    ("POST", "/channels/{channel}/typing", Bot, channels::typing),
    ("GET", "/channels/{channel}/pins", Bot, messages::pins),
    ("PUT", "/channels/{channel}/pins/{message}", Bot, messages::pin),
    ("DELETE", "/channels/{channel}/pins/{message}", Bot, messages::unpin),
    ("GET", "/channels/{channel}/messages/pins", Bot, messages::pins_paged),
    ("PUT", "/channels/{channel}/messages/pins/{message}", Bot, messages::pin),
    ("DELETE", "/channels/{channel}/messages/pins/{message}", Bot, messages::unpin),
    ("GET", "/channels/{channel}/messages", Bot, messages::history),
    ("POST", "/channels/{channel}/messages", Bot, messages::create),
    ("POST", "/channels/{channel}/messages/bulk-delete", Bot, messages::delete_bulk),
    ("GET", "/channels/{channel}/messages/{message}", Bot, messages::get),
    ("PATCH", "/channels/{channel}/messages/{message}", Bot, messages::edit),
    ("DELETE", "/channels/{channel}/messages/{message}", Bot, messages::delete),
    ("POST", "/channels/{channel}/messages/{message}/crosspost", Bot, messages::crosspost),
    ("POST", "/channels/{channel}/messages/{message}/threads", Bot, threads::from_message),
    ("GET", "/channels/{channel}/messages/{message}/reactions/{emoji}", Bot, messages::reactions),
    ("PUT", "/channels/{channel}/messages/{message}/reactions/{emoji}/@me", Bot, messages::react),
    ("DELETE", "/channels/{channel}/messages/{message}/reactions/{emoji}/@me", Bot, messages::unreact),
    ("DELETE", "/channels/{channel}/messages/{message}/reactions/{emoji}/{user}", Bot, messages::unreact),
    ("POST", "/channels/{channel}/threads", Bot, threads::alone),
    ("GET", "/channels/{channel}/threads/archived/public", Bot, threads::archived_public),
    ("GET", "/channels/{channel}/threads/archived/private", Bot, threads::archived_private),
    ("GET", "/channels/{channel}/users/@me/threads/archived/private", Bot, threads::archived_joined),
    ("GET", "/channels/{channel}/thread-members", Bot, threads::members),
    ("GET", "/channels/{channel}/thread-members/{user}", Bot, threads::member),
    ("PUT", "/channels/{channel}/thread-members/{user}", Bot, threads::add),
    ("DELETE", "/channels/{channel}/thread-members/{user}", Bot, threads::remove),
];

struct Split {
    method: &'static str,
    parts: Vec<&'static str>,
    route: Route,
}

static TABLE: LazyLock<Vec<Split>> = LazyLock::new(|| {
    let split = |&(method, template, auth, handler): &Line| Split {
        method,
        parts: template.split('/').collect(),
        route: Route { template, auth, handler },
    };
    ROUTES.iter().map(split).collect()
});

/// Finds the route of a path.
pub(crate) fn find(method: &str, path: &str) -> Found {
    let given: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let mut other = false;
    for line in TABLE.iter().filter(|line| line.parts.len() == given.len()) {
        let fits =
            |(fixed, given): (&&str, &&str)| fixed.starts_with('{') && !given.is_empty() || fixed == given;
        if !line.parts.iter().zip(&given).all(fits) {
            continue;
        }
        if line.method == method {
            let variable = line.parts.iter().zip(&given).filter(|(fixed, _)| fixed.starts_with('{'));
            return Found::Route(
                &line.route,
                variable.map(|(_, given)| super::request::decode(given)).collect(),
            );
        }
        other = true;
    }
    if other { Found::OtherMethod } else { Found::Nothing }
}
