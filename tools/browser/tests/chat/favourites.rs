//! Favourites: the star in the header, and their list above the others.

use browser::{Stage, Window, rules::Rule};
use serde_json::json;
use thirtyfour::Key;

pub fn rules() -> Vec<Rule> {
    browser::rules![chat;
        the_star_lists_a_channel_above_the_others_and_not_twice,
        favourites_are_in_natural_order,
        a_favourite_person_looks_as_in_the_other_list,
        a_favourite_without_messages_stays_in_the_list,
        a_favourite_is_one_in_each_window_and_after_a_reload,
        the_star_is_used_with_the_keyboard_alone,
        the_list_of_favourites_folds_and_stays_folded,
        a_star_that_cannot_be_set_stays_as_it_was_and_says_why,
        a_response_that_is_older_than_the_star_does_not_undo_it,
        who_is_not_subscribed_sees_no_star,
        the_star_of_a_channel_that_is_loading_is_there_at_once,
        a_favourite_stays_in_view_when_it_moves,
        the_star_moves_nothing_in_the_conversation,
        on_a_phone_the_header_with_its_star_is_one_row,
    ]
}

const PRESSED: &str = "document.querySelector('#channel-star').ariaPressed";
const FAVOURITES: &str = "#favourites .channel__name";

async fn the_star_lists_a_channel_above_the_others_and_not_twice(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.makes_channel("Recipes").await;
    ada.hides("#favourites-section").await;
    stars(&ada).await;
    ada.lists(".channel__name", &["# Recipes", "# General"])
        .await;
    ada.lists(FAVOURITES, &["# Recipes"]).await;
    let titles = ["Favourites", "Channels", "Direct messages", "People online"];
    ada.lists(".sidebar__title", &titles).await;
    ada.shows("#favourites [aria-current] .channel__name", "# Recipes")
        .await;
    ada.goes_to("# General").await;
    ada.becomes(PRESSED, "false").await;
    ada.goes_to("# Recipes").await;
    ada.becomes(PRESSED, "true").await;
    unstars(&ada).await;
    ada.hides("#favourites-section").await;
    ada.lists("#channels .channel__name", &["# General", "# Recipes"])
        .await;
}

async fn favourites_are_in_natural_order(stage: &Stage) {
    let [ada, _bob] = stage.people(["Ada", "Bob"]).await;
    for name in ["Team 10", "Team 2"] {
        ada.makes_channel(name).await;
        stars(&ada).await;
    }
    ada.talks_to("Bob").await;
    stars(&ada).await;
    ada.lists(FAVOURITES, &["# Team 2", "# Team 10", "Bob"])
        .await;
    // All subscriptions but one are favourites: neither list says that it is empty.
    ada.goes_to("# General").await;
    stars(&ada).await;
    ada.hides("#channels-empty, #directs-empty").await;
}

async fn a_favourite_person_looks_as_in_the_other_list(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.talks_to("Bob").await;
    ada.say("hello").await;
    stars(&ada).await;
    ada.lists("#favourites .avatar--online", &["B"]).await;
    ada.goes_to("# General").await;
    bob.goes_to("Ada").await;
    bob.say("one").await;
    ada.shows("#favourites .channel--unread .channel__unread", "1 unread")
        .await;
    ada.becomes("document.title", "(1) # General · Make Chat")
        .await;
    bob.open("/account").await;
    bob.types("#display-name", "Bob Builder").await;
    bob.click("[action='/account/profile'] [type=submit]").await;
    ada.lists(FAVOURITES, &["Bob Builder"]).await;
    stage.close(bob).await;
    ada.hides("#favourites .avatar--online").await;
    ada.goes_to("Bob Builder").await;
    ada.hides("#favourites .channel__unread").await;
}

async fn a_favourite_without_messages_stays_in_the_list(stage: &Stage) {
    let [ada, _bob] = stage.people(["Ada", "Bob"]).await;
    ada.talks_to("Bob").await;
    stars(&ada).await;
    ada.goes_to("# General").await;
    ada.lists(FAVOURITES, &["Bob"]).await;
    ada.run("location.reload()").await;
    ada.is_in("# General").await;
    ada.lists(FAVOURITES, &["Bob"]).await;
}

