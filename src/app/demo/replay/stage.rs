//! Playing a conversation: the company, its new members, the ticket, every line at its time, and the check that the
//! archive has all of it.
//!
//! Must not know the file. Keeps: a message carries exactly the time of its line, to the millisecond that ids can
//! tell, or the replay fails; the bot is never more than some hundred messages behind, so commands are answered.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use indicatif::ProgressBar;

use super::chat::{Chat, Line};
use super::{count, number, parts};
use crate::app::demo::together::Together;
use crate::clock::Clock;
use crate::config::DatabaseUrl;
use crate::domain::{ArchivedMessage, EventKind, MessageId, Milestone, TicketNumber};
use crate::report::{self, FinalReport, Made, Record};
use crate::sandbox::{Answer, Id, Message, Options, Place};

/// How many messages are posted before the bot is waited for.
const STRIDE: usize = 500;
/// How long the bot may take to answer, in real time: the machine may be busy, and nobody is waiting.
const PATIENCE: Duration = Duration::from_mins(2);
/// The display name of the member that takes the steps of the replay.
const HAND: &str = "Replay";

/// Plays `chat` moved by `shift`; gives the number of messages, and the reports with the conversation's own times.
pub(super) async fn play(
    chat: &Chat,
    title: &str,
    shift: TimeDelta,
    database: DatabaseUrl,
    bar: &ProgressBar,
) -> anyhow::Result<(usize, Vec<FinalReport>)> {
    let first = chat.lines.first().context("there is no line")?.at;
    let options = Options { answer_within: PATIENCE, patience: PATIENCE, ..Options::default() };
    let clock = Clock::stepped((first + shift).trunc_subsecs(3));
    let mut config = super::super::config()?;
    // The file has its times in UTC and does not say where its people live.
    config.guild.time_zone = chrono_tz::UTC;
    let together = Together::with(options, config, database, clock).await?;
    let stage = Stage { together: &together, chat, shift };
    let played = stage.play(title, bar).await;
    together.stop().await;
    played
}

struct Stage<'a> {
    together: &'a Together,
    chat: &'a Chat,
    shift: TimeDelta,
}

/// The messages of every line, in the order of the lines.
type Posted = Vec<Vec<Message>>;

