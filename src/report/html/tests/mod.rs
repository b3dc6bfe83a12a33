//! Tests of whole pages and of the pieces that people read.

mod checker;
mod hostile;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::super::fixture::{at, pictures, report};
use super::*;
use crate::domain::ReportState;

/// The part of the page from `begin` up to `end`.
fn between<'a>(page: &'a str, begin: &str, end: &str) -> &'a str {
    let rest = page.split_once(begin).unwrap_or_else(|| panic!("no {begin:?}")).1;
    rest.split_once(end).unwrap_or_else(|| panic!("no {end:?}")).0
}

/// The numbered part of the page of the report of the fixture.
fn part(number: usize) -> String {
    let page = document(&report(), &pictures());
    between(&page, &format!("<section id=\"part-{number}\" "), "</section>").to_owned()
}

#[test]
fn the_page_says_what_it_may_do() {
    let page = document(&report(), &[]);
    let hash = between(&page, "sha256-", "&#39;");
    insta::assert_snapshot!(between(&page, "", "<style>").replace(hash, "…"), @r#"
    <!DOCTYPE html>
    <html lang="en"><head><meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-…&#39;; img-src data:; base-uri &#39;none&#39;; form-action &#39;none&#39;">
    <meta name="referrer" content="no-referrer">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>T-42 Checkout is down &lt;again&gt; – Final Report of the Technical team</title>
    "#);
}

#[test]
fn the_policy_knows_the_style_that_is_on_the_page() {
    let page = document(&report(), &[]);
    let style = between(&page, "<style>", "</style>");
    let hash = STANDARD.encode(Sha256::digest(style));
    assert!(page.contains(&format!("style-src &#39;sha256-{hash}&#39;;")), "{hash}");
    assert_eq!(page.matches("<style").count(), 1);
}

#[test]
fn the_top_of_the_page_tells_the_story_at_a_glance() {
    let page = document(&report(), &[]);
    insta::assert_snapshot!(between(&page, "<header>", "</header>"), @r#"
    <p class="warning" role="note"><strong>Returned – not approved</strong> · 2 points are open</p>
    <p class="kind">Final Report of the Technical team</p>
    <h1><span class="number">T-42</span> Checkout is down &lt;again&gt;</h1>
    <p class="marks"><span class="severity">SEV1 (Critical)</span> <span class="state"><strong>Returned</strong> by <bdi>Dana</bdi> on <time datetime="2026-11-24T22:20:00Z">24 November 2026, 23:20</time>: the &quot;vendor&quot; is missing</span></p>
    <dl class="figures"><div><dt>to acknowledge</dt><dd>3 min</dd></div>
    <div><dt>to identify the fault</dt><dd><span class="missing">not known</span></dd></div>
    <div><dt>to restore service</dt><dd>32 min</dd></div>
    <div><dt>to close the ticket</dt><dd><span class="missing">not yet</span></dd></div>
    </dl>
    <ol class="milestones" aria-label="Milestones"><li class="reached"><b>Began</b> <time datetime="2026-11-23T12:48:00Z"><span class="clock">13:48</span> 23 Nov 2026</time></li>
    <li class="reached"><b>Opened</b> <time datetime="2026-11-23T13:00:00Z"><span class="clock">14:00</span> 23 Nov 2026</time></li>
    <li class="reached"><b>Acknowledged</b> <time datetime="2026-11-23T13:03:00Z"><span class="clock">14:03</span> 23 Nov 2026</time></li>
    <li class="missing"><b>Identified</b> not known</li>
    <li class="reached"><b>Restored</b> <time datetime="2026-11-23T13:20:00Z"><span class="clock">14:20</span> 23 Nov 2026</time></li>
    <li class="reached"><b>Resolved</b> <time datetime="2026-11-23T13:30:00Z"><span class="clock">14:30</span> 23 Nov 2026</time></li>
    <li class="missing"><b>Closed</b> not yet</li>
    </ol>
    <table class="facts"><caption>The ticket</caption><tbody><tr><th scope="row">Ticket</th><td>T-42, resolved</td></tr>
    <tr><th scope="row">Services</th><td>Payments and Web shop</td></tr>
    <tr><th scope="row">Affected</th><td>part of the users: “those who pay by card”</td></tr>
    <tr><th scope="row">Frequency</th><td><span class="missing">not known</span></td></tr>
    <tr><th scope="row">Reporter</th><td><bdi>Ann</bdi></td></tr>
    <tr><th scope="row">In charge</th><td><bdi>Bob</bdi> (Technical team), <time datetime="2026-11-23T13:03:00Z">23 November 2026, 14:03</time> to <time datetime="2026-11-23T13:09:00Z">14:09</time><br><bdi>Bob</bdi> (Web team), <time datetime="2026-11-23T13:09:00Z">23 November 2026, 14:09</time> to now</td></tr>
    <tr><th scope="row">Opened</th><td><time datetime="2026-11-23T13:00:00Z">23 November 2026, 14:00</time></td></tr>
    <tr><th scope="row">Restored</th><td><time datetime="2026-11-23T13:20:00Z">23 November 2026, 14:20</time></td></tr>
    <tr><th scope="row">On Discord</th><td><a href="https://discord.com/channels/900/10/29" rel="noopener noreferrer" class="discord">the ticket and its thread</a></td></tr>
    <tr><th scope="row">Times</th><td>local, in Europe/Berlin (UTC+01:00)</td></tr>
    </tbody></table>
    "#);
}

#[test]
fn the_contents_say_what_is_open_where() {
    let page = document(&report(), &pictures());
    insta::assert_snapshot!(between(&page, "<nav", "</nav>"), @r##"
     aria-labelledby="contents"><h2 id="contents">Contents</h2><ol><li><a href="#part-1">Summary</a> <span class="open">2 open</span></li>
    <li><a href="#part-2">Timeline</a></li>
    <li><a href="#part-3">Cause</a></li>
    <li><a href="#part-4">Pictures from the thread</a></li>
    <li><a href="#part-5">How this report came about</a></li>
    </ol>
    "##);
}

#[test]
fn gaps_cannot_be_overlooked() {
    insta::assert_snapshot!(part(1), @r#"
    aria-labelledby="heading-1"><h2 id="heading-1"><span class="number">1</span> Summary</h2>
    <p>Ann opened T-42.</p>
    <ul class="gaps"><li><b>Open:</b> Not in the record: what happened &amp; how it was mended.</li>
    <li><b>Open:</b> Not in the record: &lt;who&gt;.</li>
    </ul>
    "#);
}

#[test]
fn a_timeline_has_its_times_and_leads_to_messages_and_pictures() {
    insta::assert_snapshot!(part(2), @r##"
    aria-labelledby="heading-2"><h2 id="heading-2"><span class="number">2</span> Timeline</h2>
    <h3>Monday, 23 November 2026</h3>
    <ul><li class="at happened"><time>14:00</time> Ann opened the ticket: Checkout is down (SEV3, Payments)</li>
    <li class="at"><time>14:04</time> Bob: which share fails, @Ann? <a href="https://discord.com/channels/900/30/2" rel="noopener noreferrer" class="source" aria-label="message">↗</a></li>
    <li class="at"><time>14:12</time> Bob: the queue is full:<pre role="group" tabindex="0" aria-label="Code"><code>queue &lt;main&gt; 100%
    </code></pre>
     <a href="https://discord.com/channels/900/30/7" rel="noopener noreferrer" class="source" aria-label="message">↗</a> <a href="#picture-1" class="see">Picture 1</a> <a href="#picture-2" class="see">Picture 2</a></li>
    <li class="at happened"><time>14:14</time> Action (Bob): Restarted the queue</li>
    </ul>
    "##);
}

#[test]
fn what_a_person_wrote_becomes_a_page_and_nothing_else() {
    insta::assert_snapshot!(part(3), @r#"
    aria-labelledby="heading-3"><h2 id="heading-3"><span class="number">3</span> Cause</h2>
    <p class="written">Written by <bdi>Bob</bdi>, <time datetime="2026-11-23T13:50:00Z">23 November 2026, 14:50</time></p>
    <h3>Why</h3>
    <p>The <em>queue</em> of <code>payments</code> was <strong>full</strong>, see <a href="https://graphs.example/d/1?a=1&amp;b=2" rel="noopener noreferrer" class="web">the graph</a> and <a href="https://status.example/x" rel="noopener noreferrer">https://status.example/x</a>.</p>
    <div class="table" role="group" tabindex="0" aria-label="Table"><table><thead><tr><th scope="col">Element</th><th scope="col" class="right">Load</th><th scope="col" class="centre"></th></tr></thead><tbody>
    <tr><td>queue</td><td class="right">100 %</td><td class="centre">☒</td></tr>
    <tr><td>決済DB</td><td class="right">7 %</td><td class="centre">☑</td></tr>
    </tbody></table></div>
    <h4>Not why</h4>
    <ol><li><s>the database</s></li>
    <li><span>a trap (javascript:alert(1))</span>, <a href="https://graphs.example/d/1.png" rel="noopener noreferrer" class="image">the graph</a>, <a href="https://graphs.example/d/2.png" rel="noopener noreferrer" class="image">https://graphs.example/d/2.png</a><ul><li><span class="box" role="img" aria-label="to do">☐</span> ask the &lt;b onclick=&quot;x()&quot;&gt;vendor&lt;/b&gt;</li>
    <li><span class="box" role="img" aria-label="done">☑</span> look, <span>javascript:x</span> <span>a@b.example</span></li>
    </ul>
    </li>
    </ol>
    <blockquote><p>A quotation.</p>
    </blockquote>
    <p class="typed">&lt;script&gt;alert(1)&lt;/script&gt;
    </p>
    "#);
}

#[test]
fn pictures_follow_the_sections() {
    insta::assert_snapshot!(part(4), @r#"
    aria-labelledby="heading-4"><h2 id="heading-4"><span class="number">4</span> Pictures from the thread</h2>
    <figure id="picture-1"><img src="data:image/gif;base64,R0lGODlhOw==" alt="&quot;graph&quot;.gif"><figcaption><b>Picture 1</b> <bdi>&quot;graph&quot;.gif</bdi> – <bdi>Bob</bdi>, <time datetime="2026-11-23T13:12:00Z">23 November 2026, 14:12</time> <a href="https://discord.com/channels/900/30/7" rel="noopener noreferrer" class="source">message ↗</a></figcaption></figure>
    <figure id="picture-2"><p class="elsewhere">Not in this document; see the message.</p><figcaption><b>Picture 2</b> <bdi>x.png</bdi> – <bdi>Bob</bdi>, <time datetime="2026-11-23T13:12:00Z">23 November 2026, 14:12</time> <a href="https://discord.com/channels/900/30/7" rel="noopener noreferrer" class="source">message ↗</a></figcaption></figure>
    "#);
}

#[test]
fn the_end_tells_how_the_report_came_about() {
    insta::assert_snapshot!(part(5), @r#"
    aria-labelledby="heading-5"><h2 id="heading-5"><span class="number">5</span> How this report came about</h2>
    <div class="table" role="group" tabindex="0" aria-label="History"><table class="history"><thead><tr><th scope="col">Version</th><th scope="col">What</th><th scope="col">Who</th><th scope="col">When</th><th scope="col">Note</th></tr></thead>
    <tbody><tr><td>1</td><td>Compiled</td><td><bdi>Bob</bdi></td><td><time datetime="2026-11-23T13:40:00Z">23 November 2026, 14:40</time></td><td></td></tr>
    <tr><td>2</td><td>Section edited</td><td><bdi>Bob</bdi></td><td><time datetime="2026-11-23T13:50:00Z">23 November 2026, 14:50</time></td><td>Cause</td></tr>
    <tr><td>2</td><td>Submitted</td><td><bdi>Bob</bdi></td><td><time datetime="2026-11-23T13:51:00Z">23 November 2026, 14:51</time></td><td></td></tr>
    <tr><td>3</td><td>Returned</td><td><bdi>Dana</bdi></td><td><time datetime="2026-11-24T22:20:00Z">24 November 2026, 23:20</time></td><td>the &quot;vendor&quot; is missing</td></tr>
    </tbody></table></div>
    <p>Version 3. Compiled from the ticket’s record and 7 messages on <time datetime="2026-11-23T13:40:00Z">23 November 2026, 14:40</time>.</p>
    "#);
}

#[test]
fn every_state_is_told_in_words() {
    let top = |state| {
        let mut report = FinalReport { state, ..report() };
        report.sections.iter_mut().for_each(|section| section.gaps.clear());
        let page = document(&report, &[]);
        let warning =
            page.contains("class=\"warning\"").then(|| between(&page, "role=\"note\">", "</p>").to_owned());
        format!("{} {}", warning.unwrap_or_default(), between(&page, "class=\"state\">", "</p>"))
    };
    let states: Vec<String> = ReportState::ALL.iter().map(|state| top(*state)).collect();
    insta::assert_snapshot!(states.join("\n"), @r#"
    <strong>Draft – not approved</strong> <strong>Draft</strong>, version 3</span>
    <strong>Submitted – not approved yet</strong> <strong>Submitted</strong> by <bdi>Bob</bdi> on <time datetime="2026-11-23T13:51:00Z">23 November 2026, 14:51</time></span>
     <strong>Approved</strong>, version 3</span>
    <strong>Returned – not approved</strong> <strong>Returned</strong> by <bdi>Dana</bdi> on <time datetime="2026-11-24T22:20:00Z">24 November 2026, 23:20</time>: the &quot;vendor&quot; is missing</span>
    "#);
}

#[test]
fn a_report_about_which_nothing_is_known_is_a_page_too() {
    let mut report = report();
    report.ticket.url = None;
    report.time_zone = "Nowhere/Never".to_owned();
    report.durations.restore = Some(i64::MAX);
    report.milestones.started = Some(at(5));
    (report.participants, report.sections, report.history) = (Vec::new(), Vec::new(), Vec::new());
    let page = document(&report, &[]);
    checker::check(&page);
    assert!(page.contains("<td>in UTC</td>") && page.contains(">nobody<"));
    assert!(page.contains("<span class=\"number\">1</span> How this report came about"));
}
