//! The REST API: from an HTTP request to a verb and back.
//!
//! It reads the request, lets faults happen, asks who is calling and how often, finds the route and writes the
//! answer. It must not know what a route does. Keeps: a route nobody knows is counted and logged as a failure, never
//! pretended; a request that must wait changes nothing.

mod application;
mod channels;
mod guild;
mod interactions;
mod limits;
mod messages;
mod request;
mod routes;
mod threads;

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::time::Instant;

use self::request::Incoming;
use self::routes::{Auth, Found, Route};
use super::connection::Scissors;
use super::error::Refusal;
use super::faults::{Cut, Fault};
use super::ids::Id;
use super::limits::{Asked, Standing, Wait};
use super::model::flag;
use super::server::Shared;
use super::world::World;

/// What Discord's wall says to a machine that is shut out; none of it is Discord's own.
const SHUT_OUT: &str = "<!DOCTYPE html>\n<html><head><title>Access denied</title></head><body>\
    <h1>Error 1015</h1><p>You are being rate limited.</p></body></html>\n";

/// What a route answers.
pub(crate) enum Reply {
    Json(Value),
    Created(Value),
    Nothing,
}

/// One request at its route.
pub(crate) struct Call<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) request: &'a mut Incoming,
    /// The variable parts of the path.
    pub(crate) parts: Vec<String>,
    /// Who calls: the bot.
    pub(crate) by: Id,
}

impl Call<'_> {
    /// A variable part of the path as an id.
    pub(crate) fn id(&self, index: usize) -> Result<Id, Refusal> {
        let text = self.part(index);
        let wrong =
            || Refusal::field("id", "NUMBER_TYPE_COERCE", format!("Value \"{text}\" is not snowflake."));
        text.parse().map_err(|_| wrong())
    }

    /// A variable part of the path as text.
    pub(crate) fn part(&self, index: usize) -> &str {
        self.parts.get(index).map_or("", String::as_str)
    }

    /// Refuses unless the guild in the path is the one there is.
    pub(crate) fn guild(&self) -> Result<(), Refusal> {
        if self.id(0)? == self.world.guild.id { Ok(()) } else { Err(Refusal::unknown(10004)) }
    }

    pub(crate) fn query(&self, key: &str) -> Option<&str> {
        self.request.query.get(key).map(String::as_str)
    }

    /// `limit` in the query, within its bounds.
    pub(crate) fn limit(&self, default: usize, max: usize) -> Result<usize, Refusal> {
        let Some(text) = self.query("limit") else { return Ok(default) };
        let limit = text.parse().ok().filter(|limit| (1..=max).contains(limit));
        let message = format!("int value should be between 1 and {max}.");
        limit.ok_or_else(|| Refusal::field("limit", "NUMBER_TYPE_MAX", message))
    }
}

/// What came of a request.
enum Outcome {
    Done(Reply),
    Refused(Refusal),
    /// It came too early.
    Wait(Wait),
}

/// Answers one request.
pub(crate) async fn serve(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    request: Request,
) -> Response {
    let arrived = Instant::now();
    let banned = shared.lock().limits.banned(arrived);
    if let Some(left) = banned {
        return shut_out(left);
    }
    let mut request = match Incoming::read(request).await {
        Ok(request) => request,
        Err(refusal) => return respond(refusal.status, Some(refusal.body()), HeaderMap::new()),
    };
    let (method, path) = (request.method.clone(), request.path.clone());
    with_faults(&shared, &scissors, &method, &path, || answer(&shared, &mut request, arrived)).await
}

/// Answers a request with `act`, unless a fault on order comes in between.
pub(crate) async fn with_faults(
    shared: &Shared,
    scissors: &Scissors,
    method: &str,
    path: &str,
    act: impl FnOnce() -> Response,
) -> Response {
    let template = match routes::find(method, path) {
        Found::Route(route, _) => route.template,
        Found::OtherMethod | Found::Nothing => path,
    };
    let fault = shared.lock().faults.take(method, path, template);
    let Some(fault) = fault else { return act() };
    let done = fault.acts().then(act);
    tokio::select! {
        () = fault.pause() => {}
        () = shared.stop.cancelled() => {}
    }
    if fault.cut.is_some() || fault.hang.is_some() {
        scissors.cut();
    }
    fail(shared, method, template, &fault, done)
}

