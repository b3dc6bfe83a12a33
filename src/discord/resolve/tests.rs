//! Names, rights and wishes against a guild made of plain data.

use serde_json::json;

use super::binding::{Fate, fate};
use super::*;
use crate::discord::guild::permissions::ALL;
use crate::discord::rest::wire::{Channel, Role};
use crate::domain::{ChannelId, RoleId};
use crate::store::BindingKind;

/// Everything but Administrator, which would hide what is missing.
const PLENTY: u64 = ALL & !(1 << 3);

fn role(id: i64, name: &str, permissions: u64) -> Role {
    Role { id: RoleId(id), name: name.to_owned(), permissions, mentionable: true, managed: false }
}

fn channel(id: i64, name: &str, kind: u8) -> Channel {
    serde_json::from_value(json!({ "id": id.to_string(), "name": name, "type": kind })).unwrap()
}

/// A guild that has all that the default config names; the bot may do everything.
fn company() -> Seen {
    let roles = [(21, "technical"), (22, "web"), (23, "viewers"), (24, "managers"), (25, "admins")];
    let roles = roles.map(|(id, name)| role(id, name, 0));
    let all = [role(1, "@everyone", 0), role(20, "trouble-ticket", PLENTY)].into_iter().chain(roles);
    let channels = [
        channel(31, "trouble", 0),
        channel(32, "trouble-operators", 0),
        channel(33, "trouble-announcements", 5),
        channel(34, "trouble", 4),
    ];
    let view = GuildView {
        guild: serde_json::from_value(json!({ "id": "1", "name": "Harbour", "owner_id": "2" })).unwrap(),
        roles: all.map(|role| (role.id, role)).collect(),
        channels: channels.into_iter().map(|channel| (channel.id, channel)).collect(),
        me: serde_json::from_value(json!({ "user": { "id": "10" }, "roles": ["20"] })).unwrap(),
    };
    let application =
        serde_json::from_value(json!({ "id": "10", "flags": (1_u64 << 15) | (1 << 19) })).unwrap();
    Seen { application, view }
}

fn bound(kind: BindingKind, name: &str, id: i64) -> Binding {
    Binding { kind, name: name.to_owned(), id }
}

fn told(seen: &Seen, bindings: &[Binding], rebind: &[&str]) -> (Resolution, String) {
    let rebind: Vec<String> = rebind.iter().map(|name| (*name).to_owned()).collect();
    let resolution = resolve(&Config::default(), seen, bindings, &rebind);
    let text = resolution.findings.to_string();
    (resolution, text)
}

