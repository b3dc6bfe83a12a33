//! What people delete, lock or forbid by hand: the bot makes it anew or says what it needs, and the ticket stays usable.

use serde_json::json;
use trouble_ticket::sandbox::{Fault, kind, permissions};
use trouble_ticket::store::{Binding, BindingKind, Store};

use crate::support::db::Kind;
use crate::support::world::{World, play};

/// What `trouble-ticket deliveries` says beside the running bot, and how it ends.
async fn deliveries(world: &World, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_trouble-ticket"));
    command.arg("deliveries").args(arguments).env_clear().env("DATABASE_URL", world.db.url());
    command.current_dir(std::env::temp_dir());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = if output.status.success() { output.stdout } else { output.stderr };
    (output.status.code(), String::from_utf8(text).unwrap())
}

/// Demands that the ticket can be worked on: the card's button and the thread.
async fn is_usable(world: &World) {
    let ticket = world.ticket(1).await;
    let card = ticket.places.card.expect("a card").0.cast_unsigned();
    let card = world.sandbox().message(card).expect("the card stands on Discord");
    assert!(world.tom().presses(&card, "Take").await.text().starts_with("You are in charge"));
    world.settle().await;
    let thread = world.ticket(1).await.places.thread.expect("a thread").0.cast_unsigned();
    assert!(world.tom().within(thread).asks("/ticket note text:seen").await.starts_with("Noted"));
    world.settle().await;
    assert!(world.newest(thread).contains("seen"), "{}", world.read(thread));
    let card = world.ticket(1).await.places.card.expect("a card").0.cast_unsigned();
    let card = world.sandbox().message(card).expect("the card stands on Discord");
    assert!(world.show(&card).contains("Technical team: <@") || world.show(&card).contains("@Tom"));
    assert_eq!(world.sandbox().messages("trouble").len(), 1, "{}", world.read("trouble"));
    assert_eq!(world.read("trouble-operators"), "");
}

async fn a_deleted_card_is_posted_anew(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        world.admin().actor().delete(&world.card(&case)).unwrap();
        world.settle().await;
        // The thread goes on; the new card leads to it.
        let ticket = world.ticket(1).await;
        assert_ne!(ticket.places.card.unwrap().0.cast_unsigned(), case.card);
        assert_eq!(ticket.places.thread.unwrap().0.cast_unsigned(), case.thread);
        is_usable(world).await;
    })
    .await;
}

async fn a_card_deleted_while_the_bot_was_away_is_posted_anew(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        world.stop().await;
        world.admin().actor().delete(&world.card(&case)).unwrap();
        world.start().await;
        world.tom().at(&case).asks("/ticket status to:investigating").await;
        world.settle().await;
        is_usable(world).await;
    })
    .await;
}

async fn a_deleted_thread_is_made_anew(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        world.ann().at(&case).says("nobody can pay");
        world.settle().await;
        world.sandbox().delete_channel(case.thread).unwrap();
        world.settle().await;
        let thread = world.ticket(1).await.places.thread.expect("a thread").0.cast_unsigned();
        insta::allow_duplicates!(insta::assert_snapshot!(world.read(thread), @"
        trouble-ticket: (the thread's first message)
        trouble-ticket calls Ann, @technical, @web:
          @Ann opened T-1.
          @technical @web: please have a look. Press **Take** on the card or type `/ticket take` to be in charge.
          Talk about it here: what is said in this thread is kept for the Final Reports.
          -# T-1 · 7
        "));
        // What was said in the old one is kept.
        let kept = world.reading().await.messages(case.number).await.unwrap();
        assert!(kept.iter().any(|message| message.text == "nobody can pay" && message.deleted.is_none()));
        is_usable(world).await;
    })
    .await;
}

async fn a_thread_deleted_while_news_were_owed_gets_them_all_in_order(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        world.stop().await;
        world.sandbox().delete_channel(case.thread).unwrap();
        world.start().await;
        for text in ["one", "two", "three"] {
            world.tom().asks(&format!("/ticket note ticket:1 text:{text}")).await;
        }
        world.settle().await;
        let thread = world.ticket(1).await.places.thread.expect("a thread").0.cast_unsigned();
        let read = world.read(thread);
        let places: Vec<_> =
            ["> one", "> two", "> three"].iter().map(|text| read.matches(text).count()).collect();
        assert_eq!(places, [1, 1, 1], "{read}");
        assert!(
            read.find("> one") < read.find("> two") && read.find("> two") < read.find("> three"),
            "{read}"
        );
        is_usable(world).await;
    })
    .await;
}

