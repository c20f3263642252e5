//! Several processes on one PostgreSQL database behave as one chat. The test itself is one of them: its
//! browsers send their requests there.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use make_chat::{app, storage::Db};
use serde_json::{Value, json};
use sqlx::{PgPool, query};
use tokio::{task::yield_now, time::timeout};

use crate::{
    server::behind_proxy,
    support::{Browser, Chat, Client, Network, Servers, each_database},
};
use macro_rules_attribute::apply;

/// Sooner than the check that each process makes every ten seconds. Usually it takes milliseconds.
const SOON: Duration = Duration::from_secs(5);
/// The lease of a process that has died, and the time until the others look.
pub const LEASE: Duration = Duration::from_secs(20);

/// A server logs this when it knows that it may have missed something: at the latest, when it has heard
/// nothing for a while.
const LISTENER_LOST: &str = "the connection that listens is lost";

/// The database, if it can be shared.
fn shared(chat: &Chat) -> Option<&PgPool> {
    match &chat.state.db {
        Db::Sqlite { .. } => None,
        Db::Postgres(pool) => Some(pool),
    }
}

#[apply(each_database!)]
async fn every_change_to_messages_reaches_the_other_processes_in_order(chat: Chat) {
    if shared(&chat).is_none() {
        return;
    }
    let (_servers, [mut ada, mut bob, mut eve]) =
        Servers::start_with(&chat, ["Ada", "Bob", "Eve"]).await;
    for round in 0..20 {
        for client in [&mut ada, &mut bob] {
            client.send(1, &format!("message {round}"), None).await;
        }
        tokio::join!(ada.settle(), bob.settle());
    }
    let send = json!({ "channel": 1, "clientId": "last", "body": "last" });
    let sent = ada.request("message:send", send).await.unwrap();
    let message = &sent["ok"]["message"]["id"];
    bob.receive_up_to(1, 41).await;
    let reacted = bob.request(
        "message:react",
        json!({ "message": message, "emoji": "👍", "isOn": true }),
    );
    reacted.await.unwrap();
    ada.receive_up_to(1, 42).await;
    let edit = json!({ "message": message, "body": "really the last" });
    ada.request("message:edit", edit).await.unwrap();
    ada.request("message:delete", json!({ "message": message }))
        .await
        .unwrap();
    let mut shown = Vec::new();
    for client in [&mut ada, &mut bob, &mut eve] {
        // The client checks that no number is missing and none comes twice.
        client.receive_up_to(1, 44).await;
        shown.push(client.shown(1));
    }
    assert_eq!(shown[0].len(), 41);
    assert_eq!(shown[0], shown[1]);
    assert_eq!(shown[0], shown[2]);
    // Pages count unread messages by these.
    for client in [&ada, &bob, &eve] {
        assert_eq!(client.count("message:created"), 41);
        assert_eq!(client.count("message:deleted"), 1);
    }
}

