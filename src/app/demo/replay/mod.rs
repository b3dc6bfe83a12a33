//! `demo --replay`: a real conversation goes through the bot, and each team's drafted report is written to files.
//!
//! The bot is the real one, connected to the sandbox; both live by a clock that stands at the time of the line that
//! is being said. The record stays honest: the first author opens the ticket, nobody is put in charge and nothing is
//! said that was not said, and the steps that a replay needs are taken by a member called Replay. Nothing is started
//! before the whole file has been read and found good, and nothing is written unless every line is in the archive.
//!
//! `chat` reads the file, `parts` makes messages of lines, `stage` plays them.

mod chat;
mod parts;
mod stage;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};

use self::chat::Chat;
use super::Database;
use crate::app::files;
use crate::app::run::Stop;
use crate::app::screen::{Screen, Style};
use crate::config::{DatabaseUrl, Problem, Problems};
use crate::domain::text::{one_line, shorten};
use crate::domain::ticket::TITLE_MAX;
use crate::error::UserError;
use crate::report::{FinalReport, Format};

/// What to replay.
#[derive(Clone, Debug)]
pub struct Job {
    /// The conversation: one JSON object a line.
    pub chat: PathBuf,
    /// The ticket's title; the name of the file if not given.
    pub title: Option<String>,
    /// Where the reports go. Files of the same names are replaced.
    pub out: PathBuf,
}

/// What came of a replay in which everything went well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// Lines that were posted, all of them archived.
    pub lines: usize,
    /// Messages they became; a long line needs more than one.
    pub messages: usize,
    /// Lines with neither text nor files.
    pub skipped: usize,
    /// Replies to lines that are not there, or come later; posted as ordinary messages.
    pub loose_replies: usize,
    /// By how many weeks the conversation was moved, because Discord's ids cannot tell its own time.
    pub weeks_later: i64,
    /// What was written.
    pub files: Vec<PathBuf>,
}

impl fmt::Display for Replayed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lines, messages, .. } = self;
        let (posted, skipped) = (count(*lines, "line"), number(self.skipped));
        write!(f, "{posted} posted, {} archived, {skipped} skipped", number(*lines))?;
        if messages > lines {
            write!(f, "\nLong lines were split: {}.", count(*messages, "message"))?;
        }
        match self.loose_replies {
            0 => {}
            1 => f.write_str("\n1 reply is to a line that is not there: posted as an ordinary message.")?,
            many => write!(
                f,
                "\n{} replies are to lines that are not there: posted as ordinary messages.",
                number(many)
            )?,
        }
        if self.weeks_later > 0 {
            write!(
                f,
                "\nDiscord's ids begin in 2015, so the conversation was played {} later; the reports have its \
                 own times.",
                count(usize::try_from(self.weeks_later).unwrap_or(0), "week")
            )?;
        }
        Ok(())
    }
}

/// `1 line`, `10,000 lines`.
fn count(of: usize, word: &str) -> String {
    format!("{} {word}{}", number(of), if of == 1 { "" } else { "s" })
}

