//! What the bot finds out about its guild before it starts: against the sandbox, over real HTTP.

use std::time::{Duration, Instant};

use serde_json::json;
use trouble_ticket::clock::Clock;
use trouble_ticket::config::{Config, Reference, Secret};
use trouble_ticket::discord::guild::{LiveGuild, permissions as bits};
use trouble_ticket::discord::resolve::{Finding, Resolution, look, resolve, setup};
use trouble_ticket::discord::rest::{Fault, Rest, Timing, codes};
use trouble_ticket::domain::{ChannelId, MessageId, RoleId, UserId};
use trouble_ticket::sandbox::{self, Company, Cut, Granted, Options, Sandbox, permissions};
use trouble_ticket::store::Binding;

const BOT: &str = "trouble-ticket";

async fn start(options: Options) -> (Sandbox, Rest) {
    let sandbox = Sandbox::start(options).await.unwrap();
    let rest = client(sandbox.api(), sandbox.token());
    (sandbox, rest)
}

fn client(api: &str, token: &str) -> Rest {
    Rest::new(api, &Secret::new(token), Clock::system(), Timing::default()).unwrap()
}

/// What `check --online` would say; ids, which differ from run to run, are left out.
async fn check(rest: &Rest, bindings: &[Binding], rebind: &[&str]) -> (Resolution, String) {
    let rebind: Vec<String> = rebind.iter().map(|name| (*name).to_owned()).collect();
    let config = Config::default();
    let seen = look(rest, &config).await.unwrap();
    let resolution = resolve(&config, &seen, bindings, &rebind);
    let text = without_ids(&resolution.findings.to_string());
    (resolution, text)
}

/// The bindings of a first start.
async fn first_start(rest: &Rest) -> Vec<Binding> {
    check(rest, &[], &[]).await.0.bind
}

fn without_ids(text: &str) -> String {
    let mut out = String::new();
    let mut digits = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        out.push_str(if digits.len() > 15 { "ID" } else { &digits });
        digits.clear();
        out.push(c);
    }
    out.trim_end_matches('\0').to_owned()
}

async fn refused(rest: &Rest, config: &Config) -> Finding {
    look(rest, config).await.unwrap_err()
}

