//! The Markdown of a section as HTML.
//!
//! Must not know reports. The invariant: what a person wrote becomes paragraphs, lists, tables, code and links to the
//! web, and nothing else; HTML in it is shown as it was typed, images are links, and its headings stand below the
//! section's own without leaving out a level.

use pulldown_cmark::{Alignment, CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Tag, TagEnd};

use super::super::parse::{Clock, Mark, marks};
use super::super::safe::Address;
use super::page::Page;
use super::raster::Picture;

/// Writes `markdown`. A line whose message brought one of `pictures` refers to it.
pub(super) fn write(page: &mut Page, markdown: &str, pictures: &[Picture]) {
    let marks = marks(markdown);
    let mut prose = Prose {
        page,
        pictures,
        levels: levels(&marks),
        table: Table::default(),
        level: 2,
        links: Vec::new(),
        code: false,
    };
    for mark in &marks {
        match mark {
            Mark::Item(clock) => prose.item(clock.as_ref()),
            Mark::Source(address) => prose.source(address),
            Mark::Event(event) => prose.event(event),
        }
    }
}

/// The levels of the headings, the highest first.
fn levels(marks: &[Mark<'_>]) -> Vec<HeadingLevel> {
    let level = |mark: &Mark<'_>| match mark {
        Mark::Event(Event::Start(Tag::Heading { level, .. })) => Some(*level),
        _ => None,
    };
    let mut levels: Vec<HeadingLevel> = marks.iter().filter_map(level).collect();
    levels.sort_unstable();
    levels.dedup();
    levels
}

/// With more columns than this a table is set small when it is printed.
const MANY_COLUMNS: usize = 6;

/// Where we are in a table.
#[derive(Default)]
struct Table {
    columns: Vec<Alignment>,
    column: usize,
    in_head: bool,
}

struct Prose<'p> {
    page: &'p mut Page,
    pictures: &'p [Picture],
    levels: Vec<HeadingLevel>,
    table: Table,
    /// The level of the last heading; the section's own has 2.
    level: usize,
    /// The links and images that we are in, and whether there are words in them; only the outermost can be a link.
    links: Vec<(String, bool)>,
    /// Whether we are in a block of code, where addresses are no links.
    code: bool,
}

