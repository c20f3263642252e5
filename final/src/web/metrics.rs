//! Figures for a monitoring system, in the text format of
//! [Prometheus](https://prometheus.io/docs/instrumenting/exposition_formats/).
//!
//! They have an address of their own, so that the proxy in front of the chat does
//! not pass them on to everyone. Counting costs nothing while nobody has asked for it.

use axum::{Router, extract::State, routing::get};
use axum_prometheus::{
    EndpointLabel, PrometheusMetricLayerBuilder,
    metrics::{counter, gauge},
    metrics_exporter_prometheus::PrometheusHandle,
};

use crate::{realtime, state::AppState};

const PREFIX: &str = "make_chat";

/// Counts what the app answers, by route, and how long it takes. The routes that are
/// returned tell; they are served elsewhere. Once in a process: it counts for all of it.
pub fn observe(app: Router, state: AppState) -> (Router, Router) {
    let (layer, handle) = PrometheusMetricLayerBuilder::new()
        .with_prefix(PREFIX)
        .with_endpoint_label_type(EndpointLabel::MatchedPathWithFallbackFn(name_of))
        .with_default_metrics()
        .build_pair();
    let told = Router::new()
        .route("/metrics", get(tell))
        .with_state((state, handle));
    (app.layer(layer), told)
}

/// Counts changes that were saved together.
pub fn count_saved(changes: usize) {
    counter!("make_chat_changes_total").increment(changes as u64);
    counter!("make_chat_groups_total").increment(1);
}

/// An address that is no route has no name of its own, or strangers could make as
/// many as they like.
fn name_of(path: &str) -> String {
    match path.starts_with(realtime::PATH) {
        true => realtime::PATH.to_owned(),
        false => "none".to_owned(),
    }
}

/// `GET /metrics`.
async fn tell(State((state, handle)): State<(AppState, PrometheusHandle)>) -> String {
    let people = state.presence.0.lock().await.everyone().len();
    gauge!("make_chat_people").set(people as f64);
    gauge!("make_chat_sockets").set(realtime::count(&state.io) as f64);
    handle.render()
}
