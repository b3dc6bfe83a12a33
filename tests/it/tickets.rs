//! The life of a ticket over the wire.

use crate::support::db::Kind;
use crate::support::world::play;

async fn a_ticket_is_opened_taken_and_resolved(kind: Kind) {
    play(kind, async |world| {
        let sandbox = world.sandbox();
        let ann = sandbox.member("ann").in_channel("trouble");
        let form = ann.slash("/ticket open severity:SEV1 service:checkout affected:part").await.unwrap();
        assert!(form.is_modal(), "{}", form.text());
        let reply = form
            .fill(&[("title", "Checkout answers 502"), ("details", "since lunch"), ("started_at", "09:20")])
            .await
            .unwrap();
        println!("--- reply\n{}", reply.text());
        world.settle().await;
        println!("--- reply after\n{}", reply.text());
        for channel in ["trouble", "trouble-announcements"] {
            for message in sandbox.messages(channel) {
                println!("--- #{channel}\n{}", sandbox.text(&message, chrono_tz::Europe::Berlin));
            }
        }
        let thread = sandbox.threads().pop().unwrap();
        for message in sandbox.messages(thread.id) {
            println!("--- thread {}\n{}", thread.name, sandbox.text(&message, chrono_tz::Europe::Berlin));
        }
    })
    .await;
}

crate::on_both!(a_ticket_is_opened_taken_and_resolved);
