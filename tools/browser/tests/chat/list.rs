//! The list of messages: order, sides, groups, days, times, text.

use browser::{Stage, Window, rules::Rule};
use serde_json::json;

const LAST: &str = "document.querySelector('#message-list .row:last-child .message')";

pub fn rules() -> Vec<Rule> {
    browser::rules![chat;
        the_oldest_message_is_on_top,
        own_messages_are_on_the_right_and_others_on_the_left,
        messages_of_one_author_within_five_minutes_are_one_group,
        each_day_begins_with_its_date,
        the_time_is_short_with_all_of_it_on_hover,
        markdown_is_rendered,
        html_in_a_message_is_shown_as_text,
        html_in_a_name_is_shown_as_text,
        a_name_that_every_object_knows_is_a_name,
        links_open_elsewhere_and_steer_nothing,
        a_javascript_link_is_no_link,
        every_text_finds_its_own_direction,
    ]
}

async fn the_oldest_message_is_on_top(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    for body in ["one", "two"] {
        ada.say(body).await;
        bob.sees(body).await;
    }
    bob.say("three").await;
    for window in [&ada, &bob] {
        window.has_history(&["one", "two", "three"]).await;
    }
    ada.becomes(
        "[...document.querySelectorAll('#message-list .row')].map((row) => row.offsetTop)\
        .every((top, index, all) => index === 0 || top > all[index - 1])",
        true,
    )
    .await;
}

async fn own_messages_are_on_the_right_and_others_on_the_left(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.say("hello").await;
    let right = "(() => { const list = document.querySelector('#messages').getBoundingClientRect();\
        const bubble = document.querySelector('#message-list .message__bubble').getBoundingClientRect();\
        return list.right - bubble.right < bubble.left - list.left; })()";
    ada.sees("hello").await;
    ada.becomes(right, true).await;
    bob.sees("hello").await;
    bob.becomes(right, false).await;
    bob.shows(".message__author", "Ada").await;
    ada.hides(".message__author").await;
}

async fn messages_of_one_author_within_five_minutes_are_one_group(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.say("one").await;
    ada.say("two").await;
    bob.sees("two").await;
    bob.shows(".message__author", "Ada").await;
    bob.becomes("document.querySelectorAll('.message--grouped').length", 1)
        .await;
    reads_later(&bob, "two", 6).await;
    bob.lists(".message__author", &["Ada", "Ada"]).await;
}

async fn each_day_begins_with_its_date(stage: &Stage) {
    let ada = stage.person("Ada").await;
    for body in ["one", "two", "three"] {
        ada.say(body).await;
        ada.sees(body).await;
    }
    let days = "[...document.querySelectorAll('#message-list time')].map((time) =>\
        new Intl.DateTimeFormat(undefined, { dateStyle: 'full' }).format(new Date(time.dateTime)))";
    let today = ada.value(days).await[0].clone();
    ada.lists(".day", &[today.as_str().unwrap_or_default()])
        .await;
    reads_later(&ada, "three", 24 * 60).await;
    let tomorrow = ada.value(days).await[2].clone();
    let tomorrow = tomorrow.as_str().unwrap_or_default();
    ada.lists(".day", &[today.as_str().unwrap_or_default(), tomorrow])
        .await;
    ada.shows("#message-list .row:last-child .day", tomorrow)
        .await;
}

/// Loads the page again, for whom one message is so many minutes later.
async fn reads_later(window: &Window, body: &str, minutes: u32) {
    window
        .begins_pages_with(&format!(
            "window.late = new Set(); const Real = Date;\
            window.Date = class extends Real {{ constructor(...args) {{ super(...args);\
            if (late.has(args[0])) this.setTime(this.getTime() + {minutes} * 60000); }} }};\
            const set = Map.prototype.set; Map.prototype.set = function (key, value) {{\
            if (value?.body === '{body}') late.add(value.sentAt); return set.call(this, key, value); }};"
        ))
        .await;
    window.run("location.reload()").await;
    window.is_in("# General").await;
    window.sees(body).await;
}

