//! Actions of people in the lessons' chats.

use serde_json::json;
use thirtyfour::Key;

use crate::window::Window;

// Also in a closed panel.
const PACKETS: &str = "[...document.querySelectorAll('.packet')]\
    .map((packet) => [...packet.children].map((part) => part.textContent))\
    .filter(([direction]) => direction.endsWith('DIRECTION'))\
    .map(([, kind, text]) => `${kind} ${text}`)";

impl Window {
    /// Joins under a name and waits until the chat is there. Without typing: that
    /// takes longer, and what is typed into the form has tests of its own.
    pub async fn join(&self, name: &str) {
        self.is_asked_for_a_name().await;
        self.pastes("#join-name", name).await;
        self.presses(Key::Enter).await;
        self.hides("#join").await;
        self.shows("#me", name).await;
    }

    /// Fills the join form in and sends it.
    pub async fn asks_to_join(&self, name: &str) {
        self.is_asked_for_a_name().await;
        self.types("#join-name", name).await;
        self.click("#join-form [type=submit]").await;
    }

    /// Waits until there is a connection and the join form: after a log-out, it comes back with
    /// the acknowledgement.
    async fn is_asked_for_a_name(&self) {
        self.connects().await;
        self.becomes("document.querySelector('#join').checkVisibility()", true)
            .await;
    }

    /// Waits until there is a connection.
    pub async fn connects(&self) {
        self.becomes(&text_of("#inspector-state"), "connected")
            .await;
    }

    /// Writes a message, sends it with Enter, and waits until it is sent.
    pub async fn say(&self, body: &str) {
        self.pastes("#composer-body", body).await;
        self.presses(Key::Enter).await;
        self.becomes("document.querySelector('#composer-body').value", "")
            .await;
    }

    /// Waits for a message.
    pub async fn sees(&self, body: &str) {
        self.sees_times(body, 1).await;
    }

    /// Waits until this many messages have this text.
    pub async fn sees_times(&self, body: &str, times: u64) {
        let body = json!(body);
        let count = format!(
            "[...document.querySelectorAll('.message__body')]\
            .filter((body) => body.textContent === {body}).length"
        );
        self.becomes(&count, times).await;
    }

    /// Waits for a line that nobody wrote, such as "Ada joined".
    pub async fn is_told(&self, notice: &str) {
        let notice = json!(notice);
        let has = format!(
            "[...document.querySelectorAll('.notice')].some((line) => line.textContent === {notice})"
        );
        self.becomes(&has, true).await;
    }

    /// Opens a channel from the list and waits until it is open.
    pub async fn opens_channel(&self, name: &str) {
        self.click_text(".channel", name).await;
        self.shows("#channel-title", name).await;
    }

    /// Makes a channel and waits until it is open.
    pub async fn creates_channel(&self, name: &str) {
        self.types("#new-channel-name", name).await;
        self.click("#new-channel [type=submit]").await;
        self.shows("#channel-title", name).await;
    }

    /// The packets that went `in` or `out`, as in `ack 430[{"ok":{}}]`.
    pub async fn packets(&self, direction: &str) -> Vec<String> {
        let packets = PACKETS.replace("DIRECTION", direction);
        serde_json::from_value(self.value(&packets).await).unwrap_or_default()
    }

    /// Waits until a packet that contains this has gone `in` or `out`.
    pub async fn until_packet(&self, direction: &str, text: &str) {
        let has = format!(
            "{}.some((packet) => packet.includes({}))",
            PACKETS.replace("DIRECTION", direction),
            json!(text)
        );
        self.becomes(&has, true).await;
    }

    /// How many packets that went `in` or `out` contain this.
    pub async fn count_packets(&self, direction: &str, text: &str) -> usize {
        let packets = self.packets(direction).await;
        packets
            .iter()
            .filter(|packet| packet.contains(text))
            .count()
    }
}

/// The text of an element, also of one in a closed panel.
pub fn text_of(selector: &str) -> String {
    // While a page is loaded there is nothing in it.
    format!("document.querySelector({})?.textContent", json!(selector))
}
