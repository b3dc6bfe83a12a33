//! Making the channels and roles that the config names and Discord does not have.
//!
//! First a [`Plan`], which changes nothing and can be read by whoever is to say yes; then [`Plan::apply`]. What is
//! made is bound at once. Must not know who asks. Invariants: what is there is never touched; a plan of what was
//! carried out is empty; each thing is asked for once, and after a failure a new plan finds out what exists.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Value, json};

use super::binding::{Binder, Fate, shown};
use super::finding::Finding;
use crate::config::{Config, Reference};
use crate::discord::guild::GuildView;
use crate::discord::guild::permissions::{
    EMBED_LINKS, MANAGE_CHANNELS, MANAGE_ROLES, READ_MESSAGE_HISTORY, SEND_MESSAGES, VIEW_CHANNEL, names,
};
use crate::discord::rest::wire::{ANNOUNCEMENT, Overwrite, TEXT, Target};
use crate::discord::rest::{Fault, Rest};
use crate::domain::RoleId;
use crate::store::{Binding, BindingKind};

/// Who sees a channel that is to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Audience {
    Everyone,
    Admins,
}

/// One thing to make.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Role { name: String },
    Channel { name: String, kind: u8, audience: Audience },
}

/// What is missing, in the order in which it will be made; roles come first, because channels are opened to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    steps: Vec<Step>,
    /// Admin roles that exist.
    admins: Vec<RoleId>,
    /// Names of admin roles that will be made.
    new_admins: BTreeSet<String>,
    /// Announcement channels were asked for and cannot be.
    plain: bool,
    /// What will keep the plan from being carried out.
    pub obstacles: Vec<Finding>,
}

/// What was made: bindings to write, and where it stopped if it did.
#[derive(Clone, Debug, Default)]
pub struct Applied {
    /// What was made, to be written to the database.
    pub bind: Vec<Binding>,
    /// Why the rest was not made.
    pub stopped: Option<Finding>,
}

/// What `config` names and the guild does not have.
#[must_use]
pub fn plan(config: &Config, view: &GuildView, bindings: &[Binding]) -> Plan {
    let mut binder = Binder::new(view, bindings, &[]);
    let missing = |kind, reference: &Reference| match reference {
        Reference::Name(name) => match binder.fate(kind, name) {
            Fate::Missing => Some(name.clone()),
            Fate::Deleted { others, .. } if others.is_empty() => Some(name.clone()),
            _ => None,
        },
        Reference::Id(_) => None,
    };
    let mut steps: Vec<Step> = Vec::new();
    let mut seen = BTreeSet::new();
    for name in roles(config).into_iter().filter_map(|role| missing(BindingKind::Role, role)) {
        if seen.insert((BindingKind::Role, name.clone())) {
            steps.push(Step::Role { name });
        }
    }
    let news = if view.is_community() { ANNOUNCEMENT } else { TEXT };
    for (channel, kind, audience) in channels(config, news) {
        if let Some(name) = missing(BindingKind::Channel, channel)
            && seen.insert((BindingKind::Channel, name.clone()))
        {
            steps.push(Step::Channel { name, kind, audience });
        }
    }
    let new_admins = config.roles.admins.iter().filter_map(|role| missing(BindingKind::Role, role)).collect();
    let plain = news == TEXT && config.channels.announcements.iter().any(|route| route.publish);
    let admins = binder.roles(&config.roles.admins);
    let obstacles = obstacles(view, &steps);
    Plan { steps, admins, new_admins, plain, obstacles }
}

fn roles(config: &Config) -> Vec<&Reference> {
    let (roles, channels) = (&config.roles, &config.channels);
    let mentioned = channels.announcements.iter().flat_map(|route| &route.mention);
    let rights = [&roles.open, &roles.viewers, &roles.managers, &roles.admins].into_iter().flatten();
    config.teams.iter().map(|team| &team.role).chain(rights).chain(mentioned).collect()
}

fn channels(config: &Config, news: u8) -> Vec<(&Reference, u8, Audience)> {
    let channels = &config.channels;
    let mut all =
        vec![(&channels.tickets, TEXT, Audience::Everyone), (&channels.operators, TEXT, Audience::Admins)];
    all.extend(channels.announcements.iter().map(|route| (&route.channel, news, Audience::Everyone)));
    all
}

