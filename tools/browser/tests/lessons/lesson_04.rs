//! Messages: who sees them, how they look, how they are written.

use browser::{Stage, rules::Rule};
use thirtyfour::Key;

use crate::lesson_01::fills_the_screen;

const BODY: &str = "document.querySelector('#composer-body').value";
const CANNOT_SEND: &str = "document.querySelector('#composer [type=submit]').disabled";
/// The events of an Enter that picks a character; true if no handler has used the key.
const IS_COMPOSING: &str = "((body) => {\
    const dispatch = (event) => body.dispatchEvent(event);\
    dispatch(new CompositionEvent('compositionstart', { bubbles: true }));\
    const isUnused = dispatch(new KeyboardEvent('keydown',\
        { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }));\
    dispatch(new CompositionEvent('compositionend', { bubbles: true }));\
    return isUnused;\
    })(document.querySelector('#composer-body'))";

pub fn rules() -> Vec<Rule> {
    browser::rules![4..;
        a_message_appears_in_both_windows,
        messages_appear_in_the_order_in_which_they_were_sent,
        own_messages_are_on_the_right_and_others_on_the_left,
        a_message_says_who_wrote_it_and_when,
        a_message_is_shown_exactly_as_it_was_written,
        a_script_in_a_message_is_shown_as_text,
        enter_sends_and_shift_enter_breaks_the_line,
        enter_while_composing_does_not_send,
        nothing_cannot_be_sent,
        after_sending_the_composer_is_empty_and_ready,
        the_send_button_waits_for_the_answer,
        a_message_that_is_too_long_keeps_its_text,
        a_message_without_a_connection_keeps_its_text,
        a_message_without_an_answer_keeps_its_text,
        a_message_that_the_server_refuses_keeps_its_text,
        a_long_word_fits_a_phone,
    ]
}

async fn a_message_appears_in_both_windows(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.say("hello").await;
    ada.sees("hello").await;
    bob.sees("hello").await;
    bob.say("hi Ada").await;
    ada.lists(".message__body", &["hello", "hi Ada"]).await;
    bob.lists(".message__body", &["hello", "hi Ada"]).await;
}

async fn messages_appear_in_the_order_in_which_they_were_sent(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    let bodies = ["one", "two", "three", "four", "five"];
    for body in bodies {
        ada.say(body).await;
    }
    ada.lists(".message__body", &bodies).await;
    bob.lists(".message__body", &bodies).await;
}

async fn own_messages_are_on_the_right_and_others_on_the_left(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.say("hello").await;
    let list = "document.querySelector('#messages').getBoundingClientRect()";
    let item = "document.querySelector('.message').getBoundingClientRect()";
    let room_left = format!("{item}.left - {list}.left");
    let room_right = format!("{list}.right - {item}.right");
    ada.sees("hello").await;
    ada.becomes(&format!("{room_right} < 40 && {room_left} > 100"), true)
        .await;
    bob.sees("hello").await;
    bob.becomes(&format!("{room_left} < 40 && {room_right} > 100"), true)
        .await;
}

async fn a_message_says_who_wrote_it_and_when(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.say("hello").await;
    bob.shows(".message__author", "Ada").await;
    let time = "document.querySelector('.message time')";
    let age = format!("Math.abs(Date.now() - Date.parse({time}.dateTime))");
    bob.until(&age, "less than a minute", |age| {
        age.as_f64() < Some(60_000.0)
    })
    .await;
    bob.becomes(
        &format!("/^\\d{{1,2}}:\\d\\d\\b/.test({time}.textContent)"),
        true,
    )
    .await;
    let year = format!("{time}.title.includes(new Date().getFullYear())");
    bob.becomes(&year, true).await;
}

async fn a_message_is_shown_exactly_as_it_was_written(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    for body in [
        "a  b\n\n  c",
        "&amp; &lt;b&gt; \\ % \" '",
        "שלום 👩‍👩‍👧 日本",
        "**not** `markdown`",
    ] {
        ada.say(body).await;
        bob.sees(body).await;
    }
    ada.say("   trimmed \n").await;
    bob.sees("trimmed").await;
    bob.becomes(
        "getComputedStyle(document.querySelector('.message__body')).whiteSpace",
        "pre-wrap",
    )
    .await;
}

async fn a_script_in_a_message_is_shown_as_text(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    for body in [
        "<img src=x onerror=\"window.hacked=1\">",
        "<script>window.hacked=1</script>",
        "<svg onload=\"window.hacked=1\">",
        "javascript:window.hacked=1",
    ] {
        ada.say(body).await;
        ada.sees(body).await;
        bob.sees(body).await;
    }
    for window in [ada, bob] {
        window
            .becomes("document.querySelectorAll('.message__body > *').length", 0)
            .await;
        window.becomes("typeof window.hacked", "undefined").await;
    }
}

