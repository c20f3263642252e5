//! Looks for what keeps people out who do not see, hear or move like others,
//! with axe-core.

use serde_json::json;

use crate::window::Window;

const AXE: &str = include_str!("../vendor/axe.min.js");
// It reads style sheets once more, which a page from a file must not do.
const SERIOUS: &str = "axe.run({ resultTypes: ['violations'], preload: location.protocol !== 'file:' }).then(({ violations }) => violations\
    .filter(({ impact }) => ['serious', 'critical'].includes(impact))\
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`))";

impl Window {
    /// Lets pages that are opened from now on run what their own policy forbids:
    /// axe-core tries out inline styles.
    pub async fn lets_axe_in(&self) {
        self.devtools("Page.setBypassCSP", json!({ "enabled": true }))
            .await;
    }

    /// Fails when something serious is found in what the page shows now.
    pub async fn is_accessible(&self) {
        let step = self.step("is looked through by axe-core".to_owned());
        step.done(self.driver().execute(AXE, vec![]).await);
        let found = self.value(SERIOUS).await;
        if found != json!([]) {
            step.failed(&format!("{found:#}"));
        }
    }
}
