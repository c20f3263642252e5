//! A test that fails says why, and shows the tape so far.

use crate::app;
use std::time::Duration;

use axum::Router;
use insta::assert_snapshot;
use serde_json::json;
use socketioxide::SocketIo;
use socketioxide::handler::ConnectHandler;
use testkit::{Recorder, Transport};

/// Missed on purpose, so short.
const SOON: Duration = Duration::from_millis(50);

/// Runs a recording that must fail, in a task of its own, and returns its words.
async fn failure(recording: impl Future<Output = ()> + Send + 'static) -> String {
    let ended = tokio::spawn(recording).await;
    let Err(error) = ended else {
        panic!("the recording should have failed");
    };
    match error.into_panic().downcast() {
        Ok(words) => *words,
        Err(_) => panic!("the recording failed without words"),
    }
}

/// A chat that lets nobody in.
fn closed_app() -> Router {
    async fn welcome() {}
    async fn refuse() -> Result<(), &'static str> {
        Err("closed today")
    }
    let (layer, io) = SocketIo::new_layer();
    io.ns("/", welcome.with(refuse));
    Router::new().layer(layer)
}

/// Ada is connected before the deadline becomes short: on a busy machine
/// that may take a moment.
async fn ada_and_an_impatient_recorder() -> Recorder {
    let mut room = Recorder::start(app::app()).await;
    room.connect(["Ada"]).await;
    room.with_deadline(SOON)
}

#[tokio::test]
async fn a_request_without_an_ack_fails_with_a_hint_and_the_tape() {
    let words = failure(async {
        let mut room = ada_and_an_impatient_recorder().await;
        room.step("Nobody answers")
            .request("Ada", "room:ignore", json!({ "please": true }))
            .await;
    });
    assert_snapshot!(words.await, @r#"
    Ada requested room:ignore and got no ack within 0.05 s. Does the handler acknowledge in every branch? The tape so far:

    == (preparation)
    Ada <- socket:welcome {"id":"[socket 1]"}

    == Nobody answers
    Ada -> room:ignore {"please":true}
    "#);
}

#[tokio::test]
async fn an_event_that_does_not_come_fails() {
    let words = failure(async {
        let mut room = ada_and_an_impatient_recorder().await;
        room.step("Ada waits")
            .wait_for("Ada", "socket:welcome")
            .await;
    });
    // The welcome came in the preparation, not in this step.
    assert_snapshot!(words.await, @r#"
    Ada waited for socket:welcome and did not receive it within 0.05 s. Does the server send it to this client? The tape so far:

    == (preparation)
    Ada <- socket:welcome {"id":"[socket 1]"}

    == Ada waits
    "#);
}

#[tokio::test]
async fn one_event_too_few_fails_the_wait_for_all() {
    let words = failure(async {
        let mut room = ada_and_an_impatient_recorder().await;
        room.connect(["Bob"]).await;
        room.request("Bob", "room:flood", json!(null)).await;
        room.wait_for_all("Ada", "room:drop", 101).await;
    });
    assert!(words.await.starts_with(
        "Ada waited for room:drop and did not receive it within 0.05 s. Does the server send it to this client?"
    ));
}

#[tokio::test]
async fn a_connection_that_stays_fails_the_wait_for_its_end() {
    let words = failure(async {
        let mut room = ada_and_an_impatient_recorder().await;
        room.wait_for_disconnect("Ada").await;
    });
    assert!(words.await.starts_with(
        "Ada waited to be disconnected and was not within 0.05 s. Does the server end the connection?"
    ));
}

#[tokio::test]
async fn an_end_of_the_connection_fails_what_waits_on_it() {
    let words = failure(async {
        let mut room = Recorder::start(app::app()).await;
        room.connect(["Ada"]).await;
        room.send_raw("Ada", "42nonsense").await;
        room.wait_for("Ada", "message:created").await;
    });
    assert!(words.await.starts_with(
        "Ada waited for message:created and did not receive it: the server ended the connection."
    ));
}

#[tokio::test]
async fn a_refused_join_fails_with_the_answer() {
    let words = failure(async {
        let mut room = Recorder::start(app::app()).await;
        room.join(["Eve"]).await;
    });
    assert!(
        words
            .await
            .starts_with(r#"Eve may not join: {"error":{"code":"name-taken"}}."#)
    );
}

#[tokio::test]
async fn a_name_is_used_once_and_only_when_connected() {
    let unknown = failure(async {
        let mut room = Recorder::start(app::app()).await;
        room.emit("Ada", "message:draft", json!(null)).await;
    });
    assert!(
        unknown
            .await
            .starts_with("No client is named Ada: connect it first.")
    );

    let twice = failure(async {
        let mut room = Recorder::start(app::app()).await;
        room.connect(["Ada", "Ada"]).await;
    });
    assert!(twice.await.starts_with("Ada is connected already."));

    let ended = failure(async {
        let mut room = Recorder::start(app::app()).await;
        room.connect(["Ada", "Bob"]).await;
        room.request("Ada", "user:kick", json!(null)).await;
        room.request("Bob", "room:inspect", json!(null)).await;
    });
    assert!(
        ended
            .await
            .starts_with("The server has ended the connection of Bob.")
    );
}

#[tokio::test]
async fn a_server_that_is_not_there_fails_the_connecting() {
    let words = failure(async {
        let gone = Recorder::start(app::app()).await.address();
        tokio::task::yield_now().await;
        let mut room = Recorder::attach(gone, Transport::WebSocket).await;
        room.connect(["Ada"]).await;
    });
    assert!(
        words
            .await
            .starts_with("Could not connect Ada over websocket: Connection refused")
    );
}

#[tokio::test]
async fn a_refused_connection_fails_with_the_reason() {
    let words = failure(async {
        let mut room = Recorder::start(closed_app()).await;
        room.connect(["Ada"]).await;
    });
    let words = words.await;
    let start = r#"Ada may not connect: {"message":"closed today"}."#;
    assert!(words.starts_with(start), "{words}");
}

#[tokio::test]
async fn a_server_without_sockets_fails_the_connecting() {
    for (transport, name) in [
        (Transport::WebSocket, "websocket"),
        (Transport::Polling, "polling"),
    ] {
        let words = failure(async move {
            let mut room = Recorder::start_over(Router::new(), transport).await;
            room.connect(["Ada"]).await;
        });
        let words = words.await;
        let start = format!("Could not connect Ada over {name}: ");
        assert!(
            words.starts_with(&start) && words.contains("404"),
            "{words}"
        );
    }
}
