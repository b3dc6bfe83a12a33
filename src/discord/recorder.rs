//! The recorder: everything said in a ticket's thread goes into the archive, in the order in which it was told.
//!
//! News is queued by the gateway's tasks and written by one task, as much at once as is waiting: that keeps the
//! order and makes one disk flush out of hundreds. What cannot be written is kept and tried again, so a database
//! that is away for a while loses nothing. Must not know what the archive is used for.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::{mpsc, oneshot};

use crate::clock::Clock;
use crate::domain::{ArchivedMessage, ChannelId, MessageId, TicketNumber};
use crate::store::{GuildStore, StoreError};

/// The most pieces of news in one transaction.
const BATCH: usize = 500;
/// How long to wait before writing again what could not be written.
const RETRY: Duration = Duration::from_secs(2);

/// A piece of news about a thread.
#[derive(Debug)]
pub enum News {
    /// A message as it is now: new, or edited.
    Message(Box<ArchivedMessage>),
    /// A message is gone.
    Deleted(MessageId, DateTime<Utc>),
}

enum Entry {
    News(TicketNumber, News),
    Flush(oneshot::Sender<()>),
}

/// Where news is handed in. Cheap to clone; the recorder stops when the last one is dropped.
#[derive(Clone)]
pub struct Recorder {
    queue: mpsc::UnboundedSender<Entry>,
    threads: Threads,
}

/// Which thread belongs to which ticket, for deciding in no time whether a message matters.
#[derive(Clone, Debug, Default)]
pub struct Threads(Arc<RwLock<HashMap<ChannelId, TicketNumber>>>);

impl Threads {
    /// Adds a thread. The thread of a card has the card's id, so it can be added before it exists, and nothing said
    /// in it is missed.
    pub fn insert(&self, thread: ChannelId, ticket: TicketNumber) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(thread, ticket);
    }

    /// The ticket whose thread this is.
    #[must_use]
    pub fn ticket(&self, thread: ChannelId) -> Option<TicketNumber> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&thread).copied()
    }
}

impl Recorder {
    /// Starts recording for the threads that the database knows. The second value is the work itself, which ends
    /// when every handle is gone and all is written.
    pub async fn start(
        store: GuildStore,
        clock: Clock,
    ) -> Result<(Self, impl Future<Output = ()> + Send + 'static), StoreError> {
        let threads = Threads::default();
        for (thread, ticket) in store.read().await?.threads().await? {
            threads.insert(thread, ticket);
        }
        let (queue, entries) = mpsc::unbounded_channel();
        Ok((Self { queue, threads }, record(store, clock, entries)))
    }

    /// The threads it listens to.
    #[must_use]
    pub const fn threads(&self) -> &Threads {
        &self.threads
    }

    /// Keeps a message, if it stands in a ticket's thread.
    pub fn message(&self, message: ArchivedMessage) {
        if let Some(ticket) = self.threads.ticket(message.thread) {
            self.hand_in(Entry::News(ticket, News::Message(Box::new(message))));
        }
    }

    /// Notes that a message was deleted, if it stood in a ticket's thread.
    pub fn deleted(&self, thread: ChannelId, message: MessageId, at: DateTime<Utc>) {
        if let Some(ticket) = self.threads.ticket(thread) {
            self.hand_in(Entry::News(ticket, News::Deleted(message, at)));
        }
    }

    /// Waits until everything handed in so far is in the archive.
    pub async fn flush(&self) {
        let (done, written) = oneshot::channel();
        self.hand_in(Entry::Flush(done));
        let _ = written.await;
    }

    fn hand_in(&self, entry: Entry) {
        if self.queue.send(entry).is_err() {
            tracing::warn!("the recorder has stopped; a piece of news is not in the archive");
        }
    }
}

/// Writes what is queued, batch by batch, until the queue is closed and empty.
async fn record(store: GuildStore, clock: Clock, mut entries: mpsc::UnboundedReceiver<Entry>) {
    let mut batch = Vec::with_capacity(BATCH);
    while entries.recv_many(&mut batch, BATCH).await > 0 {
        while let Err(error) = write(&store, &batch).await {
            let error = anyhow::Error::from(error);
            tracing::error!(
                error = format!("{error:#}"),
                news = batch.len(),
                "could not archive; trying again"
            );
            clock.sleep(RETRY).await;
        }
        for entry in batch.drain(..) {
            if let Entry::Flush(done) = entry {
                let _ = done.send(());
            }
        }
    }
}

async fn write(store: &GuildStore, batch: &[Entry]) -> Result<(), StoreError> {
    let mut tx = store.write().await?;
    for entry in batch {
        match entry {
            Entry::News(ticket, News::Message(message)) => tx.archive_message(*ticket, message).await?,
            Entry::News(_, News::Deleted(message, at)) => tx.mark_deleted(*message, *at).await?,
            Entry::Flush(_) => {}
        }
    }
    tx.commit().await
}
