//! Scrolling: when the list follows, when it stays, how it goes back in time.

use browser::{Stage, Window, rules::Rule};

const LIST: &str = "document.querySelector('#messages')";
const NEXT_FRAMES: &str =
    "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))";

pub fn rules() -> Vec<Rule> {
    browser::rules![chat;
        a_channel_says_that_it_is_on_its_way,
        a_channel_opens_at_its_end,
        a_reader_at_the_end_sees_new_messages,
        a_reader_near_the_end_reads_the_end,
        a_reader_further_up_stays_there_and_is_told,
        an_own_message_is_always_shown,
        older_messages_come_in_pages_and_the_place_is_held,
        the_first_message_of_all_stands_below_the_beginning,
        an_edit_above_does_not_move_the_reader,
        something_that_grows_above_does_not_move_the_reader,
        something_that_grows_at_the_end_keeps_the_end_in_view,
        a_link_to_an_old_message_opens_its_place_and_marks_it,
        from_an_old_message_the_newest_are_one_click_away,
        a_page_that_does_not_come_can_be_asked_for_again,
    ]
}

async fn a_channel_says_that_it_is_on_its_way(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.makes_channel("Recipes").await;
    stage.pause_server();
    ada.click_text(".channel__name", "# General").await;
    ada.shows("#history-state", "Loading…").await;
    ada.hides("#messages-empty").await;
    stage.resume_server();
    ada.shows("#history-state", "This is the beginning of #General.")
        .await;
}

async fn a_channel_opens_at_its_end(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.writes_messages(60).await;
    ada.run("location.reload()").await;
    ada.is_in("# General").await;
    ada.is_at_the_end().await;
    ada.hides("#new-messages").await;
}

async fn a_reader_at_the_end_sees_new_messages(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    bob.writes_messages(60).await;
    ada.sees("message 60").await;
    ada.is_at_the_end().await;
    bob.say("the newest").await;
    ada.sees("the newest").await;
    ada.is_at_the_end().await;
    ada.hides("#new-messages").await;
}

async fn a_reader_near_the_end_reads_the_end(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.writes_messages(60).await;
    ada.is_at_the_end().await;
    stands_before_the_end(&ada, 99).await;
    bob.say("one").await;
    ada.sees("one").await;
    ada.is_at_the_end().await;
    ada.hides("#new-messages").await;
    stands_before_the_end(&ada, 101).await;
    bob.say("two").await;
    ada.shows("#new-messages", "1 new message").await;
}

/// Scrolls to where so many pixels are left.
async fn stands_before_the_end(window: &Window, pixels: u32) {
    window
        .run(&format!(
            "{LIST}.scrollTop = {LIST}.scrollHeight - {LIST}.clientHeight - {pixels}"
        ))
        .await;
    window.value(NEXT_FRAMES).await;
    let left = format!("{LIST}.scrollHeight - {LIST}.scrollTop - {LIST}.clientHeight");
    window.becomes(&left, pixels).await;
}

async fn a_reader_further_up_stays_there_and_is_told(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.writes_messages(60).await;
    let (row, top) = scroll_up(&ada).await;
    bob.say("one").await;
    ada.shows("#new-messages", "1 new message").await;
    bob.say("two").await;
    ada.shows("#new-messages", "2 new messages").await;
    stands_at(&ada, row, top).await;
    ada.click("#new-messages").await;
    ada.is_at_the_end().await;
    ada.hides("#new-messages").await;
}

async fn an_own_message_is_always_shown(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.writes_messages(60).await;
    scroll_up(&ada).await;
    ada.say("mine").await;
    ada.is_at_the_end().await;
    ada.sees("mine").await;
}

async fn older_messages_come_in_pages_and_the_place_is_held(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.writes_messages(180).await;
    ada.run("location.reload()").await;
    ada.sees("message 180").await;
    let first = count(&ada).await;
    assert!(first < 120, "{first} messages at once are no page");
    ada.run(&format!("{LIST}.scrollTop = 650")).await;
    ada.value(NEXT_FRAMES).await;
    let (row, top) = first_in_view(&ada).await;
    ada.run(&format!("{LIST}.scrollTop -= 60")).await;
    ada.until(&loaded(), "another page", |count| {
        count.as_u64() > Some(first)
    })
    .await;
    stands_at(&ada, row, top + 60).await;
}

async fn the_first_message_of_all_stands_below_the_beginning(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.writes_messages(120).await;
    ada.run("location.reload()").await;
    ada.sees("message 120").await;
    for _ in 0..4 {
        ada.run(&format!("{LIST}.scrollTop = 0")).await;
        ada.value(NEXT_FRAMES).await;
    }
    ada.sees("message 1").await;
    ada.shows("#history-state", "This is the beginning of #General.")
        .await;
    assert_eq!(count(&ada).await, 120);
}

