//! One Socket.IO client.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hyper::HeaderMap;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::task::JoinHandle;

use crate::Transport;
use crate::connection::{self, Receiver, Sender};
use crate::http::ConnectionError;
use crate::message::{Decoder, Message, ask_number};
use crate::packet::Packet;

/// High enough to stay clear of the ack numbers that a test writes by hand
/// into raw packets.
const ASKS_START: u64 = 1000;

pub(crate) struct Client {
    /// Shared with the reading task, which answers pings.
    sender: Arc<Mutex<Sender>>,
    packets: UnboundedReceiver<Packet>,
    reading: JoinHandle<()>,
    decoder: Decoder,
    /// Whether the reading task answers when the server asks for an ack.
    confirms: Arc<AtomicBool>,
    last_ask: u64,
    /// The server has ended this client's connection.
    pub ended: bool,
}

impl Client {
    pub async fn open(
        address: SocketAddr,
        transport: Transport,
        headers: &HeaderMap,
    ) -> Result<Client, ConnectionError> {
        let (sender, receiver) = connection::open(address, transport, headers).await?;
        let sender = Arc::new(Mutex::new(sender));
        let (arrived, packets) = mpsc::unbounded_channel();
        let confirms = Arc::new(AtomicBool::new(true));
        let reading = read(receiver, sender.clone(), arrived, confirms.clone());
        let reading = tokio::spawn(reading);
        Ok(Client {
            sender,
            packets,
            reading,
            decoder: Decoder::default(),
            confirms,
            last_ask: ASKS_START,
            ended: false,
        })
    }

    /// The server's next message, or none when the connection has ended.
    pub async fn next(&mut self) -> Option<Message> {
        loop {
            let packet = self.packets.recv().await?;
            if let Some(message) = self.decoder.read(packet) {
                return Some(message);
            }
        }
    }

    pub async fn send(&self, packet: Packet) {
        // An error means that the server has ended the connection. The client
        // finds that out in order, behind what the server sent before it.
        let _ = self.sender.lock().await.send(packet).await;
    }

    /// Answers no ask of the server any more.
    pub fn stay_silent(&self) {
        self.confirms.store(false, Ordering::SeqCst);
    }

    pub fn confirms(&self) -> bool {
        self.confirms.load(Ordering::SeqCst)
    }

    /// The number of the next ask.
    pub fn next_request_number(&mut self) -> u64 {
        self.last_ask += 1;
        self.last_ask
    }

    /// Starts to close the connection.
    pub async fn hang_up(&self) {
        let _ = self.sender.lock().await.close().await;
    }

    /// Ends the connection with a goodbye, and waits until the server has
    /// ended it, too.
    pub async fn close(mut self) {
        self.hang_up().await;
        while self.packets.recv().await.is_some() {}
    }

    /// Ends the connection without a goodbye.
    pub async fn cut(mut self) {
        let _ = self.sender.lock().await.cut().await;
        // The task holds one half of the socket: it must be gone before the
        // other half is dropped at the end of this function.
        self.reading.abort();
        let _ = (&mut self.reading).await;
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

/// Reads until the connection ends, so that pings and asks of the server are
/// answered whatever the test is busy with.
async fn read(
    mut receiver: Receiver,
    sender: Arc<Mutex<Sender>>,
    arrived: UnboundedSender<Packet>,
    confirms: Arc<AtomicBool>,
) {
    while let Some(packet) = receiver.next().await {
        let forward = match &packet {
            Packet::Binary(_) => true,
            Packet::Text(text) if text == "1" => return,
            Packet::Text(text) if text == "2" => {
                let _ = sender.lock().await.send(Packet::text("3")).await;
                false
            }
            // Only messages; the rest (open, no operation) opens and keeps
            // the connection.
            Packet::Text(text) => {
                if let Some(number) = ask_number(text)
                    && confirms.load(Ordering::SeqCst)
                {
                    let _ = sender.lock().await.send(Packet::ack(number)).await;
                }
                text.starts_with('4')
            }
        };
        if forward && arrived.send(packet).is_err() {
            return;
        }
    }
}
