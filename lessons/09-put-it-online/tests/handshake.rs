//! How a connection begins: the first request and the first answer.

use insta::assert_snapshot;
use testkit::{Page, Recorder, Transport};

use crate::chat;
use crate::program::program;

const PUBLIC_URL: &str = "https://chat.example.org";

#[tokio::test]
async fn over_polling() {
    let room = Recorder::start(chat::app()).await;
    assert_snapshot!(room.handshake(Transport::Polling).await);
}

#[tokio::test]
async fn over_websocket() {
    let room = Recorder::start(chat::app()).await;
    assert_snapshot!(room.handshake(Transport::WebSocket).await);
}

#[tokio::test]
async fn a_page_of_another_site_opens_no_socket() {
    let room = Recorder::run(program()).await;
    for origin in ["https://evil.example", "http://127.0.0.1:1", "null", ""] {
        for transport in ["polling", "websocket"] {
            let page = open_socket(&room, transport, &[("origin", origin)]).await;
            assert_eq!(page.status, 403, "{origin} {transport}");
        }
    }
}

#[tokio::test]
async fn its_own_page_opens_a_socket() {
    let room = Recorder::run(program()).await;
    let own = format!("http://{}", room.address());
    let page = open_socket(&room, "polling", &[("origin", &own)]).await;
    assert_eq!(page.status, 200);
}

#[tokio::test]
async fn behind_a_proxy_its_page_is_at_the_public_url() {
    let typed = "HTTPS://Chat.example.org/";
    let room = Recorder::run(program().flag("--public-url", typed)).await;
    let page = open_socket(&room, "polling", &[("origin", PUBLIC_URL)]).await;
    assert_eq!(page.status, 200);
    let page = open_socket(&room, "polling", &[("origin", "http://chat.example.org")]).await;
    assert_eq!(page.status, 403);
}

#[tokio::test]
async fn nobody_opens_the_chat_under_another_name() {
    let room = Recorder::run(program().flag("--public-url", PUBLIC_URL)).await;
    for host in [
        "evil.example",
        "evil.example:3000",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "ample.org",
        "%",
    ] {
        for path in [
            "/",
            "/client/main.js",
            "/socket.io/?EIO=4&transport=polling",
        ] {
            let page = room.get_with(path, &[("host", host)]).await;
            assert!(
                (400..500).contains(&page.status),
                "{host} {path}: {}",
                page.status
            );
        }
    }
}

#[tokio::test]
async fn an_attack_under_another_name_opens_no_socket() {
    let room = Recorder::run(program()).await;
    let headers = [("host", "evil.example"), ("origin", "http://evil.example")];
    let page = open_socket(&room, "polling", &headers).await;
    assert!((400..500).contains(&page.status), "{}", page.status);
}

#[tokio::test]
async fn its_own_names_open_the_chat() {
    let room = Recorder::run(program().flag("--public-url", PUBLIC_URL)).await;
    for host in [
        "chat.example.org",
        "localhost",
        "localhost:3000",
        "192.168.1.20:3000",
        "[::1]:3000",
        "[::1]",
    ] {
        let page = room.get_with("/", &[("host", host)]).await;
        assert_eq!(page.status, 200, "{host}");
    }
}

/// The first request of a connection.
async fn open_socket(room: &Recorder, transport: &str, headers: &[(&'static str, &str)]) -> Page {
    let path = format!("/socket.io/?EIO=4&transport={transport}");
    room.get_with(&path, headers).await
}
