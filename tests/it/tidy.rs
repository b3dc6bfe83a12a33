//! The rules of the house, kept by reading the sources: who may know whom, how files look, and that the README
//! tells of everything there is and of nothing else.
//!
//! Must not run anything but the program's own `--help`. Every complaint names the file and the line.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use regex::Regex;
use serde_json::Value;
use trouble_ticket::config::Config;
use trouble_ticket::discord::commands;

/// Which parts of the house a part may import. In the order of the arrows: nobody may import what stands above it.
/// `clock`, `config` and `error` are for all but the pure parts; `sandbox` stands apart.
const HOUSE: [(&str, &[&str]); 11] = [
    ("main", &["app"]),
    ("app", &["clock", "config", "desk", "discord", "domain", "error", "report", "sandbox", "store"]),
    ("discord", &["clock", "config", "desk", "domain", "error", "report", "store"]),
    ("desk", &["clock", "config", "domain", "error", "report", "store"]),
    ("store", &["clock", "config", "domain", "error"]),
    ("report", &["domain"]),
    ("domain", &[]),
    ("config", &[]),
    ("clock", &[]),
    ("error", &[]),
    ("sandbox", &[]),
];

/// What may be known in some places of a part only: the needle, and the beginnings of the paths that may have it.
const ONLY_IN: [(&str, &[&str]); 12] = [
    (r"\b(serenity|poise)::", &["discord/"]),
    (r"\bsqlx::", &["store/"]),
    (r"\baxum::", &["sandbox/"]),
    // The config reads an address with it.
    (r"\breqwest::", &["discord/rest/", "config/environment.rs"]),
    (r"\b(toml|dotenvy)::", &["config/"]),
    (r"\bclap::", &["main.rs"]),
    (r"\btracing_subscriber::", &["app/logging.rs"]),
    (r"\bindicatif::", &["app/demo/"]),
    (r"\bcrate::sandbox\b", &["app/demo/", "sandbox/"]),
    // What changes a ticket is written by the desk's verbs alone.
    (r"\.(insert_ticket|save_ticket|append_event|insert_report)\(", &["desk/", "store/"]),
    // In `discord`, only those that carry out what is owed, record what is said and bind names meet the database.
    (
        r"\bcrate::store\b",
        &["app/", "desk/", "discord/courier/", "discord/recorder.rs", "discord/resolve/", "store/"],
    ),
    (r"\bUtc::now\(", &["clock.rs", "sandbox/clock.rs"]),
];

/// What must not be known in a place at all.
const NEVER_IN: [(&str, &[&str]); 3] = [
    (r"\b(serenity|poise)::|\bcrate::(desk|store)\b", &["discord/views/", "discord/message/"]),
    (
        r"\b(tokio|tracing|reqwest|rand|anyhow)::|\bstd::(env|fs|net|process|thread|time)\b|\bInstant::now\(",
        &["domain/", "report/"],
    ),
    (r"\b(todo|unimplemented)!", &[""]),
];

/// The longest a file may be.
const LINES: usize = 450;

struct Source {
    /// Below `src`, with `/`.
    path: String,
    text: String,
}

