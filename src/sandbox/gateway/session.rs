//! The bot's sessions: what each has been sent, and what it would still need after a lost connection.
//!
//! It must not know the world; it is given finished events. Keeps: sequence numbers have no gaps, and a session
//! that is resumed gets every event it missed or is told that it cannot.

use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::intents::MESSAGE_CONTENT;
use super::trouble::spoiled;
use crate::sandbox::world::Event;

/// Sessions beyond this many are forgotten, the oldest first.
const MAX_SESSIONS: usize = 16;

/// What goes down a connection.
#[derive(Clone, Debug)]
pub(crate) enum Frame {
    Text(Arc<str>),
    Close(u16, String),
    /// Stop answering, and stay connected.
    Silence,
    /// Stop acknowledging heartbeats.
    NoAck,
    /// Break the connection without a word.
    Cut,
}

/// One session.
struct Session {
    id: String,
    intents: u64,
    sequence: u64,
    /// Up to where its client was asked to say what it has heard.
    asked: u64,
    /// Up to where its client said that it has heard.
    heard: u64,
    sent: VecDeque<(u64, Arc<str>)>,
    line: Option<UnboundedSender<Frame>>,
    /// Its connection is there, but nothing goes down it.
    deaf: bool,
    /// May not be resumed any more.
    dead: bool,
}

/// All sessions.
pub(crate) struct Sessions {
    all: Vec<Session>,
    replay: usize,
    minted: u64,
    /// Names of events that go out in a wrong shape, once each.
    spoil: Vec<String>,
    refuse_resumes: u32,
    turned_away: Option<u16>,
}

impl Sessions {
    pub(crate) fn new(replay: usize) -> Self {
        Self { all: Vec::new(), replay, minted: 0, spoil: Vec::new(), refuse_resumes: 0, turned_away: None }
    }

    /// The code with which everybody is turned away who wants to come in.
    pub(crate) fn turned_away(&self) -> Option<u16> {
        self.turned_away
    }

    pub(super) fn turn_away(&mut self, code: Option<u16>) {
        self.turned_away = code;
    }

    pub(super) fn refuse_resumes(&mut self, times: u32) {
        self.refuse_resumes = times;
    }

    /// Lets the next event of this name go out in a wrong shape.
    pub(super) fn spoil(&mut self, name: String) {
        self.spoil.push(name);
    }

    /// Whether nobody is there who could hear of an event now or later.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.iter().all(|session| session.dead)
    }

    /// How many are connected.
    pub(crate) fn connected(&self) -> usize {
        self.all.iter().filter(|session| session.line.is_some()).count()
    }

    /// Begins a session and returns its id.
    pub(crate) fn begin(&mut self, intents: u64, line: UnboundedSender<Frame>) -> String {
        self.minted += 1;
        let id = format!("{:016x}{:08x}", rand::random::<u64>(), self.minted);
        if self.all.len() >= MAX_SESSIONS {
            self.all.remove(0);
        }
        let line = Some(line);
        self.all.push(Session {
            id: id.clone(),
            intents,
            sequence: 0,
            asked: 0,
            heard: 0,
            sent: VecDeque::new(),
            line,
            deaf: false,
            dead: false,
        });
        id
    }

    /// Takes up a session after `sequence`: the events it missed, or `None` if that cannot be.
    pub(crate) fn resume(&mut self, id: &str, sequence: u64, line: UnboundedSender<Frame>) -> bool {
        let Some(session) = self.all.iter_mut().find(|session| session.id == id && !session.dead) else {
            return false;
        };
        if self.refuse_resumes > 0 {
            self.refuse_resumes -= 1;
            session.dead = true;
            return false;
        }
        let first = session.sent.front().map_or(session.sequence + 1, |(first, _)| *first);
        if sequence > session.sequence || sequence + 1 < first {
            session.dead = true;
            return false;
        }
        for (_, text) in session.sent.iter().filter(|(number, _)| *number > sequence) {
            // A connection that is gone already shows when it is read from.
            let _ = line.send(Frame::Text(Arc::clone(text)));
        }
        session.line = Some(line);
        session.deaf = false;
        session.asked = sequence;
        session.send("RESUMED", &json!({ "_trace": [] }).to_string(), 0);
        true
    }

    /// The connection of a session is gone; the session waits to be resumed, unless it is over.
    pub(crate) fn lost(&mut self, id: &str, line: &UnboundedSender<Frame>, over: bool) {
        for session in self.all.iter_mut().filter(|session| session.id == id) {
            if session.line.as_ref().is_some_and(|current| current.same_channel(line)) {
                session.line = None;
                session.dead |= over;
            }
        }
    }

    /// Sends an event to one session, whatever its intents.
    pub(crate) fn send_to(&mut self, id: &str, name: &str, data: &Value) {
        let replay = self.replay;
        if let Some(session) = self.all.iter_mut().find(|session| session.id == id) {
            session.send(name, &data.to_string(), replay);
        }
    }

    /// Sends an event to all sessions, whatever their intents.
    pub(super) fn send_to_all(&mut self, name: &str, data: &Value) {
        let text = data.to_string();
        for session in self.all.iter_mut().filter(|session| !session.dead) {
            session.send(name, &text, self.replay);
        }
    }

    /// Sends an event to all sessions that want it; says to how many.
    pub(crate) fn dispatch(&mut self, event: Event) -> u64 {
        let mut full: Option<String> = None;
        let mut bare: Option<String> = None;
        let mut count = 0;
        let Event { name, mut data, intent, private_text, .. } = event;
        if let Some(at) = self.spoil.iter().position(|spoiled| spoiled == name) {
            self.spoil.remove(at);
            data = spoiled(&data);
        }
        for session in self.all.iter_mut().filter(|session| !session.dead) {
            if intent != 0 && session.intents & intent == 0 {
                continue;
            }
            let text = if private_text && session.intents & MESSAGE_CONTENT == 0 {
                bare.get_or_insert_with(|| without_text(&data))
            } else {
                full.get_or_insert_with(|| data.to_string())
            };
            session.send(name, text, self.replay);
            count += 1;
        }
        count
    }

    /// The client of a session has heard everything up to `sequence`.
    pub(crate) fn heard(&mut self, id: &str, sequence: u64) {
        if let Some(session) = self.all.iter_mut().find(|session| session.id == id) {
            session.heard = session.heard.max(sequence);
        }
    }

    /// How many events were sent down connections whose clients have not said yet that they heard them; asks those.
    pub(crate) fn unheard(&mut self) -> u64 {
        self.all.iter_mut().map(Session::unheard).sum()
    }

    /// Sends a frame to all connections, such as a request to reconnect.
    pub(crate) fn send_all(&mut self, frame: &Frame, ends_session: bool) {
        for session in &mut self.all {
            session.dead |= ends_session;
            if matches!(frame, Frame::Silence) {
                session.deaf = true;
            }
            if let Some(line) = &session.line {
                let _ = line.send(frame.clone());
            }
        }
    }
}

