//! People: who is here, who they are, talking to one of them.

use std::{path::Path, process::Command};

use browser::{Stage, Window, rules::Rule};
use serde_json::json;
use thirtyfour::Key;

use crate::{
    delivery::{cut_off, lets_through},
    sending::KEPT,
};

const KEEPS_DRAFT: &str = "JSON.stringify(localStorage).includes('a draft')";

/// How many members the list shows.
const LISTED: &str = "document.querySelectorAll('#members-list li').length";

pub fn rules() -> Vec<Rule> {
    browser::rules![chat;
        everyone_who_is_here_is_listed,
        who_comes_while_the_list_is_on_its_way_is_listed,
        a_name_that_changes_while_the_list_is_on_its_way_is_the_new_one,
        who_closes_the_page_is_not_listed_any_more,
        a_name_opens_the_card_of_its_person,
        a_conversation_of_two_begins_from_the_card,
        a_conversation_begins_with_somebody_who_is_not_there,
        a_first_message_shows_up_where_nobody_waited_for_it,
        who_types_is_shown_until_the_message_is_there,
        who_stops_typing_is_shown_only_for_a_while,
        a_changed_name_changes_wherever_it_stands,
        the_members_of_a_channel_are_listed,
        the_members_of_a_large_channel_are_listed_in_parts,
        who_joins_is_told_and_html_in_the_name_is_text,
        a_session_that_ends_leads_to_the_log_in_form_and_the_draft_is_kept,
        what_the_last_person_wrote_is_not_shown_to_the_next,
        who_logs_out_from_the_account_leaves_nothing_either,
        who_logs_out_is_asked_about_what_is_not_sent_yet,
        what_was_written_in_another_chat_at_the_same_address_stays_there,
        a_session_that_ended_meanwhile_leads_to_the_log_in_form,
        who_is_busy_stays_logged_in,
        who_is_busy_stays_logged_in_where_sessions_are_short,
        a_refusal_without_words_gets_some,
    ]
}

async fn everyone_who_is_here_is_listed(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    for window in [&ada, &bob] {
        window.lists("#people .person__name", &["Ada", "Bob"]).await;
    }
    ada.shows("#me", "AAda").await;
    ada.shows("#people li:first-child .person__self", "(you)")
        .await;
}

async fn a_conversation_begins_with_somebody_who_is_not_there(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    let eve = stage.person("Eve").await;
    stage.close(eve).await;
    ada.lists("#people .person__name", &["Ada", "Bob"]).await;
    ada.click("#new-message-open").await;
    ada.lists("#new-message .person__name", &["Bob", "Eve"])
        .await;
    ada.lists("#new-message .avatar--online", &["B"]).await;
    ada.types("#new-message-search", "ev").await;
    ada.lists("#new-message .person__name", &["Eve"]).await;
    ada.types("#new-message-search", "il").await;
    ada.shows("#new-message-state", "Nobody else found.").await;
    ada.presses(Key::Escape).await;
    ada.click("#new-message-open").await;
    ada.types("#new-message-search", "ev").await;
    ada.lists("#new-message .person__name", &["Eve"]).await;
    ada.click("#new-message-list button").await;
    ada.hides("#new-message").await;
    ada.is_in("Eve").await;
    ada.say("for later").await;
    ada.has_history(&["for later"]).await;
    bob.sees_times("for later", 0).await;
}

/// From the next page on, the list of people arrives only when the page says so.
async fn holds_the_list(window: &Window) {
    window
        .begins_pages_with(
            "const load = window.fetch;\
             window.fetch = async (path, ...rest) => {\
                 const answer = await load(path, ...rest);\
                 if (path === '/api/people') await new Promise((done) => window.letThrough = done);\
                 return answer;\
             };",
        )
        .await;
}

async fn who_comes_while_the_list_is_on_its_way_is_listed(stage: &Stage) {
    let ada = stage.visitor("Ada").await;
    holds_the_list(&ada).await;
    ada.signs_up().await;
    ada.becomes("typeof letThrough", "function").await;
    let _bob = stage.person("Bob").await;
    ada.lists("#people .person__name", &["Bob"]).await;
    ada.run("letThrough()").await;
    ada.lists("#people .person__name", &["Ada", "Bob"]).await;
}

async fn a_name_that_changes_while_the_list_is_on_its_way_is_the_new_one(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    bob.say("hello").await;
    holds_the_list(&ada).await;
    ada.open("/home").await;
    ada.shows(".message__author", "Bob").await;
    ada.becomes("typeof letThrough", "function").await;
    bob.open("/account").await;
    bob.types("#display-name", "Bob Builder").await;
    bob.click("[action='/account/profile'] [type=submit]").await;
    ada.shows(".message__author", "Bob Builder").await;
    ada.run("letThrough()").await;
    ada.lists("#people .person__name", &["Ada", "Bob Builder"])
        .await;
    ada.shows(".message__author", "Bob Builder").await;
}

