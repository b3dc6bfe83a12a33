//! What can go wrong on the gateway, on order.
//!
//! It must not know who orders it. Keeps: what a trouble does to a session is what Discord does: a session that is
//! over cannot be resumed, any other waits for that.

use serde_json::{Value, json};

use super::session::Frame;
use crate::sandbox::world::World;

/// The words for troubles in JSON.
const WORDS: &str = "close, cut, event, garbage, invalid_session, no_ack, reconnect, refuse_resume, silence, spoil, \
                     turn_away";

/// Something that goes wrong on the gateway.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// The connections are closed with this code. After 4003–4007 and from 4009 on the session is over.
    Close(u16),
    /// The connections break without a word.
    Cut,
    /// The connections are asked to reconnect (opcode 7).
    Reconnect,
    /// The sessions are said to be invalid (opcode 9).
    InvalidSession {
        /// They may be resumed all the same.
        resumable: bool,
    },
    /// The connections stay open, and nothing goes down them any more.
    Silence,
    /// Heartbeats are not acknowledged any more; events still come.
    NoAck,
    /// A frame that is no JSON.
    Garbage,
    /// The next event of this name goes out in a shape that is none of Discord's. Where it happened can still be read:
    /// `guild_id` and `channel_id` are left.
    Spoil(String),
    /// An event that nothing in the world brought about.
    Event(String, Value),
    /// So many attempts to resume are answered with Invalid Session.
    RefuseResumes(u32),
    /// Whoever wants to identify or to resume is closed with this code, until it is taken back.
    TurnAway(Option<u16>),
}

impl Trouble {
    pub(crate) fn read(word: &str, json: &Value) -> Result<Self, String> {
        let code = json["code"].as_u64().and_then(|code| u16::try_from(code).ok());
        let name = || json["event"].as_str().map(str::to_owned).ok_or("`event` is missing".to_owned());
        let times = json["times"].as_u64().and_then(|times| u32::try_from(times).ok());
        Ok(match word {
            "close" => Self::Close(code.unwrap_or(4000)),
            "cut" => Self::Cut,
            "reconnect" => Self::Reconnect,
            "invalid_session" => Self::InvalidSession { resumable: json["resumable"] == true },
            "silence" => Self::Silence,
            "no_ack" => Self::NoAck,
            "garbage" => Self::Garbage,
            "spoil" => Self::Spoil(name()?),
            "event" => Self::Event(name()?, json["data"].clone()),
            "refuse_resume" => Self::RefuseResumes(times.unwrap_or(1)),
            "turn_away" => Self::TurnAway(code),
            _ => return Err(format!("`gateway` is one of: {WORDS}")),
        })
    }
}

impl World {
    /// Lets something go wrong at once, on all connections.
    pub(crate) fn trouble(&mut self, trouble: Trouble) {
        let say = |text: &str| Frame::Text(text.into());
        let (frame, over) = match trouble {
            Trouble::Close(code) => {
                (Frame::Close(code, "a fault on order".to_owned()), super::ends_session(code))
            }
            Trouble::Cut => (Frame::Cut, false),
            Trouble::Reconnect => (say(r#"{"op":7,"d":null}"#), false),
            Trouble::InvalidSession { resumable } => {
                (say(&json!({ "op": 9, "d": resumable }).to_string()), !resumable)
            }
            Trouble::Silence => (Frame::Silence, false),
            Trouble::NoAck => (Frame::NoAck, false),
            Trouble::Garbage => (say(r#"{"op":0,"s":"#), false),
            Trouble::Spoil(name) => return self.sessions.spoil(name),
            Trouble::Event(name, data) => return self.sessions.send_to_all(&name, &data),
            Trouble::RefuseResumes(times) => return self.sessions.refuse_resumes(times),
            Trouble::TurnAway(code) => return self.sessions.turn_away(code),
        };
        self.sessions.send_all(&frame, over);
    }
}

/// An event's data in a shape that nobody can read, but for where it happened.
pub(super) fn spoiled(data: &Value) -> Value {
    let fields = data.as_object().into_iter().flatten().map(|(key, value)| {
        let left = matches!(key.as_str(), "guild_id" | "channel_id");
        (key.clone(), if left { value.clone() } else { json!({ "not": ["what", "it", "was"] }) })
    });
    Value::Object(fields.collect())
}
