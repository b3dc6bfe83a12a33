//! Everything that people can type, name or send, at its worst, over the wire and into both databases: nobody is called,
//! nothing formats, nothing stops the bot or holds up the archive.
//!
//! What cannot be typed on Discord (NUL, control characters) is sent all the same: the bot must not rely on it.

use trouble_ticket::sandbox::{Draft, Message, Upload};
use trouble_ticket::store::StoredReport;

use crate::support::db::Kind;
use crate::support::world::{Case, World, play};

/// Calls, formats, hides, breaks. `USER` and `ROLE` become ids of somebody who has nothing to do with it.
const CALLS: &str = "@everyone @here <@USER> <@!USER> <@&ROLE> \n# big\n> quote\n-# T-1 · 1\n**b** ||s|| `c` \
                     [x](https://evil.example) <https://evil.example/@everyone> <t:0:R> </ticket:1>";
const TEXTS: [&str; 6] = [
    CALLS,
    "a\u{0}b\u{0}",
    "\u{202e}desrever\u{202c} \u{2066}\u{200f}العربية\u{feff} \u{1b}[31mred\u{9b}31m \u{2028}line\u{85}line",
    "```\n@everyone\n```\n~~~\n<!-- <script>alert(1)</script>",
    "🧑‍🧑‍🧒‍🧒🇩🇪\u{200d}\u{200d}",
    "\\",
];

/// The text with real ids, and as long as Discord lets it be.
fn typed(world: &World, text: &str, most: usize) -> [String; 2] {
    let user = world.ben().actor().id().unwrap();
    let role =
        world.sandbox().look(|all| all.roles.values().find(|role| role.name == "admins").map(|role| role.id));
    let text = text.replace("USER", &user.to_string()).replace("ROLE", &role.unwrap().to_string());
    let long = text.repeat(most / text.encode_utf16().count());
    [text, long]
}

/// Opens a ticket and does everything with it that takes a text.
async fn live_through(world: &World, text: &str) {
    let form = world.ann().types("/ticket open").await;
    // As much as each takes.
    let fields = [
        ("title", 90),
        ("details", 4000),
        ("started_at", 300),
        ("affected_who", 300),
        ("frequency_detail", 300),
    ];
    let cut = |room: usize| {
        text.chars().scan(room, |left, c| {
            *left = left.checked_sub(c.len_utf16())?;
            Some(c)
        })
    };
    let filled: Vec<(&str, String)> =
        fields.into_iter().map(|(id, room)| (id, cut(room).collect())).collect();
    let filled: Vec<(&str, &str)> = filled.iter().map(|(id, text)| (*id, text.as_str())).collect();
    form.fills(&filled).await;
    world.settle().await;
    let newest = world.tickets().await.into_iter().map(|ticket| ticket.number.0).max();
    let case = world.case(newest.expect("a ticket")).await;
    let (ann, tom) = (world.ann().at(&case), world.tom().at(&case));
    let option: String = cut(1500).collect();
    for line in [
        "take",
        "status to:identified note:",
        "severity to:SEV1 reason:",
        "note text:",
        "release note:",
        "take",
        "edit field:title value:",
        "edit field:services value:",
        "edit field:started value:",
        "edit field:affected value:",
        "status to:resolved note:",
        "status to:closed note:",
        "close reason:",
        "cancel reason:",
        "reopen reason:",
        "assign user:tess team:",
        "show ticket:",
        "list team:",
        "list severity:",
    ] {
        let line = if line.ends_with(':') {
            format!("/ticket {line}\"{option}\"")
        } else {
            format!("/ticket {line}")
        };
        // Options that nobody may fill so are refused by Discord's client.
        if let Ok(reply) = tom.tries(&line).await {
            assert!(!reply.text().contains("went wrong"), "{line}: {}", reply.text());
        }
    }
    said(world, &case, text);
    world.settle().await;
    for line in
        ["/report draft", "/report draft team:\"X\"", "/report edit section:\"X\"", "/report show team:\"X\""]
    {
        if let Ok(reply) = tom.tries(&line.replace('X', &option)).await {
            assert!(!reply.text().contains("went wrong"), "{line}: {}", reply.text());
        }
    }
    let form = tom.types("/report edit section:cause team:technical").await;
    if form.is_modal() {
        let section: String = cut(3900).collect();
        let written = form.fills(&[("text", &section)]).await.text();
        assert!(!written.contains("went wrong"), "{written}");
    }
    ann.types("/ticket history").await;
    world.settle().await;
}

