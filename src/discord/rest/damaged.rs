//! Discord's answers with something wrong in them: they are read or refused, and nothing panics. Tests only.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::fault::{Fault, notice};
use super::limiter::Notice;
use super::wire;
use crate::cases::{cases, damage, damaged, hostile};

/// One real answer of each kind.
fn answers() -> Vec<Value> {
    let user = json!({ "id": "7", "username": "trouble-ticket", "global_name": null, "bot": true });
    let thread = json!({
        "id": "30", "type": 11, "name": "T-1 Checkout is down", "parent_id": "3", "owner_id": "7", "guild_id": "1",
        "thread_metadata": { "archived": false, "locked": false, "auto_archive_duration": 4320 },
    });
    vec![
        json!({ "id": "30", "channel_id": "3", "author": user, "content": "x", "embeds": [{ "title": "y" }], "thread": thread, "flags": 4 }),
        json!({ "id": "3", "type": 0, "name": "trouble", "parent_id": null, "permission_overwrites": [
            { "id": "1", "type": 0, "allow": "0", "deny": "1024" }, { "id": "7", "type": 1, "allow": "2251799813685248", "deny": "0" },
        ] }),
        json!({ "threads": [thread], "members": [], "has_more": false }),
        json!({ "id": "5", "name": "web", "permissions": "2251799813685248", "mentionable": true, "managed": false }),
        json!({ "user": user, "nick": "Bot", "roles": ["5", "6"] }),
        json!({ "id": "1", "name": "Harbour Books", "owner_id": "9", "features": ["COMMUNITY"] }),
        json!({ "id": "7", "name": "trouble-ticket", "flags": 294_912 }),
        json!({ "url": "wss://gateway.discord.gg" }),
    ]
}

/// What Discord says when it refuses.
fn refusals() -> Vec<Value> {
    vec![
        json!({ "code": 50_035, "message": "Invalid Form Body", "errors": { "embeds": { "0": { "title": {
            "_errors": [{ "code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 256 or fewer in length." }] } } } } }),
        json!({ "message": "You are being rate limited.", "retry_after": 0.35, "global": false, "code": 0 }),
        json!({ "code": 10_003, "message": "Unknown Channel" }),
    ]
}

/// Everything that answers are read as.
const READERS: [fn(&[u8]); 9] = [
    read::<wire::Message>,
    read::<Vec<wire::Message>>,
    read::<wire::Channel>,
    read::<wire::Threads>,
    read::<wire::Role>,
    read::<wire::Member>,
    read::<wire::Guild>,
    read::<wire::Application>,
    read::<wire::Gateway>,
];

fn read<T: DeserializeOwned>(body: &[u8]) {
    if let Err(error) = serde_json::from_slice::<T>(body) {
        assert!(!Fault::unreadable(&error).to_string().is_empty());
    }
}

/// Header values that a server or a proxy in between may send.
fn header() -> impl Strategy<Value = (&'static str, Vec<u8>)> {
    const NAMES: &[&str] = &[
        "retry-after",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset-after",
        "x-ratelimit-bucket",
        "x-ratelimit-scope",
        "x-ratelimit-global",
    ];
    const VALUES: &[&str] = &[
        "0",
        "1",
        "0.35",
        "-1",
        "1e300",
        "1e-300",
        "inf",
        "NaN",
        "18446744073709551615",
        "",
        "global",
        "shared",
        "true",
    ];
    let value = prop_oneof![
        3 => select(VALUES).prop_map(|text| text.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..20),
    ];
    (select(NAMES), value)
}

proptest! {
    #![proptest_config(cases(10_000))]

    #[test]
    fn damaged_answers_are_read_or_refused(which in any::<Index>(), damages in vec(damage(), 1..4), cut in any::<Index>()) {
        thread_local!(static ANSWERS: Vec<Value> = answers());
        let body = ANSWERS.with(|answers| damaged(which.get(answers), &damages).to_string());
        // Also one that ends in the middle.
        for body in [body.as_bytes(), &body.as_bytes()[..cut.index(body.len())]] {
            READERS.iter().for_each(|read| read(body));
        }
    }

    #[test]
    fn any_refusal_has_a_class_and_a_sentence(
        status in prop_oneof![Just(429_u16), 400..600_u16], which in any::<Index>(), damages in vec(damage(), 0..4),
        odd in prop::option::of(hostile()), pairs in vec(header(), 0..4),
    ) {
        thread_local!(static REFUSALS: Vec<Value> = refusals());
        let body = odd.unwrap_or_else(|| REFUSALS.with(|all| damaged(which.get(all), &damages).to_string()));
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        let fault = Fault::from_answer(status, &headers, body.as_bytes());
        let said = fault.to_string();
        // It is written into the database and shown to operators.
        prop_assert!(said.chars().count() < 400 && !said.contains(|c: char| c.is_control()), "{said:?}");
        notice(status, &headers, body.as_bytes());
        Notice::read(&headers);
    }
}
