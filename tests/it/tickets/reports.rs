//! The life of Final Reports over the wire: drafted, read, written, submitted, returned, approved, handed out; who may
//! do what; and what stands in the way of closing a ticket.

use trouble_ticket::domain::{TeamKey, TicketNumber};
use trouble_ticket::report::FinalReport;
use trouble_ticket::sandbox::Upload;

use crate::support::db::Kind;
use crate::support::people::Reply;
use crate::support::world::{Case, World, play};

/// A resolved ticket, drafted by Tom.
async fn drafted(world: &World) -> Case {
    let case = world.open("Checkout is down").await;
    let tom = world.tom().at(&case);
    tom.asks("/ticket take").await;
    tom.says("I restarted the database, the disk was full");
    tom.asks("/ticket status to:resolved").await;
    tom.asks("/report draft").await;
    world.settle().await;
    case
}

/// The newest version of a team's report, as it is stored.
async fn newest(world: &World, team: &str) -> FinalReport {
    let reports = world.reading().await.newest_reports(TicketNumber(1)).await.unwrap();
    let stored = reports.iter().find(|report| report.team.as_str() == team).expect("a report");
    let report = FinalReport::from_json(&stored.body).unwrap();
    assert_eq!((stored.version, stored.state), (report.version, report.state), "row and text say the same");
    report
}

/// Where a team's report stands, in a few words.
async fn stands(world: &World, team: &str) -> String {
    let ticket = world.ticket(1).await;
    let report = ticket.report(&TeamKey::new(team)).expect("a standing");
    assert_eq!(newest(world, team).await.state, report.state);
    format!("v{} {} by {}", report.version, report.state, report.by.name)
}

