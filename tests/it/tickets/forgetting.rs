//! Forgetting a person: nothing of them is left anywhere, and their old messages do not come back.

use trouble_ticket::desk::forgetting::person;
use trouble_ticket::domain::{TicketNumber, UserId};

use crate::support::by_hand::{program, tried};
use crate::support::db::Kind;
use crate::support::world::{Case, World, play};

/// Tina of the technical team does everything that one can do: asks, answers, works, writes and is written about.
async fn busy(world: &World) -> Case {
    world.sandbox().add_member("tina", "Tina", &["technical"]).unwrap();
    let form = world.who("tina").types("/ticket open service:checkout").await;
    form.fills(&[("title", "Checkout is down"), ("details", "tinas details: 502")]).await;
    world.settle().await;
    let case = world.case(1).await;
    let (tina, will, tom) = (world.who("tina").at(&case), world.will().at(&case), world.tom().at(&case));
    tina.asks("/ticket take").await;
    let slip = tina.attaches("tinas slip: it is the databse", "tinas.log", "tinas bytes");
    world.minutes_later(1);
    tina.actor().edit(&slip, "I found it, tinas finding: the database is full").unwrap();
    let id = tina.actor().id().unwrap();
    let asked = will.says(&format!("<@{id}> which database exactly? Tina will know"));
    tina.actor().react(&asked, "👀").unwrap();
    tina.replies(&asked, "tinas answer: the one of the shop");
    tina.asks("/ticket note text:tinas note, deleted old logs kind:action").await;
    tina.asks("/ticket status to:resolved note:tinas status").await;
    world.settle().await;
    tom.asks("/report draft").await;
    let form = tina.types("/report edit section:cause team:technical").await;
    form.fills(&[("text", "tinas section: the disk was full")]).await;
    will.types("/report edit section:cause team:web")
        .await
        .fills(&[("text", "As @Tina wrote, tinas answer: the one of the shop. Ask Tina.")])
        .await;
    tina.asks("/report submit team:technical").await;
    world.dora().at(&case).asks("/report approve team:technical").await;
    will.asks("/report submit team:web").await;
    tina.asks("/report return reason:tinas reason team:web").await;
    world.settle().await;
    case
}

fn tina(world: &World) -> UserId {
    UserId(world.who("tina").actor().id().unwrap().cast_signed())
}

async fn nothing_is_left_of_somebody_who_was_forgotten(kind: Kind) {
    play(kind, async |world| {
        let case = busy(world).await;
        let user = tina(world);
        world.minutes_later(5);
        // Also while the bot runs.
        let counts = person::forget(&world.store(), user, "root", world.now()).await.unwrap();
        assert_eq!((counts.messages, counts.files, counts.reactions), (2, 2, 1), "{counts:?}");
        assert_eq!((counts.tickets, counts.charges), (1, 1), "{counts:?}");
        assert!(counts.events >= 7 && counts.reports >= 4 && counts.mentions >= 3, "{counts:?}");
        assert!(counts.left >= 2, "others wrote the name: {counts:?}");
        world.settle().await;
        world.stop().await;
        let everything = world.db.everything().await;
        assert!(everything.contains("the disk of") || everything.contains("Checkout is down"));
        for gone in ["tinas", "tinas bytes", &format!("<@{user}>")] {
            let at = everything
                .find(gone)
                .map(|at| everything[at.saturating_sub(200)..].chars().take(400).collect::<String>());
            assert_eq!(at, None, "{gone}");
        }
        // The name is only where others wrote it themselves.
        let allowed = ["which database exactly? Tina will know", "Ask Tina."];
        let left = allowed.iter().fold(everything, |text, theirs| text.replace(theirs, ""));
        let at =
            left.find("Tina").map(|at| left[at.saturating_sub(200)..].chars().take(400).collect::<String>());
        assert_eq!(at, None);
        world.start().await;
        world.settle().await;
        let mut tx = world.reading().await;
        let done = tx.all_forgotten().await.unwrap();
        assert_eq!(
            (done.len(), done[0].user, done[0].operator.as_str(), done[0].at),
            (1, user, "root", world.now())
        );
        assert!(done[0].counts.contains("\"messages\":2"), "{}", done[0].counts);
        drop(tx);
        // Their places are kept, and what people see has nobody in them.
        let shown = world.tom().at(&case).asks("/ticket show").await;
        assert!(shown.contains("somebody forgotten") && !shown.contains("Tina"), "{shown}");
        let report = world.tom().at(&case).asks("/report show team:technical").await;
        assert!(report.contains("**approved** by @Dora") && !report.contains("Tina"), "{report}");
        assert!(!world.tom().at(&case).asks("/ticket history").await.contains("Tina"));
    })
    .await;
}

