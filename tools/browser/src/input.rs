//! Input: clicking, typing, pressing keys.

use std::path::Path;

use serde_json::json;
use thirtyfour::{By, Key, TypingData, WebElement, extensions::query::ElementQueryable};

use crate::window::Window;

impl Window {
    /// Clicks an element as soon as it can be clicked.
    pub async fn click(&self, selector: &str) {
        let step = self.step(format!("clicks {selector}"));
        step.done(self.find(selector).await.click().await);
    }

    /// Clicks the one of these elements that has this text.
    pub async fn click_text(&self, selector: &str, text: &str) {
        let step = self.step(format!("clicks {text} among {selector}"));
        let query = self
            .driver()
            .query(By::Css(selector))
            .with_text(text.to_owned());
        let element = step.done(query.and_clickable().first().await);
        step.done(element.click().await);
    }

    /// Replaces what a field holds, key by key.
    pub async fn types(&self, selector: &str, text: &str) {
        let step = self.step(format!("types {text:?} into {selector}"));
        let field = self.find(selector).await;
        step.done(field.clear().await);
        step.done(field.send_keys(text).await);
    }

    /// Goes to a field and puts text into it at once, as pasting does: for what no keyboard has.
    pub async fn pastes(&self, selector: &str, text: &str) {
        let (field, text) = (json!(selector), json!(text));
        self.run(&format!(
            "const field = document.querySelector({field});
            field.focus();
            field.value = {text};
            field.dispatchEvent(new Event('input', {{ bubbles: true }}));"
        ))
        .await;
    }

    /// Chooses files for a field, which may be hidden behind a button.
    pub async fn picks_files(&self, selector: &str, files: &[&Path]) {
        let paths: Vec<_> = files.iter().map(|file| file.to_string_lossy()).collect();
        let step = self.step(format!("picks {paths:?} for {selector}"));
        let field = step.done(self.driver().find(By::Css(selector)).await);
        step.done(field.send_keys(paths.join("\n")).await);
    }

    /// Presses keys; they go to where the focus is.
    pub async fn presses(&self, keys: impl Into<TypingData>) {
        let keys = keys.into();
        let step = self.step(format!("presses {keys:?}"));
        step.done(self.driver().action_chain().send_keys(keys).perform().await);
    }

    /// Holds Shift and presses a key.
    pub async fn presses_shift(&self, key: Key) {
        self.presses_with(Key::Shift, key.value()).await;
    }

    /// Holds one key and presses another.
    pub async fn presses_with(&self, held: Key, key: char) {
        let step = self.step(format!("presses {held:?} and {key:?}"));
        let keys = self.driver().action_chain().key_down(held.value());
        let keys = keys.key_down(key).key_up(key);
        step.done(keys.key_up(held.value()).perform().await);
    }

    /// Moves the mouse over an element.
    pub async fn points_at(&self, selector: &str) {
        let step = self.step(format!("points at {selector}"));
        let element = self.find(selector).await;
        let moved = self
            .driver()
            .action_chain()
            .move_to_element_center(&element);
        step.done(moved.perform().await);
    }

    async fn find(&self, selector: &str) -> WebElement {
        let step = self.step(format!("looks for {selector}"));
        let query = self.driver().query(By::Css(selector));
        step.done(query.and_clickable().first().await)
    }
}
