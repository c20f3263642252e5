//! Metrics in the text format of
//! [Prometheus](https://prometheus.io/docs/instrumenting/exposition_formats/).
//!
//! They are served at an address of their own, so that a proxy in front of the chat does not
//! publish them. Without `--metrics-listen`, counting costs nothing.

use axum::{Router, extract::State, routing::get};
use axum_prometheus::{
    EndpointLabel, PrometheusMetricLayerBuilder,
    metrics::{counter, gauge},
    metrics_exporter_prometheus::PrometheusHandle,
};

use crate::realtime::{self, Sockets};

const PREFIX: &str = "make_chat";

/// Counts the responses of the app and their durations, by route. Returns the app, and a router
/// that serves the metrics. Call it once in a process: the counters are global.
pub fn observe(app: Router, sockets: Sockets) -> (Router, Router) {
    let (layer, handle) = PrometheusMetricLayerBuilder::new()
        .with_prefix(PREFIX)
        .with_endpoint_label_type(EndpointLabel::MatchedPathWithFallbackFn(name_of))
        .with_default_metrics()
        .build_pair();
    set_online(0);
    let metrics = Router::new()
        .route("/metrics", get(show))
        .with_state((sockets, handle));
    (app.layer(layer), metrics)
}

/// Counts changes that were saved together.
pub fn count_saved(changes: usize) {
    counter!("make_chat_changes_total").increment(changes as u64);
    counter!("make_chat_groups_total").increment(1);
}

/// Sets how many users are online.
pub fn set_online(people: usize) {
    gauge!("make_chat_people").set(people as f64);
}

/// The label of an address without a route. All of them share one label; otherwise strangers could
/// create any number of labels.
fn name_of(path: &str) -> String {
    if path.starts_with(realtime::PATH) {
        realtime::PATH.to_owned()
    } else {
        "none".to_owned()
    }
}

/// `GET /metrics`
async fn show(State((sockets, handle)): State<(Sockets, PrometheusHandle)>) -> String {
    gauge!("make_chat_sockets").set(realtime::count(&sockets, realtime::EVERYONE) as f64);
    handle.render()
}
