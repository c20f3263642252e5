//! `cargo course serve`: the student's chat, and hints.

use std::fs;

use crate::common::{Repository, served::Served, student};
use insta::assert_snapshot;
use serde_json::json;

#[tokio::test]
async fn a_lesson_is_started_as_in_the_terminal() {
    let served = Served::start(Repository::new());
    let mut page = served.page("Ada").await;
    let answer = page
        .request("Ada", "chat:start", json!({ "lesson": 2 }))
        .await;
    let said = answer["ok"]["message"].as_str().unwrap();
    served.repository.rename("work/chat", "first");
    assert_eq!(served.repository.course(&["start", "2"]).passes(), said);
    for file in ["Cargo.toml", "src/lib.rs", "tests/main.rs"] {
        let other = served.repository.read(&format!("work/chat/{file}"));
        assert_eq!(served.repository.read(&format!("first/{file}")), other);
    }
}

#[tokio::test]
async fn a_chat_is_put_aside_only_when_that_is_wanted() {
    let served = Served::start(student::begun());
    let mut page = served.page("Ada").await;
    for event in ["chat:start", "chat:catch-up"] {
        let before = served.repository.read(student::LIBRARY);
        let answer = page.request("Ada", event, json!({ "lesson": 1 })).await;
        assert_eq!(answer["error"]["code"], "would-keep", "{answer}");
        assert_eq!(served.repository.read(student::LIBRARY), before);
        let confirmed = json!({ "lesson": 1, "confirmed": true });
        let answer = page.request("Ada", event, confirmed).await;
        let message = answer["ok"]["message"].as_str().unwrap();
        let kept = served.repository.kept().pop().unwrap();
        assert!(
            message.contains(&format!("work/kept/{kept}\n")),
            "{message}"
        );
        let kept = fs::read_to_string(
            served
                .repository
                .path("work/kept")
                .join(kept)
                .join("src/lib.rs"),
        );
        assert_eq!(kept.unwrap(), before);
    }
}

#[tokio::test]
async fn hints_come_one_after_the_other() {
    let served = Served::start(student::begun());
    let mut page = served.page("Ada").await;
    page.step("Ada asks four times");
    for _ in 0..4 {
        page.request("Ada", "hint:show", json!({})).await;
    }
    page.step("and for what there is not");
    page.request("Ada", "hint:show", json!({ "level": 4 }))
        .await;
    page.request("Ada", "hint:show", json!({ "level": "all" }))
        .await;
    page.request("Ada", "chat:start", json!({ "lesson": 9 }))
        .await;
    page.request("Ada", "chat:catch-up", json!([])).await;
    assert_snapshot!(page.tape());
}
