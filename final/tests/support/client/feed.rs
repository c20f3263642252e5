//! The messages of a channel that a client has received, by the same rules as the page.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

/// The messages of a channel, and the numbers of the changes that were received.
#[derive(Debug, Default)]
pub struct Feed {
    messages: BTreeMap<i64, Value>,
    /// The number up to which all changes were received.
    pub known: i64,
    /// The numbers of changes that were received after a gap.
    ahead: BTreeSet<i64>,
    pub is_loaded: bool,
    pub is_catching_up: bool,
    /// The last change that this connection has received.
    last_received: Option<i64>,
}

impl Feed {
    /// Stores a message from any source. The newer state wins; the same state twice changes nothing.
    pub fn apply(&mut self, message: &Value) {
        let id = number(&message["id"]);
        let held = self.messages.get(&id);
        if held.is_none_or(|held| number(&held["seq"]) < number(&message["seq"])) {
            self.messages.insert(id, message.clone());
        }
    }

    /// Applies an event. The server sends every change to each connection once and in order, unless its
    /// database fails meanwhile.
    pub fn receive(&mut self, event: &Value, may_miss: bool) {
        let seq = number(&event["seq"]);
        if let (Some(last), false) = (self.last_received.replace(seq), may_miss) {
            assert_eq!(seq, last + 1, "received out of order, or twice: {event}");
        }
        self.apply(&event["message"]);
        if seq > self.known {
            self.ahead.insert(seq);
        }
        self.advance();
    }

    /// Records that all changes up to this one were received.
    pub fn advance_to(&mut self, seq: i64) {
        self.known = self.known.max(seq);
        self.ahead = self.ahead.split_off(&(self.known + 1));
        self.advance();
    }

    /// Whether a change is missing before one that was received.
    pub fn has_gap(&self) -> bool {
        self.is_loaded && !self.ahead.is_empty()
    }

    /// The connection has ended, or no longer receives this channel.
    pub fn disconnect(&mut self) {
        self.is_catching_up = false;
        self.last_received = None;
    }

    /// The messages of one author that can still be changed.
    pub fn changeable(&self, author: Option<&str>) -> Vec<i64> {
        let messages = self.messages.values().filter(|message| {
            let is_theirs = author.is_none_or(|name| message["author"]["name"] == name);
            is_theirs && message["isDeleted"] == false
        });
        messages.map(|message| number(&message["id"])).collect()
    }

    /// The reactions of a person, each with the id of its message.
    pub fn reactions_of(&self, name: &str) -> Vec<(i64, String)> {
        let mut found = Vec::new();
        for (id, message) in &self.messages {
            for reaction in message["reactions"].as_array().into_iter().flatten() {
                let people = reaction["people"].as_array().unwrap();
                if people.iter().any(|person| person["name"] == name) {
                    found.push((*id, reaction["emoji"].as_str().unwrap().to_owned()));
                }
            }
        }
        found
    }

    /// The messages as the page shows them: oldest first, with quotes up to date.
    pub fn shown(&self) -> Vec<Value> {
        let mut shown: Vec<Value> = self.messages.values().cloned().collect();
        shown.sort_by_key(|message| number(&message["number"]));
        for message in &mut shown {
            let quoted = message.get("replyTo").map(|quote| number(&quote["id"]));
            if let Some(original) = quoted.and_then(|id| self.messages.get(&id)) {
                message["replyTo"] = quote(original);
            }
        }
        shown
    }

    fn advance(&mut self) {
        while self.ahead.remove(&(self.known + 1)) {
            self.known += 1;
        }
    }
}

fn quote(original: &Value) -> Value {
    json!({
        "id": original["id"],
        "number": original["number"],
        "author": original["author"],
        "excerpt": original["excerpt"],
        "isDeleted": original["isDeleted"],
    })
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap()
}
