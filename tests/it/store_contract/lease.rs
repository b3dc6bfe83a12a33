//! Leases: who may write under which term, and what becomes of a writer whose term is over.

use std::time::Duration;

use trouble_ticket::domain::InteractionId;
use trouble_ticket::store::lease::{Candidate, Lease, Taken, Timing};

use super::*;

/// Long enough that nothing expires by itself in a test.
const LONG: Duration = Duration::from_secs(60);

fn candidate(store: &Store, lasting: Duration) -> Candidate {
    Candidate::on(store, GuildId(1), Timing::lasting(lasting)).expect("PostgreSQL")
}

async fn lead(store: &Store, lasting: Duration) -> Lease {
    match candidate(store, lasting).take().await.unwrap() {
        Taken::Ours(lease) => lease,
        held => panic!("{held:?}"),
    }
}

async fn tickets(store: &Store) -> usize {
    store.guild(GuildId(1)).read().await.unwrap().list_tickets(None, 10).await.unwrap().len()
}

#[tokio::test]
async fn there_is_one_at_a_time_and_each_has_a_term_of_its_own() {
    let (_db, store) = store(Kind::Postgres).await;
    let first = lead(&store, LONG).await;
    let mut other = candidate(&store, LONG);
    let Taken::Held { by } = other.take().await.unwrap() else { panic!("two leaders") };
    assert!(by.starts_with(&format!("process {} on ", std::process::id())), "{by}");
    assert_eq!(first.term(), 1);
    first.give_back().await;
    let Taken::Ours(second) = other.take().await.unwrap() else { panic!("it was given back") };
    assert_eq!(second.term(), 2);
    assert!(candidate(&store, LONG).take().await.is_ok_and(|taken| matches!(taken, Taken::Held { .. })));
    // Another guild is another matter.
    assert!(Candidate::on(&store, GuildId(2), Timing::lasting(LONG)).is_some());
    let mut elsewhere = Candidate::on(&store, GuildId(2), Timing::lasting(LONG)).unwrap();
    assert!(matches!(elsewhere.take().await.unwrap(), Taken::Ours(_)));
    let (_file, sqlite) = self::store(Kind::Sqlite).await;
    assert!(Candidate::on(&sqlite, GuildId(1), Timing::lasting(LONG)).is_none());
}

#[tokio::test]
async fn it_is_renewed_for_as_long_as_it_is_held() {
    let (_db, store) = store(Kind::Postgres).await;
    let lease = lead(&store, Duration::from_secs(2)).await;
    let mut other = candidate(&store, Duration::from_secs(2));
    let began = std::time::Instant::now();
    while began.elapsed() < Duration::from_secs(4) {
        assert!(matches!(other.take().await.unwrap(), Taken::Held { .. }));
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(lease.tenure().is_valid());
}

#[tokio::test]
async fn a_term_that_is_over_commits_nothing_whatever_its_process_believes() {
    let (db, store) = store(Kind::Postgres).await;
    let mut old = lead(&store, Duration::from_secs(20)).await;
    let led = store.guild(GuildId(1)).led_by(&old);
    let mut tx = led.write().await.unwrap();
    ticket(&mut tx, 1).await;
    // It is frozen here. The database's clock goes on, and somebody takes over.
    db.execute("UPDATE leases SET expires_at = clock_timestamp()").await;
    let new = lead(&store, LONG).await;
    assert!(old.tenure().is_valid(), "its own clock says so");
    assert!(matches!(tx.commit().await, Err(StoreError::NotLeading)));
    assert_eq!(tickets(&store).await, 0);
    // Nor does anything that it begins now.
    let tx = led.write().await.unwrap();
    assert!(matches!(tx.commit().await, Err(StoreError::NotLeading)));
    one_ticket(&store.guild(GuildId(1)).led_by(&new)).await;
    assert_eq!(tickets(&store).await, 1);
    // Commands of the program write without a term.
    store.guild(GuildId(1)).write().await.unwrap().commit().await.unwrap();
    // Asked for a renewal, the database says that it is over.
    let db_says = tokio::time::timeout(Duration::from_secs(40), old.lost());
    db_says.await.unwrap();
    assert!(!old.tenure().is_valid());
    assert!(matches!(led.write().await, Err(StoreError::NotLeading)));
}

#[tokio::test]
async fn who_gave_it_back_writes_no_more() {
    let (_db, store) = store(Kind::Postgres).await;
    let lease = lead(&store, LONG).await;
    let led = store.guild(GuildId(1)).led_by(&lease);
    let tx = led.write().await.unwrap();
    lease.give_back().await;
    assert!(matches!(tx.commit().await, Err(StoreError::NotLeading)));
    assert!(matches!(led.write().await, Err(StoreError::NotLeading)));
    assert!(led.read().await.is_ok(), "reading needs no lease");
}

#[tokio::test]
async fn whoever_takes_over_waits_for_a_commit_under_way_and_not_for_ever() {
    use sqlx::{Connection, Executor};
    let (db, store) = store(Kind::Postgres).await;
    drop(lead(&store, LONG).await);
    db.execute("UPDATE leases SET expires_at = clock_timestamp()").await;
    // A writer that is frozen between its last look at the term and its COMMIT, as `GuildTx::commit` leaves it.
    let mut frozen = sqlx::PgConnection::connect(db.url()).await.unwrap();
    frozen.execute("BEGIN; SET LOCAL idle_in_transaction_session_timeout = 3000").await.unwrap();
    frozen.execute("SELECT term FROM leases WHERE guild_id = 1 FOR KEY SHARE").await.unwrap();
    let mut other = candidate(&store, Duration::from_secs(10));
    assert!(other.take().await.is_err(), "its patience is shorter");
    // The server ends the session of the frozen one; what it had not committed is gone.
    let taken = loop {
        match other.take().await {
            Ok(Taken::Ours(lease)) => break lease,
            Ok(Taken::Held { by }) => panic!("held by {by}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    };
    assert!(taken.tenure().is_valid());
    assert!(frozen.execute("COMMIT").await.is_err());
}

async fn what_became_of_an_interaction_is_said_when_it_is_certain(kind: Kind) {
    let (_db, store) = store(kind).await;
    let guild = store.guild(GuildId(1));
    let ticket = one_ticket(&guild).await;
    let (committed, broken) = (InteractionId(1_000), InteractionId(2_000));
    let event = |seq: i64, cause| Event {
        seq,
        at: now(),
        by: person(1),
        cause: Some(cause),
        kind: EventKind::Noted { kind: NoteKind::Finding, text: "found".into(), happened: now() },
    };
    assert_eq!(guild.recorded(committed).await.unwrap(), None);
    for (seq, cause) in [(50, committed), (51, broken)] {
        let mut tx = guild.write().await.unwrap();
        tx.append_event(ticket.number, &event(seq, cause), 0).await.unwrap();
        // Asked while the server is still at it: the answer waits for the end.
        let asked = tokio::spawn({
            let guild = guild.clone();
            async move { guild.recorded(cause).await }
        });
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!asked.is_finished(), "it guessed");
        let expected = if cause == committed {
            tx.commit().await.unwrap();
            Some(ticket.number)
        } else {
            drop(tx);
            None
        };
        assert_eq!(asked.await.unwrap().unwrap(), expected);
    }
    assert_eq!(guild.recorded(committed).await.unwrap(), Some(ticket.number));
    // Asking leaves nothing behind.
    assert_eq!(guild.read().await.unwrap().events(ticket.number).await.unwrap().len(), 1);
}

crate::on_both!(what_became_of_an_interaction_is_said_when_it_is_certain);
