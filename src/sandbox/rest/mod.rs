//! The REST API: from an HTTP request to a verb and back.
//!
//! It reads the request, lets faults happen, asks who is calling, finds the route and writes the answer. It must
//! not know what a route does. Keeps: a route nobody knows is counted and logged as a failure, never pretended.

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

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use self::request::Incoming;
use self::routes::{Auth, Found};
use super::connection::Scissors;
use super::error::Refusal;
use super::faults::{Cut, Fault};
use super::ids::Id;
use super::server::Shared;
use super::world::World;

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

/// Answers one request.
pub(crate) async fn serve(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    request: Request,
) -> Response {
    let mut request = match Incoming::read(request).await {
        Ok(request) => request,
        Err(refusal) => return respond(refusal.status, Some(refusal.body()), HeaderMap::new()),
    };
    let fault = shared.lock().faults.take(&request.method, &request.path);
    let Some(fault) = fault else { return answer(&shared, &mut request) };
    let done = fault.acts().then(|| answer(&shared, &mut request));
    tokio::select! {
        () = tokio::time::sleep(fault.delay) => {}
        () = shared.stop.cancelled() => {}
    }
    if fault.cut.is_some() {
        scissors.cut();
    }
    fail(&shared, &request, &fault, done)
}

/// The answer of a request that was chosen to fail or to be slow.
fn fail(shared: &Shared, request: &Incoming, fault: &Fault, done: Option<Response>) -> Response {
    match done {
        Some(done) if !fault.fails() => return done,
        Some(_) => {}
        None => {
            let status = if fault.cut == Some(Cut::Before) { 0 } else { fault.answer().0 };
            shared.lock().stats.count(&request.method, "(fault)", status);
        }
    }
    let (status, body) = fault.answer();
    let mut headers = HeaderMap::new();
    limits::add_retry(&mut headers, fault.retry_after);
    respond(status, Some(body), headers)
}

/// Does what is asked and answers.
fn answer(shared: &Shared, request: &mut Incoming) -> Response {
    let mut world = shared.lock();
    let (route, outcome) = perform(&mut world, &shared.token, request);
    let mut headers = HeaderMap::new();
    limits::add_headers(&mut headers, route, &request.path);
    let (status, body) = match outcome {
        Ok(Reply::Json(body)) => (200, Some(body)),
        Ok(Reply::Created(body)) => (201, Some(body)),
        Ok(Reply::Nothing) => (204, None),
        Err(refusal) => (refusal.status, Some(refusal.body())),
    };
    tracing::debug!(method = request.method, path = request.path, status, "sandbox request");
    world.stats.count(&request.method, route, status);
    drop(world);
    respond(status, body, headers)
}

fn perform(world: &mut World, token: &str, request: &mut Incoming) -> (&'static str, Result<Reply, Refusal>) {
    let (route, parts) = match routes::find(&request.method, &request.path) {
        Found::Route(route, parts) => (route, parts),
        Found::OtherMethod | Found::Nothing => {
            let what = format!("{} {}", request.method, request.path);
            tracing::error!(route = what, "the sandbox does not know this route");
            world.stats.unknown_routes.push(what);
            return ("(unknown)", Err(Refusal::new(404, 0, "404: Not Found")));
        }
    };
    if route.auth == Auth::Bot && request.authorization.as_deref() != Some(&format!("Bot {token}")) {
        return (route.template, Err(Refusal::unauthorized()));
    }
    let by = world.bot;
    (route.template, (route.handler)(&mut Call { world, request, parts, by }))
}

fn respond(status: u16, body: Option<Value>, headers: HeaderMap) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let Some(body) = body else { return (status, headers).into_response() };
    let body = Body::from(Bytes::from(body.to_string()));
    (status, headers, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
