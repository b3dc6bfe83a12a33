//! What happens to the text of a message that its author took back: it goes, and so does what drafts quote of it.
//!
//! Somebody pasted a password. The message keeps its place; a report that was submitted or approved stays as it is,
//! since others rely on it. There is no index of the texts that would have to follow. Must not know whether texts are
//! to go: that is a setting.

use crate::domain::{MessageId, TicketNumber};
use crate::report::Said;
use crate::store::{GuildStore, GuildTx, StoreError};

use super::super::reports::parsed;

/// How many messages are looked for at once.
const PAGE: i64 = 200;

/// Purges a message if it was deleted: its text, those before its edits, the names of its files, and what open reports
/// quote of it. Says whether there was anything to purge.
///
/// # Errors
/// If the database fails.
pub async fn purge(tx: &mut GuildTx, ticket: TicketNumber, message: MessageId) -> Result<bool, StoreError> {
    let Some(purged) = tx.purge_deleted(message).await? else { return Ok(false) };
    // A draft that is being compiled has the message still; it waits here, or we for it.
    tx.hold_ticket(ticket).await?;
    let said = Said { messages: [message].into(), texts: purged.texts };
    for stored in tx.open_reports(ticket).await? {
        let Some(report) = parsed(&stored)?.without_messages(&said) else { continue };
        let body =
            serde_json::to_string(&report).map_err(|error| StoreError::Unreadable(error.to_string()))?;
        tx.redact_open_report(ticket, (&stored.team, stored.version), &body).await?;
    }
    Ok(true)
}

/// Purges every deleted message of which something is left, as it was kept by an older version or under another
/// setting; gives how many.
///
/// # Errors
/// If the database fails; what was purged until then is.
pub async fn sweep(store: &GuildStore) -> Result<usize, StoreError> {
    let mut swept = 0;
    loop {
        let left = store.read().await?.deleted_with_text(PAGE).await?;
        if left.is_empty() {
            return Ok(swept);
        }
        let before = swept;
        let mut tx = store.write().await?;
        for (ticket, message) in left {
            swept += usize::from(purge(&mut tx, ticket, message).await?);
        }
        tx.commit().await?;
        if swept == before {
            return Ok(swept);
        }
    }
}
