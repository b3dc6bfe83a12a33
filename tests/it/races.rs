//! Many people at once: one wins, the others are told who was faster, and nobody gets an error.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::JoinSet;
use trouble_ticket::desk::{Act, Desk, DeskError, Glance, OpenForm, Rewrite};
use trouble_ticket::domain::access::Member;
use trouble_ticket::domain::directory::{Severity, Team};
use trouble_ticket::domain::{
    ChannelId, Directory, GuildId, InteractionId, Person, Refusal, ReportState, RoleId, SeverityKey, Status,
    TeamKey, TicketNumber, UserId,
};
use trouble_ticket::store::Store;

use crate::support::db::{Kind, TestDb};

const PEOPLE: i64 = 40;

fn company() -> Directory {
    Directory {
        guild: GuildId(1),
        bot: UserId(2),
        zone: chrono_tz::UTC,
        tickets: ChannelId(10),
        operators: ChannelId(11),
        routes: Vec::new(),
        teams: vec![Team {
            key: TeamKey::new("technical"),
            name: "Technical team".into(),
            role: Some(RoleId(20)),
            lead: None,
            owes_report: true,
        }],
        severities: vec![Severity {
            key: SeverityKey::new("SEV1"),
            name: "Critical".into(),
            mark: "!".into(),
            colour: 0,
            description: String::new(),
            is_default: true,
        }],
        services: Vec::new(),
        openers: None,
        viewers: Vec::new(),
        managers: Vec::new(),
        admins: Vec::new(),
    }
}

fn act(who: i64, nth: i64) -> Act {
    let person = Person { id: UserId(100 + who), name: format!("person {who}") };
    let at: DateTime<Utc> = DateTime::from_timestamp(1_780_000_000, 0).unwrap() + TimeDelta::seconds(nth);
    Act {
        by: Member { person, roles: vec![RoleId(20)], sees_tickets: true },
        at,
        cause: Some(InteractionId(1_000_000 + nth * 1000 + who)),
    }
}

async fn desk(kind: Kind) -> (TestDb, Desk) {
    let db = TestDb::new(kind).await;
    let store = Store::open(db.url()).await.unwrap();
    (db, Desk::new(store.guild(GuildId(1)), Arc::new(company())))
}

/// Lets everybody do the same thing at once, and sorts the answers.
async fn all_at_once<F>(desk: &Desk, verb: impl Fn(Desk, i64) -> F) -> (Vec<i64>, Vec<Refusal>)
where
    F: Future<Output = Result<i64, DeskError>> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    for who in 0..PEOPLE {
        tasks.spawn(verb(desk.clone(), who));
    }
    let (mut won, mut refused) = (Vec::new(), Vec::new());
    for answer in tasks.join_all().await {
        match answer {
            Ok(who) => won.push(who),
            Err(DeskError::Refused(refusal)) => refused.push(refusal),
            Err(DeskError::Failed(error)) => panic!("somebody got an error: {error:?}"),
        }
    }
    (won, refused)
}

fn form(title: &str) -> OpenForm {
    OpenForm { title: title.into(), ..OpenForm::default() }
}

async fn forty_people_open_and_get_forty_numbers(kind: Kind) {
    let (_db, desk) = desk(kind).await;
    let (mut numbers, refused) = all_at_once(&desk, |desk, who| async move {
        Ok(desk.open(&act(who, 0), form(&format!("failure {who}"))).await?.ticket.number.0)
    })
    .await;
    numbers.sort_unstable();
    assert_eq!((numbers, refused), ((1..=PEOPLE).collect(), vec![]));
}

async fn forty_people_take_and_one_wins(kind: Kind) {
    let (_db, desk) = desk(kind).await;
    let number = desk.open(&act(0, 0), form("checkout is down")).await.unwrap().ticket.number;
    let (won, refused) = all_at_once(&desk, move |desk, who| async move {
        desk.take(&act(who, 1), number, None).await.map(|_| who)
    })
    .await;
    let [winner] = won[..] else { panic!("one wins, not {won:?}") };
    let by = Person { id: UserId(100 + winner), name: format!("person {winner}") };
    let faster = Refusal::AlreadyTaken { team: TeamKey::new("technical"), by };
    assert_eq!(refused, vec![faster; 39]);
    let ticket = desk.show(&act(0, 2).by, number).await.unwrap();
    assert_eq!((ticket.status, ticket.charges.len(), ticket.last_seq), (Status::Investigating, 1, 3));
}

