//! Random config files: no text makes the reader panic, and what a file says is what comes out.

use std::fmt::Write;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use trouble_ticket::config::{
    Announced, Archive, Channels, Colour, Config, Guild, Language, Reference, Roles, Route, Selection,
    Service, Severity, Standby, Team, Tickets,
};

use crate::support::cases::{cases, hostile};

/// Checks that every problem of `text` has a place in it.
fn examine(text: &str) {
    let Err(problems) = Config::parse(text, "any.toml") else { return };
    assert!(!problems.0.is_empty());
    let lines = text.matches('\n').count() + 1;
    for problem in &problems.0 {
        assert!(problem.line.is_some_and(|line| (1..=lines).contains(&line)), "{problem}");
        assert!(!problem.message.is_empty() && problem.to_string().lines().count() == 1, "{problem:?}");
    }
}

#[test]
fn deep_and_long_files_are_refused_and_not_suffered() {
    for text in ["[".repeat(100_000), "a=[".repeat(50_000), "a.".repeat(50_000), "x = 1\n".repeat(20_000)] {
        assert!(Config::parse(&text, "any.toml").is_err());
    }
    let keys: String = (0..5_000).map(|n| format!("key{n} = {n}\n")).collect();
    assert_eq!(Config::parse(&keys, "any.toml").unwrap_err().0.len(), 5_000);
}

/// Pieces that a config file is made of, to be put together at random.
fn piece() -> impl Strategy<Value = String> {
    let words: Vec<&str> = Config::REFERENCE.split_inclusive([' ', '\n', '=', '[', ']', '"', ',']).collect();
    prop_oneof![
        8 => any::<Index>().prop_map(move |index| (*index.get(&words)).to_owned()),
        1 => "[\\[\\]{}=\"'#.,\n 0-9a-z\u{0}\u{e9}\u{1f534}-]{0,6}",
    ]
}

proptest! {
    #![proptest_config(cases(10_000))]

    #[test]
    fn any_text_is_read_without_panic(text in hostile()) {
        examine(&text);
    }
}

proptest! {
    // Pieces of a real file are mostly understood, which takes longer than refusing: eighty of them each time.
    #![proptest_config(cases(1_000))]

    #[test]
    fn any_heap_of_pieces_is_read_without_panic(pieces in vec(piece(), 0..80)) {
        examine(&pieces.concat());
    }

    #[test]
    fn the_shipped_file_with_a_part_replaced_is_read_without_panic(
        from in any::<Index>(), length in 0..200_usize, pieces in vec(piece(), 0..8),
    ) {
        let text: Vec<char> = Config::REFERENCE.chars().collect();
        let from = from.index(text.len());
        let to = text.len().min(from + length);
        let head: String = text[..from].iter().collect();
        let tail: String = text[to..].iter().collect();
        examine(&[head, pieces.concat(), tail].concat());
    }
}

proptest! {
    // Writing and reading a whole config takes ten milliseconds.
    #![proptest_config(cases(300))]

    #[test]
    fn any_valid_config_is_what_its_file_says(config in config()) {
        let text = write(&config);
        let read = Config::parse(&text, "any.toml");
        prop_assert_eq!(read.map_err(|problems| problems.to_string()), Ok(config), "{}", text);
    }
}

fn id() -> impl Strategy<Value = u64> {
    10_000_000_000_000_000..=9_223_372_036_854_775_807_u64
}

fn channel() -> impl Strategy<Value = Reference> {
    prop_oneof![id().prop_map(Reference::Id), "[a-zé0-9-]{1,11}".prop_map(Reference::Name)]
}

fn role() -> impl Strategy<Value = Reference> {
    let name = "[A-Za-zé][A-Za-z0-9 \"\\\\]{0,20}[a-z]".prop_filter("is no role", |name| name != "here");
    prop_oneof![id().prop_map(Reference::Id), name.prop_map(Reference::Name)]
}

fn role_list() -> impl Strategy<Value = Vec<Reference>> {
    vec(role(), 0..4).prop_map(|mut roles| {
        roles.sort();
        roles.dedup();
        roles
    })
}

/// A name as people give it, with what TOML has to escape.
fn title() -> impl Strategy<Value = String> {
    "[A-Za-zé🔴\"'\\\\#=\\[\\]]{1,20}"
}

