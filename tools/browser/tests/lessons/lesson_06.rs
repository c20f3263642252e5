//! Channels: making them, moving between them, linking to them.

use browser::{Stage, rules::Rule};
use serde_json::json;
use thirtyfour::Key;

use crate::{
    lesson_01::fills_the_screen,
    lesson_03::{is_beside, is_marked},
};

const CURRENT: &str = ".channel[aria-current=true]";
const OFFERED: &str =
    "[...document.querySelectorAll('#join-channels option')].map((option) => option.value)";

pub fn rules() -> Vec<Rule> {
    browser::rules![6..;
        general_is_there_and_open,
        a_new_channel_opens_and_the_others_see_it,
        a_channel_that_cannot_be_made_is_refused_beside_the_field,
        a_channel_is_asked_for_only_once,
        a_message_stays_in_its_channel,
        newcomers_see_what_was_said_before,
        people_elsewhere_are_marked,
        changing_channels_is_told_in_both,
        leaving_a_channel_leads_to_general,
        a_link_opens_its_channel,
        a_channel_that_does_not_exist_can_be_made_on_joining,
        another_channel_takes_the_offer_to_make_it_back,
        the_join_form_offers_the_channels,
        the_join_form_offers_new_channels_after_a_log_out,
        the_address_follows_the_open_channel,
        a_forgotten_channel_leads_to_general,
        a_channel_name_is_shown_as_text,
        a_link_is_shown_as_text,
        many_channels_fit_a_phone,
    ]
}

async fn general_is_there_and_open(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.lists(".channel", &["General"]).await;
    ada.shows(CURRENT, "General").await;
    ada.shows("#channel-title", "General").await;
    ada.hides("#channel-leave").await;
}

async fn a_new_channel_opens_and_the_others_see_it(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.creates_channel("Recipes").await;
    ada.lists(".channel", &["General", "Recipes"]).await;
    ada.shows(CURRENT, "Recipes").await;
    ada.becomes("document.querySelector('#new-channel-name').value", "")
        .await;
    bob.lists(".channel", &["General", "Recipes"]).await;
    bob.shows(CURRENT, "General").await;
}

async fn a_channel_that_cannot_be_made_is_refused_beside_the_field(stage: &Stage) {
    let ada = stage.person("Ada").await;
    for (name, words) in [
        ("gENERAL", "there is a channel of this name already"),
        ("", "choose a name"),
        ("abcdefghijklmnopqrstu", "a name has at most 20 characters"),
    ] {
        ada.types("#new-channel-name", name).await;
        ada.click("#new-channel [type=submit]").await;
        ada.shows("#new-channel-error", words).await;
        is_beside(&ada, "new-channel-name", "new-channel-error").await;
        ada.becomes("document.querySelector('#new-channel-name').value", name)
            .await;
    }
    ada.creates_channel("Recipes").await;
    ada.hides("#new-channel-error").await;
}

async fn a_channel_is_asked_for_only_once(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.types("#new-channel-name", "Recipes").await;
    stage.pause_server();
    ada.presses(Key::Enter).await;
    ada.presses(Key::Enter).await;
    stage.resume_server();
    ada.shows("#channel-title", "Recipes").await;
    assert_eq!(ada.count_packets("out", "channel:create").await, 1);
    ada.hides("#new-channel-error").await;
}

async fn a_message_stays_in_its_channel(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.say("in General").await;
    ada.creates_channel("Recipes").await;
    ada.hides(".message").await;
    ada.say("in Recipes").await;
    ada.lists(".message__body", &["in Recipes"]).await;
    ada.opens_channel("General").await;
    ada.say("back").await;
    bob.lists(".message__body", &["in General", "back"]).await;
    ada.lists(".message__body", &["in General", "back"]).await;
}

async fn newcomers_see_what_was_said_before(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.say("one").await;
    ada.say("two").await;
    ada.creates_channel("Recipes").await;
    ada.say("three").await;
    let bob = stage.person("Bob").await;
    bob.lists(".message__body", &["one", "two"]).await;
    bob.opens_channel("Recipes").await;
    bob.lists(".message__body", &["three"]).await;
    bob.becomes("document.querySelectorAll('.message--own').length", 0)
        .await;
}

async fn people_elsewhere_are_marked(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.creates_channel("Recipes").await;
    bob.shows(".person--elsewhere", "Ada in Recipes").await;
    ada.shows(".person--elsewhere", "Bob in General").await;
    bob.opens_channel("Recipes").await;
    bob.hides(".person--elsewhere").await;
    ada.hides(".person--elsewhere").await;
}

