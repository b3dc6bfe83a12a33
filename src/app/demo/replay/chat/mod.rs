//! Reading a conversation: JSON Lines become lines in the order in which they were said, or all that is wrong with
//! them, each problem with its line.
//!
//! `reply_to` names an earlier line by its `id`, by its `line` (in the same `log`, where lines have one), by its
//! `ts`, or, in a file without `id` and `line`, by its place from 0; of a list the latest that is there counts.
//! Must not know where the lines go. Keeps: lines are sorted by time, those of one moment in the order of the file.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use serde_json::{Map, Value};

use super::problem;
use crate::config::{Problem, Problems};

/// A conversation.
#[derive(Debug, Default)]
pub(super) struct Chat {
    /// What was said, in time order.
    pub(super) lines: Vec<Line>,
    /// How many lines had neither text nor files.
    pub(super) skipped: usize,
    /// How many replies are to lines that are not there, or come later.
    pub(super) loose_replies: usize,
}

/// Something that was said.
#[derive(Debug)]
pub(super) struct Line {
    /// Its line in the file, from 1.
    pub(super) number: usize,
    /// When.
    pub(super) at: DateTime<Utc>,
    /// Who, as written.
    pub(super) author: String,
    /// Whether the author is a program.
    pub(super) bot: bool,
    /// What; may be empty if there are files.
    pub(super) text: String,
    /// The line it answers, by its place among the lines.
    pub(super) reply_to: Option<usize>,
    /// What was attached.
    pub(super) files: Vec<File>,
}

/// Something attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct File {
    /// Its name.
    pub(super) name: String,
    /// What is known of its contents.
    pub(super) text: String,
}

/// What stands for the contents of a file of which nothing is known.
const NO_CONTENTS: &str = "The conversation says that a file was attached here, and not what was in it.\n";
/// The most files that one line may have.
const MAX_FILES: u64 = 100;

impl Chat {
    /// How much later the conversation has to be played: Discord's ids begin in 2015 and some of the sandbox's are a
    /// month old. Whole weeks, so that days of the week stay.
    pub(super) fn shift(&self) -> TimeDelta {
        let Some(first) = self.lines.first() else { return TimeDelta::zero() };
        let missing = (earliest() - first.at).num_seconds().max(0);
        let week = TimeDelta::weeks(1).num_seconds();
        TimeDelta::weeks((missing + week - 1) / week)
    }
}

fn earliest() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2015, 3, 1, 0, 0, 0).single().unwrap_or_default()
}

/// Ids that tell a later time do not fit into the database's numbers.
fn latest() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2084, 1, 1, 0, 0, 0).single().unwrap_or_default()
}

/// A line with what it says of itself and of the one it answers.
struct Raw {
    line: Line,
    id: Option<String>,
    /// Where it stood in its source.
    place: Option<(String, String)>,
    log: String,
    answers: Vec<String>,
}

/// Reads the contents of `file`.
pub(super) fn read(file: &str, bytes: &[u8]) -> Result<Chat, Problems> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let (mut raws, mut problems) = (Vec::new(), Vec::new());
    for (number, bytes) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let mut reader = Reader { file, number, problems: &mut problems };
        raws.extend(reader.line(bytes));
    }
    if problems.is_empty() {
        let chat = order(raws);
        match (chat.lines.first(), chat.lines.last()) {
            (None, _) | (_, None) => {
                problems.push(problem(file, None, "", "holds nothing that could be posted".to_owned(), ""));
            }
            (_, Some(last)) if last.at + chat.shift() >= latest() => {
                let message = "is later than Discord's ids can tell".to_owned();
                let hint = "A conversation may end in 2083, and last no longer than from 2015 to then.";
                problems.push(problem(file, Some(last.number), "ts", message, hint));
            }
            _ => return Ok(chat),
        }
    }
    Err(Problems(problems))
}

/// Sorts the lines and finds what replies answer.
fn order(mut raws: Vec<Raw>) -> Chat {
    let by_place = raws.iter().all(|raw| raw.id.is_none() && raw.place.is_none());
    for (place, raw) in raws.iter_mut().enumerate().filter(|_| by_place) {
        raw.place = Some((raw.log.clone(), place.to_string()));
    }
    let before = raws.len();
    raws.retain(|raw| !raw.line.text.trim().is_empty() || !raw.line.files.is_empty());
    let skipped = before - raws.len();
    // Stable: lines of one moment keep the order of the file.
    raws.sort_by_key(|raw| raw.line.at);
    let (mut ids, mut places, mut times) = (HashMap::new(), HashMap::new(), HashMap::new());
    for (index, raw) in raws.iter().enumerate() {
        ids.extend(raw.id.clone().map(|id| (id, index)));
        places.extend(raw.place.clone().map(|place| (place, index)));
        times.entry(raw.line.at).or_insert(index);
    }
    let mut loose_replies = 0;
    for (index, raw) in raws.iter_mut().enumerate() {
        let find = |answered: &String| {
            let by_place = || places.get(&(raw.log.clone(), answered.clone()));
            let by_time = || times.get(&DateTime::parse_from_rfc3339(answered).ok()?.to_utc());
            ids.get(answered).or_else(by_place).or_else(by_time).copied()
        };
        raw.line.reply_to = raw.answers.iter().filter_map(find).filter(|place| *place < index).max();
        loose_replies += usize::from(raw.line.reply_to.is_none() && !raw.answers.is_empty());
    }
    Chat { lines: raws.into_iter().map(|raw| raw.line).collect(), skipped, loose_replies }
}

