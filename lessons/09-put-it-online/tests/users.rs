//! People: joining under a name, and leaving.

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

#[tokio::test]
async fn a_newcomer_learns_who_is_here() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Eve", "Ada"]).await;
    room.connect(["Bob"]).await;
    room.step("Bob joins")
        .request("Bob", "user:join", json!({ "name": "Bob" }))
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn a_taken_name_is_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada"]).await;
    room.connect(["Bob"]).await;
    for name in ["Ada", "ADA", "ａｄａ"] {
        room.step("Bob wants the same name")
            .request("Bob", "user:join", json!({ "name": name }))
            .await;
    }
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn letters_that_fold_to_the_same_are_the_same_name() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Straße", "Σίσυφος"]).await;
    room.connect(["Bob"]).await;
    for name in ["STRASSE", "ΣΊΣΥΦΟΣ"] {
        let answer = room
            .request("Bob", "user:join", json!({ "name": name }))
            .await;
        assert_eq!(answer["error"]["code"], "name-taken", "{name}");
    }
}

#[tokio::test]
async fn who_logs_out_is_gone_and_the_name_is_free() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob"]).await;
    room.step("Ada logs out")
        .request("Ada", "user:leave", json!({}))
        .await;
    room.step("Ada waves, and has no name any more")
        .request("Ada", "wave:send", json!({}))
        .await;
    assert_snapshot!(room.tape());
    room.connect(["Eve"]).await;
    let answer = room
        .request("Eve", "user:join", json!({ "name": "Ada" }))
        .await;
    assert_eq!(answer["ok"]["name"], "Ada");
}

#[tokio::test]
async fn who_closes_the_page_is_gone_and_the_name_is_free() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob"]).await;
    room.step("Ada closes the page").disconnect("Ada").await;
    room.wait_for("Bob", "visitors:changed").await;
    assert_snapshot!(room.tape());
    room.join(["Ada"]).await;
}

#[tokio::test]
async fn who_loses_the_connection_is_gone_and_the_name_is_free() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob"]).await;
    room.step("Ada's network fails")
        .drop_connection("Ada")
        .await;
    room.wait_for("Bob", "visitors:changed").await;
    assert_snapshot!(room.tape());
    room.join(["Ada"]).await;
}

#[tokio::test]
async fn leaving_before_joining_is_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada"]).await;
    room.connect(["Bob"]).await;
    room.step("Bob logs out in the name of Ada, and never joined")
        .request("Bob", "user:leave", json!({ "name": "Ada" }))
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test(flavor = "multi_thread")]
async fn people_who_join_together_all_see_each_other() {
    let names: Vec<String> = (1..=40).map(|number| format!("P{number}")).collect();
    let mut room = Recorder::start(chat::app()).await;
    for name in &names {
        room.connect([name.as_str()]).await;
    }
    room.step("All join at once");
    for name in &names {
        let join = format!(r#"421["user:join",{{"name":"{name}"}}]"#);
        room.send_raw(name, &join).await;
    }
    for name in &names {
        room.wait_for(name, "ack").await;
    }
    let tape = room.tape();
    for name in &names {
        // The page begins with the list in the acknowledgement, and then follows the events.
        let received = format!("{name} <- ");
        let lines = tape.lines().filter(|line| line.starts_with(&received));
        let seen: Vec<&str> = lines.skip_while(|line| !line.contains("<- ack")).collect();
        let seen = seen.join("\n");
        let sees = |other: &&String| seen.contains(&format!(r#""name":"{other}""#));
        let missing = names.iter().find(|other| !sees(other));
        assert_eq!(missing, None, "{name} does not see everyone:\n{seen}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_joins_while_the_connection_ends_leaves_no_ghost() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Bob"]).await;
    for _ in 0..30 {
        room.connect(["Ada"]).await;
        room.wait_for("Bob", "visitors:changed").await;
        room.emit("Ada", "user:join", json!({ "name": "Ada" }))
            .await;
        room.disconnect("Ada").await;
        room.wait_for("Bob", "visitors:changed").await;
    }
    room.connect(["Ada"]).await;
    let answer = room
        .request("Ada", "user:join", json!({ "name": "Ada" }))
        .await;
    assert_eq!(answer["ok"]["people"].as_array().unwrap().len(), 2);
}