/// The answer of a request that was chosen to fail or to be slow.
fn fail(shared: &Shared, method: &str, template: &str, fault: &Fault, done: Option<Response>) -> Response {
    if let Some(done) = done {
        if !fault.fails() {
            return done;
        }
    } else {
        let silent = fault.cut == Some(Cut::Before) || fault.hang == Some(Cut::Before);
        shared.lock().stats.count(method, "(fault)", if silent { 0 } else { fault.told_status() });
    }
    let (status, wait) = (fault.told_status(), fault.wait());
    {
        let mut world = shared.lock();
        world.limits.answered(status, None, Instant::now());
        if status == 429 {
            world.limits.ordered(method, template, wait.unwrap_or_default());
        }
    }
    let mut headers = HeaderMap::new();
    match &fault.content_type {
        // The wall in front of Discord knows nothing of its buckets.
        Some(kind) => {
            if let Some(wait) = wait {
                limits::add_retry(&mut headers, wait);
            }
            page(status, headers, kind, fault.text())
        }
        None => {
            if let Some(wait) = wait {
                limits::add_ordered(&mut headers, wait);
            }
            respond(status, Some(fault.json()), headers)
        }
    }
}

/// Does what is asked and answers.
fn answer(shared: &Shared, request: &mut Incoming, arrived: Instant) -> Response {
    let mut world = shared.lock();
    let (template, standing, outcome) = perform(&mut world, &shared.token, request, arrived);
    let now = world.now();
    let mut headers = HeaderMap::new();
    if world.options.limits.is_none() {
        limits::add_endless(&mut headers, template, &request.path);
    } else if let Some(standing) = &standing {
        limits::add_standing(&mut headers, standing, now);
    }
    let mut scope = None;
    let (status, body) = match outcome {
        Outcome::Done(Reply::Json(body)) => (200, Some(body)),
        Outcome::Done(Reply::Created(body)) => (201, Some(body)),
        Outcome::Done(Reply::Nothing) => (204, None),
        Outcome::Refused(refusal) => (refusal.status, Some(refusal.body())),
        Outcome::Wait(wait) => {
            scope = Some(wait.scope);
            let (told, body) = limits::refusal(&wait, now);
            headers = told;
            (429, Some(body))
        }
    };
    tracing::debug!(method = request.method, path = request.path, status, "sandbox request");
    world.stats.count(&request.method, template, status);
    world.limits.answered(status, scope, Instant::now());
    drop(world);
    respond(status, body, headers)
}

/// Finds the route, asks whether its sender may, and how often, and lets it act.
fn perform(
    world: &mut World,
    token: &str,
    request: &mut Incoming,
    arrived: Instant,
) -> (&'static str, Option<Standing>, Outcome) {
    let (route, parts) = match routes::find(&request.method, &request.path) {
        Found::Route(route, parts) => (route, parts),
        Found::OtherMethod | Found::Nothing => {
            let what = format!("{} {}", request.method, request.path);
            tracing::error!(route = what, "the sandbox does not know this route");
            world.stats.unknown_routes.push(what);
            return ("(unknown)", None, Outcome::Refused(Refusal::new(404, 0, "404: Not Found")));
        }
    };
    if route.auth == Auth::Bot && request.authorization.as_deref() != Some(&format!("Bot {token}")) {
        return (route.template, None, Outcome::Refused(Refusal::unauthorized()));
    }
    let standing = match admit(world, route, &parts, request, arrived) {
        Ok(standing) => standing,
        Err(wait) => return (route.template, None, Outcome::Wait(wait)),
    };
    let by = world.bot;
    let outcome = match (route.handler)(&mut Call { world, request, parts, by }) {
        Ok(reply) => Outcome::Done(reply),
        Err(refusal) => Outcome::Refused(refusal),
    };
    (route.template, standing, outcome)
}

/// Asks the limits.
fn admit(
    world: &mut World,
    route: &Route,
    parts: &[String],
    request: &Incoming,
    arrived: Instant,
) -> Result<Option<Standing>, Wait> {
    let changes = |template: &str| request.method == "PATCH" && route.template == template;
    let id = |index: usize| parts.get(index).and_then(|part| part.parse::<Id>().ok()).unwrap_or(0);
    let renames =
        changes("/channels/{channel}") && ["name", "topic"].iter().any(|key| request.body.get(key).is_some());
    let published = |message: &super::model::Message| message.flags & flag::CROSSPOSTED != 0;
    let edits_published =
        changes("/channels/{channel}/messages/{message}") && world.message(id(0), id(1)).is_ok_and(published);
    let template = route.template;
    let asked = Asked { method: &request.method, template, parts, renames, edits_published, arrived };
    world.limits.admit(&asked, Instant::now())
}

/// What a machine hears that was shut out.
fn shut_out(left: Duration) -> Response {
    let mut headers = HeaderMap::new();
    limits::add_retry(&mut headers, left);
    page(429, headers, "text/html; charset=UTF-8", SHUT_OUT.to_owned())
}

/// An answer that is no JSON.
fn page(status: u16, headers: HeaderMap, kind: &str, text: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, headers, [(header::CONTENT_TYPE, kind.to_owned())], text).into_response()
}

fn respond(status: u16, body: Option<Value>, headers: HeaderMap) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let Some(body) = body else { return (status, headers).into_response() };
    let body = Body::from(Bytes::from(body.to_string()));
    (status, headers, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
