//! `list` and `show`: what the database knows, also while Discord is down; and how such commands find it.
//!
//! Read-only, and without a connection to Discord: whoever can read the database may read everything in it.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::failure::open_database;
use super::run;
use super::screen::{Screen, Style};
use crate::config::Config;
use crate::domain::text::one_line;
use crate::domain::{Event, GuildId, Milestone, Ticket, TicketNumber};
use crate::error::UserError;
use crate::store::{GuildStore, Store};

/// The most tickets that `list` prints.
const LIST_LIMIT: i64 = 500;

/// Prints the tickets that are not over, newest first.
///
/// # Errors
/// If the database cannot be read.
pub async fn list(screen: Screen) -> anyhow::Result<()> {
    let (store, guild, config) = open().await?;
    let tickets = guild.read().await?.list_tickets(None, LIST_LIMIT).await?;
    store.close().await;
    if tickets.is_empty() {
        screen.line("No ticket is open.");
    }
    for ticket in &tickets {
        let charges: Vec<_> = ticket.all_in_charge().map(|charge| charge.person.name.as_str()).collect();
        let charge = if charges.is_empty() { "nobody yet".to_owned() } else { charges.join(", ") };
        screen.line(&format!(
            "{:<6} {:<8} {:<14} {}  {}  {}",
            ticket.number.to_string(),
            ticket.facts.severity.as_str(),
            ticket.status.as_str(),
            local(&config, ticket.milestones.opened),
            screen.paint(Style::Bold, &ticket.facts.title),
            screen.paint(Style::Dim, &format!("({charge})")),
        ));
    }
    Ok(())
}

/// Prints a ticket and what happened to it.
///
/// # Errors
/// If the database cannot be read or has no such ticket.
pub async fn show(screen: Screen, number: &str) -> anyhow::Result<()> {
    let number = read_number(number)?;
    let (store, guild, config) = open().await?;
    let mut tx = guild.read().await?;
    let ticket = tx.find_ticket(number).await?.ok_or_else(|| unknown(number))?;
    let (events, said) = (tx.events(number).await?, tx.count_messages(number).await?);
    drop(tx);
    store.close().await;
    print_ticket(screen, &config, &ticket, said);
    for event in &events {
        screen.line(&format!("  {}  {:<12} {}", local(&config, event.at), event.by.name, happened(event)));
    }
    Ok(())
}

fn print_ticket(screen: Screen, config: &Config, ticket: &Ticket, said: i64) {
    let facts = &ticket.facts;
    screen.line(&screen.paint(Style::Bold, &format!("{} {}", ticket.number, facts.title)));
    let fact = |name: &str, value: &str| screen.line(&format!("  {name:<13} {value}"));
    fact("severity", facts.severity.as_str());
    fact("status", ticket.status.as_str());
    if !facts.services.is_empty() {
        fact("services", &facts.services.iter().map(|key| key.as_str()).collect::<Vec<_>>().join(", "));
    }
    fact("reporter", &ticket.reporter.name);
    for charge in ticket.all_in_charge() {
        let since = local(config, charge.from);
        fact("in charge", &format!("{} for {} since {since}", charge.person.name, charge.team));
    }
    for milestone in Milestone::ALL {
        if let Some(at) = ticket.milestones.get(*milestone) {
            fact(milestone.as_str(), &local(config, at));
        }
    }
    for report in &ticket.reports {
        let since = local(config, report.since);
        let stands = format!(
            "{}, version {}, {} by {} since {since}",
            report.team, report.version, report.state, report.by.name
        );
        fact("report", &stands);
    }
    fact("archive", &format!("{said} messages"));
}

/// An event in a few words, for operators: its kind and its fields as they are stored.
fn happened(event: &Event) -> String {
    let Ok(Value::Object(mut fields)) = serde_json::to_value(&event.kind) else { return String::new() };
    let kind = fields.remove("event").and_then(|kind| kind.as_str().map(|kind| kind.replace('_', " ")));
    let said = fields.into_iter().filter_map(|(name, value)| {
        let text = match &value {
            Value::String(text) => text.clone(),
            Value::Object(person) => person.get("name")?.as_str()?.to_owned(),
            Value::Array(keys) => keys.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
            Value::Null => return None,
            other => other.to_string(),
        };
        (!text.is_empty()).then(|| format!("{name}: {}", one_line(&text)))
    });
    kind.into_iter().chain(said).collect::<Vec<_>>().join(", ")
}

/// The database and the part of it that is meant: the guild of the config, or the only one that is there.
pub(super) async fn open() -> anyhow::Result<(Store, GuildStore, Config)> {
    let environment = run::environment()?;
    let config = run::config(&environment)?;
    let store = open_database(&environment.database_url).await?;
    let guild = match config.guild.id.and_then(|id| i64::try_from(id).ok()) {
        Some(id) => GuildId(id),
        None => only_guild(&store).await?,
    };
    let guild = store.guild(guild);
    Ok((store, guild, config))
}

async fn only_guild(store: &Store) -> anyhow::Result<GuildId> {
    match store.guilds().await?.as_slice() {
        [] => Err(UserError::new("There is no ticket in this database yet.", "Look at DATABASE_URL.").into()),
        [guild] => Ok(*guild),
        several => {
            let ids: Vec<String> = several.iter().map(ToString::to_string).collect();
            let message = format!("This database serves several servers: {}.", ids.join(", "));
            Err(UserError::new(message, "Write the id under `[guild]` in the config.").into())
        }
    }
}

pub(super) fn read_number(typed: &str) -> anyhow::Result<TicketNumber> {
    let wrong =
        |_| UserError::new(format!("`{typed}` is no ticket number."), "A ticket number looks like `T-42`.");
    Ok(typed.parse().map_err(wrong)?)
}

pub(super) fn unknown(number: TicketNumber) -> anyhow::Error {
    UserError::new(format!("There is no ticket {number}."), "See `trouble-ticket list`.").into()
}

pub(super) fn local(config: &Config, at: DateTime<Utc>) -> String {
    at.with_timezone(&config.guild.time_zone).format("%Y-%m-%d %H:%M").to_string()
}
