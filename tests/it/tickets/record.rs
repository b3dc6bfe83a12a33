//! From the record to the Final Reports: drafted by command, and everything else by the buttons.

use serde_json::Value;
use trouble_ticket::domain::TicketNumber;

use crate::support::db::Kind;
use crate::support::world::play;

async fn skeletons_are_drafted_from_the_record(kind: Kind) {
    play(kind, async |world| {
        let fields = [("title", "Checkout is down"), ("details", "502 since lunch"), ("started_at", "09:10")];
        let (case, _) = world.open_with("service:checkout", &fields).await;
        let tom = world.tom().at(&case);
        world.at("09:40");
        tom.asks("/ticket take").await;
        tom.says("the disk of the database is full");
        tom.asks("/ticket note text:deleted old logs kind:action").await;
        world.at("10:00");
        tom.asks("/ticket status to:resolved").await;
        world.settle().await;
        insta::assert_snapshot!(tom.asks("/report draft").await, @"
        Drafted for **T-1**:
        - Technical team, version 1: 6 lines in its timeline from 1 message; 12 gaps for a person to fill
        - Web team, version 1: 6 lines in its timeline from 1 message; 15 gaps for a person to fill
        # Final Reports · T-1 · Checkout is down
        **Technical team** version 1 · **draft** by @Tom · 0 seconds ago
        **Web team** version 1 · **draft** by @Tom · 0 seconds ago
        Next: fill the gaps, then submit.
        [Technical team] [Web team]
        [Draft again]
        ");
        world.settle().await;
        insta::assert_snapshot!(world.read_after(case.thread, 6), @"
        trouble-ticket:
          @Tom drafted version 1 of the Final Report for Technical team.
          -# T-1 · 18
        trouble-ticket:
          @Tom drafted version 1 of the Final Report for Web team.
          -# T-1 · 20
        ");
        let reports = world.reading().await.newest_reports(TicketNumber(1)).await.unwrap();
        assert_eq!(reports.len(), 2);
        let report: Value = serde_json::from_str(&reports[0].body).unwrap();
        assert_eq!(
            (&report["ticket"]["number"], &report["team"], &report["version"]),
            (&"T-1".into(), &"technical".into(), &1.into())
        );
        let timeline: Vec<String> = report["timeline"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| {
                let linked = entry["sources"][0]["url"]
                    .as_str()
                    .is_some_and(|url| url.starts_with("https://discord.com/channels/"));
                format!(
                    "{} {} {} linked:{linked}",
                    entry["at"].as_str().unwrap(),
                    entry["kind"].as_str().unwrap(),
                    entry["text"].as_str().unwrap()
                )
            })
            .collect();
        insta::assert_snapshot!(timeline.join("\n"), @"
        2026-11-23T08:30:00Z event opened the ticket: Checkout is down (SEV3, Checkout) linked:false
        2026-11-23T08:40:00Z event took the ticket for the Technical team linked:false
        2026-11-23T08:40:00Z event moved the ticket from open to investigating linked:false
        2026-11-23T08:40:00Z finding the disk of the database is full linked:true
        2026-11-23T08:40:00Z action deleted old logs linked:false
        2026-11-23T09:00:00Z event moved the ticket from investigating to resolved linked:false
        ");
        // Again, for one team: its next version; nothing is lost.
        tom.says("I emptied the second disk too");
        let again = world.dora().at(&case).asks("/report draft team:web").await;
        assert!(again.contains("- Web team, version 2:"), "{again}");
        let reports = world.reading().await.newest_reports(TicketNumber(1)).await.unwrap();
        let versions: Vec<(String, i64)> =
            reports.iter().map(|one| (one.team.to_string(), one.version)).collect();
        assert_eq!(versions, [("technical".to_owned(), 1), ("web".to_owned(), 2)]);
        assert!(reports[1].body.contains("I emptied the second disk too"));
    })
    .await;
}

async fn the_report_button_leads_through_everything(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let (will, tess) = (world.will(), world.tess());
        let overview = will.presses(&world.card(&case), "Report").await;
        insta::assert_snapshot!(overview.text(), @"
        # Final Reports · T-1 · Checkout is down
        **Technical team** not drafted yet
        **Web team** not drafted yet
        Next: draft them; the gaps are then filled by people.
        [Draft]
        ");
        let overview = overview.presses("Draft").await;
        insta::assert_snapshot!(overview.text(), @"
        Drafted for **T-1**:
        - Technical team, version 1: 1 line in its timeline from no messages; 17 gaps for a person to fill
        - Web team, version 1: 1 line in its timeline from no messages; 18 gaps for a person to fill
        # Final Reports · T-1 · Checkout is down
        **Technical team** version 1 · **draft** by @Will · 0 seconds ago
        **Web team** version 1 · **draft** by @Will · 0 seconds ago
        Next: fill the gaps, then submit.
        [Technical team] [Web team]
        [Draft again]
        ");
        let report = overview.presses("Web team").await;
        insta::assert_snapshot!(report.text(), @"
        # Final Report · Web team
        **T-1 · Checkout is down**
        Version 1 · **draft** by @Will · 0 seconds ago
        Compiled 2026-11-23 09:30 from no messages
        18 gaps are left for a person to fill.
        -# 2026-11-23 09:30 Will drafted version 1
        [Read a section ▾]
        [Submit] [Draft again] [All reports]
        [Markdown] [HTML] [JSON] [Text]
        ");
        let section = report.chooses("communication").await;
        insta::assert_snapshot!(section.text(), @"
        # What users were told · Web team
        ☐ Not in the record: whether users were told, when, where and in which words.
        ☐ Not in the record: whether they were told that service is back.
        — Version 1
        [Read a section ▾]
        [Edit] [Back]
        ");
        let report = section
            .presses("Edit")
            .await
            .fills(&[("text", "A notice stood on every page since 14:20.")])
            .await;
        assert!(report.text().starts_with("Saved “What users were told” as version 2"), "{}", report.text());
        let report = report.presses("Submit").await;
        assert!(report.text().starts_with("Submitted version 2"), "{}", report.text());
        assert!(report.buttons().iter().all(|button| button.label != "Approve"), "he wrote it himself");
        // Somebody else sees the same, and one button more.
        let hers = tess.presses(&world.card(&case), "Report").await.presses("Web team").await;
        let stale = world.dora().presses(&world.card(&case), "Report").await.presses("Web team").await;
        let returned = hers.presses("Return").await.fills(&[("reason", "Which page?")]).await;
        assert!(returned.text().starts_with("Returned version 2"), "{}", returned.text());
        let report = report.presses("All reports").await.presses("Web team").await.presses("Submit").await;
        assert!(report.text().starts_with("Submitted version 3"), "{}", report.text());
        let late = stale.presses("Approve").await.text();
        insta::assert_snapshot!(late, @"@Will made version 3 of the Final Report for Web team; you were looking at version 2. Look at it again with `/report show`.");
        let approved = hers.presses("All reports").await.presses("Web team").await.presses("Approve").await;
        assert!(approved.text().starts_with("Approved version 3"), "{}", approved.text());
        for (label, ending) in [("Markdown", "md"), ("HTML", "html"), ("JSON", "json"), ("Text", "txt")] {
            let file = approved.presses(label).await.message().unwrap().attachments;
            assert_eq!(file[0].name, format!("T-1-web.{ending}"));
        }
    })
    .await;
}

async fn drafting_is_refused_to_those_who_do_not_work_on_it(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        insta::assert_snapshot!(world.ann().at(&case).asks("/report draft").await, @"You may not do this. Members of the teams, managers and admins may; tell them in the ticket's thread.");
        insta::assert_snapshot!(world.tom().at(&case).asks("/report draft team:kitchen").await, @"There is no team “kitchen”. There is `technical`, `web`.");
        assert!(world.reading().await.newest_reports(TicketNumber(1)).await.unwrap().is_empty());
        // What is over may be drafted: reports are written afterwards.
        world.tom().at(&case).asks("/ticket cancel").await;
        world.settle().await;
        assert!(world.tom().asks("/report draft ticket:1").await.starts_with("Drafted for **T-1**"));
        world.settle().await;
        assert!(world.thread(&case).is_archived());
    })
    .await;
}

crate::on_both!(
    skeletons_are_drafted_from_the_record,
    the_report_button_leads_through_everything,
    drafting_is_refused_to_those_who_do_not_work_on_it,
);