fn keys(pattern: &'static str, least: usize) -> impl Strategy<Value = Vec<String>> {
    vec(pattern, least..6).prop_map(|mut keys| {
        keys.sort_by_key(|key| key.to_ascii_lowercase());
        keys.dedup_by_key(|key| key.to_ascii_lowercase());
        keys
    })
}

fn selection(keys: &[String]) -> BoxedStrategy<Selection> {
    if keys.is_empty() {
        return Just(Selection::All).boxed();
    }
    let only = subsequence(keys.to_vec(), 1..=keys.len()).prop_map(Selection::Only);
    prop_oneof![Just(Selection::All), only].boxed()
}

fn team(key: String) -> impl Strategy<Value = Team> {
    (title(), role(), proptest::option::of(id()), any::<bool>())
        .prop_map(move |(name, role, lead, report)| Team { key: key.clone(), name, role, lead, report })
}

fn severity(key: String, default: bool) -> impl Strategy<Value = Severity> {
    (title(), "[a-z,' \"]{0,60}[a-z]", 0..=0x00ff_ffff_u32, "[!🔴⚪]{1,3}").prop_map(
        move |(name, description, colour, mark)| {
            let description = description.trim_start().to_owned();
            Severity { key: key.clone(), name, description, colour: Colour(colour), mark, default }
        },
    )
}

fn service(key: String, teams: &[String]) -> impl Strategy<Value = Service> + use<> {
    (title(), selection(teams)).prop_map(move |(name, teams)| Service { key: key.clone(), name, teams })
}

fn route(
    severities: &[String],
    services: &[String],
    teams: &[String],
) -> impl Strategy<Value = Route> + use<> {
    let events = subsequence(Announced::ALL.to_vec(), 1..=Announced::ALL.len());
    let selections = (selection(severities), selection(services), selection(teams));
    (channel(), events, selections, role_list(), any::<bool>()).prop_map(
        |(channel, events, (severities, services, teams), mention, publish)| Route {
            channel,
            events,
            severities,
            services,
            teams,
            mention,
            publish,
        },
    )
}

/// A config whose sections fit together: keys first, then what names them.
fn config() -> impl Strategy<Value = Config> {
    let lists = (keys("[a-z0-9-]{1,24}", 1), keys("[A-Za-z0-9-]{1,24}", 1), keys("[a-z0-9-]{1,24}", 0));
    (lists, any::<Index>()).prop_flat_map(|((teams, severities, services), default)| {
        let default = default.index(severities.len());
        let team_list: Vec<_> = teams.iter().cloned().map(team).collect();
        let severity_list: Vec<_> = severities
            .iter()
            .enumerate()
            .map(|(index, key)| severity(key.clone(), index == default))
            .collect();
        let service_list: Vec<_> = services.iter().map(|key| service(key.clone(), &teams)).collect();
        let routes = vec(route(&severities, &services, &teams), 0..4);
        (team_list, severity_list, service_list, (channel(), channel(), routes), rest()).prop_map(
            |(teams, severities, services, (tickets, operators, announcements), (guild, roles, kept))| {
                let channels = Channels { tickets, operators, announcements };
                let (tickets, archive, standby) = kept;
                Config { guild, channels, teams, severities, services, roles, tickets, archive, standby }
            },
        )
    })
}

/// What nothing else depends on.
fn rest() -> impl Strategy<Value = (Guild, Roles, (Tickets, Archive, Standby))> {
    let zone = any::<Index>().prop_map(|index| *index.get(&chrono_tz::TZ_VARIANTS));
    let guild = (proptest::option::of(id()), zone).prop_map(|(id, time_zone)| Guild {
        id,
        time_zone,
        language: Language::English,
    });
    let roles = [role_list(), role_list(), role_list(), role_list()]
        .prop_map(|[open, viewers, managers, admins]| Roles { open, viewers, managers, admins });
    let minutes = any::<Index>().prop_map(|index| *index.get(&[60, 1440, 4320, 10080]));
    let archive = (0..=500u32, 0..=10_000_000u32, any::<bool>(), 0..=36_500u32).prop_map(
        |(file_max_mb, total_max_mb, keep_deleted_text, retention_days)| Archive {
            file_max_mb,
            total_max_mb,
            keep_deleted_text,
            retention_days,
        },
    );
    let tickets = minutes.prop_map(|auto_archive_minutes| Tickets { auto_archive_minutes });
    let standby = (1..=60u32).prop_map(|lease_seconds| Standby { lease_seconds });
    (guild, roles, (tickets, archive, standby))
}

