//! Who may do what: tokens, permissions, roles, channels.

use serde_json::{Value, json};
use trouble_ticket::sandbox::{Company, Options, permissions};

use super::{id, rest, rest_with};

#[tokio::test]
async fn a_wrong_token_an_unknown_thing_and_an_unknown_route_are_told_apart() {
    let bot = rest().await;
    let url = format!("{}/api/v10/users/@me", bot.sandbox.api());
    let answer = reqwest::Client::new().get(url).header("authorization", "Bot wrong").send().await.unwrap();
    assert_eq!(answer.status(), 401);
    assert_eq!(bot.refused("GET", "/channels/1", Value::Null).await, (404, 10003));
    assert_eq!(bot.refused("GET", "/guilds/1", Value::Null).await, (404, 10004));
    assert_eq!(bot.refused("GET", "/channels/abc", Value::Null).await, (400, 50035));
    assert_eq!(bot.refused("GET", "/no/such/route", Value::Null).await, (404, 0));
    assert_eq!(bot.sandbox.unknown_routes(), ["GET /no/such/route"]);
}

#[tokio::test]
async fn the_bot_does_only_what_its_role_and_the_channel_allow() {
    let bot = rest().await;
    let trouble = bot.channel("trouble");
    let path = format!("/channels/{trouble}/messages");
    let role = "trouble-ticket";
    bot.sandbox.set_role_overwrite("trouble", role, 0, permissions::VIEW_CHANNEL).unwrap();
    assert_eq!(bot.refused("GET", &path, Value::Null).await, (403, 50001));
    bot.sandbox.set_role_overwrite("trouble", role, 0, permissions::SEND_MESSAGES).unwrap();
    assert_eq!(bot.refused("POST", &path, json!({ "content": "x" })).await, (403, 50013));
    bot.sandbox.set_role_overwrite("trouble", role, 0, 0).unwrap();
    let sent = bot.post(&path, json!({ "content": "x" })).await;
    let pin = format!("/channels/{trouble}/pins/{}", id(&sent));
    let without = permissions::INVITED_BOT & !permissions::PIN_MESSAGES;
    bot.sandbox.set_role_permissions(role, without).unwrap();
    assert_eq!(bot.refused("PUT", &pin, Value::Null).await, (403, 50013));
    assert!(bot.sandbox.member("carl").in_channel("trouble").say("hello").is_err());
    assert!(bot.sandbox.member("ann").in_channel("trouble-operators").messages().is_err());
    assert!(bot.sandbox.member("olivia").in_channel("trouble-operators").say("hello").is_ok());
}

#[tokio::test]
async fn a_bare_server_is_furnished_over_rest() {
    let bot = rest_with(Options { company: Company::bare(), ..Options::default() }).await;
    let guild = bot.sandbox.guild_id();
    let role =
        bot.post(&format!("/guilds/{guild}/roles"), json!({ "name": "web", "mentionable": true })).await;
    let overwrite = json!({ "id": guild.to_string(), "type": 0, "deny": "1024", "allow": "0" });
    let own = json!({ "id": bot.sandbox.bot_id().to_string(), "type": 1, "allow": "1024", "deny": "0" });
    let body = json!({ "name": "Trouble Room", "type": 0, "permission_overwrites": [overwrite, own] });
    let channel = bot.post(&format!("/guilds/{guild}/channels"), body).await;
    assert_eq!(channel["name"], "trouble-room");
    assert!(bot.sandbox.member("ann").in_channel("trouble-room").say("x").is_err());
    let ann = bot.sandbox.member("ann").id().unwrap();
    let give = format!("/guilds/{guild}/members/{ann}/roles/{}", id(&role));
    assert_eq!(bot.call("PUT", &give, Value::Null).await.0, 204);
    let member = bot.get(&format!("/guilds/{guild}/members/{ann}")).await;
    assert_eq!(member["roles"][0], role["id"]);
    let strong = json!({ "name": "boss", "permissions": "8" });
    assert_eq!(bot.refused("POST", &format!("/guilds/{guild}/roles"), strong).await, (403, 50013));
    let found = bot.get(&format!("/guilds/{guild}/members/search?query=be&limit=5")).await;
    assert_eq!(found[0]["user"]["username"], "ben");
    assert_eq!(bot.get(&format!("/guilds/{guild}/members?limit=1000")).await.as_array().unwrap().len(), 4);
    assert_eq!(bot.call("DELETE", &format!("/channels/{}", id(&channel)), Value::Null).await.0, 200);
}