async fn a_favourite_is_one_in_each_window_and_after_a_reload(stage: &Stage) {
    let ada = stage.person("Ada").await;
    let other = stage.visitor("Ada elsewhere").await;
    other.logs_in().await;
    other.is_in("# General").await;
    stars(&ada).await;
    other.becomes(PRESSED, "true").await;
    other.lists(FAVOURITES, &["# General"]).await;
    ada.run("location.reload()").await;
    ada.is_in("# General").await;
    ada.becomes(PRESSED, "true").await;
    ada.lists(FAVOURITES, &["# General"]).await;
    unstars(&other).await;
    ada.becomes(PRESSED, "false").await;
    ada.hides("#favourites-section").await;
}

async fn the_star_is_used_with_the_keyboard_alone(stage: &Stage) {
    let ada = stage.person("Ada").await;
    // The button before it.
    ada.run("document.querySelector('#people .person').focus()")
        .await;
    until_focus(&ada, "channel-star").await;
    ada.presses(Key::Enter).await;
    ada.becomes(PRESSED, "true").await;
    ada.focuses("channel-star").await;
    ada.presses(" ").await;
    ada.becomes(PRESSED, "false").await;
    ada.focuses("channel-star").await;
    // The name stays: whether the button is pressed is said beside it.
    ada.becomes(
        "document.querySelector('#channel-star').ariaLabel",
        "Mark as favourite",
    )
    .await;
}

/// Presses Tab until the element with this id has the focus.
async fn until_focus(window: &Window, id: &str) {
    for _ in 0..20 {
        if window.value("document.activeElement.id").await == id {
            return;
        }
        window.presses(Key::Tab).await;
    }
    window.focuses(id).await;
}

async fn the_list_of_favourites_folds_and_stays_folded(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    stars(&ada).await;
    ada.makes_channel("Recipes").await;
    stars(&ada).await;
    ada.makes_channel("Running").await;
    let all = ["# General", "# Recipes"];
    ada.lists(FAVOURITES, &all).await;
    ada.click("[aria-controls=favourites]").await;
    ada.hides(FAVOURITES).await;
    ada.run("location.reload()").await;
    ada.is_in("# Running").await;
    ada.hides(FAVOURITES).await;
    // A folded list still shows what is unread.
    bob.say("hello").await;
    ada.lists(FAVOURITES, &["# General"]).await;
    ada.click("[aria-controls=favourites]").await;
    ada.lists(FAVOURITES, &all).await;
}

async fn a_star_that_cannot_be_set_stays_as_it_was_and_says_why(stage: &Stage) {
    let ada = stage.person("Ada").await;
    stage.stop_server();
    ada.shows_start("#banner", "Connection lost").await;
    ada.click("#channel-star").await;
    ada.is_told("there is no connection to the server right now")
        .await;
    ada.becomes(PRESSED, "false").await;
    ada.hides("#favourites-section").await;
    stage.start_server();
    ada.connects().await;
    stars(&ada).await;
}

async fn a_response_that_is_older_than_the_star_does_not_undo_it(stage: &Stage) {
    let ada = stage.person("Ada").await;
    // The first response arrives when the page says so, and is from before the star is set.
    ada.run(
        "const load = window.fetch; window.loaded = 0; window.undone = 0;\
        window.fetch = async (...request) => {\
            const response = await load(...request);\
            if (!window.letThrough) await new Promise((done) => window.letThrough = done);\
            window.loaded += 1;\
            return response;\
        };\
        const star = document.querySelector('#channel-star');\
        new MutationObserver(() => { if (window.isSet && star.ariaPressed === 'false') window.undone += 1; })\
            .observe(star, { attributes: true });\
        const home = document.querySelector('script[type=module]').src;\
        import(new URL('channels/channels.js', home)).then(({ refresh }) => refresh(1));",
    )
    .await;
    ada.becomes("typeof letThrough", "function").await;
    stars(&ada).await;
    ada.run("window.isSet = true; letThrough()").await;
    // That response, the one to the same request once more, and the one after the event.
    ada.becomes("window.loaded", 3).await;
    ada.becomes(PRESSED, "true").await;
    ada.becomes("window.undone", 0).await;
}