async fn a_card_that_cannot_have_a_second_thread_is_replaced(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let taken =
            Fault { code: 160_004, ..Fault::status("POST", "/channels/*/messages/*/threads", 1, 400) };
        world.sandbox().fault(taken);
        world.sandbox().delete_channel(case.thread).unwrap();
        world.settle().await;
        assert_ne!(world.ticket(1).await.places.card.unwrap().0.cast_unsigned(), case.card);
        is_usable(world).await;
    })
    .await;
}

async fn what_is_deleted_again_and_again_is_not_made_for_ever(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let mut cards = 1;
        for _ in 0..8 {
            if let Some(card) = world.sandbox().messages("trouble").first() {
                world.admin().actor().delete(card).unwrap();
                world.settle().await;
                cards += world.sandbox().messages("trouble").len();
            }
        }
        assert_eq!(cards, 4, "another bot may delete everything there");
        world.tom().at(&case).asks("/ticket take").await;
        world.settle().await;
        assert!(world.newest(case.thread).contains("took"), "{}", world.read(case.thread));
        let told = world.read("trouble-operators");
        assert!(told.contains("perhaps another bot"), "{told}");
        // Later it may be better.
        world.minutes_later(61);
        let notice = world.sandbox().messages("trouble-operators").remove(0);
        world.admin().within("trouble-operators").presses(&notice, "Try again").await;
        world.settle().await;
        assert_eq!(world.sandbox().messages("trouble").len(), 1);
    })
    .await;
}

async fn a_deleted_headline_comes_back_with_the_next_news(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let headline = world.sandbox().messages("trouble-announcements").remove(0);
        world.admin().actor().delete(&headline).unwrap();
        world.settle().await;
        assert_eq!(world.sandbox().messages("trouble-announcements").len(), 0);
        world.tom().at(&case).asks("/ticket take").await;
        world.tom().at(&case).asks("/ticket status to:identified").await;
        world.settle().await;
        let messages = world.sandbox().messages("trouble-announcements");
        let headlines = messages.iter().filter(|message| world.show(message).contains("**Last change**"));
        assert_eq!((headlines.count(), messages.len()), (1, 3), "{}", world.read("trouble-announcements"));
        // A second one is not called for: nobody is mentioned.
        assert!(messages.iter().all(|message| message.pings.roles.is_empty()));
    })
    .await;
}

