//! The real program in a process of its own, and what can befall it: killed, frozen, thawed, told to stop, without room
//! on its disk.
//!
//! Must not know what the test is about. A process never outlives its test.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use trouble_ticket::sandbox::Sandbox;

use super::db::{Kind, TestDb};

/// How long anything may take, on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A process that does not outlive its test.
pub struct Program {
    child: Child,
    log: PathBuf,
}

impl Program {
    /// Starts the bot in `folder`, where its config is and its log will be, on a sandbox and a database.
    pub fn start(sandbox: &Sandbox, database: &str, folder: &Path, name: &str) -> Self {
        Self::start_saying(sandbox, database, (folder, name), "warn,trouble_ticket=debug")
    }

    /// The same with a `RUST_LOG` of its own.
    pub fn start_saying(
        sandbox: &Sandbox,
        database: &str,
        (folder, name): (&Path, &str),
        rust_log: &str,
    ) -> Self {
        let log = folder.join(format!("{name}.log"));
        let file = std::fs::OpenOptions::new().create(true).append(true).open(&log).unwrap();
        // A limit on files would end the program by a signal, which it does not expect.
        let child = Command::new("sh")
            .args(["-c", "trap '' XFSZ; exec \"$0\" run", env!("CARGO_BIN_EXE_trouble-ticket")])
            .current_dir(folder)
            .env_clear()
            .env("DISCORD_TOKEN", sandbox.token())
            .env("DISCORD_API_URL", sandbox.api())
            .env("DATABASE_URL", database)
            .env("RUST_LOG", rust_log)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(file)
            .spawn()
            .unwrap();
        Self { child, log }
    }

    /// Everything it has said, under this name.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Waits until it has said something `times` times.
    pub async fn says(&self, what: &str, times: usize) {
        let said = async {
            while self.log().matches(what).count() < times {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        if tokio::time::timeout(PATIENCE, said).await.is_err() {
            panic!("it does not say “{what}”: {}", self.log());
        }
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }

    /// Lets no file of it grow beyond so many bytes; to begin with, a write that would is an error and not its end.
    pub fn limit_files(&self, bytes: &str) {
        let pid = self.child.id().to_string();
        let limit = format!("--fsize={bytes}:unlimited");
        assert!(Command::new("prlimit").args(["--pid", &pid, &limit]).status().unwrap().success());
    }

    /// As by `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// As by `kill -TERM`; gives how it ended.
    pub async fn terminate(mut self) -> ExitStatus {
        self.signal("-TERM");
        self.ended().await
    }

    /// How it ended, if it did so by itself.
    pub fn has_ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// Waits until it ends by itself.
    pub async fn ended(&mut self) -> ExitStatus {
        let ended = async {
            loop {
                if let Some(status) = self.has_ended() {
                    return status;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, ended).await.expect("an end")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where one program runs after the other: a database, a folder and a log of their own.
pub struct Ground {
    pub db: TestDb,
    folder: TempDir,
}

impl Ground {
    pub async fn new(kind: Kind) -> Self {
        Self { db: TestDb::new(kind).await, folder: tempfile::tempdir().unwrap() }
    }

    /// Starts the bot beside a sandbox; `log` is its `RUST_LOG`.
    pub fn start(&self, sandbox: &Sandbox, log: &str) -> Program {
        Program::start_saying(sandbox, self.db.url(), (self.folder.path(), "bot"), log)
    }

    /// What all programs on this ground have logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("bot.log")).unwrap_or_default()
    }
}