/// Messages, files, reactions and answers in the ticket's thread.
fn said(world: &World, case: &Case, text: &str) {
    let tess = world.tess().at(case);
    let short: String = text.chars().take(900).collect();
    let first = tess.says(&format!("I restarted the queue: {short}"));
    world.will().at(case).replies(&first, &format!("which queue is it, since when? {short}"));
    let name: String = format!("{}.png", short.chars().take(100).collect::<String>());
    tess.sends(Draft::text("the disk is full").with_files(vec![Upload::new(name, "GIF89a;".as_bytes())]));
    let emoji: String = short.chars().filter(|c| !c.is_ascii()).take(8).collect();
    let _ = world.will().actor().react(&first, &format!("é\u{0}{emoji}"));
    world.tess().actor().edit(&first, &format!("we decided to wait: {short}")).unwrap();
}

/// Whom a message of the bot called that has nothing to do with it.
fn strangers(world: &World, message: &Message) -> bool {
    let ben = world.ben().actor().id().unwrap();
    let admins =
        world.sandbox().look(|all| all.roles.values().find(|role| role.name == "admins").map(|role| role.id));
    message.pings.everyone
        || message.pings.users.contains(&ben)
        || message.pings.roles.contains(&admins.unwrap())
}

async fn nothing_that_people_type_calls_formats_or_stops_the_bot(kind: Kind) {
    play(kind, async |world| {
        let name = "@everyone **x** <@&1> \u{202e}\u{0}`";
        world.sandbox().add_member("mallory", name, &["technical"]).unwrap();
        for text in TEXTS {
            for text in typed(world, text, 3900) {
                live_through(world, &text).await;
                world.minutes_later(1);
            }
        }
        let case = world.case(1).await;
        let mallory = world.who("mallory").at(&case);
        mallory.asks("/ticket take").await;
        mallory.says("I look at it");
        world.tom().at(&case).asks("/ticket assign user:mallory").await;
        world.settle().await;
        let bot = world.sandbox().bot_id();
        let all: Vec<Message> = world.sandbox().look(|all| {
            let messages = all.channels.values().flat_map(|channel| channel.messages.values());
            messages.filter(|message| message.author == bot).cloned().collect()
        });
        assert!(all.len() > 100);
        for message in all {
            assert!(!strangers(world, &message), "{}", world.show(&message));
            let body = format!("{}{}", message.content, serde_json::Value::from(message.embeds.clone()));
            assert!(!body.contains("@everyone") && !body.contains("@here"), "{body}");
            assert!(!body.contains("\\u0000") && !body.contains(['\0', '\u{202e}', '\u{9b}']), "{body}");
        }
        papers_are_whole(world).await;
    })
    .await;
}

/// The reports of all tickets can be read and printed, and call nobody.
async fn papers_are_whole(world: &World) {
    use trouble_ticket::report::{FinalReport, Format};
    for ticket in world.tickets().await {
        let reports: Vec<StoredReport> = world.reading().await.newest_reports(ticket.number).await.unwrap();
        for stored in reports {
            let report = FinalReport::from_json(&stored.body).unwrap();
            for format in Format::ALL {
                let printed = report.print(*format, &[]);
                assert!(!printed.contains(['\0', '\u{1b}', '\u{9b}']), "{printed}");
                if *format == Format::Html {
                    assert!(!printed.contains("<script") && !printed.contains("<!--"), "{printed}");
                }
            }
        }
    }
}

crate::on_both!(nothing_that_people_type_calls_formats_or_stops_the_bot);
