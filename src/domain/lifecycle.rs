//! Tests of a ticket's whole life: every step from every status, and random lives that must keep the invariants.
//!
//! Beside the rules rather than in them, because they need all of them at once. Must not know how tickets are
//! stored or shown.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::directory::Team;
use super::fixture::{ann, at, bob, carol, dana, directory, fay, happen, ticket};
use super::{
    Event, EventKind, Field, Member, Owed, Refusal, ReportStanding, SeverityKey, Status, TeamKey, Ticket,
    final_report, workflow,
};
use crate::cases::cases;

/// A ticket that was led to `status` by the shortest way.
fn ticket_at(status: Status) -> Ticket {
    let (mut ticket, _) = ticket();
    let from = Status::Open;
    let note = String::new;
    let kind = match status {
        Status::Open => return ticket,
        Status::Cancelled => EventKind::Cancelled { from, reason: note() },
        Status::Duplicate => {
            ticket.status = Status::Duplicate;
            return ticket;
        }
        Status::Closed => EventKind::Closed { reason: note() },
        to => EventKind::StatusChanged { from, to, note: note(), reached: at(1) },
    };
    happen(&mut ticket, &bob(), 1, kind);
    ticket
}

fn show(result: &Result<EventKind, Refusal>) -> &'static str {
    match result {
        Ok(EventKind::Reopened { to: Status::Open, .. }) => "open",
        Ok(_) => "yes",
        Err(Refusal::Ended(..)) => "ended",
        Err(Refusal::NotEnded(..)) => "not ended",
        Err(Refusal::AlreadyThere(..)) => "there",
        Err(Refusal::NotSettable(_)) => "no verb",
        Err(Refusal::NotResolved(..)) => "resolve!",
        Err(Refusal::ReportsOwed(..)) => "reports!",
        Err(other) => panic!("unexpected {other:?}"),
    }
}

