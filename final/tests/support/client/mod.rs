//! A client that delivers messages as the page does, with the page's own code: [`Core`] decides, and the
//! client carries packets between it and the server, over a connection that a test can break.

use std::{
    collections::{BTreeSet, HashMap},
    net::SocketAddr,
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{sync::watch, time::timeout};

use super::Browser;

mod connection;
mod core;
mod rules;

pub use self::core::Core;
use connection::{Connection, Packet};
pub use rules::check_sent;

/// How long the server may be silent when a packet is due. It only ends a test that would never end.
const DEADLINE: Duration = Duration::from_secs(30);

pub struct Client {
    pub name: String,
    cookie: String,
    server: watch::Receiver<SocketAddr>,
    connection: Option<Connection>,
    core: Core,
    /// The purpose of each request that is not acknowledged yet.
    requests: HashMap<u64, Purpose>,
    acks: HashMap<u64, Value>,
    has_passed_barrier: bool,
    last_client_id: usize,
    /// The last change in each channel that this connection has received.
    last_received: HashMap<i64, i64>,
    /// The messages that have left the outbox because they were sent, in that order.
    pub sent: Vec<Value>,
    /// All events with their names.
    pub events: Vec<(String, Value)>,
    /// Whether the database fails during the test. Then the client may miss an event.
    pub may_miss_events: bool,
}

#[derive(Debug, Clone, Copy)]
enum Purpose {
    /// A request of the page, with its number there.
    Page(u64),
    /// [`Client::request`] waits for the acknowledgement.
    Awaited,
    Ignored,
}

impl Client {
    /// A client of someone who is logged in. It is not connected yet.
    pub fn new(name: &str, browser: &Browser, server: watch::Receiver<SocketAddr>) -> Self {
        Self::with_cookie(name, browser.cookie(), server)
    }

    /// Another client of the same person, without any messages yet.
    pub fn fresh(&self) -> Self {
        Self::with_cookie(&self.name, self.cookie.clone(), self.server.clone())
    }

    /// Like [`Client::fresh`], at another server.
    pub fn fresh_at(&self, server: watch::Receiver<SocketAddr>) -> Self {
        Self::with_cookie(&self.name, self.cookie.clone(), server)
    }

    fn with_cookie(name: &str, cookie: String, server: watch::Receiver<SocketAddr>) -> Self {
        Self {
            name: name.to_owned(),
            cookie,
            server,
            connection: None,
            core: Core::load(),
            requests: HashMap::new(),
            acks: HashMap::new(),
            has_passed_barrier: false,
            last_client_id: 0,
            last_received: HashMap::new(),
            sent: Vec::new(),
            events: Vec::new(),
            may_miss_events: false,
        }
    }

    /// Connects, as often as it takes, and syncs.
    pub async fn connect(&mut self) {
        while self.connection.is_none() {
            let address = *self.server.borrow_and_update();
            self.connection = Connection::open(address, &self.cookie).await;
            if self.connection.is_none() {
                let changed = timeout(DEADLINE, self.server.changed()).await;
                assert!(changed.is_ok(), "no server accepts {}", self.name);
            } else {
                self.on_connect().await;
            }
        }
    }

    /// Drops the connection, as if the network had failed.
    pub fn disconnect(&mut self) {
        self.connection = None;
        self.requests.clear();
        self.last_received.clear();
        self.core.call::<Value>("disconnect", json!([]));
        self.collect_sent();
    }

    /// Loads the page again. Only the outbox survives, because the browser has stored it.
    pub fn reload(&mut self) {
        self.disconnect();
        let stored: Value = self.core.call("stored", json!([]));
        self.core = Core::load();
        self.core.call::<Value>("restore", json!([stored]));
    }

    pub fn is_connected(&self) -> bool {
        self.connection.is_some()
    }

    /// The messages of a channel as the page shows them: oldest first, with quotes up to date.
    pub fn shown(&self, channel: i64) -> Vec<Value> {
        self.core.call("shown", json!([channel]))
    }

    /// The number of the last change in a channel that was received without a gap.
    pub fn known(&self, channel: i64) -> i64 {
        self.core.call("known", json!([channel]))
    }

    /// The channels that this person is subscribed to.
    pub fn subscribed(&self) -> BTreeSet<i64> {
        self.core.call("subscribed", json!([]))
    }

    /// Adds a message to the outbox. It is sent after those before it.
    pub async fn send(&mut self, channel: i64, body: &str, reply_to: Option<i64>) {
        self.last_client_id += 1;
        let client_id = format!("{}-{}", self.name, self.last_client_id);
        let payload = json!({ "body": body, "replyTo": reply_to });
        self.tell("send", json!([client_id, channel, payload]))
            .await;
    }

    /// Sends a message again that was acknowledged.
    pub async fn send_again(&mut self, message: &Value) {
        let mut payload = message["payload"].clone();
        payload["channel"] = message["channel"].clone();
        payload["clientId"] = message["clientId"].clone();
        self.change("message:send", payload).await;
    }

    /// Requests a change to a message, without waiting for the acknowledgement.
    pub async fn change(&mut self, event: &str, payload: Value) {
        self.tell("change", json!([event, payload])).await;
    }

    /// Sends a request and ignores its acknowledgement.
    pub async fn emit(&mut self, event: &str, payload: Value) {
        self.start(Purpose::Ignored, event, payload).await;
    }

    /// Subscribes or unsubscribes.
    pub async fn join_or_leave(&mut self, channel: i64, is_join: bool) {
        let function = if is_join { "join" } else { "leave" };
        self.tell(function, json!([channel])).await;
    }

    /// Sends a request and waits for its acknowledgement. None if the connection is lost.
    pub async fn request(&mut self, event: &str, payload: Value) -> Option<Value> {
        let id = self.connection.as_mut()?.request(event, payload).await;
        self.requests.insert(id, Purpose::Awaited);
        loop {
            if let Some(ack) = self.acks.remove(&id) {
                return Some(ack);
            }
            if !self.receive().await {
                return None;
            }
        }
    }

    /// Whether everything is sent and acknowledged, and no change is missing.
    pub fn is_settled(&self) -> bool {
        self.is_connected() && self.requests.is_empty() && self.core.call("isSettled", json!([]))
    }

    /// Receives packets until everything is settled, and reconnects as often as that takes. Then waits
    /// until everything that the server has sent before has arrived.
    pub async fn settle(&mut self) {
        loop {
            if !self.is_connected() {
                self.connect().await;
            } else if !self.is_settled() {
                self.receive().await;
            } else if self.pass_barrier().await && self.is_settled() {
                return;
            }
        }
    }

    /// Receives packets until everything is settled, or the connection is lost.
    pub async fn catch_up(&mut self) {
        while self.is_connected() && !self.is_settled() {
            self.receive().await;
        }
    }

    /// Receives packets until an event with a matching payload has arrived.
    pub async fn wait_for(&mut self, event: &str, is_wanted: impl Fn(&Value) -> bool) {
        while self.count_of(event, &is_wanted) == 0 {
            assert!(self.receive().await, "{} lost the connection", self.name);
        }
    }

    /// Receives packets until all changes of a channel up to a number have arrived.
    pub async fn receive_up_to(&mut self, channel: i64, seq: i64) {
        while self.known(channel) < seq {
            assert!(self.receive().await, "{} lost the connection", self.name);
        }
    }

    /// How many events with this name have arrived.
    pub fn count(&self, event: &str) -> usize {
        self.count_of(event, |_| true)
    }

    /// How many events with this name and a matching payload have arrived.
    pub fn count_of(&self, event: &str, is_wanted: impl Fn(&Value) -> bool) -> usize {
        let events = self.events.iter();
        let found = events.filter(|(name, payload)| name == event && is_wanted(payload));
        found.count()
    }

    /// Receives the next packet. False if the connection is lost.
    pub async fn receive(&mut self) -> bool {
        let Some(connection) = &mut self.connection else {
            return false;
        };
        let packet = timeout(DEADLINE, connection.next()).await;
        match packet.unwrap_or_else(|_| panic!("{} waits for {:?}", self.name, self.requests)) {
            Some(Packet::Event(name, payload)) => self.handle_event(name, payload).await,
            Some(Packet::Ack(id, reply)) => self.handle_ack(id, reply).await,
            Some(Packet::Barrier) => self.has_passed_barrier = true,
            None => self.disconnect(),
        }
        self.is_connected()
    }

    async fn pass_barrier(&mut self) -> bool {
        self.has_passed_barrier = false;
        if let Some(connection) = &mut self.connection {
            connection.request_barrier().await;
        }
        while self.is_connected() && !self.has_passed_barrier {
            self.receive().await;
        }
        self.has_passed_barrier
    }
}
