//! The one REST client for everything the bot starts by itself.
//!
//! Every request goes to the configured address and nowhere else, waits for its turn and its rate limit (`queue`,
//! `limiter`), has a deadline, and ends in an answer or a [`Fault`] that says what can be done about it. It is sent
//! once: whether to try again is for the caller, who knows what is safe to repeat ([`Rest::patiently`] for what is).
//! Who asks says how urgent it is ([`Rest::at`]); when Discord refuses too much, `caution` slows down what can wait.
//! Limits that Discord does not announce are kept by whoever knows what they are about.
//!
//! Must not know tickets. Invariants: the token and interaction tokens are in no error, log line or `Debug` output;
//! nothing is redirected. Where to look next: `messages`, `channels` and `guilds` for what can be asked.

mod address;
mod caution;
mod channels;
#[cfg(test)]
mod damaged;
mod fault;
mod files;
mod guilds;
mod limiter;
mod messages;
mod queue;
mod route;
mod timing;
mod urgency;
pub mod wire;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use chrono::TimeDelta;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Url, redirect};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::address::BadAddress;
use self::caution::Caution;
pub use self::caution::Step;
pub use self::fault::{Fault, codes};
pub use self::files::NotFetched;
pub use self::guilds::NoGateway;
use self::limiter::Notice;
pub use self::messages::{History, ReactionKind};
use self::queue::{PATIENCE, Permit, Queue};
use self::route::Route;
pub use self::timing::Timing;
pub use self::urgency::Urgency;
use crate::clock::Clock;
use crate::config::Secret;
use crate::discord::message::File;

/// How often [`Rest::patiently`] asks, how long it is willing to wait in between, and after which time it has seen
/// enough.
const TRIES: u32 = 4;
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
const ENOUGH: TimeDelta = TimeDelta::seconds(20);

const AGENT: &str = concat!("DiscordBot (trouble-ticket, ", env!("CARGO_PKG_VERSION"), ")");

/// Speaks Discord's REST API; cheap to clone, all clones share connections, limits and counts, and each has an
/// urgency of its own.
#[derive(Clone)]
pub struct Rest(Arc<Inner>, Urgency);

struct Inner {
    client: Client,
    api: Url,
    token: Secret,
    authorization: HeaderValue,
    clock: Clock,
    timing: Timing,
    queue: Queue,
    caution: Caution,
    counts: Counters,
    may_act: OnceLock<Box<dyn Fn() -> bool + Send + Sync>>,
}

#[derive(Default)]
struct Counters {
    sent: AtomicU64,
    unauthorized: AtomicU64,
    forbidden: AtomicU64,
    limited: AtomicU64,
    held: AtomicU64,
}

/// What a request carries.
enum Body {
    None,
    Json(Vec<u8>),
    /// JSON and files beside it.
    Parts {
        json: Vec<u8>,
        files: Vec<File>,
    },
}

/// How requests fared since the start. Discord bans a machine for a while at 10,000 answers of 401, 403 and 429 in
/// ten minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests sent.
    pub sent: u64,
    /// Answers with status 401.
    pub unauthorized: u64,
    /// Answers with status 403.
    pub forbidden: u64,
    /// Answers with status 429: a limit that was not foreseen.
    pub limited: u64,
    /// Requests handed back unsent because their limit was too far away.
    pub held: u64,
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    /// The API's address must not be used.
    #[error(transparent)]
    Address(#[from] BadAddress),
    /// The token has characters that no token has.
    #[error("the bot's token has characters that no token has")]
    Token,
    /// The machine lacks something.
    #[error("no HTTP client can be made on this machine")]
    Client(#[source] reqwest::Error),
}

impl fmt::Debug for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rest").field("api", &self.0.api.as_str()).finish_non_exhaustive()
    }
}

