//! The program as it is started by hand: what it prints, how it ends, and that it never shows a secret.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;
use trouble_ticket::sandbox::{Granted, Options, Sandbox};

use crate::support::db::{Kind, TestDb};

const TOKEN: &str = "not.a-token.that-anybody-may-see";

struct Shell {
    folder: TempDir,
    variables: Vec<(&'static str, String)>,
}

impl Shell {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    fn set(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    fn file(self, name: &str, text: &str) -> Self {
        std::fs::write(self.folder.path().join(name), text).unwrap();
        self
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs the program to its end, in a folder and an environment of its own.
    async fn run(&self, line: &str) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trouble-ticket"));
        command.args(line.split_whitespace()).current_dir(self.folder()).env_clear().stdin(Stdio::null());
        command.envs(self.variables.iter().map(|(name, value)| (*name, value)));
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        Ended::new(&output)
    }
}

#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    out: String,
    error: String,
}

impl Ended {
    fn new(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let ended =
            Self { code: output.status.code(), out: text(&output.stdout), error: text(&output.stderr) };
        for secret in [TOKEN, "pass-word"] {
            assert!(
                !ended.out.contains(secret) && !ended.error.contains(secret),
                "shows a secret: {ended:?}"
            );
        }
        assert!(
            !ended.out.contains('\u{1b}') && !ended.error.contains('\u{1b}'),
            "colours without a terminal"
        );
        ended
    }

    /// The last line of what went wrong.
    fn complaint(&self) -> &str {
        self.error.lines().last().unwrap_or_default()
    }
}

#[tokio::test]
async fn a_right_config_is_right_and_a_wrong_one_names_every_problem() {
    let right = Shell::new().run("check").await;
    assert_eq!((right.code, right.out.lines().count()), (Some(0), 1), "{right:?}");
    let limited = Shell::new().file("bot-config.toml", "[archive]\nretention_days = 90\n").run("check").await;
    assert!(limited.out.contains("ended more than 90 days ago is deleted"), "{limited:?}");
    let wrong = Shell::new().file("bot-config.toml", "[guild]\ntime_zone = \"Mars\"\nlanguag = \"en\"\n");
    for command in ["check", "run", "setup --yes"] {
        let wrong = wrong.run(command).await;
        assert_eq!(wrong.code, Some(2), "{wrong:?}");
        assert!(
            wrong.error.contains("bot-config.toml:2:") && wrong.error.contains("bot-config.toml:3:"),
            "{wrong:?}"
        );
    }
    let missing = Shell::new().set("TROUBLE_TICKET_CONFIG", "elsewhere.toml").run("check").await;
    assert_eq!(missing.code, Some(2));
    assert!(missing.complaint().contains("elsewhere.toml"), "{missing:?}");
}

#[tokio::test]
async fn without_a_token_it_says_where_to_get_one() {
    let ended = Shell::new().run("run").await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.complaint().starts_with("error: DISCORD_TOKEN is not set."), "{ended:?}");
}

#[tokio::test]
async fn a_wrong_token_is_named_as_such() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let shell = Shell::new().set("DISCORD_TOKEN", TOKEN).set("DISCORD_API_URL", sandbox.api());
    for command in ["run", "check --online", "setup --yes"] {
        let ended = shell.run(command).await;
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.complaint().contains("Discord does not accept the bot's token."), "{ended:?}");
    }
    sandbox.stop().await;
}

#[tokio::test]
async fn an_api_that_cannot_be_reached_is_named() {
    let shell = Shell::new().set("DISCORD_TOKEN", TOKEN).set("DISCORD_API_URL", "http://127.0.0.1:9");
    let ended = shell.run("run").await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.complaint().contains("http://127.0.0.1:9"), "{ended:?}");
}

#[tokio::test]
async fn a_missing_intent_stops_the_start_and_says_where_to_switch_it_on() {
    let granted = Granted { presences: false, members: true, message_content: false };
    let sandbox = Sandbox::start(Options { granted, ..Options::default() }).await.unwrap();
    let shell = Shell::new().set("DISCORD_TOKEN", sandbox.token()).set("DISCORD_API_URL", sandbox.api());
    let ended = shell.run("run").await;
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.error.contains("Message Content"), "{ended:?}");
    assert!(!ended.error.contains(sandbox.token()));
    sandbox.stop().await;
}

#[tokio::test]
async fn a_database_that_cannot_be_used_is_named_without_its_password() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let databases = [
        "postgres://someone:pass-word@127.0.0.1:9/tickets",
        "postgres://127.0.0.1:9/tickets?user=someone&password=pass-word",
        // Written wrongly, so that the driver takes the password for something else.
        "postgres://someone@127.0.0.1:9/tickets?passwd=pass-word",
        "postgres://someone@127.0.0.1:9/tickets?pass-word=x&sslmod=pass-word",
        "postgres://someone@127.0.0.1:9/tickets?password=x&pass-word",
        "postgres://someone:1/pass-word@127.0.0.1:9/tickets",
        "postgres://someone:1?pass-word@127.0.0.1:9/tickets",
        "postgres://someone:pass-word#@127.0.0.1:9/tickets",
        "postgres://someone:%ffpass-word@127.0.0.1:9/tickets",
        "postgres://someone:pass-word@127.0.0.1:port/tickets",
        "sqlite:///proc/nothing/here.db",
    ];
    // Side by side: each waits five seconds for a server that is not there.
    let mut runs = tokio::task::JoinSet::new();
    for (place, database) in databases.into_iter().enumerate() {
        let others = if place == 0 { &["list", "show T-1", "deliveries", "export all"][..] } else { &[] };
        for command in others.iter().chain(&["run"]) {
            let shell = Shell::new()
                .set("DISCORD_TOKEN", sandbox.token())
                .set("DISCORD_API_URL", sandbox.api())
                .set("RUST_LOG", "trace")
                .set("DATABASE_URL", database);
            runs.spawn(async move { (database, shell.run(command).await) });
        }
    }
    while let Some(run) = runs.join_next().await {
        let (database, ended) = run.unwrap();
        assert_eq!(ended.code, Some(1), "{database}: {ended:?}");
        // Not always last: whatever still runs may trace something after it.
        let told = ended.error.lines().any(|line| line.starts_with("error: The database "));
        assert!(told, "{database}: {ended:?}");
    }
    sandbox.stop().await;
}

