//! People as the tests play them, what they are answered, and how they read it.
//!
//! Must not know what the bot should do. A person who cannot do what the test says fails it at once.

use std::ops::Deref;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use trouble_ticket::sandbox::{Actor, Answer, Draft, Message, Name, Place, Refusal, Sandbox, Upload, flag};

use super::world::{Case, ZONE};

/// Somebody somewhere.
#[derive(Clone)]
pub struct Who {
    sandbox: Sandbox,
    actor: Actor,
    place: Place,
}

/// What somebody was answered; it always shows the present state.
pub struct Reply {
    sandbox: Sandbox,
    answer: Answer,
}

impl Who {
    pub fn new(sandbox: &Sandbox, name: &str, channel: impl Into<Name>) -> Self {
        let actor = sandbox.member(name);
        Self { sandbox: sandbox.clone(), place: actor.in_channel(channel), actor }
    }

    /// The same person in a channel or thread.
    pub fn within(&self, channel: impl Into<Name>) -> Self {
        Self { place: self.actor.in_channel(channel), ..self.clone() }
    }

    /// The same person in the ticket's thread.
    pub fn at(&self, case: &Case) -> Self {
        self.within(case.thread)
    }

    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Types a command.
    pub async fn types(&self, line: &str) -> Reply {
        self.tries(line).await.unwrap_or_else(|error| panic!("`{line}`: {error:?}"))
    }

    /// Types a command that Discord's client may refuse.
    pub async fn tries(&self, line: &str) -> Result<Reply, Refusal> {
        Ok(self.reply(self.place.slash(line).await?))
    }

    /// Types a command and reads the answer.
    pub async fn asks(&self, line: &str) -> String {
        self.types(line).await.text()
    }

    /// Types a command with files, which its options name, and reads the answer.
    pub async fn sends_with(&self, line: &str, files: Vec<Upload>) -> String {
        let answer = self.place.slash_with(line, files).await;
        self.reply(answer.unwrap_or_else(|error| panic!("`{line}`: {error:?}"))).text()
    }

    /// Presses a button and reads the answer, or gets a form.
    pub async fn presses(&self, message: &Message, button: &str) -> Reply {
        let answer = self.actor.press(message, button).await;
        self.reply(answer.unwrap_or_else(|error| panic!("pressing `{button}`: {error:?}")))
    }

    /// The suggestions for the option typed last: what is shown, and in brackets what is meant.
    pub async fn suggestions(&self, line: &str) -> Vec<String> {
        let found = self.place.autocomplete(line).await;
        let found = found.unwrap_or_else(|error| panic!("`{line}`: {error:?}"));
        found.into_iter().map(|(name, value)| format!("{name} [{value}]")).collect()
    }

    pub fn says(&self, content: &str) -> Message {
        self.place.say(content).unwrap()
    }

    pub fn sends(&self, draft: Draft) -> Message {
        self.place.send(draft).unwrap()
    }

    pub fn replies(&self, message: &Message, content: &str) -> Message {
        self.place.reply_to(message, content).unwrap()
    }

    pub fn attaches(&self, content: &str, name: &str, bytes: impl Into<Vec<u8>>) -> Message {
        self.place.attach(content, name, bytes).unwrap()
    }

    pub fn reply(&self, answer: Answer) -> Reply {
        Reply { sandbox: self.sandbox.clone(), answer }
    }
}

impl Deref for Reply {
    type Target = Answer;

    fn deref(&self) -> &Answer {
        &self.answer
    }
}

impl Reply {
    /// The answer as its person reads it.
    pub fn text(&self) -> String {
        self.message().map(|message| text(&self.sandbox, &message)).unwrap_or_default()
    }

    /// Sends the form.
    pub async fn fills(&self, fields: &[(&str, &str)]) -> Self {
        self.again(self.answer.fill(fields).await)
    }

    /// Presses a button of the answer.
    pub async fn presses(&self, button: &str) -> Self {
        self.again(self.answer.press(button).await)
    }

    /// Chooses from the list in the answer.
    pub async fn chooses(&self, value: &str) -> Self {
        let list = self.buttons().first().map(|list| list.custom_id.clone()).unwrap_or_default();
        self.again(self.answer.select(&list, &[value]).await)
    }

    fn again(&self, answer: Result<Answer, Refusal>) -> Self {
        Self { sandbox: self.sandbox.clone(), answer: answer.unwrap_or_else(|error| panic!("{error:?}")) }
    }
}

/// A message as people read it, without its author. Links into the company show where they lead.
pub fn text(sandbox: &Sandbox, message: &Message) -> String {
    static LINK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\(?https://discord\.com/channels/\d+/(\d+)(/\d+)?\)?").expect("a constant pattern")
    });
    sandbox.look(|world| {
        let text = world.body_text(message, ZONE);
        let name = |found: &Captures<'_>| {
            let channel = world.find_channel(&found[1]).map_or("?", |channel| channel.name.as_str());
            let of = if found.get(2).is_some() { "message in " } else { "" };
            format!("({of}#{channel})")
        };
        LINK.replace_all(&text, name).into_owned()
    })
}

/// A message with its author, whom it called, and what became of it.
pub fn show(sandbox: &Sandbox, message: &Message) -> String {
    let body = text(sandbox, message);
    let (author, called) = sandbox.look(|world| {
        let author = world.members.get(&message.author).map_or("?", |member| member.display_name());
        (author.to_owned(), called(world, message))
    });
    let called = if called.is_empty() { called } else { format!(" calls {called}") };
    let edited = if message.edited.is_some() { " (edited)" } else { "" };
    let published = if message.flags & flag::CROSSPOSTED != 0 { " (published)" } else { "" };
    if body.contains('\n') {
        format!("{author}{called}{edited}{published}:\n  {}", body.replace('\n', "\n  "))
    } else {
        format!("{author}{called}{edited}{published}: {body}")
    }
}

/// Who was called by a message: people, then roles.
fn called(world: &trouble_ticket::sandbox::World, message: &Message) -> String {
    let users = message.pings.users.iter().filter_map(|id| world.members.get(id));
    let users = users.map(|member| member.display_name().to_owned());
    let roles = message.pings.roles.iter().filter_map(|id| world.roles.get(id));
    let roles = roles.map(|role| format!("@{}", role.name));
    let everyone = message.pings.everyone.then(|| "EVERYONE".to_owned());
    users.chain(roles).chain(everyone).collect::<Vec<_>>().join(", ")
}
