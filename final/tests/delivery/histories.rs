//! Random histories: after any operations in any order, each client shows the same as a fresh load.

use std::collections::BTreeSet;

use super::operation::{CHANNELS, EMOJIS, MAX_SERVERS, NAMES, Operation, Step, step};
use crate::support::{Chat, Client, Database, Servers, check_sent, each_database};
use macro_rules_attribute::apply;
use proptest::{
    collection::vec,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// As many histories as fit into a minute. `PROPTEST_CASES` sets another number.
const CASES: u32 = 10;

#[apply(each_database!)]
fn after_any_history_every_client_shows_the_same_as_a_fresh_load(database: Database) {
    let mut config = Config {
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    };
    if std::env::var("PROPTEST_CASES").is_err() {
        config.cases = CASES;
    }
    // Every run has the same histories.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let runtime = Runtime::new().unwrap();
    let result = TestRunner::new_with_rng(config, rng).run(&vec(step(), 1..150), |history| {
        let played = database.run(async |chat| play_all(&chat, &history).await);
        runtime.block_on(played);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

async fn play_all(chat: &Chat, history: &[Step]) {
    let mut scene = Scene::open(chat).await;
    for step in history {
        scene = scene.play(step).await;
    }
    scene.check(chat).await;
}

/// The servers and the clients of three people.
struct Scene {
    servers: Servers,
    clients: [Client; 3],
}

impl Scene {
    async fn open(chat: &Chat) -> Self {
        // Only PostgreSQL can be shared.
        let count = chat.database_url().map_or(1, |_| MAX_SERVERS);
        let (servers, mut clients) = Servers::start(chat, count, NAMES).await;
        let created = clients[0].request("channel:create", json!({ "name": "Recipes" }));
        assert_eq!(created.await.unwrap()["ok"]["id"], CHANNELS[1]);
        for client in &mut clients {
            client.join_or_leave(CHANNELS[1], true).await;
            client.settle().await;
            for channel in CHANNELS {
                client.send(channel, "good morning", None).await;
            }
            client.settle().await;
        }
        Self { servers, clients }
    }

    async fn play(mut self, step: &Step) -> Self {
        let Step {
            person,
            server,
            operation,
        } = step;
        let server = server % self.servers.count();
        let client = &mut self.clients[*person];
        match *operation {
            Operation::Send { channel } => client.send(CHANNELS[channel], "hello", None).await,
            Operation::Reply { channel, message } => {
                let channel = CHANNELS[channel];
                if let Some(message) = pick(client, channel, message, None) {
                    client.send(channel, "a reply", Some(message)).await;
                }
            }
            Operation::Edit { channel, message } => {
                let body = format!("edit {message}");
                change(
                    client,
                    channel,
                    message,
                    "message:edit",
                    json!({ "body": body }),
                )
                .await;
            }
            Operation::Delete { channel, message } => {
                change(client, channel, message, "message:delete", json!({})).await;
            }
            Operation::React {
                channel,
                message,
                emoji,
            } => {
                if let Some(message) = pick(client, CHANNELS[channel], message, None) {
                    react(client, message, EMOJIS[emoji], true).await;
                }
            }
            Operation::RemoveReaction { channel, reaction } => {
                let own = reactions_of(client, CHANNELS[channel]);
                if let Some((message, emoji)) = own.get(reaction % own.len().max(1)) {
                    react(client, *message, emoji, false).await;
                }
            }
            Operation::SendAgain { message } => {
                let count = client.sent.len().max(1);
                if let Some(message) = client.sent.get(message % count).cloned() {
                    client.send_again(&message).await;
                }
            }
            Operation::Subscribe { channel } => client.join_or_leave(CHANNELS[channel], true).await,
            Operation::Unsubscribe { channel } => {
                client.join_or_leave(CHANNELS[channel], false).await
            }
            Operation::Disconnect => client.disconnect(),
            Operation::Reload => client.reload(),
            Operation::Reconnect => {
                client.catch_up().await;
                if !client.is_connected() {
                    self.servers.move_to(*person, server);
                }
                client.connect().await;
            }
            Operation::Move => {
                self.servers.move_to(*person, server);
                client.disconnect();
                client.connect().await;
            }
            Operation::CatchUp => client.catch_up().await,
            Operation::KillServer => self.servers.kill_and_restart(server),
            Operation::StopServer => self.servers.stop_and_restart(server).await,
        }
        self
    }

    /// Waits until nothing is under way, and compares.
    async fn check(mut self, chat: &Chat) {
        self.settle().await;
        for client in &mut self.clients {
            for channel in CHANNELS {
                if !client.subscribed().contains(&channel) {
                    client.join_or_leave(channel, true).await;
                }
            }
        }
        self.settle().await;
        let mut fresh = self.clients[0].fresh();
        fresh.settle().await;
        for channel in CHANNELS {
            let expected = fresh.shown(channel);
            for client in &mut self.clients {
                // A change on another server arrives a moment later.
                client.receive_up_to(channel, fresh.known(channel)).await;
                let shown = client.shown(channel);
                assert_eq!(shown, expected, "{} in {channel}", client.name);
            }
            let last = fresh.known(channel);
            check_numbers(&expected, last);
        }
        let everything: Vec<Value> = CHANNELS
            .iter()
            .flat_map(|channel| fresh.shown(*channel))
            .collect();
        for client in &self.clients {
            check_sent(client, &everything);
        }
        let rows = chat.count("SELECT count(*) FROM messages").await;
        assert_eq!(rows, everything.len() as i64);
    }

    /// Twice, because a request of the last client causes events for the first one.
    async fn settle(&mut self) {
        for _ in 0..2 {
            for client in &mut self.clients {
                client.settle().await;
            }
        }
    }
}

/// No two messages have the same number or the same latest change, and the channel's number is that of
/// the last change.
fn check_numbers(messages: &[Value], last: i64) {
    let all = |key: &str| -> Vec<i64> {
        let numbers = messages
            .iter()
            .map(|message| message[key].as_i64().unwrap());
        numbers.collect()
    };
    assert!(all("number").is_sorted_by(|one, next| one < next));
    let changes: BTreeSet<i64> = all("seq").into_iter().collect();
    assert_eq!(changes.len(), messages.len());
    assert_eq!(changes.last().copied().unwrap_or(0), last);
    assert!(changes.first().is_none_or(|first| *first > 0));
}

/// One of the messages that a client can still change.
fn pick(client: &Client, channel: i64, index: usize, author: Option<&str>) -> Option<i64> {
    let is_changeable = |message: &Value| {
        let is_theirs = author.is_none_or(|name| message["author"]["name"] == name);
        is_theirs && message["isDeleted"] == false
    };
    let mut messages = client.shown(channel);
    messages.retain(is_changeable);
    messages.get(index % messages.len().max(1))?["id"].as_i64()
}

/// The reactions of a person, each with the id of its message.
fn reactions_of(client: &Client, channel: i64) -> Vec<(i64, String)> {
    let mut found = Vec::new();
    for message in client.shown(channel) {
        for reaction in message["reactions"].as_array().into_iter().flatten() {
            let mut people = reaction["people"].as_array().into_iter().flatten();
            if people.any(|person| person["name"] == client.name) {
                let emoji = reaction["emoji"].as_str().unwrap().to_owned();
                found.push((message["id"].as_i64().unwrap(), emoji));
            }
        }
    }
    found
}

async fn change(
    client: &mut Client,
    channel: usize,
    index: usize,
    event: &str,
    mut payload: Value,
) {
    let name = client.name.clone();
    if let Some(message) = pick(client, CHANNELS[channel], index, Some(&name)) {
        payload["message"] = json!(message);
        client.change(event, payload).await;
    }
}

async fn react(client: &mut Client, message: i64, emoji: &str, is_on: bool) {
    let payload = json!({ "message": message, "emoji": emoji, "isOn": is_on });
    client.change("message:react", payload).await;
}
