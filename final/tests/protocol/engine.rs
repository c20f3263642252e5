//! Engine.IO 4: sessions, transports, heartbeat, upgrade.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::join;

use super::wire::{POLLING, SEPARATOR, WEBSOCKET, on_each_server};

/// As the open packet has them.
const PING_INTERVAL: Duration = Duration::from_secs(25);
const PING_TIMEOUT: Duration = Duration::from_secs(20);

#[tokio::test]
async fn polling_begins_with_an_open_packet() {
    on_each_server(async |server| {
        let opened = server.request("GET", POLLING, "").await;
        assert_eq!(opened.status, 200);
        assert!(opened.content_type.starts_with("text/plain"), "{opened:?}");
        check_open(opened.packets()[0], json!(["websocket"]));
    })
    .await;
}

#[tokio::test]
async fn a_websocket_begins_with_an_open_packet() {
    on_each_server(async |server| {
        let mut socket = server.websocket(WEBSOCKET).await.unwrap();
        check_open(&socket.next().await.unwrap(), json!([]));
    })
    .await;
}

fn check_open(packet: &str, upgrades: Value) {
    let mut open: Value = serde_json::from_str(packet.strip_prefix('0').unwrap()).unwrap();
    let sid = open["sid"].take();
    assert!(!sid.as_str().unwrap().is_empty());
    let expected = json!({
        "sid": null, "upgrades": upgrades,
        "pingInterval": 25_000, "pingTimeout": 20_000, "maxPayload": 65_536,
    });
    assert_eq!(open, expected);
}

