//! `check` and `setup`: is the config right, does Discord have what it names, and making what is missing.

use std::io::{self, BufRead};

use super::failure::{NotUsable, open_database};
use super::screen::{Screen, Style};
use super::{bind, run};
use crate::clock::Clock;
use crate::config::{Config, Environment};
use crate::discord::resolve::{self, Finding, Findings, Seen, setup};
use crate::discord::rest::{Rest, Timing};
use crate::store::GuildStore;

/// Checks the config, and with `online` also the server.
///
/// # Errors
/// All that is wrong.
pub async fn check(screen: Screen, online: bool, rebind: &[String]) -> anyhow::Result<()> {
    let environment = run::environment()?;
    let config = run::config(&environment)?;
    screen.line(&format!(
        "The config is right: {} teams, {} severities, {} services, {} announcement routes.",
        config.teams.len(),
        config.severities.len(),
        config.services.len(),
        config.channels.announcements.len()
    ));
    if config.archive.retention_days > 0 {
        screen.line(&format!(
            "What was said about tickets that ended more than {} days ago is deleted; the tickets and their approved \
             reports stay.",
            config.archive.retention_days
        ));
    }
    if !online {
        return Ok(());
    }
    let (_, seen) = look(&environment, &config).await?;
    let store = open_database(&environment.database_url).await?;
    let bound = bind(&config, &seen, &store.guild(seen.view.id()), rebind).await;
    store.close().await;
    let (_, findings) = bound?;
    for finding in &findings.0 {
        screen.line(&screen.paint(Style::Yellow, &finding.to_string()));
    }
    let usable = format!("The bot can work on the server “{}”.", seen.view.guild.name);
    screen.line(&screen.paint(Style::Green, &usable));
    Ok(())
}

/// Makes the channels and roles that the config names and the server does not have, after asking.
///
/// # Errors
/// Why it could not.
pub async fn setup(screen: Screen, yes: bool) -> anyhow::Result<()> {
    let environment = run::environment()?;
    let config = run::config(&environment)?;
    let (rest, seen) = look(&environment, &config).await?;
    let store = open_database(&environment.database_url).await?;
    let guild = store.guild(seen.view.id());
    let done = make_missing(screen, yes, &config, (&rest, &seen), &guild).await;
    store.close().await;
    done
}

async fn look(environment: &Environment, config: &Config) -> anyhow::Result<(Rest, Seen)> {
    let rest =
        Rest::new(&environment.api_url, &run::token(environment)?, Clock::system(), Timing::default())?;
    let seen = resolve::look(&rest, config).await.map_err(unusable)?;
    Ok((rest, seen))
}

fn unusable(finding: Finding) -> NotUsable {
    NotUsable(Findings(vec![finding]))
}

async fn make_missing(
    screen: Screen,
    yes: bool,
    config: &Config,
    (rest, seen): (&Rest, &Seen),
    store: &GuildStore,
) -> anyhow::Result<()> {
    let bindings = store.read().await?.bindings().await?;
    let plan = setup::plan(config, &seen.view, &bindings);
    if plan.is_empty() {
        screen.line(&format!("Nothing is missing on “{}”.", seen.view.guild.name));
        return Ok(());
    }
    screen.line(&format!("Missing on “{}”:\n{plan}", seen.view.guild.name));
    if !plan.obstacles.is_empty() {
        return Err(NotUsable(Findings(plan.obstacles)).into());
    }
    if !yes && !agreed(screen)? {
        screen.line("Nothing was made.");
        return Ok(());
    }
    let applied = plan.apply(rest, &seen.view).await;
    let mut tx = store.write().await?;
    for binding in &applied.bind {
        tx.bind(binding).await?;
    }
    tx.commit().await?;
    if let Some(finding) = applied.stopped {
        return Err(unusable(finding).into());
    }
    let made = format!("Made {}. Look at it with `trouble-ticket check --online`.", applied.bind.len());
    screen.line(&screen.paint(Style::Green, &made));
    Ok(())
}

/// Asks on the terminal; anything but a yes is a no.
fn agreed(screen: Screen) -> io::Result<bool> {
    screen.text("Make them? [y/N] ");
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
