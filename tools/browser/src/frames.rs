//! Pages within pages.

use thirtyfour::{By, extensions::query::ElementQueryable};

use crate::window::Window;

impl Window {
    /// Goes into a frame of the page: what follows is done there.
    pub async fn enters_frame(&self, selector: &str) {
        let step = self.step(format!("goes into {selector}"));
        let query = self.driver().query(By::Css(selector));
        let frame = step.done(query.first().await);
        step.done(frame.enter_frame().await);
    }

    /// Goes back to the page.
    pub async fn leaves_frame(&self) {
        let step = self.step("goes back to the page".to_owned());
        step.done(self.driver().enter_default_frame().await);
    }
}