async fn who_closes_the_page_is_not_listed_any_more(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.lists("#people .person__name", &["Ada", "Bob"]).await;
    stage.close(bob).await;
    ada.lists("#people .person__name", &["Ada"]).await;
}

async fn a_name_opens_the_card_of_its_person(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    bob.open("/account").await;
    bob.types("#display-name", "Bob Builder").await;
    bob.types("#about", "Yes, we can").await;
    bob.click("[action='/account/profile'] [type=submit]").await;
    bob.shows("[aria-labelledby=profile-title] .saved", "Saved")
        .await;
    bob.open("/home").await;
    bob.is_in("# General").await;
    bob.say("hello").await;
    ada.click_text(".message__author", "Bob Builder").await;
    ada.shows("#profile-display-name", "Bob Builder").await;
    ada.shows("#profile-name", "@Bob").await;
    ada.shows("#profile-about", "Yes, we can").await;
    ada.click("#profile [data-close]").await;
    ada.hides("#profile").await;
}

async fn a_conversation_of_two_begins_from_the_card(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.talks_to("Bob").await;
    ada.shows(
        "#history-state",
        "This is the beginning of your conversation with Bob.",
    )
    .await;
    bob.hides("#directs li").await;
    ada.say("psst").await;
    bob.shows("#directs .channel__name", "Ada").await;
    bob.shows("#directs .channel__unread", "1 unread").await;
    bob.goes_to("Ada").await;
    bob.has_history(&["psst"]).await;
    bob.hides("#members-open").await;
    bob.say("what?").await;
    ada.sees("what?").await;
}

async fn a_first_message_shows_up_where_nobody_waited_for_it(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    let other = stage.visitor("Bob elsewhere").await;
    other.logs_in().await;
    ada.talks_to("Bob").await;
    ada.say("psst").await;
    for window in [&bob, &other] {
        window.shows("#directs .channel__name", "Ada").await;
        window.shows("#directs .channel__unread", "1 unread").await;
    }
}

async fn who_types_is_shown_until_the_message_is_there(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    // It does not go by itself here.
    bob.run(
        "const wait = window.setTimeout; window.setTimeout = (what, after, ...rest) =>\
        after === 5000 ? 0 : wait(what, after, ...rest);",
    )
    .await;
    ada.types("#composer-body", "h").await;
    bob.shows("#typing", "Ada is typing…").await;
    ada.presses("i").await;
    ada.presses(Key::Enter).await;
    bob.sees("hi").await;
    bob.hides("#typing:not(:empty)").await;
}

async fn who_stops_typing_is_shown_only_for_a_while(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.types("#composer-body", "h").await;
    bob.shows("#typing", "Ada is typing…").await;
    bob.hides("#typing:not(:empty)").await;
}

async fn a_changed_name_changes_wherever_it_stands(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    bob.say("hello").await;
    ada.chooses("hello", "reply").await;
    ada.say("hi").await;
    ada.talks_to("Bob").await;
    ada.say("psst").await;
    bob.shows("#directs .channel__name", "Ada").await;
    bob.open("/account").await;
    bob.types("#display-name", "Robert").await;
    bob.click("[action='/account/profile'] [type=submit]").await;
    ada.shows("#channel-title", "Robert").await;
    ada.shows("#directs .channel__name", "Robert").await;
    ada.lists("#people .person__name", &["Ada", "Robert"]).await;
    ada.goes_to("# General").await;
    ada.shows(".message__author", "Robert").await;
    ada.shows("#message-list .quote__author", "Robert").await;
}

async fn the_members_of_a_channel_are_listed(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.makes_channel("Recipes").await;
    ada.shows("#members-open", "1 member").await;
    ada.click("#members-open").await;
    ada.lists("#members .person__name", &["Ada"]).await;
    bob.open("/home?channel=2").await;
    bob.click("#subscribe").await;
    ada.lists("#members .person__name", &["Ada", "Bob"]).await;
}

