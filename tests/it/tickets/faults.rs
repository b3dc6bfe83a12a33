//! Discord fails, is slow, or is away, and so is the bot: in the end everything is shown, and once.

use trouble_ticket::domain::{Effect, TicketNumber};
use trouble_ticket::sandbox::{Cut, Fault, State, permissions};

use crate::support::db::Kind;
use crate::support::world::{World, play};

/// Opens a ticket of the worst sort and takes it, with nothing waited for in between.
async fn a_short_story(world: &World) {
    let form = world.ann().types("/ticket open severity:SEV1").await;
    form.fills(&[("title", "Checkout is down"), ("details", "502")]).await;
    world.tom().asks("/ticket take ticket:1").await;
    world.tom().asks("/ticket status to:identified ticket:1").await;
}

/// What that story leaves behind, whatever went wrong meanwhile.
async fn is_told_once(world: &World) {
    world.settle().await;
    let case = world.case(1).await;
    let count = |name: &str| world.sandbox().messages(name).len();
    assert_eq!(count("trouble"), 1, "{}", world.read("trouble"));
    assert_eq!(count("trouble-announcements"), 3, "{}", world.read("trouble-announcements"));
    let thread = world.sandbox().messages(case.thread);
    assert_eq!(thread.len(), 4, "{}", world.read(case.thread));
    assert!(world.read_card(&case).contains("**Identified**"), "{}", world.read_card(&case));
    assert!(world.read("trouble-announcements").contains("SEV1 Critical · **Identified**"));
    // The link to the thread is on the headline, also when the thread came after it.
    let headline = world.sandbox().messages("trouble-announcements").remove(0);
    assert!(world.show(&headline).contains("(#T-1 Checkout is down)"), "{}", world.show(&headline));
}

async fn every_post_fails_once(kind: Kind) {
    play(kind, async |world| {
        for path in ["/channels/*/messages", "/channels/*/messages/*/threads"] {
            world.sandbox().fault(Fault::status("POST", path, 3, 500));
        }
        world.sandbox().fault(Fault::status("PATCH", "/channels/*", 2, 502));
        a_short_story(world).await;
        is_told_once(world).await;
    })
    .await;
}

async fn posts_that_seem_to_fail_were_made(kind: Kind) {
    play(kind, async |world| {
        for path in ["/channels/*/messages", "/channels/*/messages/*/threads"] {
            world.sandbox().fault(Fault { act: true, ..Fault::status("POST", path, 3, 500) });
        }
        a_short_story(world).await;
        is_told_once(world).await;
    })
    .await;
}

async fn connections_break_before_and_after_the_post(kind: Kind) {
    play(kind, async |world| {
        for when in [Cut::Before, Cut::After] {
            world.sandbox().fault(Fault::cut("POST", "/channels/*/messages", 2, when));
            world.sandbox().fault(Fault::cut("POST", "/channels/*/messages/*/threads", 1, when));
        }
        a_short_story(world).await;
        is_told_once(world).await;
    })
    .await;
}

async fn discord_asks_to_slow_down(kind: Kind) {
    play(kind, async |world| {
        world.sandbox().fault(Fault::rate_limited("POST", "/channels/*/messages", 2, 0.1));
        // Without saying for how long.
        world.sandbox().fault(Fault::status("POST", "/channels/*/messages", 1, 429));
        a_short_story(world).await;
        is_told_once(world).await;
    })
    .await;
}

async fn an_old_attempt_is_found_by_its_mark(kind: Kind) {
    play(kind, async |world| {
        // The card was posted, nobody heard of it, and Discord has long forgotten the nonce.
        let lost = Fault { act: true, ..Fault::status("POST", "/channels/*/messages", 1, 500) };
        world.sandbox().fault(Fault { times: 1, ..lost });
        world.sandbox().fault(Fault::status("POST", "/channels/*/messages", 9, 500));
        a_short_story(world).await;
        is_told_once(world).await;
        assert!(world.now() - crate::support::world::morning() > chrono::TimeDelta::minutes(2));
    })
    .await;
}

async fn a_card_waits_for_a_verb_that_is_about_to_commit(kind: Kind) {
    play(kind, async |world| {
        // The card could not be posted, and its row waits.
        world.sandbox().fault(Fault::status("POST", "/channels/*/messages", 1, 500));
        let form = world.ann().types("/ticket open").await;
        form.fills(&[("title", "Checkout is down")]).await;
        let waits = async || {
            let pending = world.reading().await.pending_deliveries().await.unwrap();
            pending.next_due.is_some_and(|due| due > world.now())
        };
        while !waits().await {
            tokio::task::yield_now().await;
        }
        // A verb owes no second card while the first waits; it takes its time.
        let mut tx = world.store().write().await.unwrap();
        let mut ticket = tx.lock_ticket(TicketNumber(1)).await.unwrap().unwrap();
        ticket.facts.title = "Checkout is down, and so is the shop".to_owned();
        tx.save_ticket(&ticket).await.unwrap();
        tx.enqueue(ticket.number, &Effect::Card, "verb", world.now()).await.unwrap();
        world.minutes_later(1);
        let posted = |all: &trouble_ticket::sandbox::World| {
            all.find_channel("trouble").filter(|channel| !channel.messages.is_empty()).map(drop)
        };
        let limit = std::time::Duration::from_millis(100);
        assert!(world.sandbox().wait_within(limit, "the card", posted).await.is_err());
        tx.commit().await.unwrap();
        world.settle().await;
        assert!(world.read("trouble").contains("and so is the shop"), "{}", world.read("trouble"));
    })
    .await;
}