#[tokio::test]
async fn a_request_that_makes_no_sense_is_refused_with_a_code() {
    on_each_server(async |server| {
        let unknown = format!("{POLLING}&sid=AAAAAAAAAAAAAAHs");
        let odd = format!("{POLLING}&sid=no-session");
        for (method, query, code) in [
            ("GET", "", "5"),
            ("GET", "EIO=4", "0"),
            ("GET", "EIO=4&transport=pigeon", "0"),
            ("GET", "EIO=4&transport=", "0"),
            ("GET", &unknown, "1"),
            ("POST", &unknown, "1"),
            ("GET", &odd, "1"),
            ("POST", POLLING, "2"),
            ("PUT", POLLING, "2"),
            ("DELETE", POLLING, "2"),
            ("GET", "transport=polling", "5"),
            ("GET", "EIO=3&transport=polling", "5"),
            ("GET", "EIO=5&transport=polling", "5"),
            ("GET", "EIO=four&transport=polling", "5"),
        ] {
            let refused = server.request(method, query, "").await;
            assert_eq!(refused.status, 400, "{method} {query}: {refused:?}");
            assert_eq!(refused.code(), code, "{method} {query}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_websocket_that_makes_no_sense_is_refused() {
    on_each_server(async |server| {
        for query in [
            "transport=websocket",
            "EIO=3&transport=websocket",
            "EIO=4",
            "EIO=4&transport=pigeon",
            "EIO=4&transport=websocket&sid=no-session",
        ] {
            assert_eq!(server.websocket(query).await.err(), Some(400), "{query}");
        }
        // A plain request is no WebSocket.
        let refused = server.request("GET", WEBSOCKET, "").await;
        assert_eq!(refused.status, 400, "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn a_session_knows_only_get_and_post() {
    on_each_server(async |server| {
        let session = server.poll().await;
        for method in ["PUT", "PATCH", "DELETE"] {
            let refused = server.request(method, &session.query(), "").await;
            assert_eq!(refused.status, 400, "{method}: {refused:?}");
        }
        assert!(session.is_open().await);
    })
    .await;
}

#[tokio::test]
async fn polling_goes_on_while_pings_are_answered() {
    on_each_server(async |server| {
        let session = server.poll_connected().await;
        for _ in 0..3 {
            server.pass(PING_INTERVAL).await;
            session.next_with("2").await;
            let posted = session.post("3").await;
            assert_eq!((posted.status, &*posted.body), (200, "ok"));
        }
        assert!(session.is_open().await);
    })
    .await;
}

#[tokio::test]
async fn polling_without_pongs_times_out() {
    on_each_server(async |server| {
        let session = server.poll_connected().await;
        server.pass(PING_INTERVAL).await;
        session.next_with("2").await;
        server.pass(PING_TIMEOUT).await;
        while session.get().await.status == 200 {}
        let refused = session.get().await;
        assert_eq!((refused.status, refused.code()), (400, json!("1")));
    })
    .await;
}

#[tokio::test]
async fn a_websocket_stays_open_while_pings_are_answered() {
    on_each_server(async |server| {
        let mut socket = server.connect().await;
        for _ in 0..3 {
            server.pass(PING_INTERVAL).await;
            assert_eq!(socket.next_with("2").await.as_deref(), Some("2"));
            socket.send("3").await;
            // The server has read the pong, too.
            assert!(socket.responds().await);
        }
    })
    .await;
}

#[tokio::test]
async fn a_websocket_without_pongs_times_out() {
    on_each_server(async |server| {
        let mut socket = server.connect().await;
        server.pass(PING_INTERVAL).await;
        assert_eq!(socket.next_with("2").await.as_deref(), Some("2"));
        server.pass(PING_TIMEOUT).await;
        socket.end_silently().await;
    })
    .await;
}

#[tokio::test]
async fn one_request_carries_several_packets() {
    on_each_server(async |server| {
        let session = server.poll_connected().await;
        let packets = [r#"421["no:such",{}]"#, r#"422["no:such",{}]"#];
        let posted = session.post(&packets.join(&SEPARATOR.to_string())).await;
        assert_eq!((posted.status, &*posted.body), (200, "ok"));
        let mut missing = vec!["431[", "432["];
        while !missing.is_empty() {
            let response = session.get().await;
            assert_eq!(response.status, 200, "{response:?}");
            let packets = response.packets();
            missing.retain(|start| !packets.iter().any(|packet| packet.starts_with(start)));
        }
    })
    .await;
}

#[tokio::test]
async fn one_response_carries_several_packets() {
    on_each_server(async |server| {
        let session = server.poll().await;
        session.post("40").await;
        session.post("40/random").await;
        // The ping, the namespace that was joined, and the one that was refused.
        assert!(session.get().await.packets().len() >= 2);
    })
    .await;
}

#[tokio::test]
async fn bytes_travel_in_base64_over_polling() {
    on_each_server(async |server| {
        let session = server.poll_connected().await;
        if !server.takes_bytes() {
            return;
        }
        let event = r#"451-7["no:such",{"_placeholder":true,"num":0}]"#;
        let posted = session.post(&format!("{event}{SEPARATOR}bAQID")).await;
        assert_eq!(posted.status, 200);
        assert!(session.next_with("437").await.contains("error"));
    })
    .await;
}

#[tokio::test]
async fn packets_that_cannot_be_read_end_a_polling_session() {
    on_each_server(async |server| {
        for packets in ["abc", "9", "b!", "0", &format!("3{SEPARATOR}x")] {
            let session = server.poll().await;
            let refused = session.post(packets).await;
            assert_eq!(refused.status, 400, "{packets:?}: {refused:?}");
            assert!(!session.is_open().await, "{packets:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn packets_of_an_upgrade_are_refused_over_polling() {
    on_each_server(async |server| {
        let session = server.poll().await;
        for packet in ["2probe", "3probe", "5", "6"] {
            let refused = session.post(packet).await;
            assert_eq!(refused.status, 400, "{packet}: {refused:?}");
            assert!(session.is_open().await, "{packet}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    on_each_server(async |server| {
        let session = server.poll().await;
        let refused = session.post(&format!("4{}", "x".repeat(65_536))).await;
        assert_eq!(refused.status, 413, "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn a_second_poll_at_once_ends_the_session() {
    on_each_server(async |server| {
        let session = server.poll().await;
        session.next_with("2").await;
        let (one, other) = join!(session.get(), session.get());
        let mut statuses = [one.status, other.status];
        statuses.sort();
        assert_eq!(statuses, [200, 400], "{one:?} {other:?}");
        assert!([one.body, other.body].contains(&"1".to_owned()));
        assert!(!session.is_open().await);
    })
    .await;
}

#[tokio::test]
async fn a_second_post_at_once_arrives_too() {
    on_each_server(async |server| {
        let session = server.poll_connected().await;
        let first = session.post_slowly(r#"421["no:such",{}]"#, async {
            let posted = session.post(r#"422["no:such",{}]"#).await;
            assert_eq!((posted.status, &*posted.body), (200, "ok"));
            session.next_with("432[").await;
        });
        assert_eq!(first.await, 200);
        session.next_with("431[").await;
    })
    .await;
}

#[tokio::test]
async fn a_close_packet_ends_a_polling_session() {
    on_each_server(async |server| {
        let session = server.poll().await;
        session.next_with("2").await;
        let (waiting, posted) = join!(session.get(), session.post("1"));
        assert_eq!((posted.status, &*posted.body), (200, "ok"));
        // It does not wait until it times out. It may also have come too late.
        assert!(waiting.body == "6" || waiting.status == 400, "{waiting:?}");
        let refused = session.get().await;
        assert_eq!((refused.status, refused.code()), (400, json!("1")));
    })
    .await;
}

#[tokio::test]
async fn a_websocket_ends_with_a_close_packet_or_a_packet_that_cannot_be_read() {
    on_each_server(async |server| {
        for packet in ["1", "abc", "", "9", "0", "6", "5", "2probe", "b!"] {
            let mut socket = server.open().await;
            socket.send(packet).await;
            socket.end().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_session_moves_from_polling_to_a_websocket() {
    on_each_server(async |server| {
        let session = server.poll_connected().await;
        let query = format!("{WEBSOCKET}&sid={}", session.sid);
        let mut socket = server.websocket(&query).await.unwrap();
        socket.send("2probe").await;
        assert_eq!(socket.next().await.as_deref(), Some("3probe"));
        // A poll that waits now ends at once.
        assert_eq!(session.next_with("6").await, "6");
        socket.send("5").await;
        assert!(socket.responds().await);
        let refused = session.get().await;
        assert_eq!(refused.status, 400, "{refused:?}");
        assert!(socket.responds().await);
    })
    .await;
}

#[tokio::test]
async fn a_websocket_for_a_session_that_has_one_leaves_the_first_alone() {
    on_each_server(async |server| {
        let mut socket = server.websocket(WEBSOCKET).await.unwrap();
        let open = socket.next().await.unwrap();
        let open: Value = serde_json::from_str(&open[1..]).unwrap();
        let query = format!("{WEBSOCKET}&sid={}", open["sid"].as_str().unwrap());
        match server.websocket(&query).await {
            Ok(mut second) => second.end().await,
            Err(status) => assert_eq!(status, 400),
        }
        assert!(socket.is_open().await);
    })
    .await;
}

#[tokio::test]
async fn an_upgrade_that_fails_ends_the_session() {
    on_each_server(async |server| {
        for packet in ["2probe", "2", "5", "4hello", "abc"] {
            let session = server.poll_connected().await;
            let query = format!("{WEBSOCKET}&sid={}", session.sid);
            let mut socket = server.websocket(&query).await.unwrap();
            socket.send(packet).await;
            socket.close().await;
            socket.end().await;
            while session.is_open().await {}
        }
    })
    .await;
}
