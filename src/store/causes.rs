//! What became of an interaction whose commit nobody confirmed.
//!
//! The question is asked so that the answer holds: a transaction that is still on its way to its end is waited for. It
//! needs no lease and writes nothing. Must not know what the interaction was about.

use super::{GuildStore, Result, Store, StoreError, Tx, plain};
use crate::domain::{InteractionId, TicketNumber};

impl GuildStore {
    /// The ticket that an interaction changed; `None` if it changed none and, unless it is done anew, never will.
    ///
    /// # Errors
    /// If the database does not say so for certain.
    pub async fn recorded(&self, cause: InteractionId) -> Result<Option<TicketNumber>> {
        let unfenced = Self { fence: None, ..self.clone() };
        // On SQLite the one writer: whoever was committing has done it, or will not do it any more.
        let mut tx = unfenced.write().await?;
        if let Some(number) = tx.ticket_of_cause(cause).await? {
            return Ok(Some(number));
        }
        if matches!(tx.tx, Tx::Sqlite(_)) {
            return Ok(None);
        }
        drop(tx);
        match self.claim(cause).await {
            Err(StoreError::AlreadyThere) => unfenced.read().await?.ticket_of_cause(cause).await,
            done => done.map(|()| None),
        }
    }

    /// Tries to write an event of the same cause, on a ticket that does not exist. PostgreSQL lets it wait for whoever
    /// is writing that cause, and then refuses it: because the cause is there, or because the ticket is not. A server
    /// whose connection broke may well be committing for a while after.
    async fn claim(&self, cause: InteractionId) -> Result<()> {
        let Store::Postgres(pool) = &self.store else { return Ok(()) };
        let begin = "BEGIN; SET LOCAL lock_timeout = 4000; SET LOCAL statement_timeout = 5000";
        let mut tx = pool.begin_with(begin).await?;
        let sql = "INSERT INTO events (guild_id, ticket, seq, happened_at, by_id, by_name, cause, part, body) \
                   VALUES ($1, -1, $2, $3, 0, '', $2, 0, '')";
        let claimed = plain::query(sql).bind(self.guild.0).bind(cause.0).bind(cause.time());
        match claimed.execute(&mut *tx).await {
            Err(error) if error.as_database_error().is_some_and(|why| why.is_foreign_key_violation()) => {
                Ok(())
            }
            Err(error) => Err(error.into()),
            Ok(_) => Ok(()),
        }
    }
}
