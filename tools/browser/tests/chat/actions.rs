//! The actions on a message.

use browser::{Stage, rules::Rule};
use thirtyfour::Key;

pub fn rules() -> Vec<Rule> {
    browser::rules![chat;
        a_reaction_is_added_and_taken_away,
        an_answer_quotes_its_message,
        a_quote_leads_to_its_message,
        a_quote_follows_what_it_quotes,
        an_edit_reaches_everyone,
        an_edit_that_is_not_answered_opens_no_other_field,
        a_deletion_is_asked_for_first,
        a_deletion_leaves_nothing_of_the_message,
        only_own_messages_can_be_edited_and_deleted,
        the_link_of_a_message_is_copied,
        the_menu_is_used_with_the_keyboard_alone,
        a_bar_has_the_quickest_actions,
        the_bar_is_walked_through_with_the_arrow_keys,
        emoji_are_chosen_with_the_keyboard_alone,
        arrow_keys_walk_through_the_emoji,
    ]
}

async fn a_reaction_is_added_and_taken_away(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.say("done").await;
    bob.chooses("done", "react").await;
    bob.picks_emoji("party popper").await;
    for window in [&ada, &bob] {
        window.shows(".reaction", "🎉 1").await;
    }
    ada.click(".reaction").await;
    bob.shows(".reaction", "🎉 2").await;
    bob.becomes("document.querySelector('.reaction').title", "Bob, Ada")
        .await;
    bob.becomes("document.querySelector('.reaction').ariaPressed", "true")
        .await;
    bob.click(".reaction").await;
    ada.shows(".reaction", "🎉 1").await;
    ada.click(".reaction").await;
    bob.hides(".reaction").await;
}

async fn an_answer_quotes_its_message(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.say("who brings **bread**?").await;
    bob.chooses("who brings bread?", "reply").await;
    bob.shows("#context-text", "Reply to Ada: who brings bread?")
        .await;
    bob.say("I do").await;
    bob.hides("#context").await;
    for window in [&ada, &bob] {
        window
            .shows("#message-list .quote", "Ada who brings bread?")
            .await;
    }
    bob.chooses("I do", "reply").await;
    bob.presses(Key::Escape).await;
    bob.hides("#context").await;
}

async fn a_quote_leads_to_its_message(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.say("first").await;
    let bodies: Vec<String> = (1..=80).map(|n| format!("message {n}")).collect();
    ada.sends_many(1, &bodies).await;
    ada.run("document.querySelector('#messages').scrollTop = 0")
        .await;
    ada.chooses("first", "reply").await;
    ada.say("an answer").await;
    ada.sees("an answer").await;
    ada.run("location.reload()").await;
    ada.sees("an answer").await;
    ada.sees_times("first", 0).await;
    ada.click("#message-list .quote").await;
    ada.shows(".message--marked .message__body", "first").await;
    ada.becomes("location.search", "?channel=1&message=1").await;
}

async fn a_quote_follows_what_it_quotes(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.say("one").await;
    bob.chooses("one", "reply").await;
    bob.say("two").await;
    ada.chooses("one", "edit").await;
    ada.say("changed").await;
    for window in [&ada, &bob] {
        window.shows("#message-list .quote__text", "changed").await;
    }
    ada.chooses("changed", "delete").await;
    ada.click("#confirm-action").await;
    for window in [&ada, &bob] {
        window
            .shows("#message-list .quote__text", "This message was deleted.")
            .await;
    }
}

async fn an_edit_reaches_everyone(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.say("hello").await;
    ada.chooses("hello", "edit").await;
    ada.say("hello *all*").await;
    for window in [&ada, &bob] {
        window.has_history(&["hello all"]).await;
        window.shows(".message__edited", "(edited)").await;
    }
    ada.hides("#context").await;
}

async fn an_edit_that_is_not_answered_opens_no_other_field(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.makes_channel("Recipes").await;
    ada.say("hello").await;
    ada.chooses("hello", "edit").await;
    ada.pastes("#composer-body", "hello all").await;
    stage.pause_server();
    ada.presses(Key::Enter).await;
    ada.click_text(".channel__name", "# General").await;
    ada.shows("#history-state", "Loading…").await;
    ada.run(
        "const field = document.querySelector('#composer-body');\
        window.isOpened = false;\
        new MutationObserver(() => window.isOpened ||= !field.readOnly)\
            .observe(field, { attributes: true });",
    )
    .await;
    // The time for the edit is over, and a moment later that for the channel.
    ada.shows("#history-state", "the server did not answer: try again")
        .await;
    ada.becomes("window.isOpened", false).await;
    stage.resume_server();
}

