//! Looking at tickets: show, list, history, and what is suggested while an option is typed.

use crate::support::db::Kind;
use crate::support::world::{Case, World, play};

async fn a_ticket_is_shown_in_full(kind: Kind) {
    play(kind, async |world| {
        let fields = [("title", "Checkout is down"), ("details", "502 since lunch"), ("started_at", "09:10")];
        let (case, _) = world.open_with("severity:SEV2 service:checkout", &fields).await;
        world.at("09:40");
        world.tom().at(&case).asks("/ticket take").await;
        world.at("09:50");
        world.tom().at(&case).asks("/ticket release").await;
        world.tess().at(&case).asks("/ticket take").await;
        world.at("10:00");
        world.tess().at(&case).asks("/ticket status to:identified").await;
        world.tess().at(&case).asks("/ticket status to:resolved at:09:58").await;
        insta::assert_snapshot!(world.ann().at(&case).asks("/ticket show").await, @"
        # T-1 · Checkout is down
        🟠 SEV2 Major · **Resolved**
        **Services** Checkout
        **Started** 2026-11-23 09:10 (50 minutes ago)
        **Opened** 2026-11-23 09:30 by @Ann
        **Acknowledged** 2026-11-23 09:40, after 10 min
        **Identified** 2026-11-23 10:00, after 30 min
        **Restored** 2026-11-23 09:58, after 48 min
        **In charge** Technical team: @Tess · Web team: nobody yet
        **Reports** Technical team: none yet · Web team: none yet
        **Last change** 0 seconds ago
        (#T-1 Checkout is down)
        Next: the Final Reports, then closing.
        Was in charge: Technical team: @Tom until 2026-11-23 09:50
        # What was reported
        502 since lunch
        ");
        // From elsewhere by its number, however it is written.
        let shown = world.who("vera").asks("/ticket show ticket:T-1").await;
        for named in ["t1", "#1", "1", "T-1 Checkout is down (resolved)"] {
            assert_eq!(
                world.who("vera").asks(&format!("/ticket show ticket:{named}")).await,
                shown,
                "{named}"
            );
        }
    })
    .await;
}

async fn a_ticket_must_be_named_outside_its_thread(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let tom = world.tom();
        insta::assert_snapshot!(tom.asks("/ticket show").await, @"Which ticket do you mean? Name it with the option `ticket`, or use the command in its thread.");
        insta::assert_snapshot!(tom.asks("/ticket show ticket:T-99").await, @"There is no ticket T-99. `/ticket list` shows the open ones.");
        let named = tom.asks("/ticket show").await;
        let unknown = tom.asks("/ticket show ticket:99").await;
        let commands = [
            "edit field:title value:x",
            "take",
            "release",
            "assign user:@tom",
            "status to:resolved",
            "severity to:SEV1",
            "note text:x",
            "history",
            "close",
            "reopen reason:x",
            "cancel",
        ];
        for command in commands {
            assert_eq!(tom.asks(&format!("/ticket {command}")).await, named, "{command}");
            assert_eq!(tom.asks(&format!("/ticket {command} ticket:T-99")).await, unknown, "{command}");
            assert_eq!(tom.asks(&format!("/ticket {command} ticket:what")).await, named, "{command}");
        }
        assert_eq!(tom.asks("/report draft").await, named);
        assert_eq!(tom.asks("/report draft ticket:T-99").await, unknown);
        // In a thread of another ticket, the option wins.
        let other = world.open("Another").await;
        assert!(tom.at(&other).asks("/ticket show ticket:T-1").await.contains("Checkout is down"));
        assert!(tom.at(&case).asks("/ticket show").await.contains("Checkout is down"));
        assert_eq!(world.ticket(1).await.last_seq, 1, "nothing happened to it");
    })
    .await;
}

async fn who_may_not_read_learns_nothing(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Secret merger").await;
        let carl = world.carl();
        let refused = carl.asks("/ticket show ticket:T-1").await;
        insta::assert_snapshot!(refused, @"You may not read tickets. Ask a manager for the viewers' role.");
        for line in ["/ticket history ticket:T-1", "/ticket list", "/ticket show ticket:T-99"] {
            assert_eq!(carl.asks(line).await, refused, "{line}");
        }
        assert!(carl.suggestions("/ticket show ticket:").await.is_empty());
        assert!(carl.suggestions("/ticket reopen reason:x ticket:").await.is_empty());
        // What he reported himself he may read.
        let form = carl.types("/ticket open").await;
        form.fills(&[("title", "My laptop")]).await;
        assert!(carl.asks("/ticket show ticket:T-2").await.contains("My laptop"));
        // The button of a history that he may no longer read.
        for text in 1..=9 {
            world.ann().at(&case).asks(&format!("/ticket note text:{text}")).await;
        }
        world.sandbox().set_roles("carl", &["contractor", "viewers"]).unwrap();
        let history = carl.types("/ticket history ticket:T-1").await;
        assert!(history.text().contains("Page 2 of 2"), "{}", history.text());
        world.sandbox().set_roles("carl", &["contractor"]).unwrap();
        assert_eq!(history.presses("Earlier").await.text(), refused);
    })
    .await;
}