#[apply(each_database!)]
async fn people_and_channels_are_the_same_on_all_processes(chat: Chat) {
    if shared(&chat).is_none() {
        return;
    }
    let (mut servers, [mut ada, mut bob]) = Servers::start_with(&chat, ["Ada", "Bob"]).await;
    // A new channel, and who is in it.
    let created = ada.request("channel:create", json!({ "name": "Recipes" }));
    let channel = created.await.unwrap()["ok"]["id"].as_i64().unwrap();
    bob.join_or_leave(channel, true).await;
    let is_bob = |event: &Value| event["person"]["name"] == "Bob";
    ada.wait_for("channel:joined", |event| {
        is_bob(event) && event["channel"] == channel
    })
    .await;
    // Someone who has signed up on a third process.
    let mut eve = chat.signed_up("Eve").await;
    for client in [&mut ada, &mut bob] {
        client
            .wait_for("channel:joined", |event| event["person"]["name"] == "Eve")
            .await;
    }
    // Typing.
    ada.emit("typing:start", json!({ "channel": channel }))
        .await;
    bob.wait_for("typing:started", |event| event["person"]["name"] == "Ada")
        .await;
    // A profile.
    let profile = [("display-name", "Evelyn"), ("about", "")];
    eve.post("/account/profile", &profile).await;
    for client in [&mut ada, &mut bob] {
        client
            .wait_for("user:changed", |event| {
                event["person"]["displayName"] == "Evelyn"
            })
            .await;
    }
    // A direct message: the other person joins its room without a request.
    let opened = ada.request("direct:open", json!({ "user": 2 })).await;
    let direct = opened.unwrap()["ok"]["id"].as_i64().unwrap();
    let send = json!({ "channel": direct, "clientId": "direct", "body": "psst" });
    ada.request("message:send", send).await.unwrap();
    // Bob's page learns of it by the message, or by the channel if it joins that after the message.
    let has_heard = |bob: &Client| {
        bob.count_of("message:created", |event| {
            event["message"]["body"] == "psst"
        }) > 0
            || bob.count_of("channel:joined", |event| event["channel"] == direct) > 0
    };
    while !has_heard(&bob) {
        assert!(bob.receive().await);
    }
    // A window of the same person on another process: what was read there is read here.
    let mut other_window = bob.fresh_at(servers.seat(0));
    other_window.settle().await;
    let read = json!({ "channel": direct, "number": 1 });
    other_window.request("channel:see", read).await.unwrap();
    bob.wait_for("channel:seen", |event| {
        event["channel"] == direct && event["number"] == 1
    })
    .await;
    // A favourite there is one here, too.
    let star = json!({ "channel": direct, "isFavourite": true });
    other_window.request("channel:star", star).await.unwrap();
    bob.wait_for("channel:starred", |event| {
        event["channel"] == direct && event["isFavourite"] == true
    })
    .await;
    assert_eq!(ada.count("channel:starred"), 0);
    // Leaving, in the other window.
    other_window
        .request("channel:leave", json!({ "channel": channel }))
        .await
        .unwrap();
    for client in [&mut ada, &mut bob] {
        client
            .wait_for("channel:left", |event| event["channel"] == channel)
            .await;
    }
}

#[apply(each_database!)]
async fn a_person_is_online_as_long_as_any_process_is_connected_to_them(chat: Chat) {
    if shared(&chat).is_none() {
        return;
    }
    // Bob is connected to the same one as Ada, and moves to that of Eve.
    let (mut servers, [mut ada, mut kim, mut eve, mut bob]) =
        Servers::start(&chat, 3, ["Ada", "Kim", "Eve", "Bob"]).await;
    for client in [&mut ada, &mut kim] {
        client.wait_for("user:joined", is_about(4)).await;
    }
    servers.move_to(3, 2);
    bob.disconnect();
    bob.settle().await;
    // Eve leaves later than Bob would have left.
    eve.disconnect();
    for client in [&mut ada, &mut kim] {
        client.wait_for("user:left", is_about(3)).await;
        assert_eq!(client.count_of("user:left", is_about(4)), 0);
        assert_eq!(client.count_of("user:joined", is_about(4)), 1);
    }
    let mut browser = chat.browser();
    browser.log_in("Ada", "correct horse").await;
    assert_eq!(online(&mut browser).await, ["Ada", "Bob", "Kim"]);
}

#[apply(each_database!)]
async fn the_people_of_a_killed_process_go_offline_with_its_lease(chat: Chat) {
    if shared(&chat).is_none() {
        return;
    }
    let (mut servers, [mut ada, mut bob]) = Servers::start_with(&chat, ["Ada", "Bob"]).await;
    ada.wait_for("user:joined", |event| event["person"]["name"] == "Bob")
        .await;
    servers.end(1);
    let killed = Instant::now();
    bob.disconnect();
    ada.wait_for("user:left", |event| event["user"] == 2).await;
    assert!(killed.elapsed() < LEASE, "{:?}", killed.elapsed());
    let mut browser = chat.browser();
    browser.log_in("Ada", "correct horse").await;
    assert_eq!(online(&mut browser).await, ["Ada"]);
}

