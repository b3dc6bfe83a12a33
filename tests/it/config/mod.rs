//! The config file: what it means, and what it says when it is wrong.
//!
//! The shipped file and the defaults are held against each other here, because the one is what people read and the
//! other what they get.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

mod environment;
mod malformed;
mod references;
mod round_trip;

use std::path::Path;

use trouble_ticket::config::{Announced, Config, Language, LoadError, Reference, Selection};

/// What `text` is told, one problem a line.
fn problems(text: &str) -> String {
    Config::parse(text, "bot-config.toml").map_or_else(|problems| problems.to_string(), |_| "fine".into())
}

fn parsed(text: &str) -> Config {
    Config::parse(text, "bot-config.toml").unwrap_or_else(|problems| panic!("{problems}"))
}

fn name(name: &str) -> Reference {
    Reference::Name(name.into())
}

#[test]
fn the_shipped_file_says_what_an_empty_one_means() {
    assert_eq!(parsed(Config::REFERENCE), Config::default());
    assert_eq!(parsed(""), Config::default());
    assert_eq!(parsed("\u{feff}[guild]\r\n\r\n[channels]\r\n"), Config::default());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("bot-config.toml");
    assert_eq!(Config::load(&root).unwrap(), Config::default());
}

#[test]
fn every_setting_in_the_shipped_file_works_when_its_comment_sign_is_taken_away() {
    let bare = |key: &str| key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let line = |line: &'static str| match line.strip_prefix("# ") {
        Some("[[services]]") => "[[services]]",
        Some(text) if text.split_once(" = ").is_some_and(|(key, _)| bare(key)) => text,
        _ => line,
    };
    let text: Vec<&str> = Config::REFERENCE.lines().map(line).collect();
    let config = parsed(&text.join("\n"));
    let id = 175_928_847_299_117_063;
    assert_eq!(config.guild.id, Some(id));
    assert_eq!(config.teams[0].lead, Some(id));
    assert_eq!(config.services[0].teams, Selection::Only(vec!["web".into()]));
    assert_eq!(config.channels.announcements[0].services, Selection::Only(vec!["shop".into()]));
}

#[test]
fn defaults_name_the_channels_and_roles_of_the_demo_company() {
    let config = Config::default();
    assert_eq!(config.guild.id, None);
    assert_eq!(config.guild.time_zone.name(), "UTC");
    assert_eq!(config.guild.language, Language::English);
    assert_eq!(config.channels.tickets, name("trouble"));
    assert_eq!(config.channels.operators, name("trouble-operators"));
    let teams: Vec<_> = config.teams.iter().map(|team| (team.key.as_str(), &team.role)).collect();
    assert_eq!(teams, [("technical", &name("technical")), ("web", &name("web"))]);
    assert!(config.roles.open.is_empty());
    assert_eq!(config.roles.viewers, [name("viewers")]);
    assert_eq!(config.roles.managers, [name("managers")]);
    assert_eq!(config.roles.admins, [name("admins")]);
    let routes = &config.channels.announcements;
    assert!(routes.iter().all(|route| route.channel == name("trouble-announcements")));
    assert!(routes.iter().all(|route| !route.events.contains(&Announced::Note)));
}

