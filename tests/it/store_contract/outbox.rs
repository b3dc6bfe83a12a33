//! The outbox: what is owed is given out in order, once, and never lost.

use super::*;

async fn a_lane_gives_out_one_delivery_at_a_time(kind: Kind) {
    let (_db, store) = store(kind).await;
    let store = store.guild(GuildId(1));
    one_ticket(&store).await;
    enqueue(&store, &[Effect::Card, Effect::Thread, Effect::Welcome, headline(20)]).await;
    assert_eq!(pending(&store).await, Pending { rows: 4, next_due: Some(now()) });
    // The first headline waits for the thread, so that it can link to it.
    let card = lease(&store, now()).await;
    assert_eq!(kinds(&card), ["card"]);
    assert_eq!(
        (card[0].mark(), card[0].nonce.as_str(), card[0].attempts),
        ("T-1 · 1".to_owned(), "nonce-0", 1)
    );
    assert_eq!(lease(&store, now()).await, []);
    // Nothing is free while it is under way.
    assert_eq!(pending(&store).await, Pending { rows: 4, next_due: None });
    settle(&store, &card[0], Outcome::Sent(Some(MessageId(5)))).await;
    let thread = lease(&store, now()).await;
    assert_eq!(kinds(&thread), ["thread"]);
    // One that fails holds its lane until it is due, and no other: the headline goes without a link.
    settle(&store, &thread[0], Outcome::Retry(later(30), "away".into())).await;
    let headline = lease(&store, now()).await;
    assert_eq!(kinds(&headline), ["headline"]);
    settle(&store, &headline[0], Outcome::Dropped("no".into())).await;
    assert_eq!(pending(&store).await, Pending { rows: 2, next_due: Some(later(30)) });
    assert_eq!(lease(&store, later(29)).await, []);
    let again = lease(&store, later(30)).await;
    assert_eq!((again[0].attempts, again[0].first_tried), (2, now()));
    assert_eq!(again[0].nonce, thread[0].nonce);
    // One that can never succeed holds nothing.
    settle(&store, &again[0], Outcome::Parked(forbidden(Doing::Thread))).await;
    assert_eq!(kinds(&lease(&store, later(30)).await), ["welcome"]);
    let parked = store.read().await.unwrap().parked_deliveries().await.unwrap();
    let parked: Vec<_> = parked.iter().map(|one| (one.ticket, one.kind.as_str(), one.why.as_str())).collect();
    assert_eq!(parked, [(Some(TicketNumber(1)), "thread", "Missing Permissions")]);
}

fn forbidden(doing: Doing) -> Problem {
    let said = "Missing Permissions".to_owned();
    Problem { doing, channel: ChannelId(10), hindrance: Hindrance::Forbidden, said }
}

async fn what_is_parked_is_known_until_it_is_through(kind: Kind) {
    let (_db, store) = store(kind).await;
    let store = store.guild(GuildId(1));
    one_ticket(&store).await;
    enqueue(&store, &[Effect::Card, headline(20)]).await;
    let card = lease(&store, now()).await.remove(0);
    settle(&store, &card, Outcome::Parked(forbidden(Doing::Post))).await;
    let headline = lease(&store, now()).await.remove(0);
    settle(&store, &headline, Outcome::Behind(forbidden(Doing::Post).key())).await;
    let key = forbidden(Doing::Post).key();
    let mut tx = store.write().await.unwrap();
    assert!(tx.is_known_problem(&key, card.id).await.unwrap(), "the headline has it too");
    assert_eq!(tx.held_up(&key).await.unwrap(), [(TicketNumber(1), 2)]);
    assert_eq!(tx.unfinished(TicketNumber(1), "card", 0).await.unwrap(), (Some(key.clone()), false));
    assert_eq!(tx.unfinished(TicketNumber(1), "card", card.id).await.unwrap(), (None, false));
    // Another card is owed meanwhile; the older one keeps its nonce, and its place.
    tx.enqueue(TicketNumber(1), &Effect::Card, "newer", now()).await.unwrap();
    let elsewhere = Problem::prefix(Doing::Post, ChannelId(100));
    assert_eq!(tx.retry_parked(Which::Problem(&elsewhere), later(5)).await.unwrap(), 0);
    assert_eq!(tx.retry_parked(Which::One(card.id + 7), later(5)).await.unwrap(), 0);
    assert_eq!(
        tx.retry_parked(Which::Problem(&Problem::prefix(Doing::Post, ChannelId(10))), later(5))
            .await
            .unwrap(),
        2
    );
    tx.commit().await.unwrap();
    let again = lease(&store, later(5)).await;
    assert_eq!(again.iter().map(|one| one.nonce.as_str()).collect::<Vec<_>>(), ["nonce-0"]);
    // It is still the same problem, until Discord has it.
    assert_eq!(again[0].problem.as_deref(), Some(key.as_str()));
    settle(&store, &again[0], Outcome::Sent(Some(MessageId(5)))).await;
    let again = lease(&store, later(5)).await;
    assert_eq!(again.iter().map(|one| one.nonce.as_str()).collect::<Vec<_>>(), ["nonce-1"]);
    settle(&store, &again[0], Outcome::Parked(forbidden(Doing::Publish))).await;
    let mut tx = store.write().await.unwrap();
    assert!(!tx.is_known_problem(&key, 0).await.unwrap());
    assert_eq!(tx.drop_parked(Which::All, now()).await.unwrap(), 1);
    assert_eq!(tx.stuck_deliveries().await.unwrap(), []);
}

