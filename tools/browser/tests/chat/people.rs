//! People: who is here, who they are, talking to one of them.

use browser::{Stage, rules::Rule};

pub fn rules() -> Vec<Rule> {
    browser::rules![chat;
        everyone_who_is_here_is_listed,
        who_closes_the_page_is_not_listed_any_more,
        a_name_opens_the_card_of_its_person,
        a_conversation_of_two_begins_from_the_card,
        a_first_message_shows_up_where_nobody_waited_for_it,
        who_types_is_shown_until_the_message_is_there,
        a_changed_name_changes_wherever_it_stands,
        the_members_of_a_channel_are_listed,
        a_session_that_ends_leads_to_the_log_in_form_and_the_draft_is_kept,
        what_the_last_person_wrote_is_not_shown_to_the_next,
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
    bob.hides("#channel-leave").await;
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
        window.shows("#directs .channel", "Ada 1 unread").await;
    }
}

async fn who_types_is_shown_until_the_message_is_there(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.types("#composer-body", "h").await;
    bob.shows("#typing", "Ada is typing…").await;
    ada.presses("i").await;
    ada.presses(thirtyfour::Key::Enter).await;
    bob.sees("hi").await;
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
    other.open("/").await;
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
    ada.shows("#choices-title", "Welcome").await;
    ada.click("[data-form=sign-up]").await;
    ada.types("#sign-up-name", "Bob").await;
    ada.types("#sign-up-password", "battery staple").await;
    ada.presses(thirtyfour::Key::Enter).await;
    ada.is_in("# General").await;
    ada.becomes("document.querySelector('#composer-body').value", "")
        .await;
}
