//! The HTTP server: binds the port, knows which part answers which path, and stops.
//!
//! It must not know what the parts do. Keeps: it listens on loopback only, and the world is locked for one verb at
//! a time, never across an await.

use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Path, State, WebSocketUpgrade};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::connection::{CuttableListener, Scissors};
use super::ids::Id;
use super::options::Options;
use super::world::World;
use super::{control, gateway, page, rest};

/// What all parts of a running sandbox share.
pub(crate) struct Shared {
    world: Mutex<World>,
    pub(crate) token: String,
    pub(crate) address: String,
    pub(crate) guild: Id,
    pub(crate) heartbeat: Duration,
    pub(crate) patience: Duration,
    pub(crate) changes: watch::Sender<u64>,
    pub(crate) stop: CancellationToken,
}

impl Shared {
    /// The world, for one verb. A panic while it was held leaves it usable: tests that fail must not hang others.
    pub(crate) fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn gateway_url(&self) -> String {
        format!("{}/gateway", self.address.replacen("http", "ws", 1))
    }
}

/// Starts the server.
pub(crate) async fn start(options: Options) -> io::Result<(Arc<Shared>, JoinHandle<()>)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
    let address = format!("http://127.0.0.1:{}", listener.local_addr()?.port());
    let (deadlines, due) = mpsc::unbounded_channel();
    let token = options.token.clone().unwrap_or_else(|| format!("sandbox.{:032x}", rand::random::<u128>()));
    let (heartbeat, patience) = (options.heartbeat, options.patience);
    let answer_within = options.answer_within;
    let world = World::found(options, address.clone(), deadlines);
    let listener = CuttableListener { listener, bytes: Arc::clone(&world.stats.bytes) };
    let shared = Arc::new(Shared {
        guild: world.guild.id,
        changes: world.changes.clone(),
        world: Mutex::new(world),
        token,
        address,
        heartbeat,
        patience,
        stop: CancellationToken::new(),
    });
    tokio::spawn(watch_deadlines(Arc::clone(&shared), due, answer_within));
    let app = router(Arc::clone(&shared)).into_make_service_with_connect_info::<Scissors>();
    let stop = shared.stop.clone();
    let server = tokio::spawn(async move {
        let served = axum::serve(listener, app).with_graceful_shutdown(stop.cancelled_owned()).await;
        if let Err(error) = served {
            tracing::error!(%error, "the sandbox's server ended");
        }
    });
    Ok((shared, server))
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/", get(show_page))
        .route("/gateway", get(open_gateway))
        .route("/gateway/", get(open_gateway))
        .route("/attachments/{channel}/{id}/{name}", get(attachment))
        // Browsers that show the page ask for it by themselves; it is no request of a bot.
        .route("/favicon.ico", get(async || StatusCode::NO_CONTENT))
        .nest("/sandbox", control::router())
        .fallback(rest::serve)
        .with_state(shared)
}

async fn show_page(State(shared): State<Arc<Shared>>) -> Html<String> {
    Html(page::render(&shared.lock()))
}

async fn open_gateway(State(shared): State<Arc<Shared>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| gateway::serve(shared, socket))
}

async fn attachment(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    Path((channel, id, name)): Path<(Id, Id, String)>,
) -> Response {
    let path = format!("/attachments/{channel}/{id}/{name}");
    let act = || {
        let found = shared.lock().files.get(&id).filter(|file| file.channel == channel).cloned();
        match found {
            Some(file) => ([(header::CONTENT_TYPE, file.content_type)], file.bytes).into_response(),
            None => (StatusCode::NOT_FOUND, "This content is no longer available.").into_response(),
        }
    };
    rest::with_faults(&shared, &scissors, "GET", &path, act).await
}

/// Ends interactions that are not answered in time. All have the same time, so they end in order.
async fn watch_deadlines(shared: Arc<Shared>, mut due: mpsc::UnboundedReceiver<Id>, within: Duration) {
    let stop = shared.stop.clone();
    let watch = async {
        while let Some(id) = due.recv().await {
            let started = shared.lock().interactions.get(&id).map(|interaction| interaction.started);
            if let Some(started) = started {
                tokio::time::sleep_until(started + within).await;
                shared.lock().expire(id);
            }
        }
    };
    tokio::select! {
        () = watch => {}
        () = stop.cancelled() => {}
    }
}
