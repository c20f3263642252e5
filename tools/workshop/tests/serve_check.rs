//! `cargo course serve`: checks.

use std::net::TcpStream;

use crate::common::{
    Repository,
    served::{Endless, Served, are_gone},
    student::{self, TEST},
};
use insta::assert_snapshot;
use serde_json::{Value, json};
use testkit::{Recorder, Transport};

const MINE: &str = "mine";

/// Checks, and returns how it ended.
async fn check(page: &mut Recorder, whose: Value) -> Value {
    let answer = page
        .request("Ada", "check:start", json!({ "whose": whose }))
        .await;
    assert!(answer["ok"]["run"].is_u64(), "{answer}");
    page.wait_for("Ada", "check:finished").await["end"].take()
}

/// All lines that have come, in their order.
fn lines(page: &Recorder) -> Vec<String> {
    let mut lines = Vec::new();
    for printed in page.received("Ada", "check:printed") {
        assert_eq!(printed["first"], lines.len(), "no line is left out");
        let new: Vec<String> = serde_json::from_value(printed["lines"].clone()).unwrap();
        lines.extend(new);
    }
    lines
}

#[tokio::test]
async fn what_cargo_prints_is_passed_on_over_both_transports() {
    let served = Served::start(student::begun());
    for transport in [Transport::WebSocket, Transport::Polling] {
        let mut page = served.page_over("Ada", transport).await;
        check(&mut page, json!(MINE)).await;
        let lines = lines(&page);
        assert!(
            lines
                .iter()
                .any(|line| line.contains("Finished `test` profile")),
            "{lines:?}"
        );
        assert!(
            lines
                .iter()
                .any(|line| line == "test greeting::it_greets ... FAILED"),
            "{lines:?}"
        );
    }
}

#[tokio::test]
async fn the_report_says_what_the_terminal_says() {
    let served = Served::start(student::begun());
    let end = check(&mut served.page("Ada").await, json!(MINE)).await;
    assert_eq!(end["says"], "Lesson 02: Farewell. 2 of 3 tests pass.");
    assert_snapshot!(end["html"].as_str().unwrap());
}

#[tokio::test]
async fn tapes_stand_side_by_side() {
    let repository = Repository::with_tape("tapes_stand_side_by_side");
    repository.course(&["start", "2"]).passes();
    student::write_farewell(&repository);
    let tape = "\n/// What people hear.\npub fn tape() -> String {\n    \
                \"== Ada joins\\nAda <- ack {\\\"ok\\\":{\\\"name\\\":\\\"Eve & <b>\\\"}}\\n\\n== x\\n\".to_owned()\n}\n";
    repository.append(student::LIBRARY, tape);
    let served = Served::start(repository);
    let end = check(&mut served.page("Ada").await, json!(MINE)).await;
    assert_snapshot!(end["html"].as_str().unwrap());
}

#[tokio::test]
async fn the_compiler_is_quoted() {
    let repository = student::begun();
    repository.append(student::LIBRARY, "fn broken() { \"<b>\" }\n");
    let served = Served::start(repository);
    let end = check(&mut served.page("Ada").await, json!(MINE)).await;
    assert_eq!(
        end["says"],
        "Lesson 02: Farewell. Your chat does not compile yet."
    );
    let html = end["html"].as_str().unwrap();
    assert!(
        html.contains("&#60;b&#62;") && !html.contains("<b>"),
        "{html}"
    );
}

#[tokio::test]
async fn a_lesson_that_is_done_is_noted_and_leads_to_the_next() {
    let repository = Repository::new();
    repository.course(&["catch-up", "1"]).passes();
    let served = Served::start(repository);
    let end = check(&mut served.page("Ada").await, json!(MINE)).await;
    assert_eq!(end["next"], 2);
    assert!(
        end["html"].as_str().unwrap().contains("Lesson 01 is done."),
        "{end}"
    );
    let list = served.repository.course(&["list"]).passes();
    assert!(list.contains("done, you are here"), "{list}");
}

#[tokio::test]
async fn the_code_of_a_lesson_is_nobodys_progress() {
    let served = Served::start(Repository::new());
    let end = check(&mut served.page("Ada").await, json!({ "lesson": 2 })).await;
    assert_snapshot!(end["html"].as_str().unwrap());
    assert_eq!(end["next"], Value::Null);
    assert!(!served.repository.path("work/progress.json").exists());
}

