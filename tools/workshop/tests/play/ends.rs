//! Tests how a chat that the workshop has started ends, and what the page shows then.

use std::{
    io::{self, Read},
    net::TcpStream,
    time::Duration,
};

use serde_json::json;

use super::tool::Tool;
use crate::common::Repository;

/// Only reached by a test that would otherwise never end.
const PATIENCE: Duration = Duration::from_secs(30);
const CHAT: &str = "work/chat/Cargo.toml";
const MANIFEST: &str = "[package]\nname = \"my-chat\"\nversion = \"0.0.0\"\nedition = \"2024\"\n";
/// Listens, but never answers.
const LISTENS: &str = r#"fn main() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    println!("Make Chat is at http://{}", listener.local_addr().unwrap());
    let _held: Vec<_> = listener.incoming().collect();
}"#;

fn with_chat(main: &str) -> Repository {
    let repository = Repository::new();
    repository.write(CHAT, MANIFEST);
    repository.write("work/chat/src/main.rs", main);
    repository
}

fn tool_in(repository: &Repository) -> Tool {
    Tool::run(&mut repository.command("", &["serve", "--port", "0"]))
}

/// Waits until the other end closes the connection.
async fn until_closed(mut connection: TcpStream) {
    connection.set_read_timeout(Some(PATIENCE)).unwrap();
    let read = tokio::task::spawn_blocking(move || connection.read(&mut [0]));
    let read = read.await.unwrap().map_err(|error| error.kind());
    // A reset also counts as an end; a timeout does not.
    assert!(
        matches!(read, Ok(0) | Err(io::ErrorKind::ConnectionReset)),
        "{read:?}"
    );
}

#[tokio::test]
async fn it_ends_when_the_page_is_closed() {
    let repository = with_chat(LISTENS);
    let tool = tool_in(&repository);
    let mut page = tool.play("my-chat").await;
    let chat = TcpStream::connect(page.address_of_chat().await).unwrap();
    page.leaves().await;
    until_closed(chat).await;
}

#[tokio::test]
async fn it_ends_with_the_tool() {
    let repository = with_chat(LISTENS);
    let tool = tool_in(&repository);
    let mut page = tool.play("my-chat").await;
    let chat = page.address_of_chat().await;
    let user = page.address_of_a().await;
    TcpStream::connect(chat).unwrap();
    tool.interrupt();
    assert!(TcpStream::connect(chat).is_err());
    assert!(TcpStream::connect(user).is_err());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn it_ends_when_the_tool_is_killed() {
    let repository = with_chat(LISTENS);
    let tool = tool_in(&repository);
    let mut page = tool.play("my-chat").await;
    let chat = TcpStream::connect(page.address_of_chat().await).unwrap();
    tool.kill();
    until_closed(chat).await;
}

#[tokio::test]
async fn it_can_be_stopped_and_started_again() {
    let repository = with_chat(LISTENS);
    let tool = tool_in(&repository);
    let mut page = tool.play("my-chat").await;
    let chat = TcpStream::connect(page.address_of_chat().await).unwrap();
    page.asks("play:stop", json!({})).await;
    page.until("ended").await;
    until_closed(chat).await;
    page.starts("my-chat").await;
    page.until("running").await;
}

#[tokio::test]
async fn a_panic_is_shown() {
    let panics = LISTENS.replace("let _held", "panic!(\"out of tea\");\n    let _held");
    let repository = with_chat(&panics);
    let tool = tool_in(&repository);
    let mut page = tool.play("my-chat").await;
    let state = page.until("ended").await;
    assert_eq!(state["reason"], "It ended (exit status: 101).");
    page.until_log("out of tea").await;
}

#[tokio::test]
async fn what_does_not_compile_is_shown() {
    let repository = with_chat("fn main() { tea }");
    let tool = tool_in(&repository);
    let mut page = tool.play("my-chat").await;
    let state = page.until("ended").await;
    let reason = "It ended before it said where it listens (exit status: 101).";
    assert_eq!(state["reason"], reason);
    page.until_log("cannot find value `tea`").await;
}
