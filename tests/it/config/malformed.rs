//! Every way in which a config file can be wrong, with exactly what its owner is told: syntax, shapes and values.

use super::problems;

#[test]
fn text_that_is_no_toml() {
    insta::assert_snapshot!(problems("[guild\ntime_zone = \"UTC\"\n"), @"");
    insta::assert_snapshot!(problems("[guild]\ntime_zone = UTC\n\n[roles]\nopen = [\"a\"\nviewers = 1\n"), @"");
    insta::assert_snapshot!(problems("[guild]\ntime_zone = \"UTC\n"), @"");
    insta::assert_snapshot!(problems("[guild]\nlanguage = \"en\"\nlanguage = \"en\"\n\n[guild]\n"), @"");
    insta::assert_snapshot!(problems("Just some words."), @"");
    insta::assert_snapshot!(problems("{\"guild\": {}}"), @"");
}

#[test]
fn a_syntax_error_does_not_hide_the_problems_of_other_lines() {
    insta::assert_snapshot!(problems("[guild]\nid = \nlanguage = \"fr\"\n\n[[services]]\nname = Shop\n"), @"");
}

#[test]
fn unknown_keys() {
    insta::assert_snapshot!(problems("[guild]\ntime-zone = \"UTC\"\n"), @"");
    insta::assert_snapshot!(problems("[chanels]\ntickets = \"trouble\"\n"), @"");
    insta::assert_snapshot!(problems("language = \"en\"\n"), @"");
    insta::assert_snapshot!(problems("[guild]\ntoken = \"MTk4.abc.def\"\n"), @"");
    insta::assert_snapshot!(problems("[tickets]\nwidth = 3\n\"my key\" = 4\n"), @"");
    insta::assert_snapshot!(problems("[[teams]]\nkey = \"ops\"\nleader = 1\n\n[[severities]]\nkey = \"P1\"\ncolor = \"red\"\ndefault = true\n"), @"");
}

#[test]
fn sections_of_the_wrong_shape() {
    insta::assert_snapshot!(problems("guild = 5\n"), @"");
    insta::assert_snapshot!(problems("[[guild]]\nlanguage = \"en\"\n"), @"");
    insta::assert_snapshot!(problems("[teams]\nkey = \"ops\"\n\n[[services]]\nkey = \"shop\"\nteams = [\"ops\"]\n"), @"");
    insta::assert_snapshot!(problems("[channels.announcements]\nchannel = \"news\"\n"), @"");
    insta::assert_snapshot!(problems("teams = [\"ops\"]\n"), @"");
    insta::assert_snapshot!(problems("severities = \"SEV1\"\n"), @"");
}

#[test]
fn guild_values() {
    insta::assert_snapshot!(problems("[guild]\nid = 42\n"), @"");
    insta::assert_snapshot!(problems("[guild]\nid = \"my server\"\n"), @"");
    insta::assert_snapshot!(problems("[guild]\nid = 99999999999999999999\n"), @"");
    insta::assert_snapshot!(problems("[guild]\nid = true\n"), @"");
    insta::assert_snapshot!(problems("[guild]\nlanguage = \"english\"\n"), @"");
    insta::assert_snapshot!(problems("[guild]\nlanguage = 1979-05-27\n"), @"");
}

#[test]
fn time_zones() {
    insta::assert_snapshot!(problems("[guild]\ntime_zone = \"Berlin\"\n"), @"");
    insta::assert_snapshot!(problems("[guild]\ntime_zone = \"europe/london\"\n"), @"");
    insta::assert_snapshot!(problems("[guild]\ntime_zone = \"Asia/Tokio\"\n"), @"");
    insta::assert_snapshot!(problems("[guild]\ntime_zone = \"my place\"\n"), @"");
    insta::assert_snapshot!(problems("[guild]\ntime_zone = +2\n"), @"");
}

