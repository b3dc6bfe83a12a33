//! The rules of the house, kept by reading the sources: who may know whom, and how files look.
//!
//! Must not run anything. Every complaint names the file and the line.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// Which parts of the house a part may import. In the order of the arrows: nobody may import what stands above it.
/// `clock`, `config` and `error` are for all but the pure parts; `sandbox` stands apart.
const HOUSE: [(&str, &[&str]); 12] = [
    ("main", &["app"]),
    ("app", &["clock", "config", "desk", "discord", "domain", "error", "ops", "report", "sandbox", "store"]),
    ("discord", &["clock", "config", "desk", "domain", "error", "report", "store"]),
    ("ops", &["clock", "config", "desk", "domain", "error", "report", "store"]),
    ("desk", &["clock", "config", "domain", "error", "report", "store"]),
    ("store", &["clock", "config", "domain", "error"]),
    ("report", &["domain"]),
    ("domain", &[]),
    ("config", &[]),
    ("clock", &[]),
    ("error", &[]),
    ("sandbox", &[]),
];

/// What the tests of every part may use. It is not in the program at all.
const FOR_TESTS: &str = "cases";

/// What may be known in some places of a part only: the needle, and the beginnings of the paths that may have it.
const ONLY_IN: [(&str, &[&str]); 15] = [
    (r"\b(serenity|poise)::", &["discord/"]),
    (r"\bsqlx::", &["store/"]),
    (r"\baxum::", &["sandbox/"]),
    // The config reads an address with it.
    (r"\breqwest::", &["discord/rest/", "config/environment.rs"]),
    (r"\b(toml|dotenvy)::", &["config/"]),
    (r"\bclap::", &["main.rs"]),
    (r"\btracing_subscriber::", &["app/logging.rs"]),
    (r"\bindicatif::", &["app/backup.rs", "app/demo/"]),
    (r"\b(pulldown_cmark|base64)::", &["report/"]),
    (r"\bsha2::", &["report/", "store/copy.rs", "store/holder.rs"]),
    (r"\bcrate::sandbox\b", &["app/demo/", "sandbox/"]),
    // What changes a ticket is written by the desk's verbs alone.
    (r"\.(insert_ticket|save_ticket|append_event|insert_report)\(", &["desk/", "store/"]),
    // In `discord`, only those that carry out what is owed, keep what is said and bind names meet the database.
    (
        r"\bcrate::store\b",
        &[
            "app/",
            "desk/",
            "discord/catch_up/",
            "discord/courier/",
            "discord/keeper.rs",
            "discord/reconcile/",
            "discord/recorder.rs",
            "discord/resolve/",
            "ops/",
            "store/",
        ],
    ),
    // The desk hands its part of the database to nobody else.
    (
        r"\bdesk(\(\))?\.store\(\)",
        &["app/", "discord/catch_up/", "discord/courier/", "discord/keeper.rs", "discord/reconcile/"],
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

pub fn root() -> &'static Path {
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

pub fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern")
}

#[track_caller]
pub fn nothing(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn the_parts_know_only_whom_the_map_lets_them() {
    let house: BTreeMap<&str, &[&str]> = HOUSE.into_iter().collect();
    let named = pattern(r"\b(?:crate|trouble_ticket)::(\{|\*|[a-z_]+)");
    let mut complaints = Vec::new();
    let about = |source: &&Source| source.path != "lib.rs" && source.part() != FOR_TESTS;
    for source in sources_in("src").iter().filter(about) {
        let part = source.part();
        let allowed = house
            .get(part)
            .unwrap_or_else(|| panic!("src/{part} is not in the map of the house (HOUSE, src/lib.rs)"));
        for (line, code) in source.code() {
            for named in named.captures_iter(code) {
                let other = &named[1];
                if other != part && other != FOR_TESTS && !allowed.contains(&other) {
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
            .replace("BYTEA", "BLOB")
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