async fn the_members_of_a_large_channel_are_listed_in_parts(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.shows("#members-open", "1 member").await;
    stage.stop_server();
    add_members(&stage.folder());
    stage.start_server();
    ada.open("/home").await;
    ada.shows("#members-open", "151 members").await;
    ada.click("#members-open").await;
    ada.becomes(LISTED, 100).await;
    ada.shows("#members-list li:first-child .person__name", "Ada")
        .await;
    let _bob = stage.person("Bob").await;
    ada.shows("#members-open", "152 members").await;
    ada.becomes(LISTED, 101).await;
    ada.click("#members-more").await;
    ada.becomes(LISTED, 152).await;
    ada.hides("#members-more").await;
    // After a lost connection, the list begins again.
    stage.stop_server();
    ada.shows_start("#banner", "Connection lost").await;
    stage.start_server();
    ada.becomes(LISTED, 100).await;
    ada.click("#members-more").await;
    ada.becomes(LISTED, 152).await;
    ada.hides("#members-more").await;
    ada.shows("#members-open", "152 members").await;
}

/// Adds 150 people to General, without their sign-ups, which would take long because of the passwords.
fn add_members(folder: &Path) {
    let script = r#"
import pathlib, sqlite3, sys
[path] = pathlib.Path(sys.argv[1]).rglob("make-chat.sqlite")
with sqlite3.connect(path) as chat:
    chat.execute("""
        WITH RECURSIVE numbers(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM numbers WHERE n < 150)
        INSERT INTO users (name, name_key, display_name, about, password_hash, created_at)
        SELECT 'member-' || n, 'member-' || n, 'member-' || n, '', '', '2026-01-01T00:00:00Z'
        FROM numbers""")
    chat.execute("""
        INSERT INTO memberships (channel_id, user_id, seen) SELECT 1, id, 0 FROM users WHERE id > 1""")
"#;
    let mut python = Command::new("python3");
    let python = python.args(["-c", script]).arg(folder).status();
    let is_added = python.is_ok_and(|status| status.success());
    assert!(is_added, "the members cannot be added");
}

async fn who_joins_is_told_and_html_in_the_name_is_text(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "<b>Bob</b>"]).await;
    ada.makes_channel("Recipes").await;
    bob.open("/home?channel=2").await;
    bob.click("#subscribe").await;
    ada.is_told("<b>Bob</b> joined").await;
    ada.becomes("document.querySelectorAll('b').length", 0)
        .await;
}

async fn a_session_that_ends_leads_to_the_log_in_form_and_the_draft_is_kept(stage: &Stage) {
    let ada = stage.person("Ada").await;
    let other = stage.visitor("Ada elsewhere").await;
    other.logs_in().await;
    other.is_in("# General").await;
    other.types("#composer-body", "a draft").await;
    ada.open("/account").await;
    ada.click("[action='/log-out/everywhere'] [type=submit]")
        .await;
    other
        .becomes("location.pathname + location.search", "/?form=log-in")
        .await;
    // It is for Ada alone.
    other.open("/").await;
    other.signs_up_as("Bob").await;
    other
        .becomes("document.querySelector('#composer-body').value", "")
        .await;
    other.click("[action='/log-out'] [type=submit]").await;
    other.shows("#choices-title", "Welcome").await;
    other.logs_in().await;
    other.is_in("# General").await;
    other
        .becomes("document.querySelector('#composer-body').value", "a draft")
        .await;
}

async fn what_the_last_person_wrote_is_not_shown_to_the_next(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.types("#composer-body", "a draft").await;
    ada.click("[action='/log-out'] [type=submit]").await;
    ada.click("#confirm-action").await;
    ada.shows("#choices-title", "Welcome").await;
    ada.signs_up_as("Bob").await;
    ada.becomes("document.querySelector('#composer-body').value", "")
        .await;
    ada.becomes(KEEPS_DRAFT, false).await;
}

async fn who_logs_out_from_the_account_leaves_nothing_either(stage: &Stage) {
    let ada = stage.person("Ada").await;
    for form in ["/log-out", "/log-out/everywhere"] {
        ada.types("#composer-body", "a draft").await;
        ada.becomes(KEEPS_DRAFT, true).await;
        ada.open("/account").await;
        ada.click(&format!("[action='{form}'] [type=submit]")).await;
        ada.click("#confirm-action").await;
        ada.shows("#choices-title", "Welcome").await;
        ada.becomes(KEEPS_DRAFT, false).await;
        ada.logs_in().await;
        ada.is_in("# General").await;
    }
}