/// Whether somebody has come online or gone offline.
fn is_about(user: i64) -> impl Fn(&Value) -> bool {
    move |event| event["user"] == user || event["person"]["id"] == user
}

/// The names of the people who are online.
pub async fn online(browser: &mut Browser) -> Vec<String> {
    let people = browser.get("/api/people").await.json();
    let people = people.as_array().unwrap().iter();
    people
        .map(|person| person["name"].as_str().unwrap().to_owned())
        .collect()
}

#[apply(each_database!)]
async fn the_end_of_a_session_reaches_every_process_at_once(chat: Chat) {
    if shared(&chat).is_none() {
        return;
    }
    let (mut servers, []) = Servers::start(&chat, 2, []).await;
    let mut ada = chat.signed_up("Ada").await;
    let fields = [
        ("present-password", "correct horse"),
        ("new-password", "battery staple"),
    ];
    for (path, fields) in [
        ("/account/password", &fields[..]),
        ("/log-out/everywhere", &[]),
    ] {
        let mut client = Client::new("Ada", &ada, servers.seat(0));
        client.settle().await;
        ada.post(path, fields).await;
        check_ended(&mut client).await;
    }
    // Only this session, and not that of the same person elsewhere.
    let mut phone = chat.browser();
    for browser in [&mut ada, &mut phone] {
        browser.log_in("Ada", "battery staple").await;
    }
    let mut laptop_window = Client::new("Ada", &ada, servers.seat(0));
    let mut phone_window = Client::new("Ada", &phone, servers.seat(1));
    laptop_window.settle().await;
    phone_window.settle().await;
    ada.post("/log-out", &[]).await;
    check_ended(&mut laptop_window).await;
    phone_window.settle().await;
    assert_eq!(phone_window.count("session:ended"), 0);
}

/// The client learns soon that its session has ended.
async fn check_ended(client: &mut Client) {
    let start = Instant::now();
    client.wait_for("session:ended", |_| true).await;
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}

#[apply(each_database!)]
async fn what_the_bus_has_lost_is_found_when_it_works_again(chat: Chat) {
    let Some(pool) = shared(&chat) else { return };
    let (_servers, [mut ada, mut bob]) = Servers::start_with(&chat, ["Ada", "Bob"]).await;
    ada.send(1, "heard", None).await;
    ada.settle().await;
    bob.receive_up_to(1, 1).await;
    // A message, a channel and the end of a session that no notice tells of.
    for sql in [
        "INSERT INTO messages (channel_id, number, seq, author_id, client_id, body, sent_at)
         VALUES (1, 2, 2, 1, 'lost', 'lost', now())",
        "UPDATE channels SET seq = 2 WHERE id = 1",
        "INSERT INTO channels (kind, name, key, created_at)
         VALUES ('public', 'Lost', 'lost', now())",
        "INSERT INTO memberships (channel_id, user_id, seen) VALUES (2, 2, 0)",
        "DELETE FROM sessions WHERE user_id = 1",
    ] {
        query(sql).execute(pool).await.unwrap();
    }
    // Nobody has heard of them until the connections that listen end.
    bob.settle().await;
    assert_eq!(bob.known(1), 1);
    let listening = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                     WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    query(listening).execute(pool).await.unwrap();
    bob.receive_up_to(1, 2).await;
    bob.wait_for("socket:welcome", |event| {
        let channels = event["channels"].as_array().unwrap();
        channels.iter().any(|channel| channel["name"] == "Lost")
    })
    .await;
    check_ended(&mut ada).await;
    // The bus works again.
    bob.send(2, "found", None).await;
    bob.settle().await;
    let mut eve = chat.signed_up("Eve").await;
    let send = json!({ "clientId": "again", "body": "heard again" });
    eve.fetch("POST", "/api/channels/1/messages", &send).await;
    bob.receive_up_to(1, 3).await;
}

