//! Tests that read like a conversation.
//!
//! A [`Recorder`] runs a chat server, connects named clients to it over a real
//! socket, and writes down what each of them sends and receives. The result is
//! a text, the *tape*, that a snapshot test compares with the one that was
//! approved.
//!
//! ```
//! #[tokio::test]
//! async fn a_message_reaches_everyone() {
//!     let mut room = Recorder::start(chat::app()).await;
//!     room.join(["Ada", "Bob"]).await;
//!     room.step("Ada says hello")
//!         .request("Ada", "message:send", json!({ "body": "hello" }))
//!         .await;
//!     assert_snapshot!(room.tape());
//! }
//! ```
//!
//! ```text
//! == Ada says hello
//! Ada -> message:send {"body":"hello"}
//! Ada <- message:created {"author":"Ada","body":"hello","id":1,"sentAt":"[time]"}
//! Ada <- ack {"ok":{"id":1}}
//! Bob <- message:created {"author":"Ada","body":"hello","id":1,"sentAt":"[time]"}
//! ```
//!
//! Connecting and joining happened before the first step: that is preparation
//! and is not printed. A tape is grouped by step, then by client in the order
//! of names, and the lines of one client stand in the order they happened, so
//! the tape is the same on every run. Nothing in it depends on how fast the
//! machine is: after every ask the recorder lets all clients catch up, see
//! [`Recorder::barrier`].

mod client;
mod connection;
mod conversation;
mod handshake;
mod http;
mod message;
mod packet;
mod polling;
mod process;
mod recorder;
mod redact;
mod server;
mod tape;
mod transport;
mod websocket;
mod wire;

pub use http::Page;
pub use process::Program;
pub use recorder::Recorder;
pub use transport::Transport;
