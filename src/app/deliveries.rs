//! `deliveries`: what the bot owes to Discord and has not got through, and trying it again or giving it up.
//!
//! Works beside a running bot and without one: it only writes to the database, and the bot looks there. Must not talk
//! to Discord.

use chrono::DateTime;

use super::inspect::{local, open};
use super::screen::{Screen, Style};
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::text::one_line;
use crate::error::UserError;
use crate::store::{Stuck, Which};

/// What to do with what is held up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish<'a> {
    /// Only show it.
    Show,
    /// Try again: `all`, or one by its number.
    Retry(&'a str),
    /// Give up for good: `all`, or one by its number.
    Drop(&'a str),
}

/// Shows what is not through, or does something about it.
///
/// # Errors
/// If the database fails, or nothing is held up under that number.
pub async fn deliveries(screen: Screen, wish: Wish<'_>) -> anyhow::Result<()> {
    let (store, guild, config) = open().await?;
    match wish {
        Wish::Show => {
            let stuck = guild.read().await?.stuck_deliveries().await?;
            show(screen, &config, &stuck);
        }
        Wish::Retry(typed) => {
            let mut tx = guild.write().await?;
            // At once by any clock: the bot's need not agree with this one.
            let count = tx.retry_parked(which(typed)?, DateTime::UNIX_EPOCH).await?;
            some(typed, count)?;
            tx.commit().await?;
            screen.line(&format!(
                "{count} tried again: the bot looks within ten seconds, or when it is started."
            ));
        }
        Wish::Drop(typed) => {
            let mut tx = guild.write().await?;
            let count = tx.drop_parked(which(typed)?, Clock::system().now()).await?;
            some(typed, usize::try_from(count).unwrap_or(usize::MAX))?;
            tx.commit().await?;
            screen.line(&format!("{count} given up for good."));
        }
    }
    store.close().await;
    Ok(())
}

fn which(typed: &str) -> anyhow::Result<Which<'static>> {
    if typed == "all" {
        return Ok(Which::All);
    }
    let wrong =
        |_| UserError::new(format!("`{typed}` is no delivery."), "Give a number of the list, or `all`.");
    Ok(Which::One(typed.parse::<std::num::NonZeroU32>().map_err(wrong)?.get().into()))
}

fn some(typed: &str, count: usize) -> anyhow::Result<()> {
    if count > 0 {
        return Ok(());
    }
    let message = match typed {
        "all" => "Nothing is held up.".to_owned(),
        _ => format!("No delivery {typed} is held up."),
    };
    Err(UserError::new(message, "`trouble-ticket deliveries` lists what is.").into())
}

fn show(screen: Screen, config: &Config, stuck: &[Stuck]) {
    if stuck.is_empty() {
        return screen.line("Nothing is owed to Discord.");
    }
    for one in stuck {
        let (state, style) = match one {
            Stuck { parked: true, .. } => ("held up", Style::Yellow),
            Stuck { failures: 1.., .. } => ("failing", Style::Yellow),
            _ => ("waiting", Style::Dim),
        };
        let ticket = one.ticket.map_or("operators".to_owned(), |ticket| ticket.to_string());
        let tries = match one.attempts {
            0 => "not tried yet".to_owned(),
            1 => "tried once".to_owned(),
            many => format!("tried {many} times"),
        };
        screen.line(&format!(
            "{:>5}  {ticket:<9}  {:<11}  {}  since {}, {tries}  {}",
            one.id,
            one.kind.replace('_', " "),
            screen.paint(style, &format!("{state:<7}")),
            local(config, one.since),
            one_line(&one.why),
        ));
    }
    let parked = stuck.iter().filter(|one| one.parked).count();
    if parked > 0 {
        screen.line(&format!(
            "\n{parked} held up until somebody changes something. Try again with --retry all (or a number), give up with \
             --drop."
        ));
    }
}
