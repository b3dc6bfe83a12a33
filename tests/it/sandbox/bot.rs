//! A real serenity client in the sandbox: what it decodes, and a whole conversation.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use serde_json::json;
use serenity::all::{
    ActionRowComponent, AutocompleteChoice, Command, Context, CreateActionRow, CreateAutocompleteResponse,
    CreateButton, CreateCommand, CreateCommandOption, CreateEmbed, CreateInputText,
    CreateInteractionResponse as Response, CreateInteractionResponseFollowup,
    CreateInteractionResponseMessage as Message, CreateModal, CreateSelectMenu, CreateSelectMenuKind,
    CreateSelectMenuOption, EditInteractionResponse, Event, EventHandler, GatewayIntents, GuildId,
    HttpBuilder, Interaction, RawEventHandler, Ready,
};
use serenity::async_trait;
use serenity::model::application::{CommandOptionType as Kind, CommandType, InputTextStyle};
use trouble_ticket::sandbox::{Options, Sandbox, State, Time, World, kind};

/// What the bot has heard, and what it could not decode.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<(BTreeSet<String>, Vec<String>)>>);

#[async_trait]
impl RawEventHandler for Heard {
    async fn raw_event(&self, _: Context, event: Event) {
        let mut heard = self.0.lock().unwrap();
        if let Event::Unknown(unknown) = &event {
            heard.1.push(format!("{unknown:?}"));
        }
        heard.0.extend(event.name());
    }
}

struct Bot;

fn text(content: &str) -> Message {
    Message::new().content(content)
}

fn open_form() -> Response {
    let title = CreateInputText::new(InputTextStyle::Short, "What is wrong?", "title");
    let details = CreateInputText::new(InputTextStyle::Paragraph, "Details", "details").required(false);
    let rows = vec![CreateActionRow::InputText(title), CreateActionRow::InputText(details)];
    Response::Modal(CreateModal::new("form", "Open a ticket").components(rows))
}

fn card(title: &str) -> Message {
    let take = CreateButton::new("take").label("Take");
    let off = CreateButton::new("off").label("Off").disabled(true);
    let options = vec![CreateSelectMenuOption::new("One", "1"), CreateSelectMenuOption::new("Two", "2")];
    let select = CreateSelectMenu::new("pick", CreateSelectMenuKind::String { options });
    text("opened")
        .embed(CreateEmbed::new().title(title).field("status", "open", true))
        .components(vec![CreateActionRow::Buttons(vec![take, off]), CreateActionRow::SelectMenu(select)])
}

#[async_trait]
impl EventHandler for Bot {
    async fn ready(&self, ctx: Context, ready: Ready) {
        let option = CreateCommandOption::new(Kind::String, "severity", "how bad").set_autocomplete(true);
        let who = CreateCommandOption::new(Kind::User, "user", "who");
        let open = CreateCommandOption::new(Kind::SubCommand, "open", "open one")
            .add_sub_option(option)
            .add_sub_option(who);
        let slow = CreateCommandOption::new(Kind::SubCommand, "slow", "takes a while");
        let never = CreateCommandOption::new(Kind::SubCommand, "never", "no answer");
        let commands = vec![
            CreateCommand::new("ticket").description("tickets").set_options(vec![open, slow, never]),
            CreateCommand::new("Use it").kind(CommandType::Message),
        ];
        let made: Vec<Command> = ready.guilds[0].id.set_commands(&ctx.http, commands).await.unwrap();
        assert_eq!(made.len(), 2);
    }

