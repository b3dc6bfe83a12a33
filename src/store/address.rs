//! A PostgreSQL server's address, read without a word in the log.
//!
//! The driver logs an option that it does not know together with its value: if somebody misspelt `password`, that is the
//! password. Must not connect to anything.

use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;

use super::Result;

/// The options that the driver knows (sqlx-postgres 0.9, `options/parse.rs`), beside `options[…]`.
const KNOWN: &str = "sslmode ssl-mode sslrootcert ssl-root-cert ssl-ca sslcert ssl-cert sslkey ssl-key \
    statement-cache-capacity host hostaddr port dbname user password application_name options";

/// Reads `url`. That there is an option that the driver does not know is said, and not which.
pub(super) fn read(url: &str) -> Result<PgConnectOptions> {
    let nobody = tracing::subscriber::NoSubscriber::default();
    let read = tracing::subscriber::with_default(nobody, || PgConnectOptions::from_str(url))?;
    if unknown(url) > 0 {
        tracing::warn!(known = KNOWN, "DATABASE_URL has an option that is not known; it is ignored");
    }
    Ok(read)
}

/// How many options are not known. An `@` may stand in a password, and a `?` in front of it too.
fn unknown(url: &str) -> usize {
    let place = url.rsplit_once('@').map_or(url, |(_, place)| place);
    let options = place.split_once('?').map_or("", |(_, options)| options).split('&');
    let names = options.map(|option| option.split_once('=').map_or(option, |(name, _)| name));
    let is_known = |name: &str| name.starts_with("options[") || KNOWN.split(' ').any(|known| known == name);
    names.filter(|name| !name.is_empty() && !is_known(name)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_that_the_driver_passes_over_are_counted() {
        let cases = [
            ("postgres://bot:pa?x=1@db/tickets", 0),
            ("postgres://db/tickets?sslmode=require&user=bot&password=abc&options[search_path]=x", 0),
            ("postgres://db/tickets?sslmod=require&passwd=abc", 2),
            ("postgres://db/tickets?password=a&bc", 1),
        ];
        for (url, count) in cases {
            assert_eq!(unknown(url), count, "{url}");
        }
    }
}
