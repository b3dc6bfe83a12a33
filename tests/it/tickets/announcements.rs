//! What managers read: headlines, updates, routes, publishing.

use trouble_ticket::sandbox::{ChannelPlan, Company, Fault, kind as channel_kind};

use crate::support::db::Kind;
use crate::support::world::{Setting, World, play, play_in};

/// One route to the public, published, for the worst only; one for everything about the website; one for the rest.
const ROUTES: &str = r#"
[[channels.announcements]]
channel = "public"
events = ["opened", "status", "resolved"]
severities = ["SEV1"]
publish = true

[[channels.announcements]]
channel = "web-news"
events = ["opened", "assigned", "status", "severity", "resolved", "closed", "cancelled", "reopened", "note", "edited"]
services = ["website"]
mention = ["web"]

[[channels.announcements]]
channel = "trouble-announcements"
events = ["opened", "severity", "resolved"]
teams = ["technical"]
mention = ["viewers", "managers"]
"#;

fn routes() -> Setting {
    let mut company = Company::demo();
    for (name, kind) in [("public", channel_kind::ANNOUNCEMENT), ("web-news", channel_kind::TEXT)] {
        company.channels.push(ChannelPlan {
            name: name.to_owned(),
            kind,
            topic: String::new(),
            only_for: Vec::new(),
            hidden_from: Vec::new(),
        });
    }
    Setting { config: ROUTES, company, ..Setting::default() }
}

/// How many messages stand in the three channels.
fn counts(world: &World) -> [usize; 3] {
    ["public", "web-news", "trouble-announcements"].map(|name| world.sandbox().messages(name).len())
}