async fn their_old_messages_do_not_come_back_and_new_ones_are_kept(kind: Kind) {
    play(kind, async |world| {
        let case = busy(world).await;
        let user = tina(world);
        world.minutes_later(5);
        person::forget(&world.store(), user, "root", world.now()).await.unwrap();
        // As if nothing had ever been read: everything comes from the thread once more.
        world.stop().await;
        for sql in [
            "DELETE FROM reactions",
            "DELETE FROM files",
            "DELETE FROM message_versions",
            "DELETE FROM messages",
            "DELETE FROM complete_threads",
        ] {
            world.db.execute(sql).await;
        }
        world.minutes_later(5);
        let slip = world
            .sandbox()
            .messages(case.thread)
            .into_iter()
            .find(|said| said.content.contains("tinas finding"));
        world.who("tina").actor().edit(&slip.unwrap(), "tinas finding, once more").unwrap();
        world.start().await;
        world.settle().await;
        let said = async || -> Vec<(String, String)> {
            let kept = world.reading().await.messages(TicketNumber(1)).await.unwrap();
            kept.into_iter()
                .filter(|one| !one.bot && !one.system)
                .map(|one| (one.author.name, one.text))
                .collect()
        };
        let texts = said().await;
        assert_eq!(
            texts.iter().filter(|(name, text)| name == "somebody forgotten" && text.is_empty()).count(),
            2,
            "{texts:?}"
        );
        assert!(texts.iter().all(|(name, text)| name != "Tina" && !text.contains("tinas")), "{texts:?}");
        let kept = world.reading().await.messages(TicketNumber(1)).await.unwrap();
        assert!(kept.iter().all(|message| message.reactions.is_empty()));
        // Whoever speaks again is somebody again.
        world.minutes_later(5);
        world.who("tina").at(&case).says("I am back");
        world.settle().await;
        assert_eq!(said().await.last(), Some(&("Tina".to_owned(), "I am back".to_owned())));
        let again = person::forget(&world.store(), user, "root", world.now()).await.unwrap();
        assert_eq!((again.messages, again.tickets), (1, 0));
    })
    .await;
}

async fn the_command_asks_and_tells(kind: Kind) {
    play(kind, async |world| {
        busy(world).await;
        let (user, folder) = (tina(world).to_string(), tempfile::tempdir().unwrap());
        let unsure = program(world, folder.path(), &["forget", "--user", &user]).await;
        insta::assert_snapshot!(unsure, @"
        This is “Tina”, with 3 texts in the archive.
        Their texts, files and name are deleted everywhere, in approved reports too. Nothing brings them back.
        Forget this person? [y/N] Nothing was changed.
        ");
        assert!(world.reading().await.all_forgotten().await.unwrap().is_empty());
        let done = program(world, folder.path(), &["forget", "--user", &user, "--yes"]).await;
        insta::assert_snapshot!(done, @"
        Forgotten. Taken out:
          messages (they keep their places): 2
          files: 2
          reactions: 1
          texts of others that called them: 7
          tickets they opened (the titles stay): 1
          times in charge: 1
          events: 8
          versions of reports: 4
          rows of the outbox: 0
        Texts and titles of others in which the name may still stand: 2.
        What stands on Discord, and backups made before, are not changed.
        ");
        assert_eq!(world.reading().await.all_forgotten().await.unwrap().len(), 1);
        let export = program(world, folder.path(), &["export", "all"]).await;
        assert!(!export.contains("tinas") && export.contains("somebody forgotten"), "{export}");
        let (code, _, error) = tried(world, folder.path(), &["forget", "--user", "Tina", "--yes"]).await;
        assert_eq!(code, Some(1));
        insta::assert_snapshot!(error, @"error: `Tina` is no person's id. With Discord's developer mode on, right-click the person and choose Copy User ID.");
    })
    .await;
}

crate::on_both!(
    nothing_is_left_of_somebody_who_was_forgotten,
    their_old_messages_do_not_come_back_and_new_ones_are_kept,
    the_command_asks_and_tells,
);
