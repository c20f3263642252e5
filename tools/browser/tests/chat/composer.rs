//! Writing: what sends, what is kept, what is said when something is wrong.

use browser::{Stage, Window, rules::Rule};
use serde_json::json;
use thirtyfour::Key;

const FIELD: &str = "document.querySelector('#composer-body')";

pub fn rules() -> Vec<Rule> {
    browser::rules![chat;
        enter_sends_and_leaves_an_empty_field_with_the_focus,
        the_button_sends,
        shift_and_enter_break_the_line,
        the_first_line_keeps_its_indentation,
        enter_while_composing_does_nothing,
        nothing_can_be_sent_while_there_is_nothing,
        nothing_can_be_sent_while_a_channel_opens,
        the_field_grows_to_eight_lines,
        a_message_that_is_too_long_keeps_its_text,
        arrow_up_edits_the_last_own_message,
        escape_ends_an_edit_and_the_draft_comes_back,
        a_draft_stays_with_its_channel_and_survives_a_reload,
        what_the_browser_stores_at_last_is_the_draft,
        a_draft_goes_when_its_message_is_kept,
        an_emoji_goes_where_the_cursor_is,
        a_shortcode_becomes_an_emoji,
        a_place_is_shown_before_it_is_sent,
        a_place_that_is_found_too_late_is_not_shown,
        without_https_the_place_cannot_be_asked_for,
        a_refused_question_for_the_place_is_told,
    ]
}

async fn enter_sends_and_leaves_an_empty_field_with_the_focus(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.types("#composer-body", "hello").await;
    ada.presses(Key::Enter).await;
    bob.sees("hello").await;
    ada.has_history(&["hello"]).await;
    ada.becomes(&format!("{FIELD}.value"), "").await;
    ada.focuses("composer-body").await;
    assert_eq!(ada.count_packets("out", "message:send").await, 1);
}

async fn the_button_sends(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.types("#composer-body", "hello").await;
    ada.click("#composer [type=submit]").await;
    ada.sees("hello").await;
    ada.focuses("composer-body").await;
}

async fn shift_and_enter_break_the_line(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.types("#composer-body", "one").await;
    ada.presses_shift(Key::Enter).await;
    ada.presses("two").await;
    ada.becomes(&format!("{FIELD}.value"), "one\ntwo").await;
    ada.presses(Key::Enter).await;
    ada.becomes(
        "document.querySelector('#message-list .message__body')?.innerText",
        "one\ntwo",
    )
    .await;
}

async fn the_first_line_keeps_its_indentation(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.types("#composer-body", "    one").await;
    ada.presses_shift(Key::Enter).await;
    ada.presses("two").await;
    ada.presses_shift(Key::Enter).await;
    ada.presses(Key::Enter).await;
    ada.becomes(
        "document.querySelector('#message-list .message__body')?.innerText.replaceAll('\\u00a0', '_')",
        "____one\ntwo",
    )
    .await;
}

async fn enter_while_composing_does_nothing(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.types("#composer-body", "にほn").await;
    ada.run(&format!(
        "{FIELD}.dispatchEvent(new KeyboardEvent('keydown', \
        {{ key: 'Enter', isComposing: true, bubbles: true, cancelable: true }}))"
    ))
    .await;
    ada.becomes(&format!("{FIELD}.value"), "にほn").await;
    assert_eq!(ada.count_packets("out", "message:send").await, 0);
}

async fn nothing_can_be_sent_while_there_is_nothing(stage: &Stage) {
    let ada = stage.person("Ada").await;
    let button = "document.querySelector('#composer [type=submit]').disabled";
    ada.becomes(button, true).await;
    ada.types("#composer-body", "  ").await;
    ada.becomes(button, true).await;
    ada.presses(Key::Enter).await;
    ada.types("#composer-body", "x").await;
    ada.becomes(button, false).await;
    assert_eq!(ada.count_packets("out", "message:send").await, 0);
}

