//! Who is in charge: taking, assigning, giving back, by command and by button.

use crate::support::db::Kind;
use crate::support::world::play;

async fn each_team_has_its_own_person_in_charge(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let seen = world.sandbox().messages(case.thread).len();
        world.at("09:40");
        insta::assert_snapshot!(world.tom().at(&case).asks("/ticket take").await, @r"
        You are in charge of **T-1** for Technical team.
        Next: find the cause.
        (#T-1 Checkout is down)
        ");
        world.settle().await;
        world.at("09:45");
        let reply = world.will().presses(&world.card(&case), "Take").await;
        insta::assert_snapshot!(reply.text(), @r"
        You are in charge of **T-1** for Web team.
        Next: find the cause.
        (#T-1 Checkout is down)
        ");
        world.settle().await;
        insta::assert_snapshot!(world.read_card(&case), @r"
        # T-1 · Checkout is down
        🟡 SEV3 Minor · **Investigating**
        **Opened** 2026-11-23 09:30 by @Ann
        **In charge** Technical team: @Tom · Web team: @Will
        **Last change** 2026-11-23 09:45
        — T-1 · 11
        [Take] [Status] [Note] [Report]
        ");
        insta::assert_snapshot!(world.read_after(case.thread, seen), @r"
        trouble-ticket:
          @Tom **took** the ticket for Technical team.
          -# T-1 · 8
        trouble-ticket:
          @Will **took** the ticket for Web team.
          -# T-1 · 13
        ");
        insta::assert_snapshot!(world.read("trouble-announcements"), @r"
        trouble-ticket (edited):
          # T-1 · Checkout is down
          🟡 SEV3 Minor · **Investigating**
          **Opened** 2026-11-23 09:30 by Ann
          **In charge** Technical team: Tom · Web team: Will
          **Last change** 2026-11-23 09:45
          (#T-1 Checkout is down)
          — T-1 · 14
        trouble-ticket:
          # T-1 · Checkout is down
          🟡 SEV3 Minor
          Tom **took** the ticket for Technical team.
          Next: find the cause.
          (#T-1 Checkout is down)
          — T-1 · 10
        trouble-ticket:
          # T-1 · Checkout is down
          🟡 SEV3 Minor
          Will **took** the ticket for Web team.
          Next: find the cause.
          (#T-1 Checkout is down)
          — T-1 · 15
        ");
    })
    .await;
}

async fn a_member_of_two_teams_is_asked_for_which(kind: Kind) {
    play(kind, async |world| {
        world.sandbox().set_roles("tess", &["technical", "web"]).unwrap();
        let case = world.open("Checkout is down").await;
        insta::assert_snapshot!(world.tess().at(&case).asks("/ticket take").await, @"For which team? Add the option `team`: `technical`, `web`.");
        let choice = world.tess().presses(&world.card(&case), "Take").await;
        insta::assert_snapshot!(choice.text(), @r"
        You belong to several teams. For which one do you take **T-1**?
        [Technical team] [Web team]
        ");
        let chosen = choice.presses("Web team").await;
        insta::assert_snapshot!(chosen.text(), @r"
        You are in charge of **T-1** for Web team.
        Next: find the cause.
        (#T-1 Checkout is down)
        ");
        insta::assert_snapshot!(world.tess().at(&case).asks("/ticket take team:technical").await, @r"
        You are in charge of **T-1** for Technical team.
        Next: find the cause.
        (#T-1 Checkout is down)
        ");
        // In charge for both, so giving back needs a name too.
        insta::assert_snapshot!(world.tess().at(&case).asks("/ticket release").await, @"For which team? Add the option `team`: `web`, `technical`.");
        insta::assert_snapshot!(world.tess().at(&case).asks("/ticket release team:web").await, @r"
        Nobody is in charge of **T-1** for Web team now.
        Next: somebody of the team takes it, or you choose with `/ticket assign`.
        (#T-1 Checkout is down)
        ");
    })
    .await;
}

async fn of_two_who_press_at_once_one_wins(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let card = world.card(&case);
        let (tom, tess) = (world.tom(), world.tess());
        let (one, other) = tokio::join!(tom.presses(&card, "Take"), tess.presses(&card, "Take"));
        let mut texts = [one.text(), other.text()];
        texts.sort_by_key(|text| !text.starts_with("You are in charge"));
        assert!(texts[0].starts_with("You are in charge of **T-1** for Technical team."), "{}", texts[0]);
        let winner = if one.text() == texts[0] { "Tom" } else { "Tess" };
        assert_eq!(
            texts[1],
            format!(
                "@{winner} was faster and is in charge for Technical team. Talk to them in the thread; `/ticket assign` hands it over."
            )
        );
        world.settle().await;
        let ticket = world.ticket(1).await;
        assert_eq!((ticket.charges.len(), ticket.charges[0].person.name.as_str()), (1, winner));
    })
    .await;
}

async fn the_wrong_people_are_told_why_they_cannot_take_it(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let card = world.card(&case);
        // Plain staff, and the reporter.
        insta::assert_snapshot!(world.ben().at(&case).asks("/ticket take").await, @"You may not do this. Members of the teams, managers and admins may; tell them in the ticket's thread.");
        assert_eq!(
            world.ann().presses(&card, "Take").await.text(),
            world.ben().at(&case).asks("/ticket take").await
        );
        // A contractor sees no thread, but may type.
        insta::assert_snapshot!(world.carl().asks("/ticket take ticket:T-1").await, @"You may not do this. Members of the teams, managers and admins may; tell them in the ticket's thread.");
        // A manager steers but belongs to no team.
        insta::assert_snapshot!(world.dora().presses(&card, "Take").await.text(), @"@Dora belongs to no team, so cannot be in charge. Choose a member of a team with `/ticket assign`.");
        // Somebody of another team.
        insta::assert_snapshot!(world.tom().at(&case).asks("/ticket take team:web").await, @"@Tom does not belong to Web team. Choose another team, or somebody who has its role.");
        insta::assert_snapshot!(world.tom().at(&case).asks("/ticket take team:kitchen").await, @"There is no team “kitchen”. There is `technical`, `web`.");
        world.tom().at(&case).asks("/ticket take").await;
        insta::assert_snapshot!(world.tom().at(&case).asks("/ticket take").await, @"Already in charge for Technical team. Nothing was changed.");
    })
    .await;
}

async fn a_manager_assigns_and_replaces(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let seen = world.sandbox().messages(case.thread).len();
        insta::assert_snapshot!(world.dora().at(&case).asks("/ticket assign user:@tom").await, @r"
        @Tom is in charge of **T-1** for Technical team.
        They are told in the thread.
        (#T-1 Checkout is down)
        ");
        world.settle().await;
        insta::assert_snapshot!(world.dora().at(&case).asks("/ticket assign user:@tess team:technical").await, @r"
        @Tess is in charge of **T-1** for Technical team.
        They are told in the thread.
        (#T-1 Checkout is down)
        ");
        world.settle().await;
        insta::assert_snapshot!(world.read_after(case.thread, seen), @r"
        trouble-ticket calls Tom:
          @Dora put @Tom in charge for Technical team.
          -# T-1 · 7
        trouble-ticket calls Tess:
          @Dora put @Tess in charge for Technical team, instead of @Tom.
          -# T-1 · 11
        ");
        let ticket = world.ticket(1).await;
        let told: Vec<_> = (ticket.charges.iter())
            .map(|charge| (charge.person.name.as_str(), charge.until.is_some()))
            .collect();
        assert_eq!(told, [("Tom", true), ("Tess", false)]);
        assert!(world.sandbox().channel(case.thread).unwrap().thread.unwrap().members.len() >= 3);
        // A responder may hand over too.
        world.tess().at(&case).asks("/ticket assign user:@tom").await;
        assert_eq!(world.ticket(1).await.all_in_charge().next().unwrap().person.name, "Tom");
    })
    .await;
}

async fn only_members_of_a_team_can_be_assigned(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        insta::assert_snapshot!(world.dora().at(&case).asks("/ticket assign user:@ben").await, @"@Ben belongs to no team, so cannot be in charge. Choose a member of a team with `/ticket assign`.");
        insta::assert_snapshot!(world.dora().at(&case).asks("/ticket assign user:@ben team:web").await, @"@Ben does not belong to Web team. Choose another team, or somebody who has its role.");
        insta::assert_snapshot!(world.dora().at(&case).asks("/ticket assign user:@trouble-ticket").await, @"@trouble-ticket belongs to no team, so cannot be in charge. Choose a member of a team with `/ticket assign`.");
        insta::assert_snapshot!(world.ann().at(&case).asks("/ticket assign user:@tom").await, @"You may not do this. Members of the teams, managers and admins may; tell them in the ticket's thread.");
        world.dora().at(&case).asks("/ticket assign user:@tom").await;
        insta::assert_snapshot!(world.dora().at(&case).asks("/ticket assign user:@tom").await, @"Already in charge for Technical team. Nothing was changed.");
    })
    .await;
}

async fn a_ticket_is_given_back_by_its_person_or_a_manager(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        insta::assert_snapshot!(world.tom().at(&case).asks("/ticket release").await, @"Nobody is in charge for Technical team. Press **Take** on the card, or choose somebody with `/ticket assign`.");
        world.tom().at(&case).asks("/ticket take").await;
        world.settle().await;
        insta::assert_snapshot!(world.tess().at(&case).asks("/ticket release").await, @"@Tom is in charge for Technical team, not you. Ask them, or a manager, to give it back.");
        insta::assert_snapshot!(world.will().at(&case).asks("/ticket release team:technical").await, @"@Tom is in charge for Technical team, not you. Ask them, or a manager, to give it back.");
        insta::assert_snapshot!(world.dora().at(&case).asks("/ticket release").await, @"@Dora belongs to no team, so cannot be in charge. Choose a member of a team with `/ticket assign`.");
        insta::assert_snapshot!(world.ann().at(&case).asks("/ticket release").await, @"You may not do this. Members of the teams, managers and admins may; tell them in the ticket's thread.");
        let seen = world.sandbox().messages(case.thread).len();
        let line = "/ticket release note:the logs are on host 7, look there";
        insta::assert_snapshot!(world.tom().at(&case).asks(line).await, @r"
        Nobody is in charge of **T-1** for Technical team now.
        Next: somebody of the team takes it, or you choose with `/ticket assign`.
        (#T-1 Checkout is down)
        ");
        world.settle().await;
        world.tess().at(&case).asks("/ticket take").await;
        world.settle().await;
        insta::assert_snapshot!(world.dora().at(&case).asks("/ticket release team:technical").await, @r"
        Nobody is in charge of **T-1** for Technical team now.
        Next: somebody of the team takes it, or you choose with `/ticket assign`.
        (#T-1 Checkout is down)
        ");
        world.settle().await;
        insta::assert_snapshot!(world.read_after(case.thread, seen), @r"
        trouble-ticket:
          @Tom gave the ticket back: nobody is in charge for Technical team now.
          > the logs are on host 7, look there
          -# T-1 · 12
        trouble-ticket:
          @Tess **took** the ticket for Technical team.
          -# T-1 · 17
        trouble-ticket:
          @Dora took the ticket from @Tess: nobody is in charge for Technical team now.
          -# T-1 · 21
        ");
    })
    .await;
}

async fn taking_brings_the_person_into_the_thread(kind: Kind) {
    play(kind, async |world| {
        // Only the web team is called for this service; tom comes by himself.
        let (case, _) = world.open_with("service:website", &[("title", "Home page is blank")]).await;
        let tom = world.tom().actor().id().unwrap();
        assert!(!world.thread(&case).thread.unwrap().members.contains_key(&tom));
        world.tom().presses(&world.card(&case), "Take").await;
        world.settle().await;
        assert!(world.thread(&case).thread.unwrap().members.contains_key(&tom));
    })
    .await;
}

crate::on_both!(
    each_team_has_its_own_person_in_charge,
    a_member_of_two_teams_is_asked_for_which,
    of_two_who_press_at_once_one_wins,
    the_wrong_people_are_told_why_they_cannot_take_it,
    a_manager_assigns_and_replaces,
    only_members_of_a_team_can_be_assigned,
    a_ticket_is_given_back_by_its_person_or_a_manager,
    taking_brings_the_person_into_the_thread,
);
