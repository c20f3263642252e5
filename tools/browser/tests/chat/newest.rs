//! The way to the newest message, and what stays in view.

use browser::{Stage, Window, rules::Rule};
use serde_json::json;

const LIST: &str = "document.querySelector('#messages')";
// Everything that moves without being asked to, as the browser measures it.
const WATCHES_SHIFTS: &str = "window.shifts = [];\
    new PerformanceObserver((list) => list.getEntries().forEach(({ value, sources }) =>\
        shifts.push([value, ...sources.map(({ node }) => node?.id || node?.className || node?.nodeName)])))\
        .observe({ type: 'layout-shift', buffered: true });";

pub fn rules() -> Vec<Rule> {
    browser::rules![chat;
        away_from_the_end_a_button_leads_there,
        everything_can_be_marked_as_read,
        the_last_message_stays_in_view_when_the_composer_grows,
        nothing_moves_while_a_busy_channel_loads,
        nothing_moves_under_the_pointer,
    ]
}

async fn away_from_the_end_a_button_leads_there(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.writes_messages(40).await;
    ada.is_at_the_end().await;
    ada.hides("#new-messages").await;
    ada.run(&format!("{LIST}.scrollTop = 0")).await;
    ada.shows("#new-messages", "Go to the newest message").await;
    ada.click("#new-messages").await;
    ada.is_at_the_end().await;
    ada.hides("#new-messages").await;
}

async fn everything_can_be_marked_as_read(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.makes_channel("Recipes").await;
    bob.writes_messages(60).await;
    ada.shows(".channel__unread", "60 unread").await;
    ada.goes_to("# General").await;
    ada.until(
        "document.querySelector('#mark-read').textContent",
        "a count",
        |text| {
            text.as_str()
                .is_some_and(|text| text.ends_with(" unread · Mark as read"))
        },
    )
    .await;
    ada.click("#mark-read").await;
    ada.hides("#mark-read").await;
    ada.hides(".channel__unread").await;
    ada.focuses("new-messages").await;
    ada.until_packet("out", "\"channel:see\",{\"channel\":1,\"number\":60}")
        .await;
    ada.goes_to("# Recipes").await;
    ada.run("location.reload()").await;
    ada.is_in("# Recipes").await;
    ada.hides(".channel__unread").await;
}

async fn the_last_message_stays_in_view_when_the_composer_grows(stage: &Stage) {
    let bob = stage.person("Bob").await;
    let ada = stage.person("Ada").await;
    ada.writes_messages(20).await;
    ada.makes_channel("Recipes").await;
    bob.say("unread").await;
    ada.shows(".channel__unread", "1 unread").await;
    // The "New" line is above the last message.
    ada.goes_to("# General").await;
    ada.shows(".new-divider", "New").await;
    ada.is_at_the_end().await;
    ada.chooses("unread", "reply").await;
    ada.pastes("#composer-body", "one\ntwo\nthree\nfour\nfive")
        .await;
    ada.becomes(
        "document.querySelector('#composer').offsetHeight > 200",
        true,
    )
    .await;
    ada.becomes(
        &format!(
            "[...document.querySelectorAll('#message-list .message')].at(-1).getBoundingClientRect().bottom\
            <= {LIST}.getBoundingClientRect().bottom"
        ),
        true,
    )
    .await;
}

async fn nothing_moves_while_a_busy_channel_loads(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.makes_channel("Recipes").await;
    ada.talks_to("Bob").await;
    ada.say("psst").await;
    ada.goes_to("# General").await;
    ada.writes_messages(80).await;
    bob.chooses("message 80", "react").await;
    bob.picks_emoji("red heart").await;
    ada.shows(".reaction", "❤️ 1").await;
    ada.begins_pages_with(WATCHES_SHIFTS).await;
    for path in ["/home?channel=1", "/home?channel=1&message=40"] {
        ada.open(path).await;
        ada.is_in("# General").await;
        ada.lists("#people .person__name", &["Ada", "Bob"]).await;
        ada.value("document.fonts.ready.then(() => true)").await;
        ada.becomes("window.shifts", json!([])).await;
    }
}

async fn nothing_moves_under_the_pointer(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    for body in ["one", "two", "a longer message than the others"] {
        bob.say(body).await;
        ada.sees(body).await;
    }
    let before = positions(&ada).await;
    ada.points_at("#message-list .row:last-child .message__body")
        .await;
    ada.becomes(
        "document.querySelector('#message-list .row:last-child .message__quick').checkVisibility()",
        true,
    )
    .await;
    assert_eq!(positions(&ada).await, before);
}

async fn positions(window: &Window) -> serde_json::Value {
    window
        .value(
            "[...document.querySelectorAll('.message__bubble, .message__body, .message__more')]\
            .map((element) => Object.values(element.getBoundingClientRect().toJSON()))",
        )
        .await
}
