//! Work that is not sent yet: it is neither lost nor sent twice, wherever the reader goes meanwhile.

use std::fs;

use browser::{Stage, Window, rules::Rule};
use tempfile::TempDir;
use thirtyfour::Key;

use crate::delivery::{cut_off, let_back};

const FIELD: &str = "document.querySelector('#composer-body')";
const TEXT: &str = "document.querySelector('#composer-body').value";
const CONTEXT: &str = "#context-text";
const ROWS: &str = "document.querySelectorAll('#message-list .row').length";

pub fn rules() -> Vec<Rule> {
    browser::rules![chat;
        what_is_sent_from_old_messages_does_not_come_back,
        what_is_sent_offline_from_old_messages_is_shown_and_then_the_end,
        a_jump_to_the_end_without_a_connection_leaves_the_conversation,
        an_edit_survives_another_channel_and_a_reload,
        a_reply_and_its_file_survive_another_channel_and_a_reload,
        a_refused_message_goes_back_into_the_composer_with_its_reply_and_its_file,
        what_another_tab_has_sent_leaves_this_one,
        a_file_that_was_not_uploaded_is_not_left_out,
        half_an_emoji_is_repaired,
        stored_values_that_cannot_be_read_are_ignored,
        a_log_out_warns_of_drafts,
    ]
}

async fn what_is_sent_from_old_messages_does_not_come_back(stage: &Stage) {
    let ada = reads_the_beginning(stage).await;
    ada.say("sent once").await;
    ada.sees("sent once").await;
    ada.is_at_the_end().await;
    ada.becomes(TEXT, "").await;
    ada.makes_channel("Recipes").await;
    ada.goes_to("# General").await;
    ada.becomes(TEXT, "").await;
    reloads(&ada).await;
    ada.becomes(TEXT, "").await;
    ada.sees("sent once").await;
}

async fn what_is_sent_offline_from_old_messages_is_shown_and_then_the_end(stage: &Stage) {
    let ada = reads_the_beginning(stage).await;
    cut_off(stage, &ada).await;
    ada.say("from offline").await;
    ada.shows("#outbox .message__body", "from offline").await;
    ada.shows("#channel-title", "# General").await;
    assert!(ada.value(ROWS).await.as_u64() > Some(0));
    ada.becomes(TEXT, "").await;
    let_back(&ada).await;
    ada.hides("#outbox .message").await;
    ada.sees("from offline").await;
    ada.is_at_the_end().await;
    ada.becomes(TEXT, "").await;
}

async fn a_jump_to_the_end_without_a_connection_leaves_the_conversation(stage: &Stage) {
    let ada = reads_the_beginning(stage).await;
    cut_off(stage, &ada).await;
    ada.pastes("#composer-body", "half a sentence").await;
    ada.run("document.querySelector('#new-messages').click()")
        .await;
    ada.shows("#channel-title", "# General").await;
    assert!(ada.value(ROWS).await.as_u64() > Some(0));
    ada.becomes(TEXT, "half a sentence").await;
    let_back(&ada).await;
    ada.sees("message 70").await;
    ada.becomes(TEXT, "half a sentence").await;
}

async fn an_edit_survives_another_channel_and_a_reload(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.say("one").await;
    ada.sees("one").await;
    ada.pastes("#composer-body", "a draft").await;
    ada.chooses("one", "edit").await;
    ada.becomes(TEXT, "one").await;
    ada.pastes("#composer-body", "one, better").await;
    ada.makes_channel("Recipes").await;
    ada.becomes(TEXT, "").await;
    ada.hides(CONTEXT).await;
    ada.goes_to("# General").await;
    ada.becomes(TEXT, "one, better").await;
    reloads(&ada).await;
    ada.becomes(TEXT, "one, better").await;
    ada.shows(CONTEXT, "You are editing your message.").await;
    ada.click("#composer [type=submit]").await;
    ada.has_history(&["one, better"]).await;
    ada.hides(CONTEXT).await;
    ada.becomes(TEXT, "a draft").await;
}

async fn a_reply_and_its_file_survive_another_channel_and_a_reload(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    bob.say("who has notes?").await;
    ada.chooses("who has notes?", "reply").await;
    let folder = attaches(&ada, "notes.txt", b"what was noted").await;
    ada.shows(".attachment__name", "notes.txt").await;
    ada.becomes("document.querySelectorAll('progress').length", 0)
        .await;
    ada.pastes("#composer-body", "me").await;
    ada.makes_channel("Recipes").await;
    ada.hides(".attachment").await;
    ada.goes_to("# General").await;
    ada.shows(CONTEXT, "Reply to Bob: who has notes?").await;
    reloads(&ada).await;
    ada.shows(CONTEXT, "Reply to Bob: who has notes?").await;
    ada.shows(".attachment__name", "notes.txt").await;
    ada.click("#composer [type=submit]").await;
    bob.shows("#message-list .quote__text", "who has notes?")
        .await;
    bob.shows("#message-list .file__name", "notes.txt").await;
    ada.hides(".attachment").await;
    ada.hides(CONTEXT).await;
    drop(folder);
}

