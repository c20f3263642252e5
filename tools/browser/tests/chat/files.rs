//! Files: on their way, in a message, and as a picture of oneself.

use std::{
    fs,
    path::{Path, PathBuf},
};

use browser::{Stage, Window, rules::Rule};
use serde_json::json;
use tempfile::TempDir;
use thirtyfour::Key;

const INPUT: &str = "#attach-input";
const WAITING: &str = "document.querySelectorAll('.attachment').length";
const CAN_SEND: &str = "!document.querySelector('#composer [type=submit]').disabled";
/// A file that a script of the page has made, as the clipboard and the mouse carry it.
const CARRIED: &str = "const carried = new DataTransfer();\
    carried.items.add(new File(['what was noted'], 'notes.txt', { type: 'text/plain' }));";

pub fn rules() -> Vec<Rule> {
    browser::rules![chat;
        a_picture_goes_with_a_message_and_everyone_sees_it,
        a_file_can_be_sent_without_a_word_and_downloaded,
        a_sound_is_played_from_any_place,
        nothing_is_sent_before_an_upload_is_done,
        an_upload_can_be_cancelled,
        a_file_that_is_refused_says_why_beside_its_name,
        a_file_is_pasted_or_dropped,
        files_stay_with_their_channel,
        no_more_than_ten_files_are_taken,
        a_picture_has_its_size_before_it_loads,
        a_video_has_its_size_before_it_loads,
        pictures_open_above_the_page_and_the_arrow_keys_lead_on,
        a_picture_of_oneself_stands_beside_the_name,
        a_picture_of_oneself_can_be_removed,
    ]
}

async fn a_picture_goes_with_a_message_and_everyone_sees_it(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.picks_files(INPUT, &[&picture()]).await;
    ada.becomes(CAN_SEND, true).await;
    ada.types("#composer-body", "look").await;
    ada.presses(Key::Enter).await;
    bob.sees("look").await;
    let image = "document.querySelector('#message-list .file img')";
    bob.becomes(
        &format!("{image}.naturalWidth > 0 && {image}.alt"),
        "phone.png",
    )
    .await;
    ada.becomes(WAITING, 0).await;
}

async fn a_file_can_be_sent_without_a_word_and_downloaded(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    let folder = folder();
    let path = folder.path().join("<b>notes.txt");
    write(&path, b"what was noted");
    ada.picks_files(INPUT, &[&path]).await;
    ada.becomes(CAN_SEND, true).await;
    ada.presses(Key::Enter).await;
    bob.shows("#message-list .file__name", "<b>notes.txt").await;
    bob.shows("#message-list .file__size", "1 kB").await;
    let download = "fetch(document.querySelector('.file__download').href).then(async (answer) =>\
        [answer.headers.get('content-disposition').split(';')[0], await answer.text()])";
    bob.becomes(download, json!(["attachment", "what was noted"]))
        .await;
}

async fn a_sound_is_played_from_any_place(stage: &Stage) {
    let ada = stage.person("Ada").await;
    let folder = folder();
    let path = folder.path().join("silence.wav");
    write(&path, &silence(20));
    send_file(&ada, &path).await;
    let audio = "document.querySelector('#message-list audio')";
    ada.becomes(&format!("{audio}?.duration"), 20).await;
    ada.run(&format!("{audio}.currentTime = 15")).await;
    ada.becomes(&format!("!{audio}.seeking && {audio}.currentTime"), 15)
        .await;
}

async fn nothing_is_sent_before_an_upload_is_done(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.types("#composer-body", "look").await;
    stage.pause_server();
    ada.picks_files(INPUT, &[&picture()]).await;
    ada.becomes(CAN_SEND, false).await;
    ada.becomes(
        "document.querySelectorAll('.attachment__progress').length",
        1,
    )
    .await;
    ada.presses(Key::Enter).await;
    stage.resume_server();
    ada.becomes(CAN_SEND, true).await;
    ada.hides(".attachment__progress").await;
    assert_eq!(ada.count_packets("out", "message:send").await, 0);
}

async fn an_upload_can_be_cancelled(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.types("#composer-body", "never mind").await;
    stage.pause_server();
    ada.picks_files(INPUT, &[&picture()]).await;
    ada.becomes(CAN_SEND, false).await;
    ada.click("[aria-label='Remove phone.png']").await;
    ada.becomes(WAITING, 0).await;
    ada.becomes(CAN_SEND, true).await;
    stage.resume_server();
    ada.click("#composer [type=submit]").await;
    ada.sees("never mind").await;
    ada.becomes("document.querySelectorAll('#message-list .file').length", 0)
        .await;
}

