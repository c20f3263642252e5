//! A person's device: its size, its colours, its location on Earth.

use serde_json::{Value, json};

use crate::window::Window;

const FINDS_ON_DEMAND: &str = "Geolocation.prototype.getCurrentPosition = (found, failed) => {\
    window.find = () => found({ coords: { latitude: 52.52, longitude: 13.405, accuracy: 12 } });\
    window.fail = () => failed({ code: 2 }); };";

impl Window {
    /// A phone held upright.
    pub async fn becomes_a_phone(&self) {
        self.resize(390, 844, true).await;
    }

    /// The narrowest phone.
    pub async fn becomes_a_narrow_phone(&self) {
        self.resize(320, 640, true).await;
    }

    /// A phone that is used with fingers.
    pub async fn becomes_a_touch_screen(&self) {
        let touch = json!({ "enabled": true, "maxTouchPoints": 5 });
        self.devtools("Emulation.setTouchEmulationEnabled", touch)
            .await;
        self.becomes_a_phone().await;
        self.becomes(
            "matchMedia('(hover: none) and (pointer: coarse)').matches",
            true,
        )
        .await;
    }

    /// A window on a desk.
    pub async fn becomes_a_desktop(&self) {
        self.resize(1280, 800, false).await;
    }

    /// A window that is enlarged until it has this many pixels of CSS.
    pub async fn becomes_as_small_as(&self, width: u32, height: u32) {
        self.resize(width, height, false).await;
    }

    /// Prefers `light` or `dark` pages.
    pub async fn prefers(&self, scheme: &str) {
        self.has_media("", &[("prefers-color-scheme", scheme)])
            .await;
    }

    /// Shows pages in the colours of the system.
    pub async fn forces_colours(&self) {
        self.has_media("", &[("forced-colors", "active")]).await;
    }

    /// Shows pages as they are printed, by someone who prefers dark ones.
    pub async fn prints(&self) {
        self.has_media("print", &[("prefers-color-scheme", "dark")])
            .await;
    }

    /// Shows pages for a medium, which may be empty, and with these media features.
    pub async fn has_media(&self, medium: &str, features: &[(&str, &str)]) {
        let features: Vec<_> = features
            .iter()
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        self.devtools(
            "Emulation.setEmulatedMedia",
            json!({ "media": medium, "features": features }),
        )
        .await;
    }

    /// Lets the page ask where it is, or not: `granted` or `denied`.
    pub async fn answers_location_question(&self, answer: &str) {
        self.devtools(
            "Browser.setPermission",
            json!({ "permission": { "name": "geolocation" }, "setting": answer }),
        )
        .await;
    }

    /// Is at this place, to within 12 m.
    pub async fn is_at(&self, latitude: f64, longitude: f64) {
        let place = json!({ "latitude": latitude, "longitude": longitude, "accuracy": 12 });
        self.devtools("Emulation.setGeolocationOverride", place)
            .await;
    }

    /// Cannot find out where it is.
    pub async fn is_nowhere(&self) {
        self.devtools("Emulation.setGeolocationOverride", json!({}))
            .await;
    }

    /// In pages that are opened from now on, a search for the place lasts until a script
    /// calls `find()` or `fail()`.
    pub async fn finds_its_place_on_demand(&self) {
        self.begins_pages_with(FINDS_ON_DEMAND).await;
    }

    /// Runs a script before those of each page that is opened from now on.
    pub async fn begins_pages_with(&self, script: &str) {
        let source = json!({ "source": script });
        self.devtools("Page.addScriptToEvaluateOnNewDocument", source)
            .await;
    }

    /// Sends a command of the DevTools protocol.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let step = self.step(format!("is told {command} {parameters}"));
        step.done(self.driver().cdp().send_raw(command, parameters).await)
    }

    async fn resize(&self, width: u32, height: u32, is_mobile: bool) {
        let size = json!({
            "width": width,
            "height": height,
            "deviceScaleFactor": 1,
            "mobile": is_mobile,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", size)
            .await;
    }
}