async fn a_refused_message_goes_back_into_the_composer_with_its_reply_and_its_file(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.say("mine").await;
    bob.say("who has notes?").await;
    ada.chooses("who has notes?", "reply").await;
    let folder = attaches(&ada, "notes.txt", b"what was noted").await;
    ada.becomes("document.querySelectorAll('progress').length", 0)
        .await;
    bob.chooses("who has notes?", "delete").await;
    bob.click("#confirm-action").await;
    ada.sees_times("who has notes?", 0).await;
    ada.pastes("#composer-body", "me").await;
    ada.click("#composer [type=submit]").await;
    ada.shows_start(".pending__state", "Not sent").await;
    ada.pastes("#composer-body", "and more").await;
    ada.chooses("mine", "edit").await;
    ada.click(".pending__edit").await;
    ada.shows("#composer-error", "save or cancel your edit first")
        .await;
    ada.click("#context-cancel").await;
    ada.click(".pending__edit").await;
    ada.hides("#outbox .message").await;
    ada.becomes(TEXT, "me\nand more").await;
    ada.shows(CONTEXT, "Reply to Bob: who has notes?").await;
    ada.shows(".attachment__name", "notes.txt").await;
    reloads(&ada).await;
    ada.becomes(TEXT, "me\nand more").await;
    ada.click("#context-cancel").await;
    ada.click("#composer [type=submit]").await;
    bob.sees("me\nand more").await;
    bob.shows("#message-list .file__name", "notes.txt").await;
    ada.hides("#outbox .message").await;
    drop(folder);
}

async fn what_another_tab_has_sent_leaves_this_one(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.pastes("#composer-body", "typed in both").await;
    // As another tab does when it sends the draft.
    ada.run(
        "const key = Object.keys(localStorage).find((key) => key.includes('draft:'));\
        localStorage.removeItem(key);\
        window.dispatchEvent(new StorageEvent('storage', { key, newValue: null }));",
    )
    .await;
    ada.becomes(TEXT, "").await;
    ada.presses(Key::Enter).await;
    ada.has_history(&[]).await;
    assert_eq!(ada.count_packets("out", "message:send").await, 0);
}

async fn a_file_that_was_not_uploaded_is_not_left_out(stage: &Stage) {
    stage.allow_failed_requests();
    let ada = stage.person("Ada").await;
    let folder = attaches(&ada, "broken.png", b"\x89PNG\r\n\x1a\nthis is no picture").await;
    ada.becomes("document.querySelectorAll('.attachment--failed').length", 1)
        .await;
    ada.pastes("#composer-body", "see the picture").await;
    ada.presses(Key::Enter).await;
    ada.shows(
        "#composer-error",
        "a file was not uploaded: remove it, or attach it again",
    )
    .await;
    ada.becomes(TEXT, "see the picture").await;
    assert_eq!(ada.count_packets("out", "message:send").await, 0);
    ada.click("[aria-label='Remove broken.png']").await;
    ada.click("#composer [type=submit]").await;
    ada.has_history(&["see the picture"]).await;
    drop(folder);
}

async fn half_an_emoji_is_repaired(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.run(&format!(
        "{FIELD}.focus(); {FIELD}.value = 'half \\ud83d'; {FIELD}.dispatchEvent(new Event('input', {{ bubbles: true }}));"
    ))
    .await;
    ada.presses(Key::Enter).await;
    bob.sees("half \u{fffd}").await;
    ada.sees("half \u{fffd}").await;
    ada.run(
        "const field = document.querySelector('#search-input'); field.focus(); field.value = '\\ude00';\
        field.dispatchEvent(new Event('input', { bubbles: true }));",
    )
    .await;
    ada.shows("#search-status", "No channel found.").await;
}

async fn stored_values_that_cannot_be_read_are_ignored(stage: &Stage) {
    let ada = stage.person("Ada").await;
    for value in [
        "{",
        "null",
        "5",
        "[]",
        "{\"text\":5,\"files\":{},\"edit\":{}}",
    ] {
        ada.pastes("#composer-body", "a draft").await;
        ada.run(&format!(
            "const draft = Object.keys(localStorage).find((key) => key.includes('draft:'));\
            localStorage[draft] = '{value}';\
            localStorage[draft.replace(/draft:.*/, 'outbox:abc')] = '{value}';\
            localStorage[draft.replace(/draft:.*/, 'channel')] = '{value}';"
        ))
        .await;
        reloads(&ada).await;
        ada.becomes(TEXT, "").await;
        ada.say(&format!("after {value}")).await;
        ada.sees(&format!("after {value}")).await;
    }
}

async fn a_log_out_warns_of_drafts(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.pastes("#composer-body", "a draft").await;
    ada.click("form[action='/log-out'] [type=submit]").await;
    ada.shows(
        "#confirm-question",
        "1 draft is not sent yet and will be lost.",
    )
    .await;
    ada.click("#confirm-cancel").await;
    ada.becomes(TEXT, "a draft").await;
}

/// Ada opens a channel with many messages at the first one.
async fn reads_the_beginning(stage: &Stage) -> Window {
    let ada = stage.person("Ada").await;
    ada.writes_messages(70).await;
    ada.open("/home?channel=1&message=1").await;
    ada.is_in("# General").await;
    ada.sees("message 1").await;
    ada.sees_times("message 70", 0).await;
    ada
}

/// Loads the page again, and waits until the new one is there.
async fn reloads(window: &Window) {
    window.run("window.isFirst = true; location.reload()").await;
    window.becomes("typeof window.isFirst", "undefined").await;
    window.is_in("# General").await;
}

/// Attaches a file. It lasts as long as its folder.
async fn attaches(window: &Window, name: &str, bytes: &[u8]) -> TempDir {
    let folder = TempDir::new().unwrap_or_else(|error| panic!("no folder for files: {error}"));
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    window.picks_files("#attach-input", &[&path]).await;
    folder
}
