//! Config files whose sections do not fit together, and files with many problems at once.

use trouble_ticket::config::Config;

use super::problems;

#[test]
fn routes_that_name_what_does_not_exist() {
    insta::assert_snapshot!(problems("[[channels.announcements]]\nseverities = [\"sev1\", \"Disaster\"]\nservices = [\"shop\"]\nteams = [\"webb\"]\n"), @r#"
    bot-config.toml:2: channels.announcements[0].severities[0]: there is no severity "sev1". Did you mean `SEV1`?
    bot-config.toml:2: channels.announcements[0].severities[1]: there is no severity "Disaster". There are `SEV1`, `SEV2`, `SEV3` and `SEV4`.
    bot-config.toml:3: channels.announcements[0].services[0]: there is no service "shop". The config has no service yet.
    bot-config.toml:4: channels.announcements[0].teams[0]: there is no team "webb". Did you mean `web`?
    "#);
    insta::assert_snapshot!(
        problems("[[channels.announcements]]\nseverities = [\"SEV1\"]\n\n[[severities]]\nkey = \"P1\"\ndefault = true\n"),
        @r#"bot-config.toml:2: channels.announcements[0].severities[0]: there is no severity "SEV1". There is only `P1`."#
    );
    insta::assert_snapshot!(
        problems(&format!("[[channels.announcements]]\nservices = [\"zzz\"]\n{}", (0..13).map(|n| format!("[[services]]\nkey = \"s{n}\"\n")).collect::<String>())),
        @r#"bot-config.toml:2: channels.announcements[0].services[0]: there is no service "zzz". It is none of the 13 keys in the config."#
    );
}

#[test]
fn routes_with_wrong_values() {
    insta::assert_snapshot!(problems("[[channels.announcements]]\nchannel = \"News\"\nevents = [\"opend\", \"closed\", \"closed\", \"exploded\", 1]\nmention = \"managers\"\npublish = 1\n"), @r#"
    bot-config.toml:2: channels.announcements[0].channel: expected a channel's name or id, found "News". Discord writes channel names in small letters without spaces: `news`.
    bot-config.toml:3: channels.announcements[0].events[0]: expected an event, found "opend". Did you mean `opened`?
    bot-config.toml:3: channels.announcements[0].events[2]: "closed" is named twice. Once is enough.
    bot-config.toml:3: channels.announcements[0].events[3]: expected an event, found "exploded". Known: `opened`, `assigned`, `status`, `severity`, `note`, `resolved`, `closed`, `cancelled`, `reopened` and `edited`.
    bot-config.toml:3: channels.announcements[0].events[4]: expected an event, found 1. Known: `opened`, `assigned`, `status`, `severity`, `note`, `resolved`, `closed`, `cancelled`, `reopened` and `edited`.
    bot-config.toml:4: channels.announcements[0].mention: expected a list of roles, found "managers". Write it in brackets: ["managers"].
    bot-config.toml:5: channels.announcements[0].publish: expected true or false, found 1. Write it without quotes.
    "#);
    insta::assert_snapshot!(problems("[[channels.announcements]]\nevents = []\nseverities = []\nservices = []\nteams = []\n"), @"
    bot-config.toml:2: channels.announcements[0].events: expected a list of events, found an empty list. Leave the key out to get the default.
    bot-config.toml:3: channels.announcements[0].severities: expected a list of severities, found an empty list. Leave the key out to get the default.
    bot-config.toml:4: channels.announcements[0].services: expected a list of services, found an empty list. Leave the key out to get the default.
    bot-config.toml:5: channels.announcements[0].teams: expected a list of teams, found an empty list. Leave the key out to get the default.
    ");
    insta::assert_snapshot!(
        problems(&"[[channels.announcements]]\n".repeat(21)),
        @"bot-config.toml:1: channels.announcements: expected at most 20 announcements, found 21."
    );
}

#[test]
fn a_wrong_key_is_one_problem_and_not_one_more_for_each_that_names_it() {
    insta::assert_snapshot!(
        problems("[[teams]]\nkey = \"Ops\"\n\n[[services]]\nkey = \"shop\"\nteams = [\"Ops\"]\n"),
        @r#"bot-config.toml:2: teams[0].key: expected 1 to 24 of the characters a–z, 0–9 and -, found "Ops". `ops` would do."#
    );
    insta::assert_snapshot!(
        problems("[[teams]]\nname = \"Ops\"\n\n[[services]]\nkey = \"shop\"\nteams = [\"ops\"]\n"),
        @"bot-config.toml:1: teams[0].key: missing. Every team needs a key of its own."
    );
    insta::assert_snapshot!(
        problems("[[teams]]\nkey = ops\n\n[[services]]\nkey = \"shop\"\nteams = [\"ops\"]\n"),
        @"bot-config.toml:2: not valid TOML: string values must be quoted. After `=` stands a text in quotes, a number, true or false, or a list in [ ]."
    );
}

#[test]
fn all_problems_come_at_once_in_the_order_of_the_file() {
    let text = r#"
[guild]
id = 12
time_zone = "Narnia"

[channels]
ticket = "trouble"

[[channels.announcements]]
channel = "trouble-announcements"
events = ["opened", "solved"]

[[channels.announcements]]
severities = ["SEV1", "SEV9"]
mention = ["managers", "managers"]

[[teams]]
key = "Web"

[roles]
admin = ["admins"]

[tickets]
auto_archive_minutes = 1
"#;
    insta::assert_snapshot!(problems(text), @r#"
    bot-config.toml:3: guild.id: expected the id of a server, found 12. An id has 17 to 20 digits; with Discord's developer mode on, right-click and choose Copy ID.
    bot-config.toml:4: guild.time_zone: expected a time zone, found "Narnia". Write the name of a city's zone, such as "Europe/Berlin".
    bot-config.toml:7: channels.ticket: unknown key. Did you mean `tickets`?
    bot-config.toml:11: channels.announcements[0].events[1]: expected an event, found "solved". Did you mean `resolved`?
    bot-config.toml:14: channels.announcements[1].severities[1]: there is no severity "SEV9". Did you mean `SEV1`?
    bot-config.toml:15: channels.announcements[1].mention[1]: "managers" is named twice. Once is enough.
    bot-config.toml:18: teams[0].key: expected 1 to 24 of the characters a–z, 0–9 and -, found "Web". `web` would do.
    bot-config.toml:21: roles.admin: unknown key. Did you mean `admins`?
    bot-config.toml:24: tickets.auto_archive_minutes: expected 60, 1440, 4320 or 10080, found 1. Discord archives quiet threads after an hour, a day, three days or a week.
    "#);
}

#[test]
fn a_problem_can_be_taken_apart() {
    let problems = Config::parse("[guild]\ntime_zone = \"Berlin\"\n", "my.toml").unwrap_err();
    let [problem] = problems.0.as_slice() else { panic!("{problems}") };
    assert_eq!((problem.file.as_str(), problem.line), ("my.toml", Some(2)));
    assert_eq!(problem.key, "guild.time_zone");
    assert_eq!(problem.message, "expected a time zone, found \"Berlin\"");
    assert_eq!(problem.hint, "Did you mean `Europe/Berlin`?");
}
