//! Every migration over data that an older version of the program left.

use std::str::FromStr;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Executor, PgPool, SqlSafeStr, SqlitePool};
use trouble_ticket::domain::ReportStanding;

use super::*;

/// The migrations up to a version, for one dialect.
macro_rules! migrator {
    ($dialect:literal, $($file:literal),+) => {
        Migrator::with_migrations(vec![$(
            Migration::new(
                $file[..4].parse().unwrap(),
                $file[5..].into(),
                MigrationType::Simple,
                include_str!(concat!("../../../migrations/", $dialect, "/", $file, ".sql")).into_sql_str(),
                false,
            )
        ),+])
    };
}

/// What the first version of the program wrote: a ticket, a message, and two reports in three versions.
const FOUNDATION: [&str; 6] = [
    "INSERT INTO counters VALUES (1, 1)",
    "INSERT INTO tickets (guild_id, number, title, details, severity, services, affected_who, frequency_detail, \
     started_said, reporter_id, reporter_name, status, opened_at, updated_at, channel_id, last_seq) VALUES \
     (1, 1, 'Checkout', '', 'SEV1', '', '', '', '', 5, 'Ann', 'resolved', '2026-11-23 08:30:00+00:00', \
     '2026-11-23 08:30:00+00:00', 10, 4)",
    "INSERT INTO messages (guild_id, id, ticket, thread_id, author_id, author_name, is_bot, is_system, said_at, text, \
     attachments) VALUES (1, 30, 1, 77, 5, 'Ann', FALSE, FALSE, '2026-11-23 08:31:00+00:00', 'it is down', '[]')",
    "INSERT INTO reports VALUES \
     (1, 1, 'web', 1, 'draft', '2026-11-23 09:00:00+00:00', 6, 'Tom', '{}'), \
     (1, 1, 'web', 2, 'draft', '2026-11-23 10:00:00+00:00', 7, 'Will', '{}')",
    "INSERT INTO events VALUES (1, 1, 4, '2026-11-23 09:30:00+00:00', 5, 'Ann', NULL, 0, \
     '{\"event\":\"reopened\",\"reason\":\"it is back\"}')",
    "INSERT INTO reports VALUES (1, 1, 'technical', 1, 'draft', '2026-11-23 09:00:00+00:00', 6, 'Tom', '{}')",
];

/// A database as the first version left it.
async fn first_version(db: &TestDb) {
    if db.url().starts_with("sqlite:") {
        let options = SqliteConnectOptions::from_str(db.url()).unwrap().create_if_missing(true);
        let pool = SqlitePool::connect_with(options).await.unwrap();
        migrator!("sqlite", "0001_foundation").run(&pool).await.unwrap();
        for sql in FOUNDATION {
            pool.execute(sql).await.unwrap();
        }
        pool.close().await;
    } else {
        let pool = PgPool::connect(db.url()).await.unwrap();
        migrator!("postgres", "0001_foundation").run(&pool).await.unwrap();
        for sql in FOUNDATION {
            pool.execute(sql).await.unwrap();
        }
        pool.close().await;
    }
}

async fn what_the_first_version_wrote_is_still_there(kind: Kind) {
    let db = TestDb::new(kind).await;
    first_version(&db).await;
    let store = Store::open(db.url()).await.unwrap();
    let guild = store.guild(GuildId(1));
    let mut tx = guild.write().await.unwrap();
    let ticket = tx.find_ticket(TicketNumber(1)).await.unwrap().unwrap();
    let at = |time: &str| format!("2026-11-23T{time}:00Z").parse::<DateTime<Utc>>().unwrap();
    let standing = |team: &str, version, time, by: (i64, &str), outdated| ReportStanding {
        team: TeamKey::new(team),
        version,
        state: ReportState::Draft,
        authors: Vec::new(),
        compiled: at(time),
        since: at(time),
        by: Person { id: UserId(by.0), name: by.1.into() },
        outdated,
    };
    let expected = [
        standing("technical", 1, "09:00", (6, "Tom"), true),
        standing("web", 2, "10:00", (7, "Will"), false),
    ];
    assert_eq!(ticket.reports, expected);
    let message = tx.message(MessageId(30)).await.unwrap().unwrap();
    assert_eq!((message.text.as_str(), message.pinned, message.reactions), ("it is down", None, vec![]));
    let versions: Vec<_> = tx.all_reports(TicketNumber(1)).await.unwrap();
    let versions: Vec<_> = versions.iter().map(|one| (one.team.as_str(), one.version, one.made)).collect();
    let expected = [("technical", 1, at("09:00")), ("web", 1, at("09:00")), ("web", 2, at("10:00"))];
    assert_eq!(versions, expected);
    // And it goes on from there.
    let next = StoredReport { version: 3, ..report("web", 3) };
    tx.insert_report(TicketNumber(1), &next).await.unwrap();
    tx.commit().await.unwrap();
    if let Some(file) = db.url().strip_prefix("sqlite://") {
        let copy = format!("{file}.schema-1");
        let pool =
            SqlitePool::connect(&format!("sqlite://{copy}")).await.expect("a copy from before the migration");
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM reports").fetch_one(&pool).await.unwrap();
        assert_eq!(count, 3);
    }
}

crate::on_both!(what_the_first_version_wrote_is_still_there);
