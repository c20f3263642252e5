//! Comparing stages.

use browser::{Stage, rules::Rule};
use serde_json::json;

pub fn rules() -> Vec<Rule> {
    browser::rules![workshop;
        a_lesson_is_compared_with_the_one_before,
        any_two_lessons_can_be_chosen,
        additions_are_explained_by_the_step_that_quotes_them,
        changes_are_shown_step_by_step,
        tests_are_folded_below_the_code,
        a_selection_and_a_copy_have_nothing_but_code,
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
        &format!("{file}.querySelector('.file__path').textContent"),
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

async fn changes_are_shown_step_by_step(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.open("/lessons/1/diff").await;
    ada.click_text(".switch a", "By step").await;
    ada.becomes("location.search", "?by=step").await;
    let numbers = "[...document.querySelectorAll('.step__title a')]\
        .map((title) => Number(title.textContent.match(/^Step (\\d): /)[1]))";
    ada.until(numbers, "all steps in order", |numbers| {
        let numbers = numbers.as_array().cloned().unwrap_or_default();
        numbers.len() >= 3 && (1..).zip(&numbers).all(|(step, number)| *number == step)
    })
    .await;
    ada.open("/lessons/5/diff?by=step").await;
    ada.click_text(".step__title a", "Step 1: one name, one person")
        .await;
    ada.becomes(
        "location.pathname + location.hash",
        "/lessons/5/read#step-1-one-name-one-person",
    )
    .await;
}

async fn tests_are_folded_below_the_code(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.open("/lessons/5/diff").await;
    let visible = "[...document.querySelectorAll('.file__path')]\
        .filter((path) => path.checkVisibility() && path.textContent.startsWith('tests/')).length";
    ada.becomes(visible, 0).await;
    ada.click(".tests__title").await;
    ada.until(visible, "tests", |count| count.as_u64() > Some(3))
        .await;
}

async fn a_selection_and_a_copy_have_nothing_but_code(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.open("/lessons/5/diff").await;
    let hunk = "[...document.querySelectorAll('.hunk')].find((hunk) =>\
        hunk.querySelector('.lines__removed') && hunk.querySelector('.note'))";
    let code = format!(
        "[...{hunk}.querySelectorAll('.lines > :not(.lines__removed)')]\
         .map((line) => line.textContent).join('')"
    );
    ada.becomes(&format!("{code}.length > 0"), true).await;
    // Where a note cuts the lines, the browser adds blank ones.
    let lines = ".split('\\n').filter((line) => line.trim()).join('\\n')";
    let selected = format!("(getSelection().selectAllChildren({hunk}), getSelection().toString())");
    ada.becomes(&format!("{selected}{lines} === {code}{lines}"), true)
        .await;
    ada.run("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
        .await;
    ada.run(&format!("{hunk}.querySelector('.copy-code').click()"))
        .await;
    ada.becomes(&format!("window.copied === {code}"), true)
        .await;
}
