//! The gateway: one WebSocket from Hello to the last event.
//!
//! It must not know what events mean. Keeps Discord's order: Hello, Identify or Resume, Ready, the guild, events;
//! and its close codes: 4003 before Identify, 4004 wrong token, 4014 an intent that was not granted.

pub(crate) mod intents;
pub(crate) mod session;
mod trouble;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use self::session::Frame;
pub use self::trouble::Trouble;
use super::server::Shared;
use super::world::World;

/// How long a client that says goodbye may take to go.
const GOODBYE: Duration = Duration::from_secs(1);
/// Larger payloads are closed with 4002.
const MAX_PAYLOAD: usize = 4_096;

/// One connection.
struct Line {
    shared: Arc<Shared>,
    socket: WebSocket,
    out: UnboundedSender<Frame>,
    frames: UnboundedReceiver<Frame>,
    session: Option<String>,
    silent: bool,
    /// Heartbeats are not acknowledged.
    heartless: bool,
}

/// Serves one connection until either side ends it.
pub(crate) async fn serve(shared: Arc<Shared>, socket: WebSocket) {
    let (out, frames) = unbounded_channel();
    let mut line = Line { shared, socket, out, frames, session: None, silent: false, heartless: false };
    let over = line.run().await;
    if let Some(id) = &line.session {
        line.shared.lock().sessions.lost(id, &line.out, over);
        line.shared.lock().announce("GATEWAY_LOST", &json!({ "resumable": !over }));
    }
}

impl Line {
    /// Runs to the end; says whether the session is over with the connection.
    async fn run(&mut self) -> bool {
        let heartbeat = self.shared.heartbeat;
        let hello = json!({ "op": 10, "d": { "heartbeat_interval": heartbeat.as_millis() } });
        if self.send(&hello.to_string()).await.is_err() {
            return false;
        }
        let stop = self.shared.stop.clone();
        // One missed beat is forgiven.
        let mut patience = Box::pin(tokio::time::sleep(heartbeat * 2));
        loop {
            tokio::select! {
                frame = self.frames.recv() => match frame {
                    Some(Frame::Text(text)) => {
                        if !self.silent && self.send(&text).await.is_err() {
                            return false;
                        }
                    }
                    Some(Frame::Silence) => self.silent = true,
                    Some(Frame::NoAck) => self.heartless = true,
                    Some(Frame::Close(code, why)) => return self.close(code, &why).await,
                    Some(Frame::Cut) | None => return false,
                },
                message = self.socket.recv() => {
                    patience.as_mut().reset(tokio::time::Instant::now() + heartbeat * 2);
                    if let ControlFlow::Break(over) = self.take(message).await {
                        return over;
                    }
                }
                () = &mut patience => return self.close(4009, "Session timed out.").await,
                () = stop.cancelled() => return self.close(1001, "The server stops.").await,
            }
        }
    }

    /// Takes a message from the bot; breaks with whether the session is over with the connection.
    async fn take(&mut self, message: Option<Result<Message, axum::Error>>) -> ControlFlow<bool> {
        match message {
            Some(Ok(Message::Text(text))) => match self.hear(&text).await {
                Ok(()) => ControlFlow::Continue(()),
                Err((code, why)) => ControlFlow::Break(self.close(code, why).await),
            },
            // A client that says goodbye properly gives its session up.
            Some(Ok(Message::Close(frame))) => {
                self.say_goodbye().await;
                ControlFlow::Break(frame.is_some_and(|frame| matches!(frame.code, 1000 | 1001)))
            }
            Some(Ok(_)) => ControlFlow::Continue(()),
            Some(Err(_)) | None => ControlFlow::Break(false),
        }
    }

    /// Lets the answer to a goodbye out, until the client has gone.
    async fn say_goodbye(&mut self) {
        let gone = async { while let Some(Ok(_)) = self.socket.recv().await {} };
        let _ = tokio::time::timeout(GOODBYE, gone).await;
    }

    async fn send(&mut self, text: &str) -> Result<(), axum::Error> {
        self.socket.send(Message::Text(text.into())).await
    }

    /// Closes with a code; says whether the session is over.
    async fn close(&mut self, code: u16, why: &str) -> bool {
        let frame = CloseFrame { code, reason: why.into() };
        // The other side may be gone already.
        let _ = self.socket.send(Message::Close(Some(frame))).await;
        ends_session(code)
    }