impl Prose<'_> {
    fn event(&mut self, event: &Event<'_>) {
        if let Event::Text(words) | Event::Code(words) | Event::InlineHtml(words) = event {
            self.links.iter_mut().for_each(|(_, has_words)| *has_words |= !words.trim().is_empty());
        }
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(*end),
            Event::Text(text) => self.text(text),
            Event::Code(code) | Event::InlineMath(code) | Event::DisplayMath(code) => {
                self.page.element("code", &[], code);
            }
            // Shown as typed.
            Event::Html(text) | Event::InlineHtml(text) | Event::FootnoteReference(text) => {
                self.page.text(text);
            }
            Event::SoftBreak => self.page.newline(),
            Event::HardBreak => self.page.void("br", &[]),
            Event::Rule => self.page.void("hr", &[]),
            Event::TaskListMarker(done) => self.tick_box(*done),
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Paragraph => self.page.open("p", &[]),
            Tag::Heading { level, .. } => self.heading(*level),
            Tag::BlockQuote(_) => self.page.open("blockquote", &[]),
            Tag::CodeBlock(kind) => self.code(kind),
            Tag::HtmlBlock => self.page.open("p", &[("class", "typed")]),
            Tag::List(None) => self.page.open("ul", &[]),
            Tag::List(Some(1)) => self.page.open("ol", &[]),
            Tag::List(Some(first)) => self.page.open("ol", &[("start", &first.to_string())]),
            Tag::Table(columns) => self.table(columns),
            Tag::TableHead => self.table_head(),
            Tag::TableRow => self.row(),
            Tag::TableCell => self.cell(),
            Tag::Emphasis => self.page.open("em", &[]),
            Tag::Strong => self.page.open("strong", &[]),
            Tag::Strikethrough => self.page.open("s", &[]),
            Tag::Link { link_type: LinkType::Autolink | LinkType::Email, dest_url, .. } => {
                self.link(dest_url, None);
            }
            Tag::Link { dest_url, .. } => self.link(dest_url, Some("web")),
            Tag::Image { dest_url, .. } => self.link(dest_url, Some("image")),
            // Items have a mark of their own; the rest is of extensions that are switched off.
            _ => self.page.open("div", &[]),
        }
    }

    fn end(&mut self, end: TagEnd) {
        if matches!(end, TagEnd::Link | TagEnd::Image) {
            self.end_link();
        }
        self.page.close();
        match end {
            TagEnd::CodeBlock => {
                self.page.close();
                self.code = false;
            }
            TagEnd::TableHead => {
                self.page.close();
                self.page.open("tbody", &[]);
                self.table.in_head = false;
            }
            TagEnd::Table => {
                self.page.close();
                self.page.close();
            }

            _ => {}
        }
        if is_block(end) {
            self.page.newline();
        }
    }

    /// A heading below the one of the section, and at most one level below the last.
    fn heading(&mut self, level: HeadingLevel) {
        let rank = self.levels.iter().position(|own| *own == level).unwrap_or(0);
        self.level = (3 + rank).min(self.level + 1).min(6);
        let element = match self.level {
            3 => "h3",
            4 => "h4",
            5 => "h5",
            _ => "h6",
        };
        self.page.open(element, &[]);
    }

    fn text(&mut self, text: &str) {
        if self.code || !self.links.is_empty() {
            return self.page.text(text);
        }
        for (piece, address) in Address::find_in(text) {
            match address {
                Some(address) => self.page.link(address, piece),
                None => self.page.text(piece),
            }
        }
    }

    fn code(&mut self, kind: &CodeBlockKind<'_>) {
        let name = match kind {
            CodeBlockKind::Fenced(language) if !language.is_empty() => format!("Code, {language}"),
            _ => "Code".to_owned(),
        };
        // What can be scrolled must be reachable without a mouse.
        self.page.open("pre", &[("role", "group"), ("tabindex", "0"), ("aria-label", &name)]);
        self.page.open("code", &[]);
        self.code = true;
    }

    fn item(&mut self, clock: Option<&Clock>) {
        match clock {
            None => self.page.open("li", &[]),
            Some(Clock { time, happened }) => {
                self.page.open("li", &[("class", if *happened { "at happened" } else { "at" })]);
                self.page.element("time", &[], time);
                self.page.text(" ");
            }
        }
    }

    fn tick_box(&mut self, done: bool) {
        let (sign, name) = if done { ("☑", "done") } else { ("☐", "to do") };
        self.page.element("span", &[("class", "box"), ("role", "img"), ("aria-label", name)], sign);
        self.page.text(" ");
    }

    /// A link, or an image, which becomes one. Without a `class`, it is its own address.
    fn link(&mut self, to: &CowStr<'_>, class: Option<&'static str>) {
        let to_tell = if class.is_some() { to.to_string() } else { String::new() };
        self.links.push((to_tell, false));
        let Some(address) = Address::of(to).filter(|_| self.links.len() == 1) else {
            return self.page.open("span", &[]);
        };
        let class = if address.is_on_discord() { Some("discord") } else { class };
        let class = class.map(|class| ("class", class));
        self.page.open_link(address, class.as_slice());
    }

    /// A link of no words, or an image of no description, is called by its address: otherwise it could not be seen.
    /// Where no link could be made, the address is told.
    fn end_link(&mut self) {
        let Some((address, has_words)) = self.links.pop() else { return };
        let is_link = self.links.is_empty() && Address::of(&address).is_some();
        match (has_words, is_link) {
            (false, _) => self.page.text(&address),
            (true, false) if !address.is_empty() => self.page.text(&format!(" ({address})")),
            (true, _) => {}
        }
    }

    fn source(&mut self, address: &str) {
        if let Some(address) = Address::of(address) {
            // Not a plain space: the arrow alone is no line.
            self.page.text("\u{a0}");
            self.page.open_link(address, &[("class", "source"), ("aria-label", "message")]);
            self.page.text("↗");
            self.page.close();
        }
        let message = address.rsplit('/').next().unwrap_or_default();
        for (number, _) in (1..).zip(self.pictures).filter(|(_, picture)| picture.message == message) {
            self.page.text(" ");
            self.page.reference("picture", number, &[("class", "see")], &format!("Picture {number}"));
        }
    }

    fn table(&mut self, columns: &[Alignment]) {
        self.table = Table { columns: columns.to_vec(), ..Table::default() };
        let class = if columns.len() > MANY_COLUMNS { "table wide" } else { "table" };
        self.page
            .open("div", &[("class", class), ("role", "group"), ("tabindex", "0"), ("aria-label", "Table")]);
        self.page.open("table", &[]);
    }

    fn table_head(&mut self) {
        self.page.open("thead", &[]);
        self.table.in_head = true;
        self.row();
    }

    fn row(&mut self) {
        self.page.open("tr", &[]);
        self.table.column = 0;
    }

    fn cell(&mut self) {
        let side = match self.table.columns.get(self.table.column) {
            Some(Alignment::Right) => Some(("class", "right")),
            Some(Alignment::Center) => Some(("class", "centre")),
            _ => None,
        };
        let scope = self.table.in_head.then_some(("scope", "col"));
        let attributes: Vec<(&str, &str)> = scope.into_iter().chain(side).collect();
        self.page.open(if self.table.in_head { "th" } else { "td" }, &attributes);
        self.table.column += 1;
    }
}

const fn is_block(end: TagEnd) -> bool {
    !matches!(
        end,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Link
            | TagEnd::Image
            | TagEnd::TableCell
    )
}
