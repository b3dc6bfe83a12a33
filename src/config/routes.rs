//! What is announced where: routes, and which of them a piece of news takes.
//!
//! Must not know tickets or Discord; news is described by its kind and by keys. Invariant: one piece of news goes to
//! a channel at most once, however many routes lead there.

use super::model::Channels;
use super::reference::Reference;

/// A kind of news that can be announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Announced {
    /// A ticket was opened.
    Opened,
    /// Somebody took charge, was put in charge, or gave it up.
    Assigned,
    /// The work went on to another status, other than those below.
    Status,
    /// The severity was changed.
    Severity,
    /// Somebody noted something.
    Note,
    /// The service is restored.
    Resolved,
    /// The ticket was closed.
    Closed,
    /// The ticket was called off: a false alarm, or a duplicate.
    Cancelled,
    /// The ticket was opened again.
    Reopened,
    /// Title, services or other facts were corrected.
    Edited,
}

impl Announced {
    /// All kinds, in the order of a ticket's life.
    pub const ALL: [Self; 10] = [
        Self::Opened,
        Self::Assigned,
        Self::Status,
        Self::Severity,
        Self::Note,
        Self::Resolved,
        Self::Closed,
        Self::Cancelled,
        Self::Reopened,
        Self::Edited,
    ];

    /// What a route takes that does not say: all that changes how things stand. Notes and corrections come often
    /// and matter to those who work on the ticket.
    pub const DEFAULT: [Self; 8] = [
        Self::Opened,
        Self::Assigned,
        Self::Status,
        Self::Severity,
        Self::Resolved,
        Self::Closed,
        Self::Cancelled,
        Self::Reopened,
    ];

    /// Its name in the config.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Assigned => "assigned",
            Self::Status => "status",
            Self::Severity => "severity",
            Self::Note => "note",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
            Self::Reopened => "reopened",
            Self::Edited => "edited",
        }
    }
}

/// All, or some of what is defined elsewhere in the config, by key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// All there are, and what is none of them too.
    All,
    /// These, at least one.
    Only(Vec<String>),
}

impl Selection {
    /// Whether `key` is among them.
    #[must_use]
    pub fn includes(&self, key: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(keys) => keys.iter().any(|each| each == key),
        }
    }

    /// Whether any of `keys` is among them; all also includes nothing at all.
    #[must_use]
    pub fn includes_any(&self, keys: &[String]) -> bool {
        matches!(self, Self::All) || keys.iter().any(|key| self.includes(key))
    }
}

/// `[[channels.announcements]]`: which news goes to a channel, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Where to.
    pub channel: Reference,
    /// Which kinds of news; at least one, none twice.
    pub events: Vec<Announced>,
    /// Of tickets of which severities.
    pub severities: Selection,
    /// About which services; tickets without a service only go where all do.
    pub services: Selection,
    /// Of tickets into which teams were brought.
    pub teams: Selection,
    /// The roles to mention.
    pub mention: Vec<Reference>,
    /// Whether updates are published to the servers that follow the channel.
    pub publish: bool,
}

/// A piece of news, as far as routes care.
#[derive(Clone, Copy, Debug)]
pub struct News<'a> {
    /// Its kind.
    pub event: Announced,
    /// The key of the ticket's severity.
    pub severity: &'a str,
    /// The keys of the ticket's services.
    pub services: &'a [String],
    /// The keys of the teams that were brought in.
    pub teams: &'a [String],
}

impl Route {
    /// Whether `news` goes this way.
    #[must_use]
    pub fn takes(&self, news: &News<'_>) -> bool {
        self.events.contains(&news.event)
            && self.severities.includes(news.severity)
            && self.services.includes_any(news.services)
            && self.teams.includes_any(news.teams)
    }
}

/// A channel that a piece of news goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// Where to.
    pub channel: Reference,
    /// The roles to mention, none twice.
    pub mention: Vec<Reference>,
    /// Whether to publish it.
    pub publish: bool,
}

impl Channels {
    /// Where `news` goes: each channel once, with the mentions of all routes that lead there, published if one of
    /// them says so.
    #[must_use]
    pub fn destinations(&self, news: &News<'_>) -> Vec<Destination> {
        let mut destinations: Vec<Destination> = Vec::new();
        for route in self.announcements.iter().filter(|route| route.takes(news)) {
            let known = destinations.iter().position(|destination| destination.channel == route.channel);
            let index = known.unwrap_or_else(|| {
                let channel = route.channel.clone();
                destinations.push(Destination { channel, mention: Vec::new(), publish: false });
                destinations.len() - 1
            });
            let destination = &mut destinations[index];
            destination.publish |= route.publish;
            for role in &route.mention {
                if !destination.mention.contains(role) {
                    destination.mention.push(role.clone());
                }
            }
        }
        destinations
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;

    fn name(name: &str) -> Reference {
        Reference::Name(name.into())
    }

    fn news(event: Announced, severity: &str) -> News<'_> {
        News { event, severity, services: &[], teams: &[] }
    }

    #[test]
    fn managers_are_mentioned_only_for_the_worst() {
        let channels = Config::default().channels;
        let mentioned = |severity| channels.destinations(&news(Announced::Opened, severity));
        let managers = vec![name("managers")];
        let channel = name("trouble-announcements");
        let destination = |mention| vec![Destination { channel: channel.clone(), mention, publish: false }];
        assert_eq!(mentioned("SEV1"), destination(managers));
        assert_eq!(mentioned("SEV2"), destination(vec![]));
        assert_eq!(channels.destinations(&news(Announced::Note, "SEV1")), []);
    }

    #[test]
    fn two_routes_to_one_channel_are_one_destination() {
        let mut channels = Config::default().channels;
        let mut again = channels.announcements[0].clone();
        again.mention.push(name("directors"));
        again.publish = true;
        channels.announcements.push(again);
        let destinations = channels.destinations(&news(Announced::Resolved, "SEV1"));
        assert_eq!(destinations.len(), 1);
        assert_eq!(destinations[0].mention, [name("managers"), name("directors")]);
        assert!(destinations[0].publish);
    }

    #[test]
    fn a_selection_of_services_leaves_out_tickets_without_one() {
        let shop = Selection::Only(vec!["shop".into()]);
        assert!(shop.includes_any(&["mail".into(), "shop".into()]));
        assert!(!shop.includes_any(&["mail".into()]));
        assert!(!shop.includes_any(&[]));
        assert!(Selection::All.includes_any(&[]));
    }
}
