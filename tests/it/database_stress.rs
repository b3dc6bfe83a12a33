//! The database in trouble: people are answered in time and never told of a success that is none, and the bot recovers
//! by itself.
//!
//! PostgreSQL is reached by a way that the tests cut; SQLite is held by somebody else, has no room, or is damaged. Real
//! time: what is waited for is a condition.

use std::time::Duration;

use tempfile::TempDir;
use trouble_ticket::app::demo::together::Together;
use trouble_ticket::clock::Clock;
use trouble_ticket::config::{Config, DatabaseUrl};
use trouble_ticket::domain::{Ticket, TicketNumber};
use trouble_ticket::sandbox::{Answer, Options, Sandbox, State, World};
use trouble_ticket::store::StoreError;

use crate::support::db::{Kind, TestDb};
use crate::support::program::{PATIENCE, Program};
use crate::support::proxy::{Cut, Proxy, Way};

const NOTHING: &str = "Something went wrong on our side. Nothing was recorded; please try again.";
const NOT_CONFIRMED: &str = "Not confirmed yet: the database did not say whether it was recorded.";
const AWAY: &str =
    "The bot cannot reach its database just now. Nothing was recorded; please try again in a minute.";

/// A bot in this process, with a way to PostgreSQL that can be cut.
struct Stage {
    db: TestDb,
    proxy: Proxy,
    together: Together,
}

impl Stage {
    async fn new(config: &str) -> Self {
        let db = TestDb::new(Kind::Postgres).await;
        let proxy = Proxy::to(db.url()).await;
        let url = DatabaseUrl::new(proxy.url()).unwrap();
        let config = Config::parse(config, "the test's config").unwrap();
        let options = Options { patience: PATIENCE, ..Options::default() };
        let together = Together::with(options, config, url, Clock::system()).await.unwrap();
        Self { db, proxy, together }
    }

    fn sandbox(&self) -> &Sandbox {
        self.together.sandbox()
    }

    async fn settle(&self) {
        self.together.settle().await.unwrap();
    }

    async fn ticket(&self, number: i64) -> Option<Ticket> {
        let store = self.together.running().shared().desk.store();
        store.read().await.unwrap().find_ticket(TicketNumber(number)).await.unwrap()
    }

    /// Whether the bot believes in its lease.
    async fn leads(&self) -> bool {
        let written = self.together.running().shared().desk.store().write().await;
        !matches!(written, Err(StoreError::NotLeading))
    }

    async fn opened(&self) -> u64 {
        assert!(open(self.sandbox(), "Checkout answers 502").await.text().contains("T-1"));
        self.settle().await;
        self.ticket(1).await.unwrap().places.thread.unwrap().0.cast_unsigned()
    }

    async fn stop(self) {
        self.settle().await;
        everybody_was_answered(self.sandbox());
        self.together.stop().await;
    }
}

async fn open(sandbox: &Sandbox, title: &str) -> Answer {
    let form = sandbox.member("ann").in_channel("trouble").slash("/ticket open severity:SEV1").await.unwrap();
    form.fill(&[("title", title)]).await.unwrap()
}

/// What stands in the answer once it is more than an acknowledgement.
async fn outcome(sandbox: &Sandbox, answer: &Answer) -> String {
    let id = answer.id();
    let done = |world: &World| {
        let state = world.interactions.get(&id).map(|interaction| interaction.state);
        (!matches!(state, None | Some(State::Pending | State::Deferred))).then_some(())
    };
    sandbox.wait_for("an outcome", done).await.unwrap();
    answer.text()
}

fn everybody_was_answered(sandbox: &Sandbox) {
    sandbox.look(|world| {
        for interaction in world.interactions.values() {
            let in_time = interaction.answered_after_ms.is_some_and(|ms| ms < 3000);
            assert!(in_time && interaction.state != State::Deferred, "{interaction:?}");
        }
    });
}

#[tokio::test]
async fn a_commit_that_never_arrived_is_looked_up_and_told_at_once() {
    let stage = Stage::new("").await;
    stage.proxy.cut_commit(Cut { arrives: false, then: Way::Open });
    let reply = open(stage.sandbox(), "Checkout answers 502").await;
    assert!(reply.text().contains(NOTHING), "{}", reply.text());
    assert_eq!(stage.ticket(1).await, None);
    // What was typed comes back, and doing it again works, under the same number.
    assert_eq!(reply.message().unwrap().attachments.len(), 1);
    stage.opened().await;
    stage.stop().await;
}

#[tokio::test]
async fn a_commit_whose_answer_was_lost_is_looked_up_and_told_at_once() {
    let stage = Stage::new("").await;
    stage.proxy.cut_commit(Cut { arrives: true, then: Way::Open });
    let reply = open(stage.sandbox(), "Checkout answers 502").await;
    assert!(reply.text().contains("It was recorded: look at `/ticket show ticket:T-1`."), "{}", reply.text());
    stage.settle().await;
    assert!(stage.ticket(1).await.unwrap().places.thread.is_some(), "what follows from it was done");
    stage.stop().await;
}

