//! The content of a tape.

use crate::app;
use crate::both::over_both_transports;
use insta::assert_snapshot;
use serde_json::{Value, json};
use testkit::Recorder;

#[tokio::test]
async fn a_tape_is_grouped_by_step_and_then_by_client() {
    let mut room = Recorder::start(app::app()).await;
    room.connect(["Bob", "Ada"]).await;
    room.step("Ada says hello")
        .request("Ada", "message:send", json!({ "body": "hello" }))
        .await;
    room.step("Nobody does anything");
    room.step("Bob answers")
        .request("Bob", "message:send", json!({ "body": "hello Ada" }))
        .await;
    assert_snapshot!(room.tape(), @r#"
    == Ada says hello
    Ada -> message:send {"body":"hello"}
    Ada <- message:created {"author":"[socket 2]","body":"hello","sentAt":"[time]"}
    Ada <- ack {"ok":{"id":1}}
    Bob <- message:created {"author":"[socket 2]","body":"hello","sentAt":"[time]"}

    == Nobody does anything

    == Bob answers
    Ada <- message:created {"author":"[socket 1]","body":"hello Ada","sentAt":"[time]"}
    Bob -> message:send {"body":"hello Ada"}
    Bob <- message:created {"author":"[socket 1]","body":"hello Ada","sentAt":"[time]"}
    Bob <- ack {"ok":{"id":1}}
    "#);
}

#[tokio::test]
async fn both_transports_produce_the_same_tape() {
    let tape = over_both_transports(async |room| {
        room.step("Ada connects").connect(["Ada"]).await;
        room.step("Bob joins").join(["Bob"]).await;
        room.step("Ada looks around")
            .request("Ada", "room:inspect", json!(null))
            .await;
        room.step("Bob types");
        room.emit("Bob", "message:draft", json!(null)).await;
        room.wait_for("Ada", "message:drafted").await;
        room.step("Ada sends everyone away")
            .request("Ada", "user:kick", json!(null))
            .await;
    })
    .await;
    assert_snapshot!(tape, @r#"
    == Ada connects
    Ada <- socket:welcome {"id":"[socket 1]"}

    == Bob joins
    Ada <- user:joined {"name":"Bob"}
    Bob <- socket:welcome {"id":"[socket 2]"}
    Bob -> user:join {"name":"Bob"}
    Bob <- ack {"ok":null}

    == Ada looks around
    Ada -> room:inspect
    Ada <- room:transport {"transport":"[transport]"}
    Ada <- room:several 1 {"a":1,"b":2}
    Ada <- room:nothing null
    Ada <- room:time ["[time]","2026-01-02 03:04"]
    Ada <- ack "[socket 1]"

    == Bob types
    Ada <- message:drafted {"by":"[socket 2]"}
    Bob -> message:draft

    == Ada sends everyone away
    Ada -> user:kick
    Ada <- ack {"ok":true}
    Bob <- disconnect
    "#);
}

#[tokio::test]
async fn preparation_is_received_but_not_printed() {
    let mut room = Recorder::start(app::app()).await;
    room.join(["Ada", "Bob"]).await;
    assert_eq!(room.tape(), "");
    assert_eq!(
        room.received("Ada", "user:joined"),
        [json!({ "name": "Bob" })]
    );
}

#[tokio::test]
async fn received_payloads_are_not_redacted() {
    let mut room = Recorder::start(app::app()).await;
    room.connect(["Ada"]).await;
    let id = room.request("Ada", "room:inspect", json!(null)).await;
    assert_eq!(
        room.received("Ada", "socket:welcome"),
        [json!({ "id": id })]
    );
    assert_eq!(room.received("Ada", "room:nothing"), [json!(null)]);
    assert_eq!(
        room.received("Ada", "room:several"),
        [json!([1, { "a": 1, "b": 2 }])]
    );
    assert_eq!(room.received("Ada", "ack"), [id]);
    assert!(room.received("Bob", "anything").is_empty());
}

#[tokio::test]
async fn everything_sent_before_an_ack_is_on_the_tape() {
    over_both_transports(async |room| {
        room.connect(["Ada", "Bob", "Cleo"]).await;
        room.request("Ada", "room:flood", json!(null)).await;
        let drops: Vec<_> = (1..=100).map(|number| json!(number)).collect();
        assert_eq!(room.received("Bob", "room:drop"), drops);
        assert_eq!(room.received("Cleo", "room:drop"), drops);
    })
    .await;
}

#[tokio::test]
async fn many_events_are_awaited_at_once_and_each_once() {
    over_both_transports(async |room| {
        room.connect(["Ada", "Bob", "Cleo"]).await;
        room.emit("Ada", "room:flood", json!(null)).await;
        assert_eq!(room.wait_for("Bob", "room:drop").await, json!(1));
        let drops = room.wait_for_all("Bob", "room:drop", 99).await;
        assert_eq!(drops, (2..=100).map(Value::from).collect::<Vec<_>>());
        assert_eq!(room.received("Cleo", "room:drop").len(), 100);
    })
    .await;
}

#[tokio::test]
async fn many_clients_can_be_in_one_room() {
    let names = std::array::from_fn(|number| format!("Client {number:02}"));
    let names: [&str; 40] = names.each_ref().map(String::as_str);
    over_both_transports(async |room| {
        room.connect(names).await;
        room.request(names[0], "message:send", json!({ "body": "hi" }))
            .await;
        for name in names {
            assert_eq!(room.received(name, "message:created").len(), 1, "{name}");
        }
    })
    .await;
}
