//! The same page enlarged, in forced colours, on paper, and with names in other scripts.

use browser::{Stage, Window, rules::Rule};
use serde_json::json;

pub fn rules() -> Vec<Rule> {
    browser::rules![chat;
        enlarged_nothing_is_out_of_reach,
        the_menu_of_a_message_fits_into_a_low_window,
        in_forced_colours_every_part_has_a_shape,
        who_wants_more_contrast_gets_no_quiet_text,
        on_paper_is_the_conversation_alone,
        on_paper_each_message_has_a_name_a_time_and_its_links,
        a_name_from_right_to_left_leaves_the_line_as_it_is,
    ]
}

/// 1280 × 800 at 200 %, and 1280 × 1024 at 400 %.
const ENLARGED: [(u32, u32); 2] = [(640, 400), (320, 256)];

// The elements whose right or lower edge is outside the window.
const OUTSIDE: &str = "[...document.querySelectorAll(SELECTOR)]\
    .filter((element) => element.checkVisibility())\
    .filter((element) => {\
        const { left, right, bottom } = element.getBoundingClientRect();\
        return left < 0 || right > innerWidth || bottom > innerHeight;\
    })\
    .map((element) => element.textContent.trim())";

async fn enlarged_nothing_is_out_of_reach(stage: &Stage) {
    let ada = stage.visitor("Ada").await;
    for (width, height) in ENLARGED {
        ada.becomes_as_small_as(width, height).await;
        has_inside(&ada, ".brand, .sidebar__quiet").await;
    }
    ada.signs_up().await;
    ada.say(&"W".repeat(300)).await;
    for (width, height) in ENLARGED {
        ada.becomes_as_small_as(width, height).await;
        has_inside(
            &ada,
            ".conversation__header *, .composer *:not(.visually-hidden)",
        )
        .await;
        for wide in ["documentElement", "querySelector('#messages')"] {
            ada.becomes(
                &format!("document.{wide}.scrollWidth - document.{wide}.clientWidth"),
                0,
            )
            .await;
        }
        let room = "document.querySelector('#messages').clientHeight >= 100";
        ada.becomes(room, true).await;
    }
    ada.run("document.querySelector('#browse-open').click()")
        .await;
    ada.shows(".browse__name", "# General").await;
    ada.becomes(
        "document.querySelector('#browse-list').clientHeight >= 100",
        true,
    )
    .await;
}

async fn the_menu_of_a_message_fits_into_a_low_window(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.say("hello").await;
    ada.becomes_as_small_as(320, 256).await;
    ada.run(
        "const button = document.querySelector('.message__more');\
        button.scrollIntoView({ block: 'center' });\
        button.click();",
    )
    .await;
    has_inside(&ada, "#message-menu").await;
    ada.becomes(
        "getComputedStyle(document.querySelector('#message-menu')).overflowY",
        "auto",
    )
    .await;
}

async fn in_forced_colours_every_part_has_a_shape(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    bob.say("hello").await;
    ada.sees("hello").await;
    ada.chooses("hello", "react").await;
    ada.picks_emoji("red heart").await;
    ada.shows(".reaction", "❤️ 1").await;
    ada.forces_colours().await;
    // Nothing sets them apart from the page but a line.
    for part in [
        ".message__bubble",
        ".message__avatar .avatar",
        "#people .avatar",
        "#composer",
        "#composer .button",
        ".conversation__header .button",
        ".sidebar__heading .button",
    ] {
        let without_line = format!(
            "[...document.querySelectorAll({})]\
            .filter((part) => part.checkVisibility())\
            .map((part) => getComputedStyle(part).borderTopWidth)\
            .filter((width) => width === '0px').length",
            json!(part)
        );
        ada.becomes(&without_line, 0).await;
    }
    for chosen in [".channel[aria-current]", ".reaction[aria-pressed=true]"] {
        ada.becomes(&is_selected(chosen), true).await;
    }
    ada.types("#search-input", "gen").await;
    ada.lists(".option__name", &["# General", "Create # gen"])
        .await;
    ada.presses(thirtyfour::Key::Down).await;
    ada.becomes(&is_selected("[role=option][aria-selected=true]"), true)
        .await;
}

