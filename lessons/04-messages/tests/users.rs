//! People: joining under a name.

use insta::assert_snapshot;
use serde_json::json;
use testkit::Recorder;

use crate::chat;

#[tokio::test]
async fn a_newcomer_is_announced_to_everyone() {
    let mut room = Recorder::start(chat::app()).await;
    room.connect(["Ada", "Bob"]).await;
    room.step("Ada joins")
        .request("Ada", "user:join", json!({ "name": "Ada" }))
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn an_empty_name_is_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.connect(["Ada"]).await;
    for name in ["", "   ", "\u{3000}"] {
        room.step("Ada types nothing that stays")
            .request("Ada", "user:join", json!({ "name": name }))
            .await;
    }
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn a_name_that_is_too_long_is_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.connect(["Ada"]).await;
    room.step("Ada types 21 letters")
        .request("Ada", "user:join", json!({ "name": "A".repeat(21) }))
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn a_name_with_invisible_characters_is_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.connect(["Ada"]).await;
    room.step("Ada types a line break")
        .request("Ada", "user:join", json!({ "name": "Ad\na" }))
        .await;
    assert_snapshot!(room.tape());
    // Not for a tape: bell, zero-width space, right-to-left override, Hangul filler, blank Braille.
    for hidden in ["\u{7}", "\u{200B}", "\u{202E}", "\u{3164}", "\u{2800}"] {
        let name = format!("Ad{hidden}a");
        let answer = room
            .request("Ada", "user:join", json!({ "name": name }))
            .await;
        assert_eq!(answer["error"]["code"], "name-invisible", "{name:?}");
    }
}

#[tokio::test]
async fn joining_twice_is_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada"]).await;
    room.step("Ada joins again")
        .request("Ada", "user:join", json!({ "name": "Bob" }))
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn a_name_is_trimmed_and_normalised() {
    let longest = "é".repeat(20);
    let names = [
        ("  Ada  ", "Ada"),
        ("Ｂｏｂ", "Bob"),
        ("Zoe\u{308}", "Zo\u{eb}"),
        ("👩🏽 Eve", "👩🏽 Eve"),
        (&longest, &longest),
    ];
    let mut room = Recorder::start(chat::app()).await;
    for (typed, kept) in names {
        room.connect([kept]).await;
        // More than a name is ignored.
        let join = json!({ "name": typed, "id": 7, "people": ["Eve"] });
        let answer = room.request(kept, "user:join", join).await;
        assert_eq!(answer["ok"]["name"], kept);
    }
}