async fn what_is_forbidden_is_told_once_and_goes_out_when_it_may(kind: Kind) {
    play(kind, async |world| {
        let deny = permissions::SEND_MESSAGES;
        world.sandbox().set_member_overwrite("trouble-announcements", "trouble-ticket", 0, deny).unwrap();
        world.open("Checkout is down").await;
        world.open("Search is slow").await;
        world.tom().asks("/ticket take ticket:1").await;
        let told = world.sandbox().wait_for("a notice", |all| {
            let channel = all.find_channel("trouble-operators")?;
            channel.messages.values().next().map(|message| message.id)
        });
        let told = told.await.unwrap();
        world.settle().await;
        let notice = world.sandbox().message(told).unwrap();
        insta::allow_duplicates!(insta::assert_snapshot!(world.show(&notice), @"
        trouble-ticket:
          # Something cannot be delivered
          The bot cannot post in #trouble-announcements. Discord refused it: Missing Permissions (status 403, error 50013)
          **Held up** one thing of T-1. Everything else goes on.
          **What to do** Give the bot's role what it lacks there; `trouble-ticket check --online` names it. The bot then tries again by itself.
          Nothing is lost meanwhile: it goes out once it can. `trouble-ticket deliveries` lists what waits.
          — Notice 1
          [Try again]
        "));
        let parked = world.reading().await.parked_deliveries().await.unwrap().len();
        // Tickets and threads go on.
        assert!(world.read_card(&world.case(1).await).contains("**Investigating**"));
        // Only who looks after the bot may press; and pressing changes nothing as long as nothing changed.
        let dora = world.dora().actor().press(&notice, "Try again").await;
        assert!(dora.is_err(), "a manager does not see the operators' channel");
        let again = world.admin().within("trouble-operators").presses(&notice, "Try again").await;
        assert_eq!(again.text(), format!("{parked} things are tried again now. What does not go out stays on the list of `trouble-ticket deliveries`."));
        world.settle().await;
        assert!(!world.reading().await.parked_deliveries().await.unwrap().is_empty());
        assert_eq!(world.sandbox().messages("trouble-operators").len(), 1, "it is told once");
        // Given back, what was owed comes by itself, in order.
        world.sandbox().set_member_overwrite("trouble-announcements", "trouble-ticket", 0, 0).unwrap();
        world.settle().await;
        assert_eq!(world.reading().await.parked_deliveries().await.unwrap(), []);
        let messages = world.sandbox().messages("trouble-announcements");
        assert_eq!(messages.len(), 3, "{}", world.read("trouble-announcements"));
        let empty = world.admin().within("trouble-operators").presses(&notice, "Try again").await;
        assert_eq!(empty.text(), "Nothing is held up any more.");
        // Should it be taken away again, that is news.
        world.sandbox().set_member_overwrite("trouble-announcements", "trouble-ticket", 0, deny).unwrap();
        world.tom().asks("/ticket status to:identified ticket:1").await;
        world.settle().await;
        assert_eq!(world.sandbox().messages("trouble-operators").len(), 2);
        world.sandbox().set_member_overwrite("trouble-announcements", "trouble-ticket", 0, 0).unwrap();
    })
    .await;
}

async fn a_forbidden_thread_holds_up_what_belongs_in_it(kind: Kind) {
    play(kind, async |world| {
        let deny = permissions::CREATE_PUBLIC_THREADS;
        world.sandbox().set_member_overwrite("trouble", "trouble-ticket", 0, deny).unwrap();
        let form = world.ann().types("/ticket open severity:SEV1").await;
        form.fills(&[("title", "Checkout is down")]).await;
        world.tom().asks("/ticket take ticket:1").await;
        world.settle().await;
        // The managers know, the card stands; the operators are told what is missing.
        assert_eq!(world.sandbox().messages("trouble-announcements").len(), 2);
        assert_eq!(world.sandbox().messages("trouble").len(), 1);
        let told = world.read("trouble-operators");
        assert!(told.contains("The bot cannot make, open or close threads in #trouble."), "{told}");
        assert_eq!(world.sandbox().messages("trouble-operators").len(), 1, "{told}");
        world.sandbox().set_member_overwrite("trouble", "trouble-ticket", 0, 0).unwrap();
        world.settle().await;
        let thread = world.ticket(1).await.places.thread.expect("a thread").0.cast_unsigned();
        let read = world.read(thread);
        assert!(read.find("opened T-1") < read.find("took"), "{read}");
        assert_eq!(read.matches("opened T-1").count(), 1, "{read}");
    })
    .await;
}

async fn a_locked_thread_is_opened_or_asked_for(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        world.sandbox().change_channel(case.thread, &json!({ "locked": true, "archived": true })).unwrap();
        world.settle().await;
        world.tom().asks("/ticket take ticket:1").await;
        world.settle().await;
        assert!(world.newest(case.thread).contains("took"), "{}", world.read(case.thread));
        assert!(!world.thread(&case).is_archived());
    })
    .await;
}

