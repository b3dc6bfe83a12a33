//! Interactions over bare REST: registration, answers of every kind, refusals.

use serde_json::{Value, json};
use trouble_ticket::sandbox::{Refusal, State};

use super::{Rest, id, rest};

fn commands() -> Value {
    json!([
        { "name": "note", "description": "a note", "options": [
            { "type": 3, "name": "text", "description": "what", "required": true },
            { "type": 3, "name": "kind", "description": "kind", "choices": [
                { "name": "Finding", "value": "finding" }, { "name": "Action", "value": "action" } ] },
            { "type": 4, "name": "count", "description": "how many", "min_value": 1 },
            { "type": 5, "name": "quiet", "description": "quiet" },
            { "type": 8, "name": "team", "description": "team" },
            { "type": 11, "name": "file", "description": "file" } ] },
        { "name": "admin", "description": "for few", "default_member_permissions": "8" },
    ])
}

/// A connected bot with commands, answered by hand.
async fn bot() -> Rest {
    let bot = rest().await;
    let path = format!("/applications/{}/guilds/{}/commands", bot.sandbox.bot_id(), bot.sandbox.guild_id());
    let (status, made) = bot.call("PUT", &path, commands()).await;
    assert_eq!(status, 200, "{made}");
    bot
}

#[tokio::test]
async fn commands_are_checked_and_keep_their_ids() {
    let bot = bot().await;
    let path = format!("/applications/{}/guilds/{}/commands", bot.sandbox.bot_id(), bot.sandbox.guild_id());
    let first = bot.get(&path).await;
    bot.call("PUT", &path, commands()).await;
    assert_eq!(bot.get(&path).await[0]["id"], first[0]["id"]);
    let bad = json!([
        { "name": "Upper", "description": "x" },
        { "name": "long", "description": "x".repeat(101) },
        { "name": "order", "description": "x", "options": [
            { "type": 3, "name": "a", "description": "x" },
            { "type": 3, "name": "b", "description": "x", "required": true } ] },
    ]);
    let (status, answer) = bot.call("PUT", &path, bad).await;
    assert_eq!((status, answer["code"].as_u64()), (400, Some(50035)));
    let errors = &answer["errors"];
    assert!(errors["0"]["name"].is_object() && errors["1"]["description"].is_object());
    assert!(errors["2"]["options"]["1"]["_errors"].is_array());
    let one = bot.post(&path, json!({ "name": "extra", "description": "x" })).await;
    assert_eq!(bot.get(&path).await.as_array().unwrap().len(), 3);
    assert_eq!(bot.call("DELETE", &format!("{path}/{}", id(&one)), Value::Null).await.0, 204);
}

#[tokio::test]
async fn what_the_client_would_not_send_never_reaches_the_bot() {
    let bot = bot().await;
    let refused = async |who: &str, place: &str, line: &str| -> String {
        let place = bot.sandbox.member(who).in_channel(place);
        place.slash(line).await.err().map(|Refusal { message, .. }| message).unwrap_or_default()
    };
    assert!(refused("ann", "general", "/note kind:finding").await.contains("`text` is required"));
    assert!(refused("ann", "general", "/note text:x kind:other").await.contains("one of: Finding, Action"));
    assert!(refused("ann", "general", "/note text:x count:0").await.contains("within its limits"));
    assert!(refused("ann", "general", "/note text:x team:@nobody").await.contains("something that exists"));
    assert!(refused("ann", "general", "/admin").await.contains("permission"));
    assert!(refused("carl", "trouble", "/note text:x").await.contains("Missing Access"));
    assert!(refused("ann", "general", "/note text:x").await.contains("no bot is connected"));
    assert_eq!(bot.sandbox.stats()["failed_interactions"], 1);
}

#[tokio::test]
async fn an_answer_must_fit_and_comes_once() {
    let bot = bot().await;
    let mut gateway = super::control::Gateway::connect(&bot.sandbox).await;
    let ann = bot.sandbox.member("ann").in_channel("general");
    let slash =
        tokio::spawn(async move { ann.slash("/note text:all is well kind:Finding quiet:true").await });
    let event = gateway.event("INTERACTION_CREATE").await;
    let options = &event["d"]["data"]["options"];
    assert_eq!((&options[0]["value"], &options[1]["value"]), (&json!("all is well"), &json!("finding")));
    assert_eq!(options[2]["value"], true);
    let token = event["d"]["token"].as_str().unwrap();
    let path = format!("/interactions/{}/{token}/callback", id(&event["d"]));
    let hook = format!("/webhooks/{}/{token}", bot.sandbox.bot_id());
    assert_eq!(bot.refused("POST", &hook, json!({ "content": "x" })).await, (404, 10015));
    assert_eq!(bot.refused("POST", &path, json!({ "type": 7 })).await, (400, 50035));
    let long = json!({ "type": 4, "data": { "content": "x".repeat(2001) } });
    assert_eq!(bot.refused("POST", &path, long).await, (400, 50035));
    let answer = json!({ "type": 4, "data": { "content": "noted", "flags": 64 } });
    let shown = bot.post(&format!("{path}?with_response=true"), answer.clone()).await;
    assert_eq!(shown["resource"]["message"]["content"], "noted");
    assert_eq!(bot.refused("POST", &path, answer.clone()).await, (400, 40060));
    let unknown = format!("/interactions/1/{token}/callback");
    assert_eq!(bot.refused("POST", &unknown, answer).await, (404, 10062));
    let reply = slash.await.unwrap().unwrap();
    assert_eq!(
        (reply.text().as_str(), reply.is_ephemeral(), reply.state()),
        ("noted", true, State::Answered)
    );
    assert_eq!(reply.interaction().unwrap().refusals.len(), 2);
    assert!(bot.sandbox.messages("general").is_empty());
    let more = bot.post(&hook, json!({ "content": "more" })).await;
    assert_eq!(id(&more), bot.sandbox.messages("general")[0].id);
    let original = format!("{hook}/messages/@original");
    assert_eq!(bot.call("PATCH", &original, json!({ "content": "noted!" })).await.0, 200);
    assert_eq!(reply.edited().await.unwrap().content, "noted!");
    assert_eq!(bot.call("DELETE", &original, Value::Null).await.0, 204);
    assert_eq!(bot.refused("GET", &original, Value::Null).await, (404, 10008));
}
