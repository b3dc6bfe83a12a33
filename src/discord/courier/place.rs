//! Where a message was posted: written down with the delivery, and what has to follow it.
//!
//! Must not talk to Discord. Keeps: a headline never stays without its link, whichever of it and the thread is first.

use crate::desk::nonce;
use crate::discord::shared::Shared;
use crate::domain::{ChannelId, Effect, MessageId, Ticket, TicketNumber};
use crate::store::GuildTx;

/// Writes down where a message is that was just posted, and what has to follow it. `shown` is the ticket as the
/// message shows it.
pub async fn note(
    shared: &Shared,
    tx: &mut GuildTx,
    (number, effect): (TicketNumber, &Effect),
    message: MessageId,
    shown: &Ticket,
) -> anyhow::Result<()> {
    let now = shared.clock.now();
    let refresh = |channel| Effect::Headline { channel, mention: Vec::new() };
    match effect {
        Effect::Card => {
            tx.set_card(number, message).await?;
            // The thread will have the card's id; what is said in its first second is not to be missed.
            if shown.places.thread.is_none() {
                shared.recorder.threads().insert(ChannelId(message.0), number);
            }
        }
        Effect::Thread => {
            tx.set_thread(number, ChannelId(message.0)).await?;
            shared.catch_up.thread_began(ChannelId(message.0), now);
            // Headlines that did not wait for a thread that was late get their link now.
            for (channel, _) in tx.headlines(number).await? {
                tx.enqueue(number, &refresh(channel), &nonce(), now).await?;
            }
        }
        Effect::Headline { channel, .. } => {
            // Holding the ticket puts this and the note of the thread above one after the other: whichever comes
            // second sees the first.
            let ticket = tx.lock_ticket(number).await?;
            tx.set_headline(number, *channel, message).await?;
            if shown.places.thread.is_none() && ticket.is_some_and(|now| now.places.thread.is_some()) {
                tx.enqueue(number, &refresh(*channel), &nonce(), now).await?;
            }
        }
        Effect::Update { channel, event, publish: true, .. } => {
            let publish = Effect::Publish { channel: *channel, message, event: *event };
            tx.enqueue(number, &publish, &nonce(), now).await?;
        }
        _ => {}
    }
    Ok(())
}
