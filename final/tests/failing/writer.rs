//! Requests that write, made while something fails and once more afterwards.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::{Browser, Chat, Page};

/// How many requests a person makes; the limits of one person must not end the test.
const REQUESTS_PER_PERSON: i64 = 8;

/// A request that writes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Request {
    Send,
    Locate,
    Edit,
    Delete,
    React,
    MarkRead,
    Star,
    CreateChannel,
    Subscribe,
    ChangeProfile,
    Upload,
}

pub const REQUESTS: [Request; 11] = [
    Request::Send,
    Request::Locate,
    Request::Edit,
    Request::Delete,
    Request::React,
    Request::MarkRead,
    Request::Star,
    Request::CreateChannel,
    Request::Subscribe,
    Request::ChangeProfile,
    Request::Upload,
];

/// Somebody who makes requests, and knows which messages must be there.
pub struct Writer {
    pub browser: Browser,
    /// The number of the request.
    number: i64,
    /// The message that the request is about.
    message: Value,
    /// The ids of all sent messages, by client id.
    sent: BTreeMap<String, Value>,
}

impl Writer {
    pub fn new(browser: Browser) -> Self {
        Self {
            browser,
            number: 0,
            message: Value::Null,
            sent: BTreeMap::new(),
        }
    }

    /// Prepares the next request.
    pub async fn prepare(&mut self, chat: &Chat, request: Request) {
        self.number += 1;
        if self.number % REQUESTS_PER_PERSON == 0 {
            let person = chat.signed_up(&format!("Ada {}", self.number)).await;
            self.browser.cookies = person.cookies;
        }
        if matches!(
            request,
            Request::Edit | Request::Delete | Request::React | Request::MarkRead
        ) {
            let client_id = format!("prepared-{}", self.number);
            let send = json!({ "clientId": client_id, "body": "before" });
            let sent = self.post("messages", send).await;
            self.message = sent.json()["id"].clone();
            self.sent.insert(client_id, self.message.clone());
        }
        // Otherwise there would be nothing to write.
        match request {
            Request::MarkRead => chat.execute("UPDATE memberships SET seen = 0").await,
            Request::Star => {
                chat.execute("UPDATE memberships SET is_favourite = FALSE")
                    .await
            }
            Request::Subscribe => {
                let path = "/api/channels/1/subscription";
                self.fetch("DELETE", path, Value::Null).await;
            }
            _ => {}
        }
    }

    /// Makes the request, or repeats it.
    pub async fn make(&mut self, request: Request) -> Page {
        let number = self.number;
        let path = format!("/api/messages/{}", self.message);
        let client_id = format!("sent-{number}");
        match request {
            Request::Send => {
                let send = json!({ "clientId": client_id, "body": "long ".repeat(390) });
                self.post("messages", send).await
            }
            Request::Locate => {
                let send = json!({ "clientId": client_id, "latitude": 1, "longitude": 2 });
                self.post("locations", send).await
            }
            Request::Edit => self.fetch("PATCH", &path, json!({ "body": "after" })).await,
            Request::Delete => self.fetch("DELETE", &path, Value::Null).await,
            Request::React => {
                let path = format!("{path}/reactions/tada");
                self.fetch("PUT", &path, Value::Null).await
            }
            Request::MarkRead => {
                let path = format!("/api/channels/1/seen/{}", self.sent.len());
                self.fetch("PUT", &path, Value::Null).await
            }
            Request::Star => {
                let path = "/api/channels/1/favourite";
                self.fetch("PUT", path, Value::Null).await
            }
            Request::CreateChannel => {
                let channel = json!({ "name": format!("channel {number}") });
                self.fetch("POST", "/api/channels", channel).await
            }
            Request::Subscribe => {
                let path = "/api/channels/1/subscription";
                self.fetch("PUT", path, Value::Null).await
            }
            Request::ChangeProfile => {
                let name = format!("Ada the {number}th");
                let fields = [("display-name", &*name), ("about", "")];
                self.browser.post("/account/profile", &fields).await
            }
            Request::Upload => {
                let bytes = format!("file {number}");
                self.browser.upload(bytes.as_bytes()).await
            }
        }
    }

    /// Checks the response to a request during which something has failed, repeats the request, and
    /// checks that it is done then. `may_be_done` says whether it may be done although its response
    /// was a failure.
    pub async fn repeat(&mut self, request: Request, first: &Page, may_be_done: bool) {
        let is_done = first.status < 400;
        let what = format!("{request:?}: {}", first.body);
        assert!(is_done || is_refused_with_words(first), "{what}");
        let again = self.make(request).await;
        let was_done = request == Request::CreateChannel && again.says("channel-exists");
        assert!(
            again.status < 400 || (was_done && (is_done || may_be_done)),
            "{what}, again: {}",
            again.body
        );
        if matches!(request, Request::Send | Request::Locate) {
            let id = &again.json()["id"];
            assert!(!is_done || first.json()["id"] == *id, "{what}");
            self.sent
                .insert(format!("sent-{}", self.number), id.clone());
        }
    }

    /// Checks that every message that was sent is there, once.
    pub async fn check(&mut self, chat: &Chat) {
        for (client_id, id) in &self.sent {
            let path = format!("/api/messages/{id}");
            let message = self.browser.get(&path).await;
            assert_eq!(&message.json()["clientId"], client_id, "{}", message.body);
        }
        for counted in ["*", "DISTINCT number"] {
            let sql = format!("SELECT count({counted}) FROM messages");
            assert_eq!(chat.count(&sql).await as usize, self.sent.len());
        }
    }

    async fn post(&mut self, what: &str, body: Value) -> Page {
        let path = format!("/api/channels/1/{what}");
        self.fetch("POST", &path, body).await
    }

    async fn fetch(&mut self, method: &str, path: &str, body: Value) -> Page {
        self.browser.fetch(method, path, &body).await
    }
}

fn is_refused_with_words(page: &Page) -> bool {
    page.status == 500 && page.says("something went wrong")
}