async fn nothing_can_be_sent_while_a_channel_opens(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.makes_channel("Recipes").await;
    ada.types("#composer-body", "for Recipes").await;
    stage.pause_server();
    ada.click_text(".channel__name", "# General").await;
    ada.becomes(&format!("{FIELD}.readOnly"), true).await;
    ada.run(&format!("{FIELD}.focus()")).await;
    ada.presses(Key::Enter).await;
    stage.resume_server();
    ada.is_in("# General").await;
    ada.has_history(&[]).await;
    ada.goes_to("# Recipes").await;
    ada.becomes(&format!("{FIELD}.value"), "for Recipes").await;
    ada.has_history(&[]).await;
}

async fn the_field_grows_to_eight_lines(stage: &Stage) {
    let ada = stage.person("Ada").await;
    let height = format!("{FIELD}.offsetHeight");
    let one = ada.value(&height).await.as_u64().unwrap_or_default();
    let line = ada
        .value(&format!("parseFloat(getComputedStyle({FIELD}).lineHeight)"))
        .await;
    let eight = one + 7 * line.as_f64().unwrap_or_default() as u64;
    for lines in [8, 20] {
        ada.pastes("#composer-body", &vec!["x"; lines].join("\n"))
            .await;
        ada.becomes(&height, eight).await;
    }
}

async fn a_message_that_is_too_long_keeps_its_text(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.pastes("#composer-body", &"é".repeat(2001)).await;
    ada.presses(Key::Enter).await;
    ada.shows("#composer-error", "a message has at most 2,000 characters")
        .await;
    ada.becomes(&format!("{FIELD}.value.length"), 2001).await;
    ada.pastes("#composer-body", &"👋".repeat(2000)).await;
    ada.hides("#composer-error").await;
    ada.presses(Key::Enter).await;
    ada.sees(&"👋".repeat(2000)).await;
}

async fn arrow_up_edits_the_last_own_message(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.say("first").await;
    ada.say("last").await;
    ada.sees("last").await;
    bob.say("from Bob").await;
    ada.sees("from Bob").await;
    ada.click("#composer-body").await;
    ada.presses(Key::Up).await;
    ada.becomes(&format!("{FIELD}.value"), "last").await;
    ada.presses(" one").await;
    ada.presses(Key::Enter).await;
    for window in [&ada, &bob] {
        window.has_history(&["first", "last one", "from Bob"]).await;
        window.shows(".message__edited", "(edited)").await;
    }
    ada.becomes(&format!("{FIELD}.value"), "").await;
}

async fn escape_ends_an_edit_and_the_draft_comes_back(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.say("hello").await;
    ada.sees("hello").await;
    ada.types("#composer-body", "a draft").await;
    ada.chooses("hello", "edit").await;
    ada.shows("#context-text", "You are editing your message.")
        .await;
    ada.becomes(&format!("{FIELD}.value"), "hello").await;
    ada.presses(Key::Escape).await;
    ada.hides("#context").await;
    ada.becomes(&format!("{FIELD}.value"), "a draft").await;
    ada.has_history(&["hello"]).await;
}

async fn a_draft_stays_with_its_channel_and_survives_a_reload(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.types("#composer-body", "for General").await;
    ada.makes_channel("Recipes").await;
    ada.becomes(&format!("{FIELD}.value"), "").await;
    ada.types("#composer-body", "for Recipes").await;
    ada.goes_to("# General").await;
    ada.becomes(&format!("{FIELD}.value"), "for General").await;
    ada.run("location.reload()").await;
    ada.is_in("# General").await;
    ada.becomes(&format!("{FIELD}.value"), "for General").await;
    ada.goes_to("# Recipes").await;
    ada.becomes(&format!("{FIELD}.value"), "for Recipes").await;
}

