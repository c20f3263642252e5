//! Private conversations: opening them, and what stays in them.

use browser::{Stage, Window, rules::Rule};
use thirtyfour::Key;

use crate::lesson_01::fills_the_screen;

// An empty one is there, too.
const MARK: &str = ".person__unread:not(:empty)";
const DRAFT: &str = "document.querySelector('#composer-body').value";

pub fn rules() -> Vec<Rule> {
    browser::rules![8..;
        a_private_message_is_marked_until_it_is_read,
        a_private_message_reaches_no_other_window,
        each_conversation_shows_its_own_messages,
        a_private_conversation_can_be_told_from_a_channel,
        nobody_writes_to_themselves,
        a_draft_stays_in_its_conversation,
        a_message_that_is_sent_meanwhile_leaves_the_other_draft,
        a_message_to_someone_who_has_left_is_refused_and_stays,
        the_next_person_of_a_name_finds_an_empty_conversation,
        a_restart_leaves_the_conversation_open,
        a_log_out_leaves_no_private_message,
        a_private_name_is_shown_as_text,
        a_private_conversation_fits_a_phone,
        a_location_stays_in_its_conversation,
        the_panel_of_a_location_closes_with_its_conversation,
    ]
}

async fn a_private_message_is_marked_until_it_is_read(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    opens_private(&ada, "Bob").await;
    ada.say("one").await;
    ada.say("two").await;
    ada.lists(".message__body", &["one", "two"]).await;
    bob.lists(MARK, &["2 new"]).await;
    bob.hides(".message").await;
    // The list is made again when someone changes the channel.
    bob.creates_channel("Recipes").await;
    bob.lists(MARK, &["2 new"]).await;
    opens_private(&bob, "Ada").await;
    bob.lists(".message__body", &["one", "two"]).await;
    bob.hides(MARK).await;
    ada.say("three").await;
    bob.lists(".message__body", &["one", "two", "three"]).await;
    bob.hides(MARK).await;
    ada.hides(MARK).await;
}

