//! The program killed in the middle and started again: what it owed is done, and Discord shows everything once.
//!
//! The real program in a process of its own, beside a sandbox in ours. It is killed (SIGKILL) while it waits for the
//! answer to a request that Discord has carried out already: the worst moment, since it does not know.

use std::collections::BTreeMap;
use std::time::Duration;

use trouble_ticket::config::DatabaseUrl;
use trouble_ticket::domain::TicketNumber;
use trouble_ticket::sandbox::{Fault, Message, Options, Sandbox, World};
use trouble_ticket::store::Store;

use crate::support::db::Kind;
use crate::support::program::{Ground, Program};

/// Longer than any test: the answer never comes.
const NEVER: Duration = Duration::from_secs(600);

/// All that a log can be asked for, by the names of those that would show tokens too.
const EVERYTHING: &str = "trace,serenity::http::client=trace,serenity::http::request=trace,serenity[fire]=trace,\
    tungstenite::protocol=trace,[request]=trace";

struct Stage {
    sandbox: Sandbox,
    ground: Ground,
}

impl Stage {
    async fn new(kind: Kind) -> Self {
        let sandbox = Sandbox::start(Options { patience: Duration::from_secs(20), ..Options::default() })
            .await
            .unwrap();
        Self { sandbox, ground: Ground::new(kind).await }
    }

    /// Starts the program and waits until it is connected.
    async fn start(&self) -> Program {
        // The sandbox sees a moment later that a killed process is gone.
        self.connections(0).await;
        // The most that can be said: it must not say a secret.
        let program = self.ground.start(&self.sandbox, EVERYTHING);
        self.connections(1).await;
        program
    }