impl Rest {
    /// A client for the API at `api`. Limits are counted on `clock`; as Discord counts in real time, give it the
    /// system's clock even where tickets live by a stepped one.
    ///
    /// # Errors
    /// Where the address must not be used or the token cannot be one.
    pub fn new(api: &str, token: &Secret, clock: Clock, timing: Timing) -> Result<Self, NotReady> {
        let api = address::api(api)?;
        let mut authorization =
            HeaderValue::try_from(format!("Bot {}", token.expose())).map_err(|_| NotReady::Token)?;
        authorization.set_sensitive(true);
        let mut client = Client::builder()
            .connect_timeout(timing.connect)
            .timeout(timing.whole)
            // A redirected request would carry what it says elsewhere.
            .redirect(redirect::Policy::none());
        if address::is_loopback(&api) {
            // A proxy for the web would be sent the token in the open.
            client = client.no_proxy();
        }
        let client = client.build().map_err(NotReady::Client)?;
        let queue = Queue::new(clock.clone(), timing);
        let inner = Inner {
            client,
            api,
            token: token.clone(),
            authorization,
            clock,
            timing,
            queue,
            caution: Caution::default(),
            counts: Counters::default(),
            may_act: OnceLock::new(),
        };
        Ok(Self(Arc::new(inner), Urgency::default()))
    }

    /// The same client for requests of another urgency.
    #[must_use]
    pub fn at(&self, urgency: Urgency) -> Self {
        Self(self.0.clone(), urgency)
    }

    /// From now on nothing is changed on Discord at a moment at which `may_act` says no: another process acts for the
    /// guild then. It is asked when everything else has been waited for. Reading goes on.
    pub fn only_while(&self, may_act: impl Fn() -> bool + Send + Sync + 'static) {
        let _ = self.0.may_act.set(Box::new(may_act));
    }

    /// The address it speaks to, for messages.
    #[must_use]
    pub fn api(&self) -> &str {
        self.0.api.as_str().trim_end_matches('/')
    }

    /// The client for answers to interactions: same address and connections, no limiter, because they have limits
    /// of their own and must not wait.
    #[must_use]
    pub fn serenity_http(&self) -> serenity::http::Http {
        serenity::http::HttpBuilder::new(self.0.token.expose())
            .client(self.0.client.clone())
            .proxy(self.api())
            .ratelimiter_disabled(true)
            .build()
    }

