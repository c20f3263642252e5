//! A deck: turning pages, the overview, how it looks, paper.

use std::fs;

use browser::{Stage, Window, repository, rules::Rule};
use serde_json::json;
use thirtyfour::Key;

pub const DECK: &str = "/04-messages.html";
const NUMBER: &str = "document.querySelector('#number').textContent";
const COUNT: &str = "document.querySelectorAll('.slide').length";
// Sideways or downwards: what does not fit is not seen from the last row.
const HIDDEN: &str = "[...document.querySelectorAll('.slide')].map((slide, index) => {\
    show(index + 1);\
    const hidden = slide.scrollWidth > slide.clientWidth || slide.scrollHeight > slide.clientHeight;\
    return hidden ? index + 1 : 0;\
}).filter(Boolean)";
const SIDEWAYS: &str = "[...document.querySelectorAll('.slide')].map((slide, index) => {\
    show(index + 1);\
    const page = document.documentElement;\
    const isWide = slide.scrollWidth > slide.clientWidth || page.scrollWidth > page.clientWidth;\
    return isWide ? index + 1 : 0;\
}).filter(Boolean)";

pub fn rules() -> Vec<Rule> {
    browser::rules![slides;
        the_index_leads_to_each_deck,
        the_keys_turn_pages,
        the_buttons_turn_pages,
        the_address_names_the_slide,
        a_screen_reader_is_led_to_the_slide,
        the_overview_opens_the_slide_that_is_chosen,
        a_finger_turns_pages,
        the_menu_gives_way,
        the_size_and_the_colours_are_remembered,
        every_slide_fits_on_the_wall,
        every_figure_can_be_read_from_the_last_row,
        a_picture_has_the_colours_of_the_slide,
        nothing_is_beside_the_edge_of_a_phone,
        a_slide_is_a_sheet_of_paper,
        a_handout_is_one_sheet_of_paper,
        in_forced_colours_the_overview_marks_the_open_slide,
        nothing_keeps_people_out,
    ]
}

/// The names of the pages: those of the files.
fn all_decks() -> Vec<String> {
    let folder = repository::root().join("slides");
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let files = entries.map(|entry| entry.unwrap_or_else(|error| panic!("{error}")).file_name());
    let mut decks: Vec<String> = files
        .filter_map(|file| Some(file.to_str()?.strip_suffix(".md")?.to_owned()))
        .collect();
    assert!(!decks.is_empty(), "{folder:?} has no deck");
    decks.sort();
    decks
}

/// Opens a page as somebody who has never been there.
pub async fn opens(stage: &Stage, page: &str) -> Window {
    let ada = stage.blank("Ada").await;
    ada.becomes_a_desktop().await;
    ada.open(page).await;
    ada.run("localStorage.clear(); location.reload()").await;
    ada.becomes("document.readyState", "complete").await;
    ada
}

/// Waits until this slide is the one that is shown.
pub async fn is_at(ada: &Window, number: usize) {
    let count = ada.value(COUNT).await;
    ada.becomes(NUMBER, format!("{number} / {count}")).await;
    ada.lists(
        ".slide--current .slide__title",
        &[&title(ada, number).await],
    )
    .await;
}

