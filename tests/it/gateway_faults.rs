//! Trouble on the gateway, as tables: what breaks, how the bot comes back by itself, and what people notice.
//!
//! In each row a ticket is worked on before, during and after the trouble: people talk, edit, delete and react in its
//! thread, and use commands. Afterwards nothing is lost and nothing doubled: the archive equals the thread, each
//! announcement stands once, and each command was answered and acted once, or Discord told its sender that nobody
//! answered. Rows run side by side: a new session begins only five seconds after the last one.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;
use serenity::futures::future::join_all;
use trouble_ticket::domain::{EventKind, TicketNumber};
use trouble_ticket::sandbox::{Message, Trouble};

use crate::support::db::Kind;
use crate::support::people::Who;
use crate::support::world::{Case, Setting, World, play_in};

/// How long the bot may take to come back: serenity waits five seconds between two sessions.
const BACK_WITHIN: Duration = Duration::from_secs(30);

/// How long it may go on trying where it is not told why it may not.
const ENDS_WITHIN: Duration = Duration::from_secs(50);

/// How many rows are played side by side: more would be too slow for the three seconds that Discord gives.
const AT_ONCE: usize = 3;

/// How many messages are said while the trouble comes.
const FLOOD: usize = 24;

/// How the bot is expected to come back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Back {
    /// It never was away.
    Stays,
    /// With the session it had.
    Resumes,
    /// With a new one.
    Begins,
}

struct Row {
    name: &'static str,
    troubles: Vec<Trouble>,
    back: Back,
}

fn row(name: &'static str, troubles: impl Into<Vec<Trouble>>, back: Back) -> Row {
    Row { name, troubles: troubles.into(), back }
}

fn setting() -> Setting {
    Setting {
        // Short, because serenity finds out by it that nobody is there any more.
        heartbeat: Duration::from_secs(3),
        unheard: true,
        // serenity's word for a close with 4003.
        expected: &["Shard handler received err: Gateway(NoAuthentication)"],
        ..Setting::default()
    }
}

/// Plays all rows, a few at a time, and gives a line for each.
async fn table(kind: Kind, setting: impl Fn() -> Setting, rows: Vec<Row>) -> String {
    let mut lines = Vec::new();
    for some in rows.chunks(AT_ONCE) {
        let some = some.iter().map(async |row| {
            let mut line = String::new();
            play_in(kind, setting(), async |world| line = live_through(world, row).await).await;
            line
        });
        lines.extend(join_all(some).await);
    }
    lines.join("\n")
}

async fn live_through(world: &mut World, row: &Row) -> String {
    let (case, _) = world.open_with("severity:SEV1", &[("title", "Checkout is down")]).await;
    let (tom, tess) = (world.tom().at(&case), world.tess().at(&case));
    let early = talk(&tom, &tess, "before").await;
    assert!(tom.asks("/ticket note text:before").await.starts_with("Noted"));
    world.settle().await;

    let counted = world.sandbox().sessions_begun_and_resumed();
    // What is owed now is carried out while the connection is in trouble.
    assert!(tom.asks("/ticket status to:identified").await.contains("Identified"));
    let mut said = Vec::new();
    for turn in 0..FLOOD {
        // Time goes on, so that what is heard after a history was asked for can be told from what is in it.
        world.minutes_later(1);
        said.push(tess.says(&format!("flood {turn}")));
        if turn == FLOOD / 2 {
            for trouble in &row.troubles {
                world.sandbox().trouble(trouble.clone());
            }
            change(&tom, &tess, &early, "during");
        }
        tokio::task::yield_now().await;
    }
    world.minutes_later(1);
    change(&tess, &tom, &said, "during");
    let during = tom.tries("/ticket note text:during").await.is_ok();
    world.sandbox().trouble(Trouble::TurnAway(None));

    recovered(world, row, counted).await;
    let late = talk(&tess, &tom, "after").await;
    world.minutes_later(1);
    change(&tom, &tess, &late, "after");
    change(&tom, &tess, &said[9..FLOOD - 1], "after");
    assert!(tom.asks("/ticket note text:after").await.starts_with("Noted"), "{}", row.name);
    assert!(tom.asks("/ticket status to:monitoring").await.contains("Monitoring"), "{}", row.name);
    world.settle().await;

    assert_eq!(kept(world, &case).await, standing(world, &case), "{}", row.name);
    // Where the sender was told that nobody answered, the bot may have heard of it later, with what it missed.
    let notes = notes(world).await;
    let acted = notes.iter().filter(|note| *note == "during").count();
    assert!(if during { acted == 1 } else { acted <= 1 }, "{}: {notes:?}", row.name);
    let others: Vec<&String> = notes.iter().filter(|note| *note != "during").collect();
    assert_eq!(others, ["before", "after"], "{}", row.name);
    let announced = world.sandbox().messages("trouble-announcements").len();
    assert_eq!(announced, 3, "{}: {}", row.name, world.read("trouble-announcements"));
    let (begun, resumed) = world.sandbox().sessions_begun_and_resumed();
    let command = match (during, acted) {
        (true, _) => "answered",
        (false, 0) => "not answered, not done",
        (false, _) => "not answered, done later",
    };
    let (begun, resumed) = (begun - counted.0, resumed - counted.1);
    format!("{:<27} | {begun} begun, {resumed} resumed | command {command}", row.name)
}

