//! One ticket in full, many tickets, the history.

use insta::assert_snapshot;

use super::fixture::{bare_ticket, directory, finished, past_charge, running, story, ticket, view};
use crate::domain::Event;

#[test]
fn a_ticket_is_shown_in_full() {
    let directory = directory();
    let mut ticket = finished();
    ticket.charges.insert(0, past_charge());
    assert_snapshot!(view(&directory).show(&ticket).to_text(), @r#"
    (only for you)
    ┌ #8d9399
    │ # T-42 · Checkout answers 502
    │ https://discord.com/channels/1/4200
    │ 🔴 SEV1 Critical · **Closed**
    │ **Services** Web shop
    │ **Affected** Part of the users: customers who pay by card
    │ **Frequency** Intermittent: about one order in twenty
    │ **Started** <t:1795439400:f> (<t:1795439400:R>)
    │ **Opened** <t:1795440600:f> by <@5>
    │ **Acknowledged** <t:1795440840:f>, after 4 min
    │ **Identified** <t:1795442100:f>, after 25 min
    │ **Restored** <t:1795443900:f>, after 1 h 15 min
    │ **Closed** <t:1795446000:f>, after 1 h 30 min
    │ **In charge** Technical team: <@7> · Web team: <@8>
    │ **Last change** <t:1795446000:R>
    │ https://discord.com/channels/1/4200
    │ [Was in charge]
    │ Web team: <@5> until <t:1795440780:f>
    ┌ #8d9399
    │ # What was reported
    │ The page hangs for 30 s, then \*502 Bad Gateway\*.
    │ Nothing was released today.
    "#);
    assert_snapshot!(view(&directory).show(&bare_ticket(43, 3, 0)).to_text(), @r#"
    (only for you)
    ┌ #fbc02d
    │ # T-43 · Mails are late
    │ 🟡 SEV3 · **Open**
    │ **Started** “this morning”
    │ **Opened** <t:1795440600:f> by <@5>
    │ **In charge** Technical team: nobody yet · Web team: nobody yet
    │ **Last change** <t:1795440600:R>
    │ Next: somebody takes it.
    "#);
}

#[test]
fn tickets_stand_by_severity_and_age() {
    let directory = directory();
    let tickets = [bare_ticket(43, 3, 5), running(), bare_ticket(41, 3, -5), bare_ticket(40, 9, -60)];
    assert_snapshot!(view(&directory).list(&tickets, false).to_text(), @r#"
    (only for you)
    ┌ #5865f2
    │ # 4 open tickets
    │ **🔴 SEV1 Critical**
    │ - [T-42](https://discord.com/channels/1/4200) Checkout answers 502 · **Identified** · <t:1795440600:R> · Mika, Noor
    │ **🟡 SEV3**
    │ - T-41 Mails are late · **Open** · <t:1795440300:R> · nobody in charge
    │ - T-43 Mails are late · **Open** · <t:1795440900:R> · nobody in charge
    │ **SEV9**
    │ - T-40 Mails are late · **Open** · <t:1795437000:R> · nobody in charge
    "#);
    assert_snapshot!(view(&directory).list(&[finished()], true).to_text(), @r#"
    (only for you)
    ┌ #5865f2
    │ # 1 ticket
    │ **🔴 SEV1 Critical**
    │ - [T-42](https://discord.com/channels/1/4200) Checkout answers 502 · **Closed** · <t:1795440600:R> · Mika, Noor
    "#);
}

#[test]
fn an_empty_list_says_so() {
    let directory = directory();
    assert_snapshot!(view(&directory).list(&[], false).content, @"No ticket is open. `/ticket open` opens one.");
    assert_snapshot!(view(&directory).list(&[], true).content, @"No ticket matches. Leave out an option to see more.");
}

#[test]
fn what_a_long_list_leaves_out_is_counted() {
    let directory = directory();
    let tickets: Vec<_> = (1..=300).map(|number| bare_ticket(number, 2, number)).collect();
    let text = view(&directory).list(&tickets, false).to_text();
    let rows = text.lines().filter(|line| line.contains("Mails are late")).count();
    let left_out = text.lines().last().unwrap();
    assert!(
        text.contains("# 300 open tickets") && left_out.contains(&format!("and {} more", 300 - rows)),
        "{text}"
    );
    assert!(rows > 30, "{rows}");
}

#[test]
fn the_history_is_in_time_order() {
    assert_snapshot!(view(&directory()).history(&finished(), &story(), None).to_text(), @r#"
    (only for you)
    ┌ #8d9399
    │ # T-42 · Checkout answers 502
    │ https://discord.com/channels/1/4200
    │ <t:1795440840:f> Mika **took** the ticket for Technical team.
    │ <t:1795440840:f> Mika set the status from Open to **Investigating**.
    │ <t:1795441140:f> Noor **took** the ticket for Web team, instead of Sam.
    │ <t:1795442400:f> Mika set the status from Investigating to **Identified**, reached <t:1795442100:f>. “The \*pool\* is exhausted.”
    │ <t:1795444200:f> Mika set the status from Identified to **Resolved**, reached <t:1795443900:f>.
    │ <t:1795446000:f> Noor **closed** the ticket. “Both reports are approved.”
    │ (Page 1 of 1 · 6 events)
    "#);
    assert_snapshot!(view(&directory()).history(&ticket(), &[], None).embeds[0].description, @"Nothing has happened yet.");
}

#[test]
fn a_long_history_has_pages() {
    let directory = directory();
    let events: Vec<Event> = story().into_iter().cycle().take(20).collect();
    let page = |page| view(&directory).history(&ticket(), &events, page).to_text();
    let foot = |page: &str| page.lines().rev().take(2).collect::<Vec<_>>().join("\n");
    assert_snapshot!(foot(&page(None)), @r#"
    [Earlier](tt1:history:42:1) [Later](tt1:history:42:3, off)
    │ (Page 3 of 3 · 20 events)
    "#);
    assert_snapshot!(foot(&page(Some(1))), @r#"
    [Earlier](tt1:history:42:0) [Later](tt1:history:42:2)
    │ (Page 2 of 3 · 20 events)
    "#);
    assert_snapshot!(foot(&page(Some(0))), @r#"
    [Earlier](tt1:history:42:3, off) [Later](tt1:history:42:1)
    │ (Page 1 of 3 · 20 events)
    "#);
    assert_eq!(page(Some(99)), page(None));
}