/// The database is gone after the cut: nobody knows, and the same reply says so until somebody does.
async fn nobody_knows_until_it_is_back(arrives: bool, truth: &str) {
    let stage = Stage::new("").await;
    stage.proxy.cut_commit(Cut { arrives, then: Way::Closed });
    let reply = open(stage.sandbox(), "Checkout answers 502").await;
    assert!(reply.text().contains(NOT_CONFIRMED), "{}", reply.text());
    stage.proxy.set(Way::Open);
    let edited = reply.edited().await.unwrap();
    assert!(edited.content.contains(truth), "{}", edited.content);
    assert_eq!(edited.only_for, Some(stage.sandbox().member("ann").id().unwrap()));
    assert_eq!(stage.ticket(1).await.is_some(), arrives);
    stage.stop().await;
}

#[tokio::test]
async fn what_nobody_confirmed_turns_out_to_be_recorded() {
    nobody_knows_until_it_is_back(true, "It was recorded: look at `/ticket show ticket:T-1`.").await;
}

#[tokio::test]
async fn what_nobody_confirmed_turns_out_not_to_be_recorded() {
    nobody_knows_until_it_is_back(false, NOTHING).await;
}

#[tokio::test]
async fn a_button_whose_commit_was_not_confirmed_is_corrected_too() {
    let stage = Stage::new("").await;
    let thread = stage.opened().await;
    let card = stage.sandbox().message(thread).unwrap();
    stage.proxy.cut_commit(Cut { arrives: true, then: Way::Closed });
    let reply = stage.sandbox().member("tom").press(&card, "Take").await.unwrap();
    assert!(reply.text().contains(NOT_CONFIRMED), "{}", reply.text());
    stage.proxy.set(Way::Open);
    assert!(reply.edited().await.unwrap().content.contains("It was recorded"));
    assert_eq!(stage.ticket(1).await.unwrap().all_in_charge().count(), 1);
    stage.stop().await;
}

#[tokio::test]
async fn while_the_server_is_gone_nothing_is_recorded_nothing_heard_is_lost_and_it_recovers_alone() {
    // Sixty seconds: this process believes in its lease all the while.
    let stage = Stage::new("[standby]\nlease_seconds = 60\n").await;
    let thread = stage.opened().await;
    let (ann, tom) = (stage.sandbox().member("ann"), stage.sandbox().member("tom"));
    stage.proxy.set(Way::Closed);
    for line in ["/ticket note text:found", "/ticket take", "/ticket show", "/ticket list"] {
        let reply = tom.in_channel(thread).slash(line).await.unwrap();
        let said = outcome(stage.sandbox(), &reply).await;
        assert!(said.contains(NOTHING), "{line}: {said}");
    }
    for nth in 0..20 {
        ann.in_channel(thread).say(&format!("said while it was away, {nth}")).unwrap();
    }
    stage.proxy.set(Way::Open);
    stage.settle().await;
    let kept = stage.db.count("SELECT COUNT(*) FROM messages WHERE text LIKE 'said while%'").await;
    assert_eq!(kept, 20);
    let reply = tom.in_channel(thread).slash("/ticket take").await.unwrap();
    assert!(outcome(stage.sandbox(), &reply).await.contains("You are in charge"), "{}", reply.text());
    stage.stop().await;
}

#[tokio::test]
async fn a_process_that_may_not_be_the_leader_any_more_speaks_last_and_goes_on_when_it_is() {
    let stage = Stage::new("[standby]\nlease_seconds = 1\n").await;
    let thread = stage.opened().await;
    let tom = stage.sandbox().member("tom").in_channel(thread);
    stage.proxy.set(Way::Closed);
    let tenure_ends = async {
        while stage.leads().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, tenure_ends).await.unwrap();
    let reply = tom.slash("/ticket take").await.unwrap();
    assert!(outcome(stage.sandbox(), &reply).await.contains(AWAY), "{}", reply.text());
    let after = reply.answered_after_ms().unwrap();
    assert!((2200..3000).contains(&after), "{after}");
    // Nobody took over, so it leads again as soon as it reaches the database, under the same term.
    stage.proxy.set(Way::Open);
    let again = async {
        while !stage.leads().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, again).await.unwrap();
    assert_eq!(stage.db.count("SELECT term FROM leases").await, 1);
    let reply = tom.slash("/ticket take").await.unwrap();
    assert!(outcome(stage.sandbox(), &reply).await.contains("You are in charge"), "{}", reply.text());
    stage.stop().await;
}

