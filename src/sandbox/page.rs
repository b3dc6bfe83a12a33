//! The page: what stands in every channel and thread, read-only.
//!
//! Keeps: everything people wrote is escaped, and nothing is loaded from anywhere.

use std::fmt::Write as _;

use chrono_tz::Tz;

use super::model::{Channel, kind};
use super::world::World;

/// Only so many of the newest messages of a channel are shown.
const NEWEST: usize = 200;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;\
color:#222;background:#fff}h2{border-bottom:1px solid #ccc;margin-top:2rem}h3{margin-left:1.5rem}\
pre{white-space:pre-wrap;font:inherit;margin:.4rem 0 .4rem 1.5rem}.t{margin-left:3rem}small{color:#666}\
@media(prefers-color-scheme:dark){body{color:#ddd;background:#1e1f22}h2{border-color:#444}small{color:#999}}";

/// The whole page.
pub(crate) fn render(world: &World) -> String {
    let mut html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{0}</title><style>{STYLE}</style><h1>{0}</h1>\
         <p><small>A stand-in for Discord. Reload to see what has happened since.</small></p>",
        escape(&world.guild.name)
    );
    let mut channels: Vec<&Channel> =
        world.channels.values().filter(|channel| !channel.is_thread() && channel.kind != kind::DM).collect();
    channels.sort_by_key(|channel| (channel.position, channel.id));
    for channel in channels {
        // Writing to a string cannot fail, here and below.
        let _ = write!(html, "<h2 id=\"c{}\">#{}</h2>", channel.id, escape(&channel.name));
        if let Some(topic) = &channel.topic {
            let _ = write!(html, "<p><small>{}</small></p>", escape(topic));
        }
        show_messages(&mut html, world, channel, "");
        for thread in world.threads_of(channel.id) {
            let archived = if thread.is_archived() { " (archived)" } else { "" };
            let _ = write!(html, "<h3 id=\"c{}\">{}{archived}</h3>", thread.id, escape(&thread.name));
            show_messages(&mut html, world, thread, " class=\"t\"");
        }
    }
    html
}

fn show_messages(html: &mut String, world: &World, channel: &Channel, class: &str) {
    let hidden = channel.messages.len().saturating_sub(NEWEST);
    if hidden > 0 {
        let _ = write!(html, "<p{class}><small>{hidden} earlier messages</small></p>");
    }
    for message in channel.messages.values().skip(hidden) {
        let text = world.message_text(message, Tz::UTC);
        let _ = write!(html, "<pre{class}>{}</pre>", escape(&text));
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
