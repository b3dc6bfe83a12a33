//! The client against a server that says exactly what a test tells it to, whole or cut short.

use std::sync::{Arc, Mutex};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::domain::{ChannelId, MessageId, UserId};

const TOKEN: &str = "very.secret.token";
const CHANNEL: ChannelId = ChannelId(7);

/// Answers each connection with the next line of a script; what it was asked is kept.
struct Scripted {
    api: String,
    heard: Arc<Mutex<Vec<String>>>,
}

/// `None`: say nothing and keep the line open. `Some("")`: hang up.
async fn scripted(answers: Vec<Option<String>>) -> Scripted {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api = format!("http://{}", listener.local_addr().unwrap());
    let heard = Arc::new(Mutex::new(Vec::new()));
    tokio::spawn({
        let heard = heard.clone();
        async move {
            let mut silent = Vec::new();
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut buffer = vec![0; 65_536];
                let mut text = String::new();
                while !complete(&text) {
                    let count = stream.read(&mut buffer).await.unwrap();
                    text.push_str(&String::from_utf8_lossy(&buffer[..count]));
                }
                heard.lock().unwrap().push(text);
                match answer {
                    Some(answer) => stream.write_all(answer.as_bytes()).await.unwrap(),
                    None => silent.push(stream),
                }
            }
            std::future::pending::<()>().await;
        }
    });
    Scripted { api, heard }
}

fn complete(request: &str) -> bool {
    let Some((head, body)) = request.split_once("\r\n\r\n") else { return false };
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}

