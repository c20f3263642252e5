//! Channels: subscribing, searching, reading, direct messages, typing.

use crate::support::{Chat, code, each_database, enter, say, start};
use insta::assert_snapshot;
use macro_rules_attribute::apply;
use serde_json::{Value, json};
use testkit::{Recorder, Transport};

#[apply(each_database!)]
async fn a_new_account_is_subscribed_to_general(chat: Chat) {
    let mut room = start(&chat, ["Ada"]).await;
    room.step("Bob signs up");
    let bob = chat.signed_up("Bob").await;
    enter(&mut room, "Bob", &bob).await;
    assert_snapshot!("sign_up", room.tape());
}

#[apply(each_database!)]
async fn a_channel_can_be_created_found_joined_and_left(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob"]).await;
    room.step("Ada makes a channel")
        .request("Ada", "channel:create", json!({ "name": " Recipes " }))
        .await;
    room.step("Bob subscribes")
        .request("Bob", "channel:join", json!({ "channel": 2 }))
        .await;
    room.step("Ada says hello there");
    say(&mut room, "Ada", 2, "Hello").await;
    room.step("Bob ends the subscription")
        .request("Bob", "channel:leave", json!({ "channel": 2 }))
        .await;
    room.step("Ada is alone");
    say(&mut room, "Ada", 2, "Bob").await;
    assert_snapshot!("create_join_leave", room.tape());
}

#[apply(each_database!)]
async fn a_person_who_creates_too_many_channels_must_wait_and_others_need_not(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob"]).await;
    for number in 0..20 {
        let name = json!({ "name": format!("Channel {number}") });
        let ack = room.request("Ada", "channel:create", name).await;
        assert_eq!(code(&ack), "no error");
    }
    let more = json!({ "name": "One more" });
    let ack = room.request("Ada", "channel:create", more.clone()).await;
    assert_eq!(code(&ack), "too-many-tries");
    assert!(ack["error"]["message"].as_str().unwrap().contains("wait"));
    let ack = room.request("Bob", "channel:create", more).await;
    assert_eq!(code(&ack), "no error");
}

#[apply(each_database!)]
async fn a_channel_name_is_unique_whatever_its_case(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob"]).await;
    for (name, expected) in [
        ("Straße", "no error"),
        ("STRASSE", "channel-exists"),
        ("general", "channel-exists"),
        (" ", "name-empty"),
        ("a\u{202e}b", "name-invisible"),
        ("Genеral", "name-mixed"),
        ("abcdefghijklmnopqrstu", "name-too-long"),
    ] {
        let ack = room
            .request("Bob", "channel:create", json!({ "name": name }))
            .await;
        assert_eq!(code(&ack), expected, "{name}");
    }
}

#[apply(each_database!)]
async fn a_public_channel_can_be_read_before_subscribing_but_not_written_to(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob"]).await;
    room.request("Ada", "channel:create", json!({ "name": "Recipes" }))
        .await;
    say(&mut room, "Ada", 2, "soup").await;
    room.step("Bob opens the channel that Ada has made");
    let opened = room
        .request("Bob", "channel:open", json!({ "channel": 2 }))
        .await;
    assert_snapshot!("open", room.tape());
    assert_eq!(opened["ok"]["messages"][0]["body"], "soup");
    assert_eq!(opened["ok"]["channel"]["seen"], Value::Null);
    say(&mut room, "Ada", 2, "salad").await;
    assert_eq!(room.received("Bob", "message:created").len(), 1);
    let send = json!({ "channel": 2, "clientId": "b1", "body": "hello" });
    assert_eq!(
        code(&room.request("Bob", "message:send", send).await),
        "not-subscribed"
    );
    let typing = json!({ "channel": 2 });
    assert_eq!(
        code(&room.request("Bob", "typing:start", typing).await),
        "not-subscribed"
    );
}

#[apply(each_database!)]
async fn a_direct_message_is_private(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob", "Eve"]).await;
    room.step("Ada opens a conversation with Bob")
        .request("Ada", "direct:open", json!({ "user": 2 }))
        .await;
    room.step("Ada writes to Bob");
    let secret = say(&mut room, "Ada", 2, "psst").await["id"].clone();
    assert_snapshot!("direct", room.tape());
    let again = room
        .request("Bob", "direct:open", json!({ "user": 1 }))
        .await;
    assert_eq!(again["ok"]["id"], 2);
    assert_eq!(
        code(
            &room
                .request("Bob", "channel:leave", json!({ "channel": 2 }))
                .await
        ),
        "direct-stays"
    );
    assert!(room.received("Eve", "message:created").is_empty());
    refuses_as_unknown(&mut room, "Eve", 2, &secret).await;
}

