//! The world of an end-to-end test: the sandbox with its company, the real bot in it, a database of its own, and a
//! clock that stands still until it is moved.
//!
//! [`play`] runs a test's story and then demands that the world is quiet: nothing owed and nothing parked, everything
//! answered in time, privately and once, no message shown twice, nobody called who is not a role or a person, all
//! that was said in the archive, no request that the sandbox did not know, no ERROR in the log.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use trouble_ticket::app::demo::together::Together;
use trouble_ticket::clock::Clock;
use trouble_ticket::config::{Config, DatabaseUrl};
use trouble_ticket::discord::rest::Timing;
use trouble_ticket::domain::{Status, Ticket, TicketNumber};
use trouble_ticket::sandbox::{Channel, Company, Id, Message, Options, Sandbox, Time};
use trouble_ticket::store::{GuildStore, GuildTx};

use super::db::{Kind, TestDb};
use super::log;
use super::people::{Reply, Who, show, text};

/// The zone of the company, in which the tests read and write times.
pub const ZONE: chrono_tz::Tz = chrono_tz::Europe::Berlin;

/// What the company of the tests runs, beside the defaults.
pub const SERVICES: &str = r#"
[guild]
time_zone = "Europe/Berlin"

[[services]]
key = "checkout"
name = "Checkout"

[[services]]
key = "website"
name = "Website"
teams = ["web"]
"#;

/// When every story begins: a Monday morning in autumn, in Berlin half past nine.
pub fn morning() -> DateTime<Utc> {
    "2026-11-23T08:30:00Z".parse().expect("a time")
}

/// What a story begins with.
pub struct Setting {
    /// What stands in the config beside [`SERVICES`].
    pub config: &'static str,
    /// The people, roles and channels.
    pub company: Company,
    /// How many bytes of files may come with an answer.
    pub attachment_size_limit: u32,
    /// The time between two heartbeats of the gateway.
    pub heartbeat: Duration,
    /// How long Discord remembers nonces.
    pub nonce_life: Duration,
    /// The story is about trouble: commands may find nobody who hears them, or nobody in time. Discord tells their
    /// sender.
    pub unheard: bool,
    /// What the errors in the log, and the events that cannot be read, may be about.
    pub expected: &'static [&'static str],
    /// How long Discord may take.
    pub timing: Timing,
}

impl Default for Setting {
    fn default() -> Self {
        let Options { attachment_size_limit, heartbeat, nonce_life, company, .. } = Options::default();
        Self {
            config: "",
            company,
            attachment_size_limit,
            heartbeat,
            nonce_life,
            timing: Timing::default(),
            unheard: false,
            expected: &[],
        }
    }
}

pub struct World {
    /// `None` only while the bot is being started again.
    together: Option<Together>,
    sandbox: Sandbox,
    config: Config,
    pub db: TestDb,
    clock: Clock,
    /// Commands may remain unheard.
    pub(super) unheard: bool,
    timing: Timing,
}

/// A ticket, as the tests name it.
#[derive(Clone, Debug)]
pub struct Case {
    pub number: TicketNumber,
    pub card: Id,
    /// The thread has the card's id.
    pub thread: Id,
}

impl World {
    pub async fn new(kind: Kind, setting: Setting) -> Self {
        let db = TestDb::new(kind).await;
        let config = Config::parse(&format!("{SERVICES}\n{}", setting.config), "the test's config").unwrap();
        let clock = Clock::stepped(morning());
        let Setting { company, attachment_size_limit, heartbeat, nonce_life, timing, unheard, .. } = setting;
        let given = clock.clone();
        let time = Time::Given(std::sync::Arc::new(move || given.now()));
        let options =
            Options { company, attachment_size_limit, heartbeat, nonce_life, time, ..Options::default() };
        let sandbox = Sandbox::start(options).await.expect("a sandbox");
        let mut world = Self { together: None, sandbox, config, db, clock, unheard, timing };
        world.start().await;
        world
    }

    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    pub fn together(&self) -> &Together {
        self.together.as_ref().expect("the bot is there")
    }

    /// Stops the bot as an operator does; the world goes on without it.
    pub async fn stop(&mut self) {
        self.together.take().expect("the bot is there").stop_bot().await;
    }

    /// Waits until the bot's connection ends for good; gives what the program would say about it.
    pub async fn ended(&mut self) -> String {
        let why = self.together.as_mut().expect("the bot is there").running_mut().ended().await;
        trouble_ticket::app::failure::explain(&why).0
    }

