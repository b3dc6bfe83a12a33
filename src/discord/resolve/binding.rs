//! Which channel or role a name in the config means.
//!
//! A name is looked up once; what it meant then, it means for good. So nobody gains a right by renaming a role or by
//! making a new one under an old name. Pure: what is on Discord and what was bound before come in, ids, new bindings
//! and findings go out. Invariant: in every doubt there is no id.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Finding;
use crate::config::Reference;
use crate::discord::guild::GuildView;
use crate::discord::rest::wire::{ANNOUNCEMENT, TEXT};
use crate::domain::{ChannelId, RoleId};
use crate::store::{Binding, BindingKind};

/// What became of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It means this, as before.
    Known(i64),
    /// It is used for the first time and means this.
    New(i64),
    /// What it means is called otherwise now.
    Renamed { id: i64, now: String },
    /// What it means is called otherwise now, and something else has its name.
    Replaced { now: String, others: Vec<i64> },
    /// What it meant is gone; something else may have its name.
    Deleted { was: i64, others: Vec<i64> },
    /// There is nothing of that name.
    Missing,
    /// It is used for the first time and could mean any of these.
    Several(Vec<i64>),
}

/// What became of `name`, among `there` on Discord, if it was bound to `bound` before.
pub(super) fn fate(name: &str, there: &[(i64, &str)], bound: Option<i64>) -> Fate {
    let same = there.iter().filter(|(_, other)| *other == name).map(|(id, _)| *id);
    let Some(was) = bound else {
        let found: Vec<i64> = same.collect();
        return match found[..] {
            [] => Fate::Missing,
            [id] => Fate::New(id),
            _ => Fate::Several(found),
        };
    };
    let others: Vec<i64> = same.filter(|id| *id != was).collect();
    match there.iter().find(|(id, _)| *id == was) {
        None => Fate::Deleted { was, others },
        Some((_, now)) if *now == name => Fate::Known(was),
        Some((_, now)) if others.is_empty() => Fate::Renamed { id: was, now: (*now).to_owned() },
        Some((_, now)) => Fate::Replaced { now: (*now).to_owned(), others },
    }
}

/// Binds references, one after the other, and remembers what it found.
pub(super) struct Binder<'a> {
    view: &'a GuildView,
    bound: BTreeMap<(BindingKind, &'a str), i64>,
    rebind: BTreeSet<&'a str>,
    rebound: BTreeSet<&'a str>,
    done: BTreeMap<(BindingKind, Reference), Option<i64>>,
    pub(super) new: Vec<Binding>,
    pub(super) findings: Vec<Finding>,
}

