//! The guild kept current: a new picture after each event that changes one.
//!
//! Fetching everything again is dull and right: no event can be applied wrongly or in the wrong order. Several
//! events at once cost one fetch. Must not know which events there are; whoever hears one calls
//! [`LiveGuild::refresh`]. Invariant: when `refresh` succeeds, the picture is newer than the call.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::Mutex;

use super::GuildView;
use crate::discord::rest::{Fault, Rest};

/// The guild as it is now, as far as events have told; share it behind an [`Arc`].
#[derive(Debug)]
pub struct LiveGuild {
    rest: Rest,
    view: RwLock<Arc<GuildView>>,
    /// How many changes were heard of.
    heard: AtomicU64,
    /// How many of them the picture shows; held while a new one is taken.
    shown: Mutex<u64>,
}

impl LiveGuild {
    /// Starts from a picture.
    #[must_use]
    pub fn new(rest: Rest, view: GuildView) -> Self {
        let (heard, shown) = (AtomicU64::new(0), Mutex::new(0));
        Self { rest, view: RwLock::new(Arc::new(view)), heard, shown }
    }

    /// The guild as it is now.
    #[must_use]
    pub fn view(&self) -> Arc<GuildView> {
        self.view.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes a new picture, because roles, channels, threads, the guild or the bot's own roles changed.
    ///
    /// # Errors
    /// Where Discord cannot be asked; the old picture stays, and the next call tries again.
    pub async fn refresh(&self) -> Result<(), Fault> {
        let change = self.heard.fetch_add(1, SeqCst) + 1;
        let mut shown = self.shown.lock().await;
        if *shown >= change {
            return Ok(());
        }
        let heard = self.heard.load(SeqCst);
        let old = self.view();
        let view = GuildView::read(&self.rest, old.id(), old.me.user.id).await?;
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(view);
        *shown = heard;
        Ok(())
    }
}