    /// Starts the bot, or starts it again on the same database.
    pub async fn start(&mut self) {
        self.try_start().await.expect("a start");
    }

    /// The same, where it may fail.
    pub async fn try_start(&mut self) -> anyhow::Result<()> {
        let (sandbox, config, clock) = (self.sandbox.clone(), self.config.clone(), self.clock.clone());
        self.together = Some(Together::timed(sandbox, config, url(&self.db), clock, self.timing).await?);
        Ok(())
    }

    /// Ends the bot as if its machine had failed, and starts it again on the same database.
    pub async fn restart(&mut self) {
        let together = self.together.take().expect("the bot is there");
        let again = together.restart(self.config.clone(), url(&self.db)).await;
        self.together = Some(again.expect("a start"));
    }

    pub async fn settle(&self) {
        self.together().settle().await.expect("a quiet world");
    }

    /// The clock shows this time of the day in Berlin.
    pub fn at(&self, time: &str) {
        let day = morning().with_timezone(&ZONE).date_naive();
        let time = day.and_time(chrono::NaiveTime::parse_from_str(time, "%H:%M").expect("a time of day"));
        self.clock.advance_to(time.and_local_timezone(ZONE).single().expect("one moment").to_utc());
    }

    pub fn minutes_later(&self, minutes: i64) {
        self.clock.advance_to(self.clock.now() + TimeDelta::minutes(minutes));
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Somebody, in #trouble until they are elsewhere.
    pub fn who(&self, name: &str) -> Who {
        Who::new(&self.sandbox, name, "trouble")
    }

    /// Reports failures; has no role.
    pub fn ann(&self) -> Who {
        self.who("ann")
    }

    /// Has no role either.
    pub fn ben(&self) -> Who {
        self.who("ben")
    }

    /// Of the technical team.
    pub fn tom(&self) -> Who {
        self.who("tom")
    }

    /// Of the technical team.
    pub fn tess(&self) -> Who {
        self.who("tess")
    }

    /// Of the web team.
    pub fn will(&self) -> Who {
        self.who("will")
    }

    /// A manager.
    pub fn dora(&self) -> Who {
        self.who("dora")
    }

    /// Owns the server.
    pub fn admin(&self) -> Who {
        self.who("olivia")
    }

    /// The name of somebody, as it is shown.
    pub fn name_of(&self, user: trouble_ticket::domain::UserId) -> String {
        let id = user.0.cast_unsigned();
        self.sandbox
            .look(|world| world.members.get(&id).map_or("?", |member| member.display_name()).to_owned())
    }

    /// A contractor, who sees none of the channels of the tickets.
    pub fn carl(&self) -> Who {
        Who::new(&self.sandbox, "carl", "general")
    }

    /// Ann opens a ticket with this title; its thread is there.
    pub async fn open(&self, title: &str) -> Case {
        self.open_with("", &[("title", title)]).await.0
    }

    /// Ann opens a ticket; the options are those of the command, the fields those of its form.
    pub async fn open_with(&self, options: &str, fields: &[(&str, &str)]) -> (Case, Reply) {
        let form = self.ann().types(&format!("/ticket open {options}")).await;
        assert!(form.is_modal(), "{}", form.text());
        let reply = form.fills(fields).await;
        self.settle().await;
        let newest = self.tickets().await.into_iter().map(|ticket| ticket.number).max();
        (self.case(newest.expect("a ticket").0).await, reply)
    }

    /// Every Final Report that is owed is drafted, submitted and approved, by different people.
    pub async fn approve_reports(&self, case: &Case) {
        let (tom, dora) = (self.tom().at(case), self.dora().at(case));
        let drafted = tom.asks("/report draft").await;
        assert!(drafted.starts_with("Drafted for"), "{drafted}");
        for report in self.ticket(case.number.0).await.reports {
            let team = report.team;
            let submitted = tom.asks(&format!("/report submit team:{team}")).await;
            assert!(submitted.starts_with("Submitted version"), "{submitted}");
            let approved = dora.asks(&format!("/report approve team:{team}")).await;
            assert!(approved.starts_with("Approved version"), "{approved}");
        }
        self.settle().await;
    }

    /// The ticket with this number, which has its thread.
    pub async fn case(&self, number: i64) -> Case {
        let ticket = self.ticket(number).await;
        let (card, thread) = (ticket.places.card.expect("a card"), ticket.places.thread.expect("a thread"));
        assert_eq!(card.0, thread.0, "the thread hangs on the card");
        Case { number: ticket.number, card: card.0.cast_unsigned(), thread: thread.0.cast_unsigned() }
    }

    pub fn store(&self) -> GuildStore {
        self.together().running().shared().desk.store().clone()
    }

    pub async fn reading(&self) -> GuildTx {
        self.store().read().await.unwrap()
    }

    pub async fn ticket(&self, number: i64) -> Ticket {
        self.reading().await.find_ticket(TicketNumber(number)).await.unwrap().expect("a ticket")
    }

    /// Every ticket there is.
    pub async fn tickets(&self) -> Vec<Ticket> {
        let mut tx = self.reading().await;
        let mut all = tx.list_tickets(None, 500).await.unwrap();
        for status in [Status::Closed, Status::Cancelled, Status::Duplicate] {
            all.extend(tx.list_tickets(Some(status), 500).await.unwrap());
        }
        all
    }

    pub fn card(&self, case: &Case) -> Message {
        self.sandbox.message(case.card).expect("a card")
    }

    pub fn thread(&self, case: &Case) -> Channel {
        self.sandbox.channel(case.thread).expect("a thread")
    }

    /// The card as people read it.
    pub fn read_card(&self, case: &Case) -> String {
        text(&self.sandbox, &self.card(case))
    }

    /// All messages of a channel or thread as people read them, with who was called.
    pub fn read(&self, channel: impl Into<trouble_ticket::sandbox::Name>) -> String {
        let shown: Vec<String> =
            self.sandbox.messages(channel).iter().map(|one| show(&self.sandbox, one)).collect();
        shown.join("\n")
    }

    /// The messages of a channel or thread that came after so many.
    pub fn read_after(&self, channel: impl Into<trouble_ticket::sandbox::Name>, seen: usize) -> String {
        let messages = self.sandbox.messages(channel);
        messages.iter().skip(seen).map(|one| show(&self.sandbox, one)).collect::<Vec<_>>().join("\n")
    }

    /// A message as people read it, with who was called.
    pub fn show(&self, message: &Message) -> String {
        show(&self.sandbox, message)
    }

    /// The newest message of a channel or thread.
    pub fn newest(&self, channel: impl Into<trouble_ticket::sandbox::Name>) -> String {
        self.sandbox.last_message(channel).map(|one| show(&self.sandbox, &one)).unwrap_or_default()
    }

    /// Sends a request to Discord as the bot, behind the real bot's back.
    pub async fn as_bot(&self, method: &str, path: &str, body: serde_json::Value) -> serde_json::Value {
        let url = format!("{}/api/v10{path}", self.sandbox.api());
        let request = reqwest::Client::new().request(method.parse().unwrap(), url).json(&body);
        let answer = request.header("authorization", format!("Bot {}", self.sandbox.token())).send().await;
        let answer = answer.unwrap();
        assert!(answer.status().is_success(), "{method} {path}: {}", answer.status());
        serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default()
    }

    /// A message of the bot with one button, as an older version or another program would have left it.
    pub async fn old_button(&self, channel: impl Into<trouble_ticket::sandbox::Name>, id: &str) -> Message {
        let channel = self.sandbox.channel(channel).expect("a channel").id;
        let button = serde_json::json!({ "type": 2, "style": 1, "label": "Old", "custom_id": id });
        let row = serde_json::json!({ "type": 1, "components": [button] });
        let body = serde_json::json!({ "content": "an old message", "components": [row] });
        let posted = self.as_bot("POST", &format!("/channels/{channel}/messages"), body).await;
        self.sandbox.message(posted["id"].as_str().unwrap().parse().unwrap()).expect("the message")
    }
}

fn url(db: &TestDb) -> DatabaseUrl {
    DatabaseUrl::new(db.url()).expect("an address")
}

/// Plays a story in the ordinary company, and demands a quiet world at its end.
pub async fn play(kind: Kind, story: impl AsyncFnOnce(&mut World)) {
    play_in(kind, Setting::default(), story).await;
}

/// The same in a company of one's own.
pub async fn play_in(kind: Kind, setting: Setting, story: impl AsyncFnOnce(&mut World)) {
    let log = log::watch();
    let expected = setting.expected;
    let mut world = World::new(kind, setting).await;
    story(&mut world).await;
    world.settle().await;
    world.is_quiet().await;
    world.together.take().expect("the bot is there").stop().await;
    log.none_but(expected);
}