async fn the_time_is_short_with_all_of_it_on_hover(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.say("hello").await;
    ada.sees("hello").await;
    let time = "document.querySelector('#message-list time')";
    let is_iso = format!("/^20..-..-..T..:..:..\\.\\d+Z$/.test({time}.dateTime)");
    ada.becomes(&is_iso, true).await;
    for (place, style) in [
        ("textContent", "{ timeStyle: 'short' }"),
        ("title", "{ dateStyle: 'full', timeStyle: 'long' }"),
    ] {
        let expected = format!(
            "{time}.{place} === new Intl.DateTimeFormat(undefined, {style}).format(new Date({time}.dateTime))"
        );
        ada.becomes(&expected, true).await;
    }
}

async fn markdown_is_rendered(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.say("**bold** *italic* `code`\n\n- item\n- another\n\n> quote")
        .await;
    let tags = "['strong', 'em', 'code', 'li', 'blockquote'].map((tag) =>\
        document.querySelector(`#message-list .message__body ${tag}`)?.textContent.trim())";
    bob.becomes(tags, json!(["bold", "italic", "code", "item", "quote"]))
        .await;
}

async fn html_in_a_message_is_shown_as_text(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    let body = "<img src=x onerror=window.hacked=1><script>window.hacked=1</script>";
    ada.say(body).await;
    bob.sees(body).await;
    bob.chooses(body, "reply").await;
    bob.say("no").await;
    ada.shows("#message-list .quote__text", body).await;
    for window in [&ada, &bob] {
        window.becomes("typeof window.hacked", "undefined").await;
        window
            .becomes("document.querySelectorAll('#messages img').length", 0)
            .await;
    }
}

async fn html_in_a_name_is_shown_as_text(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "<b>Bob</b>"]).await;
    bob.say("hello").await;
    ada.shows(".message__author", "<b>Bob</b>").await;
    ada.lists("#people .person__name", &["<b>Bob</b>", "Ada"])
        .await;
    bob.types("#composer-body", "more").await;
    ada.shows("#typing", "<b>Bob</b> is typing…").await;
    ada.becomes("document.querySelectorAll('b').length", 0)
        .await;
}

async fn a_name_that_every_object_knows_is_a_name(stage: &Stage) {
    let [ada, proto] = stage.people(["Ada", "__proto__"]).await;
    proto.makes_channel("constructor").await;
    ada.talks_to("__proto__").await;
    ada.say("hello :constructor:").await;
    proto.goes_to("Ada").await;
    proto.sees("hello :constructor:").await;
    proto.say("hi").await;
    ada.sees("hi").await;
    ada.shows("#message-list .message__author", "__proto__")
        .await;
    ada.chooses("hi", "react").await;
    ada.picks_emoji("party popper").await;
    proto.shows(".reaction", "🎉 1").await;
    proto.run("location.reload()").await;
    proto.is_in("Ada").await;
    proto.has_history(&["hello :constructor:", "hi"]).await;
}

async fn links_open_elsewhere_and_steer_nothing(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.say("look at https://example.org/a?b=c").await;
    ada.sees("look at https://example.org/a?b=c").await;
    let link = "document.querySelector('.message__body a')";
    ada.becomes(
        &format!("[{link}.href, {link}.target, {link}.relList.contains('noopener')]"),
        json!(["https://example.org/a?b=c", "_blank", true]),
    )
    .await;
}

async fn a_javascript_link_is_no_link(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.say("[click](javascript:alert(1)) [or](data:text/html,x)")
        .await;
    // Shown as it was typed.
    ada.sees("[click](javascript:alert(1)) [or](data:text/html,x)")
        .await;
    ada.becomes(
        "document.querySelectorAll('.message__body a[href]').length",
        0,
    )
    .await;
}

async fn every_text_finds_its_own_direction(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.say("שלום").await;
    ada.sees("שלום").await;
    ada.becomes(
        &format!("getComputedStyle({LAST}.querySelector('.message__body')).direction"),
        "rtl",
    )
    .await;
}
