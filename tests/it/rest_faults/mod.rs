//! The fault table: each route of Discord's that the bot uses, and each way in which it can fail.
//!
//! For each route there is something that people do and that needs it. It is done once with nothing wrong, and then
//! once for each fault, which happens the first time the route is asked for. In the end there must be exactly as much
//! to see and in the archive as without the fault: nothing lost, nothing twice. What the bot did stands in the tables:
//!
//! - `again`: it tried again until it was done; a repeat of what Discord had done after all was recognised
//! - `once`: it did not try again, and nothing was missing
//! - `parked`: it could not be done until somebody changed something; the operators were told, and then it was done
//! - `anew`: Discord said that what it builds on is gone, and that was made anew
//! - `mention`: the person was told by a mention in the thread, since their reply could not be changed
//! - `let go`: Discord said that what it is about is gone, so nothing is owed any more
//! - `-`: cannot be followed to its end, see `stories`
//!
//! How a bot starts while Discord fails is in `starting`.

mod starting;
mod stories;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use serde_json::Value;
use serenity::futures::future::join_all;
use trouble_ticket::discord::rest::Timing;
use trouble_ticket::sandbox::{ChannelPlan, Company, Cut, Fault, State, flag, kind as channel_kind};
use trouble_ticket::store::{FileState, Which};

use self::stories::Story;
use crate::support::db::Kind;
use crate::support::log;
use crate::support::world::{Setting, World};

/// The ways to fail, as the columns name them.
pub const COLUMNS: [&str; 9] =
    ["429 0.1s", "429", "500", "502 page", "no answer", "cut before", "cut after", "403", "404"];

/// The fault of a column on a route; `gone` is Discord's code for what is not there.
pub fn fault(column: &str, method: &str, path: &str, gone: u32) -> Fault {
    match column {
        "429 0.1s" => Fault::rate_limited(method, path, 1, 0.1),
        "429" => Fault::status(method, path, 1, 429),
        "500" => Fault::status(method, path, 1, 500),
        "502 page" => Fault::page(method, path, 1, 502),
        "no answer" => Fault::hangs(method, path, 1, Cut::After),
        "cut before" => Fault::cut(method, path, 1, Cut::Before),
        "cut after" => Fault::cut(method, path, 1, Cut::After),
        "403" => Fault { code: 50_013, ..Fault::status(method, path, 1, 403) },
        _ => Fault { code: gone, ..Fault::status(method, path, 1, 404) },
    }
}

/// A company with a channel that is published, and a bot that does not wait long for Discord.
pub fn setting() -> Setting {
    let mut company = Company::demo();
    company.channels.push(ChannelPlan {
        name: "public".to_owned(),
        kind: channel_kind::ANNOUNCEMENT,
        topic: String::new(),
        only_for: Vec::new(),
        hidden_from: Vec::new(),
    });
    let timing = Timing { whole: Duration::from_millis(1_200), divisor: 20, ..Timing::default() };
    Setting { config: ROUTES, company, timing, ..Setting::default() }
}

const ROUTES: &str = r#"
[[channels.announcements]]
channel = "trouble-announcements"
severities = ["SEV2", "SEV3", "SEV4"]
events = ["opened", "status"]

[[channels.announcements]]
channel = "public"
severities = ["SEV1"]
events = ["status", "resolved"]
publish = true
"#;

/// What there is to see, and what is in the archive.
#[derive(Clone, Debug, Default, PartialEq)]
struct Seen(BTreeMap<&'static str, i64>);

impl Seen {
    async fn look(world: &World) -> Self {
        let mut seen = BTreeMap::new();
        let mut count = |what: &'static str, many: usize| {
            *seen.entry(what).or_default() += i64::try_from(many).unwrap();
        };
        world.sandbox().look(|all| {
            for channel in all.channels.values() {
                let published =
                    |message: &&trouble_ticket::sandbox::Message| message.flags & flag::CROSSPOSTED != 0;
                count("published", channel.messages.values().filter(published).count());
                if channel.is_thread() {
                    count("threads", 1);
                    count("in threads", channel.messages.len());
                    count("archived threads", usize::from(channel.is_archived()));
                } else if channel.name != "trouble-operators" {
                    count("in channels", channel.messages.len());
                }
            }
            let done = |state: &State| !matches!(state, State::Pending | State::Deferred);
            count("interactions", all.interactions.values().filter(|one| done(&one.state)).count());
        });
        let mut tx = world.reading().await;
        for ticket in world.tickets().await {
            let kept = tx.messages(ticket.number).await.unwrap();
            count("events", usize::try_from(ticket.last_seq).unwrap());
            count("in the archive", kept.len());
            count("reactions", kept.iter().map(|message| message.reactions.len()).sum());
            let files = tx.file_states(ticket.number).await.unwrap();
            count("files", files.iter().filter(|(_, _, state)| *state == FileState::Kept).count());
        }
        Self(seen)
    }

    /// What came since then.
    fn since(&self, before: &Self) -> Self {
        let earlier = |what: &str| before.0.get(what).copied().unwrap_or_default();
        Self(self.0.iter().map(|(what, many)| (*what, many - earlier(what))).collect())
    }
}