async fn forty_people_close_and_one_wins(kind: Kind) {
    let (_db, desk) = desk(kind).await;
    let number = desk.open(&act(0, 0), form("checkout is down")).await.unwrap().ticket.number;
    desk.set_status(&act(0, 1), number, Status::Resolved, "", None).await.unwrap();
    desk.draft_reports(&act(0, 2), number, None, None).await.unwrap();
    desk.submit_report(&act(0, 3), number, Glance::default(), None).await.unwrap();
    desk.approve_report(&act(1, 4), number, Glance::default()).await.unwrap();
    let (won, refused) = all_at_once(&desk, move |desk, who| async move {
        desk.close(&act(who, 5), number, "").await.map(|_| who)
    })
    .await;
    assert_eq!((won.len(), refused), (1, vec![Refusal::Ended(number, Status::Closed); 39]));
}

async fn forty_people_write_the_same_section_and_one_wins(kind: Kind) {
    let (_db, desk) = desk(kind).await;
    let number = desk.open(&act(0, 0), form("checkout is down")).await.unwrap().ticket.number;
    desk.draft_reports(&act(0, 1), number, None, None).await.unwrap();
    let looked_at = Glance { seen: Some(1), ..Glance::default() };
    let (won, refused) = all_at_once(&desk, move |desk, who| async move {
        let text = format!("cause number {who}");
        let rewrite = Rewrite { section: "cause", text: &text };
        desk.write_section(&act(who, 2), number, looked_at, rewrite).await.map(|_| who)
    })
    .await;
    let [winner] = won[..] else { panic!("one wins, not {won:?}") };
    let by = Person { id: UserId(100 + winner), name: format!("person {winner}") };
    assert_eq!(refused, vec![Refusal::SectionMoved { section: "Cause".into(), by }; 39]);
    let found = desk.reports(&act(0, 3).by, number, None).await.unwrap();
    assert_eq!(found.reports[0].section("cause").unwrap().markdown, format!("cause number {winner}"));

    // And of forty who submit it one does; the others are told where it stands.
    let (won, refused) = all_at_once(&desk, move |desk, who| async move {
        desk.submit_report(&act(who, 4), number, Glance::default(), None).await.map(|_| who)
    })
    .await;
    let (team, state) = (TeamKey::new("technical"), ReportState::Submitted);
    let stands = Refusal::ReportStands { team, version: 2, state };
    assert_eq!((won.len(), refused), (1, vec![stands; 39]));
}

async fn one_interaction_is_recorded_once(kind: Kind) {
    let (_db, desk) = desk(kind).await;
    let first = desk.open(&act(0, 0), form("checkout is down")).await.unwrap().ticket;
    let again = desk.open(&act(0, 0), form("checkout is down")).await.unwrap().ticket;
    assert_eq!((first.number, again.number), (TicketNumber(1), TicketNumber(1)));
    assert_eq!(desk.take(&act(0, 1), first.number, None).await.unwrap().events.len(), 2);
    assert_eq!(desk.take(&act(0, 1), first.number, None).await.unwrap().events, vec![]);
    for _ in 0..2 {
        assert_eq!(
            desk.draft_reports(&act(0, 2), first.number, None, None).await.unwrap().reports[0].version,
            1
        );
        let done = desk.submit_report(&act(0, 3), first.number, Glance::default(), None).await.unwrap();
        assert_eq!((done.report.version, done.report.state), (1, ReportState::Submitted));
    }
}

crate::on_both!(
    forty_people_open_and_get_forty_numbers,
    forty_people_take_and_one_wins,
    forty_people_close_and_one_wins,
    forty_people_write_the_same_section_and_one_wins,
    one_interaction_is_recorded_once,
);