#[test]
fn every_step_from_every_status_happens_or_is_refused_by_name() {
    let mut table = String::from("from \\ to");
    for to in Status::ALL {
        write!(table, " {:>13}", to.as_str()).unwrap();
    }
    writeln!(table, " | {:>9} {:>9} {:>9} {:>9}", "close", "cancel", "reopen", "take").unwrap();
    let (directory, bob) = (directory(), bob());
    for from in Status::ALL {
        let ticket = ticket_at(*from);
        write!(table, "{:<13}", from.as_str()).unwrap();
        for to in Status::ALL {
            let result = workflow::set_status(&ticket, *to, String::new(), None, at(5));
            write!(table, " {:>13}", show(&result)).unwrap();
        }
        let take = workflow::assign(&ticket, &directory.teams[0], &bob, true, at(5));
        let verbs = [
            workflow::close(&ticket, &directory, String::new()),
            workflow::cancel(&ticket, String::new()),
            workflow::reopen(&ticket, "it is back".to_owned()),
            take.map(|mut events| events.remove(0)),
        ];
        let verbs = verbs.iter().map(|verb| format!("{:>9}", show(verb))).collect::<Vec<_>>();
        writeln!(table, " | {}", verbs.join(" ")).unwrap();
    }
    insta::assert_snapshot!(table, @r"
    from \ to          open investigating    identified    monitoring      resolved        closed     cancelled     duplicate |     close    cancel    reopen      take
    open                no verb           yes           yes           yes           yes       no verb       no verb       no verb |  resolve!       yes not ended       yes
    investigating       no verb         there           yes           yes           yes       no verb       no verb       no verb |  resolve!       yes not ended       yes
    identified          no verb           yes         there           yes           yes       no verb       no verb       no verb |  resolve!       yes not ended       yes
    monitoring          no verb           yes           yes         there           yes       no verb       no verb       no verb |  resolve!       yes not ended       yes
    resolved            no verb           yes           yes           yes         there       no verb       no verb       no verb |  reports!       yes not ended       yes
    closed              no verb         ended         ended         ended         ended       no verb       no verb       no verb |     ended     ended      open     ended
    cancelled           no verb         ended         ended         ended         ended       no verb       no verb       no verb |     ended     ended      open     ended
    duplicate           no verb         ended         ended         ended         ended       no verb       no verb       no verb |     ended     ended      open     ended
    ");
}

#[test]
fn taking_acknowledges_and_the_second_is_told_who_was_faster() {
    let (directory, (mut ticket, _)) = (directory(), ticket());
    let technical = &directory.teams[0];
    let events = workflow::assign(&ticket, technical, &bob(), true, at(3)).unwrap();
    assert_eq!(events.len(), 2, "assigned, and the open ticket is being investigated");
    for kind in events {
        happen(&mut ticket, &bob(), 3, kind);
    }
    assert_eq!((ticket.status, ticket.milestones.acknowledged), (Status::Investigating, Some(at(3))));

    let team = technical.key.clone();
    let refused = workflow::assign(&ticket, technical, &fay(), true, at(4));
    assert_eq!(refused, Err(Refusal::AlreadyTaken { team: team.clone(), by: bob().person }));
    let refused = workflow::assign(&ticket, technical, &bob(), true, at(4));
    assert_eq!(refused, Err(Refusal::AlreadyYours(team.clone())));
    let refused = workflow::assign(&ticket, technical, &carol(), true, at(4));
    assert_eq!(refused, Err(Refusal::NotInTeam { team: team.clone(), person: carol().person }));

    let given = workflow::assign(&ticket, technical, &fay(), false, at(5)).unwrap();
    let [EventKind::Assigned { replaced, .. }] = given.as_slice() else { panic!("{given:?}") };
    assert_eq!(*replaced, Some(bob().person));
    happen(&mut ticket, &dana(), 5, given[0].clone());
    assert_eq!(ticket.in_charge(&team).map(|charge| charge.person.clone()), Some(fay().person));
    assert_eq!(ticket.charges[0].until, Some(at(5)));
}

#[test]
fn only_who_is_in_charge_or_steers_gives_back() {
    let (directory, (mut ticket, _)) = (directory(), ticket());
    let team = directory.teams[0].key.clone();
    let release = |ticket: &Ticket, who: &Member| {
        workflow::release(ticket, &directory, who, &team, String::new()).map(|_| ())
    };
    assert_eq!(release(&ticket, &bob()), Err(Refusal::NobodyInCharge(team.clone())));
    let taken = EventKind::Assigned { team: team.clone(), person: bob().person, replaced: None };
    happen(&mut ticket, &bob(), 1, taken);
    assert_eq!(release(&ticket, &fay()), Err(Refusal::NotYours { team: team.clone(), by: bob().person }));
    assert_eq!(release(&ticket, &bob()), Ok(()));
    assert_eq!(release(&ticket, &dana()), Ok(()));
}

#[test]
fn the_team_is_the_only_one_or_has_to_be_said() {
    let directory = directory();
    let own =
        |who: &Member, named| workflow::own_team(&directory, who, named).map(|team| team.key.to_string());
    assert_eq!(own(&bob(), None).unwrap(), "technical");
    assert_eq!(own(&ann(), None), Err(Refusal::NoTeam(ann().person)));
    let both = vec![TeamKey::new("technical"), TeamKey::new("web")];
    assert_eq!(own(&fay(), None), Err(Refusal::WhichTeam(both)));
    for named in ["web", "WEB", " web team "] {
        assert_eq!(own(&fay(), Some(named)).unwrap(), "web", "{named}");
    }
    assert_eq!(own(&fay(), Some("sales")), Err(Refusal::UnknownTeam("sales".to_owned())));
}

#[test]
fn going_back_takes_later_milestones_away_and_keeps_what_was_known() {
    let (mut ticket, _) = ticket();
    let mut step = |to, minute, reached| {
        let kind = workflow::set_status(&ticket, to, String::new(), reached, at(minute)).unwrap();
        happen(&mut ticket, &bob(), minute, kind);
        ticket.milestones.clone()
    };
    step(Status::Identified, 10, None);
    let resolved = step(Status::Resolved, 30, Some(at(25)));
    assert_eq!((resolved.restored, resolved.resolved), (Some(at(25)), Some(at(30))));
    let back = step(Status::Identified, 40, None);
    assert_eq!((back.identified, back.restored, back.resolved), (Some(at(10)), None, None));
    assert_eq!(step(Status::Investigating, 45, None).identified, None);
    step(Status::Identified, 50, None);
    step(Status::Monitoring, 55, None);
    assert_eq!(step(Status::Identified, 60, Some(at(52))).identified, Some(at(52)), "said anew");
}

#[test]
fn steps_before_the_failure_are_refused() {
    let (mut ticket, _) = ticket();
    let early = |ticket: &Ticket, to, minute| {
        workflow::set_status(ticket, to, String::new(), Some(at(minute)), at(60)).map(|_| ())
    };
    assert_eq!(early(&ticket, Status::Resolved, -1), Err(Refusal::BeforeStart(at(0))));
    ticket.milestones.started = Some(at(-20));
    assert_eq!(early(&ticket, Status::Identified, -10), Ok(()));
    assert_eq!(early(&ticket, Status::Identified, -30), Err(Refusal::BeforeStart(at(-20))));
    ticket.milestones.started = Some(at(20));
    assert_eq!(
        early(&ticket, Status::Identified, 10),
        Ok(()),
        "a warning may be understood before it comes true"
    );
    assert_eq!(early(&ticket, Status::Resolved, 10), Err(Refusal::BeforeStart(at(20))));
}

#[test]
fn facts_are_corrected_with_checked_values() {
    let (directory, (mut ticket, _)) = (directory(), ticket());
    let cases = [
        (Field::Title, " Checkout\nfails ", "Checkout is down -> Checkout fails"),
        (Field::Title, "\u{200b}", "Empty(\"title\")"),
        (Field::Services, "Login, payments login", "payments -> login, payments"),
        (Field::Services, "nuclear", "UnknownService(\"nuclear\")"),
        (Field::Services, "", "login, payments -> "),
        (Field::Affected, "Part", " -> part"),
        (Field::Affected, "some", "BadValue { field: Affected, typed: \"some\" }"),
        (Field::Frequency, "intermittent", " -> intermittent"),
        (Field::Started, "13:40", " -> 2026-11-23T12:40:00Z"),
        (Field::Started, "soon", "NotATime(\"soon\", Unreadable)"),
    ];
    for (field, typed, expected) in cases {
        let shown = match workflow::edit(&ticket, &directory, field, typed, at(30)) {
            Ok(kind) => {
                let EventKind::Edited { from, to, .. } = &kind else { panic!("{kind:?}") };
                let shown = format!("{from} -> {to}");
                happen(&mut ticket, &ann(), 30, kind);
                shown
            }
            Err(refusal) => format!("{refusal:?}"),
        };
        assert_eq!(shown, expected, "{field} {typed:?}");
    }
    assert_eq!((ticket.facts.title.as_str(), ticket.milestones.started), ("Checkout fails", Some(at(-20))));
    assert_eq!(ticket.facts.services, []);
}

/// One thing that somebody tries.
#[derive(Clone, Debug)]
enum Wish {
    Assign {
        team: usize,
        who: usize,
        taking: bool,
    },
    Release {
        team: usize,
        who: usize,
    },
    Status {
        to: usize,
        back: i64,
    },
    Severity(usize),
    Started(i64),
    Close,
    Cancel,
    Reopen,
    Draft,
    Write,
    Submit,
    Approve(usize),
    Return,
    /// Every report that is owed is drafted, submitted and approved.
    Settle,
}

fn wish() -> impl Strategy<Value = Wish> {
    prop_oneof![
        3 => (0..2usize, 0..4usize, any::<bool>()).prop_map(|(team, who, taking)| Wish::Assign { team, who, taking }),
        2 => (0..2usize, 0..4usize).prop_map(|(team, who)| Wish::Release { team, who }),
        5 => (0..Status::ALL.len(), 0..20i64).prop_map(|(to, back)| Wish::Status { to, back }),
        1 => (0..5usize).prop_map(Wish::Severity),
        1 => (0..60i64).prop_map(Wish::Started),
        1 => Just(Wish::Close),
        1 => Just(Wish::Cancel),
        1 => Just(Wish::Reopen),
        1 => Just(Wish::Draft),
        1 => Just(Wish::Write),
        2 => Just(Wish::Submit),
        2 => (0..4usize).prop_map(Wish::Approve),
        1 => Just(Wish::Return),
        2 => Just(Wish::Settle),
    ]
}

/// Tries `wish` at `minute`.
fn attempt(ticket: &Ticket, wish: &Wish, minute: i64) -> Result<Vec<EventKind>, Refusal> {
    let directory = directory();
    let people = [bob(), carol(), fay(), dana()];
    let one = |kind: Result<EventKind, Refusal>| kind.map(|kind| vec![kind]);
    match wish {
        Wish::Assign { team, who, taking } => {
            workflow::assign(ticket, &directory.teams[*team], &people[*who], *taking, at(minute))
        }
        Wish::Release { team, who } => {
            let team = &directory.teams[*team].key;
            one(workflow::release(ticket, &directory, &people[*who], team, String::new()))
        }
        Wish::Status { to, back } => {
            let reached = (*back < 10).then(|| at(minute - back));
            one(workflow::set_status(ticket, Status::ALL[*to], String::new(), reached, at(minute)))
        }
        Wish::Severity(number) => {
            one(workflow::set_severity(ticket, &directory, &format!("sev{number}"), String::new()))
        }
        Wish::Started(ago) => {
            let typed = format!("{ago} minutes ago");
            one(workflow::edit(ticket, &directory, Field::Started, &typed, at(minute)))
        }
        Wish::Close => one(workflow::close(ticket, &directory, String::new())),
        Wish::Cancel => one(workflow::cancel(ticket, String::new())),
        Wish::Reopen => one(workflow::reopen(ticket, "again".to_owned())),
        Wish::Draft => {
            let version = |team: &TeamKey| ticket.report(team).map_or(1, |report| report.version + 1);
            let drafted = |team: &Team| EventKind::ReportDrafted {
                version: version(&team.key),
                team: team.key.clone(),
            };
            Ok(final_report::to_draft(ticket, &directory, None)?.into_iter().map(drafted).collect())
        }
        Wish::Write => one(on_report(ticket, |report| final_report::edit(report, "cause"))),
        Wish::Submit => one(on_report(ticket, final_report::submit)),
        Wish::Approve(who) => {
            one(on_report(ticket, |report| final_report::approve(report, &people[*who].person)))
        }
        Wish::Settle => {
            let settle = |(team, owed): (TeamKey, Owed)| {
                let version = ticket.report(&team).map_or(0, |report| report.version) + 1;
                let drafted = EventKind::ReportDrafted { team: team.clone(), version };
                let approved = EventKind::ReportApproved { team, version };
                if owed == Owed::Approval { vec![approved] } else { vec![drafted, approved] }
            };
            let owed = ticket.owed(&directory);
            if owed.is_empty() {
                Err(Refusal::NothingToDraft(Vec::new()))
            } else {
                Ok(owed.into_iter().flat_map(settle).collect())
            }
        }
        Wish::Return => one(on_report(ticket, |report| final_report::give_back(report, "why".to_owned()))),
    }
}

/// A step of the first report that takes it.
fn on_report(
    ticket: &Ticket,
    step: impl Fn(&ReportStanding) -> Result<EventKind, Refusal>,
) -> Result<EventKind, Refusal> {
    let mut steps = ticket.reports.iter().map(step);
    let none = Err(Refusal::NoReport(ticket.number, TeamKey::new("technical")));
    steps.find(Result::is_ok).unwrap_or(none)
}

/// What must be true of every ticket at every moment.
fn check(ticket: &Ticket) {
    let milestones = &ticket.milestones;
    let status = ticket.status;
    assert_eq!(milestones.closed.is_some(), status.is_end(), "closed exactly when over");
    assert_eq!(milestones.restored.is_some(), milestones.resolved.is_some());
    if matches!(status, Status::Resolved | Status::Closed) {
        assert!(milestones.restored.is_some(), "who is resolved knows when service was back");
    }
    if status < Status::Resolved {
        assert_eq!(milestones.restored, None, "withdrawn");
    }
    if matches!(status, Status::Open | Status::Investigating) {
        assert_eq!(milestones.identified, None, "withdrawn");
    }
    if status == Status::Identified {
        assert!(milestones.identified.is_some());
    }
    assert!(milestones.restored <= milestones.resolved);
    assert!(milestones.acknowledged.is_none_or(|at| at >= milestones.opened));
    if let (Some(started), Some(restored)) = (milestones.started, milestones.restored) {
        assert!(started <= restored, "{started} {restored}");
    }
    for team in &directory().teams {
        let now = ticket.charges.iter().filter(|charge| charge.team == team.key && charge.until.is_none());
        assert!(now.count() <= 1, "at most one person in charge for {}", team.key);
    }
    if status == Status::Closed {
        assert_eq!(ticket.owed(&directory()), [], "closed only with its reports");
    }
    for charge in &ticket.charges {
        assert!(charge.until.is_none_or(|until| until >= charge.from));
    }
}

proptest! {
    // A life has up to 40 steps: 300 lives are thousands of them.
    #![proptest_config(cases(300))]

    #[test]
    fn random_lives_keep_the_invariants(wishes in prop::collection::vec(wish(), 0..40)) {
        let (mut ticket, opened) = ticket();
        let mut events: Vec<Event> = vec![opened];
        for (minute, wish) in (1..).zip(&wishes) {
            let before = ticket.clone();
            match attempt(&ticket, wish, minute) {
                Ok(kinds) => {
                    prop_assert!(!kinds.is_empty());
                    for kind in kinds {
                        events.push(happen(&mut ticket, &bob(), minute, kind));
                    }
                    if let Wish::Severity(number) = wish {
                        prop_assert_eq!(&ticket.facts.severity, &SeverityKey::new(format!("SEV{number}")));
                    }
                }
                Err(_) => prop_assert_eq!(&before, &ticket),
            }
            check(&ticket);
        }
        let (mut folded, _) = super::fixture::ticket();
        events[1..].iter().for_each(|event| folded.apply(event));
        prop_assert_eq!(&folded, &ticket, "the state is the fold of the events");
        // Stored and read again, they fold to the same.
        let (mut stored, _) = super::fixture::ticket();
        for event in &events[1..] {
            let kind = serde_json::from_str(&serde_json::to_string(&event.kind).unwrap()).unwrap();
            stored.apply(&Event { kind, ..event.clone() });
        }
        prop_assert_eq!(stored, ticket);
    }
}
