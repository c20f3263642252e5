//! How connections begin and end.

use crate::app;
use std::time::Duration;

use crate::both::over_both_transports;
use axum::Router;
use insta::assert_snapshot;
use serde_json::json;
use socketioxide::SocketIo;
use testkit::{Recorder, Transport};

const TRANSPORTS: [Transport; 2] = [Transport::WebSocket, Transport::Polling];

#[tokio::test]
async fn others_notice_a_client_that_leaves() {
    let tape = over_both_transports(async |room| {
        room.connect(["Ada", "Bob"]).await;
        room.step("Bob leaves").disconnect("Bob").await;
        room.wait_for("Ada", "user:left").await;
    })
    .await;
    assert_snapshot!(tape, @r#"
    == Bob leaves
    Ada <- user:left {"id":"[socket 2]","reason":"client has manually disconnected the socket from the namespace"}
    Bob -> disconnect
    "#);
}

#[tokio::test]
async fn others_notice_a_lost_connection_at_once() {
    for transport in TRANSPORTS {
        let mut room = Recorder::start_over(app::app(), transport).await;
        room.connect(["Ada", "Bob"]).await;
        room.step("Bob enters a tunnel")
            .drop_connection("Bob")
            .await;
        let left = room.wait_for("Ada", "user:left").await;
        let reason = match transport {
            Transport::WebSocket => "The connection was abruptly closed",
            Transport::Polling => "client gracefully closed the connection",
        };
        assert_eq!(left["reason"], reason);
        assert!(room.tape().ends_with("\nBob -> connection lost\n"));
    }
}

#[tokio::test]
async fn a_clients_requests_carry_the_headers_that_the_test_gives() {
    for transport in TRANSPORTS {
        let mut room = Recorder::start_over(app::app(), transport).await;
        room.send_headers(
            "Ada",
            &[("cookie", "session=7"), ("origin", "http://chat.test")],
        );
        room.connect(["Ada", "Bob"]).await;
        let ada = room.request("Ada", "room:recognise", json!(null)).await;
        let bob = room.request("Bob", "room:recognise", json!(null)).await;
        assert_eq!(ada, json!({ "ok": { "cookie": "session=7" } }));
        assert_eq!(bob, json!({ "ok": { "cookie": null } }));
    }
}

#[tokio::test]
async fn a_client_can_come_back_under_its_name() {
    let tape = over_both_transports(async |room| {
        room.connect(["Ada"]).await;
        room.drop_connection("Ada").await;
        room.step("Ada is back").connect(["Ada"]).await;
    })
    .await;
    assert_snapshot!(tape, @r#"
    == Ada is back
    Ada <- socket:welcome {"id":"[socket 2]"}
    "#);
}

#[tokio::test]
async fn an_end_from_the_server_is_noticed_and_does_not_stop_a_barrier() {
    over_both_transports(async |room| {
        room.connect(["Ada", "Bob"]).await;
        room.step("Ada sends Bob away")
            .request("Ada", "user:kick", json!(null))
            .await;
        room.wait_for_disconnect("Bob").await;
        room.barrier().await;
        assert!(
            room.tape().ends_with("\nBob <- disconnect\n"),
            "{}",
            room.tape()
        );

        room.step("Bob comes back").connect(["Bob"]).await;
        room.request("Bob", "message:send", json!({ "body": "me again" }))
            .await;
        assert_eq!(room.received("Ada", "message:created").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_packet_that_is_no_json_ends_the_connection() {
    let tape = over_both_transports(async |room| {
        room.connect(["Ada"]).await;
        room.step("Ada sends half an event")
            .send_raw("Ada", r#"42["message:send"#)
            .await
            .wait_for_disconnect("Ada")
            .await;
    })
    .await;
    assert_snapshot!(tape, @r#"
    == Ada sends half an event
    Ada -> raw 42["message:send
    Ada <- disconnect
    "#);
}

/// A server that gives up on clients that do not answer its pings.
fn strict_app(patience: Duration) -> Router {
    let (layer, io) = SocketIo::builder()
        .ping_interval(patience / 10)
        .ping_timeout(patience)
        .build_layer();
    io.ns("/", async || {});
    Router::new().layer(layer)
}

#[tokio::test]
async fn pings_are_answered_while_the_test_waits() {
    let patience = Duration::from_millis(500);
    for transport in TRANSPORTS {
        let room = Recorder::start_over(strict_app(patience), transport).await;
        let mut room = room.with_deadline(patience * 2);
        room.connect(["Ada"]).await;
        // Must fail: the connection outlives the server's patience.
        let waiting = tokio::spawn(async move { room.wait_for_disconnect("Ada").await });
        assert!(waiting.await.is_err_and(|error| error.is_panic()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recorder_works_on_several_threads() {
    let tape = over_both_transports(async |room| {
        for name in ["Ada", "Bob"] {
            room.connect([name]).await;
            room.wait_for(name, "socket:welcome").await;
        }
        room.step("Ada writes")
            .request("Ada", "message:send", json!({ "body": "hello" }))
            .await;
    })
    .await;
    assert_eq!(tape.lines().count(), 5, "{tape}");
}

#[tokio::test]
async fn two_recorders_can_share_a_server() {
    let mut here = Recorder::start_over(app::app(), Transport::WebSocket).await;
    let mut there = Recorder::attach(here.address(), Transport::Polling).await;
    here.connect(["Ada"]).await;
    there.connect(["Bob"]).await;
    there
        .step("Bob writes")
        .request("Bob", "message:send", json!({ "body": "from afar" }))
        .await;
    here.step("Ada reads").barrier().await;
    assert_eq!(
        here.received("Ada", "message:created"),
        there.received("Bob", "message:created")
    );
}

#[tokio::test]
async fn the_server_stops_with_its_recorder() {
    let room = Recorder::start(app::app()).await;
    let address = room.address();
    assert_eq!(room.get("/hello").await.status, 200);
    drop(room);
    // The task is told to stop, and gets its turn to do so here.
    tokio::task::yield_now().await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn clients_confirm_when_the_server_asks_unless_they_stay_silent() {
    let tape = over_both_transports(async |room| {
        room.connect(["Ada", "Bob", "Eve"]).await;
        room.stay_silent("Eve");
        room.step("Ada asks the server to ask")
            .request("Ada", "room:poll", json!(null))
            .await;
    })
    .await;
    assert_snapshot!(tape, @r#"
    == Ada asks the server to ask
    Ada -> room:poll
    Ada <- ack [{"ok":{}}]
    Bob <- room:asked 1
    Bob -> ack {"ok":{}}
    Eve <- room:asked 1
    "#);
}
