//! Nothing lost, nothing doubled, whatever happens to the connection.

use browser::{Stage, Window, rules::Rule};
use serde_json::json;

const LOST: &str = "Connection lost. Trying to come back… What you write is sent then.";
const WAITING: &str = "Waiting for the connection…";

pub fn rules() -> Vec<Rule> {
    browser::rules![chat;
        a_long_disconnection_is_told_and_so_is_its_end,
        a_short_disconnection_is_not_told,
        what_is_written_without_a_connection_arrives_once_and_in_order,
        a_message_that_is_on_its_way_is_shown_at_once,
        a_message_that_had_arrived_is_not_doubled_by_sending_it_again,
        what_waits_survives_a_reload,
        after_a_restart_everyone_has_what_a_fresh_page_has,
        what_others_did_meanwhile_is_caught_up,
        more_than_a_page_of_changes_is_caught_up,
        a_refused_message_can_be_tried_again_or_deleted,
        a_server_that_closes_the_connection_is_asked_again,
        polling_alone_is_enough,
    ]
}

async fn a_long_disconnection_is_told_and_so_is_its_end(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.hides("#banner:not(:empty)").await;
    stage.stop_server();
    ada.shows("#banner", LOST).await;
    stage.start_server();
    ada.shows("#banner", "Back online.").await;
    ada.hides("#banner:not(:empty)").await;
}

async fn a_short_disconnection_is_not_told(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.run(
        "window.banners = []; new MutationObserver(() => window.banners.push(1))\
        .observe(document.querySelector('#banner'), { childList: true })",
    )
    .await;
    stage.stop_server();
    stage.start_server();
    ada.becomes(
        "document.querySelector('#inspector-state').textContent !== 'connected'",
        true,
    )
    .await;
    ada.connects().await;
    ada.say("back").await;
    ada.has_history(&["back"]).await;
    ada.becomes("window.banners.length", 0).await;
}

async fn what_is_written_without_a_connection_arrives_once_and_in_order(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    stage.stop_server();
    let bodies = ["one", "two", "three", "four", "five"];
    for body in bodies {
        ada.say(body).await;
    }
    ada.lists(".pending__state", &[WAITING; 5]).await;
    stage.start_server();
    ada.hides("#outbox .message").await;
    for window in [&ada, &bob] {
        window.has_history(&bodies).await;
    }
}

async fn a_message_that_is_on_its_way_is_shown_at_once(stage: &Stage) {
    let ada = stage.person("Ada").await;
    stage.pause_server();
    ada.say("hello").await;
    ada.shows("#outbox .message__body", "hello").await;
    ada.shows(".pending__state", "Sending…").await;
    stage.resume_server();
    ada.hides("#outbox .message").await;
    ada.has_history(&["hello"]).await;
}

async fn a_message_that_had_arrived_is_not_doubled_by_sending_it_again(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    // As if the connection had broken after the server saved, before it answered.
    ada.run(
        "const set = Storage.prototype.setItem; Storage.prototype.setItem = function (key, value) {\
        if (key.includes('outbox')) window.letter = [key, value]; return set.call(this, key, value); }",
    )
    .await;
    ada.say("once").await;
    bob.sees("once").await;
    ada.hides("#outbox .message").await;
    ada.run("localStorage.setItem(...window.letter); location.reload()")
        .await;
    ada.is_in("# General").await;
    ada.hides("#outbox .message").await;
    ada.say("after").await;
    for window in [&ada, &bob] {
        window.has_history(&["once", "after"]).await;
    }
    ada.becomes(
        "Object.keys(localStorage).filter((key) => key.includes('outbox')).length",
        0,
    )
    .await;
}

async fn what_waits_survives_a_reload(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    // The page comes, its connection does not.
    ada.devtools("Network.enable", json!({})).await;
    stage.stop_server();
    ada.say("still here").await;
    ada.shows(".pending__state", WAITING).await;
    stage.allow_failed_requests();
    ada.devtools(
        "Network.setBlockedURLs",
        json!({ "urls": ["*socket.io/?*"] }),
    )
    .await;
    stage.start_server();
    ada.run("location.reload()").await;
    bob.connects().await;
    bob.has_history(&[]).await;
    ada.devtools("Network.setBlockedURLs", json!({ "urls": [] }))
        .await;
    for window in [&ada, &bob] {
        window.has_history(&["still here"]).await;
    }
    ada.hides("#outbox .message").await;
}

async fn after_a_restart_everyone_has_what_a_fresh_page_has(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.say("before").await;
    bob.sees("before").await;
    stage.stop_server();
    ada.say("from Ada").await;
    bob.say("from Bob").await;
    stage.start_server();
    for window in [&ada, &bob] {
        window.sees("from Ada").await;
        window.sees("from Bob").await;
        window.hides("#outbox .message").await;
    }
    same_after_reload(&ada).await;
    same_after_reload(&bob).await;
    assert_eq!(ada.history().await, bob.history().await);
}

