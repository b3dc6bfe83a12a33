//! The JSON as programs read it, checked against the published schema.

use serde_json::Value;

use super::*;

#[test]
fn json_has_the_published_shape() {
    let mut report = report(&record(), "technical");
    assert_eq!(FinalReport::from_json(&report.to_json()).unwrap(), report);
    report.timeline.drain(2..report.timeline.len() - 3);
    report.sections.truncate(2);
    report.participants.truncate(2);
    insta::assert_snapshot!(report.to_json(), @r#"
    {
      "schema": 1,
      "ticket": {
        "guild": "900",
        "number": "T-42",
        "title": "Checkout is down",
        "details": "The pay button answers with an error page.",
        "severity": "SEV1",
        "severity_name": "Critical",
        "status": "resolved",
        "services": [
          "payments"
        ],
        "service_names": [
          "Payments"
        ],
        "affected": "part",
        "affected_who": "those who pay by card",
        "frequency": null,
        "frequency_detail": "",
        "reporter": {
          "id": "101",
          "name": "Ann"
        },
        "url": "https://discord.com/channels/900/10/29"
      },
      "team": "technical",
      "team_name": "Technical team",
      "version": 1,
      "state": "draft",
      "compiled_at": "2026-11-23T13:40:00Z",
      "time_zone": "Europe/Berlin",
      "milestones": {
        "started": "2026-11-23T12:48:00Z",
        "opened": "2026-11-23T13:00:00Z",
        "acknowledged": "2026-11-23T13:03:00Z",
        "identified": null,
        "restored": "2026-11-23T13:20:00Z",
        "resolved": "2026-11-23T13:30:00Z",
        "closed": null
      },
      "durations": {
        "acknowledge": 180,
        "identify": null,
        "restore": 1920,
        "close": null
      },
      "participants": [
        {
          "id": "101",
          "name": "Ann",
          "roles": [
            "reporter",
            "wrote 1 message"
          ],
          "messages": 1,
          "in_charge": []
        },
        {
          "id": "102",
          "name": "Bob",
          "roles": [
            "in charge for the Technical team",
            "wrote 3 messages"
          ],
          "messages": 3,
          "in_charge": [
            {
              "team": "technical",
              "team_name": "Technical team",
              "from": "2026-11-23T13:03:00Z",
              "to": null
            }
          ]
        }
      ],
      "timeline": [
        {
          "at": "2026-11-23T13:00:00Z",
          "kind": "event",
          "author": "Ann",
          "text": "opened the ticket: Checkout is down (SEV3, Payments)",
          "state": "fact",
          "score": null,
          "sources": []
        },
        {
          "at": "2026-11-23T13:03:00Z",
          "kind": "event",
          "author": "Bob",
          "text": "took the ticket for the Technical team",
          "state": "fact",
          "score": null,
          "sources": []
        },
        {
          "at": "2026-11-23T13:12:00Z",
          "kind": "message",
          "author": "Bob",
          "text": "the queue is full:\n```\nqueue 100%\n```",
          "state": "fact",
          "score": null,
          "sources": [
            {
              "message": "7",
              "author": "Bob",
              "at": "2026-11-23T13:12:00Z",
              "url": "https://discord.com/channels/900/30/7"
            }
          ]
        },
        {
          "at": "2026-11-23T13:14:00Z",
          "kind": "action",
          "author": "Bob",
          "text": "Restarted the queue",
          "state": "fact",
          "score": null,
          "sources": []
        },
        {
          "at": "2026-11-23T13:20:00Z",
          "kind": "event",
          "author": "Bob",
          "text": "moved the ticket from investigating to resolved (recorded at 14:30): payments pass",
          "state": "fact",
          "score": null,
          "sources": []
        }
      ],
      "sections": [
        {
          "key": "summary",
          "title": "Summary",
          "markdown": "Ann opened T-42 “Checkout is down” on 23 November 2026, 14:00, 12 min after the failure began. It concerns Payments; the severity is SEV1 (Critical), SEV3 (Minor) when it was opened. Bob was put in charge for the Technical team after 3 min; service was back on 23 November 2026, 14:20, 32 min after the failure began. The ticket is resolved.\n\nAnn wrote:\n\n> The pay button answers with an error page.",
          "gaps": [
            "Not in the record: what happened and how it was mended, in a few sentences."
          ]
        },
        {
          "key": "impact",
          "title": "Impact",
          "markdown": "- **Affected:** part of the users: “those who pay by card”\n- **Duration:** 32 min, from 23 November 2026, 13:48 to 14:20",
          "gaps": [
            "Not in the record: how often it happened."
          ]
        }
      ]
    }
    "#);
}

/// Checks `value` against the part of JSON Schema that ours uses; what it does not know fails.
fn check(value: &Value, schema: &Value, root: &Value, path: &str) {
    for (word, rule) in schema.as_object().unwrap() {
        match word.as_str() {
            "$schema" | "$defs" | "title" | "description" | "format" | "pattern" | "minimum" => {}
            "$ref" => {
                let name = rule.as_str().unwrap().strip_prefix('#').unwrap();
                check(value, root.pointer(name).unwrap(), root, path);
            }
            "const" => assert_eq!(value, rule, "{path}"),
            "enum" => assert!(rule.as_array().unwrap().contains(value), "{path}: {value}"),
            "type" => {
                let types = rule.as_array().cloned().unwrap_or_else(|| vec![rule.clone()]);
                assert!(
                    types.iter().any(|name| is(value, name.as_str().unwrap())),
                    "{path}: {value} is no {rule}"
                );
            }
            "items" => {
                for (place, item) in value.as_array().unwrap().iter().enumerate() {
                    check(item, rule, root, &format!("{path}/{place}"));
                }
            }
            "properties" => {
                for (key, item) in value.as_object().unwrap() {
                    let rule = rule.get(key).unwrap_or_else(|| panic!("{path}/{key} is not in the schema"));
                    check(item, rule, root, &format!("{path}/{key}"));
                }
            }
            "required" => {
                for key in rule.as_array().unwrap() {
                    assert!(value.get(key.as_str().unwrap()).is_some(), "{path}/{key} is missing");
                }
            }
            "additionalProperties" => assert_eq!(*rule, Value::Bool(false), "{path}"),
            other => panic!("{path}: the test does not know `{other}`"),
        }
    }
}

fn is(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        _ => false,
    }
}

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../docs/report.schema.json")).unwrap()
}

#[test]
fn reports_obey_the_published_schema() {
    for team in ["technical", "web", "warehouse"] {
        let report = serde_json::from_str(&report(&record(), team).to_json()).unwrap();
        check(&report, &schema(), &schema(), team);
    }
}

#[test]
fn the_schema_knows_every_word() {
    let words = |place: &str| -> Vec<String> {
        let schema = schema();
        let listed = schema.pointer(place).and_then(Value::as_array).unwrap();
        listed.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let all = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words("/properties/state/enum"), all(State::ALL.iter().map(|word| word.as_str()).collect()));
    let kinds = EntryKind::ALL.iter().map(|word| word.as_str()).collect();
    assert_eq!(words("/$defs/entry/properties/kind/enum"), all(kinds));
    let states = Certainty::ALL.iter().map(|word| word.as_str()).collect();
    assert_eq!(words("/$defs/entry/properties/state/enum"), all(states));
    let statuses = Status::ALL.iter().map(|word| word.as_str()).collect();
    assert_eq!(words("/$defs/ticket/properties/status/enum"), all(statuses));
}