#[test]
fn a_full_config_is_read() {
    let config = parsed(
        r##"
        services = [{ key = "shop", teams = ["ops"] }, { key = "mail", name = "Mail" }]
        [guild]
        id = 175928847299117063
        time_zone = "Europe/Berlin"
        [channels]
        tickets = "#störungen"
        operators = 175928847299117064
        [[channels.announcements]]
        channel = "<#175928847299117065>"
        events = ["note", "edited"]
        severities = ["P2"]
        services = ["shop"]
        teams = ["ops"]
        mention = ["@On Call", "<@&175928847299117066>"]
        publish = true
        [[teams]]
        key = "ops"
        lead = "<@175928847299117067>"
        report = false
        [[severities]]
        key = "P1"
        mark = "!!"
        [[severities]]
        key = "P2"
        colour = "#ABCDEF"
        default = true
        [roles]
        open = ["Staff"]
        viewers = []
        [tickets]
        auto_archive_minutes = 0x5A0
        "##,
    );
    let route = &config.channels.announcements[0];
    assert_eq!(config.guild.time_zone.name(), "Europe/Berlin");
    assert_eq!(config.channels.tickets, name("störungen"));
    assert_eq!(config.channels.operators, Reference::Id(175_928_847_299_117_064));
    assert_eq!(route.channel, Reference::Id(175_928_847_299_117_065));
    assert_eq!(route.events, [Announced::Note, Announced::Edited]);
    assert_eq!(route.mention, [name("On Call"), Reference::Id(175_928_847_299_117_066)]);
    assert!(route.publish);
    let team = config.team("ops").unwrap();
    assert_eq!((team.name.as_str(), &team.role, team.report), ("ops", &name("ops"), false));
    assert_eq!(team.lead, Some(175_928_847_299_117_067));
    assert_eq!(config.default_severity().key, "P2");
    assert_eq!(config.default_severity().colour.to_string(), "#abcdef");
    assert_eq!(config.severities[0].colour.to_string(), "#d32f2f");
    assert_eq!(config.service("mail").unwrap().teams, Selection::All);
    assert_eq!(config.roles.open, [name("Staff")]);
    assert!(config.roles.viewers.is_empty());
    assert_eq!(config.tickets.auto_archive_minutes, 1440);
}

#[test]
fn routes_left_out_follow_the_severities_and_managers() {
    let config = parsed(
        r#"
        severities = [{ key = "P1" }, { key = "P2", default = true }, { key = "P3" }]
        roles.managers = ["bosses"]
        "#,
    );
    let routes = &config.channels.announcements;
    let only = |keys: &[&str]| Selection::Only(keys.iter().map(|key| (*key).to_owned()).collect());
    assert_eq!(routes.len(), 2);
    assert_eq!(
        (&routes[0].severities, routes[0].mention.as_slice()),
        (&only(&["P1"]), &[name("bosses")][..])
    );
    assert_eq!((&routes[1].severities, routes[1].mention.as_slice()), (&only(&["P2", "P3"]), &[][..]));
    let one = parsed("severities = [{ key = \"P1\", default = true }]");
    assert_eq!(one.channels.announcements.len(), 1);
    assert!(parsed("channels.announcements = []").channels.announcements.is_empty());
}

#[test]
fn a_missing_file_is_told_from_a_wrong_one() {
    let folder = tempfile::tempdir().unwrap();
    let missing = Config::load(&folder.path().join("my.toml")).unwrap_err();
    let text = missing.to_string().replace(&folder.path().display().to_string(), "FOLDER");
    insta::assert_snapshot!(text, @"There is no config file FOLDER/my.toml. Copy `bot-config.toml` from the repository there, or name another file in TROUBLE_TICKET_CONFIG.");
    assert!(matches!(missing, LoadError::Missing { .. }));

    let unreadable = Config::load(folder.path()).unwrap_err();
    let text = unreadable.to_string().replace(&folder.path().display().to_string(), "FOLDER");
    insta::assert_snapshot!(text, @"The config file FOLDER cannot be read. Look at its permissions, and that it is a file.");
    assert!(matches!(unreadable, LoadError::Unreadable { .. }));

    let file = folder.path().join("bot-config.toml");
    std::fs::write(&file, b"[guild]\nlanguage = \"\xff\"\n").unwrap();
    let wrong = Config::load(&file).unwrap_err();
    let text = wrong.to_string().replace(&folder.path().display().to_string(), "FOLDER");
    insta::assert_snapshot!(text, @"FOLDER/bot-config.toml:2: not UTF-8 text. Save the file in the encoding UTF-8.");
    assert!(matches!(wrong, LoadError::Invalid(_)));
}