async fn what_the_browser_stores_at_last_is_the_draft(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.makes_channel("Recipes").await;
    ada.run(
        "window.set = Storage.prototype.setItem;\
        Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };",
    )
    .await;
    ada.pastes("#composer-body", "not stored").await;
    ada.goes_to("# General").await;
    ada.goes_to("# Recipes").await;
    ada.becomes(&format!("{FIELD}.value"), "not stored").await;
    ada.run("Storage.prototype.setItem = window.set").await;
    ada.pastes("#composer-body", "stored").await;
    ada.goes_to("# General").await;
    ada.goes_to("# Recipes").await;
    ada.becomes(&format!("{FIELD}.value"), "stored").await;
}

async fn a_draft_goes_when_its_message_is_kept(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.run(
        "window.drafts = () => Object.keys(localStorage).filter((key) => key.includes('draft')).length;\
        const set = Storage.prototype.setItem; Storage.prototype.setItem = function (key, value) {\
        if (key.includes('outbox')) window.kept ??= window.drafts(); return set.call(this, key, value); }",
    )
    .await;
    ada.say("hello").await;
    ada.becomes("[window.kept, window.drafts()]", json!([1, 0]))
        .await;
}

async fn an_emoji_goes_where_the_cursor_is(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.types("#composer-body", "ab").await;
    ada.presses(Key::Left).await;
    ada.click("#emoji-open").await;
    ada.picks_emoji("party popper").await;
    ada.hides("#emoji").await;
    ada.becomes(&format!("{FIELD}.value"), "a🎉b").await;
    ada.focuses("composer-body").await;
}

async fn a_shortcode_becomes_an_emoji(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.say("well done :tada:").await;
    ada.sees("well done 🎉").await;
}

async fn a_place_is_shown_before_it_is_sent(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.answers_location_question("granted").await;
    ada.is_at(52.52, 13.405).await;
    ada.click("#location-share").await;
    ada.shows(
        "#location-status",
        "You seem to be at 52.52000, 13.40500, give or take 12 m.",
    )
    .await;
    assert_eq!(ada.count_packets("out", "location:send").await, 0);
    ada.click("#location-send").await;
    for window in [&ada, &bob] {
        has_place(window).await;
    }
}

async fn has_place(window: &Window) {
    window
        .shows("#message-list .place", "📍 52.52000, 13.40500")
        .await;
    let link = "document.querySelector('#message-list .place')";
    let how = format!("[{link}.href, {link}.target, {link}.relList.contains('noopener')]");
    let map = "https://www.openstreetmap.org/?mlat=52.52&mlon=13.405#map=16/52.52/13.405";
    window.becomes(&how, json!([map, "_blank", true])).await;
}

async fn a_place_that_is_found_too_late_is_not_shown(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.finds_its_place_on_demand().await;
    ada.open("/").await;
    stage.enter(&ada).await;
    for answer in ["find()", "fail()"] {
        ada.click("#location-share").await;
        ada.shows("#location-status", "Finding your location…")
            .await;
        ada.click("#location-cancel").await;
        ada.hides("#location").await;
        ada.run(answer).await;
        assert_eq!(ada.texts("#location").await, [""; 0]);
    }
}

async fn a_refused_question_for_the_place_is_told(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.answers_location_question("denied").await;
    ada.click("#location-share").await;
    ada.shows(
        "#location-status",
        "This page is not allowed to know your location. You can change that in your browser, beside the address.",
    )
    .await;
    ada.hides("#location-send").await;
}

async fn without_https_the_place_cannot_be_asked_for(stage: &Stage) {
    let ada = stage.person("Ada").await;
    // As on a page over plain HTTP at any address but this machine's own.
    ada.run("Object.defineProperty(window, 'isSecureContext', { value: false })")
        .await;
    ada.click("#location-share").await;
    ada.shows(
        "#location-status",
        "Sharing a location works only over https. Ask the person who runs this chat.",
    )
    .await;
}
