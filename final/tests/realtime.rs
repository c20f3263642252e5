//! Sockets: handshake, disconnecting, presence, limits.

use std::collections::BTreeSet;

use crate::support::{Browser, Chat, Client, code, each_database, enter, say, start};
use futures_util::future::join_all;
use insta::assert_snapshot;
use macro_rules_attribute::apply;
use serde_json::json;
use testkit::{Recorder, Transport};
use tokio::sync::watch;

#[apply(each_database!)]
async fn a_browser_is_welcomed_with_its_person_and_channels(chat: Chat) {
    let mut room = start(&chat, ["Ada"]).await;
    say(&mut room, "Ada", 1, "hello").await;
    let bob = chat.signed_up("Bob").await;
    room.step("Bob opens a window");
    enter(&mut room, "Bob", &bob).await;
    assert_snapshot!("welcome", room.tape());
}

#[apply(each_database!)]
async fn a_second_window_is_not_announced_and_neither_is_its_end(chat: Chat) {
    let mut room = start(&chat, ["Ada"]).await;
    let bob = chat.signed_up("Bob").await;
    enter(&mut room, "Bob's laptop", &bob).await;
    enter(&mut room, "Bob's phone", &bob).await;
    assert_eq!(room.received("Ada", "user:joined").len(), 1);
    room.disconnect("Bob's phone").await;
    room.step("Bob closes his last window");
    room.disconnect("Bob's laptop").await;
    let left = room.wait_for("Ada", "user:left").await;
    assert_eq!(left, json!({ "user": 2 }));
    assert_eq!(room.received("Ada", "user:left").len(), 1);
    assert_snapshot!("user_left", room.tape());
}

/// More people than are announced one by one.
const MANY: usize = 130;

#[apply(each_database!)]
async fn when_many_people_come_and_go_at_once_a_page_still_knows_who_is_online(chat: Chat) {
    let mut browsers = chat.many_signed_up(MANY).await;
    let (_server, address) = serve(&chat).await;
    let address = watch::Sender::new(address);
    let clients = browsers.iter();
    let clients = clients.map(|browser| Client::new("someone", browser, address.subscribe()));
    let mut others: Vec<Client> = clients.collect();
    let mut ada = others.remove(0);
    ada.connect().await;
    let mut page = OnlineUsers::load(&mut browsers[0]).await;
    join_all(others.iter_mut().map(Client::connect)).await;
    page.follow(&mut ada, &mut browsers[0], MANY).await;
    others.iter_mut().for_each(Client::disconnect);
    page.follow(&mut ada, &mut browsers[0], 1).await;
    // Without the event that replaces many, everyone would have been announced by name.
    assert!(ada.count("presence:changed") > 0);
    assert!(ada.count("user:left") < MANY - 1);
}

/// The list of online users, as the page keeps it.
struct OnlineUsers {
    ids: BTreeSet<i64>,
    /// How many events were applied.
    applied: usize,
}

impl OnlineUsers {
    async fn load(browser: &mut Browser) -> Self {
        let ids = Self::list(browser).await;
        Self { ids, applied: 0 }
    }

    async fn list(browser: &mut Browser) -> BTreeSet<i64> {
        let people = browser.get("/api/people").await.json();
        let people = people.as_array().unwrap().iter();
        people
            .map(|person| person["id"].as_i64().unwrap())
            .collect()
    }

    /// Applies events until this many people are online.
    async fn follow(&mut self, client: &mut Client, browser: &mut Browser, expected: usize) {
        while self.ids.len() != expected {
            assert!(client.receive().await);
            for (name, payload) in &client.events[self.applied..] {
                match name.as_str() {
                    "user:joined" => {
                        self.ids.insert(payload["person"]["id"].as_i64().unwrap());
                    }
                    "user:left" => {
                        self.ids.remove(&payload["user"].as_i64().unwrap());
                    }
                    "presence:changed" => self.ids = Self::list(browser).await,
                    _ => {}
                }
            }
            self.applied = client.events.len();
        }
    }
}

#[apply(each_database!)]
async fn reconnecting_ten_times_announces_nobody_again(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob"]).await;
    for _ in 0..10 {
        room.drop_connection("Bob").await;
        room.connect(["Bob"]).await;
        room.wait_for("Bob", "socket:welcome").await;
    }
    assert_eq!(room.received("Ada", "user:joined").len(), 1);
    assert!(room.received("Ada", "user:left").is_empty());
    say(&mut room, "Ada", 1, "once").await;
    assert_eq!(room.received("Bob", "message:created").len(), 1);
}