async fn who_logs_out_is_asked_about_what_is_not_sent_yet(stage: &Stage) {
    let ada = stage.person("Ada").await;
    for page in ["/home", "/account"] {
        ada.is_in("# General").await;
        cut_off(stage, &ada).await;
        ada.say("one").await;
        ada.say("two").await;
        if page == "/account" {
            ada.open(page).await;
        }
        ada.click("[action='/log-out'] [type=submit]").await;
        ada.shows(
            "#confirm-question",
            "2 messages are not sent yet and will be lost.",
        )
        .await;
        ada.lists("#confirm button", &["Log out anyway", "Stay"])
            .await;
        ada.presses(Key::Enter).await;
        ada.hides("#confirm").await;
        ada.becomes("location.pathname", page).await;
        ada.becomes(KEPT, 2).await;
        ada.click("[action='/log-out'] [type=submit]").await;
        ada.click("#confirm-action").await;
        ada.shows("#choices-title", "Welcome").await;
        ada.becomes(KEPT, 0).await;
        lets_through(&ada).await;
        ada.logs_in().await;
    }
    ada.has_history(&[]).await;
}

async fn what_was_written_in_another_chat_at_the_same_address_stays_there(stage: &Stage) {
    let ada = stage.person("Ada").await;
    stage.stop_server();
    ada.say("waits").await;
    ada.pastes("#composer-body", "a draft").await;
    stage.start_new_chat();
    ada.becomes("location.pathname + location.search", "/?form=log-in")
        .await;
    // The first person of this one too.
    ada.open("/").await;
    ada.signs_up_as("Bob").await;
    ada.becomes("document.querySelector('#composer-body').value", "")
        .await;
    ada.say("hello").await;
    ada.has_history(&["hello"]).await;
    ada.becomes("JSON.stringify(localStorage).includes('waits')", true)
        .await;
}

async fn a_session_that_ended_meanwhile_leads_to_the_log_in_form(stage: &Stage) {
    let ada = stage.person("Ada").await;
    let other = stage.visitor("Ada elsewhere").await;
    other.logs_in().await;
    other.devtools("Network.enable", json!({})).await;
    stage.stop_server();
    other
        .devtools(
            "Network.setBlockedURLs",
            json!({ "urls": ["*socket.io/?*"] }),
        )
        .await;
    stage.start_server();
    ada.connects().await;
    ada.open("/account").await;
    ada.click("[action='/log-out/everywhere'] [type=submit]")
        .await;
    ada.shows("#choices-title", "Welcome").await;
    other
        .devtools("Network.setBlockedURLs", json!({ "urls": [] }))
        .await;
    other
        .becomes("location.pathname + location.search", "/?form=log-in")
        .await;
}

/// Sessions end after half an hour.
async fn who_is_busy_stays_logged_in(stage: &Stage) {
    let ada = counts_renewals(stage).await;
    ada.types("#composer-body", "ab").await;
    ada.run("window.later = 9 * 60 * 1000").await;
    ada.types("#composer-body", "abc").await;
    ada.becomes("window.renewed", 0).await;
    ada.run("window.later = 11 * 60 * 1000").await;
    ada.types("#composer-body", "abcd").await;
    ada.becomes("window.renewed", 1).await;
    ada.say("still here").await;
    ada.sees("still here").await;
    ada.becomes("window.renewed", 1).await;
}

async fn who_is_busy_stays_logged_in_where_sessions_are_short(stage: &Stage) {
    stage.stop_server();
    stage.start_server_with("MAKE_CHAT_SESSION_IDLE_MINUTES", "1");
    let ada = counts_renewals(stage).await;
    ada.run("window.later = 21 * 1000").await;
    ada.types("#composer-body", "ab").await;
    ada.becomes("window.renewed", 1).await;
}

/// Ada, whose page can be told that it is `later`, and counts how often it has `renewed` the session.
async fn counts_renewals(stage: &Stage) -> Window {
    let ada = stage.blank("Ada").await;
    ada.begins_pages_with(
        "const now = Date.now; window.later = 0; Date.now = () => now() + window.later;\
        const send = window.fetch; window.renewed = 0;\
        window.fetch = (path, options) => { if (path === '/session') window.renewed += 1;\
        return send(path, options); };",
    )
    .await;
    ada.open("/").await;
    ada.signs_up().await;
    ada
}

async fn a_refusal_without_words_gets_some(stage: &Stage) {
    let ada = stage.person("Ada").await;
    for (status, words) in [
        (403, "you may not do this"),
        (413, "this is too large to send"),
        (429, "too many requests: wait a moment and try again"),
        (
            502,
            "something went wrong on the server: try again in a moment",
        ),
    ] {
        ada.run(&format!(
            "window.fetch = async () => new Response('<h1>proxy</h1>', {{ status: {status} }})"
        ))
        .await;
        ada.types("#search-input", &format!("x{status}")).await;
        ada.shows("#search-status", words).await;
    }
    ada.run("window.fetch = async () => { throw new TypeError('Failed to fetch'); }")
        .await;
    ada.types("#search-input", "x").await;
    ada.shows(
        "#search-status",
        "there is no connection to the server right now",
    )
    .await;
}
