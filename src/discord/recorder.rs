//! The recorder: everything said in a ticket's thread goes into the archive, in the order in which it was told.
//!
//! News is queued by the gateway's tasks and written by one task, as much at once as is waiting: that keeps the
//! order and makes one disk flush out of hundreds. What cannot be written is kept and tried again, so a database
//! that is away for a while loses nothing; what comes while too much waits is read from the threads afterwards. While a thread is known to lack nothing, what is heard moves its mark. Must
//! not know what the archive is used for.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{Notify, mpsc, oneshot};

use super::catch_up::jobs::CatchUp;
use super::threads::Threads;
use crate::clock::Clock;
use crate::desk::forgetting;
use crate::domain::{ArchivedMessage, ChannelId, MessageId, Reaction, TicketNumber, UserId};
use crate::store::{GuildStore, GuildTx, StoreError};

/// The most pieces of news in one transaction.
const BATCH: usize = 500;
/// How long to wait before writing again what could not be written.
const RETRY: Duration = Duration::from_secs(2);

/// How far the mark of a thread stays behind the newest message: events that come close together may be handed in in
/// another order than they were sent.
const MARGIN: TimeDelta = TimeDelta::minutes(2);

/// A piece of news about a thread.
#[derive(Debug)]
pub enum News {
    /// A message as it is now: new, or edited.
    Message(Box<ArchivedMessage>),
    /// A message is gone.
    Deleted(MessageId, DateTime<Utc>),
    /// A message is pinned since then, or is not pinned any more.
    Pinned(MessageId, Option<DateTime<Utc>>),
    /// Somebody reacted to a message.
    Reacted(MessageId, Reaction),
    /// These are all reactions to a message, as they were found.
    Reactions(MessageId, Vec<Reaction>, DateTime<Utc>),
    /// Reactions to a message are gone.
    Unreacted(MessageId, Gone, DateTime<Utc>),
}

impl News {
    /// The message, if the news is about whether there is one and what it says.
    fn of_a_text(&self) -> Option<MessageId> {
        match self {
            Self::Message(message) => Some(message.id),
            Self::Deleted(message, _) => Some(*message),
            _ => None,
        }
    }
}

/// What becomes of the texts of messages that are deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeletedText {
    /// They stay in the database, and nobody is shown them.
    Kept,
    /// They are deleted too.
    Purged,
}

/// Which reactions are gone.
#[derive(Clone, Debug, Default)]
pub struct Gone {
    /// Those with this emoji; all if there is none.
    pub emoji: Option<String>,
    /// Those of this person; everybody's if there is none.
    pub by: Option<UserId>,
}

/// So much news waits for a database that is away; what comes then is read from the threads later. A piece has a few
/// kilobytes at most.
const BACKLOG: usize = 20_000;

/// What waits to be written.
#[derive(Debug, Default)]
struct Backlog {
    waiting: AtomicUsize,
    /// Some of it had to be let go.
    lost: AtomicBool,
}

enum Entry {
    News(Heard),
    Flush(oneshot::Sender<()>),
}

/// A piece of news of a ticket's thread.
struct Heard {
    ticket: TicketNumber,
    news: News,
    /// Whether nothing before it is missing in the thread's archive.
    complete: bool,
}

/// Where news is handed in. Cheap to clone; the recorder stops when the last one is dropped.
#[derive(Clone)]
pub struct Recorder {
    queue: mpsc::UnboundedSender<Entry>,
    threads: Threads,
    files: Arc<Notify>,
    backlog: Arc<Backlog>,
}

impl Recorder {
    /// Starts recording for the threads that the database knows. The second value is the work itself, which ends
    /// when every handle is gone and all is written.
    pub async fn start(
        store: GuildStore,
        clock: Clock,
        deleted: DeletedText,
        catch_up: Arc<CatchUp>,
    ) -> Result<(Self, impl Future<Output = ()> + Send + 'static), StoreError> {
        let threads = Threads::default();
        for (thread, ticket) in store.read().await?.threads().await? {
            threads.insert(thread, ticket);
        }
        let (queue, entries) = mpsc::unbounded_channel();
        let (files, backlog) = (Arc::new(Notify::new()), Arc::new(Backlog::default()));
        let recorder = Self { queue, threads, files: files.clone(), backlog: backlog.clone() };
        Ok((recorder, record((store, deleted), clock, entries, Drained { files, backlog, catch_up })))
    }

