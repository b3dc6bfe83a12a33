//! The Markdown of a section as plain text.
//!
//! Must not know reports. The invariant: every word that was written is there, in its order, without the marks of
//! Markdown; prose is wrapped, code and addresses never are.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::super::parse::{Clock, Mark, marks};
use super::super::safe::visible;
use super::lines::{WIDTH, table, width, wrap};

/// `markdown` in lines.
pub(super) fn lines(markdown: &str) -> Vec<String> {
    let mut prose = Prose::default();
    for mark in marks(markdown) {
        match mark {
            Mark::Item(clock) => prose.item(clock),
            Mark::Source(address) => prose.source(&address),
            Mark::Event(event) => prose.event(event),
        }
    }
    prose.flush();
    prose.lines
}

/// What stands before the lines of a list item or a quotation.
struct Margin {
    /// Before the next line.
    first: String,
    /// Before all others.
    rest: String,
}

#[derive(Default)]
struct Prose {
    lines: Vec<String>,
    margins: Vec<Margin>,
    /// The numbers of the lists that we are in; `None` where they have none.
    lists: Vec<Option<u64>>,
    /// The words of the paragraph, as far as they were read.
    words: String,
    /// Where the links lead that we are in, and where their words begin.
    links: Vec<(String, usize)>,
    rows: Vec<Vec<String>>,
    in_code: bool,
    /// Whether a blank line stands before the next block.
    apart: bool,
}

impl Prose {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(end),
            Event::Text(text)
            | Event::Code(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::FootnoteReference(text) => self.words.extend(visible(&text)),
            Event::SoftBreak => self.words.push(' '),
            Event::HardBreak => self.words.push('\n'),
            Event::Rule => self.block(vec!["-".repeat(20)]),
            Event::TaskListMarker(done) => self.words.push_str(if done { "[x] " } else { "[ ] " }),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::Heading { .. } | Tag::HtmlBlock => self.flush(),
            Tag::BlockQuote(_) => {
                self.flush();
                self.separate();
                self.margins.push(Margin { first: "> ".to_owned(), rest: "> ".to_owned() });
            }
            Tag::CodeBlock(_) => {
                self.flush();
                self.in_code = true;
            }
            Tag::List(first) => {
                self.flush();
                // A list within a list follows at once.
                self.apart &= self.lists.is_empty();
                self.lists.push(first);
            }
            Tag::Table(_) => {
                self.flush();
                self.rows.clear();
            }
            Tag::TableHead | Tag::TableRow => self.rows.push(Vec::new()),
            Tag::TableCell => self.words.clear(),
            Tag::Strikethrough => self.words.push_str("(struck out: "),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.links.push((visible(&dest_url).collect(), self.words.len()));
            }
            _ => {}
        }
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::Paragraph | TagEnd::HtmlBlock => {
                self.flush();
                self.apart = true;
            }
            TagEnd::Heading(_) => self.heading(),
            TagEnd::BlockQuote(_) => {
                self.flush();
                self.margins.pop();
                self.apart = true;
            }
            TagEnd::CodeBlock => self.code(),
            TagEnd::Item => {
                self.flush();
                self.margins.pop();
            }
            TagEnd::List(_) => {
                self.lists.pop();
                self.apart = self.lists.is_empty();
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.words);
                self.rows.last_mut().into_iter().for_each(|row| row.push(cell.clone()));
            }
            TagEnd::Table => {
                let rows = std::mem::take(&mut self.rows);
                self.block(table(&rows, true, self.room()));
            }
            TagEnd::Strikethrough => self.words.push(')'),
            TagEnd::Link | TagEnd::Image => self.link(),
            _ => {}
        }
    }

    fn item(&mut self, clock: Option<Clock>) {
        self.flush();
        // A blank line between paragraphs of items is one between items, too.
        self.separate();
        let sign = match (clock, self.lists.last_mut()) {
            (Some(Clock { time, happened: true }), _) => format!("* {time} "),
            (Some(Clock { time, happened: false }), _) => format!("- {time} "),
            (None, Some(Some(number))) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            (None, _) => "- ".to_owned(),
        };
        self.margins.push(Margin { rest: " ".repeat(width(&sign)), first: sign });
    }

    /// The bare address; on a line of its own where it does not fit.
    fn source(&mut self, address: &str) {
        self.words.push(' ');
        self.words.extend(visible(address));
    }

    /// Where the words lead, unless they say so.
    fn link(&mut self) {
        let Some((address, begin)) = self.links.pop() else { return };
        let said = self.words.get(begin..).unwrap_or_default();
        if said != address && !address.is_empty() {
            let space = if said.is_empty() { "" } else { " " };
            self.words.push_str(&format!("{space}<{address}>"));
        }
    }

    fn heading(&mut self) {
        let words = std::mem::take(&mut self.words);
        let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let rule = "-".repeat(width(&line).min(WIDTH));
        self.apart = true;
        self.block(vec![line, rule]);
    }

    fn code(&mut self) {
        let code = std::mem::take(&mut self.words);
        self.in_code = false;
        let lines = code.trim_end_matches('\n').split('\n');
        self.block(lines.map(|line| format!("    {line}").trim_end().to_owned()).collect());
    }

    /// Ends the paragraph that is being read.
    fn flush(&mut self) {
        let words = std::mem::take(&mut self.words);
        if !words.trim().is_empty() {
            self.put(wrap(words.trim_end(), self.room()));
            self.apart = false;
        }
    }

    /// Lines that stand for themselves, apart from what is around them.
    fn block(&mut self, lines: Vec<String>) {
        self.flush();
        self.apart |= self.lists.is_empty() && !self.lines.is_empty();
        self.put(lines);
        self.apart = self.lists.is_empty();
    }

    fn put(&mut self, lines: Vec<String>) {
        self.separate();
        for line in lines {
            let mut whole = String::new();
            for margin in &mut self.margins {
                whole.push_str(&margin.first);
                margin.first.clone_from(&margin.rest);
            }
            whole.push_str(&line);
            self.lines.push(whole.trim_end().to_owned());
        }
    }

    /// The blank line before a block.
    fn separate(&mut self) {
        if std::mem::take(&mut self.apart) && !self.lines.is_empty() {
            let margin: String = self.margins.iter().map(|margin| margin.rest.as_str()).collect();
            self.lines.push(margin.trim_end().to_owned());
        }
    }

    /// How many columns are left beside the margins.
    fn room(&self) -> usize {
        let taken: usize = self.margins.iter().map(|margin| width(&margin.rest)).sum();
        WIDTH.saturating_sub(taken).max(20)
    }
}
