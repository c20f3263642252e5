//! For everyone: on a phone, in the dark, with a screen reader, by keyboard.

use browser::{Stage, Window, rules::Rule};
use serde_json::json;
use thirtyfour::Key;

pub fn rules() -> Vec<Rule> {
    browser::rules![workshop;
        no_page_keeps_anybody_out,
        on_a_phone_nothing_is_wider_than_the_screen,
        on_a_laptop_and_on_a_projector_nothing_is_wider_than_the_screen,
        enlarged_nothing_is_wider_than_the_screen,
        in_forced_colours_the_open_tab_is_marked,
        a_printed_lesson_has_nothing_to_click,
        the_content_is_one_key_away,
        a_lesson_is_started_by_keyboard,
        a_lost_connection_is_told,
        who_starts_a_lesson_without_a_workshop_is_told,
    ]
}

const PAGES: [&str; 13] = [
    "/",
    "/lessons/2/read",
    "/lessons/7/read",
    "/lessons/1/diff",
    "/lessons/5/diff",
    "/lessons/5/diff?from=5&to=5",
    "/lessons/5/diff?by=step",
    "/glossary",
    "/search?words=room",
    "/lessons/3/check",
    "/lessons/3/play",
    "/lessons/3/slides",
    "/lessons/9/read",
];

async fn no_page_keeps_anybody_out(stage: &Stage) {
    // One of the pages says that there is no such lesson.
    stage.allow_failed_requests();
    let ada = stage.blank("Ada").await;
    ada.lets_axe_in().await;
    for page in PAGES {
        ada.open(page).await;
        for scheme in ["light", "dark"] {
            ada.prefers(scheme).await;
            ada.is_accessible().await;
        }
    }
}

async fn on_a_phone_nothing_is_wider_than_the_screen(stage: &Stage) {
    stage.allow_failed_requests();
    let ada = stage.blank("Ada").await;
    ada.becomes_a_phone().await;
    for larger_type in [false, true] {
        for page in PAGES {
            ada.open(page).await;
            ada.becomes("document.documentElement.scrollWidth", 390)
                .await;
        }
        if !larger_type {
            ada.click("#presentation").await;
        }
    }
}

async fn on_a_laptop_and_on_a_projector_nothing_is_wider_than_the_screen(stage: &Stage) {
    stage.allow_failed_requests();
    let ada = stage.blank("Ada").await;
    ada.open("/").await;
    ada.click("#presentation").await;
    for (width, height) in [(1280, 800), (1920, 1080)] {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        ada.devtools("Emulation.setDeviceMetricsOverride", size)
            .await;
        for page in PAGES {
            ada.open(page).await;
            ada.becomes(
                "document.querySelector('#presentation').ariaPressed",
                "true",
            )
            .await;
            // A scroll bar takes some of the width.
            ada.becomes("document.documentElement.scrollWidth <= innerWidth", true)
                .await;
        }
    }
}

/// 1280 pixels at 200 % and at 400 %.
async fn enlarged_nothing_is_wider_than_the_screen(stage: &Stage) {
    stage.allow_failed_requests();
    let ada = stage.blank("Ada").await;
    for width in [640, 320] {
        ada.becomes_as_small_as(width, 400).await;
        for page in PAGES {
            ada.open(page).await;
            ada.becomes("document.documentElement.scrollWidth <= innerWidth", true)
                .await;
        }
    }
}

async fn in_forced_colours_the_open_tab_is_marked(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.forces_colours().await;
    ada.open("/lessons/5/diff").await;
    ada.click("#presentation").await;
    let background =
        "(selector) => getComputedStyle(document.querySelector(selector)).backgroundColor";
    for (chosen, other) in [
        (".tabs__tab[aria-current]", ".tabs__tab:not([aria-current])"),
        (
            ".switch__choice[aria-current]",
            ".switch__choice:not([aria-current])",
        ),
        ("#presentation", ".choose .button"),
    ] {
        let differs = format!("({background})({chosen:?}) !== ({background})({other:?})");
        ada.becomes(&differs, true).await;
    }
}

async fn a_printed_lesson_has_nothing_to_click(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.open("/lessons/4/read").await;
    ada.prints().await;
    for part in ["header", "nav", "button", ".heading-link"] {
        ada.hides(part).await;
    }
    ada.shows_start("h1", "Lesson 04: Messages").await;
    ada.becomes(
        "getComputedStyle(document.body).backgroundColor",
        "rgb(255, 255, 255)",
    )
    .await;
}

async fn the_content_is_one_key_away(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.open("/lessons/3/read").await;
    ada.presses(Key::Tab).await;
    ada.becomes("document.activeElement.textContent", "Skip to the content")
        .await;
    ada.presses(Key::Enter).await;
    ada.focuses("content").await;
}

async fn a_lesson_is_started_by_keyboard(stage: &Stage) {
    let ada = stage.visitor("Ada").await;
    tabs_to(&ada, "document.activeElement.dataset.start === '1'").await;
    ada.presses(Key::Enter).await;
    ada.becomes("location.pathname", "/lessons/1/check").await;
    ada.shows_start("#said", "work/chat holds an empty chat")
        .await;
}

async fn a_lost_connection_is_told(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.open("/lessons/1/check").await;
    ada.becomes(
        "document.querySelector('#check').dataset.state",
        "connected",
    )
    .await;
    stage.stop_server();
    ada.shows("#check-state", "The connection to the workshop is lost.")
        .await;
    ada.click("#check-start").await;
    ada.shows_start("#check-error", "the workshop does not answer")
        .await;
    stage.start_server();
    ada.becomes("document.querySelector('#check-state').textContent", "")
        .await;
}

/// These buttons connect the page only when they are clicked.
async fn who_starts_a_lesson_without_a_workshop_is_told(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.open("/").await;
    stage.stop_server();
    ada.click("[data-start='1']").await;
    ada.shows_start("#chat-error", "the workshop does not answer")
        .await;
    stage.start_server();
    ada.click("[data-start='1']").await;
    ada.becomes("location.pathname", "/lessons/1/check").await;
    ada.becomes(
        "document.querySelector('#check').dataset.state",
        "connected",
    )
    .await;
    stage.stop_server();
    ada.click("#hint").await;
    ada.shows_start("#chat-error", "the workshop does not answer")
        .await;
    stage.start_server();
}

/// Presses Tab until the expression is true.
async fn tabs_to(ada: &Window, condition: &str) {
    for _ in 0..30 {
        if ada.value(condition).await == true {
            return;
        }
        ada.presses(Key::Tab).await;
    }
    panic!("Tab never leads to {condition}");
}