async fn who_is_not_subscribed_sees_no_star(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.makes_channel("Recipes").await;
    stars(&ada).await;
    bob.open("/home?channel=2").await;
    bob.shows("#channel-title", "# Recipes").await;
    bob.hides("#channel-star").await;
    bob.click("#subscribe").await;
    bob.becomes(PRESSED, "false").await;
    stars(&bob).await;
    // The mark goes with the subscription.
    bob.unsubscribes().await;
    bob.hides("#channel-star").await;
    bob.becomes(PRESSED, "false").await;
    bob.hides("#favourites-section").await;
    bob.click("#subscribe").await;
    bob.is_in("# Recipes").await;
    bob.becomes(PRESSED, "false").await;
    ada.lists(FAVOURITES, &["# Recipes"]).await;
}

async fn the_star_of_a_channel_that_is_loading_is_there_at_once(stage: &Stage) {
    let ada = stage.person("Ada").await;
    stars(&ada).await;
    ada.makes_channel("Recipes").await;
    stage.pause_server();
    ada.click_text(".channel__name", "# General").await;
    ada.shows("#history-state", "Loading…").await;
    ada.becomes(PRESSED, "true").await;
    ada.becomes(
        "document.querySelector('#channel-star').checkVisibility()",
        true,
    )
    .await;
    stage.resume_server();
    ada.is_in("# General").await;
    ada.becomes(PRESSED, "true").await;
}

async fn a_favourite_stays_in_view_when_it_moves(stage: &Stage) {
    let ada = stage.person("Ada").await;
    for number in 1..=8 {
        ada.makes_channel(&format!("Team {number}")).await;
    }
    ada.becomes_as_small_as(1000, 400).await;
    ada.run("document.querySelector('#sidebar').scrollTop = 1e6")
        .await;
    stars(&ada).await;
    // Neither the search above the lists nor the account below them covers it.
    let is_in_view = "(() => {\
        const { x, y, width, height } = document.querySelector('#favourites .channel').getBoundingClientRect();\
        const shown = document.elementFromPoint(x + width / 2, y + height / 2);\
        return shown !== null && shown.closest('#favourites') !== null;\
    })()";
    ada.becomes(is_in_view, true).await;
}

async fn the_star_moves_nothing_in_the_conversation(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.say("hello").await;
    ada.sees("hello").await;
    let places = "[...document.querySelectorAll('.conversation__header *, #messages, .message, #composer')]\
        .map((element) => Object.values(element.getBoundingClientRect().toJSON()))";
    let before = ada.value(places).await;
    stars(&ada).await;
    ada.becomes(places, before).await;
}

async fn on_a_phone_the_header_with_its_star_is_one_row(stage: &Stage) {
    let [ada, _bob] = stage.people(["Ada", "Bob"]).await;
    ada.makes_channel("A name of 20 letters").await;
    ada.becomes_a_touch_screen().await;
    ada.becomes_a_narrow_phone().await;
    is_one_row(&ada).await;
    ada.click("#channel-star").await;
    ada.becomes(PRESSED, "true").await;
    is_one_row(&ada).await;
    ada.click("#drawer-open").await;
    ada.lists(FAVOURITES, &["# A name of 20 letters"]).await;
    ada.talks_to("Bob").await;
    is_one_row(&ada).await;
}

/// The header is one row, inside of the window, with a star that is large enough for a finger, and room
/// for a part of the title.
async fn is_one_row(window: &Window) {
    let parts = "[...document.querySelectorAll('.conversation__header > *')]\
        .filter((part) => part.checkVisibility())\
        .map((part) => part.getBoundingClientRect())";
    let middles =
        format!("new Set({parts}.map(({{ y, height }}) => Math.round(y + height / 2))).size");
    window.becomes(&middles, 1).await;
    let outside =
        format!("{parts}.filter(({{ left, right }}) => left < 0 || right > innerWidth).length");
    window.becomes(&outside, 0).await;
    let star = "(({ width, height }) => width >= 44 && height >= 44)\
        (document.querySelector('#channel-star').getBoundingClientRect())";
    window.becomes(star, true).await;
    window
        .becomes(
            "document.querySelector('#channel-title').clientWidth >= 64",
            true,
        )
        .await;
    window
        .becomes(
            "document.documentElement.scrollWidth - innerWidth",
            json!(0),
        )
        .await;
}

/// Marks the open channel as a favourite with the star.
async fn stars(window: &Window) {
    window.becomes(PRESSED, "false").await;
    window.click("#channel-star").await;
    window.becomes(PRESSED, "true").await;
}

/// Takes the mark away with the star.
async fn unstars(window: &Window) {
    window.becomes(PRESSED, "true").await;
    window.click("#channel-star").await;
    window.becomes(PRESSED, "false").await;
}
