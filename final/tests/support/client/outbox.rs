//! Messages of the outbox, and the check that they were saved.

use serde_json::{Value, json};

use super::Client;

/// A message that a client sends until it is acknowledged.
#[derive(Debug, Clone)]
pub struct OutboxMessage {
    pub channel: i64,
    pub client_id: String,
    pub body: String,
    pub reply_to: Option<i64>,
}

impl OutboxMessage {
    pub fn payload(&self) -> Value {
        json!({
            "channel": self.channel,
            "clientId": self.client_id,
            "body": self.body,
            "replyTo": self.reply_to,
        })
    }
}

/// Checks that each acknowledged message was saved once, in the order in which it was sent.
pub fn check_sent(client: &Client, messages: &[Value]) {
    for channel in client.feeds.keys() {
        let is_own = |message: &&Value| {
            message["author"]["name"] == client.name && message["channel"] == *channel
        };
        let found: Vec<&Value> = messages.iter().filter(is_own).collect();
        let found: Vec<&str> = found
            .iter()
            .map(|message| text(&message["clientId"]))
            .collect();
        let sent = client
            .sent
            .iter()
            .filter(|message| message.channel == *channel);
        let sent: Vec<&str> = sent.map(|message| message.client_id.as_str()).collect();
        assert_eq!(found, sent, "{} in {channel}", client.name);
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