async fn a_report_goes_from_draft_to_approval(kind: Kind) {
    play(kind, async |world| {
        let case = drafted(world).await;
        let (tom, dora) = (world.tom().at(&case), world.dora().at(&case));
        let seen = world.sandbox().messages(case.thread).len();
        world.minutes_later(5);
        insta::assert_snapshot!(tom.asks("/report submit").await, @"
        Submitted version 1 of the Final Report for Technical team. 16 gaps are not filled; readers will see that. Somebody else approves it.
        # Final Report · Technical team
        **T-1 · Checkout is down**
        Version 1 · **submitted** by @Tom · 0 seconds ago
        Compiled 2026-11-23 09:30 from 1 message
        Authors: @Tom
        Archive: 7 of 7 messages, checked 2026-11-23 09:35
        16 gaps are left for a person to fill.
        -# 2026-11-23 09:30 Tom drafted version 1
        -# 2026-11-23 09:35 Tom submitted version 1
        [Read a section ▾]
        [Return] [All reports]
        [Markdown] [HTML] [JSON] [Text]
        ");
        assert_eq!(stands(world, "technical").await, "v1 submitted by Tom");
        insta::assert_snapshot!(tom.asks("/report approve").await, @"You wrote in the Final Report for Technical team or submitted it yourself. Somebody else has to approve it; ask them in the ticket's thread.");
        world.minutes_later(5);
        insta::assert_snapshot!(dora.asks("/report approve").await, @"
        Approved version 1 of the Final Report for Technical team. It is not changed any more.
        # Final Report · Technical team
        **T-1 · Checkout is down**
        Version 1 · **approved** by @Dora · 0 seconds ago
        Compiled 2026-11-23 09:30 from 1 message
        Authors: @Tom
        Archive: 7 of 7 messages, checked 2026-11-23 09:35
        16 gaps are left for a person to fill.
        -# 2026-11-23 09:30 Tom drafted version 1
        -# 2026-11-23 09:35 Tom submitted version 1
        -# 2026-11-23 09:40 Dora approved version 1
        [Read a section ▾]
        [All reports]
        [Markdown] [HTML] [JSON] [Text]
        ");
        assert_eq!(stands(world, "technical").await, "v1 approved by Dora");
        world.settle().await;
        insta::assert_snapshot!(world.read_after(case.thread, seen), @"
        trouble-ticket:
          @Tom submitted version 1 of the Final Report for Technical team: somebody else may approve it now.
          -# T-1 · 20
        trouble-ticket:
          @Dora **approved** version 1 of the Final Report for Technical team.
          -# T-1 · 22
          (file T-1-technical.html, 21464 bytes)
        ");
        let handed_out = world.sandbox().messages(case.thread);
        let file = &handed_out.last().unwrap().attachments[0];
        assert_eq!(
            (file.name.as_str(), file.content_type.as_str()),
            ("T-1-technical.html", "text/html; charset=utf-8")
        );
        insta::assert_snapshot!(world.read_card(&case), @"
        # T-1 · Checkout is down
        🟡 SEV3 Minor · **Resolved**
        **Opened** 2026-11-23 09:30 by @Ann
        **Restored** 2026-11-23 09:30, after less than a minute
        **In charge** Technical team: @Tom · Web team: nobody yet
        **Reports** Technical team: approved · Web team: draft
        **Last change** 0 seconds ago
        — T-1 · 21
        [Take] [Status] [Note] [Report]
        ");
        // Nothing is changed any more; a correction is a new version.
        insta::assert_snapshot!(tom.asks("/report edit section:cause team:technical").await, @"Version 1 of the Final Report for Technical team is approved. A correction is a new version: `/report draft` with the option `team`.");
        assert!(tom.asks("/report submit team:technical").await.contains("is approved. A correction"));
        assert!(
            dora.asks("/report return reason:no team:technical").await.contains("is approved. A correction")
        );
        assert!(tom.asks("/report draft team:technical").await.starts_with("Drafted for"));
        assert_eq!(stands(world, "technical").await, "v2 draft by Tom");
        let history: Vec<String> = newest(world, "technical")
            .await
            .history
            .iter()
            .map(|step| format!("v{} {} by {}", step.version, step.what, step.by.name))
            .collect();
        assert_eq!(
            history,
            ["v1 drafted by Tom", "v1 submitted by Tom", "v1 approved by Dora", "v2 drafted by Tom"]
        );
    })
    .await;
}

async fn what_is_returned_is_mended_and_submitted_again(kind: Kind) {
    play(kind, async |world| {
        let case = drafted(world).await;
        let (will, tess) = (world.will().at(&case), world.tess().at(&case));
        will.asks("/report submit team:web").await;
        let seen = world.sandbox().messages(case.thread).len();
        let returned = tess.asks("/report return reason:which customers exactly? team:web").await;
        assert!(returned.starts_with("Returned version 1 of the Final Report for Web team."), "{returned}");
        world.settle().await;
        insta::assert_snapshot!(world.read_after(case.thread, seen), @"
        trouble-ticket:
          @Will submitted version 1 of the Final Report for Web team: somebody else may approve it now.
          -# T-1 · 20
        trouble-ticket calls Will:
          @Tess **returned** version 1 of the Final Report for Web team.
          > which customers exactly?
          @Will: please mend it with `/report edit`, then submit it again.
          -# T-1 · 22
        ");
        insta::assert_snapshot!(tess.asks("/report approve team:web").await, @"Version 1 of the Final Report for Web team is returned. Mend it with `/report edit`, then submit it again.");
        // Written on, it is a new version; sent again as it is, too.
        write(&will, "/report edit section:impact team:web", "All of them, for 10 minutes.").await;
        assert_eq!(stands(world, "web").await, "v2 draft by Will");
        will.asks("/report submit team:web").await;
        tess.asks("/report return reason:sorry, it was fine team:web").await;
        will.asks("/report submit team:web").await;
        assert_eq!(stands(world, "web").await, "v3 submitted by Will");
        assert!(newest(world, "web").await.section("impact").unwrap().markdown.starts_with("All of them"));
        // Its author may take it back, too.
        assert!(will.asks("/report return reason:a typo team:web").await.starts_with("Returned version 3"));
    })
    .await;
}

#[track_caller]
fn saved(reply: &Reply) {
    assert!(reply.text().starts_with("Saved “"), "{}", reply.text());
}

/// Opens the form for a section and sends it with `text`.
async fn write(who: &crate::support::people::Who, command: &str, text: &str) -> Reply {
    let form = who.types(command).await;
    assert!(form.is_modal(), "{}", form.text());
    form.fills(&[("text", text)]).await
}

async fn sections_are_written_in_a_form(kind: Kind) {
    play(kind, async |world| {
        let case = drafted(world).await;
        let tom = world.tom().at(&case);
        let form = tom.types("/report edit section:follow-ups team:technical").await;
        let input = &form.inputs()[0];
        let gaps = input.value.lines().filter(|line| line.starts_with("- [ ] Not in the record:")).count();
        assert!(gaps >= 1 && input.required && input.long, "{}", input.value);
        assert_eq!(form.title(), "Technical team: Follow-ups");
        // Of the boxes one is taken away: that gap is filled.
        let kept = input.value.lines().last().unwrap();
        let text = format!("Order a bigger disk (Tom, until Friday)\n{kept}\nTell the *warehouse*");
        world.minutes_later(3);
        let saved = form.fills(&[("text", &text)]).await.text();
        assert!(
            saved.starts_with("Saved “Follow-ups” as version 2 of the Final Report for Technical team."),
            "{saved}"
        );
        let report = newest(world, "technical").await;
        let section = report.section("follow-ups").unwrap();
        assert_eq!(section.markdown, "Order a bigger disk (Tom, until Friday)\nTell the *warehouse*");
        assert_eq!((section.gaps.len(), &section.written.as_ref().unwrap().by.name), (1, &"Tom".to_owned()));
        // Drafted again, it keeps what was written and takes in what was said meanwhile.
        tom.says("Rolled back the release of today, orders pass again");
        tom.asks("/report draft team:technical").await;
        let again = newest(world, "technical").await;
        assert_eq!((again.version, again.section("follow-ups")), (3, Some(section)));
        assert!(again.messages > report.messages);
        // What says nothing new, or nothing at all, is no version.
        let same = write(&tom, "/report edit section:Follow-ups team:technical", &section.to_text()).await;
        insta::assert_snapshot!(same.text(), @"
        “Follow-ups” says that already. Nothing was changed.
        (file T-1-technical-follow-ups.md, 138 bytes)
        ");
        let empty = write(&tom, "/report edit section:follow-ups team:technical", " \n ").await;
        assert!(empty.text().starts_with("The text is empty. Write the text and send it again."));
        insta::assert_snapshot!(tom.asks("/report edit section:gossip team:technical").await, @"The Final Report has no section “gossip”. Choose one from the list that Discord offers.");
        assert_eq!(stands(world, "technical").await, "v3 draft by Tom");
    })
    .await;
}

async fn of_two_who_write_the_same_section_the_second_is_told(kind: Kind) {
    play(kind, async |world| {
        let case = drafted(world).await;
        let (tom, tess) = (world.tom().at(&case), world.tess().at(&case));
        let toms = tom.types("/report edit section:cause team:technical").await;
        let tesss = tess.types("/report edit section:cause team:technical").await;
        let elsewhere = tess.types("/report edit section:summary team:technical").await;
        saved(&tesss.fills(&[("text", "The disk was full.")]).await);
        let late = toms.fills(&[("text", "The logs filled the disk.")]).await;
        insta::assert_snapshot!(late.text(), @"
        @Tess changed “Cause” while you were writing. Nothing of yours is lost: you have it in the file. Look at theirs, then edit once more.
        (file T-1-technical-cause.md, 25 bytes)
        ");
        let files = late.message().unwrap().attachments;
        assert_eq!(
            (files[0].name.as_str(), &files[0].bytes[..]),
            ("T-1-technical-cause.md", &b"The logs filled the disk."[..])
        );
        // Another section does not mind.
        saved(&elsewhere.fills(&[("text", "A full disk stopped the shop.")]).await);
        let report = newest(world, "technical").await;
        assert_eq!(report.section("cause").unwrap().markdown, "The disk was full.");
        assert_eq!(report.version, 3);
    })
    .await;
}

async fn long_sections_travel_as_files(kind: Kind) {
    play(kind, async |world| {
        let case = drafted(world).await;
        let tom = world.tom().at(&case);
        let long = "The log of the whole morning, line by line.\n".repeat(200);
        let send = async |name: &str, bytes: Vec<u8>| {
            let line = format!("/report edit section:timeline team:technical file:{name}");
            tom.sends_with(&line, vec![Upload::new(name, bytes)]).await
        };
        let saved = send("timeline.md", long.clone().into_bytes()).await;
        assert!(saved.starts_with("Saved “Timeline” as version 2"), "{saved}");
        assert_eq!(newest(world, "technical").await.section("timeline").unwrap().markdown, long.trim());
        // It is too long for a form now, and comes as a file.
        let asked = tom.types("/report edit section:timeline team:technical").await;
        insta::assert_snapshot!(asked.text(), @"
        “Timeline” is too long for a form. Edit this file, then send it with `/report edit team:technical section:timeline file:`.
        (file T-1-technical-timeline-v2.md, 8799 bytes)
        ");
        assert_eq!(
            asked.message().unwrap().attachments[0].bytes.len(),
            newest(world, "technical").await.section("timeline").unwrap().to_text().len()
        );
        // Sent back under its name, it is not written over what somebody else changed meanwhile.
        let tess = world.tess().at(&case);
        let shorter = Upload::new("short.md", "Nothing happened.\n".repeat(300).into_bytes());
        let line = "/report edit section:timeline team:technical file:short.md";
        assert!(tess.sends_with(line, vec![shorter]).await.starts_with("Saved “Timeline” as version 3"));
        insta::assert_snapshot!(send("T-1-technical-timeline-v2.md", b"Mine.".to_vec()).await, @"@Tess changed “Timeline” while you were writing. Nothing of yours is lost: you have it in the file. Look at theirs, then edit once more.");
        insta::assert_snapshot!(send("T-1-technical-timeline-v99.md", b"Mine.".to_vec()).await, @"@Tess changed “Timeline” while you were writing. Nothing of yours is lost: you have it in the file. Look at theirs, then edit once more.");
        assert!(send("T-1-technical-timeline-v3.md", b"Mine.".to_vec()).await.starts_with("Saved “Timeline”"));
        insta::assert_snapshot!(send("picture.md", vec![0xff, 0xd8, 0xff]).await, @"“picture.md” is no text. Send a Markdown or text file, in UTF-8.");
        insta::assert_snapshot!(send("big.md", vec![b'a'; 300 * 1024]).await, @"The file has 300 KB; at most 256 KB are taken. Shorten it, or put pictures and logs into the thread instead.");
        assert_eq!(stands(world, "technical").await, "v4 draft by Tom");
    })
    .await;
}

async fn what_is_missing_is_drafted_and_what_others_write_is_left_alone(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let (tom, tess) = (world.tom().at(&case), world.tess().at(&case));
        tom.asks("/report draft team:technical").await;
        let form = tess.types("/report edit section:cause team:technical").await;
        assert!(tom.asks("/report draft").await.contains("- Web team, version 1"));
        assert_eq!(stands(world, "technical").await, "v1 draft by Tom");
        saved(&form.fills(&[("text", "The disk was full.")]).await);
        // Nothing is missing any more: everything that is being written is compiled anew, and keeps what was written.
        let again = tom.asks("/report draft").await;
        assert!(
            again.contains("- Technical team, version 3") && again.contains("- Web team, version 2"),
            "{again}"
        );
        assert_eq!(newest(world, "technical").await.section("cause").unwrap().markdown, "The disk was full.");
    })
    .await;
}

async fn a_report_says_that_it_quotes_what_was_deleted(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let tom = world.tom().at(&case);
        let regret = tom.says("I restarted the database with the password hunter2");
        world.settle().await;
        tom.asks("/report draft").await;
        assert!(newest(world, "web").await.to_json().contains("hunter2"));
        tom.actor().delete(&regret).unwrap();
        world.settle().await;
        let shown = tom.asks("/report show team:web").await;
        insta::assert_snapshot!(shown.lines().next().unwrap(), @"It quotes a message that was deleted since. A new draft leaves it out.");
        tom.asks("/report draft").await;
        assert!(!newest(world, "web").await.to_json().contains("hunter2"));
        assert!(!tom.asks("/report show team:web").await.contains("deleted"));
    })
    .await;
}

async fn closing_waits_for_the_reports(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let (tom, dora) = (world.tom().at(&case), world.dora().at(&case));
        tom.asks("/ticket status to:resolved").await;
        insta::assert_snapshot!(tom.asks("/ticket close").await, @"T-1 cannot be closed before its Final Reports are approved (Technical team: not drafted yet; Web team: not drafted yet). Next: `/report draft`, then `/report submit`, then somebody else's `/report approve`.");
        tom.asks("/report draft").await;
        tom.asks("/report submit team:technical").await;
        insta::assert_snapshot!(tom.asks("/ticket close").await, @"T-1 cannot be closed before its Final Reports are approved (Technical team: submitted, waits for approval; Web team: draft). Next: `/report submit`, then somebody else's `/report approve`.");
        dora.asks("/report approve team:technical").await;
        tom.asks("/report submit team:web").await;
        insta::assert_snapshot!(tom.asks("/ticket close").await, @"T-1 cannot be closed before its Final Reports are approved (Web team: submitted, waits for approval). Next: somebody who did not write it uses `/report approve`.");
        dora.asks("/report approve team:web").await;
        assert!(tom.asks("/ticket close").await.starts_with("**T-1** is closed."));
        world.settle().await;
        // It comes back: what was approved does not tell that.
        world.dora().asks("/ticket reopen reason:orders fail again ticket:1").await;
        world.tom().asks("/ticket status to:resolved ticket:1").await;
        world.settle().await;
        insta::assert_snapshot!(tom.asks("/ticket close").await, @"T-1 cannot be closed before its Final Reports are approved (Technical team: approved before the ticket was reopened; Web team: approved before the ticket was reopened). Next: `/report draft`, then `/report submit`, then somebody else's `/report approve`.");
        world.approve_reports(&case).await;
        assert!(tom.asks("/ticket close").await.starts_with("**T-1** is closed."));
    })
    .await;
}

async fn a_report_from_before_the_reopening_is_drafted_again(kind: Kind) {
    play(kind, async |world| {
        let case = drafted(world).await;
        let (tom, dora) = (world.tom().at(&case), world.dora().at(&case));
        tom.asks("/report submit team:technical").await;
        tom.asks("/ticket cancel reason:nothing was wrong").await;
        world.dora().asks("/ticket reopen reason:it was real ticket:1").await;
        world.settle().await;
        insta::assert_snapshot!(dora.asks("/report approve team:technical").await, @"The Final Report for Technical team was compiled before the ticket was reopened. Return it with `/report return`, then draft it again; what was written in it is kept.");
        insta::assert_snapshot!(tom.asks("/report submit team:web").await, @"The Final Report for Web team was compiled before the ticket was reopened. Draft it again with `/report draft`; what was written in it is kept.");
        dora.asks("/report return reason:draft it again team:technical").await;
        tom.asks("/report draft").await;
        assert!(tom.asks("/report submit team:web").await.starts_with("Submitted version 2"));
    })
    .await;
}

async fn only_responders_write_and_whoever_may_read_the_ticket_reads(kind: Kind) {
    play(kind, async |world| {
        let case = drafted(world).await;
        let refused = "You may not do this.";
        for line in
            ["draft", "edit section:cause", "submit team:web", "approve team:web", "return reason:x team:web"]
        {
            let answer = world.ann().at(&case).asks(&format!("/report {line}")).await;
            assert!(answer.starts_with(refused), "{line}: {answer}");
        }
        let overview = world.ann().at(&case).types("/report show").await;
        insta::assert_snapshot!(overview.text(), @"
        # Final Reports · T-1 · Checkout is down
        **Technical team** version 1 · **draft** by @Tom · 0 seconds ago
        **Web team** version 1 · **draft** by @Tom · 0 seconds ago
        Next: fill the gaps, then submit.
        [Technical team] [Web team]
        ");
        let report = overview.presses("Web team").await;
        assert!(
            report.buttons().iter().all(|button| !["Submit", "Draft again"].contains(&button.label.as_str()))
        );
        let section = report.chooses("impact").await;
        assert!(section.text().contains("# Impact on users · Web team"), "{}", section.text());
        assert!(section.buttons().iter().all(|button| button.label != "Edit"));
        for line in ["/report show ticket:1", "/report show team:web ticket:1", "/report export ticket:1"] {
            let answer = world.carl().asks(line).await;
            assert!(answer.starts_with("You may not read tickets."), "{line}: {answer}");
        }
        // An old button in the wrong hands is asked for its right as well.
        for wish in ["draft", "edit:cause", "submit:1", "approve:1", "return:1"] {
            let button = world.old_button("trouble", &format!("tt1:on-report:1:web:{wish}")).await;
            let answer = world.ben().presses(&button, "Old").await.text();
            assert!(answer.starts_with(refused), "{wish}: {answer}");
        }
        assert_eq!(
            (stands(world, "web").await, world.ticket(1).await.last_seq),
            ("v1 draft by Tom".to_owned(), 6)
        );
    })
    .await;
}

async fn what_is_not_there_is_said(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let tom = world.tom().at(&case);
        insta::assert_snapshot!(tom.asks("/report show team:web").await, @"T-1 has no Final Report for Web team yet. `/report draft` compiles it from the record.");
        insta::assert_snapshot!(tom.asks("/report show").await, @"
        # Final Reports · T-1 · Checkout is down
        **Technical team** not drafted yet
        **Web team** not drafted yet
        Next: draft them; the gaps are then filled by people.
        [Draft]
        ");
        for line in ["submit", "approve", "return reason:x", "edit section:cause", "export"] {
            let answer = tom.asks(&format!("/report {line}")).await;
            assert_eq!(answer, "T-1 has no Final Report for Technical team yet. `/report draft` compiles it from the record.", "{line}");
        }
        assert!(tom.asks("/report submit team:kitchen").await.starts_with("There is no team “kitchen”."));
        assert!(tom.asks("/report show ticket:9").await.starts_with("There is no ticket T-9."));
        assert!(world.tom().asks("/report show").await.starts_with("Which ticket do you mean?"));
        tom.asks("/report draft").await;
        insta::assert_snapshot!(world.dora().at(&case).asks("/report submit").await, @"For which team? Add the option `team`: `technical`, `web`.");
        tom.asks("/report submit team:technical").await;
        tom.asks("/report submit team:web").await;
        insta::assert_snapshot!(tom.asks("/report draft").await, @"Nothing to draft: Technical team is submitted, Web team is submitted. To begin a new version of one, name its team with the option `team`.");
        insta::assert_snapshot!(tom.asks("/report draft team:web").await, @"Version 1 of the Final Report for Web team is submitted. Somebody may approve it, or return it to be mended.");
    })
    .await;
}

crate::on_both!(
    a_report_goes_from_draft_to_approval,
    what_is_returned_is_mended_and_submitted_again,
    sections_are_written_in_a_form,
    of_two_who_write_the_same_section_the_second_is_told,
    long_sections_travel_as_files,
    what_is_missing_is_drafted_and_what_others_write_is_left_alone,
    a_report_says_that_it_quotes_what_was_deleted,
    closing_waits_for_the_reports,
    a_report_from_before_the_reopening_is_drafted_again,
    only_responders_write_and_whoever_may_read_the_ticket_reads,
    what_is_not_there_is_said,
);