#[tokio::test]
async fn a_page_that_comes_later_learns_what_was_said() {
    let served = Served::start(student::begun());
    let mut page = served.page("Ada").await;
    check(&mut page, json!(MINE)).await;
    let mut later = served.page("Bob").await;
    let watched = later
        .request("Bob", "check:watch", json!({ "whose": MINE }))
        .await;
    let run = &watched["ok"]["run"];
    assert_eq!(run["lines"], json!(lines(&page)));
    assert_eq!(
        run["end"]["says"],
        "Lesson 02: Farewell. 2 of 3 tests pass."
    );
    let other = later
        .request("Bob", "check:watch", json!({ "whose": { "lesson": 1 } }))
        .await;
    assert_eq!(other, json!({ "ok": { "run": null } }));
}

#[tokio::test]
async fn what_cannot_be_checked_is_refused() {
    let served = Served::start(Repository::new());
    let mut page = served.page("Ada").await;
    page.step("Ada asks for what there is not");
    page.request("Ada", "check:start", json!({ "whose": MINE }))
        .await;
    page.request("Ada", "check:start", json!({ "whose": { "lesson": 9 } }))
        .await;
    page.request("Ada", "check:start", json!({ "whose": "../final" }))
        .await;
    page.request("Ada", "check:watch", json!({})).await;
    page.request("Ada", "check:stop", json!(null)).await;
    page.request("Ada", "check:sing", json!({})).await;
    assert_snapshot!(page.tape());
}

/// A chat whose tests do not end, a page that checks it, and the programs that run.
async fn endless() -> (Served, Recorder, Endless) {
    let repository = Repository::new();
    repository.course(&["start", "2"]).passes();
    student::write_farewell(&repository);
    let endless = Endless::put_into(&repository, TEST);
    let served = Served::start(repository);
    let mut page = served.page("Ada").await;
    page.request("Ada", "check:start", json!({ "whose": MINE }))
        .await;
    (served, page, endless)
}

#[tokio::test]
async fn a_check_is_stopped_with_all_that_it_has_started() {
    let (_served, mut page, endless) = endless().await;
    let programs = endless.running();
    page.request("Ada", "check:stop", json!({ "whose": MINE }))
        .await;
    are_gone(programs);
    let end = page.wait_for("Ada", "check:finished").await["end"].take();
    assert_eq!(end["says"], "the check was stopped");
}

#[tokio::test]
async fn what_a_program_leaves_behind_is_stopped_too() {
    let (served, mut page, endless) = endless().await;
    are_gone_after(&mut page, endless.running()).await;
    let only_the_copy_waits = "if std::env::var_os(\"IS_COPY\").is_some() {\n        held";
    served
        .repository
        .replace(TEST, "held.read", &format!("{only_the_copy_waits}.read"));
    served.repository.append(TEST, "}\n");
    page.request("Ada", "check:start", json!({ "whose": MINE }))
        .await;
    are_gone_after(&mut page, endless.running()).await;
}

async fn are_gone_after(page: &mut Recorder, programs: [TcpStream; 2]) {
    page.request("Ada", "check:stop", json!({ "whose": MINE }))
        .await;
    are_gone(programs);
    page.wait_for("Ada", "check:finished").await;
}

#[tokio::test]
async fn a_second_check_takes_the_place_of_the_first() {
    let (_served, mut page, endless) = endless().await;
    let first = endless.running();
    page.request("Ada", "check:start", json!({ "whose": MINE }))
        .await;
    are_gone(first);
    let second = endless.running();
    page.request("Ada", "check:stop", json!({ "whose": MINE }))
        .await;
    are_gone(second);
    let end = page.wait_for("Ada", "check:finished").await;
    assert_eq!(end["run"], 2, "the first one says nothing any more");
}

#[tokio::test]
async fn a_check_ends_with_the_last_page_that_watches() {
    let (served, mut page, endless) = endless().await;
    let programs = endless.running();
    let mut other = served.page("Bob").await;
    other
        .request("Bob", "check:watch", json!({ "whose": MINE }))
        .await;
    page.drop_connection("Ada").await;
    let still = other
        .request("Bob", "check:watch", json!({ "whose": MINE }))
        .await;
    assert_eq!(still["ok"]["run"]["end"], Value::Null);
    other
        .request("Bob", "check:watch", json!({ "whose": { "lesson": 1 } }))
        .await;
    are_gone(programs);
}

#[tokio::test]
async fn a_check_ends_with_the_page() {
    let (_served, mut page, endless) = endless().await;
    let programs = endless.running();
    page.disconnect("Ada").await;
    are_gone(programs);
}

#[tokio::test]
async fn a_check_ends_with_the_workshop() {
    let (mut served, _page, endless) = endless().await;
    let programs = endless.running();
    assert!(served.terminate().success());
    are_gone(programs);
}