    async fn interaction_create(&self, ctx: Context, interaction: Interaction) {
        let http = &ctx.http;
        match interaction {
            Interaction::Command(it) if it.data.kind == CommandType::Message => {
                let target = it.data.resolved.messages.values().next().unwrap().content.clone();
                let answer = text(&format!("used {target}")).ephemeral(true);
                it.create_response(http, Response::Message(answer)).await.unwrap();
            }
            Interaction::Command(it) => match it.data.options[0].name.as_str() {
                "open" => it.create_response(http, open_form()).await.unwrap(),
                "slow" => {
                    it.defer_ephemeral(http).await.unwrap();
                    it.edit_response(http, EditInteractionResponse::new().content("done")).await.unwrap();
                    let more = CreateInteractionResponseFollowup::new().content("and more");
                    it.create_followup(http, more).await.unwrap();
                    it.edit_response(http, EditInteractionResponse::new().content("done twice"))
                        .await
                        .unwrap();
                }
                _ => {}
            },
            Interaction::Autocomplete(it) => {
                let typed = it.data.autocomplete().unwrap().value.to_owned();
                let choice = AutocompleteChoice::new(format!("{typed}!"), typed);
                let answer = CreateAutocompleteResponse::new().set_choices(vec![choice]);
                it.create_response(http, Response::Autocomplete(answer)).await.unwrap();
            }
            Interaction::Modal(it) => {
                let ActionRowComponent::InputText(title) = &it.data.components[0].components[0] else {
                    return;
                };
                let answer = card(title.value.as_deref().unwrap());
                it.create_response(http, Response::Message(answer)).await.unwrap();
            }
            Interaction::Component(it) if it.data.custom_id == "take" => {
                let answer = text(&format!("taken by <@{}>", it.user.id)).components(Vec::new());
                it.create_response(http, Response::UpdateMessage(answer)).await.unwrap();
            }
            Interaction::Component(it) => {
                let answer = text("chosen").ephemeral(true);
                it.create_response(http, Response::Message(answer)).await.unwrap();
            }
            _ => {}
        }
    }
}

/// A sandbox with the bot connected and its commands registered.
async fn connected(options: Options) -> (Sandbox, Heard) {
    let sandbox = Sandbox::start(options).await.unwrap();
    let http = HttpBuilder::new(sandbox.token()).proxy(sandbox.api()).ratelimiter_disabled(true).build();
    let intents =
        GatewayIntents::non_privileged() | GatewayIntents::GUILD_MEMBERS | GatewayIntents::MESSAGE_CONTENT;
    let heard = Heard::default();
    let client = serenity::client::ClientBuilder::new_with_http(http, intents);
    let mut client = client.event_handler(Bot).raw_event_handler(heard.clone()).await.unwrap();
    tokio::spawn(async move { client.start().await.unwrap() });
    let registered = |world: &World| (!world.commands.is_empty()).then_some(());
    sandbox.wait_for("the commands", registered).await.unwrap();
    (sandbox, heard)
}

#[tokio::test]
async fn a_conversation_goes_from_command_to_form_to_button() {
    let (sandbox, heard) = connected(Options::default()).await;
    let (ann, tom) = (sandbox.member("ann"), sandbox.member("tom"));
    let trouble = ann.in_channel("trouble");
    assert_eq!(
        trouble.autocomplete("/ticket open severity:SE").await.unwrap(),
        [("SE!".to_owned(), "SE".to_owned())]
    );
    let form = trouble.slash("/ticket open severity:SEV1 user:@tom").await.unwrap();
    assert!(form.is_modal());
    assert_eq!((form.title().as_str(), form.inputs()[0].label.as_str()), ("Open a ticket", "What is wrong?"));
    assert!(form.fill(&[("details", "no title")]).await.is_err());
    let reply = form.fill(&[("title", "All is down")]).await.unwrap();
    assert_eq!(reply.text(), "opened\n# All is down\nstatus: open\n[Take] [Off (off)]\n[choose ▾]");
    assert!(!reply.is_ephemeral());
    let message = reply.message().unwrap();
    assert!(tom.press(&message, "Off").await.unwrap_err().message.contains("disabled"));
    assert!(tom.press(&message, "Nothing").await.unwrap_err().message.contains("there are: Take, Off"));
    let chosen = tom.select(&message, "pick", &["Two"]).await.unwrap();
    assert!(chosen.is_ephemeral() && chosen.text() == "chosen");
    let taken = tom.press(&message, "Take").await.unwrap();
    assert_eq!(
        (taken.state(), taken.text().as_str()),
        (State::Updated, "taken by @Tom\n# All is down\nstatus: open")
    );
    let used = ann.menu("Use it", &trouble.say("this").unwrap()).await.unwrap();
    assert_eq!(used.text(), "used this");
    assert_eq!(heard.0.lock().unwrap().1, Vec::<String>::new());
    assert_eq!(sandbox.unknown_routes(), Vec::<String>::new());
    sandbox.stop().await;
}

