//! What managers read.

use insta::assert_snapshot;

use super::fixture::{bare_ticket, directory, finished, running, story, ticket, view};
use crate::domain::RoleId;

#[test]
fn the_headline_of_a_new_ticket_calls_its_roles() {
    assert_snapshot!(view(&directory()).headline(&ticket(), "T-42 · 2", &[RoleId(31)]).to_text(), @r#"
    <@&31>
    ┌ #d32f2f
    │ # T-42 · Checkout answers 502
    │ https://discord.com/channels/1/4200
    │ 🔴 SEV1 Critical · **Open**
    │ **Services** Web shop
    │ **Affected** Part of the users: customers who pay by card
    │ **Started** <t:1795439400:f> (<t:1795439400:R>)
    │ **In charge** Technical team: nobody yet · Web team: nobody yet
    │ **Last change** <t:1795440600:R>
    │ https://discord.com/channels/1/4200
    │ (T-42 · 2)
    (calls <@&31>)
    "#);
}

#[test]
fn the_headline_follows_the_work() {
    assert_snapshot!(view(&directory()).headline(&running(), "T-42 · 2", &[]).to_text(), @r#"
    ┌ #d32f2f
    │ # T-42 · Checkout answers 502
    │ https://discord.com/channels/1/4200
    │ 🔴 SEV1 Critical · **Identified**
    │ **Services** Web shop
    │ **Affected** Part of the users: customers who pay by card
    │ **Started** <t:1795439400:f> (<t:1795439400:R>)
    │ **In charge** Technical team: Mika · Web team: Noor
    │ **Last change** <t:1795442400:R>
    │ https://discord.com/channels/1/4200
    │ (T-42 · 2)
    "#);
    assert_snapshot!(view(&directory()).headline(&finished(), "T-42 · 2", &[]).to_text(), @r#"
    ┌ #8d9399
    │ # T-42 · Checkout answers 502
    │ https://discord.com/channels/1/4200
    │ 🔴 SEV1 Critical · **Closed**
    │ **Services** Web shop
    │ **Affected** Part of the users: customers who pay by card
    │ **Started** <t:1795439400:f> (<t:1795439400:R>)
    │ **Restored** <t:1795443900:f>, after 1 h 15 min
    │ **Closed** <t:1795446000:f>, after 1 h 30 min
    │ **In charge** Technical team: Mika · Web team: Noor
    │ **Last change** <t:1795446000:R>
    │ https://discord.com/channels/1/4200
    │ (T-42 · 2)
    "#);
}

#[test]
fn a_headline_without_a_start_says_when_it_was_opened() {
    assert_snapshot!(view(&directory()).headline(&bare_ticket(43, 2, 0), "T-43 · 2", &[]).to_text(), @r#"
    ┌ #f57c00
    │ # T-43 · Mails are late
    │ 🟠 SEV2 Major · **Open**
    │ **Opened** <t:1795440600:f> by Sam
    │ **In charge** Technical team: nobody yet · Web team: nobody yet
    │ **Last change** <t:1795440600:R>
    │ (T-43 · 2)
    "#);
}

#[test]
fn an_update_says_what_changed_and_what_follows() {
    let directory = directory();
    let updates = story()
        .into_iter()
        .map(|event| view(&directory).update(&running(), &event, "T-42 · 8", &[]).to_text());
    assert_snapshot!(updates.collect::<Vec<_>>().join("\n\n"), @r#"
    ┌ #d32f2f
    │ # T-42 · Checkout answers 502
    │ https://discord.com/channels/1/4200
    │ 🔴 SEV1 Critical · Web shop
    │ Mika **took** the ticket for Technical team.
    │ Next: fix the cause.
    │ https://discord.com/channels/1/4200
    │ (T-42 · 8)

    ┌ #d32f2f
    │ # T-42 · Checkout answers 502
    │ https://discord.com/channels/1/4200
    │ 🔴 SEV1 Critical · Web shop
    │ Mika set the status from Open to **Investigating**.
    │ Next: find the cause.
    │ https://discord.com/channels/1/4200
    │ (T-42 · 8)

    ┌ #d32f2f
    │ # T-42 · Checkout answers 502
    │ https://discord.com/channels/1/4200
    │ 🔴 SEV1 Critical · Web shop
    │ Noor **took** the ticket for Web team, instead of Sam.
    │ Next: fix the cause.
    │ https://discord.com/channels/1/4200
    │ (T-42 · 8)

    ┌ #d32f2f
    │ # T-42 · Checkout answers 502
    │ https://discord.com/channels/1/4200
    │ 🔴 SEV1 Critical · Web shop
    │ Mika set the status from Investigating to **Identified**, reached <t:1795442100:f>.
    │ > The \*pool\* is exhausted.
    │ Next: fix the cause.
    │ https://discord.com/channels/1/4200
    │ (T-42 · 8)

    ┌ #d32f2f
    │ # T-42 · Checkout answers 502
    │ https://discord.com/channels/1/4200
    │ 🔴 SEV1 Critical · Web shop
    │ Mika set the status from Identified to **Resolved**, reached <t:1795443900:f>.
    │ Next: the Final Reports, then closing.
    │ https://discord.com/channels/1/4200
    │ (T-42 · 8)

    ┌ #d32f2f
    │ # T-42 · Checkout answers 502
    │ https://discord.com/channels/1/4200
    │ 🔴 SEV1 Critical · Web shop
    │ Noor **closed** the ticket.
    │ > Both reports are approved.
    │ https://discord.com/channels/1/4200
    │ (T-42 · 8)
    "#);
}
