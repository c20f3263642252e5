//! What a window does with what it hears.

use serde_json::{Value, json};

use super::{About, Client};

/// Refusals of what may succeed later.
const TEMPORARY: [&str; 3] = ["failed", "stopping", "too-many-tries"];
/// Refusals of what somebody else has made impossible meanwhile.
const FINAL: [&str; 2] = ["message-unknown", "not-subscribed"];

impl Client {
    /// Waits for the welcome, then asks for what every channel has become.
    pub(super) async fn arrive(&mut self) {
        let before = self.count("socket:welcome");
        while self.count("socket:welcome") == before {
            if !self.hear().await {
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
        self.post().await;
    }

    /// Loads a channel page by page.
    async fn load(&mut self, channel: i64) -> Option<()> {
        let mut at = json!(1);
        loop {
            let ask = json!({ "channel": channel, "at": at });
            let page = self.request("channel:open", ask).await?["ok"].take();
            let feed = self.feeds.entry(channel).or_default();
            let messages = page["messages"].as_array().unwrap();
            messages.iter().for_each(|message| feed.apply(message));
            if !feed.is_loaded {
                feed.is_loaded = true;
                feed.know_up_to(page["channel"]["seq"].as_i64().unwrap());
            }
            if page["hasNewer"] == false {
                self.close_gap(channel).await;
                return Some(());
            }
            at = messages.last().unwrap()["number"].clone();
        }
    }

    pub(super) async fn take_event(&mut self, name: String, payload: Value) {
        if name == "socket:welcome" {
            let channels = payload["channels"].as_array().unwrap().iter();
            self.subscribed = channels.map(|c| c["id"].as_i64().unwrap()).collect();
        } else if payload.get("seq").is_some() {
            let channel = payload["message"]["channel"].as_i64().unwrap();
            let feed = self.feeds.entry(channel).or_default();
            feed.hear(&payload, self.may_miss_events);
            self.close_gap(channel).await;
        }
        self.events.push((name, payload));
    }

    pub(super) async fn take_answer(&mut self, number: u64, reply: Value) {
        let Some(about) = self.asks.remove(&number) else {
            panic!("{} was answered twice: {reply}", self.name);
        };
        match about {
            About::Awaited => drop(self.answered.insert(number, reply)),
            About::Letter => self.take_receipt(&reply).await,
            About::Nothing => {}
            About::Change => drop(self.take_change(&reply)),
            About::Sync(channel) => self.take_sync(channel, &reply["ok"]).await,
            About::Join(channel) => {
                self.subscribed.insert(channel);
                // One that is new here is known up to nothing.
                self.feeds.entry(channel).or_default().is_loaded = true;
                self.sync(channel).await;
            }
            About::Leave(channel) => {
                self.subscribed.remove(&channel);
                self.feeds.entry(channel).or_default().stop_hearing();
            }
        }
    }

    /// Sends the first letter that waits, unless one is on its way.
    pub(super) async fn post(&mut self) {
        let is_on_its_way = self.asks.values().any(|ask| matches!(ask, About::Letter));
        if let (Some(letter), false) = (self.outbox.front(), is_on_its_way) {
            let payload = letter.payload();
            self.ask(About::Letter, "message:send", payload).await;
        }
    }

    /// Without a connection nothing is asked: its return asks again.
    pub(super) async fn ask(&mut self, about: About, event: &str, payload: Value) {
        if let Some(connection) = &mut self.connection {
            let number = connection.ask(event, payload).await;
            self.asks.insert(number, about);
        }
    }

    async fn take_receipt(&mut self, reply: &Value) {
        if self.take_change(reply) {
            self.sent.extend(self.outbox.pop_front());
        } else if !is_any(reply, &TEMPORARY) {
            self.outbox.pop_front();
        }
        self.post().await;
    }

    /// Whether it was done.
    fn take_change(&mut self, reply: &Value) -> bool {
        let message = &reply["ok"]["message"];
        let is_expected = message.is_object() || is_any(reply, &TEMPORARY) || is_any(reply, &FINAL);
        assert!(is_expected, "{}: {reply}", self.name);
        if let Some(channel) = message["channel"].as_i64() {
            self.feeds.entry(channel).or_default().apply(message);
        }
        message.is_object()
    }

    async fn take_sync(&mut self, channel: i64, page: &Value) {
        let feed = self.feeds.entry(channel).or_default();
        let messages = page["messages"].as_array().unwrap();
        messages.iter().for_each(|message| feed.apply(message));
        feed.know_up_to(page["seq"].as_i64().unwrap());
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
            self.ask(About::Sync(channel), "channel:sync", payload)
                .await;
        }
    }
}

fn is_any(reply: &Value, codes: &[&str]) -> bool {
    let code = reply["error"]["code"].as_str();
    code.is_some_and(|code| codes.contains(&code))
}
