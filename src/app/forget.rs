//! `forget`: takes a person out of everything that is kept; also while the bot runs, and while Discord is down.
//!
//! Asks before, since nothing brings it back. The name is printed in the question, and nowhere after it is done.

use std::io::{self, BufRead};
use std::os::unix::fs::MetadataExt;

use super::inspect::open;
use super::screen::{Screen, Style};
use crate::clock::Clock;
use crate::desk::forgetting::person::{self, Counts, Known};
use crate::domain::UserId;
use crate::domain::text::one_line;
use crate::error::UserError;

/// Takes a person out of the database, after asking.
///
/// # Errors
/// If the id is none, or the database fails; nothing has happened then.
pub async fn forget(screen: Screen, typed: &str, yes: bool) -> anyhow::Result<()> {
    let user = read_user(typed)?;
    let (store, guild, _) = open().await?;
    let known = person::known(&guild, user).await?;
    if !yes && !agreed(screen, &known)? {
        screen.line("Nothing was changed.");
        store.close().await;
        return Ok(());
    }
    let counts = person::forget(&guild, user, &operator(), Clock::system().now()).await;
    store.close().await;
    told(screen, counts?);
    Ok(())
}

fn read_user(typed: &str) -> anyhow::Result<UserId> {
    let digits = typed.trim().trim_start_matches("<@").trim_start_matches('!').trim_end_matches('>');
    let id = digits.parse::<i64>().ok().filter(|id| *id > 0);
    id.map(UserId).ok_or_else(|| {
        let message = format!("`{}` is no person's id.", one_line(typed));
        let next = "With Discord's developer mode on, right-click the person and choose Copy User ID.";
        UserError::new(message, next).into()
    })
}

/// Asks on the terminal; anything but a yes is a no.
fn agreed(screen: Screen, known: &Known) -> io::Result<bool> {
    let names: Vec<String> = known.names.iter().map(|name| format!("“{}”", one_line(name))).collect();
    let who = match names.as_slice() {
        [] => "The database has no name for this id.".to_owned(),
        names => format!("This is {}, with {} texts in the archive.", names.join(", "), known.texts),
    };
    screen.line(&who);
    screen.line("Their texts, files and name are deleted everywhere, in approved reports too. Nothing brings them back.");
    screen.text("Forget this person? [y/N] ");
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

fn told(screen: Screen, counts: Counts) {
    screen.line(&screen.paint(Style::Green, "Forgotten. Taken out:"));
    let Counts { messages, files, reactions, mentions, tickets, charges, events, reports, deliveries, left } =
        counts;
    for (count, what) in [
        (messages, "messages (they keep their places)"),
        (files, "files"),
        (reactions, "reactions"),
        (mentions, "texts of others that called them"),
        (tickets, "tickets they opened (the titles stay)"),
        (charges, "times in charge"),
        (events, "events"),
        (reports, "versions of reports"),
        (deliveries, "rows of the outbox"),
    ] {
        screen.line(&format!("  {what}: {count}"));
    }
    if left > 0 {
        screen.line(&format!("Texts and titles of others in which the name may still stand: {left}."));
    }
    screen.line("What stands on Discord, and backups made before, are not changed.");
}

/// The account on this machine under which the program runs: by its name where the system's list has it.
fn operator() -> String {
    let Ok(uid) = std::fs::metadata("/proc/self").map(|process| process.uid().to_string()) else {
        return "not known".to_owned();
    };
    let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let mut accounts = accounts.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let account = accounts.find(|fields| fields.get(2) == Some(&uid.as_str()));
    account.and_then(|fields| fields.first().map(|name| (*name).to_owned())).unwrap_or(format!("uid {uid}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_an_id_or_a_mention() {
        for typed in ["175928847299117063", " <@175928847299117063> ", "<@!175928847299117063>"] {
            assert_eq!(read_user(typed).unwrap(), UserId(175_928_847_299_117_063), "{typed}");
        }
        for typed in ["", "tom", "0", "-5", "99999999999999999999"] {
            assert!(read_user(typed).is_err(), "{typed}");
        }
        assert!(!operator().is_empty());
    }
}
