//! Several people who write at once.

use crate::support::{Client, Server, on_each_database};

#[tokio::test]
async fn two_writers_are_read_in_the_same_order_by_everyone() {
    on_each_database(async |chat| {
        let names = ["Ada", "Bob", "Eve", "Joe"];
        let (_server, [mut ada, mut bob, eve, joe]) = Server::start_with(&chat, names).await;
        tokio::join!(write(&mut ada, 200), write(&mut bob, 200));
        let everything: Vec<i64> = (1..=400).collect();
        let mut shown = Vec::new();
        for mut reader in [ada, bob, eve, joe] {
            reader.settle().await;
            assert_eq!(told(&reader), everything, "{}", reader.name);
            shown.push(reader.feeds[&1].shown());
        }
        assert!(shown.iter().all(|messages| *messages == shown[0]));
    })
    .await;
}

async fn write(client: &mut Client, count: usize) {
    for number in 0..count {
        client
            .send(1, &format!("{number} of {}", client.name), None)
            .await;
        client.catch_up().await;
    }
}

/// The places of the messages, in the order in which this window was told.
fn told(client: &Client) -> Vec<i64> {
    let created = client
        .events
        .iter()
        .filter(|(name, _)| name == "message:created");
    created
        .map(|(_, event)| event["message"]["number"].as_i64().unwrap())
        .collect()
}