    async fn hear(&mut self, text: &str) -> Result<(), (u16, &'static str)> {
        if text.len() > MAX_PAYLOAD {
            return Err((4002, "Error while decoding payload."));
        }
        let payload: Value =
            serde_json::from_str(text).map_err(|_| (4002, "Error while decoding payload."))?;
        match payload["op"].as_u64() {
            Some(1) if self.heartless => Ok(()),
            Some(1) => {
                if let (Some(id), Some(sequence)) = (&self.session, payload["d"].as_u64()) {
                    self.shared.lock().sessions.heard(id, sequence);
                }
                if !self.silent {
                    // A connection that is gone shows at the next read.
                    let _ = self.send(r#"{"op":11}"#).await;
                }
                Ok(())
            }
            Some(2) if self.session.is_some() => Err((4005, "Already authenticated.")),
            Some(2) => self.identify(&payload["d"]),
            Some(6) => self.resume(&payload["d"]),
            Some(3 | 4 | 8) if self.session.is_none() => Err((4003, "Not authenticated.")),
            Some(8) => {
                self.send_members(&payload["d"]);
                Ok(())
            }
            Some(3 | 4) => Ok(()),
            _ => Err((4001, "Unknown opcode.")),
        }
    }

    fn identify(&mut self, data: &Value) -> Result<(), (u16, &'static str)> {
        let token = data["token"].as_str().unwrap_or_default().trim_start_matches("Bot ");
        if token != self.shared.token {
            return Err((4004, "Authentication failed."));
        }
        let wanted = data["intents"].as_u64().ok_or((4013, "Invalid intent(s)."))?;
        let mut world = self.shared.lock();
        if let Some(code) = world.sessions.turned_away() {
            return Err((code, "a fault on order"));
        }
        if wanted & !granted(&world) != 0 {
            return Err((4014, "Disallowed intent(s)."));
        }
        let id = world.sessions.begin(wanted, self.out.clone());
        world.stats.identifies += 1;
        let ready = json!({
            "v": 10,
            "user": world.current_user_json(),
            "guilds": [{ "id": world.guild.id.to_string(), "unavailable": true }],
            "session_id": id,
            "session_type": "normal",
            "resume_gateway_url": self.shared.gateway_url(),
            "shard": data.get("shard").cloned().unwrap_or_else(|| json!([0, 1])),
            "application": { "id": world.bot.to_string(), "flags": world.application_flags() },
            "private_channels": [],
        });
        world.sessions.send_to(&id, "READY", &ready);
        if wanted & intents::GUILDS != 0 {
            let guild = world.guild_create_json();
            world.sessions.send_to(&id, "GUILD_CREATE", &guild);
        }
        world.announce("GATEWAY_READY", &json!({ "intents": wanted }));
        drop(world);
        self.session = Some(id);
        Ok(())
    }

    fn resume(&mut self, data: &Value) -> Result<(), (u16, &'static str)> {
        let token = data["token"].as_str().unwrap_or_default().trim_start_matches("Bot ");
        if token != self.shared.token {
            return Err((4004, "Authentication failed."));
        }
        let id = data["session_id"].as_str().unwrap_or_default().to_owned();
        let sequence = data["seq"].as_u64().unwrap_or(0);
        let mut world = self.shared.lock();
        if let Some(code) = world.sessions.turned_away() {
            return Err((code, "a fault on order"));
        }
        if world.sessions.resume(&id, sequence, self.out.clone()) {
            world.stats.resumes += 1;
            world.announce("GATEWAY_RESUMED", &json!({}));
            drop(world);
            self.session = Some(id);
        } else {
            drop(world);
            // This end of the channel is ours, so it is open.
            let _ = self.out.send(Frame::Text(r#"{"op":9,"d":false}"#.into()));
        }
        Ok(())
    }

    /// Answers a request for members, all at once.
    fn send_members(&self, data: &Value) {
        let Some(id) = &self.session else { return };
        let mut world = self.shared.lock();
        let query = data["query"].as_str().unwrap_or_default();
        let asked = crate::sandbox::check::draft::ids(&data["user_ids"]);
        let fits = |member: &&super::model::Member| {
            if asked.is_empty() { member.username.starts_with(query) } else { asked.contains(&member.id) }
        };
        let members = world.members.values().filter(fits).map(|member| world.member_json(member));
        let mut chunk = json!({
            "guild_id": world.guild.id.to_string(),
            "members": members.collect::<Value>(),
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [],
        });
        if let Some(nonce) = data.get("nonce") {
            chunk["nonce"] = nonce.clone();
        }
        world.sessions.send_to(id, "GUILD_MEMBERS_CHUNK", &chunk);
    }
}

/// Whether a session cannot be resumed after a close with this code.
fn ends_session(code: u16) -> bool {
    matches!(code, 1000 | 1001 | 4003..=4007 | 4009..=4014)
}

/// The intents the bot may ask for.
fn granted(world: &World) -> u64 {
    let mut bits = (1 << 26) - 1;
    let granted = world.options.granted;
    let privileged = [
        (granted.presences, intents::GUILD_PRESENCES),
        (granted.members, intents::GUILD_MEMBERS),
        (granted.message_content, intents::MESSAGE_CONTENT),
    ];
    for (granted, intent) in privileged {
        if !granted {
            bits &= !intent;
        }
    }
    bits
}
