//! Lost acknowledgements, and people who join while others are writing.

use serde_json::json;

use crate::support::{Chat, Client, Network, Proxy, Server, each_database};
use macro_rules_attribute::apply;

#[apply(each_database!)]
async fn the_socket_dies_after_the_server_saved_before_the_ack_and_the_client_retries(chat: Chat) {
    let (server, [_, mut bob]) = Server::start_with(&chat, ["Ada", "Bob"]).await;
    let mut browser = chat.browser();
    browser.log_in("Ada", "correct horse").await;
    let proxy = Proxy::start(server.process.address).await;
    let address = tokio::sync::watch::Sender::new(proxy.address);
    let mut ada = Client::new("Ada", &browser, address.subscribe());
    ada.settle().await;
    for round in 1..=10 {
        let body = format!("message {round}");
        proxy.set(Network::LosesResponses);
        ada.send(1, &body, None).await;
        let is_it = |event: &serde_json::Value| event["message"]["body"] == body;
        bob.wait_for("message:created", is_it).await;
        assert_eq!(ada.sent.len(), round - 1);
        proxy.set(Network::IsDown);
        while ada.receive().await {}
        proxy.set(Network::Works);
        ada.settle().await;
        assert_eq!(ada.sent.len(), round);
    }
    bob.settle().await;
    assert_eq!(bob.count("message:created"), 10);
    let shown = bob.shown(1);
    assert_eq!(shown.len(), 10);
    assert_eq!(ada.shown(1), shown);
    assert_eq!(chat.count("SELECT count(*) FROM messages").await, 10);
}

#[apply(each_database!)]
async fn the_same_client_id_from_another_user_is_another_message(chat: Chat) {
    let (_server, [mut ada, mut bob]) = Server::start_with(&chat, ["Ada", "Bob"]).await;
    let send = |body: &str| json!({ "channel": 1, "clientId": "same", "body": body });
    let mine = ada.request("message:send", send("Ada's")).await.unwrap();
    let his = bob.request("message:send", send("Bob's")).await.unwrap();
    assert_eq!(mine["ok"]["message"]["body"], "Ada's");
    assert_eq!(his["ok"]["message"]["body"], "Bob's");
    ada.settle().await;
    assert_eq!(ada.shown(1).len(), 2);
}

#[apply(each_database!)]
async fn a_retry_finds_the_saved_message_although_its_author_has_left_or_its_quote_is_deleted(
    chat: Chat,
) {
    let (_server, [mut ada, mut bob]) = Server::start_with(&chat, ["Ada", "Bob"]).await;
    let payload = json!({ "channel": 1, "clientId": "question", "body": "Who is there?" });
    let question = bob.request("message:send", payload).await.unwrap();
    let question = &question["ok"]["message"]["id"];
    let send = json!({ "channel": 1, "clientId": "same", "body": "Me", "replyTo": question });
    let first = ada.request("message:send", send.clone()).await.unwrap();
    let delete = json!({ "message": question });
    bob.request("message:delete", delete).await.unwrap();
    let again = ada.request("message:send", send.clone()).await.unwrap();
    assert_eq!(again["ok"]["message"]["id"], first["ok"]["message"]["id"]);
    let leave = json!({ "channel": 1 });
    ada.request("channel:leave", leave).await.unwrap();
    let again = ada.request("message:send", send).await.unwrap();
    assert_eq!(again["ok"]["message"]["id"], first["ok"]["message"]["id"]);
    assert_eq!(chat.count("SELECT count(*) FROM messages").await, 2);
}

#[apply(each_database!)]
async fn joining_while_messages_are_saved_leaves_no_gap_and_no_duplicate(chat: Chat) {
    let (_server, [mut ada, bob]) = Server::start_with(&chat, ["Ada", "Bob"]).await;
    let writing = async {
        for number in 0..400 {
            ada.send(1, &format!("message {number}"), None).await;
            ada.catch_up().await;
        }
    };
    let joining = async {
        let mut windows = Vec::new();
        for _ in 0..20 {
            let mut window = bob.fresh();
            window.settle().await;
            windows.push(window);
        }
        windows
    };
    let ((), mut windows) = tokio::join!(writing, joining);
    let came_in_between = windows.iter().any(|window| window.known(1) < 400);
    assert!(
        came_in_between,
        "nobody came while messages were being saved"
    );
    ada.settle().await;
    let expected = ada.shown(1);
    assert_eq!(expected.len(), 400);
    for window in &mut windows {
        window.settle().await;
        assert_eq!(window.shown(1), expected);
    }
}
