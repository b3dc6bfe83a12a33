//! The archive: what is said in a ticket's thread is kept, with edits, deletions, reactions and pins, also of the time
//! in which nobody listened.

use trouble_ticket::domain::TicketNumber;
use trouble_ticket::sandbox::{Draft, Fault};
use trouble_ticket::store::FileState;

use crate::support::db::Kind;
use crate::support::world::{Setting, World, play, play_in};

/// What the archive has of a ticket's thread, from people only.
async fn archive(world: &World, number: i64) -> String {
    let mut tx = world.reading().await;
    let kept = tx.messages(TicketNumber(number)).await.unwrap();
    let mut lines = Vec::new();
    for message in kept.iter().filter(|message| !message.bot) {
        let at = message.at.with_timezone(&crate::support::world::ZONE).format("%H:%M");
        let mut line = format!("{at} {}: {}", message.author.name, message.text);
        if let Some(to) = message.reply_to {
            let to = kept.iter().find(|one| one.id == to).map_or("?", |one| one.text.as_str());
            line.push_str(&format!(" [answers “{to}”]"));
        }
        for file in &message.attachments {
            line.push_str(&format!(" [file {} of {} bytes]", file.name, file.size));
        }
        for (_, before) in tx.message_versions(message.id).await.unwrap() {
            line.push_str(&format!(" [before: “{before}”]"));
        }
        for reaction in &message.reactions {
            line.push_str(&format!(" [{} {}]", reaction.emoji, world.name_of(reaction.by)));
        }
        if message.pinned.is_some() {
            line.push_str(" [pinned]");
        }
        if message.deleted.is_some() {
            line.push_str(" [deleted]");
        }
        lines.push(line);
    }
    lines.join("\n")
}

async fn everything_said_in_the_thread_is_kept(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let (tom, ann) = (world.tom().at(&case), world.ann().at(&case));
        let asked = tom.says("which orders exactly?");
        world.at("09:35");
        ann.replies(&asked, "those paid by card");
        ann.attaches("the log", "shop.log", "502\n502\n");
        world.at("09:40");
        let slip = tom.says("it is the databse");
        world.minutes_later(1);
        tom.actor().edit(&slip, "it is the database").unwrap();
        world.minutes_later(1);
        tom.actor().edit(&slip, "it is the **database**").unwrap();
        let regret = tom.says("somebody broke it on purpose");
        world.minutes_later(1);
        tom.actor().delete(&regret).unwrap();
        tom.sends(Draft::text("多言語 👩‍🔧\nsecond line"));
        world.ann().says("said in the channel");
        world.settle().await;
        insta::assert_snapshot!(archive(world, 1).await, @"
        09:30 Tom: which orders exactly?
        09:35 Ann: those paid by card [answers “which orders exactly?”]
        09:35 Ann: the log [file shop.log of 8 bytes]
        09:40 Tom: it is the **database** [before: “it is the databse”] [before: “it is the database”]
        09:42 Tom:  [deleted]
        09:43 Tom: 多言語 👩‍🔧
        second line
        ");
    })
    .await;
}

async fn names_are_kept_as_they_were_shown(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        world.sandbox().add_member("zoe", "Zoë \u{202e}(QA)", &["technical"]).unwrap();
        let said = world.who("zoe").at(&case).says("hello");
        world.settle().await;
        world.sandbox().remove_member("zoe").unwrap();
        let kept = world
            .reading()
            .await
            .message(trouble_ticket::domain::MessageId(said.id.cast_signed()))
            .await
            .unwrap()
            .unwrap();
        assert_eq!((kept.author.name.as_str(), kept.bot, kept.system), ("Zoë (QA)", false, false));
    })
    .await;
}

async fn what_is_said_while_the_bot_is_away_is_read_later(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        world.sandbox().cut_gateway();
        world.tom().at(&case).says("said while nobody listened");
        world.settle().await;
        insta::assert_snapshot!(archive(world, 1).await, @"09:30 Tom: said while nobody listened");
        // Too much was said for Discord to tell it all again, and the session is another.
        world.sandbox().invalidate_session();
        for nth in 1..=230 {
            world.tom().at(&case).says(&format!("message {nth}"));
        }
        world.settle().await;
        assert_eq!(world.sandbox().messages(case.thread).len(), 233);
    })
    .await;
}