async fn a_missing_permission_holds_only_its_channel(kind: Kind) {
    play(kind, async |world| {
        let deny = permissions::SEND_MESSAGES;
        world.sandbox().set_member_overwrite("trouble-announcements", "trouble-ticket", 0, deny).unwrap();
        a_short_story(world).await;
        let thread = world.sandbox().wait_for("the thread's notes", |all| {
            let thread = all.channels.values().find(|channel| channel.is_thread())?;
            (thread.messages.len() == 4).then_some(thread.id)
        });
        let thread = thread.await.unwrap();
        assert_eq!(world.sandbox().messages("trouble-announcements").len(), 0);
        assert!(world.newest(thread).contains("**Identified**"));
        // Given back, and what was owed comes.
        world.sandbox().set_member_overwrite("trouble-announcements", "trouble-ticket", 0, 0).unwrap();
        is_told_once(world).await;
    })
    .await;
}

async fn a_thread_that_is_there_already_is_taken(kind: Kind) {
    play(kind, async |world| {
        // Made by the first attempt, of which nobody heard; the second is told 160004.
        world.sandbox().fault(Fault::cut("POST", "/channels/*/messages/*/threads", 1, Cut::After));
        a_short_story(world).await;
        is_told_once(world).await;
        assert_eq!(world.sandbox().threads().len(), 1);
    })
    .await;
}

async fn the_bot_dies_in_the_middle_and_goes_on(kind: Kind) {
    // After so many posts, each of which was made and of whose success nobody will hear.
    for after in [0, 1, 3] {
        play(kind, async |world| {
            let lost = std::time::Duration::from_secs(5);
            world.sandbox().fault(Fault { after, ..Fault::slow("POST", "/channels/*", 1, lost) });
            a_short_story(world).await;
            while world.sandbox().faults_left() > 0 {
                tokio::task::yield_now().await;
            }
            world.restart().await;
            is_told_once(world).await;
        })
        .await;
    }
}

async fn a_dead_bot_hears_nothing_any_more(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        world.restart().await;
        assert_eq!(world.sandbox().gateway_connections(), 1);
        let taken = world.tom().presses(&world.card(&case), "Take").await;
        assert!(taken.text().starts_with("You are in charge"), "{}", taken.text());
        world.tom().at(&case).says("after the restart");
    })
    .await;
}

async fn the_gateway_comes_back(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let sandbox = world.sandbox().clone();
        for drop in [
            |world: &World| world.sandbox().cut_gateway(),
            |world: &World| world.sandbox().reconnect_gateway(),
            |world: &World| world.sandbox().close_gateway(4000),
        ] {
            drop(world);
            world.ann().at(&case).says("is anybody there?");
            sandbox.wait_for("a connection", |_| Some(())).await.unwrap();
            world.settle().await;
        }
        assert!(world.tom().at(&case).asks("/ticket take").await.starts_with("You are in charge"));
        let kept = world.reading().await.count_messages(case.number).await.unwrap();
        assert!(kept >= 5, "{kept}");
    })
    .await;
}

async fn answers_are_sent_again_when_discord_was_not_reached(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        for when in [Cut::Before, Cut::After] {
            world.sandbox().fault(Fault::cut("POST", "/interactions/*", 1, when));
            let note = world.tom().at(&case).asks("/ticket note text:x").await;
            assert!(note.starts_with("Noted a finding"), "{note}");
        }
        assert_eq!(world.ticket(1).await.last_seq, 3);
    })
    .await;
}

async fn a_slow_database_is_waited_for_after_an_acknowledgement(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let card = world.card(&case);
        let mut hold = world.store().write().await.unwrap();
        hold.lock_ticket(case.number).await.unwrap();
        let tom = world.tom();
        let let_go = async {
            let deferred = |world: &trouble_ticket::sandbox::World| {
                world.interactions.values().any(|it| it.state == State::Deferred).then_some(())
            };
            world.sandbox().wait_for("an acknowledgement", deferred).await.unwrap();
            drop(hold);
        };
        let (reply, ()) = tokio::join!(tom.presses(&card, "Take"), let_go);
        assert!(reply.text().contains("You are in charge of **T-1**"), "{}", reply.text());
        assert!(reply.is_ephemeral());
    })
    .await;
}

crate::on_both!(
    a_slow_database_is_waited_for_after_an_acknowledgement,
    every_post_fails_once,
    posts_that_seem_to_fail_were_made,
    connections_break_before_and_after_the_post,
    discord_asks_to_slow_down,
    an_old_attempt_is_found_by_its_mark,
    a_card_waits_for_a_verb_that_is_about_to_commit,
    a_missing_permission_holds_only_its_channel,
    a_thread_that_is_there_already_is_taken,
    the_bot_dies_in_the_middle_and_goes_on,
    a_dead_bot_hears_nothing_any_more,
    the_gateway_comes_back,
    answers_are_sent_again_when_discord_was_not_reached,
);