#[tokio::test]
async fn a_server_without_channels_stops_the_start_and_setup_makes_them() {
    let company = trouble_ticket::sandbox::Company::bare();
    let sandbox = Sandbox::start(Options { company, ..Options::default() }).await.unwrap();
    let shell = Shell::new().set("DISCORD_TOKEN", sandbox.token()).set("DISCORD_API_URL", sandbox.api());
    let bare = shell.run("run").await;
    assert_eq!(bare.code, Some(2), "{bare:?}");
    assert!(bare.error.contains("#trouble"), "{bare:?}");
    let asked = shell.run("setup").await;
    assert_eq!(asked.code, Some(0), "{asked:?}");
    assert!(asked.out.contains("Nothing was made."), "{asked:?}");
    let made = shell.run("setup --yes").await;
    assert_eq!(made.code, Some(0), "{made:?}");
    let online = shell.run("check --online").await;
    assert_eq!(online.code, Some(0), "{online:?}");
    assert!(online.out.contains("The bot can work on the server"), "{online:?}");
    assert!(shell.run("setup --yes").await.out.contains("Nothing is missing"));
    sandbox.stop().await;
}

#[tokio::test]
async fn tickets_are_looked_at_while_discord_is_down() {
    let shell = Shell::new();
    let empty = shell.run("list").await;
    assert_eq!(empty.code, Some(1), "{empty:?}");
    assert!(empty.complaint().contains("no ticket in this database yet"), "{empty:?}");
    for command in ["show forty", "export report forty"] {
        let wrong = shell.run(command).await;
        assert_eq!(wrong.code, Some(1));
        assert!(wrong.complaint().contains("A ticket number looks like `T-42`."), "{wrong:?}");
    }
}

#[tokio::test]
async fn help_is_there_for_every_command() {
    let exports = ["export", "export report", "export transcript", "export all"];
    let commands = ["", "run", "check", "setup", "demo", "sandbox", "list", "show"];
    for command in commands.into_iter().chain(exports) {
        let help = Shell::new().run(&format!("{command} --help")).await;
        assert_eq!(help.code, Some(0), "{help:?}");
        assert!(help.out.contains("Usage: trouble-ticket"), "{help:?}");
    }
    assert_eq!(Shell::new().run("explode").await.code, Some(2));
}

async fn the_story_is_played_to_its_end(kind: Kind) {
    let db = TestDb::new(kind).await;
    let shell = Shell::new().set("DATABASE_URL", db.url());
    let story = shell.run("demo --script").await;
    assert_eq!(story.code, Some(0), "{story:?}");
    assert!(story.out.contains("Tom presses Take on the card"));
    // It ends with both reports, each whole and approved by somebody else.
    let printed: Vec<&str> = story.out.split("\n# Final Report of the ").skip(1).collect();
    assert_eq!(printed.len(), 2, "{}", story.out);
    for (report, team) in printed.iter().zip(["Technical", "Web"]) {
        assert!(report.starts_with(&format!("{team} team: T-1 Payments fail at checkout")), "{report}");
        assert!(report.contains(", approved, compiled from the record"), "{report}");
        assert!(!report.contains("Not in the record"), "nothing is left open: {report}");
    }
    let shown = shell.run("show T-1").await;
    assert_eq!(shown.code, Some(0), "{shown:?}");
    assert!(shown.out.contains("Payments fail at checkout"), "{shown:?}");
    let exported = shell.run("export report T-1 --team web --format json").await;
    assert_eq!(exported.code, Some(0), "{exported:?}");
    let report: serde_json::Value = serde_json::from_str(&exported.out).unwrap();
    assert_eq!((&report["ticket"]["number"], &report["team"]), (&"T-1".into(), &"web".into()));
    let steps: Vec<_> = report["history"].as_array().unwrap().iter().map(|step| &step["what"]).collect();
    assert!(steps.ends_with(&[&"submitted".into(), &"approved".into()]), "{steps:?}");
    assert_eq!((&report["history"][0]["by"]["name"], &report["state"]), (&"Tom".into(), &"approved".into()));
    let again = shell.run("demo --script").await;
    assert_eq!(again.code, Some(1), "a database with tickets is no place for a demo: {again:?}");
    assert_eq!(shell.run("list").await.out, "No ticket is open.\n");
    assert_eq!(
        shell.run("show T-9").await.complaint(),
        "error: There is no ticket T-9. See `trouble-ticket list`."
    );
}

crate::on_both!(the_story_is_played_to_its_end);
