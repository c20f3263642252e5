//! Messages: sending, changing, syncing.

use crate::support::{Chat, code, each_database, enter, say, start};
use insta::assert_snapshot;
use macro_rules_attribute::apply;
use serde_json::json;

#[apply(each_database!)]
async fn a_message_reaches_everyone_in_the_channel(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob"]).await;
    room.step("Ada says hello");
    say(&mut room, "Ada", 1, "Hello **Bob**").await;
    assert_snapshot!("message_reaches_everyone", room.tape());
}

#[apply(each_database!)]
async fn a_retry_is_saved_only_once(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob"]).await;
    let send = json!({ "channel": 1, "clientId": "a1", "body": "once" });
    let first = room.request("Ada", "message:send", send.clone()).await;
    let heard = room.received("Bob", "message:created").len();
    let again = room.request("Ada", "message:send", send).await;
    assert_eq!(first, again);
    assert_eq!(room.received("Bob", "message:created").len(), heard);
    assert_eq!(chat.count("SELECT count(*) FROM messages").await, 1);
    assert_eq!(chat.count("SELECT seq FROM channels WHERE id = 1").await, 1);
}

#[apply(each_database!)]
async fn the_same_client_id_from_another_user_is_another_message(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob"]).await;
    let send = |body: &str| json!({ "channel": 1, "clientId": "same", "body": body });
    let ada = room.request("Ada", "message:send", send("of Ada")).await;
    let bob = room.request("Bob", "message:send", send("of Bob")).await;
    assert_ne!(ada["ok"]["message"]["id"], bob["ok"]["message"]["id"]);
    assert_eq!(bob["ok"]["message"]["body"], "of Bob");
}

#[apply(each_database!)]
async fn an_author_can_edit_and_delete_and_everyone_sees_it(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob"]).await;
    let message = say(&mut room, "Ada", 1, "Helo").await["id"].clone();
    room.step("Ada corrects it")
        .request(
            "Ada",
            "message:edit",
            json!({ "message": message, "body": "Hello" }),
        )
        .await;
    room.step("Ada takes it back")
        .request("Ada", "message:delete", json!({ "message": message }))
        .await;
    assert_snapshot!("edit_and_delete", room.tape());
}

#[apply(each_database!)]
async fn only_the_author_can_edit_and_delete(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob"]).await;
    let message = say(&mut room, "Ada", 1, "mine").await["id"].clone();
    let edit = json!({ "message": message, "body": "yours" });
    assert_eq!(
        code(&room.request("Bob", "message:edit", edit).await),
        "not-yours"
    );
    let delete = json!({ "message": message });
    assert_eq!(
        code(&room.request("Bob", "message:delete", delete).await),
        "not-yours"
    );
    assert!(room.received("Ada", "message:edited").is_empty());
}

#[apply(each_database!)]
async fn a_deleted_message_keeps_nothing_and_cannot_be_changed(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob"]).await;
    let message = say(&mut room, "Ada", 1, "secret").await["id"].clone();
    let react = json!({ "message": message, "emoji": "👍", "isOn": true });
    room.request("Bob", "message:react", react.clone()).await;
    let delete = json!({ "message": message });
    let gone = room.request("Ada", "message:delete", delete.clone()).await;
    assert_eq!(room.request("Ada", "message:delete", delete).await, gone);
    let edit = json!({ "message": message, "body": "back" });
    assert_eq!(
        code(&room.request("Ada", "message:edit", edit).await),
        "message-unknown"
    );
    assert_eq!(
        code(&room.request("Bob", "message:react", react).await),
        "message-unknown"
    );
    assert!(!gone.to_string().contains("secret"));
    assert_eq!(
        chat.count("SELECT count(*) FROM messages WHERE body <> ''")
            .await,
        0
    );
    assert_eq!(chat.count("SELECT count(*) FROM reactions").await, 0);
}

#[apply(each_database!)]
async fn a_message_has_at_most_twenty_different_reactions(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob"]).await;
    let message = say(&mut room, "Ada", 1, "hello").await["id"].clone();
    let react = |emoji: &str| json!({ "message": message, "emoji": emoji, "isOn": true });
    let all: Vec<&str> = emojis::iter().take(21).map(emojis::Emoji::as_str).collect();
    for emoji in &all[..20] {
        let ack = room.request("Ada", "message:react", react(emoji)).await;
        assert_eq!(code(&ack), "no error", "{emoji}");
    }
    let one_more = room.request("Bob", "message:react", react(all[20])).await;
    assert_eq!(code(&one_more), "too-many-reactions");
    // Others may still add to an existing reaction.
    let again = room.request("Bob", "message:react", react(all[0])).await;
    assert_eq!(code(&again), "no error");
}

