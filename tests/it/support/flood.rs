//! A flood of tickets while Discord's rate limits are on: many people open them at once, and everything has to arrive.
//!
//! Used by a test and by `benches/flood.rs`. Must not judge: it says what happened. The time that the limits demand at
//! least is computed from Discord's numbers, as the sandbox keeps them.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use trouble_ticket::app::demo::together::Together;
use trouble_ticket::clock::Clock;
use trouble_ticket::config::{Config, DatabaseUrl};
use trouble_ticket::sandbox::{Company, Options, Person, RateLimited, RateLimits, State};

/// So many threads may be made in a channel, in that time; and so many messages posted or edited.
const THREADS: (u32, Duration) = (50, Duration::from_secs(300));
const MESSAGES: (u32, Duration) = (5, Duration::from_secs(5));
/// How many people there are who open tickets.
const PEOPLE: u32 = 40;

/// What comes over the bot.
#[derive(Clone, Copy, Debug)]
pub struct Flood {
    pub tickets: u32,
    /// The time in which they are opened.
    pub over: Duration,
    /// The windows of Discord's limits are divided by this.
    pub divisor: u32,
}

/// What came of it.
#[derive(Debug)]
pub struct Drained {
    /// From the first opening until nothing was owed.
    pub took: Duration,
    /// The limits do not allow less.
    pub bound: Duration,
    /// The longest that a person waited for the first answer.
    pub slowest_answer: Duration,
    /// Requests that Discord refused for now.
    pub limited: Vec<RateLimited>,
    /// How many requests the bot sent and how many it kept back.
    /// Not looked at by the test.
    #[allow(dead_code, reason = "told by the benchmark")]
    pub sent: u64,
    #[allow(dead_code, reason = "told by the benchmark")]
    pub held: u64,
    /// Whatever is missing, late, or there twice.
    pub wrong: Vec<String>,
}

impl Flood {
    /// What the limits demand at least: a window has to pass for each that is full.
    pub fn bound(&self) -> Duration {
        let least = |(limit, window): (u32, Duration)| {
            window / self.divisor * self.tickets.div_ceil(limit).saturating_sub(1)
        };
        // Cards and headlines, which may only be posted or edited one by one, take no longer than threads.
        least(THREADS).max(least(MESSAGES)).max(self.over)
    }

    /// Lets it come over a bot with the database at `url`.
    pub async fn run(self, url: &str) -> Drained {
        let options = Options {
            company: company(),
            limits: Some(RateLimits::divided(self.divisor)),
            ..Options::default()
        };
        let config = Config::parse("", "no config").expect("the defaults");
        let url = DatabaseUrl::new(url).expect("an address");
        let together = Together::with(options, config, url, Clock::system()).await.expect("a start");
        let began = Instant::now();
        let mut wrong = self.open_all(&together).await;
        wrong.extend(self.drain(&together, began).await);
        let took = began.elapsed();
        together.settle().await.expect("a quiet world");
        wrong.extend(self.missing(&together));
        let sandbox = together.sandbox();
        let slowest = sandbox.look(|world| {
            world.interactions.values().map(|one| one.answered_after_ms.unwrap_or(u64::MAX)).max()
        });
        let counts = together.running().shared().rest.counts();
        let drained = Drained {
            took,
            bound: self.bound(),
            slowest_answer: Duration::from_millis(slowest.unwrap_or_default()),
            limited: sandbox.rate_limited(),
            sent: counts.sent,
            held: counts.held,
            wrong,
        };
        together.stop().await;
        drained
    }

    /// Everybody opens their tickets, at even distances; gives what went wrong.
    async fn open_all(self, together: &Together) -> Vec<String> {
        let mut opening = tokio::task::JoinSet::new();
        for turn in 0..self.tickets {
            let place = together.sandbox().member(name(turn % PEOPLE).as_str()).in_channel("trouble");
            let when = self.over / self.tickets * turn;
            opening.spawn(async move {
                tokio::time::sleep(when).await;
                // The worst are the rarest.
                let severity = ["SEV4", "SEV3", "SEV3", "SEV2", "SEV1"][turn as usize % 5];
                let line = format!("/ticket open severity:{severity}");
                let form = place.slash(&line).await.map_err(|error| format!("{line}: {error:?}"))?;
                let title = format!("Failure {turn}");
                let opened = form.fill(&[("title", &title)]).await;
                opened.map(drop).map_err(|error| format!("{title}: {error:?}"))
            });
        }
        let mut wrong = Vec::new();
        while let Some(done) = opening.join_next().await {
            wrong.extend(done.expect("no panic").err());
        }
        wrong
    }

    /// Waits until nothing is owed.
    async fn drain(self, together: &Together, began: Instant) -> Option<String> {
        let patience = self.bound() * 4 + Duration::from_secs(60);
        let store = together.running().shared().desk.store().clone();
        loop {
            let pending = store.read().await.expect("the database").pending_deliveries().await;
            let rows = pending.expect("the outbox").rows;
            if rows == 0 {
                return None;
            }
            if began.elapsed() > patience {
                return Some(format!("{rows} deliveries are still owed"));
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// What should be there and is not, or is there twice.
    fn missing(self, together: &Together) -> Vec<String> {
        let mut wrong = Vec::new();
        let tickets = self.tickets as usize;
        let sandbox = together.sandbox();
        for channel in ["trouble", "trouble-announcements"] {
            let found = sandbox.messages(channel).len();
            if found != tickets {
                wrong.push(format!("#{channel} has {found} messages"));
            }
        }
        let threads = sandbox.threads();
        if threads.len() != tickets {
            wrong.push(format!("there are {} threads", threads.len()));
        }
        sandbox.look(|world| {
            let mut linked: BTreeMap<String, usize> = BTreeMap::new();
            for interaction in world.interactions.values().filter(|one| one.original.is_some()) {
                if interaction.state != State::Answered {
                    wrong.push(format!("{} is {:?}", interaction.name, interaction.state));
                }
                let reply = interaction.original.and_then(|id| world.find_message(id));
                let reply = reply.map(|reply| format!("{} {:?}", reply.content, reply.embeds));
                for thread in &threads {
                    if reply.as_ref().is_some_and(|reply| reply.contains(&thread.id.to_string())) {
                        *linked.entry(thread.name.clone()).or_default() += 1;
                    }
                }
            }
            let headlines = world.find_channel("trouble-announcements").map(|channel| &channel.messages);
            for thread in &threads {
                let links = linked.get(&thread.name).copied().unwrap_or_default();
                let id = thread.id.to_string();
                let messages = world.find_channel(&id).map_or(0, |thread| thread.messages.len());
                let headline = headlines.into_iter().flat_map(|all| all.values());
                let headline =
                    headline.filter(|one| format!("{} {:?}", one.content, one.embeds).contains(&id)).count();
                // A thread begins with what stands for its card.
                if (messages, links, headline) != (2, 1, 1) {
                    let name = &thread.name;
                    wrong.push(format!("{name}: {messages} messages, {links} links, {headline} headlines"));
                }
            }
        });
        wrong
    }
}

fn name(person: u32) -> String {
    format!("person-{person}")
}

/// The usual company, and many more people.
fn company() -> Company {
    let mut company = Company::demo();
    company.people.extend((0..PEOPLE).map(|person| Person {
        username: name(person),
        display: format!("Person {person}"),
        roles: Vec::new(),
    }));
    company
}