async fn a_deletion_is_asked_for_first(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.say("hello").await;
    ada.chooses("hello", "delete").await;
    ada.shows("#confirm-question", "Delete this message for everyone?")
        .await;
    ada.presses(Key::Enter).await;
    ada.hides("#confirm").await;
    ada.has_history(&["hello"]).await;
    ada.chooses("hello", "delete").await;
    ada.presses(Key::Escape).await;
    ada.hides("#confirm").await;
    assert_eq!(ada.count_packets("out", "message:delete").await, 0);
}

async fn a_deletion_leaves_nothing_of_the_message(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.say("a secret").await;
    bob.chooses("a secret", "react").await;
    bob.picks_emoji("party popper").await;
    ada.shows(".reaction", "🎉 1").await;
    ada.chooses("a secret", "delete").await;
    ada.click("#confirm-action").await;
    for window in [&ada, &bob] {
        window.has_history(&["This message was deleted."]).await;
        window.hides(".reaction").await;
        window
            .becomes(
                "document.querySelector('#messages').innerHTML.includes('secret')",
                false,
            )
            .await;
    }
}

async fn only_own_messages_can_be_edited_and_deleted(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.say("hello").await;
    bob.sees("hello").await;
    bob.run("document.querySelector('.message__more').click()")
        .await;
    bob.lists(
        "#message-menu [role=menuitem]",
        &["React", "Reply", "Copy link", "Copy text"],
    )
    .await;
}

async fn the_link_of_a_message_is_copied(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.say("hello").await;
    ada.begins_pages_with("").await;
    ada.run("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
        .await;
    ada.chooses("hello", "copy-link").await;
    ada.shows(".notice", "Link copied").await;
    ada.becomes(
        "window.copied === `${location.origin}/home?channel=1&message=1`",
        true,
    )
    .await;
}

async fn the_menu_is_used_with_the_keyboard_alone(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.say("hello").await;
    ada.sees("hello").await;
    ada.run("document.querySelector('#message-list .message__more').focus()")
        .await;
    ada.presses(Key::Enter).await;
    let focused = "document.activeElement.textContent";
    ada.becomes(focused, "React").await;
    ada.presses(Key::Down).await;
    ada.becomes(focused, "Reply").await;
    ada.presses(Key::Up + Key::Up).await;
    ada.becomes(focused, "Delete").await;
    ada.presses(Key::Escape).await;
    ada.hides("#message-menu").await;
    ada.becomes("document.activeElement.className", "message__more")
        .await;
    ada.presses(Key::Enter).await;
    ada.presses(Key::Down).await;
    ada.presses(Key::Enter).await;
    ada.shows("#context-text", "Reply to Ada: hello").await;
    ada.focuses("composer-body").await;
}

async fn a_bar_has_the_quickest_actions(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    bob.say("hello").await;
    ada.points_at("#message-list .message__body").await;
    ada.click("[data-quick='👍']").await;
    bob.shows(".reaction", "👍 1").await;
    ada.points_at("#message-list .message__body").await;
    ada.click("[data-quick=reply]").await;
    ada.shows("#context-text", "Reply to Bob: hello").await;
    ada.focuses("composer-body").await;
}

async fn the_bar_is_walked_through_with_the_arrow_keys(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.say("hello").await;
    ada.sees("hello").await;
    ada.run("document.querySelector('#message-list .message__more').focus()")
        .await;
    let focused = "document.activeElement.ariaLabel";
    ada.presses(Key::Left).await;
    ada.becomes(focused, "Reply").await;
    ada.presses(Key::Right + Key::Right).await;
    ada.becomes(focused, "React with thumbs up").await;
    ada.presses(Key::Enter).await;
    ada.shows(".reaction", "👍 1").await;
}

async fn emoji_are_chosen_with_the_keyboard_alone(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.click("#emoji-open").await;
    ada.focuses("emoji-search").await;
    ada.presses("party popper").await;
    ada.shows(".emoji", "🎉").await;
    ada.presses(Key::Down).await;
    ada.becomes("document.activeElement.textContent", "🎉")
        .await;
    ada.presses(Key::Enter).await;
    ada.becomes("document.querySelector('#composer-body').value", "🎉")
        .await;
}

async fn arrow_keys_walk_through_the_emoji(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.click("#emoji-open").await;
    ada.presses("heart").await;
    ada.becomes("document.querySelector('.emoji')?.textContent", "🥰")
        .await;
    let place = "[...document.querySelectorAll('.emoji')].indexOf(document.activeElement)";
    ada.presses(Key::Down + Key::Right + Key::Right + Key::Left)
        .await;
    ada.becomes(place, 1).await;
    ada.presses(Key::Down).await;
    ada.until(place, "the next line", |now| now.as_i64() > Some(4))
        .await;
    ada.presses(Key::Up).await;
    ada.becomes(place, 1).await;
    ada.presses(Key::Up).await;
    ada.focuses("emoji-search").await;
}