    async fn connections(&self, wanted: usize) {
        let there = async {
            while self.sandbox.gateway_connections() != wanted {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        if tokio::time::timeout(Duration::from_secs(20), there).await.is_err() {
            panic!("not {wanted} connections; the program says: {}", self.ground.log());
        }
    }

    async fn open_ticket(&self) {
        let ann = self.sandbox.member("ann").in_channel("trouble");
        let form = ann.slash("/ticket open severity:SEV1").await.unwrap();
        let reply =
            form.fill(&[("title", "Checkout answers 502"), ("details", "since lunch")]).await.unwrap();
        assert!(reply.text().contains("T-1"), "{}", reply.text());
    }

    /// Waits until the database says that nothing is owed.
    async fn all_paid(&self) {
        let url = DatabaseUrl::new(self.ground.db.url()).unwrap();
        let store = Store::open(url.expose()).await.unwrap();
        let guild = store.guilds().await.unwrap()[0];
        let paid = async {
            loop {
                let owed = store.guild(guild).read().await.unwrap().pending_deliveries().await.unwrap();
                if owed.rows == 0 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), paid).await.expect("everything owed is done");
        let ticket = store.guild(guild).read().await.unwrap().find_ticket(TicketNumber(1)).await.unwrap();
        assert!(ticket.unwrap().places.thread.is_some());
        store.close().await;
    }

    /// Every message of the bot bears a mark that no other message bears, and there is one thread.
    fn everything_is_shown_once(&self) {
        let bot = self.sandbox.bot_id();
        let texts = self.sandbox.look(|world: &World| {
            let all = world.channels.values().flat_map(|channel| channel.messages.values());
            let own = all.filter(|message| message.author == bot && !is_system(message));
            own.map(|message| world.body_text(message, chrono_tz::UTC)).collect::<Vec<_>>()
        });
        let mut marks: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for text in texts {
            let mark = text
                .lines()
                .find(|line| line.contains("T-1 · ") && line.len() < 20)
                .unwrap_or_else(|| panic!("no mark: {text}"));
            marks.entry(mark.to_owned()).or_default().push(text);
        }
        let twice: Vec<_> = marks.values().filter(|texts| texts.len() > 1).collect();
        assert!(twice.is_empty(), "shown twice: {twice:#?}");
        assert_eq!(self.sandbox.threads().len(), 1);
        assert_eq!(self.sandbox.messages("trouble").iter().filter(|message| !is_system(message)).count(), 1);
        assert_eq!(self.sandbox.unknown_routes(), Vec::<String>::new());
    }
}

fn is_system(message: &Message) -> bool {
    !matches!(message.kind, 0 | 19 | 20 | 23)
}

/// Kills the program when Discord has carried out the first request to `path` and not answered it yet.
async fn killed_after(kind: Kind, method: &str, path: &str, done: impl Fn(&World) -> bool) {
    let stage = Stage::new(kind).await;
    let mut first = stage.start().await;
    stage.sandbox.fault(Fault::slow(method, path, 1, NEVER));
    stage.open_ticket().await;
    stage.sandbox.wait_for("the request to be carried out", |world| done(world).then_some(())).await.unwrap();
    first.kill();
    let mut second = stage.start().await;
    stage.all_paid().await;
    stage.everything_is_shown_once();
    let headlines = stage.sandbox.messages("trouble-announcements");
    assert_eq!(headlines.len(), 1, "one headline");
    second.kill();
    stage.sandbox.stop().await;
}

async fn killed_while_the_card_was_being_posted(kind: Kind) {
    let posted =
        |world: &World| world.find_channel("trouble").is_some_and(|channel| !channel.messages.is_empty());
    killed_after(kind, "POST", "/channels/*/messages", posted).await;
}

async fn killed_while_the_thread_was_being_made(kind: Kind) {
    let made = |world: &World| world.channels.values().any(|channel| channel.is_thread());
    killed_after(kind, "POST", "/channels/*/messages/*/threads", made).await;
}

async fn killed_while_the_thread_was_being_greeted(kind: Kind) {
    let stage = Stage::new(kind).await;
    let mut first = stage.start().await;
    // The card is the first message, the thread's greeting and the headline come next.
    stage.sandbox.fault(Fault { after: 1, ..Fault::slow("POST", "/channels/*/messages", 2, NEVER) });
    stage.open_ticket().await;
    let bot = stage.sandbox.bot_id();
    let said = |world: &World| {
        let threads = world.channels.values().filter(|channel| channel.is_thread());
        let own =
            threads.flat_map(|thread| thread.messages.values()).any(|m| m.author == bot && !is_system(m));
        let headline =
            world.find_channel("trouble-announcements").is_some_and(|channel| !channel.messages.is_empty());
        (own && headline).then_some(())
    };
    stage.sandbox.wait_for("greeting and headline", said).await.unwrap();
    first.kill();
    let mut second = stage.start().await;
    stage.all_paid().await;
    stage.everything_is_shown_once();
    second.kill();
    stage.sandbox.stop().await;
}

async fn told_to_stop_it_finishes_and_says_so_by_its_exit(kind: Kind) {
    let stage = Stage::new(kind).await;
    let program = stage.start().await;
    stage.open_ticket().await;
    let status = tokio::time::timeout(Duration::from_secs(12), program.terminate()).await.expect("an end");
    assert!(status.success(), "{status}");
    let mut next = stage.start().await;
    stage.all_paid().await;
    stage.everything_is_shown_once();
    next.kill();
    let log = stage.ground.log();
    assert!(!log.contains("ERROR"), "{log}");
    let tokens = stage
        .sandbox
        .look(|world| world.interactions.values().map(|it| it.token.clone()).collect::<Vec<_>>());
    for secret in tokens.iter().map(String::as_str).chain([stage.sandbox.token()]) {
        let shown = log.lines().find(|line| line.contains(secret));
        assert_eq!(shown, None, "a secret in the log");
    }
    stage.sandbox.stop().await;
}

crate::on_both!(
    killed_while_the_card_was_being_posted,
    killed_while_the_thread_was_being_made,
    killed_while_the_thread_was_being_greeted,
    told_to_stop_it_finishes_and_says_so_by_its_exit,
);