    /// How requests fared since the start.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let counts = &self.0.counts;
        Counts {
            sent: counts.sent.load(Relaxed),
            unauthorized: counts.unauthorized.load(Relaxed),
            forbidden: counts.forbidden.load(Relaxed),
            limited: counts.limited.load(Relaxed),
            held: counts.held.load(Relaxed),
        }
    }

    /// Counts an answer that another client of this bot got: those of 401, 403 and 429 are of one kind for Discord.
    pub fn answered_elsewhere(&self, status: u16) {
        self.0.caution.answered(status, false, self.0.clock.now());
        self.count(status);
    }

    /// How careful the bot is, and how many answers of 401, 403 and 429 there were in the last ten minutes.
    #[must_use]
    pub fn caution(&self) -> (Step, u32) {
        self.0.caution.seen(self.0.clock.now())
    }

    /// Asks again, a few times and after a pause, where the fault may pass. For what is safe to repeat and somebody
    /// waits for: questions at the start, the list of commands.
    ///
    /// # Errors
    /// The last fault.
    pub async fn patiently<T, F>(&self, ask: impl Fn() -> F) -> Result<T, Fault>
    where
        F: Future<Output = Result<T, Fault>>,
    {
        let mut pause = self.0.timing.short(Duration::from_millis(250));
        let enough = self.0.clock.now() + ENOUGH;
        for _ in 1..TRIES {
            let done = ask().await;
            let after = match &done {
                Err(Fault::Retry { after, .. }) => after.unwrap_or_default(),
                Err(Fault::Held { after }) => *after,
                _ => return done,
            };
            if after > LONGEST_PAUSE || self.0.clock.now() >= enough {
                return done;
            }
            self.0.clock.sleep(after.max(pause)).await;
            pause *= 2;
        }
        ask().await
    }

    /// Sends a request and reads its answer.
    async fn ask<T: DeserializeOwned>(&self, route: Route) -> Result<T, Fault> {
        read(&self.send(route, Body::None).await?)
    }

    /// Sends a request with a body and reads its answer.
    async fn tell<T: DeserializeOwned>(&self, route: Route, body: &impl Serialize) -> Result<T, Fault> {
        read(&self.send(route, Body::Json(written(body)?)).await?)
    }

    /// Sends one request, once.
    async fn send(&self, route: Route, body: Body) -> Result<Vec<u8>, Fault> {
        let inner = &*self.0;
        let permit = self.turn(&route).await?;
        if route.method != reqwest::Method::GET && inner.may_act.get().is_some_and(|may_act| !may_act()) {
            permit.answered(Notice::default());
            let why = "this process does not lead now".to_owned();
            return Err(Fault::Retry { after: None, unknown: false, why });
        }
        inner.counts.sent.fetch_add(1, Relaxed);
        let (status, headers, body) = match self.exchange(&route, body).await {
            Ok(answer) => answer,
            Err(error) => {
                permit.answered(Notice::default());
                let fault = Fault::from_transport(error);
                tracing::debug!(request = route.name(), %fault, "no answer from Discord");
                return Err(fault);
            }
        };
        self.count(status);
        let notice = fault::notice(status, &headers, &body);
        inner.caution.answered(status, notice.shared, inner.clock.now());
        permit.answered(notice);
        if (200..300).contains(&status) {
            return Ok(body);
        }
        let fault = Fault::from_answer(status, &headers, &body);
        tracing::debug!(request = route.name(), status, %fault, "Discord said no");
        Err(fault)
    }

    /// Waits until a request may leave.
    async fn turn(&self, route: &Route) -> Result<Permit<'_>, Fault> {
        let inner = &*self.0;
        let held = |after| {
            inner.counts.held.fetch_add(1, Relaxed);
            Fault::Held { after }
        };
        let now = inner.clock.now();
        let leave = inner.caution.leave(self.1, now);
        let wait = (leave - now).to_std().unwrap_or_default();
        if wait > PATIENCE {
            return Err(held(wait));
        }
        inner.clock.sleep_until(leave).await;
        inner.queue.enter(route.lane(), self.1).await.map_err(held)
    }

    async fn exchange(&self, route: &Route, body: Body) -> Result<(u16, HeaderMap, Vec<u8>), reqwest::Error> {
        let inner = &*self.0;
        let request = inner.client.request(route.method.clone(), route.url(&inner.api));
        let mut request = request.header(USER_AGENT, AGENT);
        if !route.speaks_for_itself() {
            request = request.header(AUTHORIZATION, inner.authorization.clone());
        }
        request = match body {
            Body::Json(body) => request.header(CONTENT_TYPE, "application/json").body(body),
            Body::Parts { json, files } => request.multipart(form(json, files)),
            // Discord refuses a POST or PUT without a length.
            Body::None if route.method != reqwest::Method::GET => request.body(Vec::new()),
            Body::None => request,
        };
        let answer = request.send().await?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Ok((status, headers, answer.bytes().await?.into()))
    }

    fn count(&self, status: u16) {
        let counts = &self.0.counts;
        let counter = match status {
            401 => &counts.unauthorized,
            403 => &counts.forbidden,
            429 => &counts.limited,
            _ => return,
        };
        counter.fetch_add(1, Relaxed);
    }
}

/// JSON and files as Discord wants them (reference, "Uploading Files").
fn form(json: Vec<u8>, files: Vec<File>) -> Form {
    let json = Part::bytes(json)
        .headers(HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]));
    let part = |(place, file): (usize, File)| {
        (format!("files[{place}]"), Part::bytes(file.bytes).file_name(file.name))
    };
    let form = Form::new().part("payload_json", json);
    files.into_iter().enumerate().map(part).fold(form, |form, (name, part)| form.part(name, part))
}

fn written(body: &impl Serialize) -> Result<Vec<u8>, Fault> {
    serde_json::to_vec(body).map_err(|error| Fault::Refused {
        status: 0,
        code: 0,
        message: format!("the request cannot be written: {error}"),
    })
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(body).map_err(|error| Fault::unreadable(&error))
}

#[cfg(test)]
mod tests;