#[apply(each_database!)]
#[flavor = "multi_thread"]
async fn a_server_that_was_cut_off_from_the_database_catches_up(chat: Chat) {
    catch_up_after(&chat, Network::IsDown).await;
}

#[apply(each_database!)]
#[flavor = "multi_thread"]
async fn a_server_whose_connections_to_the_database_fall_silent_catches_up(chat: Chat) {
    catch_up_after(&chat, Network::LosesResponses).await;
}

async fn catch_up_after(chat: &Chat, network: Network) {
    let Some((server, proxy, [mut ada, mut bob])) = behind_proxy(chat).await else {
        return;
    };
    let mut eve = chat.signed_up("Eve").await;
    let mut phone = chat.browser();
    phone.log_in("Bob", "correct horse").await;
    proxy.set(network);
    for number in 1..=5 {
        let send = json!({ "clientId": format!("{number}"), "body": "meanwhile" });
        eve.fetch("POST", "/api/channels/1/messages", &send).await;
    }
    phone.post("/log-out/everywhere", &[]).await;
    let noticed = async {
        while !server.process.log().contains(LISTENER_LOST) {
            yield_now().await;
        }
    };
    timeout(LEASE, noticed).await.unwrap();
    proxy.set(Network::Works);
    ada.receive_up_to(1, 5).await;
    assert_eq!(ada.count("message:created"), 5);
    check_ended(&mut bob).await;
    // It hears of the others again.
    let again = json!({ "clientId": "again", "body": "heard" });
    eve.fetch("POST", "/api/channels/1/messages", &again).await;
    ada.receive_up_to(1, 6).await;
}

#[apply(each_database!)]
async fn a_session_that_ends_without_a_notice_ends_with_the_next_check(chat: Chat) {
    let Some(pool) = shared(&chat) else { return };
    let (_servers, [mut ada, mut bob]) = Servers::start_with(&chat, ["Ada", "Bob"]).await;
    let sql = "DELETE FROM sessions WHERE user_id = 2";
    query(sql).execute(pool).await.unwrap();
    bob.wait_for("session:ended", |_| true).await;
    ada.settle().await;
    assert_eq!(ada.count("session:ended"), 0);
}

#[apply(each_database!)]
async fn wrong_passwords_count_on_all_processes_together(chat: Chat) {
    if shared(&chat).is_none() {
        return;
    }
    let (servers, []) = Servers::start(&chat, 2, []).await;
    chat.signed_up("Ada").await;
    let mut attempts = 0;
    let mut attackers = [0, 1].map(|process| {
        let mut browser = chat.browser();
        browser.visit(servers.address(process));
        browser
    });
    // One address may try ten passwords for a name at once.
    'attack: loop {
        for attacker in &mut attackers {
            let page = attacker.log_in("Ada", "a wrong guess").await;
            if page.status == StatusCode::TOO_MANY_REQUESTS {
                break 'attack;
            }
            attempts += 1;
        }
    }
    assert!((10..14).contains(&attempts), "{attempts}");
}

#[apply(each_database!)]
async fn several_processes_can_start_at_the_same_time_on_an_empty_database(chat: Chat) {
    if shared(&chat).is_none() {
        return;
    }
    chat.execute("DROP SCHEMA public CASCADE").await;
    chat.execute("CREATE SCHEMA public").await;
    let (one, other) = tokio::join!(chat.reopen(), chat.reopen());
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!(one.chat_id.0, other.chat_id.0);
    let mut ada = Browser::new(app(one));
    ada.sign_up("Ada", "correct horse").await;
    ada.router = app(other);
    assert!(ada.is_logged_in().await);
}
