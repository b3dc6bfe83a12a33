//! Answering interactions: always, within Discord's three seconds, and once.
//!
//! Work that is quick is answered with its outcome; work that takes longer, and an outcome that takes longer to send,
//! is acknowledged first and the outcome put in the place of the acknowledgement. Refusals become a sentence with the
//! next step. A failure becomes a fixed sentence with a reference that is also in the log, where the whole chain stands
//! once, and with what is certain about the record: where the database broke off in the middle of a commit, it is asked
//! until it says whether the interaction is recorded, and the same answer is changed into the truth. Must not know what
//! the work is.

use std::pin::pin;
use std::time::Duration;

use rand::RngExt;
use rand::distr::Alphanumeric;
use serde_json::{Value, json};
use serenity::all as serenity;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::limits;
use super::message::{File, Message, Modal, ephemeral_flags};
use super::paperwork::Form;
use super::rest::Rest;
use super::shared::Shared;
use super::views::{Recorded, View};
use crate::desk::{Desk, DeskError};
use crate::domain::InteractionId;

/// After so long the person gets an acknowledgement, so that a slow network has a second left.
const PATIENCE: Duration = Duration::from_millis(1_800);
/// How long the database may take to say what became of an interaction before the person is told that it is not known.
const QUICK_LOOK: Duration = Duration::from_millis(600);
/// How long one later look may take, and how long to wait before the next.
const LONG_LOOK: Duration = Duration::from_secs(10);
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How long an answer can be changed: Discord's fifteen minutes, and some room.
const CHANGEABLE: Duration = Duration::from_secs(14 * 60);
/// When a process that does not lead speaks at last: whoever leads has answered by then, and the second answer to an
/// interaction is refused.
const LAST_TO_SPEAK: Duration = Duration::from_millis(2_300);
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
    /// Who knows what is recorded.
    pub desk: &'a Desk,
    /// The interaction.
    pub id: serenity::InteractionId,
    /// The right to answer it.
    pub token: &'a str,
}

