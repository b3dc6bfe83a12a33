//! Publishing keeps to Discord's unannounced limit by the hour: what matters most goes first, and nothing is lost.

use chrono::TimeDelta;
use trouble_ticket::sandbox::{World as Company, flag};

use crate::rest_faults::setting;
use crate::support::db::Kind;
use crate::support::world::{morning, play_in};

/// Which updates of the public channel are published, in their order.
fn published(all: &Company) -> Vec<bool> {
    let public = all.find_channel("public").expect("the channel");
    // The headline is never published.
    public.messages.values().skip(1).map(|message| message.flags & flag::CROSSPOSTED != 0).collect()
}

async fn the_end_of_the_worst_overtakes_and_the_rest_comes_later(kind: Kind) {
    play_in(kind, setting(), async |world| {
        let (case, _) = world.open_with("severity:SEV1", &[("title", "Checkout is down")]).await;
        let tom = world.tom().at(&case);
        for turn in 0..9 {
            let to = ["identified", "monitoring"][turn % 2];
            let told = tom.asks(&format!("/ticket status to:{to}")).await;
            assert!(told.contains("T-1"), "{told}");
        }
        let seven = |all: &Company| {
            let published = published(all);
            (published.len() == 9 && published.iter().filter(|one| **one).count() == 7).then_some(())
        };
        world.sandbox().wait_for("seven updates that are published", seven).await.unwrap();
        // A restart does not give the places back.
        world.restart().await;
        let tom = world.tom().at(&case);
        tom.asks("/ticket status to:monitoring").await;
        tom.asks("/ticket status to:resolved").await;
        let overtaken = |all: &Company| published(all).last().copied().filter(|last| *last);
        world.sandbox().wait_for("the end", overtaken).await.unwrap();
        assert_eq!(world.now(), morning(), "nobody waited");
        let waiting = world.sandbox().look(|all| published(all).iter().filter(|one| !**one).count());
        assert!(waiting >= 2, "{waiting}");
        world.settle().await;
        assert!(world.sandbox().look(|all| published(all).iter().all(|one| *one)));
        assert!(world.now() >= morning() + TimeDelta::hours(1));
        let mut times = world.reading().await.published_since(morning() - TimeDelta::hours(1)).await.unwrap();
        times.sort_by_key(|(_, at)| *at);
        assert!(times.windows(11).all(|some| some[10].1 - some[0].1 >= TimeDelta::hours(1)), "{times:?}");
    })
    .await;
}

crate::on_both!(the_end_of_the_worst_overtakes_and_the_rest_comes_later);
