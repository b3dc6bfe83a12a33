//! Messages over REST: limits, nonces, mentions, files, history, pins, reactions.

use serde_json::{Value, json};
use trouble_ticket::sandbox::{Options, kind};

use super::{id, rest, rest_with};

#[tokio::test]
async fn a_message_is_posted_edited_and_found_in_the_history() {
    let bot = rest().await;
    let trouble = bot.channel("trouble");
    let path = format!("/channels/{trouble}/messages");
    let sent = bot.post(&path, json!({ "content": "it is down", "nonce": "n1" })).await;
    assert_eq!(sent["nonce"], "n1");
    let message = format!("{path}/{}", id(&sent));
    let (status, edited) =
        bot.call("PATCH", &message, json!({ "content": "it is up", "attachments": [] })).await;
    assert_eq!((status, edited["content"].as_str()), (200, Some("it is up")));
    assert!(edited["edited_timestamp"].is_string() && edited.get("nonce").is_none());
    for text in ["a", "b", "c"] {
        bot.sandbox.member("ann").in_channel("trouble").say(text).unwrap();
    }
    let page = bot.get(&format!("{path}?limit=2")).await;
    assert_eq!((page[0]["content"].as_str(), page[1]["content"].as_str()), (Some("c"), Some("b")));
    let after = bot.get(&format!("{path}?limit=2&after={}", id(&sent))).await;
    assert_eq!((after[0]["content"].as_str(), after[1]["content"].as_str()), (Some("b"), Some("a")));
    let before = bot.get(&format!("{path}?before={}", id(&page[1]))).await;
    assert_eq!(before.as_array().unwrap().len(), 2);
    assert_eq!(bot.call("DELETE", &message, Value::Null).await.0, 204);
    assert_eq!(bot.refused("GET", &message, Value::Null).await, (404, 10008));
    assert_eq!(bot.refused("GET", &format!("{path}?limit=101"), Value::Null).await, (400, 50035));
    assert_eq!(bot.sandbox.unknown_routes(), Vec::<String>::new());
}

#[tokio::test]
async fn a_body_beyond_the_limits_is_refused_at_its_path() {
    let bot = rest().await;
    let path = format!("/channels/{}/messages", bot.channel("general"));
    assert_eq!(bot.refused("POST", &path, json!({ "content": " " })).await, (400, 50006));
    let button = |id: &str| json!({ "type": 2, "style": 1, "label": "x", "custom_id": id });
    let body = json!({
        "content": "x".repeat(2001),
        "embeds": [{ "title": "t".repeat(257) }, { "fields": [{ "name": "", "value": "v" }] }],
        "components": [{ "type": 1, "components": [button("a"), button("a")] }],
        "nonce": "n".repeat(26),
    });
    let (status, answer) = bot.call("POST", &path, body).await;
    assert_eq!((status, answer["code"].as_u64()), (400, Some(50035)));
    let errors = &answer["errors"];
    assert_eq!(errors["content"]["_errors"][0]["code"], "BASE_TYPE_MAX_LENGTH");
    assert!(errors["embeds"]["0"]["title"]["_errors"].is_array());
    assert!(errors["embeds"]["1"]["fields"]["0"]["name"]["_errors"].is_array());
    let duplicate = &errors["components"]["0"]["components"]["1"]["custom_id"]["_errors"][0]["code"];
    assert_eq!(duplicate, "COMPONENT_CUSTOM_ID_DUPLICATED");
    assert!(errors["nonce"]["_errors"].is_array());
    assert!(bot.sandbox.messages("general").is_empty());
}

#[tokio::test]
async fn a_repeated_nonce_makes_no_second_message() {
    let bot = rest().await;
    let path = format!("/channels/{}/messages", bot.channel("general"));
    let body = json!({ "content": "once", "nonce": "abc", "enforce_nonce": true });
    let first = bot.post(&path, body.clone()).await;
    let second = bot.post(&path, body.clone()).await;
    assert_eq!(id(&first), id(&second));
    assert_eq!(bot.sandbox.messages("general").len(), 1);
    bot.sandbox.member("olivia").delete(&bot.sandbox.last_message("general").unwrap()).unwrap();
    assert_eq!(bot.refused("POST", &path, body).await, (404, 10008));

    let forgetful = rest_with(Options { nonce_life: std::time::Duration::ZERO, ..Options::default() }).await;
    let path = format!("/channels/{}/messages", forgetful.channel("general"));
    let body = json!({ "content": "twice", "nonce": "abc", "enforce_nonce": true });
    assert_ne!(id(&forgetful.post(&path, body.clone()).await), id(&forgetful.post(&path, body).await));

    let path = format!("/channels/{}/messages", bot.channel("general"));
    let body = json!({ "content": "again", "nonce": "def", "enforce_nonce": true });
    let first = id(&bot.post(&path, body.clone()).await);
    bot.sandbox.remember_nonces_for(std::time::Duration::ZERO);
    bot.sandbox.remember_nonces_for(std::time::Duration::from_secs(300));
    let second = id(&bot.post(&path, body.clone()).await);
    assert_ne!(first, second, "the window is over");
    assert_eq!(id(&bot.post(&path, body.clone()).await), second);
    let control = reqwest::Client::new().post(format!("{}/sandbox/faults", bot.sandbox.api()));
    assert!(control.json(&json!({ "nonce_life_ms": 0 })).send().await.unwrap().status().is_success());
    assert_ne!(id(&bot.post(&path, body).await), second);
}

