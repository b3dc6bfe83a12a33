//! `backup` and `copy-database`: the data of a bot, into a file or another database.
//!
//! Works beside a running bot. Must not know what the data mean.

use std::path::Path;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};

use super::failure::{open_database, open_database_as_it_is};
use super::run;
use super::screen::Screen;
use crate::config::DatabaseUrl;
use crate::error::UserError;
use crate::ops::backup::{self, NoBackup};
use crate::store::StoreError;

/// Writes a backup and says what is in it.
///
/// # Errors
/// Why there is none.
pub async fn backup(screen: Screen, file: &Path, replace: bool) -> anyhow::Result<()> {
    let environment = run::environment()?;
    let store = open_database_as_it_is(&environment.database_url).await?;
    let began = Instant::now();
    let written = backup::write(&store, file, replace).await;
    store.close().await;
    let written = match written {
        Err(NoBackup::InUse(file)) => {
            let message = format!("{} is a database that is in use, or was not closed.", file.display());
            return Err(UserError::new(message, "Give another name.").into());
        }
        Err(NoBackup::Exists(file)) => {
            let message = format!("{} is there already.", file.display());
            return Err(UserError::new(message, "Give another name, or --force to replace it.").into());
        }
        written => written?,
    };
    screen.line(&format!(
        "{}: {} tickets, {} messages, {} files, {}; written and read again in {:.1} s.",
        file.display(),
        written.rows("tickets"),
        written.rows("messages"),
        written.rows("files"),
        size(written.size),
        began.elapsed().as_secs_f64(),
    ));
    screen.line("To restore it, stop the bot and start it with this file, or copy it with `trouble-ticket copy-database`.");
    Ok(())
}

/// Copies one database into another and says what went over.
///
/// # Errors
/// Why it did not; the target is as it was then.
pub async fn copy(screen: Screen, from: &str, to: &str) -> anyhow::Result<()> {
    run::environment()?;
    let (from, to) = (address("--from", from)?, address("--to", to)?);
    let source = open_database_as_it_is(&from).await?;
    let target = open_database(&to).await?;
    let bar = ProgressBar::no_length().with_style(style());
    let told = |table: &str, done, all| {
        if bar.message() != table {
            bar.set_message(table.to_owned());
            bar.set_length(all);
        }
        bar.set_position(done);
    };
    let copied = source.copy_into(&target, told).await;
    bar.finish_and_clear();
    source.close().await;
    target.close().await;
    let copied = match copied {
        Err(StoreError::NotEmpty(table)) => {
            let message = format!("The target is not empty: there is something in `{table}`.");
            return Err(UserError::new(message, "Copy into a new database.").into());
        }
        copied => copied?,
    };
    for table in &copied {
        screen.line(&format!("{:>9}  {:<18} {:032x}", table.rows, table.table, table.digest));
    }
    screen.line("Everything went over; counts and digests of every table are the same.");
    Ok(())
}

/// What was typed may hold a password, so no message repeats it.
fn address(option: &str, typed: &str) -> anyhow::Result<DatabaseUrl> {
    let wrong = || {
        UserError::new(
            format!("{option} is no address of a database."),
            "It looks like `sqlite://data/trouble-ticket.db` or `postgres://user:password@host/name`.",
        )
    };
    Ok(DatabaseUrl::new(typed).ok_or_else(wrong)?)
}

fn style() -> ProgressStyle {
    let template = "{msg:<18} {wide_bar} {pos}/{len}";
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} KB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}
