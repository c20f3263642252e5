//! The join form: names that are right, names that are not.

use browser::{Stage, Window, rules::Rule};
use serde_json::Value;

pub fn rules() -> Vec<Rule> {
    browser::rules![3..;
        the_join_form_comes_first,
        a_name_that_is_not_right_is_refused_beside_the_field,
        a_good_name_opens_the_chat,
        those_who_are_here_are_told_who_joins,
        waving_needs_a_name,
        the_join_button_waits_for_the_answer,
        a_name_is_shown_as_text,
        the_terminal_tells_who_comes_and_goes,
    ]
}

/// The typed text, and the message that refuses it.
const REFUSED: [(&str, &str); 5] = [
    ("", "choose a name"),
    ("   ", "choose a name"),
    ("abcdefghijklmnopqrstu", "a name has at most 20 characters"),
    (
        "A\u{200b}da",
        "a name cannot hold control or invisible characters",
    ),
    (
        "A\u{2800}da",
        "a name cannot hold control or invisible characters",
    ),
];

async fn the_join_form_comes_first(stage: &Stage) {
    let ada = stage.visitor("Ada").await;
    ada.shows("#join h3", "Join the chat").await;
    ada.focuses("join-name").await;
    ada.hides("#composer").await;
    ada.hides("#messages").await;
    ada.shows("#me", "").await;
}

async fn a_name_that_is_not_right_is_refused_beside_the_field(stage: &Stage) {
    let ada = stage.visitor("Ada").await;
    ada.connects().await;
    for (name, words) in REFUSED {
        ada.pastes("#join-name", name).await;
        ada.click("#join-form [type=submit]").await;
        ada.shows("#join-name-error", words).await;
        is_marked(&ada, "join-name").await;
        ada.becomes("document.querySelector('#join-name').value", name)
            .await;
    }
    assert_eq!(ada.count_packets("out", "user:join").await, 0);
}

/// The field is marked as wrong, and [`is_beside`].
pub async fn is_marked(window: &Window, field: &str) {
    let invalid = format!("document.querySelector('#{field}').ariaInvalid");
    window.becomes(&invalid, "true").await;
    is_beside(window, field, &format!("{field}-error")).await;
}

/// The field has the focus, and the words about it are right below.
pub async fn is_beside(window: &Window, field: &str, words: &str) {
    window.focuses(field).await;
    let field = format!("document.querySelector('#{field}')");
    let description = format!("{field}.getAttribute('aria-describedby')");
    window.becomes(&description, words).await;
    let distance = format!(
        "document.querySelector('#{words}').getBoundingClientRect().top\
        - {field}.getBoundingClientRect().bottom"
    );
    let is_near = |px: &Value| px.as_f64().is_some_and(|px| (0.0..16.0).contains(&px));
    window.until(&distance, "0 to 16 px", is_near).await;
}

async fn a_good_name_opens_the_chat(stage: &Stage) {
    let ada = stage.visitor("Ada").await;
    ada.asks_to_join(" ").await;
    ada.shows("#join-name-error", "choose a name").await;
    ada.asks_to_join("Ada").await;
    ada.shows("#me", "Ada").await;
    ada.becomes("document.querySelector('#join-name').ariaInvalid", "false")
        .await;
    ada.becomes(
        "document.querySelector('#messages').checkVisibility()",
        true,
    )
    .await;
    if stage.lesson >= 4 {
        ada.focuses("composer-body").await;
    }
}

async fn those_who_are_here_are_told_who_joins(stage: &Stage) {
    let ada = stage.person("Ada").await;
    let bob = stage.visitor("Bob").await;
    bob.asks_to_join("  Bob ").await;
    bob.shows("#me", "Bob").await;
    ada.is_told("Bob joined").await;
}

async fn waving_needs_a_name(stage: &Stage) {
    let ada = stage.visitor("Ada").await;
    ada.connects().await;
    ada.click("#wave").await;
    ada.shows(
        "#wave-status",
        "join first: nobody here knows your name yet",
    )
    .await;
}

async fn the_join_button_waits_for_the_answer(stage: &Stage) {
    let ada = stage.visitor("Ada").await;
    ada.connects().await;
    stage.pause_server();
    ada.types("#join-name", "Ada").await;
    ada.click("#join-form [type=submit]").await;
    ada.becomes(
        "document.querySelector('#join-form [type=submit]').disabled",
        true,
    )
    .await;
    ada.run("document.querySelector('#join-form').requestSubmit()")
        .await;
    stage.resume_server();
    ada.shows("#me", "Ada").await;
    assert_eq!(ada.count_packets("out", "user:join").await, 1);
}

async fn a_name_is_shown_as_text(stage: &Stage) {
    let [ada, bob] = stage.visitors(["<b>Ada</b>", "Bob"]).await;
    stage.enter(&bob).await;
    stage.enter(&ada).await;
    bob.is_told("<b>Ada</b> joined").await;
    ada.click("#wave").await;
    bob.shows("#wave-status", "👋 from <b>Ada</b>").await;
    for window in [ada, bob] {
        window
            .becomes("document.querySelectorAll('b').length", 0)
            .await;
    }
}

async fn the_terminal_tells_who_comes_and_goes(stage: &Stage) {
    // Nobody can write a line of their own into it.
    let ada = stage.visitor(r#"Ada" id="7"#).await;
    stage
        .server_writes(&["INFO", "connected", r#"transport="polling""#])
        .await;
    stage.enter(&ada).await;
    stage
        .server_writes(&["INFO", "joined", r#"("Ada\" id=\"7")"#])
        .await;
    stage.close(ada).await;
    stage
        .server_writes(&["INFO", "disconnected", "reason="])
        .await;
}
