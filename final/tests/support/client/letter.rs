//! Messages that someone sends, and what must have become of them.

use serde_json::{Value, json};

use super::Client;

/// A message on its way.
#[derive(Debug, Clone)]
pub struct Letter {
    pub channel: i64,
    pub client_id: String,
    pub body: String,
    pub reply_to: Option<i64>,
}

impl Letter {
    pub fn payload(&self) -> Value {
        json!({
            "channel": self.channel,
            "clientId": self.client_id,
            "body": self.body,
            "replyTo": self.reply_to,
        })
    }
}

/// What someone sent and got acknowledged is there once, in the order in which
/// it was sent.
pub fn check_letters(client: &Client, messages: &[Value]) {
    for channel in client.feeds.keys() {
        let is_own = |message: &&Value| {
            message["author"]["name"] == client.name && message["channel"] == *channel
        };
        let found: Vec<&Value> = messages.iter().filter(is_own).collect();
        let found: Vec<&str> = found
            .iter()
            .map(|message| text(&message["clientId"]))
            .collect();
        let letters = client
            .sent
            .iter()
            .filter(|letter| letter.channel == *channel);
        let sent: Vec<&str> = letters.map(|letter| letter.client_id.as_str()).collect();
        assert_eq!(found, sent, "{} in {channel}", client.name);
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
