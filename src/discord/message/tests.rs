//! What any text may do to a message: nothing.

use proptest::prelude::*;

use super::*;
use crate::cases::{cases, hostile};
use crate::discord::limits::length;

/// Asserts every limit of Discord on a body of ours.
pub(in crate::discord) fn assert_within_limits(body: &Value) {
    let text = |value: &Value| length(value.as_str().unwrap_or_default());
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    assert!(text(&body["content"]) <= limits::CONTENT);
    assert!(!body["content"].as_str().unwrap().trim().is_empty() || !list(&body["embeds"]).is_empty());
    assert!(list(&body["embeds"]).len() <= limits::EMBEDS);
    let mut sum = 0;
    for embed in list(&body["embeds"]) {
        let fields = list(&embed["fields"]);
        assert!(text(&embed["title"]) <= limits::EMBED_TITLE);
        assert!(text(&embed["description"]) <= limits::EMBED_DESCRIPTION);
        assert!(text(&embed["footer"]["text"]) <= limits::EMBED_FOOTER);
        assert!(fields.len() <= limits::EMBED_FIELDS);
        sum += text(&embed["title"]) + text(&embed["description"]) + text(&embed["footer"]["text"]);
        for field in fields {
            assert!((1..=limits::FIELD_NAME).contains(&text(&field["name"])));
            assert!((1..=limits::FIELD_VALUE).contains(&text(&field["value"])));
            sum += text(&field["name"]) + text(&field["value"]);
        }
    }
    assert!(sum <= limits::EMBEDS_TOTAL, "{sum} characters over all embeds");
    assert!(list(&body["components"]).len() <= limits::ROWS);
    for row in list(&body["components"]) {
        let parts = list(&row["components"]);
        assert!((1..=limits::BUTTONS_IN_ROW).contains(&parts.len()));
        for part in parts {
            let options = list(&part["options"]);
            assert!(text(&part["label"]) <= limits::BUTTON_LABEL);
            assert!(
                part["custom_id"].is_null() || (1..=limits::CUSTOM_ID).contains(&text(&part["custom_id"]))
            );
            assert!(part["type"] != 3 || (1..=limits::SELECT_OPTIONS).contains(&options.len()));
            for option in options {
                assert!((1..=limits::OPTION_TEXT).contains(&text(&option["label"])));
                assert!((1..=limits::OPTION_TEXT).contains(&text(&option["value"])));
                assert!(text(&option["description"]) <= limits::OPTION_TEXT);
            }
        }
    }
    assert_eq!(body["allowed_mentions"]["parse"], json!([]));
}

#[test]
fn the_wire_shape_is_discords() {
    let message = Message::private("Done.")
        .embed(Embed::new("Title", 0xd3_2f2f).description("Text").footer("T-42 · 1").field("Name", ""))
        .row(Row::Buttons(vec![
            Button::new("Take", Style::Primary, "take"),
            Button::link("Thread", "https://discord.com/channels/1/2").disabled(true),
        ]))
        .calling([UserId(7), UserId(5), UserId(7)])
        .calling_roles([RoleId(9)]);
    assert_eq!(
        message.callback_data(),
        json!({
            "content": "Done.",
            "flags": 64,
            "embeds": [{
                "title": "Title", "description": "Text", "color": 0xd3_2f2f,
                "fields": [{ "name": "Name", "value": "—", "inline": false }],
                "footer": { "text": "T-42 · 1" },
            }],
            "components": [{ "type": 1, "components": [
                { "type": 2, "style": 1, "label": "Take", "custom_id": "take", "disabled": false },
                { "type": 2, "style": 5, "label": "Thread", "url": "https://discord.com/channels/1/2", "disabled": true },
            ] }],
            "allowed_mentions": { "parse": [], "users": ["5", "7"], "roles": ["9"] },
        })
    );
}

#[test]
fn an_edit_can_take_everything_away_and_links_get_no_preview() {
    let message = Message::text("See https://example.com");
    assert_eq!(message.edit_body()["components"], json!([]));
    assert_eq!(message.edit_body()["embeds"], json!([]));
    assert_eq!(message.edit_body().get("flags"), None);
    assert_eq!(message.create_body()["flags"], 4);
    assert_eq!(Message::private("x").callback_data()["flags"], 4 + 64);
    assert_eq!(serde_json::to_value(&message).unwrap(), message.create_body());
}

