//! Reports as files on Discord: the pictures of the thread in them, how much may be sent, and a bot that may attach
//! nothing.

use trouble_ticket::sandbox::{Attachment, Fault, permissions};

use crate::support::db::Kind;
use crate::support::people::{Reply, Who};
use crate::support::world::{Case, Setting, World, play, play_in};

/// The first bytes of a PNG, and then so many more.
fn png(size: usize) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    bytes.resize(size, 7);
    bytes
}

/// A resolved ticket on which Tom showed pictures of 900 and 3,000 bytes, and drafted the reports.
async fn drafted(world: &World) -> (Case, Who) {
    let case = world.open("Checkout is down").await;
    let tom = world.tom().at(&case);
    tom.asks("/ticket take").await;
    tom.attaches("errors since noon", "graph.PNG", png(900));
    tom.attaches("the whole board", "board.png", png(3_000));
    tom.asks("/ticket status to:resolved").await;
    world.settle().await;
    tom.asks("/report draft").await;
    (case, tom)
}

fn page(files: &[Attachment]) -> String {
    assert_eq!(files.len(), 1);
    String::from_utf8(files[0].bytes.to_vec()).unwrap()
}

fn exported(reply: &Reply) -> String {
    page(&reply.message().unwrap().attachments)
}

fn embedded(page: &str) -> usize {
    page.matches("src=\"data:image/").count()
}

async fn pictures_stand_in_the_page(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let tom = world.tom().at(&case);
        tom.asks("/ticket take").await;
        tom.attaches("errors since noon", "graph.PNG", png(900));
        let regret = tom.attaches("not this one", "secret.png", png(500));
        // Not what its name says: never shown, only where it is.
        tom.attaches("as drawn", "drawing.png", "<svg onload='alert(1)'/>");
        tom.attaches("the log", "page.log", "502 Bad Gateway");
        world.settle().await;
        tom.actor().delete(&regret).unwrap();
        tom.asks("/ticket status to:resolved").await;
        world.settle().await;
        tom.asks("/report draft").await;
        world.minutes_later(5);
        tom.attaches("too late for the report", "late.png", png(400));
        world.settle().await;
        let reply = tom.types("/report export format:html team:technical").await;
        assert_eq!(reply.text().lines().next(), Some("1 Final Report of **T-1**."));
        let page_now = exported(&reply);
        assert_eq!(embedded(&page_now), 1);
        let captions: Vec<&str> = page_now
            .split("<figcaption>")
            .skip(1)
            .filter_map(|rest| rest.split("</figcaption>").next())
            .collect();
        assert_eq!(captions.len(), 2, "{captions:?}");
        assert!(captions[0].contains("graph.PNG") && captions[1].contains("drawing.png"), "{captions:?}");
        assert!(
            !page_now.contains("onload")
                && !page_now.contains("secret.png")
                && !page_now.contains("late.png")
        );
        // Approved, it is handed out with them.
        tom.asks("/report submit team:technical").await;
        world.dora().at(&case).asks("/report approve team:technical").await;
        world.settle().await;
        let note = world
            .sandbox()
            .messages(case.thread)
            .into_iter()
            .find(|message| !message.attachments.is_empty() && message.content.contains("approved"));
        let handed_out = page(&note.expect("the news of the approval").attachments);
        assert_eq!(embedded(&handed_out), 1);
        assert!(handed_out.contains("Approved") && !handed_out.contains("late.png"));
    })
    .await;
}

async fn what_does_not_fit_becomes_a_link(kind: Kind) {
    let setting = Setting { attachment_size_limit: 40_000, ..Setting::default() };
    play_in(kind, setting, async |world| {
        let (_, tom) = drafted(world).await;
        tom.attaches("and all of it", "all.png", png(30_000));
        world.settle().await;
        tom.asks("/report draft").await;
        let reply = tom.types("/report export format:html team:technical").await;
        insta::assert_snapshot!(reply.text(), @"
        1 Final Report of **T-1**.
        1 picture is a link: with more in it, it would be too large for Discord.
        (file T-1-technical.html, 28275 bytes)
        ");
        assert_eq!(embedded(&exported(&reply)), 2);
        assert!(exported(&reply).contains("all.png"));
        // In the other formats there are no pictures that could be left out.
        let reply = tom.types("/report export format:markdown team:technical").await;
        assert_eq!(reply.text().lines().next(), Some("1 Final Report of **T-1**."));
    })
    .await;
}

async fn what_does_not_fit_at_all_is_refused(kind: Kind) {
    let setting = Setting { attachment_size_limit: 2_000, ..Setting::default() };
    play_in(kind, setting, async |world| {
        let (_, tom) = drafted(world).await;
        insta::assert_snapshot!(tom.asks("/report export format:html team:technical").await, @"The file would have 22 KB; at most 2 KB go here. The operators can write it to a disk with `trouble-ticket export report`.");
    })
    .await;
}

async fn where_the_bot_may_attach_nothing_the_news_comes_alone(kind: Kind) {
    play(kind, async |world| {
        let (case, tom) = drafted(world).await;
        world
            .sandbox()
            .set_role_overwrite("trouble", "trouble-ticket", 0, permissions::ATTACH_FILES)
            .unwrap();
        tom.asks("/report submit team:technical").await;
        world.settle().await;
        let seen = world.sandbox().messages(case.thread).len();
        world.dora().at(&case).asks("/report approve team:technical").await;
        world.settle().await;
        insta::assert_snapshot!(world.read_after(case.thread, seen), @"
        trouble-ticket:
          @Dora **approved** version 1 of the Final Report for Technical team.
          -# T-1 · 22
        ");
        // Answers may carry files all the same.
        assert_eq!(embedded(&exported(&tom.types("/report export format:html team:technical").await)), 2);
    })
    .await;
}

async fn a_file_that_does_not_get_through_holds_nothing_up(kind: Kind) {
    play(kind, async |world| {
        let (case, tom) = drafted(world).await;
        tom.asks("/report submit team:technical").await;
        world.settle().await;
        let seen = world.sandbox().messages(case.thread).len();
        world.sandbox().fault(Fault::status("POST", &format!("/channels/{}/messages", case.thread), 2, 503));
        world.dora().at(&case).asks("/report approve team:technical").await;
        world.settle().await;
        assert_eq!(world.sandbox().faults_left(), 0);
        let news = world.read_after(case.thread, seen);
        assert!(news.contains("**approved** version 1") && !news.contains("(file"), "{news}");
    })
    .await;
}

async fn a_large_file_is_promised_before_it_is_sent(kind: Kind) {
    play(kind, async |world| {
        let (_, tom) = drafted(world).await;
        tom.attaches("and all of it", "all.png", png(300_000));
        world.settle().await;
        tom.asks("/report draft").await;
        let reply = tom.types("/report export format:html team:technical").await;
        assert_eq!(embedded(&exported(&reply)), 3);
        assert_eq!(reply.message().unwrap().edits, 1, "put in the place of the promise");
        let reply = tom.types("/report export format:text team:technical").await;
        assert_eq!(reply.message().unwrap().edits, 0);
    })
    .await;
}

crate::on_both!(
    a_file_that_does_not_get_through_holds_nothing_up,
    a_large_file_is_promised_before_it_is_sent,
    pictures_stand_in_the_page,
    what_does_not_fit_becomes_a_link,
    what_does_not_fit_at_all_is_refused,
    where_the_bot_may_attach_nothing_the_news_comes_alone,
);
