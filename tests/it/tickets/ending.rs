//! The end of a ticket, and its return: close, cancel, reopen, and what is refused in between.

use trouble_ticket::sandbox::Fault;

use crate::support::db::Kind;
use crate::support::world::{Case, World, play};

async fn resolved(world: &World) -> Case {
    let case = world.open("Checkout is down").await;
    world.tom().at(&case).asks("/ticket take").await;
    world.tom().at(&case).asks("/ticket status to:resolved").await;
    world.settle().await;
    world.approve_reports(&case).await;
    case
}

async fn a_resolved_ticket_is_closed_and_put_away(kind: Kind) {
    play(kind, async |world| {
        let case = resolved(world).await;
        let seen = (world.sandbox().messages(case.thread).len(), world.sandbox().messages("trouble-announcements").len());
        world.minutes_later(30);
        insta::assert_snapshot!(world.tom().at(&case).asks("/ticket close reason:a bigger disk is in").await, @r"
        **T-1** is closed.
        Its thread is archived. If the failure comes back, use `/ticket reopen`.
        (#T-1 Checkout is down)
        ");
        world.settle().await;
        insta::assert_snapshot!(world.read_card(&case), @"
        # T-1 · Checkout is down
        🟡 SEV3 Minor · **Closed**
        **Opened** 2026-11-23 09:30 by @Ann
        **Restored** 2026-11-23 09:30, after less than a minute
        **Closed** 2026-11-23 10:00, after 30 min
        **In charge** Technical team: @Tom
        **Reports** Technical team: approved · Web team: approved
        **Last change** 0 seconds ago
        — T-1 · 27
        [Reopen]
        ");
        insta::assert_snapshot!(world.read_after(case.thread, seen.0), @"
        trouble-ticket:
          @Tom **closed** the ticket.
          > a bigger disk is in
          -# T-1 · 28
        ");
        insta::assert_snapshot!(world.read_after("trouble-announcements", seen.1), @"
        trouble-ticket:
          # T-1 · Checkout is down
          🟡 SEV3 Minor
          Tom **closed** the ticket.
          > a bigger disk is in
          (#T-1 Checkout is down)
          — T-1 · 31
        ");
        let thread = world.thread(&case).thread.unwrap();
        assert!(thread.archived && !thread.locked);
    })
    .await;
}

async fn only_what_is_resolved_is_closed(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        insta::assert_snapshot!(world.tom().at(&case).asks("/ticket close").await, @"T-1 is Open, not Resolved yet. Set it with `/ticket status to:resolved` first; a false alarm ends with `/ticket cancel`.");
        insta::assert_snapshot!(world.ann().at(&case).asks("/ticket close").await, @"You may not do this. Members of the teams, managers and admins may; tell them in the ticket's thread.");
        insta::assert_snapshot!(world.tom().at(&case).asks("/ticket reopen reason:again").await, @"T-1 is not over: its status is Open. Go on in its thread.");
    })
    .await;
}

async fn a_false_alarm_is_cancelled(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let seen = (
            world.sandbox().messages(case.thread).len(),
            world.sandbox().messages("trouble-announcements").len(),
        );
        assert!(world.ben().at(&case).asks("/ticket cancel").await.starts_with("You may not do this."));
        insta::assert_snapshot!(world.ann().at(&case).asks("/ticket cancel reason:my own cable").await, @r"
        **T-1** is cancelled as a false alarm.
        Its thread is archived. If it was a failure after all, use `/ticket reopen`.
        (#T-1 Checkout is down)
        ");
        world.settle().await;
        insta::assert_snapshot!(world.read_card(&case), @r#"
        # T-1 · Checkout is down
        🟡 SEV3 Minor · **Cancelled**
        **Opened** 2026-11-23 09:30 by @Ann
        **Closed** 2026-11-23 09:30, after less than a minute
        **Last change** 0 seconds ago
        — T-1 · 6
        [Reopen]
        "#);
        insta::assert_snapshot!(world.read_after(case.thread, seen.0), @r"
        trouble-ticket:
          @Ann **cancelled** the ticket: it was a false alarm.
          > my own cable
          -# T-1 · 7
        ");
        insta::assert_snapshot!(world.read_after("trouble-announcements", seen.1), @r"
        trouble-ticket:
          # T-1 · Checkout is down
          🟡 SEV3 Minor
          Ann **cancelled** the ticket: it was a false alarm.
          > my own cable
          (#T-1 Checkout is down)
          — T-1 · 10
        ");
    })
    .await;
}

async fn a_ticket_that_is_over_takes_no_more_work(kind: Kind) {
    play(kind, async |world| {
        let closed = resolved(world).await;
        world.tom().at(&closed).asks("/ticket close").await;
        let cancelled = world.open("Nothing").await;
        let before = world.card(&cancelled);
        world.tom().at(&cancelled).asks("/ticket cancel").await;
        world.settle().await;
        let tom = world.tom();
        insta::assert_snapshot!(tom.asks("/ticket take ticket:1").await, @"T-1 is over (Closed), so this cannot be done any more. If the failure is back, press **Reopen** on its card or type `/ticket reopen`.");
        insta::assert_snapshot!(tom.asks("/ticket take ticket:2").await, @"T-2 is over (Cancelled), so this cannot be done any more. If the failure is back, press **Reopen** on its card or type `/ticket reopen`.");
        for (ticket, case) in [(1, &closed), (2, &cancelled)] {
            let over = tom.asks(&format!("/ticket take ticket:{ticket}")).await;
            for command in [
                "release",
                "assign user:@tess",
                "status to:identified",
                "severity to:SEV1",
                "close",
                "cancel",
            ] {
                assert_eq!(tom.asks(&format!("/ticket {command} ticket:{ticket}")).await, over, "{command}");
            }
            assert!(world.thread(case).is_archived());
        }
        // A card that somebody still has on the screen as it was.
        let over = tom.asks("/ticket take ticket:2").await;
        let take = world.old_button("trouble", &before.buttons()[0].custom_id).await;
        assert_eq!(tom.presses(&take, "Old").await.text(), over);
        let status = world.old_button("trouble", &before.buttons()[1].custom_id).await;
        assert_eq!(tom.presses(&status, "Old").await.text(), over);
        assert_eq!((world.ticket(1).await.last_seq, world.ticket(2).await.last_seq), (11, 2));
    })
    .await;
}

async fn what_is_over_may_still_be_corrected_and_is_put_away_again(kind: Kind) {
    play(kind, async |world| {
        let case = resolved(world).await;
        world.tom().at(&case).asks("/ticket close").await;
        world.settle().await;
        let seen = world.sandbox().messages(case.thread).len();
        let edited = world.ann().asks("/ticket edit field:affected value:part ticket:1").await;
        assert!(edited.starts_with("Corrected the people affected of **T-1**."), "{edited}");
        assert!(world.tom().asks("/ticket note text:for the record ticket:1").await.starts_with("Noted"));
        world.settle().await;
        insta::assert_snapshot!(world.read_after(case.thread, seen), @"
        trouble-ticket:
          @Ann corrected who is affected: Part of the users.
          -# T-1 · 33
        trouble-ticket:
          @Tom noted a finding.
          > for the record
          -# T-1 · 36
        ");
        assert!(world.thread(&case).is_archived());
    })
    .await;
}

async fn the_reopen_button_asks_why_and_brings_everything_back(kind: Kind) {
    play(kind, async |world| {
        let case = resolved(world).await;
        world.tom().at(&case).asks("/ticket close").await;
        world.settle().await;
        let seen = (world.sandbox().messages(case.thread).len(), world.sandbox().messages("trouble-announcements").len());
        let form = world.ann().presses(&world.card(&case), "Reopen").await;
        let input = &form.inputs()[0];
        insta::assert_snapshot!(format!("{}: {} “{}” {}", form.title(), input.custom_id, input.label, input.required), @"Reopen T-1: reason “Why does it come back?” true");
        insta::assert_snapshot!(form.fills(&[("reason", "  ")]).await.text(), @"The reason is empty. Write the reason and send it again.");
        insta::assert_snapshot!(form.fills(&[("reason", "502 again")]).await.text(), @r"
        **T-1** is open again; its status is Investigating.
        Next: find the cause.
        (#T-1 Checkout is down)
        ");
        world.settle().await;
        insta::assert_snapshot!(world.read_card(&case), @"
        # T-1 · Checkout is down
        🟡 SEV3 Minor · **Investigating**
        **Opened** 2026-11-23 09:30 by @Ann
        **In charge** Technical team: @Tom · Web team: nobody yet
        **Reports** Technical team: approved · Web team: approved
        **Last change** 0 seconds ago
        — T-1 · 33
        [Take] [Status] [Note] [Report]
        ");
        insta::assert_snapshot!(world.read_after(case.thread, seen.0), @"
        trouble-ticket:
          @Ann **reopened** the ticket; its status is Investigating.
          > 502 again
          -# T-1 · 34
        ");
        insta::assert_snapshot!(world.read_after("trouble-announcements", seen.1), @"
        trouble-ticket:
          # T-1 · Checkout is down
          🟡 SEV3 Minor
          Ann **reopened** the ticket; its status is Investigating.
          > 502 again
          Next: find the cause.
          (#T-1 Checkout is down)
          — T-1 · 36
        ");
        assert!(!world.thread(&case).is_archived());
        // The form that was left open comes too late.
        insta::assert_snapshot!(form.fills(&[("reason", "once more")]).await.text(), @"T-1 is not over: its status is Investigating. Go on in its thread.");
        let refused = world.ben().presses(&world.old_button("trouble", "tt1:reopen:1").await, "Old").await;
        assert!(refused.text().starts_with("You may not do this."), "{}", refused.text());
    })
    .await;
}

async fn a_ticket_nobody_had_taken_comes_back_open(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        world.ann().at(&case).asks("/ticket cancel").await;
        world.settle().await;
        assert!(
            world.ben().asks("/ticket reopen reason:x ticket:1").await.starts_with("You may not do this.")
        );
        insta::assert_snapshot!(world.ann().asks("/ticket reopen reason:it was real ticket:1").await, @r"
        **T-1** is open again; its status is Open.
        Next: somebody takes it.
        (#T-1 Checkout is down)
        ");
        world.settle().await;
        assert!(world.read_card(&case).contains("[Take] [Status] [Note] [Report]"));
    })
    .await;
}

async fn a_worse_ticket_that_comes_back_calls_the_managers_again(kind: Kind) {
    play(kind, async |world| {
        let (case, _) = world.open_with("severity:SEV1", &[("title", "Checkout is down")]).await;
        world.ann().at(&case).asks("/ticket cancel").await;
        world.ann().asks("/ticket reopen reason:it was real ticket:1").await;
        world.settle().await;
        assert!(world.newest("trouble-announcements").starts_with("trouble-ticket calls @managers:"));
    })
    .await;
}

async fn an_open_tickets_thread_does_not_stay_archived(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        world.sandbox().archive_thread(case.thread, true).unwrap();
        let back = world.sandbox().wait_for("the thread", |all| {
            all.channels.get(&case.thread).filter(|thread| !thread.is_archived()).map(drop)
        });
        back.await.unwrap();
        // Also when Discord archived it while nobody listened: the next thing that happens brings it back.
        world.tom().asks("/ticket take ticket:1").await;
        world.settle().await;
        assert!(!world.thread(&case).is_archived());
    })
    .await;
}

async fn a_thread_that_discord_archived_takes_in_new_people(kind: Kind) {
    play(kind, async |world| {
        let (case, _) = world.open_with("service:website", &[("title", "Home page is blank")]).await;
        // It stays archived until the bot adds somebody.
        world.sandbox().fault(Fault::status("PATCH", "/channels/*", 1, 500));
        world.sandbox().archive_thread(case.thread, true).unwrap();
        world.tom().presses(&world.card(&case), "Take").await;
        world.settle().await;
        let thread = world.thread(&case).thread.unwrap();
        assert!(!thread.archived && thread.members.contains_key(&world.tom().actor().id().unwrap()));
    })
    .await;
}

crate::on_both!(
    a_resolved_ticket_is_closed_and_put_away,
    only_what_is_resolved_is_closed,
    a_false_alarm_is_cancelled,
    a_ticket_that_is_over_takes_no_more_work,
    what_is_over_may_still_be_corrected_and_is_put_away_again,
    the_reopen_button_asks_why_and_brings_everything_back,
    a_ticket_nobody_had_taken_comes_back_open,
    a_worse_ticket_that_comes_back_calls_the_managers_again,
    an_open_tickets_thread_does_not_stay_archived,
    a_thread_that_discord_archived_takes_in_new_people,
);
