//! Telling a story on a terminal: who does what, and what each channel and thread then shows to whom.
//!
//! After each step only what is new is printed: new messages whole, edited ones by the lines that changed. Discord's
//! markup is read away, as its clients would. Must not know the plot.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono_tz::Tz;
use regex::Regex;

use super::together::Together;
use crate::app::screen::{Screen, Style};
use crate::sandbox::{Answer, Channel, Id, Message};

/// Tells what happens in a company.
pub struct Teller<'a> {
    screen: Screen,
    together: &'a Together,
    zone: Tz,
    /// What each message showed when it was printed last.
    told: BTreeMap<Id, String>,
    missing: Vec<String>,
}

impl<'a> Teller<'a> {
    /// A teller who has said nothing yet.
    #[must_use]
    pub const fn new(screen: Screen, together: &'a Together, zone: Tz) -> Self {
        Self { screen, together, zone, told: BTreeMap::new(), missing: Vec::new() }
    }

    /// Begins a part of the story.
    pub fn chapter(&self, text: &str) {
        self.screen.line("");
        self.screen.line(&self.screen.paint(Style::Bold, text));
    }

    /// Says what somebody does now.
    pub fn does(&self, who: &str, what: &str) {
        let time = self.together.clock().now().with_timezone(&self.zone).format("%H:%M").to_string();
        self.screen.line("");
        self.screen.line(&format!("{}  {who} {what}", self.screen.paint(Style::Bold, &time)));
    }

    /// Shows the form that somebody is given.
    pub fn form(&self, who: &str, form: &Answer) {
        let inputs = form.inputs().into_iter().map(|input| {
            let must = if input.required { "" } else { " (may be left empty)" };
            format!("{}{must}", input.label)
        });
        let lines: Vec<String> = std::iter::once(form.title()).chain(inputs).collect();
        self.print(&format!("{who} is given a form"), &lines.join("\n"));
    }

    /// Shows what only one person sees.
    pub fn private(&self, who: &str, answer: &Answer) {
        let Some(message) = answer.message() else { return };
        let text = self.together.sandbox().look(|world| world.body_text(&message, self.zone));
        self.print(&format!("only {who} sees"), &plain(&text));
    }

    /// Shows what somebody writes.
    pub fn text(&self, text: &str) {
        self.print("in the form", text);
    }

    /// Waits until all is quiet, then shows what is new in every channel and thread.
    ///
    /// # Errors
    /// If it does not become quiet.
    pub async fn tell(&mut self) -> anyhow::Result<()> {
        self.together.settle().await?;
        let sandbox = self.together.sandbox();
        let names = ["trouble", "trouble-announcements", "trouble-operators"];
        let channels = names.iter().filter_map(|name| sandbox.channel(*name));
        for channel in channels.chain(sandbox.threads()) {
            for message in sandbox.messages(channel.id) {
                self.tell_message(&channel, &message);
            }
        }
        Ok(())
    }

    fn tell_message(&mut self, channel: &Channel, message: &Message) {
        // Discord's own first line of a thread only repeats the card.
        const THREAD_STARTER: u8 = 21;
        if message.kind == THREAD_STARTER {
            return;
        }
        let text = plain(&self.together.sandbox().text(message, self.zone));
        let place = if channel.is_thread() {
            format!("thread “{}”", channel.name)
        } else {
            format!("#{}", channel.name)
        };
        match self.told.insert(message.id, text.clone()) {
            None => self.print(&format!("{place}{}", self.called(message)), &text),
            Some(before) if before != text => {
                let known: BTreeSet<String> = before.lines().map(timeless).collect();
                let changed: Vec<&str> =
                    text.lines().skip(1).filter(|line| !known.contains(&timeless(line))).collect();
                if !changed.is_empty() {
                    self.print(&format!("{place}, edited in place"), &changed.join("\n"));
                }
            }
            Some(_) => {}
        }
    }

    /// Whom a message calls, if anybody.
    fn called(&self, message: &Message) -> String {
        let names = self.together.sandbox().look(|world| {
            let roles =
                message.pings.roles.iter().filter_map(|id| world.roles.get(id)).map(|role| role.name.clone());
            let users = message.pings.users.iter().filter_map(|id| world.members.get(id));
            let users = users.map(|member| member.display_name().to_owned());
            roles.chain(users).map(|name| format!("@{name}")).collect::<Vec<_>>()
        });
        if names.is_empty() { String::new() } else { format!(", calling {}", names.join(" ")) }
    }

    fn print(&self, place: &str, text: &str) {
        self.screen.line(&format!("  {}", self.screen.paint(Style::Blue, place)));
        for line in text.lines() {
            self.screen.line(&format!("  {} {line}", self.screen.paint(Style::Dim, "│")));
        }
    }

    /// Notes something that should have happened, and whether it did.
    pub fn expect(&mut self, what: &str, happened: bool) {
        if !happened {
            self.missing.push(what.to_owned());
        }
    }

    /// What should have happened and did not.
    #[must_use]
    pub fn missing(&self) -> &[String] {
        &self.missing
    }
}

/// Text as Discord's clients show it: without escapes, emphasis and the sign of small print.
fn plain(text: &str) -> String {
    static MARKUP: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\\([[:punct:]])|\*\*|__|(?m:^(\s*)(?:-# |# ))").expect("a constant pattern")
    });
    MARKUP.replace_all(text, "$1$2").into_owned()
}

/// A line without how long ago something was, which changes by itself.
fn timeless(line: &str) -> String {
    static AGO: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\d+ (?:second|minute|hour|day)s? ago").expect("a constant pattern"));
    AGO.replace_all(line, "").into_owned()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn markup_is_read_away() {
        assert_eq!(plain("**T-1 · a\\_b**\n  -# T-1 · 7\n# Heading \\*"), "T-1 · a_b\n  T-1 · 7\nHeading *");
    }
}
