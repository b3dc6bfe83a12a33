//! Custom ids that somebody made up: anybody can send any id at any time. Person, guild and state are checked at every
//! press, and whatever is refused leaves no trace.

use trouble_ticket::domain::Status;

use crate::support::db::Kind;
use crate::support::people::Who;
use crate::support::world::{World, play};

/// Every wish about a ticket that only changes something or shows what must not be seen: with the ticket as `N`.
const WISHES: [&str; 24] = [
    "take:N",
    "take-for:N:web",
    "take-for:N:technical",
    "status:N",
    "status-pick:N",
    "note:N",
    "report:N",
    "reports:N",
    "reports-draft:N",
    "reopen:N",
    "history:N:0",
    "history:N:9999",
    "on-report:N:web:open",
    "on-report:N:web:draft",
    "on-report:N:web:section",
    "on-report:N:web:page:cause:9999",
    "on-report:N:web:edit:cause",
    "on-report:N:web:submit:1",
    "on-report:N:web:approve:1",
    "on-report:N:web:return:1",
    "on-report:N:web:export:html",
    "on-report:N:web:edit:no-such",
    "on-report:N:kitchen:open",
    "on-report:N:web:page:\u{0}:0",
];

/// Ids of forms, which no button has.
const FORMS: [&str; 5] = [
    "note-form:N:finding",
    "reopen-form:N",
    "open::::",
    "on-report:N:web:form:cause:1",
    "on-report:N:web:return-form:1",
];

async fn press(world: &World, who: &Who, id: &str) -> String {
    let button = world.old_button("trouble", &format!("tt1:{id}")).await;
    let answer = who.presses(&button, "Old").await;
    assert!(!answer.text().contains("went wrong"), "{id}: {}", answer.text());
    if answer.is_modal() { format!("(form) {}", answer.title()) } else { answer.text() }
}

/// How far the tickets have got: what must not change.
async fn state(world: &World) -> Vec<(i64, i64, Status, usize)> {
    let tickets = world.tickets().await.into_iter();
    let mut state: Vec<_> =
        tickets.map(|one| (one.number.0, one.last_seq, one.status, one.reports.len())).collect();
    state.sort_unstable_by_key(|one| one.0);
    state
}

async fn a_ticket_that_is_none_is_named_by_every_id(kind: Kind) {
    play(kind, async |world| {
        world.open("Checkout is down").await;
        let before = state(world).await;
        for number in ["77", "9223372036854775807"] {
            for wish in WISHES {
                let answer = press(world, &world.dora(), &wish.replace('N', number)).await;
                let none = format!("There is no ticket T-{number}.");
                let strange = ["This button is from an older version", "There is no team “kitchen”"];
                assert!(
                    answer.starts_with(&none) || strange.iter().any(|said| answer.starts_with(said)),
                    "{wish}: {answer}"
                );
            }
        }
        assert_eq!(state(world).await, before);
    })
    .await;
}

async fn whoever_has_no_right_changes_and_sees_nothing_by_any_id(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        world.tom().at(&case).asks("/report draft").await;
        world.tom().at(&case).asks("/report submit team:web").await;
        world.settle().await;
        let before = state(world).await;
        // Carl sees no channel of the tickets; a button may have been forwarded to him, or made up.
        let carl = world.carl();
        world.sandbox().create_channel("forged", 0).unwrap();
        for wish in WISHES {
            let button = world.old_button("forged", &format!("tt1:{}", wish.replace('N', "1"))).await;
            let answer = carl.presses(&button, "Old").await;
            assert!(!answer.is_modal(), "{wish}: {}", answer.title());
            let text = answer.text();
            let refused = [
                "You may not do this.",
                "You may not read tickets.",
                "This button is from an older version",
                "There is no team",
            ];
            assert!(refused.iter().any(|said| text.starts_with(said)), "{wish}: {text}");
            assert!(!text.contains("Checkout"), "{wish}: {text}");
        }
        // Ben may look, and no more.
        for wish in WISHES {
            let answer = press(world, &world.ben(), &wish.replace('N', "1")).await;
            assert!(!answer.starts_with("(form)"), "{wish}: {answer}");
        }
        for who in [world.ben(), world.tom(), world.dora()] {
            let answer = press(world, &who, "retry-held-up").await;
            assert!(answer.starts_with("You may not do this."), "{answer}");
        }
        assert_eq!(state(world).await, before);
    })
    .await;
}

async fn forms_are_no_buttons_whoever_presses_them(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        world.tom().at(&case).asks("/report draft").await;
        world.settle().await;
        let before = state(world).await;
        for form in FORMS {
            for who in [world.ben(), world.tom(), world.dora(), world.admin()] {
                let answer = press(world, &who, &form.replace('N', "1")).await;
                assert!(answer.starts_with("This button is from an older version"), "{form}: {answer}");
            }
        }
        assert_eq!(state(world).await, before);
    })
    .await;
}

async fn a_state_that_is_over_is_refused_by_every_id(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let tom = world.tom().at(&case);
        // Nothing is there yet: no report, nothing to reopen.
        let before = state(world).await;
        for wish in [
            "on-report:1:web:open",
            "on-report:1:web:submit:1",
            "on-report:1:web:approve:1",
            "on-report:1:web:return:1",
        ] {
            let answer = press(world, &tom, wish).await;
            assert!(
                !answer.starts_with("(form)")
                    && !answer.contains("Submitted")
                    && !answer.contains("Approved"),
                "{wish}: {answer}"
            );
        }
        assert_eq!(state(world).await, before);
        // Versions that never were, in a report that is there.
        tom.asks("/report draft").await;
        let before = state(world).await;
        for version in ["0", "2", "9223372036854775807"] {
            for wish in ["submit", "approve", "return"] {
                let answer = press(world, &tom, &format!("on-report:1:web:{wish}:{version}")).await;
                assert!(
                    !answer.contains("Submitted") && !answer.contains("Approved"),
                    "{wish} {version}: {answer}"
                );
            }
        }
        assert_eq!(state(world).await, before);
        // Everything is over: what works on a running ticket is refused.
        world.tom().at(&case).asks("/ticket cancel reason:x").await;
        world.settle().await;
        let before = state(world).await;
        for wish in ["take:1", "take-for:1:web", "status:1"] {
            let answer = press(world, &tom, wish).await;
            assert!(answer.contains("T-1") && !answer.starts_with("(form)"), "{wish}: {answer}");
        }
        assert_eq!(state(world).await, before);
    })
    .await;
}

crate::on_both!(
    a_ticket_that_is_none_is_named_by_every_id,
    whoever_has_no_right_changes_and_sees_nothing_by_any_id,
    forms_are_no_buttons_whoever_presses_them,
    a_state_that_is_over_is_refused_by_every_id,
);
