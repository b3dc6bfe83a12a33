//! Discord's numbers: how often which request may be made.
//!
//! Data only. Discord documents none of the limits of single routes ("they can change"), so each number says where
//! it comes from: bot authors report it, or it was chosen here. Keeps: every route a bot signs for has a limit.

use std::time::Duration;

/// So many requests in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) limit: u32,
    pub(crate) window: Duration,
}

const fn per(limit: u32, millis: u64) -> Rule {
    Rule { limit, window: Duration::from_millis(millis) }
}

/// Requests of one bot, whatever they are; documented. Interactions' answers and webhooks do not count.
pub(crate) const GLOBAL: Rule = per(50, 1_000);

/// Answers of 401, 403 or 429 before the machine is shut out, and the window they count in; documented.
pub(crate) const INVALID: Rule = per(10_000, 600_000);

/// How long a machine is shut out. Documented as "temporarily"; an hour is chosen here.
pub(crate) const BAN: Duration = Duration::from_secs(3_600);

/// Published messages of a channel; reported. Not in the headers.
pub(crate) const PUBLISH: Rule = per(10, 3_600_000);

/// New names and topics of a channel or thread; reported. Not in the headers.
pub(crate) const RENAME: Rule = per(2, 600_000);

/// Edits of one published message; reported. Not in the headers.
pub(crate) const EDIT_PUBLISHED: Rule = per(3, 3_600_000);

/// A bucket: requests that share one limit, each with method and route.
pub(crate) struct Bucket {
    pub(crate) routes: &'static [(&'static str, &'static str)],
    pub(crate) rule: Rule,
}

const fn bucket(rule: Rule, routes: &'static [(&'static str, &'static str)]) -> Bucket {
    Bucket { routes, rule }
}

/// What applies to a bot's request that stands nowhere below; chosen here.
pub(crate) const OTHERWISE: Rule = per(5, 5_000);

/// The buckets that are known to differ. Each exists once per channel, guild or webhook.
pub(crate) const BUCKETS: &[Bucket] = &[
    // Reported by many: five in five seconds.
    bucket(per(5, 5_000), &[("POST", "/channels/{channel}/messages")]),
    // Reported: the same for edits, in a bucket of their own.
    bucket(per(5, 5_000), &[("PATCH", "/channels/{channel}/messages/{message}")]),
    // Chosen: deleting is quicker than writing.
    bucket(per(5, 1_000), &[("DELETE", "/channels/{channel}/messages/{message}")]),
    // Chosen: reading is cheap, and a history is read page by page.
    bucket(per(10, 5_000), &[("GET", "/channels/{channel}/messages")]),
    bucket(per(10, 5_000), &[("GET", "/channels/{channel}/messages/{message}")]),
    // Reported: one in a quarter of a second, giving and taking together.
    bucket(
        per(1, 250),
        &[
            ("PUT", "/channels/{channel}/messages/{message}/reactions/{emoji}/@me"),
            ("DELETE", "/channels/{channel}/messages/{message}/reactions/{emoji}/@me"),
            ("DELETE", "/channels/{channel}/messages/{message}/reactions/{emoji}/{user}"),
        ],
    ),
    // Chosen. The old and the new address of one thing share a limit.
    bucket(
        per(5, 5_000),
        &[
            ("PUT", "/channels/{channel}/pins/{message}"),
            ("DELETE", "/channels/{channel}/pins/{message}"),
            ("PUT", "/channels/{channel}/messages/pins/{message}"),
            ("DELETE", "/channels/{channel}/messages/pins/{message}"),
        ],
    ),
    // Reported: publishing has an ordinary bucket beside the limit by the hour that the headers do not show.
    bucket(per(5, 1_000), &[("POST", "/channels/{channel}/messages/{message}/crosspost")]),
    // Reported: waits of up to five minutes (discord-api-docs 7816). The fifty are chosen, and so is that the headers
    // show it.
    bucket(
        per(50, 300_000),
        &[
            ("POST", "/channels/{channel}/messages/{message}/threads"),
            ("POST", "/channels/{channel}/threads"),
        ],
    ),
    // Reported: five in fifteen seconds, beside the limit for names (discord-api-docs 1900).
    bucket(per(5, 15_000), &[("PATCH", "/channels/{channel}")]),
    // Chosen: asked for with many commands.
    bucket(per(5, 1_000), &[("GET", "/guilds/{guild}/members/{user}")]),
    // Reported: per webhook, or interaction, five in two seconds.
    bucket(per(5, 2_000), &[("POST", "/webhooks/{app}/{token}")]),
    bucket(per(5, 2_000), &[("GET", "/webhooks/{app}/{token}/messages/{message}")]),
    bucket(per(5, 2_000), &[("PATCH", "/webhooks/{app}/{token}/messages/{message}")]),
    bucket(per(5, 2_000), &[("DELETE", "/webhooks/{app}/{token}/messages/{message}")]),
];

/// The routes that have no bucket: what Discord asks for no token for.
pub(crate) fn is_free(template: &str) -> bool {
    template.starts_with("/interactions/") || template == "/gateway"
}

/// Whether requests count towards the limit over everything.
pub(crate) fn counts_globally(template: &str) -> bool {
    !is_free(template) && !template.starts_with("/webhooks/")
}

/// The bucket's place in the table, or a name of its own, and its limit.
pub(crate) fn bucket_of(method: &str, template: &str) -> (String, Rule) {
    let found = BUCKETS.iter().enumerate().find(|(_, bucket)| {
        bucket.routes.iter().any(|(other, route)| *other == method && *route == template)
    });
    match found {
        Some((place, bucket)) => (place.to_string(), bucket.rule),
        None => (format!("{method} {template}"), OTHERWISE),
    }
}