#[test]
fn a_name_means_what_it_meant_first() {
    let there = |names: &[(i64, &'static str)]| names.to_vec();
    let table = [
        ("first use", there(&[(1, "web")]), None, Fate::New(1)),
        ("as before", there(&[(1, "web")]), Some(1), Fate::Known(1)),
        ("a namesake appears", there(&[(1, "web"), (2, "web")]), Some(1), Fate::Known(1)),
        ("renamed", there(&[(1, "site")]), Some(1), Fate::Renamed { id: 1, now: "site".to_owned() }),
        (
            "renamed, and another under the name",
            there(&[(1, "site"), (2, "web")]),
            Some(1),
            Fate::Replaced { now: "site".to_owned(), others: vec![2] },
        ),
        ("deleted", there(&[(3, "x")]), Some(1), Fate::Deleted { was: 1, others: vec![] }),
        ("made again", there(&[(2, "web")]), Some(1), Fate::Deleted { was: 1, others: vec![2] }),
        ("missing", there(&[(1, "Web")]), None, Fate::Missing),
        ("two at first use", there(&[(1, "web"), (2, "web")]), None, Fate::Several(vec![1, 2])),
    ];
    for (case, there, bound, expected) in table {
        assert_eq!(fate("web", &there, bound), expected, "{case}");
    }
}

#[test]
fn a_complete_guild_has_nothing_to_say_and_every_name_is_bound() {
    let (resolution, text) = told(&company(), &[], &[]);
    assert_eq!(text, "");
    assert_eq!(resolution.bind.len(), 8);
    let directory = resolution.directory.unwrap();
    assert_eq!((directory.tickets, directory.operators), (ChannelId(31), ChannelId(32)));
    assert_eq!(
        directory.teams.iter().map(|team| team.role).collect::<Vec<_>>(),
        [Some(RoleId(21)), Some(RoleId(22))]
    );
    assert_eq!(directory.routes.len(), 2);
    assert_eq!(directory.routes[0].mention, [RoleId(24)]);
    assert_eq!(directory.routes[0].topics.len(), 8);
    assert_eq!(directory.openers, None);
    assert_eq!(directory.default_severity().unwrap().key.as_str(), "SEV3");
    let (again, _) = told(&company(), &resolution.bind, &[]);
    assert_eq!(again.bind, []);
}

#[test]
fn a_missing_role_is_a_warning_and_a_missing_channel_an_error() {
    let mut seen = company();
    seen.view.roles.remove(&RoleId(22));
    seen.view.roles.insert(RoleId(29), role(29, "Web", 0));
    let (resolution, text) = told(&seen, &[], &[]);
    insta::assert_snapshot!(text, @"warning: There is no role @web on Discord, so nobody has the rights it would give. Did you mean @Web? Make it with `trouble-ticket setup`, or write another one in the config.");
    assert_eq!(resolution.directory.unwrap().teams[1].role, None);

    let mut seen = company();
    seen.view.channels.remove(&ChannelId(31));
    let (resolution, text) = told(&seen, &[], &[]);
    insta::assert_snapshot!(text, @"error: There is no channel #trouble on Discord. Make it with `trouble-ticket setup`, or write another one in the config.");
    assert!(resolution.directory.is_none());
}

#[test]
fn nobody_gets_a_right_through_a_name() {
    let bindings = [bound(BindingKind::Role, "admins", 25)];
    let admins = |seen: &Seen, rebind: &[&str]| {
        let (resolution, text) = told(seen, &bindings, rebind);
        (resolution.directory.map(|directory| directory.admins), text)
    };
    let mut renamed = company();
    renamed.view.roles.insert(RoleId(25), role(25, "chiefs", 0));
    let (roles, text) = admins(&renamed, &[]);
    assert_eq!(roles, Some(vec![RoleId(25)]));
    insta::assert_snapshot!(text, @r#"warning: The role @admins (id 25) is called @chiefs on Discord now; the bot goes on with it. Write "chiefs" in the config."#);

    let mut replaced = renamed.clone();
    replaced.view.roles.insert(RoleId(26), role(26, "admins", 0));
    let (roles, text) = admins(&replaced, &[]);
    assert_eq!(roles, Some(vec![]));
    insta::assert_snapshot!(text, @r#"warning: The role @admins is called @chiefs on Discord now and another one (id 26) has its name, so nobody has the rights it would give. Write "chiefs" in the config if you mean the old one, or run `trouble-ticket check --online --rebind admins` if you mean the new one."#);
    assert_eq!(admins(&replaced, &["@admins"]), (Some(vec![RoleId(26)]), String::new()));

    let mut deleted = company();
    deleted.view.roles.remove(&RoleId(25));
    let (roles, text) = admins(&deleted, &[]);
    assert_eq!(roles, Some(vec![]));
    insta::assert_snapshot!(text, @"warning: The role @admins (id 25) was deleted on Discord, so nobody has the rights it would give. Make it again with `trouble-ticket setup`, or write another role in the config.");

    deleted.view.roles.insert(RoleId(27), role(27, "admins", 0));
    let (roles, text) = admins(&deleted, &[]);
    assert_eq!(roles, Some(vec![]));
    insta::assert_snapshot!(text, @"warning: The role @admins (id 25) was deleted on Discord and another one (id 27) has its name, so nobody has the rights it would give. Run `trouble-ticket check --online --rebind admins` if that is the one you mean.");
    let (rebound, _) = told(&deleted, &bindings, &["admins"]);
    assert!(rebound.bind.contains(&bound(BindingKind::Role, "admins", 27)));
}

#[test]
fn two_of_one_name_are_told_apart_by_id() {
    let mut seen = company();
    seen.view.roles.insert(RoleId(28), role(28, "web", 0));
    let (resolution, text) = told(&seen, &[], &[]);
    insta::assert_snapshot!(text, @"error: There are 2 roles @web: 22 and 28. Write the id of the one you mean in the config instead of the name.");
    assert!(resolution.directory.is_none());
    let (resolution, _) = told(&seen, &[bound(BindingKind::Role, "web", 22)], &[]);
    assert!(resolution.directory.is_some());
}

#[test]
fn an_id_is_taken_as_it_is_but_never_for_everyone() {
    let mut config = Config::default();
    config.roles.admins = vec![config::Reference::Id(25)];
    config.roles.managers = vec![config::Reference::Id(1)];
    config.roles.open = vec![config::Reference::Id(77)];
    config.channels.tickets = config::Reference::Id(34);
    config.channels.announcements.clear();
    let resolution = resolve(&config, &company(), &[], &[]);
    insta::assert_snapshot!(resolution.findings.to_string(), @r"
    error: The channel with the id 34 is no text or announcement channel. Write the name or id of another channel in the config.
    warning: There is no role with the id 77, so nobody has the rights it would give. Write the name or id of another role in the config.
    warning: The id 1 is everyone and no role, so nobody has the rights it would give. Write the name or id of a role in the config.
    ");
    config.channels.tickets = config::Reference::Id(31);
    let directory = resolve(&config, &company(), &[], &[]).directory.unwrap();
    assert_eq!((directory.admins, directory.managers), (vec![RoleId(25)], vec![]));
    assert_eq!(directory.openers, Some(vec![]), "nobody, not everyone");
}

#[test]
fn what_the_bot_lacks_is_said_once_for_each_channel() {
    let mut seen = company();
    let lacking = (1 << 10) | (1 << 34) | (1 << 51) | (1 << 17);
    seen.view.roles.insert(RoleId(20), role(20, "trouble-ticket", PLENTY & !lacking));
    for (id, name) in [(21, "technical"), (24, "managers")] {
        seen.view.roles.insert(RoleId(id), Role { mentionable: false, ..role(id, name, 0) });
    }
    seen.application.flags = 0;
    let (resolution, text) = told(&seen, &[], &[]);
    assert!(resolution.directory.is_none());
    insta::assert_snapshot!(text, @r"
    error: The bot's Server Members Intent is switched off, so it does not hear of changes to roles and threads. Switch it on under Privileged Gateway Intents on https://discord.com/developers/applications/10/bot.
    error: The bot's Message Content Intent is switched off, so it would record empty messages. Switch it on under Privileged Gateway Intents on https://discord.com/developers/applications/10/bot.
    error: In #trouble (id 31) the bot lacks: View Channel, Manage Threads. Allow it to the bot's role in the channel's settings, under Permissions.
    error: In #trouble-operators (id 32) the bot lacks: View Channel. Allow it to the bot's role in the channel's settings, under Permissions.
    error: In #trouble-announcements (id 33) the bot lacks: View Channel. Allow it to the bot's role in the channel's settings, under Permissions.
    warning: In #trouble (id 31) the bot lacks: Pin Messages. Allow it to the bot's role in the channel's settings, under Permissions.
    warning: In #trouble (id 31) the bot cannot call @technical. Allow anyone to mention the role in its settings, or allow the bot there: Mention @everyone, @here, and All Roles.
    warning: In #trouble-announcements (id 33) the bot cannot call @managers. Allow anyone to mention the role in its settings, or allow the bot there: Mention @everyone, @here, and All Roles.
    ");
}

#[test]
fn only_announcement_channels_publish() {
    let mut config = Config::default();
    config.channels.announcements[0].publish = true;
    let mut seen = company();
    assert!(resolve(&config, &seen, &[], &[]).findings.is_empty());
    seen.view.channels.insert(ChannelId(33), channel(33, "trouble-announcements", 0));
    insta::assert_snapshot!(resolve(&config, &seen, &[], &[]).findings.to_string(), @"error: #trouble-announcements (id 33) is no announcement channel, so nothing can be published there. Make it one in the channel's settings (the server has to be a Community), or set `publish = false` for it in the config.");
}

#[test]
fn a_name_that_the_config_does_not_have_is_not_rebound() {
    let (_, text) = told(&company(), &[], &["directors"]);
    insta::assert_snapshot!(text, @"error: The config names no channel or role `directors`, so there is nothing to rebind. Write the name after `--rebind` as it stands in the config.");
}

#[test]
fn a_plan_names_what_is_missing_and_nothing_else() {
    let mut seen = company();
    assert!(setup::plan(&Config::default(), &seen.view, &[]).is_empty());
    seen.view.channels.clear();
    seen.view.roles.retain(|_, role| !["web", "admins"].contains(&role.name.as_str()));
    let plan = setup::plan(&Config::default(), &seen.view, &[]);
    assert_eq!(plan.obstacles, []);
    insta::assert_snapshot!(plan.to_string(), @r"
    - the role @web
    - the role @admins
    - the channel #trouble
    - the channel #trouble-operators, which only admins and the bot see
    - the channel #trouble-announcements
    ");
    seen.view.guild.features.push("COMMUNITY".to_owned());
    seen.view.roles.insert(RoleId(20), role(20, "trouble-ticket", 0));
    let plan = setup::plan(&Config::default(), &seen.view, &[]);
    assert!(plan.to_string().contains("the announcement channel #trouble-announcements"), "{plan}");
    insta::assert_snapshot!(plan.obstacles[0].to_string(), @"error: The bot cannot make what is missing, because it lacks: Manage Channels, Manage Roles. Allow it to the bot's role in the server's settings, or make what is missing by hand.");
}
