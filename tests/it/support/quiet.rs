//! What a quiet world is: nothing owed and nothing parked, everything answered in time, privately and once, no message
//! shown twice, nobody called who is not a role or a person, all that was said in the archive.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use trouble_ticket::domain::person::FORGOTTEN;
use trouble_ticket::domain::{ArchivedMessage, ChannelId, Ticket};
use trouble_ticket::sandbox::{Id, Message, State};

use super::world::World;

impl World {
    /// Demands that nothing is owed, lost or doubled.
    pub(super) async fn is_quiet(&self) {
        let unknown = self.sandbox().unknown_routes();
        assert!(unknown.is_empty(), "the sandbox does not know {unknown:?}");
        self.everybody_was_answered();
        self.nothing_stands_twice();
        let parked = self.reading().await.parked_deliveries().await.unwrap();
        assert!(parked.is_empty(), "parked: {parked:?}");
        for ticket in self.tickets().await {
            let Some(thread) = ticket.places.thread else { continue };
            self.thread_is_kept(&ticket, thread).await;
        }
    }

    /// Every interaction had its answer in time, in private, and once.
    fn everybody_was_answered(&self) {
        self.sandbox().look(|world| {
            for interaction in world.interactions.values() {
                let what = format!("`{}` of {}", interaction.name, interaction.by);
                if self.unheard && matches!(interaction.state, State::Expired | State::Failed) {
                    continue;
                }
                let over = [State::Pending, State::Deferred, State::Expired, State::Failed];
                assert!(!over.contains(&interaction.state), "{what} is {:?}", interaction.state);
                assert!(interaction.answered_after_ms.is_some_and(|ms| ms < 3000), "{what} came late");
                // A repeat of an answer that arrived after all is refused, and no harm.
                let mut refusals = interaction.refusals.iter();
                let refused = refusals.find(|why| !why.contains("already been acknowledged"));
                assert_eq!(refused, None, "{what}");
                let answer = interaction.original.and_then(|id| world.find_message(id));
                let private = answer.is_none_or(|answer| answer.only_for == Some(interaction.by));
                assert!(private || interaction.state == State::Updated, "{what} was answered in public");
            }
        });
    }

    /// No two messages of the bot have one mark, and none calls everybody.
    pub fn nothing_stands_twice(&self) {
        let mut seen: BTreeMap<String, Id> = BTreeMap::new();
        self.sandbox().look(|world| {
            let messages = world.channels.values().flat_map(|channel| channel.messages.values());
            for message in messages.filter(|message| message.author == world.bot) {
                assert!(!message.pings.everyone, "everybody was called");
                let Some(mark) = mark(message) else { continue };
                let other = seen.insert(mark.clone(), message.id);
                assert_eq!(other, None, "{mark} stands twice");
            }
        });
    }

    /// The archive holds what stands in the thread, and the thread is archived when the ticket is over.
    async fn thread_is_kept(&self, ticket: &Ticket, thread: ChannelId) {
        let mut tx = self.reading().await;
        if tx.is_archive_gone(ticket.number).await.unwrap() {
            return;
        }
        let kept = tx.messages(ticket.number).await.unwrap();
        drop(tx);
        // Of what a forgotten person said, only the place is kept, and nobody is called by their name.
        let text = |message: ArchivedMessage| {
            let is_whole = !message.author.is_forgotten() && !message.text.contains(FORGOTTEN);
            is_whole.then_some(message.text)
        };
        let kept: BTreeMap<Id, Option<String>> =
            kept.into_iter().map(|message| (message.id.0.cast_unsigned(), text(message))).collect();
        let Some(channel) = self.sandbox().channel(thread.0.cast_unsigned()) else { return };
        for message in self.sandbox().messages(channel.id) {
            let text = kept.get(&message.id);
            assert!(text.is_some(), "not archived: {}", self.show(&message));
            // PostgreSQL keeps no NUL; on Discord nobody can type one.
            let content = message.content.replace('\0', "\u{fffd}");
            let same = content.is_empty()
                || text.is_some_and(|text| text.as_ref().is_none_or(|text| *text == content));
            assert!(same, "archived as {text:?}: {}", self.show(&message));
        }
        assert_eq!(channel.is_archived(), ticket.status.is_end(), "the thread of {}", ticket.number);
    }
}

/// The mark of a message: in the footer of an embed, or in the small print.
fn mark(message: &Message) -> Option<String> {
    static MARK: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^T-\d+ · \d+$").expect("a pattern"));
    let footers = message.embeds.iter().filter_map(|embed| embed["footer"]["text"].as_str());
    let small = message.content.lines().filter_map(|line| line.strip_prefix("-# "));
    footers.chain(small).find(|text| MARK.is_match(text)).map(str::to_owned)
}
