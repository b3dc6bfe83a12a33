//! Makes a world from a company.
//!
//! It must not know what happens in the world later. Keeps: the bot is a member with a role of its own, and every
//! channel that is closed to others is open to that role.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use tokio::sync::{broadcast, mpsc, watch};

use super::clock::Clock;
use super::company::{ChannelPlan, Company};
use super::faults::Faults;
use super::gateway::session::Sessions;
use super::ids::{Id, Mint};
use super::limits::Ledger;
use super::model::{Channel, Member, Overwrite, Role};
use super::options::Options;
use super::permissions::{self, VIEW_CHANNEL};
use super::stats::Stats;
use super::world::{Guild, World};

/// How many changes a slow reader of the live stream may be behind.
const LIVE_BACKLOG: usize = 8_192;

impl World {
    pub(crate) fn found(options: Options, address: String, deadlines: mpsc::UnboundedSender<Id>) -> Self {
        let clock = Arc::new(Clock::new(&options.time));
        let mut mint = Mint::default();
        let now = clock.now();
        // A random month earlier, so that two sandboxes at one moment differ.
        let minutes = rand::random_range(1..40_000);
        let guild = options.guild.unwrap_or_else(|| mint.mint(now - chrono::Duration::minutes(minutes)));
        let bot = mint.mint(now - chrono::Duration::days(30));
        let company = options.company.clone();
        let replay = options.replay;
        let mut world = Self {
            guild: Guild { id: guild, name: company.name.clone(), owner: 0, locale: company.locale.clone() },
            bot,
            members: BTreeMap::new(),
            roles: BTreeMap::new(),
            channels: BTreeMap::new(),
            commands: Vec::new(),
            global_commands: Vec::new(),
            interactions: BTreeMap::new(),
            ephemeral: HashMap::new(),
            stats: Stats::default(),
            faults: Faults::default(),
            limits: Ledger::new(options.limits),
            sessions: Sessions::new(replay),
            tokens: HashMap::new(),
            files: HashMap::new(),
            nonces: HashMap::new(),
            places: HashMap::new(),
            clock,
            mint,
            options,
            address,
            live: broadcast::Sender::new(LIVE_BACKLOG),
            deadlines,
            changes: watch::Sender::new(0),
        };
        world.settle(&company);
        world
    }

    fn settle(&mut self, company: &Company) {
        self.found_role(self.guild.id, "@everyone", permissions::EVERYONE, false);
        for plan in &company.roles {
            let id = self.new_id();
            self.found_role(id, &plan.name, plan.permissions, plan.mentionable);
        }
        let own = self.new_id();
        let name = self.options.bot_name.clone();
        self.found_role(own, &name, self.options.bot_permissions, false);
        if let Some(role) = self.roles.get_mut(&own) {
            role.managed = true;
            role.bot_id = Some(self.bot);
        }
        self.found_member(self.bot, &name, None, vec![own]);
        for person in &company.people {
            let id = self.new_id();
            let roles = person.roles.iter().filter_map(|name| self.find_role(name)).map(|role| role.id);
            let roles = roles.collect();
            self.found_member(id, &person.username, Some(&person.display), roles);
        }
        self.guild.owner = self.find_member(&company.owner).map_or(0, |member| member.id);
        for (position, plan) in (0..).zip(&company.channels) {
            self.found_channel(plan, position, own);
        }
    }

    fn found_role(&mut self, id: Id, name: &str, permissions: u64, mentionable: bool) {
        let position = i64::try_from(self.roles.len()).unwrap_or(i64::MAX);
        let role = Role {
            id,
            name: name.to_owned(),
            permissions,
            mentionable,
            managed: false,
            hoist: false,
            position,
            color: 0,
            bot_id: None,
        };
        self.roles.insert(id, role);
    }

    fn found_member(&mut self, id: Id, username: &str, display: Option<&str>, roles: Vec<Id>) {
        let member = Member {
            id,
            username: username.to_owned(),
            global_name: display.map(str::to_owned),
            nick: None,
            bot: id == self.bot,
            roles,
            joined_at: self.now(),
            refuses_dms: false,
        };
        self.members.insert(id, member);
    }

    fn found_channel(&mut self, plan: &ChannelPlan, position: i64, bot_role: Id) {
        let role = |id, allow, deny| Overwrite { id, member: false, allow, deny };
        let ids = |names: &[String]| -> Vec<Id> {
            names.iter().filter_map(|name| self.find_role(name)).map(|role| role.id).collect()
        };
        let mut overwrites: Vec<_> =
            ids(&plan.hidden_from).into_iter().map(|id| role(id, 0, VIEW_CHANNEL)).collect();
        if !plan.only_for.is_empty() {
            overwrites.push(role(self.guild.id, 0, VIEW_CHANNEL));
            overwrites.push(role(bot_role, VIEW_CHANNEL, 0));
            overwrites.extend(ids(&plan.only_for).into_iter().map(|id| role(id, VIEW_CHANNEL, 0)));
        }
        let id = self.new_id();
        let mut channel = Channel::new(id, plan.kind, &plan.name);
        channel.topic = Some(plan.topic.clone()).filter(|topic| !topic.is_empty());
        channel.position = position;
        channel.overwrites = overwrites;
        self.channels.insert(id, channel);
    }
}

impl Channel {
    pub(crate) fn new(id: Id, kind: u8, name: &str) -> Self {
        Self {
            id,
            kind,
            name: name.to_owned(),
            topic: None,
            position: 0,
            parent: None,
            overwrites: Vec::new(),
            recipient: None,
            thread: None,
            last_message: None,
            messages: BTreeMap::new(),
            pins: Vec::new(),
            total_sent: 0,
        }
    }
}