impl<'a> Door<'a> {
    /// The door to whoever sent the interaction with this id and token.
    #[must_use]
    pub fn to(shared: &'a Shared, id: serenity::InteractionId, token: &'a str) -> Self {
        Self { http: &shared.http, rest: &shared.rest, desk: &shared.desk, id, token }
    }
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
        let began = Instant::now();
        let mut work = pin!(work);
        let mut promised = None;
        let done = match timeout(PATIENCE, &mut work).await {
            Ok(done) => done,
            Err(_) => {
                self.defer(kind).await;
                promised = Some(kind);
                work.await
            }
        };
        let outcome = match done {
            Ok(message) => Outcome::good(message, kind),
            Err(DeskError::Refused(refusal)) => Outcome::bad(view.refusal(&refusal), typed),
            Err(error) => {
                let truth = self.truth(&error).await;
                if promised.is_none() {
                    self.let_others_speak(began).await;
                }
                let (reference, message) = failure_with_reference(view, &error.into(), truth);
                let typed = typed.filter(|_| !matches!(truth, Recorded::Found(_)));
                Outcome {
                    open: (truth == Recorded::NotConfirmed).then_some(reference),
                    ..Outcome::bad(message, typed)
                }
            }
        };
        if promised.is_none() && outcome.message.is_heavy() {
            self.defer(outcome.kind).await;
            promised = Some(outcome.kind);
        }
        let sent = self.deliver(view, &outcome, promised).await;
        let Some(sent) = sent.or_else(|| promised.map(|_| Sending::Edit)) else { return };
        if let Some(reference) = outcome.open {
            self.confirm(view, &reference, sent, began + CHANGEABLE).await;
        }
    }

    /// Sends an outcome; gives how it can be changed, or nothing if Discord did not take it.
    async fn deliver(&self, view: View<'_>, outcome: &Outcome, promised: Option<Answer>) -> Option<Sending> {
        let Outcome { message, kind, .. } = outcome;
        let (how, body) = match promised {
            None => {
                let callback = if *kind == Answer::Change { UPDATE } else { MESSAGE };
                (Sending::Callback, json!({ "type": callback, "data": message.callback_data() }))
            }
            Some(promised) if promised == *kind => (Sending::Edit, message.edit_body()),
            Some(_) => (Sending::FollowUp, message.callback_data()),
        };
        let sent = self.insist(how, &body, &message.files).await;
        if sent.is_none() && promised.is_some() && !message.files.is_empty() {
            let error = anyhow::anyhow!("{} bytes of files could not be sent", message.file_bytes());
            return self.insist(how, &failure(view, &error, Recorded::Unknown).edit_body(), &[]).await;
        }
        sent
    }

    /// What is certain about the record after a failure.
    async fn truth(&self, error: &DeskError) -> Recorded {
        if error.nothing_recorded() {
            return self.nothing();
        }
        self.look(QUICK_LOOK).await.unwrap_or(Recorded::NotConfirmed)
    }

    fn nothing(&self) -> Recorded {
        if self.desk.leads() { Recorded::Nothing } else { Recorded::NotLeading }
    }

    /// Whoever leads hears every interaction as well, and gives the answer that counts.
    async fn let_others_speak(&self, began: Instant) {
        if !self.desk.leads() {
            sleep_until(began + LAST_TO_SPEAK).await;
        }
    }

    /// What the database says about this interaction, if it says anything in time.
    async fn look(&self, patience: Duration) -> Option<Recorded> {
        let cause = InteractionId(self.id.get().cast_signed());
        let found = timeout(patience, self.desk.recorded(cause)).await.ok()?.ok()?;
        Some(found.map_or(Recorded::Nothing, Recorded::Found))
    }

    /// Asks the database until it knows, then changes the answer into the truth.
    async fn confirm(&self, view: View<'_>, reference: &str, sent: Sending, until: Instant) {
        while Instant::now() < until {
            sleep(LOOK_AGAIN).await;
            let Some(truth) = self.look(LONG_LOOK).await else { continue };
            tracing::warn!(reference, recorded = ?truth, "now it is known what became of it");
            let change = match sent {
                Sending::FollowUp | Sending::Changed(_) => sent,
                Sending::Callback | Sending::Edit => Sending::Edit,
            };
            self.insist(change, &view.failed(reference, truth).edit_body(), &[]).await;
            return;
        }
        tracing::error!(reference, "nobody could say in time what became of it");
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
        let began = Instant::now();
        match timeout(PATIENCE, form).await {
            Ok(Ok(Form::Modal(form))) => self.open_form(&form).await,
            Ok(Ok(Form::Message(message))) => self.say(&message).await,
            Ok(Err(error)) => self.answer(view, Answer::New, async { Err(error) }).await,
            Err(_) => {
                let error = anyhow::anyhow!("the database did not answer before a form had to be opened");
                self.let_others_speak(began).await;
                self.say(&failure(view, &error, self.nothing())).await;
            }
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

    /// Sends until Discord took it or said no; gives how it can be changed if Discord took it. Nobody but the person
    /// waits for it, so a loss is logged, not raised.
    async fn insist(&self, what: Sending, body: &Value, files: &[File]) -> Option<Sending> {
        for attempt in 1..=TRIES {
            let error = match self.send(what, body, files).await {
                Ok(sent) => return Some(sent),
                Err(error) => error,
            };
            if let Some(status) = status(&error) {
                self.rest.answered_elsewhere(status);
            }
            let code = code(&error);
            if what == Sending::Callback && code == Some(ALREADY_ANSWERED) {
                return Some(what);
            }
            // Discord's own trouble passes, and a repeat of what it took after all is told so.
            let passes = status(&error).is_none_or(|status| status >= 500 || status == 429);
            if !passes || attempt == TRIES {
                // Interaction tokens stand in the address, so only the class and Discord's own words are logged.
                tracing::warn!(interaction = %self.id, ?what, attempt, error = describe(&error), "could not answer");
                return None;
            }
            sleep(Duration::from_millis(150) * attempt).await;
        }
        None
    }

    async fn send(&self, what: Sending, body: &Value, files: &[File]) -> Result<Sending, serenity::Error> {
        let (http, token) = (self.http, self.token);
        let attached =
            |file: &File| serenity::CreateAttachment::bytes(file.bytes.clone(), file.name.as_str());
        let files: Vec<_> = files.iter().take(limits::FILES).map(attached).collect();
        match what {
            Sending::Callback => http.create_interaction_response(self.id, token, body, files).await?,
            Sending::Edit => drop(http.edit_original_interaction_response(token, body, files).await?),
            Sending::FollowUp => {
                let sent = http.create_followup_message(token, body, files).await?;
                return Ok(Sending::Changed(sent.id));
            }
            Sending::Changed(id) => drop(http.edit_followup_message(token, id, body, files).await?),
        }
        Ok(what)
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
    /// In the place of a further message.
    Changed(serenity::MessageId),
}

/// What a person is answered.
struct Outcome {
    message: Message,
    kind: Answer,
    /// The reference of a failure, if it is not known yet whether anything was recorded.
    open: Option<String>,
}

impl Outcome {
    const fn good(message: Message, kind: Answer) -> Self {
        Self { message, kind, open: None }
    }

    /// What went wrong is always a new message: it must not take the place of the one that the person acted on. What
    /// they typed comes along.
    fn bad(mut message: Message, typed: Option<File>) -> Self {
        message.files.extend(typed.filter(|typed| !typed.bytes.trim_ascii().is_empty()));
        Self { message, kind: Answer::New, open: None }
    }
}

/// The sentence for a failure, with a reference under which the log has the whole chain.
pub fn failure(view: View<'_>, error: &anyhow::Error, recorded: Recorded) -> Message {
    failure_with_reference(view, error, recorded).1
}

fn failure_with_reference(view: View<'_>, error: &anyhow::Error, recorded: Recorded) -> (String, Message) {
    let reference: String = rand::rng().sample_iter(Alphanumeric).take(6).map(char::from).collect();
    tracing::error!(
        reference,
        error = format!("{error:#}"),
        ?recorded,
        "a person was told that something went wrong"
    );
    let message = view.failed(&reference, recorded);
    (reference, message)
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
