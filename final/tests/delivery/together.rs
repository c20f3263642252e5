//! Several people who write at the same time.

use crate::support::{Chat, Client, Server, each_database};
use macro_rules_attribute::apply;

const NAMES: [&str; 6] = ["Ada", "Bob", "Eve", "Joe", "Kim", "Lea"];
/// How many messages each of them sends.
const EACH: i64 = 60;

#[apply(each_database!)]
async fn everyone_receives_simultaneous_messages_in_the_same_order(chat: Chat) {
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
        assert_eq!(received(&reader), everything, "{}", reader.name);
        shown.push(reader.shown(1));
    }
    assert!(shown.iter().all(|messages| *messages == shown[0]));
}

async fn write(client: &mut Client) {
    for number in 0..EACH {
        client.send(1, &format!("message {number}"), None).await;
        client.catch_up().await;
    }
}

/// The numbers of the messages, in the order in which this client received them.
fn received(client: &Client) -> Vec<i64> {
    let created = |(name, _): &&(String, serde_json::Value)| name == "message:created";
    let numbers = client
        .events
        .iter()
        .filter(created)
        .map(|(_, event)| &event["message"]["number"]);
    numbers.map(|number| number.as_i64().unwrap()).collect()
}
