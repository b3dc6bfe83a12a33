//! People at work while the bot comes and goes, and a ledger of what each of them was told.
//!
//! Must not know the database. Keeps: a thing stands in the ledger before it is tried, and is marked as told only when
//! the bot's answer was there to be read.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use trouble_ticket::domain::Status;
use trouble_ticket::sandbox::{Actor, Channel, Id, Sandbox};

/// So many tickets are open at the end of a round; more would only wait for each other.
const TICKETS: usize = 6;

/// What people did, and what they were told.
#[derive(Default)]
pub struct Ledger(Mutex<Entries>);

#[derive(Default)]
pub struct Entries {
    /// Titles, with the number that the bot told.
    pub opened: BTreeMap<String, Option<i64>>,
    /// Texts of notes, each unlike all others: the ticket, and whether the bot said that it was noted.
    pub notes: BTreeMap<String, (i64, bool)>,
    /// Notes of changes of status, likewise.
    pub statuses: BTreeMap<String, (i64, bool)>,
    /// What was said in threads, as it stands there; `None` once it was deleted.
    pub said: BTreeMap<Id, Option<String>>,
}

impl Ledger {
    pub fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Everybody who works in a round.
pub struct People {
    tasks: JoinSet<()>,
    stop: CancellationToken,
}

impl People {
    /// Lets everybody finish what they are at.
    pub async fn finish(mut self) {
        self.stop.cancel();
        while let Some(done) = self.tasks.join_next().await {
            done.expect("nobody fails");
        }
    }
}

/// Lets everybody begin.
pub fn start(sandbox: &Sandbox, ledger: &Arc<Ledger>, seed: u64) -> People {
    let stop = CancellationToken::new();
    let mut tasks = JoinSet::new();
    for (nth, name) in ["ann", "ben", "cara", "tom", "tess", "will", "wanda"].into_iter().enumerate() {
        let person = Person {
            name,
            actor: sandbox.member(name),
            sandbox: sandbox.clone(),
            ledger: ledger.clone(),
            chance: StdRng::seed_from_u64(seed.wrapping_mul(31).wrapping_add(nth as u64)),
            done: 0,
        };
        tasks.spawn(person.work(nth < 3, stop.clone()));
    }
    People { tasks, stop }
}

struct Person {
    name: &'static str,
    actor: Actor,
    sandbox: Sandbox,
    ledger: Arc<Ledger>,
    chance: StdRng,
    /// How many things they did, which makes each text unlike all others.
    done: usize,
}

impl Person {
    async fn work(mut self, reports: bool, stop: CancellationToken) {
        while !stop.is_cancelled() {
            self.done += 1;
            let open = self.sandbox.threads().len() < TICKETS;
            match (self.chance.random_range(0..4), self.ticket()) {
                (0, _) | (_, None) if reports && open => self.open().await,
                (_, None) => {}
                (1, Some(thread)) if !reports => self.note(&thread).await,
                (2, Some(thread)) if !reports => self.set_status(&thread).await,
                (_, Some(thread)) => self.talk(&thread),
            }
            // People type for a while.
            tokio::time::sleep(Duration::from_millis(self.chance.random_range(5..60))).await;
        }
    }

    /// A ticket's thread that is there on Discord.
    fn ticket(&mut self) -> Option<Channel> {
        self.sandbox.threads().choose(&mut self.chance).cloned()
    }

    async fn open(&mut self) {
        let title = format!("{} {}", self.name, self.done);
        self.ledger.entries().opened.insert(title.clone(), None);
        let place = self.actor.in_channel("trouble");
        let Ok(form) = place.slash("/ticket open severity:SEV1").await else { return };
        let Ok(answer) = form.fill(&[("title", &title)]).await else { return };
        let number = number_in(&answer.text());
        self.ledger.entries().opened.insert(title, number);
    }

    async fn note(&mut self, thread: &Channel) {
        let text = format!("{} notes {}", self.name, self.done);
        let Some(number) = number_in(&thread.name) else { return };
        self.ledger.entries().notes.insert(text.clone(), (number, false));
        let noted = self.actor.in_channel(thread.id).slash(&format!("/ticket note text:{text}")).await;
        if noted.is_ok_and(|answer| answer.text().starts_with("Noted")) {
            self.ledger.entries().notes.insert(text, (number, true));
        }
    }

    async fn set_status(&mut self, thread: &Channel) {
        let text = format!("{} moves {}", self.name, self.done);
        let Some(number) = number_in(&thread.name) else { return };
        let steps = [Status::Investigating, Status::Identified, Status::Monitoring];
        let to = steps.choose(&mut self.chance).expect("there are some").as_str();
        self.ledger.entries().statuses.insert(text.clone(), (number, false));
        let line = format!("/ticket status to:{to} note:{text}");
        let set = self.actor.in_channel(thread.id).slash(&line).await;
        // It may be in this status already, which is refused.
        if set.is_ok_and(|answer| answer.text().starts_with("**T-")) {
            self.ledger.entries().statuses.insert(text, (number, true));
        }
    }

    /// Says something, and may think better of it.
    fn talk(&mut self, thread: &Channel) {
        let text = format!("{} says {}", self.name, self.done);
        let Ok(message) = self.actor.in_channel(thread.id).say(&text) else { return };
        let mut stands = Some(text);
        match self.chance.random_range(0..10) {
            0 => {
                let better = format!("{} says {} again", self.name, self.done);
                if self.actor.edit(&message, &better).is_ok() {
                    stands = Some(better);
                }
            }
            1 if self.actor.delete(&message).is_ok() => stands = None,
            _ => {}
        }
        self.ledger.entries().said.insert(message.id, stands);
    }
}

/// The number of the first `T-7` in a text.
fn number_in(text: &str) -> Option<i64> {
    let (_, after) = text.split_once("T-")?;
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}
