//! A stop that is announced, settings from outside, and pages of other sites.

use browser::{Stage, rules::Rule};

use crate::lesson_05::IS_BACK;

const RESTARTING: &str = "The server is restarting. Trying to come back…";

pub fn rules() -> Vec<Rule> {
    browser::rules![9..;
        people_are_told_of_a_restart_and_come_back,
        visitors_are_told_of_a_restart,
        a_lost_connection_after_a_restart_is_no_restart,
        a_page_of_another_site_opens_no_socket,
        a_taken_address_is_told,
        an_address_that_is_none_is_told,
    ]
}

async fn people_are_told_of_a_restart_and_come_back(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    stage.ask_server_to_stop();
    for window in [&ada, &bob] {
        window.shows("#banner", RESTARTING).await;
    }
    stage.start_server();
    tokio::join!(ada.shows("#banner", IS_BACK), bob.shows("#banner", IS_BACK));
    ada.say("still here").await;
    bob.sees("still here").await;
}

async fn visitors_are_told_of_a_restart(stage: &Stage) {
    let ada = stage.visitor("Ada").await;
    ada.connects().await;
    stage.ask_server_to_stop();
    ada.shows("#banner", RESTARTING).await;
    stage.start_server();
    ada.hides("#banner").await;
    ada.join("Ada").await;
}

async fn a_lost_connection_after_a_restart_is_no_restart(stage: &Stage) {
    let ada = stage.person("Ada").await;
    stage.ask_server_to_stop();
    stage.start_server();
    ada.shows("#banner", IS_BACK).await;
    stage.stop_server();
    ada.shows("#banner", "Connection lost. Trying to come back…")
        .await;
}

async fn a_page_of_another_site_opens_no_socket(stage: &Stage) {
    stage.allow_failed_requests();
    let ada = stage.person("Ada").await;
    for (host, opens) in [("127.0.0.1", true), ("localhost", false)] {
        let port = stage.port();
        ada.run(&format!(
            "const socket = new WebSocket('ws://{host}:{port}/socket.io/?EIO=4&transport=websocket');\
             window.opened = undefined;\
             socket.onopen = () => {{ window.opened = true; socket.close(); }};\
             socket.onerror = () => (window.opened = false);"
        ))
        .await;
        ada.becomes("window.opened", opens).await;
    }
    let page = format!("origin=\"{}\"", stage.address());
    stage
        .server_writes(&["refused a page from another site", &page])
        .await;
}

async fn a_taken_address_is_told(stage: &Stage) {
    let port = stage.port();
    let words = format!(
        "error: 127.0.0.1:{port} is taken: stop the other program, or choose another port with --listen 3001"
    );
    assert_eq!(stage.fails_to_start(&port).await, (Some(1), words));
}

async fn an_address_that_is_none_is_told(stage: &Stage) {
    let (status, said) = stage.fails_to_start("abc").await;
    assert_eq!(status, Some(2));
    let words = "write it like 3001 for this machine, or 0.0.0.0:3001 for all its addresses";
    assert!(said.contains("'abc'") && said.contains(words), "{said}");
}