async fn title(ada: &Window, number: usize) -> String {
    let title = format!("document.querySelectorAll('.slide__title')[{number} - 1].textContent");
    ada.value(&title)
        .await
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

async fn the_index_leads_to_each_deck(stage: &Stage) {
    let ada = opens(stage, "/index.html").await;
    for deck in all_decks() {
        ada.click(&format!("a[href='{deck}.html']")).await;
        is_at(&ada, 1).await;
        ada.click(".menu summary").await;
        ada.click(".menu a").await;
        ada.shows("h1", "Slides").await;
    }
    ada.is_accessible().await;
}

async fn the_keys_turn_pages(stage: &Stage) {
    let ada = opens(stage, DECK).await;
    is_at(&ada, 1).await;
    for (key, number) in [
        (Key::Right, 2),
        (Key::Down, 3),
        (Key::Space, 4),
        (Key::PageDown, 5),
        (Key::Left, 4),
        (Key::Up, 3),
        (Key::PageUp, 2),
        (Key::Left, 1),
        (Key::Left, 1),
        (Key::End, 13),
        (Key::Right, 13),
        (Key::Home, 1),
    ] {
        ada.presses(key).await;
        is_at(&ada, number).await;
    }
}

async fn the_buttons_turn_pages(stage: &Stage) {
    let ada = opens(stage, DECK).await;
    ada.becomes("document.querySelector('#previous').disabled", true)
        .await;
    ada.click("#next").await;
    ada.click("#next").await;
    is_at(&ada, 3).await;
    ada.click("#previous").await;
    is_at(&ada, 2).await;
    // The button has the focus, and the key belongs to it.
    ada.presses(Key::Space).await;
    is_at(&ada, 1).await;
}

async fn the_address_names_the_slide(stage: &Stage) {
    let ada = opens(stage, &format!("{DECK}#5")).await;
    is_at(&ada, 5).await;
    ada.presses(Key::Right).await;
    ada.becomes("location.hash", "#6").await;
    ada.run("location.reload()").await;
    is_at(&ada, 6).await;
    ada.run("location.hash = '#99'").await;
    is_at(&ada, 13).await;
    ada.run("location.hash = '#nowhere'").await;
    is_at(&ada, 1).await;
}

async fn a_screen_reader_is_led_to_the_slide(stage: &Stage) {
    let ada = opens(stage, DECK).await;
    ada.presses(Key::Right).await;
    ada.focuses("2").await;
    ada.becomes(
        "document.getElementById(document.activeElement.getAttribute('aria-labelledby')).tagName",
        "H2",
    )
    .await;
}

async fn the_overview_opens_the_slide_that_is_chosen(stage: &Stage) {
    let ada = opens(stage, DECK).await;
    ada.presses("o").await;
    let titles =
        "[...document.querySelectorAll('.slide__title')].every((title) => title.checkVisibility())";
    ada.becomes(titles, true).await;
    ada.presses(Key::Right).await;
    ada.presses(Key::Right).await;
    ada.presses(Key::Enter).await;
    is_at(&ada, 3).await;
    ada.click("#overview").await;
    ada.run("document.getElementById('6').click()").await;
    is_at(&ada, 6).await;
    ada.becomes("document.querySelector('#overview').ariaPressed", "false")
        .await;
}

async fn a_finger_turns_pages(stage: &Stage) {
    let ada = opens(stage, DECK).await;
    ada.becomes_a_phone().await;
    ada.swipes((300, 400), (60, 410)).await;
    is_at(&ada, 2).await;
    ada.swipes((60, 400), (300, 410)).await;
    is_at(&ada, 1).await;
    // Reading on is not turning the page.
    ada.swipes((200, 600), (120, 200)).await;
    ada.swipes((300, 400), (60, 410)).await;
    is_at(&ada, 2).await;
}

async fn the_menu_gives_way(stage: &Stage) {
    let ada = opens(stage, DECK).await;
    for way in ["Escape", "ArrowRight"] {
        ada.click(".menu summary").await;
        ada.shows(".menu a", "All decks").await;
        ada.run(&format!(
            "document.body.dispatchEvent(new KeyboardEvent('keydown', {{ key: '{way}', bubbles: true }}))"
        ))
        .await;
        ada.hides(".menu a").await;
    }
    ada.click(".menu summary").await;
    ada.click(".slide--current").await;
    ada.hides(".menu a").await;
}

async fn the_size_and_the_colours_are_remembered(stage: &Stage) {
    let ada = opens(stage, DECK).await;
    let size = "parseFloat(getComputedStyle(document.querySelector('.slide--current .slide__page')).fontSize)";
    let usual = ada.value(size).await.as_f64().unwrap_or_default();
    ada.presses("+").await;
    ada.presses("d").await;
    ada.run("location.reload()").await;
    ada.until(size, "larger type", |size| size.as_f64() > Some(usual))
        .await;
    ada.becomes(
        "getComputedStyle(document.documentElement).colorScheme",
        "dark",
    )
    .await;
    ada.click(".menu summary").await;
    ada.click("#smaller").await;
    ada.click("#colours").await;
    ada.becomes(size, usual).await;
    ada.becomes(
        "getComputedStyle(document.documentElement).colorScheme",
        "light",
    )
    .await;
}

async fn every_slide_fits_on_the_wall(stage: &Stage) {
    let ada = opens(stage, DECK).await;
    for (width, height) in [(1024, 768), (1280, 720), (1280, 800), (1920, 1080)] {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        ada.devtools("Emulation.setDeviceMetricsOverride", size)
            .await;
        for deck in all_decks() {
            ada.open(&format!("/{deck}.html")).await;
            ada.becomes(HIDDEN, json!([])).await;
        }
    }
}

async fn every_figure_can_be_read_from_the_last_row(stage: &Stage) {
    // Words of a figure are no smaller than the smallest code, in pixels of the wall.
    const TOO_SMALL: &str = "[...document.querySelectorAll('.slide')].map((slide, index) => {\
        const picture = slide.querySelector('.sequence svg');\
        if (!picture) return 0;\
        show(index + 1);\
        const size = 12 * picture.getScreenCTM().a;\
        return size < 0.011 * innerWidth ? index + 1 : 0;\
    }).filter(Boolean)";
    let ada = opens(stage, DECK).await;
    let size = json!({ "width": 1280, "height": 720, "deviceScaleFactor": 1, "mobile": false });
    ada.devtools("Emulation.setDeviceMetricsOverride", size)
        .await;
    for deck in all_decks() {
        ada.open(&format!("/{deck}.html")).await;
        ada.becomes(TOO_SMALL, json!([])).await;
    }
}

async fn a_picture_has_the_colours_of_the_slide(stage: &Stage) {
    const SHOWN: &str = "[...document.querySelectorAll('.slide--current .picture img')]\
        .filter((image) => image.checkVisibility() && image.naturalWidth > 0)\
        .map((image) => image.src.split('-').pop())";
    let ada = opens(stage, DECK).await;
    for (scheme, other) in [("light", "dark"), ("dark", "light")] {
        ada.prefers(scheme).await;
        ada.becomes(SHOWN, json!([format!("{scheme}.png")])).await;
        ada.presses("d").await;
        ada.becomes(SHOWN, json!([format!("{other}.png")])).await;
        ada.run("localStorage.clear(); location.reload()").await;
    }
}

async fn nothing_is_beside_the_edge_of_a_phone(stage: &Stage) {
    let ada = opens(stage, "/index.html").await;
    ada.becomes_a_phone().await;
    ada.becomes("document.documentElement.scrollWidth <= 390", true)
        .await;
    for deck in all_decks() {
        ada.open(&format!("/{deck}.html")).await;
        ada.becomes(SIDEWAYS, json!([])).await;
    }
}

async fn a_slide_is_a_sheet_of_paper(stage: &Stage) {
    let ada = opens(stage, DECK).await;
    assert_eq!(ada.printed_pages().await, 13);
    ada.run("document.body.classList.add('deck--print-notes')")
        .await;
    assert_eq!(ada.printed_pages().await, 13);
}

async fn a_handout_is_one_sheet_of_paper(stage: &Stage) {
    let ada = opens(stage, "/handout-planning.html").await;
    assert_eq!(ada.printed_pages().await, 1);
    ada.is_accessible().await;
    ada.becomes_as_small_as(320, 400).await;
    ada.becomes("document.documentElement.scrollWidth <= innerWidth", true)
        .await;
}

async fn in_forced_colours_the_overview_marks_the_open_slide(stage: &Stage) {
    let ada = opens(stage, DECK).await;
    ada.forces_colours().await;
    ada.click("#overview").await;
    let colour =
        |slide| format!("getComputedStyle(document.querySelector('{slide}')).borderTopColor");
    let differs = format!(
        "{} !== {}",
        colour(".slide--current"),
        colour(".slide:not(.slide--current)")
    );
    ada.becomes(&differs, true).await;
}

async fn nothing_keeps_people_out(stage: &Stage) {
    let ada = opens(stage, DECK).await;
    for scheme in ["light", "dark"] {
        ada.prefers(scheme).await;
        for slide in ["1", "3", "4", "10", "13"] {
            ada.run(&format!("show({slide})")).await;
            ada.is_accessible().await;
        }
        ada.open("/06-channels.html#7").await;
        ada.is_accessible().await;
        ada.click("#overview").await;
        ada.is_accessible().await;
        ada.open(DECK).await;
    }
}
