//! The one style of a page, and the policy that lets a browser use it and nothing else.
//!
//! Must not know what stands on the page. The invariant: the policy has the hash of exactly the style that is on the
//! page; the only words of a report that get into the style are those at the foot of every printed page, and they
//! stand there as numbers of characters.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::super::safe::visible;

/// What all pages have.
const STYLE: &str = include_str!("style.css");

/// A style, as it stands on a page.
pub(super) struct Style(String);

impl Style {
    /// The style of a page that has `foot` at the foot of every sheet it is printed on.
    pub(super) fn of(foot: &str) -> Self {
        // Browsers hash what they read, and they read every end of a line as a line feed.
        Self(format!(":root {{ --foot: \"{}\"; }}\n{}", quoted(foot), STYLE.replace('\r', "")))
    }

    /// The style as text.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// What the page may do: use this style, and show the pictures that are in it.
    pub(super) fn policy(&self) -> String {
        let hash = STANDARD.encode(Sha256::digest(&self.0));
        format!(
            "default-src 'none'; style-src 'sha256-{hash}'; img-src data:; base-uri 'none'; form-action 'none'"
        )
    }
}

/// `text` for the inside of a string of a style sheet: whatever could end the string, or the style, is written as the
/// number of the character.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text) {
        if c.is_ascii_alphanumeric() || "-.,: ".contains(c) {
            out.push(c);
        } else {
            write!(out, "\\{:x} ", u32::from(c)).ok();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_the_style_stay_words() {
        assert_eq!(
            quoted("T-42: é\"</style>\\\n\u{202e}決"),
            r"T-42: \e9 \22 \3c \2f style\3e \5c \a \6c7a "
        );
    }

    #[test]
    fn the_style_asks_for_nothing() {
        let style = Style::of("T-42");
        assert!(style.as_str().starts_with(":root { --foot: \"T-42\"; }\n"));
        for sign in ["<", "url(", "@import", "\r", "!important"] {
            assert!(!style.as_str().contains(sign), "{sign}");
        }
    }

    #[test]
    fn the_policy_has_the_hash_of_the_style() {
        let style = Style("p { color: red; }".to_owned());
        // printf '%s' 'p { color: red; }' | openssl dgst -sha256 -binary | base64
        assert_eq!(
            style.policy(),
            "default-src 'none'; style-src 'sha256-pckGv9YvNcB5xy+Y4fbqhyo+ib850wyiuWeNbZvLi00='; img-src data:; base-uri 'none'; form-action 'none'"
        );
    }
}