/// Two people say a few things, one of which is an answer and one a file.
async fn talk(one: &Who, two: &Who, when: &str) -> Vec<Message> {
    let first = one.says(&format!("{when}: looking"));
    let second = two.replies(&first, &format!("{when}: anything?"));
    let third = one.attaches(&format!("{when}: the log"), "shop.log", "502");
    let fourth = two.says(&format!("{when}: to be regretted"));
    tokio::task::yield_now().await;
    vec![first, second, third, fourth]
}

/// One edits what they said first, the other reacts to the second and regrets the last. Both are of the team; each may
/// change only what is theirs.
fn change(one: &Who, two: &Who, said: &[Message], when: &str) {
    let by = |message: &Message| if one.actor().id().unwrap() == message.author { one } else { two };
    let (Some(first), Some(second), Some(last)) = (said.first(), said.get(1), said.last()) else { return };
    by(first).actor().edit(first, &format!("{} ({when}: edited)", first.content)).unwrap();
    one.actor().react(second, "👀").unwrap();
    two.actor().react(second, "✅").unwrap();
    one.actor().unreact(second, "👀").unwrap();
    by(last).actor().delete(last).unwrap();
}

/// Waits until the bot is there again as the row says.
async fn recovered(world: &World, row: &Row, (begun, resumed): (u64, u64)) {
    let back = |all: &trouble_ticket::sandbox::World| {
        let now = all.sessions_begun_and_resumed();
        let there = match row.back {
            Back::Stays => true,
            Back::Resumes => now.1 > resumed,
            Back::Begins => now.0 > begun,
        };
        there.then_some(())
    };
    world.sandbox().wait_within(BACK_WITHIN, row.name, back).await.unwrap();
}

type Line = (u64, String, BTreeSet<(String, u64)>);

/// What stands in the thread: id, text, reactions.
fn standing(world: &World, case: &Case) -> Vec<Line> {
    let messages = world.sandbox().messages(case.thread);
    let line = |message: Message| {
        let given = message.reactions.iter().flat_map(|(emoji, people)| {
            people.iter().map(|person| (emoji.clone(), *person)).collect::<Vec<_>>()
        });
        (message.id, message.content.clone(), given.collect())
    };
    messages.into_iter().map(line).collect()
}

/// What the archive says stands in the thread.
async fn kept(world: &World, case: &Case) -> Vec<Line> {
    let kept = world.reading().await.messages(case.number).await.unwrap();
    let there = kept.into_iter().filter(|message| message.deleted.is_none());
    there
        .map(|message| {
            let given = message.reactions.iter();
            let given = given.map(|reaction| (reaction.emoji.clone(), reaction.by.0.cast_unsigned()));
            (message.id.0.cast_unsigned(), message.text.clone(), given.collect())
        })
        .collect()
}

