//! Two processes, one bot: one acts, the other stands by and takes over; nothing is claimed by both or seen twice.
//!
//! Real programs beside a sandbox in this process. A trigger in the database writes down who claims deliveries under
//! which term. Times to take over are printed; the lease lasts two seconds here instead of ten.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use trouble_ticket::sandbox::{Answer, Fault, Options, Sandbox, State, World};
use trouble_ticket::store::Store;

use crate::support::db::{Kind, TestDb};
use crate::support::program::{PATIENCE, Program};
use crate::support::proxy::{Proxy, Way};

/// What a takeover may take with the times of the real thing, and must take much less here.
const WITHIN: Duration = Duration::from_secs(15);
const LEADS: &str = "this process leads";
const STANDS_BY: &str = "standing by";
const CLAIMS: &str = "CREATE TABLE claims (delivery BIGINT, program TEXT, term BIGINT); \
    CREATE FUNCTION note_claim() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
        INSERT INTO claims SELECT NEW.id, current_setting('application_name'), term FROM leases \
            WHERE guild_id = NEW.guild_id; \
        RETURN NEW; \
    END $$; \
    CREATE TRIGGER claimed AFTER UPDATE ON deliveries FOR EACH ROW \
        WHEN (NEW.state = 'leased') EXECUTE FUNCTION note_claim()";
const TERMS_WITH_TWO_PROGRAMS: &str = "SELECT COUNT(*) FROM \
    (SELECT term FROM claims GROUP BY term HAVING COUNT(DISTINCT program) > 1) AS shared";

struct Stage {
    sandbox: Sandbox,
    db: TestDb,
    folder: TempDir,
}

impl Stage {
    async fn new() -> Self {
        Self::lasting(2).await
    }

    async fn lasting(lease_seconds: u32) -> Self {
        let sandbox = Sandbox::start(Options { patience: PATIENCE, ..Options::default() }).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let config = format!("[standby]\nlease_seconds = {lease_seconds}\n");
        std::fs::write(folder.path().join("bot-config.toml"), config).unwrap();
        Self { sandbox, db: TestDb::new(Kind::Postgres).await, folder }
    }

    fn start_on(&self, url: &str, name: &str) -> Program {
        let joined = if url.contains('?') { '&' } else { '?' };
        let url = format!("{url}{joined}application_name={name}");
        Program::start(&self.sandbox, &url, self.folder.path(), name)
    }

    /// A leader, and a standby that knows of it.
    async fn two(&self) -> (Program, Program) {
        self.two_on(self.db.url()).await
    }

    /// The same; the leader reaches the database by a way of its own.
    async fn two_on(&self, url: &str) -> (Program, Program) {
        let one = self.start_on(url, "one");
        self.connections(1).await;
        self.db.execute(CLAIMS).await;
        let two = self.start_on(self.db.url(), "two");
        two.says(STANDS_BY, 1).await;
        assert_eq!(self.sandbox.gateway_connections(), 1, "the standby listens");
        (one, two)
    }

