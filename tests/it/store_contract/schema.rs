//! Opening a database: what is kept, and which ones are refused.

use super::*;

async fn opening_again_keeps_what_is_there(kind: Kind) {
    let (db, first) = store(kind).await;
    let written = one_ticket(&first.guild(GuildId(1))).await;
    first.close().await;
    let again = Store::open(db.url()).await.unwrap();
    let mut tx = again.guild(GuildId(1)).read().await.unwrap();
    assert_eq!(tx.find_ticket(written.number).await.unwrap(), Some(written));
}

async fn several_may_open_a_new_one_at_once(kind: Kind) {
    let db = TestDb::new(kind).await;
    // On SQLite a lock keeps a second bot out, and whoever only reads comes later.
    let open = async || Store::open(db.url()).await.unwrap().close().await;
    match kind {
        Kind::Sqlite => open().await,
        Kind::Postgres => drop(tokio::join!(open(), open(), open(), open())),
    }
    let applied = db.count("SELECT COUNT(*) FROM _sqlx_migrations WHERE success").await;
    assert_eq!(applied, db.count("SELECT MAX(version) FROM _sqlx_migrations").await);
}

async fn a_database_of_a_newer_program_is_refused(kind: Kind) {
    let (db, first) = store(kind).await;
    first.close().await;
    let add = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (99, 'later', TRUE, '', 0)";
    db.execute(add).await;
    match Store::open(db.url()).await {
        Err(StoreError::TooNew { found: 99, known }) => assert!(known < 99),
        other => panic!("{other:?}"),
    }
}

async fn a_migration_that_was_changed_afterwards_is_refused(kind: Kind) {
    let (db, first) = store(kind).await;
    first.close().await;
    db.execute("UPDATE _sqlx_migrations SET checksum = 'x'").await;
    assert!(matches!(Store::open(db.url()).await, Err(StoreError::Migration(_))));
}

async fn addresses_and_files_that_cannot_be_are_refused(kind: Kind) {
    for address in ["mysql://x", "sqlite:", "tickets.db"] {
        assert!(matches!(Store::open(address).await, Err(StoreError::Address(_))), "{address}");
    }
    let nowhere = match kind {
        Kind::Sqlite => "sqlite:///proc/nothing/here.db",
        Kind::Postgres => "postgres://127.0.0.1:1/none",
    };
    assert!(matches!(Store::open(nowhere).await, Err(StoreError::Database(_))));
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |dialect: &str| {
        let folder = format!("{}/migrations/{dialect}", env!("CARGO_MANIFEST_DIR"));
        let files =
            std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = files.collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
    // What the tables are called and what stands in them is the same; only types and details differ.
    let columns = |dialect: &str, file: &str| {
        let sql =
            std::fs::read_to_string(format!("{}/migrations/{dialect}/{file}", env!("CARGO_MANIFEST_DIR")))
                .unwrap();
        let lines = sql.lines().map(str::trim).filter(|line| !line.starts_with("--"));
        lines.filter_map(|line| line.split_whitespace().next().map(str::to_owned)).collect::<Vec<_>>()
    };
    for file in names("sqlite") {
        assert_eq!(columns("sqlite", &file), columns("postgres", &file), "{file}");
    }
}

crate::on_both!(
    several_may_open_a_new_one_at_once,
    opening_again_keeps_what_is_there,
    a_database_of_a_newer_program_is_refused,
    a_migration_that_was_changed_afterwards_is_refused,
    addresses_and_files_that_cannot_be_are_refused,
);