#[apply(each_database!)]
async fn a_socket_without_a_session_is_refused_on_both_transports(chat: Chat) {
    let ada = chat.signed_up("Ada").await;
    let (_server, address) = serve(&chat).await;
    let own = format!("http://{address}");
    let (name, _) = ada.cookies.iter().next().unwrap();
    for transport in ["websocket", "polling"] {
        let handshake = async |cookie: &str| handshake(address, transport, &own, cookie).await;
        assert_eq!(handshake("").await, 401, "{transport}");
        assert_eq!(
            handshake(&format!("{name}=guess")).await,
            401,
            "{transport}"
        );
        let expected = if transport == "websocket" { 101 } else { 200 };
        assert_eq!(handshake(&cookie(&ada)).await, expected, "{transport}");
    }
}

#[apply(each_database!)]
async fn a_socket_of_another_site_is_refused_on_both_transports(chat: Chat) {
    let ada = chat.signed_up("Ada").await;
    let (_server, address) = serve(&chat).await;
    let port = address.port();
    for transport in ["websocket", "polling"] {
        for origin in [
            "https://evil.example",
            "null",
            "",
            &format!("http://evil.example:{port}"),
            &format!("http://127.0.0.1.evil.example:{port}"),
            &format!("http://127.0.0.1:{}", port ^ 1),
        ] {
            let status = handshake(address, transport, origin, &cookie(&ada)).await;
            assert_eq!(status, 403, "{transport} {origin:?}");
        }
    }
}

#[apply(each_database!)]
async fn behind_a_proxy_the_public_address_is_trusted_too(chat: Chat) {
    let router = chat
        .with(|config| config.public_url = Some("https://chat.example.org".to_owned()))
        .await;
    let ada = chat.signed_up("Ada").await;
    let room = Recorder::start(router).await;
    let handshake =
        async |origin| handshake(room.address(), "polling", origin, &cookie(&ada)).await;
    assert_eq!(handshake("https://chat.example.org").await, 200);
    assert_eq!(handshake("http://chat.example.org").await, 403);
}

#[apply(each_database!)]
async fn logging_out_disconnects_only_the_sockets_of_this_session(chat: Chat) {
    let mut room = start(&chat, []).await;
    let mut laptop = chat.signed_up("Ada").await;
    let mut phone = chat.browser();
    phone.log_in("Ada", "correct horse").await;
    enter(&mut room, "Ada's laptop", &laptop).await;
    enter(&mut room, "Ada's other tab", &laptop).await;
    enter(&mut room, "Ada's phone", &phone).await;
    room.step("Ada logs out on her laptop");
    laptop.post("/log-out", &[]).await;
    for window in ["Ada's laptop", "Ada's other tab"] {
        room.wait_for(window, "session:ended").await;
        room.wait_for_disconnect(window).await;
    }
    assert_snapshot!("session_ended", room.tape());
    say(&mut room, "Ada's phone", 1, "still here").await;
    assert!(room.received("Ada's laptop", "message:created").is_empty());
}

#[apply(each_database!)]
async fn a_changed_password_and_log_out_everywhere_disconnect_all_sockets(chat: Chat) {
    let mut room = start(&chat, ["Bob"]).await;
    let mut ada = chat.signed_up("Ada").await;
    let fields = [
        ("present-password", "correct horse"),
        ("new-password", "battery staple"),
    ];
    enter(&mut room, "Ada", &ada).await;
    ada.post("/account/password", &fields).await;
    room.wait_for_disconnect("Ada").await;
    enter(&mut room, "Ada", &ada).await;
    ada.post("/log-out/everywhere", &[]).await;
    room.wait_for_disconnect("Ada").await;
    say(&mut room, "Bob", 1, "nobody hears").await;
    assert!(room.received("Ada", "message:created").is_empty());
}

#[apply(each_database!)]
async fn logging_in_as_somebody_else_disconnects_the_previous_sockets(chat: Chat) {
    chat.signed_up("Bob").await;
    let mut room = start(&chat, []).await;
    let mut shared = chat.signed_up("Ada").await;
    enter(&mut room, "Ada", &shared).await;
    shared.log_in("Bob", "correct horse").await;
    room.wait_for_disconnect("Ada").await;
}

#[apply(each_database!)]
async fn a_session_that_expires_disconnects_its_sockets(chat: Chat) {
    let mut room = start(&chat, ["Ada"]).await;
    chat.execute("UPDATE sessions SET expires_at = '2000-01-01T00:00:00+00:00'")
        .await;
    chat.state.accounts.clean_up().await.unwrap();
    room.wait_for("Ada", "session:ended").await;
    room.wait_for_disconnect("Ada").await;
}