    async fn connections(&self, wanted: usize) {
        let there = async {
            while self.sandbox.gateway_connections() != wanted {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, there).await.unwrap_or_else(|_| panic!("not {wanted} connections"));
    }

    /// Waits until `program` has taken over, and prints how long that took since `began`.
    async fn takes_over(&self, program: &Program, began: Instant, what: &str) -> Duration {
        program.says(LEADS, 1).await;
        program.says("connected to Discord", 1).await;
        let took = began.elapsed();
        #[expect(clippy::print_stdout, reason = "how long it took is what one wants to know")]
        {
            println!("{what}: taken over after {} ms", took.as_millis());
        }
        assert!(took < WITHIN, "{took:?}");
        took
    }

    /// Somebody opens a ticket.
    async fn open(&self, title: &str) -> Answer {
        let ann = self.sandbox.member("ann").in_channel("trouble");
        let form = ann.slash("/ticket open severity:SEV1").await.unwrap();
        form.fill(&[("title", title)]).await.unwrap()
    }

    async fn opened(&self, title: &str, number: i64) {
        let reply = self.open(title).await;
        assert!(reply.text().contains(&format!("T-{number}")), "{}", reply.text());
    }

    /// Waits until nothing is owed, then looks at everything: each ticket has a thread and a headline, each mark stands
    /// once, and in no term did two programs claim deliveries.
    async fn all_is_well(&self, tickets: usize) {
        let store = Store::open(self.db.url()).await.unwrap();
        let guild = store.guild(store.guilds().await.unwrap()[0]);
        let paid = async {
            while guild.read().await.unwrap().pending_deliveries().await.unwrap().rows > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, paid).await.expect("everything owed is done");
        let parked = guild.read().await.unwrap().parked_deliveries().await.unwrap();
        assert!(parked.is_empty(), "{parked:?}");
        store.close().await;
        let bot = self.sandbox.bot_id();
        let marks = self.sandbox.look(|world: &World| {
            let mut marks: BTreeMap<String, u32> = BTreeMap::new();
            for message in world.channels.values().flat_map(|channel| channel.messages.values()) {
                let text = world.body_text(message, chrono_tz::UTC);
                let is_mark = |line: &&str| {
                    line.split_once(" · ").is_some_and(|(_, number)| number.parse::<u32>().is_ok())
                };
                let mark = text.lines().find(is_mark);
                if let Some(mark) = mark.filter(|_| message.author == bot) {
                    *marks.entry(mark.to_owned()).or_default() += 1;
                }
            }
            marks
        });
        assert!(!marks.is_empty());
        assert_eq!(marks.iter().find(|(_, times)| **times > 1), None, "a mark stands twice");
        assert_eq!(self.sandbox.threads().len(), tickets);
        let headlines = self.sandbox.messages("trouble-announcements");
        assert_eq!(headlines.len(), tickets, "one headline each");
        assert_eq!(self.db.count(TERMS_WITH_TWO_PROGRAMS).await, 0);
        assert_eq!(self.sandbox.unknown_routes(), Vec::<String>::new());
    }

    /// Everybody was answered in three seconds.
    fn everybody_was_answered(&self) {
        self.sandbox.look(|world| {
            for interaction in world.interactions.values() {
                let in_time = interaction.answered_after_ms.is_some_and(|ms| ms < 3000);
                assert!(in_time && interaction.state != State::Deferred, "{interaction:?}");
            }
        });
    }
}

#[tokio::test]
async fn the_leader_is_killed() {
    let stage = Stage::new().await;
    let (mut one, two) = stage.two().await;
    // It is killed while it waits for the answer to a request that Discord has carried out.
    stage.sandbox.fault(Fault::slow("POST", "/channels/*/messages", 1, Duration::from_secs(600)));
    stage.opened("Checkout answers 502", 1).await;
    let posted =
        |world: &World| world.find_channel("trouble").is_some_and(|channel| !channel.messages.is_empty());
    stage.sandbox.wait_for("the card", |world| posted(world).then_some(())).await.unwrap();
    let began = Instant::now();
    one.kill();
    stage.takes_over(&two, began, "killed").await;
    stage.opened("And search too", 2).await;
    stage.all_is_well(2).await;
    stage.everybody_was_answered();
    let mut again = stage.start_on(stage.db.url(), "three");
    again.says(STANDS_BY, 1).await;
    assert!(again.log().contains("leader=\"process "), "{}", again.log());
    again.kill();
}

#[tokio::test]
async fn the_leader_is_frozen_and_thawed_while_people_act() {
    let stage = Stage::new().await;
    let (one, two) = stage.two().await;
    stage.opened("Checkout answers 502", 1).await;
    // Frozen while a request of its own is on the way and more is waiting.
    stage.sandbox.fault(Fault::slow("POST", "/channels/*/messages", 2, Duration::from_millis(700)));
    stage.opened("And search too", 2).await;
    let began = Instant::now();
    one.signal("-STOP");
    stage.takes_over(&two, began, "frozen").await;
    stage.opened("And mail", 3).await;
    one.signal("-CONT");
    stage.opened("And printers", 4).await;
    one.says("this one stops acting and stands by", 1).await;
    one.says(STANDS_BY, 1).await;
    stage.connections(1).await;
    stage.opened("And everything", 5).await;
    stage.all_is_well(5).await;
    stage.everybody_was_answered();
    let (began, mut two) = (Instant::now(), two);
    two.kill();
    // And back again: the first one is a standby like any other.
    one.says(LEADS, 2).await;
    println!("killed in its turn: taken over after {} ms", began.elapsed().as_millis());
    stage.connections(1).await;
    stage.opened("And the rest", 6).await;
    stage.all_is_well(6).await;
}

#[tokio::test]
async fn the_leader_is_told_to_stop() {
    let stage = Stage::lasting(60).await;
    let (mut one, two) = stage.two().await;
    stage.opened("Checkout answers 502", 1).await;
    let began = Instant::now();
    one.signal("-TERM");
    assert!(one.ended().await.success());
    // The standby looks every six seconds here; the lease would last a minute.
    stage.takes_over(&two, began, "told to stop, looked for every 6 s").await;
    stage.opened("And search too", 2).await;
    stage.all_is_well(2).await;
    stage.everybody_was_answered();
}

#[tokio::test]
async fn the_connections_of_all_are_ended() {
    let stage = Stage::new().await;
    let (one, two) = stage.two().await;
    stage.opened("Checkout answers 502", 1).await;
    for number in 2..5 {
        stage
            .db
            .execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            .await;
        stage.opened("And another", number).await;
    }
    stage.all_is_well(4).await;
    stage.everybody_was_answered();
    assert_eq!(two.log().matches(LEADS).count(), 0, "{}", two.log());
    assert_eq!(one.log().matches(LEADS).count(), 1);
}

#[tokio::test]
async fn only_the_leader_loses_the_database() {
    let stage = Stage::new().await;
    let proxy = Proxy::to(stage.db.url()).await;
    let (one, two) = stage.two_on(proxy.url()).await;
    stage.opened("Checkout answers 502", 1).await;
    stage.all_is_well(1).await;
    let began = Instant::now();
    proxy.set(Way::Frozen);
    stage.takes_over(&two, began, "cut off from the database").await;
    // Both are connected now. The one that does not lead speaks last, and its answers are refused.
    stage.connections(2).await;
    stage.opened("And search too", 2).await;
    proxy.set(Way::Closed);
    stage.opened("And mail", 3).await;
    proxy.set(Way::Open);
    one.says(STANDS_BY, 1).await;
    stage.connections(1).await;
    stage.opened("And printers", 4).await;
    stage.all_is_well(4).await;
    stage.everybody_was_answered();
}

#[tokio::test]
async fn on_sqlite_a_second_one_is_refused_and_a_restart_starts_at_once() {
    let sandbox = Sandbox::start(Options { patience: PATIENCE, ..Options::default() }).await.unwrap();
    let (db, folder) = (TestDb::new(Kind::Sqlite).await, tempfile::tempdir().unwrap());
    let mut one = Program::start(&sandbox, db.url(), folder.path(), "one");
    one.says("connected to Discord", 1).await;
    let mut two = Program::start(&sandbox, db.url(), folder.path(), "two");
    assert_eq!(two.ended().await.code(), Some(1));
    let said = two.log();
    assert!(said.contains("another process works with it already (process "), "{said}");
    assert!(said.contains("One bot works with a SQLite file. Stop the other one first"), "{said}");
    let ann = sandbox.member("ann").in_channel("trouble");
    let form = ann.slash("/ticket open severity:SEV1").await.unwrap();
    form.fill(&[("title", "Checkout answers 502")]).await.unwrap();
    let listed = std::process::Command::new(env!("CARGO_BIN_EXE_trouble-ticket"))
        .arg("list")
        .current_dir(folder.path())
        .env_clear()
        .env("DATABASE_URL", db.url())
        .output()
        .unwrap();
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
    one.kill();
    let began = Instant::now();
    let again = Program::start(&sandbox, db.url(), folder.path(), "three");
    again.says("connected to Discord", 1).await;
    println!("SQLite: connected again {} ms after SIGKILL", began.elapsed().as_millis());
}
