//! Plain HTTP: pages, and the handshake as text.

use crate::app;
use insta::assert_snapshot;
use testkit::{Recorder, Transport};

#[tokio::test]
async fn a_page_has_a_status_headers_and_a_body() {
    let room = Recorder::start(app::app()).await;
    let page = room.get("/hello").await;
    assert_eq!((page.status, page.body.as_str()), (200, "Hello!"));
    assert_eq!(page.header("X-Lesson"), Some("01"));
    assert_eq!(page.header("x-missing"), None);
    assert_eq!(room.get("/nothing").await.status, 404);
}

#[tokio::test]
async fn a_websocket_handshake_is_an_upgrade() {
    let room = Recorder::start(app::app()).await;
    assert_snapshot!(room.handshake(Transport::WebSocket).await, @"
    GET /socket.io/?EIO=4&transport=websocket HTTP/1.1
    host: [address]
    connection: Upgrade
    upgrade: websocket
    sec-websocket-version: 13
    sec-websocket-key: [key]

    HTTP/1.1 101 Switching Protocols
    upgrade: websocket
    connection: Upgrade
    sec-websocket-accept: [accept]
    date: [date]
    ");
}

#[tokio::test]
async fn a_polling_handshake_is_a_request_like_any_other() {
    let room = Recorder::start(app::app()).await;
    assert_snapshot!(room.handshake(Transport::Polling).await, @r#"
    GET /socket.io/?EIO=4&transport=polling HTTP/1.1
    host: [address]

    HTTP/1.1 200 OK
    content-length: 113
    content-type: text/plain; charset=UTF-8
    date: [date]

    0{"sid":"[socket 1]","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100000}
    "#);
}
