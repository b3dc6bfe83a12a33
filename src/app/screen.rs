//! What the program prints: results on standard output, colours only where somebody looks at a terminal.
//!
//! A reader that went away (`| head`) ends the printing quietly; output that cannot be written for another reason, such
//! as a full disk, is a failure of the program, told at its end. Must not know what is printed.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

use anyhow::Context;

/// The first failure to write; there is one standard output.
static FAILED: Mutex<Option<io::Error>> = Mutex::new(None);

/// Where results go. Cheap to copy.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    colours: bool,
}

/// How a piece of text looks on a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A heading.
    Bold,
    /// Less important.
    Dim,
    /// A place.
    Blue,
    /// It went well.
    Green,
    /// It needs somebody.
    Yellow,
}

impl Screen {
    /// Standard output.
    #[must_use]
    pub fn stdout() -> Self {
        Self { colours: io::stdout().is_terminal() }
    }

    /// Prints a line.
    pub fn line(&self, text: &str) {
        note(writeln!(io::stdout().lock(), "{text}"));
    }

    /// Prints text as it is, at once.
    pub fn text(&self, text: &str) {
        let mut out = io::stdout().lock();
        note(out.write_all(text.as_bytes()).and_then(|()| out.flush()));
    }

    /// Whether nothing more can be printed, for those who have much to print.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        FAILED.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Prints what is still held back.
    ///
    /// # Errors
    /// If not everything could be printed, though somebody reads it.
    pub fn finish(&self) -> anyhow::Result<()> {
        note(io::stdout().lock().flush());
        match FAILED.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(error) if error.kind() != ErrorKind::BrokenPipe => Err(error).context("writing the output"),
            _ => Ok(()),
        }
    }

    /// `text` in a style, where there are colours.
    #[must_use]
    pub fn paint(&self, style: Style, text: &str) -> String {
        if !self.colours {
            return text.to_owned();
        }
        let code = match style {
            Style::Bold => "1",
            Style::Dim => "2",
            Style::Blue => "34",
            Style::Green => "32",
            Style::Yellow => "33",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

fn note(written: io::Result<()>) {
    if let Err(error) = written {
        FAILED.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }
}

/// Prints what went wrong, on standard error.
pub fn complain(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
