//! Walking through a parsed TOML file while collecting what is wrong with it.
//!
//! A [`Sheet`] is the file and the list of problems; a [`Section`] is one of its tables; a [`Value`] is one value,
//! which knows its path and place. Every reader answers `None` after reporting, so the walk goes on to the next
//! value and one reading finds everything. Must not know which settings there are, only their shapes.
//! Invariant: where a reader answers `None` for a value that is there, a problem has been reported.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{Keys, at_home, unknown_hint};
use super::problem::{Problem, Problems, quoted};
use super::syntax::explain;

/// A file under examination.
pub(super) struct Sheet<'t> {
    file: &'t str,
    text: &'t str,
    /// Whether it is not even TOML: then what seems to be missing may only be unreadable, and is not reported.
    pub broken: bool,
    found: RefCell<Vec<Found>>,
}

struct Found {
    at: usize,
    syntax: bool,
    problem: Problem,
}

impl<'t> Sheet<'t> {
    /// A file with the mistakes that the parser has found in it.
    pub fn new(file: &'t str, text: &'t str, syntax: &[toml::de::Error]) -> Self {
        let sheet = Self { file, text, broken: !syntax.is_empty(), found: RefCell::default() };
        for error in syntax {
            let at = error.span().map_or(0, |span| span.start);
            let (message, hint) = explain(error);
            sheet.push(at, true, "", message, hint.to_owned());
        }
        sheet
    }

    /// Notes a problem with `key`, which stands at the byte `at`.
    pub fn report(&self, at: usize, key: &str, message: impl Into<String>, hint: impl Into<String>) {
        self.push(at, false, key, message.into(), hint.into());
    }

    /// Notes a problem that may come from a part of the file which could not be read.
    pub fn report_if_whole(&self, at: usize, key: &str, message: impl Into<String>, hint: impl Into<String>) {
        if !self.broken {
            self.report(at, key, message, hint);
        }
    }

    fn push(&self, at: usize, syntax: bool, key: &str, message: String, hint: String) {
        let problem = Problem { file: self.file.to_owned(), line: None, key: key.to_owned(), message, hint };
        self.found.borrow_mut().push(Found { at, syntax, problem });
    }

    /// The line of the byte `at`, counted from 1.
    pub fn line(&self, at: usize) -> usize {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }

    /// All problems in the order of the file. A line that is not TOML has no other problems: what the parser
    /// guessed about it says nothing.
    pub fn into_problems(self) -> Problems {
        let mut found = self.found.take();
        found.sort_by_key(|found| found.at);
        let (mut line, mut counted) = (1, 0);
        for found in &mut found {
            let at = found.at.clamp(counted, self.text.len());
            let between = &self.text.as_bytes()[counted..at];
            line += between.iter().filter(|byte| **byte == b'\n').count();
            counted = at;
            found.problem.line = Some(line);
        }
        let torn: BTreeSet<_> =
            found.iter().filter(|found| found.syntax).map(|found| found.problem.line).collect();
        found.retain(|found| found.syntax || !torn.contains(&found.problem.line));
        // After the first mistake in a line the parser has lost its way.
        found.dedup_by(|next, first| next.syntax && first.syntax && next.problem.line == first.problem.line);
        Problems(found.into_iter().map(|found| found.problem).collect())
    }
}

/// One table of the file; empty where the file does not have it.
#[derive(Clone)]
pub(super) struct Section<'t> {
    sheet: &'t Sheet<'t>,
    /// Its path, empty for the file itself.
    pub path: String,
    /// Where it begins.
    pub at: usize,
    table: Option<&'t DeTable<'t>>,
}

impl<'t> Section<'t> {
    /// The whole file.
    pub fn root(sheet: &'t Sheet<'t>, table: &'t DeTable<'t>, keys: &Keys) -> Self {
        let section = Self { sheet, path: String::new(), at: 0, table: Some(table) };
        section.report_unknown(keys);
        section
    }

    /// The value of `key`, if it is there.
    pub fn get(&self, key: &str) -> Option<Value<'t>> {
        let value = self.table?.get(key)?;
        Some(Value { sheet: self.sheet, path: self.join(key), at: value.span().start, value })
    }

    /// The value of `key`, which has to be there; `hint` tells those who left it out why.
    pub fn require(&self, key: &str, hint: &str) -> Option<Value<'t>> {
        let value = self.get(key);
        if value.is_none() {
            self.sheet.report_if_whole(self.at, &self.join(key), "missing", hint);
        }
        value
    }

    /// The table `key` below this one.
    pub fn section(&self, key: &str, keys: &Keys) -> Self {
        let absent = || Self { sheet: self.sheet, path: self.join(key), at: self.at, table: None };
        self.get(key).and_then(|value| value.section(keys)).unwrap_or_else(absent)
    }

    /// The tables of the list `key`; `None` where the file does not have it, or not as a list of tables.
    pub fn sections(&self, key: &str, keys: &Keys, limit: RangeInclusive<usize>) -> Option<Vec<Self>> {
        let value = self.get(key)?;
        if !value.is_list() {
            let hint = format!("Write `[[{}]]`, with two brackets, once for each.", value.path);
            value.expected("a list of tables", &hint);
            return None;
        }
        let list = value.list(key, limit)?;
        let sections: Vec<Self> = list.iter().filter_map(|value| value.section(keys)).collect();
        (sections.len() == list.len()).then_some(sections)
    }

    /// The file this is part of.
    pub fn sheet(&self) -> &'t Sheet<'t> {
        self.sheet
    }

    fn join(&self, key: &str) -> String {
        let bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
        let key = if bare { key.to_owned() } else { quoted(key) };
        if self.path.is_empty() { key } else { format!("{}.{key}", self.path) }
    }

    fn report_unknown(&self, keys: &Keys) {
        for key in self.table.iter().flat_map(|table| table.keys()) {
            let name = key.get_ref().as_ref();
            // Below a section whose name cannot be read, its keys seem to belong to the section before.
            let strayed = self.sheet.broken && at_home(name).is_some();
            if !keys.names.contains(&name) && !strayed {
                let hint = unknown_hint(name, keys);
                self.sheet.report(key.span().start, &self.join(name), "unknown key", hint);
            }
        }
    }
}

