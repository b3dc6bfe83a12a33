//! One bot to a SQLite file: a lock that the operating system keeps, on a file beside the database.
//!
//! The system releases it when the process ends, however it ends, so a restart after a crash starts at once. Only the bot
//! takes it; commands that read or mend the database work beside it. Must not open the database.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::{Result, StoreError};

/// The right to be the only bot on a SQLite file, for as long as this is not dropped.
#[derive(Debug)]
pub struct Alone(#[expect(dead_code, reason = "held, not read")] File);

impl Alone {
    /// Takes the lock of the file behind `url`; `None` if that is no SQLite file.
    ///
    /// # Errors
    /// [`StoreError::InUse`] if another bot has it, [`StoreError::Lock`] if it cannot be had at all.
    pub fn take(url: &str) -> Result<Option<Self>> {
        let Some(path) = url.strip_prefix("sqlite:").map(|path| path.strip_prefix("//").unwrap_or(path))
        else {
            return Ok(None);
        };
        let path = lock_path(Path::new(path));
        let wrong = |why| StoreError::Lock { path: path.display().to_string(), why };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(wrong)?;
        }
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = file.map_err(wrong)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.take(100).read_to_string(&mut holder);
                return Err(StoreError::InUse(holder.trim().to_owned()));
            }
            Err(TryLockError::Error(why)) => return Err(wrong(why)),
        }
        // For whoever is refused; without it the lock holds all the same.
        let said = file.set_len(0).and_then(|()| writeln!(file, "process {}", std::process::id()));
        if let Err(why) = said {
            tracing::warn!(path = %path.display(), %why, "could not write into the lock file whose it is");
        }
        Ok(Some(Self(file)))
    }
}

/// `tickets.db.lock` beside the file itself, by whatever way it was named.
fn lock_path(path: &Path) -> PathBuf {
    // A new file has no real path yet, but its folder may.
    let real = path.canonicalize().or_else(|_| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).canonicalize()?;
        Ok::<_, std::io::Error>(folder.join(path.file_name().unwrap_or_default()))
    });
    let mut lock = real.unwrap_or_else(|_| path.to_owned()).into_os_string();
    lock.push(".lock");
    lock.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_by_whatever_name_and_again_after_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new/tickets.db");
        let url = format!("sqlite://{}", file.display());
        let first = Alone::take(&url).unwrap().unwrap();
        std::os::unix::fs::symlink(folder.path().join("new"), folder.path().join("other")).unwrap();
        let other = format!("sqlite://{}", folder.path().join("other/tickets.db").display());
        for name in [&url, &other] {
            match Alone::take(name) {
                Err(StoreError::InUse(by)) => assert_eq!(by, format!("process {}", std::process::id())),
                taken => panic!("{name}: {taken:?}"),
            }
        }
        drop(first);
        assert!(Alone::take(&other).unwrap().is_some());
        assert!(Alone::take("postgres://localhost/x").unwrap().is_none());
    }
}
