//! The marks that stand on the bot's own messages: `T-42 · 7` and `Notice 7`.
//!
//! Read only where the bot puts them, the footer of an embed or a last line in small print: what people wrote may look
//! like a mark. Pure.

use crate::discord::rest::wire;
use crate::domain::TicketNumber;

/// No number or mark is larger; what claims to be is none of ours.
const LARGEST: i64 = 1_000_000_000;

/// A mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Of a ticket's delivery.
    Ticket(TicketNumber, i64),
    /// Of a notice to the operators.
    Notice(i64),
}

/// The mark of a message, if it has one.
#[must_use]
pub fn of(message: &wire::Message) -> Option<Mark> {
    let footers = message.embeds.iter().filter_map(|embed| embed["footer"]["text"].as_str());
    let small = message.content.lines().next_back().and_then(|line| line.strip_prefix("-# "));
    footers.chain(small).find_map(read)
}

fn read(text: &str) -> Option<Mark> {
    if let Some(number) = text.strip_prefix("Notice ") {
        return Some(Mark::Notice(digits(number)?));
    }
    let (number, mark) = text.strip_prefix("T-")?.split_once(" · ")?;
    Some(Mark::Ticket(TicketNumber(digits(number)?), digits(mark)?))
}

fn digits(text: &str) -> Option<i64> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number: i64 = plain.then(|| text.parse().ok()).flatten()?;
    (1..=LARGEST).contains(&number).then_some(number)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn mark(content: &str, embeds: &Value) -> Option<Mark> {
        let message = json!({
            "id": "1", "channel_id": "2", "author": { "id": "3" }, "content": content, "embeds": embeds,
        });
        of(&serde_json::from_value(message).unwrap())
    }

    #[test]
    fn marks_stand_in_footers_and_in_small_print() {
        let seven = Some(Mark::Ticket(TicketNumber(42), 7));
        assert_eq!(mark("", &json!([{ "footer": { "text": "T-42 · 7" } }])), seven);
        assert_eq!(mark("Tom took it.\n-# T-42 · 7", &json!([])), seven);
        assert_eq!(mark("⚠️ look\n-# Notice 3", &json!([])), Some(Mark::Notice(3)));
    }

    #[test]
    fn what_people_wrote_is_no_mark() {
        for content in ["T-42 · 7", "-# T-42 · 7\nand more", "-# T-42 · 7 ", "-# T-42 · +7", "-# T-0 · 7"]
        {
            assert_eq!(mark(content, &json!([])), None, "{content}");
        }
        let embed = json!([{ "title": "T-42 · 7", "description": "-# T-42 · 7", "footer": { "text": "by T-42 · 7" } }]);
        assert_eq!(mark("", &embed), None);
        assert_eq!(mark("-# T-99999999999999999999 · 1", &json!([])), None);
        assert_eq!(mark("-# T-1000000001 · 1", &json!([])), None);
    }
}
