//! The delivery core by itself, with a server that answers as the test wants.

use serde_json::{Value, json};

use crate::support::Core;

#[test]
fn a_missed_number_is_requested() {
    let page = opened();
    page.receive(4, message(4, 4));
    assert_eq!(page.requests(), ["channel:sync after 2"]);
    assert_eq!(page.known(), 2);
    let missed = json!({ "messages": [message(3, 3)], "seq": 4, "hasMore": false });
    page.acknowledge(json!({ "ok": missed }));
    assert_eq!((page.known(), page.shown()), (4, vec![1, 2, 3, 4]));
    assert!(page.requests().is_empty());
}

#[test]
fn a_page_that_is_far_behind_requests_until_it_has_everything() {
    let page = opened();
    page.receive(9, message(9, 9));
    for (after, seq) in [(2, 4), (4, 6), (6, 9)] {
        assert_eq!(page.requests(), [format!("channel:sync after {after}")]);
        let next = json!({ "messages": [message(seq, seq)], "seq": seq, "hasMore": seq < 9 });
        page.acknowledge(json!({ "ok": next }));
    }
    assert!(page.requests().is_empty());
    assert_eq!(page.known(), 9);
}

#[test]
fn a_sync_that_fails_for_a_moment_is_requested_again() {
    let page = opened();
    page.receive(4, message(4, 4));
    for code in ["failed", "timeout", "too-many-tries"] {
        assert_eq!(page.requests(), ["channel:sync after 2"]);
        page.acknowledge(refusal(code));
    }
    assert_eq!(page.requests(), ["channel:sync after 2"]);
}

#[test]
fn a_change_that_arrives_twice_or_late_changes_nothing() {
    let page = opened();
    let mut edited = message(1, 3);
    edited["body"] = json!("edited");
    page.receive(3, edited.clone());
    page.receive(3, edited.clone());
    page.receive(1, message(1, 1));
    assert_eq!((page.known(), page.shown()), (3, vec![1, 2]));
    assert_eq!(page.first()["body"], "edited");
    assert!(page.requests().is_empty());
}

#[test]
fn a_change_that_arrives_while_its_channel_is_loading_is_not_lost() {
    let page = connected();
    page.receive(3, message(3, 3));
    page.acknowledge(loaded());
    assert_eq!((page.known(), page.shown()), (3, vec![1, 2, 3]));
}

#[test]
fn a_gap_that_arises_while_a_channel_is_loading_is_closed() {
    let page = connected();
    page.receive(4, message(4, 4));
    assert_eq!(page.requests(), ["channel:open at 1"]);
    page.acknowledge(loaded());
    assert_eq!(page.requests(), ["channel:sync after 2"]);
}

#[test]
fn messages_wait_for_one_that_the_server_cannot_take_now() {
    let page = opened();
    for body in ["first", "second", "third"] {
        page.send(body);
    }
    for code in [
        "failed",
        "timeout",
        "stopping",
        "too-many-tries",
        "log-in-first",
    ] {
        assert_eq!(page.requests(), ["message:send first"]);
        page.acknowledge(refusal(code));
    }
    for body in ["first", "second", "third"] {
        assert_eq!(page.requests(), [format!("message:send {body}")]);
        page.acknowledge(json!({ "ok": { "message": sent(body) } }));
    }
    assert_eq!(page.sent(), ["first", "second", "third"]);
}

#[test]
fn a_refused_message_holds_no_later_one_up() {
    let page = opened();
    for body in ["refused", "second"] {
        page.send(body);
    }
    assert_eq!(page.requests(), ["message:send refused"]);
    page.acknowledge(refusal("message-unknown"));
    assert_eq!(page.requests(), ["message:send second"]);
    let stored = page.call::<Vec<Value>>("stored", json!([]));
    assert_eq!(stored[0]["state"], "failed");
    assert_eq!(stored[0]["error"], "message-unknown");
}

#[test]
fn a_message_that_arrives_as_an_event_is_not_sent_again() {
    let page = opened();
    page.send("first");
    assert_eq!(page.requests(), ["message:send first"]);
    page.receive(3, sent("first"));
    page.call::<Value>("disconnect", json!([]));
    page.welcome();
    assert_eq!(page.requests(), ["channel:sync after 3"]);
    assert_eq!(page.sent(), ["first"]);
}

