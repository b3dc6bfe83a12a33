//! The JSON as programs read it, checked against the published schema.

use serde_json::Value;

use super::schema::check;
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
      "messages": 4,
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
          "reasons": [],
          "sources": []
        },
        {
          "at": "2026-11-23T13:03:00Z",
          "kind": "event",
          "author": "Bob",
          "text": "took the ticket for the Technical team",
          "state": "fact",
          "score": null,
          "reasons": [],
          "sources": []
        },
        {
          "at": "2026-11-23T13:12:00Z",
          "kind": "finding",
          "author": "Bob",
          "text": "the queue is full:\n```\nqueue 100%\n```",
          "state": "proposed",
          "score": 3.6,
          "reasons": [
            "says what was found out",
            "speaks of something that goes wrong",
            "is by the person in charge",
            "is among the first words",
            "names something exactly",
            "shows output"
          ],
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
          "reasons": [],
          "sources": []
        },
        {
          "at": "2026-11-23T13:20:00Z",
          "kind": "event",
          "author": "Bob",
          "text": "moved the ticket from investigating to resolved (recorded at 14:30): payments pass",
          "state": "fact",
          "score": null,
          "reasons": [],
          "sources": []
        }
      ],
      "sections": [
        {
          "key": "summary",
          "title": "Summary",
          "markdown": "Ann opened T-42 “Checkout is down” on 23 November 2026, 14:00, 12 min after the failure began. It concerns Payments; the severity is SEV1 (Critical), SEV3 (Minor) when it was opened. Bob was put in charge for the Technical team after 3 min; service was back at 14:20, 32 min after the failure began. The ticket is resolved. 3 people wrote 5 messages in its thread.\n\nAnn wrote:\n\n> The pay button answers with an error page.",
          "gaps": [
            "Not in the record: what happened and how it was mended, in a few sentences."
          ],
          "written": null
        },
        {
          "key": "impact",
          "title": "Impact",
          "markdown": "- **Affected:** part of the users: “those who pay by card”\n- **Duration:** 32 min, from 23 November 2026, 13:48 to 14:20",
          "gaps": [
            "Not in the record: how often it happened."
          ],
          "written": null
        }
      ],
      "history": [
        {
          "what": "drafted",
          "version": 1,
          "by": {
            "id": "102",
            "name": "Bob"
          },
          "at": "2026-11-23T13:40:00Z",
          "note": ""
        }
      ]
    }
    "#);
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
    assert_eq!(
        words("/properties/state/enum"),
        all(ReportState::ALL.iter().map(|word| word.as_str()).collect())
    );
    let kinds = EntryKind::ALL.iter().map(|word| word.as_str()).collect();
    assert_eq!(words("/$defs/entry/properties/kind/enum"), all(kinds));
    let states = Certainty::ALL.iter().map(|word| word.as_str()).collect();
    assert_eq!(words("/$defs/entry/properties/state/enum"), all(states));
    let steps = StepKind::ALL.iter().map(|word| word.as_str()).collect();
    assert_eq!(words("/$defs/step/properties/what/enum"), all(steps));
    let statuses = Status::ALL.iter().map(|word| word.as_str()).collect();
    assert_eq!(words("/$defs/ticket/properties/status/enum"), all(statuses));
}
