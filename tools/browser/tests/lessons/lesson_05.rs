//! Coming, going, and coming back.

use browser::{Stage, Window, rules::Rule};
use serde_json::json;
use thirtyfour::Key;

use crate::{lesson_01::fills_the_screen, lesson_03::is_marked};

pub const IS_BACK: &str = "Back online.";

pub fn rules() -> Vec<Rule> {
    browser::rules![5..;
        the_list_of_people_fills_and_empties,
        people_are_in_the_same_order_in_every_window,
        coming_and_going_is_told,
        a_taken_name_is_refused_beside_the_field,
        logging_out_brings_the_form_back,
        logging_out_leaves_nothing_to_the_next_person,
        a_name_is_free_after_logging_out,
        closing_the_window_is_leaving,
        both_come_back_after_a_restart,
        those_who_have_not_joined_are_told_of_a_restart,
        a_draft_survives_a_restart,
        a_long_name_fits_a_phone,
    ]
}

async fn the_list_of_people_fills_and_empties(stage: &Stage) {
    let ada = stage.person("Ada").await;
    lists_people(stage, &ada, &["Ada"]).await;
    let bob = stage.person("Bob").await;
    lists_people(stage, &ada, &["Ada", "Bob"]).await;
    lists_people(stage, &bob, &["Ada", "Bob"]).await;
    bob.click("#log-out").await;
    lists_people(stage, &ada, &["Ada"]).await;
    lists_people(stage, &bob, &[]).await;
}

async fn people_are_in_the_same_order_in_every_window(stage: &Stage) {
    let [eve, ada] = stage.people(["Eve", "Ada"]).await;
    let names = if stage.lesson == 5 {
        ".person"
    } else {
        ".person__name"
    };
    eve.lists(names, &["Ada", "Eve"]).await;
    ada.lists(names, &["Ada", "Eve"]).await;
}

/// Waits until the people in the list are these, in any order.
async fn lists_people(stage: &Stage, window: &Window, names: &[&str]) {
    let selector = if stage.lesson == 5 {
        ".person"
    } else {
        ".person__name"
    };
    let names_here = format!(
        "[...document.querySelectorAll('{selector}')].map((item) => item.textContent).sort()"
    );
    window.becomes(&names_here, json!(names)).await;
}

async fn coming_and_going_is_told(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.is_told("Bob joined").await;
    bob.click("#log-out").await;
    ada.is_told("Bob left").await;
}

async fn a_taken_name_is_refused_beside_the_field(stage: &Stage) {
    let _ada = stage.person("Ada").await;
    let bob = stage.visitor("Bob").await;
    // The last is in full-width letters.
    for name in ["Ada", "aDA", "Ａｄａ"] {
        bob.asks_to_join(name).await;
        bob.shows("#join-name-error", "that name is taken: choose another")
            .await;
        is_marked(&bob, "join-name").await;
        bob.becomes("document.querySelector('#join-name').value", name)
            .await;
    }
    bob.join("Bob").await;
}

async fn logging_out_brings_the_form_back(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.say("hello").await;
    ada.sees("hello").await;
    ada.click("#log-out").await;
    ada.shows("#join h3", "Join the chat").await;
    ada.focuses("join-name").await;
    ada.shows("#me", "").await;
    for gone in [
        "#log-out",
        "#composer",
        "#messages",
        ".person",
        "#join-name-error",
    ] {
        ada.hides(gone).await;
    }
    ada.becomes("document.querySelector('#messages').children.length", 0)
        .await;
}

async fn logging_out_leaves_nothing_to_the_next_person(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.click("#wave").await;
    ada.shows("#wave-status", "Your wave reached 0").await;
    ada.types("#composer-body", "a secret").await;
    ada.click("#log-out").await;
    ada.join("Bob").await;
    ada.shows("#wave-status", "").await;
    ada.becomes("document.querySelector('#composer-body').value", "")
        .await;
    ada.becomes(
        "document.querySelector('#composer [type=submit]').disabled",
        true,
    )
    .await;
}

async fn a_name_is_free_after_logging_out(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.click("#log-out").await;
    bob.is_told("Ada left").await;
    bob.click("#log-out").await;
    bob.join("Ada").await;
    ada.join("Bob").await;
    lists_people(stage, &ada, &["Ada", "Bob"]).await;
    ada.say("hello").await;
    bob.shows(".message__author", "Bob").await;
}

async fn closing_the_window_is_leaving(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    lists_people(stage, &ada, &["Ada", "Bob"]).await;
    stage.close(bob).await;
    ada.is_told("Bob left").await;
    lists_people(stage, &ada, &["Ada"]).await;
}

async fn both_come_back_after_a_restart(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.hides("#banner").await;
    stage.stop_server();
    for window in [&ada, &bob] {
        window
            .shows("#banner", "Connection lost. Trying to come back…")
            .await;
    }
    stage.start_server();
    tokio::join!(ada.shows("#banner", IS_BACK), bob.shows("#banner", IS_BACK));
    for window in [&ada, &bob] {
        lists_people(stage, window, &["Ada", "Bob"]).await;
        window.shows("#me", &window.name).await;
        window.hides("#banner").await;
    }
    ada.say("still here").await;
    bob.sees("still here").await;
}

async fn those_who_have_not_joined_are_told_of_a_restart(stage: &Stage) {
    let ada = stage.visitor("Ada").await;
    ada.connects().await;
    stage.stop_server();
    ada.shows("#banner", "Connection lost. Trying to come back…")
        .await;
    stage.start_server();
    ada.hides("#banner").await;
    ada.join("Ada").await;
}

async fn a_draft_survives_a_restart(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.types("#composer-body", "half a sen").await;
    stage.stop_server();
    stage.start_server();
    ada.shows("#banner", IS_BACK).await;
    ada.focuses("composer-body").await;
    ada.presses("tence").await;
    ada.presses(Key::Enter).await;
    ada.sees("half a sentence").await;
}

async fn a_long_name_fits_a_phone(stage: &Stage) {
    let ada = stage.blank("WWWWWWWWWWWWWWWWWWWW").await;
    ada.becomes_a_phone().await;
    ada.open("/").await;
    stage.enter(&ada).await;
    ada.say("hello").await;
    ada.sees("hello").await;
    fills_the_screen(&ada).await;
}
