//! `demo --script`: one failure of an invented company, from the first report to two approved Final Reports and the
//! closed ticket, told as it appears to its people.
//!
//! Every step goes through the real bot over HTTP and WebSocket; the story checks what it tells, and the program
//! ends with success only if all of it happened.

use anyhow::bail;
use chrono::{DateTime, TimeZone, Utc};
use chrono_tz::Tz;

use super::teller::Teller;
use super::texts;
use super::together::Together;
use super::{Database, config};
use crate::app::screen::{Screen, Style};
use crate::clock::Clock;
use crate::domain::{ReportState, Status, Ticket, TicketNumber};
use crate::report::FinalReport;
use crate::sandbox::{Actor, Answer, Id, Message, Place};

/// The day on which it happens, a Monday.
const DAY: (i32, u32, u32) = (2026, 11, 23);

/// Plays the story.
///
/// # Errors
/// Why the bot could not start, or what should have happened and did not.
pub async fn play(screen: Screen) -> anyhow::Result<()> {
    let database = Database::choose().await?;
    let config = config()?;
    let zone = config.guild.time_zone;
    let together =
        Together::start(config, database.url.clone(), Clock::stepped(time(zone, "09:30")?)).await?;
    let mut story = Story { teller: Teller::new(screen, &together, zone), together: &together, zone };
    let told = story.tell().await;
    let missing = story.teller.missing().to_vec();
    let reports = story.reports().await;
    together.stop().await;
    told?;
    for report in reports? {
        screen.line(&format!("\n{}\n", screen.paint(Style::Dim, &"─".repeat(80))));
        screen.text(&report.to_markdown());
    }
    if !missing.is_empty() {
        bail!("the story did not go as it should: {}", missing.join("; "));
    }
    let done = "The story is over: one failure, announced, worked on, recorded, and told in two approved Final Reports.";
    screen.line(&format!("\n{}", screen.paint(Style::Green, done)));
    Ok(())
}

/// A time of the day on which it happens.
fn time(zone: Tz, clock: &str) -> anyhow::Result<DateTime<Utc>> {
    let (year, month, day) = DAY;
    let (hour, minute) = clock.split_once(':').unwrap_or_default();
    let local = zone.with_ymd_and_hms(year, month, day, hour.parse()?, minute.parse()?, 0).single();
    local.map(|at| at.to_utc()).ok_or_else(|| anyhow::anyhow!("no such time: {clock}"))
}

/// What stands in the form for a section, without the gaps and without what was written before: its list of facts.
fn facts(form: &Answer) -> String {
    let text = form.inputs().first().map(|input| input.value.clone()).unwrap_or_default();
    text.lines().filter(|line| line.starts_with("- **")).collect::<Vec<_>>().join("\n")
}

struct Story<'a> {
    teller: Teller<'a>,
    together: &'a Together,
    zone: Tz,
}

