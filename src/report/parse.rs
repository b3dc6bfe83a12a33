//! The Markdown of a section, read for the formats that are not Markdown.
//!
//! CommonMark with tables, boxes to tick and struck text. Must not know what the pages look like. Two things that our
//! own sections are full of are found here, once for all formats: the time at the start of a timeline's line, and
//! the link to the message behind it. Invariant: what opens is closed again, and nothing that was written is lost.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, TextMergeStream};

use super::safe::Address;

/// A piece of a section.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark<'a> {
    /// What Markdown has itself, but for the start of list items.
    Event(Event<'a>),
    /// The start of an item of a list.
    Item(Option<Clock>),
    /// The address of the message behind a line, without the brackets and the word that it has in Markdown.
    Source(CowStr<'a>),
}

/// The time of day at the start of a line of a timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    /// `14:05`.
    pub time: String,
    /// Whether something happened then, as opposed to being said.
    pub happened: bool,
}

/// The pieces of `markdown`, in order.
pub(super) fn marks(markdown: &str) -> Vec<Mark<'_>> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
    let mut events: Vec<Event<'_>> = TextMergeStream::new(Parser::new_ext(markdown, options)).collect();
    let mut found = Vec::with_capacity(events.len());
    let mut at = 0;
    while at < events.len() {
        let taken = item(&mut events[at..], &mut found)
            .or_else(|| source(&mut events[at..], &mut found))
            .unwrap_or_else(|| {
                found.push(Mark::Event(events[at].clone()));
                1
            });
        at += taken;
    }
    found
}

/// The start of an item, with its time. Returns how many events it took.
fn item<'a>(events: &mut [Event<'a>], found: &mut Vec<Mark<'a>>) -> Option<usize> {
    let [Event::Start(Tag::Item), rest @ ..] = events else { return None };
    // A list with blank lines in it has paragraphs in its items.
    let (loose, rest) = match rest {
        [Event::Start(Tag::Paragraph), rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let (clock, taken) = match rest {
        [Event::Start(Tag::Strong), Event::Text(time), Event::End(TagEnd::Strong), rest @ ..]
            if is_time(time) =>
        {
            let clock = Clock { time: time.to_string(), happened: true };
            if let [Event::Text(words), ..] = rest {
                *words = words.trim_start().to_owned().into();
            }
            (Some(clock), 3)
        }
        [Event::Text(text), ..] => match text.split_once(' ') {
            Some((time, words)) if is_time(time) => {
                let clock = Clock { time: time.to_owned(), happened: false };
                *text = words.to_owned().into();
                (Some(clock), 0)
            }
            _ => (None, 0),
        },
        _ => (None, 0),
    };
    found.push(Mark::Item(clock));
    if loose {
        found.push(Mark::Event(Event::Start(Tag::Paragraph)));
    }
    Some(1 + usize::from(loose) + taken)
}

/// `([message](https://…))`, as the timeline ends its lines. Returns how many events it took.
fn source<'a>(events: &mut [Event<'a>], found: &mut Vec<Mark<'a>>) -> Option<usize> {
    let [
        Event::Text(before),
        Event::Start(Tag::Link { dest_url, .. }),
        Event::Text(word),
        Event::End(TagEnd::Link),
        Event::Text(after),
        ..,
    ] = events
    else {
        return None;
    };
    let is_message = Address::of(dest_url).is_some_and(Address::is_on_discord) && word.as_ref() == "message";
    let (before, rest) = (before.strip_suffix('(')?, after.strip_prefix(')')?);
    if !is_message {
        return None;
    }
    if !before.trim().is_empty() {
        found.push(Mark::Event(Event::Text(before.trim_end().to_owned().into())));
    }
    found.push(Mark::Source(dest_url.clone()));
    *after = rest.to_owned().into();
    Some(if after.is_empty() { 5 } else { 4 })
}

fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!(bytes, [a, b, b':', c, d] if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces, each in a word or two.
    fn read(markdown: &str) -> String {
        let marks = marks(markdown).into_iter().map(|mark| match mark {
            Mark::Item(Some(clock)) => {
                format!("[{}{}]", clock.time, if clock.happened { "!" } else { "" })
            }
            Mark::Item(None) => "[item]".to_owned(),
            Mark::Source(address) => format!("<{address}>"),
            Mark::Event(Event::Text(text)) => format!("{:?}", text.as_ref()),
            Mark::Event(Event::Start(tag)) => format!("+{:?}", tag.to_end()),
            Mark::Event(Event::End(tag)) => format!("-{tag:?}"),
            Mark::Event(other) => format!("{other:?}"),
        });
        marks.collect::<Vec<_>>().join(" ")
    }

    const MESSAGE: &str = "([message](https://discord.com/channels/1/2/3))";

    #[test]
    fn lines_of_a_timeline_have_their_time_and_their_message() {
        let read =
            read(&format!("- **14:00** Ann opened it\n- 14:04 Bob: why, \\[x\\]? {MESSAGE}\n- **14:5** no"));
        insta::assert_snapshot!(read, @r#"+List(false) [14:00!] "Ann opened it" -Item [14:04] "Bob: why, [x]?" <https://discord.com/channels/1/2/3> -Item [item] +Strong "14:5" -Strong " no" -Item -List(false)"#);
    }

    #[test]
    fn loose_lists_and_messages_after_code_are_no_exception() {
        let read =
            read(&format!("- 14:00 Bob:\n  ```\n  x\n  ```\n  {MESSAGE} *(proposed)*\n\n- **14:01** y"));
        insta::assert_snapshot!(read, @r#"+List(false) [14:00] +Paragraph "Bob:" -Paragraph +CodeBlock "x\n" -CodeBlock +Paragraph <https://discord.com/channels/1/2/3> " " +Emphasis "(proposed)" -Emphasis -Paragraph -Item [14:01!] +Paragraph "y" -Paragraph -Item -List(false)"#);
    }

    #[test]
    fn other_links_stay_as_they_were_written() {
        let links = "([message](https://evil.example/)) ([message](javascript:x)) [message](https://discord.com/channels/1/2/3)";
        assert!(!read(links).contains('<'), "{}", read(links));
    }
}