#[tokio::test]
async fn a_deferred_answer_is_completed_and_a_missing_one_expires() {
    let within = std::time::Duration::from_millis(300);
    let (sandbox, _) = connected(Options { answer_within: within, ..Options::default() }).await;
    let ann = sandbox.member("ann").in_channel("general");
    let slow = ann.slash("/ticket slow").await.unwrap();
    assert!(slow.is_ephemeral());
    assert_eq!(slow.follow_up().await.unwrap().content, "and more");
    let edited = |world: &World| {
        let original = world.interactions.get(&slow.id())?.original?;
        world.find_message(original).filter(|message| message.content == "done twice").map(drop)
    };
    sandbox.wait_for("the last edit", edited).await.unwrap();
    let error = ann.slash("/ticket never").await.err().unwrap();
    assert!(error.message.contains("did not respond"));
    assert_eq!(sandbox.stats()["expired_interactions"], 1);
    assert!(ann.slash("/ticket wrong").await.is_err());
    assert!(ann.slash("/ticket open colour:red").await.is_err());
}

/// Everything that can change, so that every event is seen by a real decoder.
fn change_everything(sandbox: &Sandbox) {
    let ann = sandbox.member("ann");
    let said = ann.in_channel("trouble").attach("hello", "a.txt", "x").unwrap();
    ann.in_channel("trouble").reply_to(&said, "hello yourself").unwrap();
    ann.edit(&said, "hello there").unwrap();
    ann.react(&said, "🔥").unwrap();
    ann.unreact(&said, "🔥").unwrap();
    sandbox.member("olivia").pin(&said).unwrap();
    ann.delete(&said).unwrap();
    sandbox.create_role("new", 0, true).unwrap();
    sandbox.rename_role("new", "newer").unwrap();
    sandbox.add_member("zoe", "Zoe", &["newer"]).unwrap();
    sandbox.set_roles("zoe", &["web"]).unwrap();
    sandbox.delete_role("newer").unwrap();
    sandbox.remove_member("zoe").unwrap();
    sandbox.create_channel("side", kind::TEXT).unwrap();
    sandbox.set_role_overwrite("side", "web", 0, 1024).unwrap();
    sandbox.change_channel("side", &json!({ "topic": "t" })).unwrap();
    sandbox.delete_channel("side").unwrap();
    sandbox.set_role_overwrite("trouble", "trouble-ticket", 0, 1024).unwrap();
    sandbox.set_role_overwrite("trouble", "trouble-ticket", 0, 0).unwrap();
}

