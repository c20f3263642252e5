//! Locations: asking, showing, sending, and what goes wrong.

use browser::{Stage, Window, rules::Rule};
use serde_json::json;

const PLACE: &str = "📍 52.52000, 13.40500";
const MAP: &str =
    "https://www.openstreetmap.org/?mlat=52.52000&mlon=13.40500#map=16/52.52000/13.40500";
const HAS_NO_GEOLOCATION: &str = "delete Navigator.prototype.geolocation;";
const FINDS_TOO_SLOWLY: &str =
    "Geolocation.prototype.getCurrentPosition = (_found, failed) => failed({ code: 3 });";

pub fn rules() -> Vec<Rule> {
    browser::rules![7..;
        a_location_is_shown_before_it_is_sent,
        a_location_reaches_both_as_a_link_to_a_map,
        a_location_is_sent_only_once,
        cancelling_sends_nothing,
        a_place_that_is_found_too_late_is_not_shown,
        a_refused_question_is_told,
        a_place_that_cannot_be_found_is_told,
        a_place_that_takes_too_long_is_told,
        a_browser_without_location_is_told,
        a_location_without_a_connection_can_be_sent_later,
    ]
}

async fn a_location_is_shown_before_it_is_sent(stage: &Stage) {
    let ada = stage.person("Ada").await;
    shares_berlin(&ada).await;
    ada.becomes(
        "document.querySelector('#location-map').href",
        "https://www.openstreetmap.org/?mlat=52.52&mlon=13.405#map=16/52.52/13.405",
    )
    .await;
    opens_elsewhere(&ada, "#location-map").await;
    assert_eq!(ada.count_packets("out", "location:send").await, 0);
}

async fn a_location_reaches_both_as_a_link_to_a_map(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    shares_berlin(&ada).await;
    ada.click("#location-send").await;
    ada.hides("#location").await;
    for window in [ada, bob] {
        window.shows(".place", PLACE).await;
        window.shows(".message__author", "Ada").await;
        window
            .becomes("document.querySelector('.place').href", MAP)
            .await;
        opens_elsewhere(&window, ".place").await;
    }
}

async fn a_location_is_sent_only_once(stage: &Stage) {
    let ada = stage.person("Ada").await;
    shares_berlin(&ada).await;
    stage.pause_server();
    ada.click("#location-send").await;
    ada.becomes("document.querySelector('#location-send').disabled", true)
        .await;
    stage.resume_server();
    ada.hides("#location").await;
    ada.shows(".place", PLACE).await;
    assert_eq!(ada.count_packets("out", "location:send").await, 1);
}

async fn shares_berlin(window: &Window) {
    window.answers_location_question("granted").await;
    window.is_at(52.52, 13.405).await;
    window.click("#location-share").await;
    window
        .shows(
            "#location-status",
            "You seem to be at 52.52000, 13.40500, give or take 12 m.",
        )
        .await;
    window.shows("#location-map", "Look at the map").await;
    window.shows("#location-send", "Send my location").await;
}

/// A page that a link opens must not get hold of the one that has the link.
async fn opens_elsewhere(window: &Window, link: &str) {
    let link = format!("document.querySelector('{link}')");
    let how = format!("[{link}.target, {link}.relList.contains('noopener')]");
    window.becomes(&how, json!(["_blank", true])).await;
}

async fn cancelling_sends_nothing(stage: &Stage) {
    let ada = stage.person("Ada").await;
    shares_berlin(&ada).await;
    ada.click("#location-cancel").await;
    ada.hides("#location").await;
    ada.focuses("location-share").await;
    ada.say("no place").await;
    ada.lists(".message__body", &["no place"]).await;
    assert_eq!(ada.count_packets("out", "location:send").await, 0);
}

async fn a_place_that_is_found_too_late_is_not_shown(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.finds_its_place_on_demand().await;
    ada.open("/").await;
    ada.join("Ada").await;
    for gives_up in ["#location-cancel", "#log-out"] {
        for answer in ["find()", "fail()"] {
            ada.click("#location-share").await;
            ada.shows("#location-status", "Finding your location…")
                .await;
            ada.click(gives_up).await;
            ada.hides("#location").await;
            ada.run(answer).await;
            assert_eq!(ada.texts("#location").await, [""; 0]);
            if gives_up == "#log-out" {
                ada.join("Ada").await;
            }
        }
    }
}

async fn a_refused_question_is_told(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.answers_location_question("denied").await;
    fails_with(
        &ada,
        "You did not allow this page to know where you are. You can change that beside the address.",
    )
    .await;
}

async fn a_place_that_cannot_be_found_is_told(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.answers_location_question("granted").await;
    ada.is_nowhere().await;
    fails_with(&ada, "Your location could not be found.").await;
    ada.is_at(52.52, 13.405).await;
    shares_berlin(&ada).await;
}

async fn a_place_that_takes_too_long_is_told(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.begins_pages_with(FINDS_TOO_SLOWLY).await;
    ada.open("/").await;
    ada.join("Ada").await;
    fails_with(&ada, "Finding your location took too long. Try again.").await;
}

async fn a_browser_without_location_is_told(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.begins_pages_with(HAS_NO_GEOLOCATION).await;
    ada.open("/").await;
    ada.join("Ada").await;
    fails_with(&ada, "This browser cannot tell where it is.").await;
}

async fn fails_with(window: &Window, words: &str) {
    window.click("#location-share").await;
    window.shows("#location-status", words).await;
    window.hides("#location-map").await;
    window.hides("#location-send").await;
    window.shows("#location-cancel", "Cancel").await;
}

async fn a_location_without_a_connection_can_be_sent_later(stage: &Stage) {
    let ada = stage.person("Ada").await;
    shares_berlin(&ada).await;
    stage.stop_server();
    ada.shows("#banner", "Connection lost. Trying to come back…")
        .await;
    ada.click("#location-send").await;
    ada.shows(
        "#location-status",
        "there is no connection to the server right now",
    )
    .await;
    stage.start_server();
    ada.shows("#banner", "Back online.").await;
    ada.click("#location-send").await;
    ada.shows(".place", PLACE).await;
}
