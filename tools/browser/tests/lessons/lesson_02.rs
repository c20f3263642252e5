//! The connection: who is here, what crosses it, what happens without it.

use std::time::Duration;

use browser::{
    Stage, Window,
    people::text_of,
    proxy::{Proxy, WebSockets},
    rules::Rule,
};

/// A swallowed frame is noticed after five seconds, on a busy machine a little later.
const AN_UPGRADE: Duration = Duration::from_secs(30);
/// While an upgrade is pending, the browser polls again and again.
const NOTES_ALL_REQUESTS: &str = "performance.setResourceTimingBufferSize(100_000);";
/// How many connections the page has begun.
const CONNECTIONS: &str = "performance.getEntriesByType('resource').filter(({ name }) =>\
    name.includes('transport=polling') && !name.includes('sid=')).length";

pub fn rules() -> Vec<Rule> {
    let mut rules = browser::rules![2..;
        the_inspector_tells_about_the_connection,
        the_inspector_lists_an_ask_and_its_answer,
        the_browsers_that_are_here_are_counted,
        a_wave_reaches_the_others_but_not_the_sender,
        the_wave_button_waits_for_the_answer,
        a_lost_connection_is_told_and_comes_back,
        a_network_that_breaks_websockets_is_no_obstacle,
    ];
    rules.extend(browser::rules![2..=2; an_answer_that_never_comes_is_told]);
    rules
}

async fn the_inspector_tells_about_the_connection(stage: &Stage) {
    let ada = stage.person("Ada").await;
    let transport = text_of("#inspector-transport");
    ada.becomes(&transport, "polling, upgraded to websocket")
        .await;
    let session = text_of("#inspector-session");
    ada.becomes(&format!("/^[\\w-]{{16}}$/.test({session})"), true)
        .await;
}

async fn the_inspector_lists_an_ask_and_its_answer(stage: &Stage) {
    let ada = stage.person("Ada").await;
    let before = ada.count_packets("in", "ack 43").await;
    ada.click("#wave").await;
    ada.shows("#wave-status", "Your wave reached 0").await;
    assert_eq!(ada.count_packets("out", r#"["wave:send",{}]"#).await, 1);
    assert_eq!(ada.count_packets("in", "ack 43").await, before + 1);
    assert_eq!(
        ada.count_packets("in", r#"{"ok":{"number":1,"reached":0}}"#)
            .await,
        1
    );
}

async fn the_browsers_that_are_here_are_counted(stage: &Stage) {
    let visitors = text_of("#inspector-visitors");
    let ada = stage.visitor("Ada").await;
    ada.becomes(&visitors, "1").await;
    let bob = stage.visitor("Bob").await;
    bob.becomes(&visitors, "2").await;
    ada.becomes(&visitors, "2").await;
    stage.close(bob).await;
    ada.becomes(&visitors, "1").await;
}

async fn a_wave_reaches_the_others_but_not_the_sender(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    let sender = sign_of(stage, &ada).await;
    ada.click("#wave").await;
    ada.shows("#wave-status", "Your wave reached 1").await;
    bob.shows("#wave-status", &format!("👋 from {sender}"))
        .await;
    assert_eq!(bob.count_packets("in", "wave:received").await, 1);
    assert_eq!(bob.count_packets("out", "ack 43").await, 1);
    assert_eq!(ada.count_packets("in", "wave:received").await, 0);
}

/// How others see who waves: the session id until there are names.
async fn sign_of(stage: &Stage, window: &Window) -> String {
    match stage.lesson {
        2 => window.texts("#inspector-session").await.concat(),
        _ => window.name.clone(),
    }
}

async fn the_wave_button_waits_for_the_answer(stage: &Stage) {
    let ada = stage.person("Ada").await;
    let is_disabled = "document.querySelector('#wave').disabled";
    ada.becomes(is_disabled, false).await;
    stage.pause_server();
    ada.click("#wave").await;
    ada.becomes(is_disabled, true).await;
    stage.resume_server();
    ada.becomes(is_disabled, false).await;
    ada.shows("#wave-status", "Your wave reached 0").await;
}

async fn an_answer_that_never_comes_is_told(stage: &Stage) {
    let ada = stage.person("Ada").await;
    stage.pause_server();
    ada.click("#wave").await;
    ada.shows("#wave-status", "the server did not answer: try again")
        .await;
    ada.becomes("document.querySelector('#wave').disabled", false)
        .await;
    stage.resume_server();
}

async fn a_lost_connection_is_told_and_comes_back(stage: &Stage) {
    let ada = stage.person("Ada").await;
    stage.stop_server();
    let state = text_of("#inspector-state");
    ada.becomes(
        &format!("/^(disconnected|not connected) \\(/.test({state})"),
        true,
    )
    .await;
    ada.click("#wave").await;
    ada.shows(
        "#wave-status",
        "there is no connection to the server right now",
    )
    .await;
    stage.start_server();
    ada.becomes(&state, "connected").await;
}

async fn a_network_that_breaks_websockets_is_no_obstacle(stage: &Stage) {
    stage.allow_failed_requests();
    for (index, websockets) in WebSockets::ALL.into_iter().enumerate() {
        let proxy = Proxy::before(stage.address(), websockets).await;
        let name = format!("Ada {index}");
        let ada = stage.blank_at(&name, &proxy.address()).await;
        ada.begins_pages_with(NOTES_ALL_REQUESTS).await;
        ada.open("/").await;
        let patient = ada.with_patience(AN_UPGRADE);
        // The first one ends when its upgrade fails, unless it was refused.
        if websockets != WebSockets::Refused {
            patient.becomes(CONNECTIONS, 2).await;
        }
        stage.enter(&ada).await;
        ada.click("#wave").await;
        patient.shows("#wave-status", "Your wave reached 0").await;
        ada.becomes(&text_of("#inspector-transport"), "polling")
            .await;
        stage.close(ada).await;
    }
}
