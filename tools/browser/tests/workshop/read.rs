//! Reading a lesson, alone or in a room.

use browser::{Stage, rules::Rule};
use serde_json::json;
use thirtyfour::Key;

pub fn rules() -> Vec<Rule> {
    browser::rules![workshop;
        checkpoints_remember_that_they_were_ticked,
        hints_are_folded_until_somebody_unfolds_them,
        code_is_marked_and_named_after_its_file,
        links_lead_to_the_other_lessons,
        words_are_found_in_all_lessons,
        larger_type_is_remembered,
        what_a_step_changes_unfolds_below_it,
        lines_that_the_file_has_are_quieter_and_are_copied_too,
        each_heading_has_a_link_to_itself,
        a_term_is_explained_without_leaving_the_page,
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

async fn words_are_found_in_all_lessons(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.open("/lessons/3/read").await;
    ada.types("#search", "acknowledgement timeout").await;
    ada.presses(Key::Enter).await;
    ada.shows("h1", "Search").await;
    ada.becomes(
        "document.querySelector('#search').value",
        "acknowledgement timeout",
    )
    .await;
    ada.becomes("document.querySelectorAll('.found mark').length > 1", true)
        .await;
    ada.click(".found__title a").await;
    ada.becomes(
        "location.pathname.startsWith('/lessons/') || location.pathname",
        true,
    )
    .await;
    ada.becomes("document.querySelector(location.hash) !== null", true)
        .await;
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

async fn what_a_step_changes_unfolds_below_it(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.lets_axe_in().await;
    ada.open("/lessons/5/read").await;
    ada.hides(".step-diff .file__path").await;
    ada.click_text("summary", "What this step changes").await;
    ada.lists(".step-diff .file__path", &["src/names.rs", "src/users.rs"])
        .await;
    let added = "[...document.querySelectorAll('.step-diff .lines__added')]\
        .some((line) => line.textContent.includes('caseless_match_str'))";
    ada.becomes(added, true).await;
    ada.becomes("location.pathname", "/lessons/5/read").await;
    for scheme in ["light", "dark"] {
        ada.prefers(scheme).await;
        ada.is_accessible().await;
    }
}

async fn lines_that_the_file_has_are_quieter_and_are_copied_too(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.open("/lessons/5/read").await;
    let block = "[...document.querySelectorAll('.code')].find((code) =>\
        code.textContent.includes('caseless_match_str'))";
    let colours = |lines: &str| {
        format!(
            "[...new Set([...{block}.querySelectorAll('{lines}, {lines} *')]\
             .map((item) => getComputedStyle(item).color))].length"
        )
    };
    ada.becomes(&colours(".code__context"), 1).await;
    ada.until(&colours(".code__new"), "several colours", |count| {
        count.as_u64() > Some(1)
    })
    .await;
    let selects = format!(
        "(getSelection().selectAllChildren({block}.querySelector('code')), getSelection().toString())"
    );
    let code = format!("{selects} === {block}.querySelector('code').textContent.trimEnd()");
    ada.becomes(&code, true).await;
    ada.run("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
        .await;
    ada.run(&format!("{block}.querySelector('.copy-code').click()"))
        .await;
    ada.becomes(
        &format!("window.copied === {block}.querySelector('code').textContent"),
        true,
    )
    .await;
}

async fn each_heading_has_a_link_to_itself(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.open("/lessons/5/read").await;
    let missing = "[...document.querySelectorAll('.prose :is(h2, h3)')].filter((heading) =>\
        heading.querySelector('.heading-link')?.hash !== `#${heading.id}`).length";
    ada.becomes(missing, 0).await;
    ada.run("document.querySelector('#step-1-one-name-one-person .heading-link').focus()")
        .await;
    ada.presses(Key::Enter).await;
    ada.becomes("location.hash", "#step-1-one-name-one-person")
        .await;
}

async fn a_term_is_explained_without_leaving_the_page(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.lets_axe_in().await;
    ada.open("/lessons/5/read").await;
    ada.run("document.querySelector('.prose a[href=\"/glossary#closure\"]').focus()")
        .await;
    ada.presses(Key::Enter).await;
    ada.shows("#term h3", "closure").await;
    ada.focuses("term").await;
    for scheme in ["light", "dark"] {
        ada.prefers(scheme).await;
        ada.is_accessible().await;
    }
    ada.presses(Key::Escape).await;
    ada.hides("#term h3").await;
    ada.becomes(
        "document.activeElement.getAttribute('href')",
        "/glossary#closure",
    )
    .await;
    ada.becomes("location.pathname", "/lessons/5/read").await;
}