#[tokio::test]
async fn when_nothing_moves_nobody_waits_for_ever() {
    let stage = Stage::new("[standby]\nlease_seconds = 60\n").await;
    let thread = stage.opened().await;
    let tom = stage.sandbox().member("tom").in_channel(thread);
    stage.proxy.set(Way::Frozen);
    let reply = tom.slash("/ticket take").await.unwrap();
    let said = outcome(stage.sandbox(), &reply).await;
    assert!(said.contains(NOTHING), "{said}");
    stage.proxy.set(Way::Open);
    stage.settle().await;
    let reply = tom.slash("/ticket take").await.unwrap();
    assert!(outcome(stage.sandbox(), &reply).await.contains("You are in charge"), "{}", reply.text());
    stage.stop().await;
}

/// The real program on SQLite.
struct Alone {
    sandbox: Sandbox,
    db: TestDb,
    folder: TempDir,
}

impl Alone {
    async fn new() -> Self {
        let sandbox = Sandbox::start(Options { patience: PATIENCE, ..Options::default() }).await.unwrap();
        Self { sandbox, db: TestDb::new(Kind::Sqlite).await, folder: tempfile::tempdir().unwrap() }
    }

    async fn start(&self) -> Program {
        let program = Program::start(&self.sandbox, self.db.url(), self.folder.path(), "bot");
        program.says("connected to Discord", 1).await;
        program
    }
}

#[tokio::test]
async fn sqlite_held_by_another_program_for_too_long_and_for_a_while() {
    use sqlx::{Connection, Executor};
    let stage = Alone::new().await;
    let _program = stage.start().await;
    let mut other = sqlx::SqliteConnection::connect(stage.db.url()).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let reply = open(&stage.sandbox, "Checkout answers 502").await;
    let said = outcome(&stage.sandbox, &reply).await;
    assert!(said.contains(NOTHING), "{said}");
    let released = async {
        let thinks =
            |world: &World| world.interactions.values().any(|it| it.state == State::Deferred).then_some(());
        stage.sandbox.wait_for("an acknowledgement", thinks).await.unwrap();
        other.execute("ROLLBACK").await.unwrap();
    };
    let (reply, ()) = tokio::join!(open(&stage.sandbox, "Checkout answers 502"), released);
    let said = outcome(&stage.sandbox, &reply).await;
    assert!(said.contains("T-1"), "{said}");
    everybody_was_answered(&stage.sandbox);
}

#[tokio::test]
async fn sqlite_without_room_and_with_room_again() {
    let stage = Alone::new().await;
    let program = stage.start().await;
    assert!(open(&stage.sandbox, "Checkout answers 502").await.text().contains("T-1"));
    // No file of the program may grow: what a full disk is to SQLite.
    program.limit_files("1");
    let reply = open(&stage.sandbox, "And search too").await;
    let said = outcome(&stage.sandbox, &reply).await;
    assert!(said.contains(NOTHING), "{said}");
    program.limit_files("unlimited");
    let reply = open(&stage.sandbox, "And search too").await;
    let said = outcome(&stage.sandbox, &reply).await;
    assert!(said.contains("T-2"), "{said} {}", program.log());
    everybody_was_answered(&stage.sandbox);
}

/// Starts the program on a database and gives what it says when it ends.
async fn refused(stage: &Alone, url: &str) -> String {
    let mut program = Program::start(&stage.sandbox, url, stage.folder.path(), "refused");
    assert_eq!(program.ended().await.code(), Some(1));
    let log = program.log();
    let said = log.lines().last().unwrap_or_default().to_owned();
    std::fs::remove_file(stage.folder.path().join("refused.log")).unwrap();
    said
}

#[tokio::test]
async fn a_database_that_cannot_be_used_at_the_start_is_told_with_the_next_step() {
    let stage = Alone::new().await;
    let file = stage.folder.path().join("tickets.db");
    let url = format!("sqlite://{}", file.display());
    std::fs::write(&file, "no database, and long enough to be taken for one".repeat(200)).unwrap();
    let said = refused(&stage, &url).await;
    assert!(
        said.contains("file is not a database. Keep the file as it is and put a backup in its"),
        "{said}"
    );
    let said = refused(&stage, "sqlite:///proc/nowhere/tickets.db").await;
    assert!(said.contains("Let the user that runs the bot write the file and its folder"), "{said}");
    let server = TestDb::new(Kind::Postgres).await;
    server.execute("CREATE ROLE crowded LOGIN CONNECTION LIMIT 0").await;
    let crowded = server.url().replace("//postgres@", "//crowded@");
    let said = refused(&stage, &crowded).await;
    server.execute("DROP ROLE crowded").await;
    assert!(said.contains("Let the server take more connections"), "{said}");
    let said = refused(&stage, &format!("{}x", server.url())).await;
    assert!(said.contains("Make the database (`createdb`)"), "{said}");
    let said = refused(&stage, "postgres://postgres:secret@127.0.0.1:1/nothing").await;
    assert!(said.contains("that the database runs and can be reached from here"), "{said}");
    assert!(!said.contains("secret"), "{said}");
}
