//! For everyone: on a phone, in the dark, with a screen reader, by keyboard.

use crate::files::picture;
use browser::{Stage, Window, rules::Rule};
use serde_json::json;
use thirtyfour::Key;

pub fn rules() -> Vec<Rule> {
    browser::rules![chat;
        the_landing_page_keeps_nobody_out,
        a_busy_channel_keeps_nobody_out,
        dialogs_keep_nobody_out,
        the_lists_of_channels_and_people_and_the_viewer_keep_nobody_out,
        favourites_keep_nobody_out,
        the_search_keeps_nobody_out,
        the_account_keeps_nobody_out,
        on_a_phone_the_channels_are_in_a_drawer,
        on_a_phone_the_page_is_as_wide_as_the_screen,
        on_a_phone_nothing_makes_the_page_zoom,
        a_reader_in_the_dark_gets_a_dark_page,
        who_wants_less_motion_gets_none,
        nothing_inline_is_in_the_page,
        a_page_whose_script_does_not_run_says_what_it_needs,
    ]
}

const SIDEBAR: &str = "getComputedStyle(document.querySelector('#sidebar')).visibility";
const SCHEMES: [&str; 2] = ["light", "dark"];

async fn the_landing_page_keeps_nobody_out(stage: &Stage) {
    let ada = stage.blank("Ada").await;
    ada.lets_axe_in().await;
    for path in ["/", "/?form=log-in", "/?form=sign-up"] {
        ada.open(path).await;
        on_each_screen(&ada).await;
    }
}

async fn a_busy_channel_keeps_nobody_out(stage: &Stage) {
    let ada = examined(stage, "Ada").await;
    let bob = stage.person("Bob").await;
    in_both(&ada).await;
    busy(&ada, &bob).await;
    in_both(&ada).await;
    ada.becomes_a_phone().await;
    in_both(&ada).await;
    ada.click("#drawer-open").await;
    in_both(&ada).await;
    stage.stop_server();
    ada.shows_start("#banner", "Connection lost").await;
    in_both(&ada).await;
}

async fn dialogs_keep_nobody_out(stage: &Stage) {
    let ada = examined(stage, "Ada").await;
    let _bob = stage.person("Bob").await;
    ada.becomes_a_desktop().await;
    ada.say("hello").await;
    for button in [
        "new-channel-open",
        "members-open",
        "help-open",
        "emoji-open",
    ] {
        ada.click(&format!("#{button}")).await;
        if button == "emoji-open" {
            ada.types("#emoji-search", "heart").await;
        }
        on_each_screen(&ada).await;
        ada.presses(Key::Escape).await;
    }
    ada.click_text("#people .person__name", "Bob").await;
    ada.shows("#profile-name", "@Bob").await;
    on_each_screen(&ada).await;
    ada.presses(Key::Escape).await;
    ada.run("document.querySelector('.message__more').click()")
        .await;
    on_each_screen(&ada).await;
    ada.click("[data-action=delete]").await;
    on_each_screen(&ada).await;
}

async fn the_lists_of_channels_and_people_and_the_viewer_keep_nobody_out(stage: &Stage) {
    let ada = examined(stage, "Ada").await;
    ada.becomes_a_desktop().await;
    ada.click("#browse-open").await;
    ada.shows(".browse__name", "# General").await;
    on_each_screen(&ada).await;
    ada.presses(Key::Escape).await;
    ada.click("#new-message-open").await;
    ada.shows("#new-message-state", "Nobody else found.").await;
    on_each_screen(&ada).await;
    ada.presses(Key::Escape).await;
    ada.picks_files("#attach-input", &[&picture()]).await;
    ada.becomes(
        "document.querySelector('#composer [type=submit]').disabled",
        false,
    )
    .await;
    ada.click("#composer [type=submit]").await;
    ada.click("#message-list .file__picture").await;
    ada.shows("#viewer-name", "phone.png").await;
    on_each_screen(&ada).await;
}

async fn favourites_keep_nobody_out(stage: &Stage) {
    let ada = examined(stage, "Ada").await;
    let _bob = stage.person("Bob").await;
    ada.talks_to("Bob").await;
    ada.click("#channel-star").await;
    ada.lists("#favourites .channel__name", &["Bob"]).await;
    ada.becomes_a_phone().await;
    in_both(&ada).await;
    ada.click("#drawer-open").await;
    in_both(&ada).await;
    ada.becomes_a_desktop().await;
    in_both(&ada).await;
}

async fn the_search_keeps_nobody_out(stage: &Stage) {
    let ada = examined(stage, "Ada").await;
    ada.becomes_a_desktop().await;
    finds_general(&ada).await;
    in_both(&ada).await;
    ada.presses(Key::Escape).await;
    ada.becomes_a_phone().await;
    ada.click("#drawer-open").await;
    finds_general(&ada).await;
    in_both(&ada).await;
}

async fn finds_general(window: &Window) {
    window.types("#search-input", "gen").await;
    window
        .lists(".option__name", &["# General", "Create # gen"])
        .await;
    window.presses(Key::Down).await;
    window
        .shows_start("[role=option][aria-selected=true]", "# General")
        .await;
}

async fn the_account_keeps_nobody_out(stage: &Stage) {
    let ada = examined(stage, "Ada").await;
    ada.open("/account").await;
    on_each_screen(&ada).await;
}