/// One value of the file.
#[derive(Clone)]
pub(super) struct Value<'t> {
    sheet: &'t Sheet<'t>,
    /// The path of its key.
    pub path: String,
    /// Where it begins.
    pub at: usize,
    value: &'t Spanned<DeValue<'t>>,
}

impl<'t> Value<'t> {
    /// Notes that something else should stand here.
    pub fn expected(&self, what: &str, hint: &str) {
        self.report(format!("expected {what}, found {}", self.found()), hint);
    }

    /// Notes a problem with this value.
    pub fn report(&self, message: impl Into<String>, hint: impl Into<String>) {
        self.sheet.report(self.at, &self.path, message, hint);
    }

    /// Notes a problem with this value that may come from a part of the file which could not be read.
    pub fn report_if_whole(&self, message: impl Into<String>, hint: impl Into<String>) {
        self.sheet.report_if_whole(self.at, &self.path, message, hint);
    }

    /// The line it stands on.
    pub fn line(&self) -> usize {
        self.sheet.line(self.at)
    }

    /// The text, if it is one; says nothing if not.
    pub fn as_text(&self) -> Option<&'t str> {
        self.value.get_ref().as_str()
    }

    /// The whole number, if it is one that fits; says nothing if not.
    pub fn as_integer(&self) -> Option<i64> {
        let integer = self.value.get_ref().as_integer()?;
        i64::from_str_radix(integer.as_str(), integer.radix()).ok()
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        matches!(self.value.get_ref(), DeValue::Array(_))
    }

    /// The truth value, if it is one; says nothing if not.
    pub fn as_boolean(&self) -> Option<bool> {
        self.value.get_ref().as_bool()
    }

    /// `true` or `false`.
    pub fn boolean(&self) -> Option<bool> {
        let value = self.as_boolean();
        if value.is_none() {
            self.expected("true or false", "Write it without quotes.");
        }
        value
    }

    /// The members of a list of `what`, at most as many as may be there.
    pub fn list(&self, what: &str, limit: RangeInclusive<usize>) -> Option<Vec<Self>> {
        let DeValue::Array(array) = self.value.get_ref() else {
            let hint = match self.value.get_ref() {
                DeValue::String(text) => format!("Write it in brackets: [{}].", quoted(text)),
                _ => String::new(),
            };
            self.expected(&format!("a list of {what}"), &hint);
            return None;
        };
        let (least, most) = (*limit.start(), *limit.end());
        if array.len() < least {
            let message = format!("expected a list of {what}, found an empty list");
            self.report_if_whole(message, "Leave the key out to get the default.");
            return None;
        }
        if array.len() > most {
            self.report(format!("expected at most {most} {what}, found {}", array.len()), "");
        }
        let member = |(index, value): (usize, &'t Spanned<DeValue<'t>>)| Self {
            sheet: self.sheet,
            path: format!("{}[{index}]", self.path),
            at: value.span().start,
            value,
        };
        Some(array.iter().enumerate().take(most).map(member).collect())
    }

    fn section(&self, keys: &Keys) -> Option<Section<'t>> {
        let DeValue::Table(table) = self.value.get_ref() else {
            let hint = format!("Write {} and the keys below it.", keys.place);
            self.expected("a table", &hint);
            return None;
        };
        let section = Section { sheet: self.sheet, path: self.path.clone(), at: self.at, table: Some(table) };
        section.report_unknown(keys);
        Some(section)
    }

    fn found(&self) -> String {
        match self.value.get_ref() {
            DeValue::String(text) => quoted(text),
            // A number may have as many digits as the file has room for.
            DeValue::Integer(number) => number.to_string().chars().take(40).collect(),
            DeValue::Float(number) => number.to_string().chars().take(40).collect(),
            DeValue::Boolean(value) => value.to_string(),
            DeValue::Datetime(_) => "a date or time".into(),
            DeValue::Array(list) if list.is_empty() => "an empty list".into(),
            DeValue::Array(_) => "a list".into(),
            DeValue::Table(_) => "a table".into(),
        }
    }
}
