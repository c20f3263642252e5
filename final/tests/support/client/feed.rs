//! What a window knows of a channel, by the rules of the page.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

/// The messages of a channel and which changes to them are known.
#[derive(Debug, Default)]
pub struct Feed {
    messages: BTreeMap<i64, Value>,
    /// The highest change that is known without a gap.
    pub known: i64,
    /// Changes that were heard beyond a gap.
    beyond: BTreeSet<i64>,
    pub is_loaded: bool,
    pub is_catching_up: bool,
    /// The last change that this connection was told of.
    last_told: Option<i64>,
}

impl Feed {
    /// The one way in: the newer state wins, and the same twice changes nothing.
    pub fn apply(&mut self, message: &Value) {
        let id = number(&message["id"]);
        let held = self.messages.get(&id);
        if held.is_none_or(|held| number(&held["seq"]) < number(&message["seq"])) {
            self.messages.insert(id, message.clone());
        }
    }

    /// Takes in a live event. The server tells each connection of every change
    /// once, in order, unless its database fails meanwhile.
    pub fn hear(&mut self, event: &Value, may_miss: bool) {
        let seq = number(&event["seq"]);
        if let (Some(last), false) = (self.last_told.replace(seq), may_miss) {
            assert_eq!(seq, last + 1, "told out of order, or twice: {event}");
        }
        self.apply(&event["message"]);
        if seq > self.known {
            self.beyond.insert(seq);
        }
        self.close_ranks();
    }

    /// All changes up to this one are in.
    pub fn know_up_to(&mut self, seq: i64) {
        self.known = self.known.max(seq);
        self.beyond = self.beyond.split_off(&(self.known + 1));
        self.close_ranks();
    }

    /// Whether a change is missing below one that was heard.
    pub fn has_gap(&self) -> bool {
        self.is_loaded && !self.beyond.is_empty()
    }

    /// The connection is gone, or does not hear this channel any more.
    pub fn stop_hearing(&mut self) {
        self.is_catching_up = false;
        self.last_told = None;
    }

    /// The messages of one author that can still be changed.
    pub fn changeable(&self, author: Option<&str>) -> Vec<i64> {
        let messages = self.messages.values().filter(|message| {
            let is_theirs = author.is_none_or(|name| message["author"]["name"] == name);
            is_theirs && message["isDeleted"] == false
        });
        messages.map(|message| number(&message["id"])).collect()
    }

    /// Which emojis someone has put beside which messages.
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

    /// What the page shows: oldest first, quotes as what they quote is now.
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

    fn close_ranks(&mut self) {
        while self.beyond.remove(&(self.known + 1)) {
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