#[apply(each_database!)]
async fn requests_over_a_socket_do_not_renew_the_session(chat: Chat) {
    let mut room = start(&chat, []).await;
    let mut ada = chat.signed_up("Ada").await;
    chat.execute("UPDATE sessions SET expires_at = '2999-01-01T00:00:00+00:00'")
        .await;
    enter(&mut room, "Ada", &ada).await;
    say(&mut room, "Ada", 1, "hello").await;
    let untouched = "SELECT count(*) FROM sessions WHERE expires_at > '2998-01-01T00:00:00+00:00'";
    assert_eq!(chat.count(untouched).await, 1);
    assert_eq!(ada.post("/session", &[]).await.status, 204);
    assert_eq!(chat.count(untouched).await, 0);
}

#[apply(each_database!)]
async fn an_unknown_event_and_an_unreadable_payload_are_refused(chat: Chat) {
    let mut room = start(&chat, ["Ada"]).await;
    room.step("Ada asks for the impossible")
        .request("Ada", "channel:fly", json!({}))
        .await;
    for payload in [
        json!(null),
        json!("text"),
        json!({ "channel": "1", "clientId": "a", "body": "x" }),
        json!({ "channel": 1.5, "clientId": "a", "body": "x" }),
        json!({ "channel": 1, "clientId": "a" }),
        json!([1, "a", "x", null]),
    ] {
        room.request("Ada", "message:send", payload).await;
    }
    assert_snapshot!("unreadable", room.tape());
}

#[apply(each_database!)]
async fn a_person_with_too_many_requests_must_wait_and_others_need_not(chat: Chat) {
    let router = chat
        .with(|config| config.requests_per_second = 1.try_into().unwrap())
        .await;
    let mut room = Recorder::start(router).await;
    for name in ["Ada", "Bob"] {
        let browser = chat.signed_up(name).await;
        enter(&mut room, name, &browser).await;
    }
    let sync = json!({ "channel": 1, "after": 0 });
    let mut acks = Vec::new();
    for _ in 0..7 {
        acks.push(room.request("Ada", "channel:sync", sync.clone()).await);
    }
    // Opening her window was the first of the five that the burst allows.
    assert_eq!(code(&acks[3]), "no error");
    let last = acks.last().unwrap();
    assert_eq!(code(last), "too-many-tries");
    assert!(last["error"]["message"].as_str().unwrap().contains("wait"));
    assert_eq!(
        code(&room.request("Bob", "channel:sync", sync).await),
        "no error"
    );
}

#[apply(each_database!)]
async fn a_person_who_opens_sockets_too_often_must_wait(chat: Chat) {
    let router = chat
        .with(|config| config.requests_per_second = 1.try_into().unwrap())
        .await;
    let room = Recorder::start(router).await;
    let address = room.address();
    let [ada, bob] = [chat.signed_up("Ada").await, chat.signed_up("Bob").await];
    let origin = format!("http://{address}");
    let mut statuses = Vec::new();
    for _ in 0..7 {
        statuses.push(handshake(address, "polling", &origin, &cookie(&ada)).await);
    }
    assert_eq!(statuses[..5], [200; 5]);
    assert_eq!(statuses[6], 429);
    assert_eq!(
        handshake(address, "polling", &origin, &cookie(&bob)).await,
        200
    );
}

#[apply(each_database!)]
async fn a_person_with_a_hundred_connections_gets_no_more(chat: Chat) {
    let (mut room, address) = serve(&chat).await;
    let ada = chat.signed_up("Ada").await;
    for number in 1..=100 {
        enter(&mut room, &format!("Ada {number}"), &ada).await;
    }
    let origin = format!("http://{address}");
    let handshake = async || handshake(address, "websocket", &origin, &cookie(&ada)).await;
    assert_eq!(handshake().await, 429);
    room.disconnect("Ada 1").await;
    room.barrier().await;
    assert_eq!(handshake().await, 101);
}