impl<'a> Binder<'a> {
    pub(super) fn new(view: &'a GuildView, bindings: &'a [Binding], rebind: &'a [String]) -> Self {
        Self {
            view,
            bound: bindings.iter().map(|each| ((each.kind, each.name.as_str()), each.id)).collect(),
            rebind: rebind.iter().map(String::as_str).collect(),
            rebound: BTreeSet::new(),
            done: BTreeMap::new(),
            new: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// The channel that is meant; without one the bot cannot start.
    pub(super) fn channel(&mut self, reference: &Reference) -> Option<ChannelId> {
        self.bind(BindingKind::Channel, reference).map(ChannelId)
    }

    /// The role that is meant; without one nobody has its rights.
    pub(super) fn role(&mut self, reference: &Reference) -> Option<RoleId> {
        self.bind(BindingKind::Role, reference).map(RoleId)
    }

    /// The roles that are meant and exist.
    pub(super) fn roles(&mut self, references: &[Reference]) -> Vec<RoleId> {
        references.iter().filter_map(|reference| self.role(reference)).collect()
    }

    /// What became of a name, seen without changing anything.
    pub(super) fn fate(&self, kind: BindingKind, name: &str) -> Fate {
        let bound = self.bound.get(&(kind, name)).copied().filter(|_| self.asked(kind, name).is_none());
        fate(name, &there(self.view, kind), bound)
    }

    /// Says which names were to be rebound and are not in the config.
    pub(super) fn finish(&mut self) {
        for name in self.rebind.difference(&self.rebound) {
            self.findings.push(Finding::error(
                format!("The config names no channel or role `{name}`, so there is nothing to rebind."),
                "Write the name after `--rebind` as it stands in the config.",
            ));
        }
    }

    fn bind(&mut self, kind: BindingKind, reference: &Reference) -> Option<i64> {
        let key = (kind, reference.clone());
        if let Some(done) = self.done.get(&key) {
            return *done;
        }
        let id = match reference {
            Reference::Id(id) => self.by_id(kind, *id),
            Reference::Name(name) => self.by_name(kind, name),
        };
        self.done.insert(key, id);
        id
    }

    fn by_id(&mut self, kind: BindingKind, id: u64) -> Option<i64> {
        let id = i64::try_from(id).ok()?;
        if kind == BindingKind::Role && RoleId(id) == self.view.everyone() {
            self.findings.push(Finding::warning(
                format!("The id {id} is everyone and no role, so nobody has the rights it would give."),
                "Write the name or id of a role in the config.",
            ));
            return None;
        }
        if there(self.view, kind).iter().any(|(other, _)| *other == id) {
            return Some(id);
        }
        let (finding, what) = self.kind_of_loss(kind);
        let known = kind == BindingKind::Channel && self.view.channels.contains_key(&ChannelId(id));
        let message = if known {
            format!("The channel with the id {id} is no text or announcement channel.")
        } else {
            format!("There is no {what} with the id {id}{}.", loss(kind))
        };
        self.findings
            .push(finding(message, format!("Write the name or id of another {what} in the config.")));
        None
    }

    fn by_name(&mut self, kind: BindingKind, name: &str) -> Option<i64> {
        let fate = self.fate(kind, name);
        if let Some(asked) = self.asked(kind, name) {
            self.rebound.insert(asked);
        }
        if let Some(finding) = self.tell(kind, name, &fate) {
            self.findings.push(finding);
        }
        match fate {
            Fate::Known(id) | Fate::Renamed { id, .. } => Some(id),
            Fate::New(id) => {
                self.new.push(Binding { kind, name: name.to_owned(), id });
                Some(id)
            }
            _ => None,
        }
    }

    /// The wish to bind this name anew, as it was written: `web`, `@web` or `#web`.
    fn asked(&self, kind: BindingKind, name: &str) -> Option<&'a str> {
        self.rebind.iter().copied().find(|wish| *wish == name || *wish == shown(kind, name))
    }

    fn kind_of_loss(&self, kind: BindingKind) -> (fn(String, String) -> Finding, &'static str) {
        match kind {
            BindingKind::Channel => (Finding::error, "channel"),
            BindingKind::Role => (Finding::warning, "role"),
        }
    }

    /// One arm for each fate: long, but side by side the sentences can be compared.
    fn tell(&self, kind: BindingKind, name: &str, fate: &Fate) -> Option<Finding> {
        let (finding, what) = self.kind_of_loss(kind);
        let (shown, loss) = (shown(kind, name), loss(kind));
        let rebind = format!("`trouble-ticket check --online --rebind {name}`");
        Some(match fate {
            Fate::Known(_) | Fate::New(_) => return None,
            Fate::Renamed { id, now } => Finding::warning(
                format!(
                    "The {what} {shown} (id {id}) is called {} on Discord now; the bot goes on with it.",
                    self::shown(kind, now)
                ),
                format!("Write \"{now}\" in the config."),
            ),
            Fate::Replaced { now, others } => finding(
                format!(
                    "The {what} {shown} is called {} on Discord now and another one (id {}) has its name{loss}.",
                    self::shown(kind, now),
                    list(others)
                ),
                format!(
                    "Write \"{now}\" in the config if you mean the old one, or run {rebind} if you mean the new one."
                ),
            ),
            Fate::Deleted { was, others } if others.is_empty() => finding(
                format!("The {what} {shown} (id {was}) was deleted on Discord{loss}."),
                format!("Make it again with `trouble-ticket setup`, or write another {what} in the config."),
            ),
            Fate::Deleted { was, others } => finding(
                format!(
                    "The {what} {shown} (id {was}) was deleted on Discord and another one (id {}) has its name{loss}.",
                    list(others)
                ),
                format!("Run {rebind} if that is the one you mean."),
            ),
            Fate::Missing => finding(
                format!("There is no {what} {shown} on Discord{loss}."),
                format!(
                    "{}Make it with `trouble-ticket setup`, or write another one in the config.",
                    self.similar(kind, name)
                ),
            ),
            Fate::Several(ids) => Finding::error(
                format!("There are {} {what}s {shown}: {}.", ids.len(), list(ids)),
                "Write the id of the one you mean in the config instead of the name.",
            ),
        })
    }

    /// Role names are often written with another capital.
    fn similar(&self, kind: BindingKind, name: &str) -> String {
        let there = there(self.view, kind);
        let alike = there.iter().find(|(_, other)| other.to_lowercase() == name.to_lowercase());
        alike.map_or_else(String::new, |(_, other)| format!("Did you mean {}? ", shown(kind, other)))
    }
}

/// What could be meant: channels to write in, and roles that are not everyone.
fn there(view: &GuildView, kind: BindingKind) -> Vec<(i64, &str)> {
    match kind {
        BindingKind::Channel => {
            let fit = view.channels.values().filter(|channel| matches!(channel.kind, TEXT | ANNOUNCEMENT));
            fit.map(|channel| (channel.id.0, channel.name.as_str())).collect()
        }
        BindingKind::Role => {
            let fit = view.roles.values().filter(|role| role.id != view.everyone());
            fit.map(|role| (role.id.0, role.name.as_str())).collect()
        }
    }
}

/// A name as people write it on Discord.
pub(super) fn shown(kind: BindingKind, name: &str) -> String {
    match kind {
        BindingKind::Channel => format!("#{name}"),
        BindingKind::Role => format!("@{name}"),
    }
}

fn loss(kind: BindingKind) -> &'static str {
    match kind {
        BindingKind::Channel => "",
        BindingKind::Role => ", so nobody has the rights it would give",
    }
}

fn list(ids: &[i64]) -> String {
    ids.iter().map(i64::to_string).collect::<Vec<_>>().join(" and ")
}
