//! Threads over REST: making, archiving, joining.

use serde_json::{Value, json};

use super::{id, rest};

#[tokio::test]
async fn a_thread_has_the_id_of_its_message_and_there_is_only_one() {
    let bot = rest().await;
    let trouble = bot.channel("trouble");
    let card = bot.post(&format!("/channels/{trouble}/messages"), json!({ "content": "T-1" })).await;
    let path = format!("/channels/{trouble}/messages/{}/threads", id(&card));
    let thread = bot.post(&path, json!({ "name": "T-1 down", "auto_archive_duration": 4320 })).await;
    assert_eq!((id(&thread), thread["type"].as_u64()), (id(&card), Some(11)));
    assert_eq!(bot.refused("POST", &path, json!({ "name": "again" })).await, (400, 160_004));
    assert_eq!(bot.refused("POST", &path, json!({ "name": "" })).await, (400, 50035));
    let starter = bot.get(&format!("/channels/{}/messages", id(&thread))).await;
    assert_eq!(starter[0]["type"], 21);
    let guild = bot.sandbox.guild_id();
    assert_eq!(bot.get(&format!("/guilds/{guild}/threads/active")).await["threads"][0]["id"], thread["id"]);
    assert!(bot.get(&format!("/channels/{trouble}/messages/{}", id(&card))).await["thread"].is_object());
}

#[tokio::test]
async fn an_archived_thread_is_changed_only_by_bringing_it_back() {
    let bot = rest().await;
    let trouble = bot.channel("trouble");
    let thread = bot.post(&format!("/channels/{trouble}/threads"), json!({ "name": "x", "type": 11 })).await;
    assert_eq!(bot.sandbox.last_message("trouble").unwrap().kind, 18);
    let path = format!("/channels/{}", id(&thread));
    let sent = bot.post(&format!("{path}/messages"), json!({ "content": "hello" })).await;
    let (_, closed) = bot.call("PATCH", &path, json!({ "archived": true })).await;
    assert_eq!(closed["thread_metadata"]["archived"], true);
    let edit = format!("{path}/messages/{}", id(&sent));
    assert_eq!(bot.refused("PATCH", &edit, json!({ "content": "x" })).await, (400, 50083));
    assert_eq!(bot.refused("PATCH", &path, json!({ "name": "y" })).await, (400, 50083));
    let ann = bot.sandbox.member("ann").id().unwrap();
    let join = format!("{path}/thread-members/{ann}");
    assert_eq!(bot.refused("PUT", &join, Value::Null).await, (400, 50083));
    let archived = bot.get(&format!("/channels/{trouble}/threads/archived/public")).await;
    assert_eq!(archived["threads"][0]["id"], thread["id"]);
    // Posting brings it back, unless it is locked.
    bot.sandbox.member("ann").in_channel(id(&thread)).say("wait").unwrap();
    assert!(!bot.sandbox.channel(id(&thread)).unwrap().is_archived());
    bot.call("PATCH", &path, json!({ "archived": true, "locked": true })).await;
    assert!(bot.sandbox.member("ann").in_channel(id(&thread)).say("wait").is_err());
    assert_eq!(bot.call("PATCH", &path, json!({ "archived": false, "name": "z" })).await.0, 200);
    assert_eq!(bot.call("PUT", &join, Value::Null).await.0, 204);
}

#[tokio::test]
async fn a_private_thread_is_seen_by_its_members_only() {
    let bot = rest().await;
    let trouble = bot.channel("trouble");
    let body = json!({ "name": "T-2", "type": 12, "invitable": false });
    let thread = id(&bot.post(&format!("/channels/{trouble}/threads"), body).await);
    let (ann, ben) = (bot.sandbox.member("ann"), bot.sandbox.member("ben"));
    assert!(ann.in_channel(thread).messages().is_err());
    let path = format!("/channels/{thread}/thread-members");
    assert_eq!(bot.call("PUT", &format!("{path}/{}", ann.id().unwrap()), Value::Null).await.0, 204);
    let inside = ann.in_channel(thread).messages().unwrap();
    assert_eq!((inside.len(), inside[0].kind), (1, 1));
    // Ann is no manager of threads, so her mention does not bring Ben in.
    ann.in_channel(thread).say(&format!("<@{}>", ben.id().unwrap())).unwrap();
    assert!(ben.in_channel(thread).say("hello").is_err());
    let carl = bot.sandbox.member("carl").id().unwrap();
    assert_eq!(bot.refused("PUT", &format!("{path}/{carl}"), Value::Null).await, (403, 50001));
    assert_eq!(bot.get(&path).await.as_array().unwrap().len(), 2);
    assert_eq!(bot.call("DELETE", &format!("{path}/{}", ann.id().unwrap()), Value::Null).await.0, 204);
    assert!(ann.in_channel(thread).messages().is_err());
    let general = bot.channel("trouble-announcements");
    let path = format!("/channels/{general}/threads");
    assert_eq!(bot.refused("POST", &path, json!({ "name": "n", "type": 12 })).await, (400, 50035));
}

#[tokio::test]
async fn a_mention_brings_people_into_the_thread() {
    let bot = rest().await;
    let trouble = bot.channel("trouble");
    let thread = bot.post(&format!("/channels/{trouble}/threads"), json!({ "name": "x", "type": 11 })).await;
    let path = format!("/channels/{}/messages", id(&thread));
    let members = || bot.sandbox.channel(id(&thread)).unwrap().thread.unwrap().members.len();
    let (web, carl) =
        bot.sandbox.look(|world| (world.find_role("web").unwrap().id, world.find_member("carl").unwrap().id));
    bot.post(&path, json!({ "content": format!("<@&{web}>"), "allowed_mentions": { "parse": [] } })).await;
    assert_eq!(members(), 1);
    // Both of the web team; Carl does not see the channel.
    bot.post(&path, json!({ "content": format!("<@&{web}> <@{carl}>") })).await;
    assert_eq!(members(), 3);
    bot.sandbox.member("ann").in_channel(id(&thread)).say("me too").unwrap();
    assert_eq!(members(), 4);
}
