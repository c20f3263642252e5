//! Pages that open a second one, and pages on paper.

use std::time::Instant;

use serde_json::{Value, json};

use crate::{
    chromium::{LOOK_EVERY, PATIENCE},
    window::Window,
};

impl Window {
    /// Looks at the page that was opened as the first, or as a later one, as
    /// soon as there are so many.
    pub async fn looks_at(&self, index: usize) {
        let step = self.step(format!("looks at window {index}"));
        let deadline = Instant::now() + PATIENCE;
        let handle = loop {
            let handles = step.done(self.driver().windows().await);
            if let Some(handle) = handles.get(index) {
                break handle.clone();
            }
            if Instant::now() > deadline {
                step.failed(&"it was not opened");
            }
            tokio::time::sleep(LOOK_EVERY).await;
        };
        step.done(self.driver().switch_to_window(handle).await);
    }

    /// Closes the page that it looks at, and looks at the first again.
    pub async fn closes_this(&self) {
        let step = self.step("closes this window".to_owned());
        step.done(self.driver().close_window().await);
        self.looks_at(0).await;
    }

    /// How many sheets the page takes when it is printed as it wishes.
    pub async fn printed_pages(&self) -> usize {
        let options = json!({ "preferCSSPageSize": true, "printBackground": true });
        let printed = self.devtools("Page.printToPDF", options).await;
        let pdf = printed.get("data").and_then(Value::as_str);
        let pdf = self.value(&format!("atob({})", json!(pdf))).await;
        let pdf = pdf.as_str().unwrap_or_default();
        // A page's own entry, not the one of the list of pages.
        pdf.matches("/Type /Page\n").count()
    }

    /// Puts a finger on the middle of an element, and leaves it there.
    pub async fn touches(&self, selector: &str) {
        let middle = format!(
            "(({{ x, y, width, height }}) => ({{ x: x + width / 2, y: y + height / 2 }}))\
            (document.querySelector({}).getBoundingClientRect())",
            json!(selector)
        );
        let point = self.value(&middle).await;
        let touch = json!({ "type": "touchStart", "touchPoints": [point] });
        self.devtools("Input.dispatchTouchEvent", touch).await;
    }

    /// Lifts the finger.
    pub async fn lifts_finger(&self) {
        let touch = json!({ "type": "touchEnd", "touchPoints": [] });
        self.devtools("Input.dispatchTouchEvent", touch).await;
    }

    /// Moves a finger over the page.
    pub async fn swipes(&self, from: (u32, u32), to: (u32, u32)) {
        let touch = |kind: &str, points: Value| json!({ "type": kind, "touchPoints": points });
        let at = |(x, y): (u32, u32)| json!([{ "x": x, "y": y }]);
        for event in [
            touch("touchStart", at(from)),
            touch("touchMove", at(to)),
            touch("touchEnd", json!([])),
        ] {
            self.devtools("Input.dispatchTouchEvent", event).await;
        }
    }
}