#[apply(each_database!)]
async fn a_private_channel_looks_like_a_missing_one(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob", "Eve"]).await;
    room.request("Ada", "direct:open", json!({ "user": 2 }))
        .await;
    say(&mut room, "Ada", 2, "psst").await;
    let (mut real, mut none) = (Vec::new(), Vec::new());
    for (acks, channel, message) in [(&mut real, 2, 1), (&mut none, 99, 99)] {
        for (event, payload) in everything_about(channel, &json!(message)) {
            acks.push(room.request("Eve", event, payload).await);
        }
    }
    assert_eq!(real, none);
}

#[apply(each_database!)]
async fn a_direct_message_needs_another_person_who_exists(chat: Chat) {
    let mut room = start(&chat, ["Ada"]).await;
    for (user, expected) in [(1, "direct-with-oneself"), (99, "user-unknown")] {
        let ack = room
            .request("Ada", "direct:open", json!({ "user": user }))
            .await;
        assert_eq!(code(&ack), expected);
    }
}

#[apply(each_database!)]
async fn messages_are_unread_until_they_are_marked_as_read(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob"]).await;
    for text in ["one", "two", "three"] {
        say(&mut room, "Ada", 1, text).await;
    }
    say(&mut room, "Bob", 1, "mine does not count").await;
    assert_eq!(unread(&mut room, "Bob").await, 3);
    room.step("Bob has seen two")
        .request("Bob", "channel:see", json!({ "channel": 1, "number": 2 }))
        .await;
    assert_snapshot!("seen", room.tape());
    assert_eq!(unread(&mut room, "Bob").await, 1);
    // Never backwards, and never beyond the last message.
    for number in [1, 99] {
        room.request(
            "Bob",
            "channel:see",
            json!({ "channel": 1, "number": number }),
        )
        .await;
        assert_eq!(unread(&mut room, "Bob").await, 1);
    }
    assert_eq!(room.received("Bob", "channel:seen").len(), 1);
}

#[apply(each_database!)]
async fn others_in_the_channel_see_who_is_typing(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob"]).await;
    room.step("Ada types")
        .request("Ada", "typing:start", json!({ "channel": 1 }))
        .await;
    assert_snapshot!("typing", room.tape());
}

#[apply(each_database!)]
async fn leaving_and_joining_in_two_windows_at_once_keeps_rooms_and_subscriptions_equal(
    chat: Chat,
) {
    let mut room = start(&chat, ["Ada"]).await;
    // Two recorders, because one sends its requests one after the other.
    let mut other = Recorder::attach(room.address(), Transport::WebSocket).await;
    let bob = chat.signed_up("Bob").await;
    enter(&mut room, "Bob", &bob).await;
    enter(&mut other, "Bob", &bob).await;
    let mut expected = 0;
    for round in 0..100 {
        tokio::join!(
            request_all(&mut room, ["leave", "join", "leave"]),
            request_all(&mut other, ["join", "leave", "join"]),
        );
        expected += chat
            .count("SELECT count(*) FROM memberships WHERE user_id = 2")
            .await;
        say(&mut room, "Ada", 1, "Do you hear me?").await;
        room.barrier().await;
        other.barrier().await;
        for window in [&room, &other] {
            let heard = window.received("Bob", "message:created").len();
            assert_eq!(heard as i64, expected, "round {round}");
        }
    }
}

async fn request_all(window: &mut Recorder, words: [&str; 3]) {
    for word in words {
        let event = format!("channel:{word}");
        window.request("Bob", &event, json!({ "channel": 1 })).await;
    }
}

#[apply(each_database!)]
async fn a_search_finds_public_channels_by_any_part_of_their_name(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob"]).await;
    for name in ["Recipes", "Old recipes", "100%_sure", "Garden"] {
        room.request("Ada", "channel:create", json!({ "name": name }))
            .await;
    }
    room.request("Ada", "direct:open", json!({ "user": 2 }))
        .await;
    let mut bob = chat.browser();
    bob.log_in("Bob", "correct horse").await;
    for (query, expected) in [
        ("RECIPES", "Recipes, Old recipes"),
        ("rec", "Recipes, Old recipes"),
        ("%25_", "100%_sure"),
        ("_", "100%_sure"),
        ("direct", ""),
        ("%27%22%5C%3B--", ""),
        ("", "100%_sure, Garden, General, Old recipes, Recipes"),
    ] {
        let page = bob.get(&format!("/api/channels?query={query}")).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let found: Vec<Value> = serde_json::from_str(&page.body).unwrap();
        let names: Vec<_> = found.iter().map(|c| c["name"].as_str().unwrap()).collect();
        assert_eq!(names.join(", "), expected, "{query}");
    }
}

