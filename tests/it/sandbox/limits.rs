//! Discord's rate limits, as a client sees them that does not care.

use std::time::Duration;

use reqwest::Response;
use serde_json::{Value, json};
use serenity::futures::future::join_all;
use trouble_ticket::sandbox::{Fault, Options, RateLimits, Scope};

use super::{Rest, id, rest, rest_with};

async fn limited(limits: RateLimits) -> Rest {
    rest_with(Options { limits: Some(limits), ..Options::default() }).await
}

fn header(response: &Response, name: &str) -> String {
    response.headers().get(name).map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
}

fn number(response: &Response, name: &str) -> f64 {
    header(response, name).parse().unwrap_or_else(|_| panic!("no number in {name}: {response:?}"))
}

fn messages(bot: &Rest, channel: &str) -> String {
    format!("/channels/{}/messages", bot.channel(channel))
}

/// Waits until what an answer asked to wait for is over.
async fn wait(response: Response) {
    let seconds = response.json::<Value>().await.unwrap()["retry_after"].as_f64().unwrap();
    tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
}

#[tokio::test]
async fn a_full_bucket_says_so_and_how_long_to_wait() {
    let bot = limited(RateLimits::divided(4)).await;
    let path = messages(&bot, "general");
    let say = async |path: &str| bot.send("POST", path, json!({ "content": "x" })).await;
    let mut bucket = String::new();
    for remaining in ["4", "3", "2", "1", "0"] {
        let answer = say(&path).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(
            (header(&answer, "x-ratelimit-limit"), header(&answer, "x-ratelimit-remaining")),
            ("5".to_owned(), remaining.to_owned())
        );
        let left = number(&answer, "x-ratelimit-reset-after");
        assert!(left > 0.0 && left <= 1.25, "{left}");
        assert!(number(&answer, "x-ratelimit-reset") > 1.6e9);
        bucket = header(&answer, "x-ratelimit-bucket");
    }
    let refused = say(&path).await;
    assert_eq!(refused.status(), 429);
    assert_eq!(header(&refused, "x-ratelimit-scope"), "user");
    assert_eq!(
        (number(&refused, "retry-after") <= 2.0, header(&refused, "x-ratelimit-remaining")),
        (true, "0".to_owned())
    );
    assert_eq!(header(&refused, "x-ratelimit-bucket"), bucket);
    assert_eq!(header(&refused, "x-ratelimit-global"), "");
    let body: Value = refused.json().await.unwrap();
    assert_eq!(
        (body["message"].as_str(), body["global"].as_bool()),
        (Some("You are being rate limited."), Some(false))
    );
    assert!(body["retry_after"].as_f64().is_some_and(|wait| wait > 0.0 && wait <= 1.25), "{body}");
    assert_eq!(bot.sandbox.messages("general").len(), 5, "what is refused is not done");
    let elsewhere = say(&messages(&bot, "trouble")).await;
    assert_eq!((elsewhere.status().as_u16(), header(&elsewhere, "x-ratelimit-bucket")), (200, bucket));
    wait(say(&path).await).await;
    assert_eq!(say(&path).await.status(), 200);
}

#[tokio::test]
async fn the_stats_tell_who_could_have_known() {
    let bot = limited(RateLimits::default()).await;
    let path = messages(&bot, "general");
    for _ in 0..5 {
        bot.post(&path, json!({ "content": "x" })).await;
    }
    // The first answer has long arrived.
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert_eq!(bot.call("POST", &path, json!({ "content": "x" })).await.0, 429);
    let foreseeable = bot.sandbox.foreseeable();
    let [one] = &foreseeable[..] else { panic!("{foreseeable:?}") };
    assert_eq!((one.method.as_str(), one.route.as_str()), ("POST", "/channels/{channel}/messages"));
    assert_eq!((one.scope, one.major.clone()), (Scope::User, bot.channel("general").to_string()));
    bot.sandbox.fault(Fault::rate_limited("GET", "/users/@me", 1, 1.0));
    assert_eq!(bot.call("GET", "/users/@me", Value::Null).await.0, 429);
    let stats = &bot.sandbox.stats()["rate_limits"];
    assert_eq!((stats["divisor"].as_u64(), stats["foreseeable"].as_u64()), (Some(1), Some(1)));
    assert_eq!(
        stats["refused"],
        json!([
            { "method": "GET", "route": "/users/@me", "scope": "ordered", "foreseeable": false, "count": 1 },
            { "method": "POST", "route": "/channels/{channel}/messages", "scope": "user",
              "foreseeable": true, "count": 1 },
        ])
    );
}

