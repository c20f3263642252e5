//! Several people who write at once.

use crate::support::{Client, Server, on_each_database};

const NAMES: [&str; 6] = ["Ada", "Bob", "Eve", "Joe", "Kim", "Lea"];
/// How much each of them writes.
const EACH: i64 = 60;

#[tokio::test]
async fn writers_at_the_same_time_are_read_in_the_same_order_by_everyone() {
    on_each_database(async |chat| {
        let (_server, [mut ada, mut bob, mut eve, mut joe, mut kim, mut lea]) =
            Server::start_with(&chat, NAMES).await;
        tokio::join!(
            write(&mut ada),
            write(&mut bob),
            write(&mut eve),
            write(&mut joe),
            write(&mut kim),
            write(&mut lea),
        );
        let everything: Vec<i64> = (1..=EACH * 6).collect();
        let mut shown = Vec::new();
        for mut reader in [ada, bob, eve, joe, kim, lea] {
            reader.settle().await;
            assert_eq!(told(&reader), everything, "{}", reader.name);
            shown.push(reader.feeds[&1].shown());
        }
        assert!(shown.iter().all(|messages| *messages == shown[0]));
    })
    .await;
}

async fn write(client: &mut Client) {
    for number in 0..EACH {
        client.send(1, &format!("message {number}"), None).await;
        client.catch_up().await;
    }
}

/// The places of the messages, in the order in which this window was told.
fn told(client: &Client) -> Vec<i64> {
    let created = |(name, _): &&(String, serde_json::Value)| name == "message:created";
    let places = client
        .events
        .iter()
        .filter(created)
        .map(|(_, event)| &event["message"]["number"]);
    places.map(|number| number.as_i64().unwrap()).collect()
}