async fn five(world: &World) -> Vec<Case> {
    let mut cases = Vec::new();
    for (options, title) in [
        ("severity:SEV3", "Slow pages"),
        ("severity:SEV1 service:checkout", "Checkout is down"),
        ("severity:SEV2 service:website", "Home page is blank"),
        ("severity:SEV4", "What is this?"),
        ("severity:SEV1", "Mail is down"),
    ] {
        cases.push(world.open_with(options, &[("title", title)]).await.0);
        world.minutes_later(1);
    }
    cases
}

async fn tickets_are_listed_worst_first_and_filtered(kind: Kind) {
    play(kind, async |world| {
        let tom = world.tom();
        insta::assert_snapshot!(tom.asks("/ticket list").await, @"No ticket is open. `/ticket open` opens one.");
        let cases = five(world).await;
        tom.at(&cases[1]).asks("/ticket take").await;
        tom.at(&cases[3]).asks("/ticket cancel").await;
        insta::assert_snapshot!(tom.asks("/ticket list").await, @r#"
        # 4 open tickets
        **🔴 SEV1 Critical**
        - [T-2](#T-2 Checkout is down) Checkout is down · **Investigating** · 4 minutes ago · Tom
        - [T-5](#T-5 Mail is down) Mail is down · **Open** · 1 minute ago · nobody in charge
        **🟠 SEV2 Major**
        - [T-3](#T-3 Home page is blank) Home page is blank · **Open** · 3 minutes ago · nobody in charge
        **🟡 SEV3 Minor**
        - [T-1](#T-1 Slow pages) Slow pages · **Open** · 5 minutes ago · nobody in charge
        "#);
        insta::assert_snapshot!(tom.asks("/ticket list mine:true").await, @r#"
        # 1 open ticket
        **🔴 SEV1 Critical**
        - [T-2](#T-2 Checkout is down) Checkout is down · **Investigating** · 4 minutes ago · Tom
        "#);
        insta::assert_snapshot!(tom.asks("/ticket list severity:SEV1").await, @r#"
        # 2 open tickets
        **🔴 SEV1 Critical**
        - [T-2](#T-2 Checkout is down) Checkout is down · **Investigating** · 4 minutes ago · Tom
        - [T-5](#T-5 Mail is down) Mail is down · **Open** · 1 minute ago · nobody in charge
        "#);
        insta::assert_snapshot!(tom.asks("/ticket list team:technical severity:SEV2").await, @"No ticket matches. Leave out an option to see more.");
        insta::assert_snapshot!(tom.asks("/ticket list status:cancelled").await, @r#"
        # 1 ticket
        **🔵 SEV4 Question**
        - [T-4](#T-4 What is this?) What is this? · **Cancelled** · 2 minutes ago · nobody in charge
        "#);
        insta::assert_snapshot!(tom.asks("/ticket list status:open team:web").await, @r#"
        # 3 open tickets
        **🔴 SEV1 Critical**
        - [T-5](#T-5 Mail is down) Mail is down · **Open** · 1 minute ago · nobody in charge
        **🟠 SEV2 Major**
        - [T-3](#T-3 Home page is blank) Home page is blank · **Open** · 3 minutes ago · nobody in charge
        **🟡 SEV3 Minor**
        - [T-1](#T-1 Slow pages) Slow pages · **Open** · 5 minutes ago · nobody in charge
        "#);
        assert!(world.ann().asks("/ticket list mine:true").await.contains("Slow pages"));
        insta::assert_snapshot!(tom.asks("/ticket list team:kitchen").await, @"There is no team “kitchen”. There is `technical`, `web`.");
        insta::assert_snapshot!(tom.asks("/ticket list severity:BAD").await, @"There is no severity “BAD”. There is `SEV1`, `SEV2`, `SEV3`, `SEV4`.");
    })
    .await;
}

async fn a_long_list_says_how_much_it_leaves_out(kind: Kind) {
    play(kind, async |world| {
        let desk = &world.together().running().shared().desk;
        let title = "a rather long title of a failure that nobody has looked at yet ".repeat(2);
        for nth in 1..=32 {
            let act = trouble_ticket::desk::Act {
                by: trouble_ticket::domain::Member {
                    person: trouble_ticket::domain::Person {
                        id: trouble_ticket::domain::UserId(1),
                        name: "somebody".into(),
                    },
                    roles: Vec::new(),
                    sees_tickets: true,
                },
                at: world.now(),
                cause: Some(trouble_ticket::domain::InteractionId(nth)),
            };
            let form = trouble_ticket::desk::OpenForm { title: title.clone(), ..Default::default() };
            desk.open(&act, form).await.unwrap();
        }
        world.settle().await;
        let list = world.tom().asks("/ticket list").await;
        let left = list.lines().last().unwrap();
        let shown = list.lines().filter(|line| line.starts_with("- ")).count();
        assert!(list.starts_with("# 32 open tickets"), "{list}");
        assert!(left.starts_with(&format!("and {} more: narrow the list", 32 - shown)), "{left}");
    })
    .await;
}

async fn the_history_is_read_page_by_page(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let tom = world.tom().at(&case);
        insta::assert_snapshot!(tom.asks("/ticket history").await, @r"
        # T-1 · Checkout is down
        2026-11-23 09:30 Ann opened the ticket as 🟡 SEV3 Minor.
        — Page 1 of 1 · 1 event
        ");
        tom.asks("/ticket take").await;
        for nth in 1..=15 {
            world.minutes_later(1);
            tom.asks(&format!("/ticket note text:step {nth}")).await;
        }
        let history = tom.types("/ticket history").await;
        insta::assert_snapshot!(history.text(), @r"
        # T-1 · Checkout is down
        2026-11-23 09:44 Tom noted a finding. “step 14”
        2026-11-23 09:45 Tom noted a finding. “step 15”
        — Page 3 of 3 · 18 events
        [Earlier] [Later (off)]
        ");
        let earlier = history.presses("Earlier").await;
        insta::assert_snapshot!(earlier.text(), @r"
        # T-1 · Checkout is down
        2026-11-23 09:36 Tom noted a finding. “step 6”
        2026-11-23 09:37 Tom noted a finding. “step 7”
        2026-11-23 09:38 Tom noted a finding. “step 8”
        2026-11-23 09:39 Tom noted a finding. “step 9”
        2026-11-23 09:40 Tom noted a finding. “step 10”
        2026-11-23 09:41 Tom noted a finding. “step 11”
        2026-11-23 09:42 Tom noted a finding. “step 12”
        2026-11-23 09:43 Tom noted a finding. “step 13”
        — Page 2 of 3 · 18 events
        [Earlier] [Later]
        ");
        let first = earlier.presses("Earlier").await;
        assert!(first.text().contains("Page 1 of 3") && first.text().contains("[Earlier (off)] [Later]"));
        assert!(first.presses("Later").await.text().contains("Page 2 of 3"));
    })
    .await;
}

async fn options_are_completed_from_what_there_is(kind: Kind) {
    play(kind, async |world| {
        let cases = five(world).await;
        world.tom().at(&cases[3]).asks("/ticket cancel").await;
        let ann = world.ann();
        insta::assert_snapshot!(ann.suggestions("/ticket open severity:").await.join("\n"), @r"
        SEV1 Critical: A service is down for everyone, or data is being lost [SEV1]
        SEV2 Major: An important function fails, or many people are affected, with no way around it [SEV2]
        SEV3 Minor: Few people are affected, or there is a way around it [SEV3]
        SEV4 Question: Nothing fails yet: a question, a doubt or a cosmetic fault [SEV4]
        ");
        insta::assert_snapshot!(ann.suggestions("/ticket open severity:maj").await.join("\n"), @"SEV2 Major: An important function fails, or many people are affected, with no way around it [SEV2]");
        insta::assert_snapshot!(ann.suggestions("/ticket open service:").await.join("\n"), @r"
        Checkout [checkout]
        Website [website]
        ");
        insta::assert_snapshot!(ann.suggestions("/ticket take team:").await.join("\n"), @r"
        Technical team [technical]
        Web team [web]
        ");
        insta::assert_snapshot!(ann.suggestions("/ticket show ticket:").await.join("\n"), @r#"
        T-2 Checkout is down (open) [T-2]
        T-5 Mail is down (open) [T-5]
        T-3 Home page is blank (open) [T-3]
        T-1 Slow pages (open) [T-1]
        T-4 What is this? (cancelled) [T-4]
        "#);
        insta::assert_snapshot!(ann.suggestions("/ticket show ticket:checkout").await.join("\n"), @"T-2 Checkout is down (open) [T-2]");
        insta::assert_snapshot!(ann.suggestions("/ticket reopen reason:x ticket:").await.join("\n"), @r#"T-4 What is this? (cancelled) [T-4]"#);
        assert!(ann.suggestions("/ticket show ticket:nothing like it").await.is_empty());
        insta::assert_snapshot!(ann.suggestions("/ticket list severity:1").await.join("\n"), @"SEV1 Critical: A service is down for everyone, or data is being lost [SEV1]");
    })
    .await;
}

crate::on_both!(
    a_ticket_is_shown_in_full,
    a_ticket_must_be_named_outside_its_thread,
    who_may_not_read_learns_nothing,
    tickets_are_listed_worst_first_and_filtered,
    a_long_list_says_how_much_it_leaves_out,
    the_history_is_read_page_by_page,
    options_are_completed_from_what_there_is,
);
