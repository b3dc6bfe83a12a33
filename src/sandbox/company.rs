//! A company as plain data, and the world made from it.
//!
//! It must not know the bot. Keeps: all names in a [`Company`] are names of roles, people or channels in it; unknown
//! ones are passed over.

use super::model::kind;
use super::permissions;

/// A company to begin with.
#[derive(Clone, Debug)]
pub struct Company {
    /// The guild's name.
    pub name: String,
    /// The guild's language.
    pub locale: String,
    /// The user name of the owner, who may do everything.
    pub owner: String,
    /// The roles besides `@everyone` and the bot's.
    pub roles: Vec<RolePlan>,
    /// The people.
    pub people: Vec<Person>,
    /// The channels, in order.
    pub channels: Vec<ChannelPlan>,
}

/// A role to make.
#[derive(Clone, Debug)]
pub struct RolePlan {
    /// The name.
    pub name: String,
    /// Bits beyond those of `@everyone`.
    pub permissions: u64,
    /// Anybody may mention it.
    pub mentionable: bool,
}

/// A person to add.
#[derive(Clone, Debug)]
pub struct Person {
    /// The lower-case user name.
    pub username: String,
    /// The name people see.
    pub display: String,
    /// Names of roles.
    pub roles: Vec<String>,
}

/// A channel to make.
#[derive(Clone, Debug)]
pub struct ChannelPlan {
    /// The name.
    pub name: String,
    /// One of [`kind`].
    pub kind: u8,
    /// What it is about.
    pub topic: String,
    /// If not empty: only these roles, and the bot, see it.
    pub only_for: Vec<String>,
    /// These roles do not see it.
    pub hidden_from: Vec<String>,
}

impl Company {
    // Longer than other functions because it is a list.
    /// A small company that sells book-keeping as a service.
    #[must_use]
    pub fn demo() -> Self {
        Self {
            name: "Harbour Books".to_owned(),
            locale: "en-US".to_owned(),
            owner: "olivia".to_owned(),
            roles: vec![
                role("technical", 0, true),
                role("web", 0, true),
                role("viewers", 0, false),
                role("managers", 0, false),
                role("admins", permissions::ADMINISTRATOR, false),
                role("contractor", 0, false),
            ],
            people: vec![
                person("ann", "Ann", &[]),
                person("ben", "Ben", &[]),
                person("cara", "Cara", &[]),
                person("tom", "Tom", &["technical"]),
                person("tess", "Tess", &["technical"]),
                person("will", "Will", &["web"]),
                person("wanda", "Wanda", &["web"]),
                person("dora", "Dora", &["managers", "viewers"]),
                person("vera", "Vera", &["viewers"]),
                person("olivia", "Olivia", &["admins"]),
                person("carl", "Carl", &["contractor"]),
            ],
            channels: vec![
                channel("general", kind::TEXT, "Whatever comes up"),
                ChannelPlan {
                    hidden_from: vec!["contractor".to_owned()],
                    ..channel("trouble", kind::TEXT, "Failures and what is done about them")
                },
                ChannelPlan {
                    hidden_from: vec!["contractor".to_owned()],
                    ..channel("trouble-announcements", kind::ANNOUNCEMENT, "How things stand")
                },
                ChannelPlan {
                    only_for: vec!["admins".to_owned()],
                    ..channel("trouble-operators", kind::TEXT, "For those who run the machinery")
                },
            ],
        }
    }

    /// A server nobody has prepared for anything: one channel, an administrator and two people.
    #[must_use]
    pub fn bare() -> Self {
        Self {
            name: "Bare Walls".to_owned(),
            locale: "en-US".to_owned(),
            owner: "olivia".to_owned(),
            roles: vec![role("admins", permissions::ADMINISTRATOR, false)],
            people: vec![
                person("olivia", "Olivia", &["admins"]),
                person("ann", "Ann", &[]),
                person("ben", "Ben", &[]),
            ],
            channels: vec![channel("general", kind::TEXT, "Whatever comes up")],
        }
    }
}

fn role(name: &str, permissions: u64, mentionable: bool) -> RolePlan {
    RolePlan { name: name.to_owned(), permissions, mentionable }
}

fn person(username: &str, display: &str, roles: &[&str]) -> Person {
    Person {
        username: username.to_owned(),
        display: display.to_owned(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
    }
}

fn channel(name: &str, kind: u8, topic: &str) -> ChannelPlan {
    ChannelPlan {
        name: name.to_owned(),
        kind,
        topic: topic.to_owned(),
        only_for: Vec::new(),
        hidden_from: Vec::new(),
    }
}
