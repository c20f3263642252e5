//! Play: a lesson's chat in frames, one for each user.

use std::time::Duration;

use browser::{Stage, Window, rules::Rule};
use serde_json::{Value, json};

pub fn rules() -> Vec<Rule> {
    browser::rules![play;
        two_users_chat_beside_the_tape_of_both,
        chats_and_tape_fit_one_screen,
        users_come_and_go,
        each_user_has_a_storage_of_their_own,
        a_chat_that_was_stopped_says_so,
        a_chat_ends_with_the_connection_to_the_workshop,
        play_keeps_nobody_out,
    ]
}

/// Cargo may have to build the lesson.
const A_BUILD: Duration = Duration::from_secs(600);

/// Opens Play with lesson 07 and waits for its first two users.
pub async fn plays(stage: &Stage) -> Window {
    let page = stage.blank("Page").await;
    page.lets_axe_in().await;
    page.becomes_a_desktop().await;
    page.open("/lessons/7/play").await;
    page.click_text("button", "Start lesson 07").await;
    page.with_patience(A_BUILD)
        .lists(".user__name", &["User A", "User B"])
        .await;
    page
}

/// Both users join, and A says hello.
pub async fn meet(page: &Window) {
    for (frame, name) in [(A, "Ada"), (B, "Bob")] {
        page.enters_frame(frame).await;
        page.join(name).await;
        page.leaves_frame().await;
    }
    page.enters_frame(A).await;
    page.say("hello").await;
    page.leaves_frame().await;
}

/// User A's chat.
pub const A: &str = "[title='The chat of user A']";
/// User B's chat.
pub const B: &str = "[title='The chat of user B']";

async fn two_users_chat_beside_the_tape_of_both(stage: &Stage) {
    let page = plays(stage).await;
    page.shows("#play-state", "Lesson 07 is running.").await;
    meet(&page).await;
    page.enters_frame(B).await;
    page.sees("hello").await;
    page.leaves_frame().await;
    let frames = "[...document.querySelectorAll('.frame')]\
        .map((row) => [...row.children].map((cell) => cell.textContent))";
    let has = |ways: Vec<&'static str>, event: &'static str| {
        move |rows: &Value| {
            let rows = rows.as_array().cloned().unwrap_or_default();
            let of_event = rows.iter().filter(|row| row[5] == event);
            let mut seen: Vec<_> = of_event.map(|row| row[1].clone()).collect();
            seen.sort_by_key(Value::to_string);
            json!(seen) == json!(ways)
        }
    };
    let sent = has(vec!["A → server"], "message:send");
    page.until(frames, "what A has sent", sent).await;
    let both = has(vec!["A ← server", "B ← server"], "message:created");
    page.until(frames, "what both have got", both).await;
    let upgraded = has(vec!["A → server", "B → server"], "upgrade request");
    page.until(frames, "both upgrades", upgraded).await;
}

async fn chats_and_tape_fit_one_screen(stage: &Stage) {
    let page = plays(stage).await;
    meet(&page).await;
    page.click_text(".frame__open", "message:send").await;
    page.click("#user-add").await;
    page.lists(".user__name", &["User A", "User B", "User C"])
        .await;
    // Each is in view, and large enough to work with.
    let in_view = "[...document.querySelectorAll('.user__chat, #tape-table, #details')].every((box) => {\
        const { top, bottom, right, height } = box.getBoundingClientRect();\
        return top >= 0 && bottom <= innerHeight && right <= innerWidth && height > 60; })";
    for (width, height) in [(1280, 720), (1440, 900), (1920, 1080)] {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        page.devtools("Emulation.setDeviceMetricsOverride", size)
            .await;
        page.becomes(in_view, true).await;
        page.becomes("document.documentElement.scrollHeight", height)
            .await;
    }
}

async fn users_come_and_go(stage: &Stage) {
    let page = plays(stage).await;
    page.enters_frame(A).await;
    page.join("Ada").await;
    page.leaves_frame().await;
    page.click("#user-add").await;
    page.lists(".user__name", &["User A", "User B", "User C"])
        .await;
    page.hides("#user-add").await;
    page.enters_frame("[title='The chat of user C']").await;
    page.join("Cem").await;
    page.leaves_frame().await;
    page.click("[aria-label='Remove user B']").await;
    page.lists(".user__name", &["User A", "User C"]).await;
    page.shows("#user-add", "Add a user").await;
    // Ada's page was not loaded again by all this.
    page.enters_frame(A).await;
    page.shows("#me", "Ada").await;
    page.becomes(&browser::people::text_of("#inspector-visitors"), "2")
        .await;
}

async fn each_user_has_a_storage_of_their_own(stage: &Stage) {
    let page = plays(stage).await;
    page.enters_frame(A).await;
    page.run("localStorage.setItem('whose', 'A')").await;
    page.leaves_frame().await;
    page.enters_frame(B).await;
    page.becomes("localStorage.getItem('whose')", Value::Null)
        .await;
}

async fn a_chat_that_was_stopped_says_so(stage: &Stage) {
    let page = plays(stage).await;
    // Its pages try to come back.
    stage.allow_failed_requests();
    page.click("#play-stop").await;
    page.shows_start("#play-state", "It ended (").await;
    page.hides("#play-stop").await;
    page.hides("#user-add").await;
    page.until(
        "document.querySelector('#log').textContent",
        "its log",
        |log| {
            log.as_str()
                .is_some_and(|log| log.contains("Make Chat is at "))
        },
    )
    .await;
    page.click_text("button", "Start lesson 07").await;
    page.with_patience(A_BUILD)
        .shows("#play-state", "Lesson 07 is running.")
        .await;
}

async fn a_chat_ends_with_the_connection_to_the_workshop(stage: &Stage) {
    let page = plays(stage).await;
    stage.stop_server();
    page.shows(
        "#play-state",
        "The connection to the workshop is lost, and the chat has ended.",
    )
    .await;
    page.hides("#play-stop").await;
}

async fn play_keeps_nobody_out(stage: &Stage) {
    let page = plays(stage).await;
    meet(&page).await;
    page.click_text(".frame__open", "message:send").await;
    page.shows("#details-title", "message:send from A to the server")
        .await;
    for view in ["table", "diagram"] {
        page.click(&format!("[name=view][value={view}]")).await;
        for scheme in ["light", "dark"] {
            page.prefers(scheme).await;
            page.is_accessible().await;
        }
    }
    page.becomes_a_phone().await;
    page.becomes("document.documentElement.scrollWidth", 390)
        .await;
    page.click("[name=view][value=table]").await;
    page.becomes("document.documentElement.scrollWidth", 390)
        .await;
}
