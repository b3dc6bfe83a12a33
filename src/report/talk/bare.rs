//! A message without what is not its author's words: links, code, quotations, what was struck out, Discord's codes.
//!
//! What was taken away is remembered as what it was. Must not know sentences. The invariant: lines stay lines, so
//! that a place in the bare text is a place in the message.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::domain::UserId;

/// What a link leads to, as far as its address says; the best is last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Link {
    /// A picture that moves.
    Fun,
    /// Anything else.
    Page,
    /// A ticket, an issue, a bug.
    Issue,
    /// A change of code or configuration, or a release.
    Change,
}

/// A text without what is not its author's words.
pub(super) struct Bare {
    pub text: String,
    pub link: Option<Link>,
    /// Whether it has a block of code or output.
    pub block: bool,
    /// Who is mentioned by Discord's code.
    pub mentions: Vec<UserId>,
}

impl Bare {
    pub fn of(text: &str) -> Self {
        static NOT_WORDS: LazyLock<Regex> = LazyLock::new(|| {
            let parts = [
                "(?s:(?<block>```.*?(?:```|$)))",
                r"(?<link>https?://[^\s<>]+)",
                "`(?<code>[^`\n]+)`",
                "~~[^~]+~~",
                // Quoted lines.
                "(?m:^> .*$)",
                r"<@!?(?<user>\d{1,19})>",
                // Discord's other codes, and emoji by name as other chats write them.
                r"<[@#:at][^<>\s]*>",
                ":[a-z][a-z0-9_+-]*:",
            ];
            Regex::new(&parts.join("|")).expect("a constant pattern")
        });
        let mut bare =
            Self { text: String::with_capacity(text.len()), link: None, block: false, mentions: Vec::new() };
        let mut done = 0;
        for found in NOT_WORDS.captures_iter(text) {
            let Some(whole) = found.get(0) else { continue };
            bare.text.push_str(&text[done..whole.start()]);
            done = whole.end();
            bare.block |= found.name("block").is_some();
            bare.mentions.extend(found.name("user").and_then(|user| user.as_str().parse().ok()).map(UserId));
            if let Some(link) = found.name("link") {
                bare.link = bare.link.max(Some(Link::of(link.as_str())));
            }
            // Code in a line is a word of the sentence around it.
            bare.text.push_str(found.name("code").map_or(" ", |code| code.as_str()));
            bare.text.extend(whole.as_str().chars().filter(|c| *c == '\n'));
        }
        bare.text.push_str(&text[done..]);
        bare
    }

    /// Who is called as `@name`, as people type it in other chats.
    pub fn named(&self, names: &HashMap<String, UserId>) -> Vec<UserId> {
        let words = self.text.split_whitespace().filter_map(|word| word.strip_prefix('@'));
        let name = |word: &str| word.trim_end_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        words.filter_map(|word| names.get(&name(word)).copied()).collect()
    }
}

impl Link {
    fn of(url: &str) -> Self {
        const FUN: &[&str] = &["tenor.com", "giphy.com", "imgflip.com", ".gif"];
        const CHANGE: &[&str] = &[
            "/pull/",
            "/pull-requests/",
            "/merge_requests/",
            "/commit/",
            "/commits/",
            "/compare/",
            "/releases/",
            "/changeset/",
            "/-/tags/",
            "gerrit",
        ];
        const ISSUE: &[&str] =
            &["/issues/", "/issue/", "/browse/", "/ticket/", "/tickets/", "bugzilla", "show_bug"];
        let has = |parts: &[&str]| parts.iter().any(|part| url.contains(part));
        if has(FUN) {
            Self::Fun
        } else if has(CHANGE) {
            Self::Change
        } else if has(ISSUE) {
            Self::Issue
        } else {
            Self::Page
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_taken_away_and_remembered() {
        let bare = Bare::of("look: https://git.example/a/pull/7\n```\nERROR\n```\n`tray` <@101> ~~no~~ yes");
        assert_eq!(bare.text.split_whitespace().collect::<Vec<_>>(), ["look:", "tray", "yes"]);
        assert_eq!((bare.link, bare.block, bare.mentions), (Some(Link::Change), true, vec![UserId(101)]));
        assert_eq!(bare.text.lines().count(), 5, "lines stay lines");
        let bare = Bare::of("```\nnever closed");
        assert!(bare.block && bare.text.trim().is_empty());
    }

    #[test]
    fn an_address_tells_what_it_leads_to() {
        let cases = [
            ("https://git.example/hub/labels/commit/7f3", Link::Change),
            ("https://git.example/hub/labels/-/merge_requests/4", Link::Change),
            ("https://git.example/hub/labels/issues/4", Link::Issue),
            ("https://tracker.example/browse/HUB-4", Link::Issue),
            ("https://graphs.example/d/1", Link::Page),
            ("https://tenor.com/view/4", Link::Fun),
        ];
        for (url, link) in cases {
            assert_eq!(Bare::of(url).link, Some(link), "{url}");
        }
        assert_eq!(
            Bare::of("https://a.example/issues/1 https://a.example/pull/2").link,
            Some(Link::Change),
            "the best"
        );
        assert_eq!(Bare::of("none").link, None);
    }
}