    /// The threads it listens to.
    #[must_use]
    pub const fn threads(&self) -> &Threads {
        &self.threads
    }

    /// Keeps news of a thread as it happens, if it is a ticket's.
    pub fn hear(&self, thread: ChannelId, news: News) {
        if let Some((ticket, complete)) = self.threads.ticket_and_completeness(thread) {
            self.hand_in(Entry::News(Heard { ticket, news, complete }));
        }
    }

    /// Keeps what was found in a thread's history, if it is a ticket's.
    pub fn found(&self, thread: ChannelId, news: News) {
        if let Some(ticket) = self.threads.ticket(thread) {
            self.hand_in(Entry::News(Heard { ticket, news, complete: false }));
        }
    }

    /// Keeps a message, if it stands in a ticket's thread.
    pub fn message(&self, message: ArchivedMessage) {
        self.hear(message.thread, News::Message(Box::new(message)));
    }

    /// Waits until messages with files have been written down. A signal that came while nobody waited is kept.
    pub async fn files_came(&self) {
        self.files.notified().await;
    }

    /// Waits until everything handed in so far is in the archive.
    pub async fn flush(&self) {
        let (done, written) = oneshot::channel();
        self.hand_in(Entry::Flush(done));
        let _ = written.await;
    }

    fn hand_in(&self, entry: Entry) {
        if matches!(entry, Entry::News(_)) {
            if self.backlog.waiting.load(Relaxed) >= BACKLOG {
                if !self.backlog.lost.swap(true, Relaxed) {
                    tracing::warn!(
                        "too much waits for the database; what is said now is read from the threads later"
                    );
                }
                // From here on the threads are not complete, so no mark goes past what is let go.
                self.threads.session_began();
                return;
            }
            self.backlog.waiting.fetch_add(1, Relaxed);
        }
        if self.queue.send(entry).is_err() {
            tracing::warn!("the recorder has stopped; a piece of news is not in the archive");
        }
    }
}

/// Who is told that something was written.
struct Drained {
    files: Arc<Notify>,
    backlog: Arc<Backlog>,
    catch_up: Arc<CatchUp>,
}

impl Drained {
    /// So much news is written; what had to be let go before can be read from now on.
    fn wrote(&self, news: usize, now: DateTime<Utc>) {
        self.backlog.waiting.fetch_sub(news, Relaxed);
        if self.backlog.lost.swap(false, Relaxed) {
            self.catch_up.session_began(now);
        }
    }
}

/// Writes what is queued, batch by batch, until the queue is closed and empty.
async fn record(
    (store, deleted): (GuildStore, DeletedText),
    clock: Clock,
    mut entries: mpsc::UnboundedReceiver<Entry>,
    drained: Drained,
) {
    let mut batch = Vec::with_capacity(BATCH);
    while entries.recv_many(&mut batch, BATCH).await > 0 {
        while let Err(error) = write(&store, deleted, &batch).await {
            let error = anyhow::Error::from(error);
            tracing::error!(
                error = format!("{error:#}"),
                news = batch.len(),
                "could not archive; trying again"
            );
            clock.sleep(RETRY).await;
        }
        let news = batch.iter().filter(|entry| matches!(entry, Entry::News(_))).count();
        for entry in batch.drain(..) {
            match entry {
                Entry::Flush(done) => {
                    let _ = done.send(());
                }
                Entry::News(Heard { news: News::Message(message), .. })
                    if !message.attachments.is_empty() =>
                {
                    drained.files.notify_one();
                }
                Entry::News(..) => {}
            }
        }
        drained.wrote(news, clock.now());
    }
}