#[tokio::test]
async fn a_complete_guild_is_resolved_without_a_word() {
    let (sandbox, rest) = start(Options::default()).await;
    let (resolution, text) = check(&rest, &[], &[]).await;
    assert_eq!(text, "");
    let directory = resolution.directory.unwrap();
    assert_eq!(directory.guild.0.to_string(), sandbox.guild_id().to_string());
    assert_eq!(directory.tickets.0.to_string(), sandbox.channel("trouble").unwrap().id.to_string());
    assert!(directory.teams.iter().all(|team| team.role.is_some()));
    assert_eq!(resolution.bind.len(), 8);
    assert_eq!(sandbox.unknown_routes(), [""; 0]);
    let gateway = rest.gateway().await.unwrap();
    assert!(gateway.starts_with("ws://127.0.0.1:"), "{gateway}");
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let (sandbox, rest) = start(Options::default()).await;
    sandbox.delete_role("web").unwrap();
    let (resolution, text) = check(&rest, &[], &[]).await;
    insta::assert_snapshot!(text, @"warning: There is no role @web on Discord, so nobody has the rights it would give. Make it with `trouble-ticket setup`, or write another one in the config.");
    assert!(resolution.directory.is_some());
    sandbox.delete_channel("trouble-announcements").unwrap();
    let (resolution, text) = check(&rest, &[], &[]).await;
    insta::assert_snapshot!(text, @r"
    error: There is no channel #trouble-announcements on Discord. Make it with `trouble-ticket setup`, or write another one in the config.
    warning: There is no role @web on Discord, so nobody has the rights it would give. Make it with `trouble-ticket setup`, or write another one in the config.
    ");
    assert!(resolution.directory.is_none());
}

#[tokio::test]
async fn a_missing_permission_is_named_with_its_channel() {
    let (sandbox, rest) = start(Options::default()).await;
    let lacking = permissions::MANAGE_THREADS | permissions::MENTION_EVERYONE | permissions::PIN_MESSAGES;
    sandbox.set_role_permissions(BOT, permissions::INVITED_BOT & !lacking).unwrap();
    sandbox.set_role_overwrite("trouble", BOT, 0, permissions::EMBED_LINKS).unwrap();
    sandbox.set_role_overwrite("trouble-operators", BOT, 0, permissions::VIEW_CHANNEL).unwrap();
    let (resolution, text) = check(&rest, &[], &[]).await;
    insta::assert_snapshot!(text, @r"
    error: In #trouble (id ID) the bot lacks: Embed Links, Manage Threads. Allow it to the bot's role in the channel's settings, under Permissions.
    error: In #trouble-operators (id ID) the bot lacks: View Channel. Allow it to the bot's role in the channel's settings, under Permissions.
    warning: In #trouble (id ID) the bot lacks: Pin Messages. Allow it to the bot's role in the channel's settings, under Permissions.
    warning: In #trouble-announcements (id ID) the bot cannot call @managers. Allow anyone to mention the role in its settings, or allow the bot there: Mention @everyone, @here, and All Roles.
    ");
    assert!(resolution.directory.is_none());
}

#[tokio::test]
async fn a_missing_intent_is_named() {
    let granted = Granted { presences: false, members: false, message_content: true };
    let (_sandbox, rest) = start(Options { granted, ..Options::default() }).await;
    let (resolution, text) = check(&rest, &[], &[]).await;
    insta::assert_snapshot!(text, @"error: The bot's Server Members Intent is switched off, so it does not hear of changes to roles and threads. Switch it on under Privileged Gateway Intents on https://discord.com/developers/applications/ID/bot.");
    assert!(resolution.directory.is_none());
}

#[tokio::test]
async fn a_renamed_role_goes_on_and_a_new_one_under_its_name_gets_nothing() {
    let (sandbox, rest) = start(Options::default()).await;
    let bindings = first_start(&rest).await;
    let before = check(&rest, &bindings, &[]).await.0.directory.unwrap();

    sandbox.rename_role("managers", "directors").unwrap();
    let (resolution, text) = check(&rest, &bindings, &[]).await;
    insta::assert_snapshot!(text, @r#"warning: The role @managers (id ID) is called @directors on Discord now; the bot goes on with it. Write "directors" in the config."#);
    assert_eq!(resolution.directory.unwrap().managers, before.managers);

    let new = sandbox.create_role("managers", 0, true).unwrap();
    let (resolution, text) = check(&rest, &bindings, &[]).await;
    insta::assert_snapshot!(text, @r#"warning: The role @managers is called @directors on Discord now and another one (id ID) has its name, so nobody has the rights it would give. Write "directors" in the config if you mean the old one, or run `trouble-ticket check --online --rebind managers` if you mean the new one."#);
    assert_eq!(resolution.directory.unwrap().managers, []);

    let (resolution, text) = check(&rest, &bindings, &["managers"]).await;
    assert_eq!(text, "");
    assert_eq!(resolution.directory.unwrap().managers[0].to_string(), new.to_string());
}

#[tokio::test]
async fn a_deleted_channel_stops_the_start_until_the_new_one_is_rebound() {
    let (sandbox, rest) = start(Options::default()).await;
    let bindings = first_start(&rest).await;
    sandbox.change_channel("trouble-operators", &json!({ "name": "ops" })).unwrap();
    let (resolution, text) = check(&rest, &bindings, &[]).await;
    insta::assert_snapshot!(text, @r#"warning: The channel #trouble-operators (id ID) is called #ops on Discord now; the bot goes on with it. Write "ops" in the config."#);
    assert!(resolution.directory.is_some());

    sandbox.delete_channel("trouble").unwrap();
    sandbox.create_channel("trouble", sandbox::kind::TEXT).unwrap();
    let (resolution, text) = check(&rest, &bindings, &[]).await;
    insta::assert_snapshot!(text, @r#"
    error: The channel #trouble (id ID) was deleted on Discord and another one (id ID) has its name. Run `trouble-ticket check --online --rebind trouble` if that is the one you mean.
    warning: The channel #trouble-operators (id ID) is called #ops on Discord now; the bot goes on with it. Write "ops" in the config.
    "#);
    assert!(resolution.directory.is_none());
    let (resolution, _) = check(&rest, &bindings, &["#trouble"]).await;
    assert!(resolution.directory.is_some());
    assert_eq!(resolution.bind.len(), 1);
}

#[tokio::test]
async fn two_of_one_name_are_refused_at_first_use() {
    let (sandbox, rest) = start(Options::default()).await;
    let bindings = first_start(&rest).await;
    let second = sandbox.create_role("viewers", 0, true).unwrap();
    assert_eq!(check(&rest, &bindings, &[]).await.1, "", "bound is bound");
    let (resolution, text) = check(&rest, &[], &[]).await;
    insta::assert_snapshot!(text, @"error: There are 2 roles @viewers: ID and ID. Write the id of the one you mean in the config instead of the name.");
    assert!(resolution.directory.is_none());
    assert!(resolution.findings.to_string().contains(&second.to_string()));
}

#[tokio::test]
async fn the_guild_is_the_one_that_is_meant() {
    let (sandbox, rest) = start(Options::default()).await;
    let mut config = Config::default();
    config.guild.id = Some(175_928_847_299_117_063);
    insta::assert_snapshot!(without_ids(&refused(&rest, &config).await.to_string()), @"error: The bot is not in the server with the id ID. Invite it: https://discord.com/oauth2/authorize?client_id=ID&scope=bot+applications.commands&permissions=ID — or correct `id` under `[guild]` in the config.");
    let guilds = json!([{ "id": "1", "name": "Harbour" }, { "id": "2", "name": "Pier" }]);
    let told = |body| sandbox::Fault {
        body: Some(body),
        ..sandbox::Fault::status("GET", "/users/@me/guilds", 1, 200)
    };
    sandbox.fault(told(guilds));
    insta::assert_snapshot!(refused(&rest, &Config::default()).await, @"error: The bot is in 2 servers and the config does not say which one it serves: Harbour (1), Pier (2). Write the id under `[guild]` in the config, or take the bot out of the others.");
    sandbox.fault(told(json!([])));
    insta::assert_snapshot!(without_ids(&refused(&rest, &Config::default()).await.to_string()), @"error: The bot is in no server yet. Invite it: https://discord.com/oauth2/authorize?client_id=ID&scope=bot+applications.commands&permissions=ID.");
}

#[tokio::test]
async fn a_bare_guild_is_set_up_once_and_is_clean_then() {
    let (sandbox, rest) = start(Options { company: Company::bare(), ..Options::default() }).await;
    let config = Config::default();
    let seen = look(&rest, &config).await.unwrap();
    let plan = setup::plan(&config, &seen.view, &[]);
    insta::assert_snapshot!(plan, @r"
    - the role @technical
    - the role @web
    - the role @viewers
    - the role @managers
    - the channel #trouble
    - the channel #trouble-operators, which only admins and the bot see
    - the announcement channel #trouble-announcements
    ");
    assert_eq!(plan.obstacles, []);
    let applied = plan.apply(&rest, &seen.view).await;
    assert_eq!(applied.stopped, None);
    assert_eq!(applied.bind.len(), 7);

    let (resolution, text) = check(&rest, &applied.bind, &[]).await;
    assert_eq!(text, "");
    let directory = resolution.directory.unwrap();
    let seen = look(&rest, &config).await.unwrap();
    assert!(setup::plan(&config, &seen.view, &applied.bind).is_empty());
    assert!(setup::plan(&config, &seen.view, &[]).is_empty());

    let ann = UserId(sandbox.look(|world| world.find_member("ann").unwrap().id).to_string().parse().unwrap());
    assert!(!seen.view.can_see(ann, &[], directory.operators), "private");
    assert!(seen.view.can_see(ann, &directory.admins, directory.operators));
    assert!(seen.view.can_see(ann, &[], directory.tickets));
    assert_eq!(seen.view.channels[&directory.routes[0].channel].kind, sandbox::kind::ANNOUNCEMENT);
    assert!(seen.view.roles[&directory.managers[0]].mentionable);
}

#[tokio::test]
async fn a_setup_that_is_not_allowed_says_so_and_can_be_repeated() {
    let (sandbox, rest) = start(Options { company: Company::bare(), ..Options::default() }).await;
    let config = Config::default();
    let view = look(&rest, &config).await.unwrap().view;
    let plan = setup::plan(&config, &view, &[]);
    sandbox.fault(sandbox::Fault {
        after: 2,
        code: 50_013,
        ..sandbox::Fault::status("POST", "/guilds/*/roles", 1, 403)
    });
    let applied = plan.apply(&rest, &view).await;
    assert_eq!(applied.bind.len(), 2);
    insta::assert_snapshot!(applied.stopped.unwrap(), @"error: Discord does not let the bot make the role @viewers. Allow Manage Channels and Manage Roles to the bot's role, or make it by hand.");
    let view = look(&rest, &config).await.unwrap().view;
    let applied = setup::plan(&config, &view, &applied.bind).apply(&rest, &view).await;
    assert_eq!((applied.bind.len(), applied.stopped), (5, None));

    sandbox.set_role_permissions(BOT, permissions::INVITED_BOT & !permissions::MANAGE_CHANNELS).unwrap();
    sandbox.delete_channel("trouble").unwrap();
    let view = look(&rest, &config).await.unwrap().view;
    assert_eq!(setup::plan(&config, &view, &[]).obstacles.len(), 1);
}

#[tokio::test]
async fn a_wrong_token_and_an_api_out_of_reach_are_told_apart_and_the_token_is_not_shown() {
    let (sandbox, _) = start(Options::default()).await;
    let rest = client(sandbox.api(), "wrong.token");
    insta::assert_snapshot!(refused(&rest, &Config::default()).await, @"error: Discord does not accept the bot's token. Copy it again from the Bot page of your application on https://discord.com/developers/applications, and set DISCORD_TOKEN to it.");
    assert_eq!(rest.counts().unauthorized, 1);

    let address = sandbox.api().to_owned();
    sandbox.stop().await;
    let told = refused(&client(&address, "wrong.token"), &Config::default()).await.to_string();
    assert!(!told.contains("wrong.token"));
    insta::assert_snapshot!(told.replace(&address, "API"), @"error: Discord cannot be asked at API (asking who the bot is): no connection to Discord: Connection refused (os error 111). Look at the network, at https://discordstatus.com and at DISCORD_API_URL if it is set, and start again.");
}

#[tokio::test]
async fn trouble_that_passes_is_waited_out() {
    let (sandbox, rest) = start(Options::default()).await;
    sandbox.fault(sandbox::Fault::rate_limited("GET", "/guilds/*/roles", 1, 0.3));
    sandbox.fault(sandbox::Fault {
        body: Some(json!({})),
        ..sandbox::Fault::status("GET", "/users/@me", 1, 429)
    });
    let html = json!("<html>Bad Gateway</html>");
    sandbox.fault(sandbox::Fault { body: Some(html), ..sandbox::Fault::status("GET", "/guilds/*", 1, 502) });
    sandbox.fault(sandbox::Fault::cut("GET", "/applications/@me", 1, Cut::Before));
    let begun = Instant::now();
    assert_eq!(check(&rest, &[], &[]).await.1, "");
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert_eq!(sandbox.faults_left(), 0);
    assert_eq!(rest.counts().limited, 2);
}

#[tokio::test]
async fn messages_and_threads_go_through_with_their_faults() {
    let (sandbox, rest) = start(Options::default()).await;
    let directory = check(&rest, &[], &[]).await.0.directory.unwrap();
    let channel = directory.tickets;
    let card = rest.create_message(channel, &json!({ "content": "T-1 · 1" })).await.unwrap();
    let thread = rest.create_thread(channel, card.id, &json!({ "name": "T-1" })).await.unwrap();
    assert_eq!((thread.id.0, thread.parent), (card.id.0, Some(channel)));
    let again = rest.create_thread(channel, card.id, &json!({ "name": "T-1" })).await;
    assert_eq!(again, Err(Fault::Exists { code: codes::HAS_THREAD }));
    rest.edit_message(channel, card.id, &json!({ "content": "T-1 · 1 changed" })).await.unwrap();
    assert!(rest.message(channel, card.id).await.unwrap().bears("T-1 · 1"));
    let history = trouble_ticket::discord::rest::History::After(MessageId(card.id.0 - 1));
    assert_eq!(rest.messages(channel, history, 100).await.unwrap().len(), 1);

    assert!(rest.set_archived(thread.id, true).await.unwrap().thread.unwrap().archived);
    let tom = sandbox.look(|world| world.find_member("tom").unwrap().id).to_string().parse().unwrap();
    let archived = rest.add_thread_member(thread.id, UserId(tom)).await.unwrap_err();
    assert_eq!(archived.code(), Some(codes::THREAD_ARCHIVED));
    rest.set_archived(thread.id, false).await.unwrap();
    rest.add_thread_member(thread.id, UserId(tom)).await.unwrap();
    assert_eq!(rest.active_threads(directory.guild).await.unwrap().len(), 1);

    let news = directory.routes[0].channel;
    let update = rest.create_message(news, &json!({ "content": "back" })).await.unwrap();
    rest.publish(news, update.id).await.unwrap();
    assert!(matches!(rest.publish(news, update.id).await, Err(Fault::Exists { .. })));
    let gone = rest.create_message(ChannelId(1), &json!({ "content": "x" })).await;
    assert_eq!(gone, Err(Fault::Gone { code: codes::UNKNOWN_CHANNEL }));
    let gone = rest.edit_message(channel, MessageId(1), &json!({ "content": "x" })).await;
    assert_eq!(gone, Err(Fault::Gone { code: codes::UNKNOWN_MESSAGE }));
    let gone = rest.edit_reply(UserId(1), "no-token", &json!({ "content": "x" })).await.unwrap_err();
    assert!(matches!(gone, Fault::Gone { .. }), "{gone:?}");
    let wrong = rest.create_message(channel, &json!({ "content": "x".repeat(2_001) })).await.unwrap_err();
    assert_eq!(wrong.code(), Some(codes::INVALID_FORM));
    assert_eq!(sandbox.unknown_routes(), [""; 0]);
}

#[tokio::test]
async fn the_guild_is_seen_anew_after_a_change() {
    let (sandbox, rest) = start(Options::default()).await;
    let seen = look(&rest, &Config::default()).await.unwrap();
    let live = LiveGuild::new(rest.clone(), seen.view);
    let trouble = ChannelId(sandbox.channel("trouble").unwrap().id.to_string().parse().unwrap());
    let contractor = live.view().roles.values().find(|role| role.name == "contractor").unwrap().id;
    let sees = |roles: &[RoleId]| live.view().can_see(UserId(5), roles, trouble);
    assert!(sees(&[]) && !sees(&[contractor]));
    sandbox.set_role_overwrite("trouble", "contractor", bits::PIN_MESSAGES, 0).unwrap();
    assert!(!sees(&[contractor]), "not asked yet");
    let before = rest.counts().sent;
    let (one, two, three) = tokio::join!(live.refresh(), live.refresh(), live.refresh());
    assert_eq!((one, two, three), (Ok(()), Ok(()), Ok(())));
    assert!(sees(&[contractor]));
    assert_eq!(live.view().permissions(UserId(5), &[], trouble) & bits::PIN_MESSAGES, 0);
    assert!(rest.counts().sent - before <= 10, "three calls cost two pictures at most");
}

#[tokio::test]
async fn a_config_may_name_ids() {
    let (sandbox, rest) = start(Options::default()).await;
    let mut config = Config::default();
    let id = sandbox.channel("trouble").unwrap().id.to_string().parse().unwrap();
    config.channels.tickets = Reference::Id(id);
    config.guild.id = sandbox.guild_id().to_string().parse().ok();
    let seen = look(&rest, &config).await.unwrap();
    let resolution = resolve(&config, &seen, &[], &[]);
    assert!(resolution.findings.is_empty());
    assert_eq!(resolution.directory.unwrap().tickets.0.to_string(), id.to_string());
    assert_eq!(resolution.bind.len(), 7);
}
