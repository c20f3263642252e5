//! Raw packets, binary packets, events without acks.

use crate::app;
use crate::both::over_both_transports;
use insta::assert_snapshot;
use serde_json::json;
use testkit::Recorder;

#[tokio::test]
async fn a_raw_ask_is_answered_with_an_ack_to_wait_for() {
    let tape = over_both_transports(async |room| {
        room.connect(["Ada"]).await;
        room.step("Ada sends a number for a message")
            .send_raw("Ada", r#"420["message:send",7]"#)
            .await;
        let answer = room.wait_for("Ada", "ack").await;
        assert_eq!(answer["error"]["code"], "bad-payload");
    })
    .await;
    assert_snapshot!(tape, @r#"
    == Ada sends a number for a message
    Ada -> raw 420["message:send",7]
    Ada <- ack {"error":{"code":"bad-payload"}}
    "#);
}

#[tokio::test]
async fn control_characters_in_a_raw_packet_stay_on_one_line() {
    let mut room = Recorder::start(app::app()).await;
    room.connect(["Ada"]).await;
    room.step("Ada breaks the line")
        .send_raw("Ada", "42[\"message:draft\"\n]")
        .await;
    assert!(
        room.tape()
            .ends_with("Ada -> raw 42[\"message:draft\"\\n]\n")
    );
}

#[tokio::test]
async fn bytes_go_out_and_come_back() {
    let tape = over_both_transports(async |room| {
        room.connect(["Ada"]).await;
        room.step("Ada sends a file")
            .send_raw("Ada", r#"451-["file:send",{"_placeholder":true,"num":0}]"#)
            .await
            .send_binary("Ada", &[1, 2, 255])
            .await;
        room.wait_for("Ada", "file:sent").await;
    })
    .await;
    assert_snapshot!(tape, @r#"
    == Ada sends a file
    Ada -> raw 451-["file:send",{"_placeholder":true,"num":0}]
    Ada -> binary [1,2,255]
    Ada <- file:sent [1,2,255]
    "#);
}

#[tokio::test]
async fn an_event_that_came_already_counts_once() {
    over_both_transports(async |room| {
        room.connect(["Ada", "Bob"]).await;
        room.step("Ada writes twice");
        for body in ["first", "second"] {
            room.request("Ada", "message:send", json!({ "body": body }))
                .await;
        }
        for body in ["first", "second"] {
            let message = room.wait_for("Bob", "message:created").await;
            assert_eq!(message["body"], body);
        }
        room.step("Bob types")
            .emit("Bob", "message:draft", json!(null))
            .await;
        room.wait_for("Ada", "message:drafted").await;
    })
    .await;
}
