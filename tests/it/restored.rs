//! An old backup is put back: no number and no message comes twice, and nobody is left guessing.

use std::path::Path;
use std::time::Duration;

use trouble_ticket::domain::Status;
use trouble_ticket::ops::backup;
use trouble_ticket::sandbox::Fault;
use trouble_ticket::store::Store;

use crate::support::db::{Kind, TestDb};
use crate::support::world::{Setting, World, play, play_in};

async fn back_up(world: &World, file: &Path) {
    let store = Store::open(world.db.url()).await.unwrap();
    backup::write(&store, file, false).await.unwrap();
    store.close().await;
}

/// Stops the bot, and starts it on what the backup holds.
async fn put_back(world: &mut World, kind: Kind, file: &Path) {
    world.stop().await;
    world.db = TestDb::new(kind).await;
    let old = Store::open(&format!("sqlite://{}", file.display())).await.unwrap();
    let new = Store::open(world.db.url()).await.unwrap();
    old.copy_into(&new, |_, _, _| {}).await.unwrap();
    old.close().await;
    new.close().await;
    world.start().await;
    world.settle().await;
}

async fn no_number_and_no_mark_is_given_twice(kind: Kind) {
    play(kind, async |world| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("backup.db");
        let first = world.open("Checkout is down").await;
        back_up(world, &file).await;
        world.minutes_later(30);
        world.tom().at(&first).asks("/ticket take").await;
        world.tom().at(&first).asks("/ticket note text:restarted").await;
        let lost = world.open("The website is slow").await;
        world.settle().await;
        let operators = world.sandbox().messages("trouble-operators").len();
        world.minutes_later(30);
        put_back(world, kind, &file).await;
        // The record is the backup's, and so is what people see of it.
        assert_eq!(world.ticket(1).await.status, Status::Open);
        assert!(world.read_card(&first).contains("nobody"), "{}", world.read_card(&first));
        let told = world.read_after("trouble-operators", operators);
        assert!(told.contains("Discord shows T-2, which the database does not have"), "{told}");
        // Its card is there, and says that it is not known.
        let pressed = world.tom().presses(&world.sandbox().message(lost.card).unwrap(), "Take").await.text();
        assert!(pressed.contains("T-2"), "{pressed}");
        // Work goes on, with numbers and marks of its own: `play` demands that none stands twice.
        world.tom().at(&first).asks("/ticket take").await;
        world.tom().at(&first).asks("/ticket note text:restarted again").await;
        assert_eq!(world.open("Another").await.number.0, 3);
        // The operators are told once.
        world.restart().await;
        world.settle().await;
        assert_eq!(world.sandbox().messages("trouble-operators").len(), operators + 1);
    })
    .await;
}

async fn what_waited_in_the_backup_is_not_posted_again(kind: Kind) {
    // Days later no nonce keeps anything from being posted twice.
    let setting = Setting { nonce_life: Duration::ZERO, ..Setting::default() };
    play_in(kind, setting, async |world| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("backup.db");
        // Nothing gets out while the backup is made.
        world.sandbox().fault(Fault::status("POST", "/channels/*/messages", 1_000, 503));
        let form = world.ann().types("/ticket open severity:SEV1").await;
        form.fills(&[("title", "Checkout is down")]).await;
        back_up(world, &file).await;
        world.sandbox().clear_faults();
        for _ in 0..4 {
            world.minutes_later(6);
        }
        world.settle().await;
        let case = world.case(1).await;
        world.tom().at(&case).asks("/ticket take").await;
        world.tom().at(&case).asks("/ticket status to:identified note:the disk is full").await;
        world.settle().await;
        let shown = |world: &World| {
            let places = ["trouble", "trouble-announcements"];
            let channels = places.map(|place| world.sandbox().messages(place).len());
            (channels, world.sandbox().messages(case.thread).len())
        };
        let before = shown(world);
        world.minutes_later(60);
        put_back(world, kind, &file).await;
        assert_eq!(shown(world), before, "posted again");
        let found = world.case(1).await;
        assert_eq!((found.card, found.thread), (case.card, case.thread));
        // And it is usable.
        let taken = world.tom().at(&found).asks("/ticket take").await;
        assert!(taken.contains("T-1"), "{taken}");
    })
    .await;
}

crate::on_both!(no_number_and_no_mark_is_given_twice, what_waited_in_the_backup_is_not_posted_again);
