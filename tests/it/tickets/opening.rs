//! Opening a ticket: the form, the reply, the card, the thread, the headline, and who may.

use trouble_ticket::sandbox::Fault;

use crate::support::db::Kind;
use crate::support::world::{Setting, World, play, play_in};

async fn the_form_has_five_inputs(kind: Kind) {
    play(kind, async |world| {
        let form = world.ann().types("/ticket open").await;
        let inputs = form.inputs();
        let line = |input: &trouble_ticket::sandbox::Input| {
            format!("{} “{}” required:{} long:{}", input.custom_id, input.label, input.required, input.long)
        };
        let shown: Vec<String> = inputs.iter().map(line).collect();
        insta::assert_snapshot!(format!("{}\n{}", form.title(), shown.join("\n")), @r"
        Open a trouble ticket
        title “What fails, in one line?” required:true long:false
        details “What do you see?” required:false long:true
        started_at “Since when?” required:false long:false
        affected_who “Who exactly is affected?” required:false long:false
        frequency_detail “How often exactly does it happen?” required:false long:false
        ");
        let form = world.ann().types("/ticket open severity:sev2").await;
        insta::assert_snapshot!(form.title(), @"Open a trouble ticket (SEV2)");
    })
    .await;
}

async fn everything_that_was_said_is_shown(kind: Kind) {
    play(kind, async |world| {
        let line = "/ticket open severity:SEV1 service:checkout affected:part frequency:intermittent";
        let form = world.ann().types(line).await;
        let reply = form
            .fills(&[
                ("title", "Checkout answers 502"),
                ("details", "since lunch\nabout *every* tenth order"),
                ("started_at", "09:20"),
                ("affected_who", "customers who pay by card"),
                ("frequency_detail", "one in ten"),
            ])
            .await;
        insta::assert_snapshot!(reply.text(), @r"
        **T-1 · Checkout answers 502** is open.
        Your thread is being made; the link appears here in a moment.
        ");
        world.settle().await;
        insta::assert_snapshot!(reply.text(), @r"
        **T-1 · Checkout answers 502** is open: (#T-1 Checkout answers 502)
        Next: tell the thread whatever else you notice; you may be asked questions there.
        ");
        insta::assert_snapshot!(world.read("trouble"), @r#"
        trouble-ticket:
          # T-1 · Checkout answers 502
          🔴 SEV1 Critical · **Open**
          **Services** Checkout
          **Affected** Part of the users: customers who pay by card
          **Frequency** Intermittent: one in ten
          **Started** 2026-11-23 09:20 (10 minutes ago)
          **Opened** 2026-11-23 09:30 by @Ann
          **In charge** Technical team: nobody yet · Web team: nobody yet
          **Last change** 0 seconds ago
          > since lunch
          > about \*every\* tenth order
          — T-1 · 1
          [Take] [Status] [Note] [Report]
        "#);
        let case = world.case(1).await;
        insta::assert_snapshot!(world.thread(&case).name, @"T-1 Checkout answers 502");
        insta::assert_snapshot!(world.read(case.thread), @r"
        trouble-ticket: (the thread's first message)
        trouble-ticket calls Ann, @technical, @web:
          @Ann opened T-1.
          @technical @web: please have a look. Press **Take** on the card or type `/ticket take` to be in charge.
          Talk about it here: what is said in this thread is kept for the Final Reports.
          -# T-1 · 3
          # What was reported
          since lunch
          about \*every\* tenth order
        ");
        insta::assert_snapshot!(members(world, &case), @"Ann, Tess, Tom, Wanda, Will, trouble-ticket");
        insta::assert_snapshot!(world.read("trouble-announcements"), @r#"
        trouble-ticket calls @managers:
          @managers
          # T-1 · Checkout answers 502
          🔴 SEV1 Critical · **Open**
          **Services** Checkout
          **Affected** Part of the users: customers who pay by card
          **Started** 2026-11-23 09:20 (10 minutes ago)
          **In charge** Technical team: nobody yet · Web team: nobody yet
          **Last change** 0 seconds ago
          (#T-1 Checkout answers 502)
          — T-1 · 4
        "#);
    })
    .await;
}

async fn a_form_with_a_title_alone_is_enough(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Something is odd").await;
        insta::assert_snapshot!(world.read_card(&case), @r#"
        # T-1 · Something is odd
        🟡 SEV3 Minor · **Open**
        **Opened** 2026-11-23 09:30 by @Ann
        **In charge** Technical team: nobody yet · Web team: nobody yet
        **Last change** 0 seconds ago
        — T-1 · 1
        [Take] [Status] [Note] [Report]
        "#);
        insta::assert_snapshot!(world.read("trouble-announcements"), @r#"
        trouble-ticket:
          # T-1 · Something is odd
          🟡 SEV3 Minor · **Open**
          **Opened** 2026-11-23 09:30 by Ann
          **In charge** Technical team: nobody yet · Web team: nobody yet
          **Last change** 0 seconds ago
          (#T-1 Something is odd)
          — T-1 · 4
        "#);
    })
    .await;
}

async fn a_service_brings_in_only_its_teams(kind: Kind) {
    play(kind, async |world| {
        let (case, _) = world.open_with("service:website", &[("title", "Home page is blank")]).await;
        insta::assert_snapshot!(world.read(case.thread), @r"
        trouble-ticket: (the thread's first message)
        trouble-ticket calls Ann, @web:
          @Ann opened T-1.
          @web: please have a look. Press **Take** on the card or type `/ticket take` to be in charge.
          Talk about it here: what is said in this thread is kept for the Final Reports.
          -# T-1 · 3
        ");
        insta::assert_snapshot!(members(world, &case), @"Ann, Wanda, Will, trouble-ticket");
    })
    .await;
}

async fn the_number_is_told_before_the_thread_is_there(kind: Kind) {
    play(kind, async |world| {
        world.sandbox().fault(Fault::status("POST", "/channels/*/messages/*/threads", 1, 500));
        let form = world.ann().types("/ticket open").await;
        let reply = form.fills(&[("title", "Checkout is down")]).await;
        assert!(reply.text().starts_with("**T-1 · Checkout is down** is open.\nYour thread is being made"));
        world.settle().await;
        assert!(reply.text().starts_with("**T-1 · Checkout is down** is open: (#T-1 Checkout is down)"));
    })
    .await;
}

async fn a_thread_that_comes_late_calls_its_reporter(kind: Kind) {
    play(kind, async |world| {
        world.sandbox().fault(Fault::status("POST", "/channels/*/messages/*/threads", 1, 500));
        let form = world.ann().types("/ticket open").await;
        let reply = form.fills(&[("title", "Checkout is down")]).await;
        world.minutes_later(16);
        world.settle().await;
        assert!(reply.text().contains("Your thread is being made"), "{}", reply.text());
        let case = world.case(1).await;
        insta::assert_snapshot!(world.newest(case.thread), @r"
        trouble-ticket calls Ann:
          @Ann, this is the thread of your ticket T-1.
          -# T-1 · 5
        ");
    })
    .await;
}

async fn hostile_texts_call_nobody_and_break_no_limit(kind: Kind) {
    const TRICKS: [&str; 5] = [
        "@everyone @here <@&1> **bold** [link](https://evil.example)",
        "``` ||spoiler|| # heading -# small",
        "\u{202e}gnp.exe\u{202c} עברית العربية",
        "👩‍👩‍👧‍👦 é 決済が遅い",
        "<@1> <#2> <t:0:R> \\*",
    ];
    play(kind, async |world| {
        let everything: String = TRICKS.join("\n").chars().cycle().take(4000).collect();
        for trick in TRICKS {
            let title: String = trick.chars().cycle().take(90).collect();
            let other: String = trick.chars().cycle().take(300).collect();
            let fields = [
                ("title", title.as_str()),
                ("details", &everything),
                ("started_at", &other),
                ("affected_who", &other),
                ("frequency_detail", &other),
            ];
            let (case, reply) = world.open_with("severity:SEV1", &fields).await;
            assert!(reply.text().contains(" is open: (#T-"), "{}", reply.text());
            assert!(!world.read_card(&case).contains("@everyone"), "{}", world.read_card(&case));
            let note = world.ann().at(&case).types(&format!("/ticket note text:\"{other}\"")).await;
            assert!(note.text().starts_with("Noted a finding"), "{}", note.text());
            world.settle().await;
            let welcome = &world.sandbox().messages(case.thread)[1];
            assert!(world.show(welcome).starts_with("trouble-ticket calls Ann, @technical, @web"));
            assert!(
                world.newest(case.thread).starts_with("trouble-ticket:"),
                "{}",
                world.newest(case.thread)
            );
        }
    })
    .await;
}

async fn emoji_of_four_thousand_characters_fit(kind: Kind) {
    play(kind, async |world| {
        // Discord counts characters as JavaScript does in some places: these are two each.
        let emoji = "🔥".repeat(4000);
        let title = "🔥".repeat(90);
        let (case, _) = world.open_with("", &[("title", &title), ("details", &emoji)]).await;
        let form = world.ann().presses(&world.card(&case), "Note").await;
        form.fills(&[("text", &emoji)]).await;
        world.settle().await;
        let shown = world.ann().at(&case).asks("/ticket show").await;
        assert!(shown.contains('🔥'));
        world.tom().at(&case).asks("/ticket cancel reason:no fire").await;
    })
    .await;
}

async fn a_start_that_is_no_time_opens_and_says_so(kind: Kind) {
    play(kind, async |world| {
        let form = world.ann().types("/ticket open").await;
        let reply = form.fills(&[("title", "Slow"), ("started_at", "when the boss came in")]).await;
        insta::assert_snapshot!(reply.text(), @r"
        **T-1 · Slow** is open.
        Your thread is being made; the link appears here in a moment.
        The start is kept as you wrote it: “when the boss came in” could not be read as a time. Set it with `/ticket edit field:started value:14:05`.
        ");
        world.settle().await;
        insta::assert_snapshot!(reply.text(), @r"
        **T-1 · Slow** is open: (#T-1 Slow)
        Next: tell the thread whatever else you notice; you may be asked questions there.
        The start is kept as you wrote it: “when the boss came in” could not be read as a time. Set it with `/ticket edit field:started value:14:05`.
        ");
        let case = world.case(1).await;
        assert!(world.read_card(&case).contains("**Started** “when the boss came in”"));
        let (_, reply) = world.open_with("", &[("title", "Slow"), ("started_at", "2026-12-24 18:00")]).await;
        assert!(reply.text().contains("2026-12-24 18:00"), "{}", reply.text());
    })
    .await;
}

async fn what_the_config_does_not_know_is_refused_before_the_form(kind: Kind) {
    play(kind, async |world| {
        insta::assert_snapshot!(world.ann().asks("/ticket open severity:SEV9").await, @"There is no severity “SEV9”. There is `SEV1`, `SEV2`, `SEV3`, `SEV4`.");
        insta::assert_snapshot!(world.ann().asks("/ticket open service:coffee").await, @"There is no service “coffee”. There is `checkout`, `website`.");
        insta::assert_snapshot!(world.ann().asks("/ticket open service:checkout, website").await, @"“checkout, website” does not say the services. Name one; `/ticket edit field:services` adds more.");
        assert!(world.tickets().await.is_empty());
    })
    .await;
}

async fn a_blank_title_is_refused(kind: Kind) {
    play(kind, async |world| {
        let form = world.ann().types("/ticket open").await;
        insta::assert_snapshot!(form.fills(&[("title", "   ")]).await.text(), @"The title is empty. Write the title and send it again.");
        assert!(world.tickets().await.is_empty());
    })
    .await;
}

async fn only_those_named_in_the_config_open(kind: Kind) {
    let setting = Setting { config: "[roles]\nopen = [\"viewers\"]", ..Setting::default() };
    play_in(kind, setting, async |world| {
        insta::assert_snapshot!(world.ann().asks("/ticket open").await, @"You may not open tickets. Ask a colleague who may, or a manager for the role it takes.");
        for name in ["vera", "tom", "dora", "olivia"] {
            assert!(world.who(name).types("/ticket open").await.is_modal(), "{name}");
        }
        // The right is checked again when the form comes.
        let form = world.who("vera").types("/ticket open").await;
        world.sandbox().set_roles("vera", &[]).unwrap();
        let refused = form.fills(&[("title", "Late")]).await.text();
        assert!(refused.starts_with("You may not open tickets."), "{refused}");
    })
    .await;
}

async fn a_ticket_may_be_opened_from_anywhere(kind: Kind) {
    play(kind, async |world| {
        let first = world.open("First").await;
        for who in [world.carl(), world.ben().at(&first)] {
            let form = who.types("/ticket open").await;
            form.fills(&[("title", "Another")]).await;
            world.settle().await;
        }
        assert_eq!(world.sandbox().messages("general").len(), 0);
        let cards = world.sandbox().messages("trouble");
        assert_eq!(cards.len(), 3);
        assert!(world.show(&cards[2]).contains("T-3 · Another"));
    })
    .await;
}

/// Who is in the thread, by name.
fn members(world: &World, case: &crate::support::world::Case) -> String {
    let thread = world.thread(case).thread.expect("it is a thread");
    world.sandbox().look(|world| {
        let names = thread.members.keys().filter_map(|id| world.members.get(id));
        let mut names: Vec<&str> = names.map(|member| member.display_name()).collect();
        names.sort_unstable();
        names.join(", ")
    })
}

crate::on_both!(
    the_form_has_five_inputs,
    everything_that_was_said_is_shown,
    a_form_with_a_title_alone_is_enough,
    a_service_brings_in_only_its_teams,
    the_number_is_told_before_the_thread_is_there,
    a_thread_that_comes_late_calls_its_reporter,
    hostile_texts_call_nobody_and_break_no_limit,
    emoji_of_four_thousand_characters_fit,
    a_start_that_is_no_time_opens_and_says_so,
    what_the_config_does_not_know_is_refused_before_the_form,
    a_blank_title_is_refused,
    only_those_named_in_the_config_open,
    a_ticket_may_be_opened_from_anywhere,
);
