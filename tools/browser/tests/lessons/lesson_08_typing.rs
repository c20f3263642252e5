//! Typing: when it is shown, to whom, and when it is gone.

use browser::{Stage, rules::Rule};
use thirtyfour::Key;

use crate::lesson_08::opens_private;

// A slow machine could let the seconds pass.
const TIME_STANDS_STILL: &str = "{ const later = setTimeout, start = Date.now();\
    window.passed = 0;\
    Date.now = () => start + passed;\
    window.setTimeout = (act, after, ...more) => after === 5000 ? 0 : later(act, after, ...more); }";

pub fn rules() -> Vec<Rule> {
    browser::rules![8..;
        typing_is_shown_until_the_message_comes,
        typing_is_gone_after_five_seconds,
        typing_is_announced_once_in_three_seconds,
        after_a_message_typing_is_announced_at_once,
        several_people_are_typing,
        typing_is_shown_in_its_conversation_alone,
        typing_without_a_connection_is_not_announced_later,
        typing_moves_nothing,
    ]
}

async fn typing_is_shown_until_the_message_comes(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    bob.hides("#typing:not(:empty)").await;
    ada.types("#composer-body", "hello").await;
    bob.shows("#typing", "Ada is typing…").await;
    ada.hides("#typing:not(:empty)").await;
    ada.presses(Key::Enter).await;
    bob.sees("hello").await;
    // Gone with the message, not after five seconds.
    assert_eq!(bob.texts("#typing").await, [""]);
}

async fn typing_is_gone_after_five_seconds(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.types("#composer-body", "h").await;
    bob.shows("#typing", "Ada is typing…").await;
    bob.hides("#typing:not(:empty)").await;
}

async fn typing_is_announced_once_in_three_seconds(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.begins_pages_with(TIME_STANDS_STILL).await;
    ada.open("/").await;
    stage.enter(&ada).await;
    let bob = stage.person("Bob").await;
    ada.types("#composer-body", "hello").await;
    bob.shows("#typing", "Ada is typing…").await;
    assert_eq!(ada.count_packets("out", "typing:start").await, 1);
    ada.run("passed = 2999").await;
    ada.presses(" ").await;
    ada.run("passed = 3000").await;
    ada.presses("!").await;
    let count = "[...document.querySelectorAll('.packet__text')]\
        .filter((text) => text.textContent.includes('typing:start\"')).length";
    ada.becomes(count, 2).await;
}

async fn after_a_message_typing_is_announced_at_once(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.say("one").await;
    bob.sees("one").await;
    bob.hides("#typing:not(:empty)").await;
    ada.pastes("#composer-body", "two").await;
    bob.shows("#typing", "Ada is typing…").await;
    assert_eq!(ada.count_packets("out", "typing:start").await, 2);
}

async fn several_people_are_typing(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    let eve = stage.blank("Eve").await;
    eve.begins_pages_with(TIME_STANDS_STILL).await;
    eve.open("/").await;
    stage.enter(&eve).await;
    ada.pastes("#composer-body", "h").await;
    eve.shows("#typing", "Ada is typing…").await;
    bob.pastes("#composer-body", "h").await;
    eve.shows("#typing", "Ada and Bob are typing…").await;
    ada.presses(Key::Enter).await;
    eve.shows("#typing", "Bob is typing…").await;
}

async fn typing_is_shown_in_its_conversation_alone(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    opens_private(&ada, "Bob").await;
    ada.types("#composer-body", "a secret").await;
    bob.until_packet("in", "typing:started").await;
    // At once: after five seconds it would be gone anyway.
    assert_eq!(bob.texts("#typing").await, [""]);
    opens_private(&bob, "Ada").await;
    ada.presses(Key::Enter).await;
    bob.sees("a secret").await;
    ada.types("#composer-body", "more").await;
    bob.shows("#typing", "Ada is typing…").await;
    bob.opens_channel("General").await;
    assert_eq!(bob.texts("#typing").await, [""]);
}

async fn typing_without_a_connection_is_not_announced_later(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    stage.stop_server();
    ada.shows("#banner", "Connection lost. Trying to come back…")
        .await;
    ada.types("#composer-body", "hello").await;
    stage.start_server();
    tokio::join!(
        ada.shows("#banner", "Back online."),
        bob.shows("#banner", "Back online.")
    );
    ada.presses(Key::Enter).await;
    bob.sees("hello").await;
    assert_eq!(ada.count_packets("out", "typing:start").await, 0);
    assert_eq!(bob.count_packets("in", "typing:started").await, 0);
}

async fn typing_moves_nothing(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    let composer = "document.querySelector('#composer').getBoundingClientRect().top";
    let list = "document.querySelector('#messages').clientHeight";
    let before = (bob.value(composer).await, bob.value(list).await);
    ada.types("#composer-body", "h").await;
    bob.shows("#typing", "Ada is typing…").await;
    assert_eq!(before, (bob.value(composer).await, bob.value(list).await));
}
