//! Connections that come and go.

use std::time::Duration;

use testkit::Recorder;
use tokio::sync::watch;

use crate::support::{Chat, Client, Server, StoppedClock, each_database};
use macro_rules_attribute::apply;

#[apply(each_database!)]
async fn reconnecting_ten_times_leaves_one_set_of_handlers_and_no_repeated_joined(chat: Chat) {
    let room = Recorder::start(chat.router.clone()).await;
    let address = watch::Sender::new(room.address());
    let mut people = Vec::new();
    for name in ["Ada", "Bob", "Eve"] {
        let browser = chat.signed_up(name).await;
        let mut person = Client::new(name, &browser, address.subscribe());
        person.settle().await;
        people.push(person);
    }
    let [ada, bob, eve] = &mut people[..] else {
        unreachable!()
    };
    // Bob is always back in time, however slow the machine is.
    let clock = StoppedClock::start();
    for round in 1..=10 {
        bob.disconnect();
        bob.connect().await;
        bob.send(1, &format!("message {round}"), None).await;
        bob.settle().await;
    }
    assert_eq!(bob.count("message:created"), 10);
    // An event about Bob would have arrived before this.
    eve.disconnect();
    ada.settle().await;
    assert_eq!(ada.count("user:left"), 0);
    while ada.count("user:left") == 0 {
        clock.advance(Duration::from_secs(1)).await;
        ada.settle().await;
    }
    assert_eq!(ada.count("user:left"), 1);
    assert_eq!(ada.count("user:joined"), 2);
    assert_eq!(ada.count("message:created"), 10);
    bob.settle().await;
    assert_eq!(bob.shown(1).len(), 10);
}

#[apply(each_database!)]
async fn closing_one_of_two_tabs_is_not_announced(chat: Chat) {
    let names = ["Ada", "Bob", "Eve"];
    let (server, [mut ada, mut bob, mut eve]) = Server::start_with(&chat, names).await;
    let mut tab = bob.fresh();
    tab.settle().await;
    bob.disconnect();
    until_log_says(&server, "disconnected", &mut ada).await;
    // An event about Bob would have arrived before Eve leaves for the second time.
    for times in 1..=2 {
        eve.disconnect();
        while ada.count_of("user:left", |event| event["user"] == 3) < times {
            assert!(ada.receive().await);
        }
        eve.settle().await;
    }
    assert_eq!(ada.count("user:left"), 2);
    ada.send(1, "Bob?", None).await;
    tab.wait_for("message:created", |_| true).await;
    assert_eq!(tab.count("message:created"), 1);
}

#[apply(each_database!)]
async fn the_server_responds_while_all_clients_drop_at_once(chat: Chat) {
    let names = ["Ada", "Bob", "Cid", "Dan", "Eve"];
    let (_server, [mut ada, others @ ..]) = Server::start_with(&chat, names).await;
    // As many connections as one person may have, half of them new.
    let windows = others
        .iter()
        .flat_map(|person| (0..50).map(|_| person.fresh()));
    let mut crowd: Vec<Client> = windows.collect();
    for window in &mut crowd {
        window.connect().await;
    }
    crowd.iter_mut().for_each(Client::disconnect);
    let returning = async {
        for window in &mut crowd {
            window.connect().await;
        }
    };
    let writing = async {
        for number in 0..50 {
            ada.send(1, &format!("message {number}"), None).await;
            ada.catch_up().await;
        }
    };
    tokio::join!(returning, writing);
    ada.settle().await;
    assert_eq!(ada.sent.len(), 50);
    let expected = ada.shown(1);
    for window in &mut crowd {
        window.settle().await;
        assert_eq!(window.shown(1), expected);
    }
}

#[apply(each_database!)]
async fn thousands_of_connects_and_disconnects_leave_the_memory_flat(chat: Chat) {
    let (server, [ada]) = Server::start_with(&chat, ["Ada"]).await;
    connect_and_disconnect(&ada, 300).await;
    let warm = server.process.resident_kib();
    connect_and_disconnect(&ada, 1_200).await;
    let grown = server.process.resident_kib().saturating_sub(warm);
    // An open connection takes about 20 KiB, so leaking them would take 24,000 KiB.
    assert!(grown < 10_000, "{grown} KiB more than {warm}");
}

async fn connect_and_disconnect(person: &Client, times: usize) {
    for _ in 0..times {
        let mut window = person.fresh();
        window.connect().await;
    }
}

/// Sends requests to the server until its log contains this text.
async fn until_log_says(server: &Server, words: &str, client: &mut Client) {
    while !server.process.log().contains(words) {
        client.settle().await;
    }
}
