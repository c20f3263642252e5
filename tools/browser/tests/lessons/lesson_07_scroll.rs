//! The list of messages: when it follows, and when it stays where the reader is.

use browser::{Stage, Window, rules::Rule};

const LIST: &str = "document.querySelector('#messages')";
const LOAD_AN_IMAGE: &str = "{ const image = new Image(); image.onload = done;\
    document.querySelector('#messages').lastElementChild.append(image);\
    image.src = 'data:image/svg+xml,<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"900\"/>'; }";
const NEXT_FRAMES: &str =
    "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))";

pub fn rules() -> Vec<Rule> {
    browser::rules![7..;
        a_reader_at_the_end_sees_new_messages,
        a_reader_further_up_stays_there_and_is_told,
        the_count_of_new_messages_leads_to_them,
        scrolling_down_makes_the_count_go,
        an_own_message_is_always_shown,
        an_item_that_grows_keeps_the_end_in_view,
        an_image_that_loads_keeps_the_end_in_view,
        a_narrower_window_keeps_the_end_in_view,
        an_item_that_grows_does_not_move_a_reader_further_up,
        a_channel_opens_at_its_end,
    ]
}

async fn a_reader_at_the_end_sees_new_messages(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    fill(&bob).await;
    is_at_end(&ada).await;
    bob.say("the newest").await;
    ada.sees("the newest").await;
    is_at_end(&ada).await;
    ada.hides("#new-messages").await;
}

async fn a_reader_further_up_stays_there_and_is_told(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    fill(&bob).await;
    scroll_up(&ada).await;
    bob.say("one").await;
    ada.shows("#new-messages", "1 new message").await;
    bob.say("two").await;
    bob.say("three").await;
    ada.shows("#new-messages", "3 new messages").await;
    is_where_it_was(&ada).await;
}

async fn the_count_of_new_messages_leads_to_them(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    fill(&bob).await;
    scroll_up(&ada).await;
    bob.say("the newest").await;
    ada.click("#new-messages").await;
    is_at_end(&ada).await;
    ada.hides("#new-messages").await;
}

async fn scrolling_down_makes_the_count_go(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    fill(&bob).await;
    scroll_up(&ada).await;
    bob.say("the newest").await;
    ada.shows("#new-messages", "1 new message").await;
    // The button lies over the list and pulls nothing else there.
    let below = "document.querySelector('#typing, #composer').getBoundingClientRect().top";
    ada.becomes(
        &format!("{below} >= {LIST}.getBoundingClientRect().bottom"),
        true,
    )
    .await;
    ada.run(&format!("{LIST}.scrollTop = {LIST}.scrollHeight"))
        .await;
    ada.hides("#new-messages").await;
}

async fn an_own_message_is_always_shown(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    fill(&bob).await;
    scroll_up(&ada).await;
    bob.say("from Bob").await;
    ada.shows("#new-messages", "1 new message").await;
    ada.say("from Ada").await;
    is_at_end(&ada).await;
    ada.hides("#new-messages").await;
}

async fn an_item_that_grows_keeps_the_end_in_view(stage: &Stage) {
    let ada = stage.person("Ada").await;
    fill(&ada).await;
    is_at_end(&ada).await;
    for item in ["lastElementChild", "firstElementChild"] {
        grow(&ada, item).await;
        is_at_end(&ada).await;
    }
}

async fn an_image_that_loads_keeps_the_end_in_view(stage: &Stage) {
    let ada = stage.person("Ada").await;
    fill(&ada).await;
    is_at_end(&ada).await;
    ada.value(&format!("new Promise((done) => {LOAD_AN_IMAGE})"))
        .await;
    is_at_end(&ada).await;
}

async fn a_narrower_window_keeps_the_end_in_view(stage: &Stage) {
    let ada = stage.person("Ada").await;
    fill(&ada).await;
    ada.say(&"a line that breaks ".repeat(100)).await;
    is_at_end(&ada).await;
    ada.becomes_a_phone().await;
    is_at_end(&ada).await;
}

async fn an_item_that_grows_does_not_move_a_reader_further_up(stage: &Stage) {
    let ada = stage.person("Ada").await;
    fill(&ada).await;
    scroll_up(&ada).await;
    grow(&ada, "lastElementChild").await;
    is_where_it_was(&ada).await;
    // Content above pushes the rest down, unless the browser adjusts its scrolling.
    let top = format!("Math.round({LIST}.children[2].getBoundingClientRect().top)");
    let before = ada.value(&top).await;
    grow(&ada, "firstElementChild").await;
    ada.becomes(&top, before).await;
}

async fn a_channel_opens_at_its_end(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    fill(&bob).await;
    bob.creates_channel("Recipes").await;
    fill(&bob).await;
    scroll_up(&ada).await;
    ada.opens_channel("Recipes").await;
    is_at_end(&ada).await;
    ada.hides("#new-messages").await;
}

/// Writes more than fits the window.
async fn fill(window: &Window) {
    for number in 1..=5 {
        let body = format!("{number}{}", "\nand so on".repeat(14));
        window.say(&body).await;
        window.sees(&body).await;
    }
}

async fn is_at_end(window: &Window) {
    let rest = format!("{LIST}.scrollHeight - {LIST}.clientHeight - {LIST}.scrollTop");
    window
        .until(&format!("[{rest}, {LIST}.scrollTop]"), "the end", |value| {
            value[0].as_f64() < Some(2.0) && value[1].as_f64() > Some(0.0)
        })
        .await;
}

/// Scrolls away from the end, and waits until the page knows.
async fn scroll_up(window: &Window) {
    is_at_end(window).await;
    window
        .value(&format!(
            "new Promise((done) => {{\
            {LIST}.addEventListener('scroll', done, {{ once: true }});\
            {LIST}.scrollTop = 600; }})"
        ))
        .await;
    is_where_it_was(window).await;
}

async fn is_where_it_was(window: &Window) {
    window.value(NEXT_FRAMES).await;
    assert_eq!(window.value(&format!("{LIST}.scrollTop")).await, 600);
}

async fn grow(window: &Window, item: &str) {
    window
        .run(&format!("{LIST}.{item}.style.minBlockSize = '900px'"))
        .await;
    window.value(NEXT_FRAMES).await;
}
