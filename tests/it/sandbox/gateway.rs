//! The gateway, spoken to by a client that does as it likes.

use std::time::Duration;

use serde_json::{Value, json};
use serenity::futures::{SinkExt, StreamExt};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use trouble_ticket::sandbox::{Granted, Options, Sandbox, Trouble};

const LIMIT: Duration = Duration::from_secs(10);

/// Everything but the privileged intents.
const PLAIN: u64 = 1 | 1 << 9 | 1 << 10;

struct Client(WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>);

impl Client {
    /// Connects and takes the Hello.
    async fn connect(sandbox: &Sandbox) -> Self {
        let url = format!("{}/gateway/?v=10&encoding=json", sandbox.api().replacen("http", "ws", 1));
        let mut client = Self(connect_async(url).await.unwrap().0);
        assert_eq!(client.next().await["op"], 10);
        client
    }

    async fn ready(sandbox: &Sandbox, intents: u64) -> (Self, String) {
        let mut client = Self::connect(sandbox).await;
        client.send(json!({ "op": 2, "d": { "token": sandbox.token(), "intents": intents } })).await;
        let ready = client.event("READY").await;
        assert_eq!(client.event("GUILD_CREATE").await["s"], 2);
        (client, ready["d"]["session_id"].as_str().unwrap().to_owned())
    }

    async fn send(&mut self, payload: Value) {
        self.0.send(Message::Text(payload.to_string())).await.unwrap();
    }

    async fn frame(&mut self) -> Message {
        tokio::time::timeout(LIMIT, self.0.next()).await.expect("a frame in time").unwrap().unwrap()
    }

    async fn next(&mut self) -> Value {
        serde_json::from_str(self.frame().await.to_text().unwrap()).unwrap()
    }

    /// The next event of this name; others are passed over.
    async fn event(&mut self, name: &str) -> Value {
        loop {
            let payload = self.next().await;
            if payload["t"] == name {
                return payload;
            }
        }
    }

    async fn close_code(&mut self) -> u16 {
        match self.frame().await {
            Message::Close(Some(frame)) => frame.code.into(),
            other => panic!("expected a close, got {other:?}"),
        }
    }
}

async fn sandbox() -> Sandbox {
    Sandbox::start(Options::default()).await.unwrap()
}

#[tokio::test]
async fn strangers_and_greedy_bots_are_turned_away_with_discords_codes() {
    let granted = Granted { presences: false, members: true, message_content: false };
    let sandbox = Sandbox::start(Options { granted, ..Options::default() }).await.unwrap();
    for (identify, code) in [
        (json!({ "op": 2, "d": { "token": "wrong", "intents": 1 } }), 4004),
        (json!({ "op": 2, "d": { "token": sandbox.token(), "intents": 1 << 15 } }), 4014),
        (json!({ "op": 3, "d": {} }), 4003),
        (json!({ "op": 99 }), 4001),
    ] {
        let mut client = Client::connect(&sandbox).await;
        client.send(identify).await;
        assert_eq!(client.close_code().await, code);
    }
}

#[tokio::test]
async fn a_bot_hears_what_its_intents_and_permissions_allow() {
    let sandbox = sandbox().await;
    let (mut client, _) = Client::ready(&sandbox, PLAIN).await;
    sandbox.add_member("zoe", "Zoe", &[]).unwrap();
    sandbox.member("ann").in_channel("general").say("secret").unwrap();
    let created = client.next().await;
    assert_eq!((created["t"].as_str(), created["d"]["content"].as_str()), (Some("MESSAGE_CREATE"), Some("")));
    let mention = format!("<@{}> help", sandbox.bot_id());
    sandbox.member("ann").in_channel("general").say(&mention).unwrap();
    assert_eq!(client.next().await["d"]["content"], mention);
    sandbox.set_role_overwrite("general", "trouble-ticket", 0, 1024).unwrap();
    assert_eq!(client.next().await["t"], "CHANNEL_UPDATE");
    sandbox.member("ann").in_channel("general").say("unseen").unwrap();
    sandbox.member("ann").in_channel("trouble").say("seen").unwrap();
    let seen = sandbox.channel("trouble").unwrap().id.to_string();
    assert_eq!(client.next().await["d"]["channel_id"], seen);
    client.send(json!({ "op": 1, "d": 5 })).await;
    assert_eq!(client.next().await["op"], 11);
}

#[tokio::test]
async fn a_lost_connection_is_resumed_without_a_gap() {
    let sandbox = sandbox().await;
    let (mut client, session) = Client::ready(&sandbox, PLAIN | 1 << 15).await;
    sandbox.cut_gateway();
    assert!(tokio::time::timeout(LIMIT, client.0.next()).await.unwrap().is_none_or(|frame| frame.is_err()));
    sandbox.member("ann").in_channel("general").say("missed").unwrap();
    let mut client = Client::connect(&sandbox).await;
    client.send(json!({ "op": 6, "d": { "token": sandbox.token(), "session_id": session, "seq": 2 } })).await;
    let missed = client.next().await;
    assert_eq!((missed["s"].as_u64(), missed["d"]["content"].as_str()), (Some(3), Some("missed")));
    assert_eq!(client.next().await["t"], "RESUMED");
    client
        .send(json!({ "op": 6, "d": { "token": sandbox.token(), "session_id": "no such", "seq": 2 } }))
        .await;
    assert_eq!(client.next().await, json!({ "op": 9, "d": false }));
}

