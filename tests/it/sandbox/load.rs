//! Many messages.

use std::time::{Duration, Instant};

use trouble_ticket::sandbox::{Options, Sandbox};

#[tokio::test]
async fn ten_thousand_messages_take_seconds_at_most() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let _gateway = super::control::Gateway::connect(&sandbox).await;
    let ann = sandbox.member("ann").in_channel("general");
    let start = Instant::now();
    for number in 0..10_000 {
        ann.say(&format!("message {number}")).unwrap();
    }
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
    assert_eq!(sandbox.messages("general").len(), 10_000);
}
