//! What a chat file may look like, and what is said of one that is wrong.

//! What is wrong with a conversation, said line by line; and what is read from one that is right.

use super::*;

fn problems(chat: &str) -> String {
    read("chat.jsonl", chat.as_bytes()).unwrap_err().to_string()
}

fn good(chat: &str) -> Chat {
    read("chat.jsonl", chat.as_bytes()).unwrap()
}

fn replies(chat: &Chat) -> Vec<(&str, Option<&str>)> {
    let said = |place: usize| chat.lines[place].text.as_str();
    chat.lines.iter().map(|line| (line.text.as_str(), line.reply_to.map(said))).collect()
}

#[test]
fn everything_that_is_wrong_is_named_with_its_line() {
    let chat = concat!(
        r#"{"ts":"2026-01-31T09:00:00Z","author":"ann","text":"fine"}"#,
        "\n\n",
        r#"{"ts":"today","author":7,"bot":"yes"}"#,
        "\n",
        "[1]\n{\"ts\":\n",
        r#"{"text":"x","author":null,"ts":1769850000,"reply_to":{},"attachments":-1}"#,
        "\n",
        r#"{"ts":"2026-01-31T09:00:00","author":"a","text":"b","attachments":[1],"reply_to":[true]}"#,
    );
    insta::assert_snapshot!(problems(chat), @r#"
    chat.jsonl:3: ts: "today" is not a time. Write it as RFC 3339, such as `2026-01-31T09:00:00Z`.
    chat.jsonl:3: author: must be text, not a number.
    chat.jsonl:3: text: is missing.
    chat.jsonl:3: bot: must be true or false, not text.
    chat.jsonl:4: is a list, not an object. Write `{"ts": …}`.
    chat.jsonl:5: is not JSON: EOF while parsing a value at column 6.
    chat.jsonl:6: ts: must be text, not a number. Write it as RFC 3339, such as `2026-01-31T09:00:00Z`.
    chat.jsonl:6: author: must be text, not null.
    chat.jsonl:6: reply_to: must be a number, text, or a list of them.
    chat.jsonl:6: attachments: must be a number or a list, at most 100. An entry is a name, an address, or an object with `name`, `url` or `text`.
    chat.jsonl:7: ts: "2026-01-31T09:00:00" is not a time. Write it as RFC 3339, such as `2026-01-31T09:00:00Z`.
    chat.jsonl:7: reply_to: must be a number, text, or a list of them.
    chat.jsonl:7: attachments: must be a number or a list, at most 100. An entry is a name, an address, or an object with `name`, `url` or `text`.
    "#);
    insta::assert_snapshot!(problems(""), @"chat.jsonl: holds nothing that could be posted.");
    let silence = r#"{"ts":"2026-01-31T09:00:00Z","author":"ann","text":" "}"#;
    insta::assert_snapshot!(problems(silence), @"chat.jsonl: holds nothing that could be posted.");
    let far = r#"{"ts":"2090-01-01T00:00:00Z","author":"ann","text":"hello"}"#;
    insta::assert_snapshot!(problems(far), @"chat.jsonl:1: ts: is later than Discord's ids can tell. A conversation may end in 2083, and last no longer than from 2015 to then.");
    let odd = read("chat.jsonl", b"{\"ts\xff").unwrap_err().to_string();
    insta::assert_snapshot!(odd, @"chat.jsonl:1: is not UTF-8.");
}

#[test]
fn lines_are_sorted_and_ties_keep_the_order_of_the_file() {
    let chat = good(concat!(
        "\u{feff}",
        r#"{"ts":"2026-01-31T09:00:01Z","author":"a","text":"2"}"#,
        "\r\n",
        r#"{"ts":"2026-01-31T10:00:01+01:00","author":"a","text":"3"}"#,
        "\n",
        r#"{"ts":"2026-01-31T09:00:00.9Z","author":"a","text":"1"}"#,
        "\n",
        r#"{"ts":"2026-01-31T09:00:00.9Z","author":"a","text":" \n"}"#,
        "\n",
    ));
    let said: Vec<_> = chat.lines.iter().map(|line| (line.text.as_str(), line.number)).collect();
    assert_eq!(said, [("1", 3), ("2", 1), ("3", 2)]);
    assert_eq!((chat.skipped, chat.shift()), (1, TimeDelta::zero()));
}

#[test]
fn a_reply_finds_its_line_by_id_line_time_or_place() {
    let by_id = good(concat!(
        r#"{"id":"m1","ts":"2026-01-31T09:00:00Z","author":"a","text":"one"}"#,
        "\n",
        r#"{"id":"m2","ts":"2026-01-31T09:00:01Z","author":"b","text":"two","reply_to":"m1"}"#,
        "\n",
        r#"{"id":"m3","ts":"2026-01-31T09:00:02Z","author":"b","text":"three","reply_to":"2026-01-31T10:00:01+01:00"}"#,
        "\n",
        r#"{"id":"m4","ts":"2026-01-31T09:00:03Z","author":"b","text":"four","reply_to":1}"#,
    ));
    let expected = [("one", None), ("two", Some("one")), ("three", Some("two")), ("four", None)];
    assert_eq!((replies(&by_id), by_id.loose_replies), (expected.to_vec(), 1));
    let by_line = good(concat!(
        r#"{"log":"x","line":7,"ts":"2026-01-31T09:00:00Z","author":"a","text":"one"}"#,
        "\n",
        r#"{"log":"y","line":7,"ts":"2026-01-31T09:00:01Z","author":"a","text":"other"}"#,
        "\n",
        r#"{"log":"x","line":9,"ts":"2026-01-31T09:00:02Z","author":"b","text":"two","reply_to":[3,7]}"#,
        "\n",
        r#"{"log":"x","line":10,"ts":"2026-01-31T09:00:03Z","author":"b","text":"three","reply_to":[7,9]}"#,
    ));
    let expected = [("one", None), ("other", None), ("two", Some("one")), ("three", Some("two"))];
    assert_eq!((replies(&by_line), by_line.loose_replies), (expected.to_vec(), 0));
    let by_place = good(concat!(
        r#"{"ts":"2026-01-31T09:00:01Z","author":"a","text":"later","reply_to":0}"#,
        "\n",
        r#"{"ts":"2026-01-31T09:00:00Z","author":"a","text":"earlier","reply_to":0}"#,
        "\n",
        r#"{"ts":"2026-01-31T09:00:02Z","author":"b","text":"last","reply_to":0}"#,
    ));
    let expected = [("earlier", None), ("later", None), ("last", Some("later"))];
    assert_eq!((replies(&by_place), by_place.loose_replies), (expected.to_vec(), 2));
}

#[test]
fn files_are_counted_named_or_described() {
    let files = |attachments: &str| {
        let line =
            format!(r#"{{"ts":"2026-01-31T09:00:00Z","author":"a","text":"","attachments":{attachments}}}"#);
        let files = good(&line).lines.remove(0).files;
        files.into_iter().map(|file| (file.name, file.text)).collect::<Vec<_>>()
    };
    let named = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let unknown = [named("attachment-1.txt", NO_CONTENTS), named("attachment-2.txt", NO_CONTENTS)];
    assert_eq!(files("2"), unknown);
    assert_eq!(
        files(
            r#"["pay.log","https://x.example/a/graph.png?w=1",{"name":"n.txt","text":"t"},{"url":"http://x.example/"}]"#
        ),
        [
            named("pay.log", NO_CONTENTS),
            named("graph.png", "https://x.example/a/graph.png?w=1\n"),
            named("n.txt", "t"),
            named("x.example", "http://x.example/\n"),
        ]
    );
}

#[test]
fn what_was_said_before_discord_is_played_whole_weeks_later() {
    let chat = good(r#"{"ts":"2004-11-15T12:18:00Z","author":"a","text":"hello"}"#);
    let played = chat.lines[0].at + chat.shift();
    assert_eq!(chat.shift(), TimeDelta::weeks(chat.shift().num_weeks()));
    assert_eq!(played.to_rfc3339(), "2015-03-02T12:18:00+00:00");
}
