//! Notices to the operators: each says what does not go, and ends with what to do.

use insta::assert_snapshot;

use super::fixture::{directory, view};
use crate::discord::message::assert_within_limits;
use crate::domain::{ChannelId, Doing, Hindrance, Notice, Problem, TicketNumber};

fn problem(doing: Doing, hindrance: Hindrance, said: &str) -> Notice {
    Notice::HeldUp { problem: Problem { doing, channel: ChannelId(100), hindrance, said: said.to_owned() } }
}

#[test]
fn every_notice_says_what_to_do() {
    let directory = directory();
    let said = "Discord refused it: Missing Permissions (status 403, error 50013)";
    let held_up = [(TicketNumber(3), 2), (TicketNumber(4), 1)];
    let hindrances = Hindrance::ALL.iter().zip(Doing::ALL);
    let mut texts: Vec<String> = hindrances
        .map(|(hindrance, doing)| {
            view(&directory).notice(&problem(*doing, *hindrance, said), &held_up, "Notice 7").to_text()
        })
        .collect();
    let publish = problem(Doing::Publish, Hindrance::Forbidden, said);
    texts.push(view(&directory).notice(&publish, &[], "Notice 8").to_text());
    let unknown = Notice::UnknownTickets { numbers: vec![TicketNumber(43), TicketNumber(44)] };
    texts.push(view(&directory).notice(&unknown, &[], "Notice 9").to_text());
    assert_snapshot!(texts.join("\n\n"), @"
    ┌ #f57c00
    │ # Something cannot be delivered
    │ The bot cannot post in <#100>. Discord refused it: Missing Permissions (status 403, error 50013)
    │ **Held up** 3 things of T-3, T-4. Everything else goes on.
    │ **What to do** If the channel is to come back, make it, run `trouble-ticket check --online --rebind NAME` with its name in the config, and restart the bot. If not, take it out of the config.
    │ Nothing is lost meanwhile: it goes out once it can. `trouble-ticket deliveries` lists what waits.
    │ (Notice 7)
    [Try again](tt1:retry-held-up)

    ┌ #f57c00
    │ # Something cannot be delivered
    │ The bot cannot make, open or close threads in <#100>. Discord refused it: Missing Permissions (status 403, error 50013)
    │ **Held up** 3 things of T-3, T-4. Everything else goes on.
    │ **What to do** Give the bot's role what it lacks there; `trouble-ticket check --online` names it. The bot then tries again by itself.
    │ Nothing is lost meanwhile: it goes out once it can. `trouble-ticket deliveries` lists what waits.
    │ (Notice 7)
    [Try again](tt1:retry-held-up)

    ┌ #f57c00
    │ # Something cannot be delivered
    │ The bot cannot post in the threads of <#100>. Discord refused it: Missing Permissions (status 403, error 50013)
    │ **Held up** 3 things of T-3, T-4. Everything else goes on.
    │ **What to do** Something deletes there what the bot makes, perhaps another bot. Stop that, then press **Try again**.
    │ Nothing is lost meanwhile: it goes out once it can. `trouble-ticket deliveries` lists what waits.
    │ (Notice 7)
    [Try again](tt1:retry-held-up)

    ┌ #f57c00
    │ # Something cannot be delivered
    │ The bot cannot bring somebody into a thread of <#100>. Discord refused it: Missing Permissions (status 403, error 50013)
    │ **Held up** 3 things of T-3, T-4. Everything else goes on.
    │ **What to do** Unlock https://discord.com/channels/1/100, or give the bot's role Manage Threads, then press **Try again**.
    │ Nothing is lost meanwhile: it goes out once it can. `trouble-ticket deliveries` lists what waits.
    │ (Notice 7)
    [Try again](tt1:retry-held-up)

    ┌ #f57c00
    │ # Something cannot be delivered
    │ The bot cannot publish a message of <#100>. Discord refused it: Missing Permissions (status 403, error 50013)
    │ **Held up** 3 things of T-3, T-4. Everything else goes on.
    │ **What to do** This looks like a mistake in the bot. Please report it with the lines of the log that say `cannot be delivered`.
    │ Nothing is lost meanwhile: it goes out once it can. `trouble-ticket deliveries` lists what waits.
    │ (Notice 7)
    [Try again](tt1:retry-held-up)

    ┌ #f57c00
    │ # Something cannot be delivered
    │ The bot cannot publish a message of <#100>. Discord refused it: Missing Permissions (status 403, error 50013)
    │ **What to do** Give the bot's role what it lacks there; `trouble-ticket check --online` names it. The bot then tries again by itself.
    │ Nothing is lost meanwhile: it goes out once it can. `trouble-ticket deliveries` lists what waits.
    │ (Notice 8)
    [Try again](tt1:retry-held-up)

    ⚠️ Discord shows T-43, T-44, which the database does not have: it was restored from a backup, or it is another one.
    New tickets get higher numbers. Their threads can be read, but not worked on with the bot. **What to do** If there is a newer backup, stop the bot and start it with that.
    -# Notice 9
    ");
    let answers = [0, 1, 12].map(|count| view(&directory).tried_again(count).content);
    assert_snapshot!(answers.join("\n"), @"
    Nothing is held up any more.
    One thing is tried again now. If it does not go out, it stays on the list of `trouble-ticket deliveries`.
    12 things are tried again now. What does not go out stays on the list of `trouble-ticket deliveries`.
    ");
}

#[test]
fn a_notice_stays_within_limits_however_much_is_held_up() {
    let directory = directory();
    let held_up: Vec<_> = (1..500).map(|number| (TicketNumber(number), i64::MAX / 500)).collect();
    let notice = problem(Doing::Post, Hindrance::Refused, &"@everyone **no** `x` <@1> ".repeat(400));
    let message = view(&directory).notice(&notice, &held_up, "Notice 7");
    assert_within_limits(&message.create_body());
    let text = message.to_text();
    assert!(text.contains("and 491 more"), "{text}");
    assert!(!text.contains("@everyone") && !text.replace("\\<@", "").contains("<@1>"), "{text}");
    let numbers = (1..5000).map(TicketNumber).collect();
    assert_within_limits(
        &view(&directory).notice(&Notice::UnknownTickets { numbers }, &[], "Notice 9").create_body(),
    );
}
