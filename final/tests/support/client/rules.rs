//! How a client handles packets.

use serde_json::{Value, json};

use super::{Client, Purpose};

/// The codes of requests that may succeed later.
const TEMPORARY: [&str; 3] = ["failed", "stopping", "too-many-tries"];
/// The codes of requests that someone else has made impossible meanwhile.
const FINAL: [&str; 2] = ["message-unknown", "not-subscribed"];

impl Client {
    /// Waits for the welcome, then syncs every channel.
    pub(super) async fn on_connect(&mut self) {
        let before = self.count("socket:welcome");
        while self.count("socket:welcome") == before {
            if !self.receive().await {
                return;
            }
        }
        for channel in self.subscribed.clone() {
            if self.feeds.entry(channel).or_default().is_loaded {
                self.sync(channel).await;
            } else {
                self.load(channel).await;
            }
        }
        self.send_next().await;
    }

    /// Loads a channel page by page.
    async fn load(&mut self, channel: i64) -> Option<()> {
        let mut at = json!(1);
        loop {
            let payload = json!({ "channel": channel, "at": at });
            let page = self.request("channel:open", payload).await?["ok"].take();
            let feed = self.feeds.entry(channel).or_default();
            let messages = page["messages"].as_array().unwrap();
            messages.iter().for_each(|message| feed.apply(message));
            if !feed.is_loaded {
                feed.is_loaded = true;
                feed.advance_to(page["channel"]["seq"].as_i64().unwrap());
            }
            if page["hasNewer"] == false {
                self.close_gap(channel).await;
                return Some(());
            }
            at = messages.last().unwrap()["number"].clone();
        }
    }

    pub(super) async fn handle_event(&mut self, name: String, payload: Value) {
        if name == "socket:welcome" {
            let channels = payload["channels"].as_array().unwrap().iter();
            self.subscribed = channels.map(|c| c["id"].as_i64().unwrap()).collect();
        } else if payload.get("seq").is_some() {
            let channel = payload["message"]["channel"].as_i64().unwrap();
            let feed = self.feeds.entry(channel).or_default();
            feed.receive(&payload, self.may_miss_events);
            self.close_gap(channel).await;
        }
        self.events.push((name, payload));
    }

    pub(super) async fn handle_ack(&mut self, id: u64, reply: Value) {
        let Some(purpose) = self.requests.remove(&id) else {
            panic!("{} received an ack twice: {reply}", self.name);
        };
        match purpose {
            Purpose::Awaited => drop(self.acks.insert(id, reply)),
            Purpose::Message => self.handle_sent(&reply).await,
            Purpose::Ignored => {}
            Purpose::Change => drop(self.handle_change(&reply)),
            Purpose::Sync(channel) => self.handle_sync(channel, &reply["ok"]).await,
            Purpose::Join(channel) => {
                self.subscribed.insert(channel);
                // A new channel starts without messages, and the sync brings all of them.
                self.feeds.entry(channel).or_default().is_loaded = true;
                self.sync(channel).await;
            }
            Purpose::Leave(channel) => {
                self.subscribed.remove(&channel);
                self.feeds.entry(channel).or_default().disconnect();
            }
        }
    }

    /// Sends the first message of the outbox, unless one is under way.
    pub(super) async fn send_next(&mut self) {
        let mut purposes = self.requests.values();
        let is_under_way = purposes.any(|purpose| matches!(purpose, Purpose::Message));
        if let (Some(message), false) = (self.outbox.front(), is_under_way) {
            let payload = message.payload();
            self.start(Purpose::Message, "message:send", payload).await;
        }
    }

    /// Sends a request. Without a connection it does nothing: [`Client::connect`] sends it again.
    pub(super) async fn start(&mut self, purpose: Purpose, event: &str, payload: Value) {
        if let Some(connection) = &mut self.connection {
            let id = connection.request(event, payload).await;
            self.requests.insert(id, purpose);
        }
    }

    async fn handle_sent(&mut self, reply: &Value) {
        if self.handle_change(reply) {
            self.sent.extend(self.outbox.pop_front());
        } else if !is_any(reply, &TEMPORARY) {
            self.outbox.pop_front();
        }
        self.send_next().await;
    }

    /// Applies a change. False if it was refused.
    fn handle_change(&mut self, reply: &Value) -> bool {
        let message = &reply["ok"]["message"];
        let is_expected = message.is_object() || is_any(reply, &TEMPORARY) || is_any(reply, &FINAL);
        assert!(is_expected, "{}: {reply}", self.name);
        if let Some(channel) = message["channel"].as_i64() {
            self.feeds.entry(channel).or_default().apply(message);
        }
        message.is_object()
    }

    async fn handle_sync(&mut self, channel: i64, page: &Value) {
        let feed = self.feeds.entry(channel).or_default();
        let messages = page["messages"].as_array().unwrap();
        messages.iter().for_each(|message| feed.apply(message));
        feed.advance_to(page["seq"].as_i64().unwrap());
        feed.is_catching_up = false;
        match page["hasMore"].as_bool().unwrap() {
            true => self.sync(channel).await,
            false => self.close_gap(channel).await,
        }
    }

    async fn close_gap(&mut self, channel: i64) {
        if self.feeds[&channel].has_gap() {
            self.sync(channel).await;
        }
    }

    async fn sync(&mut self, channel: i64) {
        let feed = self.feeds.entry(channel).or_default();
        if !std::mem::replace(&mut feed.is_catching_up, true) {
            let payload = json!({ "channel": channel, "after": feed.known });
            self.start(Purpose::Sync(channel), "channel:sync", payload)
                .await;
        }
    }
}

fn is_any(reply: &Value, codes: &[&str]) -> bool {
    let code = reply["error"]["code"].as_str();
    code.is_some_and(|code| codes.contains(&code))
}
