//! The page: its parts, its sizes, its colours.

use browser::{Stage, Window, rules::Rule};
use serde_json::{Value, json};
use thirtyfour::Key;

const PAGE: &str = "document.documentElement";
const NONE: [&str; 0] = [];
const CONTROLS: [&str; 6] = [
    "button",
    "combobox",
    "DisclosureTriangle",
    "link",
    "textbox",
    "log",
];
const FOCUSABLE: &str = "[...document.querySelectorAll('a[href], button, input, textarea, summary, [tabindex=\"0\"]')]\
    .filter((element) => element.checkVisibility() && !element.disabled)";
const DESCRIBE: &str = "(element) => element.id || element.className || element.tagName";
const FOCUS_TOP: &str = "document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex');";

pub fn rules() -> Vec<Rule> {
    let mut rules = browser::rules![1..;
        the_page_has_all_its_parts,
        an_unknown_address_leads_back_to_the_chat,
        nothing_is_loaded_from_elsewhere,
        the_page_fits_a_desktop,
        the_page_fits_a_phone,
        the_page_is_dark_for_those_who_like_it,
        the_skip_link_leads_past_the_sidebar,
        every_control_has_a_name,
        the_keyboard_reaches_every_control,
        ids_are_unique_and_point_at_something,
        ctrl_c_stops_the_server,
    ];
    // From lesson 09 on, clap says it.
    rules.extend(browser::rules![1..9; a_taken_port_is_told, a_port_that_is_none_is_told]);
    rules.extend(browser::rules![1..=3; nothing_can_be_written_yet]);
    rules
}

async fn the_page_has_all_its_parts(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.becomes("document.title", "Make Chat").await;
    ada.shows("h1", "Make Chat").await;
    ada.lists(".sidebar__title", &["Channels", "People"]).await;
    ada.shows(".conversation__title", "General").await;
    ada.becomes("document.querySelector('#messages').role", "log")
        .await;
    ada.becomes("document.documentElement.lang", "en").await;
}

async fn nothing_can_be_written_yet(stage: &Stage) {
    let ada = stage.person("Ada").await;
    let controls = "[...document.querySelectorAll('#composer textarea, #composer button')]";
    ada.becomes(
        &format!("{controls}.map((control) => control.disabled)"),
        json!([true, true]),
    )
    .await;
}

async fn an_unknown_address_leads_back_to_the_chat(stage: &Stage) {
    stage.allow_failed_requests();
    let ada = stage.blank("Ada").await;
    ada.open("/nowhere").await;
    ada.becomes("document.title", "Not found · Make Chat").await;
    ada.shows("h1", "There is nothing at this address").await;
    ada.click("a[href='/']").await;
    ada.becomes("location.pathname", "/").await;
    ada.shows("h1", "Make Chat").await;
}

async fn nothing_is_loaded_from_elsewhere(stage: &Stage) {
    let ada = stage.person("Ada").await;
    let origins = "[...new Set(performance.getEntriesByType('resource')\
        .map((entry) => new URL(entry.name).origin))]";
    let own = ada.value("location.origin").await;
    ada.becomes(origins, json!([own])).await;
}

async fn the_page_fits_a_desktop(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.becomes_a_desktop().await;
    fits(stage, &ada, 1280).await;
}

async fn the_page_fits_a_phone(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.becomes_a_phone().await;
    fits(stage, &ada, 390).await;
}

async fn fits(stage: &Stage, window: &Window, width: u32) {
    window.open("/").await;
    if stage.lesson >= 3 {
        is_inside(window, "#join-form").await;
    }
    stage.enter(window).await;
    window.becomes("innerWidth", width).await;
    fills_the_screen(window).await;
}

/// Nothing of the page is outside of the screen, and its parts can be seen.
pub async fn fills_the_screen(window: &Window) {
    // A phone zooms out to show a page that is too wide.
    let overflow = format!(
        "[{PAGE}.scrollWidth - {PAGE}.clientWidth,\
        {PAGE}.scrollHeight - {PAGE}.clientHeight,\
        innerWidth - {PAGE}.clientWidth]"
    );
    window.becomes(&overflow, json!([0, 0, 0])).await;
    for part in [".conversation__header", "#messages", "#composer"] {
        is_inside(window, part).await;
    }
}

async fn is_inside(window: &Window, part: &str) {
    let is_inside = format!(
        "((box) => box.width > 0 && box.height > 0 && box.left >= 0 && box.top >= 0 \
        && box.right <= {PAGE}.clientWidth && box.bottom <= {PAGE}.clientHeight)\
        (document.querySelector('{part}').getBoundingClientRect())"
    );
    window.becomes(&is_inside, true).await;
}