#[test]
fn someone_elses_message_with_the_same_client_id_is_not_mine() {
    let page = opened();
    page.send("first");
    let mut theirs = sent("first");
    theirs["author"]["id"] = json!(2);
    page.receive(3, theirs);
    assert!(page.sent().is_empty());
}

#[test]
fn a_stored_value_that_is_no_message_is_ignored() {
    let good = json!({
        "clientId": "good", "channel": 1, "event": "message:send", "payload": { "body": "good" },
        "order": 1, "state": "pending", "attempts": 0,
    });
    let mut stored = vec![good.clone()];
    let wrong = [
        ("channel", json!("1")),
        ("event", json!("channel:delete")),
        ("payload", Value::Null),
        ("payload", json!({ "body": 5 })),
        ("payload", json!({ "body": "x", "files": "y" })),
        ("order", Value::Null),
        ("state", json!("sent")),
        ("quote", json!({ "id": 5 })),
    ];
    for (index, (key, value)) in wrong.into_iter().enumerate() {
        let mut bad = good.clone();
        bad["clientId"] = json!(format!("bad-{index}"));
        bad[key] = value;
        stored.push(bad);
    }
    let page = Core::load();
    page.call::<Value>("restore", json!([stored]));
    page.welcome();
    assert_eq!(page.requests(), ["channel:open at 1", "message:send good"]);
}

/// A connected page whose channel has not loaded yet.
fn connected() -> Core {
    let page = Core::load();
    page.welcome();
    page
}

/// A connected page that has loaded the messages 1 and 2.
fn opened() -> Core {
    let page = connected();
    page.acknowledge(loaded());
    page.requests();
    page
}

fn loaded() -> Value {
    json!({ "ok": {
        "channel": { "id": 1, "seq": 2 },
        "messages": [message(1, 1), message(2, 2)],
        "hasOlder": false,
        "hasNewer": false,
    } })
}

fn message(number: i64, seq: i64) -> Value {
    let author = json!({ "id": 2, "name": "Bob" });
    json!({ "id": number, "number": number, "seq": seq, "channel": 1, "author": author, "clientId": "" })
}

/// A message of mine, as the server has saved it.
fn sent(body: &str) -> Value {
    let mut message = message(3, 3);
    message["author"]["id"] = json!(1);
    message["clientId"] = json!(body);
    message
}

fn refusal(code: &str) -> Value {
    json!({ "error": { "code": code, "message": code } })
}

impl Core {
    fn welcome(&self) {
        let welcome = json!({ "me": { "id": 1 }, "channels": [{ "id": 1 }] });
        self.call::<Value>("receive", json!(["socket:welcome", welcome]));
    }

    fn receive(&self, seq: i64, message: Value) {
        let change = json!({ "seq": seq, "message": message });
        self.call::<Value>("receive", json!(["message:created", change]));
    }

    /// Adds a message to the outbox, with its text as the client id.
    fn send(&self, body: &str) {
        self.call::<Value>("send", json!([body, 1, { "body": body }]));
    }

    /// Acknowledges the request that was made last.
    fn acknowledge(&self, response: Value) {
        let last: u64 = self.call("lastRequest", json!([]));
        self.call::<Value>("acknowledge", json!([last, response]));
    }

    /// The requests since the last call, each with the part of its payload that matters.
    fn requests(&self) -> Vec<String> {
        let requests: Vec<(u64, String, Value)> = self.call("takeRequests", json!([]));
        let in_words = |(_, event, payload): (u64, String, Value)| match event.as_str() {
            "channel:sync" => format!("{event} after {}", payload["after"]),
            "channel:open" => format!("{event} at {}", payload["at"]),
            _ => format!("{event} {}", payload["body"].as_str().unwrap()),
        };
        requests.into_iter().map(in_words).collect()
    }

    fn known(&self) -> i64 {
        self.call("known", json!([1]))
    }

    fn shown(&self) -> Vec<i64> {
        let shown: Vec<Value> = self.call("shown", json!([1]));
        let numbers = shown.iter().map(|message| message["number"].as_i64());
        numbers.map(Option::unwrap).collect()
    }

    fn first(&self) -> Value {
        self.call::<Vec<Value>>("shown", json!([1])).swap_remove(0)
    }

    fn sent(&self) -> Vec<String> {
        let sent: Vec<Value> = self.call("takeSent", json!([]));
        let ids = sent.iter().map(|message| message["clientId"].as_str());
        ids.map(|id| id.unwrap().to_owned()).collect()
    }
}
