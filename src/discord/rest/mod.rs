//! The one REST client for everything the bot starts by itself.
//!
//! Every request goes to the configured address and nowhere else, waits for its rate limit (`limiter`), has a
//! deadline, and ends in an answer or a [`Fault`] that says what can be done about it. It is sent once: whether to
//! try again is for the caller, who knows what is safe to repeat ([`Rest::patiently`] for what is). Budgets and the
//! order of urgency belong in `Rest::send`, in front of the limiter.
//!
//! Must not know tickets. Invariants: the token and interaction tokens are in no error, log line or `Debug` output;
//! nothing is redirected. Where to look next: `messages`, `channels` and `guilds` for what can be asked.

mod address;
mod channels;
mod fault;
mod files;
mod guilds;
mod limiter;
mod messages;
mod route;
pub mod wire;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use chrono::TimeDelta;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Url, redirect};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::address::BadAddress;
pub use self::fault::{Fault, codes};
pub use self::files::NotFetched;
pub use self::guilds::NoGateway;
use self::limiter::{Limiter, Notice};
pub use self::messages::{History, ReactionKind};
use self::route::Route;
use crate::clock::Clock;
use crate::config::Secret;
use crate::discord::message::File;

const CONNECT: Duration = Duration::from_secs(5);
const WHOLE: Duration = Duration::from_secs(15);
/// How often [`Rest::patiently`] asks, how long it is willing to wait in between, and after which time it has seen
/// enough.
const TRIES: u32 = 4;
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
const ENOUGH: TimeDelta = TimeDelta::seconds(20);

const AGENT: &str = concat!("DiscordBot (trouble-ticket, ", env!("CARGO_PKG_VERSION"), ")");

/// Speaks Discord's REST API; cheap to clone, all clones share connections, limits and counts.
#[derive(Clone)]
pub struct Rest(Arc<Inner>);

struct Inner {
    client: Client,
    api: Url,
    token: Secret,
    authorization: HeaderValue,
    clock: Clock,
    limiter: Limiter,
    counts: Counters,
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
    pub fn new(api: &str, token: &Secret, clock: Clock) -> Result<Self, NotReady> {
        Self::with_deadlines(api, token, clock, CONNECT, WHOLE)
    }

    fn with_deadlines(
        api: &str,
        token: &Secret,
        clock: Clock,
        connect: Duration,
        whole: Duration,
    ) -> Result<Self, NotReady> {
        let api = address::api(api)?;
        let mut authorization =
            HeaderValue::try_from(format!("Bot {}", token.expose())).map_err(|_| NotReady::Token)?;
        authorization.set_sensitive(true);
        let mut client = Client::builder()
            .connect_timeout(connect)
            .timeout(whole)
            // A redirected request would carry what it says elsewhere.
            .redirect(redirect::Policy::none());
        if address::is_loopback(&api) {
            // A proxy for the web would be sent the token in the open.
            client = client.no_proxy();
        }
        let client = client.build().map_err(NotReady::Client)?;
        let limiter = Limiter::new(clock.clone());
        let counts = Counters::default();
        Ok(Self(Arc::new(Inner { client, api, token: token.clone(), authorization, clock, limiter, counts })))
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

    /// Asks again, a few times and after a pause, where the fault may pass. For what is safe to repeat and somebody
    /// waits for: questions at the start, the list of commands.
    ///
    /// # Errors
    /// The last fault.
    pub async fn patiently<T, F>(&self, ask: impl Fn() -> F) -> Result<T, Fault>
    where
        F: Future<Output = Result<T, Fault>>,
    {
        let mut pause = Duration::from_millis(250);
        let enough = self.0.clock.now() + ENOUGH;
        for _ in 1..TRIES {
            match ask().await {
                Err(Fault::Retry { after, .. })
                    if after.is_none_or(|after| after <= LONGEST_PAUSE) && self.0.clock.now() < enough =>
                {
                    self.0.clock.sleep(after.unwrap_or_default().max(pause)).await;
                    pause *= 2;
                }
                done => return done,
            }
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
        let permit = inner.limiter.enter(route.lane()).await.map_err(|wait| {
            inner.counts.held.fetch_add(1, Relaxed);
            let why = format!("the limit of {} is used up", route.name());
            Fault::Retry { after: Some(wait), unknown: false, why }
        })?;
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
        permit.answered(fault::notice(status, &headers, &body));
        if (200..300).contains(&status) {
            return Ok(body);
        }
        let fault = Fault::from_answer(status, &headers, &body);
        tracing::debug!(request = route.name(), status, %fault, "Discord said no");
        Err(fault)
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
