//! From the config's names to Discord's ids: the company as the rules need it, and what is not as it should be.
//!
//! First [`look`] asks Discord, then [`resolve`] decides, purely, with the bindings that the caller read from the
//! database; the caller writes the new ones. [`setup`] makes what is missing. Must not know the store's queries or
//! the command line. Invariant: there is a [`Directory`] only if nothing keeps the bot from working.

mod binding;
mod finding;
mod needs;
pub mod setup;

use self::binding::Binder;
pub use self::finding::{Finding, Findings, Level};
use self::needs::Places;
pub use self::needs::invitation;
use crate::config::{self, Config, Selection};
use crate::discord::guild::GuildView;
use crate::discord::rest::wire::Application;
use crate::discord::rest::{Fault, Rest};
use crate::domain::directory::{Directory, Route, Service, Severity, Team};
use crate::domain::event::Topic;
use crate::domain::{GuildId, ServiceKey, SeverityKey, TeamKey, UserId};
use crate::store::Binding;

/// What Discord says of the bot and its guild.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The bot's application.
    pub application: Application,
    /// The one guild this process serves.
    pub view: GuildView,
}

/// What came of the config on Discord.
#[derive(Clone, Debug)]
pub struct Resolution {
    /// The company; `None` if one of the findings is an error.
    pub directory: Option<Directory>,
    /// What is not as it should be.
    pub findings: Findings,
    /// Names that were used for the first time, or again on request: to be written to the database.
    pub bind: Vec<Binding>,
}

/// Asks Discord who the bot is, which guild it serves and what that guild looks like.
///
/// # Errors
/// Where Discord does not answer, the token is wrong, or it is not clear which guild is meant.
pub async fn look(rest: &Rest, config: &Config) -> Result<Seen, Finding> {
    let failed = |doing: &'static str| move |fault| Finding::fault(rest.api(), doing, &fault);
    let me = rest.patiently(|| rest.current_user()).await;
    let me = me.map_err(failed("asking who the bot is"))?;
    let application = rest.patiently(|| rest.application()).await;
    let application = application.map_err(failed("reading the bot's application"))?;
    let guild = match config.guild.id.and_then(|id| i64::try_from(id).ok()) {
        Some(id) => GuildId(id),
        None => only_guild(rest, application.id).await?,
    };
    let view = GuildView::read(rest, guild, me.id).await.map_err(|fault| match fault {
        Fault::Gone { .. } | Fault::Refused { status: 403 | 404, .. } => Finding::error(
            format!("The bot is not in the server with the id {guild}."),
            format!(
                "Invite it: {} — or correct `id` under `[guild]` in the config.",
                invitation(application.id)
            ),
        ),
        fault => Finding::fault(rest.api(), "reading the server's channels and roles", &fault),
    })?;
    Ok(Seen { application, view })
}

/// The guild that is meant where the config names none.
async fn only_guild(rest: &Rest, application: UserId) -> Result<GuildId, Finding> {
    let guilds = rest.patiently(|| rest.guilds()).await;
    let guilds =
        guilds.map_err(|fault| Finding::fault(rest.api(), "reading which servers the bot is in", &fault))?;
    match &guilds[..] {
        [] => Err(Finding::error(
            "The bot is in no server yet.",
            format!("Invite it: {}.", invitation(application)),
        )),
        [guild] => Ok(guild.id),
        several => {
            let names = several.iter().map(|guild| format!("{} ({})", guild.name, guild.id));
            Err(Finding::error(
                format!(
                    "The bot is in {} servers and the config does not say which one it serves: {}.",
                    several.len(),
                    names.collect::<Vec<_>>().join(", ")
                ),
                "Write the id under `[guild]` in the config, or take the bot out of the others.",
            ))
        }
    }
}

/// Binds the config's names and looks whether the bot can work like that. `bindings` is what names meant before;
/// those in `rebind` are looked up anew.
#[must_use]
pub fn resolve(config: &Config, seen: &Seen, bindings: &[Binding], rebind: &[String]) -> Resolution {
    let mut binder = Binder::new(&seen.view, bindings, rebind);
    let tickets = binder.channel(&config.channels.tickets);
    let operators = binder.channel(&config.channels.operators);
    let routes: Vec<Route> =
        config.channels.announcements.iter().filter_map(|each| route(&mut binder, each)).collect();
    let teams: Vec<Team> = config.teams.iter().map(|each| team(&mut binder, each)).collect();
    let open = &config.roles.open;
    // Who named roles and mistyped all of them did not mean everyone.
    let openers = (!open.is_empty()).then(|| binder.roles(open));
    let viewers = binder.roles(&config.roles.viewers);
    let managers = binder.roles(&config.roles.managers);
    let admins = binder.roles(&config.roles.admins);
    binder.finish();

    let (mut findings, bind) = (binder.findings, binder.new);
    let called = teams.iter().filter_map(|team| team.role).collect();
    let places = Places { tickets, operators, routes: &routes, teams: called };
    findings.extend(needs::intents(&seen.application));
    findings.extend(needs::permissions(&seen.view, &places));
    let findings = Findings(findings);
    let directory = tickets.zip(operators).filter(|_| !findings.has_errors());
    let directory = directory.map(|(tickets, operators)| Directory {
        guild: seen.view.id(),
        bot: seen.application.id,
        zone: config.guild.time_zone,
        tickets,
        operators,
        routes,
        teams,
        severities: config.severities.iter().map(severity).collect(),
        services: config.services.iter().map(service).collect(),
        openers,
        viewers,
        managers,
        admins,
    });
    Resolution { directory, findings, bind }
}

fn route(binder: &mut Binder<'_>, route: &config::Route) -> Option<Route> {
    let channel = binder.channel(&route.channel);
    // Looked up in any case, so that all that is missing is told at once.
    let mention = binder.roles(&route.mention);
    Some(Route {
        channel: channel?,
        topics: route.events.iter().filter_map(|event| Topic::from_word(event.key())).collect(),
        severities: keys(&route.severities, SeverityKey::new),
        services: keys(&route.services, ServiceKey::new),
        teams: keys(&route.teams, TeamKey::new),
        mention,
        publish: route.publish,
    })
}

fn team(binder: &mut Binder<'_>, team: &config::Team) -> Team {
    Team {
        key: TeamKey::new(&team.key),
        name: team.name.clone(),
        role: binder.role(&team.role),
        lead: team.lead.and_then(|id| i64::try_from(id).ok()).map(UserId),
        owes_report: team.report,
    }
}

fn severity(severity: &config::Severity) -> Severity {
    Severity {
        key: SeverityKey::new(&severity.key),
        name: severity.name.clone(),
        mark: severity.mark.clone(),
        colour: severity.colour.0,
        description: severity.description.clone(),
        is_default: severity.default,
    }
}

fn service(service: &config::Service) -> Service {
    Service {
        key: ServiceKey::new(&service.key),
        name: service.name.clone(),
        teams: keys(&service.teams, TeamKey::new),
    }
}

/// The directory writes "all" as none.
fn keys<T>(selection: &Selection, key: impl Fn(String) -> T) -> Vec<T> {
    match selection {
        Selection::All => Vec::new(),
        Selection::Only(keys) => keys.iter().cloned().map(key).collect(),
    }
}

#[cfg(test)]
mod tests;