/// How often a route was asked for, whatever came of it.
fn asked(world: &World, method: &str, route: &str) -> u64 {
    let stats = world.sandbox().stats();
    let requests = stats["requests"].as_array().cloned().unwrap_or_default();
    let fits = |one: &&Value| one["method"] == method && (one["route"] == route || one["route"] == "(fault)");
    requests.iter().filter(fits).filter_map(|one| one["count"].as_u64()).sum()
}

/// Plays a story with a fault, or without one; says what came of it, and how often the route was asked for.
async fn cell(world: &mut World, story: &Story, column: Option<&str>) -> (Seen, u64, bool) {
    let scene = story.prepare(world).await;
    let (before, asked_before) = (Seen::look(world).await, asked(world, story.method, story.route));
    if let Some(column) = column {
        let path = scene.path.as_deref().unwrap_or(story.route);
        world.sandbox().fault(fault(column, story.method, path, story.gone));
    }
    story.play(world, &scene).await;
    world.settle().await;
    assert_eq!(world.sandbox().faults_left(), 0, "{}: {column:?} did not happen", story.name);
    let parked = world.reading().await.parked_deliveries().await.unwrap().len();
    if parked > 0 {
        // What the fault stood for was mended, and the operators say so.
        let mut tx = world.store().write().await.unwrap();
        tx.retry_parked(Which::All, world.now()).await.unwrap();
        tx.commit().await.unwrap();
        // The bot looks by itself, after a while.
        world.minutes_later(1);
        world.settle().await;
    }
    let seen = Seen::look(world).await.since(&before);
    (seen, asked(world, story.method, story.route) - asked_before, parked > 0)
}

/// The line of a story: what became of each fault. Fails where something is lost or there twice.
async fn line(world: &mut World, story: &Story) -> String {
    let (healthy, asked, _) = cell(world, story, None).await;
    let mut line = format!("{:<38}", story.name);
    for column in COLUMNS {
        if !story.meets(column) {
            let _ = write!(line, "{:<12}", "-");
            continue;
        }
        let (seen, asked_again, parked) = cell(world, story, Some(column)).await;
        let other = story.differs.iter().find(|(of, _)| *of == column).map(|(_, word)| *word);
        let word = if parked {
            "parked"
        } else if let Some(word) = other.filter(|_| seen != healthy) {
            word
        } else if asked_again > asked {
            "again"
        } else {
            "once"
        };
        assert!(
            seen == healthy || other.is_some(),
            "{} met {column}: {seen:#?} instead of {healthy:#?}",
            story.name
        );
        let _ = write!(line, "{word:<12}");
    }
    line.trim_end().to_owned()
}

/// The table of some stories, each in a world of its own.
async fn table(kind: Kind, stories: &[Story]) -> String {
    let mut table = format!("{:<38}", "");
    for column in COLUMNS {
        let _ = write!(table, "{column:<12}");
    }
    let log = log::watch();
    // Most of the time is spent waiting, so they wait together.
    let lines = join_all(stories.iter().map(async |story| {
        let mut world = World::new(kind, setting()).await;
        let line = line(&mut world, story).await;
        world.nothing_stands_twice();
        assert_eq!(world.sandbox().unknown_routes(), Vec::<String>::new());
        world.stop().await;
        line
    }));
    let lines = lines.await;
    log.none();
    format!("{}\n{}", table.trim_end(), lines.join("\n"))
}

async fn what_is_posted(kind: Kind) {
    insta::assert_snapshot!(table(kind, &stories::posting()).await, @"
                                          429 0.1s    429         500         502 page    no answer   cut before  cut after   403         404
    card: POST messages                   again       again       again       again       again       again       again       parked      parked
    thread: POST messages/…/threads       again       again       again       again       again       again       again       parked      anew
    note: POST messages                   again       again       again       again       again       again       again       parked      anew
    announcement: POST messages           again       again       again       again       again       again       again       parked      parked
    ");
}

async fn what_is_changed(kind: Kind) {
    insta::assert_snapshot!(table(kind, &stories::changing()).await, @"
                                          429 0.1s    429         500         502 page    no answer   cut before  cut after   403         404
    card: PATCH messages/…                again       again       again       again       again       again       again       parked      anew
    archiving: PATCH channels/…           again       again       again       again       again       again       again       parked      let go
    bringing in: PUT thread-members/…     again       again       again       again       again       again       again       parked      anew
    publishing: POST messages/…/crosspost again       again       again       again       again       again       again       parked      let go
    link: PATCH webhooks/…/messages/…     again       again       again       again       again       again       again       mention     mention
    ");
}

async fn what_is_answered_and_read(kind: Kind) {
    insta::assert_snapshot!(table(kind, &stories::reading()).await, @"
                                          429 0.1s    429         500         502 page    no answer   cut before  cut after   403         404
    answer: POST interactions/…/callback  again       again       again       again       again       again       again       -           -
    history: GET messages                 again       again       again       again       again       again       again       once        once
    reactions: GET reactions/…            again       again       again       again       again       again       again       -           -
    new link of a file: GET messages/…    once        once        once        once        once        once        once        -           -
    file: GET attachments/…               again       again       again       again       -           again       once        -           -
    ");
}

crate::on_both!(what_is_posted, what_is_changed, what_is_answered_and_read);
