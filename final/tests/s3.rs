//! Uploads in S3. The keys come from the environment, so the program runs as a process of its own.

use std::{net::SocketAddr, process::Command};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    response::Response,
};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::support::{Browser, Chat, Process, S3, each_database, program};
use macro_rules_attribute::apply;

#[apply(each_database!)]
#[flavor = "multi_thread"]
async fn uploads_are_kept_in_s3_and_players_can_seek_in_them(chat: Chat) {
    let s3 = S3::start().await;
    let process = Process::start_as(with_keys(&chat, &s3));
    let mut ada = browser_of(process.address);
    ada.sign_up("Ada", "correct horse").await;
    // More than one part of an upload to S3.
    let bytes: Vec<u8> = (0..6_000_000_u32).map(|n| (n / 7) as u8).collect();
    let file = ada.uploaded(&bytes).await;
    let (url, id) = (file["url"].as_str().unwrap(), file["id"].as_str().unwrap());
    assert_eq!(s3.objects.keys(), [format!("chat/files/{id}")]);
    assert!(chat.files().is_empty());
    assert_eq!(ada.get(url).await.bytes, bytes);
    ada.headers = vec![("range", "bytes=5000000-5000099".to_owned())];
    let page = ada.get(url).await;
    assert_eq!(page.status, 206);
    assert_eq!(
        page.header("content-range"),
        Some("bytes 5000000-5000099/6000000")
    );
    assert_eq!(page.bytes, bytes[5_000_000..5_000_100]);
}

#[apply(each_database!)]
#[flavor = "multi_thread"]
async fn an_s3_that_refuses_is_told_at_the_start(chat: Chat) {
    let s3 = S3::start().await;
    let mut program = with_keys(&chat, &s3);
    let output = program.env("AWS_ACCESS_KEY_ID", "other").output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(errors.contains("check --files-url"));
    assert!(!errors.contains("secret"), "{errors}");
}

/// The program with the data of this chat, and its files in this S3.
fn with_keys(chat: &Chat, s3: &S3) -> Command {
    let mut program = program();
    program.args(chat.flags());
    program.args(["--files-url", "s3://bucket/chat/files"]);
    program
        .env("AWS_ENDPOINT", format!("http://{}", s3.address))
        .env("AWS_ALLOW_HTTP", "true")
        .env("AWS_REGION", "here")
        .env("AWS_ACCESS_KEY_ID", "key")
        .env("AWS_SECRET_ACCESS_KEY", "secret");
    program
}

/// A browser that sends its requests to a running program.
fn browser_of(address: SocketAddr) -> Browser {
    Browser::new(Router::new().fallback(forward).with_state(address))
}

async fn forward(State(address): State<SocketAddr>, request: Request) -> Response {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender.send_request(request).await.unwrap().map(Body::new)
}