async fn a_notice_belongs_to_no_ticket(kind: Kind) {
    let (_db, store) = store(kind).await;
    let store = store.guild(GuildId(1));
    let notice = |number| Notice::UnknownTickets { numbers: vec![TicketNumber(number)] };
    for number in [8, 9] {
        let mut tx = store.write().await.unwrap();
        tx.enqueue_notice(notice(number), &format!("nonce-{number}"), now()).await.unwrap();
        tx.commit().await.unwrap();
    }
    let first = lease(&store, now()).await;
    assert_eq!(first.iter().map(Delivery::mark).collect::<Vec<_>>(), ["Notice 1"]);
    assert_eq!(first[0].task, Task::Notice(notice(8)));
    settle(&store, &first[0], Outcome::Sent(Some(MessageId(5)))).await;
    assert_eq!(lease(&store, now()).await[0].mark(), "Notice 2");
    // The tickets' own numbers are not touched.
    one_ticket(&store).await;
    assert!(store.read().await.unwrap().find_ticket(TicketNumber(1)).await.unwrap().is_some());
}

async fn what_shows_the_present_state_is_owed_once(kind: Kind) {
    let (_db, store) = store(kind).await;
    let store = store.guild(GuildId(1));
    one_ticket(&store).await;
    enqueue(&store, &[Effect::Card, Effect::Card, headline(20), headline(20), headline(21)]).await;
    assert_eq!(pending(&store).await.rows, 3);
    // One that is under way may show the state before, so another is owed.
    let taken = lease(&store, now()).await;
    assert_eq!(kinds(&taken), ["card"]);
    enqueue(&store, &[Effect::Card, Effect::Card]).await;
    assert_eq!(pending(&store).await.rows, 4);
    // If the first has to be tried again, it shows what the second would have: the older keeps its nonce.
    settle(&store, &taken[0], Outcome::Retry(later(1), "away".into())).await;
    assert_eq!(pending(&store).await.rows, 3);
    let cards: Vec<Delivery> =
        lease(&store, later(1)).await.into_iter().filter(|one| one.task.kind() == "card").collect();
    assert_eq!(cards.iter().map(|one| one.nonce.as_str()).collect::<Vec<_>>(), ["nonce-0"]);
}

async fn messages_of_one_event_are_never_merged(kind: Kind) {
    let (_db, store) = store(kind).await;
    let store = store.guild(GuildId(1));
    one_ticket(&store).await;
    let update = Effect::Update { channel: ChannelId(20), event: 1, mention: vec![], publish: true };
    let token = ReplyToken { token: "secret".into(), until: later(870) };
    let publish = Effect::Publish { channel: ChannelId(20), message: MessageId(3), event: 1 };
    let all = [update.clone(), update, Effect::ThreadNote { event: 1 }, Effect::Link { token }, publish];
    enqueue(&store, &all).await;
    assert_eq!(pending(&store).await.rows, 5);
    // Publishing has a lane of its own: it may wait for an hour.
    let first = lease(&store, now()).await;
    assert_eq!(kinds(&first), ["update", "thread_note", "publish"]);
    assert_eq!(first[2].task, Task::Ticket(TicketNumber(1), all[4].clone()));
}

async fn what_is_held_counts_no_try_and_holds_nothing(kind: Kind) {
    let (_db, store) = store(kind).await;
    let store = store.guild(GuildId(1));
    one_ticket(&store).await;
    let publish = |message| Effect::Publish { channel: ChannelId(20), message: MessageId(message), event: 1 };
    enqueue(&store, &[publish(3), publish(4), Effect::Card]).await;
    let taken = lease(&store, now()).await;
    assert_eq!(kinds(&taken), ["publish", "card"], "publishing goes one by one");
    settle(&store, &taken[0], Outcome::Held(later(60))).await;
    settle(&store, &taken[1], Outcome::Retry(later(60), "away".into())).await;
    // It holds nothing: the next one can go.
    let next = lease(&store, now()).await;
    assert_eq!(next[0].task, Task::Ticket(TicketNumber(1), publish(4)));
    settle(&store, &next[0], Outcome::Sent(None)).await;
    let again = lease(&store, later(60)).await;
    assert_eq!(again.iter().map(|one| one.attempts).collect::<Vec<_>>(), [1, 2]);
    assert_eq!((again[0].first_tried, again[1].first_tried), (later(60), now()));
    let mut tx = store.write().await.unwrap();
    assert_eq!(tx.published_since(later(-1)).await.unwrap(), [(ChannelId(20), now())]);
    assert_eq!(tx.published_since(now()).await.unwrap(), []);
}

async fn what_an_earlier_process_had_taken_is_taken_back(kind: Kind) {
    let (_db, store) = store(kind).await;
    let store = store.guild(GuildId(1));
    one_ticket(&store).await;
    enqueue(&store, &[Effect::Card, Effect::Thread]).await;
    let taken = lease(&store, now()).await;
    enqueue(&store, &[Effect::Card]).await;
    let mut tx = store.write().await.unwrap();
    assert_eq!(tx.recover_leases(later(9)).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(pending(&store).await, Pending { rows: 2, next_due: Some(later(9)) });
    let again = lease(&store, later(9)).await;
    assert_eq!((again[0].id, again[0].attempts, again[0].nonce.as_str()), (taken[0].id, 2, "nonce-0"));
}

crate::on_both!(
    a_lane_gives_out_one_delivery_at_a_time,
    what_shows_the_present_state_is_owed_once,
    messages_of_one_event_are_never_merged,
    what_is_held_counts_no_try_and_holds_nothing,
    what_an_earlier_process_had_taken_is_taken_back,
    what_is_parked_is_known_until_it_is_through,
    a_notice_belongs_to_no_ticket,
);
