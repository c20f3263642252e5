//! Finding, making, opening and leaving channels.

use browser::{Stage, rules::Rule};
use thirtyfour::Key;

pub fn rules() -> Vec<Rule> {
    browser::rules![chat;
        all_channels_can_be_browsed,
        a_folded_list_still_shows_what_is_unread,
        the_channel_that_is_loading_is_marked_at_once,
        the_connection_is_shown_on_demand,
        who_signs_up_is_in_general,
        the_button_makes_a_channel,
        a_name_that_is_taken_is_told_beside_the_field,
        the_search_completes_names_of_public_channels,
        the_search_is_used_with_the_keyboard_alone,
        a_search_without_results_offers_to_make_the_channel,
        enter_while_composing_a_search_chooses_nothing,
        a_channel_is_read_before_it_is_subscribed_to,
        who_unsubscribes_reads_on_and_may_subscribe_again,
        who_is_in_no_channel_is_told_what_to_do,
        the_address_follows_the_open_channel,
        a_link_to_a_channel_opens_it,
        a_channel_that_does_not_exist_is_told,
        an_empty_channel_says_so,
        a_channel_name_is_shown_as_text,
        a_subscription_shows_in_the_other_window,
    ]
}

async fn who_signs_up_is_in_general(stage: &Stage) {
    let ada = stage.visitor("Ada").await;
    ada.signs_up().await;
    ada.lists(".channel__name", &["# General"]).await;
    ada.shows("#members-open", "1 member").await;
    ada.becomes("document.title", "# General · Make Chat").await;
}

async fn the_button_makes_a_channel(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.makes_channel("Recipes").await;
    ada.lists(".channel__name", &["# General", "# Recipes"])
        .await;
    ada.shows(".channel[aria-current=page] .channel__name", "# Recipes")
        .await;
}

async fn a_name_that_is_taken_is_told_beside_the_field(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.click("#new-channel-open").await;
    ada.types("#new-channel-name", "general").await;
    ada.presses(Key::Enter).await;
    ada.shows(
        "#new-channel-error",
        "there is a channel of this name already",
    )
    .await;
    ada.becomes(
        "document.querySelector('#new-channel-name').value",
        "general",
    )
    .await;
    ada.becomes(
        "document.querySelector('#new-channel-name').ariaInvalid",
        "true",
    )
    .await;
    ada.types("#new-channel-name", "Recipes").await;
    ada.presses(Key::Enter).await;
    ada.is_in("# Recipes").await;
}

async fn the_search_completes_names_of_public_channels(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.makes_channel("Recipes").await;
    bob.types("#search-input", "cip").await;
    bob.lists(".option__name", &["# Recipes", "Create # cip"])
        .await;
    bob.click_text(".option__name", "# Recipes").await;
    bob.shows("#channel-title", "# Recipes").await;
    bob.becomes("document.querySelector('#search-input').value", "")
        .await;
}

async fn the_search_is_used_with_the_keyboard_alone(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.makes_channel("Red").await;
    ada.makes_channel("Redder").await;
    bob.types("#search-input", "red").await;
    bob.lists(".option__name", &["# Red", "# Redder"]).await;
    bob.presses(Key::Down).await;
    bob.shows("[role=option][aria-selected=true]", "# Red")
        .await;
    bob.presses(Key::Down).await;
    bob.shows("[role=option][aria-selected=true]", "# Redder")
        .await;
    bob.becomes(
        "document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))\
        .textContent.trim()",
        "# Redder",
    )
    .await;
    bob.presses(Key::Enter).await;
    bob.shows("#channel-title", "# Redder").await;
    bob.types("#search-input", "red").await;
    bob.lists(".option__name", &["# Red", "# Redder"]).await;
    bob.presses(Key::Escape).await;
    bob.hides("#search-results").await;
}

async fn enter_while_composing_a_search_chooses_nothing(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.pastes("#search-input", "りょうり").await;
    ada.shows("#search-status", "No channel found.").await;
    for composing in ["isComposing: true", "keyCode: 229"] {
        ada.run(&format!(
            "document.querySelector('#search-input').dispatchEvent(new KeyboardEvent('keydown', \
            {{ key: 'Enter', {composing}, bubbles: true, cancelable: true }}))"
        ))
        .await;
    }
    ada.becomes("document.querySelector('#new-channel-dialog').open", false)
        .await;
    ada.becomes("document.querySelector('#search-input').value", "りょうり")
        .await;
    ada.presses(Key::Enter).await;
    ada.becomes("document.querySelector('#new-channel-dialog').open", true)
        .await;
}

async fn a_search_without_results_offers_to_make_the_channel(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.types("#search-input", "Recipes").await;
    ada.shows("#search-status", "No channel found.").await;
    ada.click_text(".option__name", "Create # Recipes").await;
    ada.becomes(
        "document.querySelector('#new-channel-name').value",
        "Recipes",
    )
    .await;
    ada.click("#new-channel [type=submit]").await;
    ada.is_in("# Recipes").await;
}

async fn a_channel_is_read_before_it_is_subscribed_to(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.makes_channel("Recipes").await;
    ada.say("soup").await;
    ada.sees("soup").await;
    bob.open("/home?channel=2").await;
    bob.sees("soup").await;
    bob.hides("#composer").await;
    ada.say("bread").await;
    bob.sees("bread").await;
    bob.lists(".channel__name", &["# General"]).await;
    bob.click("#subscribe").await;
    bob.hides("#subscribe-bar").await;
    bob.lists(".channel__name", &["# General", "# Recipes"])
        .await;
    ada.shows("#members-open", "2 members").await;
    bob.say("thanks").await;
    ada.sees("thanks").await;
}