#[apply(each_database!)]
async fn packets_that_break_the_rules_end_only_their_connection(chat: Chat) {
    let mut room = start(&chat, ["Ada"]).await;
    let deep = format!(
        "42[\"message:send\",{}{}]",
        "[".repeat(5_000),
        "]".repeat(5_000)
    );
    let long = format!("42[\"message:send\",\"{}\"]", "x".repeat(70_000));
    let hostile = [
        "451-[\"message:send\",{\"_placeholder\":true,\"num\":0}]",
        "459999-[\"message:send\"]",
        "42[\"message:send\"",
        "4\u{0}",
        &deep,
        &long,
    ];
    for (index, packet) in hostile.iter().enumerate() {
        let name = format!("Eve {index}");
        let eve = chat.signed_up(&name).await;
        enter(&mut room, &name, &eve).await;
        room.send_raw(&name, packet).await;
        // Disconnected or ignored. Either way, everyone else can go on.
        say(&mut room, "Ada", 1, &format!("after {index}")).await;
    }
    assert_eq!(room.received("Ada", "message:created").len(), hostile.len());
}

#[apply(each_database!)]
async fn an_invalid_or_early_packet_ends_only_its_connection(chat: Chat) {
    let mut room = start(&chat, ["Ada"]).await;
    let address = room.address();
    let eve = cookie(&chat.signed_up("Eve").await);
    let event = "42[\"message:send\",{\"channel\":1,\"clientId\":\"e\",\"body\":\"x\"}]";
    // A character that is cut in half, and an event before the connect packet.
    for packet in [&b"42[\"message:send\",\"\xe4\xb8"[..], event.as_bytes()] {
        let greeting = poll(address, &eve, "GET", "", b"").await;
        let (_, sid) = greeting.split_once("\"sid\":\"").unwrap();
        let (sid, _) = sid.split_once('"').unwrap();
        poll(address, &eve, "POST", sid, packet).await;
        // Nothing is saved, and everyone else can go on.
        let gone = poll(address, &eve, "POST", sid, b"40").await;
        assert!(gone.starts_with("HTTP/1.1 400"), "{gone}");
        say(&mut room, "Ada", 1, "hello").await;
    }
    assert_eq!(chat.count("SELECT count(*) FROM messages").await, 2);
}

#[apply(each_database!)]
async fn a_changed_profile_reaches_everyone(chat: Chat) {
    let mut room = start(&chat, ["Bob"]).await;
    let mut ada = chat.signed_up("Ada").await;
    room.step("Ada changes her display name");
    let fields = [("display-name", "Ada Lovelace"), ("about", "")];
    ada.post("/account/profile", &fields).await;
    room.wait_for("Bob", "user:changed").await;
    assert_snapshot!("user_changed", room.tape());
}

#[apply(each_database!)]
async fn the_chat_works_over_polling_alone(chat: Chat) {
    let mut room = Recorder::start_over(chat.router.clone(), Transport::Polling).await;
    for name in ["Ada", "Bob"] {
        let browser = chat.signed_up(name).await;
        enter(&mut room, name, &browser).await;
    }
    say(&mut room, "Ada", 1, "slowly").await;
    assert_eq!(room.received("Bob", "message:created").len(), 1);
}

/// Serves the chat on a port, for requests that are written by hand.
async fn serve(chat: &Chat) -> (Recorder, std::net::SocketAddr) {
    let room = Recorder::start(chat.router.clone()).await;
    let address = room.address();
    (room, address)
}

fn cookie(browser: &Browser) -> String {
    browser.cookie()
}

/// The response to a request of the polling transport.
async fn poll(
    address: std::net::SocketAddr,
    cookie: &str,
    method: &str,
    sid: &str,
    body: &[u8],
) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let sid = match sid {
        "" => String::new(),
        sid => format!("&sid={sid}"),
    };
    let head = format!(
        "{method} /socket.io/?EIO=4&transport=polling{sid} HTTP/1.1\r\nhost: {address}\r\n\
         origin: http://{address}\r\ncookie: {cookie}\r\ncontent-type: text/plain\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream
        .write_all(&[head.as_bytes(), body].concat())
        .await
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// The status of the response to a handshake.
async fn handshake(
    address: std::net::SocketAddr,
    transport: &str,
    origin: &str,
    cookie: &str,
) -> u16 {
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    let mut stream = BufReader::new(tokio::net::TcpStream::connect(address).await.unwrap());
    let mut request =
        format!("GET /socket.io/?EIO=4&transport={transport} HTTP/1.1\r\nhost: {address}\r\n");
    if transport == "websocket" {
        request += "connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n";
        request += "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    }
    if !origin.is_empty() {
        request += &format!("origin: {origin}\r\n");
    }
    if !cookie.is_empty() {
        request += &format!("cookie: {cookie}\r\n");
    }
    stream
        .write_all(format!("{request}\r\n").as_bytes())
        .await
        .unwrap();
    let mut line = String::new();
    stream.read_line(&mut line).await.unwrap();
    line.split(' ').nth(1).unwrap().parse().unwrap()
}
