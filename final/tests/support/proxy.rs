//! A network that a test can break.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicBool, Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    select,
    sync::watch,
    task::JoinHandle,
};

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Network {
    Works,
    /// Responses do not arrive, but requests do.
    LosesResponses,
    /// The database commits, but the connection ends before it can confirm that.
    LosesCommits,
    /// The database commits, but its confirmation is lost, and the connection stays.
    SwallowsCommits,
    /// Connections end, and new ones are refused.
    IsDown,
}

/// A proxy between a server and its clients.
pub struct Proxy {
    pub address: SocketAddr,
    network: watch::Sender<Network>,
    task: JoinHandle<()>,
}

impl Proxy {
    pub async fn start(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let network = watch::Sender::new(Network::Works);
        Self {
            address: listener.local_addr().unwrap(),
            task: tokio::spawn(accept(listener, server, network.subscribe())),
            network,
        }
    }

    pub fn set(&self, network: Network) {
        self.network.send_replace(network);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, server: SocketAddr, network: watch::Receiver<Network>) {
    loop {
        let (client, _) = listener.accept().await.unwrap();
        if *network.borrow() != Network::IsDown {
            tokio::spawn(relay(client, server, network.clone()));
        }
    }
}

/// Relays until one side disconnects or the network breaks. Then both connections end.
async fn relay(client: TcpStream, server: SocketAddr, mut network: watch::Receiver<Network>) {
    let server = TcpStream::connect(server).await.unwrap();
    let (requests, to_client) = client.into_split();
    let (responses, to_server) = server.into_split();
    let has_committed = AtomicBool::new(false);
    let state = network.clone();
    select! {
        () = relay_requests(requests, to_server, &state, &has_committed) => {}
        () = relay_responses(responses, to_client, &state, &has_committed) => {}
        _ = network.wait_for(|network| *network == Network::IsDown) => {}
    }
}

async fn relay_requests(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    network: &watch::Receiver<Network>,
    has_committed: &AtomicBool,
) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let is_commit = buffer[..length].windows(6).any(|word| word == b"COMMIT");
        let loses_commits = [Network::LosesCommits, Network::SwallowsCommits];
        if is_commit && loses_commits.contains(&network.borrow()) {
            has_committed.store(true, Ordering::SeqCst);
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}

async fn relay_responses(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    network: &watch::Receiver<Network>,
    has_committed: &AtomicBool,
) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if has_committed.load(Ordering::SeqCst) {
            if *network.borrow() == Network::LosesCommits {
                return;
            }
            continue;
        }
        let is_lost = *network.borrow() == Network::LosesResponses;
        if !is_lost && to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