impl Source {
    /// The lines that are code, with their numbers; comments are left out.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(index, line)| (index + 1, line));
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// The part of the house it belongs to.
    fn part(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// How many `super::` lead from here to the root of the crate.
    fn depth(&self) -> usize {
        let depth = self.path.split('/').count();
        if self.path.ends_with("/mod.rs") { depth - 1 } else { depth }
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn sources_in(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    let folder = root().join(folder);
    files(&folder, &mut found);
    found.sort();
    let read = |path: PathBuf| Source {
        path: path.strip_prefix(&folder).expect("below it").to_string_lossy().replace('\\', "/"),
        text: fs::read_to_string(&path).expect("a source"),
    };
    found.into_iter().map(read).collect()
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern")
}

#[track_caller]
fn nothing(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn the_parts_know_only_whom_the_map_lets_them() {
    let house: BTreeMap<&str, &[&str]> = HOUSE.into_iter().collect();
    let named = pattern(r"\b(?:crate|trouble_ticket)::(\{|\*|[a-z_]+)");
    let mut complaints = Vec::new();
    for source in sources_in("src").iter().filter(|source| source.path != "lib.rs") {
        let part = source.part();
        let allowed = house
            .get(part)
            .unwrap_or_else(|| panic!("src/{part} is not in the map of the house (HOUSE, src/lib.rs)"));
        for (line, code) in source.code() {
            for named in named.captures_iter(code) {
                let other = &named[1];
                if other != part && !allowed.contains(&other) {
                    complaints.push(format!("src/{}:{line}: {part} must not import {other}", source.path));
                }
            }
        }
    }
    nothing(&complaints);
}

#[test]
fn nobody_climbs_out_of_a_part_by_super() {
    let climb = pattern(r"(?:\bsuper::)+");
    let mut complaints = Vec::new();
    for source in sources_in("src") {
        // A module within the file, such as its tests, is one deeper.
        let mut inside = 0;
        for (line, code) in source.code() {
            match code {
                "}" => inside = 0,
                _ if code.ends_with('{') && (code.starts_with("mod ") || code.starts_with("pub mod ")) => {
                    inside = 1;
                }
                _ => {}
            }
            for climbed in climb.find_iter(code) {
                if climbed.len() / "super::".len() >= source.depth() + inside {
                    complaints.push(format!("src/{}:{line}: write `crate::…` here", source.path));
                }
            }
        }
    }
    nothing(&complaints);
}

#[test]
fn what_belongs_to_one_place_stays_there() {
    let only: Vec<_> = ONLY_IN.into_iter().map(|(needle, places)| (pattern(needle), places)).collect();
    let never: Vec<_> = NEVER_IN.into_iter().map(|(needle, places)| (pattern(needle), places)).collect();
    let mut complaints = Vec::new();
    for source in sources_in("src") {
        let within = |places: &[&str]| places.iter().any(|place| source.path.starts_with(place));
        for (line, code) in source.code() {
            for (needle, places) in only.iter().filter(|(_, places)| !within(places)) {
                if let Some(found) = needle.find(code) {
                    let found = found.as_str();
                    complaints.push(format!("src/{}:{line}: `{found}` belongs in {places:?}", source.path));
                }
            }
            // Tests may look at the machine's clock.
            let tests = source.path.contains("/tests/");
            for (needle, _) in never.iter().filter(|(_, places)| within(places) && !tests) {
                if let Some(found) = needle.find(code) {
                    complaints.push(format!("src/{}:{line}: no `{}` here", source.path, found.as_str()));
                }
            }
        }
    }
    nothing(&complaints);
}

#[test]
fn every_file_says_what_it_is_for_and_is_short_enough_to_read() {
    let mut complaints = Vec::new();
    for folder in ["src", "tests/it"] {
        let sources = sources_in(folder);
        let folders: BTreeSet<&str> = sources
            .iter()
            .filter_map(|source| source.path.rsplit_once('/'))
            .map(|(folder, _)| folder)
            .collect();
        for Source { path, text } in &sources {
            if !text.starts_with("//! ") {
                complaints.push(format!("{folder}/{path}: begin with `//!` and what it is for"));
            }
            let lines = text.lines().count();
            if lines > LINES {
                complaints.push(format!("{folder}/{path}: {lines} lines; {LINES} are enough"));
            }
            if folders.contains(path.trim_end_matches(".rs")) {
                complaints.push(format!("{folder}/{path}: lay it out as `mod.rs` in its folder"));
            }
        }
    }
    nothing(&complaints);
}

#[test]
fn both_databases_have_the_same_migrations() {
    let read = |dialect: &str| -> BTreeMap<String, String> {
        let folder = root().join("migrations").join(dialect);
        let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
        entries.map(|path| (name(&path), fs::read_to_string(&path).expect("a migration"))).collect()
    };
    // The only ways in which the dialects may differ.
    let translated = |sql: &str| {
        sql.replace("TIMESTAMPTZ", "TIMESTAMP")
            .replace("BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY")
    };
    let (sqlite, postgres) = (read("sqlite"), read("postgres"));
    let listed = fs::read_to_string(root().join("src/store/connect.rs")).expect("the list of migrations");
    assert!(!sqlite.is_empty());
    assert_eq!(sqlite.keys().collect::<Vec<_>>(), postgres.keys().collect::<Vec<_>>());
    for (name, sql) in &postgres {
        assert_eq!(translated(sql), sqlite[name], "{name}");
        assert!(listed.contains(&format!("postgres/{name}")), "src/store/connect.rs does not apply {name}");
    }
}

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
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r"
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
