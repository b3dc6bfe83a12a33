//! Answering interactions: always, within Discord's three seconds, and once.
//!
//! Work that is quick is answered with its outcome; work that takes longer, and an outcome that takes longer to send,
//! is acknowledged first and the outcome put in the place of the acknowledgement. Refusals become a sentence with the next step. A failure becomes a fixed
//! sentence with a reference that is also in the log, where the whole chain stands once. Must not know what the
//! work is.

use std::pin::pin;
use std::time::Duration;

use rand::RngExt;
use rand::distr::Alphanumeric;
use serde_json::{Value, json};
use serenity::all as serenity;

use super::limits;
use super::message::{File, Message, Modal, ephemeral_flags};
use super::paperwork::Form;
use super::rest::Rest;
use super::views::{Recorded, View};
use crate::desk::DeskError;

/// After so long the person gets an acknowledgement, so that a slow network has a second left.
const PATIENCE: Duration = Duration::from_millis(1_800);
/// How often an answer is sent again when Discord could not be reached.
const TRIES: u32 = 3;
/// Callback types (Discord's reference, "Interaction Callback Type").
const MESSAGE: u8 = 4;
const DEFERRED_MESSAGE: u8 = 5;
const DEFERRED_UPDATE: u8 = 6;
const UPDATE: u8 = 7;
const CHOICES: u8 = 8;
/// The error code for a first answer that had been given: a repeat of one that timed out on our side.
const ALREADY_ANSWERED: isize = 40_060;

/// What becomes of the message that the answer is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A new message.
    New,
    /// The message with the component is changed.
    Change,
}

/// The way back to one person who waits.
#[derive(Clone, Copy)]
pub struct Door<'a> {
    /// How answers are sent.
    pub http: &'a serenity::Http,
    /// Who counts what Discord refuses.
    pub rest: &'a Rest,
    /// The interaction.
    pub id: serenity::InteractionId,
    /// The right to answer it.
    pub token: &'a str,
}

impl Door<'_> {
    /// Does the work and answers with what comes of it.
    pub async fn answer(
        &self,
        view: View<'_>,
        kind: Answer,
        work: impl Future<Output = Result<Message, DeskError>>,
    ) {
        self.answer_or_give_back(view, kind, None, work).await;
    }

    /// The same; if it does not happen, what the person had typed comes back as a file.
    pub async fn answer_or_give_back(
        &self,
        view: View<'_>,
        kind: Answer,
        typed: Option<File>,
        work: impl Future<Output = Result<Message, DeskError>>,
    ) {
        let outcome = |done: Result<Message, DeskError>| {
            let typed = typed.filter(|typed| done.is_err() && !typed.bytes.trim_ascii().is_empty());
            let (mut message, kind) = outcome(view, done, kind);
            message.files.extend(typed);
            (message, kind)
        };
        let mut work = pin!(work);
        let done = tokio::time::timeout(PATIENCE, &mut work).await;
        let (message, promised) = match done {
            Ok(done) => {
                let (message, kind) = outcome(done);
                if !message.is_heavy() {
                    let callback = if kind == Answer::Change { UPDATE } else { MESSAGE };
                    let body = json!({ "type": callback, "data": message.callback_data() });
                    self.insist(Sending::Callback, &body, &message.files).await;
                    return;
                }
                self.defer(kind).await;
                ((message, kind), kind)
            }
            Err(_) => {
                self.defer(kind).await;
                (outcome(work.await), kind)
            }
        };
        let (message, kind) = message;
        let (how, body) = match kind == promised {
            true => (Sending::Edit, message.edit_body()),
            false => (Sending::FollowUp, message.callback_data()),
        };
        if !self.insist(how, &body, &message.files).await && !message.files.is_empty() {
            let error = anyhow::anyhow!("{} bytes of files could not be sent", message.file_bytes());
            self.insist(how, &failure(view, &error, Recorded::Unknown).edit_body(), &[]).await;
        }
    }

    /// Promises an answer.
    async fn defer(&self, kind: Answer) {
        let deferred = if kind == Answer::Change { DEFERRED_UPDATE } else { DEFERRED_MESSAGE };
        self.respond(deferred, Some(json!({ "flags": ephemeral_flags() }))).await;
    }

    /// Answers with a message that is ready.
    pub async fn say(&self, message: &Message) {
        let body = json!({ "type": MESSAGE, "data": message.callback_data() });
        self.insist(Sending::Callback, &body, &message.files).await;
    }

    /// Answers by opening a form.
    pub async fn open_form(&self, form: &Modal) {
        self.send_callback(&form.callback()).await;
    }

    /// Answers with a form, which can only be the first answer, or with the message that comes in its place.
    pub async fn open_or_say(&self, view: View<'_>, form: impl Future<Output = Result<Form, DeskError>>) {
        match form.await {
            Ok(Form::Modal(form)) => self.open_form(&form).await,
            Ok(Form::Message(message)) => self.say(&message).await,
            Err(error) => self.answer(view, Answer::New, async { Err(error) }).await,
        }
    }

    /// Answers with what may be chosen: pairs of what is shown and what is meant.
    pub async fn offer(&self, choices: &[(String, String)]) {
        let choices: Vec<Value> =
            choices.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        self.respond(CHOICES, Some(json!({ "choices": choices }))).await;
    }

    async fn respond(&self, kind: u8, data: Option<Value>) {
        self.send_callback(&json!({ "type": kind, "data": data })).await;
    }

    async fn send_callback(&self, body: &Value) {
        self.insist(Sending::Callback, body, &[]).await;
    }

    /// Sends until Discord took it or said no; says whether it did. Nobody but the person waits for it, so a loss is
    /// logged, not raised.
    async fn insist(&self, what: Sending, body: &Value, files: &[File]) -> bool {
        for attempt in 1..=TRIES {
            let Err(error) = self.send(what, body, files).await else { return true };
            if let Some(status) = status(&error) {
                self.rest.answered_elsewhere(status);
            }
            let code = code(&error);
            if what == Sending::Callback && code == Some(ALREADY_ANSWERED) {
                return true;
            }
            // Discord's own trouble passes, and a repeat of what it took after all is told so.
            let passes = status(&error).is_none_or(|status| status >= 500 || status == 429);
            if !passes || attempt == TRIES {
                // Interaction tokens stand in the address, so only the class and Discord's own words are logged.
                tracing::warn!(interaction = %self.id, ?what, attempt, error = describe(&error), "could not answer");
                return false;
            }
            tokio::time::sleep(Duration::from_millis(150) * attempt).await;
        }
        false
    }

    async fn send(&self, what: Sending, body: &Value, files: &[File]) -> Result<(), serenity::Error> {
        let (http, token) = (self.http, self.token);
        let attached =
            |file: &File| serenity::CreateAttachment::bytes(file.bytes.clone(), file.name.as_str());
        let files: Vec<_> = files.iter().take(limits::FILES).map(attached).collect();
        match what {
            Sending::Callback => http.create_interaction_response(self.id, token, body, files).await,
            Sending::Edit => http.edit_original_interaction_response(token, body, files).await.map(drop),
            Sending::FollowUp => http.create_followup_message(token, body, files).await.map(drop),
        }
    }
}

