//! Values that must not be seen: the bot's token, and the password in a database's URL.
//!
//! Must not know where they come from or what they open. Invariant: neither `Debug` nor `Display` shows them; only
//! `expose` does, and whoever calls it is easily found.

use std::fmt;

/// A text that is not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Hides `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself: to be sent to where it belongs, and nowhere else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Which database a URL leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseKind {
    /// A SQLite file.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

/// Where the database is; shown without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    url: String,
    kind: DatabaseKind,
}

impl DatabaseUrl {
    /// Takes a URL whose beginning says which database it is, or `None`.
    #[must_use]
    pub fn new(url: &str) -> Option<Self> {
        let after = |scheme: &str| {
            let head = url.get(..scheme.len())?;
            head.eq_ignore_ascii_case(scheme).then(|| &url[scheme.len()..])
        };
        let (kind, rest) = match after("sqlite://") {
            Some(rest) => (DatabaseKind::Sqlite, rest),
            None => (DatabaseKind::Postgres, after("postgres://").or_else(|| after("postgresql://"))?),
        };
        (!rest.is_empty()).then(|| Self { url: url.to_owned(), kind })
    }

    /// The URL with its password: for the driver.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.url
    }

    /// Which database it is.
    #[must_use]
    pub fn kind(&self) -> DatabaseKind {
        self.kind
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            // A file has no password, and its name may have any character.
            DatabaseKind::Sqlite => f.write_str(&self.url),
            DatabaseKind::Postgres => f.write_str(&without_password(&self.url)),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

/// The options of a PostgreSQL address that hold nothing secret.
const SHOWN: [&str; 8] =
    ["sslmode", "ssl-mode", "host", "hostaddr", "port", "dbname", "user", "application_name"];

/// `url` with stars for its password. A password may have been written unescaped, with `@`, `/` or `?` in it, so
/// everything up to the last `@` counts as one.
fn without_password(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let shown = match rest.rsplit_once('@') {
        None => rest.to_owned(),
        Some((account, place)) => match account.split_once(':') {
            None => format!("{account}@{place}"),
            Some((user, _)) => format!("{user}:***@{place}"),
        },
    };
    let Some((place, options)) = shown.split_once('?') else { return format!("{scheme}://{shown}") };
    // What is not known may be a password that is misspelt, or the rest of one with a `&` in it.
    let hide = |option: &str| match option.split_once('=') {
        Some((name, _)) if SHOWN.contains(&name.to_ascii_lowercase().as_str()) => option.to_owned(),
        Some((name, _)) if name.eq_ignore_ascii_case("password") => format!("{name}=***"),
        _ => "***".to_owned(),
    };
    let options: Vec<String> = options.split('&').map(hide).collect();
    format!("{scheme}://{place}?{}", options.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_shown() {
        let secret = Secret::new("abc");
        assert_eq!(format!("{secret} {secret:?}"), "*** Secret(***)");
        assert_eq!(secret.expose(), "abc");
    }

    #[test]
    fn a_database_url_is_shown_without_its_password() {
        let cases = [
            ("postgres://bot:pa@ss/w?rd@db:5432/tickets", "postgres://bot:***@db:5432/tickets"),
            ("postgresql://bot@db/tickets", "postgresql://bot@db/tickets"),
            ("postgres://db/tickets?user=bot&password=abc", "postgres://db/tickets?user=bot&password=***"),
            ("postgres://db/tickets?PASSWORD=a@b&x=1", "postgres://db/tickets?PASSWORD=***&***"),
            ("postgres://db/tickets?passwd=abc&sslmode=require", "postgres://db/tickets?***&sslmode=require"),
            ("postgres://db/tickets?password=ab&cd", "postgres://db/tickets?password=***&***"),
            ("postgres://:abc@db", "postgres://:***@db"),
            ("sqlite://data/a@b.db?mode=rwc", "sqlite://data/a@b.db?mode=rwc"),
        ];
        for (url, shown) in cases {
            let url = DatabaseUrl::new(url).unwrap();
            assert_eq!(url.to_string(), shown);
            assert_eq!(format!("{url:?}"), format!("DatabaseUrl({shown})"));
        }
    }

    #[test]
    fn only_the_two_databases_are_taken() {
        let kind = |url| DatabaseUrl::new(url).map(|url| url.kind());
        assert_eq!(kind("sqlite://data/trouble-ticket.db"), Some(DatabaseKind::Sqlite));
        assert_eq!(kind("PostgreSQL://db/tickets"), Some(DatabaseKind::Postgres));
        for url in ["", "sqlite://", "postgres://", "sqlite:x.db", "mysql://db", "pöstgres://x"] {
            assert_eq!(kind(url), None, "{url}");
        }
    }
}