async fn each_route_tells_what_it_is_for(kind: Kind) {
    play_in(kind, routes(), async |world| {
        let (case, _) =
            world.open_with("severity:SEV1 service:website", &[("title", "Home page is blank")]).await;
        assert_eq!(counts(world), [2, 1, 0]);
        let tom = world.tom().at(&case);
        world.will().at(&case).asks("/ticket take").await;
        world.settle().await;
        tom.asks("/ticket note text:a broken build").await;
        world.settle().await;
        tom.asks("/ticket edit field:affected value:everyone").await;
        world.settle().await;
        tom.asks("/ticket status to:resolved").await;
        world.settle().await;
        insta::assert_snapshot!(world.read("public"), @r#"
        trouble-ticket (edited):
          # T-1 · Home page is blank
          🔴 SEV1 Critical · **Resolved**
          **Services** Website
          **Affected** Everyone
          **Opened** 2026-11-23 09:30 by Ann
          **Restored** 2026-11-23 09:30, after less than a minute
          **In charge** Web team: Will
          **Last change** 0 seconds ago
          (#T-1 Home page is blank)
          — T-1 · 26
        trouble-ticket (published):
          # T-1 · Home page is blank
          🔴 SEV1 Critical · Website
          Ann opened the ticket as 🔴 SEV1 Critical.
          Next: somebody takes it.
          (#T-1 Home page is blank)
          — T-1 · 5
        trouble-ticket (published):
          # T-1 · Home page is blank
          🔴 SEV1 Critical · Website
          Tom set the status from Investigating to **Resolved**.
          Next: the Final Reports, then closing.
          (#T-1 Home page is blank)
          — T-1 · 27
        "#);
        insta::assert_snapshot!(world.read("web-news"), @r#"
        trouble-ticket calls @web (edited):
          # T-1 · Home page is blank
          🔴 SEV1 Critical · **Resolved**
          **Services** Website
          **Affected** Everyone
          **Opened** 2026-11-23 09:30 by Ann
          **Restored** 2026-11-23 09:30, after less than a minute
          **In charge** Web team: Will
          **Last change** 0 seconds ago
          (#T-1 Home page is blank)
          — T-1 · 28
        trouble-ticket:
          # T-1 · Home page is blank
          🔴 SEV1 Critical · Website
          Will **took** the ticket for Web team.
          Next: find the cause.
          (#T-1 Home page is blank)
          — T-1 · 14
        trouble-ticket:
          # T-1 · Home page is blank
          🔴 SEV1 Critical · Website
          Tom noted a finding.
          > a broken build
          Next: find the cause.
          (#T-1 Home page is blank)
          — T-1 · 18
        trouble-ticket:
          # T-1 · Home page is blank
          🔴 SEV1 Critical · Website
          Tom corrected who is affected: Everyone.
          Next: find the cause.
          (#T-1 Home page is blank)
          — T-1 · 23
        trouble-ticket:
          # T-1 · Home page is blank
          🔴 SEV1 Critical · Website
          Tom set the status from Investigating to **Resolved**.
          Next: the Final Reports, then closing.
          (#T-1 Home page is blank)
          — T-1 · 29
        "#);
        assert_eq!(counts(world)[2], 0);
    })
    .await;
}

async fn a_ticket_reaches_and_leaves_the_routes_of_a_channel(kind: Kind) {
    play_in(kind, routes(), async |world| {
        let case = world.open("Something is slow").await;
        assert_eq!(counts(world), [0, 0, 1]);
        assert!(
            world.newest("trouble-announcements").starts_with("trouble-ticket calls @viewers, @managers:")
        );
        let tom = world.tom().at(&case);
        tom.asks("/ticket severity to:SEV1").await;
        world.settle().await;
        // The public route tells no severities, but follows the ticket from now on: it has the headline.
        insta::assert_snapshot!(world.read("public"), @r#"
        trouble-ticket:
          # T-1 · Something is slow
          🔴 SEV1 Critical · **Open**
          **Opened** 2026-11-23 09:30 by Ann
          **In charge** Technical team: nobody yet · Web team: nobody yet
          **Last change** 0 seconds ago
          (#T-1 Something is slow)
          — T-1 · 8
        "#);
        tom.asks("/ticket severity to:SEV2").await;
        world.settle().await;
        tom.asks("/ticket status to:resolved").await;
        world.settle().await;
        // It left: the headline stays true, but no update comes.
        insta::assert_snapshot!(world.read("public"), @r#"
        trouble-ticket (edited):
          # T-1 · Something is slow
          🟠 SEV2 Major · **Resolved**
          **Opened** 2026-11-23 09:30 by Ann
          **Restored** 2026-11-23 09:30, after less than a minute
          **In charge** Technical team: nobody yet · Web team: nobody yet
          **Last change** 0 seconds ago
          (#T-1 Something is slow)
          — T-1 · 18
        "#);
        tom.asks("/ticket edit field:services value:website").await;
        world.settle().await;
        insta::assert_snapshot!(world.read("web-news"), @r#"
        trouble-ticket:
          # T-1 · Something is slow
          🟠 SEV2 Major · **Resolved**
          **Services** Website
          **Opened** 2026-11-23 09:30 by Ann
          **Restored** 2026-11-23 09:30, after less than a minute
          **In charge** Web team: nobody yet
          **Last change** 0 seconds ago
          (#T-1 Something is slow)
          — T-1 · 24
        trouble-ticket:
          # T-1 · Something is slow
          🟠 SEV2 Major · Website
          Tom corrected the services: Website.
          Next: the Final Reports, then closing.
          (#T-1 Something is slow)
          — T-1 · 25
        "#);
    })
    .await;
}

async fn no_announcements_at_all_is_a_choice(kind: Kind) {
    let setting = Setting { config: "[channels]\nannouncements = []", ..Setting::default() };
    play_in(kind, setting, async |world| {
        let (case, _) = world.open_with("severity:SEV1", &[("title", "Checkout is down")]).await;
        world.tom().at(&case).asks("/ticket take").await;
        world.settle().await;
        assert_eq!(world.sandbox().messages("trouble-announcements").len(), 0);
        assert_eq!(world.sandbox().messages(case.thread).len(), 3);
    })
    .await;
}

async fn the_headline_comes_first_and_updates_follow_in_order(kind: Kind) {
    play(kind, async |world| {
        let form = world.ann().types("/ticket open severity:SEV1").await;
        form.fills(&[("title", "Checkout is down")]).await;
        let tom = world.tom();
        tom.asks("/ticket take ticket:1").await;
        for to in ["identified", "monitoring", "resolved"] {
            tom.asks(&format!("/ticket status to:{to} ticket:1")).await;
        }
        world.settle().await;
        let told: Vec<String> =
            world.sandbox().messages("trouble-announcements").iter().map(|one| world.show(one)).collect();
        assert_eq!(told.len(), 5);
        assert!(told[0].contains("SEV1 Critical · **Resolved**"), "{}", told[0]);
        for (update, word) in
            told[1..].iter().zip(["**took**", "**Identified**", "**Monitoring**", "**Resolved**"])
        {
            assert!(update.contains(word), "{update}");
        }
        let read = world.read(world.case(1).await.thread);
        let order = ["opened T-1", "**took**", "**Identified**", "**Monitoring**", "**Resolved**"]
            .map(|word| read.find(word).unwrap());
        assert!(order.is_sorted(), "{read}");
    })
    .await;
}

async fn publishing_waits_alone_when_discord_says_wait(kind: Kind) {
    play_in(kind, routes(), async |world| {
        world.sandbox().fault(Fault::rate_limited("POST", "/channels/*/messages/*/crosspost", 1, 0.2));
        let (case, _) = world.open_with("severity:SEV1", &[("title", "Checkout is down")]).await;
        world.tom().at(&case).asks("/ticket status to:identified").await;
        world.settle().await;
        let public = world.sandbox().messages("public");
        let published: Vec<bool> = (public.iter())
            .map(|message| message.flags & trouble_ticket::sandbox::flag::CROSSPOSTED != 0)
            .collect();
        assert_eq!(published, [false, true, true]);
    })
    .await;
}

crate::on_both!(
    each_route_tells_what_it_is_for,
    a_ticket_reaches_and_leaves_the_routes_of_a_channel,
    no_announcements_at_all_is_a_choice,
    the_headline_comes_first_and_updates_follow_in_order,
    publishing_waits_alone_when_discord_says_wait,
);
