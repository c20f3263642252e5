//! Connections that come and go.

use crate::support::{Client, Server, on_each_database};

#[tokio::test]
async fn reconnecting_ten_times_leaves_one_set_of_handlers_and_no_repeated_joined() {
    on_each_database(async |chat| {
        let names = ["Ada", "Bob", "Eve"];
        let (_server, [mut ada, mut bob, mut eve]) = Server::start_with(&chat, names).await;
        for round in 1..=10 {
            bob.cut();
            bob.connect().await;
            bob.send(1, &format!("message {round}"), None).await;
            bob.settle().await;
        }
        assert_eq!(bob.count("message:created"), 10);
        // Whatever was to be told of Bob would have come before this.
        eve.cut();
        ada.wait_for("user:left", |_| true).await;
        assert_eq!(ada.count("user:left"), 1);
        assert_eq!(ada.count("user:joined"), 2);
        assert_eq!(ada.count("message:created"), 10);
        bob.settle().await;
        assert_eq!(bob.feeds[&1].shown().len(), 10);
    })
    .await;
}

#[tokio::test]
async fn of_two_tabs_one_is_closed_and_nobody_is_told_of_a_left() {
    on_each_database(async |chat| {
        let names = ["Ada", "Bob", "Eve"];
        let (server, [mut ada, mut bob, mut eve]) = Server::start_with(&chat, names).await;
        let mut tab = bob.fresh();
        tab.settle().await;
        bob.cut();
        until_log_says(&server, "disconnected", &mut ada).await;
        // What was to be told of Bob would come before Eve has left twice.
        for times in 1..=2 {
            eve.cut();
            while ada.count_of("user:left", |event| event["user"] == 3) < times {
                assert!(ada.hear().await);
            }
            eve.settle().await;
        }
        assert_eq!(ada.count("user:left"), 2);
        ada.send(1, "Bob?", None).await;
        tab.wait_for("message:created", |_| true).await;
        assert_eq!(tab.count("message:created"), 1);
    })
    .await;
}

#[tokio::test]
async fn every_client_drops_at_once_and_the_server_answers_all_the_while() {
    on_each_database(async |chat| {
        let names = ["Ada", "Bob", "Cid", "Dan", "Eve"];
        let (_server, [mut ada, others @ ..]) = Server::start_with(&chat, names).await;
        // As many windows as one person may have, half of them new.
        let windows = others
            .iter()
            .flat_map(|person| (0..50).map(|_| person.fresh()));
        let mut crowd: Vec<Client> = windows.collect();
        for window in &mut crowd {
            window.connect().await;
        }
        crowd.iter_mut().for_each(Client::cut);
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
        let expected = ada.feeds[&1].shown();
        for window in &mut crowd {
            window.settle().await;
            assert_eq!(window.feeds[&1].shown(), expected);
        }
    })
    .await;
}

#[tokio::test]
async fn thousands_of_connects_and_disconnects_leave_the_memory_flat() {
    on_each_database(async |chat| {
        let (server, [ada]) = Server::start_with(&chat, ["Ada"]).await;
        come_and_go(&ada, 300).await;
        let warm = server.process.resident_kib();
        come_and_go(&ada, 1_200).await;
        let grown = server.process.resident_kib().saturating_sub(warm);
        // While it is open a connection holds some 20 KiB, which would be 24,000.
        assert!(grown < 10_000, "{grown} KiB more than {warm}");
    })
    .await;
}

async fn come_and_go(person: &Client, times: usize) {
    for _ in 0..times {
        let mut window = person.fresh();
        window.connect().await;
    }
}

/// Lets the server work, by asking it, until its log holds these words.
async fn until_log_says(server: &Server, words: &str, client: &mut Client) {
    while !server.process.log().contains(words) {
        client.settle().await;
    }
}
