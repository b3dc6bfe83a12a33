//! A backup: the whole database as it is at one moment, as one SQLite file, while the bot goes on.
//!
//! From PostgreSQL too, so that one command and one kind of file serve both: the file can be started with, or copied into
//! any database. Keeps: under the name that was asked for stands a whole and checked backup, or what stood there before.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::store::{Copied, Store, StoreError};

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// The tables, with their rows.
    pub tables: Vec<Copied>,
    /// How large the file is, in bytes.
    pub size: u64,
}

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum NoBackup {
    /// Something has the file's name.
    #[error("{0} is there already")]
    Exists(PathBuf),
    /// The file is a database that somebody works with, perhaps the one that is backed up.
    #[error("{0} is a database in use")]
    InUse(PathBuf),
    /// The file cannot be written.
    #[error("{0} cannot be written")]
    File(PathBuf, #[source] io::Error),
    /// A database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Backup {
    /// The rows of a table.
    #[must_use]
    pub fn rows(&self, table: &str) -> u64 {
        self.tables.iter().find(|copied| copied.table == table).map_or(0, |copied| copied.rows)
    }
}

/// Writes a backup to `file`; `replace` says whether something that is there may go.
///
/// # Errors
/// Why there is none. What stood under the name stands there still.
pub async fn write(store: &Store, file: &Path, replace: bool) -> Result<Backup, NoBackup> {
    let failed = |error| NoBackup::File(file.to_owned(), error);
    if !replace && file.try_exists().map_err(failed)? {
        return Err(NoBackup::Exists(file.to_owned()));
    }
    // Another file put in the place of an open database would be read with what belongs to the old one.
    if ["-wal", "-shm", "-journal", ".lock"].iter().any(|end| with_end(file, end).exists()) {
        return Err(NoBackup::InUse(file.to_owned()));
    }
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let unfinished = with_end(file, ".unfinished");
    // Left behind by one that was broken off.
    remove(&unfinished).map_err(failed)?;
    let done = fill(store, &unfinished).await;
    let tables = match done {
        Ok(tables) => tables,
        Err(error) => {
            let _ = remove(&unfinished);
            return Err(error.into());
        }
    };
    let size = finish(&unfinished, file).map_err(failed)?;
    Ok(Backup { tables, size })
}

/// Writes everything into a new file, and reads it again.
async fn fill(store: &Store, file: &Path) -> Result<Vec<Copied>, StoreError> {
    let url = format!("sqlite://{}", file.display());
    match store {
        Store::Sqlite { .. } => {
            store.vacuum_into(file).await?;
            let copy = Store::open(&url).await?;
            let tables = async {
                copy.check_integrity().await?;
                copy.digests().await
            };
            let tables = tables.await;
            copy.close().await;
            tables
        }
        Store::Postgres(_) => {
            let copy = Store::open(&url).await?;
            let tables = store.copy_into(&copy, |_, _, _| {}).await;
            copy.close().await;
            tables
        }
    }
}

/// Gives the file its name once all of it is on the disk.
fn finish(unfinished: &Path, file: &Path) -> io::Result<u64> {
    let written = File::open(unfinished)?;
    written.sync_all()?;
    let size = written.metadata()?.len();
    std::fs::rename(unfinished, file)?;
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder)?.sync_all()?;
    }
    Ok(size)
}

fn with_end(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// Removes a database's file with what SQLite puts beside it.
fn remove(file: &Path) -> io::Result<()> {
    for end in ["", "-wal", "-shm", "-journal"] {
        match std::fs::remove_file(with_end(file, end)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
