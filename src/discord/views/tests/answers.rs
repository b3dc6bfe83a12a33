//! Answers, refusals, forms and fixed texts.

use insta::assert_snapshot;

use super::fixture::{
    at, bare_ticket, directory, finished, mika, noor, running, sev, technical, ticket, view, web,
};
use crate::discord::custom_id::OpenOptions;
use crate::discord::views::Recorded;
use crate::domain::ticket::{Affected, Frequency};
use crate::domain::when::NotATime;
use crate::domain::{Action, Field, NoteKind, Owed, Refusal, ReportState, ServiceKey, Status, TicketNumber};

#[test]
fn an_opened_ticket_is_answered_at_once() {
    let directory = directory();
    assert_snapshot!(view(&directory).opened(&ticket(), None).to_text(), @r#"
    (only for you)
    **T-42 · Checkout answers 502** is open.
    Your thread is being made; the link appears here in a moment.
    "#);
    let unread = view(&directory).opened(&bare_ticket(43, 3, 0), Some(NotATime::InTheFuture));
    assert_snapshot!(unread.to_text(), @r#"
    (only for you)
    **T-43 · Mails are late** is open.
    Your thread is being made; the link appears here in a moment.
    The start is kept as you wrote it: “this morning” lies in the future. Set it with `/ticket edit field:started value:14:05`.
    "#);
}

#[test]
fn every_verb_has_its_answer() {
    let directory = directory();
    let (view, ticket, done) = (view(&directory), running(), finished());
    let answers = [
        view.taken(&ticket, &technical()),
        view.assigned(&ticket, &web(), &noor()),
        view.released(&ticket, &web()),
        view.status_set(&ticket),
        view.severity_set(&ticket),
        view.noted(&ticket, NoteKind::FollowUp),
        view.edited(&ticket, Field::Title),
        view.edited(&ticket, Field::Started),
        view.closed(&done),
        view.reopened(&ticket),
        view.cancelled(&done),
    ];
    assert!(answers.iter().all(|answer| answer.ephemeral));
    assert_snapshot!(answers.map(|answer| answer.content).join("\n\n"), @r#"
    You are in charge of **T-42** for Technical team.
    Next: fix the cause.
    https://discord.com/channels/1/4200

    <@8> is in charge of **T-42** for Web team.
    They are told in the thread.
    https://discord.com/channels/1/4200

    Nobody is in charge of **T-42** for Web team now.
    Next: somebody of the team takes it, or you choose with `/ticket assign`.
    https://discord.com/channels/1/4200

    **T-42** is Identified now.
    Next: fix the cause.
    https://discord.com/channels/1/4200

    **T-42** is 🔴 SEV1 Critical now.
    The card and the announcements follow.
    https://discord.com/channels/1/4200

    Noted a follow-up on **T-42**.
    It will stand in the Final Reports.
    https://discord.com/channels/1/4200

    Corrected the title of **T-42**.
    **Title** Checkout answers 502
    https://discord.com/channels/1/4200

    Corrected the start of **T-42**.
    **Started** <t:1795439400:f> (<t:1795439400:R>)
    https://discord.com/channels/1/4200

    **T-42** is closed.
    Its thread is archived. If the failure comes back, use `/ticket reopen`.
    https://discord.com/channels/1/4200

    **T-42** is open again; its status is Identified.
    Next: fix the cause.
    https://discord.com/channels/1/4200

    **T-42** is cancelled as a false alarm.
    Its thread is archived. If it was a failure after all, use `/ticket reopen`.
    https://discord.com/channels/1/4200
    "#);
}

/// What can stand in the way of something that is done to a report.
fn about_reports() -> Vec<Refusal> {
    let number = TicketNumber(42);
    let stands = |state| Refusal::ReportStands { team: web(), version: 3, state };
    let owed = |owed: &[Owed]| {
        Refusal::ReportsOwed(number, [technical(), web()].into_iter().zip(owed.iter().cloned()).collect())
    };
    let text = || "*notes*.md".to_owned();
    vec![
        owed(&[Owed::Draft, Owed::Approval]),
        owed(&[Owed::Submission(ReportState::Draft), Owed::Submission(ReportState::Returned)]),
        owed(&[Owed::Approval]),
        owed(&[Owed::Renewal]),
        Refusal::NoReport(number, web()),
        Refusal::NothingToDraft(vec![(technical(), ReportState::Submitted), (web(), ReportState::Approved)]),
        stands(ReportState::Draft),
        stands(ReportState::Submitted),
        stands(ReportState::Approved),
        stands(ReportState::Returned),
        Refusal::ReportMoved { team: web(), seen: 2, newest: 3, by: mika() },
        Refusal::ReportOutdated { team: web(), state: ReportState::Draft },
        Refusal::ReportOutdated { team: web(), state: ReportState::Submitted },
        Refusal::OwnReport(web()),
        Refusal::UnknownSection(text()),
        Refusal::SectionMoved { section: "Cause".to_owned(), by: mika() },
        Refusal::SectionSame("Cause".to_owned()),
        Refusal::NotText(text()),
        Refusal::FileNotFetched(text()),
        Refusal::ReportTooLarge { size: 12_000_000, most: 10_485_760 },
        Refusal::FileTooLarge { size: 300_000, most: 262_144 },
    ]
}

#[test]
fn every_refusal_has_its_sentence() {
    let directory = directory();
    let number = TicketNumber(42);
    let bad = |field| Refusal::BadValue { field, typed: "*many*".to_owned() };
    let time = |why| Refusal::NotATime("tomorrow".to_owned(), why);
    let refusals = [
        Refusal::UnknownTicket(number),
        Refusal::WhichTicket,
        Refusal::NotAllowed(Action::Open),
        Refusal::NotAllowed(Action::Read),
        Refusal::NotAllowed(Action::Work),
        Refusal::NotAllowed(Action::Speak),
        Refusal::NotAllowed(Action::Operate),
        Refusal::Ended(number, Status::Closed),
        Refusal::NotEnded(number, Status::Monitoring),
        Refusal::AlreadyTaken { team: technical(), by: mika() },
        Refusal::AlreadyYours(technical()),
        Refusal::NobodyInCharge(web()),
        Refusal::NotYours { team: technical(), by: mika() },
        Refusal::NotInTeam { team: web(), person: mika() },
        Refusal::WhichTeam(vec![technical(), web()]),
        Refusal::NoTeam(noor()),
        Refusal::UnknownTeam("ops".to_owned()),
        Refusal::UnknownSeverity("bad".to_owned()),
        Refusal::UnknownService("x".to_owned()),
        bad(Field::Affected),
        bad(Field::Frequency),
        Refusal::AlreadyThere(number, Status::Resolved),
        Refusal::AlreadySeverity(number, sev(1)),
        Refusal::NotSettable(Status::Open),
        Refusal::NotSettable(Status::Closed),
        Refusal::NotSettable(Status::Cancelled),
        Refusal::NotSettable(Status::Duplicate),
        Refusal::NotResolved(number, Status::Investigating),
        time(NotATime::Unreadable),
        time(NotATime::InTheFuture),
        time(NotATime::Skipped),
        Refusal::BeforeStart(at(0)),
        Refusal::AfterLaterStep(at(0)),
        Refusal::Empty("reason"),
    ];
    let about_reports = about_reports();
    let texts =
        refusals.iter().chain(&about_reports).map(|refusal| view(&directory).refusal(refusal).content);
    let texts: Vec<String> = texts.collect();
    assert!(texts.iter().all(|text| !text.starts_with("This cannot be done")));
    assert_snapshot!(texts.join("\n"), @r"
    There is no ticket T-42. `/ticket list` shows the open ones.
    Which ticket do you mean? Name it with the option `ticket`, or use the command in its thread.
    You may not open tickets. Ask a colleague who may, or a manager for the role it takes.
    You may not read tickets. Ask a manager for the viewers' role.
    You may not do this. Members of the teams, managers and admins may; tell them in the ticket's thread.
    You may not do this. The reporter, members of the teams, managers and admins may; tell them in the ticket's thread.
    You may not do this. Ask an admin.
    T-42 is over (Closed), so this cannot be done any more. If the failure is back, press **Reopen** on its card or type `/ticket reopen`.
    T-42 is not over: its status is Monitoring. Go on in its thread.
    <@7> was faster and is in charge for Technical team. Talk to them in the thread; `/ticket assign` hands it over.
    Already in charge for Technical team. Nothing was changed.
    Nobody is in charge for Web team. Press **Take** on the card, or choose somebody with `/ticket assign`.
    <@7> is in charge for Technical team, not you. Ask them, or a manager, to give it back.
    <@7> does not belong to Web team. Choose another team, or somebody who has its role.
    For which team? Add the option `team`: `technical`, `web`.
    <@8> belongs to no team, so cannot be in charge. Choose a member of a team with `/ticket assign`.
    There is no team “ops”. There is `technical`, `web`.
    There is no severity “bad”. There is `SEV1`, `SEV2`, `SEV3`.
    There is no service “x”. There is `shop`, `login`.
    “\*many\*” does not say who is affected. It may be `everyone`, `part`, `internal`.
    “\*many\*” does not say how often it happens. It may be `constant`, `intermittent`, `once`.
    T-42 is Resolved already. To add something to the record, use `/ticket note`.
    T-42 is 🔴 SEV1 Critical already. Nothing was changed.
    The status cannot be set to Open. It may be `investigating`, `identified`, `monitoring`, `resolved`.
    A ticket is not closed by its status. Use `/ticket close`.
    A ticket is not cancelled by its status. Use `/ticket cancel`.
    The status cannot be set to Duplicate. It may be `investigating`, `identified`, `monitoring`, `resolved`.
    T-42 is Investigating, not Resolved yet. Set it with `/ticket status to:resolved` first; a false alarm ends with `/ticket cancel`.
    “tomorrow” could not be read as a time. Write it like `14:05`, `20 minutes ago` or `2026-11-23 14:05` (Europe/Berlin).
    “tomorrow” lies in the future. Write it like `14:05`, `20 minutes ago` or `2026-11-23 14:05` (Europe/Berlin).
    “tomorrow” did not exist: the clocks were put forward over it. Write it like `14:05`, `20 minutes ago` or `2026-11-23 14:05` (Europe/Berlin).
    That is before the failure began (<t:1795440600:f>). Give a later time, or correct the start with `/ticket edit field:started`.
    <t:1795440600:f> is after service was restored. Give an earlier time.
    The reason is empty. Write the reason and send it again.
    T-42 cannot be closed before its Final Reports are approved (Technical team: not drafted yet; Web team: submitted, waits for approval). Next: `/report draft`, then `/report submit`, then somebody else's `/report approve`.
    T-42 cannot be closed before its Final Reports are approved (Technical team: draft; Web team: returned). Next: `/report submit`, then somebody else's `/report approve`.
    T-42 cannot be closed before its Final Reports are approved (Technical team: submitted, waits for approval). Next: somebody who did not write it uses `/report approve`.
    T-42 cannot be closed before its Final Reports are approved (Technical team: approved before the ticket was reopened). Next: `/report draft`, then `/report submit`, then somebody else's `/report approve`.
    T-42 has no Final Report for Web team yet. `/report draft` compiles it from the record.
    Nothing to draft: Technical team is submitted, Web team is approved. To begin a new version of one, name its team with the option `team`.
    Version 3 of the Final Report for Web team is still a draft. It has to be submitted first: `/report submit`.
    Version 3 of the Final Report for Web team is submitted. Somebody may approve it, or return it to be mended.
    Version 3 of the Final Report for Web team is approved. A correction is a new version: `/report draft` with the option `team`.
    Version 3 of the Final Report for Web team is returned. Mend it with `/report edit`, then submit it again.
    <@7> made version 3 of the Final Report for Web team; you were looking at version 2. Look at it again with `/report show`.
    The Final Report for Web team was compiled before the ticket was reopened. Draft it again with `/report draft`; what was written in it is kept.
    The Final Report for Web team was compiled before the ticket was reopened. Return it with `/report return`, then draft it again; what was written in it is kept.
    You wrote in the Final Report for Web team or submitted it yourself. Somebody else has to approve it; ask them in the ticket's thread.
    The Final Report has no section “\*notes\*.md”. Choose one from the list that Discord offers.
    <@7> changed “Cause” while you were writing. Nothing of yours is lost: you have it in the file. Look at theirs, then edit once more.
    “Cause” says that already. Nothing was changed.
    “\*notes\*.md” is no text. Send a Markdown or text file, in UTF-8.
    Discord did not hand over “\*notes\*.md”. Nothing was changed; send it once more.
    The file would have 11.5 MB; at most 10 MB go here. The operators can write it to a disk with `trouble-ticket export report`.
    The file has 293 KB; at most 256 KB are taken. Shorten it, or put pictures and logs into the thread instead.
    ");
}

#[test]
fn fixed_texts_say_what_is_certain() {
    let directory = directory();
    let view = view(&directory);
    let texts = [
        view.failed("a1b2c3", Recorded::Nothing),
        view.failed("a1`b2", Recorded::Unknown),
        view.failed("a1b2c3", Recorded::NotConfirmed),
        view.failed("a1b2c3", Recorded::Found(TicketNumber(7))),
        view.failed("a1b2c3", Recorded::NotLeading),
        view.unknown_button(),
        view.unknown_command(),
        view.wrong_guild(),
    ];
    assert_snapshot!(texts.map(|message| message.content).join("\n\n"), @"
    Something went wrong on our side. Nothing was recorded; please try again.
    If it happens again, tell the operators the reference `a1b2c3`.

    Something went wrong on our side. We are not sure whether it was recorded: look at `/ticket show` or `/ticket list` before you try again.
    If it happens again, tell the operators the reference `a1b2`.

    Not confirmed yet: the database did not say whether it was recorded. This message will tell you as soon as it is known; please do not try again before.
    If it happens again, tell the operators the reference `a1b2c3`.

    It was recorded: look at `/ticket show ticket:T-7`. Only the answer went wrong on our side.
    If it happens again, tell the operators the reference `a1b2c3`.

    The bot cannot reach its database just now. Nothing was recorded; please try again in a minute.
    If it happens again, tell the operators the reference `a1b2c3`.

    This button is from an older version of the bot and does nothing any more. Use the buttons on the ticket's card, or type `/ticket`.

    The bot does not know this command any more. Reload Discord, then type `/ticket` to see what there is.

    This bot works for another server only. Use it there.
    ");
}

#[test]
fn forms_ask_for_what_a_report_needs() {
    let directory = directory();
    let options = OpenOptions {
        severity: Some(sev(1)),
        service: Some(ServiceKey::new("shop")),
        affected: Some(Affected::Part),
        frequency: Some(Frequency::Once),
    };
    assert_snapshot!(view(&directory).open_form(options).to_text(), @r#"
    {Open a trouble ticket (SEV1)} tt1:open:SEV1:shop:part:once
      title (line, must, ≤90): What fails, in one line? | Checkout answers 502 to part of the customers
      details (text, may, ≤4000): What do you see? | Error texts, links, what you tried, what changed before
      started_at (line, may, ≤300): Since when? | 14:05, 20 minutes ago, yesterday 23:50
      affected_who (line, may, ≤300): Who exactly is affected? | Customers who pay by card, since the release of today
      frequency_detail (line, may, ≤300): How often exactly does it happen? | About one order in twenty; every five minutes
    "#);
    let number = TicketNumber(42);
    let short = [view(&directory).note_form(number, NoteKind::Finding), view(&directory).reopen_form(number)];
    assert_snapshot!(short.map(|form| form.to_text()).join("\n"), @r#"
    {Note a finding on T-42} tt1:note-form:42:finding
      text (text, must, ≤4000): What should stand in the record? | What was found, done, decided or told to whom
    {Reopen T-42} tt1:reopen-form:42
      reason (text, must, ≤4000): Why does it come back? | The same error is back since 14:05
    "#);
}

#[test]
fn choices_offer_only_what_is_possible() {
    let directory = directory();
    assert_snapshot!(view(&directory).status_choice(&running()).to_text(), @r#"
    (only for you)
    **T-42** is Identified. Choose its new status, or type `/ticket status` to add a note or an earlier time.
    [New status ▾](tt1:status-pick:42)
      investigating = Investigating: We are looking for the cause
      monitoring = Monitoring: It is fixed, and we are watching it
      resolved = Resolved: Service is back
    "#);
    assert_snapshot!(view(&directory).team_choice(TicketNumber(42), &[technical(), web()]).to_text(), @r#"
    (only for you)
    You belong to several teams. For which one do you take **T-42**?
    [Technical team](tt1:take-for:42:technical) [Web team](tt1:take-for:42:web)
    "#);
}
