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
