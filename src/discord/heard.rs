//! What is heard on the gateway or read from a history, as the archive's values.
//!
//! Must not know who keeps it. Invariant: nothing that Discord may leave out is relied upon, and no text that a
//! database would not take gets through.

use serde_json::Value;
use serenity::all as serenity;

use super::acting::{shown_name, user_id};
use crate::domain::{ArchivedMessage, Attachment, ChannelId, MessageId, Person};

/// A message as the archive keeps it.
#[must_use]
pub fn message(message: &serenity::Message) -> ArchivedMessage {
    let nick = message.member.as_deref().and_then(|member| member.nick.as_deref());
    let author = Person { id: user_id(message.author.id), name: shown_name(nick, &message.author) };
    let reply =
        message.message_reference.as_ref().filter(|reference| reference.channel_id == message.channel_id);
    ArchivedMessage {
        id: message_id(message.id),
        thread: channel_id(message.channel_id),
        author,
        bot: message.author.bot || message.webhook_id.is_some(),
        system: is_system(message.kind),
        at: message_id(message.id).time(),
        text: shown_text(&message.content, &message.embeds),
        reply_to: reply.and_then(|reference| reference.message_id).map(message_id),
        attachments: message.attachments.iter().map(attachment).collect(),
        edited: message.edited_timestamp.map(|at| at.to_utc()),
        deleted: None,
        // Discord does not tell since when; the time of the message is the only one that is certain.
        pinned: message.pinned.then(|| message_id(message.id).time()),
        reactions: Vec::new(),
    }
}

/// An edit, if it carries the text. Discord also sends updates when it has made a preview of a link: those are told
/// apart by having no time of edit.
#[must_use]
pub fn edit(update: serenity::MessageUpdateEvent) -> Option<ArchivedMessage> {
    let author = update.author?;
    let nick = update.member.flatten().and_then(|member| member.nick);
    let reference =
        update.message_reference.flatten().filter(|reference| reference.channel_id == update.channel_id);
    Some(ArchivedMessage {
        id: message_id(update.id),
        thread: channel_id(update.channel_id),
        bot: author.bot || update.webhook_id.flatten().is_some(),
        system: update.kind.is_some_and(is_system),
        at: message_id(update.id).time(),
        text: shown_text(&update.content?, update.embeds.as_deref().unwrap_or_default()),
        reply_to: reference.and_then(|reference| reference.message_id).map(message_id),
        attachments: update.attachments.unwrap_or_default().iter().map(attachment).collect(),
        edited: Some(update.edited_timestamp?.to_utc()),
        deleted: None,
        pinned: None,
        reactions: Vec::new(),
        author: Person { id: user_id(author.id), name: shown_name(nick.as_deref(), &author) },
    })
}

/// The text of a message; where there is none, what its embeds say, which is how bots and alerts speak.
fn shown_text(content: &str, embeds: &[serenity::Embed]) -> String {
    let embedded = embeds.iter().flat_map(|embed| [&embed.title, &embed.description]).flatten();
    let text = match content {
        "" => embedded.map(String::as_str).collect::<Vec<_>>().join("\n"),
        content => content.to_owned(),
    };
    storable(&text)
}

/// PostgreSQL keeps no NUL, and one such text must not keep all others out of the archive.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// Whether Discord wrote it, and not a person, bot or webhook.
fn is_system(kind: serenity::MessageType) -> bool {
    use serenity::MessageType as Kind;
    !matches!(kind, Kind::Regular | Kind::InlineReply | Kind::ChatInputCommand | Kind::ContextMenuCommand)
}

fn attachment(file: &serenity::Attachment) -> Attachment {
    Attachment {
        id: file.id.get().cast_signed(),
        name: storable(&file.filename),
        url: storable(&file.url),
        size: u64::from(file.size),
    }
}

/// A channel's or thread's id in the domain.
#[must_use]
pub fn channel_id(id: serenity::ChannelId) -> ChannelId {
    ChannelId(id.get().cast_signed())
}

/// A message's id in the domain.
#[must_use]
pub fn message_id(id: serenity::MessageId) -> MessageId {
    MessageId(id.get().cast_signed())
}

/// An emoji as Discord writes it in addresses: the emoji itself, or `name:id` for one of the server's own.
#[must_use]
pub fn emoji(emoji: &serenity::ReactionType) -> String {
    match emoji {
        serenity::ReactionType::Unicode(emoji) => storable(emoji),
        serenity::ReactionType::Custom { id, name, .. } => {
            format!("{}:{id}", storable(name.as_deref().unwrap_or("emoji")))
        }
        // A kind that the library does not tell yet.
        _ => "?".to_owned(),
    }
}

/// That all reactions of one emoji were taken from a message, if the event is about that.
#[must_use]
pub fn emoji_removed(
    kind: &str,
    event: &Value,
) -> Option<(serenity::ChannelId, serenity::MessageId, String)> {
    if kind != "MESSAGE_REACTION_REMOVE_EMOJI" {
        return None;
    }
    let id = |key: &str| event[key].as_str()?.parse::<u64>().ok().filter(|id| *id > 0);
    let removed: serenity::ReactionType = serde_json::from_value(event["emoji"].clone()).ok()?;
    Some((id("channel_id")?.into(), id("message_id")?.into(), emoji(&removed)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_emoji_that_was_removed_is_read_without_what_discord_leaves_out() {
        let event =
            |emoji: Value| json!({ "channel_id": "5", "guild_id": "1", "message_id": "7", "emoji": emoji });
        let kind = "MESSAGE_REACTION_REMOVE_EMOJI";
        let read = |emoji| {
            emoji_removed(kind, &event(emoji))
                .map(|(channel, message, emoji)| (channel.get(), message.get(), emoji))
        };
        assert_eq!(read(json!({ "id": null, "name": "📌" })), Some((5, 7, "📌".to_owned())));
        assert_eq!(read(json!({ "id": "9", "name": "ok" })), Some((5, 7, "ok:9".to_owned())));
        assert_eq!(read(json!(3)), None);
        assert_eq!(emoji_removed(kind, &json!({ "channel_id": "0" })), None);
        assert_eq!(emoji_removed("SOMETHING", &event(json!({ "id": null, "name": "📌" }))), None);
    }
}
