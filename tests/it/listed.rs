//! What can be typed, set and called, held against the README: it tells of everything there is and of nothing
//! else, and Discord would take every command.
//!
//! Must not run anything but the program's own `--help`.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_json::Value;
use trouble_ticket::config::Config;
use trouble_ticket::discord::commands;

use crate::tidy::{nothing, pattern, root};

/// The slash commands as Discord is told of them.
fn declared() -> Vec<Value> {
    let declared = commands::declaration(&commands::options());
    declared.as_array().expect("a list of commands").clone()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn parts<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// Each command that can be typed, with its options.
fn leaves(command: &Value, name: &str, found: &mut Vec<(String, Vec<String>)>) {
    // 1 and 2 are the types of sub-commands and groups of them.
    let below =
        parts(command, "options").iter().filter(|option| matches!(option["type"].as_u64(), Some(1 | 2)));
    let below: Vec<&Value> = below.collect();
    for option in &below {
        leaves(option, &format!("{name} {}", text(option, "name")), found);
    }
    if below.is_empty() {
        let options = parts(command, "options").iter().map(|option| text(option, "name").to_owned());
        found.push((name.to_owned(), options.collect()));
    }
}

fn slash_commands() -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    for command in &declared() {
        leaves(command, &format!("/{}", text(command, "name")), &mut found);
    }
    found
}

#[test]
fn each_command_is_within_discords_limits() {
    /// Names, descriptions and values, as Discord counts them.
    fn size(value: &Value) -> usize {
        let own = ["name", "description", "value"].map(|key| text(value, key).chars().count());
        let below = ["options", "choices"].map(|key| parts(value, key).iter().map(size).sum::<usize>());
        own.iter().chain(&below).sum()
    }
    fn descriptions(value: &Value, complaints: &mut Vec<String>) {
        let (name, description) = (text(value, "name"), text(value, "description"));
        if !(1..=60).contains(&description.chars().count()) {
            complaints.push(format!("{name}: {description:?} is not 1 to 60 characters long"));
        }
        parts(value, "options").iter().for_each(|option| descriptions(option, complaints));
    }
    let mut complaints = Vec::new();
    for command in &declared() {
        let (name, size) = (text(command, "name"), size(command));
        if size > 8_000 {
            complaints.push(format!("/{name} has {size} characters; Discord takes 8,000"));
        }
        descriptions(command, &mut complaints);
    }
    nothing(&complaints);
}

#[test]
fn only_what_works_is_registered() {
    let commands = slash_commands();
    let lines = commands.iter().map(|(name, options)| format!("{name} {}", options.join(" ")));
    // A command or option comes onto this list together with the end-to-end test that shows it at work.
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @"
    /ticket open severity service affected frequency
    /ticket edit field value ticket
    /ticket take team ticket
    /ticket release team note ticket
    /ticket assign user team ticket
    /ticket status to note at ticket
    /ticket severity to reason ticket
    /ticket note text kind at ticket
    /ticket show ticket
    /ticket list status team severity mine
    /ticket history ticket
    /ticket close reason ticket
    /ticket reopen reason ticket
    /ticket cancel reason ticket
    /report draft team ticket
    /report show team ticket
    /report edit section file team ticket
    /report submit team ticket
    /report approve team ticket
    /report return reason team ticket
    /report export format team ticket
    ");
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).expect("a README")
}

/// The rows of the README's tables whose first cell begins with this, as the code in the first cell and the row.
fn rows(readme: &str, begin: &str) -> Vec<(String, String)> {
    let rows = readme.lines().filter_map(|line| {
        let (first, _) = line.strip_prefix("| `")?.split_once('`')?;
        first.starts_with(begin).then(|| (first.to_owned(), line.to_owned()))
    });
    rows.collect()
}

/// Holds a list of things and the options of each against the rows of a table: all there, and nothing else.
fn in_the_readme(begin: &str, there: &[(String, Vec<String>)]) {
    let readme = readme();
    let rows = rows(&readme, begin);
    let mut complaints = Vec::new();
    for (name, options) in there {
        match rows.iter().find(|(first, _)| first == name) {
            None => complaints.push(format!("README.md: no row for `{name}`")),
            Some((_, row)) => {
                let missing = options.iter().filter(|option| !row.contains(&format!("`{option}")));
                complaints.extend(missing.map(|option| format!("README.md: `{name}` lacks `{option}`")));
            }
        }
    }
    let invented = rows.iter().filter(|(first, _)| !there.iter().any(|(name, _)| name == first));
    complaints.extend(invented.map(|(first, _)| format!("README.md: there is no `{first}`")));
    nothing(&complaints);
}

#[test]
fn the_readme_lists_every_slash_command_and_option() {
    in_the_readme("/", &slash_commands());
}

/// What the program's `--help` says for these words.
fn help(words: &[&str]) -> String {
    let program = env!("CARGO_BIN_EXE_trouble-ticket");
    let output = Command::new(program).args(words).arg("--help").output().expect("the program");
    assert!(output.status.success(), "{words:?} --help");
    String::from_utf8(output.stdout).expect("text")
}

/// The commands of the program below these words, each with its options.
fn program_commands(words: &[&str], found: &mut Vec<(String, Vec<String>)>) {
    let help = help(words);
    let lines =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let below = lines.filter_map(|line| line.split_whitespace().next()).filter(|word| *word != "help");
    let below: Vec<&str> = below.collect();
    for word in &below {
        program_commands(&[words, &[word]].concat(), found);
    }
    if below.is_empty() {
        let options = pattern(r"(?m)^ +(?:-\w, )?(--[a-z-]+)");
        let options = options.captures_iter(&help).map(|option| option[1].to_owned());
        let own = options.filter(|option| option != "--help" && option != "--version");
        found.push((format!("trouble-ticket {}", words.join(" ")), own.collect()));
    }
}

#[test]
fn the_readme_lists_every_command_of_the_program() {
    let mut found = Vec::new();
    program_commands(&[], &mut found);
    in_the_readme("trouble-ticket ", &found);
}

#[test]
fn the_readme_lists_every_setting() {
    let header = pattern(r"^(?:# )?(\[\[?)([a-z.]+)\]\]?$");
    let setting = pattern(r"^(?:# )?([a-z_]+) = ");
    let (mut section, mut settings) = (String::new(), BTreeSet::new());
    for line in Config::REFERENCE.lines() {
        if let Some(found) = header.captures(line) {
            section = format!("{}{}", &found[2], if &found[1] == "[[" { "[]" } else { "" });
        } else if let Some(found) = setting.captures(line) {
            settings.insert(format!("{section}.{}", &found[1]));
        }
    }
    assert!(settings.len() > 20, "{settings:?}");
    let sections: BTreeSet<&str> = settings.iter().filter_map(|key| key.split('.').next()).collect();
    for section in sections {
        let own = settings.iter().filter(|key| key.split('.').next() == Some(section));
        in_the_readme(&format!("{section}."), &own.map(|key| (key.clone(), Vec::new())).collect::<Vec<_>>());
    }
}

#[test]
fn the_readme_lists_every_variable() {
    let example = fs::read_to_string(root().join(".env.example")).expect("an example");
    let variable = pattern(r"(?m)^([A-Z_]+)=");
    let readme = readme();
    let found: Vec<String> = variable.captures_iter(&example).map(|found| found[1].to_owned()).collect();
    assert!(found.len() >= 5, "{found:?}");
    for name in found {
        assert_eq!(rows(&readme, &name).len(), 1, "README.md: one row for `{name}`");
    }
}
