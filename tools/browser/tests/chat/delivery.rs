//! Nothing lost, nothing doubled, whatever happens to the connection.

use std::time::Duration;

use browser::{
    Stage, Window,
    proxy::{Proxy, WebSockets},
    rules::Rule,
};
use serde_json::json;

/// A swallowed frame is noticed after five seconds, on a busy machine a little later.
const AN_UPGRADE: Duration = Duration::from_secs(30);

const RESTARTS: &str = "The server is restarting… Your messages will be sent when it is back.";
const LOST: &str = "Connection lost. Reconnecting… Your messages will be sent then.";

pub fn rules() -> Vec<Rule> {
    browser::rules![chat;
        a_long_disconnection_is_told_and_so_is_its_end,
        a_short_disconnection_is_not_told,
        a_restart_is_told_only_if_it_takes_long,
        after_a_restart_everyone_has_what_a_fresh_page_has,
        what_others_did_meanwhile_is_caught_up,
        more_than_a_page_of_changes_is_caught_up,
        a_server_that_closes_the_connection_is_asked_again,
        browsers_do_not_all_come_back_at_once,
        polling_alone_is_enough,
        a_proxy_that_breaks_websockets_is_no_obstacle,
    ]
}

async fn a_long_disconnection_is_told_and_so_is_its_end(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.hides("#banner:not(:empty)").await;
    stage.stop_server();
    ada.shows("#banner", LOST).await;
    stage.start_server();
    ada.shows("#banner", "Back online.").await;
    ada.hides("#banner:not(:empty)").await;
}

async fn a_short_disconnection_is_not_told(stage: &Stage) {
    let ada = stage.person("Ada").await;
    remembers_banners(&ada).await;
    stage.stop_server();
    stage.start_server();
    ada.becomes(
        "document.querySelector('#inspector-state').textContent !== 'connected'",
        true,
    )
    .await;
    ada.connects().await;
    ada.say("back").await;
    ada.has_history(&["back"]).await;
    ada.becomes("window.banners.length", 0).await;
}

async fn a_restart_is_told_only_if_it_takes_long(stage: &Stage) {
    let ada = stage.person("Ada").await;
    remembers_banners(&ada).await;
    stage.ask_server_to_stop();
    // Another server may take over before anybody notices.
    assert_eq!(ada.value("window.banners.length").await, json!(0));
    ada.becomes("window.banners[0]", RESTARTS).await;
    stage.start_server();
    ada.shows("#banner", "Back online.").await;
    ada.hides("#banner:not(:empty)").await;
}

async fn remembers_banners(window: &Window) {
    window
        .run(
            "window.banners = [];\
            new MutationObserver(([{ target }]) => window.banners.push(target.textContent))\
                .observe(document.querySelector('#banner'), { childList: true })",
        )
        .await;
}

async fn after_a_restart_everyone_has_what_a_fresh_page_has(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.say("before").await;
    bob.sees("before").await;
    stage.stop_server();
    ada.say("from Ada").await;
    bob.say("from Bob").await;
    stage.start_server();
    for window in [&ada, &bob] {
        window.sees("from Ada").await;
        window.sees("from Bob").await;
        window.hides("#outbox .message").await;
    }
    same_after_reload(&ada).await;
    same_after_reload(&bob).await;
    assert_eq!(ada.history().await, bob.history().await);
}

async fn what_others_did_meanwhile_is_caught_up(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    for body in ["stays", "is edited", "is deleted", "is quoted"] {
        bob.say(body).await;
        ada.sees(body).await;
    }
    ada.chooses("is quoted", "reply").await;
    ada.say("an answer").await;
    bob.sees("an answer").await;
    cut_off(stage, &ada).await;
    bob.connects().await;
    bob.chooses("is edited", "edit").await;
    bob.say("was edited").await;
    bob.sees("was edited").await;
    bob.chooses("is quoted", "edit").await;
    bob.say("was quoted").await;
    bob.sees("was quoted").await;
    bob.chooses("is deleted", "delete").await;
    bob.click("#confirm-action").await;
    bob.chooses("stays", "react").await;
    bob.picks_emoji("party popper").await;
    bob.shows(".reaction", "🎉 1").await;
    // Enough that a page opened now would not hold the ones above.
    let new: Vec<String> = (1..=60).map(|n| format!("new {n}")).collect();
    bob.sends_many(1, &new).await;
    let_back(&ada).await;
    let changed = [
        "stays",
        "was edited",
        "This message was deleted.",
        "was quoted",
        "an answer",
    ];
    let all = changed.into_iter().chain(new.iter().map(String::as_str));
    ada.has_history(&all.collect::<Vec<_>>()).await;
    ada.shows(".reaction", "🎉 1").await;
    ada.shows("#message-list .quote__text", "was quoted").await;
}

async fn more_than_a_page_of_changes_is_caught_up(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    bob.say("before").await;
    ada.sees("before").await;
    cut_off(stage, &ada).await;
    bob.connects().await;
    let bodies: Vec<String> = (1..=450).map(|n| format!("message {n}")).collect();
    bob.sends_many(1, &bodies).await;
    let_back(&ada).await;
    ada.sees("message 450").await;
    let mut all = vec!["before".to_owned()];
    all.extend(bodies);
    ada.becomes(
        "document.querySelectorAll('#message-list .row').length",
        451,
    )
    .await;
    assert_eq!(ada.history().await, all);
}

