//! Where a request goes: method, path and the rate limit it shares.
//!
//! Own routes rather than serenity's `Request`, for three reasons found in its sources: building one opens an
//! `info` span that carries the whole request, message text and interaction tokens included; its ids panic on
//! zero; and its grouping for rate limits ignores the method, which Discord does not. Must not know what the
//! requests mean. Invariant: every part is percent-encoded, so no id or token can lead to another path or host.

use std::fmt::Display;

use reqwest::{Method, Url};

/// One request's address. The first part of the path is its major parameter.
pub(super) struct Route {
    pub(super) method: Method,
    template: &'static str,
    parts: Vec<String>,
    query: Vec<(&'static str, String)>,
}

/// The requests that share one limit until Discord names their bucket: the same method and path on the same channel,
/// guild or webhook.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Lane {
    /// The kind of request.
    pub(super) kind: (Method, &'static str),
    /// The channel, guild or webhook it is about.
    pub(super) major: String,
    /// Whether it counts towards the limit over everything.
    pub(super) counts: bool,
}

impl Route {
    /// A route over `template`, in which each `{}` is filled by one [`Route::part`].
    pub(super) fn new(method: Method, template: &'static str) -> Self {
        Self { method, template, parts: Vec::new(), query: Vec::new() }
    }

    pub(super) fn get(template: &'static str) -> Self {
        Self::new(Method::GET, template)
    }

    pub(super) fn post(template: &'static str) -> Self {
        Self::new(Method::POST, template)
    }

    pub(super) fn put(template: &'static str) -> Self {
        Self::new(Method::PUT, template)
    }

    pub(super) fn patch(template: &'static str) -> Self {
        Self::new(Method::PATCH, template)
    }

    /// Fills the next `{}`.
    pub(super) fn part(mut self, part: impl Display) -> Self {
        self.parts.push(part.to_string());
        self
    }

    /// Adds a query parameter.
    pub(super) fn query(mut self, name: &'static str, value: impl Display) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    /// Whether the path itself is the right to use it: such a request carries no bot token and counts towards
    /// nothing but its own limit.
    pub(super) fn speaks_for_itself(&self) -> bool {
        self.template.starts_with("/webhooks/")
    }

    /// The limit it shares.
    pub(super) fn lane(&self) -> Lane {
        let majors = if self.speaks_for_itself() { 2 } else { 1 };
        let major = self.parts.iter().take(majors).map(String::as_str).collect::<Vec<_>>().join("/");
        let counts = !self.speaks_for_itself();
        Lane { kind: (self.method.clone(), self.template), major, counts }
    }

    /// What may be told about it: method and path with the gaps still in it, for messages and logs.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.method, self.template)
    }

    /// The address below `api`.
    pub(super) fn url(&self, api: &Url) -> Url {
        let mut url = api.clone();
        let mut parts = self.parts.iter();
        if let Ok(mut path) = url.path_segments_mut() {
            path.clear().extend(["api", "v10"]);
            for piece in self.template.split('/').skip(1) {
                // An empty or dotted part would be dropped by the URL rules and change the path.
                let filled = if piece == "{}" { parts.next().map_or("-", String::as_str) } else { piece };
                path.push(if matches!(filled, "" | "." | "..") { "-" } else { filled });
            }
        }
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ChannelId, MessageId};

    fn api() -> Url {
        "https://discord.com".parse().unwrap()
    }

    #[test]
    fn parts_fill_the_path_and_name_the_limit() {
        let route = Route::patch("/channels/{}/messages/{}").part(ChannelId(7)).part(MessageId(9));
        assert_eq!(route.url(&api()).as_str(), "https://discord.com/api/v10/channels/7/messages/9");
        assert_eq!(route.lane().major, "7");
        assert_eq!(route.name(), "PATCH /channels/{}/messages/{}");
        let other = Route::patch("/channels/{}/messages/{}").part(ChannelId(7)).part(MessageId(10));
        assert_eq!(route.lane(), other.lane());
        let query =
            Route::get("/channels/{}/messages").part(ChannelId(7)).query("limit", 100).query("after", 3);
        assert_eq!(query.url(&api()).query(), Some("limit=100&after=3"));
    }

    #[test]
    fn a_token_cannot_lead_elsewhere_and_is_never_named() {
        for token in ["../../users/@me", "a/b?c#d", "..", "", "%2e%2e"] {
            let route = Route::patch("/webhooks/{}/{}/messages/@original").part(5).part(token);
            let url = route.url(&api());
            assert_eq!(url.host_str(), Some("discord.com"));
            assert_eq!(url.path_segments().unwrap().count(), 7, "{url}");
            assert!(url.path().ends_with("/messages/@original"), "{url}");
            assert!(url.query().is_none() && url.fragment().is_none());
            assert_eq!(route.name(), "PATCH /webhooks/{}/{}/messages/@original");
            assert!(!route.lane().counts);
        }
    }
}
