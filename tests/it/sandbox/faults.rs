//! Failures on order.

use std::time::{Duration, Instant};

use serde_json::json;
use trouble_ticket::sandbox::{Cut, Fault};

use super::rest;

#[tokio::test]
async fn a_fault_happens_as_often_as_asked_and_does_nothing_else() {
    let bot = rest().await;
    let path = format!("/channels/{}/messages", bot.channel("general"));
    bot.sandbox.fault(Fault::status("POST", "/channels/*/messages", 2, 500));
    bot.sandbox.fault(Fault::rate_limited("POST", "/channels/*/messages", 1, 0.5));
    for expected in [500, 500, 429, 200] {
        assert_eq!(bot.call("POST", &path, json!({ "content": "x" })).await.0, expected);
    }
    assert_eq!((bot.sandbox.messages("general").len(), bot.sandbox.faults_left()), (1, 0));
    bot.sandbox.fault(Fault { act: true, ..Fault::status("POST", "*", 1, 502) });
    assert_eq!(bot.call("POST", &path, json!({ "content": "x" })).await.0, 502);
    assert_eq!(bot.sandbox.messages("general").len(), 2);
    bot.sandbox.fault(Fault::slow("POST", "*", 1, Duration::from_millis(50)));
    let start = Instant::now();
    assert_eq!(bot.call("POST", &path, json!({ "content": "x" })).await.0, 200);
    assert!(start.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn a_connection_is_cut_before_or_after_the_server_acts() {
    let bot = rest().await;
    let url = format!("{}/api/v10/channels/{}/messages", bot.sandbox.api(), bot.channel("general"));
    let client = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
    for (when, messages) in [(Cut::Before, 0), (Cut::After, 1)] {
        bot.sandbox.fault(Fault::cut("POST", "*/messages", 1, when));
        let request = client.post(&url).header("authorization", format!("Bot {}", bot.sandbox.token()));
        assert!(request.json(&json!({ "content": "x" })).send().await.is_err());
        assert_eq!(bot.sandbox.messages("general").len(), messages);
    }
}

#[tokio::test]
async fn an_answer_never_comes() {
    let bot = rest().await;
    let url = format!("{}/api/v10/channels/{}/messages", bot.sandbox.api(), bot.channel("general"));
    let impatient = reqwest::Client::builder().timeout(Duration::from_millis(200)).build().unwrap();
    for (when, messages) in [(Cut::Before, 0), (Cut::After, 1)] {
        bot.sandbox.fault(Fault::hangs("POST", "/channels/{channel}/messages", 1, when));
        let request = impatient.post(&url).header("authorization", format!("Bot {}", bot.sandbox.token()));
        assert!(request.json(&json!({ "content": "x" })).send().await.is_err_and(|error| error.is_timeout()));
        assert_eq!(bot.sandbox.messages("general").len(), messages);
    }
    bot.sandbox.fault(Fault::hangs("GET", "*", 1, Cut::Before));
    let waiting = async { reqwest::get(format!("{}/api/v10/gateway", bot.sandbox.api())).await.is_err() };
    let (gone, ()) = tokio::join!(waiting, async {
        while bot.sandbox.faults_left() > 0 {
            tokio::task::yield_now().await;
        }
        bot.sandbox.stop().await;
    });
    assert!(gone, "a stop does not wait for it");
}

#[tokio::test]
async fn the_wall_in_front_of_discord_answers_with_pages_of_its_own() {
    let bot = rest().await;
    let order = json!({ "path": "/users/@me", "status": 502, "body": "<h1>Bad Gateway</h1>",
                        "content_type": "text/html", "times": 1 });
    let control = format!("{}/sandbox/faults", bot.sandbox.api());
    let ordered = reqwest::Client::new().post(control).json(&order).send().await.unwrap();
    assert_eq!(ordered.status(), 200);
    let blocked = Fault { retry_after: Some(1.5), ..Fault::page("GET", "/users/@me", 1, 429) };
    bot.sandbox.fault(blocked);
    bot.sandbox.fault(Fault::status("GET", "/users/@me", 1, 429));
    let mut seen = Vec::new();
    for _ in 0..3 {
        let answer = bot.send("GET", "/users/@me", json!(null)).await;
        let header = |name: &str| {
            answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
        };
        let told = [header("content-type"), header("retry-after"), header("x-ratelimit-remaining")];
        let status = answer.status().as_u16();
        let body: String = answer.text().await.unwrap().chars().take(20).collect();
        seen.push(format!("{status} {told:?} {body}"));
    }
    insta::assert_snapshot!(seen.join("\n"), @r#"
    502 ["text/html", "", ""] <h1>Bad Gateway</h1>
    429 ["text/html; charset=UTF-8", "2", ""] <!DOCTYPE html>
    <htm
    429 ["application/json", "", ""] {"code":0,"message":
    "#);
}
