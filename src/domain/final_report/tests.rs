//! Every state of a report against everything that may be asked of it.

use std::fmt::Write as _;

use super::*;
use crate::domain::fixture::{at, bob, carol, dana, directory, fay, happen, ticket};
use crate::domain::{Field, Status};

fn technical() -> TeamKey {
    TeamKey::new("technical")
}

fn drafted(version: i64) -> EventKind {
    EventKind::ReportDrafted { team: technical(), version }
}

/// A ticket on which Bob drafted the Technical team's report, and then each of these happened.
fn after(steps: &[(&Member, EventKind)]) -> Ticket {
    let (mut ticket, _) = ticket();
    happen(&mut ticket, &bob(), 1, drafted(1));
    for (minute, (by, kind)) in (2..).zip(steps) {
        happen(&mut ticket, by, minute, kind.clone());
    }
    ticket
}

fn edited(version: i64) -> EventKind {
    EventKind::ReportEdited { team: technical(), version, section: "cause".to_owned() }
}

fn submitted(version: i64) -> EventKind {
    EventKind::ReportSubmitted { team: technical(), version }
}

fn approved(version: i64) -> EventKind {
    EventKind::ReportApproved { team: technical(), version }
}

fn returned(version: i64) -> EventKind {
    EventKind::ReportReturned { team: technical(), version, reason: "too short".to_owned() }
}

fn reopened() -> EventKind {
    EventKind::Reopened { from: Status::Closed, to: Status::Open, reason: "again".to_owned() }
}

