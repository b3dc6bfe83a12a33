//! Config files whose sections do not fit together, and files with many problems at once.

use trouble_ticket::config::Config;

use super::problems;

#[test]
fn routes_that_name_what_does_not_exist() {
    insta::assert_snapshot!(problems("[[channels.announcements]]\nseverities = [\"sev1\", \"Disaster\"]\nservices = [\"shop\"]\nteams = [\"webb\"]\n"), @"");
    insta::assert_snapshot!(problems("[[channels.announcements]]\nseverities = [\"SEV1\"]\n\n[[severities]]\nkey = \"P1\"\ndefault = true\n"), @"");
    insta::assert_snapshot!(problems(&format!("[[channels.announcements]]\nservices = [\"zzz\"]\n{}", (0..13).map(|n| format!("[[services]]\nkey = \"s{n}\"\n")).collect::<String>())), @"");
}

#[test]
fn routes_with_wrong_values() {
    insta::assert_snapshot!(problems("[[channels.announcements]]\nchannel = \"News\"\nevents = [\"opend\", \"closed\", \"closed\", \"exploded\", 1]\nmention = \"managers\"\npublish = 1\n"), @"");
    insta::assert_snapshot!(problems("[[channels.announcements]]\nevents = []\nseverities = []\nservices = []\nteams = []\n"), @"");
    insta::assert_snapshot!(problems(&"[[channels.announcements]]\n".repeat(21)), @"");
}

#[test]
fn a_wrong_key_is_one_problem_and_not_one_more_for_each_that_names_it() {
    insta::assert_snapshot!(problems("[[teams]]\nkey = \"Ops\"\n\n[[services]]\nkey = \"shop\"\nteams = [\"Ops\"]\n"), @"");
    insta::assert_snapshot!(problems("[[teams]]\nname = \"Ops\"\n\n[[services]]\nkey = \"shop\"\nteams = [\"ops\"]\n"), @"");
    insta::assert_snapshot!(problems("[[teams]]\nkey = ops\n\n[[services]]\nkey = \"shop\"\nteams = [\"ops\"]\n"), @"");
}

#[test]
fn all_problems_come_at_once_in_the_order_of_the_file() {
    let text = r#"
[guild]
id = 12
time_zone = "Pairs"

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
    insta::assert_snapshot!(problems(text), @"");
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
