//! The documents as people read them.

use super::*;

#[test]
fn the_technical_teams_report_reads_like_one() {
    // The joiner that keeps `@Ann` from being a mention is invisible.
    let text = report(&record(), "technical").to_markdown().replace('\u{2060}', "");
    insta::assert_snapshot!(text, @r"
    # Final Report of the Technical team: T-42 Checkout is down

    - **Ticket:** T-42, resolved
    - **Severity:** SEV1 (Critical)
    - **Services:** Payments
    - **Reporter:** Ann
    - **In charge:** Bob (Technical team), 23 November 2026, 14:03 to now
    - **Report:** version 1, draft, compiled from the record on 23 November 2026, 14:40
    - **Times:** local, in Europe/Berlin (UTC+01:00)
    - **On Discord:** <https://discord.com/channels/900/10/29>

    ## Summary

    Ann opened T-42 “Checkout is down” on 23 November 2026, 14:00, 12 min after the failure began. It concerns Payments; the severity is SEV1 (Critical), SEV3 (Minor) when it was opened. Bob was put in charge for the Technical team after 3 min; service was back at 14:20, 32 min after the failure began. The ticket is resolved. 3 people wrote 5 messages in its thread.

    Ann wrote:

    > The pay button answers with an error page.

    - [ ] Not in the record: what happened and how it was mended, in a few sentences.

    ## Impact

    - **Affected:** part of the users: “those who pay by card”
    - **Duration:** 32 min, from 23 November 2026, 13:48 to 14:20
    - [ ] Not in the record: how often it happened.

    ## Milestones

    | Milestone               | Local time              | UTC              | Took                  |
    |-------------------------|-------------------------|------------------|-----------------------|
    | Failure began           | 23 November 2026, 13:48 | 2026-11-23 12:48 |                       |
    | Ticket opened           | 23 November 2026, 14:00 | 2026-11-23 13:00 |                       |
    | Somebody took it        | 23 November 2026, 14:03 | 2026-11-23 13:03 | 3 min from opening    |
    | What is wrong was known | not known               |                  |                       |
    | Service was back        | 23 November 2026, 14:20 | 2026-11-23 13:20 | 32 min from the start |
    | Set to resolved         | 23 November 2026, 14:30 | 2026-11-23 13:30 |                       |
    | Ticket closed           | not yet                 |                  |                       |

    ## Detection

    Ann opened the ticket 12 min after the failure began.

    - [ ] Not in the record: how it was noticed (an alarm, a colleague, a user), and whether an alarm should have told.

    ## Timeline

    Bold times are facts of the record. The other line was picked by rules from 4 messages, for a person to check.

    ### Monday, 23 November 2026

    - **14:00** Ann opened the ticket: Checkout is down (SEV3, Payments)
    - **14:03** Bob took the ticket for the Technical team
    - **14:03** Bob moved the ticket from open to investigating
    - **14:07** Ann set the start of the failure to “23 November 2026, 13:48”
    - **14:10** Dana raised the severity from SEV3 to SEV1: it is the whole shop
    - 14:12 Bob: the queue is full:
      ```
      queue 100%
      ```
      ([message](https://discord.com/channels/900/30/7))
    - **14:14** Action (Bob): Restarted the queue
    - **14:20** Bob moved the ticket from investigating to resolved (recorded at 14:30): payments pass

    ## Questions and answers

    - 14:04 Bob asked: which share of the payments fails, @Ann? ([message](https://discord.com/channels/900/30/2))  
      14:06 Ann answered: about one in five \# see <https://graphs.example/d/pay_fail>. ([message](https://discord.com/channels/900/30/4))

    ## Cause

    Findings stand under the group to which their words point. Those with a link were picked from the talk, to be checked.

    **D: data**

    - the queue is full: queue 100% (Bob, 14:12) ([message](https://discord.com/channels/900/30/7))
    - [ ] To be confirmed: which of these is the cause, and how that is known.
    - [ ] Not in the record: whether anything of group A (communication network, external systems included) was checked, and with what result.
    - [ ] Not in the record: whether anything of group B (hardware) was checked, and with what result.
    - [ ] Not in the record: whether anything of group C (software) was checked, and with what result.
    - [ ] Not in the record: why it was not caught before it reached users.

    ## Resolution

    - Restarted the queue (Bob, 14:14)
    - [ ] Not in the record: which step brought service back, and how that was verified.

    ## Follow-ups

    - [ ] Not in the record: what is left to do, by whom and until when.
    - [ ] Not in the record: what went well, what went badly, where luck helped.

    ## People

    | In charge for  | Person | From                    | Until           |
    |----------------|--------|-------------------------|-----------------|
    | Technical team | Bob    | 23 November 2026, 14:03 | still in charge |

    - Ann: reporter, wrote 1 message
    - Bob: in charge for the Technical team, wrote 3 messages
    - Dana: worked on the ticket
    - Others who wrote in the thread, with the number of messages: Carol (1)
    ");
}

#[test]
fn the_web_teams_report_asks_what_users_met() {
    let text = report(&record(), "web").to_markdown();
    let rest = text.split("## Timeline").next().unwrap();
    insta::assert_snapshot!(rest, @"
    # Final Report of the Web team: T-42 Checkout is down

    - **Ticket:** T-42, resolved
    - **Severity:** SEV1 (Critical)
    - **Services:** Payments
    - **Reporter:** Ann
    - **In charge:** Bob (Technical team), 23 November 2026, 14:03 to now
    - **Report:** version 1, draft, compiled from the record on 23 November 2026, 14:40
    - **Times:** local, in Europe/Berlin (UTC+01:00)
    - **On Discord:** <https://discord.com/channels/900/10/29>

    ## Summary

    Ann opened T-42 “Checkout is down” on 23 November 2026, 14:00, 12 min after the failure began. It concerns Payments; the severity is SEV1 (Critical), SEV3 (Minor) when it was opened. Bob was put in charge for the Technical team after 3 min; service was back at 14:20, 32 min after the failure began. The ticket is resolved. 3 people wrote 5 messages in its thread.

    Ann wrote:

    > The pay button answers with an error page.

    - [ ] Not in the record: what happened and how it was mended, in a few sentences.

    ## Impact on users

    - **Affected:** part of the users: “those who pay by card”
    - **Duration:** 32 min, from 23 November 2026, 13:48 to 14:20
    - [ ] Not in the record: how often it happened.
    - [ ] Not in the record: what users saw (error page, empty page, slow answer), and on which pages.
    - [ ] Not in the record: how many users wrote in, and what they asked.

    ## Milestones

    | Milestone               | Local time              | UTC              | Took                  |
    |-------------------------|-------------------------|------------------|-----------------------|
    | Failure began           | 23 November 2026, 13:48 | 2026-11-23 12:48 |                       |
    | Ticket opened           | 23 November 2026, 14:00 | 2026-11-23 13:00 |                       |
    | Somebody took it        | 23 November 2026, 14:03 | 2026-11-23 13:03 | 3 min from opening    |
    | What is wrong was known | not known               |                  |                       |
    | Service was back        | 23 November 2026, 14:20 | 2026-11-23 13:20 | 32 min from the start |
    | Set to resolved         | 23 November 2026, 14:30 | 2026-11-23 13:30 |                       |
    | Ticket closed           | not yet                 |                  |                       |

    ## What users were told

    - [ ] Not in the record: whether users were told, when, where and in which words.
    - [ ] Not in the record: whether they were told that service is back.
    ");
    let after = text.split("## Cause").nth(1).unwrap();
    insta::assert_snapshot!(after, @"
    , as far as it concerns the site

    Findings stand under the group to which their words point. Those with a link were picked from the talk, to be checked.

    - **D (data):** the queue is full: queue 100% (Bob, 14:12) ([message](https://discord.com/channels/900/30/7))
    - [ ] To be confirmed: which of these is the cause, and how that is known.
    - [ ] Not in the record: whether the site's own pages, scripts and content were checked and cleared.
    - [ ] Not in the record: the cause in words that can be given to users.

    ## What was done on the site

    - Restarted the queue (Bob, 14:14)
    - [ ] Not in the record: what was changed on the site (notices, pages taken down, detours), and whether it was undone.
    - [ ] Not in the record: how it was verified that users can work again.

    ## Follow-ups

    - [ ] Not in the record: what is left to do, by whom and until when.
    - [ ] Not in the record: what went well, what went badly, where luck helped.

    ## People

    | In charge for  | Person | From                    | Until           |
    |----------------|--------|-------------------------|-----------------|
    | Technical team | Bob    | 23 November 2026, 14:03 | still in charge |

    - Ann: reporter, wrote 1 message
    - Bob: in charge for the Technical team, wrote 3 messages
    - Dana: worked on the ticket
    - Others who wrote in the thread, with the number of messages: Carol (1)
    - [ ] Not in the record: who was in charge for the Web team.
    ");
}

#[test]
fn a_ticket_about_which_nothing_is_known_is_all_gaps() {
    let (ticket, opened) = ticket();
    let report = report(&Record { ticket, events: vec![opened], messages: Vec::new() }, "technical");
    let gaps: Vec<String> = (report.sections.iter())
        .flat_map(|section| section.gaps.iter().map(move |gap| format!("{}: {gap}", section.key)))
        .collect();
    insta::assert_snapshot!(gaps.join("\n"), @"
    summary: Not in the record: what happened and how it was mended, in a few sentences.
    impact: Not in the record: who was affected.
    impact: Not in the record: how often it happened.
    impact: Not in the record: when it began, so how long it lasted.
    detection: Not in the record: how it was noticed (an alarm, a colleague, a user), and whether an alarm should have told.
    cause: Not in the record: what caused it.
    cause: Not in the record: whether anything of group A (communication network, external systems included) was checked, and with what result.
    cause: Not in the record: whether anything of group B (hardware) was checked, and with what result.
    cause: Not in the record: whether anything of group C (software) was checked, and with what result.
    cause: Not in the record: whether anything of group D (data) was checked, and with what result.
    cause: Not in the record: why it was not caught before it reached users.
    resolution: Not in the record: what was done, in which order and by whom.
    resolution: Not in the record: which step brought service back, and how that was verified.
    follow-ups: Not in the record: what is left to do, by whom and until when.
    follow-ups: Not in the record: what went well, what went badly, where luck helped.
    people: Not in the record: who was in charge for the Technical team.
    ");
    assert_eq!(report.durations, Durations { acknowledge: None, identify: None, restore: None, close: None });
}