#[tokio::test]
async fn only_allowed_mentions_ping() {
    let bot = rest().await;
    let path = format!("/channels/{}/messages", bot.channel("general"));
    let (ann, ben) = (bot.sandbox.member("ann").id().unwrap(), bot.sandbox.member("ben").id().unwrap());
    let (web, managers) = bot
        .sandbox
        .look(|world| (world.find_role("web").unwrap().id, world.find_role("managers").unwrap().id));
    let text = format!("<@{ann}> <@{ben}> <@&{web}> <@&{managers}> @everyone");
    let allowed = json!({ "users": [ann.to_string()], "roles": [managers.to_string()] });
    bot.post(&path, json!({ "content": text, "allowed_mentions": allowed })).await;
    let pings = bot.sandbox.last_message("general").unwrap().pings;
    assert_eq!((pings.users, pings.roles, pings.everyone), (vec![ann], vec![managers], false));
    bot.post(&path, json!({ "content": text })).await;
    assert!(bot.sandbox.last_message("general").unwrap().pings.everyone);
    // Managers cannot be mentioned by everybody, and Ann is not the bot.
    let said = bot.sandbox.member("ann").in_channel("general").say(&text).unwrap();
    assert_eq!((said.pings.roles, said.pings.everyone), (vec![web], false));
    let both = json!({ "parse": ["users"], "users": [ann.to_string()] });
    let wrong = json!({ "content": text, "allowed_mentions": both });
    assert_eq!(bot.refused("POST", &path, wrong).await, (400, 50035));
    let quiet = bot.post(&path, json!({ "content": "x", "allowed_mentions": { "parse": [] } })).await;
    bot.call("PATCH", &format!("{path}/{}", id(&quiet)), json!({ "content": text })).await;
    assert!(bot.sandbox.message(id(&quiet)).unwrap().pings.users.is_empty());
}

#[tokio::test]
async fn a_file_comes_back_as_it_was_sent() {
    let bot = rest().await;
    let url = format!("{}/api/v10/channels/{}/messages", bot.sandbox.api(), bot.channel("general"));
    let meta = json!({ "content": "log", "attachments": [{ "id": 0, "description": "the log" }] });
    let file = reqwest::multipart::Part::bytes(vec![0, 159, 146, 150]).file_name("the log.bin");
    let form = reqwest::multipart::Form::new().text("payload_json", meta.to_string()).part("files[0]", file);
    let token = format!("Bot {}", bot.sandbox.token());
    let answer = reqwest::Client::new().post(url).header("authorization", token).multipart(form).send().await;
    let sent: Value = serde_json::from_str(&answer.unwrap().text().await.unwrap()).unwrap();
    let file = &sent["attachments"][0];
    assert_eq!(
        (file["filename"].as_str(), file["description"].as_str()),
        (Some("the_log.bin"), Some("the log"))
    );
    let bytes = reqwest::get(file["url"].as_str().unwrap()).await.unwrap().bytes().await.unwrap();
    assert_eq!(&bytes[..], [0, 159, 146, 150]);
}

#[tokio::test]
async fn pins_and_reactions_use_old_and_new_routes() {
    let bot = rest().await;
    let trouble = bot.channel("trouble");
    let ann = bot.sandbox.member("ann");
    let said = ann.in_channel("trouble").say("look").unwrap();
    let pin = format!("/channels/{trouble}/messages/pins/{}", said.id);
    assert_eq!(bot.call("PUT", &pin, Value::Null).await.0, 204);
    assert_eq!(id(&bot.get(&format!("/channels/{trouble}/pins")).await[0]), said.id);
    let new = bot.get(&format!("/channels/{trouble}/messages/pins")).await;
    assert_eq!(id(&new["items"][0]["message"]), said.id);
    assert_eq!(bot.sandbox.last_message("trouble").unwrap().kind, 6);
    assert!(ann.pin(&said).is_err());
    let fire = format!("/channels/{trouble}/messages/{}/reactions/%F0%9F%94%A5", said.id);
    assert_eq!(bot.call("PUT", &format!("{fire}/@me"), Value::Null).await.0, 204);
    ann.react(&said, "🔥").unwrap();
    assert_eq!(bot.get(&fire).await.as_array().unwrap().len(), 2);
    assert_eq!(bot.call("DELETE", &format!("{fire}/@me"), Value::Null).await.0, 204);
    ann.unreact(&said, "🔥").unwrap();
    assert!(bot.sandbox.message(said.id).unwrap().reactions.is_empty());
}

#[tokio::test]
async fn only_announcements_are_published_and_only_once() {
    let bot = rest().await;
    let there = bot.channel("trouble-announcements");
    let sent = bot.post(&format!("/channels/{there}/messages"), json!({ "content": "news" })).await;
    let publish = format!("/channels/{there}/messages/{}/crosspost", id(&sent));
    assert_eq!(bot.post(&publish, Value::Null).await["flags"], 1);
    assert_eq!(bot.refused("POST", &publish, Value::Null).await, (400, 40033));
    let general = bot.channel("general");
    let sent = bot.post(&format!("/channels/{general}/messages"), json!({ "content": "no news" })).await;
    let publish = format!("/channels/{general}/messages/{}/crosspost", id(&sent));
    assert_eq!(bot.refused("POST", &publish, Value::Null).await, (400, 50024));
}

#[tokio::test]
async fn a_direct_message_reaches_those_who_take_them() {
    let bot = rest().await;
    let ann = bot.sandbox.member("ann").id().unwrap();
    let direct = bot.post("/users/@me/channels", json!({ "recipient_id": ann.to_string() })).await;
    assert_eq!(direct["type"], kind::DM);
    let path = format!("/channels/{}/messages", id(&direct));
    bot.post(&path, json!({ "content": "psst" })).await;
    bot.sandbox.refuse_dms("ann", true).unwrap();
    assert_eq!(bot.refused("POST", &path, json!({ "content": "psst" })).await, (403, 50007));
}
