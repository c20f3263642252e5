//! A client that delivers messages by the same rules as the page: it orders them by number, syncs when
//! it has missed a change, and sends a message again until it is acknowledged.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    net::SocketAddr,
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{sync::watch, time::timeout};

use super::Browser;

mod connection;
mod feed;
mod outbox;
mod rules;

use connection::{Connection, Packet};
pub use feed::Feed;
pub use outbox::{OutboxMessage, check_sent};

/// How long the server may be silent when a packet is due. It only ends a test that would never end.
const DEADLINE: Duration = Duration::from_secs(30);

pub struct Client {
    pub name: String,
    cookie: String,
    server: watch::Receiver<SocketAddr>,
    connection: Option<Connection>,
    /// The purpose of each request that is not acknowledged yet.
    requests: HashMap<u64, Purpose>,
    acks: HashMap<u64, Value>,
    has_passed_barrier: bool,
    pub subscribed: BTreeSet<i64>,
    pub feeds: BTreeMap<i64, Feed>,
    outbox: VecDeque<OutboxMessage>,
    last_client_id: usize,
    /// The acknowledged messages, in the order in which they were sent.
    pub sent: Vec<OutboxMessage>,
    /// All events with their names.
    pub events: Vec<(String, Value)>,
    /// Whether the database fails during the test. Then the client may miss an event.
    pub may_miss_events: bool,
}

#[derive(Debug, Clone, Copy)]
enum Purpose {
    Message,
    Change,
    Sync(i64),
    Join(i64),
    Leave(i64),
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

    fn with_cookie(name: &str, cookie: String, server: watch::Receiver<SocketAddr>) -> Self {
        Self {
            name: name.to_owned(),
            cookie,
            server,
            connection: None,
            requests: HashMap::new(),
            acks: HashMap::new(),
            has_passed_barrier: false,
            subscribed: BTreeSet::new(),
            feeds: BTreeMap::new(),
            outbox: VecDeque::new(),
            last_client_id: 0,
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
        self.feeds.values_mut().for_each(Feed::disconnect);
    }

    pub fn is_connected(&self) -> bool {
        self.connection.is_some()
    }

    /// Adds a message to the outbox. It is sent after those before it.
    pub async fn send(&mut self, channel: i64, body: &str, reply_to: Option<i64>) {
        self.last_client_id += 1;
        let client_id = format!("{}-{}", self.name, self.last_client_id);
        self.outbox.push_back(OutboxMessage {
            channel,
            client_id,
            body: body.to_owned(),
            reply_to,
        });
        self.send_next().await;
    }

    /// Sends a message again that was acknowledged.
    pub async fn send_again(&mut self, message: &OutboxMessage) {
        self.change("message:send", message.payload()).await;
    }

    /// Requests a change to a message, without waiting for the acknowledgement.
    pub async fn change(&mut self, event: &str, payload: Value) {
        self.start(Purpose::Change, event, payload).await;
    }

    /// Sends a request and ignores its acknowledgement.
    pub async fn emit(&mut self, event: &str, payload: Value) {
        self.start(Purpose::Ignored, event, payload).await;
    }

    /// Subscribes or unsubscribes, unless one of both is under way.
    pub async fn join_or_leave(&mut self, channel: i64, is_join: bool) {
        let is_under_way = |purpose: &Purpose| matches!(purpose, Purpose::Join(c) | Purpose::Leave(c) if *c == channel);
        if self.requests.values().any(is_under_way) {
            return;
        }
        let (purpose, event) = match is_join {
            true => (Purpose::Join(channel), "channel:join"),
            false => (Purpose::Leave(channel), "channel:leave"),
        };
        self.start(purpose, event, json!({ "channel": channel }))
            .await;
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
        self.is_connected()
            && self.requests.is_empty()
            && self.outbox.is_empty()
            && !self.feeds.values().any(Feed::has_gap)
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
        while self.feeds[&channel].known < seq {
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
