//! Reading a lesson, alone or in a room.

use browser::{Stage, rules::Rule};
use serde_json::json;

pub fn rules() -> Vec<Rule> {
    browser::rules![workshop;
        checkpoints_remember_that_they_were_ticked,
        hints_are_folded_until_somebody_unfolds_them,
        code_is_marked_and_named_after_its_file,
        links_lead_to_the_other_lessons,
        larger_type_is_remembered,
    ]
}

const TICKED: &str =
    "[...document.querySelectorAll('[data-tick]:checked')].map((box) => box.dataset.tick)";

async fn checkpoints_remember_that_they_were_ticked(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.open("/lessons/5/read").await;
    ada.becomes(TICKED, json!([])).await;
    ada.click("[data-tick='05/2']").await;
    ada.open("/lessons/5/read").await;
    ada.becomes(TICKED, json!(["05/2"])).await;
    ada.open("/lessons/4/read").await;
    ada.becomes(
        "document.querySelector('[data-tick=\"04/2\"]').checked",
        false,
    )
    .await;
    ada.open("/lessons/5/read").await;
    ada.click("[data-tick='05/2']").await;
    ada.open("/lessons/5/read").await;
    ada.becomes(TICKED, json!([])).await;
}

async fn hints_are_folded_until_somebody_unfolds_them(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.open("/lessons/5/read").await;
    let hint = "#your-turn ~ details p";
    ada.hides(hint).await;
    ada.click_text("summary", "Hint 1: where to look").await;
    ada.shows_start(hint, "You need a handler beside join_chat in src/users.rs")
        .await;
}

async fn code_is_marked_and_named_after_its_file(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.open("/lessons/5/read").await;
    let path = "[...document.querySelectorAll('.code')].find((code) =>\
        code.textContent.includes('caseless_match')).querySelector('.code__path').textContent";
    ada.becomes(path, "src/names.rs").await;
    // Keywords of Rust and of JavaScript have a colour that text has not.
    let colours = "new Set([...document.querySelectorAll('.code__word')].map((word) =>\
        getComputedStyle(word).color)).has(getComputedStyle(document.body).color)";
    ada.becomes(colours, false).await;
}

async fn links_lead_to_the_other_lessons(stage: &Stage) {
    let ada = stage.visitor("Ada").await;
    ada.click_text(".lesson__link", "05 Connect and disconnect")
        .await;
    ada.shows("h1", "Lesson 05: Connect and disconnect").await;
    ada.click_text(".prose a", "Lesson 06").await;
    ada.shows("h1", "Lesson 06: Channels").await;
    ada.click_text(".neighbours a", "Lesson 07 →").await;
    ada.shows("h1", "Lesson 07: Location and scroll").await;
    ada.click_text(".tabs__tab", "Diff").await;
    ada.click_text(".neighbours a", "← Lesson 06").await;
    ada.becomes("location.pathname", "/lessons/6/diff").await;
}

async fn larger_type_is_remembered(stage: &Stage) {
    let size = "getComputedStyle(document.querySelector('main p')).fontSize";
    let ada = stage.blank("Ada").await;
    ada.open("/lessons/5/read").await;
    ada.becomes(size, "16px").await;
    ada.click("#presentation").await;
    ada.becomes(size, "24px").await;
    ada.open("/").await;
    ada.becomes(size, "24px").await;
    ada.becomes(
        "document.querySelector('#presentation').ariaPressed",
        "true",
    )
    .await;
    ada.click("#presentation").await;
    ada.becomes(size, "16px").await;
}
