//! Catching up with what happened while nobody listened, whatever gets in between.

use trouble_ticket::domain::TicketNumber;
use trouble_ticket::sandbox::Fault;

use crate::support::db::Kind;
use crate::support::world::{Case, World, play};

/// What people said in a ticket's thread, as the archive has it.
async fn said(world: &World, case: &Case) -> Vec<String> {
    let kept = world.reading().await.messages(case.number).await.unwrap();
    let people = kept.into_iter().filter(|message| !message.bot && !message.system);
    people
        .map(|message| if message.deleted.is_some() { format!("({})", message.text) } else { message.text })
        .collect()
}

async fn an_interruption_leaves_no_hole(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let tom = world.tom().at(&case);
        tom.says("before");
        world.settle().await;
        world.stop().await;
        world.minutes_later(5);
        let spoken: Vec<String> = (0..250).map(|n| format!("line {n}")).collect();
        for line in &spoken {
            tom.says(line);
        }
        // Of three pages the first can be read, and then the machine fails.
        let broken = Fault {
            after: 1,
            ..Fault::status("GET", &format!("/channels/{}/messages", case.thread), 99, 500)
        };
        world.sandbox().fault(broken);
        world.start().await;
        world.together().keep_up(160).await.unwrap();
        world.sandbox().clear_faults();
        world.restart().await;
        tom.says("after");
        world.settle().await;
        let expected: Vec<String> =
            ["before".to_owned()].into_iter().chain(spoken).chain(["after".to_owned()]).collect();
        assert_eq!(said(world, &case).await, expected);
    })
    .await;
}

async fn no_thread_waits_for_another(kind: Kind) {
    play(kind, async |world| {
        let (one, two) = (world.open("Checkout is down").await, world.open("Mails are late").await);
        let tom = world.tom();
        world.settle().await;
        world.stop().await;
        world.minutes_later(5);
        tom.at(&one).says("the first");
        tom.at(&two).says("the second");
        world.sandbox().fault(Fault::status("GET", &format!("/channels/{}/messages", one.thread), 9, 503));
        // The start itself asks for them once.
        let active = Fault::status("GET", "/guilds/*/threads/active", 5, 503);
        world.sandbox().fault(Fault { after: 1, ..active });
        world.start().await;
        world.settle().await;
        assert_eq!(said(world, &one).await, ["the first"]);
        assert_eq!(said(world, &two).await, ["the second"]);
        assert_eq!(world.sandbox().faults_left(), 0);
    })
    .await;
}

async fn what_was_deleted_meanwhile_is_gone(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let tom = world.tom().at(&case);
        let first = tom.attaches("my password", "secret.txt", "hunter2");
        tom.says("looking");
        world.settle().await;
        world.stop().await;
        world.minutes_later(5);
        tom.actor().delete(&first).unwrap();
        let second = tom.says("never heard");
        tom.says("found it");
        tom.actor().delete(&second).unwrap();
        world.start().await;
        world.settle().await;
        assert_eq!(said(world, &case).await, ["()", "looking", "found it"]);
        let mut tx = world.reading().await;
        assert_eq!(tx.kept_bytes().await.unwrap(), 0, "its file is gone too");
        // What is heard from now on moves the mark, which stays behind what may still be on its way.
        let thread = trouble_ticket::domain::ChannelId(case.thread.cast_signed());
        let mark = tx.complete_to(thread).await.unwrap().unwrap();
        drop(tx);
        world.minutes_later(10);
        let newest = tom.says("and more");
        world.settle().await;
        let moved = world.reading().await.complete_to(thread).await.unwrap().unwrap();
        assert!(moved > mark && moved.0 < newest.id.cast_signed(), "{mark} {moved}");
    })
    .await;
}

async fn a_thread_that_was_archived_meanwhile_comes_back(kind: Kind) {
    play(kind, async |world| {
        let (case, ended) = (world.open("Checkout is down").await, world.open("Mails are late").await);
        let tom = world.tom();
        tom.at(&ended).asks("/ticket cancel reason:no failure").await;
        world.settle().await;
        world.stop().await;
        world.minutes_later(5);
        tom.at(&case).says("one more thing");
        world.sandbox().archive_thread(case.thread, true).unwrap();
        world.start().await;
        world.settle().await;
        assert_eq!(said(world, &case).await, ["one more thing"]);
        assert!(!world.thread(&case).is_archived(), "people go on in it");
        assert!(world.thread(&ended).is_archived());
        // One that is gone keeps nobody from anything.
        world.stop().await;
        world.sandbox().delete_channel(case.thread).unwrap();
        world.start().await;
        world.settle().await;
        assert_eq!(world.ticket(case.number.0).await.number, TicketNumber(1));
    })
    .await;
}

async fn a_page_that_lacks_a_message_deletes_nothing(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let tom = world.tom().at(&case);
        let first = tom.says("the password of nobody");
        let second = tom.says("second");
        let third = tom.says("third");
        world.settle().await;
        world.stop().await;
        world.admin().actor().delete(&second).unwrap();
        // Discord forgets for a moment what stands in the thread: of all its messages it gives the first and the last.
        let history = format!("/channels/{}/messages", case.thread);
        let all = world.as_bot("GET", &history, serde_json::json!({})).await;
        let ids = [first.id.to_string(), third.id.to_string()];
        let all = all.as_array().unwrap().clone();
        let greeting = all.last().cloned().unwrap();
        let third = all.into_iter().find(|message| message["id"] == ids[1].as_str()).unwrap();
        let page = serde_json::json!([third, greeting]);
        world.sandbox().fault(Fault { body: Some(page), ..Fault::status("GET", &history, 2, 200) });
        world.start().await;
        world.settle().await;
        assert_eq!(world.sandbox().faults_left(), 0);
        // What is really gone is asked for, and is.
        assert_eq!(said(world, &case).await, ["the password of nobody", "()", "third"]);
    })
    .await;
}

crate::on_both!(
    a_page_that_lacks_a_message_deletes_nothing,
    an_interruption_leaves_no_hole,
    no_thread_waits_for_another,
    what_was_deleted_meanwhile_is_gone,
    a_thread_that_was_archived_meanwhile_comes_back,
);
