//! The speaker's window beside the one on the wall.

use browser::{Stage, Window, rules::Rule};
use thirtyfour::Key;

use crate::deck::{DECK, is_at, opens};

const WALL: usize = 0;
const SPEAKER: usize = 1;

pub fn rules() -> Vec<Rule> {
    browser::rules![slides;
        the_speaker_sees_the_next_slide_and_the_notes,
        both_windows_are_in_step,
        they_are_in_step_without_a_channel,
        a_wall_that_is_reloaded_is_in_step_again,
        the_clock_compares_with_the_plan,
    ]
}

/// Opens the deck at a slide, and the speaker's window.
async fn speaks(stage: &Stage, slide: usize) -> Window {
    let ada = opens(stage, &format!("{DECK}#{slide}")).await;
    ada.presses("s").await;
    ada.looks_at(SPEAKER).await;
    is_at(&ada, slide).await;
    ada
}

async fn the_speaker_sees_the_next_slide_and_the_notes(stage: &Stage) {
    let ada = speaks(stage, 2).await;
    let titles = [
        "People who can only wave",
        "The browser sends as little as possible",
    ];
    ada.lists(".slide__title", &titles).await;
    ada.lists("#prompts .notes__kind", &["Demo"]).await;
    ada.is_accessible().await;
    ada.presses(Key::End).await;
    ada.lists(".slide__title", &["Your turn"]).await;
    ada.closes_this().await;
}

async fn both_windows_are_in_step(stage: &Stage) {
    let ada = speaks(stage, 2).await;
    ada.presses(Key::Right).await;
    ada.presses(Key::Right).await;
    is_at(&ada, 4).await;
    ada.looks_at(WALL).await;
    is_at(&ada, 4).await;
    ada.presses(Key::Left).await;
    ada.looks_at(SPEAKER).await;
    is_at(&ada, 3).await;
    ada.closes_this().await;
}

async fn they_are_in_step_without_a_channel(stage: &Stage) {
    let ada = speaks(stage, 2).await;
    ada.run("channel.close(); channel.postMessage = () => {}")
        .await;
    ada.presses(Key::Right).await;
    ada.looks_at(WALL).await;
    is_at(&ada, 3).await;
    ada.run("channel.close(); channel.postMessage = () => {}")
        .await;
    ada.presses(Key::Right).await;
    ada.looks_at(SPEAKER).await;
    is_at(&ada, 4).await;
    ada.closes_this().await;
}

async fn a_wall_that_is_reloaded_is_in_step_again(stage: &Stage) {
    let ada = speaks(stage, 2).await;
    ada.looks_at(WALL).await;
    ada.run("location.reload()").await;
    is_at(&ada, 2).await;
    ada.looks_at(SPEAKER).await;
    ada.presses(Key::Right).await;
    ada.looks_at(WALL).await;
    is_at(&ada, 3).await;
    ada.looks_at(SPEAKER).await;
    ada.closes_this().await;
}

async fn the_clock_compares_with_the_plan(stage: &Stage) {
    let ada = speaks(stage, 3).await;
    ada.shows("#clock-passed", "00:00").await;
    ada.shows("#clock-planned", "3 of 20 minutes planned until here")
        .await;
    ada.click("#clock-start").await;
    ada.hides("#clock-start").await;
    // Ten minutes ago.
    ada.run("sessionStorage.setItem(STARTED, String(Date.now() - 600_000)); showTime()")
        .await;
    ada.shows("#clock-behind", "7 min behind").await;
    ada.run("location.reload()").await;
    ada.shows_start("#clock-passed", "10:0").await;
    ada.click("#clock-reset").await;
    ada.shows("#clock-passed", "00:00").await;
    ada.closes_this().await;
}