impl Session {
    /// How many events its client may not have heard; asks it, unless it was asked after the last of them.
    fn unheard(&mut self) -> u64 {
        let Some(line) = self.line.as_ref().filter(|_| !self.deaf) else { return 0 };
        if self.asked < self.sequence {
            self.asked = self.sequence;
            // Discord's own question for a heartbeat, which says what its sender heard last.
            let _ = line.send(Frame::Text(r#"{"op":1,"d":null}"#.into()));
        }
        self.sequence.saturating_sub(self.heard)
    }

    fn send(&mut self, name: &str, data: &str, replay: usize) {
        self.sequence += 1;
        let text: Arc<str> = format!(r#"{{"op":0,"s":{},"t":"{name}","d":{data}}}"#, self.sequence).into();
        if replay > 0 {
            if self.sent.len() >= replay {
                self.sent.pop_front();
            }
            self.sent.push_back((self.sequence, Arc::clone(&text)));
        }
        if let Some(line) = &self.line {
            // A connection that is gone already shows when it is read from.
            let _ = line.send(Frame::Text(text));
        }
    }
}

/// A message as a bot without the message content intent receives it.
fn without_text(data: &Value) -> String {
    let mut data = data.clone();
    data["content"] = json!("");
    for key in ["embeds", "attachments", "components"] {
        data[key] = json!([]);
    }
    if data["referenced_message"].is_object() {
        data["referenced_message"]["content"] = json!("");
    }
    data.to_string()
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::unbounded_channel;

    use super::*;

    fn event(intent: u64) -> Event {
        Event { private_text: true, ..Event::new("MESSAGE_CREATE", intent, json!({ "content": "secret" })) }
    }

    #[test]
    fn a_client_is_asked_once_what_it_heard() {
        let mut sessions = Sessions::new(2);
        let (line, mut frames) = unbounded_channel();
        let id = sessions.begin(1, line.clone());
        let mut questions = || {
            std::iter::from_fn(|| frames.try_recv().ok())
                .filter(|frame| matches!(frame, Frame::Text(text) if text.contains(r#""op":1"#)))
                .count()
        };
        assert_eq!((sessions.unheard(), questions()), (0, 0));
        sessions.dispatch(event(1));
        sessions.dispatch(event(1));
        assert_eq!((sessions.unheard(), sessions.unheard(), questions()), (2, 2, 1));
        sessions.heard(&id, 1);
        assert_eq!((sessions.unheard(), questions()), (1, 0));
        sessions.heard(&id, 2);
        assert_eq!(sessions.unheard(), 0);
        sessions.dispatch(event(1));
        sessions.lost(&id, &line, false);
        assert_eq!(sessions.unheard(), 0, "there is nobody to hear");
        let (line, _frames) = unbounded_channel();
        assert!(sessions.resume(&id, 2, line));
        assert_eq!(sessions.unheard(), 2, "what was missed, and that it goes on");
        sessions.send_all(&Frame::Silence, false);
        assert_eq!(sessions.unheard(), 0);
    }

    #[test]
    fn a_session_gets_what_it_missed_or_is_told_that_it_cannot() {
        let mut sessions = Sessions::new(2);
        let (line, mut heard) = unbounded_channel();
        let id = sessions.begin(1, line.clone());
        sessions.dispatch(event(1));
        assert!(
            matches!(heard.try_recv(), Ok(Frame::Text(text)) if text.contains(r#""s":1"#) && !text.contains("secret"))
        );
        sessions.lost(&id, &line, false);
        sessions.dispatch(event(1));
        sessions.dispatch(event(2));
        let (line, mut heard) = unbounded_channel();
        assert!(sessions.resume(&id, 1, line.clone()));
        assert!(matches!(heard.try_recv(), Ok(Frame::Text(text)) if text.contains(r#""s":2"#)));
        assert!(matches!(heard.try_recv(), Ok(Frame::Text(text)) if text.contains("RESUMED")));
        sessions.lost(&id, &line, false);
        for _ in 0..3 {
            sessions.dispatch(event(1));
        }
        assert!(!sessions.resume(&id, 2, line));
        assert!(sessions.is_empty());
    }
}