async fn enter_sends_and_shift_enter_breaks_the_line(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.types("#composer-body", "one").await;
    ada.presses_shift(Key::Enter).await;
    ada.presses("two").await;
    ada.becomes(BODY, "one\ntwo").await;
    ada.presses(Key::Enter).await;
    bob.sees("one\ntwo").await;
    ada.becomes(BODY, "").await;
}

async fn enter_while_composing_does_not_send(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.types("#composer-body", "nihon").await;
    ada.becomes(IS_COMPOSING, true).await;
    ada.becomes(BODY, "nihon").await;
    ada.presses("go").await;
    ada.presses(Key::Enter).await;
    bob.lists(".message__body", &["nihongo"]).await;
    assert_eq!(ada.count_packets("out", "message:send").await, 1);
}

async fn nothing_cannot_be_sent(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.becomes(CANNOT_SEND, true).await;
    ada.types("#composer-body", "x").await;
    ada.becomes(CANNOT_SEND, false).await;
    ada.types("#composer-body", "   ").await;
    ada.becomes(CANNOT_SEND, true).await;
    ada.presses(Key::Enter).await;
    ada.becomes(BODY, "   ").await;
    assert_eq!(ada.count_packets("out", "message:send").await, 0);
}

async fn after_sending_the_composer_is_empty_and_ready(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.types("#composer-body", "hello").await;
    ada.click("#composer [type=submit]").await;
    ada.becomes(BODY, "").await;
    ada.focuses("composer-body").await;
    ada.becomes(CANNOT_SEND, true).await;
    ada.presses("again").await;
    ada.presses(Key::Enter).await;
    ada.lists(".message__body", &["hello", "again"]).await;
}

async fn the_send_button_waits_for_the_answer(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.types("#composer-body", "once").await;
    stage.pause_server();
    ada.presses(Key::Enter).await;
    ada.becomes(CANNOT_SEND, true).await;
    ada.presses(Key::Enter).await;
    stage.resume_server();
    ada.becomes(BODY, "").await;
    ada.lists(".message__body", &["once"]).await;
    assert_eq!(ada.count_packets("out", "message:send").await, 1);
}

async fn a_message_that_is_too_long_keeps_its_text(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    let too_long = "x".repeat(2_001);
    ada.pastes("#composer-body", &too_long).await;
    ada.click("#composer [type=submit]").await;
    ada.shows("#composer-error", "a message has at most 2,000 characters")
        .await;
    ada.becomes(BODY, too_long).await;
    // Each of these is one character that takes two places in the browser's memory.
    let just_right = "😀".repeat(2_000);
    ada.say(&just_right).await;
    ada.hides("#composer-error").await;
    bob.lists(".message__body", &[&just_right]).await;
}

async fn a_message_without_a_connection_keeps_its_text(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.types("#composer-body", "not lost").await;
    stage.stop_server();
    ada.becomes(
        "document.querySelector('#inspector-state').textContent !== 'connected'",
        true,
    )
    .await;
    ada.presses(Key::Enter).await;
    ada.shows(
        "#composer-error",
        "there is no connection to the server right now",
    )
    .await;
    ada.becomes(BODY, "not lost").await;
    ada.becomes(CANNOT_SEND, false).await;
}

async fn a_message_without_an_answer_keeps_its_text(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.types("#composer-body", "not lost").await;
    stage.pause_server();
    ada.presses(Key::Enter).await;
    ada.shows("#composer-error", "the server did not answer: try again")
        .await;
    ada.becomes(BODY, "not lost").await;
    ada.becomes(CANNOT_SEND, false).await;
    stage.resume_server();
}

async fn a_message_that_the_server_refuses_keeps_its_text(stage: &Stage) {
    // The control character "next line" is a space to the server, but not to browsers.
    let refused = "\u{85}";
    let ada = stage.person("Ada").await;
    ada.pastes("#composer-body", refused).await;
    ada.click("#composer [type=submit]").await;
    ada.shows("#composer-error", "write something first").await;
    ada.becomes(BODY, refused).await;
    ada.becomes(CANNOT_SEND, false).await;
    ada.say("something").await;
    ada.hides("#composer-error").await;
}

async fn a_long_word_fits_a_phone(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.becomes_a_phone().await;
    ada.open("/").await;
    stage.enter(&ada).await;
    let word = "x".repeat(300);
    ada.say(&word).await;
    ada.sees(&word).await;
    let list = "document.querySelector('#messages')";
    let overflow = format!("{list}.scrollWidth - {list}.clientWidth");
    ada.becomes(&overflow, 0).await;
    fills_the_screen(&ada).await;
}