impl Stage<'_> {
    async fn play(&self, title: &str, bar: &ProgressBar) -> anyhow::Result<(usize, Vec<FinalReport>)> {
        let cast = self.cast()?;
        let hand = self.together.sandbox().add_member("replay", HAND, &["technical"])?;
        let (ticket, thread) = self.open(title, &cast).await?;
        let posted = self.say(thread, &cast, bar).await?;
        self.together.settle().await?;
        self.check(ticket, &posted).await?;
        let hand = self.together.sandbox().member(hand).in_channel(thread);
        self.command(&hand, "/ticket status to:resolved").await?;
        self.command(&hand, "/report draft").await?;
        ensure!(
            self.together.sandbox().unknown_routes().is_empty(),
            "the bot asked what the sandbox does not know"
        );
        Ok((posted.iter().map(Vec::len).sum(), self.reports(ticket).await?))
    }

    /// When a line is said in the sandbox; ids tell milliseconds.
    fn time(&self, line: &Line) -> DateTime<Utc> {
        (line.at + self.shift).trunc_subsecs(3)
    }

    /// Lets every author join, under a user name that Discord would take and the name as it is written.
    fn cast(&self) -> anyhow::Result<HashMap<(&str, bool), Id>> {
        let sandbox = self.together.sandbox();
        let mut cast = HashMap::new();
        for line in &self.chat.lines {
            let key = (line.author.as_str(), line.bot);
            if cast.contains_key(&key) {
                continue;
            }
            let username = format!("author_{}", cast.len() + 1);
            let id = match line.bot {
                true => sandbox.add_bot(&username, &line.author)?,
                false => sandbox.add_member(&username, &line.author, &[])?,
            };
            cast.insert(key, id);
        }
        Ok(cast)
    }

    /// Opens the ticket as the first person who speaks does; programs use no commands.
    async fn open(
        &self,
        title: &str,
        cast: &HashMap<(&str, bool), Id>,
    ) -> anyhow::Result<(TicketNumber, Id)> {
        let person = self.chat.lines.iter().find(|line| !line.bot);
        let reporter = person.and_then(|line| cast.get(&(line.author.as_str(), false)));
        let sandbox = self.together.sandbox();
        let reporter = reporter.map_or_else(|| sandbox.member("ann"), |id| sandbox.member(*id));
        let form =
            reporter.in_channel("trouble").slash("/ticket open").await.context("opening the ticket")?;
        ensure!(form.is_modal(), "the ticket was not opened: {}", form.text());
        let answer = form.fill(&[("title", title)]).await.context("opening the ticket")?;
        self.together.settle().await?;
        let mut tx = self.together.running().shared().desk.store().read().await?;
        let Some((thread, ticket)) = tx.threads().await?.pop() else {
            bail!("the ticket was not opened: {}", answer.text());
        };
        Ok((ticket, thread.0.cast_unsigned()))
    }

    /// Says every line as its author at its time.
    async fn say(
        &self,
        thread: Id,
        cast: &HashMap<(&str, bool), Id>,
        bar: &ProgressBar,
    ) -> anyhow::Result<Posted> {
        let sandbox = self.together.sandbox();
        let places: HashMap<_, Place> =
            cast.iter().map(|(key, id)| (*key, sandbox.member(*id).in_channel(thread))).collect();
        let mut posted: Posted = Vec::with_capacity(self.chat.lines.len());
        let mut since = 0;
        for line in &self.chat.lines {
            let at = self.time(line);
            self.together.advance_to(at);
            let place = places.get(&(line.author.as_str(), line.bot)).context("a line without an author")?;
            let answered =
                line.reply_to.and_then(|place| posted.get(place)?.first()).map(|message| message.id);
            let mut messages = Vec::new();
            for (nth, draft) in parts::drafts(line).into_iter().enumerate() {
                let draft = match answered.filter(|_| nth == 0) {
                    Some(answered) => draft.replying_to(answered),
                    None => draft,
                };
                let message = place.send_at(draft, at);
                messages.push(message.with_context(|| format!("posting line {}", line.number))?);
            }
            since += messages.len();
            posted.push(messages);
            bar.inc(1);
            if since >= STRIDE {
                since = 0;
                self.together.keep_up(STRIDE).await?;
            }
        }
        Ok(posted)
    }

    /// Looks for every message in the archive, as it was said.
    async fn check(&self, ticket: TicketNumber, posted: &Posted) -> anyhow::Result<()> {
        let mut tx = self.together.running().shared().desk.store().read().await?;
        let kept: HashMap<MessageId, ArchivedMessage> =
            tx.messages(ticket).await?.into_iter().map(|message| (message.id, message)).collect();
        let same = |said: &Message, line: &Line| {
            kept.get(&MessageId(said.id.cast_signed())).is_some_and(|kept| {
                kept.text == said.content
                    && kept.at == self.time(line)
                    && kept.author.id.0.cast_unsigned() == said.author
                    && kept.bot == line.bot
                    && kept.reply_to.map(|id| id.0.cast_unsigned()) == said.reference.and_then(|(_, id)| id)
                    && kept.attachments.len() == said.attachments.len()
            })
        };
        let lines = self.chat.lines.iter().zip(posted);
        let lost: Vec<usize> = lines
            .filter(|(line, messages)| !messages.iter().all(|message| same(message, line)))
            .map(|(line, _)| line.number)
            .collect();
        if let Some(first) = lost.first() {
            let (lines, skipped) = (self.chat.lines.len(), number(self.chat.skipped));
            let archived = number(lines - lost.len());
            let lines = count(lines, "line");
            bail!(
                "{lines} posted, {archived} archived, {skipped} skipped; the first that is not is line {first}"
            );
        }
        Ok(())
    }

    /// Types a command and waits until all that comes of it is done.
    async fn command(&self, place: &Place, line: &str) -> anyhow::Result<Answer> {
        let answer = place.slash(line).await.with_context(|| format!("typing {line}"))?;
        self.together.settle().await?;
        Ok(answer)
    }

    /// The stored reports. Where the conversation was moved they are compiled again from the record moved back.
    async fn reports(&self, ticket: TicketNumber) -> anyhow::Result<Vec<FinalReport>> {
        let desk = &self.together.running().shared().desk;
        let mut tx = desk.store().read().await?;
        let stored = tx.newest_reports(ticket).await?;
        let owing = desk.directory().teams.iter().filter(|team| team.owes_report).count();
        ensure!(stored.len() == owing, "{} of {owing} reports were drafted", stored.len());
        let reports: Result<Vec<FinalReport>, _> =
            stored.iter().map(|stored| FinalReport::from_json(&stored.body)).collect();
        let mut reports = reports.context("reading a drafted report")?;
        if !self.shift.is_zero() {
            let found = tx.find_ticket(ticket).await?.context("the ticket is gone")?;
            let (events, messages) = (tx.events(ticket).await?, tx.messages(ticket).await?);
            let record = earlier(Record { ticket: found, events, messages }, self.shift);
            for report in &mut reports {
                let at = report.compiled_at - self.shift;
                let made = Made { version: report.version, by: record.ticket.reporter.clone(), at };
                let moved = report::compile(&record, desk.directory(), &report.team, &made);
                let mut history = std::mem::take(&mut report.history);
                history.iter_mut().for_each(|step| step.at -= self.shift);
                *report = FinalReport { history, ..moved };
            }
        }
        Ok(reports)
    }
}

/// A record as it was before its reports were drafted, with everything in it earlier by `shift`.
fn earlier(mut record: Record, shift: TimeDelta) -> Record {
    record.events.retain(|event| !matches!(event.kind, EventKind::ReportDrafted { .. }));
    for event in &mut record.events {
        event.at -= shift;
        if let EventKind::StatusChanged { reached: time, .. } | EventKind::Noted { happened: time, .. } =
            &mut event.kind
        {
            *time -= shift;
        }
    }
    for message in &mut record.messages {
        message.at -= shift;
        let reacted = message.reactions.iter_mut().map(|reaction| &mut reaction.at);
        reacted.for_each(|time| *time -= shift);
        for time in [&mut message.edited, &mut message.deleted, &mut message.pinned].into_iter().flatten() {
            *time -= shift;
        }
    }
    let ticket = &mut record.ticket;
    ticket.updated -= shift;
    for charge in &mut ticket.charges {
        charge.from -= shift;
        charge.until = charge.until.map(|until| until - shift);
    }
    let reached = &mut ticket.milestones;
    reached.opened -= shift;
    let others = [
        &mut reached.started,
        &mut reached.acknowledged,
        &mut reached.identified,
        &mut reached.restored,
        &mut reached.resolved,
        &mut reached.closed,
    ];
    // One of them is `opened`, moved above.
    debug_assert_eq!(others.len() + 1, Milestone::ALL.len());
    for time in others.into_iter().flatten() {
        *time -= shift;
    }
    record
}
