//! Discord's rate limits, kept as Discord keeps them, and a list of who ran into one.
//!
//! It must not know what a request does; it is told the route, what it is about and when it came. Everything here
//! counts in real time. Keeps: a request that is refused is in the list, with whether its sender could have known.
//!
//! A refusal could have been known if the limit is published (the one over everything, publishing, renaming), or if
//! an earlier answer of the same bucket had told of it. An answer that left less than [`CROSSING`] before the
//! request came may have passed it on the way and does not count as told.

mod table;
mod window;

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use self::table::Rule;
use self::window::Window;

/// How long an answer and a request may take to pass each other.
const CROSSING: Duration = Duration::from_millis(50);

/// So many windows are kept before those that are over are forgotten.
const MANY: usize = 10_000;

/// Rate limits that are switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// Every window is divided by this; 1 is as on Discord.
    pub divisor: u32,
    /// After how many answers of 401, 403 and 429 within ten minutes the machine is shut out.
    pub invalid_answers: u32,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self { divisor: 1, invalid_answers: table::INVALID.limit }
    }
}

impl RateLimits {
    /// Discord's numbers in windows that are `divisor` times shorter.
    #[must_use]
    pub fn divided(divisor: u32) -> Self {
        Self { divisor: divisor.max(1), ..Self::default() }
    }

    fn shorter(self, rule: Rule) -> Rule {
        Rule { window: rule.window / self.divisor.max(1), ..rule }
    }
}

/// Whose limit it is that a request ran into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// The bot's own, for this bucket.
    User,
    /// The bot's own, over everything.
    Global,
    /// That of a channel or message, whoever acts on it; not in the headers beforehand.
    Shared,
    /// A fault on order.
    Ordered,
}

impl Scope {
    /// The word in `X-RateLimit-Scope`.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::User | Self::Ordered => "user",
            Self::Global => "global",
            Self::Shared => "shared",
        }
    }
}

/// A request that was answered with 429.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimited {
    /// The method.
    pub method: String,
    /// The route, with gaps for the ids.
    pub route: String,
    /// The channel, guild or webhook it was about; empty if none.
    pub major: String,
    /// Whose limit it was.
    pub scope: Scope,
    /// Its sender could have known.
    pub foreseeable: bool,
    /// How long it was told to wait.
    pub wait: Duration,
}

/// What a request is about, as far as limits go.
#[derive(Clone, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a str,
    pub(crate) template: &'static str,
    /// The variable parts of the path.
    pub(crate) parts: &'a [String],
    /// It changes the name or topic of a channel.
    pub(crate) renames: bool,
    /// It edits a message that was published.
    pub(crate) edits_published: bool,
    /// When it came.
    pub(crate) arrived: Instant,
}

/// What the headers tell of a bucket.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Standing {
    pub(crate) bucket: String,
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    pub(crate) reset_after: Duration,
}

/// A refusal for now.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wait {
    pub(crate) scope: Scope,
    pub(crate) wait: Duration,
    /// Where the bucket stands; not told when everything must wait.
    pub(crate) standing: Option<Standing>,
}

/// One bucket of one channel.
#[derive(Debug, Default)]
struct Bucket {
    window: Window,
    rule: Option<Rule>,
    /// When an answer first told of it.
    told: Option<Instant>,
}

/// Everything that is counted.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    limits: Option<RateLimits>,
    global: Window,
    buckets: HashMap<(String, String), Bucket>,
    /// The limits that no header shows, by rule and what they are about.
    hidden: HashMap<(&'static str, String), (Window, Rule)>,
    invalid: VecDeque<Instant>,
    banned: Option<Instant>,
    refused: Vec<RateLimited>,
}

impl Ledger {
    pub(crate) fn new(limits: Option<RateLimits>) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Lets a request in and says what its answer tells of its bucket, or makes it wait. Without limits: neither.
    pub(crate) fn admit(&mut self, asked: &Asked<'_>, now: Instant) -> Result<Option<Standing>, Wait> {
        let Some(limits) = self.limits else { return Ok(None) };
        if asked.template == "/gateway" {
            // What a new client asks first; it has been told nothing yet.
            self.buckets.values_mut().for_each(|bucket| bucket.told = None);
        }
        if table::counts_globally(asked.template) {
            let taken = self.global.take(limits.shorter(table::GLOBAL), now);
            taken.map_err(|wait| self.refuse(asked, Scope::Global, wait, true, None))?;
        }
        if table::is_free(asked.template) {
            return Ok(None);
        }
        let standing = self.take_from_bucket(asked, limits, now)?;
        self.take_hidden(asked, limits, now)
            .map_err(|wait| self.refuse(asked, Scope::Shared, wait, true, Some(standing.clone())))?;
        Ok(Some(standing))
    }