/// The permissions that the bot lacks for the steps.
fn obstacles(view: &GuildView, steps: &[Step]) -> Vec<Finding> {
    let private = |step: &Step| matches!(step, Step::Channel { audience: Audience::Admins, .. });
    let roles = steps.iter().any(|step| matches!(step, Step::Role { .. }) || private(step));
    let channels = steps.iter().any(|step| matches!(step, Step::Channel { .. }));
    let needed = if roles { MANAGE_ROLES } else { 0 } | if channels { MANAGE_CHANNELS } else { 0 };
    let lacking = needed & !view.base_permissions(view.me.user.id, &view.me.roles);
    let tell = || {
        Finding::error(
            format!("The bot cannot make what is missing, because it lacks: {}.", names(lacking).join(", ")),
            "Allow it to the bot's role in the server's settings, or make what is missing by hand.",
        )
    };
    (lacking != 0).then(tell).into_iter().collect()
}

impl Plan {
    /// Whether there is nothing to make.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Makes what is missing. Stops at the first failure; what was made by then is told.
    pub async fn apply(&self, rest: &Rest, view: &GuildView) -> Applied {
        let mut applied = Applied::default();
        for step in &self.steps {
            match self.make(rest, view, step, &applied.bind).await {
                Ok(binding) => applied.bind.push(binding),
                Err(fault) => {
                    applied.stopped = Some(stopped(rest, step, &fault));
                    break;
                }
            }
        }
        applied
    }

    async fn make(
        &self,
        rest: &Rest,
        view: &GuildView,
        step: &Step,
        made: &[Binding],
    ) -> Result<Binding, Fault> {
        match step {
            Step::Role { name } => {
                let body = json!({ "name": name, "permissions": "0", "mentionable": true });
                let role = rest.create_role(view.id(), &body).await?;
                Ok(Binding { kind: BindingKind::Role, name: name.clone(), id: role.id.0 })
            }
            Step::Channel { name, kind, audience } => {
                let mut body = json!({ "name": name, "type": kind });
                if *audience == Audience::Admins {
                    body["permission_overwrites"] = self.private(view, made);
                }
                let channel = rest.create_channel(view.id(), &body).await?;
                Ok(Binding { kind: BindingKind::Channel, name: name.clone(), id: channel.id.0 })
            }
        }
    }

    /// Nobody but the bot and the admins.
    fn private(&self, view: &GuildView, made: &[Binding]) -> Value {
        let new: BTreeMap<&str, i64> = made
            .iter()
            .filter(|binding| binding.kind == BindingKind::Role)
            .map(|binding| (binding.name.as_str(), binding.id))
            .collect();
        let new_admins =
            self.new_admins.iter().filter_map(|name| new.get(name.as_str())).map(|id| RoleId(*id));
        let mine = view.base_permissions(view.me.user.id, &view.me.roles);
        // Discord lets nobody give what they do not have.
        let own = (VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS | READ_MESSAGE_HISTORY) & mine;
        let allow = |target, allow| Overwrite { target, allow, deny: 0 };
        let mut overwrites = vec![
            Overwrite { target: Target::Role(view.everyone()), allow: 0, deny: VIEW_CHANNEL },
            allow(Target::Member(view.me.user.id), own),
        ];
        let admins = self.admins.iter().copied().chain(new_admins);
        overwrites.extend(admins.map(|role| allow(Target::Role(role), VIEW_CHANNEL & mine)));
        json!(overwrites)
    }
}

fn stopped(rest: &Rest, step: &Step, fault: &Fault) -> Finding {
    if fault.is_forbidden() {
        return Finding::error(
            format!("Discord does not let the bot make {step}."),
            "Allow Manage Channels and Manage Roles to the bot's role, or make it by hand.",
        );
    }
    Finding::fault(rest.api(), &format!("making {step}"), fault)
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role { name } => write!(f, "the role {}", shown(BindingKind::Role, name)),
            Self::Channel { name, kind, audience } => {
                let news = if *kind == ANNOUNCEMENT { "announcement " } else { "" };
                write!(f, "the {news}channel {}", shown(BindingKind::Channel, name))?;
                f.write_str(match audience {
                    Audience::Everyone => "",
                    Audience::Admins => ", which only admins and the bot see",
                })
            }
        }
    }
}

impl fmt::Display for Plan {
    /// One line for each thing to make.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps.iter().enumerate() {
            let gap = if index == 0 { "" } else { "\n" };
            write!(f, "{gap}- {step}")?;
        }
        if self.plain {
            f.write_str(
                "\nThe server is no Community, so it has no announcement channels and nothing can be published.",
            )?;
        }
        Ok(())
    }
}
