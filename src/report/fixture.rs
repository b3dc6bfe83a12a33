//! Reports for tests of how reports look: a small one with everything in it, and nasty ones.
//!
//! Invented. Must not know how reports are compiled; as JSON, it stays a report when fields are added to the shape.

use chrono::{DateTime, TimeDelta, Utc};

use proptest::prelude::*;

use super::{FinalReport, InCharge, Participant, Picture, SCHEMA, Shown, Someone, Step, StepKind, Written};
use crate::domain::{Affected, Frequency, SeverityKey, TeamKey};

/// What the section Timeline of [`report`] says.
const TIMELINE: &str = "### Monday, 23 November 2026

- **14:00** Ann opened the ticket: Checkout is down (SEV3, Payments)
- 14:04 Bob: which share fails, @\u{2060}Ann? ([message](https://discord.com/channels/900/30/2))
- 14:12 Bob: the queue is full:
  ```
  queue <main> 100%
  ```
  ([message](https://discord.com/channels/900/30/7))
- **14:14** Action (Bob): Restarted the queue";

/// What the section Cause of [`report`] says: a person wrote it.
const CAUSE: &str = "# Why

The *queue* of `payments` was **full**, see [the graph](https://graphs.example/d/1?a=1&b=2) and https://status.example/x.

| Element | Load | |
|:--------|-----:|:-:|
| queue | 100 % | ☒ |
| 決済DB | 7 % | ☑ |

### Not why

1. ~~the database~~
2. [a trap](javascript:alert(1)), ![the graph](https://graphs.example/d/1.png), ![](https://graphs.example/d/2.png)
   - [ ] ask the <b onclick=\"x()\">vendor</b>
   - [x] look, <javascript:x> <a@b.example>

> A quotation.

<script>alert(1)</script>
";

/// `minute` minutes after 14:00 on 23 November 2026 in Berlin.
pub(super) fn at(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_438_800, 0).unwrap() + TimeDelta::minutes(minute)
}

/// A report that was given back to its team.
pub(super) fn report() -> FinalReport {
    let json = serde_json::json!({
        "schema": 1,
        "ticket": {
            "guild": "900", "number": "T-42", "title": "Checkout is down <again>", "details": "",
            "severity": "SEV1", "severity_name": "Critical", "status": "resolved",
            "services": ["payments"], "service_names": ["Payments", "Web shop"],
            "affected": "part", "affected_who": "those who pay by card",
            "frequency": null, "frequency_detail": "",
            "reporter": {"id": "101", "name": "Ann"},
            "url": "https://discord.com/channels/900/10/29",
        },
        "team": "technical", "team_name": "Technical team", "version": 3, "state": "returned",
        "compiled_at": at(40), "messages": 7, "time_zone": "Europe/Berlin",
        "milestones": {
            "started": at(-12), "opened": at(0), "acknowledged": at(3), "identified": null,
            "restored": at(20), "resolved": at(30), "closed": null,
        },
        "durations": {"acknowledge": 180, "identify": null, "restore": 1920, "close": null},
        "participants": [{
            "id": "102", "name": "Bob", "roles": [], "messages": 3,
            "in_charge": [
                {"team": "technical", "team_name": "Technical team", "from": at(3), "to": at(9)},
                {"team": "web", "team_name": "Web team", "from": at(9), "to": null},
            ],
        }],
        "timeline": [],
        "sections": [
            {"key": "summary", "title": "Summary", "markdown": "Ann opened T-42.", "gaps": [
                "Not in the record: what happened & how it was mended.", "Not in the record: <who>.",
            ]},
            {"key": "timeline", "title": "Timeline", "markdown": TIMELINE, "gaps": []},
            {"key": "cause", "title": "Cause", "markdown": CAUSE, "gaps": [],
                "written": {"by": {"id": "102", "name": "Bob"}, "at": at(50)}},
        ],
        "history": [
            {"what": "drafted", "version": 1, "by": {"id": "102", "name": "Bob"}, "at": at(40), "note": ""},
            {"what": "edited", "version": 2, "by": {"id": "102", "name": "Bob"}, "at": at(50), "note": "Cause"},
            {"what": "submitted", "version": 2, "by": {"id": "102", "name": "Bob"}, "at": at(51), "note": ""},
            {"what": "returned", "version": 3, "by": {"id": "104", "name": "Dana"}, "at": at(2000),
                "note": "the \"vendor\" is missing"},
        ],
    });
    FinalReport::from_json(&json.to_string()).unwrap()
}

/// Two pictures of the message at 14:12: one that is inside, one that is not what it says.
pub(super) fn pictures() -> Vec<Picture> {
    let picture = |name: &str, bytes: &[u8]| Picture {
        message: "7".to_owned(),
        name: name.to_owned(),
        shown: Shown::of(bytes.to_vec()),
        author: "Bob".to_owned(),
        at: at(12),
        url: "https://discord.com/channels/900/30/7".to_owned(),
    };
    vec![picture("\"graph\".gif", b"GIF89a;"), picture("x.png", b"<svg onload=alert(1)>")]
}

/// Text that tries to be more than text, in HTML and in Markdown.
pub(super) fn nasty() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<script>alert(1)</script>",
        "</style><script>",
        "</title>",
        "<img src=x onerror=alert(1)>",
        "\" onclick=\"x",
        "' x='",
        "javascript:alert(1)",
        "[a](javascript:x)",
        "[a](<https://a.example/\"x>)",
        "![b](data:image/svg+xml,x)",
        "https://a.example/x",
        "https://u@evil.example",
        "[c](https://discord.com/channels/1/2/3)",
        "<https://a.example>",
        "([message](https://discord.com/channels/1/2/3))",
        "[r]: javascript:x",
        "[r]",
        "&lt;",
        "&#x202e;",
        "&#0;",
        "\u{202e}",
        "\u{0}",
        "<!--",
        "-->",
        "]]>",
        "<![CDATA[",
        "<?x",
        "\n",
        "\n\n",
        "# ",
        "###### ",
        "```",
        "~~~ x\"y\n",
        "`",
        "    ",
        "|",
        "|a|b|\n|:-:|-:|\n|c|d|\n",
        "- ",
        "- [ ] ",
        "- 14:05 ",
        "- **14:05** ",
        "7. ",
        "> ",
        "**",
        "*",
        "~~",
        "_",
        "\\",
        "---\n",
        "決済",
        "👩‍🚀",
        "word",
        " ",
        "\t",
        "$x$",
        "[^1]",
        "[^1]: y",
    ]);
    let pieces = prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat());
    prop_oneof![5 => pieces, 1 => any::<String>()]
}

fn someone(name: &str) -> Someone {
    Someone { id: name.to_owned(), name: name.to_owned() }
}

/// A report that has these texts in every field, one after the other.
pub(super) fn filled(texts: &[String]) -> (FinalReport, Vec<Picture>) {
    let mut texts = texts.iter().cloned().cycle();
    let mut next = || texts.next().unwrap();
    let mut report = report();
    report.schema = SCHEMA;
    report.team = TeamKey::new(next());
    report.team_name = next();
    report.time_zone = next();
    let ticket = &mut report.ticket;
    for field in [&mut ticket.guild, &mut ticket.number, &mut ticket.title, &mut ticket.details] {
        *field = next();
    }
    for field in [&mut ticket.severity_name, &mut ticket.affected_who, &mut ticket.frequency_detail] {
        *field = next();
    }
    ticket.severity = SeverityKey::new(next());
    (ticket.affected, ticket.frequency) = (Some(Affected::Everyone), Some(Frequency::Once));
    ticket.service_names = vec![next(), next()];
    ticket.reporter = someone(&next());
    ticket.url = Some(next());
    let charge = InCharge { team: TeamKey::new(next()), team_name: next(), from: at(0), to: None };
    let (name, roles) = (next(), vec![next()]);
    report.participants = vec![Participant { id: next(), name, roles, messages: 1, in_charge: vec![charge] }];
    for section in &mut report.sections {
        (section.key, section.title, section.markdown) = (next(), next(), next());
        section.gaps = vec![next(), next()];
        section.written = Some(Written { by: someone(&next()), at: at(1) });
    }
    report.history = StepKind::ALL
        .iter()
        .map(|what| Step { what: *what, version: 1, by: someone(&next()), at: at(2), note: next() })
        .collect();
    let shown = [Shown::of(b"\xff\xd8\xff\xe0<script>".to_vec()), Shown::Linked];
    let picture =
        |shown| Picture { message: next(), name: next(), shown, author: next(), at: at(3), url: next() };
    (report, shown.into_iter().map(picture).collect())
}
