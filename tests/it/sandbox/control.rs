//! The control interface, as a script in another language would use it.

use std::time::Duration;

use serde_json::{Value, json};
use serenity::futures::{SinkExt, StreamExt};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use trouble_ticket::sandbox::{Options, Sandbox, Time};

use super::{id, rest_with};

const LIMIT: Duration = Duration::from_secs(10);

/// A connected WebSocket that is read event by event.
pub(super) struct Gateway(WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>);

impl Gateway {
    async fn open(url: String) -> Self {
        Self(connect_async(url).await.unwrap().0)
    }

    /// Connects and identifies with every intent that is granted.
    pub(super) async fn connect(sandbox: &Sandbox) -> Self {
        let mut socket = Self::open(format!("{}/gateway", sandbox.api().replacen("http", "ws", 1))).await;
        let identify =
            json!({ "op": 2, "d": { "token": sandbox.token(), "intents": 0b1011_0110_0000_0011 } });
        socket.0.send(Message::Text(identify.to_string())).await.unwrap();
        socket.event("GUILD_CREATE").await;
        socket
    }

    async fn next(&mut self) -> Value {
        let frame = tokio::time::timeout(LIMIT, self.0.next()).await.expect("a frame in time");
        serde_json::from_str(frame.unwrap().unwrap().to_text().unwrap()).unwrap()
    }

    pub(super) async fn event(&mut self, name: &str) -> Value {
        loop {
            let payload = self.next().await;
            if payload["t"] == name || payload["type"] == name {
                return payload;
            }
        }
    }
}

struct Control(String);

impl Control {
    async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}/sandbox{path}", self.0);
        let request = reqwest::Client::new().request(method.parse().unwrap(), url).json(&body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn done(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(method, path, body).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }
}

#[tokio::test]
async fn a_script_plays_members_and_sees_what_happens() {
    let noon = chrono::DateTime::from_timestamp(1_780_000_000, 0).unwrap();
    let bot = rest_with(Options { time: Time::Stepped(noon), ..Options::default() }).await;
    let control = Control(bot.sandbox.api().to_owned());
    let mut live = Gateway::open(format!("{}/sandbox/live", control.0.replacen("http", "ws", 1))).await;
    let file = json!({ "name": "a.txt", "base64": "aGVsbG8=" });
    let body =
        json!({ "as": "ann", "channel": "#trouble", "content": "it is <down>", "attachments": [file] });
    let said = control.done("POST", "/messages", body).await;
    assert_eq!(
        (said["author_name"].as_str(), said["attachments"][0]["size"].as_u64()),
        (Some("ann"), Some(5))
    );
    assert_eq!(live.event("MESSAGE_CREATE").await["data"]["id"], said["id"]);
    let at = json!({ "as": "ben", "channel": "trouble", "content": "since when?", "reply_to": said["id"],
                     "at": "2026-12-01T00:00:00Z" });
    assert_eq!(control.done("POST", "/messages", at).await["timestamp"], "2026-12-01T00:00:00.000000+00:00");
    let early = json!({ "as": "ben", "channel": "trouble", "content": "x", "at": "2026-01-01T00:00:00Z" });
    assert_eq!(control.call("POST", "/messages", early).await.0, 400);
    let message = format!("/messages/{}", id(&said));
    let edited = control.done("PATCH", &message, json!({ "as": "ann", "content": "it is up" })).await;
    assert_eq!(edited["content"], "it is up");
    let reaction = json!({ "as": "tom", "message": said["id"], "emoji": "👍" });
    assert_eq!(control.done("POST", "/reactions", reaction).await["reactions"][0]["count"], 1);
    let list =
        control.done("GET", &format!("/channels/trouble/messages?after={}", id(&said)), Value::Null).await;
    assert_eq!(list.as_array().unwrap().len(), 1);
    control.done("DELETE", &message, json!({})).await;
    let (status, error) =
        control.call("POST", "/messages", json!({ "as": "nobody", "channel": "trouble" })).await;
    assert_eq!((status, error["error"].as_str().unwrap().contains("no member `nobody`")), (400, true));
    assert_eq!(control.call("GET", "/nothing", Value::Null).await.0, 404);
    control.done("POST", "/clock", json!({ "now": "2027-01-01T00:00:00Z" })).await;
    let world = control.done("GET", "/world", Value::Null).await;
    assert_eq!(
        (world["guild"]["name"].as_str(), world["clock"].as_str()),
        (Some("Harbour Books"), Some("stepped"))
    );
    let page = reqwest::get(bot.sandbox.page()).await.unwrap().text().await.unwrap();
    assert!(page.contains("since when?") && !page.contains("<down>"));
}

