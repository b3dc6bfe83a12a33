//! Buttons and forms that mean nothing any more, or are used by somebody or somewhere they should not be.

use trouble_ticket::sandbox::Fault;

use crate::support::db::Kind;
use crate::support::world::{World, play};

const STRANGE: [&str; 12] = [
    "x",
    "tt0:take:1",
    "tt2:take:1",
    "tt1:",
    "tt1:take",
    "tt1:take:-1",
    "tt1:take:01",
    "tt1:take:1:2",
    "tt1:fly:1",
    "tt1:take:99999999999999999999",
    "tt1:history:1:x",
    "tt1:note-form:1:nothing",
];

async fn a_button_that_means_nothing_is_answered(kind: Kind) {
    play(kind, async |world| {
        world.open("Checkout is down").await;
        for id in STRANGE {
            let button = world.old_button("trouble", id).await;
            let answer = world.tom().presses(&button, "Old").await.text();
            assert!(answer.starts_with("This button is from an older version of the bot"), "{id}: {answer}");
        }
        // Ids of forms on a button: a form must be seen before it is sent.
        for id in ["tt1:open::::", "tt1:note-form:1:finding", "tt1:reopen-form:1"] {
            let button = world.old_button("trouble", id).await;
            let answer = world.tom().presses(&button, "Old").await;
            assert!(!answer.is_modal() && answer.text().starts_with("This button is from an older"), "{id}");
        }
        assert_eq!(world.ticket(1).await.last_seq, 1);
    })
    .await;
}

async fn a_button_of_an_unknown_ticket_says_so(kind: Kind) {
    play(kind, async |world| {
        world.open("Checkout is down").await;
        for verb in ["take", "status", "note", "report", "reopen"] {
            let button = world.old_button("trouble", &format!("tt1:{verb}:77")).await;
            let answer = world.tom().presses(&button, "Old").await;
            assert_eq!(
                answer.text(),
                "There is no ticket T-77. `/ticket list` shows the open ones.",
                "{verb}"
            );
        }
        let button = world.old_button("trouble", "tt1:take-for:1:kitchen").await;
        let answer = world.tom().presses(&button, "Old").await.text();
        assert_eq!(answer, "There is no team “kitchen”. There is `technical`, `web`.");
    })
    .await;
}

async fn every_button_asks_for_the_right_like_its_command(kind: Kind) {
    play(kind, async |world| {
        let case = world.open("Checkout is down").await;
        let card = world.card(&case);
        for (button, command) in [
            ("Take", "/ticket take"),
            ("Status", "/ticket status to:identified"),
            ("Note", "/ticket note text:x"),
        ] {
            let pressed = world.ben().presses(&card, button).await;
            assert!(!pressed.is_modal());
            assert_eq!(pressed.text(), world.ben().at(&case).asks(command).await, "{button}");
            assert!(pressed.text().starts_with("You may not do this."), "{}", pressed.text());
        }
        // Whoever may read the ticket may read its reports.
        let (pressed, typed) =
            (world.ben().presses(&card, "Report").await, world.ben().at(&case).asks("/report show").await);
        assert_eq!(pressed.text(), typed);
        assert!(!typed.contains("[Draft"), "{typed}");
        assert_eq!(world.ticket(1).await.last_seq, 1);
    })
    .await;
}

async fn a_form_that_means_nothing_is_answered(kind: Kind) {
    play(kind, async |world| {
        world.open("Checkout is down").await;
        for id in ["tt0:note-form:1:finding", "tt1:take:1", "strange"] {
            let form = forged_form(world, id).await;
            let answer = form.fills(&[("text", "typed in vain")]).await.text();
            assert!(answer.starts_with("This button is from an older version of the bot"), "{id}: {answer}");
        }
        // A form of another ticket than the one whose button was pressed is checked for itself.
        let form = forged_form(world, "tt1:note-form:5:finding").await;
        assert!(form.fills(&[("text", "x")]).await.text().starts_with("There is no ticket T-5."));
        let form = forged_form(world, "tt1:open:SEV9:::").await;
        assert!(form.fills(&[("text", "x")]).await.text().starts_with("The title is empty."));
        assert_eq!(world.ticket(1).await.last_seq, 1);
    })
    .await;
}

/// A form with this id, as an older version would have shown it: given in the bot's place, whose own answer
/// fails at first and then comes too late.
async fn forged_form(world: &World, id: &str) -> crate::support::people::Reply {
    let button = world.old_button("trouble", "tt1:note:1").await;
    world.sandbox().fault(Fault::status("POST", "/interactions/*", 1, 500));
    let tom = world.tom();
    let press = tom.presses(&button, "Old");
    let forge = async {
        let failed = |all: &trouble_ticket::sandbox::World| {
            let mut open = all.interactions.values().filter(|interaction| interaction.is_pending());
            open.next().map(|interaction| (interaction.id, interaction.token.clone()))
        };
        let (interaction, token) = world.sandbox().wait_for("the press", failed).await.unwrap();
        while world.sandbox().faults_left() > 0 {
            tokio::task::yield_now().await;
        }
        let input = serde_json::json!({ "type": 4, "custom_id": "text", "style": 1, "label": "Text" });
        let row = serde_json::json!({ "type": 1, "components": [input] });
        let data = serde_json::json!({ "custom_id": id, "title": "An old form", "components": [row] });
        let body = serde_json::json!({ "type": 9, "data": data });
        world.as_bot("POST", &format!("/interactions/{interaction}/{token}/callback"), body).await;
    };
    let (shown, ()) = tokio::join!(press, forge);
    assert_eq!(shown.title(), "An old form");
    shown
}

async fn a_direct_message_is_no_place_for_tickets(kind: Kind) {
    play(kind, async |world| {
        world.open("Checkout is down").await;
        let tom = world.tom().actor().id().unwrap();
        let body = serde_json::json!({ "recipient_id": tom.to_string() });
        let channel = world.as_bot("POST", "/users/@me/channels", body).await;
        let button = world.old_button(channel["id"].as_str().unwrap(), "tt1:take:1").await;
        let answer = world.tom().presses(&button, "Old").await;
        insta::assert_snapshot!(answer.text(), @"This bot works for another server only. Use it there.");
        let command = world.tom().within(channel["id"].as_str().unwrap()).asks("/ticket list").await;
        assert_eq!(command, answer.text());
        assert_eq!(world.ticket(1).await.last_seq, 1);
    })
    .await;
}

crate::on_both!(
    a_button_that_means_nothing_is_answered,
    a_button_of_an_unknown_ticket_says_so,
    every_button_asks_for_the_right_like_its_command,
    a_form_that_means_nothing_is_answered,
    a_direct_message_is_no_place_for_tickets,
);