async fn a_file_that_is_refused_says_why_beside_its_name(stage: &Stage) {
    stage.allow_failed_requests();
    let ada = stage.person("Ada").await;
    let folder = folder();
    let path = folder.path().join("broken.png");
    write(&path, b"\x89PNG\r\n\x1a\nthis is no picture");
    ada.picks_files(INPUT, &[&path]).await;
    ada.until(
        "document.querySelector('.attachment__problem').textContent",
        "why",
        |words| {
            words
                .as_str()
                .is_some_and(|words| words.contains("picture"))
        },
    )
    .await;
    ada.becomes(CAN_SEND, false).await;
    ada.click("[aria-label='Remove broken.png']").await;
    ada.becomes(WAITING, 0).await;
}

async fn a_file_is_pasted_or_dropped(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.run(&format!(
        "{CARRIED} document.querySelector('#composer-body').dispatchEvent(\
        new ClipboardEvent('paste', {{ clipboardData: carried, bubbles: true }}));"
    ))
    .await;
    ada.becomes(WAITING, 1).await;
    ada.run(&format!(
        "{CARRIED} document.querySelector('#messages').dispatchEvent(\
        new DragEvent('drop', {{ dataTransfer: carried, bubbles: true, cancelable: true }}));"
    ))
    .await;
    ada.lists(".attachment__name", &["notes.txt", "notes.txt"])
        .await;
    ada.becomes(CAN_SEND, true).await;
}

async fn files_stay_with_their_channel(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.makes_channel("Recipes").await;
    stage.pause_server();
    ada.picks_files(INPUT, &[&picture()]).await;
    ada.becomes(WAITING, 1).await;
    ada.click_text(".channel__name", "# General").await;
    ada.becomes(WAITING, 0).await;
    stage.resume_server();
    ada.is_in("# General").await;
    ada.becomes(WAITING, 0).await;
    ada.becomes(CAN_SEND, false).await;
    ada.goes_to("# Recipes").await;
    ada.lists(".attachment__name", &["phone.png"]).await;
    ada.becomes(CAN_SEND, true).await;
    ada.click("#composer [type=submit]").await;
    ada.becomes("document.querySelectorAll('#message-list .file').length", 1)
        .await;
}

async fn no_more_than_ten_files_are_taken(stage: &Stage) {
    let ada = stage.person("Ada").await;
    let folder = folder();
    let paths: Vec<PathBuf> = (1..=11)
        .map(|number| folder.path().join(format!("{number}.txt")))
        .collect();
    for path in &paths {
        write(path, b"what was noted");
    }
    let paths: Vec<_> = paths.iter().map(PathBuf::as_path).collect();
    ada.picks_files(INPUT, &paths).await;
    ada.becomes(WAITING, 10).await;
    ada.shows("#composer-error", "a message has at most 10 files")
        .await;
}

async fn a_picture_has_its_size_before_it_loads(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    cannot_load_files(stage, &bob).await;
    send_file(&ada, &picture()).await;
    let size = "(({ naturalWidth, offsetWidth, offsetHeight }) => [naturalWidth, offsetWidth, offsetHeight])\
        (document.querySelector('#message-list .file img') ?? {})";
    // 390 by 844 pixels, in a square of 320.
    bob.becomes(size, json!([0, 148, 320])).await;
}

async fn a_video_has_its_size_before_it_loads(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    cannot_load_files(stage, &bob).await;
    let size = "(({ readyState, offsetWidth, offsetHeight }) => [readyState > 0, offsetWidth, offsetHeight])\
        ([...document.querySelectorAll('#message-list .file video')].at(-1) ?? {})";
    // 64 by 96 and 96 by 64 pixels, in a square of 320.
    for (name, width, height) in [("upright.mp4", 213, 320), ("wide.webm", 320, 213)] {
        send_file(&ada, &video(name)).await;
        bob.becomes(size, json!([false, width, height])).await;
        // The browser, too, knows it when it has read the file.
        ada.becomes(size, json!([true, width, height])).await;
    }
}

async fn send_file(window: &Window, path: &Path) {
    window.picks_files(INPUT, &[path]).await;
    window.becomes(CAN_SEND, true).await;
    window.click("#composer [type=submit]").await;
}

