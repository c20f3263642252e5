//! Unread messages are counted, marked, and cleared once they were read.

use browser::{Stage, Window, rules::Rule};

// The person looks at the window only while this is true.
const MAY_LOOK_AWAY: &str = "window.looks = true; document.hasFocus = () => window.looks;";

pub fn rules() -> Vec<Rule> {
    browser::rules![chat;
        unread_messages_are_counted_in_the_list_and_in_the_title,
        reading_a_channel_makes_the_count_go,
        a_message_on_a_screen_that_nobody_looks_at_is_unread,
        the_line_above_what_is_new_stays_until_all_was_seen,
        a_channel_with_much_unread_opens_where_it_begins,
        what_one_window_has_shown_is_read_in_the_other,
        a_deleted_message_is_not_counted,
        counts_survive_a_reload,
        own_messages_are_never_unread,
        the_count_is_exact_however_many_there_are,
    ]
}

async fn unread_messages_are_counted_in_the_list_and_in_the_title(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.makes_channel("Recipes").await;
    bob.say("one").await;
    bob.say("two").await;
    ada.shows(".channel__unread", "2 unread").await;
    ada.becomes("document.title", "(2) # Recipes · Make Chat")
        .await;
    ada.becomes(
        "getComputedStyle(document.querySelector('.channel--unread')).fontWeight",
        "700",
    )
    .await;
}

async fn reading_a_channel_makes_the_count_go(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.makes_channel("Recipes").await;
    bob.say("one").await;
    ada.shows(".channel__unread", "1 unread").await;
    ada.goes_to("# General").await;
    ada.hides(".channel__unread").await;
    ada.becomes("document.title", "# General · Make Chat").await;
    ada.until_packet("out", "channel:see").await;
    ada.run("location.reload()").await;
    ada.is_in("# General").await;
    ada.hides(".channel__unread").await;
}

async fn a_message_on_a_screen_that_nobody_looks_at_is_unread(stage: &Stage) {
    let bob = stage.person("Bob").await;
    let ada = looks_away(stage, "Ada").await;
    bob.say("anyone?").await;
    ada.sees("anyone?").await;
    ada.shows(".channel__unread", "1 unread").await;
    ada.shows(".new-divider", "New").await;
    ada.run("window.looks = true; window.dispatchEvent(new Event('focus'))")
        .await;
    ada.hides(".channel__unread").await;
}

async fn the_line_above_what_is_new_stays_until_all_was_seen(stage: &Stage) {
    let bob = stage.person("Bob").await;
    bob.say("old").await;
    let ada = looks_away(stage, "Ada").await;
    bob.say("new").await;
    bob.say("newer").await;
    ada.sees("newer").await;
    is_above(&ada, "new").await;
    ada.run("window.looks = true; window.dispatchEvent(new Event('focus'))")
        .await;
    ada.hides(".channel__unread").await;
    is_above(&ada, "new").await;
    // All of it was seen: what comes now, while Ada looks, is not set apart.
    bob.say("newest").await;
    ada.sees("newest").await;
    ada.hides(".new-divider").await;
}

async fn a_channel_with_much_unread_opens_where_it_begins(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.say("seen").await;
    ada.makes_channel("Recipes").await;
    let bodies: Vec<String> = (1..=120).map(|n| format!("message {n}")).collect();
    bob.sends_many(1, &bodies).await;
    ada.shows(".channel__unread", "99+ unread").await;
    ada.goes_to("# General").await;
    ada.sees("message 1").await;
    is_above(&ada, "message 1").await;
    ada.becomes(
        "(() => { const list = document.querySelector('#messages').getBoundingClientRect();\
        const line = document.querySelector('.new-divider:not([hidden])').getBoundingClientRect();\
        return line.top > list.top && line.bottom < list.bottom; })()",
        true,
    )
    .await;
    // A message that was not on the screen is still unread.
    ada.becomes(
        "Number.parseInt(document.querySelector('.channel__unread:not([hidden])').textContent) > 50",
        true,
    )
    .await;
    ada.sees_times("message 120", 0).await;
}

async fn what_one_window_has_shown_is_read_in_the_other(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.makes_channel("Recipes").await;
    let other = stage.visitor("Ada elsewhere").await;
    other.logs_in().await;
    other.goes_to("# Recipes").await;
    bob.say("one").await;
    for window in [&ada, &other] {
        window.shows(".channel__unread", "1 unread").await;
    }
    ada.goes_to("# General").await;
    other.hides(".channel__unread").await;
}

async fn a_deleted_message_is_not_counted(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.makes_channel("Recipes").await;
    bob.say("one").await;
    bob.say("two").await;
    ada.shows(".channel__unread", "2 unread").await;
    bob.chooses("two", "delete").await;
    bob.click("#confirm-action").await;
    ada.shows(".channel__unread", "1 unread").await;
}

async fn counts_survive_a_reload(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.makes_channel("Recipes").await;
    bob.say("one").await;
    ada.shows(".channel__unread", "1 unread").await;
    ada.run("location.reload()").await;
    ada.is_in("# Recipes").await;
    ada.shows(".channel__unread", "1 unread").await;
    bob.say("two").await;
    ada.shows(".channel__unread", "2 unread").await;
}

async fn own_messages_are_never_unread(stage: &Stage) {
    let ada = stage.person("Ada").await;
    let other = stage.visitor("Ada elsewhere").await;
    other.logs_in().await;
    other.makes_channel("Recipes").await;
    ada.say("mine").await;
    ada.sees("mine").await;
    other.goes_to("# General").await;
    other.sees("mine").await;
    other.hides(".channel__unread").await;
    other.hides(".new-divider").await;
}

/// Someone in General who looks elsewhere.
async fn looks_away(stage: &Stage, name: &str) -> Window {
    let window = stage.blank(name).await;
    window.begins_pages_with(MAY_LOOK_AWAY).await;
    window.open("/").await;
    window.signs_up().await;
    window.run("window.looks = false").await;
    window
}

async fn is_above(window: &Window, body: &str) {
    window
        .becomes(
            "document.querySelector('.new-divider:not([hidden])')?.closest('.row')\
            .querySelector('.message__body').textContent ?? ''",
            body,
        )
        .await;
}

async fn the_count_is_exact_however_many_there_are(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    ada.makes_channel("Recipes").await;
    let bodies: Vec<String> = (1..=130)
        .map(|number| format!("message {number}"))
        .collect();
    bob.sends_many(1, &bodies).await;
    ada.shows(".channel__unread", "99+ unread").await;
    ada.goes_to("# General").await;
    for number in [45, 90, 120] {
        shows_message(&ada, number).await;
        let read = "Math.max(...[...document.querySelectorAll('#message-list .row')]\
            .filter((row) => row.getBoundingClientRect().top < document.querySelector('#messages').getBoundingClientRect().bottom - 1)\
            .map((row) => Number(row.dataset.number)))";
        let left = format!("130 - {read}");
        let shown = "document.querySelector('[aria-current] .channel__count').textContent";
        ada.becomes(
            &format!("(({left}) > 99 ? '99+' : String({left})) === {shown}"),
            true,
        )
        .await;
    }
}

/// Scrolls until a message is loaded and in view.
async fn shows_message(window: &Window, number: u32) {
    let row = format!("document.querySelector('#message-list [data-number=\"{number}\"]')");
    window
        .becomes(
            &format!(
                "(() => {{ const list = document.querySelector('#messages');\
                if (!{row}) {{ list.scrollTop = list.scrollHeight; return false; }}\
                {row}.scrollIntoView({{ block: 'end' }}); return true; }})()"
            ),
            true,
        )
        .await;
}