async fn a_private_message_reaches_no_other_window(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    let eve = stage.person("Eve").await;
    opens_private(&ada, "Bob").await;
    ada.say("a secret").await;
    ada.opens_channel("General").await;
    ada.say("hello all").await;
    eve.sees("hello all").await;
    assert_eq!(eve.count_packets("in", "a secret").await, 0);
    assert_eq!(eve.count_packets("in", r#""to":"#).await, 0);
    assert_eq!(bob.count_packets("in", "a secret").await, 1);
}

async fn each_conversation_shows_its_own_messages(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    opens_private(&ada, "Bob").await;
    bob.say("in General").await;
    opens_private(&bob, "Ada").await;
    bob.say("in private").await;
    ada.lists(".message__body", &["in private"]).await;
    // A wave would reach everyone.
    ada.hides("#wave").await;
    ada.opens_channel("General").await;
    ada.shows("#wave", "👋 Wave").await;
    ada.lists(".message__body", &["in General"]).await;
    opens_private(&ada, "Bob").await;
    ada.lists(".message__body", &["in private"]).await;
    ada.becomes("document.querySelectorAll('.notice').length", 0)
        .await;
}

async fn a_private_conversation_can_be_told_from_a_channel(stage: &Stage) {
    let [ada, _bob] = stage.people(["Ada", "Bob"]).await;
    ada.creates_channel("Recipes").await;
    let sign = "getComputedStyle(document.querySelector('#channel-title'), '::before').content";
    let field = "document.querySelector('#composer-body').placeholder";
    ada.becomes(sign, "none").await;
    opens_private(&ada, "Bob").await;
    ada.until(sign, "a lock", |value| {
        value
            .as_str()
            .is_some_and(|content| content.contains("Private"))
    })
    .await;
    ada.becomes(field, "Write to Bob").await;
    ada.focuses("composer-body").await;
    ada.hides("#channel-leave").await;
    ada.lists("[aria-current=true]", &["Bob"]).await;
    ada.opens_channel("Recipes").await;
    ada.becomes(sign, "none").await;
    ada.becomes(field, "Write a message").await;
    ada.shows("#channel-leave", "Leave channel").await;
    ada.lists("[aria-current=true]", &["Recipes"]).await;
}

async fn nobody_writes_to_themselves(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.becomes("document.querySelector('.person__name').disabled", true)
        .await;
}

async fn a_draft_stays_in_its_conversation(stage: &Stage) {
    let [ada, _bob] = stage.people(["Ada", "Bob"]).await;
    ada.types("#composer-body", "for all").await;
    opens_private(&ada, "Bob").await;
    ada.becomes(DRAFT, "").await;
    ada.becomes(
        "document.querySelector('#composer [type=submit]').disabled",
        true,
    )
    .await;
    ada.types("#composer-body", "for Bob").await;
    ada.opens_channel("General").await;
    ada.becomes(DRAFT, "for all").await;
    opens_private(&ada, "Bob").await;
    ada.becomes(DRAFT, "for Bob").await;
    ada.presses(Key::Enter).await;
    ada.sees("for Bob").await;
    ada.opens_channel("General").await;
    opens_private(&ada, "Bob").await;
    ada.becomes(DRAFT, "").await;
}

async fn a_message_that_is_sent_meanwhile_leaves_the_other_draft(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    opens_private(&ada, "Bob").await;
    ada.types("#composer-body", "for Bob").await;
    ada.opens_channel("General").await;
    ada.types("#composer-body", "for all").await;
    stage.pause_server();
    ada.presses(Key::Enter).await;
    ada.click_text(".person__name", "Bob").await;
    ada.becomes(DRAFT, "for Bob").await;
    stage.resume_server();
    bob.sees("for all").await;
    ada.becomes("document.querySelector('#composer-body').readOnly", false)
        .await;
    ada.becomes(DRAFT, "for Bob").await;
    ada.opens_channel("General").await;
    ada.becomes(DRAFT, "").await;
}

async fn a_message_to_someone_who_has_left_is_refused_and_stays(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    opens_private(&ada, "Bob").await;
    bob.click("#log-out").await;
    ada.is_told("Bob left").await;
    ada.types("#composer-body", "still there?").await;
    ada.presses(Key::Enter).await;
    ada.shows("#composer-error", "nobody of this name is here right now")
        .await;
    ada.becomes(DRAFT, "still there?").await;
    bob.join("Bob").await;
    ada.is_told("Bob joined").await;
    ada.presses(Key::Enter).await;
    bob.lists(MARK, &["1 new"]).await;
    ada.hides("#composer-error:not(:empty)").await;
}

async fn the_next_person_of_a_name_finds_an_empty_conversation(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    opens_private(&ada, "Bob").await;
    ada.say("for the first Bob").await;
    ada.opens_channel("General").await;
    bob.click("#log-out").await;
    ada.is_told("Bob left").await;
    bob.join("Bob").await;
    opens_private(&ada, "Bob").await;
    ada.hides(".message").await;
    opens_private(&bob, "Ada").await;
    bob.hides(".message").await;
}

async fn a_restart_leaves_the_conversation_open(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    opens_private(&ada, "Bob").await;
    ada.say("before").await;
    ada.types("#composer-body", "half a sen").await;
    stage.stop_server();
    stage.start_server();
    tokio::join!(
        ada.shows("#banner", "Back online."),
        bob.shows("#banner", "Back online.")
    );
    ada.shows("#channel-title", "Bob").await;
    ada.sees("before").await;
    ada.becomes(DRAFT, "half a sen").await;
    ada.lists(".person__name", &["Ada", "Bob"]).await;
    ada.focuses("composer-body").await;
    ada.presses("tence").await;
    ada.presses(Key::Enter).await;
    ada.sees("half a sentence").await;
    bob.hides(".message").await;
}

async fn a_log_out_leaves_no_private_message(stage: &Stage) {
    let [ada, _bob] = stage.people(["Ada", "Bob"]).await;
    ada.types("#composer-body", "for all").await;
    opens_private(&ada, "Bob").await;
    ada.say("a secret").await;
    ada.types("#composer-body", "another one").await;
    ada.click("#log-out").await;
    ada.join("Eve").await;
    ada.shows("#channel-title", "General").await;
    ada.becomes(DRAFT, "").await;
    opens_private(&ada, "Bob").await;
    ada.hides(".message").await;
    ada.becomes(DRAFT, "").await;
}

async fn a_private_name_is_shown_as_text(stage: &Stage) {
    let name = "<b>Bob</b>";
    let [ada, bob] = stage.people(["Ada", name]).await;
    opens_private(&ada, name).await;
    ada.say("hello").await;
    bob.lists(MARK, &["1 new"]).await;
    opens_private(&bob, "Ada").await;
    bob.types("#composer-body", "h").await;
    ada.shows("#typing", "<b>Bob</b> is typing…").await;
    for window in [ada, bob] {
        window
            .becomes("document.querySelectorAll('b').length", 0)
            .await;
    }
}

async fn a_private_conversation_fits_a_phone(stage: &Stage) {
    let ada = stage.blank("WWWWWWWWWWWWWWWWWWWW").await;
    ada.becomes_a_phone().await;
    ada.open("/").await;
    stage.enter(&ada).await;
    let bob = stage.person("MMMMMMMMMMMMMMMMMMMM").await;
    opens_private(&bob, "WWWWWWWWWWWWWWWWWWWW").await;
    bob.say("hello").await;
    ada.lists(MARK, &["1 new"]).await;
    opens_private(&ada, "MMMMMMMMMMMMMMMMMMMM").await;
    ada.sees("hello").await;
    bob.types("#composer-body", "and").await;
    ada.shows("#typing", "MMMMMMMMMMMMMMMMMMMM is typing…")
        .await;
    fills_the_screen(&ada).await;
}

async fn a_location_stays_in_its_conversation(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    opens_private(&ada, "Bob").await;
    finds_its_place(&ada).await;
    ada.click("#location-send").await;
    ada.shows(".place", "📍 52.52000, 13.40500").await;
    bob.lists(MARK, &["1 new"]).await;
    bob.hides(".place").await;
    opens_private(&bob, "Ada").await;
    bob.shows(".place", "📍 52.52000, 13.40500").await;
    ada.opens_channel("General").await;
    ada.hides(".place").await;
}

async fn the_panel_of_a_location_closes_with_its_conversation(stage: &Stage) {
    let [ada, _bob] = stage.people(["Ada", "Bob"]).await;
    opens_private(&ada, "Bob").await;
    finds_its_place(&ada).await;
    ada.opens_channel("General").await;
    ada.hides("#location").await;
    finds_its_place(&ada).await;
    opens_private(&ada, "Bob").await;
    ada.hides("#location").await;
    assert_eq!(ada.count_packets("out", "location:send").await, 0);
}

async fn finds_its_place(window: &Window) {
    window.answers_location_question("granted").await;
    window.is_at(52.52, 13.405).await;
    window.click("#location-share").await;
    window.shows("#location-send", "Send my location").await;
}

/// Opens a private conversation from the list of people, and waits until it is open.
pub async fn opens_private(window: &Window, name: &str) {
    window.click_text(".person__name", name).await;
    window.shows("#channel-title", name).await;
}