/// `text` as a TOML string: JSON's escapes are TOML's too.
fn string(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn strings<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    format!("[{}]", texts.into_iter().map(string).collect::<Vec<_>>().join(", "))
}

fn reference(reference: &Reference) -> String {
    match reference {
        Reference::Name(name) => string(name),
        Reference::Id(id) => id.to_string(),
    }
}

fn references(list: &[Reference]) -> String {
    format!("[{}]", list.iter().map(reference).collect::<Vec<_>>().join(", "))
}

fn write_selection(out: &mut String, key: &str, selection: &Selection) {
    if let Selection::Only(keys) = selection {
        writeln!(out, "{key} = {}", strings(keys.iter().map(String::as_str))).unwrap();
    }
}

/// `config` as a file.
fn write(config: &Config) -> String {
    let mut out = String::new();
    writeln!(out, "tickets.auto_archive_minutes = {}", config.tickets.auto_archive_minutes).unwrap();
    let archive = config.archive;
    writeln!(out, "archive.file_max_mb = {}", archive.file_max_mb).unwrap();
    writeln!(out, "archive.total_max_mb = {}", archive.total_max_mb).unwrap();
    writeln!(out, "archive.keep_deleted_text = {}", archive.keep_deleted_text).unwrap();
    writeln!(out, "archive.retention_days = {}", archive.retention_days).unwrap();
    writeln!(out, "standby.lease_seconds = {}", config.standby.lease_seconds).unwrap();
    // Lists that may be empty cannot be written as tables then.
    if config.services.is_empty() {
        writeln!(out, "services = []").unwrap();
    }
    writeln!(out, "[guild]\ntime_zone = {}", string(config.guild.time_zone.name())).unwrap();
    if let Some(id) = config.guild.id {
        writeln!(out, "id = \"{id}\"").unwrap();
    }
    let channels = &config.channels;
    let (tickets, operators) = (reference(&channels.tickets), reference(&channels.operators));
    writeln!(out, "[channels]\ntickets = {tickets}\noperators = {operators}").unwrap();
    if channels.announcements.is_empty() {
        writeln!(out, "announcements = []").unwrap();
    }
    for route in &channels.announcements {
        writeln!(out, "[[channels.announcements]]\nchannel = {}", reference(&route.channel)).unwrap();
        writeln!(out, "events = {}", strings(route.events.iter().map(|event| event.key()))).unwrap();
        write_selection(&mut out, "severities", &route.severities);
        write_selection(&mut out, "services", &route.services);
        write_selection(&mut out, "teams", &route.teams);
        writeln!(out, "mention = {}\npublish = {}", references(&route.mention), route.publish).unwrap();
    }
    write_lists(&mut out, config);
    let roles = &config.roles;
    writeln!(out, "[roles]\nopen = {}", references(&roles.open)).unwrap();
    writeln!(out, "viewers = {}", references(&roles.viewers)).unwrap();
    writeln!(out, "managers = {}\nadmins = {}", references(&roles.managers), references(&roles.admins))
        .unwrap();
    out
}

fn write_lists(out: &mut String, config: &Config) {
    for team in &config.teams {
        writeln!(out, "[[teams]]\nkey = {}\nname = {}", string(&team.key), string(&team.name)).unwrap();
        writeln!(out, "role = {}\nreport = {}", reference(&team.role), team.report).unwrap();
        if let Some(lead) = team.lead {
            writeln!(out, "lead = {lead}").unwrap();
        }
    }
    for severity in &config.severities {
        let Severity { key, name, description, colour, mark, default } = severity;
        writeln!(out, "[[severities]]\nkey = {}\nname = {}", string(key), string(name)).unwrap();
        writeln!(out, "description = {}\ncolour = \"{colour}\"", string(description)).unwrap();
        writeln!(out, "mark = {}\ndefault = {default}", string(mark)).unwrap();
    }
    for service in &config.services {
        writeln!(out, "[[services]]\nkey = {}\nname = {}", string(&service.key), string(&service.name))
            .unwrap();
        write_selection(out, "teams", &service.teams);
    }
}
