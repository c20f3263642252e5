//! Comparing stages.

use browser::{Stage, rules::Rule};
use serde_json::json;

pub fn rules() -> Vec<Rule> {
    browser::rules![workshop;
        a_lesson_is_compared_with_the_one_before,
        any_two_lessons_can_be_chosen,
        additions_are_explained_by_the_step_that_quotes_them,
    ]
}

async fn a_lesson_is_compared_with_the_one_before(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.open("/lessons/5/diff").await;
    let chosen = "[...document.querySelectorAll('option:checked')].map((one) => one.textContent)";
    ada.becomes(chosen, json!(["04 Messages", "05 Connect and disconnect"]))
        .await;
    ada.click_text(".files a", "src/names.rs").await;
    let is_in_view = "(({ top, bottom }) => top < innerHeight && bottom > 0)(\
        document.querySelector(location.hash).getBoundingClientRect())";
    ada.becomes(is_in_view, true).await;
    let file = "document.querySelector(location.hash)";
    ada.becomes(&format!("{file}.open"), true).await;
    ada.becomes(
        &format!("{file}.querySelector('h2').textContent"),
        "src/names.rs",
    )
    .await;
}

async fn any_two_lessons_can_be_chosen(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.open("/lessons/5/diff").await;
    ada.click("option[value='2']").await;
    ada.click(".choose .button").await;
    ada.becomes("location.search", "?from=2&to=5").await;
    // Lesson 04 has brought it.
    let is_new = "[...document.querySelectorAll('.file__title')].some((title) =>\
        title.textContent.startsWith('src/messages.rs') && title.textContent.endsWith('new'))";
    ada.becomes(is_new, true).await;
}

async fn additions_are_explained_by_the_step_that_quotes_them(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.open("/lessons/5/diff").await;
    let title = "Lesson 05, Step 1: one name, one person";
    let explained = format!(
        "[...document.querySelectorAll('.piece--told')].find((piece) =>\
         piece.querySelector('.note__title').textContent === '{title}').textContent"
    );
    ada.until(&explained, "the words and the lines", |text| {
        let text = text.as_str().unwrap_or_default();
        text.contains("add a second function to impl Name")
            && text.contains("caseless::compatibility_caseless_match_str")
    })
    .await;
    ada.click_text(".note__title a", title).await;
    ada.becomes(
        "location.pathname + location.hash",
        "/lessons/5/read#step-1-one-name-one-person",
    )
    .await;
}
