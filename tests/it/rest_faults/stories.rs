//! What people do that needs each route, for the fault table.
//!
//! Must not know which fault there will be. A story is played many times in one world, each time with something new.

use trouble_ticket::sandbox::Fault;

use crate::support::world::{Case, World};

/// Something that needs a route.
pub struct Story {
    pub name: &'static str,
    pub method: &'static str,
    pub route: &'static str,
    /// Discord's code where the route leads to nothing.
    pub gone: u32,
    /// The faults after which there is something else to see than without, and the word for it.
    pub differs: &'static [(&'static str, &'static str)],
    act: Act,
}

#[derive(Clone, Copy)]
enum Act {
    Open,
    Note,
    Announce,
    Take,
    Publish,
    Close,
    Answer,
    Listen,
    Attach,
    Renew,
    React,
}

/// What a story begins with.
pub struct Scene {
    case: Option<Case>,
    /// Where the fault is to happen, if not anywhere on the route.
    pub path: Option<String>,
}

const fn story(name: &'static str, method: &'static str, route: &'static str, gone: u32, act: Act) -> Story {
    Story { name, method, route, gone, differs: &[], act }
}

const ANEW: &[(&str, &str)] = &[("404", "anew")];
const LET_GO: &[(&str, &str)] = &[("404", "let go")];
const MESSAGES: &str = "/channels/{channel}/messages";
const MESSAGE: &str = "/channels/{channel}/messages/{message}";

/// Cards, threads, notes and announcements.
pub fn posting() -> Vec<Story> {
    vec![
        story("card: POST messages", "POST", MESSAGES, 10_003, Act::Open),
        Story {
            differs: ANEW,
            ..story(
                "thread: POST messages/…/threads",
                "POST",
                "/channels/{channel}/messages/{message}/threads",
                10_008,
                Act::Open,
            )
        },
        Story { differs: ANEW, ..story("note: POST messages", "POST", MESSAGES, 10_003, Act::Note) },
        story("announcement: POST messages", "POST", MESSAGES, 10_003, Act::Announce),
    ]
}

/// What stands there already.
pub fn changing() -> Vec<Story> {
    vec![
        Story { differs: ANEW, ..story("card: PATCH messages/…", "PATCH", MESSAGE, 10_008, Act::Take) },
        Story {
            differs: LET_GO,
            ..story("archiving: PATCH channels/…", "PATCH", "/channels/{channel}", 10_003, Act::Close)
        },
        Story {
            differs: ANEW,
            ..story(
                "bringing in: PUT thread-members/…",
                "PUT",
                "/channels/{channel}/thread-members/{user}",
                10_003,
                Act::Take,
            )
        },
        Story {
            differs: LET_GO,
            ..story(
                "publishing: POST messages/…/crosspost",
                "POST",
                "/channels/{channel}/messages/{message}/crosspost",
                10_008,
                Act::Publish,
            )
        },
        Story {
            differs: &[("403", "mention"), ("404", "mention")],
            ..story(
                "link: PATCH webhooks/…/messages/…",
                "PATCH",
                "/webhooks/{app}/{token}/messages/{message}",
                10_015,
                Act::Open,
            )
        },
    ]
}

/// Answers to people, and what is read for the archive.
pub fn reading() -> Vec<Story> {
    vec![
        story(
            "answer: POST interactions/…/callback",
            "POST",
            "/interactions/{interaction}/{token}/callback",
            10_062,
            Act::Answer,
        ),
        story("history: GET messages", "GET", MESSAGES, 10_003, Act::Listen),
        story(
            "reactions: GET reactions/…",
            "GET",
            "/channels/{channel}/messages/{message}/reactions/{emoji}",
            10_008,
            Act::React,
        ),
        story("new link of a file: GET messages/…", "GET", MESSAGE, 10_008, Act::Renew),
        story("file: GET attachments/…", "GET", "/attachments/*", 0, Act::Attach),
    ]
}

impl Story {
    /// Whether this fault can be followed to its end: an answer that Discord refuses reaches nobody, and what Discord
    /// no longer has cannot be read.
    pub fn meets(&self, column: &str) -> bool {
        match self.act {
            Act::Answer => !matches!(column, "403" | "404"),
            Act::React | Act::Renew => !matches!(column, "403" | "404"),
            // Files may be large, and are waited for a whole minute.
            Act::Attach => !matches!(column, "403" | "404" | "no answer"),
            _ => true,
        }
    }

    /// What has to be there before.
    pub async fn prepare(&self, world: &mut World) -> Scene {
        let severity = if matches!(self.act, Act::Publish) { "severity:SEV1" } else { "" };
        let case = match self.act {
            Act::Open | Act::Listen => None,
            _ => Some(world.open_with(severity, &[("title", "Checkout is down")]).await.0),
        };
        let thread = case.as_ref().map(|case| case.thread);
        let path = match (self.act, thread) {
            (Act::Note, Some(thread)) => Some(format!("/channels/{thread}/messages")),
            (Act::Take, Some(thread)) if self.method == "PATCH" => {
                Some(format!("/channels/*/messages/{thread}"))
            }
            (Act::Announce, _) => {
                let news = world.sandbox().channel("trouble-announcements").unwrap().id;
                Some(format!("/channels/{news}/messages"))
            }
            (Act::React, Some(thread)) => Some(format!("/channels/{thread}/messages/*/reactions/*")),
            _ => None,
        };
        Scene { case, path }
    }

    /// What people do.
    pub async fn play(&self, world: &mut World, scene: &Scene) {
        let Some(case) = &scene.case else {
            let form = world.ann().types("/ticket open").await;
            form.fills(&[("title", "Checkout is down")]).await;
            return;
        };
        let (ann, tom) = (world.ann().at(case), world.tom().at(case));
        match self.act {
            Act::Open | Act::Listen => {}
            Act::Note | Act::Answer => drop(tom.asks("/ticket note text:x").await),
            Act::Announce | Act::Publish => drop(tom.asks("/ticket status to:identified").await),
            Act::Take => drop(tom.asks("/ticket take").await),
            Act::Close => drop(tom.asks("/ticket cancel reason:x").await),
            Act::Attach => drop(ann.attaches("the log", "shop.log", "502")),
            Act::Renew => {
                world.sandbox().fault(Fault::status("GET", "/attachments/*", 1, 404));
                ann.attaches("the log", "shop.log", "502");
            }
            Act::React => {
                let said = ann.says("who has an idea?");
                world.settle().await;
                world.stop().await;
                world.tom().actor().react(&said, "👍").unwrap();
                world.start().await;
            }
        }
    }
}