impl Story<'_> {
    async fn tell(&mut self) -> anyhow::Result<()> {
        self.teller.chapter("Harbour Books, a Monday morning. Customers cannot pay.");
        self.opening().await?;
        self.teller.chapter("Somebody takes it.");
        self.taking().await?;
        self.teller.chapter("What exactly is wrong?");
        self.searching().await?;
        self.teller.chapter("Who may see it?");
        self.looking().await?;
        self.teller.chapter("It is mended.");
        self.mending().await?;
        self.teller.chapter("The record becomes two Final Reports.");
        self.reporting().await?;
        self.teller.chapter("The ticket is closed.");
        self.closing().await
    }

    async fn opening(&mut self) -> anyhow::Result<()> {
        let line = "/ticket open severity:SEV1 service:checkout affected:part frequency:intermittent";
        self.teller.does("Ann", &format!("types in #trouble: {line}"));
        let form = self.person("ann").in_channel("trouble").slash(line).await?;
        self.teller.form("Ann", &form);
        self.at("09:31")?;
        self.teller.does("Ann", "fills it in and sends it");
        let reply = form
            .fill(&[
                ("title", "Payments fail at checkout"),
                (
                    "details",
                    "Some customers get “502 Bad Gateway” after they press Pay. Trying again often helps.",
                ),
                ("started_at", "09:15"),
                ("affected_who", "About one customer in five, all of them paying by card"),
                ("frequency_detail", "A few times a minute"),
            ])
            .await?;
        self.teller.private("Ann", &reply);
        self.teller.tell().await?;
        self.teller.does("Ann", "looks at the bot's reply again: it has been edited");
        self.teller.private("Ann", &reply);
        self.teller.expect("the reply has the link to the thread", reply.text().contains("/channels/"));
        self.teller.expect("there is a thread", self.thread().is_some());
        let headline = self.together.sandbox().last_message("trouble-announcements");
        self.teller.expect(
            "the managers are called",
            headline.is_some_and(|headline| !headline.pings.roles.is_empty()),
        );
        Ok(())
    }

    async fn taking(&mut self) -> anyhow::Result<()> {
        self.at("09:33")?;
        let card = self.card()?;
        self.teller.does("Tom", "presses Take on the card");
        let tom = self.person("tom").press(&card, "Take").await?;
        self.teller.private("Tom", &tom);
        self.teller.does("Tess", "presses it a moment later");
        let tess = self.person("tess").press(&card, "Take").await?;
        self.teller.private("Tess", &tess);
        self.teller
            .expect("Tess is told who was faster", tess.text().contains("Tom") || tess.text().contains("<@"));
        self.teller.tell().await?;
        self.at("09:35")?;
        let assigned = self.command("dora", "Dora", "/ticket assign user:@Will team:web").await?;
        self.teller.expect("Will is in charge", !assigned.text().is_empty());
        self.teller.tell().await
    }

    async fn searching(&mut self) -> anyhow::Result<()> {
        self.says("09:36", "tess", "What frequency do you mean by “intermittently”? Which customers?")
            .await?;
        self.says(
            "09:37",
            "ann",
            "Three or four times a minute. All of them pay by card; bank transfer works.",
        )
        .await?;
        self.says(
            "09:40",
            "tom",
            "The gateway pool is exhausted: 200 of 200 connections wait for the card provider.",
        )
        .await?;
        self.says(
            "09:41",
            "will",
            "The shop shows the bare 502. I put up a notice that card payments are slow.",
        )
        .await?;
        self.says("09:42", "ann", "Support has told the five customers who called.").await?;
        self.at("09:44")?;
        let line =
            "/ticket note text:Card provider answers after 30 s instead of 0.3 s since 09:14 kind:finding";
        self.command("tom", "Tom", line).await?;
        self.teller.tell().await?;
        self.at("09:46")?;
        let line = "/ticket status to:identified note:The card provider is slow and our pool waits for it";
        self.command("tom", "Tom", line).await?;
        self.teller.tell().await?;
        let identified = self.ticket().await?.status == Status::Identified;
        self.teller.expect("the cause is known", identified);
        Ok(())
    }

    async fn looking(&mut self) -> anyhow::Result<()> {
        self.at("09:50")?;
        self.teller.does("Vera,", "who may view tickets, types in #general: /ticket list");
        let vera = self.person("vera").in_channel("general").slash("/ticket list").await?;
        self.teller.private("Vera", &vera);
        self.teller.expect("Vera sees the ticket", vera.text().contains("T-1"));
        self.teller.does("Carl,", "a contractor who cannot see #trouble, types the same");
        let carl = self.person("carl").in_channel("general").slash("/ticket list").await?;
        self.teller.private("Carl", &carl);
        self.teller.expect("Carl sees nothing of it", !carl.text().contains("Payments fail"));
        self.teller.tell().await
    }

    async fn mending(&mut self) -> anyhow::Result<()> {
        self.says(
            "09:55",
            "tom",
            "Timeout to the provider lowered to 3 s and the pool doubled. Deploying now.",
        )
        .await?;
        self.at("10:02")?;
        self.command(
            "tom",
            "Tom",
            "/ticket status to:monitoring note:New timeout is live; errors are falling",
        )
        .await?;
        self.teller.tell().await?;
        self.at("10:05")?;
        let line = "/ticket severity to:SEV2 reason:Fewer than one payment in a hundred fails";
        self.command("dora", "Dora", line).await?;
        self.teller.tell().await?;
        self.says("10:18", "ann", "No new calls for a quarter of an hour.").await?;
        self.at("10:20")?;
        let line = "/ticket status to:resolved at:10:08 note:No failed payment since 10:08";
        self.command("tom", "Tom", line).await?;
        self.teller.tell().await?;
        let restored = self.ticket().await?.milestones.restored;
        let expected = time(self.zone, "10:08")?;
        self.teller.expect("service was back at 10:08", restored == Some(expected));
        Ok(())
    }

    /// People fill what the record does not say; somebody else agrees, or does not.
    async fn reporting(&mut self) -> anyhow::Result<()> {
        self.at("10:30")?;
        self.command("tom", "Tom", "/report draft").await?;
        self.teller.tell().await?;
        self.at("10:45")?;
        for (section, text) in texts::TECHNICAL {
            self.writes("tom", "Tom", ("technical", section), text).await?;
        }
        self.command("tom", "Tom", "/report submit team:technical").await?;
        self.at("10:50")?;
        for (section, text) in texts::WEB {
            self.writes("will", "Will", ("web", section), text).await?;
        }
        self.command("will", "Will", "/report submit team:web").await?;
        self.teller.tell().await?;
        let own = self.command("will", "Will", "/report approve team:web").await?;
        self.teller.expect("nobody approves their own report", own.text().contains("Somebody else"));
        self.at("10:52")?;
        self.command("dora", "Dora", "/ticket close").await?;
        self.at("10:55")?;
        self.command("dora", "Dora", "/report approve team:technical").await?;
        let line = "/report return reason:For how many customers did it fail? team:web";
        self.command("dora", "Dora", line).await?;
        self.teller.tell().await?;
        self.at("11:10")?;
        let (section, text) = texts::WEB_MENDED;
        self.writes("will", "Will", ("web", section), text).await?;
        self.command("will", "Will", "/report submit team:web").await?;
        self.at("11:15")?;
        self.command("dora", "Dora", "/report approve team:web").await?;
        self.teller.tell().await?;
        let reports = self.reports().await?;
        let approved = reports.iter().all(|report| report.state == ReportState::Approved);
        self.teller.expect("both reports are approved", reports.len() == 2 && approved);
        Ok(())
    }

    /// Somebody writes a section of a report in its form.
    async fn writes(
        &mut self,
        user: &str,
        name: &str,
        (team, section): (&str, &str),
        text: &str,
    ) -> anyhow::Result<()> {
        let line = format!("/report edit section:{section} team:{team}");
        self.teller.does(name, &format!("types in the thread: {line}, and writes:"));
        let form = self.in_thread(user)?.slash(&line).await?;
        let text = match section {
            // The facts of the form stay below what is written about them.
            "impact" => format!("{text}\n\n{}", facts(&form)),
            _ => text.to_owned(),
        };
        self.teller.text(&text);
        let saved = form.fill(&[("text", &text)]).await?;
        let happened = saved.text().starts_with("Saved “");
        self.teller.expect(&format!("{name} writes the section {section}"), happened);
        Ok(())
    }

    async fn closing(&mut self) -> anyhow::Result<()> {
        self.at("11:20")?;
        self.command(
            "dora",
            "Dora",
            "/ticket close reason:Card payments work; the provider is asked for its report",
        )
        .await?;
        self.teller.tell().await?;
        let card = self.card()?;
        let reopen = card.buttons().iter().any(|button| button.label == "Reopen");
        self.teller.expect("the closed ticket can be reopened from its card", reopen);
        let closed = self.ticket().await?.status == Status::Closed;
        self.teller.expect("the ticket is closed", closed);
        let archived = self.thread().is_some_and(|thread| self.is_archived(thread));
        self.teller.expect("the thread is archived", archived);
        let kept = self.together.archived().await?;
        self.teller
            .expect("all that was said is in the archive", kept.iter().all(|(_, said, kept)| kept >= said));
        Ok(())
    }

    /// Somebody uses a command in the thread, and reads the answer.
    async fn command(&mut self, user: &str, name: &str, line: &str) -> anyhow::Result<Answer> {
        self.teller.does(name, &format!("types in the thread: {line}"));
        let answer = self.in_thread(user)?.slash(line).await?;
        self.teller.private(name, &answer);
        Ok(answer)
    }

    async fn says(&mut self, clock: &str, user: &str, text: &str) -> anyhow::Result<()> {
        self.at(clock)?;
        self.in_thread(user)?.say(text)?;
        self.teller.tell().await
    }

    fn at(&self, clock: &str) -> anyhow::Result<()> {
        self.together.clock().advance_to(time(self.zone, clock)?);
        Ok(())
    }

    fn person(&self, name: &str) -> Actor {
        self.together.sandbox().member(name)
    }

    fn in_thread(&self, name: &str) -> anyhow::Result<Place> {
        let thread = self.thread().ok_or_else(|| anyhow::anyhow!("there is no thread"))?;
        Ok(self.person(name).in_channel(thread))
    }

    fn thread(&self) -> Option<Id> {
        self.together.sandbox().threads().first().map(|thread| thread.id)
    }

    fn is_archived(&self, thread: Id) -> bool {
        let state = self.together.sandbox().channel(thread).and_then(|thread| thread.thread);
        state.is_some_and(|state| state.archived)
    }

    fn card(&self) -> anyhow::Result<Message> {
        let messages = self.together.sandbox().messages("trouble");
        messages
            .into_iter()
            .find(|message| !message.embeds.is_empty())
            .ok_or_else(|| anyhow::anyhow!("there is no card"))
    }

    async fn ticket(&self) -> anyhow::Result<Ticket> {
        let mut tx = self.together.running().shared().desk.store().read().await?;
        tx.find_ticket(TicketNumber(1)).await?.ok_or_else(|| anyhow::anyhow!("there is no ticket"))
    }

    async fn reports(&self) -> anyhow::Result<Vec<FinalReport>> {
        let mut tx = self.together.running().shared().desk.store().read().await?;
        let stored = tx.newest_reports(TicketNumber(1)).await?;
        stored.iter().map(|report| Ok(FinalReport::from_json(&report.body)?)).collect()
    }
}