async fn changing_channels_is_told_in_both(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.creates_channel("Recipes").await;
    bob.is_told("Ada left").await;
    bob.opens_channel("Recipes").await;
    ada.is_told("Bob joined").await;
}

async fn leaving_a_channel_leads_to_general(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.creates_channel("Recipes").await;
    ada.click("#channel-leave").await;
    ada.shows("#channel-title", "General").await;
    ada.shows(CURRENT, "General").await;
    ada.hides("#channel-leave").await;
}

async fn a_link_opens_its_channel(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.creates_channel("Recipes").await;
    let bob = stage.blank("Bob").await;
    bob.open("/?channel=recipes").await;
    bob.becomes("document.querySelector('#join-channel').value", "recipes")
        .await;
    bob.join("Bob").await;
    bob.shows("#channel-title", "Recipes").await;
    ada.is_told("Bob joined").await;
}

async fn a_channel_that_does_not_exist_can_be_made_on_joining(stage: &Stage) {
    let ada = stage.person("Ada").await;
    let bob = stage.blank("Bob").await;
    bob.open("/?channel=Recipes").await;
    bob.hides("#join-create").await;
    bob.asks_to_join("Bob").await;
    bob.shows(
        "#join-channel-error",
        "there is no channel of this name yet",
    )
    .await;
    is_marked(&bob, "join-channel").await;
    bob.click("#join-create").await;
    bob.shows("#channel-title", "Recipes").await;
    ada.lists(".channel", &["General", "Recipes"]).await;
    ada.shows(".person--elsewhere", "Bob in Recipes").await;
}

async fn another_channel_takes_the_offer_to_make_it_back(stage: &Stage) {
    let bob = stage.blank("Bob").await;
    bob.open("/?channel=Recipes").await;
    bob.asks_to_join("Bob").await;
    bob.shows("#join-create", "Create it and join").await;
    bob.pastes("#join-channel", "").await;
    bob.hides("#join-create").await;
    bob.join("Bob").await;
    bob.shows("#channel-title", "General").await;
}

async fn the_join_form_offers_the_channels(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.creates_channel("Recipes").await;
    let bob = stage.visitor("Bob").await;
    bob.becomes(OFFERED, json!(["General", "Recipes"])).await;
}

async fn the_join_form_offers_new_channels_after_a_log_out(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.creates_channel("Recipes").await;
    bob.lists(".channel", &["General", "Recipes"]).await;
    bob.click("#log-out").await;
    bob.shows("#join-form [type=submit]", "Join").await;
    bob.becomes(OFFERED, json!(["General", "Recipes"])).await;
}

async fn the_address_follows_the_open_channel(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.becomes("location.search", "?channel=General").await;
    ada.creates_channel("Q&A #1").await;
    ada.becomes("location.search", "?channel=Q%26A%20%231")
        .await;
    ada.run("location.reload()").await;
    ada.becomes("document.querySelector('#join-channel').value", "Q&A #1")
        .await;
    ada.join("Ada").await;
    ada.shows("#channel-title", "Q&A #1").await;
}

async fn a_forgotten_channel_leads_to_general(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.creates_channel("Recipes").await;
    stage.stop_server();
    stage.start_server();
    ada.shows("#channel-title", "General").await;
    ada.lists(".channel", &["General"]).await;
    ada.shows("#banner", "Back online.").await;
    ada.is_told("The channel Recipes is gone. This is General.")
        .await;
    ada.becomes("location.search", "?channel=General").await;
}

async fn a_channel_name_is_shown_as_text(stage: &Stage) {
    let name = "<b>x</b>";
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.creates_channel(name).await;
    ada.lists(".channel", &["General", name]).await;
    bob.lists(".channel", &["General", name]).await;
    bob.shows(".person--elsewhere", "Ada in <b>x</b>").await;
    bob.click("#log-out").await;
    bob.open("/").await;
    bob.becomes(OFFERED, json!(["General", name])).await;
    for window in [ada, bob] {
        window
            .becomes("document.querySelectorAll('b').length", 0)
            .await;
    }
}

async fn a_link_is_shown_as_text(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.open("/?channel=%22%3E%3Cscript%3Ewindow.hacked=1%3C/script%3E")
        .await;
    let field = "document.querySelector('#join-channel').value";
    ada.becomes(field, "\"><script>window.hacked=1</script>")
        .await;
    ada.becomes("typeof window.hacked", "undefined").await;
}

async fn many_channels_fit_a_phone(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.becomes_a_phone().await;
    ada.open("/").await;
    stage.enter(&ada).await;
    for number in 10..18 {
        ada.creates_channel(&format!("WWWWWWWWWWWWWWWWWW{number}"))
            .await;
    }
    fills_the_screen(&ada).await;
    ada.opens_channel("General").await;
}
