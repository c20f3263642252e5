//! A change touches what has changed, and nothing else.

use browser::{Stage, Window, rules::Rule};
use serde_json::json;

/// Records what changes in the list of messages: the block of each element whose content changes.
const RECORDS: &str = "window.changed = new Set();\
    new MutationObserver((records) => records.forEach(({ target }) => {\
        const element = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;\
        changed.add(element.className.split(' ')[0]);\
    })).observe(document.querySelector('#message-list'),\
        { childList: true, characterData: true, subtree: true });";
const CHANGED: &str = "[...window.changed].sort()";
const SELECTS: &str = "getSelection().selectAllChildren(\
    document.querySelector('#message-list .message__body'));";

pub fn rules() -> Vec<Rule> {
    browser::rules![chat;
        a_reaction_changes_only_reactions,
        a_new_name_changes_only_names,
        a_new_message_changes_no_other,
        an_own_message_is_read_out_once,
        a_linked_message_stays_in_view_when_something_above_it_grows,
    ]
}

async fn a_reaction_changes_only_reactions(stage: &Stage) {
    let [ada, bob] = read_together(stage).await;
    bob.chooses("hello", "react").await;
    bob.picks_emoji("thumbs up").await;
    ada.shows("#message-list .reaction__emoji", "👍").await;
    ada.becomes(CHANGED, json!(["reactions"])).await;
    ada.becomes("getSelection().toString()", "hello").await;
}

async fn a_new_name_changes_only_names(stage: &Stage) {
    let [ada, bob] = read_together(stage).await;
    bob.open("/account").await;
    bob.types("#display-name", "Robert").await;
    bob.click("[action='/account/profile'] [type=submit]").await;
    ada.lists("#message-list .message__author", &["Robert"])
        .await;
    let changed = ada.value(CHANGED).await;
    let changed: Vec<String> = serde_json::from_value(changed).unwrap_or_default();
    let is_name = |block: &String| block.is_empty() || block == "avatar";
    assert!(changed.iter().all(is_name), "{changed:?}");
    ada.becomes("getSelection().toString()", "hello").await;
}

async fn a_new_message_changes_no_other(stage: &Stage) {
    let [ada, bob] = read_together(stage).await;
    bob.say("another").await;
    ada.sees("another").await;
    ada.becomes(CHANGED, json!(["messages__list"])).await;
    ada.becomes("getSelection().toString()", "hello").await;
}

async fn an_own_message_is_read_out_once(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.run(
        "window.readOut = [];\
        new MutationObserver((records) => records.forEach(({ target, addedNodes }) =>\
            addedNodes.forEach((node) => {\
                const region = target.closest?.('[aria-live], [role=log]');\
                const text = node.textContent;\
                if (region?.ariaLive !== 'off' && text.includes('hello')) readOut.push(target.id);\
            }))).observe(document.querySelector('#messages'), { childList: true, subtree: true });",
    )
    .await;
    ada.say("hello").await;
    ada.has_history(&["hello"]).await;
    ada.hides("#outbox .message").await;
    ada.becomes("window.readOut", json!(["message-list"])).await;
}

async fn a_linked_message_stays_in_view_when_something_above_it_grows(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.writes_messages(60).await;
    ada.open("/home?channel=1&message=30").await;
    ada.is_in("# General").await;
    let top = "Math.round(document.querySelector('.message--marked').getBoundingClientRect().top)";
    ada.until(top, "its position", |top| top.as_i64() > Some(0))
        .await;
    let before = ada.value(top).await;
    // As a video does whose size becomes known.
    ada.run(
        "const above = [...document.querySelectorAll('#message-list .row')].filter((row) =>\
            Number(row.dataset.number) === 29);\
        above.forEach((row) => { row.style.minHeight = '900px'; });",
    )
    .await;
    ada.becomes(
        "document.querySelector('[data-number=\"29\"]').offsetHeight >= 900",
        true,
    )
    .await;
    ada.becomes(top, before).await;
}

/// Ada reads a message of Bob's, has selected it, and notes what changes.
async fn read_together(stage: &Stage) -> [Window; 2] {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    bob.say("hello").await;
    ada.sees("hello").await;
    ada.run(SELECTS).await;
    ada.run(RECORDS).await;
    [ada, bob]
}