async fn a_server_that_closes_the_connection_is_asked_again(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    hears_from_us(&ada).await;
    let session = ada
        .value("document.querySelector('#inspector-session').textContent")
        .await;
    ada.run(GOODBYE).await;
    ada.until(
        "document.querySelector('#inspector-session').textContent",
        "another session",
        |now| *now != session,
    )
    .await;
    ada.connects().await;
    bob.say("welcome back").await;
    ada.sees("welcome back").await;
}

/// The server's own goodbye, as the library hears it.
const GOODBYE: &str = "window.wire.onmessage({ data: '41' })";

/// Loads the page again so that the test can say something to it in the server's name.
async fn hears_from_us(window: &Window) {
    window
        .begins_pages_with(
            "const Real = WebSocket;\
            window.WebSocket = class extends Real {\
                constructor(...args) { super(...args); window.wire = this; }\
            };",
        )
        .await;
    window.run("location.reload()").await;
    window.is_in("# General").await;
    window
        .becomes("typeof window.wire?.onmessage", "function")
        .await;
    window
        .becomes(
            "document.querySelector('#inspector-transport').textContent",
            "polling, upgraded to websocket",
        )
        .await;
}

/// Chance says when each of them does; here the test decides what chance says.
async fn browsers_do_not_all_come_back_at_once(stage: &Stage) {
    let windows = stage.people(["Ada", "Bob"]).await;
    for (window, chance) in windows.iter().zip([0.25, 0.75]) {
        window
            .begins_pages_with(&format!(
                "Math.random = () => {chance};\
                window.waits = [];\
                const begin = setTimeout;\
                window.setTimeout = (then, wait, ...rest) => {{\
                    waits.push(wait);\
                    return begin(then, wait, ...rest);\
                }};"
            ))
            .await;
        hears_from_us(window).await;
    }
    let [ada, bob] = windows;
    // The server has closed the connection: between one and three seconds.
    for (window, wait) in [(&ada, 1500), (&bob, 2500)] {
        window.run(GOODBYE).await;
        window
            .becomes(&format!("waits.includes({wait})"), true)
            .await;
    }
    for window in [&ada, &bob] {
        window.connects().await;
        window.run("waits.length = 0").await;
    }
    // The server is gone: one second, and up to a half more or less.
    stage.stop_server();
    for (window, wait) in [(&ada, 875), (&bob, 1375)] {
        window
            .becomes(&format!("waits.includes({wait})"), true)
            .await;
    }
}

async fn a_proxy_that_breaks_websockets_is_no_obstacle(stage: &Stage) {
    let bob = stage.person("Bob").await;
    stage.allow_failed_requests();
    for (name, websockets) in ["Ada", "Eve", "Joe", "Kim"].iter().zip(WebSockets::ALL) {
        let proxy = Proxy::before(stage.address(), websockets).await;
        let guest = stage.blank_at(name, &proxy.address()).await;
        guest.open("/").await;
        guest.signs_up().await;
        let body = format!("hello from {name}");
        guest.say(&body).await;
        bob.with_patience(AN_UPGRADE).sees(&body).await;
        stage.close(guest).await;
    }
}

async fn polling_alone_is_enough(stage: &Stage) {
    let bob = stage.person("Bob").await;
    let ada = stage.blank("Ada").await;
    stage.allow_failed_requests();
    ada.begins_pages_with(
        "window.WebSocket = class { constructor() { setTimeout(() => this.onerror?.(new Event('error'))); } close() {} send() {} };",
    )
    .await;
    talk_over_polling(&ada, &bob).await;
}

async fn talk_over_polling(ada: &Window, bob: &Window) {
    ada.open("/").await;
    ada.signs_up().await;
    ada.say("hello").await;
    bob.sees("hello").await;
    bob.say("hi").await;
    ada.has_history(&["hello", "hi"]).await;
    ada.becomes(
        "document.querySelector('#inspector-transport').textContent",
        "polling",
    )
    .await;
}

/// Breaks the connection of one window, and keeps it broken.
pub async fn cut_off(stage: &Stage, window: &Window) {
    window.devtools("Network.enable", json!({})).await;
    stage.stop_server();
    window
        .devtools(
            "Network.setBlockedURLs",
            json!({ "urls": ["*socket.io/?*"] }),
        )
        .await;
    stage.start_server();
}

/// Lets it come back.
pub async fn let_back(window: &Window) {
    lets_through(window).await;
    window.connects().await;
}

/// Lets a window that shows no chat have a connection when it does.
pub async fn lets_through(window: &Window) {
    window
        .devtools("Network.setBlockedURLs", json!({ "urls": [] }))
        .await;
}

async fn same_after_reload(window: &Window) {
    let before = window.history().await;
    window.run("location.reload()").await;
    window.is_in("# General").await;
    window
        .has_history(&before.iter().map(String::as_str).collect::<Vec<_>>())
        .await;
}