#[apply(each_database!)]
async fn a_reaction_is_added_once_and_removed(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob"]).await;
    let message = say(&mut room, "Ada", 1, "lunch?").await["id"].clone();
    let react = |emoji: &str, is_on| json!({ "message": message, "emoji": emoji, "isOn": is_on });
    room.step("Bob likes it")
        .request("Bob", "message:react", react("👍", true))
        .await;
    room.step("Bob likes it again, by its short name")
        .request("Bob", "message:react", react("+1", true))
        .await;
    room.step("Bob likes it no more")
        .request("Bob", "message:react", react("👍", false))
        .await;
    room.step("Bob sends something that is not an emoji")
        .request("Bob", "message:react", react("<b>", true))
        .await;
    assert_snapshot!("reactions", room.tape());
}

#[apply(each_database!)]
async fn a_reply_quotes_a_message_of_the_same_channel(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob"]).await;
    let question = say(&mut room, "Ada", 1, "Who is **there**?").await["id"].clone();
    let create = json!({ "name": "Other" });
    let other = room.request("Bob", "channel:create", create).await["ok"]["id"].clone();
    room.step("Bob replies");
    let reply = |channel: &serde_json::Value| json!({ "channel": channel, "clientId": format!("to-{channel}"), "body": "Me", "replyTo": question });
    room.request("Bob", "message:send", reply(&json!(1))).await;
    assert_snapshot!("reply", room.tape());
    let elsewhere = room.request("Bob", "message:send", reply(&other)).await;
    assert_eq!(code(&elsewhere), "message-unknown");
}

#[apply(each_database!)]
async fn a_location_is_a_message_with_a_map(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob"]).await;
    let place = json!({ "channel": 1, "clientId": "a1", "latitude": 46.948, "longitude": 7.4474 });
    room.step("Ada says where she is")
        .request("Ada", "location:send", place)
        .await;
    assert_snapshot!("location", room.tape());
}

#[apply(each_database!)]
async fn a_latitude_or_longitude_out_of_range_is_refused(chat: Chat) {
    let mut room = start(&chat, ["Ada"]).await;
    for (latitude, longitude, expected) in [
        (json!(90.1), json!(0), "location-out-of-range"),
        (json!(0), json!(-181), "location-out-of-range"),
        (json!("46"), json!(0), "bad-payload"),
        (json!(null), json!(0), "bad-payload"),
        (json!("NaN"), json!(0), "bad-payload"),
    ] {
        let place =
            json!({ "channel": 1, "clientId": "a1", "latitude": latitude, "longitude": longitude });
        assert_eq!(
            code(&room.request("Ada", "location:send", place).await),
            expected
        );
    }
}

#[apply(each_database!)]
async fn an_invalid_message_is_refused_with_a_reason(chat: Chat) {
    let mut room = start(&chat, ["Ada"]).await;
    for (body, client_id, expected) in [
        (" \n ".to_owned(), "a1", "message-empty"),
        ("é".repeat(2_001), "a1", "message-too-long"),
        ("fine".to_owned(), "", "bad-payload"),
        ("fine".to_owned(), "with space", "bad-payload"),
    ] {
        let send = json!({ "channel": 1, "clientId": client_id, "body": body });
        assert_eq!(
            code(&room.request("Ada", "message:send", send).await),
            expected
        );
    }
    let longest = json!({ "channel": 1, "clientId": "a1", "body": "é".repeat(2_000) });
    assert_eq!(
        code(&room.request("Ada", "message:send", longest).await),
        "no error"
    );
}

#[apply(each_database!)]
async fn extra_fields_of_a_message_are_ignored(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob"]).await;
    let send = json!({
        "channel": 1, "clientId": "a1", "body": "hello", "author": 2, "user_id": 2, "id": 99,
        "sentAt": "1999-01-01T00:00:00.000Z", "number": 77, "html": "<b>bold</b>", "role": "admin",
    });
    let message = room.request("Ada", "message:send", send).await["ok"]["message"].clone();
    assert_eq!(message["author"]["name"], "Ada");
    assert_eq!((&message["id"], &message["number"]), (&json!(1), &json!(1)));
    assert_eq!(message["html"], "<p>hello</p>\n");
    assert!(!message["sentAt"].as_str().unwrap().starts_with("1999"));
}