fn answer(status: u16, headers: &str, body: &str) -> Option<String> {
    let length = body.len();
    Some(format!(
        "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    ))
}

fn message() -> String {
    json!({ "id": "9", "channel_id": "7", "author": { "id": "3", "username": "bot" }, "content": "hi" })
        .to_string()
}

fn client(api: &str) -> Rest {
    let short = Duration::from_millis(300);
    let timing = Timing { connect: short, whole: short, divisor: 1 };
    Rest::new(api, &Secret::new(TOKEN), Clock::system(), timing).unwrap()
}

/// What posting meets where the server answers like this.
async fn posting(given: Option<String>) -> (Fault, Rest) {
    let server = scripted(vec![given]).await;
    let rest = client(&server.api);
    let fault = rest.create_message(CHANNEL, &json!({ "content": "hi" })).await.unwrap_err();
    for text in [format!("{fault}"), format!("{fault:?}"), format!("{rest:?}")] {
        assert!(!text.contains(TOKEN), "{text}");
    }
    (fault, rest)
}

#[tokio::test]
async fn a_message_is_posted_with_the_token_to_the_configured_address() {
    let server = scripted(vec![answer(200, "", &message())]).await;
    let posted = client(&server.api).create_message(CHANNEL, &json!({ "content": "hi" })).await.unwrap();
    assert_eq!((posted.id, posted.channel, posted.author.id), (MessageId(9), CHANNEL, UserId(3)));
    let heard = server.heard.lock().unwrap().concat();
    assert!(heard.starts_with("POST /api/v10/channels/7/messages HTTP/1.1"), "{heard}");
    assert!(heard.contains(&format!("authorization: Bot {TOKEN}")), "{heard}");
    assert!(heard.ends_with(r#"{"content":"hi"}"#), "{heard}");
}

#[tokio::test]
async fn a_reply_is_edited_without_the_bots_token_and_its_own_is_not_told() {
    let server =
        scripted(vec![answer(404, "", r#"{"code": 10015, "message": "Unknown Webhook"}"#), None]).await;
    let rest = client(&server.api);
    let fault = rest.edit_reply(UserId(5), "reply-token", &json!({})).await.unwrap_err();
    assert_eq!(fault, Fault::Gone { code: codes::UNKNOWN_WEBHOOK });
    assert!(!server.heard.lock().unwrap().concat().contains("authorization"));
    let fault = rest.edit_reply(UserId(5), "reply-token", &json!({})).await.unwrap_err();
    assert!(!format!("{fault} {fault:?}").contains("reply-token"));
    assert!(matches!(fault, Fault::Retry { unknown: true, .. }));
}

#[tokio::test]
async fn every_way_to_fail_has_its_class() {
    let (fault, rest) =
        posting(answer(429, "retry-after: 2\r\n", r#"{"retry_after": 1.5, "global": false}"#)).await;
    assert!(
        matches!(fault, Fault::Retry { after: Some(after), unknown: false, .. } if after.as_millis() == 1_500)
    );
    assert_eq!((rest.counts().limited, rest.counts().sent), (1, 1));
    let (fault, _) = posting(answer(429, "", "{}")).await;
    assert!(matches!(fault, Fault::Retry { after: None, unknown: false, .. }));
    let (fault, _) = posting(answer(502, "", "<html><h1>Bad Gateway</h1></html>")).await;
    assert!(matches!(fault, Fault::Retry { after: None, unknown: true, .. }));
    let (fault, _) = posting(answer(200, "", "<html>not Discord</html>")).await;
    assert!(matches!(fault, Fault::Retry { unknown: true, .. }));
    let (fault, rest) = posting(answer(401, "", r#"{"code": 0, "message": "401: Unauthorized"}"#)).await;
    assert_eq!((fault, rest.counts().unauthorized), (Fault::Unauthorized, 1));
    let (fault, rest) =
        posting(answer(403, "", r#"{"code": 50013, "message": "Missing Permissions"}"#)).await;
    assert_eq!((fault.is_forbidden(), rest.counts().forbidden), (true, 1));
    let (fault, _) = posting(answer(302, "location: http://127.0.0.1:1/\r\n", "")).await;
    assert!(matches!(fault, Fault::Refused { status: 302, .. }));
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_a_lost_request_is_not() {
    let (silent, _) = posting(None).await;
    assert!(
        matches!(&silent, Fault::Retry { unknown: true, why, .. } if why.contains("in time")),
        "{silent}"
    );
    let (cut, _) = posting(Some(String::new())).await;
    assert!(matches!(cut, Fault::Retry { unknown: true, .. }));
    let half = "HTTP/1.1 200 X\r\ncontent-length: 99\r\n\r\n{".to_owned();
    let (half, _) = posting(Some(half)).await;
    assert!(matches!(half, Fault::Retry { unknown: true, .. }));
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let rest = client(&format!("http://{}", closed.local_addr().unwrap()));
    drop(closed);
    let fault = rest.current_user().await.unwrap_err();
    assert!(matches!(fault, Fault::Retry { unknown: false, .. }), "{fault}");
    assert!(!fault.to_string().contains("http:"), "{fault}");
}

#[tokio::test]
async fn patience_asks_again_where_it_may_help_and_only_there() {
    let trouble = || answer(500, "", "");
    let server = scripted(vec![trouble(), trouble(), answer(200, "", &message())]).await;
    let rest = client(&server.api);
    let asked = rest.patiently(|| rest.message(CHANNEL, MessageId(9))).await;
    assert_eq!(asked.unwrap().content, "hi");
    let server = scripted(vec![answer(401, "", "{}")]).await;
    let rest = client(&server.api);
    let refused = rest.patiently(|| rest.current_user()).await;
    assert_eq!((refused, rest.counts().sent), (Err(Fault::Unauthorized), 1));
}

#[tokio::test]
async fn a_foreseen_limit_is_not_hit() {
    let headers = "x-ratelimit-bucket: b\r\nx-ratelimit-limit: 1\r\nx-ratelimit-remaining: 0\r\n\
                   x-ratelimit-reset-after: 600\r\n";
    let server = scripted(vec![answer(200, headers, &message())]).await;
    let rest = client(&server.api);
    rest.publish(CHANNEL, MessageId(9)).await.unwrap();
    let fault = rest.publish(CHANNEL, MessageId(9)).await.unwrap_err();
    assert!(matches!(fault, Fault::Held { after } if after.as_secs() > 590));
    assert_eq!((rest.counts().sent, rest.counts().held), (1, 1));
}

#[tokio::test]
async fn many_refusals_slow_down_what_can_wait() {
    let server = scripted(vec![answer(403, "", "{}"), answer(200, "", &message())]).await;
    let rest = client(&server.api);
    for _ in 0..4_999 {
        rest.answered_elsewhere(401);
    }
    assert_eq!(rest.caution(), (Step::Careful, 4_999));
    rest.message(CHANNEL, MessageId(9)).await.unwrap_err();
    assert_eq!(rest.caution(), (Step::Alarmed, 5_000));
    for urgency in [Urgency::Announcement(0), Urgency::Background] {
        let fault = rest.at(urgency).message(CHANNEL, MessageId(9)).await.unwrap_err();
        assert_eq!(fault, Fault::Held { after: Duration::from_secs(60) });
    }
    assert!(rest.at(Urgency::Ticket).message(CHANNEL, MessageId(9)).await.is_ok());
    assert_eq!((rest.counts().sent, rest.counts().held, rest.counts().unauthorized), (2, 2, 4_999));
}

#[tokio::test]
async fn the_gateway_must_not_be_in_the_open() {
    let gateway = |url: &str| answer(200, "", &json!({ "url": url }).to_string());
    let server =
        scripted(vec![gateway("ws://example.org"), gateway("ws://127.0.0.1:9"), answer(500, "", "")]).await;
    let rest = client(&server.api);
    let refused = rest.gateway().await.unwrap_err().to_string();
    assert!(refused.contains("not encrypted"), "{refused}");
    assert_eq!(rest.gateway().await.unwrap(), "ws://127.0.0.1:9");
    assert!(rest.gateway().await.is_err(), "asked again, and no answer comes");
}

#[tokio::test]
async fn answers_to_interactions_go_to_the_same_address() {
    let server = scripted(vec![answer(200, "", r#"{"url": "ws://127.0.0.1:9"}"#)]).await;
    let http = client(&server.api).serenity_http();
    assert_eq!(http.get_gateway().await.unwrap().url, "ws://127.0.0.1:9");
    assert!(server.heard.lock().unwrap().concat().starts_with("GET /api/v10/gateway "));
}

#[test]
fn a_token_with_a_line_break_is_none() {
    let made = Rest::new("https://discord.com", &Secret::new("a\nb"), Clock::system(), Timing::default());
    assert!(matches!(made, Err(NotReady::Token)));
}