async fn on_a_phone_the_channels_are_in_a_drawer(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.makes_channel("Recipes").await;
    ada.becomes_a_phone().await;
    ada.becomes(SIDEBAR, "hidden").await;
    ada.click("#drawer-open").await;
    ada.focuses("drawer-close").await;
    ada.becomes("document.querySelector('#conversation').inert", true)
        .await;
    ada.goes_to("# General").await;
    ada.becomes(SIDEBAR, "hidden").await;
    ada.click("#drawer-open").await;
    ada.focuses("drawer-close").await;
    ada.presses(Key::Escape).await;
    ada.focuses("drawer-open").await;
    ada.say("from a phone").await;
    ada.sees("from a phone").await;
}

async fn on_a_phone_the_page_is_as_wide_as_the_screen(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    busy(&ada, &bob).await;
    ada.say(&"W".repeat(300)).await;
    bob.say(&format!("```\n{}\n```", "x".repeat(200))).await;
    ada.sees(&format!("{}\n", "x".repeat(200))).await;
    ada.becomes_a_phone().await;
    for wide in ["documentElement", "querySelector('#messages')"] {
        ada.becomes(
            &format!("document.{wide}.scrollWidth - document.{wide}.clientWidth"),
            0,
        )
        .await;
    }
    ada.becomes("document.documentElement.scrollHeight <= innerHeight", true)
        .await;
}

async fn on_a_phone_nothing_makes_the_page_zoom(stage: &Stage) {
    let ada = stage.visitor("Ada").await;
    ada.becomes_a_phone().await;
    does_not_zoom(&ada, 4).await;
    ada.signs_up().await;
    does_not_zoom(&ada, 5).await;
    ada.open("/account").await;
    does_not_zoom(&ada, 6).await;
}

/// All of at least so many fields, also those that are hidden now.
async fn does_not_zoom(window: &Window, at_least: usize) {
    let sizes = "[...document.querySelectorAll('input, textarea')]\
        .map((field) => parseFloat(getComputedStyle(field).fontSize))";
    let has_all = format!("{sizes}.length >= {at_least}");
    window.becomes(&has_all, true).await;
    window
        .becomes(&format!("{sizes}.filter((size) => size < 16)"), json!([]))
        .await;
    window
        .becomes(
            "document.querySelector('meta[name=viewport]').content",
            "width=device-width, initial-scale=1, interactive-widget=resizes-content",
        )
        .await;
}

async fn a_reader_in_the_dark_gets_a_dark_page(stage: &Stage) {
    let ada = stage.person("Ada").await;
    let colour = "getComputedStyle(document.body).backgroundColor";
    ada.prefers("dark").await;
    ada.becomes(colour, "rgb(20, 23, 27)").await;
    ada.prefers("light").await;
    ada.becomes(colour, "rgb(255, 255, 255)").await;
}

async fn who_wants_less_motion_gets_none(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.becomes_a_phone().await;
    ada.has_media("", &[("prefers-reduced-motion", "reduce")])
        .await;
    ada.becomes(
        "getComputedStyle(document.querySelector('#sidebar')).transitionProperty",
        "none",
    )
    .await;
}

async fn nothing_inline_is_in_the_page(stage: &Stage) {
    let ada = stage.person("Ada").await;
    // As it comes from the server; scripts may set styles of elements.
    let inline = "fetch('/home').then((page) => page.text()).then((text) =>\
        new DOMParser().parseFromString(text, 'text/html'))\
        .then((page) => page.querySelectorAll('[style], style, script:not([src]), [onclick]').length)";
    ada.becomes(inline, 0).await;
}

/// A person whose pages axe-core may look through.
async fn examined(stage: &Stage, name: &str) -> Window {
    let window = stage.blank(name).await;
    window.lets_axe_in().await;
    window.open("/").await;
    window.signs_up().await;
    window
}

/// Ends on a desk.
async fn on_each_screen(window: &Window) {
    window.becomes_a_phone().await;
    in_both(window).await;
    window.becomes_a_desktop().await;
    in_both(window).await;
}

async fn in_both(window: &Window) {
    for scheme in SCHEMES {
        window.prefers(scheme).await;
        window.is_accessible().await;
    }
}

/// Everything that a message can be.
async fn busy(ada: &Window, bob: &Window) {
    bob.say("**hello** `code` https://example.org\n\n- item\n- another\n\n> quote")
        .await;
    ada.say("mine").await;
    bob.chooses("mine", "reply").await;
    bob.say("an answer").await;
    ada.chooses("an answer", "react").await;
    ada.picks_emoji("red heart").await;
    ada.shows(".reaction", "❤️ 1").await;
    ada.say("gone").await;
    ada.chooses("gone", "delete").await;
    ada.click("#confirm-action").await;
    ada.sees("This message was deleted.").await;
    ada.chooses("mine", "edit").await;
    ada.say("still mine").await;
    ada.sees("still mine").await;
    ada.makes_channel("Recipes").await;
    bob.say("unread").await;
    ada.shows(".channel__unread", "1 unread").await;
    ada.goes_to("# General").await;
    ada.sees("unread").await;
}

async fn a_page_whose_script_does_not_run_says_what_it_needs(stage: &Stage) {
    let ada = stage.person("Ada").await;
    let is_shown =
        "document.querySelector('#too-old')?.checkVisibility({ visibilityProperty: true })";
    ada.becomes(&format!("{is_shown} ?? false"), false).await;
    stage.allow_failed_requests();
    ada.devtools("Network.enable", json!({})).await;
    let urls = json!({ "urls": ["*/client/home.js"] });
    ada.devtools("Network.setBlockedURLs", urls).await;
    ada.run("location.reload()").await;
    ada.becomes(is_shown, true).await;
}
