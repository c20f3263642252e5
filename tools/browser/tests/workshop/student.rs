//! A student's way through a lesson, from the home page to the next lesson.

use std::{fs, path::Path, time::Duration};

use browser::{Stage, Window, rules::Rule};
use serde_json::json;
use thirtyfour::Key;

pub fn rules() -> Vec<Rule> {
    browser::rules![workshop;
        a_student_goes_through_lesson_03,
        a_check_can_be_stopped,
        a_chat_is_put_aside_only_after_a_question,
    ]
}

/// Cargo may have to build everything.
const A_BUILD: Duration = Duration::from_secs(600);

async fn a_student_goes_through_lesson_03(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.lets_axe_in().await;
    ada.open("/").await;
    begins(&ada).await;
    fails(&ada).await;
    takes_a_hint(&ada).await;
    write_solution(&stage.folder());
    passes(&ada).await;
    goes_on(&ada).await;
}

async fn begins(ada: &Window) {
    ada.shows_start(".card p", "Begin with lesson 01").await;
    ada.click_text(".lesson__link", "03 User form").await;
    ada.shows("h1", "Lesson 03: User form").await;
    ada.click_text(".tabs__tab", "Check").await;
    ada.click_text("button", "Start lesson 03").await;
    ada.shows_start(
        "#said",
        "work/chat holds the chat of lesson 02, with the tests of lesson 03.",
    )
    .await;
}

async fn fails(ada: &Window) {
    runs_tests(ada).await;
    ada.lists("#output-box summary", &["What cargo prints"])
        .await;
    ada.with_patience(A_BUILD)
        .until(
            "document.querySelector('#check-state').textContent",
            "failures",
            |state| {
                let state = state.as_str().unwrap_or_default();
                state.starts_with("Lesson 03: User form. ") && state.ends_with(" tests pass.")
            },
        )
        .await;
    let printed = "document.querySelector('#output').textContent";
    ada.until(printed, "a line of a test", |text| {
        text.as_str().unwrap_or_default().contains("... FAILED")
    })
    .await;
    ada.becomes(
        "document.querySelectorAll('.tapes__different').length > 0",
        true,
    )
    .await;
    for scheme in ["light", "dark"] {
        ada.prefers(scheme).await;
        ada.is_accessible().await;
    }
    ada.becomes_a_phone().await;
    ada.becomes("document.documentElement.scrollWidth", 390)
        .await;
    ada.becomes_a_desktop().await;
}

async fn takes_a_hint(ada: &Window) {
    for hint in ["Hint 1 of 3: where to look", "Hint 2 of 3: what it needs"] {
        ada.click("#hint").await;
        ada.becomes(
            "document.querySelector('#hints section:last-child h3')?.textContent",
            hint,
        )
        .await;
    }
    ada.is_accessible().await;
}

async fn passes(ada: &Window) {
    runs_tests(ada).await;
    ada.with_patience(A_BUILD)
        .shows_start("#check-state", "Lesson 03: User form. All ")
        .await;
    ada.shows(".report__end", "Lesson 03 is done.").await;
    ada.is_accessible().await;
}

async fn goes_on(ada: &Window) {
    ada.click_text("#check-next button", "Start lesson 04")
        .await;
    ada.click_text("#confirm button", "Go on").await;
    ada.becomes("location.pathname", "/lessons/4/check").await;
    ada.shows_start("#said", "What was in work/chat is kept: work/kept/")
        .await;
    ada.open("/").await;
    let states =
        "[...document.querySelectorAll('.lesson__state')].map((state) => state.textContent)";
    let states = format!("{states}.filter((state) => state !== 'not yet')");
    ada.becomes(&states, json!(["✓ done", "you are here"]))
        .await;
    ada.shows(".lesson--here .lesson__number", "04").await;
    ada.shows_start(".card p", "You are in lesson 04: Messages.")
        .await;
}

/// Saves the solution as an editor would, without the manifest, which `start` has written.
fn write_solution(repository: &Path) {
    let lesson = repository.join("lessons/03-user-form");
    let chat = repository.join("work/chat");
    for folder in ["src", "templates", "client"] {
        copy(&lesson.join(folder), &chat.join(folder));
    }
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        let entries = fs::read_dir(from).unwrap_or_else(|error| panic!("{from:?}: {error}"));
        for entry in entries.flatten() {
            copy(&entry.path(), &to.join(entry.file_name()));
        }
        return;
    }
    let text = fs::read_to_string(from).unwrap_or_else(|error| panic!("{from:?}: {error}"));
    let text = text
        .replace("lesson-03", "my-chat")
        .replace("lesson_03", "my_chat");
    let written = to.parent().map_or(Ok(()), fs::create_dir_all);
    let written = written.and_then(|()| fs::write(to, text));
    written.unwrap_or_else(|error| panic!("{to:?}: {error}"));
}

async fn runs_tests(ada: &Window) {
    connects(ada).await;
    ada.click("#check-start").await;
    ada.shows("#check-stop", "Stop").await;
}

/// Waits for the connection: a click before that only reports that there is none yet.
async fn connects(ada: &Window) {
    ada.becomes(
        "document.querySelector('#check').dataset.state",
        "connected",
    )
    .await;
}

async fn a_check_can_be_stopped(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.open("/lessons/2/check").await;
    runs_tests(&ada).await;
    ada.click("#check-stop").await;
    ada.shows("#check-state", "the check was stopped").await;
    ada.hides("#check-stop").await;
    ada.shows("#check-start", "Run the tests").await;
}

async fn a_chat_is_put_aside_only_after_a_question(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.open("/lessons/1/check").await;
    ada.click_text("button", "Start lesson 01").await;
    ada.shows_start("#said", "work/chat holds an empty chat")
        .await;
    let library = stage.folder().join("work/chat/src/lib.rs");
    fs::write(&library, "// mine\n").unwrap_or_else(|error| panic!("{error}"));

    ada.click_text("button", "Catch up: take the finished lesson")
        .await;
    ada.shows("#confirm-title", "You have a chat already").await;
    ada.presses(Key::Escape).await;
    ada.hides("#confirm-title").await;
    ada.becomes("document.activeElement.dataset.catchUp", "1")
        .await;
    assert_eq!(
        fs::read_to_string(&library).unwrap_or_default(),
        "// mine\n"
    );

    ada.click_text("button", "Catch up: take the finished lesson")
        .await;
    ada.click_text("#confirm button", "Go on").await;
    ada.shows_start("#said", "What was in work/chat is kept")
        .await;
    let kept = stage.folder().join("work/kept");
    let texts: Vec<String> = fs::read_dir(kept)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|folder| fs::read_to_string(folder.path().join("src/lib.rs")).ok())
        .collect();
    assert_eq!(json!(texts), json!(["// mine\n"]));
}
