//! Writing the reports: `<team>.md` for people and `<team>.json` for programs.
//!
//! Keeps: a file is there in full or not at all; one that was there before is replaced.

use std::io;
use std::path::{Path, PathBuf};

use crate::report::FinalReport;

/// Writes every report into `folder` and says which files there are now.
pub(super) fn write(folder: &Path, reports: &[FinalReport]) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for report in reports {
        for (ending, text) in [("md", report.to_markdown()), ("json", report.to_json() + "\n")] {
            let file = folder.join(format!("{}.{ending}", report.team));
            let unfinished = folder.join(format!(".{}.{ending}.unfinished", report.team));
            std::fs::write(&unfinished, text)?;
            std::fs::rename(&unfinished, &file)?;
            files.push(file);
        }
    }
    Ok(files)
}