/// Whether an element has the background of selected text.
fn is_selected(selector: &str) -> String {
    format!(
        "(() => {{\
            const sample = document.body.appendChild(document.createElement('p'));\
            sample.style.cssText = 'forced-color-adjust: none; background: Highlight';\
            const colour = getComputedStyle(sample).backgroundColor;\
            sample.remove();\
            const chosen = document.querySelector({});\
            return chosen !== null && getComputedStyle(chosen).backgroundColor === colour;\
        }})()",
        json!(selector)
    )
}

async fn who_wants_more_contrast_gets_no_quiet_text(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.say("hello").await;
    let is_text = "getComputedStyle(document.querySelector('.message__time')).color ===\
        getComputedStyle(document.body).color";
    ada.becomes(is_text, false).await;
    ada.has_media("", &[("prefers-contrast", "more")]).await;
    ada.becomes(is_text, true).await;
}

async fn on_paper_is_the_conversation_alone(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.writes_messages(60).await;
    ada.run("document.querySelector('#messages').scrollTop = 0")
        .await;
    ada.sees("message 1").await;
    ada.prints().await;
    for part in [
        "#sidebar",
        "#composer",
        ".button",
        ".message__actions",
        ".avatar",
    ] {
        ada.hides(part).await;
    }
    ada.shows("#channel-title", "# General").await;
    ada.becomes(
        "getComputedStyle(document.body).backgroundColor",
        "rgb(255, 255, 255)",
    )
    .await;
    // Nothing is left in a scroller.
    ada.becomes(
        "document.querySelector('#message-list').lastElementChild.getBoundingClientRect().bottom <=\
        document.documentElement.scrollHeight - scrollY",
        true,
    )
    .await;
    let pages = ada.printed_pages().await;
    assert!(pages > 1, "60 messages are on {pages} page(s)");
}

async fn on_paper_each_message_has_a_name_a_time_and_its_links(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.say("[a page](https://example.org/page) and https://example.org")
        .await;
    ada.say("second").await;
    ada.sees("second").await;
    ada.prints().await;
    // One name for a group, and a time for each message.
    ada.lists("#message-list .message__author", &["Ada"]).await;
    let times = "[...document.querySelectorAll('.message__link')]\
        .map((link) => getComputedStyle(link).opacity)";
    ada.becomes(times, json!(["1", "1"])).await;
    let addresses = "[...document.querySelectorAll('.message__body a')]\
        .map((link) => getComputedStyle(link, '::after').content)";
    ada.becomes(
        addresses,
        json!(["\" (https://example.org/page)\"", "none"]),
    )
    .await;
}

async fn a_name_from_right_to_left_leaves_the_line_as_it_is(stage: &Stage) {
    let [ada, lior] = stage.people(["Ada", "ליאור"]).await;
    lior.types("#composer-body", "h").await;
    ada.shows("#typing", "ליאור is typing…").await;
    // As long as it is shown: an empty line has no direction of its own.
    ada.becomes(
        "(({ textContent }) => textContent !== '' &&\
            getComputedStyle(document.querySelector('#typing')).direction)\
            (document.querySelector('#typing'))",
        "ltr",
    )
    .await;
    lior.makes_channel("ערוץ").await;
    // In the list and in the heading, the text begins where texts in Latin letters do.
    let begins = "(() => {\
        const name = document.querySelector('[aria-current] .channel__name');\
        const range = document.createRange();\
        range.selectNodeContents(name);\
        return range.getBoundingClientRect().left - name.getBoundingClientRect().left < 1;\
    })()";
    lior.becomes(begins, true).await;
}

async fn has_inside(window: &Window, selector: &str) {
    let outside = OUTSIDE.replace("SELECTOR", &json!(selector).to_string());
    window.becomes(&outside, json!([])).await;
}
