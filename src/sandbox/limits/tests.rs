//! The ledger of limits, with the time as a parameter.

use super::*;

const MESSAGES: &str = "/channels/{channel}/messages";

struct Client {
    ledger: Ledger,
    start: Instant,
}

impl Client {
    fn new(limits: RateLimits) -> Self {
        Self { ledger: Ledger::new(Some(limits)), start: Instant::now() }
    }

    fn asks(
        &mut self,
        method: &str,
        template: &'static str,
        parts: &[&str],
        millis: u64,
    ) -> Result<u32, Wait> {
        self.asks_more(method, template, parts, millis, false)
    }

    fn asks_more(
        &mut self,
        method: &str,
        template: &'static str,
        parts: &[&str],
        millis: u64,
        special: bool,
    ) -> Result<u32, Wait> {
        let arrived = self.start + Duration::from_millis(millis);
        let parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
        let edits_published = special && template.ends_with("{message}");
        let renames = special && !edits_published;
        let asked = Asked { method, template, parts: &parts, renames, edits_published, arrived };
        self.ledger.admit(&asked, arrived).map(|standing| standing.map_or(99, |standing| standing.remaining))
    }

    fn last(&self) -> (Scope, bool, u128) {
        let last = self.ledger.refused().last().expect("a refusal");
        (last.scope, last.foreseeable, last.wait.as_millis())
    }
}

#[test]
fn a_bucket_counts_per_channel_and_tells_how_it_stands() {
    let mut client = Client::new(RateLimits::default());
    for remaining in (0..5).rev() {
        assert_eq!(client.asks("POST", MESSAGES, &["7"], 0), Ok(remaining));
    }
    let wait = client.asks("POST", MESSAGES, &["7"], 1_000).unwrap_err();
    let standing = wait.standing.expect("headers");
    assert_eq!((wait.scope, wait.wait, standing.remaining), (Scope::User, Duration::from_secs(4), 0));
    assert_eq!(client.last(), (Scope::User, true, 4_000));
    assert_eq!(client.asks("POST", MESSAGES, &["8"], 1_000), Ok(4), "another channel is another bucket");
    assert_eq!(client.asks("GET", MESSAGES, &["7"], 1_000), Ok(9), "another method too");
    assert_eq!(client.asks("POST", MESSAGES, &["7"], 5_000), Ok(4));
}

#[test]
fn only_what_was_told_in_time_could_have_been_known() {
    let mut client = Client::new(RateLimits::default());
    for _ in 0..5 {
        client.asks("POST", MESSAGES, &["7"], 0).unwrap();
    }
    client.asks("POST", MESSAGES, &["7"], 10).unwrap_err();
    assert!(!client.last().1, "it may have crossed the answer on the way");
    client.asks("POST", MESSAGES, &["7"], 60).unwrap_err();
    assert!(client.last().1);
    client.asks("GET", "/gateway", &[], 70).unwrap();
    client.asks("POST", MESSAGES, &["7"], 200).unwrap_err();
    assert!(!client.last().1, "a new client has been told nothing");
}

#[test]
fn a_divisor_shortens_every_window() {
    let mut client = Client::new(RateLimits::divided(100));
    let publish = "/channels/{channel}/messages/{message}/crosspost";
    for turn in 0..10 {
        client.asks("POST", publish, &["7", "1"], turn * 20).unwrap();
    }
    let wait = client.asks("POST", publish, &["7", "1"], 6_000).unwrap_err();
    assert_eq!((wait.scope, wait.wait), (Scope::Shared, Duration::from_secs(30)));
    assert!(wait.standing.is_some_and(|standing| standing.remaining > 0), "no header shows it");
    client.asks("POST", publish, &["7", "1"], 36_000).unwrap();
    assert_eq!(client.last(), (Scope::Shared, true, 30_000));
}

#[test]
fn names_and_published_messages_have_limits_that_no_header_shows() {
    let mut client = Client::new(RateLimits::default());
    let channel = "/channels/{channel}";
    assert!(client.asks_more("PATCH", channel, &["7"], 0, true).is_ok());
    assert!(client.asks_more("PATCH", channel, &["7"], 0, true).is_ok());
    assert!(client.asks("PATCH", channel, &["7"], 0).is_ok(), "no new name");
    assert_eq!(client.asks_more("PATCH", channel, &["7"], 0, true).unwrap_err().scope, Scope::Shared);
    assert!(client.asks_more("PATCH", channel, &["8"], 0, true).is_ok());
    let message = "/channels/{channel}/messages/{message}";
    for turn in 0..3 {
        assert!(client.asks_more("PATCH", message, &["7", "1"], turn, true).is_ok());
    }
    assert!(client.asks_more("PATCH", message, &["7", "2"], 5, true).is_ok());
    assert_eq!(client.asks_more("PATCH", message, &["7", "1"], 9, true).unwrap_err().scope, Scope::Shared);
}

#[test]
fn fifty_in_a_second_are_all_but_answers_to_people() {
    let mut client = Client::new(RateLimits::default());
    for channel in 0..50 {
        client.asks("POST", MESSAGES, &[&channel.to_string()], 0).unwrap();
    }
    let wait = client.asks("GET", "/guilds/{guild}", &["1"], 400).unwrap_err();
    assert_eq!((wait.scope, wait.standing), (Scope::Global, None));
    assert_eq!(client.last(), (Scope::Global, true, 600));
    let callback = "/interactions/{interaction}/{token}/callback";
    for turn in 0..60 {
        assert_eq!(client.asks("POST", callback, &["1", "t"], 400), Ok(99));
        client.asks("POST", "/webhooks/{app}/{token}", &["1", &turn.to_string()], 400).unwrap();
    }
    client.asks("GET", "/guilds/{guild}", &["1"], 1_000).unwrap();
}

#[test]
fn ten_thousand_invalid_answers_shut_the_machine_out() {
    let mut ledger = Ledger::new(Some(RateLimits::default()));
    let start = Instant::now();
    let at = |seconds| start + Duration::from_secs(seconds);
    ledger.answered(403, None, at(0));
    for _ in 0..10_000 {
        ledger.answered(401, None, at(600));
        ledger.answered(404, None, at(600));
        ledger.answered(429, Some(Scope::Shared), at(600));
    }
    assert_eq!(ledger.banned(at(600)), None, "the first is ten minutes old");
    ledger.answered(429, Some(Scope::User), at(601));
    assert_eq!(ledger.banned(at(601)), Some(Duration::from_secs(3_600)));
    assert_eq!(ledger.banned(at(4_201)), None);
}
