//! What the operators are told, in their own channel: what does not work, what it holds up, and what to do.
//!
//! Nobody is mentioned: whoever looks after the bot follows the channel. Invariant: a notice ends with what to do.

use super::View;
use super::facts::{some, stack};
use super::text::{channel_link, line, mention_channel};
use super::thread::small;
use crate::discord::custom_id::CustomId;
use crate::discord::message::{Button, Embed, Message, Row, Style};
use crate::domain::{ChannelId, Doing, Hindrance, Notice, Problem, TicketNumber};

/// The colour of what somebody has to look at.
const AMBER: u32 = 0xf5_7c00;
/// How much of what Discord said is shown.
const SAID_MAX: usize = 300;

impl View<'_> {
    /// A notice; `held_up` are the tickets that it holds up, and how many messages and the like of each.
    #[must_use]
    pub fn notice(&self, notice: &Notice, held_up: &[(TicketNumber, i64)], mark: &str) -> Message {
        match notice {
            Notice::HeldUp { problem } => self.held_up(problem, held_up, mark),
            Notice::UnknownTickets { numbers } => Self::unknown_tickets(numbers, mark),
        }
    }

    /// What pressing **Try again** did.
    #[must_use]
    pub fn tried_again(&self, count: usize) -> Message {
        Message::private(match count {
            0 => "Nothing is held up any more.".to_owned(),
            1 => "One thing is tried again now. If it does not go out, it stays on the list of `trouble-ticket deliveries`."
                .to_owned(),
            _ => format!(
                "{count} things are tried again now. What does not go out stays on the list of `trouble-ticket deliveries`."
            ),
        })
    }

    fn held_up(&self, problem: &Problem, held_up: &[(TicketNumber, i64)], mark: &str) -> Message {
        let channel = mention_channel(problem.channel);
        let what = match problem.doing {
            Doing::Post => format!("post in {channel}"),
            Doing::Thread => format!("make, open or close threads in {channel}"),
            Doing::PostInThread => format!("post in the threads of {channel}"),
            Doing::AddMember => format!("bring somebody into a thread of {channel}"),
            Doing::Publish => format!("publish a message of {channel}"),
        };
        let tickets = some(held_up.iter().map(|(ticket, _)| ticket.to_string()).collect(), ", ");
        let count: i64 = held_up.iter().map(|(_, count)| count).sum();
        let waiting = match count {
            0 => None,
            1 => Some(format!("**Held up** one thing of {tickets}. Everything else goes on.")),
            _ => Some(format!("**Held up** {count} things of {tickets}. Everything else goes on.")),
        };
        let text = stack([
            Some(format!("The bot cannot {what}. {}", line(&problem.said, SAID_MAX))),
            waiting,
            Some(format!("**What to do** {}", self.remedy(problem))),
            Some(
                "Nothing is lost meanwhile: it goes out once it can. `trouble-ticket deliveries` lists what waits."
                    .to_owned(),
            ),
        ]);
        let embed = Embed::new("Something cannot be delivered", AMBER).description(text).footer(mark);
        let again = Button::new("Try again", Style::Primary, CustomId::RetryHeldUp.encode());
        Message::default().embed(embed).row(Row::Buttons(vec![again]))
    }

    fn remedy(&self, problem: &Problem) -> String {
        match problem.hindrance {
            Hindrance::Forbidden => "Give the bot's role what it lacks there; `trouble-ticket check --online` names \
                                     it. The bot then tries again by itself."
                .to_owned(),
            Hindrance::ChannelGone => "If the channel is to come back, make it, run `trouble-ticket check --online \
                                       --rebind NAME` with its name in the config, and restart the bot. If not, take \
                                       it out of the config."
                .to_owned(),
            Hindrance::Vanishes => "Something deletes there what the bot makes, perhaps another bot. Stop that, then \
                                    press **Try again**."
                .to_owned(),
            Hindrance::Locked => format!(
                "Unlock {}, or give the bot's role Manage Threads, then press **Try again**.",
                self.place(problem.channel)
            ),
            Hindrance::Refused => "This looks like a mistake in the bot. Please report it with the lines of the log \
                                   that say `cannot be delivered`."
                .to_owned(),
        }
    }

    fn place(&self, channel: ChannelId) -> String {
        channel_link(self.directory.guild, channel)
    }

    fn unknown_tickets(numbers: &[TicketNumber], mark: &str) -> Message {
        let names = some(numbers.iter().map(ToString::to_string).collect(), ", ");
        Message::text(stack([
            Some(format!(
                "⚠️ Discord shows {names}, which the database does not have: it was restored from a backup, or it is \
                 another one."
            )),
            Some(
                "New tickets get higher numbers. Their threads can be read, but not worked on with the bot. \
                 **What to do** If there is a newer backup, stop the bot and start it with that."
                    .to_owned(),
            ),
            Some(small(mark)),
        ]))
    }
}
