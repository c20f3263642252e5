//! With fingers: the keyboard on the screen, the long press, the swipe.

use browser::{Stage, rules::Rule};
use thirtyfour::Key;

const SIDEBAR: &str = "getComputedStyle(document.querySelector('#sidebar')).visibility";

pub fn rules() -> Vec<Rule> {
    browser::rules![chat;
        on_a_touch_keyboard_enter_starts_a_new_line_and_the_button_sends,
        a_long_press_opens_the_menu_of_a_message_and_it_stays,
        a_touch_screen_shows_no_bar_but_a_screen_reader_finds_the_menu,
        a_swipe_opens_the_drawer_and_closes_it,
    ]
}

async fn on_a_touch_keyboard_enter_starts_a_new_line_and_the_button_sends(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.becomes_a_touch_screen().await;
    ada.click("#composer-body").await;
    ada.presses("one").await;
    ada.presses(Key::Enter).await;
    ada.presses("two").await;
    ada.becomes("document.querySelector('#composer-body').value", "one\ntwo")
        .await;
    ada.click("#composer [type=submit]").await;
    ada.sees("one\ntwo").await;
    // A tablet may have a keyboard, too.
    ada.presses("three").await;
    ada.presses_with(Key::Control, Key::Enter.value()).await;
    ada.sees("three").await;
}

async fn a_long_press_opens_the_menu_of_a_message_and_it_stays(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.becomes_a_touch_screen().await;
    bob.say("hello").await;
    ada.sees("hello").await;
    ada.touches("#message-list .message__body").await;
    let items = ["React", "Reply", "Copy link", "Copy text"];
    ada.lists("#message-menu [role=menuitem]", &items).await;
    ada.lifts_finger().await;
    ada.lists("#message-menu [role=menuitem]", &items).await;
    ada.becomes(
        "(({ left, right, bottom }) => left >= 0 && right <= innerWidth && bottom <= innerHeight)\
        (document.querySelector('#message-menu').getBoundingClientRect())",
        true,
    )
    .await;
    ada.click("[data-action=reply]").await;
    ada.shows("#context-text", "Reply to Bob: hello").await;
}

async fn a_touch_screen_shows_no_bar_but_a_screen_reader_finds_the_menu(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.say("hello").await;
    ada.sees("hello").await;
    ada.becomes_a_touch_screen().await;
    let size = "(({ width, height }) => width <= 1 && height <= 1)\
        (document.querySelector('.message__actions').getBoundingClientRect())";
    ada.run("document.activeElement.blur()").await;
    ada.becomes(size, true).await;
    ada.run("document.querySelector('#message-list .message__more').focus()")
        .await;
    ada.becomes(size, false).await;
    ada.presses(Key::Enter).await;
    ada.becomes("document.activeElement.textContent", "React")
        .await;
}

async fn a_swipe_opens_the_drawer_and_closes_it(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.becomes_a_touch_screen().await;
    // Down, as one scrolls.
    ada.swipes((100, 200), (150, 500)).await;
    ada.swipes((40, 300), (240, 310)).await;
    ada.becomes(SIDEBAR, "visible").await;
    ada.focuses("drawer-close").await;
    ada.swipes((240, 300), (40, 310)).await;
    ada.becomes(SIDEBAR, "hidden").await;
    ada.focuses("drawer-open").await;
}