async fn write(store: &GuildStore, deleted: DeletedText, batch: &[Entry]) -> Result<(), StoreError> {
    let mut tx = store.write().await?;
    tx.hold_off_forgetting().await?;
    let mut marks = BTreeMap::new();
    for entry in batch {
        let Entry::News(Heard { ticket, news, complete }) = entry else { continue };
        note(&mut tx, *ticket, news).await?;
        if let Some(id) = news.of_a_text().filter(|_| deleted == DeletedText::Purged) {
            // Also of a message that is told after its deletion, or edited meanwhile.
            forgetting::deleted::purge(&mut tx, *ticket, id).await?;
        }
        if let News::Message(message) = news
            && *complete
        {
            let mark = marks.entry(message.thread).or_insert(message.id);
            *mark = message.id.max(*mark);
        }
    }
    for (thread, newest) in marks {
        tx.set_complete_to(thread, MessageId::first_at(newest.time() - MARGIN)).await?;
    }
    tx.commit().await
}

async fn note(tx: &mut GuildTx, ticket: TicketNumber, news: &News) -> Result<(), StoreError> {
    match news {
        News::Message(message) => tx.archive_message(ticket, message).await,
        News::Deleted(message, at) => tx.mark_deleted(*message, *at).await,
        News::Pinned(message, at) => tx.mark_pinned(*message, *at).await,
        News::Reacted(message, reaction) => tx.react(*message, reaction).await,
        News::Reactions(message, found, at) => tx.set_reactions(*message, found, *at).await,
        News::Unreacted(message, gone, at) => tx.unreact(*message, gone.emoji.as_deref(), gone.by, *at).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::{Act, Desk, OpenForm};
    use crate::domain::Person;
    use crate::domain::fixture::{ann, at, directory};
    use crate::store::Store;

    fn said(id: i64) -> News {
        News::Message(Box::new(ArchivedMessage {
            id: MessageId(id),
            thread: ChannelId(77),
            author: Person { id: UserId(5), name: "Ann".to_owned() },
            at: at(1),
            text: format!("it is down, {id}"),
            bot: false,
            system: false,
            reply_to: None,
            attachments: Vec::new(),
            edited: None,
            deleted: None,
            pinned: None,
            reactions: Vec::new(),
        }))
    }

    #[tokio::test]
    async fn what_comes_while_too_much_waits_is_let_go_and_read_later() {
        let folder = tempfile::tempdir().unwrap();
        let store =
            Store::open(&format!("sqlite://{}", folder.path().join("test.db").display())).await.unwrap();
        let company = Arc::new(directory());
        let guild = store.guild(company.guild);
        let act = Act { by: ann(), at: at(0), cause: None };
        let form = OpenForm { title: "It is down".to_owned(), ..OpenForm::default() };
        let ticket = Desk::new(guild.clone(), company).open(&act, form).await.unwrap().ticket;
        let catch_up = Arc::new(CatchUp::default());
        let started =
            Recorder::start(guild.clone(), Clock::system(), DeletedText::Kept, catch_up.clone()).await;
        let (recorder, recording) = started.unwrap();
        recorder.threads().insert(ChannelId(77), ticket.number);
        // The database is away: somebody holds it.
        let hold = guild.write().await.unwrap();
        let recording = tokio::spawn(recording);
        for id in 1..=i64::try_from(BACKLOG).unwrap() + 3 {
            recorder.hear(ChannelId(77), said(id));
        }
        assert!(recorder.backlog.lost.load(Relaxed));
        assert!(!catch_up.wants_anything());
        drop(hold);
        recorder.flush().await;
        assert!(!recorder.backlog.lost.load(Relaxed) && catch_up.wants_anything());
        let kept = guild.read().await.unwrap().count_messages(ticket.number).await.unwrap();
        assert_eq!(usize::try_from(kept).unwrap(), BACKLOG);
        // Room again.
        recorder.hear(ChannelId(77), said(i64::try_from(BACKLOG).unwrap() + 4));
        recorder.flush().await;
        let kept = guild.read().await.unwrap().count_messages(ticket.number).await.unwrap();
        assert_eq!(usize::try_from(kept).unwrap(), BACKLOG + 1);
        drop(recorder);
        recording.await.unwrap();
    }
}
