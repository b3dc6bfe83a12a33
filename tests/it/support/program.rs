//! The real program in a process of its own, beside a sandbox: started, killed, and read.
//!
//! Must not know what the test is about. A process never outlives its test.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use trouble_ticket::sandbox::Sandbox;

use super::db::{Kind, TestDb};

/// Where a program runs: a database, a folder and a log of its own.
pub struct Ground {
    pub db: TestDb,
    folder: TempDir,
}

/// A running program.
pub struct Program(Child);

impl Ground {
    pub async fn new(kind: Kind) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // On PostgreSQL, who starts waits for the end of the lease of the one that was killed.
        let config = "[standby]\nlease_seconds = 2\n";
        std::fs::write(folder.path().join("bot-config.toml"), config).expect("a config");
        Self { db: TestDb::new(kind).await, folder }
    }

    /// Starts the bot beside a sandbox; `log` is its `RUST_LOG`.
    pub fn start(&self, sandbox: &Sandbox, log: &str) -> Program {
        let child = Command::new(env!("CARGO_BIN_EXE_trouble-ticket"))
            .arg("run")
            .current_dir(self.folder.path())
            .env_clear()
            .env("DISCORD_TOKEN", sandbox.token())
            .env("DISCORD_API_URL", sandbox.api())
            .env("DATABASE_URL", self.db.url())
            .env("RUST_LOG", log)
            .stdin(Stdio::null())
            .stderr(self.appended())
            .spawn();
        Program(child.expect("the program starts"))
    }

    /// What all programs on this ground have logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn appended(&self) -> Stdio {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.log_file());
        log.expect("a log").into()
    }
}

impl Program {
    /// As by `kill -9`.
    pub fn kill(&mut self) {
        self.0.kill().expect("a process to kill");
        self.0.wait().expect("its end");
    }

    /// As by `kill -TERM`; gives how it ended.
    pub async fn terminate(mut self) -> std::process::ExitStatus {
        let pid = self.0.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("`kill`").success());
        let ended = tokio::task::spawn_blocking(move || self.0.wait().expect("its end"));
        ended.await.expect("an end")
    }

    /// Whether it ended by itself.
    pub fn has_ended(&mut self) -> Option<std::process::ExitStatus> {
        self.0.try_wait().expect("its state")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
