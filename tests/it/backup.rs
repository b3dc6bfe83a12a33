//! Backups and copies: everything goes over, nothing is left half done, and a bot goes on from what was copied.

use std::path::Path;
use std::process::Command;

use trouble_ticket::ops::backup::{self, NoBackup};
use trouble_ticket::store::{Copied, Store, StoreError};

use crate::support::db::{Kind, TestDb};
use crate::support::world::{World, play};

/// A ticket with something in nearly every table.
async fn a_full_story(world: &World) {
    let case = world.open("Checkout is down").await;
    let log = world.ann().at(&case).attaches("the log — 障害 \u{1f525}", "shop.log", vec![0, 255, 10, 13]);
    world.tom().at(&case).asks("/ticket take").await;
    world.tom().actor().react(&log, "👀").unwrap();
    world.admin().actor().pin(&log).unwrap();
    let said = world.tom().at(&case).says("it is the disk");
    world.tom().actor().edit(&said, "it is the disk of db1").unwrap();
    world.tom().at(&case).asks("/ticket status to:identified").await;
    world.tom().at(&case).asks("/report draft").await;
    world.settle().await;
}

/// Runs the program to its end.
async fn program(arguments: &[&str], database: &str) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trouble-ticket"));
    command.args(arguments).env_clear().env("DATABASE_URL", database).env("RUST_LOG", "error");
    command.current_dir(std::env::temp_dir());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

fn url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

fn rows(tables: &[Copied]) -> Vec<(&str, u64)> {
    tables.iter().map(|table| (table.table, table.rows)).filter(|(_, rows)| *rows > 0).collect()
}

async fn a_backup_is_whole_and_the_bot_goes_on_from_it(kind: Kind) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nightly/backup.db");
    play(kind, async |world| {
        a_full_story(world).await;
        // Beside the running bot.
        let (well, said) = program(&["backup", file.to_str().unwrap()], world.db.url()).await;
        assert!(well && said.contains(": 1 tickets, ") && said.contains(" 1 files, "), "{said}");
        let (well, said) = program(&["backup", file.to_str().unwrap()], world.db.url()).await;
        assert!(!well && said.contains("is there already. Give another name, or --force"), "{said}");
        world.tom().asks("/ticket note ticket:1 text:later").await;
        world.settle().await;
        let (well, said) = program(&["backup", "--force", file.to_str().unwrap()], world.db.url()).await;
        assert!(well, "{said}");
        let source = Store::open(world.db.url()).await.unwrap();
        let copy = Store::open(&url(&file)).await.unwrap();
        assert_eq!(source.digests().await.unwrap(), copy.digests().await.unwrap());
        copy.close().await;
        source.close().await;
        if let Some(own) = world.db.url().strip_prefix("sqlite://") {
            let (well, said) = program(&["backup", "--force", own], world.db.url()).await;
            assert!(!well && said.contains("is a database that is in use"), "{said}");
        }
        let left: Vec<_> = std::fs::read_dir(file.parent().unwrap()).unwrap().flatten().collect();
        assert_eq!(left.len(), 1, "{left:?}");
        // The bot goes on with the file.
        world.stop().await;
        world.db.instead(&url(&file));
        world.start().await;
        world.open("Search is slow").await;
        assert_eq!(world.tickets().await.len(), 2);
        assert!(world.tom().asks("/ticket note ticket:1 text:again").await.starts_with("Noted"));
    })
    .await;
}

async fn a_database_goes_over_into_either_kind(kind: Kind) {
    play(kind, async |world| {
        a_full_story(world).await;
        let source = Store::open(world.db.url()).await.unwrap();
        let expected = source.digests().await.unwrap();
        assert!(rows(&expected).len() >= 13, "{:?}", rows(&expected));
        source.close().await;
        for to in [kind, if kind == Kind::Sqlite { Kind::Postgres } else { Kind::Sqlite }] {
            let db = TestDb::new(to).await;
            let line = ["copy-database", "--from", world.db.url(), "--to", db.url()];
            let (well, said) = program(&line, "").await;
            assert!(well && said.contains("Everything went over"), "{said}");
            let copy = Store::open(db.url()).await.unwrap();
            assert_eq!(copy.digests().await.unwrap(), expected);
            copy.close().await;
            let (well, said) = program(&line, "").await;
            assert!(!well && said.contains("The target is not empty"), "{said}");
            if to != kind {
                // The bot goes on there, and new rows get numbers that nothing has.
                world.stop().await;
                world.db = db;
                world.start().await;
                assert!(world.tom().asks("/ticket note ticket:1 text:moved").await.starts_with("Noted"));
                world.settle().await;
            }
        }
    })
    .await;
}

async fn what_is_broken_off_leaves_nothing_behind(kind: Kind) {
    let source = TestDb::new(Kind::Sqlite).await;
    let store = Store::open(source.url()).await.unwrap();
    source.execute("INSERT INTO counters VALUES (1, 7, 0)").await;
    // SQLite takes what it is given; the other side does not take it for a time.
    source.execute("INSERT INTO deletions VALUES (1, 5, 'never')").await;
    let target = TestDb::new(kind).await;
    let into = Store::open(target.url()).await.unwrap();
    let failed = store.copy_into(&into, |_, _, _| {}).await;
    assert!(matches!(failed, Err(StoreError::Database(_))), "{failed:?}");
    assert_eq!(rows(&into.digests().await.unwrap()), []);
    // A backup that fails leaves what was there.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup.db");
    std::fs::write(&file, "yesterday's").unwrap();
    let failed = backup::write(&store, &file, true).await;
    assert!(matches!(failed, Err(NoBackup::Store(_))), "{failed:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "yesterday's");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

async fn a_table_that_nobody_named_is_not_left_behind_in_silence(kind: Kind) {
    let db = TestDb::new(kind).await;
    let store = Store::open(db.url()).await.unwrap();
    // Whatever the migrations make is named.
    store.digests().await.unwrap();
    db.execute("CREATE TABLE novelties (id BIGINT PRIMARY KEY)").await;
    let failed = store.digests().await;
    assert!(failed.as_ref().is_err_and(|error| error.to_string().contains("novelties")), "{failed:?}");
}

crate::on_both!(
    a_backup_is_whole_and_the_bot_goes_on_from_it,
    a_database_goes_over_into_either_kind,
    what_is_broken_off_leaves_nothing_behind,
    a_table_that_nobody_named_is_not_left_behind_in_silence,
);