async fn a_deleted_announcement_channel_holds_up_nothing_else(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        world.sandbox().delete_channel("trouble-announcements").unwrap();
        world.tom().at(&case).asks("/ticket take").await;
        world.settle().await;
        assert!(world.newest(case.thread).contains("took"), "{}", world.read(case.thread));
        let told = world.read("trouble-operators");
        assert!(told.contains("--rebind NAME"), "{told}");
        assert_eq!(world.sandbox().messages("trouble-operators").len(), 1, "{told}");
        // Who does not want it back looks at what waits, and gives it up.
        let (code, list) = deliveries(world, &[]).await;
        assert_eq!((code, list.matches("held up  since").count()), (Some(0), 2), "{list}");
        assert!(list.contains("T-1        update       held up") && list.contains("error 10003"), "{list}");
        let (code, again) = deliveries(world, &["--retry", "all"]).await;
        assert_eq!((code, again.starts_with("2 tried again")), (Some(0), true), "{again}");
        world.minutes_later(1);
        while world.reading().await.parked_deliveries().await.unwrap().len() < 2 {
            tokio::task::yield_now().await;
        }
        assert_eq!(
            deliveries(world, &["--drop", "all"]).await,
            (Some(0), "2 given up for good.\n".to_owned())
        );
        let (code, none) = deliveries(world, &["--drop", "7"]).await;
        assert_eq!((code, none.contains("No delivery 7 is held up.")), (Some(1), true), "{none}");
        assert_eq!(deliveries(world, &[]).await, (Some(0), "Nothing is owed to Discord.\n".to_owned()));
    })
    .await;
}

async fn tickets_move_to_the_channel_that_takes_the_place_of_a_deleted_one(kind: Kind) {
    play(kind, async |world| {
        world.open("Checkout is down").await;
        world.sandbox().delete_channel("trouble").unwrap();
        world.admin().within("trouble-operators").asks("/ticket note ticket:1 text:onwards").await;
        world.settle().await;
        assert!(!world.reading().await.parked_deliveries().await.unwrap().is_empty());
        let told = world.sandbox().messages("trouble-operators").len();
        let guild = world.store().guild();
        world.stop().await;
        let new = world.sandbox().create_channel("trouble", kind::TEXT).unwrap();
        // As `check --online --rebind trouble` does.
        let store = Store::open(world.db.url()).await.unwrap();
        let mut tx = store.guild(guild).write().await.unwrap();
        let id = new.cast_signed();
        tx.bind(&Binding { kind: BindingKind::Channel, name: "trouble".to_owned(), id }).await.unwrap();
        tx.commit().await.unwrap();
        store.close().await;
        world.start().await;
        while !world.reading().await.parked_deliveries().await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        world.settle().await;
        assert_eq!(world.sandbox().messages("trouble-operators").len(), told, "nothing new is told");
        let ticket = world.ticket(1).await;
        assert_eq!(ticket.places.channel.0, id);
        let thread = ticket.places.thread.expect("a thread").0.cast_unsigned();
        assert_eq!(world.read(thread).matches("> onwards").count(), 1, "{}", world.read(thread));
        let card = world.sandbox().messages("trouble").remove(0);
        assert!(world.tom().presses(&card, "Take").await.text().starts_with("You are in charge"));
    })
    .await;
}

crate::on_both!(
    a_deleted_card_is_posted_anew,
    a_card_deleted_while_the_bot_was_away_is_posted_anew,
    a_deleted_thread_is_made_anew,
    a_thread_deleted_while_news_were_owed_gets_them_all_in_order,
    a_card_that_cannot_have_a_second_thread_is_replaced,
    what_is_deleted_again_and_again_is_not_made_for_ever,
    a_deleted_headline_comes_back_with_the_next_news,
    what_is_forbidden_is_told_once_and_goes_out_when_it_may,
    a_forbidden_thread_holds_up_what_belongs_in_it,
    a_locked_thread_is_opened_or_asked_for,
    a_deleted_announcement_channel_holds_up_nothing_else,
    tickets_move_to_the_channel_that_takes_the_place_of_a_deleted_one,
);