/// The ways to send an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sending {
    /// The first answer.
    Callback,
    /// In the place of the acknowledgement.
    Edit,
    /// As a further message.
    FollowUp,
}

/// The message for what came of the work. What went wrong is always a new message: it must not take the place of
/// the one that the person acted on.
fn outcome(view: View<'_>, done: Result<Message, DeskError>, kind: Answer) -> (Message, Answer) {
    match done {
        Ok(message) => (message, kind),
        Err(DeskError::Refused(refusal)) => (view.refusal(&refusal), Answer::New),
        Err(DeskError::Failed(error)) => (failure(view, &error.into(), Recorded::Unknown), Answer::New),
    }
}

/// The sentence for a failure, with a reference under which the log has the whole chain.
pub fn failure(view: View<'_>, error: &anyhow::Error, recorded: Recorded) -> Message {
    let reference: String = rand::rng().sample_iter(Alphanumeric).take(6).map(char::from).collect();
    tracing::error!(reference, error = format!("{error:#}"), "a person was told that something went wrong");
    view.failed(&reference, recorded)
}

/// Discord's error code, if it answered with one.
fn code(error: &serenity::Error) -> Option<isize> {
    match error {
        serenity::Error::Http(serenity::HttpError::UnsuccessfulRequest(answer)) => Some(answer.error.code),
        _ => None,
    }
}

/// The status of Discord's answer, if it answered.
fn status(error: &serenity::Error) -> Option<u16> {
    match error {
        serenity::Error::Http(serenity::HttpError::UnsuccessfulRequest(answer)) => {
            Some(answer.status_code.as_u16())
        }
        _ => None,
    }
}

/// An error without the address that it was about.
fn describe(error: &serenity::Error) -> String {
    match error {
        serenity::Error::Http(serenity::HttpError::UnsuccessfulRequest(answer)) => {
            format!("{} ({}, status {})", answer.error.message, answer.error.code, answer.status_code)
        }
        serenity::Error::Http(serenity::HttpError::Request(error)) if error.is_timeout() => {
            "timed out".to_owned()
        }
        serenity::Error::Http(serenity::HttpError::Request(_)) => "not reached".to_owned(),
        _ => "unexpected answer".to_owned(),
    }
}
