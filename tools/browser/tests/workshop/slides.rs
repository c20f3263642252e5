//! The slides of a lesson.

use browser::{Stage, rules::Rule};
use thirtyfour::Key;

pub fn rules() -> Vec<Rule> {
    browser::rules![workshop;
        the_tab_shows_the_deck_which_can_be_presented,
        the_speakers_window_and_the_wall_are_in_step,
    ]
}

async fn the_tab_shows_the_deck_which_can_be_presented(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.open("/lessons/3/slides").await;
    let framed = "document.querySelector('iframe').contentDocument";
    ada.becomes(&format!("{framed}.readyState"), "complete")
        .await;
    ada.becomes(
        &format!("{framed}.querySelector('.slide h1')?.checkVisibility()"),
        true,
    )
    .await;
    ada.becomes(
        "document.querySelector('.slides-tab a').href === document.querySelector('iframe').src",
        true,
    )
    .await;
    // The deck's address names a slide; in the frame that would pull the page down.
    ada.becomes("scrollY", 0).await;
    ada.becomes("document.activeElement.tagName", "BODY").await;
    ada.open("/slides/03-user-form.html").await;
    ada.shows_start("#number", "1").await;
    ada.presses(Key::Right).await;
    ada.shows_start("#number", "2").await;
    ada.becomes("location.hash", "#2").await;
}

async fn the_speakers_window_and_the_wall_are_in_step(stage: &Stage) {
    const WALL: usize = 0;
    const SPEAKER: usize = 1;
    let ada = stage.blank("Ada").await;
    ada.open("/slides/03-user-form.html").await;
    ada.shows_start("#number", "1").await;
    ada.presses("s").await;
    ada.looks_at(SPEAKER).await;
    ada.shows_start("#number", "1").await;
    let shown = "[...document.querySelectorAll('.slide__title')].filter((title) => title.checkVisibility()).length";
    ada.becomes(shown, 2).await;
    ada.presses(Key::Right).await;
    ada.looks_at(WALL).await;
    ada.shows_start("#number", "2").await;
    ada.presses(Key::Right).await;
    ada.looks_at(SPEAKER).await;
    ada.shows_start("#number", "3").await;
    ada.closes_this().await;
}