async fn reactions_and_pins_are_kept(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let (tom, tess, ann) = (world.tom().at(&case), world.tess().at(&case), world.ann().at(&case));
        let found = tom.says("the disk of the database is full");
        let joke = tess.says("have you tried turning it off");
        for (who, emoji) in [(&tess, "📌"), (&ann, "📌"), (&ann, "🔥"), (&tess, "🔥")] {
            who.actor().react(&found, emoji).unwrap();
        }
        tom.actor().react(&joke, "👍").unwrap();
        world.admin().actor().pin(&found).unwrap();
        world.admin().actor().pin(&joke).unwrap();
        world.minutes_later(1);
        ann.actor().unreact(&found, "🔥").unwrap();
        tom.actor().unreact(&joke, "👍").unwrap();
        world.admin().actor().unpin(&joke).unwrap();
        tom.actor().edit(&found, "the disk of the database is full: 100 %").unwrap();
        world.settle().await;
        insta::assert_snapshot!(archive(world, 1).await, @"
        09:30 Tom: the disk of the database is full: 100 % [before: “the disk of the database is full”] [📌 Ann] [📌 Tess] [🔥 Tess] [pinned]
        09:30 Tess: have you tried turning it off
        09:30 Olivia:  [answers “the disk of the database is full: 100 %”]
        09:30 Olivia:  [answers “have you tried turning it off”]
        ");
        // Given again, it counts from then.
        world.minutes_later(1);
        ann.actor().react(&found, "🔥").unwrap();
        world.settle().await;
        let kept = world.reading().await.messages(TicketNumber(1)).await.unwrap();
        let kept = kept.iter().find(|message| message.id.0.cast_unsigned() == found.id).unwrap();
        let newest = kept.reactions.last().unwrap();
        assert_eq!((newest.emoji.as_str(), newest.at), ("🔥", world.now()));
        assert!(kept.pinned.is_some_and(|since| since < world.now()), "the first time counts");
    })
    .await;
}

async fn what_happened_while_the_bot_was_down_is_read_at_the_start(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let (tom, tess) = (world.tom().at(&case), world.tess().at(&case));
        let before = tom.says("looking");
        let wrong = tom.says("it is the chache");
        tess.actor().react(&before, "👀").unwrap();
        world.settle().await;
        world.stop().await;
        world.minutes_later(5);
        tess.replies(&before, "anything?");
        tom.actor().edit(&wrong, "it is the cache").unwrap();
        tess.actor().unreact(&before, "👀").unwrap();
        for who in [&tess, &world.ann(), &world.dora()] {
            who.actor().react(&wrong, "✅").unwrap();
        }
        world.admin().actor().pin(&wrong).unwrap();
        tom.attaches("emptied", "cache.log", "0 keys");
        world.start().await;
        world.settle().await;
        insta::assert_snapshot!(archive(world, 1).await, @"
        09:30 Tom: looking
        09:30 Tom: it is the cache [before: “it is the chache”] [✅ Ann] [✅ Tess] [✅ Dora] [pinned]
        09:35 Tess: anything? [answers “looking”]
        09:35 Olivia:  [answers “it is the cache”]
        09:35 Tom: emptied [file cache.log of 6 bytes]
        ");
    })
    .await;
}

/// What became of the files of the first ticket's thread, by name.
async fn files(world: &World) -> Vec<String> {
    let mut tx = world.reading().await;
    let states = tx.file_states(TicketNumber(1)).await.unwrap();
    let mut lines = Vec::new();
    for (message, file, state) in states {
        let kept = tx.message(message).await.unwrap().unwrap();
        let name =
            kept.attachments.into_iter().find(|one| one.id == file).map(|one| one.name).unwrap_or_default();
        let bytes =
            tx.file_bytes(message, file).await.unwrap().map(|bytes| String::from_utf8(bytes).unwrap());
        lines.push(match (state, bytes) {
            (FileState::Kept, Some(bytes)) => format!("{name}: {bytes}"),
            (FileState::Skipped(why), None) => format!("{name}: not kept, {why}"),
            other => format!("{name}: {other:?}"),
        });
    }
    lines
}

async fn files_are_kept_before_their_links_expire(kind: Kind) {
    let config = "[archive]\nfile_max_mb = 1\ntotal_max_mb = 2";
    play_in(kind, Setting { config, ..Setting::default() }, async |world| {
        let case = world.open("Checkout is down").await;
        let tom = world.tom().at(&case);
        tom.attaches("the log", "shop.log", "502 502");
        world.settle().await;
        // Discord has trouble with one, and of another the link has expired.
        world.sandbox().fault(Fault::status("GET", "/attachments/*slow.txt", 2, 503));
        world.sandbox().fault(Fault::status("GET", "/attachments/*old.txt", 1, 404));
        tom.attaches("", "slow.txt", "slow");
        tom.attaches("", "old.txt", "old");
        tom.attaches("", "big.bin", "b".repeat(1_100_000));
        let regret = tom.attaches("", "secret.txt", "hunter2");
        world.settle().await;
        assert_eq!(files(world).await.len(), 5);
        tom.actor().delete(&regret).unwrap();
        tom.attaches("", "half.txt", "h".repeat(999_000));
        world.settle().await;
        tom.attaches("", "more.txt", "m".repeat(999_000));
        tom.attaches("", "toomuch.txt", "t".repeat(999_000));
        world.settle().await;
        let short: Vec<String> =
            files(world).await.into_iter().map(|line| line.chars().take(70).collect()).collect();
        insta::assert_snapshot!(short.join("\n"), @"
        shop.log: 502 502
        slow.txt: slow
        old.txt: old
        big.bin: not kept, larger than 1 MB
        : not kept, the message was deleted
        half.txt: hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh
        more.txt: mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm
        toomuch.txt: not kept, there is no more room for files
        ");
    })
    .await;
}

crate::on_both!(
    files_are_kept_before_their_links_expire,
    everything_said_in_the_thread_is_kept,
    names_are_kept_as_they_were_shown,
    what_is_said_while_the_bot_is_away_is_read_later,
    reactions_and_pins_are_kept,
    what_happened_while_the_bot_was_down_is_read_at_the_start,
);
