//! What people say, and who hears it.

mod support;

use insta::assert_snapshot;
use serde_json::json;
use support::{on_each_database, start};

#[tokio::test]
async fn a_message_reaches_everyone_in_the_channel() {
    on_each_database(async |chat| {
        let mut room = start(&chat, ["Ada", "Bob"]).await;
        room.step("Ada says hello")
            .ask(
                "Ada",
                "message:send",
                json!({ "channel": 1, "clientId": "a1", "body": "Hello **Bob**" }),
            )
            .await;
        assert_snapshot!("message_reaches_everyone", room.tape());
    })
    .await;
}
