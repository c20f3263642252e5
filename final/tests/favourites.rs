//! Favourites: each person marks channels and direct messages for themselves alone.

use crate::support::{Chat, code, each_database, enter, start};
use insta::assert_snapshot;
use macro_rules_attribute::apply;
use serde_json::{Value, json};
use testkit::Recorder;

#[apply(each_database!)]
async fn a_favourite_changes_in_all_windows_of_its_person_and_nowhere_else(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob"]).await;
    enter_as(&mut room, &chat, "Ada", "Ada elsewhere").await;
    room.barrier().await;
    room.step("Ada marks General as a favourite");
    star(&mut room, "Ada", 1, true).await;
    room.step("She marks it once more");
    star(&mut room, "Ada", 1, true).await;
    room.step("She removes the mark in the other window");
    star(&mut room, "Ada elsewhere", 1, false).await;
    assert_snapshot!("favourite", room.tape());
}

#[apply(each_database!)]
async fn a_favourite_is_one_after_a_reload_and_for_nobody_else(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob"]).await;
    star(&mut room, "Ada", 1, true).await;
    for (name, window, expected) in [("Ada", "Ada again", 1), ("Bob", "Bob again", 0)] {
        let welcome = enter_as(&mut room, &chat, name, window).await;
        assert_eq!(favourites(&welcome["channels"]).len(), expected, "{name}");
    }
    star(&mut room, "Ada", 1, false).await;
    let welcome = enter_as(&mut room, &chat, "Ada", "Ada later").await;
    assert!(favourites(&welcome["channels"]).is_empty());
}

#[apply(each_database!)]
async fn a_favourite_ends_with_the_subscription(chat: Chat) {
    let mut room = start(&chat, ["Ada"]).await;
    let channel = json!({ "channel": 1 });
    star(&mut room, "Ada", 1, true).await;
    room.request("Ada", "channel:leave", channel.clone()).await;
    let left = room.request("Ada", "channel:open", channel.clone()).await;
    assert_eq!(left["ok"]["channel"]["isFavourite"], false);
    let joined = room.request("Ada", "channel:join", channel).await;
    assert_eq!(joined["ok"]["isFavourite"], false);
}

#[apply(each_database!)]
async fn a_direct_message_is_listed_as_a_favourite_before_its_first_message(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob"]).await;
    room.request("Ada", "direct:open", json!({ "user": 2 }))
        .await;
    star(&mut room, "Ada", 2, true).await;
    let welcome = enter_as(&mut room, &chat, "Ada", "Ada again").await;
    assert_eq!(favourites(&welcome["channels"]), [json!(2)]);
    // The other one has no message yet, and no favourite.
    let welcome = enter_as(&mut room, &chat, "Bob", "Bob again").await;
    assert_eq!(welcome["channels"].as_array().unwrap().len(), 1);
}

#[apply(each_database!)]
async fn only_members_can_mark_a_channel(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob", "Eve"]).await;
    room.request("Ada", "channel:create", json!({ "name": "Recipes" }))
        .await;
    room.request("Ada", "direct:open", json!({ "user": 2 }))
        .await;
    for (channel, expected) in [
        (2, "not-subscribed"),
        (3, "channel-unknown"),
        (99, "channel-unknown"),
    ] {
        for is_favourite in [true, false] {
            let star = json!({ "channel": channel, "isFavourite": is_favourite });
            let ack = room.request("Eve", "channel:star", star).await;
            assert_eq!(code(&ack), expected, "{channel}");
        }
    }
    assert!(room.received("Eve", "channel:starred").is_empty());
    let marked = "SELECT count(*) FROM memberships WHERE is_favourite <> FALSE";
    assert_eq!(chat.count(marked).await, 0);
}

#[apply(each_database!)]
async fn a_mark_that_cannot_be_read_is_refused(chat: Chat) {
    let mut room = start(&chat, ["Ada"]).await;
    for payload in [
        json!(null),
        json!({ "channel": 1 }),
        json!({ "isFavourite": true }),
        json!({ "channel": 1, "isFavourite": 1 }),
        json!({ "channel": 1, "isFavourite": "true" }),
        json!({ "channel": 1, "isFavourite": null }),
        json!({ "channel": "1", "isFavourite": true }),
        json!({ "channel": -1.5, "isFavourite": true }),
        json!({ "channel": [1], "isFavourite": true }),
    ] {
        let ack = room.request("Ada", "channel:star", payload.clone()).await;
        assert_eq!(code(&ack), "bad-payload", "{payload}");
    }
}

#[apply(each_database!)]
async fn a_program_marks_favourites_too(chat: Chat) {
    let mut room = start(&chat, ["Ada"]).await;
    let mut ada = chat.browser();
    ada.log_in("Ada", "correct horse").await;
    for (method, is_favourite) in [("PUT", true), ("PUT", true), ("DELETE", false)] {
        let path = "/api/channels/1/favourite";
        let starred = ada.fetch(method, path, &Value::Null).await;
        assert_eq!(starred.status, 200, "{}", starred.body);
        assert_eq!(
            starred.json(),
            json!({ "channel": 1, "isFavourite": is_favourite })
        );
        let channel = ada.get("/api/channels/1").await.json();
        assert_eq!(channel["isFavourite"], is_favourite);
    }
    room.barrier().await;
    assert_eq!(room.received("Ada", "channel:starred").len(), 2);
}

/// Marks a channel as a favourite, or unmarks it.
async fn star(room: &mut Recorder, name: &str, channel: i64, is_favourite: bool) {
    let star = json!({ "channel": channel, "isFavourite": is_favourite });
    let ack = room.request(name, "channel:star", star.clone()).await;
    assert_eq!(ack["ok"], star, "{ack}");
}

/// Opens another window of this person. Returns its welcome.
async fn enter_as(room: &mut Recorder, chat: &Chat, name: &str, window: &str) -> Value {
    let mut browser = chat.browser();
    browser.log_in(name, "correct horse").await;
    enter(room, window, &browser).await
}

/// The ids of the favourites among these channels.
fn favourites(channels: &Value) -> Vec<Value> {
    let channels = channels.as_array().unwrap().iter();
    let favourites = channels.filter(|channel| channel["isFavourite"] == true);
    favourites.map(|channel| channel["id"].clone()).collect()
}