#[test]
fn nothing_is_ever_empty() {
    assert_eq!(Message::default().create_body()["content"], "…");
    assert_eq!(Message::text(" \n").embed(Embed::default()).create_body()["content"], "…");
    let row = Row::Select(Select { custom_id: "x".into(), placeholder: String::new(), options: vec![] });
    assert_eq!(Message::text("x").row(row).row(Row::Buttons(vec![])).create_body()["components"], json!([]));
    let modal = Modal::new("", "x").input(Input::line("a", "", 0)).data();
    assert_eq!(
        (&modal["title"], &modal["components"][0]["components"][0]["max_length"]),
        (&json!("…"), &json!(1))
    );
}

#[test]
fn a_form_is_made_of_rows_with_inputs() {
    let input = Input::paragraph("text", "What happened?".repeat(9), 9000).optional().example("Say it");
    let modal = Modal::new("Note on T-42", "id").input(input);
    let label = "What happened?What happened?What happened?Wh…";
    assert_eq!(
        modal.callback(),
        json!({ "type": 9, "data": { "title": "Note on T-42", "custom_id": "id", "components": [
            { "type": 1, "components": [{
                "type": 4, "custom_id": "text", "label": label, "style": 2,
                "required": false, "max_length": 4000, "placeholder": "Say it",
            }] },
        ] } })
    );
}

proptest! {
    // Up to 27 embeds with 27 fields each take a tenth of a second: 10,000 would take a quarter of an hour.
    #![proptest_config(cases(100))]

    #[test]
    fn any_message_fits(text in hostile(), times in 0usize..150, parts in 0usize..27) {
        let long = text.repeat(times);
        let mut message = Message::text(long.clone());
        for _ in 0..parts {
            let mut embed = Embed::new(long.clone(), u32::MAX).description(long.clone()).footer(text.clone());
            for _ in 0..parts {
                embed = embed.field(long.clone(), long.clone());
            }
            let buttons = vec![Button::new(long.clone(), Style::Primary, text.clone()); parts];
            let options = vec![Choice::new(long.clone(), text.clone(), long.clone()); parts];
            let select = Select { custom_id: text.clone(), placeholder: long.clone(), options };
            message = message.embed(embed).row(Row::Buttons(buttons)).row(Row::Select(select));
        }
        assert_within_limits(&message.create_body());
        let once = message.fitted();
        prop_assert_eq!(once.clone(), once.fitted());
    }
}

proptest! {
    // Each text goes to a dozen places: 1,000 are more than 10,000 texts cut to their limits.
    #![proptest_config(cases(1_000))]

    #[test]
    fn every_part_of_a_message_fits(text in hostile(), times in 1usize..40, parts in 0usize..4, private in any::<bool>()) {
        let long = text.repeat(times);
        let message = if private { Message::private(long.clone()) } else { Message::text(long.clone()) };
        let embed = Embed::new(long.clone(), 1).description(long.clone()).footer(long.clone());
        let embed = (0..parts).fold(embed, |embed, _| embed.field(long.clone(), text.clone()));
        let option = Choice::new(long.clone(), text.clone(), long.clone());
        let select = Select { custom_id: text.clone(), placeholder: long.clone(), options: vec![option; parts] };
        let button = Button::new(long, Style::Primary, text);
        let message = message.embed(embed).row(Row::Buttons(vec![button; parts])).row(Row::Select(select));
        assert_within_limits(&message.create_body());
        assert_within_limits(&message.callback_data());
    }

    #[test]
    fn every_form_fits(text in hostile(), times in 1usize..40, inputs in 1usize..8, most in 0usize..9000) {
        let long = text.repeat(times);
        let input = Input::paragraph("text", long.clone(), most).example(long.clone());
        let form = (0..inputs).fold(Modal::new(long, "id"), |form, _| form.input(input.clone()));
        let data = form.data();
        let text = |value: &Value| length(value.as_str().unwrap_or_default());
        prop_assert!((1..=limits::MODAL_TITLE).contains(&text(&data["title"])));
        let rows = data["components"].as_array().unwrap();
        prop_assert!(rows.len() <= limits::MODAL_INPUTS);
        for row in rows {
            let input = &row["components"][0];
            prop_assert!((1..=limits::INPUT_LABEL).contains(&text(&input["label"])));
            prop_assert!(text(&input["placeholder"]) <= limits::INPUT_PLACEHOLDER);
            prop_assert!((1..=4000).contains(&input["max_length"].as_u64().unwrap()));
        }
    }
}
