//! A window that follows the page's rules of delivery: it keeps messages by
//! their number, asks for what it missed, and sends again what was not
//! acknowledged.

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
mod letter;
mod rules;

use connection::{Connection, Said};
pub use feed::Feed;
pub use letter::{Letter, check_letters};

/// How long a server may be silent when something is due. It only ends a test
/// that would never end.
const DEADLINE: Duration = Duration::from_secs(30);

pub struct Client {
    pub name: String,
    cookie: String,
    server: watch::Receiver<SocketAddr>,
    connection: Option<Connection>,
    /// What the asks under way are about.
    asks: HashMap<u64, About>,
    answered: HashMap<u64, Value>,
    has_passed_barrier: bool,
    pub subscribed: BTreeSet<i64>,
    pub feeds: BTreeMap<i64, Feed>,
    outbox: VecDeque<Letter>,
    letters: usize,
    /// What was acknowledged, in this order.
    pub sent: Vec<Letter>,
    /// All events, by name.
    pub events: Vec<(String, Value)>,
    /// Whether the database fails meanwhile: then an event may be missing.
    pub may_miss_events: bool,
}

#[derive(Debug, Clone, Copy)]
enum About {
    Letter,
    Change,
    Sync(i64),
    Join(i64),
    Leave(i64),
    /// Whoever asked waits for the answer.
    Awaited,
    Nothing,
}

impl Client {
    /// A window of someone who is logged in; it is not connected.
    pub fn new(name: &str, browser: &Browser, server: watch::Receiver<SocketAddr>) -> Self {
        let cookie = format!("make_chat_session={}", browser.session().unwrap());
        Self::with_cookie(name, cookie, server)
    }

    /// Another window of the same person: it knows nothing yet.
    pub fn fresh(&self) -> Self {
        Self::with_cookie(&self.name, self.cookie.clone(), self.server.clone())
    }

    fn with_cookie(name: &str, cookie: String, server: watch::Receiver<SocketAddr>) -> Self {
        Self {
            name: name.to_owned(),
            cookie,
            server,
            connection: None,
            asks: HashMap::new(),
            answered: HashMap::new(),
            has_passed_barrier: false,
            subscribed: BTreeSet::new(),
            feeds: BTreeMap::new(),
            outbox: VecDeque::new(),
            letters: 0,
            sent: Vec::new(),
            events: Vec::new(),
            may_miss_events: false,
        }
    }

    /// Connects, however often it takes, and asks for what was missed.
    pub async fn connect(&mut self) {
        while self.connection.is_none() {
            let address = *self.server.borrow_and_update();
            self.connection = Connection::open(address, &self.cookie).await;
            if self.connection.is_none() {
                let changed = timeout(DEADLINE, self.server.changed()).await;
                assert!(changed.is_ok(), "no server lets {} in", self.name);
            } else {
                self.arrive().await;
            }
        }
    }

    /// The network fails, without a goodbye.
    pub fn cut(&mut self) {
        self.connection = None;
        self.asks.clear();
        self.feeds.values_mut().for_each(Feed::stop_hearing);
    }

    pub fn is_connected(&self) -> bool {
        self.connection.is_some()
    }

    /// Writes a message; it goes out after those before it.
    pub async fn send(&mut self, channel: i64, body: &str, reply_to: Option<i64>) {
        self.letters += 1;
        let client_id = format!("{}-{}", self.name, self.letters);
        self.outbox.push_back(Letter {
            channel,
            client_id,
            body: body.to_owned(),
            reply_to,
        });
        self.post().await;
    }

    /// Sends a message that was acknowledged once more.
    pub async fn send_again(&mut self, letter: &Letter) {
        self.change("message:send", letter.payload()).await;
    }

    /// Asks for a change to a message, and does not wait.
    pub async fn change(&mut self, event: &str, payload: Value) {
        self.ask(About::Change, event, payload).await;
    }

