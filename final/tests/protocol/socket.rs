//! Socket.IO 5: namespaces, events, acknowledgements, attachments.

use std::time::Duration;

use serde_json::Value;

use super::wire::on_each_server;

/// Longer than either server waits for a client to join a namespace.
const JOIN_TIMEOUT: Duration = Duration::from_secs(45);

#[tokio::test]
async fn the_main_namespace_is_joined_with_and_without_a_payload() {
    on_each_server(async |server| {
        for packet in [
            "40",
            r#"40{"token":"123"}"#,
            "40/,",
            r#"40/,{"token":"123"}"#,
        ] {
            let mut socket = server.open().await;
            socket.send(packet).await;
            let joined = socket.next_with("40").await.unwrap();
            let joined: Value = serde_json::from_str(&joined[2..]).unwrap();
            assert!(joined["sid"].is_string(), "{packet}: {joined}");
            assert!(socket.responds().await, "{packet}");
        }
    })
    .await;
}

#[tokio::test]
async fn another_namespace_is_refused_and_the_connection_goes_on() {
    on_each_server(async |server| {
        let mut socket = server.open().await;
        for packet in ["40/random", "40/random,", r#"40/random,{"token":"123"}"#] {
            socket.send(packet).await;
            let refused = socket.next_with("44").await.unwrap();
            let expected = r#"44/random,{"message":"Invalid namespace"}"#;
            assert_eq!(refused, expected, "{packet}");
        }
        socket.send("40").await;
        socket.next_with("40{").await.unwrap();
        assert!(socket.responds().await);
    })
    .await;
}

#[tokio::test]
async fn a_client_that_joins_nothing_is_disconnected() {
    on_each_server(async |server| {
        let mut socket = server.open().await;
        assert!(socket.is_open().await);
        server.pass(JOIN_TIMEOUT).await;
        socket.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_client_leaves_the_namespace_and_joins_again() {
    on_each_server(async |server| {
        let mut socket = server.connect().await;
        socket.send("41").await;
        socket.send("40").await;
        socket.next_with("40{").await.unwrap();
        assert!(socket.responds().await);
    })
    .await;
}

#[tokio::test]
async fn a_request_is_acknowledged_with_its_own_id() {
    on_each_server(async |server| {
        let mut socket = server.connect().await;
        for id in ["0", "1", "456", "9007199254740991"] {
            socket.send(&format!(r#"42{id}["no:such",{{}}]"#)).await;
            let ack = socket.next_with("43").await.unwrap();
            assert!(ack.starts_with(&format!("43{id}[")), "{id}: {ack}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_event_without_an_id_is_not_acknowledged() {
    on_each_server(async |server| {
        let mut socket = server.connect().await;
        socket.send(r#"42["no:such",{}]"#).await;
        socket.send(r#"427["no:such",{}]"#).await;
        let ack = socket.next_with("43").await.unwrap();
        assert!(ack.starts_with("437["), "{ack}");
    })
    .await;
}

#[tokio::test]
async fn packets_that_cannot_be_read_end_the_connection() {
    on_each_server(async |server| {
        for packet in [
            "4",
            "4abc",
            "49",
            "42",
            "42abc",
            "42{}",
            "42[]",
            "42[7]",
            r#"42["x""#,
            "45",
            "45-[]",
            r#"45x-["x"]"#,
            "43",
            "43x",
            "46-1[]",
        ] {
            let mut socket = server.connect().await;
            socket.send(packet).await;
            socket.end().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_packet_before_joining_ends_the_connection() {
    on_each_server(async |server| {
        for packet in [r#"42["x",{}]"#, r#"421["x",{}]"#, "431[]", "41"] {
            let mut socket = server.open().await;
            socket.send(packet).await;
            socket.end().await;
        }
    })
    .await;
}

#[tokio::test]
async fn an_acknowledgement_that_nobody_waits_for_changes_nothing() {
    on_each_server(async |server| {
        let mut socket = server.connect().await;
        for packet in ["430[]", "43999[1,2]", "439223372036854775807[]"] {
            socket.send(packet).await;
            assert!(socket.responds().await, "{packet}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_event_arrives_with_all_its_attachments() {
    on_each_server(async |server| {
        let mut socket = server.connect().await;
        socket
            .send(r#"452-1["no:such",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#)
            .await;
        socket.send_bytes(b"one").await;
        socket.send_bytes(b"two").await;
        if server.takes_bytes() {
            assert!(socket.next_with("431").await.is_some());
            assert!(socket.responds().await);
        } else {
            socket.end().await;
        }
    })
    .await;
}

#[tokio::test]
async fn bytes_that_no_event_has_announced_end_the_connection() {
    on_each_server(async |server| {
        let mut socket = server.connect().await;
        socket.send_bytes(b"one").await;
        socket.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_text_in_place_of_an_attachment_ends_the_connection() {
    on_each_server(async |server| {
        let mut socket = server.connect().await;
        socket
            .send(r#"451-1["no:such",{"_placeholder":true,"num":0}]"#)
            .await;
        socket.send(r#"42["no:such",{}]"#).await;
        socket.end().await;
    })
    .await;
}

#[tokio::test]
async fn attachments_that_cannot_be_placed_end_the_connection() {
    on_each_server(async |server| {
        for event in [
            r#"451-1["no:such",{"_placeholder":true,"num":7}]"#,
            r#"451-1["no:such",{"_placeholder":true,"num":-1}]"#,
            r#"45999999999-1["no:such",{"_placeholder":true,"num":0}]"#,
            r#"4599999999999999999999-1["no:such"]"#,
            r#"450-1["no:such"]"#,
        ] {
            let mut socket = server.connect().await;
            socket.send(event).await;
            socket.send_bytes(b"one").await;
            // More than 999,999,999 would be needed. The server does not wait for them.
            socket.send_bytes(b"two").await;
            socket.end().await;
        }
    })
    .await;
}