/// Reads one line.
struct Reader<'a> {
    file: &'a str,
    number: usize,
    problems: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    fn wrong(&mut self, key: &str, message: impl Into<String>, hint: &str) {
        self.problems.push(problem(self.file, Some(self.number), key, message.into(), hint));
    }

    fn line(&mut self, bytes: &[u8]) -> Option<Raw> {
        let Ok(text) = std::str::from_utf8(bytes) else {
            self.wrong("", "is not UTF-8", "");
            return None;
        };
        match serde_json::from_str(text) {
            Ok(Value::Object(fields)) => self.fields(&fields),
            Ok(other) => {
                self.wrong("", format!("is {}, not an object", kind(&other)), "Write `{\"ts\": …}`.");
                None
            }
            Err(error) => {
                // The parser counts lines within this one.
                let error = error.to_string().replace(" at line 1 column", " at column");
                self.wrong("", format!("is not JSON: {error}"), "");
                None
            }
        }
    }

    fn fields(&mut self, fields: &Map<String, Value>) -> Option<Raw> {
        let at = self.time(fields);
        let author = self.text(fields, "author");
        let text = self.text(fields, "text");
        let bot = match fields.get("bot") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(bot)) => *bot,
            Some(other) => {
                self.wrong("bot", format!("must be true or false, not {}", kind(other)), "");
                false
            }
        };
        let answers = self.answers(fields);
        let files = self.files(fields);
        let word = |key: &str| fields.get(key).and_then(word);
        let log = word("log").unwrap_or_default();
        let place = word("line").map(|line| (log.clone(), line));
        let line =
            Line { number: self.number, at: at?, author: author?, bot, text: text?, reply_to: None, files };
        Some(Raw { line, id: word("id"), place, log, answers })
    }

    fn time(&mut self, fields: &Map<String, Value>) -> Option<DateTime<Utc>> {
        const HINT: &str = "Write it as RFC 3339, such as `2026-01-31T09:00:00Z`.";
        let text = match fields.get("ts") {
            Some(Value::String(text)) => text,
            None => {
                self.wrong("ts", "is missing", HINT);
                return None;
            }
            Some(other) => {
                self.wrong("ts", format!("must be text, not {}", kind(other)), HINT);
                return None;
            }
        };
        let time = DateTime::parse_from_rfc3339(text).ok();
        if time.is_none() {
            self.wrong("ts", format!("{} is not a time", Value::from(text.as_str())), HINT);
        }
        time.map(|time| time.to_utc())
    }

    /// A text, without the one character that PostgreSQL cannot keep.
    fn text(&mut self, fields: &Map<String, Value>, key: &str) -> Option<String> {
        match fields.get(key) {
            Some(Value::String(text)) => Some(text.replace('\0', "\u{fffd}")),
            None => {
                self.wrong(key, "is missing", "");
                None
            }
            Some(other) => {
                self.wrong(key, format!("must be text, not {}", kind(other)), "");
                None
            }
        }
    }

    fn answers(&mut self, fields: &Map<String, Value>) -> Vec<String> {
        let list = match fields.get("reply_to") {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(list)) => list.as_slice(),
            Some(one) => std::slice::from_ref(one),
        };
        let words: Option<Vec<String>> = list.iter().map(word).collect();
        words.unwrap_or_else(|| {
            self.wrong("reply_to", "must be a number, text, or a list of them", "");
            Vec::new()
        })
    }

    /// Files: how many there were, or a list of names, addresses or objects.
    fn files(&mut self, fields: &Map<String, Value>) -> Vec<File> {
        let files: Option<Vec<File>> = match fields.get("attachments") {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Number(count)) => {
                let name = |nth| File { name: format!("attachment-{nth}.txt"), text: NO_CONTENTS.to_owned() };
                count
                    .as_u64()
                    .filter(|count| *count <= MAX_FILES)
                    .map(|count| (1..=count).map(name).collect())
            }
            Some(Value::Array(list)) => list.iter().map(listed).collect(),
            Some(one) => listed(one).map(|file| vec![file]),
        };
        files.filter(|files| u64::try_from(files.len()).is_ok_and(|count| count <= MAX_FILES)).unwrap_or_else(
            || {
                let hint = "An entry is a name, an address, or an object with `name`, `url` or `text`.";
                self.wrong("attachments", format!("must be a number or a list, at most {MAX_FILES}"), hint);
                Vec::new()
            },
        )
    }
}

/// A number or text as a text, for looking things up.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// One entry of a list of files.
fn listed(entry: &Value) -> Option<File> {
    let field =
        |keys: &[&str]| keys.iter().find_map(|key| entry[*key].as_str()).filter(|text| !text.is_empty());
    let is_address = |text: &str| text.starts_with("https://") || text.starts_with("http://");
    let (name, url, text) = match entry {
        Value::String(text) if is_address(text) => (None, Some(text.as_str()), None),
        Value::String(name) => (Some(name.as_str()), None, None),
        Value::Object(_) => (field(&["name", "filename", "title"]), field(&["url"]), field(&["text"])),
        _ => return None,
    };
    let last = url.and_then(|url| url.split(['?', '#']).next()?.rsplit('/').find(|part| !part.is_empty()));
    let name = name.or(last).unwrap_or("attachment.txt").replace('\0', "");
    let text = match (text, url) {
        (Some(text), _) => text.to_owned(),
        (None, Some(url)) => format!("{url}\n"),
        (None, None) => NO_CONTENTS.to_owned(),
    };
    Some(File { name, text })
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests;
