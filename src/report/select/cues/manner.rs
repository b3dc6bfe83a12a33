//! How something is said, whatever it tells: as an update, of all of it, with laughter, in doubt, or not at all.
//!
//! Data only; see [`cues`](super). Most of these speak against a line.

use super::super::rule;
use super::{Cue, cue};

/// The name of the cue in whose sentence nothing was done.
pub(in super::super) const NOT_DONE: &str = "not done";
/// The name of the cue in whose sentence nothing fails.
pub(in super::super) const NOT_FAILED: &str = "not failed";

pub(super) const CUES: &[Cue] = &[
    cue(
        rule("written as an update", 19, "is written as an update"),
        None,
        &[
            "| ~4 update |",
            "| update/eta/summary/recap/tl;dr/tldr/fyi",
            "| further/quick/status/latest/another update",
            "| heads up",
            "| current state/status",
            "| for the record",
            "| ~ as of now",
            "| general info",
            "| to summarize/summarise",
            "time to resolution/fix/recovery",
        ],
        &["状況報告", "続報", "経過報告"],
    ),
    cue(
        rule("whole", 5, "speaks of all of it"),
        None,
        &[
            "all ~ our/the/of/nodes/servers/users/hosts/sites/jobs/requests/pods/services/systems",
            "every/everything/everyone/everybody/whole/entire",
            "none of",
        ],
        &["全て", "すべて", "全員", "全体"],
    ),
    cue(
        rule(NOT_FAILED, 0, ""),
        None,
        &["<not>/without/no/never ~2 down/broken/failing/affected/impacted/errors/outage/alerts"],
        &["影響はない", "影響なし", "問題ない", "問題なし"],
    ),
    cue(
        rule(NOT_DONE, -3, ""),
        None,
        &[
            "<not>/never/haven't/hasn't/hadn't/wouldn't/couldn't ~2 <done>",
            "haven't/hasn't/hadn't/didn't/wouldn't ~ made/make/changed/change/noticed/moved/started/touched",
            "would/could/might/should/i'd/we'd have/be",
            "seem/seems/seemed/appear/appears to",
            "look/looks/looked like",
            "if/probably/perhaps/maybe",
        ],
        &["していません", "していない"],
    ),
    cue(
        rule("thanks", -10, ""),
        None,
        &[
            "thanks/thank/thx/ty/cheers/congrats/congratulations/kudos/yay/welcome/sorry/hello/hi/hey",
            "well done",
            "great/good/nice/awesome/amazing work/job/catch/stuff",
            "good morning/night/evening/luck",
        ],
        &["ありがとう", "お疲れ", "おはよう", "よろしく", "すみません", "了解"],
    ),
    cue(
        rule("laughs", -12, ""),
        None,
        &["lol/lmao/rofl/haha*/hehe*/heh/hah/xd/funny/joke/joking/kidding/facepalm/oops/whoops/wtf/omg"],
        &["笑", "ｗｗ"],
    ),
    cue(
        rule("muses", -3, ""),
        None,
        &[
            "not sure/clear",
            "no idea",
            "don't know/get/understand/remember",
            "dunno/wonder/wondering/confused/curious/unclear/imo/imho/interesting/interestingly/anyway/anyways/btw/nvm",
            "in my opinion",
            "by the way",
            "unrelated but",
            "off topic",
            "never mind",
            "ignore me",
            "my bad",
            "in general/theory",
            "generally/theoretically/normally/usually/basically",
        ],
        &["わからない", "分からない", "不明", "ちなみに"],
    ),
    cue(
        rule("is not there yet", -2, ""),
        None,
        &[
            "if/until/unless/hope/hopefully/would/could/might/should",
            "try/tried/trying/want/wanted/needs to",
            "when it/we/this/that",
        ],
        &["たら", "はず"],
    ),
    cue(
        rule("asks others", -5, ""),
        None,
        &[
            "can/could/would/will we/you/someone/somebody/anyone/anybody",
            "please/pls/plz/lmk",
            "dm/ping me",
            "let me/us know",
            "feel free",
            "if you want/need/have/can",
            "you can/could/should/need/might/may",
        ],
        &["お願い", "ください", "いただけ"],
    ),
];