    /// Asks for something whose answer does not matter.
    pub async fn tell(&mut self, event: &str, payload: Value) {
        self.ask(About::Nothing, event, payload).await;
    }

    /// Subscribes or unsubscribes, unless that is under way.
    pub async fn join_or_leave(&mut self, channel: i64, is_join: bool) {
        let is_under_way =
            |about: &About| matches!(about, About::Join(c) | About::Leave(c) if *c == channel);
        if self.asks.values().any(is_under_way) {
            return;
        }
        let (about, event) = match is_join {
            true => (About::Join(channel), "channel:join"),
            false => (About::Leave(channel), "channel:leave"),
        };
        self.ask(about, event, json!({ "channel": channel })).await;
    }

    /// Asks and waits for the answer; none when the connection is lost.
    pub async fn request(&mut self, event: &str, payload: Value) -> Option<Value> {
        let number = self.connection.as_mut()?.ask(event, payload).await;
        self.asks.insert(number, About::Awaited);
        loop {
            if let Some(answer) = self.answered.remove(&number) {
                return Some(answer);
            }
            if !self.hear().await {
                return None;
            }
        }
    }

    /// Whether everything is sent, answered and known.
    pub fn is_settled(&self) -> bool {
        self.is_connected()
            && self.asks.is_empty()
            && self.outbox.is_empty()
            && !self.feeds.values().any(Feed::has_gap)
    }

    /// Hears until all is settled, and comes back as often as that takes; then
    /// until all that was sent to it before has come.
    pub async fn settle(&mut self) {
        loop {
            if !self.is_connected() {
                self.connect().await;
            } else if !self.is_settled() {
                self.hear().await;
            } else if self.pass_barrier().await && self.is_settled() {
                return;
            }
        }
    }

    /// Hears until this connection has nothing more to wait for, or is lost.
    pub async fn catch_up(&mut self) {
        while self.is_connected() && !self.is_settled() {
            self.hear().await;
        }
    }

    /// Hears until an event has come whose payload is as wanted.
    pub async fn wait_for(&mut self, event: &str, is_wanted: impl Fn(&Value) -> bool) {
        while self.count_of(event, &is_wanted) == 0 {
            assert!(self.hear().await, "{} lost the connection", self.name);
        }
    }

    /// Hears until it knows a channel up to a change.
    pub async fn hear_up_to(&mut self, channel: i64, seq: i64) {
        while self.feeds[&channel].known < seq {
            assert!(self.hear().await, "{} lost the connection", self.name);
        }
    }

    /// How many events of this name have come.
    pub fn count(&self, event: &str) -> usize {
        self.count_of(event, |_| true)
    }

    /// The same, of those whose payload is as wanted.
    pub fn count_of(&self, event: &str, is_wanted: impl Fn(&Value) -> bool) -> usize {
        let events = self.events.iter();
        let found = events.filter(|(name, payload)| name == event && is_wanted(payload));
        found.count()
    }

    /// Takes in what the server says next; false when the connection is lost.
    pub async fn hear(&mut self) -> bool {
        let Some(connection) = &mut self.connection else {
            return false;
        };
        let said = timeout(DEADLINE, connection.next()).await;
        match said.unwrap_or_else(|_| panic!("{} waits for {:?}", self.name, self.asks)) {
            Some(Said::Event(name, payload)) => self.take_event(name, payload).await,
            Some(Said::Answer(number, reply)) => self.take_answer(number, reply).await,
            Some(Said::Barrier) => self.has_passed_barrier = true,
            None => self.cut(),
        }
        self.is_connected()
    }

    async fn pass_barrier(&mut self) -> bool {
        self.has_passed_barrier = false;
        if let Some(connection) = &mut self.connection {
            connection.ask_for_barrier().await;
        }
        while self.is_connected() && !self.has_passed_barrier {
            self.hear().await;
        }
        self.has_passed_barrier
    }
}