#[tokio::test]
async fn the_gateway_fails_on_order() {
    let sandbox = sandbox().await;
    let (mut client, _) = Client::ready(&sandbox, PLAIN).await;
    sandbox.reconnect_gateway();
    assert_eq!(client.next().await["op"], 7);
    sandbox.invalidate_session();
    assert_eq!(client.next().await["op"], 9);
    sandbox.close_gateway(4000);
    assert_eq!(client.close_code().await, 4000);
    let (mut client, _) = Client::ready(&sandbox, PLAIN).await;
    sandbox.stop().await;
    assert_eq!(client.close_code().await, 1001);
}

#[tokio::test]
async fn a_bot_that_does_not_beat_is_dropped() {
    let heartbeat = Duration::from_millis(50);
    let sandbox = Sandbox::start(Options { heartbeat, ..Options::default() }).await.unwrap();
    let mut client = Client::connect(&sandbox).await;
    assert_eq!(client.close_code().await, 4009);
}

#[tokio::test]
async fn what_cannot_be_read_goes_out_on_order() {
    let sandbox = sandbox().await;
    let (mut client, _) = Client::ready(&sandbox, PLAIN | 1 << 15).await;
    sandbox.trouble(Trouble::Garbage);
    let frame = client.frame().await;
    assert!(serde_json::from_str::<Value>(frame.to_text().unwrap()).is_err());
    sandbox.trouble(Trouble::Spoil("MESSAGE_CREATE".to_owned()));
    let general = sandbox.member("ann").in_channel("general");
    general.say("one").unwrap();
    let spoiled = client.next().await;
    assert_eq!((spoiled["t"].as_str(), spoiled["s"].as_u64()), (Some("MESSAGE_CREATE"), Some(3)));
    assert_eq!(spoiled["d"]["channel_id"], sandbox.channel("general").unwrap().id.to_string());
    assert!(spoiled["d"]["id"].is_object() && spoiled["d"]["content"].is_object());
    general.say("two").unwrap();
    assert_eq!(client.next().await["d"]["content"], "two", "only the next one");
    sandbox.trouble(Trouble::Event("NEWS".to_owned(), json!({ "a": 1 })));
    assert_eq!(client.next().await, json!({ "op": 0, "s": 5, "t": "NEWS", "d": { "a": 1 } }));
}

#[tokio::test]
async fn a_session_is_resumed_or_not_as_ordered() {
    let sandbox = sandbox().await;
    let (mut client, session) = Client::ready(&sandbox, PLAIN | 1 << 15).await;
    let resume = json!({ "op": 6, "d": { "token": sandbox.token(), "session_id": session, "seq": 2 } });
    sandbox.trouble(Trouble::InvalidSession { resumable: true });
    assert_eq!(client.next().await, json!({ "op": 9, "d": true }));
    sandbox.member("ann").in_channel("general").say("missed").unwrap();
    let mut client = Client::connect(&sandbox).await;
    client.send(resume.clone()).await;
    assert_eq!(client.next().await["d"]["content"], "missed");
    assert_eq!(client.next().await["t"], "RESUMED");
    assert_eq!(sandbox.sessions_begun_and_resumed(), (1, 1));
    sandbox.trouble(Trouble::TurnAway(Some(4011)));
    sandbox.trouble(Trouble::Close(4000));
    assert_eq!(client.close_code().await, 4000);
    for first in [resume.clone(), json!({ "op": 2, "d": { "token": sandbox.token(), "intents": PLAIN } })] {
        let mut client = Client::connect(&sandbox).await;
        client.send(first).await;
        assert_eq!(client.close_code().await, 4011);
    }
    sandbox.trouble(Trouble::TurnAway(None));
    sandbox.trouble(Trouble::RefuseResumes(1));
    let mut client = Client::connect(&sandbox).await;
    client.send(resume.clone()).await;
    assert_eq!(client.next().await, json!({ "op": 9, "d": false }));
    client.send(resume).await;
    assert_eq!(client.next().await, json!({ "op": 9, "d": false }), "it is over");
}

#[tokio::test]
async fn heartbeats_are_swallowed_while_events_come() {
    let sandbox = sandbox().await;
    let (mut client, _) = Client::ready(&sandbox, PLAIN | 1 << 15).await;
    let url = format!("{}/sandbox/faults", sandbox.api());
    let order = |body: Value| reqwest::Client::new().post(&url).json(&body).send();
    assert_eq!(order(json!({ "gateway": "no_ack" })).await.unwrap().status(), 200);
    client.send(json!({ "op": 1, "d": 2 })).await;
    sandbox.member("ann").in_channel("general").say("still here").unwrap();
    assert_eq!(client.next().await["d"]["content"], "still here");
    assert_eq!(order(json!({ "gateway": "spoil" })).await.unwrap().status(), 400);
    assert_eq!(order(json!({ "gateway": "earthquake" })).await.unwrap().status(), 400);
}
