//! Sending: shown at once, kept until it has arrived, tried again when it has not.

use browser::{Stage, Window, failure, rules::Rule};

use crate::delivery::{cut_off, let_back};

/// How many messages the browser keeps.
pub const KEPT: &str = "Object.keys(localStorage).filter((key) => key.includes('outbox')).length";
/// From now on the browser stores nothing.
const STORES_NOTHING: &str = "Storage.prototype.setItem = () =>\
    { throw new DOMException('full', 'QuotaExceededError'); };";
const WAITING: &str = "Waiting for the connection…";

pub fn rules() -> Vec<Rule> {
    browser::rules![chat;
        what_is_written_without_a_connection_arrives_once_and_in_order,
        a_message_that_is_on_its_way_is_shown_at_once,
        a_message_that_had_arrived_is_not_doubled_by_sending_it_again,
        what_waits_survives_a_reload,
        what_the_browser_does_not_store_is_kept_only_in_the_window,
        a_refused_message_can_be_tried_again_or_deleted,
        a_message_is_sent_when_what_was_in_its_way_is_gone,
        a_failed_message_waits_for_its_author_after_a_reload_too,
        a_message_that_failed_for_a_while_is_sent_after_a_reload,
        a_mistake_in_the_page_holds_no_later_message_up,
    ]
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
    ada.say("again").await;
    stage.resume_server();
    ada.hides("#outbox .message").await;
    ada.has_history(&["hello", "again"]).await;
    assert_eq!(ada.count_packets("out", "message:send").await, 2);
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
    ada.becomes(KEPT, 0).await;
}

async fn what_waits_survives_a_reload(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    cut_off(stage, &ada).await;
    ada.say("still here").await;
    ada.shows(".pending__state", WAITING).await;
    // The page comes, its connection does not.
    ada.run("window.isFirst = true; location.reload()").await;
    ada.becomes(
        "document.readyState === 'complete' && typeof window.isFirst",
        "undefined",
    )
    .await;
    ada.becomes(KEPT, 1).await;
    bob.connects().await;
    bob.has_history(&[]).await;
    let_back(&ada).await;
    for window in [&ada, &bob] {
        window.has_history(&["still here"]).await;
    }
    ada.hides("#outbox .message").await;
}

async fn what_the_browser_does_not_store_is_kept_only_in_the_window(stage: &Stage) {
    let ada = stage.person("Ada").await;
    let may_be_left = "window.dispatchEvent(new Event('beforeunload', { cancelable: true }))";
    cut_off(stage, &ada).await;
    ada.say("stored").await;
    ada.shows(".pending__state", WAITING).await;
    ada.becomes(may_be_left, true).await;
    ada.run(STORES_NOTHING).await;
    ada.say("not stored").await;
    let only_here = format!("{WAITING} It is saved only in this window.");
    ada.lists(".pending__state", &[WAITING, &only_here]).await;
    ada.becomes(may_be_left, false).await;
    let_back(&ada).await;
    ada.has_history(&["stored", "not stored"]).await;
    ada.hides("#outbox .message").await;
    ada.becomes(may_be_left, true).await;
}

async fn a_refused_message_can_be_tried_again_or_deleted(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    for body in ["one", "two"] {
        answers_too_late(&ada, &bob, body).await;
        ada.click(".pending__retry").await;
        ada.shows_start(".pending__state", "Not sent").await;
        ada.click(".pending__delete").await;
        ada.hides("#outbox .message").await;
        ada.becomes(KEPT, 0).await;
    }
    ada.say("goes on").await;
    bob.sees("goes on").await;
    bob.sees_times("too late", 0).await;
}

async fn a_message_is_sent_when_what_was_in_its_way_is_gone(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    let other = stage.visitor("Ada elsewhere").await;
    other.logs_in().await;
    other.is_in("# General").await;
    cut_off(stage, &ada).await;
    ada.say("hello").await;
    other.connects().await;
    other.unsubscribes().await;
    let_back(&ada).await;
    ada.shows_start(".pending__state", "Not sent").await;
    ada.click("#subscribe").await;
    ada.hides("#subscribe-bar").await;
    ada.click(".pending__retry").await;
    bob.sees("hello").await;
    ada.has_history(&["hello"]).await;
    ada.hides("#outbox .message").await;
}

async fn a_failed_message_waits_for_its_author_after_a_reload_too(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    answers_too_late(&ada, &bob, "one").await;
    ada.run("location.reload()").await;
    ada.is_in("# General").await;
    ada.shows_start(".pending__state", "Not sent").await;
    ada.lists(
        "#outbox .pending__actions button",
        &["Retry", "Edit", "Delete"],
    )
    .await;
    // In its own order, so anything that was sent by itself would be out by then.
    ada.say("goes on").await;
    bob.sees("goes on").await;
    assert_eq!(ada.count_packets("out", "message:send").await, 1);
    ada.click(".pending__retry").await;
    ada.until_packet("out", "too late").await;
    ada.shows_start(".pending__state", "Not sent").await;
}

async fn a_message_that_failed_for_a_while_is_sent_after_a_reload(stage: &Stage) {
    let ada = stage.person("Ada").await;
    cut_off(stage, &ada).await;
    ada.say("after all").await;
    // As if the server had not answered three times.
    ada.run(
        "const key = Object.keys(localStorage).find((key) => key.includes('outbox'));\
        const failed = { attempts: 3, error: 'the server did not answer' };\
        const letter = { ...JSON.parse(localStorage[key]), ...failed };\
        localStorage.setItem(key, JSON.stringify(letter));\
        location.reload();",
    )
    .await;
    let_back(&ada).await;
    ada.has_history(&["after all"]).await;
    ada.hides("#outbox .message").await;
}

async fn a_mistake_in_the_page_holds_no_later_message_up(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.run(
        "const module = document.querySelector('script[type=module]').src;\
        import(new URL('lib/store.js', module)).then(({ store }) =>\
            store.on('outbox:changed', () => {\
                if (window.hasFailed || !document.querySelector('.message--failed')) return;\
                window.hasFailed = true;\
                throw new Error('a mistake');\
            }));",
    )
    .await;
    answers_too_late(&ada, &bob, "one").await;
    ada.becomes("window.hasFailed", true).await;
    ada.say("goes on").await;
    bob.sees("goes on").await;
    // This one was meant.
    let errors = failure::page_errors(&ada, true).await;
    assert!(
        errors.len() == 1 && errors[0].contains("a mistake"),
        "{errors:?}"
    );
}

/// Answers a message that is deleted meanwhile, which is refused.
async fn answers_too_late(late: &Window, other: &Window, body: &str) {
    other.say(body).await;
    late.chooses(body, "reply").await;
    other.chooses(body, "delete").await;
    other.click("#confirm-action").await;
    other.sees_times(body, 0).await;
    late.sees_times(body, 0).await;
    late.say("too late").await;
    late.shows(
        ".pending__state",
        "Not sent: there is no such message, or you may not see it",
    )
    .await;
}
