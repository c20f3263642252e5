//! The landing page: two buttons, each with a form.

use browser::{Stage, rules::Rule};
use serde_json::json;

pub fn rules() -> Vec<Rule> {
    browser::rules![chat;
        cancel_forgets_the_form_and_brings_the_buttons_back,
        the_browsers_back_button_goes_from_form_to_buttons,
        a_form_that_is_on_its_way_cannot_be_sent_twice,
    ]
}

async fn cancel_forgets_the_form_and_brings_the_buttons_back(stage: &Stage) {
    let ada = stage.visitor("Ada").await;
    ada.click("[data-form=sign-up]").await;
    ada.focuses("sign-up-name").await;
    ada.hides("#choices").await;
    ada.types("#sign-up-name", "Ada").await;
    ada.types("#sign-up-password", "a secret").await;
    ada.click("#sign-up [data-form='']").await;
    ada.hides("form").await;
    ada.lists("#choices a", &["Log in", "Sign up"]).await;
    ada.becomes("document.activeElement.textContent", "Sign up")
        .await;
    ada.becomes("location.pathname + location.search", "/")
        .await;
    ada.becomes(
        "[...document.querySelectorAll('input')].map((field) => field.value).join('')",
        "",
    )
    .await;
}

async fn the_browsers_back_button_goes_from_form_to_buttons(stage: &Stage) {
    let ada = stage.visitor("Ada").await;
    // Nothing is loaded anew.
    ada.run("window.isFirst = true").await;
    ada.click("[data-form=log-in]").await;
    ada.focuses("log-in-name").await;
    ada.run("history.back()").await;
    ada.shows("#choices-title", "Welcome").await;
    ada.hides("form").await;
    ada.run("history.forward()").await;
    ada.focuses("log-in-name").await;
    ada.hides("#choices").await;
    ada.becomes("window.isFirst", true).await;
}

async fn a_form_that_is_on_its_way_cannot_be_sent_twice(stage: &Stage) {
    let ada = stage.visitor("Ada").await;
    ada.click("[data-form=log-in]").await;
    // The form is never really on its way: the page stays.
    ada.run(
        "window.sent = 0;\
        addEventListener('submit', (event) => {\
            if (!event.defaultPrevented) window.sent += 1;\
            event.preventDefault();\
        });",
    )
    .await;
    let button = "document.querySelector('#log-in [type=submit]')";
    let state = format!("[{button}.disabled, {button}.ariaBusy, window.sent]");
    ada.click("#log-in [type=submit]").await;
    ada.becomes(&state, json!([true, "true", 1])).await;
    ada.run(&format!("{button}.click()")).await;
    ada.run("document.querySelector('#log-in').requestSubmit()")
        .await;
    ada.becomes(&state, json!([true, "true", 1])).await;
    // As after the browser's Back button.
    ada.run("dispatchEvent(new Event('pageshow'))").await;
    ada.becomes(&state, json!([false, null, 1])).await;
    ada.click("#log-in [type=submit]").await;
    ada.becomes(&state, json!([true, "true", 2])).await;
}