async fn the_page_is_dark_for_those_who_like_it(stage: &Stage) {
    let ada = stage.person("Ada").await;
    let lightness = "(getComputedStyle(document.body).backgroundColor.match(/\\d+/g)\
        .reduce((sum, part) => sum + Number(part), 0)) / 3";
    ada.prefers("light").await;
    ada.until(lightness, "a light page", |value| {
        value.as_f64() > Some(200.0)
    })
    .await;
    ada.prefers("dark").await;
    ada.until(lightness, "a dark page", |value| {
        value.as_f64() < Some(60.0)
    })
    .await;
}

async fn the_skip_link_leads_past_the_sidebar(stage: &Stage) {
    let ada = stage.visitor("Ada").await;
    ada.run(FOCUS_TOP).await;
    ada.presses(Key::Tab).await;
    ada.becomes(
        "document.activeElement.getBoundingClientRect().top >= 0",
        true,
    )
    .await;
    ada.presses(Key::Enter).await;
    ada.focuses("conversation").await;
}

async fn every_control_has_a_name(stage: &Stage) {
    let ada = stage.visitor("Ada").await;
    assert_eq!(unnamed_controls(&ada).await, NONE);
    stage.enter(&ada).await;
    assert_eq!(unnamed_controls(&ada).await, NONE);
}

/// The roles of controls that a screen reader could not name.
async fn unnamed_controls(window: &Window) -> Vec<String> {
    let tree = window
        .devtools("Accessibility.getFullAXTree", json!({}))
        .await;
    let nodes = tree["nodes"].as_array().cloned().unwrap_or_default();
    let controls: Vec<_> = nodes.iter().filter(|node| is_control(node)).collect();
    assert!(!controls.is_empty(), "no controls in {tree}");
    let unnamed = controls.iter().filter(|node| node["name"]["value"] == "");
    unnamed
        .map(|node| node["role"]["value"].to_string())
        .collect()
}

fn is_control(node: &Value) -> bool {
    let role = node["role"]["value"].as_str().unwrap_or_default();
    node["ignored"] == false && CONTROLS.contains(&role)
}

async fn the_keyboard_reaches_every_control(stage: &Stage) {
    let ada = stage.visitor("Ada").await;
    tab_through(&ada).await;
    stage.enter(&ada).await;
    tab_through(&ada).await;
}

/// Presses Tab from the top of the page: all that can be used gets the focus
/// once, in the order of the page, and shows it.
async fn tab_through(window: &Window) {
    let controls = window.value(&format!("{FOCUSABLE}.map({DESCRIBE})")).await;
    let controls = controls.as_array().cloned().unwrap_or_default();
    assert_eq!(controls.first(), Some(&json!("skip-link")));
    window.run(FOCUS_TOP).await;
    let focused = format!("({DESCRIBE})(document.activeElement)");
    // The composer's ring is around the whole box.
    let outline = "[document.activeElement, document.activeElement.closest('.composer')]\
        .some((element) => element && getComputedStyle(element).outlineStyle === 'solid')";
    for control in controls {
        window.presses(Key::Tab).await;
        window.becomes(&focused, control).await;
        window.becomes(outline, true).await;
    }
}

async fn ids_are_unique_and_point_at_something(stage: &Stage) {
    let ada = stage.person("Ada").await;
    let ids = "[...document.querySelectorAll('[id]')].map((element) => element.id)";
    ada.becomes(
        &format!("{ids}.filter((id, at, all) => all.indexOf(id) !== at)"),
        json!([]),
    )
    .await;
    let dangling = "['for', 'list', 'aria-describedby', 'aria-labelledby'].flatMap((name) =>\
        [...document.querySelectorAll(`[${name}]`)].map((element) => element.getAttribute(name)))\
        .filter((id) => !document.getElementById(id))";
    ada.becomes(dangling, json!([])).await;
}

async fn ctrl_c_stops_the_server(stage: &Stage) {
    // An open page does not hold it up.
    let _ada = stage.person("Ada").await;
    assert_eq!(stage.interrupt_server().await, Some(0));
}

async fn a_taken_port_is_told(stage: &Stage) {
    let port = stage.port();
    let words = format!(
        "error: port {port} is taken: stop the other program, or choose another port with PORT=3001"
    );
    assert_eq!(stage.fails_to_start(&port).await, (Some(1), words));
}

async fn a_port_that_is_none_is_told(stage: &Stage) {
    let words = r#"error: PORT must be a number from 0 to 65535, not "abc""#;
    let failure = stage.fails_to_start("abc").await;
    assert_eq!(failure, (Some(1), words.to_owned()));
}