#[test]
fn channels_and_roles() {
    insta::assert_snapshot!(problems("[channels]\ntickets = \"Trouble Tickets\"\n"), @"");
    insta::assert_snapshot!(problems("[channels]\ntickets = \"@managers\"\n"), @"");
    insta::assert_snapshot!(problems("[channels]\ntickets = \"\"\n"), @"");
    insta::assert_snapshot!(problems("[channels]\ntickets = 3\n"), @"");
    insta::assert_snapshot!(problems("[channels]\ntickets = \"175928847299117\"\n"), @"");
    insta::assert_snapshot!(problems("[channels]\noperators = [\"ops\"]\n"), @"");
    insta::assert_snapshot!(problems("[roles]\nopen = [\"@everyone\"]\n"), @"");
    insta::assert_snapshot!(problems("[roles]\nviewers = \"viewers\"\n"), @"");
    insta::assert_snapshot!(problems("[roles]\nmanagers = [\"#managers\", \"a\\nb\", 7, \"x\", \"@x\"]\n"), @"");
    insta::assert_snapshot!(problems(&format!("[roles]\nadmins = {:?}\n", (0..21).map(|n| format!("r{n}")).collect::<Vec<_>>())), @"");
}

#[test]
fn teams() {
    insta::assert_snapshot!(problems("teams = []\n"), @"");
    insta::assert_snapshot!(problems("[[teams]]\nname = \"Operations\"\n"), @"");
    insta::assert_snapshot!(problems("[[teams]]\nkey = \"Night Shift\"\n\n[[teams]]\nkey = \"\"\n\n[[teams]]\nkey = 7\n"), @"");
    insta::assert_snapshot!(problems("[[teams]]\nkey = \"ops\"\n\n[[teams]]\nkey = \"ops\"\n"), @"");
    insta::assert_snapshot!(problems("[[teams]]\nkey = \"a-team-with-a-very-long-name\"\nname = \" \"\nrole = \"#ops\"\nlead = \"alice\"\nreport = \"yes\"\n"), @"");
    insta::assert_snapshot!(problems(&(0..21).map(|n| format!("[[teams]]\nkey = \"t{n}\"\n")).collect::<String>()), @"");
}

#[test]
fn severities() {
    insta::assert_snapshot!(problems("severities = []\n"), @"");
    insta::assert_snapshot!(problems("[[severities]]\nkey = \"P1\"\n\n[[severities]]\nkey = \"P2\"\n"), @"");
    insta::assert_snapshot!(problems("[[severities]]\nkey = \"P1\"\ndefault = true\n\n[[severities]]\nkey = \"P2\"\ndefault = true\n"), @"");
    insta::assert_snapshot!(problems("[[severities]]\nkey = \"P1\"\ndefault = \"true\"\n\n[[severities]]\nkey = \"p1\"\n"), @"");
    insta::assert_snapshot!(problems("[[severities]]\nkey = \"Sev 1!\"\nname = 1\ncolour = \"red\"\nmark = \"\"\ndefault = true\n"), @"");
    insta::assert_snapshot!(problems(&format!("[[severities]]\nkey = \"P1\"\ndescription = \"{}\"\ndefault = true\n", "long ".repeat(30))), @"");
}

#[test]
fn services() {
    insta::assert_snapshot!(problems("[[services]]\nkey = \"shop\"\nteams = [\"wep\"]\n\n[[services]]\nkey = \"shop\"\nteams = []\n"), @"");
    insta::assert_snapshot!(problems("[[services]]\nkey = \"shop\"\nteams = [\"web\", \"web\", 3, \"kitchen\"]\n"), @"");
    insta::assert_snapshot!(problems("[[services]]\nkey = \"shop\"\nteams = \"web\"\n"), @"");
    insta::assert_snapshot!(problems(&(0..501).map(|n| format!("[[services]]\nkey = \"s{n}\"\n")).collect::<String>()), @"");
}

#[test]
fn tickets() {
    insta::assert_snapshot!(problems("[tickets]\nauto_archive_minutes = 90\n"), @"");
    insta::assert_snapshot!(problems("[tickets]\nauto_archive_minutes = \"a week\"\n"), @"");
    insta::assert_snapshot!(problems("[tickets]\nauto_archive_minutes = 60.0\n"), @"");
}
