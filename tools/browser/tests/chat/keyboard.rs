//! Keys for the whole page.

use browser::{Stage, rules::Rule};
use thirtyfour::Key;

pub fn rules() -> Vec<Rule> {
    browser::rules![chat;
        slash_goes_to_the_search,
        control_and_k_go_to_the_search_from_anywhere,
        a_question_mark_shows_the_keys,
        keys_that_are_typed_do_nothing_else,
        a_closed_dialog_gives_the_focus_back,
        the_focus_stays_in_a_dialog,
        the_skip_link_leads_to_the_conversation,
        the_focus_can_be_seen_wherever_it_is,
    ]
}

async fn slash_goes_to_the_search(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.run("document.activeElement.blur()").await;
    ada.presses("/").await;
    ada.focuses("search-input").await;
    ada.becomes("document.querySelector('#search-input').value", "")
        .await;
}

async fn control_and_k_go_to_the_search_from_anywhere(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.click("#composer-body").await;
    ada.presses_with(Key::Control, 'k').await;
    ada.focuses("search-input").await;
}

async fn a_question_mark_shows_the_keys(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.run("document.activeElement.blur()").await;
    ada.presses("?").await;
    ada.shows("#help-title", "Keyboard shortcuts").await;
    ada.presses(Key::Escape).await;
    ada.hides("#help").await;
}

async fn keys_that_are_typed_do_nothing_else(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.click("#composer-body").await;
    ada.presses("/?").await;
    ada.becomes("document.querySelector('#composer-body').value", "/?")
        .await;
    ada.focuses("composer-body").await;
    ada.hides("#help").await;
}

async fn a_closed_dialog_gives_the_focus_back(stage: &Stage) {
    let ada = stage.person("Ada").await;
    for (button, dialog) in [
        ("new-channel-open", "new-channel-dialog"),
        ("members-open", "members"),
        ("help-open", "help"),
        ("emoji-open", "emoji"),
        ("browse-open", "browse"),
        ("new-message-open", "new-message"),
    ] {
        ada.click(&format!("#{button}")).await;
        ada.becomes(&format!("document.querySelector('#{dialog}').open"), true)
            .await;
        ada.presses(Key::Escape).await;
        ada.becomes(&format!("document.querySelector('#{dialog}').open"), false)
            .await;
        ada.focuses(button).await;
    }
}

async fn the_focus_stays_in_a_dialog(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.click("#new-channel-open").await;
    ada.focuses("new-channel-name").await;
    for _ in 0..6 {
        ada.presses(Key::Tab).await;
        // Between the last and the first, the browser's own controls have their turn.
        ada.becomes(
            "document.activeElement === document.body || document.querySelector('#new-channel-dialog').contains(document.activeElement)",
            true,
        )
        .await;
    }
}

async fn the_skip_link_leads_to_the_conversation(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.run("document.activeElement.blur(); document.querySelector('.skip-link').focus()")
        .await;
    ada.presses(Key::Enter).await;
    ada.focuses("conversation").await;
}

async fn the_focus_can_be_seen_wherever_it_is(stage: &Stage) {
    let ada = stage.person("Ada").await;
    ada.say("look at https://example.org").await;
    ada.sees("look at https://example.org").await;
    ada.run("document.activeElement.blur(); document.querySelector('.skip-link').focus()")
        .await;
    // The composer's ring is around the whole box.
    let has_outline = "[document.activeElement, document.activeElement.closest('.composer')]\
        .filter((element) => element).map((element) => getComputedStyle(element))\
        .some(({ outlineStyle, outlineWidth }) =>\
            outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2)";
    let name =
        "(({ id, className, tagName }) => id || className || tagName)(document.activeElement)";
    let mut seen = Vec::new();
    loop {
        ada.presses(Key::Tab).await;
        let name = ada.value(name).await;
        let name = name.as_str().unwrap_or_default().to_owned();
        if name == "BODY" || seen.first() == Some(&name) {
            break;
        }
        assert_eq!(ada.value(has_outline).await, true, "{name}");
        seen.push(name);
    }
    for name in [
        "search-input",
        "messages",
        "message__more",
        "A",
        "composer-body",
    ] {
        assert!(seen.iter().any(|seen| seen == name), "{name}: {seen:?}");
    }
}