#[apply(each_database!)]
async fn history_comes_in_pages_in_both_directions(chat: Chat) {
    let mut room = start(&chat, ["Ada"]).await;
    for number in 1..=120 {
        say(&mut room, "Ada", 1, &format!("message {number}")).await;
    }
    let last = open(&mut room, json!({ "channel": 1 })).await;
    assert_eq!(numbers(&last), (71, 120));
    assert_eq!(
        (&last["hasOlder"], &last["hasNewer"]),
        (&json!(true), &json!(false))
    );
    let around = open(&mut room, json!({ "channel": 1, "at": 40 })).await;
    assert_eq!(numbers(&around), (20, 89));
    assert_eq!(
        (&around["hasOlder"], &around["hasNewer"]),
        (&json!(true), &json!(true))
    );
    let start = open(&mut room, json!({ "channel": 1, "at": 5 })).await;
    assert_eq!((numbers(&start).0, &start["hasOlder"]), (1, &json!(false)));

    let mut ada = chat.browser();
    ada.log_in("Ada", "correct horse").await;
    for (place, expected, has_older, has_newer) in [
        ("?before=71", (21, 70), true, true),
        ("?before=21", (1, 20), false, true),
        ("?after=89", (90, 120), true, false),
        ("", (71, 120), true, false),
    ] {
        let page = ada.get(&format!("/api/channels/1/messages{place}")).await;
        let page: Value = serde_json::from_str(&page.body).unwrap();
        assert_eq!(numbers(&page), expected, "{place}");
        assert_eq!(page["hasOlder"], has_older, "{place}");
        assert_eq!(page["hasNewer"], has_newer, "{place}");
    }
}

#[apply(each_database!)]
async fn the_members_of_a_large_channel_come_in_parts(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    add_members(&chat, 250).await;
    let mut listed = Vec::new();
    for expected in [100, 100, 51, 0] {
        let after = listed.last().map_or("", String::as_str);
        let path = format!("/api/channels/1/members?after={after}");
        let page = ada.get(&path).await.json();
        let people = page.as_array().unwrap();
        assert_eq!(people.len(), expected, "after {after}");
        let names = people.iter().map(|person| person["name"].as_str().unwrap());
        listed.extend(names.map(str::to_owned));
    }
    assert!(listed.is_sorted_by_key(|name| name.to_lowercase()));
    assert_eq!(listed.first().unwrap(), "Ada");
    // A name that nobody has is a place in the list, too, whatever its case.
    let page = ada.get("/api/channels/1/members?after=PERSON-248x").await;
    assert_eq!(page.json()[0]["name"], "person-249");
}

#[apply(each_database!)]
async fn a_large_channel_is_opened_with_its_first_members_and_their_number(chat: Chat) {
    let mut room = start(&chat, ["Ada"]).await;
    add_members(&chat, 250).await;
    let opened = open(&mut room, json!({ "channel": 1 })).await;
    assert_eq!(opened["memberCount"], 251);
    assert_eq!(opened["members"].as_array().unwrap().len(), 100);
    assert_eq!(opened["members"][0]["name"], "Ada");
}

/// Adds members to General who have not signed up, which would take long because of the passwords.
async fn add_members(chat: &Chat, count: usize) {
    chat.execute(&format!(
        "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
         INSERT INTO users (name, name_key, display_name, about, password_hash, created_at)
         SELECT 'person-' || n, 'person-' || n, 'person-' || n, '', '', created_at
         FROM numbers CROSS JOIN users"
    ))
    .await;
    chat.subscribe_others().await;
}

async fn open(room: &mut Recorder, payload: Value) -> Value {
    room.request("Ada", "channel:open", payload).await["ok"].clone()
}

/// The first and the last number of a page.
fn numbers(page: &Value) -> (i64, i64) {
    let messages = page["messages"].as_array().unwrap();
    let number = |message: Option<&Value>| message.unwrap()["number"].as_i64().unwrap();
    (number(messages.first()), number(messages.last()))
}

async fn unread(room: &mut Recorder, name: &str) -> i64 {
    let opened = room
        .request(name, "channel:open", json!({ "channel": 1 }))
        .await;
    opened["ok"]["channel"]["unread"].as_i64().unwrap()
}

/// Every request about a channel, or a message in it.
fn everything_about(channel: i64, message: &Value) -> Vec<(&'static str, Value)> {
    let about_message = json!({ "message": message, "body": "x", "emoji": "👍", "isOn": true });
    let about_channel = json!({
        "channel": channel, "number": 1, "after": 0, "body": "x", "clientId": "guess",
        "latitude": 0, "longitude": 0, "isFavourite": true,
    });
    let mut asks = Vec::new();
    for event in ["message:edit", "message:delete", "message:react"] {
        asks.push((event, about_message.clone()));
    }
    for event in [
        "channel:open",
        "channel:join",
        "channel:leave",
        "channel:see",
        "channel:star",
        "channel:sync",
        "typing:start",
        "message:send",
        "location:send",
    ] {
        asks.push((event, about_channel.clone()));
    }
    asks
}

async fn refuses_as_unknown(room: &mut Recorder, name: &str, channel: i64, message: &Value) {
    for (event, payload) in everything_about(channel, message) {
        let ack = room.request(name, event, payload).await;
        let expected = ["channel-unknown", "message-unknown"];
        assert!(expected.contains(&code(&ack)), "{event}: {ack}");
    }
}