async fn what_others_did_meanwhile_is_caught_up(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    for body in ["stays", "is edited", "is deleted", "is quoted"] {
        bob.say(body).await;
        ada.sees(body).await;
    }
    ada.chooses("is quoted", "reply").await;
    ada.say("an answer").await;
    bob.sees("an answer").await;
    cut_off(stage, &ada).await;
    bob.connects().await;
    bob.chooses("is edited", "edit").await;
    bob.say("was edited").await;
    bob.sees("was edited").await;
    bob.chooses("is quoted", "edit").await;
    bob.say("was quoted").await;
    bob.sees("was quoted").await;
    bob.chooses("is deleted", "delete").await;
    bob.click("#confirm-action").await;
    bob.chooses("stays", "react").await;
    bob.picks_emoji("party popper").await;
    bob.shows(".reaction", "🎉 1").await;
    // So many that a page that is opened now would not hold those above.
    let new: Vec<String> = (1..=60).map(|n| format!("new {n}")).collect();
    bob.sends_many(1, &new).await;
    let_back(&ada).await;
    let changed = [
        "stays",
        "was edited",
        "This message was deleted.",
        "was quoted",
        "an answer",
    ];
    let all = changed.into_iter().chain(new.iter().map(String::as_str));
    ada.has_history(&all.collect::<Vec<_>>()).await;
    ada.shows(".reaction", "🎉 1").await;
    ada.shows("#message-list .quote__text", "was quoted").await;
}

async fn more_than_a_page_of_changes_is_caught_up(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    bob.say("before").await;
    ada.sees("before").await;
    cut_off(stage, &ada).await;
    bob.connects().await;
    let bodies: Vec<String> = (1..=450).map(|n| format!("message {n}")).collect();
    bob.sends_many(1, &bodies).await;
    let_back(&ada).await;
    ada.sees("message 450").await;
    let mut all = vec!["before".to_owned()];
    all.extend(bodies);
    ada.becomes(
        "document.querySelectorAll('#message-list .row').length",
        451,
    )
    .await;
    assert_eq!(ada.history().await, all);
}

async fn a_refused_message_can_be_tried_again_or_deleted(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    for body in ["one", "two"] {
        bob.say(body).await;
        ada.chooses(body, "reply").await;
        bob.chooses(body, "delete").await;
        bob.click("#confirm-action").await;
        bob.sees_times(body, 0).await;
        ada.sees_times(body, 0).await;
        ada.say("too late").await;
        ada.shows(
            ".pending__state",
            "Not sent: there is no such message, or you may not see it",
        )
        .await;
        ada.click(".pending__retry").await;
        ada.shows_start(".pending__state", "Not sent").await;
        ada.click(".pending__delete").await;
        ada.hides("#outbox .message").await;
    }
    ada.say("goes on").await;
    bob.sees("goes on").await;
    bob.sees_times("too late", 0).await;
}

async fn a_server_that_closes_the_connection_is_asked_again(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    // What the server's own goodbye looks like to the library.
    ada.begins_pages_with(
        "const add = EventTarget.prototype.addEventListener; const Real = WebSocket;\
        window.WebSocket = class extends Real { constructor(...args) { super(...args); window.wire = this; } };",
    )
    .await;
    ada.run("location.reload()").await;
    ada.is_in("# General").await;
    ada.becomes("typeof window.wire?.onmessage", "function")
        .await;
    ada.becomes(
        "document.querySelector('#inspector-transport').textContent",
        "polling, upgraded to websocket",
    )
    .await;
    let session = ada
        .value("document.querySelector('#inspector-session').textContent")
        .await;
    ada.run("window.wire.onmessage({ data: '41' })").await;
    ada.until(
        "document.querySelector('#inspector-session').textContent",
        "another session",
        |now| *now != session,
    )
    .await;
    ada.connects().await;
    bob.say("welcome back").await;
    ada.sees("welcome back").await;
}

async fn polling_alone_is_enough(stage: &Stage) {
    let bob = stage.person("Bob").await;
    let ada = stage.blank("Ada").await;
    stage.allow_failed_requests();
    ada.begins_pages_with(
        "window.WebSocket = class { constructor() { setTimeout(() => this.onerror?.(new Event('error'))); } close() {} send() {} };",
    )
    .await;
    ada.open("/").await;
    ada.signs_up().await;
    ada.say("hello").await;
    bob.sees("hello").await;
    bob.say("hi").await;
    ada.has_history(&["hello", "hi"]).await;
    ada.becomes(
        "document.querySelector('#inspector-transport').textContent",
        "polling",
    )
    .await;
}

/// Breaks the connection of one window, and keeps it broken.
async fn cut_off(stage: &Stage, window: &Window) {
    window.devtools("Network.enable", json!({})).await;
    stage.stop_server();
    window
        .devtools(
            "Network.setBlockedURLs",
            json!({ "urls": ["*socket.io/?*"] }),
        )
        .await;
    stage.start_server();
}

async fn let_back(window: &Window) {
    window
        .devtools("Network.setBlockedURLs", json!({ "urls": [] }))
        .await;
    window.connects().await;
}

async fn same_after_reload(window: &Window) {
    let before = window.history().await;
    window.run("location.reload()").await;
    window.is_in("# General").await;
    window
        .has_history(&before.iter().map(String::as_str).collect::<Vec<_>>())
        .await;
}
