//! Discord's permission algorithm, case by case.

use serde_json::json;

use super::permissions::{MANAGE_MESSAGES, PIN_MESSAGES, SEND_MESSAGES, names};
use super::*;

const ANN: UserId = UserId(11);
const OWNER: UserId = UserId(12);
const TECH: RoleId = RoleId(2);
const WEB: RoleId = RoleId(3);
const ADMIN: RoleId = RoleId(4);
const CHANNEL: ChannelId = ChannelId(7);
const THREAD: ChannelId = ChannelId(8);

/// A guild with one channel, which has these overwrites: whom, allowed, denied.
fn guild(overwrites: &[(Target, u64, u64)]) -> GuildView {
    let role = |id: RoleId, permissions: u64| {
        (id, Role { id, name: id.to_string(), permissions, mentionable: false, managed: false })
    };
    let overwrites: Vec<Overwrite> =
        overwrites.iter().map(|&(target, allow, deny)| Overwrite { target, allow, deny }).collect();
    let channel = json!({ "id": "7", "type": 0, "permission_overwrites": overwrites });
    let thread = json!({ "id": "8", "type": 11, "parent_id": "7" });
    let read = |value| serde_json::from_value::<Channel>(value).unwrap();
    GuildView {
        guild: serde_json::from_value(json!({ "id": "1", "owner_id": "12" })).unwrap(),
        roles: [
            role(RoleId(1), VIEW_CHANNEL | SEND_MESSAGES),
            role(TECH, PIN_MESSAGES),
            role(WEB, 0),
            role(ADMIN, ADMINISTRATOR),
        ]
        .into(),
        channels: [(CHANNEL, read(channel)), (THREAD, read(thread))].into(),
        me: serde_json::from_value(json!({ "user": { "id": "11" }, "roles": ["2"] })).unwrap(),
    }
}

const EVERYONE: Target = Target::Role(RoleId(1));
const TECHS: Target = Target::Role(TECH);
const WEBS: Target = Target::Role(WEB);
const HERSELF: Target = Target::Member(ANN);
const BOTH: u64 = VIEW_CHANNEL | SEND_MESSAGES;

/// A name, the channel's overwrites, Ann's roles, what she may do.
type Case = (&'static str, &'static [(Target, u64, u64)], &'static [RoleId], u64);

#[test]
fn bits_follow_discords_order() {
    let table: [Case; 11] = [
        ("everyone's role", &[], &[], BOTH),
        ("a role adds, bits unknown to libraries too", &[], &[TECH], BOTH | PIN_MESSAGES),
        ("an unknown role adds nothing", &[], &[RoleId(99)], BOTH),
        ("everyone is denied", &[(EVERYONE, 0, SEND_MESSAGES)], &[], VIEW_CHANNEL),
        (
            "a role allows what everyone is denied",
            &[(EVERYONE, 0, VIEW_CHANNEL), (TECHS, VIEW_CHANNEL, 0)],
            &[TECH],
            BOTH | PIN_MESSAGES,
        ),
        (
            "the order in the list does not matter",
            &[(TECHS, VIEW_CHANNEL, 0), (EVERYONE, 0, VIEW_CHANNEL)],
            &[TECH],
            BOTH | PIN_MESSAGES,
        ),
        (
            "one role's allowance beats another's denial",
            &[(TECHS, SEND_MESSAGES, 0), (WEBS, 0, SEND_MESSAGES)],
            &[TECH, WEB],
            BOTH | PIN_MESSAGES,
        ),
        ("a role one does not hold is nothing", &[(WEBS, MANAGE_MESSAGES, VIEW_CHANNEL)], &[], BOTH),
        (
            "the member comes last",
            &[(TECHS, MANAGE_MESSAGES, 0), (HERSELF, 0, MANAGE_MESSAGES)],
            &[TECH],
            BOTH | PIN_MESSAGES,
        ),
        ("who does not see may do nothing", &[(EVERYONE, MANAGE_MESSAGES, VIEW_CHANNEL)], &[TECH], 0),
        ("an administrator may do everything", &[(EVERYONE, 0, ALL), (HERSELF, 0, ALL)], &[ADMIN], ALL),
    ];
    for (name, overwrites, roles, expected) in table {
        let guild = guild(overwrites);
        assert_eq!(guild.permissions(ANN, roles, CHANNEL), expected, "{name}");
        assert_eq!(guild.permissions(ANN, roles, THREAD), expected, "{name}, in a thread");
        assert_eq!(guild.can_see(ANN, roles, CHANNEL), expected != 0, "{name}");
    }
}

#[test]
fn the_owner_may_do_everything_and_nobody_anything_in_a_channel_that_is_not_there() {
    let guild = guild(&[(EVERYONE, 0, ALL)]);
    assert_eq!(guild.permissions(OWNER, &[], CHANNEL), ALL);
    assert_eq!(guild.permissions(OWNER, &[], ChannelId(99)), 0);
    assert!(!guild.can_see(ANN, &[ADMIN], ChannelId(99)));
}

#[test]
fn what_the_bot_was_given_counts_before_it_sees_the_channel() {
    let guild = guild(&[(EVERYONE, 0, VIEW_CHANNEL)]);
    assert_eq!(guild.my_grants(CHANNEL), SEND_MESSAGES | PIN_MESSAGES);
    assert_eq!(guild.permissions(ANN, &[TECH], CHANNEL), 0);
    assert_eq!(names(SEND_MESSAGES | PIN_MESSAGES), ["Send Messages", "Pin Messages"]);
}