fn show(result: Result<EventKind, Refusal>) -> String {
    match result {
        Ok(
            EventKind::ReportEdited { version, .. }
            | EventKind::ReportSubmitted { version, .. }
            | EventKind::ReportApproved { version, .. }
            | EventKind::ReportReturned { version, .. },
        ) => format!("v{version}"),
        Err(Refusal::ReportStands { state, .. }) => format!("is {state}"),
        Err(Refusal::OwnReport(_)) => "own".to_owned(),
        Err(Refusal::ReportOutdated { .. }) => "outdated".to_owned(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_step_from_every_state_makes_a_version_or_is_refused_by_name() {
    let (bob, fay) = (bob(), fay());
    let lives = [
        ("draft", after(&[])),
        ("written", after(&[(&bob, edited(2))])),
        ("submitted", after(&[(&bob, submitted(1))])),
        ("returned", after(&[(&bob, submitted(1)), (&fay, returned(1))])),
        ("approved", after(&[(&bob, submitted(1)), (&fay, approved(1))])),
        ("reopened draft", after(&[(&bob, reopened())])),
        ("reopened submitted", after(&[(&bob, submitted(1)), (&fay, reopened())])),
    ];
    let mut table = String::new();
    for (name, ticket) in &lives {
        let report = ticket.report(&technical()).unwrap();
        let cells = [
            ("edit", edit(report, "cause")),
            ("submit", submit(report)),
            ("Bob approves", approve(report, &bob.person)),
            ("Fay approves", approve(report, &fay.person)),
            ("return", give_back(report, "why".to_owned())),
        ];
        write!(table, "{name}:").unwrap();
        for (step, result) in cells {
            write!(table, " {step} {};", show(result)).unwrap();
        }
        table.push('\n');
    }
    insta::assert_snapshot!(table, @"
    draft: edit v2; submit v1; Bob approves is draft; Fay approves is draft; return is draft;
    written: edit v3; submit v2; Bob approves is draft; Fay approves is draft; return is draft;
    submitted: edit is submitted; submit is submitted; Bob approves own; Fay approves v1; return v1;
    returned: edit v2; submit v2; Bob approves is returned; Fay approves is returned; return is returned;
    approved: edit is approved; submit is approved; Bob approves is approved; Fay approves is approved; return is approved;
    reopened draft: edit v2; submit outdated; Bob approves is draft; Fay approves is draft; return is draft;
    reopened submitted: edit is submitted; submit is submitted; Bob approves outdated; Fay approves outdated; return v1;
    ");
    let submitted = lives[2].1.report(&technical()).unwrap();
    assert_eq!(give_back(submitted, String::new()), Err(Refusal::Empty("reason")));
}

#[test]
fn whoever_wrote_or_submitted_it_is_an_author_for_good() {
    let (bob, fay, carol) = (bob(), fay(), carol());
    let ticket = after(&[
        (&fay, edited(2)),
        (&bob, submitted(2)),
        (&carol, returned(2)),
        (&fay, edited(3)),
        (&bob, drafted(4)),
    ]);
    let report = ticket.report(&technical()).unwrap();
    let names: Vec<&str> = report.authors.iter().map(|person| person.name.as_str()).collect();
    assert_eq!((names, report.version, report.state), (vec!["Fay", "Bob"], 4, ReportState::Draft));
    assert_eq!((report.compiled, report.since, report.by.name.as_str()), (at(6), at(6), "Bob"));
    assert!(!report.is_by(&carol.person), "who returns a report has not written it");
}

#[test]
fn closing_waits_for_what_the_teams_concerned_owe() {
    let (bob, fay) = (bob(), fay());
    let owed = |ticket: &Ticket| -> Vec<String> {
        ticket.owed(&directory()).into_iter().map(|(team, owed)| format!("{team} {owed:?}")).collect()
    };
    assert_eq!(owed(&after(&[])), ["technical Submission(Draft)", "web Draft"]);
    assert_eq!(owed(&after(&[(&bob, submitted(1))])), ["technical Approval", "web Draft"]);
    let mut done = after(&[(&bob, submitted(1)), (&fay, approved(1))]);
    assert_eq!(owed(&done), ["web Draft"]);
    // Login is the Technical team's alone; but who took the ticket owes as well.
    let (field, from) = (Field::Services, "payments".to_owned());
    happen(&mut done, &bob, 5, EventKind::Edited { field, from, to: "login".to_owned() });
    assert_eq!(owed(&done), [""; 0]);
    let (team, person) = (TeamKey::new("web"), carol().person);
    happen(&mut done, &bob, 6, EventKind::Assigned { team, person, replaced: None });
    assert_eq!(owed(&done), ["web Draft"]);
    happen(&mut done, &bob, 7, reopened());
    assert_eq!(owed(&done), ["technical Renewal", "web Draft"]);
    let free = Directory { teams: Vec::new(), ..directory() };
    assert_eq!(done.owed(&free), []);
}

#[test]
fn drafting_leaves_alone_what_is_settled() {
    let (bob, fay) = (bob(), fay());
    let directory = directory();
    let teams = |ticket: &Ticket, named: Option<&Team>| {
        let teams = to_draft(ticket, &directory, named)?;
        Ok::<_, Refusal>(teams.iter().map(|team| team.key.to_string()).collect::<Vec<_>>())
    };
    let mut drafted = after(&[]);
    assert_eq!(teams(&drafted, None).unwrap(), ["web"], "what is missing, and not what is being written");
    happen(&mut drafted, &bob, 3, EventKind::ReportDrafted { team: TeamKey::new("web"), version: 1 });
    assert_eq!(teams(&drafted, None).unwrap(), ["technical", "web"]);
    let waiting = after(&[(&bob, submitted(1))]);
    assert_eq!(teams(&waiting, None).unwrap(), ["web"]);
    let named = Some(&directory.teams[0]);
    assert!(matches!(teams(&waiting, named), Err(Refusal::ReportStands { .. })));
    let mut approved = after(&[(&bob, submitted(1)), (&fay, approved(1))]);
    assert_eq!(teams(&approved, None).unwrap(), ["web"]);
    assert_eq!(teams(&approved, named).unwrap(), ["technical"], "a correction is a new version");
    let web = TeamKey::new("web");
    happen(&mut approved, &bob, 5, EventKind::ReportSubmitted { team: web, version: 1 });
    assert!(matches!(teams(&approved, None), Err(Refusal::NothingToDraft(all)) if all.len() == 2));
    happen(&mut approved, &bob, 6, reopened());
    assert_eq!(teams(&approved, None).unwrap(), ["technical"]);
}

#[test]
fn which_report_is_meant_is_the_one_that_fits() {
    let directory = directory();
    let which = |ticket: &Ticket, who: &Member, fit: &[ReportState]| {
        which(ticket, who, &directory, None, fit).map(|team| team.to_string())
    };
    let (draft, waiting) = (&[ReportState::Draft][..], &[ReportState::Submitted][..]);
    let (empty, _) = ticket();
    assert_eq!(which(&empty, &bob(), draft).unwrap(), "technical");
    let mut two = after(&[]);
    assert_eq!(which(&two, &dana(), draft).unwrap(), "technical");
    assert_eq!(which(&two, &dana(), waiting).unwrap(), "technical", "to be refused for its state");
    let web = TeamKey::new("web");
    happen(&mut two, &carol(), 3, EventKind::ReportDrafted { team: web.clone(), version: 1 });
    assert_eq!(which(&two, &carol(), draft).unwrap(), "web", "her own");
    assert_eq!(which(&two, &dana(), draft), Err(Refusal::WhichTeam(vec![technical(), web.clone()])));
    happen(&mut two, &carol(), 4, EventKind::ReportSubmitted { team: web, version: 1 });
    assert_eq!(which(&two, &dana(), waiting).unwrap(), "web");
    assert_eq!(which(&two, &bob(), waiting).unwrap(), "web", "somebody else's, as none of his own waits");
    assert!(matches!(
        seen(&two, &technical(), Some(3)),
        Err(Refusal::ReportMoved { seen: 3, newest: 1, .. })
    ));
}
