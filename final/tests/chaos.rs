//! Programs are killed under load, again and again.

use crate::support::{Chat, Client, Servers, check_sent, each_database};
use macro_rules_attribute::apply;
use tokio::sync::watch;

/// How many programs share a PostgreSQL database.
const SERVERS: usize = 3;
/// How often one of them is killed.
const KILLS: usize = 8;
/// How many messages are acknowledged before the next one is killed.
const BETWEEN_KILLS: usize = 60;
const NAMES: [&str; 6] = ["Ada", "Bob", "Eve", "Joe", "Kim", "Lea"];

#[apply(each_database!)]
#[flavor = "multi_thread"]
async fn a_program_that_is_killed_under_load_keeps_every_acknowledged_message_once_and_in_order(
    chat: Chat,
) {
    let count = chat.database_url().map_or(1, |_| SERVERS);
    let (mut servers, clients) = Servers::start(&chat, count, NAMES).await;
    let acknowledged = watch::Sender::new(0);
    let stop = watch::Sender::new(false);
    let writers =
        clients.map(|client| tokio::spawn(write(client, acknowledged.clone(), stop.subscribe())));
    for kill in 1..=KILLS {
        let mut progress = acknowledged.subscribe();
        let is_enough = |count: &usize| *count >= kill * BETWEEN_KILLS;
        progress.wait_for(is_enough).await.unwrap();
        let process = kill % count;
        // One client of each pair goes on elsewhere, as behind a proxy.
        servers.move_to(process, (process + 1) % count);
        servers.kill_and_restart(process);
    }
    stop.send_replace(true);
    let mut clients = Vec::new();
    for writer in writers {
        clients.push(writer.await.unwrap());
    }
    check(&mut clients).await;
    drop(servers);
}

/// Sends one message after the other until the stop signal, and waits until the last one is
/// acknowledged.
async fn write(
    mut client: Client,
    acknowledged: watch::Sender<usize>,
    stop: watch::Receiver<bool>,
) -> Client {
    while !*stop.borrow() {
        let before = client.sent.len();
        client.send(1, &format!("message {before}"), None).await;
        while client.sent.len() == before {
            if !client.receive().await {
                client.connect().await;
            }
        }
        acknowledged.send_modify(|count| *count += 1);
    }
    client.settle().await;
    client
}

async fn check(clients: &mut [Client]) {
    let mut fresh = clients[0].fresh();
    fresh.settle().await;
    let expected = fresh.shown(1);
    let sent: usize = clients.iter().map(|client| client.sent.len()).sum();
    assert!(sent >= KILLS * BETWEEN_KILLS);
    assert_eq!(expected.len(), sent);
    for client in clients {
        client.settle().await;
        // A change on another server arrives a moment later.
        client.receive_up_to(1, fresh.known(1)).await;
        assert_eq!(client.shown(1), expected, "{}", client.name);
        check_sent(client, &expected);
    }
}
