//! One browser, and waiting for what its page shows.

use std::{
    fmt::Debug,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use thirtyfour::{WebDriver, error::WebDriverResult};

use crate::chromium::{self, Browser, LOOK_EVERY, PATIENCE};

/// The texts that a visitor sees: hidden elements do not count.
const VISIBLE_TEXTS: &str = "[...document.querySelectorAll(SELECTOR)]\
    .filter((element) => element.checkVisibility())\
    .map((element) => element.textContent.trim())";

/// A browser of its own, with its own data. Named after the person who uses it.
#[derive(Debug, Clone)]
pub struct Window {
    /// The name of the person who uses it.
    pub name: String,
    browser: Browser,
    address: String,
    steps: Steps,
    patience: Duration,
}

/// The steps of a test's windows so far, for the text of a failure.
pub type Steps = Arc<Mutex<Vec<String>>>;

impl Window {
    /// Takes a browser that shows nothing yet. Paths that it opens begin at `address`.
    pub async fn launch(name: &str, address: &str, steps: Steps) -> Self {
        let chromium = chromium::find().unwrap_or_else(|| panic!("Chromium is not installed"));
        let browser = chromium.lend().await;
        Self {
            name: name.to_owned(),
            browser: browser.unwrap_or_else(|error| panic!("Chromium does not start: {error}")),
            address: address.to_owned(),
            steps,
            patience: PATIENCE,
        }
    }

    /// The same window, for something that takes longer than pages do.
    pub fn with_patience(&self, patience: Duration) -> Self {
        Self {
            patience,
            ..self.clone()
        }
    }

    /// Closes the page and gives the browser back.
    pub async fn close(self) {
        self.step("closes the window".to_owned());
        if let Some(chromium) = chromium::find() {
            chromium.take_back(self.browser).await;
        }
    }

    /// Opens a page of the server, as in `/?channel=Recipes`.
    pub async fn open(&self, path: &str) {
        let step = self.step(format!("opens {path}"));
        let address = format!("{}{path}", self.address);
        step.done(self.driver().goto(address).await);
    }

    /// The value of a JavaScript expression; a promise is awaited.
    pub async fn value(&self, expression: &str) -> Value {
        let step = self.step(format!("evaluates {expression}"));
        let script = format!("return ({expression});");
        step.done(self.driver().execute(script, vec![]).await)
            .json()
            .clone()
    }

    /// Runs statements in the page.
    pub async fn run(&self, script: &str) {
        let step = self.step(format!("runs {script}"));
        step.done(self.driver().execute(script, vec![]).await);
    }

    /// Waits until an expression has the value that is expected.
    pub async fn becomes(&self, expression: &str, expected: impl Into<Value>) {
        let expected = expected.into();
        self.until(expression, &expected.to_string(), |value| {
            *value == expected
        })
        .await;
    }

    /// Waits until the visible text of the one element is this.
    pub async fn shows(&self, selector: &str, text: &str) {
        self.lists(selector, &[text]).await;
    }

    /// Waits until the visible elements have these texts, in this order.
    pub async fn lists(&self, selector: &str, texts: &[&str]) {
        self.becomes(&visible_texts(selector), json!(texts)).await;
    }

    /// Waits until nothing that matches can be seen.
    pub async fn hides(&self, selector: &str) {
        self.lists(selector, &[]).await;
    }

    /// Waits until the text of an element begins so.
    pub async fn shows_start(&self, selector: &str, start: &str) {
        let expected = format!("[\"{start}…\"]");
        self.until(&visible_texts(selector), &expected, |texts| {
            texts[0]
                .as_str()
                .is_some_and(|text| text.starts_with(start))
        })
        .await;
    }

    /// Waits until the focus is on the element with this id.
    pub async fn focuses(&self, id: &str) {
        self.becomes("document.activeElement.id", id).await;
    }

    /// The visible texts, now.
    pub async fn texts(&self, selector: &str) -> Vec<String> {
        let texts = self.value(&visible_texts(selector)).await;
        serde_json::from_value(texts).unwrap_or_default()
    }

    /// Waits until the value of an expression satisfies a condition.
    pub async fn until(&self, expression: &str, expected: &str, is_met: impl Fn(&Value) -> bool) {
        let step = self.step(format!("waits for {expected} from {expression}"));
        let deadline = Instant::now() + self.patience;
        loop {
            let script = format!("return ({expression});");
            let value = step.done(self.driver().execute(script, vec![]).await);
            if is_met(value.json()) {
                return;
            }
            if Instant::now() > deadline {
                step.failed(&format!("it is still {}", value.json()));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    pub(crate) fn driver(&self) -> &WebDriver {
        &self.browser.driver
    }

    /// Writes down what is done, and returns the way to say that it failed.
    pub(crate) fn step(&self, what: String) -> Step {
        let what = format!("{} {what}", self.name);
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        steps.push(what.clone());
        Step(what)
    }
}

/// One thing that a window does.
#[derive(Debug)]
pub struct Step(String);

impl Step {
    /// The result of the step; the test ends here when there is none.
    pub fn done<T>(&self, result: WebDriverResult<T>) -> T {
        result.unwrap_or_else(|error| self.failed(&error))
    }

    /// Ends the test.
    pub fn failed(&self, reason: &dyn std::fmt::Display) -> ! {
        panic!("{}: {reason}", self.0)
    }
}

fn visible_texts(selector: &str) -> String {
    VISIBLE_TEXTS.replace("SELECTOR", &json!(selector).to_string())
}
