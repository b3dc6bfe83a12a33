//! A page being written: the only place where HTML is made of strings.
//!
//! Must not know what the page says. The invariant, kept by the types: names of elements and attributes are
//! constants of this program, everything else is escaped; an address is an [`Address`], a picture is a [`Raster`], a style a [`Style`];
//! and whatever was opened is closed, in the right order.

use chrono::{DateTime, SecondsFormat, Utc};

use super::super::front::{Bit, Line};
use super::super::safe::{Address, visible};
use super::raster::Raster;
use super::style::Style;

/// Attributes of an element. Never `href` or `src`: those have functions of their own.
pub(super) type Attributes<'a> = &'a [(&'static str, &'a str)];

/// A page, as far as it is written.
#[derive(Default)]
pub(super) struct Page {
    out: String,
    open: Vec<&'static str>,
}

impl Page {
    /// The first line of every HTML document.
    pub(super) fn doctype(&mut self) {
        self.out.push_str("<!DOCTYPE html>");
    }

    /// Words, as words.
    pub(super) fn text(&mut self, text: &str) {
        for c in visible(text) {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&#39;"),
                c => self.out.push(c),
            }
        }
    }

    /// A line break in the source, which nobody sees on the page.
    pub(super) fn newline(&mut self) {
        self.out.push('\n');
    }

    /// The start of an element; [`Page::close`] ends it.
    pub(super) fn open(&mut self, element: &'static str, attributes: Attributes<'_>) {
        self.tag(element, attributes);
        self.open.push(element);
    }

    /// The end of the element that was opened last.
    pub(super) fn close(&mut self) {
        if let Some(element) = self.open.pop() {
            self.out.push_str("</");
            self.out.push_str(element);
            self.out.push('>');
        }
    }

    /// An element and what is in it.
    pub(super) fn within(
        &mut self,
        element: &'static str,
        attributes: Attributes<'_>,
        write: impl FnOnce(&mut Self),
    ) {
        let depth = self.open.len();
        self.open(element, attributes);
        write(self);
        while self.open.len() > depth {
            self.close();
        }
    }

    /// An element with nothing but words in it.
    pub(super) fn element(&mut self, element: &'static str, attributes: Attributes<'_>, text: &str) {
        self.within(element, attributes, |page| page.text(text));
    }

    /// An element that has no end: `br`, `meta`.
    pub(super) fn void(&mut self, element: &'static str, attributes: Attributes<'_>) {
        self.tag(element, attributes);
    }

    /// The style of the page, as it stands.
    pub(super) fn style(&mut self, style: &Style) {
        self.out.push_str("<style>");
        self.out.push_str(style.as_str());
        self.out.push_str("</style>");
    }

    /// The start of a link out of the page, which takes nothing along and lets nobody look back.
    pub(super) fn open_link(&mut self, to: Address<'_>, attributes: Attributes<'_>) {
        let target = [("href", to.as_str()), ("rel", "noopener noreferrer")];
        self.open("a", &[&target, attributes].concat());
    }

    /// A link out of the page; one to Discord says so by an arrow.
    pub(super) fn link(&mut self, to: Address<'_>, text: &str) {
        self.open_link(to, if to.is_on_discord() { &[("class", "discord")] } else { &[] });
        self.text(text);
        self.close();
    }

    /// A link to the part of the page whose id is `name` and `number`.
    pub(super) fn reference(
        &mut self,
        name: &'static str,
        number: usize,
        attributes: Attributes<'_>,
        text: &str,
    ) {
        let target = format!("#{name}-{number}");
        let target = [("href", target.as_str())];
        self.element("a", &[&target, attributes].concat(), text);
    }

    /// A picture that is part of the page.
    pub(super) fn picture(&mut self, picture: &Raster, alternative: &str) {
        self.void("img", &[("src", &picture.data_address()), ("alt", alternative)]);
    }

    /// A moment, for people and for programs.
    pub(super) fn moment(&mut self, at: DateTime<Utc>, shown: &str) {
        self.open_moment(at);
        self.text(shown);
        self.close();
    }

    /// The start of a moment, for those who lay it out themselves.
    pub(super) fn open_moment(&mut self, at: DateTime<Utc>) {
        let stamp = at.to_rfc3339_opts(SecondsFormat::Secs, true);
        self.open("time", &[("datetime", &stamp)]);
    }

    /// A line of the front matter.
    pub(super) fn line(&mut self, line: &Line) {
        for bit in line {
            self.bit(bit);
        }
    }

    /// A piece of a line.
    pub(super) fn bit(&mut self, bit: &Bit) {
        match bit {
            Bit::Text(text) => self.text(text),
            Bit::Name(name) => self.element("bdi", &[], name),
            Bit::Moment(at, shown) => self.moment(*at, shown),
            Bit::Missing(text) => self.element("span", &[("class", "missing")], text),
            Bit::Address(url, name) => match Address::of(url) {
                Some(address) => self.link(address, name),
                None => self.text(url),
            },
        }
    }

    /// The page as text.
    pub(super) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.out
    }

    fn tag(&mut self, element: &'static str, attributes: Attributes<'_>) {
        self.out.push('<');
        self.out.push_str(element);
        for (name, value) in attributes {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            self.text(value);
            self.out.push('"');
        }
        self.out.push('>');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_escaped_and_closed() {
        let mut page = Page::default();
        page.open("p", &[("class", "\"><script>'&\u{202e}")]);
        page.within("b", &[], |page| {
            page.open("i", &[]);
            page.text("<script>alert(\"1\")</script>\u{0} & 'x'");
        });
        page.bit(&Bit::Address("javascript:alert(1)".to_owned(), "here"));
        page.bit(&Bit::Address("https://a.example/?a=1&b='".to_owned(), "here"));
        insta::assert_snapshot!(page.finish(), @r#"<p class="&quot;&gt;&lt;script&gt;&#39;&amp;"><b><i>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;</i></b>javascript:alert(1)<a href="https://a.example/?a=1&amp;b=&#39;" rel="noopener noreferrer">here</a></p>"#);
    }

    #[test]
    fn closing_too_often_is_no_mistake() {
        let mut page = Page::default();
        page.close();
        page.within("p", &[], |page| page.close());
        assert_eq!(page.finish(), "<p></p>");
    }
}
