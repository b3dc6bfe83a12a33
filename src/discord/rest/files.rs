//! Files: sent with a message, and fetched from where Discord keeps them.
//!
//! Where a file is kept is an address in its own right: no token goes there, and it does not count towards the API's
//! limits. Invariant: no more is read than the caller has room for.

use std::time::Duration;

use serde::Serialize;

use super::route::Route;
use super::wire::Message;
use super::{Body, Fault, Rest, address, written};
use crate::discord::message::File;
use crate::domain::ChannelId;

/// How long fetching a file may take: large ones come slowly.
const WHOLE: Duration = Duration::from_secs(60);

/// Why a file was not fetched.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFetched {
    /// It is larger than what was asked for.
    #[error("it is too large")]
    TooLarge,
    /// Its address must not be used, or leads to nothing any more.
    #[error("its address leads to nothing (status {0})")]
    Gone(u16),
    /// It may well work later.
    #[error("it could not be fetched: {0}")]
    Later(String),
}

impl Rest {
    /// Posts a message with files; otherwise as [`Rest::create_message`].
    ///
    /// # Errors
    /// What went wrong.
    pub async fn create_message_with(
        &self,
        channel: ChannelId,
        body: &impl Serialize,
        files: &[File],
    ) -> Result<Message, Fault> {
        let route = Route::post("/channels/{}/messages").part(channel);
        let body = Body::Parts { json: written(body)?, files: files.to_vec() };
        super::read(&self.send(route, body).await?)
    }

    /// Fetches a file of at most `most` bytes.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn fetch_file(&self, url: &str, most: u64) -> Result<Vec<u8>, NotFetched> {
        let url = address::file(url).map_err(|_| NotFetched::Gone(0))?;
        // An address is signed: it does not belong into a log.
        let later = |error: reqwest::Error| NotFetched::Later(error.without_url().to_string());
        let mut answer = self.0.client.get(url).timeout(WHOLE).send().await.map_err(later)?;
        match answer.status().as_u16() {
            200 => {}
            status @ (408 | 425 | 429 | 500..) => return Err(NotFetched::Later(format!("status {status}"))),
            status => return Err(NotFetched::Gone(status)),
        }
        let mut bytes = Vec::new();
        let fits = |size: u64| if size > most { Err(NotFetched::TooLarge) } else { Ok(()) };
        fits(answer.content_length().unwrap_or_default())?;
        while let Some(chunk) = answer.chunk().await.map_err(later)? {
            bytes.extend_from_slice(&chunk);
            fits(bytes.len() as u64)?;
        }
        Ok(bytes)
    }
}