/// From now on, the window cannot load pictures and videos.
async fn cannot_load_files(stage: &Stage, window: &Window) {
    stage.allow_failed_requests();
    window.devtools("Network.enable", json!({})).await;
    window
        .devtools("Network.setBlockedURLs", json!({ "urls": ["*/files/*"] }))
        .await;
}

async fn pictures_open_above_the_page_and_the_arrow_keys_lead_on(stage: &Stage) {
    let ada = stage.person("Ada").await;
    let folder = folder();
    let other = folder.path().join("other.png");
    write(&other, &fs::read(picture()).unwrap_or_default());
    // One after the other: their order is that in which their uploads end.
    for file in [picture(), other] {
        ada.picks_files(INPUT, &[&file]).await;
        ada.becomes(CAN_SEND, true).await;
    }
    ada.becomes(WAITING, 2).await;
    ada.click("#composer [type=submit]").await;
    ada.click("#message-list .file__picture").await;
    ada.shows("#viewer-name", "phone.png").await;
    ada.shows("#viewer-position", "1 of 2").await;
    ada.presses(Key::Right).await;
    ada.shows("#viewer-name", "other.png").await;
    // There is no third.
    ada.presses(Key::Right).await;
    ada.shows("#viewer-position", "2 of 2").await;
    let shown = "document.querySelector('#viewer-picture')";
    ada.becomes(
        &format!("{shown}.naturalWidth > 0 && {shown}.alt"),
        "other.png",
    )
    .await;
    ada.becomes(
        "document.querySelector('#viewer-download').download",
        "other.png",
    )
    .await;
    ada.presses(Key::Left).await;
    ada.shows("#viewer-name", "phone.png").await;
    ada.presses(Key::Escape).await;
    ada.hides("#viewer").await;
    ada.becomes("document.activeElement.className", "file__picture")
        .await;
}

async fn a_picture_of_oneself_stands_beside_the_name(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    shows_a_picture(&bob, &ada).await;
}

async fn a_picture_of_oneself_can_be_removed(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    shows_a_picture(&bob, &ada).await;
    bob.click("[formaction='/account/picture/remove']").await;
    bob.hides("[formaction='/account/picture/remove']").await;
    bob.shows("[aria-labelledby=picture-title] .saved", "Saved")
        .await;
    for window in [&ada, &bob] {
        window
            .becomes("document.querySelectorAll('.avatar__picture').length", 0)
            .await;
    }
    ada.shows("#message-list .avatar", "B").await;
}

/// Says something, and has a picture of oneself that another sees beside it.
async fn shows_a_picture(window: &Window, other: &Window) {
    window.say("hello").await;
    window.open("/account").await;
    window.picks_files("#picture", &[&picture()]).await;
    window
        .click("[action='/account/picture'] [type=submit]")
        .await;
    window
        .shows("[aria-labelledby=picture-title] .saved", "Saved")
        .await;
    let avatar = "document.querySelector('#message-list .avatar__picture')";
    other
        .becomes(&format!("({avatar}?.naturalWidth ?? 0) > 0"), true)
        .await;
}

/// A picture that is in the repository.
pub fn picture() -> PathBuf {
    in_chat("screenshots/phone.png")
}

fn video(name: &str) -> PathBuf {
    in_chat("tests/fixtures/videos").join(name)
}

/// A path in the folder of the chat.
fn in_chat(path: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../final");
    let path = folder.join(path);
    // Chromium does not take a path with `..` in it.
    let canonical = path.canonicalize();
    canonical.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn folder() -> TempDir {
    TempDir::new().unwrap_or_else(|error| panic!("no folder for files: {error}"))
}

fn write(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// A WAV file of so many seconds: 8,000 samples of eight bits in each. 128 is silence.
fn silence(seconds: u32) -> Vec<u8> {
    const RATE: u32 = 8_000;
    let length = RATE * seconds;
    let mut file = b"RIFF".to_vec();
    file.extend((36 + length).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    // PCM, one channel.
    file.extend([1, 0, 1, 0]);
    file.extend(RATE.to_le_bytes());
    file.extend(RATE.to_le_bytes());
    // One byte a sample, eight bits.
    file.extend([1, 0, 8, 0]);
    file.extend(b"data");
    file.extend(length.to_le_bytes());
    file.resize(file.len() + length as usize, 128);
    file
}
