//! What property tests have in common: how many inputs they try, text at its worst, and JSON with something wrong in it.
//!
//! The one place where tests ask whether the run is a long one. Compiled for tests only; those under `tests` take this
//! very file. Must not know what is tested.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::Config;
use serde_json::{Value, json};

/// How much longer a long run is: 10,000 inputs become a million.
const LONGER: u32 = 100;

/// The settings of a property test that tries so many inputs in the suite.
pub fn cases(suite: u32) -> Config {
    Config { cases: if is_long() { suite.saturating_mul(LONGER) } else { suite }, ..Config::default() }
}

/// Whether the tests were started with `tests/run.sh --long`.
#[expect(clippy::disallowed_methods, reason = "tests are told by the environment, and the program is not")]
pub fn is_long() -> bool {
    std::env::var("TEST_LONG").is_ok_and(|long| long == "1")
}

/// What calls, formats, hides, breaks lines or upsets databases, terminals and counters of characters.
const PIECES: [&str; 62] = [
    "@everyone",
    "@here",
    "@EVERYONE",
    "<@666>",
    "<@!666>",
    "<@&999>",
    "<#5>",
    "</ticket:1>",
    "<id:guide>",
    "<t:0:R>",
    "<:ok:1>",
    "<a:ok:1>",
    "@",
    "<",
    ">",
    "<@",
    "**",
    "*",
    "__",
    "_",
    "~~",
    "||",
    "|",
    "`",
    "```",
    "```\n",
    "# ",
    "-# ",
    "> ",
    ">>> ",
    "- ",
    "1. ",
    "[a](https://evil.example)",
    "](",
    "[",
    "https://a.example/x",
    "<https://a.example>",
    "http://",
    "discord.gg/x",
    "\\",
    "\\\\",
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    " ",
    "\u{0}",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{9b}31m",
    "\u{202e}",
    "\u{2066}",
    "\u{200b}",
    "\u{200d}",
    "\u{2028}",
    "\u{feff}",
    "e\u{301}\u{301}\u{301}",
    "👩‍🚒",
    "🇩🇪",
    "決済",
    "العربية",
    "word",
];

/// Text at its worst. `any::<String>()` has neither control characters nor direction marks; this has.
pub fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => select(&PIECES[..]).prop_map(str::to_owned),
        2 => any::<char>().prop_map(String::from),
        1 => "\\PC{0,12}",
    ];
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Something wrong with one value of a JSON document: which one, and what stands there instead; `None` if nothing does.
pub fn damage() -> impl Strategy<Value = (Index, Option<Value>)> {
    let wrong = prop_oneof![
        2 => Just(None),
        2 => Just(Some(Value::Null)),
        2 => hostile().prop_map(|text| Some(json!(text))),
        2 => any::<i64>().prop_map(|number| Some(json!(number))),
        1 => any::<u64>().prop_map(|number| Some(json!(number.to_string()))),
        1 => any::<f64>().prop_map(|number| Some(json!(number))),
        1 => select(vec![
            json!(0), json!(-1), json!("0"), json!(""), json!(true), json!([]), json!({}), json!([{}]), json!([null]),
            json!(u64::MAX), json!("18446744073709551615"), json!("9223372036854775808"), json!("+1"), json!("٤٢"),
            json!("2026-13-01T00:00:00Z"), json!("-262143-01-01T00:00:00Z"), json!({ "id": "1" }),
        ]).prop_map(Some),
        1 => (0..200_usize).prop_map(|depth| Some((0..depth).fold(json!(1), |inner, _| json!([inner])))),
    ];
    (any::<Index>(), wrong)
}

/// `document` with the damage done to it, one after the other.
pub fn damaged(document: &Value, damages: &[(Index, Option<Value>)]) -> Value {
    let mut document = document.clone();
    for (which, wrong) in damages {
        let mut places = Vec::new();
        collect(&document, &mut String::new(), &mut places);
        let Some(place) = (!places.is_empty()).then(|| which.get(&places)) else { break };
        let Some((parent, key)) = place.rsplit_once('/') else { break };
        let Some(parent) = document.pointer_mut(parent) else { break };
        match (parent, wrong) {
            (Value::Object(fields), Some(wrong)) => drop(fields.insert(key.to_owned(), wrong.clone())),
            (Value::Object(fields), None) => drop(fields.remove(key)),
            (Value::Array(values), wrong) => {
                let at = key.parse::<usize>().unwrap_or_default();
                match wrong {
                    Some(wrong) => values[at] = wrong.clone(),
                    None => drop(values.remove(at)),
                }
            }
            _ => {}
        }
    }
    document
}

/// Every place in the document, as a JSON pointer. Keys with a `/` are passed over; Discord has none.
fn collect(value: &Value, path: &mut String, places: &mut Vec<String>) {
    let mut inside = |key: &str, inner: &Value| {
        let length = path.len();
        path.push('/');
        path.push_str(key);
        places.push(path.clone());
        collect(inner, path, places);
        path.truncate(length);
    };
    match value {
        Value::Object(fields) => {
            let plain = fields.iter().filter(|(key, _)| !key.contains(['/', '~']));
            plain.for_each(|(key, inner)| inside(key, inner));
        }
        Value::Array(values) => {
            values.iter().enumerate().for_each(|(at, inner)| inside(&at.to_string(), inner));
        }
        _ => {}
    }
}
