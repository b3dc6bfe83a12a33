//! Where the work stands, how bad it is, what is noted and corrected.

use crate::support::db::Kind;
use crate::support::world::play;

async fn the_status_goes_forward_and_back(kind: Kind) {
    play(kind, async |world| {
        let (case, _) = world.open_with("", &[("title", "Checkout is down"), ("started_at", "09:10")]).await;
        let seen = world.sandbox().messages(case.thread).len();
        let tom = world.tom().at(&case);
        world.at("09:40");
        insta::assert_snapshot!(tom.asks("/ticket status to:investigating").await, @r"
        **T-1** is Investigating now.
        Next: somebody takes it.
        (#T-1 Checkout is down)
        ");
        world.settle().await;
        world.at("09:50");
        insta::assert_snapshot!(tom.asks("/ticket status to:identified at:09:45 note:a full disk").await, @r"
        **T-1** is Identified now.
        Next: somebody takes it.
        (#T-1 Checkout is down)
        ");
        world.settle().await;
        world.at("10:00");
        insta::assert_snapshot!(tom.asks("/ticket status to:monitoring").await, @r"
        **T-1** is Monitoring now.
        Next: somebody takes it.
        (#T-1 Checkout is down)
        ");
        world.settle().await;
        insta::assert_snapshot!(tom.asks("/ticket status to:investigating note:it is not the disk").await, @r"
        **T-1** is Investigating now.
        Next: somebody takes it.
        (#T-1 Checkout is down)
        ");
        world.settle().await;
        world.at("10:30");
        insta::assert_snapshot!(tom.asks("/ticket status to:resolved at:\"10 minutes ago\"").await, @"
        **T-1** is Resolved now.
        Next: `/report draft` compiles the Final Reports; once they are approved, `/ticket close`.
        (#T-1 Checkout is down)
        ");
        world.settle().await;
        insta::assert_snapshot!(world.read_after(case.thread, seen), @r"
        trouble-ticket:
          @Tom set the status from Open to **Investigating**.
          -# T-1 · 7
        trouble-ticket:
          @Tom set the status from Investigating to **Identified**, reached 2026-11-23 09:45.
          > a full disk
          -# T-1 · 11
        trouble-ticket:
          @Tom set the status from Identified to **Monitoring**.
          -# T-1 · 15
        trouble-ticket:
          @Tom set the status from Monitoring to **Investigating**.
          > it is not the disk
          -# T-1 · 19
        trouble-ticket:
          @Tom set the status from Investigating to **Resolved**, reached 2026-11-23 10:20.
          -# T-1 · 23
        ");
        world.settle().await;
        insta::assert_snapshot!(world.read_card(&case), @"
        # T-1 · Checkout is down
        🟡 SEV3 Minor · **Resolved**
        **Started** 2026-11-23 09:10 (1 hour ago)
        **Opened** 2026-11-23 09:30 by @Ann
        **Restored** 2026-11-23 10:20, after 1 h 10 min
        **In charge** Technical team: nobody yet · Web team: nobody yet
        **Reports** Technical team: none yet · Web team: none yet
        **Last change** 0 seconds ago
        — T-1 · 22
        [Take] [Status] [Note] [Report]
        ");
        insta::assert_snapshot!(world.read("trouble-announcements"), @r#"
        trouble-ticket (edited):
          # T-1 · Checkout is down
          🟡 SEV3 Minor · **Resolved**
          **Started** 2026-11-23 09:10 (1 hour ago)
          **Restored** 2026-11-23 10:20, after 1 h 10 min
          **In charge** Technical team: nobody yet · Web team: nobody yet
          **Last change** 0 seconds ago
          (#T-1 Checkout is down)
          — T-1 · 24
        trouble-ticket:
          # T-1 · Checkout is down
          🟡 SEV3 Minor
          Tom set the status from Open to **Investigating**.
          Next: find the cause.
          (#T-1 Checkout is down)
          — T-1 · 9
        trouble-ticket:
          # T-1 · Checkout is down
          🟡 SEV3 Minor
          Tom set the status from Investigating to **Identified**, reached 2026-11-23 09:45.
          > a full disk
          Next: fix the cause.
          (#T-1 Checkout is down)
          — T-1 · 13
        trouble-ticket:
          # T-1 · Checkout is down
          🟡 SEV3 Minor
          Tom set the status from Identified to **Monitoring**.
          Next: make sure it stays fixed.
          (#T-1 Checkout is down)
          — T-1 · 17
        trouble-ticket:
          # T-1 · Checkout is down
          🟡 SEV3 Minor
          Tom set the status from Monitoring to **Investigating**.
          > it is not the disk
          Next: find the cause.
          (#T-1 Checkout is down)
          — T-1 · 21
        trouble-ticket:
          # T-1 · Checkout is down
          🟡 SEV3 Minor
          Tom set the status from Investigating to **Resolved**, reached 2026-11-23 10:20.
          Next: the Final Reports, then closing.
          (#T-1 Checkout is down)
          — T-1 · 25
        "#);
    })
    .await;
}

async fn a_status_that_cannot_be_is_refused(kind: Kind) {
    play(kind, async |world| {
        let (case, _) = world.open_with("", &[("title", "Checkout is down"), ("started_at", "09:10")]).await;
        let tom = world.tom().at(&case);
        tom.asks("/ticket status to:identified").await;
        insta::assert_snapshot!(tom.asks("/ticket status to:identified").await, @"T-1 is Identified already. To add something to the record, use `/ticket note`.");
        insta::assert_snapshot!(tom.asks("/ticket status to:resolved at:09:05").await, @"That is before the failure began (2026-11-23 09:10). Give a later time, or correct the start with `/ticket edit field:started`.");
        insta::assert_snapshot!(tom.asks("/ticket status to:resolved at:2026-11-24 09:00").await, @"“2026-11-24 09:00” lies in the future. Write it like `14:05`, `20 minutes ago` or `2026-11-23 14:05` (Europe/Berlin).");
        insta::assert_snapshot!(tom.asks("/ticket status to:resolved at:soon").await, @"“soon” could not be read as a time. Write it like `14:05`, `20 minutes ago` or `2026-11-23 14:05` (Europe/Berlin).");
        insta::assert_snapshot!(world.ann().at(&case).asks("/ticket status to:resolved").await, @"You may not do this. Members of the teams, managers and admins may; tell them in the ticket's thread.");
        // Discord's client offers no others.
        assert!(tom.tries("/ticket status to:closed").await.is_err());
        assert_eq!(world.ticket(1).await.status.as_str(), "identified");
    })
    .await;
}

async fn the_status_button_asks_and_changes_its_answer(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let choice = world.tom().presses(&world.card(&case), "Status").await;
        insta::assert_snapshot!(choice.text(), @r"
        **T-1** is Open. Choose its new status, or type `/ticket status` to add a note or an earlier time.
        [New status ▾]
        ");
        let chosen = choice.chooses("identified").await;
        insta::assert_snapshot!(chosen.text(), @r"
        **T-1** is Identified now.
        Next: somebody takes it.
        (#T-1 Checkout is down)
        ");
        // The list is gone with the choice, so it cannot be used twice.
        assert!(choice.buttons().is_empty());
        world.settle().await;
        assert!(world.read_card(&case).contains("**Identified**"));
        insta::assert_snapshot!(world.ann().presses(&world.card(&case), "Status").await.text(), @"You may not do this. Members of the teams, managers and admins may; tell them in the ticket's thread.");
        // A list that was left open meets the ticket as it is then, and stays for another choice.
        let late = world.tess().presses(&world.card(&case), "Status").await;
        world.tom().at(&case).asks("/ticket status to:monitoring").await;
        let refused = late.chooses("monitoring").await;
        insta::assert_snapshot!(refused.text(), @"T-1 is Monitoring already. To add something to the record, use `/ticket note`.");
        assert_eq!(late.buttons().len(), 1);
    })
    .await;
}

async fn a_worse_severity_calls_the_managers(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let seen = world.sandbox().messages(case.thread).len();
        let tom = world.tom().at(&case);
        insta::assert_snapshot!(tom.asks("/ticket severity to:sev1 reason:nobody can pay").await, @r"
        **T-1** is 🔴 SEV1 Critical now.
        The card and the announcements follow.
        (#T-1 Checkout is down)
        ");
        world.settle().await;
        insta::assert_snapshot!(tom.asks("/ticket severity to:SEV4").await, @r"
        **T-1** is 🔵 SEV4 Question now.
        The card and the announcements follow.
        (#T-1 Checkout is down)
        ");
        world.settle().await;
        insta::assert_snapshot!(world.read_after(case.thread, seen), @r"
        trouble-ticket:
          @Tom raised the severity from 🟡 SEV3 Minor to **🔴 SEV1 Critical**.
          > nobody can pay
          -# T-1 · 7
        trouble-ticket:
          @Tom lowered the severity from 🔴 SEV1 Critical to **🔵 SEV4 Question**.
          -# T-1 · 11
        ");
        insta::assert_snapshot!(world.read("trouble-announcements"), @r#"
        trouble-ticket (edited):
          # T-1 · Checkout is down
          🔵 SEV4 Question · **Open**
          **Opened** 2026-11-23 09:30 by Ann
          **In charge** Technical team: nobody yet · Web team: nobody yet
          **Last change** 0 seconds ago
          (#T-1 Checkout is down)
          — T-1 · 12
        trouble-ticket calls @managers:
          @managers
          # T-1 · Checkout is down
          🔴 SEV1 Critical
          Tom raised the severity from 🟡 SEV3 Minor to **🔴 SEV1 Critical**.
          > nobody can pay
          Next: somebody takes it.
          (#T-1 Checkout is down)
          — T-1 · 9
        trouble-ticket:
          # T-1 · Checkout is down
          🔵 SEV4 Question
          Tom lowered the severity from 🔴 SEV1 Critical to **🔵 SEV4 Question**.
          Next: somebody takes it.
          (#T-1 Checkout is down)
          — T-1 · 13
        "#);
        insta::assert_snapshot!(tom.asks("/ticket severity to:SEV4").await, @"T-1 is 🔵 SEV4 Question already. Nothing was changed.");
        insta::assert_snapshot!(tom.asks("/ticket severity to:awful").await, @"There is no severity “awful”. There is `SEV1`, `SEV2`, `SEV3`, `SEV4`.");
        insta::assert_snapshot!(world.ann().at(&case).asks("/ticket severity to:SEV1").await, @"You may not do this. Members of the teams, managers and admins may; tell them in the ticket's thread.");
    })
    .await;
}

async fn notes_are_kept_with_their_kind_and_time(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let seen = world.sandbox().messages(case.thread).len();
        let (tom, ann) = (world.tom().at(&case), world.ann().at(&case));
        insta::assert_snapshot!(tom.asks("/ticket note text:the pool is empty").await, @r"
        Noted a finding on **T-1**.
        It will stand in the Final Reports.
        (#T-1 Checkout is down)
        ");
        world.settle().await;
        for kind in ["finding", "action", "impact", "decision", "communication", "follow-up"] {
            world.minutes_later(5);
            let reply = ann.asks(&format!("/ticket note text:about {kind} kind:{kind} at:09:31")).await;
            assert!(reply.starts_with("Noted a"), "{reply}");
        }
        world.settle().await;
        insta::assert_snapshot!(world.read_after(case.thread, seen), @r"
        trouble-ticket:
          @Tom noted a finding.
          > the pool is empty
          -# T-1 · 6
        trouble-ticket:
          @Ann noted a finding, dated 2026-11-23 09:31.
          > about finding
          -# T-1 · 8
        trouble-ticket:
          @Ann noted an action, dated 2026-11-23 09:31.
          > about action
          -# T-1 · 10
        trouble-ticket:
          @Ann noted an impact, dated 2026-11-23 09:31.
          > about impact
          -# T-1 · 12
        trouble-ticket:
          @Ann noted a decision, dated 2026-11-23 09:31.
          > about decision
          -# T-1 · 14
        trouble-ticket:
          @Ann noted a communication, dated 2026-11-23 09:31.
          > about communication
          -# T-1 · 16
        trouble-ticket:
          @Ann noted a follow-up, dated 2026-11-23 09:31.
          > about follow-up
          -# T-1 · 18
        ");
        insta::assert_snapshot!(tom.asks("/ticket note text:\"  \"").await, @"The text is empty. Write the text and send it again.");
        insta::assert_snapshot!(tom.asks("/ticket note text:x at:tomorrow").await, @"“tomorrow” could not be read as a time. Write it like `14:05`, `20 minutes ago` or `2026-11-23 14:05` (Europe/Berlin).");
        insta::assert_snapshot!(world.ben().at(&case).asks("/ticket note text:me too").await, @"You may not do this. The reporter, members of the teams, managers and admins may; tell them in the ticket's thread.");
        // Notes are for those who work on it: the default routes do not tell them.
        assert!(!world.read("trouble-announcements").contains("noted"));
    })
    .await;
}

async fn the_note_button_gives_a_form(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let form = world.ann().presses(&world.card(&case), "Note").await;
        assert!(form.is_modal());
        let input = &form.inputs()[0];
        insta::assert_snapshot!(format!("{}: {} “{}”", form.title(), input.custom_id, input.label), @"Note a finding on T-1: text “What should stand in the record?”");
        insta::assert_snapshot!(form.fills(&[("text", "first line\nsecond line")]).await.text(), @r"
        Noted a finding on **T-1**.
        It will stand in the Final Reports.
        (#T-1 Checkout is down)
        ");
        world.settle().await;
        insta::assert_snapshot!(world.newest(case.thread), @r"
        trouble-ticket:
          @Ann noted a finding.
          > first line
          > second line
          -# T-1 · 6
        ");
        insta::assert_snapshot!(form.fills(&[("text", " \n ")]).await.text(), @"The text is empty. Write the text and send it again.");
        // Whoever may not note is told so before typing.
        let refused = world.ben().presses(&world.card(&case), "Note").await;
        assert!(!refused.is_modal());
        insta::assert_snapshot!(refused.text(), @"You may not do this. The reporter, members of the teams, managers and admins may; tell them in the ticket's thread.");
    })
    .await;
}

async fn a_long_note_stands_in_a_frame_of_its_own(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let long: String = (1..=80).map(|line| format!("line {line} of the log\n")).collect();
        let form = world.tom().presses(&world.card(&case), "Note").await;
        form.fills(&[("text", &long)]).await;
        world.settle().await;
        let note = world.sandbox().last_message(case.thread).unwrap();
        assert_eq!(note.embeds.len(), 1);
        assert!(world.newest(case.thread).contains("line 40 of the log"));
    })
    .await;
}

async fn facts_are_corrected_one_by_one(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Chekout is dwon").await;
        let seen = world.sandbox().messages(case.thread).len();
        let ann = world.ann().at(&case);
        insta::assert_snapshot!(ann.asks("/ticket edit field:title value:Checkout is down").await, @r"
        Corrected the title of **T-1**.
        **Title** Checkout is down
        (#T-1 Chekout is dwon)
        ");
        world.settle().await;
        insta::assert_snapshot!(ann.asks("/ticket edit field:services value:checkout, website").await, @r"
        Corrected the services of **T-1**.
        **Services** Checkout, Website
        (#T-1 Chekout is dwon)
        ");
        world.settle().await;
        insta::assert_snapshot!(ann.asks("/ticket edit field:affected value:Everyone").await, @r"
        Corrected the people affected of **T-1**.
        **Affected** Everyone
        (#T-1 Chekout is dwon)
        ");
        world.settle().await;
        insta::assert_snapshot!(ann.asks("/ticket edit field:frequency value:once").await, @r"
        Corrected the frequency of **T-1**.
        **Frequency** Once
        (#T-1 Chekout is dwon)
        ");
        world.settle().await;
        insta::assert_snapshot!(ann.asks("/ticket edit field:started value:09:12").await, @r#"
        Corrected the start of **T-1**.
        **Started** 2026-11-23 09:12 (18 minutes ago)
        (#T-1 Chekout is dwon)
        "#);
        world.settle().await;
        insta::assert_snapshot!(world.read_after(case.thread, seen), @r"
        trouble-ticket:
          @Ann corrected the title: “Checkout is down” (before: “Chekout is dwon”).
          -# T-1 · 7
        trouble-ticket:
          @Ann corrected the services: Checkout, Website.
          -# T-1 · 10
        trouble-ticket:
          @Ann corrected who is affected: Everyone.
          -# T-1 · 13
        trouble-ticket:
          @Ann corrected how often it happens: Once.
          -# T-1 · 16
        trouble-ticket:
          @Ann corrected when it started: 2026-11-23 09:12.
          -# T-1 · 19
        ");
        world.settle().await;
        insta::assert_snapshot!(world.read_card(&case), @r#"
        # T-1 · Checkout is down
        🟡 SEV3 Minor · **Open**
        **Services** Checkout, Website
        **Affected** Everyone
        **Frequency** Once
        **Started** 2026-11-23 09:12 (18 minutes ago)
        **Opened** 2026-11-23 09:30 by @Ann
        **In charge** Technical team: nobody yet · Web team: nobody yet
        **Last change** 0 seconds ago
        — T-1 · 18
        [Take] [Status] [Note] [Report]
        "#);
        // The name of the thread stays: Discord allows few renames.
        assert_eq!(world.thread(&case).name, "T-1 Chekout is dwon");
    })
    .await;
}

async fn a_fact_takes_only_what_it_can_be(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let tom = world.tom().at(&case);
        insta::assert_snapshot!(tom.asks("/ticket edit field:title value:\" \"").await, @"The title is empty. Write the title and send it again.");
        insta::assert_snapshot!(tom.asks("/ticket edit field:services value:coffee").await, @"There is no service “coffee”. There is `checkout`, `website`.");
        insta::assert_snapshot!(tom.asks("/ticket edit field:affected value:my boss").await, @"“my boss” does not say who is affected. It may be `everyone`, `part`, `internal`.");
        insta::assert_snapshot!(tom.asks("/ticket edit field:frequency value:often").await, @"“often” does not say how often it happens. It may be `constant`, `intermittent`, `once`.");
        insta::assert_snapshot!(tom.asks("/ticket edit field:started value:lunch").await, @"“lunch” could not be read as a time. Write it like `14:05`, `20 minutes ago` or `2026-11-23 14:05` (Europe/Berlin).");
        insta::assert_snapshot!(world.ben().at(&case).asks("/ticket edit field:title value:x").await, @"You may not do this. The reporter, members of the teams, managers and admins may; tell them in the ticket's thread.");
        world.at("10:00");
        tom.asks("/ticket status to:resolved at:09:40").await;
        insta::assert_snapshot!(tom.asks("/ticket edit field:started value:09:50").await, @"2026-11-23 09:50 is after service was restored. Give an earlier time.");
    })
    .await;
}

crate::on_both!(
    the_status_goes_forward_and_back,
    a_status_that_cannot_be_is_refused,
    the_status_button_asks_and_changes_its_answer,
    a_worse_severity_calls_the_managers,
    notes_are_kept_with_their_kind_and_time,
    the_note_button_gives_a_form,
    a_long_note_stands_in_a_frame_of_its_own,
    facts_are_corrected_one_by_one,
    a_fact_takes_only_what_it_can_be,
);