#[apply(each_database!)]
async fn html_and_script_links_in_a_message_are_text(chat: Chat) {
    let mut room = start(&chat, ["Ada"]).await;
    let bodies = [
        "<img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "[click](data:text/html,<script>alert(1)</script>)",
        "![pixel](https://evil.example/track.png)",
        "<a href=\"javascript:alert(1)\" onclick=x>a</a> **b**",
        "https://example.org/?a=1&b=<script>",
    ];
    let mut shown = String::new();
    for (index, body) in bodies.iter().enumerate() {
        let send = json!({ "channel": 1, "clientId": index.to_string(), "body": body });
        let ack = room.request("Ada", "message:send", send).await;
        shown += &format!("{body}\n  {}\n", ack["ok"]["message"]["html"]);
    }
    assert_snapshot!("hostile_markdown", shown);
}

#[apply(each_database!)]
async fn after_ten_minutes_offline_a_sync_equals_a_fresh_load(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob"]).await;
    let mut known = Vec::new();
    for number in 0..10 {
        known.push(say(&mut room, "Ada", 1, &format!("before {number}")).await);
    }
    room.drop_connection("Bob").await;
    let ids: Vec<_> = known.iter().map(|message| message["id"].clone()).collect();
    for number in 0..250 {
        say(&mut room, "Ada", 1, &format!("while away {number}")).await;
        if number % 50 == 0 {
            let index = number / 50;
            let edit = json!({ "message": ids[index], "body": format!("edited {index}") });
            room.request("Ada", "message:edit", edit).await;
            let delete = json!({ "message": ids[9 - index] });
            room.request("Ada", "message:delete", delete).await;
            let react = json!({ "message": ids[index], "emoji": "🎉", "isOn": true });
            room.request("Ada", "message:react", react).await;
        }
    }
    // Bob is back on another connection.
    room.connect(["Bob"]).await;
    room.wait_for("Bob", "socket:welcome").await;
    let (mut messages, mut after) = (known, json!(10));
    loop {
        let payload = json!({ "channel": 1, "after": after });
        let page = room.request("Bob", "channel:sync", payload).await["ok"].clone();
        for changed in page["messages"].as_array().unwrap() {
            messages.retain(|message| message["id"] != changed["id"]);
            messages.push(changed.clone());
        }
        after = page["seq"].clone();
        if page["hasMore"] == false {
            break;
        }
    }
    messages.sort_by_key(|message| message["number"].as_i64());
    assert_eq!(
        after,
        chat.count("SELECT seq FROM channels WHERE id = 1").await
    );
    assert_eq!(messages, fresh_load(&mut room, "Bob").await);
}

#[apply(each_database!)]
async fn a_sync_without_missed_changes_is_empty(chat: Chat) {
    let mut room = start(&chat, ["Ada"]).await;
    say(&mut room, "Ada", 1, "hello").await;
    room.step("Ada asks what she missed")
        .request("Ada", "channel:sync", json!({ "channel": 1, "after": 1 }))
        .await;
    assert_snapshot!("sync_nothing", room.tape());
}

#[apply(each_database!)]
async fn a_second_window_shows_what_the_first_sends(chat: Chat) {
    let mut room = start(&chat, []).await;
    let ada = chat.signed_up("Ada").await;
    enter(&mut room, "Ada's laptop", &ada).await;
    enter(&mut room, "Ada's phone", &ada).await;
    say(&mut room, "Ada's laptop", 1, "from the laptop").await;
    let heard = room.received("Ada's phone", "message:created");
    assert_eq!(heard[0]["message"]["body"], "from the laptop");
}

/// All messages of General, page by page.
async fn fresh_load(room: &mut testkit::Recorder, name: &str) -> Vec<serde_json::Value> {
    let mut all = Vec::new();
    let mut at = json!(1);
    loop {
        let payload = json!({ "channel": 1, "at": at });
        let page = room.request(name, "channel:open", payload).await["ok"].clone();
        for message in page["messages"].as_array().unwrap() {
            if !all.contains(message) {
                all.push(message.clone());
            }
        }
        if page["hasNewer"] == false {
            return all;
        }
        at = all.last().unwrap()["number"].clone();
    }
}
