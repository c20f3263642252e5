//! Whatever happens, in whatever order: what a window shows is what a fresh
//! load shows.

use std::collections::BTreeSet;

use super::happening::{CHANNELS, EMOJIS, Happening, NAMES, What, happening};
use crate::support::{Chat, Client, Feed, Server, check_letters, on_each_database};
use proptest::{
    collection::vec,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// As many histories as fit into a minute; `PROPTEST_CASES` makes it more.
const CASES: u32 = 10;

#[test]
fn whatever_happens_every_window_shows_what_a_fresh_load_shows() {
    let mut config = Config {
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    };
    if std::env::var("PROPTEST_CASES").is_err() {
        config.cases = CASES;
    }
    // The same histories on every run.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let runtime = Runtime::new().unwrap();
    let tried = TestRunner::new_with_rng(config, rng).run(&vec(happening(), 1..150), |history| {
        let live = on_each_database(async |chat| live_through(&chat, &history).await);
        runtime.block_on(live);
        Ok(())
    });
    tried.unwrap_or_else(|error| panic!("{error}"));
}

async fn live_through(chat: &Chat, history: &[Happening]) {
    let mut scene = Scene::open(chat).await;
    for happening in history {
        scene = scene.play(happening).await;
    }
    scene.check(chat).await;
}

/// The server and the windows of three people.
struct Scene {
    server: Server,
    clients: [Client; 3],
}

impl Scene {
    async fn open(chat: &Chat) -> Self {
        let (server, mut clients) = Server::start_with(chat, NAMES).await;
        let made = clients[0].request("channel:create", json!({ "name": "Recipes" }));
        assert_eq!(made.await.unwrap()["ok"]["id"], CHANNELS[1]);
        for client in &mut clients {
            client.join_or_leave(CHANNELS[1], true).await;
            client.settle().await;
            for channel in CHANNELS {
                client.send(channel, "good morning", None).await;
            }
            client.settle().await;
        }
        Self { server, clients }
    }

    async fn play(mut self, Happening { who, what }: &Happening) -> Self {
        let client = &mut self.clients[*who];
        match *what {
            What::Sends { channel } => client.send(CHANNELS[channel], "hello", None).await,
            What::Answers { channel, message } => {
                let channel = CHANNELS[channel];
                if let Some(message) = pick(client, channel, message, None) {
                    client.send(channel, "an answer", Some(message)).await;
                }
            }
            What::Edits { channel, message } => {
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
            What::Deletes { channel, message } => {
                change(client, channel, message, "message:delete", json!({})).await;
            }
            What::Reacts {
                channel,
                message,
                emoji,
            } => {
                if let Some(message) = pick(client, CHANNELS[channel], message, None) {
                    react(client, message, EMOJIS[emoji], true).await;
                }
            }
            What::TakesBackAReaction { channel, reaction } => {
                let own = client.feeds[&CHANNELS[channel]].reactions_of(&client.name);
                if let Some((message, emoji)) = own.get(reaction % own.len().max(1)) {
                    react(client, *message, emoji, false).await;
                }
            }
            What::SendsAgain { letter } => {
                let count = client.sent.len().max(1);
                if let Some(letter) = client.sent.get(letter % count).cloned() {
                    client.send_again(&letter).await;
                }
            }
            What::Subscribes { channel } => client.join_or_leave(CHANNELS[channel], true).await,
            What::Unsubscribes { channel } => client.join_or_leave(CHANNELS[channel], false).await,
            What::LosesTheConnection => client.cut(),
            What::ComesBack => {
                client.catch_up().await;
                client.connect().await;
            }
            What::HearsWhatThereIs => client.catch_up().await,
            What::SeesTheServerKilled => self.server = self.server.kill_and_restart(),
            What::SeesTheServerStopped => self.server = self.server.stop_and_restart().await,
        }
        self
    }

    /// Lets everything come to rest, and compares.
    async fn check(mut self, chat: &Chat) {
        self.settle().await;
        for client in &mut self.clients {
            for channel in CHANNELS {
                if !client.subscribed.contains(&channel) {
                    client.join_or_leave(channel, true).await;
                }
            }
        }
        self.settle().await;
        let mut fresh = self.clients[0].fresh();
        fresh.settle().await;
        for channel in CHANNELS {
            let expected = fresh.feeds[&channel].shown();
            for client in &self.clients {
                let shown = client.feeds[&channel].shown();
                assert_eq!(shown, expected, "{} in {channel}", client.name);
            }
            let last = fresh.feeds[&channel].known;
            check_numbers(&expected, last);
        }
        let everything: Vec<Value> = fresh.feeds.values().flat_map(Feed::shown).collect();
        for client in &self.clients {
            check_letters(client, &everything);
        }
        let rows = chat.count("SELECT count(*) FROM messages").await;
        assert_eq!(rows, everything.len() as i64);
    }

    /// What the last one asks is news for the first one: so twice.
    async fn settle(&mut self) {
        for _ in 0..2 {
            for client in &mut self.clients {
                client.settle().await;
            }
        }
    }
}

/// No two messages have the same place or the same latest change, and the
/// channel's number is that of the last change.
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

/// One of the messages that a window can still change.
fn pick(client: &Client, channel: i64, index: usize, author: Option<&str>) -> Option<i64> {
    let there = client.feeds.get(&channel)?.changeable(author);
    there.get(index % there.len().max(1)).copied()
}

async fn change(client: &mut Client, channel: usize, index: usize, event: &str, mut ask: Value) {
    let name = client.name.clone();
    if let Some(message) = pick(client, CHANNELS[channel], index, Some(&name)) {
        ask["message"] = json!(message);
        client.change(event, ask).await;
    }
}

async fn react(client: &mut Client, message: i64, emoji: &str, is_on: bool) {
    let ask = json!({ "message": message, "emoji": emoji, "isOn": is_on });
    client.change("message:react", ask).await;
}
