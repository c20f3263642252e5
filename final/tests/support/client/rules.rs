//! How packets reach the page, and what they must be.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Client, Purpose};

/// The codes of requests that may succeed later, and of those that someone else has made impossible
/// meanwhile.
const EXPECTED: [&str; 5] = [
    "failed",
    "stopping",
    "too-many-tries",
    "message-unknown",
    "not-subscribed",
];

impl Client {
    /// Calls a function of the page, and sends the requests that it makes.
    pub(super) async fn tell(&mut self, function: &str, values: Value) {
        self.core.call::<Value>(function, values);
        self.collect_sent();
        let requests: Vec<(u64, String, Value)> = self.core.call("takeRequests", json!([]));
        for (id, event, payload) in requests {
            self.start(Purpose::Page(id), &event, payload).await;
        }
    }

    /// Sends a request. Without a connection it does nothing: the page sends it again.
    pub(super) async fn start(&mut self, purpose: Purpose, event: &str, payload: Value) {
        if let Some(connection) = &mut self.connection {
            let id = connection.request(event, payload).await;
            self.requests.insert(id, purpose);
        }
    }

    /// Waits for the welcome.
    pub(super) async fn on_connect(&mut self) {
        let before = self.count("socket:welcome");
        while self.count("socket:welcome") == before && self.receive().await {}
    }

    pub(super) async fn handle_event(&mut self, name: String, payload: Value) {
        if payload.get("seq").is_some() {
            self.check_order(&payload);
        }
        self.tell("receive", json!([name, payload])).await;
        self.events.push((name, payload));
    }

    pub(super) async fn handle_ack(&mut self, id: u64, reply: Value) {
        match self.requests.remove(&id) {
            None => panic!("{} received an ack twice: {reply}", self.name),
            Some(Purpose::Awaited) => drop(self.acks.insert(id, reply)),
            Some(Purpose::Ignored) => {}
            Some(Purpose::Page(request)) => {
                let code = reply["error"]["code"].as_str();
                let is_expected = code.is_none_or(|code| EXPECTED.contains(&code));
                assert!(is_expected, "{}: {reply}", self.name);
                self.tell("acknowledge", json!([request, reply])).await;
                // No events arrive from a channel that this person has left.
                let subscribed = self.subscribed();
                self.last_received
                    .retain(|channel, _| subscribed.contains(channel));
            }
        }
    }

    pub(super) fn collect_sent(&mut self) {
        let sent: Vec<Value> = self.core.call("takeSent", json!([]));
        self.sent.extend(sent);
    }

    /// The server sends every change to each connection once and in order, unless its database fails
    /// meanwhile.
    fn check_order(&mut self, event: &Value) {
        let seq = event["seq"].as_i64().unwrap();
        let channel = event["message"]["channel"].as_i64().unwrap();
        let last = self.last_received.insert(channel, seq);
        if let (Some(last), false) = (last, self.may_miss_events) {
            assert_eq!(seq, last + 1, "received out of order, or twice: {event}");
        }
    }
}

/// Checks that each message that was sent is saved once, in the order in which it was written.
pub fn check_sent(client: &Client, messages: &[Value]) {
    let is_own = |message: &&Value| message["author"]["name"] == client.name;
    let own: Vec<&Value> = messages.iter().filter(is_own).collect();
    let channels = own.iter().map(|message| message["channel"].as_i64());
    for channel in channels.collect::<BTreeSet<_>>() {
        let saved = client_ids(own.iter().copied(), channel);
        assert_eq!(saved, client_ids(&client.sent, channel), "{}", client.name);
    }
    assert_eq!(own.len(), client.sent.len(), "{}", client.name);
}

fn client_ids<'a>(
    messages: impl IntoIterator<Item = &'a Value>,
    channel: Option<i64>,
) -> Vec<&'a str> {
    let messages = messages.into_iter();
    let here = messages.filter(|message| message["channel"].as_i64() == channel);
    here.filter_map(|message| message["clientId"].as_str())
        .collect()
}
