//! The tape: choosing, explaining, drawing and copying what crosses the wire.

use browser::{Stage, Window, rules::Rule};
use thirtyfour::Key;

use crate::play::{A, meet, plays};

pub fn rules() -> Vec<Rule> {
    browser::rules![play;
        the_tape_is_paused_and_goes_on,
        the_tape_is_filtered,
        the_tape_is_cleared,
        a_frame_is_explained_piece_by_piece,
        frames_are_opened_by_keyboard,
        the_sequence_shows_the_same_frames,
        the_tape_is_copied_as_text,
    ]
}

/// The names of the frames in the table.
const NAMES: &str = ".frame__open";

async fn the_tape_is_paused_and_goes_on(stage: &Stage) {
    let page = plays(stage).await;
    meet(&page).await;
    filters(&page, "message:send").await;
    page.lists(NAMES, &["message:send", "ack of message:send"])
        .await;
    page.click("#tape-pause").await;
    page.becomes(
        "document.querySelector('#tape-pause').ariaPressed === 'true'",
        true,
    )
    .await;
    page.enters_frame(A).await;
    page.say("once more").await;
    page.leaves_frame().await;
    // Perhaps a heartbeat, too.
    let waiting =
        "document.querySelector('#tape-count').textContent.match(/Paused: (\\d+) more/)?.[1] >= 4";
    page.becomes(waiting, true).await;
    page.lists(NAMES, &["message:send", "ack of message:send"])
        .await;
    page.click("#tape-pause").await;
    let both = ["message:send", "ack of message:send"].repeat(2);
    page.lists(NAMES, &both).await;
}

async fn the_tape_is_filtered(stage: &Stage) {
    let page = plays(stage).await;
    meet(&page).await;
    filters(&page, "message:").await;
    let all = [
        "message:created",
        "message:created",
        "message:send",
        "ack of message:send",
    ];
    lists_in_any_order(&page, &all).await;
    chooses(&page, "direction", "out").await;
    page.lists(NAMES, &["message:send"]).await;
    chooses(&page, "direction", "in").await;
    chooses(&page, "user", "B").await;
    page.lists(NAMES, &["message:created"]).await;
    chooses(&page, "user", "").await;
    chooses(&page, "direction", "").await;
    filters(&page, "").await;
    page.types("#filters [name=text]", "HELLO").await;
    lists_in_any_order(
        &page,
        &["message:created", "message:created", "message:send"],
    )
    .await;
    page.types("#filters [name=text]", "2").await;
    // Each connection begins with a ping, which is hidden until it is asked for.
    let pings = "[...document.querySelectorAll('.frame__payload')]\
        .filter((cell) => cell.textContent === '' && cell.parentElement.querySelector('.frame__open')\
        .textContent === 'ping').length > 0";
    page.becomes(pings, false).await;
    page.click("#filters [name=heartbeats]").await;
    page.becomes(pings, true).await;
}

async fn the_tape_is_cleared(stage: &Stage) {
    let page = plays(stage).await;
    meet(&page).await;
    filters(&page, "message:send").await;
    page.lists(NAMES, &["message:send", "ack of message:send"])
        .await;
    page.click("#tape-clear").await;
    page.hides(NAMES).await;
    page.enters_frame(A).await;
    page.say("once more").await;
    page.leaves_frame().await;
    page.lists(NAMES, &["message:send", "ack of message:send"])
        .await;
}

async fn a_frame_is_explained_piece_by_piece(stage: &Stage) {
    let page = plays(stage).await;
    meet(&page).await;
    page.click_text(NAMES, "message:send").await;
    page.focuses("details-title").await;
    let raw = "document.querySelector('#details-raw').textContent";
    page.becomes(raw, r#"421["message:send",{"body":"hello"}]"#)
        .await;
    let pieces = ["4", "2", "1", r#"["message:send",{"body":…"#];
    page.lists("#details-pieces code", &pieces).await;
    page.shows(
        "#details-pieces > div:nth-child(3) dd",
        "The request's number. The sender wants an acknowledgement, which carries the same number.",
    )
    .await;
    page.click_text("summary", "The bytes").await;
    page.shows_start("#details-bytes", "0000  34 32 31 5b 22")
        .await;
    page.click_text(NAMES, "ack of message:send").await;
    page.shows(
        "#details-pieces > div:nth-child(3) dd",
        "The number of the request that this acknowledges: message:send.",
    )
    .await;
}

async fn frames_are_opened_by_keyboard(stage: &Stage) {
    let page = plays(stage).await;
    meet(&page).await;
    filters(&page, "message:send").await;
    page.lists(NAMES, &["message:send", "ack of message:send"])
        .await;
    page.run("document.querySelector('.frame__open[tabindex=\"0\"]').focus()")
        .await;
    page.presses(Key::Home).await;
    page.presses(Key::Down).await;
    page.presses(Key::Up).await;
    page.presses(Key::Enter).await;
    page.shows("#details-title", "message:send from A to the server")
        .await;
    page.presses(Key::Escape).await;
    page.hides("#details").await;
    page.becomes("document.activeElement.textContent", "message:send")
        .await;
}

async fn the_sequence_shows_the_same_frames(stage: &Stage) {
    let page = plays(stage).await;
    meet(&page).await;
    filters(&page, "message:send").await;
    page.click("[name=view][value=diagram]").await;
    page.hides(NAMES).await;
    page.lists("#diagram-heads span", &["User A", "Server"])
        .await;
    page.lists(
        ".arrow__name",
        &["message:send #1", "ack of message:send #1"],
    )
    .await;
    let points = "[...document.querySelectorAll('.arrow__line')]\
        .map((line) => line.x1.baseVal.value < line.x2.baseVal.value)";
    page.becomes(points, serde_json::json!([true, false])).await;
    page.run("document.querySelector('.arrow').focus()").await;
    page.presses(Key::Enter).await;
    page.shows("#details-title", "message:send from A to the server")
        .await;
}

async fn the_tape_is_copied_as_text(stage: &Stage) {
    let page = plays(stage).await;
    meet(&page).await;
    filters(&page, "message:send").await;
    page.lists(NAMES, &["message:send", "ack of message:send"])
        .await;
    page.run("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
        .await;
    page.click("#tape-copy").await;
    let text = "A -> message:send {\"body\":\"hello\"}\nA <- ack [{\"ok\":{\"id\":1}}]\n";
    page.becomes("window.copied", text).await;
}

/// Shows the frames of an event, and its acknowledgements.
async fn filters(page: &Window, event: &str) {
    page.pastes("#filters [name=event]", event).await;
}

async fn chooses(page: &Window, field: &str, value: &str) {
    page.pastes(&format!("#filters [name={field}]"), value)
        .await;
}

/// Those of two users come in no certain order.
async fn lists_in_any_order(page: &Window, names: &[&str]) {
    let mut wanted: Vec<_> = names.to_vec();
    wanted.sort_unstable();
    let sorted =
        "[...document.querySelectorAll('.frame__open')].map((item) => item.textContent).sort()";
    page.becomes(sorted, serde_json::json!(wanted)).await;
}
