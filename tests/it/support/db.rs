//! A new database for every test, of either kind.
//!
//! A missing PostgreSQL is a failure, never a skip: `tests/run.sh` starts one and says where it is.

use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
use tempfile::TempDir;

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// An empty database that lives as long as the test.
pub struct TestDb {
    url: String,
    _folder: Option<TempDir>,
}

impl TestDb {
    pub async fn new(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let url = format!("sqlite://{}", folder.path().join("test.db").display());
                Self { url, _folder: Some(folder) }
            }
            Kind::Postgres => {
                let server = std::env::var("TEST_POSTGRES_URL")
                    .expect("TEST_POSTGRES_URL names no server: run the tests with `bash tests/run.sh`");
                let name = fresh_name();
                let mut connection =
                    PgConnection::connect(&server).await.expect("the PostgreSQL of the tests");
                let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
                connection.execute(create).await.expect("a database of our own");
                let (base, _) = server.rsplit_once('/').expect("an address with a database");
                Self { url: format!("{base}/{name}"), _folder: None }
            }
        }
    }

    /// Another database takes its place.
    pub fn instead(&mut self, url: &str) {
        url.clone_into(&mut self.url);
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A number that a question to the database has for its answer, behind the store's back.
    pub async fn count(&self, sql: &'static str) -> i64 {
        if self.url.starts_with("sqlite:") {
            let mut connection = SqliteConnection::connect(&self.url).await.expect("the file");
            sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("a number")
        } else {
            let mut connection = PgConnection::connect(&self.url).await.expect("the server");
            sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("a number")
        }
    }

    /// Everything that is in it, as text: of a file all its bytes, of a server all rows of all tables. Nobody else may
    /// have it open.
    pub async fn everything(&self) -> String {
        if let Some(path) = self.url.strip_prefix("sqlite://") {
            let files = [path.to_owned(), format!("{path}-wal")];
            let bytes =
                files.iter().filter_map(|file| std::fs::read(file).ok()).flatten().collect::<Vec<u8>>();
            return String::from_utf8_lossy(&bytes).into_owned();
        }
        let mut connection = PgConnection::connect(&self.url).await.expect("the server");
        let tables = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'";
        let tables: Vec<String> =
            sqlx::query_scalar(tables).fetch_all(&mut connection).await.expect("the tables");
        let mut rows = Vec::new();
        for table in tables {
            let all = sqlx::AssertSqlSafe(format!("SELECT row_to_json(t)::text FROM {table} t"));
            let found: Vec<String> =
                sqlx::query_scalar(all).fetch_all(&mut connection).await.expect("the rows");
            rows.extend(found.into_iter().map(|row| format!("{table} {row}")));
        }
        let bytes = "SELECT encode(bytes, 'escape') FROM files WHERE bytes IS NOT NULL";
        let files: Vec<String> =
            sqlx::query_scalar(bytes).fetch_all(&mut connection).await.expect("the files");
        rows.extend(files);
        rows.join("\n")
    }

    /// Runs a statement behind the store's back.
    pub async fn execute(&self, sql: &'static str) {
        if self.url.starts_with("sqlite:") {
            let mut connection = SqliteConnection::connect(&self.url).await.expect("the file");
            connection.execute(sql).await.expect("a statement");
        } else {
            let mut connection = PgConnection::connect(&self.url).await.expect("the server");
            connection.execute(sql).await.expect("a statement");
        }
    }
}

/// A name that no other test has, nor an earlier run on the same server.
fn fresh_name() -> String {
    format!("t_{}", trouble_ticket::desk::nonce().to_lowercase())
}

/// Makes one test of each kind of database out of an async function that takes a [`Kind`].
#[macro_export]
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::support::db::Kind::Sqlite).await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::support::db::Kind::Postgres).await;
            })*
        }
    };
}