    fn take_from_bucket(
        &mut self,
        asked: &Asked<'_>,
        limits: RateLimits,
        now: Instant,
    ) -> Result<Standing, Wait> {
        if self.buckets.len() > MANY {
            self.buckets.retain(|_, it| it.rule.is_some_and(|rule| !it.window.left(rule, now).is_zero()));
        }
        let (name, rule) = table::bucket_of(asked.method, asked.template);
        let rule = limits.shorter(rule);
        let label = label(&name);
        let bucket = self.buckets.entry((name, major(asked))).or_default();
        bucket.rule = Some(rule);
        let taken = bucket.window.take(rule, now);
        let standing = Standing {
            bucket: label,
            limit: rule.limit,
            remaining: bucket.window.remaining(rule),
            reset_after: bucket.window.left(rule, now),
        };
        let known = bucket.told.is_some_and(|told| told + CROSSING <= asked.arrived);
        bucket.told = bucket.told.or(Some(now));
        match taken {
            Ok(()) => Ok(standing),
            Err(wait) => Err(self.refuse(asked, Scope::User, wait, known, Some(standing))),
        }
    }

    fn take_hidden(&mut self, asked: &Asked<'_>, limits: RateLimits, now: Instant) -> Result<(), Duration> {
        let channel = asked.parts.first().map_or("", String::as_str);
        let (name, about, rule) = if asked.template.ends_with("/crosspost") {
            ("publish", channel, table::PUBLISH)
        } else if asked.renames {
            ("rename", channel, table::RENAME)
        } else if asked.edits_published {
            ("edit", asked.parts.get(1).map_or("", String::as_str), table::EDIT_PUBLISHED)
        } else {
            return Ok(());
        };
        if self.hidden.len() > MANY {
            self.hidden.retain(|_, (window, rule)| !window.left(*rule, now).is_zero());
        }
        let rule = limits.shorter(rule);
        self.hidden.entry((name, about.to_owned())).or_insert((Window::default(), rule)).0.take(rule, now)
    }

    fn refuse(
        &mut self,
        asked: &Asked<'_>,
        scope: Scope,
        wait: Duration,
        foreseeable: bool,
        standing: Option<Standing>,
    ) -> Wait {
        self.refused.push(RateLimited {
            method: asked.method.to_owned(),
            route: asked.template.to_owned(),
            major: major(asked),
            scope,
            foreseeable,
            wait,
        });
        Wait { scope, wait, standing }
    }

    /// Notes a 429 that was ordered.
    pub(crate) fn ordered(&mut self, method: &str, path: &str, wait: Duration) {
        self.refused.push(RateLimited {
            method: method.to_owned(),
            route: path.to_owned(),
            major: String::new(),
            scope: Scope::Ordered,
            foreseeable: false,
            wait,
        });
    }

    /// Counts an answer; those of 401, 403 and 429 shut the machine out when they are too many.
    pub(crate) fn answered(&mut self, status: u16, scope: Option<Scope>, now: Instant) {
        if !matches!(status, 401 | 403 | 429) || scope == Some(Scope::Shared) {
            return;
        }
        let limits = self.limits.unwrap_or_default();
        let window = limits.shorter(table::INVALID).window;
        self.invalid.push_back(now);
        while self.invalid.front().is_some_and(|at| *at + window <= now) {
            self.invalid.pop_front();
        }
        if self.limits.is_some() && self.invalid.len() > limits.invalid_answers as usize {
            self.banned = Some(now + table::BAN / limits.divisor.max(1));
            self.invalid.clear();
        }
    }

    /// How long the machine is still shut out.
    pub(crate) fn banned(&self, now: Instant) -> Option<Duration> {
        self.banned.map(|until| until.saturating_duration_since(now)).filter(|left| !left.is_zero())
    }

    /// Every 429 so far.
    pub(crate) fn refused(&self) -> &[RateLimited] {
        &self.refused
    }

    /// What was counted, for the stats.
    pub(crate) fn json(&self, now: Instant) -> Value {
        let mut by_route: std::collections::BTreeMap<_, u64> = std::collections::BTreeMap::new();
        for one in &self.refused {
            *by_route.entry((&one.method, &one.route, one.scope, one.foreseeable)).or_default() += 1;
        }
        let refused = by_route.into_iter().map(|((method, route, scope, foreseeable), count)| {
            let scope = if scope == Scope::Ordered { "ordered" } else { scope.word() };
            json!({ "method": method, "route": route, "scope": scope, "foreseeable": foreseeable,
                    "count": count })
        });
        json!({
            "divisor": self.limits.map(|limits| limits.divisor),
            "refused": refused.collect::<Value>(),
            "foreseeable": self.refused.iter().filter(|one| one.foreseeable).count(),
            "invalid_answers": self.invalid.len(),
            "banned": self.banned(now).is_some(),
        })
    }
}

/// The channel, guild or webhook of a request.
fn major(asked: &Asked<'_>) -> String {
    let many = match asked.template.split('/').nth(1) {
        Some("channels" | "guilds") => 1,
        Some("webhooks") => 2,
        _ => 0,
    };
    asked.parts.iter().take(many).map(String::as_str).collect::<Vec<_>>().join("/")
}

/// A bucket's name as Discord writes it.
fn label(name: &str) -> String {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests;