#[tokio::test]
async fn a_script_uses_commands_and_orders_faults() {
    let bot = super::rest().await;
    let control = Control(bot.sandbox.api().to_owned());
    let path = format!("/applications/{}/guilds/{}/commands", bot.sandbox.bot_id(), bot.sandbox.guild_id());
    bot.call("PUT", &path, json!([{ "name": "ping", "description": "x" }])).await;
    let mut gateway = Gateway::connect(&bot.sandbox).await;
    let body = json!({ "as": "ann", "channel": "general", "command": "/ping" });
    let begun = control.done("POST", "/command", body).await;
    assert_eq!(begun["state"], "pending");
    let event = gateway.event("INTERACTION_CREATE").await;
    let callback =
        format!("/interactions/{}/{}/callback", id(&event["d"]), event["d"]["token"].as_str().unwrap());
    let row =
        json!({ "type": 1, "components": [{ "type": 2, "style": 1, "label": "Go", "custom_id": "go" }] });
    bot.post(&callback, json!({ "type": 4, "data": { "content": "pong", "components": [row] } })).await;
    let settled = format!("/interactions/{}?wait_ms=5000", id(&begun));
    let settled = control.done("GET", &settled, Value::Null).await;
    assert_eq!(
        (settled["state"].as_str(), settled["answer"]["content"].as_str()),
        (Some("answered"), Some("pong"))
    );
    let press = json!({ "as": "ben", "message": settled["answer"]["id"], "custom_id": "go" });
    let pressed = control.done("POST", "/press", press).await;
    let event = gateway.event("INTERACTION_CREATE").await;
    assert_eq!(event["d"]["message"]["content"], "pong");
    let input = json!({ "type": 4, "custom_id": "why", "label": "Why?", "style": 1 });
    let rows = json!([{ "type": 1, "components": [input] }]);
    let modal = json!({ "type": 9, "data": { "custom_id": "form", "title": "Why", "components": rows } });
    let callback =
        format!("/interactions/{}/{}/callback", id(&event["d"]), event["d"]["token"].as_str().unwrap());
    bot.post(&callback, modal).await;
    let submit = json!({ "as": "ben", "interaction": pressed["id"], "fields": { "why": "because" } });
    control.done("POST", "/submit", submit).await;
    let event = gateway.event("INTERACTION_CREATE").await;
    assert_eq!(event["d"]["data"]["components"][0]["components"][0]["value"], "because");
    control.done("POST", "/faults", json!({ "method": "GET", "path": "/users/@me", "status": 503 })).await;
    assert_eq!(bot.call("GET", "/users/@me", Value::Null).await.0, 503);
    assert_eq!(control.call("POST", "/faults", json!({ "path": "/x", "tiems": 2 })).await.0, 400);
    control.done("POST", "/faults", json!({ "gateway": "reconnect" })).await;
    while gateway.next().await["op"] != 7 {}
    let stats = control.done("GET", "/stats", Value::Null).await;
    assert_eq!(
        (stats["unanswered_interactions"].as_u64(), stats["gateway_sessions"].as_u64()),
        (Some(1), Some(1))
    );
}
