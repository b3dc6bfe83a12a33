//! What the program prints: results on standard output, colours only where somebody looks at a terminal.
//!
//! A reader that went away (`| head`) ends the printing quietly. Must not know what is printed.

use std::io::{self, IsTerminal, Write};

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
        let _ = writeln!(io::stdout().lock(), "{text}");
    }

    /// Prints text as it is, at once.
    pub fn text(&self, text: &str) {
        let mut out = io::stdout().lock();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
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

/// Prints what went wrong, on standard error.
pub fn complain(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