/// A number with commas between its thousands.
fn number(of: usize) -> String {
    let digits = of.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Replays a conversation for the command line.
///
/// # Errors
/// If the file or the title is wrong, the database is not to be used, or not every line reached the archive.
pub async fn replay(screen: Screen, chat: &Path, title: Option<&str>, out: &Path) -> anyhow::Result<()> {
    let began = Instant::now();
    let job = Job { chat: chat.to_owned(), title: title.map(str::to_owned), out: out.to_owned() };
    let read = prepare(&job)?;
    let mut stop = Stop::listen()?;
    let database = Database::choose().await?;
    let bar = progress(read.0.lines.len());
    let replayed = tokio::select! {
        replayed = play(&job, &read, database.url.clone(), &bar) => replayed,
        () = stop.wanted() => Err(UserError::new("The replay was stopped.", "Nothing was written.").into()),
    };
    bar.finish_and_clear();
    let replayed = replayed?;
    screen.line(&screen.paint(Style::Bold, &replayed.to_string()));
    for file in &replayed.files {
        screen.line(&format!("wrote {}", file.display()));
    }
    screen.line(&screen.paint(Style::Dim, &format!("{:.1} s", began.elapsed().as_secs_f64())));
    Ok(())
}

/// Replays a conversation into a database, in silence.
///
/// # Errors
/// The same as of [`replay`].
pub async fn run(job: &Job, database: DatabaseUrl) -> anyhow::Result<Replayed> {
    let read = prepare(job)?;
    play(job, &read, database, &ProgressBar::hidden()).await
}

/// Reads everything that could be wrong before anything is started: the conversation and the title.
fn prepare(job: &Job) -> anyhow::Result<(Chat, String)> {
    let file = job.chat.display().to_string();
    let mut problems = Vec::new();
    let title = match &job.title {
        None => from_name(&job.chat),
        Some(given) => given_title(given).unwrap_or_else(|problem| {
            problems.push(problem);
            String::new()
        }),
    };
    let chat = match std::fs::read(&job.chat) {
        Ok(bytes) => chat::read(&file, &bytes).unwrap_or_else(|more| {
            problems.extend(more.0);
            Chat::default()
        }),
        Err(error) => {
            problems.push(problem(&file, None, "", format!("cannot be read: {error}"), ""));
            Chat::default()
        }
    };
    if !problems.is_empty() {
        return Err(Problems(problems).into());
    }
    std::fs::create_dir_all(&job.out)
        .map_err(|error| {
            problem(&job.out.display().to_string(), None, "", format!("cannot be made: {error}"), "")
        })
        .map_err(|problem| Problems(vec![problem]))?;
    Ok((chat, title))
}

fn given_title(given: &str) -> Result<String, Problem> {
    let title = one_line(given);
    let length = title.chars().count();
    match length {
        0 => Err(problem(
            "--title",
            None,
            "",
            "is empty".to_owned(),
            "Leave it out to name the ticket like the file.",
        )),
        _ if length > TITLE_MAX => {
            let message = format!("has {length} characters, more than {TITLE_MAX}");
            Err(problem("--title", None, "", message, "Say it in fewer."))
        }
        _ => Ok(title),
    }
}

/// A title from the name of the file.
fn from_name(chat: &Path) -> String {
    let stem = chat.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let title = shorten(&one_line(&stem), TITLE_MAX);
    if title.is_empty() { "A replayed conversation".to_owned() } else { title }
}

fn problem(file: &str, line: Option<usize>, key: &str, message: String, hint: &str) -> Problem {
    Problem { file: file.to_owned(), line, key: key.to_owned(), message, hint: hint.to_owned() }
}

async fn play(
    job: &Job,
    (chat, title): &(Chat, String),
    database: DatabaseUrl,
    bar: &ProgressBar,
) -> anyhow::Result<Replayed> {
    let shift = chat.shift();
    let (messages, reports) = stage::play(chat, title, shift, database, bar).await?;
    let files = files::write(&job.out, &papers(&reports))
        .with_context(|| format!("writing the reports into {}", job.out.display()))?;
    Ok(Replayed {
        lines: chat.lines.len(),
        messages,
        skipped: chat.skipped,
        loose_replies: chat.loose_replies,
        weeks_later: shift.num_weeks(),
        files,
    })
}

/// The reports as files: for people, to hand on, and for programs.
fn papers(reports: &[FinalReport]) -> Vec<(String, Vec<u8>)> {
    let paper = |report: &FinalReport, format: Format| {
        (format!("{}.{}", report.team, format.ending()), report.print(format, &[]).into_bytes())
    };
    let formats = [Format::Markdown, Format::Html, Format::Json];
    reports.iter().flat_map(|report| formats.map(|format| paper(report, format))).collect()
}

/// A bar on standard error; none where that is no terminal.
fn progress(lines: usize) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(lines).unwrap_or(u64::MAX));
    let style =
        ProgressStyle::with_template("{wide_bar} {human_pos} of {human_len} lines, {per_sec}, {eta} left");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_of_it_is_said_in_full() {
        let plain = Replayed {
            lines: 10_000,
            messages: 10_000,
            skipped: 12,
            loose_replies: 0,
            weeks_later: 0,
            files: Vec::new(),
        };
        assert_eq!(plain.to_string(), "10,000 lines posted, 10,000 archived, 12 skipped");
        let all = Replayed { lines: 1, messages: 3, loose_replies: 1, weeks_later: 52, ..plain };
        insta::assert_snapshot!(all, @r"
        1 line posted, 1 archived, 12 skipped
        Long lines were split: 3 messages.
        1 reply is to a line that is not there: posted as an ordinary message.
        Discord's ids begin in 2015, so the conversation was played 52 weeks later; the reports have its own times.
        ");
        assert_eq!(number(1_234_567), "1,234,567");
    }

    #[test]
    fn a_title_comes_from_the_file_unless_it_is_given() {
        assert_eq!(from_name(Path::new("/x/shop down.jsonl")), "shop down");
        assert_eq!(from_name(Path::new("/")), "A replayed conversation");
        assert_eq!(given_title(" Shop \n down ").unwrap(), "Shop down");
        assert_eq!(
            given_title(" ").unwrap_err().to_string(),
            "--title: is empty. Leave it out to name the ticket like the file."
        );
        let long = given_title(&"x".repeat(91)).unwrap_err().to_string();
        assert_eq!(long, "--title: has 91 characters, more than 90. Say it in fewer.");
    }
}
