//! The command line: read the arguments, call one function of `app`, turn what comes of it into an exit code.

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use trouble_ticket::app::deliveries::{self, Wish};
use trouble_ticket::app::screen::{Screen, complain};
use trouble_ticket::app::{backup, check, export, failure, forget, inspect, run};

/// A chat-ops bot for a company's Discord server: trouble tickets from opening to Final Report.
#[derive(Parser)]
#[command(version, propagate_version = true, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the bot until SIGTERM or Ctrl-C
    Run,
    /// Check the config; with --online also the server
    Check {
        /// Also ask Discord: channels, roles, permissions, intents
        #[arg(long)]
        online: bool,
        /// Bind a name of the config to what bears it now (may be given more than once)
        #[arg(long, value_name = "NAME", requires = "online")]
        rebind: Vec<String>,
    },
    /// Make the channels and roles that the config names and the server does not have
    Setup {
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Try the bot without Discord: a small company, the bot at work in it, a page to look at
    #[cfg(feature = "sandbox")]
    Demo {
        /// Play one whole failure, print what everybody sees, and end
        #[arg(long, conflicts_with = "replay")]
        script: bool,
        /// Put a real conversation through the bot: JSON Lines of ts, author, text (docs/REPLAY.md)
        #[arg(long, value_name = "CHAT.jsonl", requires = "out")]
        replay: Option<std::path::PathBuf>,
        /// The title of the replayed ticket; the name of the file if not given
        #[arg(long, requires = "replay")]
        title: Option<String>,
        /// Where the drafted reports of a replay are written; files of the same names are replaced
        #[arg(long, value_name = "DIR", requires = "replay")]
        out: Option<std::path::PathBuf>,
    },
    /// Start the stand-in for Discord alone, and print where it is as one line of JSON
    #[cfg(feature = "sandbox")]
    Sandbox {
        /// The port on loopback; a free one if not given
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// `stepped`: the date stands still until POST /sandbox/clock moves it
        #[arg(long, value_enum, default_value_t = SandboxClock::Real)]
        clock: SandboxClock,
        /// Switch Discord's rate limits on, with every window divided by N
        #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "1",
              value_parser = clap::value_parser!(u32).range(1..))]
        limits: Option<u32>,
    },
    /// List the tickets that are not over
    List,
    /// Show a ticket and what happened to it
    Show {
        /// The ticket's number, as T-42
        ticket: String,
    },
    /// Show what the bot owes to Discord and has not got through
    Deliveries {
        /// Try again what is held up: its number in the list, or `all`
        #[arg(long, value_name = "NUMBER", conflicts_with = "drop")]
        retry: Option<String>,
        /// Give up what is held up, for good: its number in the list, or `all`
        #[arg(long, value_name = "NUMBER")]
        drop: Option<String>,
    },
    /// Write everything the bot knows into one file, while it runs
    Backup {
        /// The file; restore it by starting the bot with it, or with `copy-database`
        file: std::path::PathBuf,
        /// Replace the file if it is there
        #[arg(long)]
        force: bool,
    },
    /// Copy a whole database into an empty one, of the same kind or the other
    CopyDatabase {
        /// The address to copy from, as in DATABASE_URL
        #[arg(long, value_name = "URL")]
        from: String,
        /// The address to copy to
        #[arg(long, value_name = "URL")]
        to: String,
    },
    /// Take a person's texts and name out of everything that is kept, approved reports too
    Forget {
        /// The person's id on Discord
        #[arg(long, value_name = "ID")]
        user: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Get something out of the database
    Export {
        #[command(subcommand)]
        what: Export,
    },
}

#[derive(Subcommand)]
enum Export {
    /// The newest version of a ticket's Final Reports
    Report {
        /// The ticket's number, as T-42
        ticket: String,
        /// Only of this team
        #[arg(long)]
        team: Option<String>,
        /// For people or for programs
        #[arg(long, value_enum, default_value_t = Format::Markdown)]
        format: Format,
        /// Write files into this folder instead of printing; files of the same names are replaced
        #[arg(long, value_name = "DIR")]
        out: Option<std::path::PathBuf>,
    },
    /// What was said in a ticket's thread
    Transcript {
        /// The ticket's number, as T-42
        ticket: String,
        /// For people, or one JSON object a line as `demo --replay` reads it
        #[arg(long, value_enum, default_value_t = Form::Text)]
        format: Form,
        /// Write the files that came with the messages into this folder
        #[arg(long, value_name = "DIR")]
        files: Option<std::path::PathBuf>,
    },
    /// Everything there is, as JSON Lines (docs/OPERATIONS.md)
    All,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Markdown,
    Html,
    Json,
    Text,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    Text,
    Json,
}

#[cfg(feature = "sandbox")]
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SandboxClock {
    Real,
    Stepped,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            complain(&format!("error: the system does not let the program start: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let screen = Screen::stdout();
    let done = runtime.block_on(obey(screen, arguments.command)).and_then(|()| screen.finish());
    // Name look-ups may still hold a thread; nobody waits for them.
    runtime.shutdown_background();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let (text, code) = failure::explain(&error);
            complain(&text);
            code
        }
    }
}

async fn obey(screen: Screen, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Run => run::run().await,
        Command::Check { online, rebind } => check::check(screen, online, &rebind).await,
        Command::Setup { yes } => check::setup(screen, yes).await,
        #[cfg(feature = "sandbox")]
        Command::Demo { script, replay, title, out } => {
            use trouble_ticket::app::demo;
            match (replay, out) {
                (Some(chat), Some(out)) => demo::replay::replay(screen, &chat, title.as_deref(), &out).await,
                _ if script => demo::script::play(screen).await,
                _ => demo::stay(screen).await,
            }
        }
        #[cfg(feature = "sandbox")]
        Command::Sandbox { port, clock, limits } => {
            let stepped = clock == SandboxClock::Stepped;
            trouble_ticket::app::demo::alone::serve(screen, port, stepped, limits).await
        }
        Command::List => inspect::list(screen).await,
        Command::Show { ticket } => inspect::show(screen, &ticket).await,
        Command::Backup { file, force } => backup::backup(screen, &file, force).await,
        Command::CopyDatabase { from, to } => backup::copy(screen, &from, &to).await,
        Command::Deliveries { retry, drop } => {
            let wish = match (&retry, &drop) {
                (Some(which), _) => Wish::Retry(which),
                (None, Some(which)) => Wish::Drop(which),
                (None, None) => Wish::Show,
            };
            deliveries::deliveries(screen, wish).await
        }
        Command::Forget { user, yes } => forget::forget(screen, &user, yes).await,
        Command::Export { what } => obey_export(screen, what).await,
    }
}

async fn obey_export(screen: Screen, what: Export) -> anyhow::Result<()> {
    match what {
        Export::Report { ticket, team, format, out } => {
            let format = match format {
                Format::Markdown => export::Format::Markdown,
                Format::Html => export::Format::Html,
                Format::Json => export::Format::Json,
                Format::Text => export::Format::Text,
            };
            export::report(screen, &ticket, team.as_deref(), format, out.as_deref()).await
        }
        Export::Transcript { ticket, format, files } => {
            let form = match format {
                Form::Text => export::TranscriptForm::Text,
                Form::Json => export::TranscriptForm::Json,
            };
            export::transcript(screen, &ticket, form, files.as_deref()).await
        }
        Export::All => export::all(screen).await,
    }
}
