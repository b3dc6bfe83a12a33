//! What of other people's text may stand on a page: characters that can be seen, and addresses that lead where they say.
//!
//! For the formats that are not Markdown. Must not know any of them. The invariant: an [`Address`] is a plain web
//! address, so whoever holds one may make a link of it without looking again.

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::text;

/// `text` without characters that cannot be seen but change how others are shown, or that only programs read.
/// White space stays, and so does the joiner that emoji are built with.
pub(super) fn visible(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| !is_hidden(*c))
}

/// Beyond what is hidden everywhere, here also white space that pages have no use for.
fn is_hidden(c: char) -> bool {
    let odd_space = c.is_control() && !matches!(c, '\n' | '\t') || matches!(c, '\u{2028}' | '\u{2029}');
    text::is_hidden(c) || odd_space
}

/// An address on the web.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Address<'a>(&'a str);

impl<'a> Address<'a> {
    /// `text`, if it is an address that a browser asks a web server for, and the one that it seems to be: none that
    /// runs a script, and none that hides its host behind somebody's name.
    pub(super) fn of(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let is_web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
        let is_odd =
            |c: char| c.is_whitespace() || c.is_control() || is_hidden(c) || "\"<>\\^`{|}".contains(c);
        let fits = is_web && !host.is_empty() && !host.contains('@') && !text.contains(is_odd);
        fits.then_some(Self(text))
    }

    /// The address as text.
    pub(super) const fn as_str(self) -> &'a str {
        self.0
    }

    /// Whether it opens something on Discord: a message, a thread.
    pub(super) fn is_on_discord(self) -> bool {
        self.0.starts_with("https://discord.com/channels/")
    }

    /// `text` in pieces, each with the address that it is.
    pub(super) fn find_in(text: &'a str) -> Vec<(&'a str, Option<Self>)> {
        static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r#"(?i)(?-u:\b)https?://[^\s<>"'`|\\^{}\[\]、。，（）「」『』]+"#)
                .expect("a constant pattern")
        });
        let (mut pieces, mut done) = (Vec::new(), 0);
        for found in ADDRESS.find_iter(text) {
            let address = without_punctuation(found.as_str());
            pieces.push((&text[done..found.start()], None));
            pieces.push((address, Self::of(address)));
            done = found.start() + address.len();
        }
        pieces.push((&text[done..], None));
        pieces.retain(|(piece, _)| !piece.is_empty());
        pieces
    }
}

/// An address without the punctuation of the sentence around it.
fn without_punctuation(address: &str) -> &str {
    let mut address = address;
    loop {
        let unbalanced =
            address.ends_with(')') && address.matches('(').count() < address.matches(')').count();
        if !unbalanced && !address.ends_with(['.', ',', ';', ':', '!', '?', '*', '_', '~']) {
            return address;
        }
        address = &address[..address.len() - 1];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> String {
        visible(text).collect()
    }

    #[test]
    fn what_cannot_be_seen_is_left_out() {
        assert_eq!(seen("a\u{202e}b\u{0}c\u{61c}\u{200b}\u{2066}\u{e0041}\u{feff}\r\n\td"), "abc\n\td");
        assert_eq!(seen("👩‍🚀 決済 é ❤\u{fe0f}"), "👩‍🚀 決済 é ❤\u{fe0f}");
    }

    #[test]
    fn only_plain_web_addresses_become_links() {
        let links = ["https://a.example", "http://a.example:8080/x?y=z&w#v", "HTTPS://A.EXAMPLE/決済"];
        for link in links {
            assert_eq!(Address::of(link).map(Address::as_str), Some(link));
        }
        let texts = [
            "",
            "javascript:alert(1)",
            "JaVaScRiPt://a.example/%0aalert(1)",
            "data:text/html,<b>",
            "vbscript:x",
            "file:///etc/passwd",
            "ftp://a.example",
            "//a.example",
            "/path",
            "mailto:a@b.example",
            "discord://a",
            "https://",
            "https:///x",
            "https://discord.com@evil.example/",
            "https://evil.example\\@discord.com/",
            "https://a.example/\"onclick=x",
            "https://a.example/<b>",
            "https://a.example/\u{202e}gpj.exe",
            "https://a.example/a b",
            " https://a.example",
            "https://a.example\n",
        ];
        for text in texts {
            assert_eq!(Address::of(text), None, "{text:?}");
        }
    }

    #[test]
    fn addresses_are_found_in_sentences() {
        let found = |text| {
            let pieces = Address::find_in(text).into_iter();
            pieces.filter_map(|(_, address)| address.map(Address::as_str)).collect::<Vec<_>>()
        };
        assert_eq!(
            found("see https://a.example/x_y, (http://b.example/p(1))."),
            ["https://a.example/x_y", "http://b.example/p(1)"]
        );
        assert_eq!(found("詳細はhttps://a.example/x。続き"), ["https://a.example/x"]);
        assert_eq!(found("https://me@evil.example xhttps://b.example https://."), Vec::<&str>::new());
        let text = "a https://b.example. c";
        assert_eq!(Address::find_in(text).iter().map(|(piece, _)| *piece).collect::<String>(), text);
    }
}
