//! Writing the files that somebody asked for.
//!
//! Must not know what is in them. Invariant: a file is there in full or not at all; one that was there is replaced.

use std::io;
use std::path::{Path, PathBuf};

/// Writes files, each a name and what is in it, into a folder; gives where they are.
///
/// # Errors
/// If the folder cannot be made or written into.
pub fn write(folder: &Path, files: &[(String, Vec<u8>)]) -> io::Result<Vec<PathBuf>> {
    std::fs::create_dir_all(folder)?;
    let mut written = Vec::new();
    for (name, bytes) in files {
        let (file, unfinished) = (folder.join(name), folder.join(format!(".{name}.unfinished")));
        std::fs::write(&unfinished, bytes)?;
        std::fs::rename(&unfinished, &file)?;
        written.push(file);
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_made_and_replaced_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("a/b");
        for text in ["one", "two"] {
            let written = write(&deep, &[("x.md".to_owned(), text.into())]).unwrap();
            assert_eq!(written, [deep.join("x.md")]);
            assert_eq!(std::fs::read_to_string(&written[0]).unwrap(), text);
        }
        assert_eq!(std::fs::read_dir(&deep).unwrap().count(), 1);
        assert!(write(&deep.join("x.md"), &[]).is_err());
    }
}