#[tokio::test]
async fn publishing_and_new_names_are_refused_without_a_warning() {
    let bot = limited(RateLimits::divided(20)).await;
    let news = messages(&bot, "trouble-announcements");
    let message = id(&bot.post(&news, json!({ "content": "up again" })).await);
    let publish = format!("{news}/{message}/crosspost");
    for turn in 0..10 {
        let answer = bot.send("POST", &publish, Value::Null).await;
        assert_eq!(answer.status(), if turn == 0 { 200 } else { 400 }, "refused ones count as well");
        if header(&answer, "x-ratelimit-remaining") == "0" {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    let refused = bot.send("POST", &publish, Value::Null).await;
    assert_eq!(
        (refused.status().as_u16(), header(&refused, "x-ratelimit-scope")),
        (429, "shared".to_owned())
    );
    assert_eq!(header(&refused, "x-ratelimit-limit"), "5", "the headers tell of another limit");
    let left = number(&refused, "retry-after");
    assert!(left > 170.0 && left <= 180.0, "{left}");
    let channel = format!("/channels/{}", bot.channel("general"));
    for name in ["one", "two"] {
        assert_eq!(bot.call("PATCH", &channel, json!({ "name": name })).await.0, 200);
    }
    let refused = bot.send("PATCH", &channel, json!({ "topic": "three" })).await;
    assert_eq!(
        (refused.status().as_u16(), header(&refused, "x-ratelimit-scope")),
        (429, "shared".to_owned())
    );
    assert_eq!(bot.call("PATCH", &channel, json!({ "rate_limit_per_user": 0 })).await.0, 200);
    assert_eq!(bot.sandbox.foreseeable().len(), 2, "these limits are published");
    for turn in 0..4 {
        let edit = json!({ "content": format!("edit {turn}") });
        let status = bot.call("PATCH", &format!("{news}/{message}"), edit).await.0;
        assert_eq!(status, if turn < 3 { 200 } else { 429 });
    }
}

#[tokio::test]
async fn fifty_a_second_are_enough_for_anybody() {
    let bot = limited(RateLimits::default()).await;
    // Wrong ids count like right ones, each in a bucket of its own. A slow machine needs more than one second.
    let ask = async |turn: u64| {
        let unknown = 100_000_000_000_000_000 + turn;
        bot.send("GET", &format!("/channels/{unknown}"), Value::Null).await
    };
    let mut refused = None;
    for round in 0..50 {
        let answers = join_all((0..60).map(|turn| ask(round * 60 + turn))).await;
        refused = answers.into_iter().find(|answer| answer.status() == 429);
        if refused.is_some() {
            break;
        }
    }
    let refused = refused.unwrap();
    assert_eq!(
        (header(&refused, "x-ratelimit-global"), header(&refused, "x-ratelimit-scope")),
        ("true".to_owned(), "global".to_owned())
    );
    let callback = bot.send("POST", "/interactions/1/x/callback", json!({ "type": 6 })).await;
    assert_eq!(callback.status(), 404, "answers to people are not held up");
    let body: Value = refused.json().await.unwrap();
    assert_eq!(body["global"], true);
}

#[tokio::test]
async fn too_many_invalid_answers_shut_the_machine_out() {
    let bot = limited(RateLimits { divisor: 100, invalid_answers: 20 }).await;
    let stranger = || reqwest::Client::new().get(format!("{}/api/v10/users/@me", bot.sandbox.api())).send();
    for _ in 0..21 {
        assert_eq!(stranger().await.unwrap().status(), 401);
    }
    let answer = bot.send("GET", "/users/@me", Value::Null).await;
    assert_eq!((answer.status().as_u16(), header(&answer, "x-ratelimit-bucket")), (429, String::new()));
    assert!(header(&answer, "content-type").starts_with("text/html"));
    assert!(number(&answer, "retry-after") <= 36.0);
    assert!(answer.text().await.unwrap().contains("1015"));
    assert_eq!(bot.sandbox.stats()["rate_limits"]["banned"], true);
}

#[tokio::test]
async fn without_limits_nobody_waits() {
    let bot = rest().await;
    for _ in 0..60 {
        bot.post(&messages(&bot, "general"), json!({ "content": "x" })).await;
    }
    let stats = &bot.sandbox.stats()["rate_limits"];
    assert_eq!((&stats["divisor"], &stats["refused"]), (&Value::Null, &json!([])));
}