#[tokio::test]
async fn serenity_decodes_every_event_and_answer() {
    let (sandbox, heard) = connected(Options::default()).await;
    change_everything(&sandbox);
    let http = HttpBuilder::new(sandbox.token()).proxy(sandbox.api()).ratelimiter_disabled(true).build();
    http.set_application_id(serenity::all::ApplicationId::new(sandbox.bot_id()));
    let channel = serenity::all::ChannelId::new(sandbox.channel("trouble").unwrap().id);
    let ann = serenity::all::UserId::new(sandbox.member("ann").id().unwrap());
    let guild = GuildId::new(sandbox.guild_id());
    let message = channel.say(&http, "T-1").await.unwrap();
    let named = serenity::all::CreateThread::new("T-1");
    let thread = channel.create_thread_from_message(&http, message.id, named).await.unwrap();
    thread.id.add_thread_member(&http, ann).await.unwrap();
    thread.id.get_thread_members(&http).await.unwrap();
    thread.id.remove_thread_member(&http, ann).await.unwrap();
    let more = [thread.id.say(&http, "a").await.unwrap().id, thread.id.say(&http, "b").await.unwrap().id];
    thread.id.delete_messages(&http, more).await.unwrap();
    let archive = serenity::all::EditThread::new().archived(true);
    thread.id.edit_thread(&http, archive).await.unwrap();
    channel.get_archived_public_threads(&http, None, None).await.unwrap();
    message.pin(&http).await.unwrap();
    assert_eq!(channel.pins(&http).await.unwrap().len(), 1);
    channel.messages(&http, serenity::all::GetMessages::new().limit(10)).await.unwrap();
    guild.to_partial_guild(&http).await.unwrap();
    guild.channels(&http).await.unwrap();
    guild.roles(&http).await.unwrap();
    guild.members(&http, Some(100), None).await.unwrap();
    guild.get_active_threads(&http).await.unwrap();
    guild.get_commands(&http).await.unwrap();
    http.get_current_application_info().await.unwrap();
    http.get_current_user().await.unwrap();
    http.get_bot_gateway().await.unwrap();
    http.get_guilds(None, None).await.unwrap();
    ann.create_dm_channel(&http).await.unwrap();
    sandbox.set_role_permissions("trouble-ticket", u64::MAX >> 11).unwrap();
    guild.edit(&http, serenity::all::EditGuild::new().name("Harbour Books Ltd")).await.unwrap();
    thread.id.delete(&http).await.unwrap();

    let expected = [
        "READY",
        "GUILD_CREATE",
        "MESSAGE_CREATE",
        "MESSAGE_UPDATE",
        "MESSAGE_DELETE",
        "MESSAGE_DELETE_BULK",
        "MESSAGE_REACTION_ADD",
        "MESSAGE_REACTION_REMOVE",
        "CHANNEL_PINS_UPDATE",
        "CHANNEL_CREATE",
        "CHANNEL_UPDATE",
        "CHANNEL_DELETE",
        "GUILD_ROLE_CREATE",
        "GUILD_ROLE_UPDATE",
        "GUILD_ROLE_DELETE",
        "GUILD_MEMBER_ADD",
        "GUILD_MEMBER_UPDATE",
        "GUILD_MEMBER_REMOVE",
        "THREAD_CREATE",
        "THREAD_UPDATE",
        "THREAD_DELETE",
        "THREAD_MEMBERS_UPDATE",
        "THREAD_LIST_SYNC",
        "GUILD_UPDATE",
    ];
    let all_heard = async {
        while !expected.iter().all(|name| heard.0.lock().unwrap().0.contains(*name)) {
            tokio::task::yield_now().await;
        }
    };
    let done = tokio::time::timeout(std::time::Duration::from_secs(10), all_heard).await;
    let (names, unknown) = heard.0.lock().unwrap().clone();
    let missing: Vec<_> = expected.iter().filter(|name| !names.contains(**name)).collect();
    assert!(done.is_ok(), "never heard {missing:?}; not understood: {unknown:?}");
    assert_eq!((unknown, sandbox.unknown_routes()), (Vec::new(), Vec::new()));
}

#[tokio::test]
async fn ids_carry_the_given_time() {
    let noon = chrono::DateTime::from_timestamp(1_780_000_000, 0).unwrap();
    let sandbox = Sandbox::start(Options { time: Time::Stepped(noon), ..Options::default() }).await.unwrap();
    let ann = sandbox.member("ann").in_channel("general");
    assert_eq!(ann.say("now").unwrap().at, noon);
    let later = noon + chrono::Duration::hours(1);
    sandbox.set_clock(later).unwrap();
    assert!(sandbox.set_clock(noon).is_err());
    let (a, b) = (ann.say("later").unwrap(), ann.say("at once").unwrap());
    assert!(a.at == later && b.at == later && a.id < b.id);
    assert!(ann.say_at("too early", noon).is_err());
}