/// The texts of the notes on the ticket.
async fn notes(world: &World) -> Vec<String> {
    let events = world.reading().await.events(TicketNumber(1)).await.unwrap();
    let note = |kind| if let EventKind::Noted { text, .. } = kind { Some(text) } else { None };
    events.into_iter().filter_map(|event| note(event.kind)).collect()
}

async fn a_session_that_can_be_resumed_is(kind: Kind) {
    let closed = [
        ("closed with 4000", 4000),
        ("closed with 4001", 4001),
        ("closed with 4002", 4002),
        ("closed with 4008", 4008),
    ];
    let mut rows = vec![row("nothing", [], Back::Stays)];
    rows.extend(closed.map(|(name, code)| row(name, [Trouble::Close(code)], Back::Resumes)));
    rows.push(row("cut", [Trouble::Cut], Back::Resumes));
    let turned_away = [Trouble::TurnAway(Some(4000)), Trouble::Cut];
    rows.push(row("turned away for a while", turned_away, Back::Resumes));
    rows.push(row("asked to reconnect", [Trouble::Reconnect], Back::Resumes));
    rows.push(row(
        "invalid session, resumable",
        [Trouble::InvalidSession { resumable: true }],
        Back::Resumes,
    ));
    insta::assert_snapshot!(table(kind, setting, rows).await, @"
    nothing                     | 0 begun, 0 resumed | command answered
    closed with 4000            | 0 begun, 1 resumed | command answered
    closed with 4001            | 0 begun, 1 resumed | command answered
    closed with 4002            | 0 begun, 1 resumed | command answered
    closed with 4008            | 0 begun, 1 resumed | command answered
    cut                         | 0 begun, 1 resumed | command answered
    turned away for a while     | 0 begun, 1 resumed | command not answered, done later
    asked to reconnect          | 0 begun, 1 resumed | command answered
    invalid session, resumable  | 0 begun, 1 resumed | command answered
    ");
}

async fn a_session_that_is_over_is_begun_anew(kind: Kind) {
    let closed = [
        ("closed with 4003", 4003),
        ("closed with 4005", 4005),
        // Not in Discord's list any more; serenity knows it.
        ("closed with 4006", 4006),
        ("closed with 4007", 4007),
        ("closed with 4009", 4009),
    ];
    let mut rows: Vec<Row> =
        closed.into_iter().map(|(name, code)| row(name, [Trouble::Close(code)], Back::Begins)).collect();
    let refused = [Trouble::RefuseResumes(1), Trouble::Cut];
    rows.push(row("cut, and not resumed", refused, Back::Begins));
    rows.push(row("invalid session", [Trouble::InvalidSession { resumable: false }], Back::Begins));
    rows.push(row("no heartbeat acknowledged", [Trouble::NoAck], Back::Begins));
    rows.push(row("silence", [Trouble::Silence], Back::Begins));
    insta::assert_snapshot!(table(kind, setting, rows).await, @"
    closed with 4003            | 1 begun, 0 resumed | command not answered, not done
    closed with 4005            | 1 begun, 0 resumed | command not answered, not done
    closed with 4006            | 1 begun, 0 resumed | command not answered, not done
    closed with 4007            | 1 begun, 0 resumed | command not answered, not done
    closed with 4009            | 1 begun, 0 resumed | command not answered, not done
    cut, and not resumed        | 1 begun, 0 resumed | command not answered, not done
    invalid session             | 1 begun, 0 resumed | command not answered, not done
    no heartbeat acknowledged   | 1 begun, 0 resumed | command answered
    silence                     | 1 begun, 0 resumed | command not answered, not done
    ");
}

async fn what_cannot_be_read_loses_nothing(kind: Kind) {
    let unreadable = || Setting { expected: &["an event of Discord could not be read"], ..setting() };
    let spoil = |name: &str| [Trouble::Spoil(name.to_owned())];
    let odd = Trouble::Event("MESSAGE_CREATE".to_owned(), json!({ "content": 5 }));
    let rows = vec![
        row("no JSON", [Trouble::Garbage], Back::Stays),
        row("an event of nothing", [odd], Back::Stays),
        row("a message", spoil("MESSAGE_CREATE"), Back::Stays),
        row("an edit", spoil("MESSAGE_UPDATE"), Back::Stays),
        row("a deletion", spoil("MESSAGE_DELETE"), Back::Stays),
        row("a reaction", spoil("MESSAGE_REACTION_ADD"), Back::Stays),
        row("a command", spoil("INTERACTION_CREATE"), Back::Stays),
    ];
    insta::assert_snapshot!(table(kind, unreadable, rows).await, @"
    no JSON                     | 0 begun, 0 resumed | command answered
    an event of nothing         | 0 begun, 0 resumed | command answered
    a message                   | 0 begun, 0 resumed | command answered
    an edit                     | 0 begun, 0 resumed | command answered
    a deletion                  | 0 begun, 0 resumed | command answered
    a reaction                  | 0 begun, 0 resumed | command answered
    a command                   | 0 begun, 0 resumed | command not answered, not done
    ");
}

async fn when_discord_wants_the_bot_no_more_it_says_why_and_ends(kind: Kind) {
    let lines = [4004, 4010, 4011, 4012, 4013, 4014].map(async |code| {
        let heartbeat = Duration::from_millis(500);
        let setting = Setting { expected: &["serenity::gateway"], heartbeat, ..setting() };
        let mut line = String::new();
        play_in(kind, setting, async |world| line = turned_away_for_good(world, code).await).await;
        line
    });
    insta::assert_snapshot!(join_all(lines).await.join("\n"), @"
    4004: error: Discord does not accept the bot's token. Copy it again from the Bot page of your application, and set DISCORD_TOKEN to it.
    4010: error: Discord turned the bot away again and again. If https://discordstatus.com knows of no trouble, start a newer version; what the bot owes is in the database.
    4011: error: Discord turned the bot away again and again. If https://discordstatus.com knows of no trouble, start a newer version; what the bot owes is in the database.
    4012: error: Discord turned the bot away again and again. If https://discordstatus.com knows of no trouble, start a newer version; what the bot owes is in the database.
    4013: error: Discord does not let the bot read members and messages. Switch on Server Members Intent and Message Content Intent on the Bot page of your application at https://discord.com/developers/applications, then start it again.
    4014: error: Discord does not let the bot read members and messages. Switch on Server Members Intent and Message Content Intent on the Bot page of your application at https://discord.com/developers/applications, then start it again.
    ");
}

/// The bot is turned away and ends; when it may come back it is started again and lacks nothing.
async fn turned_away_for_good(world: &mut World, code: u16) -> String {
    let case = world.open("Checkout is down").await;
    let tom = world.tom().at(&case);
    tom.says("before");
    world.settle().await;
    world.sandbox().trouble(Trouble::TurnAway(Some(code)));
    world.sandbox().trouble(Trouble::Close(code));
    tom.says("during");
    let why = tokio::time::timeout(ENDS_WITHIN, world.ended()).await;
    let why = why.unwrap_or_else(|_| panic!("{code}: it goes on and on"));
    world.stop().await;
    world.sandbox().trouble(Trouble::TurnAway(None));
    world.start().await;
    world.settle().await;
    assert!(tom.asks("/ticket note text:after").await.starts_with("Noted"));
    world.settle().await;
    assert_eq!(kept(world, &case).await, standing(world, &case), "{code}");
    format!("{code}: {why}")
}

crate::on_both!(
    a_session_that_can_be_resumed_is,
    a_session_that_is_over_is_begun_anew,
    what_cannot_be_read_loses_nothing,
    when_discord_wants_the_bot_no_more_it_says_why_and_ends,
);
