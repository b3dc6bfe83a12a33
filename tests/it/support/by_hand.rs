//! The program itself, started by hand on a world's database, without Discord.

use std::path::Path;
use std::process::{Command, Stdio};

use super::world::World;

/// What the program prints; it must succeed.
pub async fn program(world: &World, folder: &Path, arguments: &[&str]) -> String {
    let (code, out, error) = tried(world, folder, arguments).await;
    assert_eq!(code, Some(0), "{error}");
    out
}

/// How the program ends, and what it prints. Nobody is there to answer its questions.
pub async fn tried(world: &World, folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trouble-ticket"));
    command.args(arguments).current_dir(folder).env_remove("DISCORD_TOKEN").env("RUST_LOG", "error");
    // Nobody answers there: the program must not need Discord.
    command.env("DATABASE_URL", world.db.url()).env("DISCORD_API_URL", "http://127.0.0.1:1");
    command.stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}