async fn who_unsubscribes_reads_on_and_may_subscribe_again(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    bob.unsubscribes().await;
    bob.hides("#composer").await;
    bob.hides(".channel__name").await;
    ada.shows("#members-open", "1 member").await;
    ada.say("still here?").await;
    bob.sees("still here?").await;
    bob.click("#subscribe").await;
    bob.shows("#members-open", "2 members").await;
    bob.say("yes").await;
    ada.sees("yes").await;
}

async fn who_is_in_no_channel_is_told_what_to_do(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.unsubscribes().await;
    ada.shows(
        "#channels-empty",
        "You are not subscribed to any channel yet. Browse all channels, or create one with the buttons above.",
    )
    .await;
    ada.open("/home").await;
    ada.shows("#channel-title", "Welcome").await;
    ada.shows(
        "#history-state",
        "Find a channel on the left, create one with +, or choose a person to talk to.",
    )
    .await;
    ada.hides("#composer").await;
}

async fn the_address_follows_the_open_channel(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.makes_channel("Recipes").await;
    ada.becomes("location.search", "?channel=2").await;
    ada.goes_to("# General").await;
    ada.becomes("location.search", "?channel=1").await;
    ada.run("history.back()").await;
    ada.is_in("# Recipes").await;
    ada.run("history.forward()").await;
    ada.is_in("# General").await;
}

async fn a_link_to_a_channel_opens_it(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.makes_channel("Recipes").await;
    ada.open("/home?channel=1").await;
    ada.is_in("# General").await;
    ada.open("/home").await;
    ada.is_in("# General").await;
}

async fn a_channel_that_does_not_exist_is_told(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.open("/home?channel=99").await;
    ada.shows(
        "#history-state",
        "there is no such channel, or you may not see it",
    )
    .await;
    ada.hides("#composer").await;
    ada.goes_to("# General").await;
    ada.say("back").await;
    ada.sees("back").await;
}

async fn an_empty_channel_says_so(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.shows("#history-state", "This is the beginning of #General.")
        .await;
    ada.shows("#messages-empty", "There are no messages yet.")
        .await;
    ada.say("hello").await;
    ada.hides("#messages-empty").await;
}

async fn a_channel_name_is_shown_as_text(stage: &Stage) {
    let ada = stage.person("Ada").await;
    let name = "<img src=x>";
    ada.makes_channel(name).await;
    ada.types("#search-input", "img").await;
    ada.lists(".option__name", &["# <img src=x>", "Create # img"])
        .await;
    ada.becomes(
        "document.querySelectorAll('img:not(.brand__icon, .viewer__picture)').length",
        0,
    )
    .await;
}

async fn a_subscription_shows_in_the_other_window(stage: &Stage) {
    let ada = stage.person("Ada").await;
    let other = stage.visitor("Ada elsewhere").await;
    other.logs_in().await;
    other.is_in("# General").await;
    ada.makes_channel("Recipes").await;
    other
        .lists(".channel__name", &["# General", "# Recipes"])
        .await;
    ada.say("soup").await;
    other.goes_to("# Recipes").await;
    other.sees("soup").await;
}

async fn all_channels_can_be_browsed(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.makes_channel("Recipes").await;
    ada.makes_channel("Running").await;
    bob.click("#browse-open").await;
    let all = ["# General", "# Recipes", "# Running"];
    bob.lists(".browse__name", &all).await;
    bob.lists(".browse__note", &["subscribed", "", ""]).await;
    bob.types("#browse-search", "run").await;
    bob.lists(".browse__name", &["# Running"]).await;
    bob.click(".browse__name").await;
    bob.hides("#browse").await;
    bob.shows("#channel-title", "# Running").await;
    bob.click("#subscribe").await;
    bob.is_in("# Running").await;
}

async fn a_folded_list_still_shows_what_is_unread(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.makes_channel("Recipes").await;
    ada.makes_channel("Running").await;
    ada.click("[aria-controls=channels]").await;
    ada.lists("#channels .channel__name", &["# Running"]).await;
    bob.say("hello").await;
    ada.lists("#channels .channel__name", &["# General", "# Running"])
        .await;
    ada.run("location.reload()").await;
    ada.is_in("# Running").await;
    ada.lists("#channels .channel__name", &["# General", "# Running"])
        .await;
    ada.click("[aria-controls=channels]").await;
    let all = ["# General", "# Recipes", "# Running"];
    ada.lists("#channels .channel__name", &all).await;
}

async fn the_channel_that_is_loading_is_marked_at_once(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.makes_channel("Recipes").await;
    stage.pause_server();
    ada.click_text(".channel__name", "# General").await;
    ada.shows("#history-state", "Loading…").await;
    ada.shows(".channel[aria-current] .channel__name", "# General")
        .await;
    stage.resume_server();
    ada.is_in("# General").await;
    ada.shows(".channel[aria-current] .channel__name", "# General")
        .await;
}

async fn the_connection_is_shown_on_demand(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.hides("#inspector").await;
    ada.click("#help-open").await;
    ada.click("#inspector-open").await;
    ada.shows("#inspector-state", "connected").await;
    ada.focuses("inspector").await;
    ada.click("#inspector-close").await;
    ada.hides("#inspector").await;
    ada.focuses("help-open").await;
}
