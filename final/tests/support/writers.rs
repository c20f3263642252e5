//! People who write while something happens to the servers.

use tokio::{
    sync::{watch, watch::Sender},
    task::JoinHandle,
};

use super::{Client, check_sent};

/// Clients that each send one message after the other.
pub struct Writers {
    tasks: Vec<JoinHandle<Client>>,
    acknowledged: Sender<usize>,
    stop: Sender<bool>,
}

impl Writers {
    /// Starts to write.
    pub fn start(clients: impl IntoIterator<Item = Client>) -> Self {
        let (acknowledged, stop) = (Sender::new(0), Sender::new(false));
        let start = |client| tokio::spawn(write(client, acknowledged.clone(), stop.subscribe()));
        Self {
            tasks: clients.into_iter().map(start).collect(),
            acknowledged,
            stop,
        }
    }

    /// Waits until this many messages of all clients together are acknowledged.
    pub async fn wait_for(&self, count: usize) {
        let mut acknowledged = self.acknowledged.subscribe();
        acknowledged.wait_for(|sent| *sent >= count).await.unwrap();
    }

    /// Waits until this many more messages are acknowledged.
    pub async fn wait_for_more(&self, count: usize) {
        let so_far = *self.acknowledged.borrow();
        self.wait_for(so_far + count).await;
    }

    /// Ends the writing. Then a fresh page shows every acknowledged message once and in the order of
    /// its sender, and each client shows the same. Returns the clients.
    pub async fn stop_and_check(self) -> Vec<Client> {
        self.stop.send_replace(true);
        let mut clients = Vec::new();
        for task in self.tasks {
            clients.push(task.await.unwrap());
        }
        let mut fresh = clients[0].fresh();
        fresh.settle().await;
        let expected = fresh.shown(1);
        let sent: usize = clients.iter().map(|client| client.sent.len()).sum();
        assert_eq!(expected.len(), sent);
        for client in &mut clients {
            client.settle().await;
            // A change on another server arrives a moment later.
            client.receive_up_to(1, fresh.known(1)).await;
            assert_eq!(client.shown(1), expected, "{}", client.name);
            check_sent(client, &expected);
        }
        clients
    }
}

/// Sends one message after the other until the stop signal, and waits until the last one is
/// acknowledged.
async fn write(
    mut client: Client,
    acknowledged: Sender<usize>,
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
