//! Every way in which a config file can be wrong, with exactly what its owner is told: syntax, shapes and values.

use super::problems;

#[test]
fn text_that_is_no_toml() {
    insta::assert_snapshot!(
        problems("[guild\ntime_zone = \"UTC\"\n"),
        @"bot-config.toml:1: not valid TOML: unclosed table, expected `]`. A section is a name in brackets, such as `[guild]`."
    );
    insta::assert_snapshot!(problems("[guild]\ntime_zone = UTC\n\n[roles]\nopen = [\"a\"\nviewers = 1\n"), @"
    bot-config.toml:2: not valid TOML: string values must be quoted. After `=` stands a text in quotes, a number, true or false, or a list in [ ].
    bot-config.toml:6: not valid TOML: missing comma between array elements, expected `,`. Look for a missing `,` or `]` in the list that ends here.
    ");
    insta::assert_snapshot!(
        problems("[guild]\ntime_zone = \"UTC\n"),
        @r#"bot-config.toml:2: not valid TOML: invalid basic string, expected `"`. A text ends with the quote it began with, on the same line."#
    );
    insta::assert_snapshot!(problems("[guild]\nlanguage = \"en\"\nlanguage = \"en\"\n\n[guild]\n"), @"
    bot-config.toml:3: not valid TOML: duplicate key. It is given above already; what may be given several times is written `[[so]]`.
    bot-config.toml:5: not valid TOML: duplicate key. It is given above already; what may be given several times is written `[[so]]`.
    ");
    insta::assert_snapshot!(
        problems("Just some words."),
        @"bot-config.toml:1: not valid TOML: key with no value, expected `=`. Every line is `key = value`, and a comment begins with `#`."
    );
    insta::assert_snapshot!(
        problems("{\"guild\": {}}"),
        @"bot-config.toml:1: not valid TOML: invalid key-value pair, expected key. Every line is `key = value`, and a comment begins with `#`."
    );
}

#[test]
fn a_syntax_error_does_not_hide_the_problems_of_other_lines() {
    insta::assert_snapshot!(problems("[guild]\nid = 1\n\n[[teams\nkey = \"ops\"\n\n[rolls]\n"), @"
    bot-config.toml:2: guild.id: expected the id of a server, found 1. An id has 17 to 20 digits; with Discord's developer mode on, right-click and choose Copy ID.
    bot-config.toml:4: not valid TOML: unclosed array table, expected `]]`. A section that may come several times is a name in two brackets, such as `[[teams]]`.
    bot-config.toml:7: rolls: unknown key. Did you mean `roles`?
    ");
    insta::assert_snapshot!(problems("[guild]\nid = \nlanguage = \"fr\"\n\n[[services]]\nname = Shop\n"), @r#"
    bot-config.toml:2: not valid TOML: string values must be quoted. After `=` stands a text in quotes, a number, true or false, or a list in [ ].
    bot-config.toml:3: guild.language: expected a language, found "fr". Known: `en`.
    bot-config.toml:6: not valid TOML: string values must be quoted. After `=` stands a text in quotes, a number, true or false, or a list in [ ].
    "#);
}

#[test]
fn unknown_keys() {
    insta::assert_snapshot!(
        problems("[guild]\ntime-zone = \"UTC\"\n"),
        @"bot-config.toml:2: guild.time-zone: unknown key. Did you mean `time_zone`?"
    );
    insta::assert_snapshot!(
        problems("[chanels]\ntickets = \"trouble\"\n"),
        @"bot-config.toml:1: chanels: unknown key. Did you mean `channels`?"
    );
    insta::assert_snapshot!(
        problems("language = \"en\"\n"),
        @"bot-config.toml:1: language: unknown key. It belongs in `[guild]`."
    );
    insta::assert_snapshot!(
        problems("[guild]\ntoken = \"MTk4.abc.def\"\n"),
        @"bot-config.toml:2: guild.token: unknown key. The token and the database are given in the environment only, as DISCORD_TOKEN and DATABASE_URL."
    );
    insta::assert_snapshot!(problems("[tickets]\nwidth = 3\n\"my key\" = 4\n"), @r#"
    bot-config.toml:2: tickets.width: unknown key. Known here: `auto_archive_minutes`.
    bot-config.toml:3: tickets."my key": unknown key. Known here: `auto_archive_minutes`.
    "#);
    insta::assert_snapshot!(problems("[[teams]]\nkey = \"ops\"\nleader = 1\n\n[[severities]]\nkey = \"P1\"\ncolor = \"red\"\ndefault = true\n"), @"
    bot-config.toml:3: teams[0].leader: unknown key. Did you mean `lead`?
    bot-config.toml:7: severities[0].color: unknown key. Did you mean `colour`?
    ");
}

#[test]
fn sections_of_the_wrong_shape() {
    insta::assert_snapshot!(
        problems("guild = 5\n"),
        @"bot-config.toml:1: guild: expected a table, found 5. Write `[guild]` and the keys below it."
    );
    insta::assert_snapshot!(
        problems("[[guild]]\nlanguage = \"en\"\n"),
        @"bot-config.toml:1: guild: expected a table, found a list. Write `[guild]` and the keys below it."
    );
    insta::assert_snapshot!(
        problems("[teams]\nkey = \"ops\"\n\n[[services]]\nkey = \"shop\"\nteams = [\"ops\"]\n"),
        @"bot-config.toml:1: teams: expected a list of tables, found a table. Write `[[teams]]`, with two brackets, once for each."
    );
    insta::assert_snapshot!(
        problems("[channels.announcements]\nchannel = \"news\"\n"),
        @"bot-config.toml:1: channels.announcements: expected a list of tables, found a table. Write `[[channels.announcements]]`, with two brackets, once for each."
    );
    insta::assert_snapshot!(
        problems("teams = [\"ops\"]\n"),
        @r#"bot-config.toml:1: teams[0]: expected a table, found "ops". Write `[[teams]]` and the keys below it."#
    );
    insta::assert_snapshot!(
        problems("severities = \"SEV1\"\n"),
        @r#"bot-config.toml:1: severities: expected a list of tables, found "SEV1". Write `[[severities]]`, with two brackets, once for each."#
    );
}

#[test]
fn guild_values() {
    insta::assert_snapshot!(
        problems("[guild]\nid = 42\n"),
        @"bot-config.toml:2: guild.id: expected the id of a server, found 42. An id has 17 to 20 digits; with Discord's developer mode on, right-click and choose Copy ID."
    );
    insta::assert_snapshot!(
        problems("[guild]\nid = \"my server\"\n"),
        @r#"bot-config.toml:2: guild.id: expected the id of a server, found "my server". An id has 17 to 20 digits; with Discord's developer mode on, right-click and choose Copy ID."#
    );
    insta::assert_snapshot!(
        problems("[guild]\nid = 99999999999999999999\n"),
        @"bot-config.toml:2: guild.id: expected the id of a server, found 99999999999999999999. An id has 17 to 20 digits; with Discord's developer mode on, right-click and choose Copy ID."
    );
    insta::assert_snapshot!(
        problems("[guild]\nid = true\n"),
        @"bot-config.toml:2: guild.id: expected the id of a server, found true. An id has 17 to 20 digits; with Discord's developer mode on, right-click and choose Copy ID."
    );
    insta::assert_snapshot!(
        problems("[guild]\nlanguage = \"english\"\n"),
        @r#"bot-config.toml:2: guild.language: expected a language, found "english". Known: `en`."#
    );
    insta::assert_snapshot!(
        problems("[guild]\nlanguage = 1979-05-27\n"),
        @"bot-config.toml:2: guild.language: expected a language, found a date or time. Known: `en`."
    );
}

#[test]
fn time_zones() {
    insta::assert_snapshot!(
        problems("[guild]\ntime_zone = \"Berlin\"\n"),
        @r#"bot-config.toml:2: guild.time_zone: expected a time zone, found "Berlin". Did you mean `Europe/Berlin`?"#
    );
    insta::assert_snapshot!(
        problems("[guild]\ntime_zone = \"Pairs\"\n"),
        @r#"bot-config.toml:2: guild.time_zone: expected a time zone, found "Pairs". Did you mean `Europe/Paris`?"#
    );
    insta::assert_snapshot!(
        problems("[guild]\ntime_zone = \"europe/london\"\n"),
        @r#"bot-config.toml:2: guild.time_zone: expected a time zone, found "europe/london". Did you mean `Europe/London`?"#
    );
    insta::assert_snapshot!(
        problems("[guild]\ntime_zone = \"Asia/Tokio\"\n"),
        @r#"bot-config.toml:2: guild.time_zone: expected a time zone, found "Asia/Tokio". Did you mean `Asia/Tokyo`?"#
    );
    insta::assert_snapshot!(
        problems("[guild]\ntime_zone = \"my place\"\n"),
        @r#"bot-config.toml:2: guild.time_zone: expected a time zone, found "my place". Write the name of a city's zone, such as "Europe/Berlin"."#
    );
    insta::assert_snapshot!(
        problems("[guild]\ntime_zone = +2\n"),
        @r#"bot-config.toml:2: guild.time_zone: expected a time zone, found +2. Write the name of a city's zone, such as "Europe/Berlin"."#
    );
}

#[test]
fn channels_and_roles() {
    insta::assert_snapshot!(
        problems("[channels]\ntickets = \"Trouble Tickets\"\n"),
        @r#"bot-config.toml:2: channels.tickets: expected a channel's name or id, found "Trouble Tickets". Discord writes channel names in small letters without spaces: `trouble-tickets`."#
    );
    insta::assert_snapshot!(
        problems("[channels]\ntickets = \"@managers\"\n"),
        @r#"bot-config.toml:2: channels.tickets: expected a channel's name or id, found "@managers". Write it as Discord shows it, such as `#trouble`, or by its id."#
    );
    insta::assert_snapshot!(
        problems("[channels]\ntickets = \"\"\n"),
        @r#"bot-config.toml:2: channels.tickets: expected a channel's name or id, found "". A name has 1 to 100 characters on one line."#
    );
    insta::assert_snapshot!(
        problems("[channels]\ntickets = 3\n"),
        @"bot-config.toml:2: channels.tickets: expected a channel's name or id, found 3. A name stands in quotes, and an id has 17 to 20 digits."
    );
    insta::assert_snapshot!(
        problems("[channels]\ntickets = \"175928847299117\"\n"),
        @r#"bot-config.toml:2: channels.tickets: expected a channel's name or id, found "175928847299117". An id has 17 to 20 digits; with Discord's developer mode on, right-click and choose Copy ID."#
    );
    insta::assert_snapshot!(
        problems("[channels]\noperators = [\"ops\"]\n"),
        @"bot-config.toml:2: channels.operators: expected a channel's name or id, found a list. Write just one, without brackets."
    );
    insta::assert_snapshot!(
        problems("[roles]\nopen = [\"@everyone\"]\n"),
        @r#"bot-config.toml:2: roles.open[0]: expected a role's name or id, found "@everyone". Everybody is no role; name the roles you mean."#
    );
    insta::assert_snapshot!(
        problems("[roles]\nviewers = \"viewers\"\n"),
        @r#"bot-config.toml:2: roles.viewers: expected a list of roles, found "viewers". Write it in brackets: ["viewers"]."#
    );
    insta::assert_snapshot!(problems("[roles]\nmanagers = [\"#managers\", \"a\\nb\", 7, \"x\", \"@x\"]\n"), @r##"
    bot-config.toml:2: roles.managers[0]: expected a role's name or id, found "#managers". Write it as Discord shows it, such as `@managers`, or by its id.
    bot-config.toml:2: roles.managers[1]: expected a role's name or id, found "a\nb". A name has 1 to 100 characters on one line.
    bot-config.toml:2: roles.managers[2]: expected a role's name or id, found 7. A name stands in quotes, and an id has 17 to 20 digits.
    bot-config.toml:2: roles.managers[4]: "x" is named twice. Once is enough.
    "##);
    insta::assert_snapshot!(
        problems(&format!("[roles]\nadmins = {:?}\n", (0..21).map(|n| format!("r{n}")).collect::<Vec<_>>())),
        @"bot-config.toml:2: roles.admins: expected at most 20 roles, found 21."
    );
}

#[test]
fn teams() {
    insta::assert_snapshot!(
        problems("teams = []\n"),
        @"bot-config.toml:1: teams: expected a list of teams, found an empty list. Leave the key out to get the default."
    );
    insta::assert_snapshot!(
        problems("[[teams]]\nname = \"Operations\"\n"),
        @"bot-config.toml:1: teams[0].key: missing. Every team needs a key of its own."
    );
    insta::assert_snapshot!(problems("[[teams]]\nkey = \"Night Shift\"\n\n[[teams]]\nkey = \"\"\n\n[[teams]]\nkey = 7\n"), @r#"
    bot-config.toml:2: teams[0].key: expected 1 to 24 of the characters a–z, 0–9 and -, found "Night Shift". `night-shift` would do.
    bot-config.toml:5: teams[1].key: expected 1 to 24 of the characters a–z, 0–9 and -, found "".
    bot-config.toml:8: teams[2].key: expected 1 to 24 of the characters a–z, 0–9 and -, found 7.
    "#);
    insta::assert_snapshot!(
        problems("[[teams]]\nkey = \"ops\"\n\n[[teams]]\nkey = \"ops\"\n"),
        @r#"bot-config.toml:5: teams[1].key: "ops" is the key of another team already. It is given on line 2."#
    );
    insta::assert_snapshot!(problems("[[teams]]\nkey = \"a-team-with-a-very-long-name\"\nname = \" \"\nrole = \"#ops\"\nlead = \"alice\"\nreport = \"yes\"\n"), @r##"
    bot-config.toml:2: teams[0].key: expected 1 to 24 of the characters a–z, 0–9 and -, found "a-team-with-a-very-long-name". `a-team-with-a-very-long` would do.
    bot-config.toml:3: teams[0].name: expected 1 to 60 characters on one line, found " ".
    bot-config.toml:4: teams[0].role: expected a role's name or id, found "#ops". Write it as Discord shows it, such as `@managers`, or by its id.
    bot-config.toml:5: teams[0].lead: expected the id of a person, found "alice". An id has 17 to 20 digits; with Discord's developer mode on, right-click and choose Copy ID.
    bot-config.toml:6: teams[0].report: expected true or false, found "yes". Write it without quotes.
    "##);
    insta::assert_snapshot!(
        problems(&(0..21).map(|n| format!("[[teams]]\nkey = \"t{n}\"\n")).collect::<String>()),
        @"bot-config.toml:1: teams: expected at most 20 teams, found 21."
    );
}

#[test]
fn severities() {
    insta::assert_snapshot!(
        problems("severities = []\n"),
        @"bot-config.toml:1: severities: expected a list of severities, found an empty list. Leave the key out to get the default."
    );
    insta::assert_snapshot!(
        problems("[[severities]]\nkey = \"P1\"\n\n[[severities]]\nkey = \"P2\"\n"),
        @"bot-config.toml:1: severities: no severity is the default. Write `default = true` for the one that a ticket gets when nobody chooses."
    );
    insta::assert_snapshot!(
        problems("[[severities]]\nkey = \"P1\"\ndefault = true\n\n[[severities]]\nkey = \"P2\"\ndefault = true\n"),
        @"bot-config.toml:7: severities[1].default: a second severity is the default. Only one can be; the one on line 3 is already."
    );
    insta::assert_snapshot!(problems("[[severities]]\nkey = \"P1\"\ndefault = \"true\"\n\n[[severities]]\nkey = \"p1\"\n"), @r#"
    bot-config.toml:3: severities[0].default: expected true or false, found "true". Write it without quotes.
    bot-config.toml:6: severities[1].key: "p1" is the key of another severity already. Line 2 has `P1`, and capitals make no difference.
    "#);
    insta::assert_snapshot!(problems("[[severities]]\nkey = \"Sev 1!\"\nname = 1\ncolour = \"red\"\nmark = \"\"\ndefault = true\n"), @r##"
    bot-config.toml:2: severities[0].key: expected 1 to 24 letters, digits and -, found "Sev 1!". `Sev-1` would do.
    bot-config.toml:3: severities[0].name: expected 1 to 60 characters on one line, found 1. Write it in quotes.
    bot-config.toml:4: severities[0].colour: expected a colour, found "red". Write red, green and blue as "#rrggbb", such as "#d32f2f".
    bot-config.toml:5: severities[0].mark: expected 1 to 12 characters on one line, found "".
    "##);
    insta::assert_snapshot!(
        problems(&format!("[[severities]]\nkey = \"P1\"\ndescription = \"{}\"\ndefault = true\n", "long ".repeat(30))),
        @r#"bot-config.toml:3: severities[0].description: expected up to 90 characters on one line, found "long long long long long long long long …". It has 150 characters."#
    );
}

#[test]
fn services() {
    insta::assert_snapshot!(problems("[[services]]\nkey = \"shop\"\nteams = [\"wep\"]\n\n[[services]]\nkey = \"shop\"\nteams = []\n"), @r#"
    bot-config.toml:3: services[0].teams[0]: there is no team "wep". Did you mean `web`?
    bot-config.toml:6: services[1].key: "shop" is the key of another service already. It is given on line 2.
    bot-config.toml:7: services[1].teams: expected a list of teams, found an empty list. Leave the key out to get the default.
    "#);
    insta::assert_snapshot!(problems("[[services]]\nkey = \"shop\"\nteams = [\"web\", \"web\", 3, \"kitchen\"]\n"), @r#"
    bot-config.toml:3: services[0].teams[1]: "web" is named twice. Once is enough.
    bot-config.toml:3: services[0].teams[2]: expected the key of a team, found 3.
    bot-config.toml:3: services[0].teams[3]: there is no team "kitchen". There are `technical` and `web`.
    "#);
    insta::assert_snapshot!(
        problems("[[services]]\nkey = \"shop\"\nteams = \"web\"\n"),
        @r#"bot-config.toml:3: services[0].teams: expected a list of teams, found "web". Write it in brackets: ["web"]."#
    );
    insta::assert_snapshot!(
        problems(&(0..501).map(|n| format!("[[services]]\nkey = \"s{n}\"\n")).collect::<String>()),
        @"bot-config.toml:1: services: expected at most 500 services, found 501."
    );
}

#[test]
fn tickets() {
    insta::assert_snapshot!(
        problems("[tickets]\nauto_archive_minutes = 90\n"),
        @"bot-config.toml:2: tickets.auto_archive_minutes: expected 60, 1440, 4320 or 10080, found 90. Discord archives quiet threads after an hour, a day, three days or a week."
    );
    insta::assert_snapshot!(
        problems("[tickets]\nauto_archive_minutes = \"a week\"\n"),
        @r#"bot-config.toml:2: tickets.auto_archive_minutes: expected 60, 1440, 4320 or 10080, found "a week". Discord archives quiet threads after an hour, a day, three days or a week."#
    );
    insta::assert_snapshot!(
        problems("[archive]\nfile_max_mb = 501\ntotal_max_mb = \"lots\"\n"),
        @r#"
    bot-config.toml:2: archive.file_max_mb: expected a whole number from 0 to 500, found 501.
    bot-config.toml:3: archive.total_max_mb: expected a whole number from 0 to 10000000, found "lots".
    "#
    );
    insta::assert_snapshot!(
        problems("[standby]\nlease_seconds = 0\n"),
        @"bot-config.toml:2: standby.lease_seconds: expected a whole number from 1 to 60, found 0."
    );
    insta::assert_snapshot!(
        problems("[tickets]\nauto_archive_minutes = 60.0\n"),
        @"bot-config.toml:2: tickets.auto_archive_minutes: expected 60, 1440, 4320 or 10080, found 60.0. Discord archives quiet threads after an hour, a day, three days or a week."
    );
}