async fn an_edit_above_does_not_move_the_reader(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    bob.say("to be edited").await;
    bob.sees("to be edited").await;
    bob.writes_messages(45).await;
    ada.sees("message 45").await;
    ada.run(&format!("{LIST}.scrollTop = 700")).await;
    ada.value(NEXT_FRAMES).await;
    let (row, top) = first_in_view(&ada).await;
    bob.chooses("to be edited", "edit").await;
    bob.pastes("#composer-body", &["long"; 8].join("\n")).await;
    bob.presses(thirtyfour::Key::Enter).await;
    ada.shows(".message__edited", "(edited)").await;
    stands_at(&ada, row, top).await;
}

async fn something_that_grows_above_does_not_move_the_reader(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.writes_messages(45).await;
    ada.run(&format!("{LIST}.scrollTop = 700")).await;
    ada.value(NEXT_FRAMES).await;
    let (row, top) = first_in_view(&ada).await;
    grow(&ada, "first").await;
    stands_at(&ada, row, top).await;
}

async fn something_that_grows_at_the_end_keeps_the_end_in_view(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.writes_messages(45).await;
    ada.is_at_the_end().await;
    grow(&ada, "last").await;
    ada.is_at_the_end().await;
}

async fn a_link_to_an_old_message_opens_its_place_and_marks_it(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.writes_messages(200).await;
    ada.open("/home?channel=1&message=77").await;
    ada.shows(".message--marked .message__body", "message 77")
        .await;
    is_in_view(&ada, "message 77").await;
    assert!(count(&ada).await < 150);
    // Going on from there, both ways, leaves no gap.
    for first in ["message 7", "message 1"] {
        ada.run(&format!("{LIST}.scrollTop = 0")).await;
        ada.sees(first).await;
    }
    for last in ["message 126", "message 176", "message 200"] {
        ada.run(&format!("{LIST}.scrollTop = {LIST}.scrollHeight"))
            .await;
        ada.sees(last).await;
    }
    let numbers: Vec<String> = (1..=200).map(|n| format!("message {n}")).collect();
    assert_eq!(ada.history().await, numbers);
}

async fn from_an_old_message_the_newest_are_one_click_away(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.writes_messages(200).await;
    ada.open("/home?channel=1&message=77").await;
    ada.shows(".message--marked .message__body", "message 77")
        .await;
    bob.say("the newest").await;
    ada.shows("#new-messages", "1 new message").await;
    ada.sees_times("the newest", 0).await;
    ada.click("#new-messages").await;
    ada.sees("the newest").await;
    ada.is_at_the_end().await;
}

async fn a_page_that_does_not_come_can_be_asked_for_again(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.writes_messages(120).await;
    stage.allow_failed_requests();
    let block = |urls: &[&str]| serde_json::json!({ "urls": urls });
    ada.devtools("Network.enable", serde_json::json!({})).await;
    ada.devtools("Network.setBlockedURLs", block(&["*/api/*"]))
        .await;
    ada.run("location.reload()").await;
    ada.sees("message 120").await;
    ada.run(&format!("{LIST}.scrollTop = 0")).await;
    ada.shows(
        "#history-state",
        "there is no connection to the server right now",
    )
    .await;
    ada.devtools("Network.setBlockedURLs", block(&[])).await;
    ada.click("#history-retry").await;
    ada.sees("message 50").await;
}

fn loaded() -> String {
    "document.querySelectorAll('#message-list .row').length".to_owned()
}

async fn count(window: &Window) -> u64 {
    window.value(&loaded()).await.as_u64().unwrap_or_default()
}

async fn is_in_view(window: &Window, body: &str) {
    window
        .becomes(
            &format!(
                "(() => {{ const list = {LIST}.getBoundingClientRect();\
                const row = [...document.querySelectorAll('.message__body')]\
                .find((body) => body.textContent === '{body}').getBoundingClientRect();\
                return row.top >= list.top && row.bottom <= list.bottom; }})()"
            ),
            true,
        )
        .await;
}

/// Scrolls away from the end; says which message is on top then, and where.
async fn scroll_up(window: &Window) -> (String, i64) {
    window.is_at_the_end().await;
    window.run(&format!("{LIST}.scrollTop -= 900")).await;
    window.value(NEXT_FRAMES).await;
    first_in_view(window).await
}

async fn first_in_view(window: &Window) -> (String, i64) {
    let number = format!(
        "[...document.querySelectorAll('#message-list .row')]\
        .find((row) => row.getBoundingClientRect().top >= {LIST}.getBoundingClientRect().top).dataset.number"
    );
    let number = window.value(&number).await;
    let number = number.as_str().unwrap_or_default().to_owned();
    let top = window.value(&top_of(&number)).await;
    (number, top.as_i64().unwrap_or_default())
}

async fn stands_at(window: &Window, number: String, top: i64) {
    window.value(NEXT_FRAMES).await;
    assert_eq!(window.value(&top_of(&number)).await, top);
}

fn top_of(number: &str) -> String {
    format!(
        "Math.round(document.querySelector('[data-number=\"{number}\"]').getBoundingClientRect().top)"
    )
}

async fn grow(window: &Window, which: &str) {
    window
        .run(&format!(
            "document.querySelector('#message-list .row:{which}-child').style.minBlockSize = '900px'"
        ))
        .await;
    window.value(NEXT_FRAMES).await;
}
